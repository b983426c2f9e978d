"""The clocks of several consignments at once: what they stand on is gathered with a fixed number of questions.

`gather` lays scans, service forms, zones and degraded days beside the rules; `Grounds.clock` then reckons each
consignment by `domain.time_limit`. Nothing of it is stored.

Used by: clocks, watch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from postgw.domain.consignment import Consignment
from postgw.domain.custody import journey_of
from postgw.domain.legal_day import legal_day
from postgw.domain.scan import Scan
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

from . import calendar as kept
from . import dossiers, scans
from .database import Session

#: Nothing was carried under the Decision before it was in force.
_BEGINNING = date(2016, 12, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What the clocks of several consignments stand on."""

    book: RuleBook
    today: date
    calendar: WorkingCalendar  #: as offices keep it
    spans: tuple[DegradedSpan, ...]
    zones: Mapping[str, tuple[tuple[date, Zone], ...]]
    forms: Mapping[int, str]
    told: Mapping[str, tuple[Scan, ...]]

    def clock(self, found: Consignment) -> Clock:
        """Return how a consignment stands against its time limit."""
        course = self._course(found)
        accepted_on, communes = course.started_on or self.today, _communes(found)
        near, far = (self._zone(commune, accepted_on) for commune in communes)
        if near is None or far is None:
            return unknown_zone(communes[0] if near is None else communes[1])
        return clock_of(
            course, span=span_between(near, far), limits=self.book.transit_limits_on(accepted_on),
            with_slip=must_bring_slip(found.leg, self.forms[found.dossier_id]),
            calendar=self._calendar_for(communes), closes=self.book.agency_closes_on(self._filed_on(course)),
            today=self.today,
        )  # fmt: skip

    def _filed_on(self, course: Course) -> date:
        return legal_day(course.filed_at) if course.filed_at else self.today

    def last_office(self, found: Consignment) -> str:
        """Return the post office that has it, or that was last heard of it."""
        told = sorted(self.told.get(found.consignment_no, ()), key=lambda scan: scan.occurred_at, reverse=True)
        return found.custody.office or next((scan.office for scan in told if scan.office), "")

    def _course(self, found: Consignment) -> Course:
        table = self.book.scan_table_of(found.rules_version)
        custody, happenings = journey_of(found.leg, self.told.get(found.consignment_no, ()), table)
        return course_of(found.leg, happenings, ended=custody.ended)

    def _zone(self, commune: str, on: date) -> Zone | None:
        return next((zone for begun, zone in self.zones.get(commune, ()) if begun <= on), None)

    def _calendar_for(self, communes: Sequence[str]) -> WorkingCalendar:
        concerned = (span for span in self.spans if span.concerns(communes))
        return self.calendar.with_degraded(day for span in concerned for day in span.days())


async def gather(session: Session, book: RuleBook, found: Sequence[Consignment], *, at: datetime) -> Grounds:
    """Return what the clocks of these consignments stand on, as it is known at a moment."""
    today = legal_day(at)
    communes = {code for each in found for code in _communes(each) if code}
    return Grounds(
        book=book,
        today=today,
        calendar=calendar_of(book.holidays_on(today)),
        spans=await kept.degraded(session, since=_BEGINNING),
        zones=await kept.zones(session, sorted(communes)),
        forms=await dossiers.service_forms(session, sorted({each.dossier_id for each in found})),
        told=await scans.histories(session, [each.consignment_no for each in found]),
    )


def _communes(found: Consignment) -> tuple[str, str]:
    return found.consignor.commune_code, found.consignee.commune_code
