"""Terms in months around the ends of months, leap days and weekends; the days of an answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.time_bar import answering, bars_of, months_after, term_end
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

RULE = rule_book().case_rule(date(2026, 11, 23))
CALENDAR = calendar_of(rule_book().holidays_on(date(2026, 11, 23)))
days = st.dates(date(2017, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "ends"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 1, 29), 1, date(2028, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 6, date(2028, 8, 29)),
        (date(2026, 8, 30), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 3, 3), 6, date(2026, 9, 3)),
    ],
)
def test_a_term_in_months_ends_on_the_same_day_or_the_last_of_its_month(day: date, months: int, ends: date) -> None:
    assert months_after(day, months) == ends


@given(days, st.integers(1, 24))
def test_a_term_in_months_ends_in_its_month_and_never_on_a_later_day(day: date, months: int) -> None:
    ends = months_after(day, months)

    assert (ends.year * 12 + ends.month) - (day.year * 12 + day.month) == months
    assert ends.day <= day.day


@given(days, days)
def test_who_begins_later_has_no_less_time(one: date, other: date) -> None:
    first, second = sorted((one, other))

    assert months_after(first, 6) <= months_after(second, 6)


@given(days)
def test_a_term_never_ends_on_a_free_day(day: date) -> None:
    assert WorkingCalendar().is_working(term_end(day, WorkingCalendar()))
    assert term_end(day, WorkingCalendar()) >= day


@pytest.mark.parametrize(
    ("about", "received_on", "passed"),
    [
        ("loss", date(2026, 9, 3), [False, False]),
        ("loss", date(2026, 9, 4), [True, True]),
        ("late", date(2026, 9, 4), [True, True]),
        ("damage", date(2026, 4, 6), [False, False]),  # a month from 4 March ends on a Saturday, so on the Monday
        ("damage", date(2026, 4, 7), [True, False]),
        ("price", date(2026, 9, 4), [True, True]),
    ],
)
def test_the_terms_of_the_law(about: str, received_on: date, passed: list[bool]) -> None:
    began: dict[str, date | None] = {"transit_end": date(2026, 3, 3), "delivery": date(2026, 3, 4)}

    bars = bars_of(about, received_on, bars=RULE.bars, began=began, calendar=CALENDAR)

    assert [bar.passed for bar in bars] == passed


def test_a_term_that_has_not_begun_bars_nobody() -> None:
    began: dict[str, date | None] = {"transit_end": None, "delivery": None}

    bars = bars_of("damage", date(2026, 11, 23), bars=RULE.bars, began=began, calendar=CALENDAR)

    assert [(bar.passed, bar.ends_on) for bar in bars] == [(False, None), (False, None)]
    assert str(bars[0].words) == "Thời hiệu 1 tháng theo Luật Bưu chính Điều 38.2.b chưa bắt đầu."


def test_a_term_that_ends_in_tet_ends_after_it() -> None:
    assert term_end(date(2026, 2, 17), CALENDAR) == date(2026, 2, 23)


@given(st.integers(-30, 30))
def test_an_answer_is_in_time_until_the_end_of_its_day(offset: int) -> None:
    due = date(2026, 11, 25)
    answered = answering(
        due, answered_on=due + timedelta(days=offset), today=date(2027, 1, 1), calendar=WorkingCalendar()
    )

    assert answered.verdict == ("late" if offset > 0 else "met")
    assert (answered.days > 0) is (offset > 0)
