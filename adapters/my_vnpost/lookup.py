"""Looking first: has the post this order already?

CreateOrder has no documented protection against being asked twice, so whoever may have asked before looks. The post has
it when a look-up by our number or the list of days since then bears **our number**, letter by letter. It has it not
when the list was read to its end, every row bears the key our number would stand under, and enough time has passed for
a late one to appear. Anything else leaves the question open: no second parcel, and no "it is not there".

Stands on: mapping, settings. Used by: client.
Source: look-ups by `type` and the list of days as public clients use them; how soon an order is listed is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from postgw.domain.errors import Refused, Unreachable

from . import codes
from .mapping import numbers_of, ref_of, text, whole
from .settings import MyVnPostSettings

Record = Mapping[str, Any]
#: The one plain no that a look can end with: nothing of the order lives at the post.
CALLED_OFF = "my_vnpost.called_off"


def matching(rows: Sequence[Record], order_no: str, settings: MyVnPostSettings) -> list[Record]:
    """Return the rows that bear our number, each order once."""
    found = {
        (ref_of(row), text(row.get("itemCode"))): row
        for row in rows
        if order_no in (numbers_of(row, settings.order_no_keys) or ())
    }
    return list(found.values())


def the_one(found: Sequence[Record], order_no: str, settings: MyVnPostSettings, outsider: str) -> Record | None:
    """Return the one live order that bears our number, None when none does.

    Raises Unreachable while several live ones do: as soon as the surplus is called off at the post, the one is left.
    Raises Refused when all were called off.
    """
    live = [one for one in found if not is_called_off(one, settings)]
    if len(live) > 1:
        raise Unreachable(
            "{outsider} đang có {count} đơn cùng số phiếu {order_no}. Gọi Bưu điện huỷ bớt đơn thừa; hệ thống sẽ tự xem"
            " lại.",
            outsider=outsider, count=len(live), order_no=order_no, retry_after=settings.ask_again_seconds,
            code="my_vnpost.ordered_twice",
        )  # fmt: skip
    if found and not live:
        raise Refused(
            "Đơn của phiếu {order_no} trên {outsider} đã bị huỷ. Còn cần gửi thì đặt lại.",
            outsider=outsider, order_no=order_no, code=CALLED_OFF,
        )  # fmt: skip
    return live[0] if live else None


def is_called_off(record: Record, settings: MyVnPostSettings) -> bool:
    """Say whether the post's own state of an order is that it was called off."""
    return codes.word_of(whole(record.get("status")), settings.words("partner")) == "cancelled"


def must_prove(rows: Sequence[Record], order_no: str, settings: MyVnPostSettings, outsider: str) -> None:
    """Raise Unreachable when a list cannot prove that an order is not on it.

    A row without a key for our number might be the one. An empty list may be a list that was asked for wrongly.
    """
    if any(numbers_of(row, settings.order_no_keys) is None for row in rows):
        raise Unreachable(
            "Danh sách đơn của {outsider} không có trường nào trong {keys} nên chưa biết phiếu {order_no} đã đặt chưa."
            " Hỏi Bưu điện rồi sửa order_no_keys.",
            outsider=outsider, keys=", ".join(settings.order_no_keys), order_no=order_no,
            code="my_vnpost.number_not_told",
        )  # fmt: skip
    if not rows and not settings.empty_list_proves:
        raise Unreachable(
            "Danh sách đơn của {outsider} trống nên chưa biết phiếu {order_no} đã đặt chưa. Tra trên cổng MyVNPost; nếu"
            " danh sách đúng là trống, đặt empty_list_proves = true.",
            outsider=outsider, order_no=order_no, code="my_vnpost.empty_list",
        )  # fmt: skip


def must_have_settled(
    order_no: str, asked_at: datetime | None, now: datetime, settings: MyVnPostSettings, outsider: str
) -> None:
    """Raise Unreachable while an order that was asked for a moment ago may still appear."""
    left = settings.settle_seconds - (now - asked_at).total_seconds() if asked_at else 0
    if left > 0:
        raise Unreachable(
            "Chưa rõ {outsider} đã nhận phiếu {order_no} chưa. Hệ thống sẽ tự tìm lại rồi mới đặt.",
            outsider=outsider, order_no=order_no, retry_after=int(left) + 1, code="my_vnpost.settling",
        )  # fmt: skip
