"""How much a journey has room for."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.journey_room import without_room
from postgw.domain.scan import Scan, Witness

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_STRENGTHS = st.lists(st.sampled_from(list(Witness)), max_size=30)


def _scans(first: int, strengths: list[Witness]) -> list[Scan]:
    return [
        Scan(source="d", source_id=str(n), witness=strength, code="arrived", occurred_at=AT, received_at=AT)
        for n, strength in enumerate(strengths, first)
    ]


@given(_STRENGTHS, _STRENGTHS, st.integers(1, 12))
def test_no_journey_grows_past_the_bound_and_the_weaker_keep_no_stronger_out(
    known: list[Witness], told: list[Witness], most: int
) -> None:
    there: list[Scan] = []
    for scan in [*_scans(0, known), *_scans(100, told)]:
        there += [] if without_room(there, [scan], most) else [scan]
    begun = [scan for scan in there if int(scan.source_id) < 100]

    outside = without_room(begun, _scans(100, told), most)

    assert {scan.key for scan in there} == {scan.key for scan in [*begun, *_scans(100, told)]} - outside
    count = Counter(scan.witness for scan in there)
    assert max(count.values(), default=0) <= most
    for strength in Witness:
        as_strong = sum(witness >= strength for witness in [*known, *told])
        kept = sum(count[each] for each in Witness if each >= strength)
        assert kept >= min(most, as_strong)


def test_of_one_strength_the_first_who_tell_are_heard() -> None:
    told = _scans(0, [Witness.SCANNED] * 5)

    assert without_room(told[:2], told[2:], 3) == {scan.key for scan in told[3:]}
