"""What a one-stop system that speaks the post's own wire may ask of the house, and who may ask.

Such a system thinks that it speaks to the post: it fetches a token, orders, calls off, reads what happened.

Used by: services (which answer), an adapter's `inbound.py` (which asks), storage.desk_orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .desk_order import DeskCard, DeskOrder
from .ports import FeedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCustomer:
    """A one-stop system that orders over the post's own wire: which customer codes it may use, for which desks."""

    customer_no: str
    name: str
    codes: tuple[str, ...]  #: `*` stands for any, in a trial
    desks: tuple[DeskCard, ...]

    def may_use(self, customer_code: str) -> bool:
        """Say whether orders under a customer code are this customer's."""
        return "*" in self.codes or customer_code in self.codes


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTicket:
    """A token for one customer, and for how many seconds it holds."""

    token: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTaken:
    """Our yes to a desk order."""

    known_already: bool
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFeedPage:
    """The next happenings of one customer's orders, each with the customer code it was ordered under.

    `behind` counts what lies after the asked place, this page included.
    """

    events: Sequence[tuple[FeedEvent, str]]
    behind: int


class OrderCustomers(Protocol):
    """Who may order over the post's wire."""

    async def admit(self, key: str, secret: str, *, at: datetime) -> OrderTicket:
        """Give a token for a key pair. Raises Forbidden when there is none such."""
        ...

    async def customer(self, token: str, *, at: datetime) -> OrderCustomer:
        """Return whose token it is. Raises Forbidden when it is nobody's, or over."""
        ...


class DeskOrders(Protocol):
    """What a one-stop system that speaks the post's wire may ask of the house."""

    async def order(self, customer: OrderCustomer, order: DeskOrder, *, at: datetime) -> OrderTaken:
        """Take an order; the same one again is known. Raises Mistake when it cannot be taken."""
        ...

    async def call_off(self, customer: OrderCustomer, customer_code: str, order_no: str, *, at: datetime) -> None:
        """Call an order off, by any number it goes by; again is success. Raises Unknown, or Conflict when too late."""
        ...

    async def feed(
        self, customer: OrderCustomer, *, after: str, words: Sequence[str], limit: int, at: datetime
    ) -> OrderFeedPage:
        """Return what happened to this customer's orders after a place, in order, of these scan words only."""
        ...

    async def announce(
        self, customer: OrderCustomer, customer_code: str, *, dossier_no: str, procedure_code: str, at: datetime
    ) -> bool:
        """Take the notice of a dossier; return whether it was known. Raises Mistake when it cannot be taken."""
        ...
