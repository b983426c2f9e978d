"""Post sheets: the orders of a day are fetched, and a status sheet handed in, for an office without any API.

What a sheet states is kept by tracking, asked for by the door, exactly as a feed's page would be: the same row dropped
into the folder or handed in here is one statement.

An order sheet names citizens of every desk that the account serves, so it is shown to the office that works with it, to
the one desk where the account serves no other, and to the province.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from postgw.domain.actor import Actor
from postgw.domain.errors import Unknown
from postgw.domain.sheet_ports import StatusesRead, StatusSheets


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSheets:
    """The acts of working with an office's sheets."""

    offices: Mapping[str, StatusSheets]  #: by account
    desks_of: Mapping[str, frozenset[str]]  #: by account, the desks it serves; empty: all

    def are_used_by(self, actor: Actor) -> bool:
        """Say whether somebody has sheets to work with."""
        return bool(actor.scopes & {"booking", "scans"}) and any(self._is_shown(name, actor) for name in self.offices)

    def accounts(self, *, actor: Actor) -> tuple[str, ...]:
        """Return the accounts whose sheets somebody may work with."""
        actor.must("enquiry")
        return tuple(name for name in self.offices if self._is_shown(name, actor))

    def _is_shown(self, account: str, actor: Actor) -> bool:
        desks = self.desks_of.get(account, frozenset())
        mine = {self.offices[account].office, *(desks if len(desks) == 1 else ())} - {""}
        return not actor.unit or actor.unit in mine

    async def orders(self, account: str, day: date, *, actor: Actor) -> bytes:
        """Return the sheet of a day's orders. Raises Unknown when the account has no sheets or the day no orders."""
        actor.must("booking")
        sheet = await self._office(account, actor).orders_sheet(day)
        if sheet is None:
            raise Unknown(
                "Ngày {day} chưa đặt bưu gửi nào với tài khoản {account}.", day=day.strftime("%d/%m/%Y"),
                account=account, code="post_sheets.no_orders",
            )  # fmt: skip
        return sheet

    async def read(self, account: str, file: bytes, *, actor: Actor) -> StatusesRead:
        """Return what a status sheet states. Raises Invalid or TooMuch when it cannot be read as one."""
        actor.must("scans")
        return await self._office(account, actor).read_statuses(file)

    def _office(self, account: str, actor: Actor) -> StatusSheets:
        if account not in self.accounts(actor=actor):
            raise Unknown(
                "Không có tài khoản bưu chính “{account}” trao đổi bằng bảng tính ở đơn vị này.", account=account[:60],
                code="post_sheets.account",
            )  # fmt: skip
        return self.offices[account]
