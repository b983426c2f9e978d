"""Clocks, the calendar they run by, and the days that stop them.

Used by: api.clocks.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from postgw.domain.time_limit import Clock
from postgw.domain.working_calendar import DegradedEntry, DegradedSpan
from postgw.web.language import Language, said

from .shapes import Code, Cursor, Day, In, Leg, Out, State

if TYPE_CHECKING:
    from postgw.services.clocks import LateItem, YearCalendar

Verdict = Literal["not_started", "unknown", "running", "overdue", "met", "late", "ended", "no_limit"]
Span = Literal["same_district", "same_province", "between_cities", "other_provinces"]
DegradedKind = Literal["storm", "outage"]
Commune = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]


class AddedOut(Out):
    """Days on the way that were not counted."""

    kind: Literal["weekend", "holiday", "degraded"]
    title: str
    days: int


class ClockOut(Out):
    """How a consignment stands against its time limit, and why."""

    number: str
    verdict: Verdict
    due_on: date | None = Field(description="Trống khi chưa tính được; `words` nói vì sao.")
    started_on: date | None
    working_days: int | None = Field(description="n của J + n.")
    span: Span | None
    with_slip: bool = Field(description="Hạn gồm cả việc đưa giấy hẹn về cho người nộp.")
    stopped_on: date | None
    days: int = Field(description="Số ngày làm việc còn lại, hoặc đã trễ.")
    agency_starts_on: date | None = Field(description="Ngày cơ quan bắt đầu tính, theo giờ nhận trong ngày.")
    is_firm: bool = Field(description="false: hạn qua một đoạn chưa công bố lịch nghỉ.")
    added: list[AddedOut]
    words: list[str] = Field(description="Đang thế nào, rồi cách tính, bằng lời.")


class LateQuery(Cursor):
    """Whose late items, and where to go on."""

    desk: Code = ""
    limit: int = Field(200, ge=1, le=200)


class LateOut(Out):
    """A consignment whose time is over or nearly so."""

    number: str
    leg: Leg
    state: State
    desk: str
    verdict: Verdict
    due_on: date
    days: int
    words: list[str]


class LatePage(Out):
    """One page; an empty one with a cursor goes on."""

    data: list[LateOut]
    next_cursor: str


class DegradedIn(In):
    """Days on which the post could not be expected to work."""

    kind: DegradedKind
    title: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    first_on: Day
    last_on: Day
    communes: tuple[Commune, ...] = Field((), max_length=200, description="Mã xã; để trống là mọi nơi.")
    reason: Reason


class UndoQuery(BaseModel):
    """Why the days are taken back."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    reason: Reason


class DegradedOut(Out):
    """Degraded days, who declared them and who took them back."""

    entry_no: str
    kind: DegradedKind
    title: str
    first_on: date
    last_on: date
    communes: list[str]
    reason: str
    declared_at: datetime
    declared_by: str
    undone_at: datetime | None
    undone_by: str
    undone_reason: str


class DegradedPage(Out):
    """One page, newest first."""

    data: list[DegradedOut]
    next_cursor: str


class HolidayOut(Out):
    """A day off."""

    on: date
    title: str
    announced: bool = Field(description="false: chưa có thông báo, ngày do tính.")
    source: str


class SwappedOut(Out):
    """A weekday off and the Saturday worked for it."""

    off: date
    worked: date
    title: str
    source: str


class DegradedSpanOut(Out):
    """Degraded days, without who declared them."""

    kind: DegradedKind
    title: str
    first_on: date
    last_on: date
    communes: list[str]


class CalendarOut(Out):
    """The days of one year that are not counted; Saturdays and Sundays are not listed."""

    year: int
    version: str
    holidays: list[HolidayOut]
    swapped: list[SwappedOut]
    degraded: list[DegradedSpanOut]


def words_of(clock: Clock, language: Language) -> list[str]:
    """Return the reckoning in a language, sentence by sentence."""
    return [said(each.sentence, each.values, language) for each in clock.words]


def clock_out(number: str, clock: Clock, language: Language) -> dict[str, Any]:
    """Return a clock as it is shown."""
    reckoning = clock.reckoning
    added = reckoning.added if reckoning else ()
    return {
        "number": number,
        "verdict": clock.verdict,
        "due_on": clock.due,
        "started_on": reckoning.start if reckoning else None,
        "working_days": reckoning.working_days if reckoning else None,
        "span": clock.span,
        "with_slip": clock.with_slip,
        "stopped_on": clock.stopped_on,
        "days": clock.days,
        "agency_starts_on": clock.agency_starts_on,
        "is_firm": reckoning.is_firm if reckoning else True,
        "added": [{"kind": each.kind, "title": each.title, "days": each.days} for each in added],
        "words": words_of(clock, language),
    }


def late_out(item: LateItem, language: Language) -> dict[str, Any]:
    """Return an item of the late list."""
    return {
        "number": item.consignment.consignment_no,
        "leg": item.consignment.leg,
        "state": item.consignment.custody.state,
        "desk": item.consignment.desk,
        "verdict": item.clock.verdict,
        "due_on": item.clock.due,
        "days": item.clock.days,
        "words": words_of(item.clock, language),
    }


def degraded_out(entry: DegradedEntry) -> dict[str, Any]:
    """Return degraded days with their history."""
    return {
        "entry_no": entry.span.entry_no,
        **_span_out(entry.span),
        "reason": entry.reason,
        "declared_at": entry.declared_at,
        "declared_by": entry.declared_by,
        "undone_at": entry.undone_at,
        "undone_by": entry.undone_by,
        "undone_reason": entry.undone_reason,
    }


def calendar_out(calendar: YearCalendar) -> dict[str, Any]:
    """Return a year as it is published."""
    return {
        "year": calendar.year,
        "version": calendar.version,
        "holidays": [
            {"on": day.on, "title": day.title, "announced": day.announced, "source": day.source}
            for day in calendar.holidays
        ],
        "swapped": [
            {"off": day.off, "worked": day.worked, "title": day.title, "source": day.source} for day in calendar.swapped
        ],
        "degraded": [_span_out(span) for span in calendar.degraded],
    }


def _span_out(span: DegradedSpan) -> dict[str, Any]:
    return {
        "kind": span.kind,
        "title": span.title,
        "first_on": span.first_on,
        "last_on": span.last_on,
        "communes": sorted(span.communes),
    }
