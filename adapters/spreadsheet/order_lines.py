"""An order as one line of the sheet that a post office fetches, and back.

All that a postman needs to come and to deliver, and nothing of the dossier but the line of its papers. Amounts are
whole đồng in figures. Names and telephones stand here because somebody must knock at the right door: the folder is
shared with that office alone.

Used by: folder_post.
Source: the fields that the post's own order interfaces ask for (docs/adapters/vnpost_ngsp.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from postgw.domain.address import Party
from postgw.domain.legal_day import shown
from postgw.domain.ports import PostOrder, PostPlace

ORDER_HEADINGS = (
    "Đặt lúc", "Mã khách hàng", "Người gửi", "Điện thoại người gửi", "Địa chỉ người gửi", "Người nhận",
    "Điện thoại người nhận", "Địa chỉ người nhận", "Nội dung", "Thu hộ (đồng)", "Số hiệu bưu gửi", "Ghi chú",
    "Số phiếu gửi",
)  # fmt: skip
CANCELLATION_HEADINGS = ("Tờ đặt", "Số hiệu bưu gửi", "Số phiếu gửi")


def order_line(order: PostOrder, *, customer_code: str) -> tuple[str, ...]:
    """Return an order, without the number that ends its line."""
    return (
        shown(order.asked_at) if order.asked_at else "", customer_code,
        *_party(order.consignor), *_party(order.consignee), order.contents, str(order.collect_dong), order.item_no,
        order.note,
    )  # fmt: skip


def order_from_line(line: Sequence[str]) -> PostOrder:
    """Return the order that a line of the sheet states, its addresses in one piece."""
    cells = dict(zip(ORDER_HEADINGS, line, strict=True))
    return PostOrder(
        order_no=cells["Số phiếu gửi"],
        consignor=_party_of(cells, "người gửi"),
        consignee=_party_of(cells, "người nhận"),
        consignor_place=PostPlace(),
        consignee_place=PostPlace(),
        contents=cells["Nội dung"],
        note=cells["Ghi chú"],
        collect_dong=int(cells["Thu hộ (đồng)"]),
        item_no=cells["Số hiệu bưu gửi"],
    )


def _party(party: Party) -> tuple[str, str, str]:
    return party.name, party.phone, party.one_line()


def _party_of(cells: dict[str, str], who: str) -> Party:
    name = cells[who.capitalize()]
    return Party(name=name, phone=cells[f"Điện thoại {who}"], address=cells[f"Địa chỉ {who}"])
