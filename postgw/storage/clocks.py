"""The transit clocks of many consignments at once: what they all stand on is read once, the rest item by item.

`Ground` has the holidays, degraded days, zones and limits; calendars are made once for each pair of communes, and items
that were taken over and delivered on the same days between the same communes share their clock. `Grounds` lays the
scans and service forms of given consignments beside it. Each is then reckoned by `domain.time_limit`; nothing of it is
stored.

Used by: clocks, watch, transit, report_facts, wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from postgw.domain.consignment import Consignment
from postgw.domain.custody import Custody, Happening, journey_of
from postgw.domain.legal_day import legal_day
from postgw.domain.scan import Scan
from postgw.domain.time_limit import (
    NO_LIMIT,
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

from . import calendar as kept
from . import dossiers, scan_rows
from .database import Session

#: Nothing was carried under the Decision before it was in force.
_BEGINNING = date(2016, 12, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every clock stands on today."""

    book: RuleBook
    today: date
    calendar: WorkingCalendar  #: as offices keep it
    spans: tuple[DegradedSpan, ...]
    zones: Mapping[str, tuple[tuple[date, Zone], ...]]
    calendars: dict[tuple[str, str], WorkingCalendar] = field(default_factory=dict)
    clocks: dict[tuple[Course, str, str, tuple[str, str]], Clock] = field(default_factory=dict)

    def clock(self, course: Course, leg: str, form: str, communes: tuple[str, str]) -> Clock:
        """Return how a course stands against its time limit."""
        asked = (course, leg, form, communes)
        if asked not in self.clocks:
            self.clocks[asked] = self._reckoned(*asked)
        return self.clocks[asked]

    def clock_of_journey(
        self, leg: str, form: str, communes: tuple[str, str], happenings: Iterable[Happening], custody: Custody
    ) -> Clock:
        """Return how a journey stands against its time limit, without the day on which the agency begins.

        Without that hour the items of a day share their clocks, which makes long lists of them cheap.
        """
        course = course_of(leg, happenings, ended=custody.ended)
        return self.clock(replace(course, filed_at=None), leg, form, communes)

    def _reckoned(self, course: Course, leg: str, form: str, communes: tuple[str, str]) -> Clock:
        accepted_on = course.started_on or self.today
        near, far = (self._zone(commune, accepted_on) for commune in communes)
        if near is None or far is None:
            return unknown_zone(communes[0] if near is None else communes[1])
        filed_on = legal_day(course.filed_at) if course.filed_at else self.today
        return clock_of(
            course, span=span_between(near, far), limits=self.book.transit_limits_on(accepted_on),
            with_slip=must_bring_slip(leg, form), calendar=self._calendar_for(communes),
            closes=self.book.agency_closes_on(filed_on), today=self.today,
        )  # fmt: skip

    def _zone(self, commune: str, on: date) -> Zone | None:
        return next((zone for begun, zone in self.zones.get(commune, ()) if begun <= on), None)

    def _calendar_for(self, communes: tuple[str, str]) -> WorkingCalendar:
        if communes not in self.calendars:
            concerned = (span for span in self.spans if span.concerns(communes))
            self.calendars[communes] = self.calendar.with_degraded(day for span in concerned for day in span.days())
        return self.calendars[communes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What the clocks of several consignments stand on."""

    ground: Ground
    forms: Mapping[int, str]
    told: Mapping[str, tuple[Scan, ...]]

    @property
    def today(self) -> date:
        """Return the legal day of the reckoning."""
        return self.ground.today

    @property
    def calendar(self) -> WorkingCalendar:
        """Return the calendar as offices keep it."""
        return self.ground.calendar

    def clock(self, found: Consignment) -> Clock:
        """Return how a consignment stands against its time limit; one that is not of the public service has none."""
        if not found.public_service:
            return NO_LIMIT
        custody, happenings = journey_of(
            found.leg, self.told.get(found.consignment_no, ()), self.ground.book.scan_table_of(found.rules_version)
        )
        course = course_of(found.leg, happenings, ended=custody.ended)
        return self.ground.clock(course, found.leg, self.forms[found.dossier_id], _communes(found))

    def last_office(self, found: Consignment) -> str:
        """Return the post office that has it, or that was last heard of it."""
        told = sorted(self.told.get(found.consignment_no, ()), key=lambda scan: scan.occurred_at, reverse=True)
        return found.custody.office or next((scan.office for scan in told if scan.office), "")


async def ground(session: Session, book: RuleBook, *, today: date, communes: Sequence[str] | None = None) -> Ground:
    """Return what clocks stand on today, for some communes or for every one in the table of zones."""
    if communes is None:
        communes = [row["commune_code"] for row in await session.rows("SELECT DISTINCT commune_code FROM zone")]
    return Ground(
        book=book, today=today, calendar=calendar_of(book.holidays_on(today)),
        spans=await kept.degraded(session, since=_BEGINNING), zones=await kept.zones(session, communes),
    )  # fmt: skip


async def gather(session: Session, book: RuleBook, found: Sequence[Consignment], *, at: datetime) -> Grounds:
    """Return what the clocks of these consignments stand on, as it is known at a moment."""
    communes = sorted({code for each in found for code in _communes(each) if code})
    return Grounds(
        ground=await ground(session, book, today=legal_day(at), communes=communes),
        forms=await dossiers.service_forms(session, sorted({each.dossier_id for each in found})),
        told=await scan_rows.histories(session, [each.consignment_no for each in found]),
    )


def _communes(found: Consignment) -> tuple[str, str]:
    return found.consignor.commune_code, found.consignee.commune_code
