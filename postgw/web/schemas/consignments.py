"""Consignments: made, shown, followed.

Used by: api.consignments, api.items, api.tracking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from postgw.domain.consignment import Consignment
from postgw.domain.custody import Custody, Happening
from postgw.domain.scan import Scan

from .dossiers import PartyOut
from .shapes import Code, Cursor, In, Leg, Number, Out, ProblemOut, Stage, State

if TYPE_CHECKING:
    from postgw.services.enquiry import PublicTrack


class ConsignmentIn(In):
    """Which dossier is to travel, and which way."""

    dossier: Number = Field(description="Mã hồ sơ, hoặc `bộ phận/mã nội bộ` khi chưa có mã.")
    leg: Leg
    to_desk: Code = ""
    account: str = Field(
        "", max_length=40,
        description="Tên tài khoản bưu chính (`[[post.accounts]]`) sẽ chuyển. Trống: tài khoản phục vụ bộ phận, ưu tiên"
        " bên cung ứng dịch vụ bưu chính công ích.",
    )  # fmt: skip
    book: bool = Field(False, description="true: đặt luôn với Bưu điện.")


class ReasonIn(In):
    """Why."""

    reason: str = Field(min_length=1, max_length=60, description="Mã trong danh sách `reasons` ở /api/v1/states.")


class BindIn(In):
    """The number under the post's own bars."""

    item_no: Number
    office: Code = ""


class ConsignmentQuery(Cursor):
    """Which consignments are listed."""

    state: State | Literal[""] = ""
    leg: Leg | Literal[""] = ""
    desk: Code = ""
    dossier_no: Code = ""


class CustodyOut(Out):
    """Who holds it, and in which state it is."""

    state: State
    holder: Literal["sender", "desk", "post", "recipient", "nobody"]
    office: str
    since: datetime | None
    attempts: int
    heard_at: datetime | None
    proved: bool
    ended: bool


class ConsignmentSummary(Out):
    """A consignment in a list: nothing that names a person."""

    consignment_no: str
    item_no: str
    dossier_no: str
    leg: Leg
    issue: int
    desk: str
    to_desk: str
    account: str = Field(description="Tài khoản bưu chính đang chuyển; trống khi bộ phận chưa có tài khoản nào.")
    public_service: bool = Field(
        description="false: bưu gửi ngoài dịch vụ bưu chính công ích, không có hạn phát, giá trần và dòng báo cáo của"
        " dịch vụ đó."
    )
    version: int = Field(description="Tăng mỗi lần nội dung nhãn đổi.")
    custody: CustodyOut


class ConsignmentOut(ConsignmentSummary):
    """A consignment as it stands."""

    consignor: PartyOut
    consignee: PartyOut
    collect_dong: int
    without_result: bool = Field(description="Bưu gửi mang hồ sơ bị trả lại về cho người nộp, không có kết quả.")
    rules_version: str


class OrderOut(Out):
    """The order with the post."""

    consignment_no: str
    account: str
    order_no: str
    post_ref: str = Field(description="Số của bên chuyển cho đơn này, khi có; không phải số hiệu bưu gửi.")
    state: Literal["waiting", "accepted", "refused", "unknown", "cancelling", "cancelled"]
    message: str
    asked_at: datetime
    answered_at: datetime | None


class CancelledOut(Out):
    """What became of the order; none when the post had never been asked, and the consignment has ended."""

    order: OrderOut | None


class ConsignmentMade(ConsignmentOut):
    """A consignment just made, and its order when that was asked for."""

    order: OrderOut | None
    order_problem: ProblemOut | None = Field(None, description="Bưu gửi đã lập nhưng chưa đặt được với Bưu điện.")


class ConsignmentPage(Out):
    """A page of consignments."""

    data: list[ConsignmentSummary]
    next_cursor: str


class StatementOut(Out):
    """One source's word on a happening."""

    source: str
    witness: Literal["stated", "scanned", "signed"]
    occurred_at: datetime
    received_at: datetime
    device_at: datetime | None
    office: str
    reason: str
    raw_code: str = Field(description="Mã mà bên chuyển phát nói, nguyên văn; mã chưa có trong bảng là `unknown`.")
    manifest_no: str
    flags: list[str]


class HappeningOut(Out):
    """One thing that happened, with everybody who told of it, the leading statement first."""

    code: str
    state: State
    moved: bool
    out_of_turn: bool
    statements: list[StatementOut]


class JourneyOut(Out):
    """The way so far, in the order in which it took place."""

    consignment_no: str
    custody: CustodyOut
    happenings: list[HappeningOut]


class PublicTrackOut(Out):
    """What a stranger with the number is shown: the number and the progress, nothing else."""

    number: str = Field(description="Mã đã hỏi, không kèm mã nào khác của cùng hồ sơ.")
    leg: str = Field(description="Bộ hồ sơ đang gửi đi hay kết quả đang trả về; trống khi chưa có gì được gửi.")
    stage: Stage
    stages_done: int
    stopped: bool = Field(description="true: đã kết thúc mà không đến nơi.")


def consignment_summary(consignment: Consignment) -> dict[str, Any]:
    """Return a consignment as lists show it."""
    return {
        "consignment_no": consignment.consignment_no,
        "item_no": consignment.item_no,
        "dossier_no": consignment.dossier_no,
        "leg": consignment.leg,
        "issue": consignment.issue,
        "desk": consignment.desk,
        "to_desk": consignment.to_desk,
        "account": consignment.account,
        "public_service": consignment.public_service,
        "version": consignment.version,
        "custody": asdict(consignment.custody),
    }


def consignment_out(consignment: Consignment) -> dict[str, Any]:
    """Return a consignment with all that belongs to it."""
    return {
        **consignment_summary(consignment),
        "consignor": asdict(consignment.consignor),
        "consignee": asdict(consignment.consignee),
        "collect_dong": consignment.collect_dong,
        "without_result": consignment.without_result,
        "rules_version": consignment.rules_version,
    }


def order_out(booked: object) -> dict[str, Any]:
    """Return an order as it is shown."""
    return {name: getattr(booked, name) for name in OrderOut.model_fields}


def journey_out(number: str, custody: Custody, happenings: Sequence[Happening]) -> dict[str, Any]:
    """Return a journey as it is shown."""
    return {
        "consignment_no": number,
        "custody": asdict(custody),
        "happenings": [
            {
                "code": happening.lead.code,
                "state": happening.state,
                "moved": happening.moved,
                "out_of_turn": happening.out_of_turn,
                "statements": [_statement(scan) for scan in happening.statements],
            }
            for happening in happenings
        ],
    }


def _statement(scan: Scan) -> dict[str, Any]:
    return {
        "source": scan.source,
        "witness": scan.witness.name.lower(),
        "occurred_at": scan.occurred_at,
        "received_at": scan.received_at,
        "device_at": scan.device_at,
        "office": scan.office,
        "reason": scan.reason,
        "raw_code": scan.raw_code,
        "manifest_no": scan.manifest_no,
        "flags": scan.flags,
    }


def public_track_out(track: PublicTrack) -> dict[str, Any]:
    """Return what a stranger is shown."""
    return {name: getattr(track, name) for name in PublicTrackOut.model_fields}
