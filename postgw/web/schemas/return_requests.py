"""What citizens asked by their page about the way home of their result, for the desk's own system.

Used by: api.return_requests.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from postgw.domain.return_request import REASON_MOST, KeptRequest

from .dossiers import PartyOut
from .shapes import Code, Cursor, In, Out


class ReturnRequestQuery(Cursor):
    """Which requests: those that wait for the desk, or those it decided."""

    state: Literal["asked", "decided"] = "asked"


class QuoteOut(Out):
    """The postage as the citizen was told it."""

    tariff: str
    zone: str
    grams: int
    price_dong: int
    reduced_dong: int
    due_dong: int


class ReturnRequestOut(Out):
    """One request."""

    request_no: str
    dossier_key: str
    desk: str
    kind: Literal["register", "readdress"] = Field(
        description="register: nhận kết quả qua bưu điện; readdress: đổi địa chỉ."
    )
    state: Literal["asked", "confirmed", "refused", "withdrawn"]
    version: int = Field(description="Tăng mỗi lần người dân sửa; gửi lại làm `seen`.")
    party: PartyOut
    consignment_no: str = Field(description="Bưu gửi đang đi, khi đổi địa chỉ; rỗng khi chưa có.")
    reduction: str
    proof: Literal["", "photo", "desk"] = Field(description="Cách chứng minh được giảm cước.")
    note: str
    has_picture: bool
    quote: QuoteOut | None
    consent: str = Field(description="Phiên bản lời đồng ý.")
    consent_at: datetime
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str


class ReturnRequestPage(Out):
    """One page of requests."""

    data: list[ReturnRequestOut]
    next_cursor: str


class ConfirmIn(In):
    """Doing what was asked; nothing has to be said."""

    seen: int | None = Field(None, ge=1, description="Bản đã xem; người dân sửa rồi thì trả lời 409.")
    reduction: Code | None = Field(None, description="Nhóm được giảm, khi khác với nhóm người dân khai; rỗng: không.")
    fault: Literal["citizen", "agency", "post"] = "citizen"
    cost_dong: int = Field(0, ge=0, description="Cước phát sinh khi đổi địa chỉ bưu gửi đang đi.")


class RefuseIn(In):
    """Turning a request down."""

    reason: str = Field(min_length=1, max_length=REASON_MOST, description="Người dân đọc đúng câu này.")
    seen: int | None = Field(None, ge=1)


def return_request_out(kept: KeptRequest) -> dict[str, Any]:
    """Return a request as it is shown."""
    wish = kept.wish
    return {
        "request_no": kept.request_no, "dossier_key": kept.dossier_key, "desk": kept.desk, "kind": wish.kind,
        "state": kept.state, "version": kept.version, "party": asdict(wish.party),
        "consignment_no": kept.consignment_no, "reduction": wish.reduction, "proof": wish.proof, "note": wish.note,
        "has_picture": kept.has_picture, "quote": asdict(kept.quote) if kept.quote else None, "consent": wish.consent,
        "consent_at": kept.consent_at, "asked_at": kept.asked_at, "decided_at": kept.decided_at,
        "decided_by": kept.decided_by, "reason": kept.reason,
    }  # fmt: skip
