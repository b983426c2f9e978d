"""How old the last word is: amber, then red by the passing of time alone, and never for a night's silence."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.freshness import freshness, moves_on, moving_time
from postgw.domain.legal_day import VIETNAM
from postgw.domain.states import STATES
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

BOOK = rule_book()
MONDAY = date(2026, 11, 23)
RULE = BOOK.freshness_rule(MONDAY)
CALENDAR = calendar_of(BOOK.holidays_on(MONDAY))
MOMENTS = st.datetimes(datetime(2026, 1, 5), datetime(2026, 12, 20)).map(lambda at: at.replace(tzinfo=UTC))
SPANS = st.timedeltas(timedelta(0), timedelta(days=30))
ORDER = ["fresh", "slow", "silent"]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date(2026, 11, day), time(hour, minute), VIETNAM)


def word(heard: datetime, now: datetime, state: str = "in_transit") -> str:
    found = freshness(state, heard, now, rule=RULE, calendar=CALENDAR)
    assert found
    return found.word


@given(MOMENTS, SPANS, SPANS, st.sampled_from(sorted(RULE.states)))
def test_news_only_grows_older(heard: datetime, first: timedelta, more: timedelta, state: str) -> None:
    earlier, later = word(heard, heard + first, state), word(heard, heard + first + more, state)

    assert ORDER.index(earlier) <= ORDER.index(later)


@given(MOMENTS, SPANS)
def test_the_post_never_moves_for_longer_than_time_passes(since: datetime, span: timedelta) -> None:
    moved = moving_time(since, since + span, rule=RULE, calendar=CALENDAR)

    assert timedelta(0) <= moved <= span


@given(MOMENTS, SPANS, SPANS)
def test_moving_time_adds_up(since: datetime, first: timedelta, second: timedelta) -> None:
    whole = moving_time(since, since + first + second, rule=RULE, calendar=CALENDAR)
    middle = since + first
    parts = moving_time(since, middle, rule=RULE, calendar=CALENDAR) + moving_time(
        middle, middle + second, rule=RULE, calendar=CALENDAR
    )

    assert first + second > timedelta(days=60) or whole == parts


@pytest.mark.parametrize(("now", "expected"), [
    (at(23, 13, 33), "fresh"), (at(23, 13, 34), "slow"), (at(23, 18, 33), "slow"), (at(24, 9, 33), "slow"),
    (at(24, 9, 34), "silent"),
])  # fmt: skip
def test_news_of_the_morning_is_slow_after_four_hours_and_long_silent_the_next_day(now, expected) -> None:
    assert word(at(23, 9, 33), now) == expected


def test_a_night_is_no_silence() -> None:
    assert word(at(23, 19, 30), at(24, 7)) == "fresh"
    assert word(at(23, 19, 30), at(24, 9, 31)) == "slow"


def test_a_sunday_is_no_silence_and_a_saturday_is() -> None:
    assert word(at(21, 18), at(23, 7, 30)) == "fresh"  # Saturday evening, Monday morning
    assert word(at(20, 18), at(21, 9)) == "slow"  # Friday evening, Saturday morning


def test_days_off_and_days_of_storm_are_no_silence() -> None:
    tet = datetime(2026, 2, 14, 18, tzinfo=VIETNAM)
    stormy = CALENDAR.with_degraded([(date(2026, 11, 24), "Bão"), (date(2026, 11, 28), "Bão")])

    assert word(tet, datetime(2026, 2, 21, 7, tzinfo=VIETNAM)) == "fresh"
    assert [moves_on(date(2026, 11, day), stormy) for day in (24, 28, 25)] == [False, False, True]


def test_what_waits_for_a_person_and_what_was_never_told_of_are_not_judged() -> None:
    waits = {state for state in STATES if freshness(state, at(1, 9), at(23, 9), rule=RULE, calendar=CALENDAR) is None}

    assert {"held", "unclaimed", "registered", "delivered", "lost"} <= waits
    assert freshness("in_transit", None, at(23, 9), rule=RULE, calendar=WorkingCalendar()) is None


def test_every_stage_is_slow_before_it_is_silent() -> None:
    assert all(0 < hours.usual < hours.long for hours in RULE.states.values())
