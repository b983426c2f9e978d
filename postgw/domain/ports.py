"""What the house asks of outsiders, in our own words, and what an outsider that calls us may ask of the house.

An adapter happens to have these methods; `bootstrap` introduces it to the services. A failed call is a verdict:
`Refused` (a person must look) or `Unreachable` (the outbox asks again later, under the same number). Anything else is
a bug. "You sent me that already" is success. No adapter retries by itself.

Used by: services (which call), adapters (which answer), bootstrap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from .address import Party
from .desk_order import DeskCard, DeskOrder
from .reconciliation import Statement
from .report_content import SheetTable


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOrder:
    """One consignment as the post is asked to carry it.

    `order_no` is our consignment number: the same at each retry, so that a lost answer never makes a second parcel.
    `*_place` are the post's own place codes, from the dated table; a commune without one is refused before this.
    """

    order_no: str
    consignor: Party
    consignee: Party
    consignor_place: PostPlace
    consignee_place: PostPlace
    contents: str  #: the papers, one line; travels to the post, never onto the label
    note: str = ""
    collect_dong: int = 0  #: cash to collect, whole đồng; the account says what it is made of
    item_no: str = ""  #: from a lent range, where the account has one


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPlace:
    """The post's own codes of a place (not those of the Statistics Office). District is 0 since 1 July 2025."""

    province: int
    district: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReceipt:
    """The post's yes to an order.

    `known_already` is true when it had the order before (status 101 on the government wire): success all the same.
    """

    known_already: bool = False
    item_no: str = ""  #: when the post names one at once
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """One row of the post's feed, in our words where it has any.

    `code` is one of our scan words, or `unknown` for a code that the adapter's table does not know: such a row is kept
    and shown, and moves nothing. `raw` is the row as it came, without parts that name a person.
    """

    record_id: str
    order_no: str
    code: str
    occurred_at: datetime
    office: str = ""
    item_no: str = ""
    reason: str = ""
    note: str = ""
    raw_code: str = ""
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """A page of the post's feed. `cursor` is where to go on; equal to what was asked when there is nothing new.

    `rejects` are rows that could not be read at all, with the reason: one bad row never loses the others.
    """

    events: Sequence[FeedEvent]
    cursor: str
    more: bool = False
    rejects: Sequence[FeedReject] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReject:
    """A feed row that could not be read, kept as it came."""

    record_id: str
    reason: str
    raw: str


class PostOffice(Protocol):
    """A post that carries consignments."""

    async def book(self, order: PostOrder) -> PostReceipt:
        """Ask the post to carry one consignment. Safe to ask again under the same order number."""
        ...

    async def cancel(self, order_no: str) -> None:
        """Call an order off before the post has come for it. Already called off is success."""
        ...

    async def feed(self, cursor: str, limit: int) -> FeedPage:
        """Return what the post has said since `cursor` (empty: from the beginning), oldest first."""
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A word owed to a desk, a subscriber or, worded, to a citizen.

    Thin on purpose: numbers, state and times, nothing that names a person. Whoever may know more asks the API.
    """

    notice_id: str  #: the same at each retry; the receiver drops what it has
    kind: str  #: `consignment.collected`, `consignment.delivered`, ...
    at: datetime  #: when it happened
    desk: str
    consignment_no: str
    dossier_no: str
    item_no: str = ""
    leg: str = ""
    state: str = ""
    office: str = ""
    data: dict[str, Any] = field(default_factory=dict)


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


class DossierDesk(Protocol):
    """The desk's own dossier system, which must hear what became of its dossiers."""

    async def tell(self, notice: Notice) -> None:
        """Say one thing. Safe to say again: the notice id is the same."""
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTarget:
    """Where a subscriber listens, and the secrets that sign what it hears (newest first)."""

    url: str
    secrets: tuple[str, ...]


class HookSender(Protocol):
    """Posts notices to subscribers' addresses."""

    async def post(self, target: HookTarget, notice: Notice) -> None:
        """Post one notice. Raises Refused when the subscriber says that it is gone (410)."""
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A short text for a citizen's telephone."""

    message_id: str  #: the same at each retry
    to: str
    text: str


class Messenger(Protocol):
    """Carries short texts to citizens."""

    async def send(self, message: Message) -> str:
        """Send one text; return the carrier's receipt. Safe to ask again: the message id is the same."""
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


class Sheet(Protocol):
    """A list of dossiers, read: each row a dossier or what is wrong with it, cell by cell."""

    @property
    def rows(self) -> Sequence[Any]:
        """Return the rows that stood in the file, without blank ones."""
        ...


class SheetReader(Protocol):
    """Reads the lists of desks whose dossier system has no wire."""

    async def read_sheet(self, file: bytes, name: str, *, receiving_desk: str) -> Sheet:
        """Read a file. Raises Invalid when it cannot be read as a list at all."""
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


class Statements(Protocol):
    """Reads what the post and the bank say they received, and writes tables for a spreadsheet."""

    async def read_statement(self, file: bytes, *, source: str) -> Statement:
        """Read a file. Raises Invalid or TooMuch when it cannot be read as a statement at all."""
        ...

    async def csv(self, rows: Sequence[Sequence[str]]) -> bytes:
        """Return a table as CSV, nothing of it a formula."""
        ...


class SheetWriter(Protocol):
    """Who writes tables for a spreadsheet program. No cell is ever taken for a formula."""

    def __call__(self, tables: Sequence[SheetTable], format: str) -> bytes:
        """Return a file of these tables: `xlsx`, or `csv` with one table after the other."""
        ...
