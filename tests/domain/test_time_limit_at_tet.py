"""The transit clock around three Tết with a storm on the first days after, and the hour of 15:00 before the holidays.

Due dates were counted by hand from the holidays file: Tết is 27 to 31 January 2025, 16 to 20 February 2026, and, not
yet announced, 4 to 10 February 2027. What is posted is posted on the last working day before; the storm takes the first
two working days after.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.custody import journey_of
from postgw.domain.scan import Scan, Witness
from postgw.domain.time_limit import SPANS, Course, Span, agency_start, clock_of, course_of
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

TODAY = date(2026, 11, 23)
LIMITS = rule_book().transit_limits_on(TODAY)
CLOSES = rule_book().agency_closes_on(TODAY)
CALENDAR = calendar_of(rule_book().holidays_on(TODAY))
TABLE = rule_book().scan_table(TODAY)
POSTED = {2025: date(2025, 1, 24), 2026: date(2026, 2, 13), 2027: date(2027, 2, 3)}
STORM = {
    2025: (date(2025, 2, 3), date(2025, 2, 4)), 2026: (date(2026, 2, 23), date(2026, 2, 24)),
    2027: (date(2027, 2, 11), date(2027, 2, 12)),
}  # fmt: skip


def due(start: date, span: Span, with_slip: bool, calendar=CALENDAR) -> date:
    clock = clock_of(
        Course(started_on=start), span=span, limits=LIMITS, with_slip=with_slip, calendar=calendar, closes=CLOSES,
        today=TODAY,
    )  # fmt: skip
    assert clock.due is not None
    return clock.due


@pytest.mark.parametrize(("year", "span", "with_slip", "on"), [
    (2025, "same_district", False, date(2025, 2, 5)), (2025, "same_district", True, date(2025, 2, 6)),
    (2025, "same_province", False, date(2025, 2, 6)), (2025, "same_province", True, date(2025, 2, 10)),
    (2025, "between_cities", False, date(2025, 2, 7)), (2025, "between_cities", True, date(2025, 2, 12)),
    (2025, "other_provinces", False, date(2025, 2, 10)), (2025, "other_provinces", True, date(2025, 2, 14)),
    (2026, "same_district", False, date(2026, 2, 25)), (2026, "same_district", True, date(2026, 2, 26)),
    (2026, "same_province", False, date(2026, 2, 26)), (2026, "same_province", True, date(2026, 3, 2)),
    (2026, "between_cities", False, date(2026, 2, 27)), (2026, "between_cities", True, date(2026, 3, 4)),
    (2026, "other_provinces", False, date(2026, 3, 2)), (2026, "other_provinces", True, date(2026, 3, 6)),
    (2027, "same_district", False, date(2027, 2, 15)), (2027, "same_district", True, date(2027, 2, 16)),
    (2027, "same_province", False, date(2027, 2, 16)), (2027, "same_province", True, date(2027, 2, 18)),
    (2027, "between_cities", False, date(2027, 2, 17)), (2027, "between_cities", True, date(2027, 2, 22)),
    (2027, "other_provinces", False, date(2027, 2, 18)), (2027, "other_provinces", True, date(2027, 2, 24)),
])  # fmt: skip
def test_a_storm_after_tet_puts_each_limit_off_by_its_two_days(year, span, with_slip, on):
    stormy = CALENDAR.with_degraded((day, "Bão số 1") for day in STORM[year])

    assert due(POSTED[year], span, with_slip, stormy) == on


@pytest.mark.parametrize(
    ("at", "starts"),
    [
        # 24 January 2025, the last working day: 15:00 is still that day, a second later is after Tết
        (datetime(2025, 1, 24, 8, 0, tzinfo=UTC), date(2025, 1, 24)),
        (datetime(2025, 1, 24, 8, 0, 1, tzinfo=UTC), date(2025, 2, 3)),
        (datetime(2025, 1, 29, 2, 0, tzinfo=UTC), date(2025, 2, 3)),
        (datetime(2026, 2, 13, 7, 59, tzinfo=UTC), date(2026, 2, 13)),
        (datetime(2026, 2, 13, 8, 1, tzinfo=UTC), date(2026, 2, 23)),
        (datetime(2026, 2, 20, 2, 0, tzinfo=UTC), date(2026, 2, 23)),
        (datetime(2027, 2, 3, 8, 0, tzinfo=UTC), date(2027, 2, 3)),
        (datetime(2027, 2, 3, 8, 30, tzinfo=UTC), date(2027, 2, 11)),
        (datetime(2027, 2, 10, 17, 30, tzinfo=UTC), date(2027, 2, 11)),  # half past midnight in Vietnam
    ],
)
def test_what_is_handed_over_after_fifteen_hours_before_tet_begins_after_it(at, starts):
    assert agency_start(at, CALENDAR, closes=CLOSES) == starts


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_a_storm_does_not_move_the_day_on_which_the_agency_begins(year):
    stormy = CALENDAR.with_degraded((day, "Bão số 1") for day in STORM[year])
    evening = datetime.combine(POSTED[year], datetime.min.time(), tzinfo=UTC) + timedelta(hours=9)
    told = Course(started_on=POSTED[year], stopped_on=POSTED[year], filed_at=evening)
    clock = clock_of(
        told, span="same_district", limits=LIMITS, with_slip=False, calendar=stormy, closes=CLOSES, today=TODAY
    )  # fmt: skip

    assert clock.agency_starts_on == STORM[year][0]


STARTS = st.dates(date(2024, 1, 2), date(2027, 11, 1))
STORMS = st.frozensets(st.tuples(STARTS, st.just("Bão")), max_size=8)


@given(STARTS, st.sampled_from(SPANS), st.booleans(), STORMS, st.tuples(STARTS, st.just("Bão số 9")))
def test_one_more_storm_day_never_makes_a_limit_earlier_and_it_ends_on_a_working_day(
    start, span, with_slip, storms, more
):
    before, after = (CALENDAR.with_degraded(days) for days in (storms, storms | {more}))

    assert due(start, span, with_slip, after) >= due(start, span, with_slip, before)
    assert after.is_working(due(start, span, with_slip, after))


@given(STARTS, STORMS, st.integers(1, 10), st.integers(1, 10))
def test_more_days_never_end_earlier(start, storms, fewer, more):
    calendar = CALENDAR.with_degraded(storms)

    assert calendar.after(start, fewer + more) >= calendar.after(start, fewer)


@given(st.randoms(use_true_random=False), st.sampled_from(["send", "return"]))
def test_the_clock_does_not_ask_in_which_order_the_statements_of_a_day_came(chance: Random, leg):
    morning = datetime(2026, 11, 23, 1, tzinfo=UTC)
    told = [
        Scan(
            source="device:1", source_id=f"s-{n}", witness=Witness.SCANNED, code=code, received_at=morning,
            occurred_at=morning + timedelta(minutes=10 * n), proved=code == "delivered",
        )
        for n, code in enumerate(("collected", "departed", "arrived", "out_for_delivery", "attempted", "delivered"))
    ]  # fmt: skip
    shuffled = chance.sample(told, len(told))

    def course(scans: list[Scan]) -> Course:
        custody, happenings = journey_of(leg, scans, TABLE)
        return course_of(leg, happenings, ended=custody.ended)

    assert course(shuffled) == course(told)
