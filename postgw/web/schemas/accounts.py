"""Tokens and lent number ranges.

Used by: api.accounts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from postgw.domain.actor import RIGHTS
from postgw.rules.roles import load_roles

from .shapes import Code, In, Out

Scope = Literal[
    "intake", "labels", "booking", "handover", "scans", "delivery", "money", "cases", "reports", "enquiry",
    "evidence", "lead", "webhooks", "admin", "intake.read", "labels.read", "booking.read",
    "handover.read", "scans.read", "delivery.read", "money.read", "cases.read", "reports.read",
    "enquiry.read", "evidence.read", "lead.read", "webhooks.read", "admin.read",
]  # fmt: skip
Role = Literal["officer", "desk_lead", "postal_worker", "postal_lead", "auditor", "administrator", "system"]
CLOSED_LISTS = ((Scope, RIGHTS), (Role, tuple(load_roles())))


class TokenIn(In):
    """Who gets a token, and for what."""

    name: str = Field(min_length=1, max_length=100, description="Tên hệ thống hay chức danh, không phải tên người.")
    scopes: tuple[Scope, ...] = Field((), max_length=28, description="Từng quyền; bỏ trống khi ghi role.")
    role: Role | None = Field(None, description="Vai trò: mã nhận mọi quyền của vai trò, thay cho scopes.")
    unit: Code = Field("", description="Mã bộ phận hay bưu cục; để trống là thấy tất cả.")


class TokenOut(Out):
    """A token, without its text."""

    token_no: str
    name: str
    scopes: list[str]
    unit: str
    issued_at: datetime
    revoked_at: datetime | None


class TokenMade(TokenOut):
    """A token just issued."""

    token: str = Field(description="Chỉ hiện một lần.")


class TokenList(Out):
    """All tokens."""

    data: list[TokenOut]


class RangeIn(In):
    """Item numbers that the post lends us."""

    indicator: str = Field(pattern=r"^[A-Z]{2}$")
    first: int = Field(ge=0, le=99_999_999)
    last: int = Field(ge=0, le=99_999_999)
    account: str = Field(min_length=1, max_length=60)


class RangeOut(Out):
    """A lent range and how much of it is used."""

    indicator: str
    first: int
    last: int
    taken: int
    account: str


class RangeList(Out):
    """All lent ranges."""

    data: list[RangeOut]


def token_out(token: object) -> dict[str, Any]:
    """Return a token as it is shown."""
    return {name: getattr(token, name) for name in TokenOut.model_fields}


def range_out(lent: object) -> dict[str, Any]:
    """Return a range as it is shown."""
    return {name: getattr(lent, name) for name in RangeOut.model_fields}
