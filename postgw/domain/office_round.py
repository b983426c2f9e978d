"""A post office as one of its workers stands in it: its rounds, and what its lists say without names.

What a device carries along is made of these. An item stands in it by number, commune and street; whose it is stands
elsewhere, for those alone who are to bring it.

Stands on: delivery_route, consignment, unit, stop. Used by: services.snapshots, storage.snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from .address import Party
from .consignment import Consignment
from .delivery_route import Route, place_for, route_for, street_of
from .legal_day import legal_day
from .stop import ON_THE_WAY
from .unit import Unit

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenList:
    """A handover list that is not signed by both sides."""

    manifest_no: str
    desk: str
    direction: str
    state: str
    pickup_no: str
    opened_at: datetime
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedComing:
    """A coming of the post to a desk today."""

    desk: str
    manifest_no: str = ""
    pickup_no: str = ""
    window: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRound:
    """An office as one of its workers stands in it."""

    code: str
    me: str
    units: Mapping[str, Unit]
    routes: tuple[Route, ...]  #: its own, and those of others that share its communes
    own: tuple[Route, ...] = ()
    mine: frozenset[str] = frozenset()  #: numbers of the rounds that this worker walks today
    walkers: frozenset[str] = frozenset()  #: who walks one of its rounds today
    desks: tuple[str, ...] = ()  #: on its rounds: what goes to them comes here

    @property
    def communes(self) -> list[str]:
        """Return the communes of its rounds."""
        return sorted({place.commune_code for route in self.own for place in route.places})

    def is_mine(self, route_no: str) -> bool:
        """Say whether this worker walks a round today."""
        return route_no in self.mine

    def route_of(self, commune_code: str, address: str) -> str:
        """Return its round for an address, empty where it is another office's or nobody's."""
        route = route_for(commune_code, address, self.routes)
        return route.route_no if route and route.office == self.code else ""

    def owner_of(self, end: Party) -> str:
        """Return the name of the other office on whose round an address lies; empty where it is ours or nobody's."""
        route = route_for(end.commune_code, end.address, self.routes)
        return "" if route is None or route.office == self.code else self.name_of(route.office)

    def knowing(self, others: Sequence[Route]) -> OfficeRound:
        """Return this office with rounds of others, so that what goes on to them can be told apart."""
        routes = {(each.office, each.route_no): each for each in (*self.routes, *others)}
        return replace(self, routes=tuple(routes.values()))

    def end_of(self, found: Consignment) -> Party:
        """Return where a postman goes for an item: to the citizen, or to the desk."""
        citizen_gives = found.leg in {"send", "withdrawal"} and found.custody.state in {"registered", "booked"}
        return found.consignor if citizen_gives else found.consignee

    def place_of(self, party: Party) -> str:
        """Return the hamlet or street of an address, by the words of a round where they stand in it."""
        found = place_for(party.commune_code, party.address, self.routes)
        return (found[1] if found else "") or street_of(party.address)

    def is_ours(self, found: Consignment) -> bool:
        """Say whether an item that is elsewhere is to come here."""
        end = self.end_of(found)
        return bool(self.route_of(end.commune_code, end.address)) or _desk_of(found) in self.desks

    def name_of(self, code: str) -> str:
        """Return the name of a unit, or its code where nobody knows it."""
        unit = self.units.get(code)
        return unit.name if unit else code

    def goes_to(self, desk: Unit) -> bool:
        """Say whether this worker goes to a desk; one on nobody's round is for every worker of the office."""
        route_no = self.route_of(desk.commune_code, desk.address)
        worker = next((route.worker for route in self.own if route.route_no == route_no), "")
        return worker in {"", self.me}


def office_round(code: str, me: str, units: Mapping[str, Unit], routes: tuple[Route, ...]) -> OfficeRound:
    """Return an office as the worker `me` stands in it."""
    own = tuple(route for route in routes if route.office == code)
    bare = OfficeRound(code=code, me=me, units=units, routes=routes, own=own)
    return replace(
        bare, mine=frozenset(route.route_no for route in own if route.worker == me),
        walkers=frozenset(route.worker for route in own if route.worker),
        desks=tuple(
            unit.code for unit in units.values()
            if unit.kind == "desk" and bare.route_of(unit.commune_code, unit.address)
        ),
    )  # fmt: skip


def _desk_of(found: Consignment) -> str:
    return "" if found.leg == "return" else found.to_desk or found.desk


def item_entry(office: OfficeRound, found: Consignment, bag_no: str) -> Json:
    """Return an item as a snapshot lists it: no name, no house number."""
    end = office.end_of(found)
    custody = found.custody
    is_desk = end is found.consignee and found.leg != "return"
    expects = custody.office != office.code and custody.state in ON_THE_WAY
    return {
        "number": found.consignment_no, "item_no": found.item_no, "bag_no": bag_no, "leg": found.leg,
        "state": custody.state, "office": custody.office, "expected": expects,
        "route": office.route_of(end.commune_code, end.address), "commune": end.commune,
        "street": end.name if is_desk else office.place_of(end), "attempts": custody.attempts,
        "owner": office.owner_of(end),
    }  # fmt: skip


def list_entries(office: OfficeRound, lists: Sequence[OpenList]) -> dict[str, Json]:
    """Return open lists with what stands on them, by their numbers."""
    return {
        each.manifest_no: {
            "direction": each.direction, "desk": each.desk, "desk_name": office.name_of(each.desk),
            "state": each.state, "numbers": list(each.numbers),
        }
        for each in lists
    }  # fmt: skip


def desk_stops(
    office: OfficeRound, comings: Sequence[PromisedComing], lists: Sequence[OpenList], on: date
) -> list[Json]:
    """Return the desks to which this worker goes today, one stop each: those promised a coming, those with a list."""
    today = [each for each in lists if legal_day(each.opened_at) == on]
    codes = dict.fromkeys([*(each.desk for each in comings), *(each.desk for each in today)])
    return [
        _desk_stop(office, office.units[code], [each for each in comings if each.desk == code],
                   [each for each in lists if each.desk == code], on)
        for code in codes
        if code in office.units and office.goes_to(office.units[code])
    ]  # fmt: skip


def _desk_stop(
    office: OfficeRound, unit: Unit, comings: Sequence[PromisedComing], lists: Sequence[OpenList], on: date
) -> Json:
    numbers = [each.manifest_no for each in lists] + [each.manifest_no or each.pickup_no for each in comings]
    return {
        "kind": "desk", "number": numbers[0], "desk": unit.code, "name": unit.name, "phone": unit.phone,
        "address": unit.address, "commune": unit.commune, "province": unit.province, "place": street_of(unit.address),
        "route": office.route_of(unit.commune_code, unit.address),
        "window": min((each.window for each in comings), default=""),
        "lists": [
            {"manifest_no": each.manifest_no, "direction": each.direction, "state": each.state,
             "count": len(each.numbers)}
            for each in lists
        ],
        "attempts": 0, "papers": [], "withdraw": [], "invited": [], "due_on": on.isoformat(), "next_attempt": "",
        "money": {"fee": 0, "postage": 0, "postage_taken": 0, "paid_elsewhere": ""}, "item_no": "", "leg": "",
        "state": "", "remarks": "", "proof": {"photo_wanted": False}, "bag_no": "", "version": 0,
    }  # fmt: skip
