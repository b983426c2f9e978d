"""A desk order: what a one-stop system orders over the post's own wire, now that it speaks to us instead.

Such a system knows no papers and no procedure, only seventeen values: who sends, who receives, what is inside, what is
to be collected. **The wire has no direction**: an order whose sender is a desk brings a result home, one whose receiver
is a desk brings papers in, one between two desks is a transfer. Where neither end is a desk of this customer, an
officer decides.

A collection is ordered as `X__0.4711` by systems that throw dice at each try: X is the dossier, the fraction means
nothing, and a new fraction while the collection of X is alive is the same parcel once more.

Stands on: address, folding. Used by: services.ordering, adapters' inbound.
Source: public code of one-stop systems (OpenCPS and others) that speak this wire; Decision 45/2016/QĐ-TTg art. 5, 16.2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .address import Party, compact_phone, lost_letters
from .errors import Invalid
from .folding import fold

#: Java's random fractions, plain or with an exponent.
_DICE = re.compile(r"(?P<stem>.+?)__\d*\.\d+(?:E-?\d+)?", re.IGNORECASE)
_NUMBER_MOST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOrder:
    """One order in our words; both addresses stand in one line, as the wire has them."""

    customer_code: str
    order_no: str  #: verbatim: it is the key of the other system
    consignor: Party
    consignee: Party
    contents: str = ""
    note: str = ""
    collect_dong: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCard:
    """How a desk may be written in orders: under which names and telephones."""

    desk: str
    names: tuple[str, ...]
    phones: tuple[str, ...] = ()

    def is_named_by(self, party: Party) -> bool:
        """Say whether an end of an order is this desk."""
        phone = _digits(party.phone)
        return fold(party.name) in {fold(name) for name in self.names} or (bool(phone) and phone in self.phones)


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """Which way an order goes: the leg, the desk it begins or ends at, and of a transfer the other desk."""

    leg: str
    desk: str
    to_desk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOrder:
    """One number, and what became of what was ordered under it."""

    desk_order_id: int
    customer_no: str
    customer_code: str
    order_no: str
    stem: str
    state: str  #: undecided, taken, cancelled
    leg: str
    desk: str
    consignment_id: int | None
    content: dict[str, Any]
    asked: int
    ordered_at: datetime


def stem_of(order_no: str) -> str:
    """Return the dossier that an order number speaks of, without the dice of a collection.

    >>> stem_of("000.00.16.H26-240105-0007__0.4711"), stem_of("H27.5-261125-0001__3.2E-4"), stem_of("X__Y")
    ('000.00.16.H26-240105-0007', 'H27.5-261125-0001', 'X__Y')
    """
    thrown = _DICE.fullmatch(order_no)
    return thrown["stem"] if thrown else order_no


def direction_of(order: DeskOrder, desks: Sequence[DeskCard]) -> Direction | None:
    """Return which way an order goes; nothing when neither end is one of these desks."""
    sender = next((card.desk for card in desks if card.is_named_by(order.consignor)), "")
    receiver = next((card.desk for card in desks if card.is_named_by(order.consignee)), "")
    if sender and receiver and sender != receiver:
        return Direction(leg="transfer", desk=sender, to_desk=receiver)
    if sender:
        return Direction(leg="return", desk=sender)
    return Direction(leg="send", desk=receiver, to_desk=receiver) if receiver else None


def checked_desk_order(order: DeskOrder) -> DeskOrder:
    """Return the order. Raises Invalid, naming what the wire calls the value, at the first that it cannot do without.

    What else is odd (letters lost on the way) is for an officer to see: the other system would never read why not.
    """
    if not order.order_no.strip() or len(order.order_no) > _NUMBER_MOST:
        raise Invalid(
            "OrderNumber phải có từ 1 đến {most} ký tự.", most=_NUMBER_MOST, code="order.number", field="/OrderNumber"
        )
    for side, party in (("Sender", order.consignor), ("Receiver", order.consignee)):
        for key, value in (("Name", party.name), ("Address", party.address), ("Tel", party.phone)):
            if not value.strip():
                raise Invalid("Thiếu {key}.", key=side + key, code="order.missing", field=f"/{side}{key}")
    return order


def doubts_of(order: DeskOrder) -> tuple[str, ...]:
    """Return what an officer should look at in an order: `lost_letters` where a text lost its accents on the way."""
    texts = (order.consignor.name, order.consignor.address, order.consignee.name, order.consignee.address)
    return ("lost_letters",) if any(map(lost_letters, texts)) else ()


def _digits(phone: str) -> str:
    try:
        return compact_phone(phone)
    except Invalid:
        return ""
