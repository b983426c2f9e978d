"""The period of a report, and by when the report is due: a quarter, the first half-year, a year.

A period is named as people write it: `2026-Q4`, `2026-H1`, `2026`. Its days are legal days, its moments run from
midnight to midnight in Vietnam. The second half-year has no report of its own: the annual one tells of it.

Stands on: legal_day, errors. Used by: report, rules.book, services.reports.
Source: Circular 17/2017/TT-BTTTT art. 13.

>>> read_period("2026-q4")
Period(name='2026-Q4', kind='quarter', first_on=datetime.date(2026, 10, 1), after_on=datetime.date(2027, 1, 1))
>>> [period.name for period in periods_before(date(2026, 7, 1))][:4]
['2026-Q2', '2026-H1', '2026-Q1', '2025-Q4']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from .errors import Invalid
from .legal_day import VIETNAM

Kind = Literal["quarter", "half", "year"]
KINDS: Mapping[str, str] = {"quarter": "quý", "half": "6 tháng đầu năm", "year": "năm"}
_NAME = re.compile(r"(20[0-9]{2})(?:-(?:Q([1-4])|(H)1))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time that is reported on, from its first day up to the day after its last."""

    name: str
    kind: Kind
    first_on: date
    after_on: date

    @property
    def since(self) -> datetime:
        """Return its first moment."""
        return _midnight(self.first_on)

    @property
    def before(self) -> datetime:
        """Return the first moment after it."""
        return _midnight(self.after_on)

    @property
    def title(self) -> str:
        """Return its name in words.

        >>> read_period("2026-Q4").title, read_period("2026-H1").title, read_period("2026").title
        ('quý 4 năm 2026', '6 tháng đầu năm 2026', 'năm 2026')
        """
        year = self.first_on.year
        if self.kind == "quarter":
            return f"quý {self.name[-1]} năm {year}"
        return f"{KINDS[self.kind]} {year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRule:
    """One version of which reports are due, when, and to whom."""

    version: str
    before_day: Mapping[str, int]
    addressee: str
    basis: str

    def before_on(self, period: Period) -> date:
        """Return the day before which the report must be handed in.

        >>> rule = ReportRule(version="x", before_day={"quarter": 10}, addressee="Sở", basis="Điều 13")
        >>> rule.before_on(read_period("2026-Q4"))
        datetime.date(2027, 1, 10)
        """
        return period.after_on.replace(day=self.before_day[period.kind])


def read_period(text: str) -> Period:
    """Return the period that a text names. Raises Invalid, with how it is written."""
    read = _NAME.fullmatch(text.strip().upper())
    if read is None:
        raise Invalid(
            "Kỳ báo cáo viết như 2026-Q4 (quý), 2026-H1 (6 tháng đầu năm) hoặc 2026 (năm).", code="report.period",
            field="/period",
        )  # fmt: skip
    year = int(read[1])
    if read[2]:
        return quarter(year, int(read[2]))
    if read[3]:
        return Period(name=f"{year}-H1", kind="half", first_on=date(year, 1, 1), after_on=date(year, 7, 1))
    return Period(name=f"{year}", kind="year", first_on=date(year, 1, 1), after_on=date(year + 1, 1, 1))


def quarter(year: int, number: int) -> Period:
    """Return a quarter."""
    after = date(year + number // 4, number * 3 % 12 + 1, 1)
    return Period(name=f"{year}-Q{number}", kind="quarter", first_on=date(year, number * 3 - 2, 1), after_on=after)


def quarter_of(on: date) -> Period:
    """Return the quarter in which a day lies."""
    return quarter(on.year, (on.month + 2) // 3)


def last_full_quarter(on: date) -> Period:
    """Return the newest quarter that was over on a day.

    >>> last_full_quarter(date(2027, 1, 1)).name, last_full_quarter(date(2026, 12, 31)).name
    ('2026-Q4', '2026-Q3')
    """
    return quarter_of(quarter_of(on).first_on - timedelta(days=1))


def periods_before(on: date) -> Iterator[Period]:
    """Yield the periods that were over on a day, newest first; of those that end together the shortest first."""
    year = on.year
    while year >= 2000:
        for period in _of_year(year):
            if period.after_on <= on:
                yield period
        year -= 1


def _of_year(year: int) -> tuple[Period, ...]:
    names = ("Q4", "", "Q3", "Q2", "H1", "Q1")
    return tuple(read_period(f"{year}-{name}" if name else f"{year}") for name in names)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(0), VIETNAM).astimezone(UTC)
