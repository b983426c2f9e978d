"""Which statements about one consignment contradict each other, and what a lead's word cancels.

`contradictions_in` is pure and looks at the whole journey anew each time, as custody does. So the order in which
statements reach us does not matter, and each matter has one subject.

What counts as odd:

- two proofs of delivery that are not two witnesses of one happening (two devices never are);
- a proof that comes after another end, by the walk of `custody`: out of turn;
- a scan by one of our devices after an end, as if the post still had the item;
- an item that lies at a post office which does not serve the recipient: it is taken out from there, tried, held or
  delivered there, or has arrived at a delivery office that did not collect it. Passing through is no conflict, nor is
  `found_here`, and where no round is known there is no verdict.

A statement that two hands have signed (a handover manifest) is never cancelled here: it is mended by a correction that
both sign, `services.filing`.

Stands on: conflict, custody, scan, states. Used by: services.conflicts, storage.scans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from .conflict import Found, Side, subject_of
from .custody import Custody, Happening, journey_of
from .scan import CORRECTION, Scan, Witness
from .states import ScanTable

#: Words that say: this office is where the recipient gets it from.
OFFICE_BOUND = frozenset({"out_for_delivery", "attempted", "held", "delivered", "arrived"})
#: Words after which a look is worth while; a journey without any of them has no conflict.
LOOKED_AT = OFFICE_BOUND | {"returned", "cancelled", "recalled", "archived", "lost"}
_ON_ITS_WAY = frozenset({"at_office", "out_for_delivery", "attempted", "held"})
_SIGNED_BY_BOTH = "manifest:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """Where a consignment belongs at its end."""

    right: frozenset[str] = frozenset()  #: those that serve the recipient; empty: not known, no verdict
    delivering: frozenset[str] = frozenset()  #: those that have rounds of their own


def contradictions_in(
    consignment_no: str, leg: str, scans: Iterable[Scan], table: ScanTable, offices: Offices
) -> tuple[Found, ...]:
    """Return what contradicts itself in one consignment's journey."""
    custody, happenings = journey_of(leg, scans, table)
    found = [*_delivered_twice(happenings), *_after_an_end(happenings, table)]
    if leg == "return" and custody.state in _ON_ITS_WAY | {"delivered"}:
        found += _wrong_office(happenings, offices)
    return tuple(
        Found(
            kind=kind, subject=subject_of(kind, consignment_no, *parts), unit=_unit(sides),
            consignment_no=consignment_no, device_no=next((s.device_no for s in reversed(sides) if s.device_no), ""),
            sides=sides,
        )
        for kind, parts, sides in found
    )  # fmt: skip


def worth_a_look(
    leg: str,
    known: Sequence[Scan],
    new: Sequence[Scan],
    before: Custody,
    after: Custody,
    table: ScanTable,
    *,
    routed: bool,
) -> bool:
    """Return whether a journey that goes on with new statements may contradict itself now, seen without its neighbours.

    Never false where `contradictions_in` finds something that was not there before. `routed`: it is known which office
    serves whom.
    """
    scans = [*known, *new]
    if len([scan for scan in scans if scan.code == "delivered" and scan.proved]) > 1 or _goes_on_after_an_end(
        scans, table
    ):
        return True
    if not routed or leg != "return" or after.state not in _ON_ITS_WAY | {"delivered"}:
        return False
    goes_on = all(scan.code != CORRECTION and before.heard_at and scan.occurred_at > before.heard_at for scan in new)
    bound = [scan for scan in known if _by_device(scan) and scan.code in OFFICE_BOUND - {"arrived"}]
    looked_at = before.office == after.office and any(scan.office == after.office for scan in bound)
    return not (goes_on and looked_at)


def _goes_on_after_an_end(scans: Sequence[Scan], table: ScanTable) -> bool:
    ends = [scan.occurred_at for scan in scans if scan.code in table.ending]
    return bool(ends) and any(
        (_by_device(scan) or scan.proved)
        and scan.occurred_at >= min(ends)
        and not (scan.code in table.ending and len(ends) == 1)
        for scan in scans
    )


_Odd = tuple[str, tuple[str, ...], tuple[Side, ...]]


def _delivered_twice(happenings: Sequence[Happening]) -> Iterator[_Odd]:
    proofs = [
        (place, each, scan)
        for place, each in enumerate(happenings)
        for scan in each.statements
        if scan.code == "delivered" and scan.proved
    ]
    for (place, one, first), (other, two, second) in combinations(sorted(proofs, key=_by_moment), 2):
        if place != other or (_by_device(first) and _by_device(second)):
            yield "delivered_twice", (first.key, second.key), (_side(first, one), _side(second, two))


def _by_moment(proof: tuple[int, Happening, Scan]) -> tuple[object, ...]:
    return (proof[2].occurred_at, proof[2].received_at, proof[2].key)


def _after_an_end(happenings: Sequence[Happening], table: ScanTable) -> Iterator[_Odd]:
    end: Happening | None = None
    seen = False
    for each in happenings:
        if each.moved:
            end, seen = (each if table.states[each.state].ends else None), False
        if end is None or not each.out_of_turn:
            continue
        if each.lead.code == "delivered":
            for proof in (scan for scan in each.statements if scan.proved):
                yield "delivered_after_end", (proof.key,), (_side(end.lead, end), _side(proof, each))
        elif not seen and _by_device(each.lead):
            seen = True
            yield "seen_after_end", (each.lead.key,), (_side(end.lead, end), _side(each.lead, each))


def _wrong_office(happenings: Sequence[Happening], offices: Offices) -> Iterator[_Odd]:
    stay = _stay(happenings)
    if not stay or not offices.right or (office := _office(stay[0])) in offices.right | {""}:
        return
    decisive = next((each for each in stay if each.lead.code != "arrived"), None)
    if decisive is None:
        if office not in offices.delivering or office == _collected_at(happenings):
            return
        decisive = stay[0]
    expected = Side(word="route", office=min(offices.right), detail={"offices": sorted(offices.right)})
    yield "wrong_office", (office, stay[0].lead.key), (_side(decisive.lead, decisive), expected)


def _stay(happenings: Sequence[Happening]) -> list[Happening]:
    """Return what bound the item to the office where it was last, since it came there; nothing when it has left."""
    stay: list[Happening] = []
    here = ""
    for each in happenings:
        if each.out_of_turn or not (office := _office(each)):
            continue
        if each.lead.code == "found_here" and office == here:
            continue
        if each.lead.code not in OFFICE_BOUND or not _by_device(each.lead):
            stay, here = [], office
            continue
        stay = [*stay, each] if office == here and stay else [each]
        here = office
    return stay


def _collected_at(happenings: Sequence[Happening]) -> str:
    return next((office for each in happenings if (office := _office(each))), "")


def _office(happening: Happening) -> str:
    return happening.lead.office or next((scan.office for scan in happening.statements if scan.office), "")


def _by_device(scan: Scan) -> bool:
    return scan.source.startswith("device:")


def _unit(sides: Sequence[Side]) -> str:
    """Return whose lead settles it: the office of the device that spoke last, for the oddity came with it."""
    by_devices = [side.office for side in sides if side.device_no and side.office]
    return by_devices[-1] if by_devices else next((side.office for side in sides if side.office), "")


def _side(scan: Scan, happening: Happening) -> Side:
    return Side(
        word=scan.code, key=scan.key, source=scan.source, witness=int(scan.witness), actor=scan.actor,
        office=scan.office, at=scan.occurred_at, device_at=scan.device_at, received_at=scan.received_at,
        state=happening.state, reason=scan.reason,
    )  # fmt: skip


def cancelled_by(found: Found, way: str, leg: str, scans: Sequence[Scan], table: ScanTable) -> tuple[Scan, ...]:
    """Return the statements that a lead's word cancels, so that what stands is told without contradiction."""
    if found.kind not in {"delivered_twice", "delivered_after_end", "seen_after_end"} or way == "both":
        return ()
    first, second = found.sides
    by_key = {scan.key: scan for scan in scans}
    if found.kind == "delivered_twice":
        given_up = second if way == "first" else first
        return (by_key[given_up.key],) if given_up.key in by_key else ()
    if way == "first":
        return _after(first, second, leg, scans, table)
    return _in_the_way_of(second.key, leg, scans, table)


def _after(end: Side, odd: Side, leg: str, scans: Sequence[Scan], table: ScanTable) -> tuple[Scan, ...]:
    """Return the odd statement, and what else devices told after the end as if it had not come."""
    _, happenings = journey_of(leg, scans, table)
    told = [
        scan
        for each in happenings
        if each.out_of_turn and (each.lead.code == "delivered") == (odd.word == "delivered")
        for scan in each.statements
    ]
    if odd.word == "delivered":
        return tuple(scan for scan in told if scan.key == odd.key)
    return tuple(scan for scan in told if _by_device(scan) and end.at and scan.occurred_at >= end.at)


def _in_the_way_of(key: str, leg: str, scans: Sequence[Scan], table: ScanTable) -> tuple[Scan, ...]:
    """Return what has to fall, the latest end first, until the statement under `key` is in its turn."""
    left, fallen = list(scans), list[Scan]()
    while True:
        _, happenings = journey_of(leg, left, table)
        place = next((n for n, each in enumerate(happenings) if key in {scan.key for scan in each.statements}), None)
        if place is None or not happenings[place].out_of_turn:
            return tuple(fallen)
        end = next((each for each in reversed(happenings[:place]) if each.moved), None)
        if end is None:
            return tuple(fallen)
        fallen += end.statements
        gone = {scan.key for scan in end.statements}
        left = [scan for scan in left if scan.key not in gone]


def signed_by_both(cancelled: Iterable[Scan]) -> bool:
    """Say whether a statement is among these that two hands signed, so that only both may mend it."""
    return any(scan.source.startswith(_SIGNED_BY_BOTH) and scan.witness == Witness.SIGNED for scan in cancelled)


def heard_since(side: Side, leg: str, scans: Iterable[Scan], table: ScanTable) -> bool:
    """Say whether anything was told of the item after what one side said of it."""
    _, happenings = journey_of(leg, scans, table)
    return side.at is not None and any(
        scan.occurred_at > side.at for each in happenings for scan in each.statements if scan.code != CORRECTION
    )
