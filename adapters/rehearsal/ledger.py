"""The rehearsal post office's book: which orders it took, and what its feed has said so far.

An order is one customer code and one order number; asked for again it is *known*, and no second parcel is made. Feed
rows get ids that rise strictly, as a document database gives them: eight hex digits of seconds, then a counter.

Used by: post_office. Stands on: life, shelf.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from postgw.domain import item_number
from postgw.domain.address import lost_letters

from . import codes, life
from .faults import Dice, Faults
from .settings import OfficeOptions
from .shelf import Shelf


@dataclass(slots=True, kw_only=True)
class Order:
    """One order as the office keeps it."""

    customer_code: str
    order_no: str
    fields: dict[str, Any]
    taken_at: datetime
    item_no: str
    plan: tuple[life.Step, ...]
    happened: int = 0  #: how many steps of the plan the feed has told
    asked: int = 1  #: how often this order was posted
    cancelled: bool = False
    lost_letters: bool = False

    @property
    def key(self) -> str:
        """Name this order among all."""
        return f"{self.customer_code}\n{self.order_no}"

    def is_collected(self) -> bool:
        """Say whether the post holds the item already."""
        return any(step.word == "collected" for step in self.plan[: self.happened])


@dataclass(slots=True)
class Ledger:
    """Everything the office knows."""

    options: OfficeOptions
    dice: Dice
    shelf: Shelf
    orders: dict[str, Order] = field(default_factory=dict)
    announced: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    _ids: list[str] = field(default_factory=list)
    _due: list[tuple[datetime, str]] = field(default_factory=list)
    _last_second: int = 0

    def reopen(self) -> None:
        """Take up what an earlier run left on the shelf."""
        for kept in self.shelf.orders():
            order = _order_from_json(kept)
            self.orders[order.key] = order
            self._expect(order)
        for row in self.shelf.rows():
            self._append(row)

    def take(self, fields: Mapping[str, Any], at: datetime) -> tuple[int, str]:
        """Take an order, or recognise it; return Status and Message."""
        wrong = _what_is_wrong(fields)
        if wrong:
            return codes.WRONG_ORDER, wrong
        known = self.orders.get(f"{fields['CustomerCode']}\n{fields['OrderNumber']}")
        if known:
            known.asked += 1
            self._keep(known)
            if known.cancelled:
                return codes.CANCELLED_BEFORE, "Phiếu đã hủy, dùng số khác"
            return codes.KNOWN_ALREADY, "Phiếu đã nhận trước đó"
        order = self._open(dict(fields), at)
        return codes.ACCEPTED, "Đã nhận; có chữ bị mất dấu, kiểm tra bảng mã UTF-8" if order.lost_letters else "Đã nhận"

    def cancel(self, customer_code: str, order_no: str, at: datetime) -> tuple[int, str]:
        """Call an order off while the item still lies with its sender; return Status and Message."""
        order = self.orders.get(f"{customer_code}\n{order_no}")
        if order is None:
            return codes.NOT_FOUND, "Không có phiếu này"
        if order.is_collected():
            return codes.TOO_LATE, "Bưu tá đã nhận hàng, không hủy được"
        if not order.cancelled:
            order.cancelled = True
            with self.shelf.together():
                self._tell(order, "cancelled", at, office="", notes="")
                self._keep(order)
        return codes.CANCELLED, "Đã hủy"

    def announce(self, fields: Mapping[str, Any]) -> tuple[int, str]:
        """Hear of a dossier; return Status and Message."""
        if not fields.get("CustomerCode") or not fields.get("OrderNumber"):
            return codes.WRONG_ORDER, "Thiếu CustomerCode hoặc OrderNumber"
        key = f"{fields['CustomerCode']}\n{fields['OrderNumber']}"
        known = key in self.announced
        self.announced[key] = dict(fields)
        return (codes.KNOWN_ALREADY, "Đã biết hồ sơ này") if known else (codes.ACCEPTED, "Đã nhận")

    def live_until(self, at: datetime, faults: Faults) -> None:
        """Let everything happen that is due, in the order of its moments."""
        if not self._due or self._due[0][0] > at:
            return
        with self.shelf.together():
            while self._due and self._due[0][0] <= at:
                moment, key = heapq.heappop(self._due)
                self._step(self.orders[key], moment, faults)

    def page(self, after: str, most: int) -> list[dict[str, Any]]:
        """Return the rows behind one id, oldest first."""
        start = bisect_right(self._ids, after)
        return self.rows[start : start + most]

    def behind(self, after: str) -> int:
        """Return how many rows stand behind one id."""
        return len(self._ids) - bisect_right(self._ids, after)

    def _open(self, fields: dict[str, Any], at: datetime) -> Order:
        texts = (value for value in fields.values() if isinstance(value, str))
        order = Order(
            customer_code=str(fields["CustomerCode"]),
            order_no=str(fields["OrderNumber"]),
            fields=fields,
            taken_at=at,
            item_no=str(fields.get("ItemCode") or self._next_item_no()),
            plan=life.plan(f"{fields['CustomerCode']}:{fields['OrderNumber']}", self.options),
            lost_letters=any(lost_letters(text) for text in texts),
        )
        self.orders[order.key] = order
        self._keep(order)
        self._expect(order)
        return order

    def _keep(self, order: Order) -> None:
        if self.shelf.remembers:
            self.shelf.keep_order(order.key, _order_to_json(order))

    def _next_item_no(self) -> str:
        return item_number.from_serial(self.options.item_indicator, self.options.first_serial + len(self.orders))

    def _expect(self, order: Order) -> None:
        if order.cancelled or order.happened >= len(order.plan):
            return
        real = timedelta(seconds=order.plan[order.happened].hours * self.options.speed)
        heapq.heappush(self._due, (order.taken_at + real, order.key))

    def _step(self, order: Order, moment: datetime, faults: Faults) -> None:
        if order.cancelled:
            return
        step = order.plan[order.happened]
        order.happened += 1
        self._tell(order, step.word, moment, office=step.office, notes=step.notes)
        if self.dice.hits(faults.unknown_codes):
            self._tell(order, "", moment, office=step.office, notes="")
        self._keep(order)
        self._expect(order)

    def _tell(self, order: Order, word: str, moment: datetime, *, office: str, notes: str) -> None:
        code, message = codes.EVENTS.get(word, codes.STRANGE)
        row_id = self._next_id(moment)
        row = {
            "_id": {"$oid": row_id},
            "CustomerCode": order.customer_code,
            "OrderNumber": order.order_no,
            "EventTime": round(moment.timestamp() * 1000),
            "POSID": office or None,
            "ItemCode": order.item_no,
            "StatusCode": code,
            "StatusMessage": message,
            "Notes": notes or None,
        }
        self._append(row)
        self.shelf.keep_row(row_id, row)

    def _next_id(self, moment: datetime) -> str:
        self._last_second = max(self._last_second, int(moment.timestamp()))
        return f"{self._last_second:08x}{len(self.rows) + 1:016x}"

    def _append(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        self._ids.append(row["_id"]["$oid"])
        self._last_second = max(self._last_second, int(row["_id"]["$oid"][:8], 16))


_NEEDED = (
    "CustomerCode", "OrderNumber", "SenderAddress", "SenderName", "SenderTel",
    "ReceiverName", "ReceiverAddress", "ReceiverTel", "SenderProvince", "ReceiverProvince",
)  # fmt: skip


def _what_is_wrong(fields: Mapping[str, Any]) -> str:
    missing = [name for name in _NEEDED if fields.get(name) in (None, "")]
    if missing:
        return "Thiếu " + ", ".join(missing)
    for name in ("SenderProvince", "ReceiverProvince", "SenderDistrict", "ReceiverDistrict", "CODAmount"):
        if not _is_number_or_none(fields.get(name)):
            return f"{name} phải là số"
    return ""


def _is_number_or_none(value: object) -> bool:
    if isinstance(value, str):
        return value.replace(".", "", 1).isdigit()
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _order_to_json(order: Order) -> dict[str, Any]:
    return {**asdict(order), "taken_at": order.taken_at.isoformat()}


def _order_from_json(kept: dict[str, Any]) -> Order:
    plan = tuple(life.Step(**step) for step in kept.pop("plan"))
    return Order(**{**kept, "taken_at": datetime.fromisoformat(kept["taken_at"]), "plan": plan})
