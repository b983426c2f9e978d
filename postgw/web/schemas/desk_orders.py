"""Orders that came over the post's own wire: what waits for an officer, what is filled in, and who may order so.

Used by: api.desk_orders.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from postgw.domain.customer import OrderCustomer
from postgw.domain.desk_order import DeskCard, KeptOrder

from .dossiers import PaperIn
from .shapes import Code, Cursor, In, Moment, Out

if TYPE_CHECKING:
    from postgw.services.completing import Incomplete


class DeskOrderQuery(Cursor):
    """Which orders: those whose way nobody knows, or those whose dossier wants filling in."""

    state: Literal["undecided", "incomplete"] = "undecided"


class EndOut(Out):
    """One end of an order, as the other system wrote it."""

    name: str
    phone: str
    email: str
    address: str


class DeskOrderOut(Out):
    """One order."""

    desk_order_id: int
    customer_no: str
    customer_code: str
    order_no: str
    state: Literal["undecided", "taken", "cancelled"]
    leg: str
    desk: str
    dossier_key: str = Field(description="Khoá hồ sơ cần bổ sung; rỗng khi chưa xác định chiều.")
    announced_procedure: str = Field(description="Mã thủ tục mà hệ thống kia đã báo, nếu có.")
    consignor: EndOut
    consignee: EndOut
    contents: str
    note: str
    collect_dong: int
    doubts: list[str] = Field(description="`lost_letters`: chữ mất dấu trên đường truyền.")
    asked: int = Field(description="Số lần hệ thống kia gửi đơn này.")
    ordered_at: datetime


class DeskOrderPage(Out):
    """One page of orders."""

    data: list[DeskOrderOut]
    next_cursor: str


class WayIn(In):
    """Which way an order goes."""

    leg: Literal["send", "return", "transfer"]
    desk: Code = Field(min_length=1, description="Nơi bắt đầu của return, transfer; nơi đến của send.")
    to_desk: Code = Field("", description="Nơi đến của transfer.")


class FillingIn(In):
    """What the order left unsaid."""

    procedure_code: Code = Field(min_length=1)
    papers: tuple[PaperIn, ...] = Field(min_length=1, max_length=200)
    consent_at: Moment = Field(description="Lúc người dân chọn gửi, nhận qua bưu chính.")
    dossier_no: Code = ""
    commune_code: Code = Field("", description="Mã xã của người dân, khi dòng địa chỉ chưa rõ.")


class DeskCardIn(In):
    """How a desk may be written in orders, beside its own name and telephone."""

    desk: Code = Field(min_length=1)
    names: tuple[str, ...] = Field((), max_length=20)
    phones: tuple[str, ...] = Field((), max_length=20)

    def card(self) -> DeskCard:
        """Return the card in the words of the house."""
        return DeskCard(**self.__dict__)


class CustomerIn(In):
    """A one-stop system that is to order over the post's wire."""

    name: str = Field(min_length=1, max_length=150)
    codes: tuple[Code, ...] = Field(min_length=1, max_length=50, description="Mã khách hàng (CustomerCode) được dùng.")
    desks: tuple[DeskCardIn, ...] = Field(min_length=1, max_length=200)


class DeskCardOut(Out):
    """How a desk may be written in orders."""

    desk: str
    names: list[str]
    phones: list[str]


class CustomerOut(Out):
    """A customer, without key and secret."""

    customer_no: str
    name: str
    codes: list[str]
    desks: list[DeskCardOut]


class CustomerMade(CustomerOut):
    """A customer just begun."""

    key: str
    secret: str = Field(description="Chỉ hiện một lần.")


class CustomerList(Out):
    """All customers."""

    data: list[CustomerOut]


def desk_order_out(kept: KeptOrder, *, key: str = "", announced: str = "") -> dict[str, Any]:
    """Return an order as it is shown."""
    content = kept.content
    ends = {end: {name: content[end][name] for name in EndOut.model_fields} for end in ("consignor", "consignee")}
    return {
        "desk_order_id": kept.desk_order_id, "customer_no": kept.customer_no, "customer_code": kept.customer_code,
        "order_no": kept.order_no, "state": kept.state, "leg": kept.leg, "desk": kept.desk, "dossier_key": key,
        "announced_procedure": announced, **ends, "contents": content["contents"], "note": content["note"],
        "collect_dong": content["collect_dong"], "doubts": content["doubts"], "asked": kept.asked,
        "ordered_at": kept.ordered_at,
    }  # fmt: skip


def incomplete_out(found: Incomplete) -> dict[str, Any]:
    """Return an order that wants filling in as it is shown."""
    return desk_order_out(found.order, key=found.dossier_key, announced=found.announced_procedure)


def customer_out(customer: OrderCustomer) -> dict[str, Any]:
    """Return a customer as it is shown."""
    return {
        "customer_no": customer.customer_no, "name": customer.name, "codes": customer.codes,
        "desks": [{"desk": card.desk, "names": card.names, "phones": card.phones} for card in customer.desks],
    }  # fmt: skip
