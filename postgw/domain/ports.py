"""What the house asks of outsiders, in our own words, and what an outsider that calls us may ask of the house.

An adapter happens to have these methods; `bootstrap` introduces it to the services. A failed call is a verdict:
`Refused` (a person must look) or `Unreachable` (the outbox asks again later, under the same number). Anything else is
a bug. "You sent me that already" is success. No adapter retries by itself.

Used by: services (which call), adapters (which answer), bootstrap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from .address import Party
from .dossier import Dossier
from .value import value


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
    asked_at: datetime | None = None  #: when it was first asked for: from there on a post's list is to be searched
    asked_before: bool = False  #: an earlier try may have got through: who cannot order twice safely looks first


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPlace:
    """The post's own codes of a place (not those of the Statistics Office), zero or empty where it has none.

    District is 0 since 1 July 2025.
    """

    province: int = 0
    district: int = 0
    commune: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReceipt:
    """The post's yes to an order.

    `known_already` is true when it had the order before (status 101 on the government wire): success all the same.
    """

    known_already: bool = False
    item_no: str = ""  #: when the post names one at once
    post_ref: str = ""  #: the post's own id of the order, where it has one
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedOrder:
    """An order that the post has, by every name it goes under."""

    order_no: str
    item_no: str = ""
    post_ref: str = ""  #: as the receipt named it


@value
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


@value
class FeedPage:
    """A page of the post's feed. `cursor` is where to go on; equal to what was asked when there is nothing new.

    `rejects` are rows that could not be read at all, with the reason: one bad row never loses the others.
    """

    events: Sequence[FeedEvent]
    cursor: str
    more: bool = False
    rejects: Sequence[FeedReject] = ()


@value
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

    async def cancel(self, posted: PostedOrder) -> None:
        """Call an order off before the post has come for it. Already called off is success."""
        ...

    async def feed(self, cursor: str, limit: int) -> FeedPage:
        """Return what the post has said since `cursor` (empty: from the beginning), oldest first."""
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


class PostWords(Protocol):
    """What a post that calls us may say: happenings of our consignments, under one of our accounts with it."""

    async def hear(
        self, account: str, events: Sequence[FeedEvent], rejects: Sequence[FeedReject] = (), *, at: datetime
    ) -> None:
        """Keep what was said, each record once however often it comes; what names no consignment of ours, aside."""
        ...


@value
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
    event_no: int = 0  #: its place in the change feed; 0 before it is known
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedDossier:
    """A dossier that a desk's system offers, in our words.

    `legs` are those that are due by the system's own word: `send` when a collection is asked for, `return` when the
    result is ready to travel. `receipt_code` is what the system prints on the citizen's receipt; it opens the dossier,
    so it is never logged and only its hash is kept.
    """

    record_id: str  #: the same for the same state of the same dossier
    dossier: Dossier = field(repr=False)
    legs: frozenset[str] = frozenset()
    receipt_code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierPage:
    """A page of what a desk's system offers. `cursor` is where to go on; equal to what was asked when nothing is new.

    `rejects` are records that could not be read, with the reason: one bad record never loses the others.
    """

    offered: Sequence[OfferedDossier]
    cursor: str
    more: bool = False
    rejects: Sequence[FeedReject] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAnswer:
    """What became of a dossier that was offered: the consignments it has, or why it was not taken."""

    record_id: str
    dossier_no: str = ""
    consignment_nos: tuple[str, ...] = ()
    refusal: str = ""  #: one sentence, Vietnamese; empty: taken


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStanding:
    """How a dossier stands by the word of a desk's system."""

    status: str  #: its own code
    closed_at: datetime | None = None  #: when it was closed as handed out to the citizen


class DossierDesk(Protocol):
    """A desk's own dossier system: it offers dossiers and must hear what became of them."""

    async def tell(self, notice: Notice, dossier: Dossier | None) -> None:
        """Say one thing. Safe to say again: the notice id is the same.

        `dossier` is what the notice is about, as we keep it; nothing when the notice is about none.
        """
        ...

    async def offered(self, cursor: str, limit: int) -> DossierPage:
        """Return the dossiers that the system offers since `cursor` (empty: from the beginning), oldest first."""
        ...

    async def answer(self, answers: Sequence[OfferAnswer]) -> None:
        """Say what became of what was offered. Safe to say again."""
        ...

    async def standing(self, dossier: Dossier) -> DeskStanding | None:
        """Return how the system says a dossier stands; nothing when it does not know it."""
        ...

    async def dossier_by_number(self, dossier_no: str, *, desk: str) -> Dossier | None:
        """Return one dossier as the system has it, asked for by `desk` of ours; nothing when it does not know it.

        Its service form is empty where the citizen has not chosen the post yet, its receiving desk where the system
        names none that is ours.
        """
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptHolder:
    """What whoever holds a citizen's receipt is shown of its dossier."""

    dossier: Dossier = field(repr=False)
    consignment_nos: tuple[str, ...] = ()


class ReceiptCodes(Protocol):
    """What the post may ask with the code printed on a citizen's receipt."""

    async def look_up(self, system: str, code: str, *, at: datetime) -> ReceiptHolder | None:
        """Return the dossier that a whole code opens; nothing when any part of it is wrong."""
        ...

    async def choose_post(self, system: str, code: str, return_to: Party, *, at: datetime) -> bool:
        """Keep that the citizen wants the result by post, and where; false when the code opens nothing.

        Raises Mistake when the address cannot be taken or it is too late.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTarget:
    """Where a subscriber listens, and the secrets that sign what it hears (newest first)."""

    url: str
    secrets: tuple[str, ...]


class HookSender(Protocol):
    """Posts notices to subscribers' addresses."""

    def must_be_callable(self, url: str) -> None:
        """Raise Refused when an address may not be called whatever answers there; it is asked before anybody calls."""
        ...

    async def post(self, target: HookTarget, notice: Notice) -> None:
        """Post one notice. Raises Refused when the subscriber says that it is gone (410)."""
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A short text for a citizen, by whichever address a channel wants.

    `text` has its accents; a channel that cannot carry them folds it. `kind` and `values` are for channels that keep
    the texts themselves as templates.
    """

    message_id: str  #: the same at each retry
    to: str = field(repr=False)  #: telephone
    text: str = field(repr=False)
    email: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    kind: str = ""
    language: str = "vi"
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePrice:
    """What a message takes on its channel: how it is coded, how long it is, in how many parts, for how much."""

    coding: str  #: gsm7, ucs2, utf8
    characters: int
    parts: int
    dong: int
    text: str = field(default="", repr=False)  #: as the channel would say it; empty: as it was given


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceipt:
    """A channel's yes to a message. `receipt_no` is under what it will speak of it again; empty: it never does."""

    receipt_no: str = ""
    price: MessagePrice | None = None


class Messenger(Protocol):
    """A channel that carries short texts to citizens.

    `Refused` with the code `messages.no_address` (there is no telephone, no mailbox here) or `messages.not_there` (the
    channel knows nobody at it) means that another channel may be tried; any other `Refused` is for a person.
    """

    async def send(self, message: Message) -> MessageReceipt:
        """Send one text. Safe to ask again: the message id is the same."""
        ...

    async def price(self, message: Message) -> MessagePrice:
        """Return what a message would take; nothing is sent."""
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


class MessageReceipts(Protocol):
    """What a channel that calls us may say: what became of a message."""

    async def heard(self, channel: str, receipt_no: str, *, arrived: bool, reason: str = "", at: datetime) -> None:
        """Keep that a message arrived, or did not and why; a receipt that nobody waits for is kept aside."""
        ...
