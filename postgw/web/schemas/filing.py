"""Filing, appointments, the citizen's choice, supplements and rejections.

Used by: api.filing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from postgw.domain.filing import Appointment, CorrectionDraft, Filing, FilingStanding
from postgw.domain.rejection import Rejection, RejectionDraft
from postgw.domain.supplement import Supplement, SupplementDraft

from .dossiers import PaperIn, PaperOut
from .shapes import Code, Cursor, Day, In, Moment, Note, Out, ServiceForm

if TYPE_CHECKING:
    from postgw.services.filing import Choice
    from postgw.services.supplements import SupplementOf

Fault = Literal["citizen", "agency", "post"]


class CorrectionIn(In):
    """A wrong signing time, as both sides mended it on paper."""

    record_no: str = Field(min_length=1, max_length=40, description="Số biên bản đính chính hai bên đã ký.")
    filed_at: Moment = Field(description="Giờ ký đúng.")
    reason: str = Field(min_length=1, max_length=300)
    desk_signatory: str = Field(min_length=1, max_length=40)
    desk_signed_at: Moment
    office_signatory: str = Field(min_length=1, max_length=40)
    office_signed_at: Moment

    def draft(self) -> CorrectionDraft:
        """Return the correction in the words of the house."""
        return CorrectionDraft(**self.__dict__)


class AppointmentIn(In):
    """The day that the agency promises, and its slip."""

    due_on: Day
    slip_no: str = Field(min_length=1, max_length=40, description="Số giấy tiếp nhận hồ sơ và hẹn trả kết quả.")
    sets: int = Field(1, ge=1, le=99, description="Số bộ hồ sơ đã nhận.")
    statutory_time: str = Field("", max_length=100, description="Thời gian giải quyết theo quy định, bằng chữ.")


class ChoiceIn(In):
    """Another service form that the citizen chose."""

    service_form: ServiceForm
    consent_at: Moment | None = Field(None, description="Lúc người nộp đồng ý; để trống là bây giờ.")


class SupplementIn(In):
    """What the dossier lacks: all of it at once."""

    papers: tuple[PaperIn, ...] = Field(min_length=1, max_length=50)
    reason: Note = Field(min_length=1)
    asked_at: Moment | None = None
    heard_from_desk: bool = Field(False, description="Yêu cầu đã ra ở hệ thống của bộ phận, cổng chỉ được nghe lại.")

    def draft(self) -> SupplementDraft:
        """Return the request in the words of the house."""
        return SupplementDraft(
            papers=tuple(paper.paper() for paper in self.papers), reason=self.reason, asked_at=self.asked_at,
            heard_from_desk=self.heard_from_desk,
        )  # fmt: skip


class CompletionIn(In):
    """When the desk has everything that was asked for."""

    completed_at: Moment | None = Field(None, description="Để trống là bây giờ.")


class RejectionIn(In):
    """Why the dossier goes back."""

    code: str = Field(min_length=1, max_length=40, description="Mã trong danh sách `rejection` ở /api/v1/states.")
    reasons: Note = Field(min_length=1, description="Lý do, bằng lời của cơ quan; không ghi tên người.")
    fault: Fault = Field(description="Bên có lỗi, trả cước chuyển hồ sơ về.")

    def draft(self) -> RejectionDraft:
        """Return the rejection in the words of the house."""
        return RejectionDraft(**self.__dict__)


class DeskQuery(Cursor):
    """Whose list."""

    desk: Code = ""


class SupplementQuery(DeskQuery):
    """Which requests are listed."""

    state: Literal["", "asked", "completed", "lapsed"] = ""
    only: Literal["", "late"] = ""


class HandOut(Out):
    """One side's signature under a correction."""

    side: Literal["desk", "office"]
    signatory: str
    name: str
    signed_at: datetime


class FilingOut(Out):
    """One word on when a dossier was filed."""

    seq: int
    ground: Literal["manifest", "supplement", "correction"]
    filed_at: datetime
    agency_starts_on: date = Field(description="Ngày cơ quan bắt đầu xử lý; giao sau 15 giờ là ngày làm việc sau.")
    source: str = Field(description="Biên bản giao nhận, yêu cầu bổ sung hoặc biên bản đính chính.")
    consignment_no: str
    notice_id: str
    corrects: str = Field(description="`notice_id` của dòng bị thay.")
    reason: str
    hands: list[HandOut]
    entered_at: datetime
    entered_by: str


class FilingStandingOut(Out):
    """How a dossier's filing stands."""

    key: str
    state: Literal["none", "stands", "void"]
    in_force: FilingOut | None
    history: list[FilingOut]
    void_since: datetime | None
    due_on: date | None
    slip_no: str


class FilingPage(Out):
    """A page of filed dossiers."""

    data: list[FilingStandingOut]
    next_cursor: str


class AppointmentOut(Out):
    """The promise that holds."""

    due_on: date
    slip_no: str
    sets: int
    statutory_time: str
    filing_seq: int
    made_at: datetime
    made_by: str


class ChoiceChangeOut(Out):
    """A change of the citizen's choice."""

    old_form: ServiceForm
    new_form: ServiceForm
    consent_at: datetime
    chosen_at: datetime
    chosen_by: str


class ChoiceOut(Out):
    """What the citizen chose, and every change."""

    key: str
    service_form: ServiceForm
    consent_at: datetime | None
    changes: list[ChoiceChangeOut]


class SupplementOut(Out):
    """One request to complete a dossier."""

    supplement_no: str
    ordinal: int
    desk: str
    state: Literal["asked", "completed", "lapsed"]
    heard_from_desk: bool
    escalated: bool
    counts_late: bool
    papers: list[PaperOut]
    reason: str
    asked_at: datetime
    entered_by: str
    completed_at: datetime | None
    consignment_no: str


class SupplementListed(SupplementOut):
    """A request in a list over dossiers."""

    key: str


class SupplementList(Out):
    """Every request to complete one dossier."""

    data: list[SupplementOut]


class SupplementPage(Out):
    """A page of requests."""

    data: list[SupplementListed]
    next_cursor: str


class CompletionOut(Out):
    """A completed supplement, and where filing moved."""

    supplement: SupplementOut
    filing: FilingOut | None


class RejectionOut(Out):
    """A dossier that was sent back."""

    rejection_no: str
    filing_seq: int
    desk: str
    code: str
    fault: Fault
    paid_by: Fault
    reasons: str
    limit_on: date | None = Field(description="Ngày cuối được trả lại theo luật, khi lý do này có hạn.")
    is_late: bool
    consignment_no: str = Field(description="Bưu gửi mang hồ sơ về, không có kết quả.")
    rejected_at: datetime
    rejected_by: str


def filing_out(filing: Filing) -> dict[str, Any]:
    """Return one word on a filing as it is shown."""
    return asdict(filing)


def standing_out(standing: FilingStanding) -> dict[str, Any]:
    """Return a filing with its history."""
    history = [filing_out(each) for each in standing.filings]
    return {
        "key": standing.key, "state": standing.state, "in_force": history[-1] if history else None, "history": history,
        "void_since": standing.void_since, "due_on": standing.due_on, "slip_no": standing.slip_no,
    }  # fmt: skip


def appointment_out(made: Appointment) -> dict[str, Any]:
    """Return a promise as it is shown."""
    return asdict(made)


def choice_out(choice: Choice) -> dict[str, Any]:
    """Return the citizen's choice as it is shown."""
    return asdict(choice)


def supplement_out(asked: Supplement) -> dict[str, Any]:
    """Return a request as it is shown."""
    shown = asdict(asked)
    del shown["digest"]
    return shown


def supplement_listed(row: SupplementOf) -> dict[str, Any]:
    """Return a request in a list over dossiers."""
    return {"key": row.key, **supplement_out(row.supplement)}


def supplements_out(asked: Sequence[Supplement]) -> dict[str, Any]:
    """Return every request to complete one dossier."""
    return {"data": [supplement_out(each) for each in asked]}


def rejection_out(made: Rejection) -> dict[str, Any]:
    """Return a rejection as it is shown."""
    return {**asdict(made), "paid_by": made.paid_by}
