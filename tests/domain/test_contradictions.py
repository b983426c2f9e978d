"""What contradicts itself in a journey is found, each matter once, in whatever order its statements came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.conflict import KINDS, WAYS, Found, checked_reason
from postgw.domain.contradictions import (
    Offices,
    cancelled_by,
    contradictions_in,
    heard_since,
    signed_by_both,
    worth_a_look,
)
from postgw.domain.custody import custody_of
from postgw.domain.errors import Invalid
from postgw.domain.scan import CORRECTION, Scan, Witness
from postgw.rules.book import rule_book

TABLE = rule_book().scan_table(date(2026, 11, 23))
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ITEM = "4K7M29TB6HC"
KY_ANH = Offices(right=frozenset({"45010"}), delivering=frozenset({"45010", "45020"}))


def told(code: str, hour: int = 0, source: str = "device:a", office: str = "45010", **more: Any) -> Scan:
    """Return a statement of that hour after the first morning, heard at once."""
    at = MORNING + hour * HOUR
    signed = code == "delivered" and not source.startswith("feed") or source.startswith("manifest")
    scan = Scan(
        source=source, source_id=f"{code}-{hour}", code=code, office=office, occurred_at=at, received_at=at,
        witness=Witness.SIGNED if signed else Witness.SCANNED, proved=signed,
    )  # fmt: skip
    return replace(scan, **more)


def found(*scans: Scan, leg: str = "return", offices: Offices = KY_ANH) -> list[tuple[str, list[str]]]:
    """Return each conflict as its kind and what its sides are."""
    return [(each.kind, [side.word for side in each.sides]) for each in laid(*scans, leg=leg, offices=offices)]


def laid(*scans: Scan, leg: str = "return", offices: Offices = KY_ANH) -> tuple[Found, ...]:
    return contradictions_in(ITEM, leg, scans, TABLE, offices)


def undone(scan: Scan, hour: int, source: str = "device:a") -> Scan:
    return told(CORRECTION, hour, source, source_id=f"undo-{hour}", cancels=scan.key)


def after_word(one: Found, way: str, *scans: Scan, leg: str = "return") -> tuple[str, list[str]]:
    """Return the state, and what still contradicts itself, after a lead settled one conflict a way."""
    cancelled = cancelled_by(one, way, leg, scans, TABLE)
    words = [
        told(CORRECTION, 50 + n, "conflict:MT-1", source_id=str(n), cancels=scan.key)
        for n, scan in enumerate(cancelled)
    ]
    everything = [*scans, *words]
    return custody_of(leg, everything, TABLE).state, [kind for kind, _ in found(*everything, leg=leg)]


OUT = told("out_for_delivery", 1)
DELIVERED = told("delivered", 3)
BY_ANOTHER = told("delivered", 4, "device:b")


# --- delivered twice


def test_two_devices_that_both_deliver_one_item_are_one_conflict_with_both_sides():
    [one] = laid(OUT, DELIVERED, BY_ANOTHER)

    assert (one.kind, [side.key for side in one.sides]) == ("delivered_twice", [DELIVERED.key, BY_ANOTHER.key])
    assert (one.unit, one.consignment_no, one.device_no) == ("45010", ITEM, "b")


def test_one_device_that_delivers_at_two_moments_is_a_conflict_too():
    assert found(OUT, DELIVERED, told("delivered", 5)) == [("delivered_twice", ["delivered", "delivered"])]


@pytest.mark.parametrize(
    "other",
    [told("delivered", 3, "manifest:BB-1"), told("delivered", 4, "feed:vnp"), told("delivered", 3, source_id="again")],
    ids=["the record both signed", "the feed of the post", "the same device saying it again"],
)
def test_a_second_witness_of_one_delivery_is_no_conflict(other: Scan):
    assert found(OUT, DELIVERED, other) == []


def test_a_signed_record_of_another_day_is_a_conflict():
    assert [kind for kind, _ in found(OUT, DELIVERED, told("delivered", 30, "manifest:BB-1"))] == ["delivered_twice"]


@pytest.mark.parametrize(("way", "left"), [("first", "a"), ("second", "b")])
def test_the_delivery_that_the_lead_lets_stand_is_the_one_that_is_left(way: str, left: str):
    [one] = laid(OUT, DELIVERED, BY_ANOTHER)

    [cancelled] = cancelled_by(one, way, "return", [OUT, DELIVERED, BY_ANOTHER], TABLE)

    assert cancelled.source != f"device:{left}"
    assert after_word(one, way, OUT, DELIVERED, BY_ANOTHER) == ("delivered", [])


def test_both_may_stay_as_they_are():
    [one] = laid(OUT, DELIVERED, BY_ANOTHER)

    assert cancelled_by(one, "both", "return", [OUT, DELIVERED, BY_ANOTHER], TABLE) == ()


def test_a_delivery_that_its_own_worker_took_back_is_no_conflict():
    assert found(OUT, DELIVERED, BY_ANOTHER, undone(BY_ANOTHER, 5, "device:b")) == []


def test_three_deliveries_are_a_conflict_for_each_pair_and_settling_two_settles_all():
    third = told("delivered", 5, "device:c")
    scans = [OUT, DELIVERED, BY_ANOTHER, third]
    kept = next(one for one in laid(*scans) if [side.device_no for side in one.sides] == ["a", "b"])

    assert len(laid(*scans)) == 3
    assert after_word(kept, "first", *scans) == ("delivered", ["delivered_twice"])


# --- after an end


@pytest.mark.parametrize("end", ["returned", "cancelled", "recalled"])
def test_a_proof_after_another_end_stands_against_that_end(end: str):
    before = [told("collected")] if end != "cancelled" else []
    last = told(end, 2, "gateway" if end != "returned" else "device:b")

    assert found(*before, last, DELIVERED) == [("delivered_after_end", [end, "delivered"])]


def test_a_proof_while_it_is_on_its_way_back_is_taken_and_no_conflict():
    assert found(told("collected"), told("returning", 1), DELIVERED) == []


def test_the_end_stands_or_the_delivery_stands():
    scans = [told("collected"), told("returned", 2, "device:b"), DELIVERED]
    [one] = laid(*scans)

    assert after_word(one, "first", *scans) == ("returned", [])
    assert after_word(one, "second", *scans) == ("delivered", [])


def test_a_delivery_that_stands_takes_away_every_end_in_its_way():
    scans = [told("collected"), told("returned", 1), told("archived", 2), DELIVERED]
    [one] = laid(*scans)

    assert [scan.code for scan in cancelled_by(one, "second", "return", scans, TABLE)] == ["archived", "returned"]
    assert after_word(one, "second", *scans) == ("delivered", [])


def test_what_two_hands_have_signed_is_known_so_that_it_is_not_cancelled():
    scans = [told("collected"), told("returned", 2, "manifest:BB-1"), DELIVERED]
    [one] = laid(*scans)

    signed = {way: signed_by_both(cancelled_by(one, way, "return", scans, TABLE)) for way in WAYS[one.kind]}

    assert signed == {"first": False, "second": True, "both": False}


def test_a_device_that_still_scans_what_was_delivered_is_one_conflict_however_often_it_scans():
    later = [told("attempted", 5, "device:b", reason="absent"), told("arrived", 6, "device:b")]
    scans = [OUT, DELIVERED, *later]
    [one] = laid(*scans)

    assert (one.kind, [side.word for side in one.sides]) == ("seen_after_end", ["delivered", "attempted"])
    assert after_word(one, "first", *scans) == ("delivered", [])
    assert after_word(one, "second", *scans)[0] == "at_office"


def test_a_feed_that_tells_late_is_no_conflict():
    assert found(OUT, DELIVERED, told("arrived", 5, "feed:vnp", witness=Witness.STATED)) == []


# --- the wrong office


@pytest.mark.parametrize("code", ["out_for_delivery", "held", "attempted", "delivered"])
def test_what_is_taken_out_or_handed_out_where_the_recipient_is_not_served_is_a_conflict_of_that_office(code: str):
    scan = told(code, 2, office="45020", reason="absent" if code == "attempted" else "")
    [one] = laid(told("collected"), scan)

    assert (one.kind, one.unit) == ("wrong_office", "45020")
    assert one.sides[1].detail == {"offices": ["45010"]}


def test_an_arrival_is_a_conflict_only_at_a_delivery_office_that_did_not_collect_it():
    collected = told("collected", office="45030")
    offices = replace(KY_ANH, delivering=KY_ANH.delivering | {"45030"})

    assert found(collected, told("arrived", 1, office="45030"), offices=offices) == []
    assert found(collected, told("arrived", 1, office="480000"), offices=offices) == []
    assert found(collected, told("arrived", 1, office="45020"), offices=offices) == [
        ("wrong_office", ["arrived", "route"])
    ]


@pytest.mark.parametrize(
    "then", [told("departed", 3, office="45020"), told("arrived", 3), told("found_here", 3, office="45099")]
)
def test_once_it_has_left_the_wrong_office_nothing_is_to_be_settled(then: Scan):
    assert found(told("collected"), told("held", 2, office="45020"), then) == []


def test_several_scans_at_one_wrong_office_are_one_conflict():
    stay = [
        told(code, n, office="45020", reason="absent") for n, code in enumerate(("arrived", "held", "attempted"), 1)
    ]
    kinds = [kind for kind, _ in found(told("collected"), *stay)]

    assert kinds == ["wrong_office"]


@pytest.mark.parametrize(
    ("offices", "leg"),
    [(Offices(), "return"), (Offices(delivering=frozenset({"45020"})), "return"), (KY_ANH, "send")],
    ids=["no rounds", "nobody serves the commune", "it goes to a desk"],
)
def test_where_nobody_knows_the_right_office_there_is_no_verdict(offices: Offices, leg: str):
    assert found(told("collected"), told("held", 2, office="45020"), offices=offices, leg=leg) == []


def test_what_was_only_found_somewhere_is_no_conflict():
    assert found(told("collected"), told("found_here", 2, office="45020")) == []


# --- whatever comes


_CODES = ["collected", "arrived", "departed", "found_here", "out_for_delivery", "attempted", "held", "delivered",
          "returning", "returned", "recalled", "lost"]  # fmt: skip
_STATEMENTS = st.lists(
    st.builds(
        told, st.sampled_from(_CODES), st.integers(0, 12),
        st.sampled_from(["device:a", "device:b", "feed:vnp", "manifest:BB-1"]),
        st.sampled_from(["45010", "45020", "45030", ""]),
    ),
    min_size=1, max_size=8, unique_by=lambda scan: scan.key,
)  # fmt: skip


def _by_subject(found: tuple[Found, ...]) -> dict[str, Found]:
    return {one.subject: one for one in found}


@given(st.data())
def test_the_order_of_arrival_changes_nothing_and_each_matter_has_one_subject(data: st.DataObject):
    scans = data.draw(_STATEMENTS)
    here = laid(*scans)

    assert _by_subject(laid(*data.draw(st.permutations(scans)))) == _by_subject(here)
    assert len({one.subject for one in here}) == len(here)
    assert all(one.kind in KINDS and len(one.sides) == 2 for one in here)


@given(_STATEMENTS)
def test_whatever_way_is_taken_that_matter_is_settled(scans: list[Scan]):
    for one in laid(*scans):
        for way in ("first", "second"):
            if one.kind == "wrong_office":
                continue
            cancelled = cancelled_by(one, way, "return", scans, TABLE)
            left = [scan for scan in scans if scan.key not in {each.key for each in cancelled}]
            assert one.subject not in {other.subject for other in laid(*left)}


# --- words


def test_every_kind_has_a_title_and_a_way():
    assert set(KINDS) == set(WAYS)
    assert all(WAYS.values())


def test_what_was_told_after_it_was_taken_out_ends_the_waiting():
    [side] = [one.sides[0] for one in laid(OUT, DELIVERED, BY_ANOTHER)]

    assert heard_since(side, "return", [OUT, DELIVERED, BY_ANOTHER], TABLE)
    assert not heard_since(side, "return", [OUT, DELIVERED], TABLE)


@pytest.mark.parametrize("text", ["", " ", "ok", "x" * 301])
def test_a_reason_says_something_and_not_too_much(text: str):
    with pytest.raises(Invalid):
        checked_reason(text)


WORDS = st.builds(
    told,
    st.sampled_from(["collected", "departed", "arrived", "found_here", "out_for_delivery", "attempted", "held",
                     "delivered", "returning", "returned", "cancelled", "recalled", "lost", "archived", "unclaimed"]),
    st.integers(0, 40), st.sampled_from(["device:a", "device:b", "feed:x", "manifest:m"]),
    st.sampled_from(["45010", "45020", "45030", ""]),
)  # fmt: skip


@given(
    scans=st.lists(WORDS, min_size=1, max_size=9),
    undo=st.none() | st.integers(0, 8),
    leg=st.sampled_from(["send", "return"]),
)
def test_no_contradiction_comes_without_its_journey_being_worth_a_look(
    scans: list[Scan], undo: int | None, leg: str
) -> None:
    scans = list({scan.key: scan for scan in scans}.values())
    last = undone(scans[undo % len(scans)], 41) if undo is not None else scans.pop()
    before = {each.subject for each in laid(*scans, leg=leg)}
    now = {each.subject for each in laid(*scans, last, leg=leg)}
    looked = worth_a_look(
        leg, scans, [last], custody_of(leg, scans, TABLE), custody_of(leg, [*scans, last], TABLE), TABLE, routed=True
    )
    assert looked or not now - before


def test_a_journey_that_goes_its_way_wants_no_look() -> None:
    way = [told("collected", 0), told("departed", 1), told("arrived", 2), told("out_for_delivery", 3),
           told("attempted", 4), told("out_for_delivery", 30), told("delivered", 31)]  # fmt: skip
    looks = [
        worth_a_look(
            "return", way[: n - 1], way[n - 1 : n], custody_of("return", way[: n - 1], TABLE),
            custody_of("return", way[:n], TABLE), TABLE, routed=False,
        )
        for n in range(1, len(way) + 1)
    ]  # fmt: skip
    assert looks == [False] * len(way)
