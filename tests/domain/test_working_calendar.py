"""The working calendar, with any holidays and storms."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.working_calendar import DegradedSpan, WorkingCalendar

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
COUNTS = st.integers(0, 12)
STORMS = st.frozensets(st.tuples(DAYS, st.sampled_from(["Bão số 5", "Mất điện"])), max_size=10)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    saturdays = draw(st.frozensets(DAYS.filter(lambda day: day.weekday() == 5), max_size=6))
    holidays = draw(st.frozensets(DAYS, max_size=20)) - saturdays
    return WorkingCalendar(holidays=holidays, working_days=saturdays, degraded=draw(STORMS))


@given(calendars(), DAYS, COUNTS, st.frozensets(DAYS, max_size=20))
def test_another_holiday_never_makes_a_due_date_earlier(calendar, start, n, more):
    longer = WorkingCalendar(
        holidays=calendar.holidays | more, working_days=calendar.working_days, degraded=calendar.degraded
    )

    assert longer.after(start, n) >= calendar.after(start, n)


@given(calendars(), DAYS, COUNTS, STORMS)
def test_a_degraded_day_never_makes_a_due_date_earlier(calendar, start, n, storms):
    assert calendar.with_degraded(storms).after(start, n) >= calendar.after(start, n)


@given(calendars(), DAYS, COUNTS)
def test_a_due_date_explains_every_day_on_the_way(calendar, start, n):
    reckoning = calendar.reckoned(start, n)

    assert (reckoning.due - start).days == n + sum(added.days for added in reckoning.added)


@given(calendars(), DAYS, st.integers(1, 12))
def test_a_due_date_is_a_working_day_and_counts_as_the_last_one(calendar, start, n):
    due = calendar.after(start, n)

    assert calendar.is_working(due)
    assert calendar.between(start, due) == n


@given(calendars(), DAYS, DAYS, DAYS)
def test_working_days_add_up(calendar, one, two, three):
    first, middle, last = sorted((one, two, three))

    assert calendar.between(first, last) == calendar.between(first, middle) + calendar.between(middle, last)


def test_a_storm_on_a_free_day_changes_nothing():
    sunday = date(2026, 11, 22)
    calendar = WorkingCalendar(degraded=frozenset({(sunday, "Bão")}))

    assert [added.kind for added in calendar.reckoned(date(2026, 11, 20), 1).added] == ["weekend"]


def test_holidays_and_storms_are_told_apart_by_their_titles():
    calendar = WorkingCalendar(
        holidays=frozenset({date(2026, 11, 24), date(2026, 11, 25)}),
        titles={date(2026, 11, 24): "Lễ", date(2026, 11, 25): "Lễ"},
        degraded=frozenset({(date(2026, 11, 26), "Bão số 5")}),
    )
    added = calendar.reckoned(date(2026, 11, 23), 1).added

    assert [(each.kind, each.title, each.days) for each in added] == [("holiday", "Lễ", 2), ("degraded", "Bão số 5", 1)]


def test_a_due_date_beyond_what_was_announced_is_not_firm():
    calendar = WorkingCalendar(announced_until=date(2027, 2, 3))

    assert calendar.reckoned(date(2027, 2, 1), 2).is_firm
    assert not calendar.reckoned(date(2027, 2, 1), 3).is_firm


def test_a_degraded_span_concerns_its_region_alone():
    span = DegradedSpan(
        entry_no="GD-1", kind="storm", title="Bão", first_on=date(2026, 11, 23), last_on=date(2026, 11, 24),
        communes=frozenset({"18754"}),
    )  # fmt: skip

    assert span.concerns(["18073", "18754"])
    assert not span.concerns(["18073"])
    assert [day for day, _ in span.days()] == [date(2026, 11, 23), date(2026, 11, 23) + timedelta(days=1)]
