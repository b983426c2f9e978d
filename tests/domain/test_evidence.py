"""Whatever is done to a chain afterwards shows, and shows at its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.evidence import (
    Head,
    Link,
    Statement,
    broken_links,
    end_of,
    linked,
    may_be_sealed,
    night_due,
    personal_part,
    plain_part,
    seal_digest,
)
from postgw.domain.scan import Scan, Witness

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NO = "4K7M29TB6HC"
PROOF = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_tail": "123", "signature_sha256": ""}

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCANS = st.builds(
    Scan, source=TEXTS, source_id=TEXTS, witness=st.sampled_from(Witness), code=TEXTS,
    occurred_at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    received_at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    device_at=st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    office=TEXTS, actor=TEXTS, reason=TEXTS, note=TEXTS, cancels=TEXTS, bag_no=TEXTS, manifest_no=TEXTS,
    proved=st.booleans(), raw_code=TEXTS, flags=st.lists(TEXTS, max_size=2).map(tuple),
)  # fmt: skip
#: What each field of a scan may be changed into.
OTHERWISE: dict[str, Any] = {
    "witness": lambda was: Witness.STATED if was != Witness.STATED else Witness.SIGNED,
    "occurred_at": lambda was: was + timedelta(microseconds=1),
    "received_at": lambda was: was + timedelta(microseconds=1),
    "device_at": lambda was: AT if was != AT else None,
    "proved": lambda was: not was,
    "flags": lambda was: (*was, "x"),
}
FIELDS = sorted(Scan.__dataclass_fields__)


def statement(scan_id: int, scan: Scan, proof: dict[str, str] | None = None) -> Statement:
    return Statement(scan_id=scan_id, plain=plain_part(scan), personal=personal_part(scan.note, proof))


def chain(scans: Sequence[Scan]) -> tuple[list[Link], dict[int, Statement]]:
    """Return the chain of scans received in this order, and the scans as they stand."""
    links: list[Link] = []
    told = {number: statement(number, scan) for number, scan in enumerate(scans, 10)}
    head = None
    for number, each in told.items():
        links.append(linked(NO, head, each, salt=f"{number:032x}"))
        head = Head(consignment_no=NO, seq=links[-1].seq, hash=links[-1].hash)
    return links, told


def faults(links: Sequence[Link], told: dict[int, Statement]) -> list[tuple[str, int]]:
    return [(broken.fault, broken.seq) for broken in broken_links(links, told)]


@given(st.lists(SCANS, max_size=5))
def test_a_chain_that_nobody_touched_holds(scans: list[Scan]) -> None:
    links, told = chain(scans)

    assert faults(links, told) == []


@given(st.lists(SCANS, min_size=1, max_size=4), st.sampled_from(FIELDS), st.data())
def test_any_change_of_any_field_of_any_scan_shows_at_that_place(
    scans: list[Scan], field: str, data: st.DataObject
) -> None:
    links, told = chain(scans)
    place = data.draw(st.integers(0, len(scans) - 1))
    was = getattr(scans[place], field)
    changed = replace(scans[place], **{field: OTHERWISE.get(field, lambda text: text + "x")(was)})
    told[place + 10] = statement(place + 10, changed)

    assert faults(links, told) == [("personal" if field == "note" else "changed", place + 1)]


@given(st.lists(SCANS, min_size=1, max_size=4), st.data())
def test_a_scan_that_is_gone_shows_at_its_place(scans: list[Scan], data: st.DataObject) -> None:
    links, told = chain(scans)
    place = data.draw(st.integers(0, len(scans) - 1))
    del told[place + 10]

    assert faults(links, told) == [("missing", place + 1)]


@given(st.lists(SCANS, min_size=2, max_size=4, unique_by=lambda scan: scan.source_id), st.data())
def test_two_scans_that_changed_places_show(scans: list[Scan], data: st.DataObject) -> None:
    links, told = chain(scans)
    place = data.draw(st.integers(0, len(scans) - 2)) + 10
    told[place], told[place + 1] = (
        replace(told[place + 1], scan_id=place),
        replace(told[place], scan_id=place + 1),
    )

    assert ("changed", place - 9) in faults(links, told)


@pytest.mark.parametrize("gone", [0, 1])
def test_a_link_taken_out_tears_the_chain(gone: int) -> None:
    links, told = chain([Scan(source="d", source_id=str(n), witness=Witness.SCANNED, code="arrived", occurred_at=AT,
                              received_at=AT) for n in range(3)])  # fmt: skip
    del links[gone]

    assert faults(links, told)[0][0] == "torn"


def test_a_link_that_names_another_hash_before_it_is_torn_there() -> None:
    links, told = chain([_scan("a"), _scan("b")])

    assert faults([links[0], replace(links[1], previous_hash="00")], told) == [("torn", 2)]


def test_a_scan_put_in_before_one_that_is_linked_shows() -> None:
    links, told = chain([_scan("a"), _scan("b")])
    told[9] = statement(9, _scan("c"))

    assert faults(links, told) == [("inserted", 2)]


def test_a_scan_after_the_last_link_is_only_not_linked_yet() -> None:
    links, told = chain([_scan("a")])
    told[11] = statement(11, _scan("b"))

    assert faults(links, told) == []


def test_a_proof_that_was_changed_shows() -> None:
    link = linked(NO, None, statement(1, _scan("a"), PROOF), salt="00")
    told = {1: statement(1, _scan("a"), {**PROOF, "receiver_name": "Ai khác"})}

    assert faults([link], told) == [("personal", 1)]


def test_a_personal_part_that_was_erased_breaks_nothing() -> None:
    link = linked(NO, None, statement(1, replace(_scan("a"), note="Cổng khoá"), PROOF), salt="00")

    assert faults([replace(link, salt="")], {1: statement(1, _scan("a"))}) == []


def test_equal_personal_parts_have_different_digests() -> None:
    told = statement(1, replace(_scan("a"), note="Cổng khoá"))
    digests = {linked(NO, None, told, salt=salt).personal_digest for salt in ("00", "01")}

    assert len(digests) == 2


def test_a_scan_without_anything_personal_needs_no_salt_and_may_not_get_a_note_afterwards() -> None:
    link = linked(NO, None, statement(1, _scan("a")), salt="00")

    assert (link.salt, link.is_erased) == ("", False)
    assert faults([link], {1: statement(1, _scan("a"))}) == []
    assert faults([link], {1: statement(1, replace(_scan("a"), note="Thêm về sau"))}) == [("personal", 1)]


HEADS = st.lists(
    st.builds(Head, consignment_no=TEXTS, seq=st.integers(1, 9), hash=TEXTS),
    min_size=1, max_size=4, unique_by=lambda head: head.consignment_no,
)  # fmt: skip


@given(HEADS, st.data())
def test_a_seal_covers_each_head_whatever_their_order(heads: list[Head], data: st.DataObject) -> None:
    sealed = seal_digest("00", date(2026, 11, 23), heads)
    place = data.draw(st.integers(0, len(heads) - 1))
    other = [*heads[:place], replace(heads[place], hash=heads[place].hash + "x"), *heads[place + 1 :]]

    assert seal_digest("00", date(2026, 11, 23), heads[::-1]) == sealed
    assert seal_digest("00", date(2026, 11, 23), other) != sealed
    assert seal_digest("01", date(2026, 11, 23), heads) != sealed
    assert seal_digest("00", date(2026, 11, 24), heads) != sealed


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_a_night_is_sealed_before_its_day_ends_and_no_link_waits_for_two(at: datetime) -> None:
    night = night_due(at, None)

    assert may_be_sealed(night, end_of(night))
    assert not may_be_sealed(night, end_of(night) - timedelta(minutes=6))
    assert at < end_of(night) <= at + timedelta(days=1)


def _scan(source_id: str) -> Scan:
    return Scan(
        source="d", source_id=source_id, witness=Witness.SCANNED, code="arrived", occurred_at=AT, received_at=AT
    )
