"""The working calendar: which days count when the law counts working days.

Saturdays and Sundays are off, so are the public holidays; a Saturday given in exchange for a free weekday is worked.
On a degraded day (storm, outage) the post works where it can, but the day is not counted against it. The first
day counted is the one after the start: J + 2 is two working days after J, and J itself may be any day.

Stands on: nothing. Used by: time_limit, services that count working days.
Source: Circular 17/2017/TT-BTTTT Art. 7.2 (J + n working days, J the date on the slip); Labour Code 45/2019 Art. 112.

>>> tet = {date(2025, 1, 27) + timedelta(days): "Tết Ất Tỵ" for days in range(5)}
>>> calendar = WorkingCalendar(holidays=frozenset(tet), titles=tet)
>>> reckoning = calendar.reckoned(date(2025, 1, 24), 2)
>>> reckoning.due
datetime.date(2025, 2, 4)
>>> [(added.kind, added.title, added.days) for added in reckoning.added]
[('weekend', '', 4), ('holiday', 'Tết Ất Tỵ', 5)]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal

DayKind = Literal["working", "weekend", "holiday", "degraded"]

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicHoliday:
    """A day off for everybody, and the notice or article that says so."""

    on: date
    title: str
    source: str
    announced: bool = True  #: false where no notice is known and the day was computed


@dataclass(frozen=True, slots=True, kw_only=True)
class SwappedDay:
    """A weekday off, and the Saturday worked in exchange."""

    off: date
    worked: date
    title: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DegradedSpan:
    """Days on which the post could not be expected to work in a region, by somebody's word, until it is undone."""

    entry_no: str
    kind: str  #: storm, outage
    title: str
    first_on: date
    last_on: date
    communes: frozenset[str] = frozenset()  #: codes; empty: everywhere

    def concerns(self, communes: Iterable[str]) -> bool:
        """Tell whether the region holds any of these communes."""
        return not self.communes or not self.communes.isdisjoint(communes)

    def days(self) -> Iterator[tuple[date, str]]:
        """Yield each day with the title."""
        for day in _days(self.first_on - _DAY, self.last_on):
            yield day, self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class DegradedEntry:
    """A degraded span, who declared it and why, and who took it back."""

    span: DegradedSpan
    reason: str
    declared_at: datetime
    declared_by: str
    undone_at: datetime | None = None
    undone_by: str = ""
    undone_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Days that lie between start and due date and are not counted, of one kind and for one reason."""

    kind: DayKind
    title: str  #: empty for weekends
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """A due date that explains itself."""

    start: date
    working_days: int
    due: date
    added: tuple[Added, ...] = ()
    is_firm: bool = True  #: false where it crosses a time whose holidays are not announced yet


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """The days that count; `working_days` are swapped Saturdays, `degraded` days and their title apply to a region."""

    holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    degraded: frozenset[tuple[date, str]] = frozenset()
    titles: Mapping[date, str] = field(default_factory=dict)  #: of holidays and swapped days
    announced_until: date | None = None  #: the last day whose holidays are official; None: no end

    def with_degraded(self, days: Iterable[tuple[date, str]]) -> WorkingCalendar:
        """Return this calendar with more degraded days."""
        return replace(self, degraded=self.degraded | frozenset(days))

    def without_degraded(self) -> WorkingCalendar:
        """Return this calendar as offices keep it: a storm that holds up the post does not move them."""
        return replace(self, degraded=frozenset())

    def kind(self, day: date) -> DayKind:
        """Return what a day is: a holiday on a weekend is a weekend, a storm on a free day changes nothing."""
        if day.weekday() >= _SATURDAY and day not in self.working_days:
            return "weekend"
        if day in self.holidays:
            return "holiday"
        return "degraded" if self._storm(day) else "working"

    def title(self, day: date) -> str:
        """Return why a day is as it is, empty for ordinary days and weekends."""
        return self._storm(day) if self.kind(day) == "degraded" else self.titles.get(day, "")

    def is_working(self, day: date) -> bool:
        """Tell whether a day counts."""
        return self.kind(day) == "working"

    def next_working(self, day: date) -> date:
        """Return the first working day after a day."""
        return self.after(day, 1)

    def previous_working(self, day: date) -> date:
        """Return the last working day before a day.

        >>> WorkingCalendar().previous_working(date(2026, 11, 23))
        datetime.date(2026, 11, 20)
        """
        day -= _DAY
        while not self.is_working(day):
            day -= _DAY
        return day

    def after(self, day: date, n: int) -> date:
        """Return the n-th working day after a day; for none, the day itself."""
        return next(islice(self._working_from(day), n - 1, None)) if n > 0 else day

    def between(self, first: date, last: date) -> int:
        """Return how many working days lie after `first`, up to and with `last`; none when it is not later.

        >>> WorkingCalendar().between(date(2026, 11, 20), date(2026, 11, 24))
        2
        """
        return sum(self.is_working(day) for day in _days(first, last))

    def reckoned(self, start: date, n: int) -> Reckoning:
        """Return the n-th working day after a day, with all that was not counted on the way."""
        due = self.after(start, n)
        uncounted: dict[tuple[DayKind, str], int] = {}
        for day in _days(start, due):
            if (kind := self.kind(day)) != "working":
                reason = (kind, "" if kind == "weekend" else self.title(day))
                uncounted[reason] = uncounted.get(reason, 0) + 1
        added = tuple(Added(kind=kind, title=title, days=days) for (kind, title), days in uncounted.items())
        firm = self.announced_until is None or due <= self.announced_until
        return Reckoning(start=start, working_days=n, due=due, added=added, is_firm=firm)

    def _storm(self, day: date) -> str:
        return min((title for on, title in self.degraded if on == day), default="")

    def _working_from(self, day: date) -> Iterator[date]:
        while True:
            day += _DAY
            if self.is_working(day):
                yield day


def _days(first: date, last: date) -> Iterator[date]:
    while first < last:
        first += _DAY
        yield first
