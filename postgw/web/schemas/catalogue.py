"""The published catalogue: procedures with their paper lists and versions, quality owed, desks and post offices.

Used by: api.catalogue.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from postgw.domain.procedure import Procedure
from postgw.domain.publication import FEE_MOST, Publication, differences
from postgw.domain.quality import QualityTargets
from postgw.domain.time_limit import TransitLimits
from postgw.domain.unit import Unit
from postgw.services.catalogue import Disagreement

from .shapes import Code, Cursor, Day, In, Line, Out, ServiceForm

Level = Literal["commune", "province", "department"]
Origin = Literal["portal", "national"]
PaperKind = Literal["original", "certified", "copy"]
UnitKind = Literal["desk", "office"]


class ChecklistLineIn(In):
    """One paper of a list that is being published."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    kind: PaperKind
    quantity: int = Field(1, ge=1, le=500)
    required: bool = Field(True, description="`false`: chỉ trong trường hợp mà tên giấy tờ nói.")
    must_return: bool = Field(False, description="Bản chính phải trả lại cùng kết quả.")
    must_withdraw: bool = Field(False, description="Giấy tờ cũ bị thu lại khi nhận kết quả.")


class PaperListIn(In):
    """The paper list as one of the two places has it."""

    origin: Origin = Field(description="`portal`: cổng của cơ quan, bản này thắng; `national`: CSDL quốc gia về TTHC.")
    source: Line = Field(description="Bản ở đâu: địa chỉ, số quyết định công bố.")
    papers: tuple[ChecklistLineIn, ...] = Field(max_length=60)


class ProcedureIn(In):
    """A version of a procedure that is being published."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=500)]
    sector: Annotated[str, Field(min_length=1, max_length=100)]
    level: Level
    agency: Annotated[str, Field(min_length=1, max_length=200)]
    forms: tuple[ServiceForm, ...] = Field(max_length=3, description="Hình thức được gửi qua bưu chính; trống: không.")
    excluded_reason: Annotated[str, Field(max_length=500)] = Field("", description="Bắt buộc khi thiếu một hình thức.")
    lists: tuple[PaperListIn, ...] = Field((), max_length=2)
    fee_dong: int | None = Field(None, ge=0, le=FEE_MOST)
    fee_per: Annotated[str, Field(max_length=30)] = ""
    same_day: bool = False
    valid_from: Day
    valid_to: Day | None = Field(None, description="Ngày đầu tiên không còn hiệu lực.")
    reason: Line = Field(description="Căn cứ công bố, ví dụ số quyết định.")


class ChecklistLineOut(Out):
    """One paper of a published list."""

    name: str
    kind: str
    quantity: int
    required: bool
    must_return: bool
    must_withdraw: bool


class PaperListOut(Out):
    """The paper list as one of the two places has it."""

    origin: Origin
    source: str
    papers: list[ChecklistLineOut]


class ProcedureOut(Out):
    """A procedure in force, and what of it may go by post."""

    code: str
    name: str
    sector: str
    level: str
    agency: str
    forms: list[ServiceForm] = Field(description="Hình thức được gửi qua bưu chính; trống là không được.")
    excluded_reason: str
    papers: list[ChecklistLineOut] = Field(description="Danh mục đang áp dụng: bản của cổng cơ quan thắng.")
    fee_dong: int | None
    fee_per: str
    same_day: bool
    valid_from: date
    valid_to: date | None
    source: str = Field(description="Danh mục đang áp dụng lấy ở đâu.")


class ProcedureList(Out):
    """The procedures in force."""

    data: list[ProcedureOut]


class ProcedureQuery(BaseModel):
    """What to look for, with accents or without; on which day."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    q: Code = ""
    sector: Annotated[str, Field(max_length=100)] = ""
    level: Level | Literal[""] = ""
    on: Day | None = None


class DayOfCatalogue(BaseModel):
    """On which day; today when none is named."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    on: Day | None = None


class PublicVersionOut(Out):
    """One version, as anybody may see it."""

    valid_from: date
    valid_to: date | None
    published_at: datetime | None = Field(description="Trống: có sẵn khi cài đặt.")
    reason: str


class ProcedureStandingOut(Out):
    """A procedure as it stands on a day, and all its versions."""

    procedure: ProcedureOut
    versions: list[PublicVersionOut]


class DifferenceOut(Out):
    """One paper about which the two lists do not agree."""

    name: str
    portal: ChecklistLineOut | None
    national: ChecklistLineOut | None
    what: list[str] = Field(description="`missing`: một bên không có; còn lại là tên trường khác nhau.")


class VersionOut(Out):
    """One version as it was published, whole."""

    procedure: ProcedureOut
    lists: list[PaperListOut]
    differences: list[DifferenceOut]
    author: str
    reason: str
    published_at: datetime | None


class VersionList(Out):
    """Every version, newest first."""

    data: list[VersionOut]


class DisagreementOut(Out):
    """A procedure of which the portal and the National database do not say the same."""

    code: str
    name: str
    valid_from: date
    differences: list[DifferenceOut]


class DisagreementList(Out):
    """What somebody must mend; meanwhile the portal's list holds."""

    data: list[DisagreementOut]


class TransitOut(Out):
    """One row of the transit limits: J + n working days."""

    span: str
    plain_days: int
    with_slip_days: int = Field(description="Khi còn phải đưa giấy hẹn về cho người nộp.")


class QualityOut(Out):
    """The quality that the post owes."""

    version: str
    title: str
    safety_percent: int
    transit: list[TransitOut]
    complaint_months: int
    damage_months: int
    answer_days_in_province: int
    answer_days_between_provinces: int


class ServicePointIn(In):
    """A desk or post office, and how to reach it."""

    code: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9._-]+$")]
    kind: UnitKind
    name: Annotated[str, Field(min_length=1, max_length=200)]
    address: Line = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    commune_code: Annotated[str, Field(max_length=10)] = ""
    email: Annotated[str, Field(max_length=100, pattern=r"^([^@\s<>]+@[^@\s<>]+)?$")] = ""
    website: Annotated[str, Field(max_length=200, pattern=r"^(https?://[^\s<>\"]+)?$")] = ""
    opening_hours: Annotated[str, Field(max_length=200)] = ""


class ServicePointOut(Out):
    """A desk or post office, and how to reach it."""

    code: str
    kind: UnitKind
    name: str
    address: str
    phone: str
    commune_code: str
    commune: str
    province: str
    email: str
    website: str
    opening_hours: str


class ServicePointPage(Out):
    """A page of desks and post offices."""

    data: list[ServicePointOut]
    next_cursor: str


class ServicePointQuery(Cursor):
    """Which desks and post offices."""

    kind: UnitKind | Literal[""] = ""
    commune: Code = Field("", description="Mã xã.")


def service_point_out(unit: Unit) -> dict[str, Any]:
    """Return a desk or post office as it is published."""
    return {name: getattr(unit, name) for name in ServicePointOut.model_fields}


def procedure_out(procedure: Procedure) -> dict[str, Any]:
    """Return a procedure as it is published."""
    shown = {name: getattr(procedure, name) for name in ProcedureOut.model_fields}
    return {**shown, "papers": [asdict(line) for line in procedure.papers]}


def standing_out(procedure: Procedure, versions: tuple[Publication, ...]) -> dict[str, Any]:
    """Return a procedure with its versions as anybody may see them."""
    rows = [
        {
            "valid_from": each.procedure.valid_from, "valid_to": each.procedure.valid_to,
            "published_at": each.published_at, "reason": each.reason,
        }
        for each in versions
    ]  # fmt: skip
    return {"procedure": procedure_out(procedure), "versions": rows}


def version_out(version: Publication) -> dict[str, Any]:
    """Return a version whole."""
    return {
        "procedure": procedure_out(version.procedure), "lists": [asdict(one) for one in version.procedure.lists],
        "differences": [asdict(each) for each in differences(version.procedure)], "author": version.author,
        "reason": version.reason, "published_at": version.published_at,
    }  # fmt: skip


def disagreement_out(found: Disagreement) -> dict[str, Any]:
    """Return what the two lists of a procedure do not agree about."""
    named = {name: getattr(found.procedure, name) for name in ("code", "name", "valid_from")}
    return {**named, "differences": [asdict(each) for each in found.differences]}


def quality_out(targets: QualityTargets, limits: TransitLimits) -> dict[str, Any]:
    """Return the quality owed as it is published."""
    transit = [
        {"span": span, "plain_days": limit.plain, "with_slip_days": limit.with_slip}
        for span, limit in limits.limits.items()
    ]
    return {**asdict(targets), "transit": transit}
