"""The public holidays of Vietnam, read from `holidays.<date>.toml`, each with its notice or article.

A notice comes out once a year, so a newer file names whole years and replaces them; the other years stay as they were.

Stands on: domain.working_calendar. Used by: book.
Source: Labour Code 45/2019/QH14 Art. 111.3 (days in lieu), Art. 112 (holidays; the Prime Minister sets Tết each year).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from postgw.domain.working_calendar import PublicHoliday, SwappedDay, WorkingCalendar

_HOLIDAY_KEYS = frozenset({"first", "last", "title", "source", "announced"})
_SWAPPED_KEYS = frozenset({"off", "worked", "title", "source"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayTable:
    """One version: the years that it settles and their days."""

    version: str
    years: tuple[int, ...]
    holidays: tuple[PublicHoliday, ...]
    swapped: tuple[SwappedDay, ...]


def holiday_table(data: Mapping[str, Any]) -> HolidayTable:
    """Return one file's table. Raises ValueError, naming the row, when the file contradicts itself."""
    table = HolidayTable(
        version=data["version"],
        years=tuple(data["years"]),
        holidays=tuple(day for row in data["holiday"] for day in _holidays(row)),
        swapped=tuple(_swapped(row) for row in data.get("swapped", ())),
    )
    for day in (*(each.on for each in table.holidays), *(each.off for each in table.swapped)):
        if day.year not in table.years:
            raise ValueError(f"holidays {table.version}: {day} lies in a year that the file does not settle")
    return table


def laid_over(tables: Sequence[HolidayTable]) -> HolidayTable:
    """Return several versions, oldest first, as one: a later one replaces the years it names."""
    owner = {year: table for table in tables for year in table.years}
    return HolidayTable(
        version=tables[-1].version,
        years=tuple(sorted(owner)),
        holidays=tuple(day for year in sorted(owner) for day in owner[year].holidays if day.on.year == year),
        swapped=tuple(day for year in sorted(owner) for day in owner[year].swapped if day.off.year == year),
    )


def calendar_of(table: HolidayTable) -> WorkingCalendar:
    """Return the working calendar of a table, before anything the province adds."""
    titles = {day.off: day.title for day in table.swapped} | {day.on: day.title for day in table.holidays}
    unannounced = [day.on - timedelta(days=1) for day in table.holidays if not day.announced]
    return WorkingCalendar(
        holidays=frozenset(titles),
        working_days=frozenset(day.worked for day in table.swapped),
        titles=titles,
        announced_until=min([*unannounced, date(max(table.years), 12, 31)]),
    )


def _holidays(row: Mapping[str, Any]) -> Iterator[PublicHoliday]:
    _refuse_strangers(row, _HOLIDAY_KEYS)
    first, last = row["first"], row.get("last", row["first"])
    if last < first:
        raise ValueError(f"holiday {row['title']}: ends on {last}, before it begins")
    for days in range((last - first).days + 1):
        yield PublicHoliday(
            on=first + timedelta(days=days), title=row["title"], source=row["source"],
            announced=row.get("announced", True),
        )  # fmt: skip


def _swapped(row: Mapping[str, Any]) -> SwappedDay:
    _refuse_strangers(row, _SWAPPED_KEYS)
    if row["worked"].weekday() < 5:
        raise ValueError(f"swapped day {row['title']}: {row['worked']} is worked anyhow")
    return SwappedDay(off=row["off"], worked=row["worked"], title=row["title"], source=row["source"])


def _refuse_strangers(row: Mapping[str, Any], known: frozenset[str]) -> None:
    if strangers := set(row) - known:
        raise ValueError(f"holiday {row.get('title', '')}: unknown keys {', '.join(sorted(strangers))}")
