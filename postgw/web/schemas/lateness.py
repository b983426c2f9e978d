"""Warnings before the post's due dates; apologies for late results, as the desk and as anybody sees them.

Used by: api.lateness.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from postgw.domain.apology import Apology, Figures
from postgw.domain.lateness import WarningGiven

from .shapes import Cursor, Day, In, Number, Out

if TYPE_CHECKING:
    from postgw.services.lateness import ApologyDetail

ApologyState = Literal["draft", "issued", "withdrawn"]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]


class WarningOut(Out):
    """A due date of the post that was warned of."""

    number: str
    desk: str
    office: str = Field(description="Bưu cục đang giữ lúc cảnh báo; trống khi chưa rõ.")
    due_on: date
    given_at: datetime
    moved_to: date | None = Field(description="Hạn đã báo lại sau khi hạn dời; trống là cảnh báo còn đúng.")
    moved_at: datetime | None


class WarningPage(Out):
    """One page, newest first."""

    data: list[WarningOut]
    next_cursor: str


class DraftIn(In):
    """Which dossier will be late."""

    dossier: Number = Field(description="Mã hồ sơ.")


class IssueIn(In):
    """Why, and the one new day."""

    reason: Reason
    new_due_on: Day


class WithdrawalIn(In):
    """Why a draft is withdrawn."""

    reason: Reason


class PublicApologyOut(Out):
    """An apology as anybody may read it: no name, no address."""

    apology_no: str
    desk: str
    dossier_no: str
    due_on: date
    new_due_on: date
    reason: str
    issued_on: date


class PublicApologyPage(Out):
    """One page, newest first."""

    data: list[PublicApologyOut]
    next_cursor: str


class ApologyOut(Out):
    """An apology as the desk sees it."""

    apology_no: str
    dossier_no: str
    desk: str
    returning_desk: str
    state: ApologyState
    due_on: date = Field(description="Ngày hẹn ban đầu; không đổi.")
    new_due_on: date | None
    reason: str
    in_time: bool | None = Field(description="Phát hành chậm nhất 1 ngày làm việc trước hạn; trống khi chưa phát hành.")
    drafted_at: datetime
    drafted_by: str
    issued_at: datetime | None
    issued_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str
    pickup_no: str = Field(description="Lịch thu gom ngày mới, khi ngày cũ đã có lịch.")
    old_pickup_no: str


class ApologyPage(Out):
    """One page, newest first."""

    data: list[ApologyOut]
    next_cursor: str


class LetterOut(Out):
    """What the letter says of the dossier."""

    addressee: str
    address: str
    phone: str
    received_on: date
    sector: str
    procedure: str
    agency: str


class ApologyDetailOut(ApologyOut):
    """An apology with its letter."""

    in_time_until: date = Field(description="Ngày cuối phát hành còn đúng hạn.")
    letter: LetterOut


class ApologyQuery(Cursor):
    """Which apologies."""

    state: ApologyState | Literal[""] = ""


class PeriodQuery(BaseModel):
    """From one day through another."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    since: Day
    until: Day


class FiguresOut(Out):
    """How many apologies one desk issued."""

    desk: str
    in_time: int
    late: int


class FiguresList(Out):
    """One row for each desk that issued any."""

    data: list[FiguresOut]


def warning_out(given: WarningGiven) -> dict[str, Any]:
    """Return a warning as it is shown."""
    return {
        "number": given.consignment_no,
        "desk": given.desk,
        "office": given.office,
        "due_on": given.due_on,
        "given_at": given.given_at,
        "moved_to": given.moved_to,
        "moved_at": given.moved_at,
    }


def public_apology_out(apology: Apology, issued_on: date) -> dict[str, Any]:
    """Return an apology as anybody may read it."""
    names = ("apology_no", "desk", "dossier_no", "due_on", "new_due_on", "reason")
    return {**{name: getattr(apology, name) for name in names}, "issued_on": issued_on}


def apology_out(apology: Apology) -> dict[str, Any]:
    """Return an apology as the desk sees it."""
    return {name: getattr(apology, name) for name in ApologyOut.model_fields}


def apology_detail_out(detail: ApologyDetail) -> dict[str, Any]:
    """Return an apology with its letter."""
    letter = {name: getattr(detail.letter, name) for name in LetterOut.model_fields}
    return {**apology_out(detail.apology), "in_time_until": detail.in_time_until, "letter": letter}


def figures_out(figures: Figures) -> dict[str, Any]:
    """Return the figures of one desk."""
    return {"desk": figures.desk, "in_time": figures.in_time, "late": figures.late}
