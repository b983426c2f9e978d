"""Paper checks and duties over papers.

Used by: api.papers, api.scans.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from postgw.domain.paper import Paper
from postgw.domain.paper_check import Counted, PaperCheck
from postgw.domain.paper_duty import PaperDuty, Withdrawn

from .dossiers import PaperOut
from .shapes import Code, Cursor, In, Line, Note, Out

Kind = Literal["original", "certified", "copy"]
Stage = Literal[
    "at_agency", "stays", "confirmed", "to_collect", "collected", "on_the_way", "astray", "given_back", "handed_in",
    "reported_lost",
]  # fmt: skip


class PresentIn(In):
    """One paper that is there."""

    name: str = Field(min_length=1, max_length=300)
    kind: Kind
    quantity: int = Field(1, ge=1, le=500)


class PaperCheckIn(In):
    """What citizen and postal worker counted. Every required paper of the list is either present or missing."""

    check_id: str = Field(min_length=1, max_length=100, description="Mã của chính thiết bị; gửi lại không ghi thêm.")
    present: tuple[PresentIn, ...] = Field((), max_length=200)
    missing: tuple[Line, ...] = Field((), max_length=200, description="Chỉ giấy tờ trong danh mục công bố.")
    guided: bool = Field(False, description="Đã hướng dẫn người nộp bổ sung giấy tờ còn thiếu.")
    citizen: str = Field(min_length=1, max_length=150, description="Người nộp, hoặc người đại diện, cùng kiểm.")
    office: Code = ""

    def counted(self) -> Counted:
        """Return the count in the words of the house."""
        present = tuple(Paper(**paper.__dict__) for paper in self.present)
        return Counted(present=present, missing=self.missing, guided=self.guided)


class PaperCheckOut(Out):
    """One check of the papers."""

    check_id: str
    procedure_code: str
    list_from: date = Field(description="Ngày bắt đầu hiệu lực của danh mục đã dùng.")
    complete: bool
    present: list[PaperOut]
    missing: list[str]
    beyond: list[str] = Field(description="Ngoài danh mục, người nộp tự nguyện gửi kèm.")
    citizen: str
    office: str
    checked_at: datetime
    checked_by: str
    guided_at: datetime | None
    guided_by: str


class PaperCheckList(Out):
    """The checks of one consignment, oldest first."""

    data: list[PaperCheckOut]


class WithdrawnIn(In):
    """What became of one old paper that the agency takes back."""

    name: str = Field(min_length=1, max_length=300)
    outcome: Literal["collected", "lost"]
    note: Note = Field("", description="Báo mất thì ghi lời trình bày của người dân.")

    def withdrawn(self) -> Withdrawn:
        """Return it in the words of the house."""
        return Withdrawn(**self.__dict__)


class DutyQuery(Cursor):
    """Which duties are listed."""

    desk: Code = ""
    dossier: str = Field("", max_length=100, description="Mã hồ sơ.")
    state: Literal["open", "closed"] | Literal[""] = ""


class DutyOut(Out):
    """One paper that somebody must give to somebody."""

    duty_no: int
    kind: Literal["owed", "withdraw"]
    stage: Stage
    open: bool
    age_days: int
    desk: str
    dossier_no: str
    name: str
    paper_kind: Kind
    quantity: int
    opened_at: datetime
    opened_by: str = Field(description="Bưu gửi làm phát sinh.")
    decision: Literal["", "goes", "stays"]
    decision_reason: str
    decided_at: datetime | None
    decided_by: str
    outcome: Literal["", "collected", "lost"]
    outcome_note: str
    outcome_at: datetime | None
    outcome_by: str
    carried_by: str = Field(description="Bưu gửi mang giấy tờ này.")
    closed_at: datetime | None


class DutyPage(Out):
    """A page of duties."""

    data: list[DutyOut]
    next_cursor: str


class DecisionIn(In):
    """Whether an original goes out with a result."""

    decision: Literal["goes", "stays"]
    consignment_no: str = Field("", max_length=100, description="Bưu gửi trả kết quả, khi trả.")
    reason: Line = Field("", description="Vì sao cơ quan giữ lại, khi giữ.")


def check_out(check: PaperCheck) -> dict[str, Any]:
    """Return a check as it is shown."""
    return {**asdict(check), "complete": check.complete}


_DUTY = tuple(name for name in DutyOut.model_fields if name not in {"open", "age_days"})


def duty_out(duty: PaperDuty, on: date) -> dict[str, Any]:
    """Return a duty as it is shown on a day."""
    shown = {name: getattr(duty, name) for name in _DUTY}
    return {**shown, "open": duty.is_open, "age_days": duty.age_days(on)}
