"""The public holidays that ship, against the notices and the law."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of, holiday_table, laid_over

TODAY = date(2026, 11, 23)
TABLE = rule_book().holidays_on(TODAY)
CALENDAR = calendar_of(TABLE)


def data_of(version: str, year: int, *days: date, **more: Any) -> dict[str, Any]:
    rows = [{"first": day, "title": "Nghỉ", "source": "test"} for day in days]
    return {"version": version, "years": [year], "holiday": rows, **more}


@pytest.mark.parametrize(("first_off", "last_off"), [
    (date(2024, 2, 8), date(2024, 2, 14)), (date(2025, 1, 25), date(2025, 2, 2)),
    (date(2026, 2, 14), date(2026, 2, 22)), (date(2027, 2, 4), date(2027, 2, 10)),
    (date(2024, 4, 27), date(2024, 5, 1)), (date(2025, 4, 30), date(2025, 5, 4)), (date(2026, 1, 1), date(2026, 1, 4)),
    (date(2026, 8, 29), date(2026, 9, 2)), (date(2026, 4, 25), date(2026, 4, 27)),
])  # fmt: skip
def test_a_holiday_is_off_from_end_to_end_and_no_longer(first_off: date, last_off: date):
    days = [first_off + timedelta(days=n) for n in range((last_off - first_off).days + 1)]

    assert not any(map(CALENDAR.is_working, days))
    assert CALENDAR.is_working(first_off - timedelta(days=1))
    assert CALENDAR.is_working(last_off + timedelta(days=1))


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (date(2024, 4, 29), date(2024, 5, 4)),
        (date(2025, 5, 2), date(2025, 4, 26)),
        (date(2026, 1, 2), date(2026, 1, 10)),
        (date(2026, 8, 31), date(2026, 8, 22)),
    ],
)
def test_a_swapped_saturday_is_worked_for_its_weekday(off: date, worked: date):
    assert (CALENDAR.is_working(off), CALENDAR.is_working(worked)) == (False, True)


@pytest.mark.parametrize("year", TABLE.years)
def test_every_year_has_its_eleven_days_off_by_law(year: int):
    fixed = [date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)]
    off = {day.on for day in TABLE.holidays if day.on.year == year}

    assert len(off) >= 11
    assert off.issuperset(fixed)


def test_what_was_not_announced_is_marked():
    assert {day.on.year for day in TABLE.holidays if not day.announced} == {2027}
    assert CALENDAR.announced_until == date(2027, 2, 3)


def test_a_newer_file_replaces_the_years_it_names_and_no_other():
    older = holiday_table(data_of("2026-01-01", 2026, date(2026, 1, 1)))
    newer = holiday_table(data_of("2027-01-01", 2027, date(2027, 2, 5)))
    newest = holiday_table(data_of("2027-02-01", 2027, date(2027, 2, 8)))

    assert [day.on for day in laid_over([older, newer, newest]).holidays] == [date(2026, 1, 1), date(2027, 2, 8)]


def test_a_day_outside_the_years_of_its_file_is_refused():
    with pytest.raises(ValueError, match="2027-01-01"):
        holiday_table(data_of("2026-01-01", 2026, date(2027, 1, 1)))


def test_a_swapped_day_that_is_worked_anyhow_is_refused():
    swapped = {"off": date(2026, 1, 2), "worked": date(2026, 1, 9), "title": "Hoán đổi", "source": "test"}

    with pytest.raises(ValueError, match="2026-01-09"):
        holiday_table(data_of("2026-01-01", 2026, swapped=[swapped]))


def test_a_holiday_that_ends_before_it_begins_is_refused():
    row = {"first": date(2026, 1, 2), "last": date(2026, 1, 1), "title": "Nghỉ", "source": "test"}

    with pytest.raises(ValueError, match="before it begins"):
        holiday_table({"version": "x", "years": [2026], "holiday": [row]})


def test_an_unknown_key_is_refused():
    row = {"first": date(2026, 1, 2), "title": "Nghỉ", "source": "test", "anounced": False}

    with pytest.raises(ValueError, match="anounced"):
        holiday_table({"version": "x", "years": [2026], "holiday": [row]})
