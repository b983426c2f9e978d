"""A post office without any API: it fetches a sheet of orders and brings back sheets of what happened.

`don` holds the orders, a sheet for each day on which they were first asked for; `huy` those of a day's orders that were
called off. The
office drops its status sheets into `vao`; rows that cannot be read come back in `can-sua`, and what was read lies in
`xong`.

Writing the order into the sheet is all the yes there is: the office fetches it by agreement, and a line that stands in
the sheet is never written twice. Nor can anybody here know whether the office has come already when an order is called
off; the house asks for that only while no status sheet has said so, and what happened all the same is taken in when a
sheet says it. Both must be agreed with the office (docs/adapters/spreadsheet.md).

Stands on: folder, inbox, ledger_sheet, statuses. Used by: the card.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from datetime import date

from postgw.domain.errors import Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.ports import FeedEvent, FeedPage, FeedReject, PostedOrder, PostOrder, PostReceipt
from postgw.domain.sheet_ports import StatusesRead

from .folder import DONE, TO_MEND, Dropped, SharedFolder, reachable
from .inbox import Inbox
from .ledger_sheet import LedgerSheet
from .order_lines import CANCELLATION_HEADINGS, ORDER_HEADINGS, order_line
from .settings import FolderPostSettings
from .statement import table_csv
from .status_words import checked_words
from .statuses import StatusSheet, read_statuses

ORDERS, CANCELLED = "don", "huy"
_NO_DAY = "khong-ro-ngay"
_SHEET = re.compile(r"don-(\d{4}-\d\d-\d\d)")
_SHEET_OF_DAY = re.compile(r"don-\d{4}-\d\d-\d\d(?:-\d+)?\.xlsx")


class FolderPost:
    """A `PostOffice` whose wire is a folder, and its `StatusSheets`."""

    def __init__(self, settings: FolderPostSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._words = checked_words(settings.words)
        self._folder = SharedFolder(
            settings.root, bytes_most=settings.limits.bytes_most, quiet_seconds=settings.quiet_seconds,
            monotonic=monotonic,
        )  # fmt: skip
        self._inbox: Inbox[StatusSheet | Mistake] = Inbox(self._folder, self._read, self._finish)

    @property
    def office(self) -> str:
        """Return the post office that works with these sheets; empty when none was named."""
        return self._settings.office

    async def book(self, order: PostOrder) -> PostReceipt:
        """Write the order into the sheet of the day it was first asked for; a line that stands there is known."""
        with reachable():
            return await asyncio.to_thread(self._book, order)

    async def cancel(self, posted: PostedOrder) -> None:
        """Write the order into the sheet of cancellations of its day; a line that stands there stays."""
        with reachable():
            await asyncio.to_thread(self._cancel, posted)

    async def feed(self, cursor: str, limit: int) -> FeedPage:
        """Return what the status sheets say that were dropped, page by page."""
        with reachable():
            return await asyncio.to_thread(self._page, cursor, limit)

    async def orders_sheet(self, day: date) -> bytes | None:
        """Return the sheet of a day's orders; nothing when there were none."""
        with reachable():
            return await asyncio.to_thread(self._orders_of, day)

    async def read_statuses(self, file: bytes) -> StatusesRead:
        """Return what a status sheet says. Raises Invalid or TooMuch when it cannot be read as one."""
        sheet = await asyncio.to_thread(read_statuses, file, self._words, self._settings.limits)
        events, rejects = _parted(sheet)
        mend = table_csv(sheet.table_to_mend()) if rejects else b""
        return StatusesRead(
            events=events, rejects=rejects, to_mend=mend, rows={one.record_id: n for n, one in _numbered(sheet)}
        )

    async def close(self) -> None:
        """Nothing is held open."""

    def _book(self, order: PostOrder) -> PostReceipt:
        sheet = f"don-{legal_day(order.asked_at) if order.asked_at else _NO_DAY}"
        with self._folder.locked():
            line = order_line(order, customer_code=self._settings.customer_code)
            orders = LedgerSheet(room=ORDERS, name=sheet, headings=ORDER_HEADINGS, format="xlsx")
            known = orders.put(self._folder, {order.order_no: line})
        return PostReceipt(known_already=bool(known), post_ref=sheet)

    def _cancel(self, posted: PostedOrder) -> None:
        day = found[1] if (found := _SHEET.fullmatch(posted.post_ref)) else _NO_DAY
        line = (posted.post_ref, posted.item_no)
        with self._folder.locked():
            sheet = LedgerSheet(room=CANCELLED, name=f"huy-{day}", headings=CANCELLATION_HEADINGS, format="xlsx")
            sheet.put(self._folder, {posted.order_no: line})

    def _orders_of(self, day: date) -> bytes | None:
        names = [name for name in self._folder.names(ORDERS, f"don-{day}*.xlsx") if _SHEET_OF_DAY.fullmatch(name)]
        newest = max(names, key=lambda name: (len(name), name), default="")
        return self._folder.read(ORDERS, newest) if newest else None

    def _page(self, cursor: str, limit: int) -> FeedPage:
        turn = self._inbox.turn(cursor)
        if turn is None:
            return FeedPage(events=(), cursor=cursor)
        if isinstance(turn.read, Mistake):
            why = FeedReject(record_id=turn.file.digest[:40], reason=str(turn.read), raw=turn.file.digest[:8])
            return FeedPage(events=(), cursor=turn.after(0, of=0), more=True, rejects=(why,))
        rows = turn.read.rows[turn.begin : turn.begin + limit]
        events, rejects = _parted(StatusSheet(headings=(), rows=rows))
        return FeedPage(events=events, rejects=rejects, cursor=turn.after(limit, of=len(turn.read.rows)), more=True)

    def _read(self, one: Dropped) -> StatusSheet | Mistake | None:
        limits = self._settings.limits
        try:
            if one.too_large:
                raise one.refusal(limits.bytes_most)
            content = self._folder.content(one)
            return None if content is None else read_statuses(content, self._words, limits)
        except Mistake as mistake:
            return mistake

    def _finish(self, one: Dropped, found: StatusSheet | Mistake) -> None:
        if isinstance(found, Mistake):
            self._folder.write(TO_MEND, f"{one.stem}.txt", f"{found}\r\n".encode("utf-8-sig"))
            self._folder.put_away(one, TO_MEND)
            return
        if len(table := found.table_to_mend()) > 1:
            self._folder.write(TO_MEND, f"can-sua-{one.stem}.csv", table_csv(table))
        self._folder.put_away(one, DONE)


def _numbered(sheet: StatusSheet) -> list[tuple[int, FeedEvent | FeedReject]]:
    return [(row.number, row.said) for row in sheet.rows]


def _parted(sheet: StatusSheet) -> tuple[tuple[FeedEvent, ...], tuple[FeedReject, ...]]:
    """Return the happenings in their order of time, each once, and the rows that state nothing."""
    said = [row.said for row in sheet.rows]
    events = {one.record_id: one for one in said if isinstance(one, FeedEvent)}
    rejects = tuple(one for one in said if isinstance(one, FeedReject))
    return tuple(sorted(events.values(), key=lambda one: one.occurred_at)), rejects
