"""The transit clocks of many consignments at once: what they all stand on is read once, the rest item by item.

Nothing is asked of the database for a single item, calendars are made once for each pair of communes, and items that
were taken over and delivered on the same days between the same communes share their clock.

Used by: report_facts, services.wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from postgw.domain.custody import Custody, Happening
from postgw.domain.time_limit import (
    Clock,
    Course,
    Zone,
    clock_of,
    course_of,
    must_bring_slip,
    span_between,
    unknown_zone,
)
from postgw.domain.working_calendar import DegradedSpan, WorkingCalendar
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of

from . import calendar
from .database import Session

#: Nothing was carried under the Decision before it was in force.
_BEGINNING = date(2016, 12, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the clocks of several consignments stand on."""

    book: RuleBook
    today: date
    calendar: WorkingCalendar
    spans: tuple[DegradedSpan, ...]
    zones: Mapping[str, tuple[tuple[date, Zone], ...]]
    calendars: dict[tuple[str, str], WorkingCalendar] = field(default_factory=dict)
    clocks: dict[tuple[Course, str, str, tuple[str, str]], Clock] = field(default_factory=dict)

    def clock(
        self, leg: str, form: str, communes: tuple[str, str], happenings: Iterable[Happening], custody: Custody
    ) -> Clock:
        """Return how one consignment stands against its time limit."""
        # When the agency begins belongs to no report, and without that hour the items of a day share their clocks.
        course = replace(course_of(leg, happenings, ended=custody.ended), filed_at=None)
        asked = (course, leg, form, communes)
        if asked not in self.clocks:
            self.clocks[asked] = self._reckoned(*asked)
        return self.clocks[asked]

    def _reckoned(self, course: Course, leg: str, form: str, communes: tuple[str, str]) -> Clock:
        accepted_on = course.started_on or self.today
        near, far = (self._zone(commune, accepted_on) for commune in communes)
        if near is None or far is None:
            return unknown_zone(communes[0] if near is None else communes[1])
        return clock_of(
            course, span=span_between(near, far), limits=self.book.transit_limits_on(accepted_on),
            with_slip=must_bring_slip(leg, form), calendar=self._calendar(communes), today=self.today,
        )  # fmt: skip

    def _zone(self, commune: str, on: date) -> Zone | None:
        return next((zone for begun, zone in self.zones.get(commune, ()) if begun <= on), None)

    def _calendar(self, communes: tuple[str, str]) -> WorkingCalendar:
        if communes not in self.calendars:
            concerned = (span for span in self.spans if span.concerns(communes))
            self.calendars[communes] = self.calendar.with_degraded(day for span in concerned for day in span.days())
        return self.calendars[communes]


async def ground(session: Session, book: RuleBook, *, today: date) -> Ground:
    """Return what clocks stand on today, for every commune of the table of zones."""
    rows = await session.rows("SELECT DISTINCT commune_code FROM zone")
    return Ground(
        book=book, today=today, calendar=calendar_of(book.holidays_on(today)),
        spans=await calendar.degraded(session, since=_BEGINNING),
        zones=await calendar.zones(session, [row["commune_code"] for row in rows]),
    )  # fmt: skip


def batches(ids: Sequence[int], size: int = 500) -> Iterable[list[int]]:
    """Cut row numbers into what one statement asks for."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
