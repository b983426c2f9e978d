"""The hours in which the demo's history happens: desks and post offices work by day, and on working days.

Used by: furnishing, cases, reporting, papers, rounds, citizen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count, takewhile

from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

Hours = tuple[tuple[time, time], ...]
DESK: Hours = ((time(7, 30), time(11, 30)), (time(13, 30), time(16, 30)))
OFFICE: Hours = ((time(7), time(18)),)
_ROUNDS_BEGIN = time(8, 30)


def later(moment: datetime, by: timedelta, hours: Hours) -> datetime:
    """Return the moment at which so much working time has gone by."""
    for begins, ends in _spans(legal_day(moment), hours):
        begins = max(begins, moment)
        if begins + by <= ends:
            return begins + by
        by -= max(ends - begins, timedelta())
    raise AssertionError  # the days go on


def spread(days: int, *, until: datetime, gap: timedelta, so_many: int, hours: Hours) -> list[datetime]:
    """Return moments in order, evenly spread over the working time of the last days, the last a gap before the end."""
    first = legal_day(until)
    for _ in range(days):
        first = _calendar(first).previous_working(first)
    begins = datetime.combine(first, time(), tzinfo=VIETNAM)
    passed = takewhile(lambda span: span[0] < until, _spans(first, hours))
    whole = sum((min(ends, until) - start for start, ends in passed), timedelta()) - gap
    return [later(begins, whole * n / so_many, hours) for n in range(so_many)]


def a_morning(at: datetime, days: int) -> datetime:
    """Return when rounds begin on a working day so many days ago, or on the last one before it."""
    day = legal_day(at) - timedelta(days=days)
    if not _calendar(day).is_working(day):
        day = _calendar(day).previous_working(day)
    return datetime.combine(day, _ROUNDS_BEGIN, tzinfo=VIETNAM)


def _spans(first: date, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    for n in count():
        day = first + timedelta(days=n)
        if _calendar(day).is_working(day):
            for begins, ends in hours:
                yield datetime.combine(day, begins, tzinfo=VIETNAM), datetime.combine(day, ends, tzinfo=VIETNAM)


def _calendar(day: date) -> WorkingCalendar:
    return calendar_of(rule_book().holidays_on(day))
