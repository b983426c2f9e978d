"""A rejection: a filed dossier that the desk sends back, with reasons, on form 03.

What is found not eligible after examination goes back within three working days of its receipt; a later one is lawful
and shown as late. The papers go home by post as a consignment without a result, and whoever was at fault pays for it.

Stands on: working_calendar, errors. Used by: services.supplements, storage.supplements.
Source: Decree 61/2018/NĐ-CP art. 17.1, 19.4; Decision 45/2016/QĐ-TTg art. 12.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .working_calendar import WorkingCalendar

FAULTS = {"citizen": "người nộp", "agency": "cơ quan giải quyết", "post": "bưu điện"}
#: The reason that must come within its days.
EXAMINED = "not_eligible"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionDraft:
    """Why a dossier goes back, and whose fault it is."""

    code: str  #: of the closed list `rejection`
    reasons: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A dossier that was sent back."""

    rejection_no: str
    filing_seq: int
    desk: str
    code: str
    fault: str
    reasons: str
    limit_on: date | None  #: last lawful day, where there is one
    is_late: bool
    consignment_no: str  #: by which the papers go home
    rejected_at: datetime
    rejected_by: str

    @property
    def paid_by(self) -> str:
        """Return who pays for the way home: the party at fault."""
        return self.fault


def limit_of(code: str, received_on: date, calendar: WorkingCalendar, days: int) -> date | None:
    """Return the last day for a rejection with this reason; none where the law sets no day.

    >>> limit_of("not_eligible", date(2026, 11, 27), WorkingCalendar(), 3)
    datetime.date(2026, 12, 2)
    >>> limit_of("not_competent", date(2026, 11, 27), WorkingCalendar(), 3)
    """
    return calendar.after(received_on, days) if code == EXAMINED else None
