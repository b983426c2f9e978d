from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from postgw.domain.custody import joined, uncancelled
from postgw.domain.scan import Scan, Witness

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ids = count(1)
WITNESS = {"device": Witness.SCANNED, "feed": Witness.STATED, "manifest": Witness.SIGNED, "gateway": Witness.SCANNED}


def told(source: str, code: str, after: timedelta = timedelta(0), office: str = "480000", **more: Any) -> Scan:
    """Return a statement of `source`, so long after the morning of the first day, heard at once."""
    at = MORNING + after
    scan = Scan(
        source=source, source_id=str(next(ids)), witness=WITNESS[source.split(":")[0]], code=code, office=office,
        occurred_at=at, received_at=at,
    )  # fmt: skip
    return replace(scan, **more)


def correction(target: str, heard_after: timedelta = HOUR) -> Scan:
    return told("gateway", "correction", heard_after, office="", cancels=target)


def groups(*scans: Scan) -> set[frozenset[str]]:
    return {frozenset(scan.key for scan in happening.statements) for happening in joined(scans)}


def one(*scans: Scan) -> frozenset[str]:
    return frozenset(scan.key for scan in scans)


# --- two witnesses


def test_a_device_and_the_feed_that_tell_of_one_arrival_are_one_happening():
    device, feed = told("device:a", "arrived"), told("feed:post", "arrived", HOUR)

    assert groups(device, feed) == {one(device, feed)}


@pytest.mark.parametrize(("apart", "happenings"), [(12 * HOUR, 1), (12 * HOUR + timedelta(seconds=1), 2)])
def test_two_devices_of_ours_tell_of_one_happening_within_half_a_day(apart: timedelta, happenings: int):
    morning, later = told("device:a", "found_here"), told("device:b", "found_here", apart)

    assert len(groups(morning, later)) == happenings


def test_three_sources_tell_of_one_happening():
    device, feed, manifest = (
        told("device:a", "collected"),
        told("feed:post", "collected"),
        told("manifest:1", "collected"),
    )

    assert groups(device, feed, manifest) == {one(device, feed, manifest)}


def test_the_same_source_at_another_time_tells_of_another_event():
    first, second = told("device:a", "arrived"), told("device:a", "arrived", HOUR)

    assert groups(first, second) == {one(first), one(second)}


def test_the_same_source_twice_is_a_duplicate_under_whatever_id():
    first = told("device:a", "arrived")

    assert groups(first, replace(first, source_id="again", received_at=MORNING + DAY)) == {one(first)}


def test_of_duplicates_the_one_with_a_proof_counts():
    bare = told("device:a", "delivered")
    proved = replace(bare, source_id="again", proved=True, received_at=MORNING + DAY)

    assert groups(bare, proved) == {one(proved)}


def test_different_words_are_different_happenings():
    arrived, found = told("device:a", "arrived"), told("feed:post", "found_here")

    assert groups(arrived, found) == {one(arrived), one(found)}


def test_different_offices_are_different_happenings():
    here, there = told("device:a", "arrived", office="480000"), told("feed:post", "arrived", office="481000")

    assert groups(here, there) == {one(here), one(there)}


def test_an_office_that_one_does_not_tell_is_the_office_of_the_other():
    device, feed = told("device:a", "arrived", office=""), told("feed:post", "arrived", office="480000")

    assert groups(device, feed) == {one(device, feed)}


def test_an_unknown_office_does_not_bring_two_offices_together():
    here, there = told("device:a", "arrived", office="480000"), told("device:b", "arrived", 5 * HOUR, office="481000")
    feed = told("feed:post", "arrived", HOUR, office="")

    assert groups(here, there, feed) == {one(here, feed), one(there)}


def test_a_weaker_witness_stands_beside_the_nearest_that_it_agrees_with():
    morning, evening = told("device:a", "arrived"), told("device:a", "arrived", 9 * HOUR)
    feed = told("feed:post", "arrived", 8 * HOUR)

    assert groups(morning, evening, feed) == {one(morning), one(evening, feed)}


def test_the_strongest_witness_leads_though_it_was_the_last_to_tell():
    feed, device = told("feed:post", "collected"), told("device:a", "collected", HOUR)
    manifest = told("manifest:1", "collected", 2 * HOUR)

    assert joined([feed, device, manifest])[0].statements == (manifest, device, feed)


def test_of_equal_witnesses_the_earlier_leads():
    late, early = told("device:a", "arrived", HOUR), told("device:b", "arrived")

    assert joined([late, early])[0].lead == early


def test_codes_that_the_table_does_not_know_are_one_only_when_the_post_used_the_same_code():
    other = told("feed:east", "unknown", raw_code="71")
    seventy, seventy_too = told("feed:post", "unknown", raw_code="70"), told("feed:west", "unknown", raw_code="70")

    assert groups(other, seventy, seventy_too) == {one(other), one(seventy, seventy_too)}


def test_two_unknown_codes_of_one_moment_are_not_duplicates():
    first, second = told("feed:post", "unknown", raw_code="70"), told("feed:post", "unknown", raw_code="71")

    assert groups(first, second) == {one(first), one(second)}


def test_two_devices_at_one_office_on_two_days_tell_of_two_events():
    monday, tuesday = told("device:a", "departed"), told("device:b", "departed", DAY)

    assert groups(monday, tuesday) == {one(monday), one(tuesday)}


def test_the_feed_may_be_days_late_and_still_tell_of_the_same_happening():
    device, feed = told("device:a", "departed"), told("feed:post", "departed", 2 * DAY)

    assert groups(device, feed) == {one(device, feed)}


# --- attempts


def test_attempts_are_joined_by_their_ordinal_though_the_feed_tells_late():
    ours = [told("device:a", "attempted"), told("device:a", "attempted", DAY)]
    feed = [told("feed:post", "attempted", 30 * HOUR), told("feed:post", "attempted", 31 * HOUR)]

    assert groups(*ours, *feed) == {one(ours[0], feed[0]), one(ours[1], feed[1])}


def test_two_postmen_on_two_days_make_two_attempts():
    monday, tuesday = told("device:a", "attempted"), told("device:b", "attempted", DAY)

    assert groups(monday, tuesday) == {one(monday), one(tuesday)}


def test_the_feed_finds_the_attempts_of_two_postmen_who_scanned_nothing_else():
    ours = [told("device:a", "attempted"), told("device:b", "attempted", DAY)]
    feed = [told("feed:post", "attempted", HOUR), told("feed:post", "attempted", DAY + HOUR)]

    assert groups(*ours, *feed) == {one(ours[0], feed[0]), one(ours[1], feed[1])}


def test_how_long_an_attempt_echoes_is_counted_from_the_first_who_told_of_it():
    first, echo = told("device:a", "attempted"), told("device:b", "attempted", 8 * HOUR)
    second = told("device:c", "attempted", 15 * HOUR)
    feed = [told("feed:post", "attempted", HOUR), told("feed:post", "attempted", 16 * HOUR)]

    assert groups(first, echo, second, *feed) == {one(first, echo, feed[0]), one(second, feed[1])}


def test_two_devices_that_tell_of_one_attempt_make_one():
    postman, counter = told("device:a", "attempted"), told("device:b", "attempted", HOUR)

    assert groups(postman, counter) == {one(postman, counter)}


def test_going_out_again_on_the_same_day_begins_another_attempt():
    out, failed = told("device:a", "out_for_delivery"), told("device:a", "attempted", HOUR)
    out_again, failed_again = told("device:b", "out_for_delivery", 5 * HOUR), told("device:b", "attempted", 6 * HOUR)

    assert len(groups(out, failed, out_again, failed_again)) == 4


def test_the_feed_finds_the_second_round_of_two_postmen():
    ours = [
        told("device:a", "out_for_delivery"), told("device:a", "attempted", HOUR),
        told("device:b", "out_for_delivery", DAY), told("device:b", "attempted", DAY + HOUR),
    ]  # fmt: skip
    feed = [replace(scan, source="feed:post", witness=Witness.STATED, received_at=MORNING + 3 * DAY) for scan in ours]

    assert groups(*ours, *feed) == {one(mine, theirs) for mine, theirs in zip(ours, feed, strict=True)}


def test_a_delivery_is_one_happening_though_only_the_feed_told_of_the_attempts():
    feed = [
        told("feed:post", "attempted"),
        told("feed:post", "attempted", DAY),
        told("feed:post", "delivered", 2 * DAY),
    ]
    proof = told("manifest:1", "delivered", 2 * DAY - HOUR)

    assert one(proof, feed[2]) in groups(*feed, proof)


# --- corrections


def test_a_correction_takes_its_scan_away():
    scan, other = told("device:a", "arrived"), told("device:a", "departed", HOUR)

    assert uncancelled([scan, other, correction(scan.key)]) == (other,)


def test_a_correction_that_was_itself_corrected_takes_nothing_away():
    scan = told("device:a", "arrived")
    wrong = correction(scan.key)

    assert uncancelled([scan, wrong, correction(wrong.key, 2 * HOUR)]) == (scan,)


def test_an_undo_heard_before_what_it_undoes_still_undoes_it():
    scan = told("device:a", "arrived")
    wrong = correction(scan.key, 5 * HOUR)

    assert uncancelled([correction(wrong.key, HOUR), wrong, scan]) == (scan,)


@pytest.mark.parametrize(("first_id", "second_id"), [("a", "b"), ("b", "a")])
def test_scan_correction_and_undo_in_one_batch_of_a_device_are_read_by_what_they_name(first_id: str, second_id: str):
    scan = told("device:a", "arrived")
    wrong = replace(correction(scan.key), source_id=first_id)
    undo = replace(correction(wrong.key), source_id=second_id)

    assert uncancelled([scan, wrong, undo]) == (scan,)


def test_a_third_correction_restores_the_first():
    scan = told("device:a", "arrived")
    first = correction(scan.key)
    second = correction(first.key)

    assert uncancelled([scan, first, second, correction(second.key)]) == ()


def test_a_correction_that_arrives_before_its_scan_waits_for_it():
    late = told("device:a", "arrived", received_at=MORNING + DAY)

    assert uncancelled([correction(late.key, HOUR), late]) == ()


def test_a_correction_of_a_scan_that_nobody_made_changes_nothing():
    scan = told("device:a", "arrived")

    assert uncancelled([scan, correction("device:a#never")]) == (scan,)


def test_of_two_corrections_of_one_scan_the_other_stands_when_one_is_undone():
    scan = told("device:a", "arrived")
    first, second = correction(scan.key), correction(scan.key)

    assert uncancelled([scan, first, second, correction(first.key)]) == ()


def test_a_circle_of_corrections_cancels_nothing():
    scan = told("device:a", "arrived")
    one_way = replace(correction("gateway#y"), source_id="x")
    other_way = replace(correction("gateway#x"), source_id="y")

    assert uncancelled([scan, one_way, other_way]) == (scan,)


def test_a_correction_of_itself_cancels_nothing():
    scan = told("device:a", "arrived")

    assert uncancelled([scan, replace(correction("gateway#x"), source_id="x")]) == (scan,)


def test_duplicates_heard_before_a_correction_go_with_its_scan():
    scan = told("feed:post", "arrived")

    assert uncancelled([scan, replace(scan, source_id="again"), correction(scan.key)]) == ()


def test_of_two_corrections_of_one_scan_the_one_heard_last_says_until_when_duplicates_go_with_it():
    scan = told("feed:post", "arrived")
    between = replace(scan, source_id="again", received_at=MORNING + 3 * HOUR)

    assert uncancelled([scan, correction(scan.key, HOUR), between, correction(scan.key, 5 * HOUR)]) == ()


def test_the_same_said_anew_after_a_correction_counts():
    scan = told("device:a", "attempted", reason="absent")
    anew = replace(scan, source_id="anew", reason="refused", received_at=MORNING + 2 * HOUR)

    assert uncancelled([scan, correction(scan.key), anew]) == (anew,)
