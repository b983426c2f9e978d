"""Following the orders: what has changed since the last time, by the list of days and each changed order's history.

The list is swept again and again (`sweep`); an order is asked for its history when its state or moment of change is
new. What was read of whom is remembered in this process alone, and only once the cursor behind it came back: then it
was kept. Another process reads histories again, which changes nothing.

Stands on: door, listing, sweep, reading. Used by: client.
Source: lists and histories as public clients read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import FeedEvent, FeedPage, FeedReject

from . import sweep
from .door import Door, made, unreadable
from .listing import Span, listed
from .mapping import ref_of, text
from .moments import vietnamese_day
from .reading import event_of_history, event_of_record, history_rows, rejected

#: Status and moment of an order's last change, as the list tells them.
Mark = tuple[str, str]

#: How many orders' last change is remembered; beyond, histories are read again, which changes nothing.
_REMEMBERED_MOST = 50_000


class Following:
    """What one account's orders do."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.settings = door.settings
        self._told: dict[str, Mark] = {}  #: item → the change whose history was read, and kept
        self._behind: tuple[str, dict[str, Mark]] = ("", {})  #: the cursor behind a page → what it told

    async def page(self, cursor: str, limit: int) -> FeedPage:
        """Return what has changed since `cursor` (empty: from the beginning): one page of the list at a time."""
        self._keep_told(cursor)
        await self._door.token()  # its answer says what day it is for the post
        today = vietnamese_day(self._door.clock.now())
        place = (sweep.read(cursor) or sweep.start(today, self.settings)).begun(today, self.settings)
        size = max(1, min(limit, self.settings.page_size))
        assert place.last is not None
        rows = await listed(self._door, Span(place.first, place.last), place.page, size)
        events, rejects, marks, done = await self._told_of(rows, place.done)
        after = place.passed(len(rows), done, size, self.settings)
        after = after.told() if events or rejects else after
        self._behind = (str(after), marks)
        ended_early = after.at_rest and place.last < vietnamese_day(self._door.clock.now())
        return FeedPage(
            events=tuple(sorted(events, key=lambda event: event.occurred_at)), cursor=str(after),
            more=not after.at_rest or ended_early, rejects=tuple(rejects),
        )  # fmt: skip

    async def _told_of(
        self, rows: Sequence[Any], done: int
    ) -> tuple[list[FeedEvent], list[FeedReject], dict[str, Mark], int]:
        """Return what changed orders tell, what was read of whom, and how many rows of the page are done with."""
        read: list[FeedEvent | FeedReject] = []
        marks: dict[str, Mark] = {}
        asked = 0
        for row in rows[done:]:
            name, mark = _name_and_mark(row)
            if self._told.get(name) != mark:
                if asked >= self.settings.histories_a_page:
                    break
                asked += 1
                try:
                    read += await self._history(row)
                    marks[name] = mark
                except (Refused, Unreachable) as silence:
                    if asked > 1:
                        break  # what was read is kept first; the next call begins with this row
                    read.append(rejected({"order": name, "status": mark[0]}, str(silence)))
            done += 1
        events = {one.record_id: one for one in read if isinstance(one, FeedEvent)}
        return list(events.values()), [one for one in read if isinstance(one, FeedReject)], marks, done

    async def _history(self, row: Any) -> list[FeedEvent | FeedReject]:
        if not isinstance(row, Mapping):
            return [rejected(row, "không phải một bản ghi")]
        item = text(row.get("itemCode"))
        if not self.settings.history or not item:
            return [event_of_record(row, self.settings)]
        query = {"type": self.settings.lookup_by_item, "code": item}
        found = history_rows(made(await self._door.ask("GET", "history", query=query)))
        if found is None:
            raise unreadable("GetStatusHistoryOrder")
        return [event_of_history(one, row, self.settings) for one in found]

    def _keep_told(self, cursor: str) -> None:
        """Take for kept what the page before told, when the cursor behind it is what we are asked to go on from."""
        behind, marks = self._behind
        if marks and cursor == behind:
            if len(self._told) >= _REMEMBERED_MOST:
                self._told.clear()
            self._told |= marks
        self._behind = ("", {})


def _name_and_mark(row: Any) -> tuple[str, Mark]:
    if not isinstance(row, Mapping):
        return repr(row)[:80], ("", "")
    return text(row.get("itemCode")) or ref_of(row), (text(row.get("status")), text(row.get("updatedDate")))
