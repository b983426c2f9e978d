"""How one consignment stood against its transit time, for whoever must judge a case: from scans, zones and calendar.

Used by: services.cases, services.damage, services.loss, services.compensating.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from postgw.domain.consignment import Consignment
from postgw.domain.custody import Happening, journey_of
from postgw.domain.errors import Unknown
from postgw.domain.folding import fold
from postgw.domain.legal_day import legal_day
from postgw.domain.time_limit import Clock, Zone, clock_of, course_of, must_bring_slip, span_between, unknown_zone
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules import places
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of

from . import calendar, dossiers, scans
from .database import Session

_BEGINNING = date(2016, 12, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transit:
    """What happened to a consignment between its acceptance and its delivery."""

    clock: Clock
    accepted_at: datetime | None
    accepted_office: str
    delivered_on: date | None
    last_office: str

    @property
    def accepted_on(self) -> date | None:
        """Return J: the legal day of acceptance."""
        return legal_day(self.accepted_at) if self.accepted_at else None

    @property
    def ends_on(self) -> date | None:
        """Return the last day of the transit time; where none can be reckoned, the day of acceptance counts."""
        return self.clock.due or self.accepted_on


async def transit(session: Session, book: RuleBook, found: Consignment, *, at: datetime) -> Transit:
    """Return how a consignment stood against its transit time, as it is known now."""
    told = await scans.history(session, found.consignment_no)
    custody, happenings = journey_of(found.leg, told, book.scan_table_of(found.rules_version))
    course = course_of(found.leg, happenings, ended=custody.ended)
    today = legal_day(at)
    communes = (found.consignor.commune_code, found.consignee.commune_code)
    near, far = await _zones(session, communes, course.started_on or today)
    if near is None or far is None:
        clock = unknown_zone(communes[0] if near is None else communes[1])
    else:
        form = (await dossiers.service_forms(session, [found.dossier_id]))[found.dossier_id]
        clock = clock_of(
            course, span=span_between(near, far), limits=book.transit_limits_on(course.started_on or today),
            with_slip=must_bring_slip(found.leg, form), calendar=await _calendar(session, book, communes, today),
            today=today,
        )  # fmt: skip
    return _transit(clock, happenings)


def _transit(clock: Clock, happenings: Sequence[Happening]) -> Transit:
    moved = [each for each in happenings if each.moved]
    accepted = next((each.lead for each in moved if each.lead.code == "collected"), None)
    delivered = [each.lead.occurred_at for each in moved if each.state.startswith("delivered")]
    offices = [each.lead.office for each in happenings if each.lead.office]
    return Transit(
        clock=clock, accepted_at=accepted.occurred_at if accepted else None,
        accepted_office=accepted.office if accepted else "",
        delivered_on=legal_day(delivered[0]) if delivered else None, last_office=offices[-1] if offices else "",
    )  # fmt: skip


async def _zones(session: Session, communes: tuple[str, str], on: date) -> tuple[Zone | None, Zone | None]:
    known = await calendar.zones(session, sorted({code for code in communes if code}))
    near, far = (next((zone for begun, zone in known.get(code, ()) if begun <= on), None) for code in communes)
    return near, far


async def _calendar(session: Session, book: RuleBook, communes: Sequence[str], today: date) -> WorkingCalendar:
    spans = await calendar.degraded(session, since=_BEGINNING)
    return calendar_of(book.holidays_on(today)).with_degraded(
        day for span in spans if span.concerns(communes) for day in span.days()
    )


def is_in_one_province(found: Consignment) -> bool:
    """Say whether a consignment stays in its province: by its communes, else by the names that were written.

    Where neither tells, it counts as staying, for the shorter term of an answer harms nobody.
    """
    codes = [_province(each.commune_code) for each in (found.consignor, found.consignee)]
    if all(codes):
        return codes[0] == codes[1]
    names = [_bare(each.province) for each in (found.consignor, found.consignee)]
    return not all(names) or names[0] == names[1]


def _province(commune_code: str) -> str:
    try:
        return places.commune(commune_code).province_code
    except Unknown:
        return ""


def _bare(name: str) -> str:
    return fold(name).removeprefix("tinh ").removeprefix("thanh pho ")
