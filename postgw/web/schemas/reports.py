"""Reports of a period, the lists behind their figures, achieved quality, and citizens' ratings added up.

Used by: api.reports.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from postgw.domain.report import Fact
from postgw.domain.report_content import IssuedReport

from .shapes import Cursor, In, Line, Out

if TYPE_CHECKING:
    from postgw.services.reports import DueReport, ShownReport

_TENTHS = "Phần mười của một phần trăm, làm tròn xuống: 984 là 98,4%. `null`: chưa có gì để tính."


class ReportQuery(BaseModel):
    """Which form of a report, and which version."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    format: Literal["json", "xlsx", "csv", "pdf"] = "json"
    unit: str = Field("", max_length=20, description="Báo cáo riêng của một đơn vị; để trống là toàn tỉnh.")
    version: int = Field(0, ge=0, le=9999, description="0: bản phát hành mới nhất, chưa phát hành thì bản dự thảo.")
    draft: bool = Field(False, description="true: tính lại bây giờ dù đã phát hành.")


class FactsQuery(Cursor):
    """Which list."""

    unit: str = Field("", max_length=20)
    draft: bool = False


class QualityQuery(BaseModel):
    """Which quarter."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    quarter: str = Field("", max_length=10, description="Ví dụ 2026-Q3; để trống là quý đã hết gần nhất.")


class PeriodQuery(BaseModel):
    """Which period of ratings."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    period: str = Field("", max_length=10, description="Ví dụ 2026-Q3; để trống là quý đang chạy.")


class CommentsQuery(Cursor):
    """Which period of remarks."""

    period: str = Field("", max_length=10)


class IssueIn(In):
    """Issuing a report."""

    reason: Line = Field("", description="Lý do đính chính, khi số liệu khác bản đã phát hành.")
    unit: str = Field("", max_length=20)


class VersionOut(Out):
    """One issued version."""

    version: int
    issued_at: datetime
    issued_by: str
    digest: str = Field(description="SHA-256 của nội dung đã lưu.")
    reason: str


class DueReportOut(Out):
    """A report that is owed."""

    period: str
    kind: Literal["quarter", "half", "year"]
    first_on: date
    last_on: date
    before_on: date = Field(description="Phải nộp trước ngày này.")
    addressee: str
    state: Literal["issued", "due", "late"]
    days_late: int
    versions: list[VersionOut]


class DueReportPage(Out):
    """A page of reports."""

    data: list[DueReportOut]
    next_cursor: str


class GroupOut(Out):
    """One line of a breakdown."""

    key: str
    name: str
    accepted: int
    leg_send: int
    leg_return: int
    leg_transfer: int
    leg_withdrawal: int
    met: int
    late: int
    overdue: int
    unsafe: int
    on_time: int | None = Field(description=_TENTHS)


class RatingsOut(Out):
    """Answers added up."""

    answers: int
    average_tenths: int | None = Field(description="Điểm trung bình nhân mười: 46 là 4,6.")
    satisfied_tenths: int = Field(description=_TENTHS)


class RatingGroupOut(RatingsOut):
    """The answers of one desk or office."""

    key: str


class SummaryOut(Out):
    """What may be shown of a time's answers."""

    smallest_group: int
    too_few: bool = Field(description="true: có ý kiến nhưng quá ít để hiện.")
    total: RatingsOut | None
    groups: dict[str, list[RatingGroupOut]] = Field(description="Theo `desk` và `office`; nhóm quá nhỏ không có ở đây.")


class SatisfactionOut(SummaryOut):
    """The answers of a period."""

    period: str


class ReportOut(Out):
    """A report."""

    period: str
    title: str
    service: str
    first_on: date
    last_on: date
    before_on: date
    basis: str
    unit: str
    unit_name: str
    reporter: str
    addressee: str
    as_of: datetime = Field(description="Số liệu tính lúc này.")
    rehearsal: bool
    figures: dict[str, int]
    rates: dict[str, int | None] = Field(description=_TENTHS)
    breakdowns: dict[str, list[GroupOut]]
    outcomes: dict[str, int] = Field(description="Kết quả giải quyết khiếu nại.")
    satisfaction: SummaryOut
    issued: VersionOut | None = Field(description="null: dự thảo.")


class FactOut(Out):
    """One thing that a figure counts."""

    matter: Literal["item", "postage", "complaint", "compensation", "apology", "supplement"]
    ref: str
    on: date
    desk: str
    office: str
    leg: str
    form: str
    level: str
    span: str
    outcome: str
    dong: int
    marks: list[str]


class FactPage(Out):
    """A page of a figure's list."""

    data: list[FactOut]
    next_cursor: str


class SpanOut(Out):
    """On-time share of one stretch."""

    span: str
    title: str
    judged: int
    tenths: int | None = Field(description=_TENTHS)


class QualityOut(Out):
    """The quality that was achieved in a quarter."""

    quarter: str
    title: str
    is_final: bool = Field(description="true: theo báo cáo đã phát hành.")
    as_of: datetime
    accepted: int
    on_time: list[SpanOut]
    on_time_tenths: int | None = Field(description=_TENTHS)
    safety_tenths: int | None = Field(description=_TENTHS)
    complaints: int
    complaints_in_time_tenths: int | None = Field(description=_TENTHS)


class CommentPage(Out):
    """A page of remarks."""

    data: list[str]
    next_cursor: str


def due_out(due: DueReport) -> dict[str, Any]:
    """Return a report that is owed as it is shown."""
    return {
        "period": due.period.name, "kind": due.period.kind, "first_on": due.period.first_on,
        "last_on": date.fromordinal(due.period.after_on.toordinal() - 1), "before_on": due.before_on,
        "addressee": due.addressee, "state": due.state, "days_late": due.days_late,
        "versions": [_version(each) for each in due.versions],
    }  # fmt: skip


def _version(issued: IssuedReport) -> dict[str, Any]:
    return {name: getattr(issued, name) for name in ("version", "issued_at", "issued_by", "digest", "reason")}


def report_out(shown: ShownReport) -> dict[str, Any]:
    """Return a report as it is shown."""
    return {**shown.content, "issued": _version(shown.issued) if shown.issued else None}


def fact_out(fact: Fact) -> dict[str, Any]:
    """Return a fact as it is shown."""
    return {**asdict(fact), "marks": sorted(fact.marks)}
