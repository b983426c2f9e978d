"""Feeds: what a post says of our items is taken in, read from its feed by the clock or told at our door.

Each record is kept once, however often it comes. What names no item that we know, or finds no room in a journey that
is told of without end, is kept aside: the cursor has moved on, so nothing that was said is refused.

Source: Circular 17/2017/TT-BTTTT art. 12, 15 (status, continuous and true).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import GATEWAY
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import FeedEvent, FeedPage, FeedReject, PostOffice
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import RuleBook
from postgw.storage import item_numbers, journey_room, orders, scans, strays, wires
from postgw.storage.database import Database, Session
from postgw.storage.scans import Locked
from postgw.storage.strays import Stray

_LOG = logging.getLogger(__name__)
_PAGE = 500
#: So many statements of a post are kept at once. Whoever scans one of their items meanwhile waits for them or makes
#: them be folded anew: a whole page held every counter up for half a second and more.
_AT_ONCE = 50
_PAGES_A_ROUND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeds:
    """The act of hearing what posts say."""

    database: Database
    book: RuleBook
    posts: Mapping[str, PostOffice]  #: those that have a feed to be read
    most_scans_per_item: int

    async def read_all(self, *, at: datetime) -> int:
        """Read every account's feed, all at once: a slow post holds no other up; return how many statements came."""
        return sum(await asyncio.gather(*(self.read(account, at=at) for account in self.posts)))

    async def read(self, account: str, *, at: datetime) -> int:
        """Read one account's feed to its end, page by page; the cursor moves on when all of a page is kept."""
        taken = 0
        for _ in range(_PAGES_A_ROUND):
            cursor = await orders.cursor(self.database.reading, account)
            try:
                page = await self.posts[account].feed(cursor, _PAGE)
            except (Refused, Unreachable) as silence:
                async with self.database.writing() as tx:
                    await orders.failing(tx, account, error=str(silence), at=at)
                return taken
            if not await self._take_page(account, cursor, page, at):
                return taken
            taken += len(page.events)
            if not page.more:
                return taken
        return taken

    async def _take_page(self, account: str, cursor: str, page: FeedPage, at: datetime) -> bool:
        """Keep a page; false when another process has read on meanwhile. Of an empty one only that it was read.

        Who falls in the middle of a page reads it again from its beginning: what is known is not kept twice.
        """
        if not (page.events or page.rejects):
            async with self.database.writing_once() as tx:
                return await orders.advance(tx, account, was=cursor, now=page.cursor, at=at)
        await self._keep_said(account, page.events, at)
        async with self.database.writing() as tx:
            if not await orders.advance(tx, account, was=cursor, now=page.cursor, at=at):
                return False
            await orders.keep_rejects(tx, account, page.rejects, at=at)
        return True

    async def hear(
        self, account: str, events: Sequence[FeedEvent], rejects: Sequence[FeedReject] = (), *, at: datetime
    ) -> None:
        """Keep what a post that calls us said, each record once however often it comes."""
        await self._keep_said(account, events, at)
        async with self.database.writing() as tx:
            await orders.keep_rejects(tx, account, rejects, at=at)
            await wires.heard(tx, (f"post:{account}",), at=at)

    async def _keep_said(self, account: str, events: Sequence[FeedEvent], at: datetime) -> None:
        """Keep what a post said, in its order, a few statements at once."""
        for first in range(0, len(events), _AT_ONCE):
            some = events[first : first + _AT_ONCE]
            left = some if self.database.sqlite else await self._said_unlocked(account, some, at)
            if left:
                async with self.database.writing() as tx:
                    await self._keep_locked(tx, account, left, at)

    async def _said_unlocked(self, account: str, events: Sequence[FeedEvent], at: datetime) -> Sequence[FeedEvent]:
        """Keep, as long as nobody comes between, what needs no more than the items and their journeys; return the rest.

        Who reads feeds gives way to the door where processors are scarce, so it had better hold nothing meanwhile that
        the door waits for.
        """
        async with self.database.on_one_connection() as session:
            seen = await scans.look(session, _names(events))
            plain, rest = list[tuple[Locked, Scan]](), list[FeedEvent]()
            for event in events:
                meant = _meant(event, seen.items)
                if meant is None or _binds(event, seen.items):
                    rest.append(event)
                else:
                    plain.append((meant, _stated(event, account, at)))
            if not plain:
                return events
            kept = await scans.keep_unless_moved(
                session, seen, plain, table_of=self.book.scan_table_of, at=at, requests={},
                most=self.most_scans_per_item,
            )  # fmt: skip
        return events if kept is None else rest

    async def _keep_locked(self, tx: Session, account: str, events: Sequence[FeedEvent], at: datetime) -> None:
        found = await scans.lock(tx, _names(events))
        statements = [
            (locked, _stated(event, account, at)) for event in events if (locked := _meant(event, found)) is not None
        ]
        kept = await journey_room.keep(
            tx, statements, table_of=self.book.scan_table_of, at=at, most=self.most_scans_per_item
        )
        lost = [
            Stray(number=event.order_no, scan=_stated(event, account, at))
            for event in events if _meant(event, found) is None
        ]  # fmt: skip
        await strays.keep(tx, [*lost, *journey_room.left_outside(statements, kept)])
        await self._bind_from_feed(tx, account, events, found, at)

    async def _bind_from_feed(
        self, tx: Session, account: str, events: Iterable[FeedEvent], found: Mapping[str, Locked], at: datetime
    ) -> None:
        """Bind the post's numbers to consignments that have none; a number that arrives later voids nothing."""
        named = {event.order_no: event.item_no for event in events if _binds(event, found)}
        for order_no, item_no in named.items():
            locked = found[order_no]
            held = await item_numbers.give(
                tx, locked, item_no, source="feed", actor=GATEWAY.name, at=at, table_of=self.book.scan_table_of
            )
            if held is not None:
                _LOG.warning(
                    "the post names an item number that is bound elsewhere",
                    extra={"account": account, "consignment_no": order_no, "item_no": item_no},
                )


def _meant(event: FeedEvent, found: Mapping[str, Locked]) -> Locked | None:
    """Return what a row of the feed is about: its order, or the item where another system booked it before us."""
    return found.get(event.order_no) or (found.get(event.item_no) if event.item_no else None)


def _names(events: Iterable[FeedEvent]) -> list[str]:
    return [number for event in events for number in (event.order_no, event.item_no) if number]


def _binds(event: FeedEvent, found: Mapping[str, Locked]) -> bool:
    """Say whether a row of the feed brings the number of an item to an order that has none yet."""
    return bool(event.item_no) and event.order_no in found and not found[event.order_no].item_no


def _stated(event: FeedEvent, account: str, at: datetime) -> Scan:
    """Return the post's statement, in our words."""
    placed = min(event.occurred_at, at)
    return Scan(
        source=f"feed:{account}",
        source_id=event.record_id,
        witness=Witness.STATED,
        code=event.code,
        occurred_at=placed,
        received_at=at,
        device_at=event.occurred_at,
        office=event.office,
        actor="post",
        reason=event.reason,
        note=event.note,
        raw_code=event.raw_code,
        flags=("future",) if event.occurred_at > at else (),
    )
