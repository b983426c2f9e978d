"""Snapshots: what a postal worker takes along at the beginning of a shift, to work where there is no signal.

All that the office holds, expects or has on its open lists stands in it by number, commune and street, without names,
so that a scan can be judged offline. Names, telephones and addresses stand in it for two kinds of items alone: what
this worker is to bring or fetch today, and what waits at the office's counter. Each of those is written down, once a
shift.

Beyond `ITEMS_MOST` items a snapshot is not whole and says so: first stands what the office holds, then what was heard
of last. A number that is missing is scanned all the same, and judged by the server.

Source: Law on Post 2010 art. 3.15, 7.6 (what is secret); Law on personal data protection 2025 (only what is needed).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.delivery_route import route_for
from postgw.domain.disclosure import FOR_A_SHIFT, Access
from postgw.domain.door_rules import door_rules
from postgw.domain.errors import Invalid, Unknown
from postgw.domain.invitation import WAYS
from postgw.domain.legal_day import legal_day
from postgw.domain.office_round import (
    Json,
    OfficeRound,
    PromisedComing,
    desk_stops,
    item_entry,
    list_entries,
    office_round,
)
from postgw.domain.paper import Paper
from postgw.domain.procedure import ChecklistLine
from postgw.domain.proof import ID_KINDS
from postgw.domain.proxy import KeptProxy
from postgw.domain.recognise import recognise
from postgw.domain.stop import AT_OFFICE, ON_THE_SHELF, TO_HAND_OUT, Plan
from postgw.rules.book import RuleBook
from postgw.storage import (
    consignments,
    delivery_routes,
    disclosures,
    manifests,
    prices,
    province,
    records,
    snapshots,
    stop_facts,
    trips,
)
from postgw.storage.database import Database, Session
from postgw.storage.snapshots import Carried
from postgw.storage.stop_facts import Standings, StopFacts

ITEMS_MOST = 5000


def etag_of(snapshot: Mapping[str, Any]) -> str:
    """Return what tells one content of a snapshot from another, whenever it was made."""
    text = records.to_json({name: value for name, value in snapshot.items() if name != "made_at"})
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """The act of telling a worker what there is to do."""

    database: Database
    book: RuleBook

    async def for_shift(self, *, actor: Actor, name: str, since: datetime, at: datetime) -> Json:
        """Return what a worker takes along; `since` is when the shift began.

        Raises Invalid when the worker is of no post office.
        """
        actor.must("scans")
        session = self.database.reading
        office = await self._office(session, actor)
        found, whole = await self._found(session, office)
        lists = await snapshots.open_lists(session, office.code)
        bags = await snapshots.in_bags(session, sorted({item.bag_no for item in found if item.bag_no}))
        known = {item.found.consignment_no for item in found}
        others = {number for each in (*(one.numbers for one in lists), *bags.values()) for number in each} - known
        beside = await snapshots.listed_elsewhere(session, sorted(others)[:ITEMS_MOST])
        ends = [office.end_of(item.found) for item in (*found, *beside)]
        passing = sorted({end.commune_code for end in ends if not office.route_of(end.commune_code, end.address)})
        office = office.knowing(await delivery_routes.serving(session, passing))
        doors, counter, wishes = await self._doors(session, office, found, actor, at)
        await self._write_down(office, [*doors, *counter], actor, since, at)
        comings = [
            PromisedComing(
                desk=each.desk, manifest_no=each.manifest_no, pickup_no=each.pickup_no,
                window=f"{each.from_time:%H:%M}-{each.to_time:%H:%M}",
            )
            for each in await trips.comings(session, office.code, "office", since=legal_day(at), until=legal_day(at))
        ]  # fmt: skip
        return {
            "made_at": at.isoformat(), "is_whole": whole,
            "office": {"code": office.code, "name": office.units[office.code].name},
            "worker": {"login": actor.name, "name": name},
            "routes": [{"route_no": each.route_no, "name": each.name, "worker": each.worker} for each in office.own],
            "my_routes": sorted(office.mine), **self._words(legal_day(at)),
            "doors": await self._door_rules(session, legal_day(at)),
            "items": [item_entry(office, each.found, each.bag_no) for each in (*found, *beside)],
            "groups": {"bags": dict(bags), "manifests": list_entries(office, lists)},
            "stops": [*doors, *desk_stops(office, comings, lists, legal_day(at))], "held": counter,
            "wishes": wishes,
            "stock": [item.found.consignment_no for item in found if _lies_here(office, item)],
            "desks": {code: unit.name for code, unit in office.units.items() if unit.kind == "desk"},
            "offices": {code: unit.name for code, unit in office.units.items() if unit.kind == "office"},
        }  # fmt: skip

    async def _office(self, session: Session, actor: Actor) -> OfficeRound:
        units = {unit.code: unit for unit in await province.units(session)}
        unit = units.get(actor.unit)
        if unit is None or unit.kind != "office":
            raise Invalid(
                "Tài khoản này không thuộc bưu cục nào nên không có việc ở trạm. Nhờ quản trị xếp bưu cục.",
                code="shift.no_office",
            )  # fmt: skip
        routes = await delivery_routes.near(session, unit.code)
        return office_round(unit.code, actor.name, units, routes)

    async def _found(self, session: Session, office: OfficeRound) -> tuple[list[Carried], bool]:
        """Return what the office holds, then what comes to it, and whether that is all."""
        held = await snapshots.at_office(session, office.code, limit=ITEMS_MOST + 1)
        coming = await snapshots.coming(
            session, office.code, communes=office.communes, desks=office.desks, limit=ITEMS_MOST + 1
        )
        ours = [item for item in coming if office.is_ours(item.found)]
        found = [*held, *ours]
        return found[:ITEMS_MOST], len(coming) <= ITEMS_MOST and len(found) <= ITEMS_MOST

    def _words(self, on: date) -> Json:
        """Return what may be scanned and why, in both languages."""
        return {
            "acts": [
                {"code": code, "title": rule.title, "title_en": rule.title_en, "state": rule.state,
                 "reasons": rule.reasons, "asked": rule.asked, "states_after": sorted(rule.after | rule.keeps)}
                for code, rule in self.book.scan_table(on).codes.items()
            ],
            "reasons": {
                name: [{"code": code, "title": each.title, "title_en": each.title_en} for code, each in known.items()]
                for name, known in self.book.reasons_on(on).items()
            },
            "id_kinds": dict(ID_KINDS), "ways": dict(WAYS),
        }  # fmt: skip

    async def _door_rules(self, session: Session, on: date) -> Json:
        """Return what holds a form at a door to the law where nobody else can."""
        own = await prices.list_on(session, on)
        return door_rules(
            self.book.invitation_rule(on), self.book.reasons_on(on)["attempt"], self.book.tariff_on(on),
            own.prices if own else None,
        )  # fmt: skip

    async def _doors(
        self, session: Session, office: OfficeRound, found: Sequence[Carried], actor: Actor, at: datetime
    ) -> tuple[list[Json], list[Json], Json]:
        """Return the worker's doors of today, what waits at the counter, and what its recipient wants left here today.

        That last is of the whole office, by number and without a name: whoever scans it out is asked first.
        """
        if actor.scopes.isdisjoint({"delivery"}):
            return [], [], {}
        asked = [item for item in found if _may_be_stop(office, item)]
        how = await stop_facts.standings(session, self.book, asked, at=at)
        planned = [(item, plan) for item in asked if (plan := _plan(office, item, how))]
        wishes = {item.found.consignment_no: wish for item in asked if (wish := _left_here(item, how))}
        facts = await stop_facts.gather(session, [item for item, _ in planned], on=legal_day(at))
        doors = [_stop(office, item, plan, how, facts) for item, plan in planned if plan.where == "door"]
        counter = [_stop(office, item, plan, how, facts) for item, plan in planned if plan.where == "counter"]
        return sorted(doors, key=_by_street), sorted(counter, key=_by_street), wishes

    async def _write_down(
        self, office: OfficeRound, shown: Sequence[Json], actor: Actor, since: datetime, at: datetime
    ) -> None:
        known = await disclosures.seen_since(self.database.reading, who=actor.name, since=since)
        new = sorted({each["number"] for each in shown} - known)
        if not new:
            return
        async with self.database.writing() as tx:
            await disclosures.note_all(
                tx,
                [Access(kind="names", subject=number, purpose=FOR_A_SHIFT, unit=office.code, seen_at=at,
                        seen_by=actor.name) for number in new],
            )  # fmt: skip

    async def lookup(self, number: str, *, actor: Actor) -> Json:
        """Return what may be told of any number, without a name; of a foreign item whose it is, and no more.

        Raises Unknown when no item, bag or list has it.
        """
        actor.must("scans")
        session, read = self.database.reading, recognise(number)
        office = await self._office(session, actor)
        if read.kind == "manifest":
            return await self._list(session, office, read.number)
        if read.kind == "bag":
            return await self._bag(session, office, read.number)
        found = await consignments.find(session, read.number) if read.kind in {"consignment", "item"} else None
        if found is None:
            raise Unknown("Chưa có bưu gửi mang số {number}.", number=(read.number or number)[:40],
                          code="consignment.unknown")  # fmt: skip
        item = (await snapshots.listed_elsewhere(session, [found.consignment_no]))[0]
        was_here = found.custody.office == office.code or office.is_ours(item.found)
        if was_here or await consignments.was_at(session, found.consignment_no, office.code):
            return {"kind": "consignment", **item_entry(office, item.found, item.bag_no)}
        return {"kind": "consignment", "number": found.consignment_no, "owner": await self._owner(session, found)}

    async def _owner(self, session: Session, found: Consignment) -> str:
        """Return the name of the unit that has an item, or is to have it."""
        code = found.custody.office
        if not code and found.custody.holder == "post":
            end = found.consignee
            routes = await delivery_routes.serving(session, [end.commune_code])
            route = route_for(end.commune_code, end.address, routes)
            code = route.office if route else ""
        unit = await province.unit(session, code or found.desk)
        return unit.name if unit else code or found.desk

    async def _list(self, session: Session, office: OfficeRound, number: str) -> Json:
        found = await manifests.find(session, number)
        if found is None:
            raise Unknown("Không có biên bản {number}.", number=number[:40], code="manifest.unknown")
        if found.office != office.code:
            unit = office.units.get(found.office)
            return {"kind": "manifest", "number": number, "owner": unit.name if unit else found.office}
        return {
            "kind": "manifest", "number": number, "owner": "", "direction": found.direction, "desk": found.desk,
            "state": found.state, "numbers": [line.consignment_no for line in found.lines],
        }  # fmt: skip

    async def _bag(self, session: Session, office: OfficeRound, number: str) -> Json:
        inside = (await snapshots.in_bags(session, [number])).get(number)
        if not inside:
            raise Unknown("Không có túi {number}.", number=number[:40], code="bag.unknown")
        return {"kind": "bag", "number": number, "owner": "", "numbers": inside}


def _lies_here(office: OfficeRound, item: Carried) -> bool:
    custody = item.found.custody
    return custody.office == office.code and custody.state in ON_THE_SHELF


def _may_be_stop(office: OfficeRound, item: Carried) -> bool:
    """Say whether an item may be for today: what the office can hand to a citizen, what a citizen waits to give."""
    found = item.found
    if found.custody.office == office.code and found.custody.state in AT_OFFICE:
        return found.leg == "return" and found.custody.state in TO_HAND_OUT
    end = office.end_of(found)
    return found.custody.state == "booked" and office.is_mine(office.route_of(end.commune_code, end.address))


def _plan(office: OfficeRound, item: Carried, how: Standings) -> Plan | None:
    """Return where an item is for this worker today; nothing when it is not."""
    found = item.found
    if found.custody.state == "booked":
        return None if how.collected_in_vain(item)[1] == how.on else Plan(where="door")
    plan, end = how.plan(item), office.end_of(found)
    if plan.where == "counter":
        return plan
    carrier = how.carrier(item) if found.custody.state == "out_for_delivery" else ""
    with_another = carrier != office.me and carrier in office.walkers
    on_mine = office.is_mine(office.route_of(end.commune_code, end.address))
    is_here = carrier == office.me or (on_mine and not with_another)
    return plan if plan.where == "door" and is_here else None


def _left_here(item: Carried, how: Standings) -> Json | None:
    """Return the wish for which an item is not to go out today."""
    kept = how.choice(item) if item.found.custody.state in ON_THE_SHELF else None
    if kept is None or how.plan(item).where == "door":
        return None
    return {"way": kept.choice.way, "on": kept.choice.on.isoformat() if kept.choice.on else ""}


def _stop(office: OfficeRound, item: Carried, plan: Plan, how: Standings, facts: StopFacts) -> Json:
    found, end = item.found, office.end_of(item.found)
    choice, due = how.choice(item), how.due_on(item)
    gives = found.custody.state == "booked"
    kind = {"send": "pickup", "withdrawal": "withdrawal"}.get(found.leg, "delivery") if gives else "delivery"
    invite_from, invite_next = how.calls(item)
    agreed = facts.agreed_left(item)
    further = choice.cost_dong if choice and choice.paid_by == "citizen" and plan.where == "door" else 0
    return {
        "kind": kind, "number": found.consignment_no, "item_no": found.item_no,
        "route": office.route_of(end.commune_code, end.address), "leg": found.leg, "state": found.custody.state,
        "name": end.name, "phone": end.phone, "address": end.address, "commune": end.commune, "province": end.province,
        "place": office.place_of(end), "window": plan.window, "due_on": due.isoformat() if due else "",
        "attempts": how.collected_in_vain(item)[0] if gives else found.custody.attempts,
        "next_attempt": plan.next_on.isoformat() if plan.next_on else "",
        "invited": [day.isoformat() for day in how.invited.get(item.row, ())],
        "invite_from": invite_from.isoformat(), "invite_next": invite_next.isoformat(),
        "money": {
            "fee": facts.fee_left(item), "postage": agreed.due_dong if agreed else further,
            "postage_taken": facts.postage_taken(item),
            "paid_elsewhere": facts.prepaid.get(found.dossier_id, ""),
            "zone": agreed.zone if agreed else facts.zones.get(found.consignment_no, ""),
            **({"grams": agreed.grams} if agreed else {}),
        },
        "to": found.consignee.name if gives else "", "procedure": facts.procedure(item),
        "papers": [_paper(each) for each in _papers(kind, item, facts)],
        "withdraw": list(facts.to_withdraw(item)) if found.leg == "return" else [],
        "proxy": _proxy(facts.proxies.get(found.dossier_id)) if found.leg == "return" else None,
        "proof": {"photo_wanted": False}, "remarks": facts.kept[found.dossier_id].dossier.note,
        "bag_no": item.bag_no, "version": found.version,
    }  # fmt: skip


def _proxy(kept: KeptProxy | None) -> Json | None:
    """Return whom the recipient named to receive instead; the letter and the paper are looked at all the same."""
    if kept is None:
        return None
    return {"name": kept.proxy.name, "relation": kept.proxy.relation, "phone": kept.proxy.phone,
            "id_tail": kept.proxy.id_tail}  # fmt: skip


def _papers(kind: str, item: Carried, facts: StopFacts) -> Sequence[Paper | ChecklistLine]:
    if kind == "pickup":
        return facts.listed(item)
    return facts.given_up(item) if kind == "withdrawal" else facts.inside(item)


def _paper(each: Paper | ChecklistLine) -> Json:
    return {
        "name": each.name, "kind": each.kind, "quantity": each.quantity, "must_return": each.must_return,
        "must_withdraw": each.must_withdraw, "required": each.required if isinstance(each, ChecklistLine) else True,
    }  # fmt: skip


def _by_street(stop: Json) -> tuple[str, str, str, str]:
    return stop["route"], stop["commune"], stop["place"], stop["number"]
