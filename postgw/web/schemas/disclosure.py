"""Written requests, what was seen, the rows of form 06, and how far the erasing has come.

Used by: api.disclosure, api.evidence.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from postgw.domain.disclosure import Access, DisclosureRequest
from postgw.domain.handover_row import HandoverRow

from .shapes import Code, Cursor, Day, In, Leg, Out

if TYPE_CHECKING:
    from postgw.services.retention import Standing


class GroundQuery(BaseModel):
    """On which ground evidence is given: a recorded request, or a party's own use."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    request: str = Field("", max_length=40, description="Số yêu cầu đã ghi, khi cung cấp ra ngoài.")
    purpose: Literal["", "complaint", "inspection"] = Field("", description="Mục đích, khi bên của hồ sơ tự dùng.")


class RequestIn(In):
    """The written request of a competent body."""

    body: str = Field(min_length=1, max_length=200, description="Cơ quan yêu cầu.")
    document_no: str = Field(min_length=1, max_length=100)
    document_on: Day
    asked_by: str = Field(min_length=1, max_length=150, description="Người ký văn bản.")
    ground: str = Field(min_length=1, max_length=300, description="Căn cứ pháp luật.")


class RequestOut(Out):
    """A request that was recorded."""

    request_no: str
    dossier_key: str
    body: str
    document_no: str
    document_on: date
    asked_by: str
    ground: str
    recorded_at: datetime
    recorded_by: str


class RequestPage(Out):
    """A page of requests."""

    data: list[RequestOut]
    next_cursor: str


class AccessQuery(Cursor):
    """Of which subject."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    subject: Code = Field("", description="Số bưu gửi hoặc mã hồ sơ.")


class AccessOut(Out):
    """Somebody saw or was given something."""

    kind: Literal["names", "evidence"]
    subject: str
    purpose: Literal["", "complaint", "inspection", "api", "shift"]
    request_no: str
    digest: str
    unit: str
    seen_at: datetime
    seen_by: str


class AccessPage(Out):
    """A page of what was seen."""

    data: list[AccessOut]
    next_cursor: str


class HandOut(Out):
    """A row of form 06."""

    consignment_no: str
    leg: Leg
    manifest_no: str
    giver_unit: str
    giver: str
    given_at: datetime | None
    taker_unit: str
    taker: str
    taken_at: datetime | None
    standing: Literal["", "before", "on", "after"] = Field(description="Kết quả giao đi trước hạn, đúng hạn, quá hạn.")
    outcome: str
    note: str


class HandList(Out):
    """The rows of form 06 of a dossier."""

    data: list[HandOut]


class RetentionOut(Out):
    """How far the erasing has come."""

    years: int
    paper_years: int
    whole_from: date = Field(description="Hồ sơ có việc từ ngày này trở đi còn nguyên.")
    due: int
    erased: int
    last_erased_at: datetime | None


def request_out(request: DisclosureRequest) -> dict[str, Any]:
    """Return a request as it is shown."""
    return asdict(request)


def access_out(access: Access) -> dict[str, Any]:
    """Return what was seen as it is shown."""
    return asdict(access)


def hand_out(row: HandoverRow) -> dict[str, Any]:
    """Return a row of form 06 as it is shown."""
    return asdict(row)


def retention_out(standing: Standing) -> dict[str, Any]:
    """Return how far the erasing has come as it is shown."""
    return asdict(standing)
