"""Files of the post and the bank, both sides in their buckets, the sums, and fees paid elsewhere.

Used by: api.reconciliations.
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from postgw.domain.prepayment import Prepayment
from postgw.domain.reconciliation import PlacedClaim

from .shapes import BASE64, Code, Cursor, Day, In, Out

if TYPE_CHECKING:
    from postgw.services.reconciling import Balance, Side, Taken

Source = Literal["post", "bank"]
Bucket = Literal["matched", "differs", "duplicate", "unrecorded", "unknown", "missing", "owed"]
Way = Literal["agency", "bank", "portal", "other"]


def _is_base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except ValueError as error:
        raise PydanticCustomError("base64_decode", "not base64") from error
    return text


File = Annotated[
    str, StringConstraints(min_length=4, max_length=14_000_000), AfterValidator(_is_base64),
    Field(json_schema_extra={**BASE64}),
]  # fmt: skip


class FileIn(In):
    """A file of theirs."""

    source: Source
    account: str = Field(min_length=1, max_length=40, description="Tài khoản bưu điện, hoặc tài khoản ngân hàng.")
    content: File = Field(description="CSV (UTF-8) hoặc XLSX, base64.")

    def bytes(self) -> bytes:
        """Return the file itself."""
        return base64.b64decode(self.content)


class FileOut(Out):
    """A file that was taken in."""

    file_no: str
    source: Source
    account: str
    unit: str
    digest: str
    lines_count: int
    new_count: int = Field(description="Số dòng chưa có trong tệp nào trước đó.")
    amount_dong: int
    taken_at: datetime
    taken_by: str


class TakenOut(Out):
    """What came of a file."""

    file: FileOut
    known: bool = Field(description="Đúng tệp này đã nhận trước đó, không có gì thay đổi.")
    notes: list[str]


class FilePage(Out):
    """A page of files."""

    data: list[FileOut]
    next_cursor: str


class PeriodQuery(Cursor):
    """Which side, which days, which unit."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    source: Source = "post"
    since: Day | None = Field(None, description="Ngày đầu; để trống là hôm nay.")
    until: Day | None = Field(None, description="Ngày cuối; để trống là ngày đầu. Nhiều nhất 92 ngày.")
    unit: Code = ""


class SidesQuery(PeriodQuery):
    """Which bucket, too."""

    side: Literal["", "ours", "theirs"] = ""
    bucket: Literal["", Bucket] = ""
    settled: Literal["", "yes", "no"] = ""


class SettlementOut(Out):
    """What an officer said by hand."""

    subject: str
    reason: str
    settled_at: datetime
    settled_by: str


class SideOut(Out):
    """A claim of ours, or a line of theirs, in its bucket."""

    subject: str
    side: Literal["ours", "theirs"]
    bucket: Bucket
    on: date
    age_days: int
    number: str
    unit: str
    desk: str
    due_dong: int
    collected_dong: int
    received_dong: int
    counted_dong: int | None = Field(description="Của một lần nộp: bên nhận đếm được bao nhiêu.")
    receipt_nos: list[str]
    claims: list[str] = Field(description="Của một dòng bên kia: nó nói về khoản nào của ta.")
    file_no: str
    account: str
    row: int
    reference: str
    text: str
    settlement: SettlementOut | None


class SidePage(Out):
    """A page of both sides."""

    data: list[SideOut]
    next_cursor: str


class TotalsOut(Out):
    """Three columns, and what lies between them."""

    source: Source
    unit: str
    since: date
    until: date
    due_dong: int
    collected_dong: int
    received_dong: int
    short_dong: int = Field(description="Phải thu, chưa thu.")
    over_dong: int = Field(description="Thu quá số phải thu.")
    missing_dong: int = Field(description="Đã thu, bên kia chưa báo.")
    differs_dong: int = Field(description="Phần lệch ở những khoản cả hai bên đều có.")
    duplicate_dong: int
    unrecorded_dong: int
    unknown_dong: int
    is_explained: bool = Field(description="Các nhóm giải thích hết chênh lệch, đến từng đồng.")
    claims: dict[str, int]
    lines: dict[str, int]
    missing_by_age: dict[str, int] = Field(description="Tiền bên kia chưa báo, theo số ngày: đến 1, 7, 30, lâu hơn.")


class SettlementIn(In):
    """Which line or claim, and why it needs nothing more."""

    subject: str = Field(min_length=6, max_length=60, description="`subject` của một dòng đối soát.")
    reason: str = Field(min_length=1, max_length=300)


class UnsettledOut(Out):
    """A settlement that was taken back."""

    subject: str
    settlement: SettlementOut | None


class PrepaymentIn(In):
    """What proves that the fee was paid."""

    way: Way
    reference: str = Field(min_length=1, max_length=100, description="Số biên lai hoặc mã giao dịch.")
    amount_dong: int = Field(ge=1, le=1_000_000_000)


class PrepaymentOut(Out):
    """How the fee of a dossier was paid elsewhere."""

    way: Way
    reference: str
    amount_dong: int
    recorded_at: datetime
    recorded_by: str


def file_out(file: Any) -> dict[str, Any]:
    """Return a file as it is shown."""
    return dict(asdict(file))


def taken_out(taken: Taken) -> dict[str, Any]:
    """Return what came of a file."""
    return {"file": file_out(taken.file), "known": taken.known, "notes": taken.notes}


def side_out(side: Side, *, today: date) -> dict[str, Any]:
    """Return one side's entry as it is shown."""
    settlement = asdict(side.settlement) if side.settlement else None
    return {**_side(side), "subject": side.subject, "settlement": settlement, "age_days": (today - _on(side)).days}


def _on(side: Side) -> date:
    return side.placed.claim.on if isinstance(side.placed, PlacedClaim) else side.placed.line.on


def _side(side: Side) -> dict[str, Any]:
    placed = side.placed
    if isinstance(placed, PlacedClaim):
        claim = placed.claim
        return {
            "side": "ours", "bucket": placed.bucket, "on": claim.on, "number": claim.key, "unit": claim.unit,
            "desk": claim.desk, "due_dong": claim.due_dong, "collected_dong": claim.collected_dong,
            "received_dong": placed.received_dong, "counted_dong": claim.counted_dong,
            "receipt_nos": claim.receipt_nos, "claims": [], "file_no": "", "account": "", "row": 0, "reference": "",
            "text": "",
        }  # fmt: skip
    assert side.kept is not None
    kept = side.kept
    return {
        "side": "theirs", "bucket": placed.bucket, "on": placed.line.on, "number": kept.number, "unit": kept.unit,
        "desk": "", "due_dong": 0, "collected_dong": 0, "received_dong": placed.line.amount_dong, "counted_dong": None,
        "receipt_nos": [], "claims": placed.claims, "file_no": kept.file_no, "account": kept.account, "row": kept.row,
        "reference": kept.reference, "text": kept.text,
    }  # fmt: skip


def totals_out(balance: Balance) -> dict[str, Any]:
    """Return the sums of a period as they are shown."""
    span = {"source": balance.source, "unit": balance.unit, "since": balance.since, "until": balance.until}
    return {**span, **asdict(balance.totals), "is_explained": balance.totals.is_explained}


def prepayment_out(payment: Prepayment) -> dict[str, Any]:
    """Return a payment elsewhere as it is shown."""
    return asdict(payment)
