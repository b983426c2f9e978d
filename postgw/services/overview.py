"""Overview: the whole of one dossier, for the officer who is asked "where is it, and what can be done?". Read only.

Everything that is kept of a dossier is put together in a bounded number of questions, however many consignments it had:
its way with both witnesses and the corrections, its clocks, papers, money, messages and cases; and beside it the acts
that may be done now. A desk of the dossier sees all of it; a post office sees the consignments that pass or passed
through its hands, and nothing of the desk's own business.

Source: Circular 17/2017/TT-BTTTT art. 14, 15 (records produced on request; continuous status).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from postgw.domain.actor import Actor
from postgw.domain.apology import Apology
from postgw.domain.choice import KeptChoice, current
from postgw.domain.closing import Closing
from postgw.domain.consignment import Consignment
from postgw.domain.custody import Custody, Happening, journey_of, uncancelled
from postgw.domain.dossier import SERVICE_FORMS
from postgw.domain.dossier_number import lookup_key, may_be_key
from postgw.domain.errors import Unknown
from postgw.domain.filing import Filing, FilingStanding, FormChoice
from postgw.domain.invitation import Verdict
from postgw.domain.legal_day import legal_day
from postgw.domain.paper_duty import PaperDuty
from postgw.domain.possible_acts import Act, Item, Matter, acts_on_dossier, acts_on_item
from postgw.domain.prepayment import Prepayment
from postgw.domain.procedure import Procedure
from postgw.domain.promise import KeptPromise
from postgw.domain.proxy import KeptProxy
from postgw.domain.recognise import recognise
from postgw.domain.rejection import Rejection
from postgw.domain.result import Result
from postgw.domain.scan import CORRECTION, Scan
from postgw.domain.states import ScanTable
from postgw.domain.stop import tried_on
from postgw.domain.supplement import Supplement
from postgw.domain.time_limit import Clock
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import (
    apologies,
    choices,
    clocks,
    closings,
    consignments,
    dossiers,
    filings,
    invitations,
    overviews,
    paper_duties,
    prepayments,
    promises,
    province,
    proxies,
    reach,
    results,
    supplements,
)
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import ChangeRequest, KeptDossier
from postgw.storage.overviews import Born, Called, Drawn, Listed, OpenCase, Order, Sealed, Sent, Taken, Told, Turned

_FOLLOWED = ("recalled", "delivered", "returning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old the last word about an item is, and after how many silent days its state counts as standing still."""

    heard_at: datetime
    days: int
    is_fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One consignment with all that happened to it."""

    consignment: Consignment
    born: Born
    custody: Custody
    happenings: tuple[Happening, ...]
    scans: tuple[Scan, ...]  #: every statement, corrections and what they cancel among them
    clock: Clock
    fresh: Freshness | None  #: none at its end, or where no rule says how long is too long
    order: Order | None = None
    labels: Sequence[Drawn] = ()
    messages: Sequence[Sent] = ()
    notices: Sequence[Told] = ()
    manifests: Sequence[Listed] = ()
    invitations: Sequence[Called] = ()
    redirections: Sequence[Turned] = ()
    packings: Sequence[Sealed] = ()
    cases: Sequence[OpenCase] = ()
    choices: Sequence[KeptChoice] = ()  #: how the recipient wanted it, the first one first
    choice: KeptChoice | None = None  #: the one that counts today
    promises: Sequence[KeptPromise] = ()  #: what the citizen's page promised, the first one first
    has_failure_record: bool = False
    acts: tuple[Act, ...] = ()

    @property
    def left_at(self) -> datetime | None:
        """Return when the post took the item."""
        moved = (each for each in self.happenings if each.moved and each.state not in {"booked", "cancelled"})
        return next((each.lead.occurred_at for each in moved), None)

    @property
    def corrections(self) -> Mapping[str, Scan]:
        """Return the corrections by the key of the scan that each cancels."""
        return {scan.cancels: scan for scan in self.scans if scan.code == CORRECTION}

    @property
    def cancelled(self) -> tuple[Scan, ...]:
        """Return the statements that count no more."""
        standing = {scan.key for scan in uncancelled(self.scans)}
        return tuple(scan for scan in self.scans if scan.code != CORRECTION and scan.key not in standing)

    @property
    def correctable(self) -> tuple[Scan, ...]:
        """Return the scans that a further scan can correct: those of our devices, no signed record and no proof."""
        return tuple(scan for scan in uncancelled(self.scans) if scan.source.startswith("device:") and not scan.proved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All of a dossier that this account is shown."""

    kept: KeptDossier
    is_ours: bool  #: a desk of the dossier looks, or somebody who sees all
    procedure: Procedure | None
    ways: tuple[Way, ...]  #: the newest first
    filing: FilingStanding
    proxy: KeptProxy | None = None  #: who was named to receive instead
    result: Result | None = None
    duties: tuple[PaperDuty, ...] = ()
    receipts: tuple[Taken, ...] = ()
    prepayment: Prepayment | None = None
    apologies: tuple[Apology, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    rejection: Rejection | None = None
    closing: Closing | None = None
    changes: tuple[ChangeRequest, ...] = ()
    forms: tuple[str, ...] = field(default=())  #: the service forms that its procedure allows
    acts: tuple[Act, ...] = ()
    choices: tuple[FormChoice, ...] = ()  #: what the citizen chose instead of what, oldest first
    due_days: int = 0  #: working days until the agency's due date, or by which it is over (below nought)

    @property
    def filed(self) -> Filing | None:
        """Return since when it is filed."""
        return self.filing.in_force

    @property
    def ready_at(self) -> datetime | None:
        """Return when the result was there: as it was told, else when it was made ready to go home."""
        if self.result:
            return self.result.ready_at
        home = [each for each in self.ways if each.consignment.leg == "return" and each.custody.state != "cancelled"]
        return min((each.born.created_at for each in home), default=None)

    def way(self, number: str) -> Way | None:
        """Return the consignment that a number names."""
        named = (each for each in self.ways if number in {each.consignment.consignment_no, each.consignment.item_no})
        return next(named, None)

    @property
    def current(self) -> Way | None:
        """Return the consignment that matters now: the newest live one, else the newest."""
        live = (each for each in self.ways if not each.custody.ended)
        return next(live, self.ways[0] if self.ways else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The act of looking at all of a dossier at once."""

    database: Database
    book: RuleBook

    async def dossier(self, key: str, *, who: Actor, actor: Actor, at: datetime) -> Whole:
        """Return a dossier by its number, however it is punctuated, or by `DESK/reference`.

        `actor` is the account with all that it may look at, `who` with what it may do. Raises Unknown to others.
        """
        actor.must("enquiry")
        kept = await self._kept(key)
        is_ours, carried = await self._seen(kept, actor) if kept else (False, ())
        if kept is None or not (is_ours or carried):
            raise Unknown(
                "Chưa có hồ sơ mang mã {key}. Kiểm tra lại 4 số cuối của mã.", key=key[:100], code="dossier.unknown"
            )
        return await self._whole(kept, carried, is_ours=is_ours, who=who, at=at)

    async def consignment(self, number: str, *, who: Actor, actor: Actor, at: datetime) -> Whole:
        """Return the dossier of a consignment, named by its number or its item number. Raises Unknown to others."""
        actor.must("enquiry")
        session, read = self.database.reading, recognise(number)
        found = await consignments.find(session, read.number or number)
        if found is None or not await reach.is_seen(session, found, actor):
            raise Unknown("Chưa có bưu gửi mang số {number}.", number=number[:40], code="consignment.unknown")
        kept = await dossiers.by_id(session, found.dossier_id)
        is_ours, carried = await self._seen(kept, actor)
        return await self._whole(kept, carried, is_ours=is_ours, who=who, at=at)

    async def _seen(self, kept: KeptDossier, actor: Actor) -> tuple[bool, tuple[Consignment, ...]]:
        """Return whether a dossier is this unit's own, and its consignments: of another's, those that it may see."""
        carried = await consignments.of_dossier(self.database.reading, kept.dossier_id)
        if actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
            return True, tuple(carried)
        return False, tuple([each for each in carried if await reach.is_seen(self.database.reading, each, actor)])

    async def _kept(self, key: str) -> KeptDossier | None:
        session = self.database.reading
        if kept := await dossiers.find(session, key):
            return kept
        bare = lookup_key(key)
        alike = await dossiers.keys_like(session, bare) if may_be_key(bare) else ()
        return await dossiers.by_id(session, alike[0]) if len(alike) == 1 else None

    async def _whole(
        self, kept: KeptDossier, carried: Sequence[Consignment], *, is_ours: bool, who: Actor, at: datetime
    ) -> Whole:
        session, id_ = self.database.reading, kept.dossier_id
        procedure = await province.procedure(session, kept.dossier.procedure_code, on=legal_day(at))
        standing = await filings.standing(session, kept)
        ways = await self._ways(session, id_, carried, who, at)
        duties = await paper_duties.of_dossier(session, id_)
        proxy = await proxies.current(session, id_)
        if not is_ours:
            return Whole(
                kept=kept, is_ours=False, procedure=procedure, ways=ways, filing=standing, duties=duties, proxy=proxy
            )
        whole = Whole(
            kept=kept, is_ours=True, procedure=procedure, ways=ways, filing=standing, duties=duties, proxy=proxy,
            result=await results.of(session, id_), receipts=await overviews.receipts(session, id_),
            prepayment=await prepayments.find(session, id_), supplements=await supplements.of(session, id_),
            apologies=await apologies.of_dossier(session, id_, state="issued"),
            rejection=await supplements.rejection(session, id_),
            closing=await closings.find(session, id_, kept.dossier.key),
            changes=await dossiers.changes_of(session, id_), forms=_forms(procedure), due_days=self._due_days(kept, at),
            choices=await filings.choices(session, id_),
        )  # fmt: skip
        return _with_acts(whole, who)

    def _due_days(self, kept: KeptDossier, at: datetime) -> int:
        today, due = legal_day(at), kept.dossier.due_on
        if due is None or due == today:
            return 0
        calendar = calendar_of(self.book.holidays_on(today))
        return calendar.between(today, due) if due > today else -max(1, calendar.between(due, today))

    async def _ways(
        self, session: Session, dossier_id: int, carried: Sequence[Consignment], who: Actor, at: datetime
    ) -> tuple[Way, ...]:
        if not carried:
            return ()
        numbers = [each.consignment_no for each in carried]
        born = await overviews.born(session, dossier_id)
        ids = [born[number].id for number in numbers]
        grounds = await clocks.gather(session, self.book, carried, at=at)
        told = await _Told.gathered(session, numbers, ids)
        ways = []
        for each in reversed(carried):
            scans = grounds.told.get(each.consignment_no, ())
            custody, happenings = journey_of(each.leg, scans, self.book.scan_table_of(each.rules_version))
            way = Way(
                consignment=each, born=born[each.consignment_no], custody=custody, happenings=happenings, scans=scans,
                clock=grounds.clock(each), fresh=self._fresh(custody, born[each.consignment_no], at),
                **told.of(each.consignment_no, born[each.consignment_no].id),
            )  # fmt: skip
            way = replace(way, choice=_choice(way, legal_day(at)))
            ways.append(await self._able(session, way, who, at))
        return tuple(ways)

    def _fresh(self, custody: Custody, born: Born, at: datetime) -> Freshness | None:
        rule = self.book.standstill_rule(legal_day(at)).states.get(custody.state)
        if rule is None:
            return None
        heard_at = custody.heard_at or born.created_at
        return Freshness(heard_at=heard_at, days=rule.days, is_fresh=at - heard_at < timedelta(days=rule.days))

    async def _able(self, session: Session, way: Way, who: Actor, at: datetime) -> Way:
        """Return the way with the acts that may be done on it."""
        table = self.book.scan_table_of(way.consignment.rules_version)
        item = Item(
            consignment=way.consignment, may_follow={code: table.rule(code).after for code in _FOLLOWED},
            order_state=way.order.state if way.order else "", left_at=way.left_at,
            return_verdict=await self._verdict(session, way, table, who, at), correctable=len(way.correctable),
        )  # fmt: skip
        return replace(way, acts=acts_on_item(item, who=who))

    async def _verdict(self, session: Session, way: Way, table: ScanTable, who: Actor, at: datetime) -> Verdict | None:
        """Return whether any ground lets the item go back; asked only for those who may start a return."""
        custody = way.custody
        held = custody.holder == "post" and custody.state in table.rule("returning").after
        if not held or "delivery" not in who.scopes:
            return None
        on, best = legal_day(at), None
        is_sender = who.may_see(way.consignment.desk)
        for reason, ground in self.book.invitation_rule(on).grounds.items():
            if ground.by_sender and not is_sender:
                continue
            verdict = await invitations.verdict(session, self.book, way.consignment, reason, on)
            if verdict.allowed:
                return verdict
            if best is None or verdict.earliest is not None:
                best = verdict
        return best


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is kept beside the scans of several consignments, by number and by row."""

    orders: Mapping[str, Order]
    messages: Mapping[str, list[Sent]]
    notices: Mapping[str, list[Told]]
    manifests: Mapping[str, list[Listed]]
    labels: Mapping[int, list[Drawn]]
    invitations: Mapping[int, list[Called]]
    redirections: Mapping[int, list[Turned]]
    packings: Mapping[int, list[Sealed]]
    cases: Mapping[int, list[OpenCase]]
    choices: Mapping[int, list[KeptChoice]]
    promises: Mapping[int, list[KeptPromise]]
    failures: frozenset[int]

    @classmethod
    async def gathered(cls, session: Session, numbers: Sequence[str], ids: Sequence[int]) -> _Told:
        return cls(
            orders=await overviews.orders(session, numbers), messages=await overviews.messages(session, numbers),
            notices=await overviews.notices(session, numbers), manifests=await overviews.manifests(session, numbers),
            labels=await overviews.labels(session, ids), invitations=await overviews.invitations(session, ids),
            redirections=await overviews.redirections(session, ids), packings=await overviews.packings(session, ids),
            cases=await overviews.cases(session, ids), choices=await choices.of_several(session, ids),
            failures=await overviews.failures(session, ids),
            promises=await promises.of_several(session, ids),
        )  # fmt: skip

    def of(self, number: str, id_: int) -> dict[str, Any]:
        """Return what belongs to one consignment."""
        by_number: dict[str, Mapping[str, list[Any]]] = {
            "messages": self.messages,
            "notices": self.notices,
            "manifests": self.manifests,
        }
        by_row: dict[str, Mapping[int, list[Any]]] = {
            "labels": self.labels, "invitations": self.invitations, "redirections": self.redirections,
            "packings": self.packings, "cases": self.cases, "choices": self.choices, "promises": self.promises,
        }  # fmt: skip
        return {
            "order": self.orders.get(number), "has_failure_record": id_ in self.failures,
            **{name: tuple(rows.get(number, ())) for name, rows in by_number.items()},
            **{name: tuple(rows.get(id_, ())) for name, rows in by_row.items()},
        }  # fmt: skip


def _choice(way: Way, on: date) -> KeptChoice | None:
    """Return how the recipient wants an item now; nothing once it has ended."""
    if way.custody.ended:
        return None
    return current(way.choices, way.custody.attempts, on, tried_on=tried_on(way.scans, "attempted"))


def _forms(procedure: Procedure | None) -> tuple[str, ...]:
    return procedure.forms if procedure else tuple(SERVICE_FORMS)


def _with_acts(whole: Whole, who: Actor) -> Whole:
    matter = Matter(
        dossier=whole.kept.dossier, consignments=tuple(way.consignment for way in reversed(whole.ways)),
        forms=whole.forms, filing=whole.filing.state, is_result_ready=whole.result is not None,
        is_put_off=bool(whole.apologies), waiting_changes=len(whole.changes),
        closed_at=whole.closing.closed_at if whole.closing else None,
        awaits_supplement=any(each.state == "asked" for each in whole.supplements),
    )  # fmt: skip
    return replace(whole, acts=acts_on_dossier(matter, who=who))
