from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from postgw.domain.custody import (
    Custody,
    custody_of,
    in_order,
    joined,
    journey_of,
    milestones,
    starting_custody,
    uncancelled,
)
from postgw.domain.scan import Scan, Witness
from postgw.domain.states import LEGS, STATES
from postgw.rules.book import rule_book

TABLE = rule_book().scan_table(date(2026, 11, 23))
ENDED = {state for state, rule in TABLE.states.items() if rule.ends}
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WITNESS = {"device": Witness.SCANNED, "feed": Witness.STATED, "manifest": Witness.SIGNED, "gateway": Witness.SCANNED}


def told(code: str, hour: int = 0, source: str = "device:a", office: str = "480000", **more: Any) -> Scan:
    """Return a statement of that hour after the first morning, heard at once."""
    at = MORNING + hour * HOUR
    scan = Scan(
        source=source, source_id=f"{code}-{hour}", witness=WITNESS[source.split(":")[0]], code=code, office=office,
        occurred_at=at, received_at=at,
    )  # fmt: skip
    return replace(scan, **more)


def story(*codes: str, source: str = "device:a") -> list[Scan]:
    """Return one scan an hour."""
    return [told(code, hour, source) for hour, code in enumerate(codes)]


def state_after(*codes: str, source: str = "device:a", leg: str = "return") -> str:
    return custody_of(leg, story(*codes, source=source), TABLE).state


# --- where a consignment begins and ends


@pytest.mark.parametrize(
    ("leg", "holder"), [("send", "sender"), ("return", "desk"), ("transfer", "desk"), ("withdrawal", "post")]
)
def test_before_the_first_scan_whoever_posts_it_has_it(leg: str, holder: str):
    assert custody_of(leg, [], TABLE) == starting_custody(leg) == Custody(holder=holder)


@pytest.mark.parametrize(
    ("leg", "holder"), [("send", "desk"), ("return", "recipient"), ("transfer", "desk"), ("withdrawal", "desk")]
)
def test_a_proved_delivery_hands_it_to_the_end_of_its_leg(leg: str, holder: str):
    proof = told("delivered", 2, "manifest:1")

    custody = custody_of(leg, [told("collected"), proof], TABLE)

    assert custody == Custody(
        state="delivered", holder=holder, since=proof.occurred_at, heard_at=proof.occurred_at, proved=True, ended=True
    )


@pytest.mark.parametrize(
    ("leg", "holder"), [("send", "sender"), ("return", "desk"), ("transfer", "desk"), ("withdrawal", "sender")]
)
def test_a_return_hands_it_back_to_whoever_gave_it(leg: str, holder: str):
    custody = custody_of(leg, story("collected", "returning", "returned"), TABLE)

    assert (custody.state, custody.holder, custody.office, custody.ended) == ("returned", holder, "", True)


def test_while_it_travels_the_post_has_it_at_the_office_that_scanned_last():
    custody = custody_of("return", [told("collected"), told("arrived", 1, office="481000")], TABLE)

    assert (custody.state, custody.holder, custody.office) == ("at_office", "post", "481000")


def test_a_scan_that_tells_no_office_leaves_the_last_one_known():
    custody = custody_of("return", [told("collected"), told("departed", 1, office="")], TABLE)

    assert custody.office == "480000"


def test_an_office_that_the_leading_statement_does_not_tell_comes_from_the_other():
    scans = [told("arrived", office=""), told("arrived", 1, "feed:post", office="481000")]

    assert custody_of("return", scans, TABLE).office == "481000"


# --- delivered, in two grades


def test_the_feed_alone_makes_a_delivery_by_statement():
    custody = custody_of("return", story("collected", "delivered", source="feed:post"), TABLE)

    assert (custody.state, custody.proved, custody.ended) == ("delivered_by_post_statement", False, True)


def test_a_device_without_a_proof_makes_a_delivery_by_statement():
    assert state_after("collected", "delivered") == "delivered_by_post_statement"


def test_a_proof_that_comes_after_the_statement_makes_it_delivered():
    statement, proof = told("delivered", 5, "feed:post"), told("delivered", 50, "device:a", proved=True)

    custody = custody_of("return", [told("collected"), statement, proof], TABLE)

    assert (custody.state, custody.proved, custody.since) == ("delivered", True, proof.occurred_at)


def test_a_proof_from_another_office_than_the_statement_makes_it_delivered():
    statement, proof = told("delivered", 5, "feed:post", office="1"), told("delivered", 9, "manifest:1", office="2")

    custody, happenings = journey_of("return", [told("collected"), statement, proof], TABLE)

    assert (custody.state, len(happenings)) == ("delivered", 3)


def test_a_statement_that_comes_after_the_proof_changes_nothing():
    scans = [told("collected"), told("delivered", 5, proved=True)]
    late = told("delivered", 9, "feed:post", office="another")

    after, happenings = journey_of("return", [*scans, late], TABLE)

    assert after == replace(custody_of("return", scans, TABLE), heard_at=late.occurred_at)
    assert not happenings[-1].out_of_turn


def test_a_second_statement_of_the_feed_is_no_contradiction():
    _, happenings = journey_of("return", story("collected", "delivered", "delivered", source="feed:post"), TABLE)

    assert [happening.out_of_turn for happening in happenings] == [False, False, False]


def test_a_signed_collection_does_not_prove_a_delivery():
    custody = custody_of("return", [told("collected", 0, "manifest:1"), told("delivered", 5, "feed:post")], TABLE)

    assert (custody.state, custody.proved) == ("delivered_by_post_statement", False)


@pytest.mark.parametrize("code", ["collected", "departed", "arrived", "out_for_delivery", "held", "unknown"])
def test_nothing_but_a_delivery_counts_as_one(code: str):
    assert custody_of("return", [told(code, 0, "manifest:1", proved=True)], TABLE).proved is False


# --- failed attempts


def test_each_failed_attempt_is_counted():
    custody = custody_of("return", story("collected", "attempted", "out_for_delivery", "attempted"), TABLE)

    assert (custody.state, custody.attempts) == ("attempted", 2)


def test_an_attempt_told_by_two_is_counted_once():
    scans = [told("collected"), told("attempted", 1), told("attempted", 3, "feed:post")]

    assert custody_of("return", scans, TABLE).attempts == 1


def test_attempts_of_two_postmen_on_two_days_are_counted_as_two():
    scans = [told("collected"), told("attempted", 1), told("attempted", 25, "device:b")]

    assert custody_of("return", scans, TABLE).attempts == 2


def test_a_failed_try_to_give_it_back_is_no_attempt_at_delivery():
    custody = custody_of("return", story("collected", "attempted", "returning", "attempted"), TABLE)

    assert (custody.state, custody.attempts) == ("returning", 1)


def test_counting_the_shelf_does_not_make_an_item_wait_anew():
    scans = [*story("collected", "held"), told("held", 40, office="481000")]

    custody = custody_of("return", scans, TABLE)

    assert (custody.since, custody.office) == (scans[1].occurred_at, "481000")


# --- returns


def test_on_its_way_back_it_stays_returning_from_office_to_office():
    scans = [*story("collected", "returning"), told("departed", 3), told("arrived", 4, office="481000")]

    custody = custody_of("return", scans, TABLE)

    assert (custody.state, custody.office, custody.since) == ("returning", "481000", scans[1].occurred_at)


def test_a_final_code_of_the_feed_on_the_way_back_is_not_taken_for_a_delivery():
    custody, happenings = journey_of("return", story("collected", "returning", "delivered", source="feed:post"), TABLE)

    assert (custody.state, happenings[-1].out_of_turn) == ("returning", True)


def test_a_recipient_who_comes_for_it_on_its_way_back_has_it_when_that_is_proved():
    scans = [*story("collected", "returning"), told("delivered", 3, proved=True)]

    assert custody_of("return", scans, TABLE).state == "delivered"


@pytest.mark.parametrize("proved", [False, True])
def test_delivered_after_returned_is_kept_and_flagged(proved: bool):
    scans = [*story("collected", "returned"), told("delivered", 5, proved=proved)]

    custody, happenings = journey_of("return", scans, TABLE)

    assert (custody.state, happenings[-1].moved, happenings[-1].out_of_turn) == ("returned", False, True)


def test_nobody_came_for_it_and_it_went_to_the_archive():
    assert state_after("collected", "attempted", "held", "unclaimed", "archived") == "archived"


# --- late, lost, recalled


def test_a_late_word_of_the_feed_never_pulls_a_delivered_item_back():
    scans = [told("collected"), told("delivered", 5, proved=True)]

    custody, happenings = journey_of("return", [*scans, told("departed", 6, "feed:post")], TABLE)

    assert (custody.state, custody.holder, happenings[-1].out_of_turn) == ("delivered", "recipient", True)


def test_a_scan_that_arrives_late_finds_its_place_in_time():
    late = told("arrived", 1, received_at=MORNING + 90 * HOUR)

    custody, happenings = journey_of("return", [told("collected"), told("out_for_delivery", 2), late], TABLE)

    assert [happening.lead.code for happening in happenings] == ["collected", "arrived", "out_for_delivery"]
    assert custody.state == "out_for_delivery"


@pytest.mark.parametrize("code", ["arrived", "found_here", "departed", "out_for_delivery", "held", "returning"])
def test_whoever_sees_a_lost_item_has_found_it(code: str):
    custody = custody_of("return", story("collected", "lost", code), TABLE)

    assert (custody.holder, custody.ended) == ("post", False)


def test_a_lost_item_is_in_nobodys_hands():
    custody = custody_of("return", story("collected", "lost"), TABLE)

    assert (custody.state, custody.holder, custody.office, custody.ended) == ("lost", "nobody", "", True)


def test_a_recalled_item_stays_with_the_post_until_it_is_given_back():
    custody = custody_of("return", [*story("collected", "recalled"), told("arrived", 3, office="481000")], TABLE)

    assert (custody.state, custody.holder, custody.office) == ("recalled", "post", "481000")


def test_a_recalled_item_that_was_given_back_is_with_whoever_posted_it():
    custody = custody_of("return", story("collected", "recalled", "returned", "arrived"), TABLE)

    assert (custody.state, custody.holder, custody.office) == ("recalled", "desk", "")


def test_an_order_called_off_before_the_post_came_leaves_the_item_where_it_is():
    custody = custody_of("send", story("booked", "cancelled"), TABLE)

    assert (custody.state, custody.holder, custody.ended) == ("cancelled", "sender", True)


# --- order


def test_scans_of_one_moment_are_walked_in_the_order_of_a_journey():
    scans = [told("delivered", proved=True), told("arrived"), told("collected"), told("out_for_delivery")]

    _, happenings = journey_of("return", scans, TABLE)

    assert [happening.state for happening in happenings] == ["collected", "at_office", "out_for_delivery", "delivered"]


def test_of_one_word_at_one_moment_at_two_offices_the_one_heard_last_says_where_it_is():
    first = told("arrived", 1, "device:b", "480000")
    last = told("arrived", 1, "device:a", "481000", received_at=MORNING + 2 * HOUR)

    assert custody_of("return", [told("collected"), last, first], TABLE).office == "481000"


def test_happenings_stand_by_the_time_of_their_leading_statements():
    scans = [told("arrived", 0, "feed:post"), told("departed", 1), told("arrived", 2)]

    assert [happening.lead.code for happening in in_order(joined(scans), TABLE)] == ["departed", "arrived"]


def test_the_latest_word_of_any_source_is_when_we_last_heard():
    scans = [told("arrived"), told("arrived", 3, "feed:post"), told("damaged", 1)]

    assert custody_of("return", scans, TABLE).heard_at == MORNING + 3 * HOUR


def test_a_corrected_scan_leaves_no_trace_in_custody():
    wrong = told("delivered", 5, proved=True)
    cancel = told("correction", 6, "gateway", office="", cancels=wrong.key)

    custody = custody_of("return", [*story("collected", "arrived"), wrong, cancel], TABLE)

    assert custody == custody_of("return", story("collected", "arrived"), TABLE)


# --- milestones


def test_a_delivery_is_a_milestone():
    before, after = (
        custody_of("return", story(*codes), TABLE) for codes in (["collected"], ["collected", "delivered"])
    )

    assert milestones(before, after, TABLE) == ("delivered_by_post_statement",)


def test_a_stop_on_the_way_is_told_to_nobody():
    before, after = (custody_of("return", story(*codes), TABLE) for codes in (["collected"], ["collected", "arrived"]))

    assert milestones(before, after, TABLE) == ()


def test_a_second_failed_attempt_is_a_milestone_though_the_state_stays():
    before, after = Custody(state="attempted", attempts=1), Custody(state="attempted", attempts=2)

    assert milestones(before, after, TABLE) == ("attempted",)


def test_an_attempt_that_was_corrected_away_is_no_milestone():
    before, after = Custody(state="attempted", attempts=2), Custody(state="attempted", attempts=1)

    assert milestones(before, after, TABLE) == ()


# --- what holds for every story

SOURCES = ("device:a", "device:b", "feed:post", "feed:east", "manifest:1", "gateway")
WORDS = tuple(code for code in TABLE.codes if code != "correction")
legs = st.sampled_from(LEGS)
hours = st.integers(0, 72)


@st.composite
def stories(draw: st.DrawFn, *, corrections: bool = True) -> list[Scan]:
    """Draw scans that collide in time, office and word; corrections may name anything, also one another."""
    scans = []
    for number in range(draw(st.integers(0, 9))):
        code = (
            "correction"
            if corrections and draw(st.integers(0, 4)) == 0
            else draw(st.sampled_from([*WORDS, "teleported"]))
        )
        scan = told(
            code, draw(hours), draw(st.sampled_from(SOURCES)), draw(st.sampled_from(["", "480000", "481000"])),
            source_id=str(number), proved=draw(st.booleans()),
        )  # fmt: skip
        scans.append(replace(scan, received_at=scan.occurred_at + draw(hours) * HOUR))
    keys = [*(scan.key for scan in scans), "device:a#never"]
    return [replace(scan, cancels=draw(st.sampled_from(keys))) if scan.code == "correction" else scan for scan in scans]


@given(leg=legs, scans=stories(), data=st.data())
def test_the_order_in_which_scans_arrive_never_matters(leg: str, scans: list[Scan], data: st.DataObject):
    shuffled = data.draw(st.permutations(scans))

    assert journey_of(leg, shuffled, TABLE) == journey_of(leg, scans, TABLE)


@given(leg=legs, scans=stories(), data=st.data())
def test_a_scan_seen_before_changes_nothing(leg: str, scans: list[Scan], data: st.DataObject):
    assume(scans)
    again = data.draw(st.lists(st.sampled_from(scans)))

    assert journey_of(leg, [*scans, *again], TABLE) == journey_of(leg, scans, TABLE)


@given(leg=legs, scans=stories(corrections=False), data=st.data())
def test_a_scan_said_again_under_another_id_changes_nothing(leg: str, scans: list[Scan], data: st.DataObject):
    assume(scans)
    scan = data.draw(st.sampled_from(scans))
    again = replace(scan, source_id="again", received_at=scan.received_at + 100 * HOUR)

    assert journey_of(leg, [*scans, again], TABLE) == journey_of(leg, scans, TABLE)


@given(leg=legs, scans=stories(), hour=hours, undone=hours, data=st.data())
def test_a_correction_and_its_undo_are_as_if_neither_had_been(
    leg: str, scans: list[Scan], hour: int, undone: int, data: st.DataObject
):
    assume(scans)
    wrong = told("correction", hour, source_id="wrong", cancels=data.draw(st.sampled_from(scans)).key)
    undo = told("correction", undone, source_id="undo", cancels=wrong.key)

    assert journey_of(leg, [*scans, wrong, undo], TABLE) == journey_of(leg, scans, TABLE)


@given(leg=legs, scans=stories(corrections=False), hour=hours, data=st.data())
def test_a_corrected_scan_is_as_if_it_had_never_been(leg: str, scans: list[Scan], hour: int, data: st.DataObject):
    assume(scans)
    assume(len({(scan.source, scan.code, scan.office, scan.occurred_at) for scan in scans}) == len(scans))
    wrong = data.draw(st.sampled_from(scans))
    cancel = told("correction", hour, source_id="cancel", cancels=wrong.key)

    assert journey_of(leg, [*scans, cancel], TABLE) == journey_of(leg, [scan for scan in scans if scan != wrong], TABLE)


@given(leg=legs, scans=stories())
def test_there_is_always_one_holder_and_an_office_only_while_the_post_is_it(leg: str, scans: list[Scan]):
    custody = custody_of(leg, scans, TABLE)

    assert custody.holder in {"sender", "desk", "post", "recipient", "nobody"}
    assert custody.holder == "post" or custody.office == ""


@given(leg=legs, scans=stories())
def test_custody_is_what_its_journey_led_to(leg: str, scans: list[Scan]):
    custody, happenings = journey_of(leg, scans, TABLE)

    assert custody == custody_of(leg, scans, TABLE)
    assert custody.state == (happenings[-1].state if happenings else "registered")


@given(scans=stories())
def test_a_journey_is_walked_as_if_all_its_statements_had_been_put_together(scans: list[Scan]):
    _, happenings = journey_of("return", scans, TABLE)
    together = in_order(joined(uncancelled(scans)), TABLE)

    assert [each.statements for each in happenings] == [each.statements for each in together]


@given(leg=legs, scans=stories())
def test_every_statement_that_counts_stands_in_one_happening_only(leg: str, scans: list[Scan]):
    _, happenings = journey_of(leg, scans, TABLE)
    keys = [scan.key for happening in happenings for scan in happening.statements]

    assert len(keys) == len(set(keys))


@given(leg=legs, scans=stories())
def test_an_end_is_left_only_for_the_archive_for_a_proof_or_because_the_lost_was_found(leg: str, scans: list[Scan]):
    _, happenings = journey_of(leg, scans, TABLE)
    states = ["registered", *(happening.state for happening in happenings)]
    left = {(one, next_) for one, next_ in zip(states, states[1:], strict=False) if one in ENDED and one != next_}

    assert {step for step in left if step[0] != "lost"} <= {
        ("returned", "archived"),
        ("delivered_by_post_statement", "delivered"),
    }


@given(state=st.sampled_from(["delivered", "delivered_by_post_statement", "returned", "cancelled", "recalled"]),
       codes=st.lists(st.sampled_from([code for code in WORDS if code != "archived"]), max_size=6))  # fmt: skip
def test_whatever_the_feed_says_after_the_end_changes_no_end(state: str, codes: list[str]):
    last = {"delivered_by_post_statement": told("delivered", 1), "delivered": told("delivered", 1, proved=True)}
    ended = [told("booked"), last.get(state) or told(state, 1)]
    if state == "returned":
        ended.insert(1, told("collected"))

    custody = custody_of("return", [*ended, *(told(code, 2 + n, "feed:post") for n, code in enumerate(codes))], TABLE)

    assert (custody.state, custody.ended) == (state, True)


@given(leg=legs, scans=stories(), hour=hours, code=st.sampled_from(["unknown", "teleported"]))
def test_unknown_codes_move_nothing(leg: str, scans: list[Scan], hour: int, code: str):
    stray = told(code, hour, "feed:odd", source_id="stray", raw_code="999")

    before, after = (custody_of(leg, told_so_far, TABLE) for told_so_far in (scans, [*scans, stray]))

    assert replace(after, heard_at=None) == replace(before, heard_at=None)


@given(leg=legs, scans=stories())
def test_only_what_moved_the_item_changed_its_state(leg: str, scans: list[Scan]):
    _, happenings = journey_of(leg, scans, TABLE)
    states = ["registered", *(happening.state for happening in happenings)]

    assert all(
        now == before for before, now, step in zip(states, states[1:], happenings, strict=False) if not step.moved
    )
    assert not any(step.moved and step.out_of_turn for step in happenings)


@given(leg=legs, scans=stories())
def test_a_delivery_is_never_proved_without_a_proof(leg: str, scans: list[Scan]):
    custody, happenings = journey_of(leg, scans, TABLE)
    told_with_proof = any(
        scan.code == "delivered" and (scan.proved or scan.witness == Witness.SIGNED)
        for happening in happenings
        for scan in happening.statements
    )

    assert custody.state in STATES
    assert told_with_proof or not custody.proved
    assert custody.proved == (custody.state == "delivered")
