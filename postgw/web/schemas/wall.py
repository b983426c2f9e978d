"""The wall and its lists; dossiers of which desk and post do not tell the same.

Used by: api.wall.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from postgw.domain.closing import Unsettled

from .consignments import ConsignmentOut
from .shapes import Cursor, In, Moment, Out, State

if TYPE_CHECKING:
    from postgw.services.wall import Picture, Row


class UnsettledQuery(Cursor):
    """Which of the two lists."""

    kind: Literal["delivered_open", "closed_undelivered"]


class PlaceQuery(Cursor):
    """Of which place."""

    unit: str = Field("", max_length=20)


class CountOut(Out):
    """One figure at one place."""

    count: int
    dong: int
    oldest_at: datetime | None
    oldest_due: date | None = Field(description="Của mục `late`: hạn xa nhất.")


class RowOut(Out):
    """One desk, or one place where the post holds things."""

    unit: str
    name: str
    waiting: CountOut
    transit: CountOut
    late: CountOut
    money: CountOut


class WallOut(Out):
    """The wall, counted at one moment."""

    counted_at: datetime
    feed_read_at: datetime | None = Field(description="Tin cũ nhất trong các dòng trạng thái của bưu điện.")
    totals: dict[Literal["waiting", "transit", "late", "money"], CountOut]
    desks: list[RowOut]
    offices: list[RowOut]


class WallConsignments(Out):
    """A page of a list behind the wall."""

    data: list[ConsignmentOut]
    next_cursor: str


class OutsideReceiptOut(Out):
    """A receipt whose money is not handed on yet."""

    receipt_no: str
    desk: str
    unit: str
    amount_dong: int
    collected_at: datetime
    remit_by: datetime | None


class OutsideReceiptPage(Out):
    """A page of receipts."""

    data: list[OutsideReceiptOut]
    next_cursor: str


class ClosedIn(In):
    """That the desk's system closed a dossier (status 10)."""

    at: Moment


class ClosingOut(Out):
    """A closing as it was told."""

    dossier: str
    closed_at: datetime
    told_at: datetime


class UnsettledOut(Out):
    """A dossier of which desk and post do not tell the same."""

    dossier: str
    consignment_no: str
    desk: str
    state: State
    delivered_at: datetime | None
    closed_at: datetime | None
    errand: Literal["waiting", "parked", ""] = Field(description="Tin báo cho hệ thống một cửa đang chờ hay đã dừng.")
    error: str
    system: str = Field(description="Hệ thống nói hồ sơ còn mở sau khi đã nhận tin báo phát; rỗng nếu chưa hỏi.")
    standing: str = Field(description="Mã trạng thái của chính hệ thống đó.")


class UnsettledPage(Out):
    """A page of such dossiers."""

    data: list[UnsettledOut]
    next_cursor: str


def wall_out(picture: Picture) -> dict[str, Any]:
    """Return the wall as it is shown."""
    return {
        "counted_at": picture.counted_at, "feed_read_at": picture.feed_read_at,
        "totals": {name: asdict(count) for name, count in picture.totals.items()},
        "desks": [_row(row) for row in picture.desks], "offices": [_row(row) for row in picture.offices],
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    return {"unit": row.unit, "name": row.name, **{name: asdict(count) for name, count in row.counts.items()}}


def unsettled_out(one: Unsettled) -> dict[str, Any]:
    """Return such a dossier as it is shown."""
    shown = asdict(one)
    return {"dossier": shown.pop("dossier_key"), **shown}
