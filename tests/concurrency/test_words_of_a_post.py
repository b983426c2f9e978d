"""What a post says comes in hundreds, of items others scan at that moment: it holds nobody up, and is kept once."""

from __future__ import annotations

import asyncio
from collections import UserDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from postgw.domain import item_number
from postgw.domain.ports import FeedEvent
from postgw.services.feeds import Feeds

from ..furnishing import OFFICE, consignments, until
from .conftest import Town

pytestmark = pytest.mark.postgres
#: More than are kept at once.
ITEMS = 120
_HELD = "SELECT consignment_no FROM consignment WHERE consignment_no = ANY($1::text[]) FOR NO KEY UPDATE"


def _said(town: Town, numbers: Sequence[str], *, bound: bool = False) -> list[FeedEvent]:
    at = town.clock[0]
    return [
        FeedEvent(
            record_id=f"r-{number}", order_no=number, code="arrived", occurred_at=at, office=OFFICE,
            item_no=item_number.from_serial("RV", n) if bound else "",
        )
        for n, number in enumerate(numbers)
    ]  # fmt: skip


async def _hear(town: Town, events: Sequence[FeedEvent], *, house: int = 0) -> None:
    await town.houses[house].services.feeds.hear("ha-tinh", events, at=town.clock[0])


async def _kept(town: Town) -> int:
    return int(await town.value("SELECT count(*) AS n FROM scan WHERE source = 'feed:ha-tinh'"))


@pytest.mark.parametrize("bound", [False, True])
async def test_while_one_item_of_many_is_busy_the_others_are_told_of_and_free(town: Town, *, bound: bool) -> None:
    numbers = await consignments(town.houses[0], ITEMS, at=town.clock[0])
    somebody = await asyncpg.connect(town.url)
    try:
        async with somebody.transaction():
            await somebody.fetch(_HELD, numbers[-1:])
            heard = asyncio.create_task(_hear(town, _said(town, numbers, bound=bound)))
            await until("the post waits for the item", lambda: _somebody_waits(town))
            others = numbers[: await _kept(town)]
            assert len(others) >= ITEMS // 2
            assert len(await somebody.fetch(f"{_HELD} NOWAIT", others)) == len(others)
        await heard
    finally:
        await somebody.close()
    assert await _kept(town) == ITEMS
    assert await town.value("SELECT count(item_no) FROM consignment") == (ITEMS if bound else 0)


async def _somebody_waits(town: Town) -> bool:
    return bool(await town.value("SELECT count(*) > 0 AS yes FROM pg_locks WHERE NOT granted"))


async def test_what_was_said_in_half_and_then_whole_is_kept_once(town: Town) -> None:
    numbers = await consignments(town.houses[0], ITEMS, at=town.clock[0])
    events = _said(town, [*numbers[:80], "BBBBBBBBBBX", *numbers[80:]], bound=True)

    await _hear(town, events[:70])  # and then its process ended
    await asyncio.gather(*(_hear(town, events, house=house) for house in range(3)))

    assert await _kept(town) == ITEMS
    assert await town.value("SELECT count(*) FROM stray") == 1
    assert await town.value("SELECT count(DISTINCT item_no) FROM consignment") == ITEMS


class _Tables(UserDict[str, Any]):
    """The tables of the rule book; whoever takes one to fold a journey by it has his items tried meanwhile."""

    def __init__(self, tables: Any, url: str) -> None:
        super().__init__(tables)
        self._url = url
        self.free: list[int] = []

    def __getitem__(self, version: str) -> Any:
        with ThreadPoolExecutor(1) as aside:
            self.free.append(aside.submit(asyncio.run, self._tried()).result())
        return super().__getitem__(version)

    async def _tried(self) -> int:
        somebody = await asyncpg.connect(self._url)
        try:
            return len(await somebody.fetch("SELECT id FROM consignment FOR NO KEY UPDATE SKIP LOCKED"))
        finally:
            await somebody.close()


async def test_while_a_word_of_the_post_is_folded_its_items_are_free(town: Town) -> None:
    numbers = await consignments(town.houses[0], 3, at=town.clock[0])
    feeds = town.houses[0].services.feeds
    tables = _Tables(feeds.book.scan_tables, town.url)
    folding: Feeds = replace(feeds, book=replace(feeds.book, scan_tables=tables))

    await folding.hear("ha-tinh", _said(town, numbers), at=town.clock[0])

    assert set(tables.free) == {3}
    assert await _kept(town) == 3
