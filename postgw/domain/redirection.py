"""Redirection: the sender's side calls an item back, or sends it to another address.

Until delivered, an item belongs to its sender; nobody else may redirect it. What the extra carriage costs is written
down with the party at fault, who pays for it.

Stands on: address, consignment, errors. Used by: services.redirecting, storage.new_addresses.
Source: Law on Post 2010 art. 16; Decision 45/2016/QĐ-TTg art. 12.4.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from .address import Party
from .consignment import Consignment
from .errors import Conflict, Invalid

KINDS = {"recall": "gọi lại", "address": "đổi địa chỉ"}
#: Who is at fault, and so pays; a sender who has only changed their mind is the one.
FAULTS = {"post": "bưu điện", "agency": "cơ quan", "citizen": "người dân"}
_COST_MOST = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirection:
    """One recall or change of address. `old` and `new` are parties; a recall has no new one."""

    kind: str
    reason: str = ""
    old: Party
    new: Party | None = None
    fault: str
    cost_dong: int
    asked_by: str
    at: datetime

    @property
    def paid_by(self) -> str:
        """Return who pays for the repeated carriage."""
        return self.fault


def must_be_payable(fault: str, cost_dong: int) -> None:
    """Raise Invalid unless a party that can be at fault is named and the cost is one."""
    if fault not in FAULTS:
        raise Invalid(
            "Chọn bên có lỗi trong danh sách: {faults}.", faults=", ".join(FAULTS), code="redirection.fault",
            field="/fault",
        )  # fmt: skip
    if not 0 <= cost_dong <= _COST_MOST:
        raise Invalid(
            "Cước phát sinh phải từ 0 đến {most} đồng.", most=_COST_MOST, code="redirection.cost", field="/cost_dong"
        )


def must_be_redirectable(consignment: Consignment, may_be_delivered: Collection[str]) -> None:
    """Raise Conflict unless an item brings a result to a citizen and may still be delivered."""
    if consignment.leg != "return":
        raise Conflict(
            "Chỉ đổi được địa chỉ của bưu gửi trả kết quả. Gọi lại bưu gửi này rồi lập bưu gửi khác.",
            code="address.leg",
        )  # fmt: skip
    custody = consignment.custody
    if custody.ended or custody.state not in may_be_delivered:
        raise too_late(consignment)


def too_late(consignment: Consignment) -> Conflict:
    """Return that an item can be neither called back nor sent elsewhere any more."""
    return Conflict(
        "Bưu gửi {number} đang ở trạng thái {state}, không gọi lại hay đổi địa chỉ được nữa.",
        number=consignment.consignment_no, state=consignment.custody.state, code="redirection.too_late",
        link=f"/api/v1/consignments/{consignment.consignment_no}/journey",
    )  # fmt: skip
