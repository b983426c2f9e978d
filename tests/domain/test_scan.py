from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.scan import OFFLINE_AT_MOST, SKEW_SHOWN_FROM, Placed, Scan, Witness, place_in_time

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

clock_errors = st.timedeltas(min_value=timedelta(days=-3650), max_value=timedelta(days=3650))
ages = st.timedeltas(min_value=timedelta(days=-30), max_value=timedelta(days=800))
moments = st.datetimes(
    min_value=datetime(1971, 1, 1), max_value=datetime(2199, 1, 1), timezones=st.just(UTC)
)  # what a broken clock may say


def test_a_good_clock_is_believed():
    placed = place_in_time(device_at=NOON - 4 * MINUTE, sent_at=NOON, received_at=NOON)

    assert placed == Placed(NOON - 4 * MINUTE)


def test_a_slow_clock_is_mended_by_the_skew_of_its_batch():
    placed = place_in_time(device_at=NOON - 34 * MINUTE, sent_at=NOON - 30 * MINUTE, received_at=NOON)

    assert placed == Placed(NOON - 4 * MINUTE, ("clock_skew",))


def test_a_skew_of_two_minutes_is_not_worth_a_flag():
    placed = place_in_time(device_at=NOON, sent_at=NOON, received_at=NOON + SKEW_SHOWN_FROM)

    assert placed.flags == ()


@pytest.mark.parametrize("skew", [SKEW_SHOWN_FROM + timedelta(seconds=1), -SKEW_SHOWN_FROM - timedelta(seconds=1)])
def test_a_skew_over_two_minutes_either_way_is_flagged(skew: timedelta):
    placed = place_in_time(device_at=NOON, sent_at=NOON, received_at=NOON + skew)

    assert placed.flags == ("clock_skew",)


def test_a_scan_made_after_it_was_sent_is_placed_when_it_was_heard_and_flagged():
    placed = place_in_time(device_at=NOON + MINUTE, sent_at=NOON, received_at=NOON)

    assert placed == Placed(NOON, ("future",))


def test_a_scan_of_a_device_that_lost_its_clock_is_placed_when_it_was_heard_and_flagged():
    placed = place_in_time(device_at=datetime(1970, 1, 1, tzinfo=UTC), sent_at=NOON, received_at=NOON)

    assert placed == Placed(NOON, ("past",))


def test_days_without_signal_are_no_reason_to_doubt_a_clock():
    placed = place_in_time(device_at=NOON - timedelta(days=9), sent_at=NOON, received_at=NOON)

    assert placed == Placed(NOON - timedelta(days=9))


@pytest.mark.parametrize("device_at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("sent_at", [datetime.min.replace(tzinfo=UTC), NOON, datetime.max.replace(tzinfo=UTC)])
def test_no_clock_however_broken_makes_a_scan_impossible_to_place(device_at: datetime, sent_at: datetime):
    placed = place_in_time(device_at=device_at, sent_at=sent_at, received_at=NOON)

    assert NOON - OFFLINE_AT_MOST <= placed.occurred_at <= NOON


@given(age=ages, error=clock_errors)
def test_a_constant_clock_error_changes_no_moment(age: timedelta, error: timedelta):
    right = place_in_time(device_at=NOON - age, sent_at=NOON, received_at=NOON + MINUTE)
    wrong = place_in_time(device_at=NOON - age + error, sent_at=NOON + error, received_at=NOON + MINUTE)

    assert wrong.occurred_at == right.occurred_at


@given(device_at=moments, sent_at=moments)
def test_nothing_happens_after_we_heard_of_it(device_at: datetime, sent_at: datetime):
    assert place_in_time(device_at=device_at, sent_at=sent_at, received_at=NOON).occurred_at <= NOON


@given(first=ages, second=ages)
def test_the_order_of_a_batch_is_the_order_on_its_device(first: timedelta, second: timedelta):
    def placed(age: timedelta) -> Placed:
        return place_in_time(device_at=NOON - age, sent_at=NOON, received_at=NOON + MINUTE)

    one, other = placed(first), placed(second)

    assert one.flags or other.flags or (one.occurred_at < other.occurred_at) == (first > second)


def test_a_signed_record_outweighs_a_scan_and_a_scan_outweighs_the_feed():
    assert Witness.SIGNED > Witness.SCANNED > Witness.STATED


def test_the_key_of_a_scan_is_what_a_correction_names():
    scan = Scan(
        source="device:7f3a",
        source_id="12",
        witness=Witness.SCANNED,
        code="arrived",
        occurred_at=NOON,
        received_at=NOON,
    )

    assert scan.key == "device:7f3a#12"
