"""Redirection: the sender's side calls an item back, or sends it to another address.

Until delivered, an item belongs to its sender; nobody else may redirect it. What the extra carriage costs is written
down with the party at fault, who pays for it.

Stands on: address, errors. Used by: services.returns.
Source: Law on Post 2010 art. 16; Decision 45/2016/QĐ-TTg art. 12.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .address import Party
from .errors import Invalid

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
