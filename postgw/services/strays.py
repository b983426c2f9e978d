"""Strays: what was told of items is kept aside until its item is known and has room for it, in sight of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.rules.book import RuleBook
from postgw.storage import journey_room, scans, strays
from postgw.storage.database import Database
from postgw.storage.strays import Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Strays:
    """The act of bringing what waits to its item."""

    database: Database
    book: RuleBook
    most_scans_per_item: int

    async def waiting(self, *, actor: Actor) -> Waiting:
        """Return the statements that still wait for their item, or for room in its journey, some of each sender."""
        actor.must("scans")
        return await strays.waiting(self.database.reading, most=self.most_scans_per_item)

    async def match(self, *, at: datetime) -> int:
        """Give statements that were kept aside to the items that have appeared meanwhile; return how many."""
        numbers = await strays.findable(self.database.reading, most=self.most_scans_per_item)
        if not numbers:
            return 0
        async with self.database.writing() as tx:
            found = await scans.lock(tx, numbers)
            waited = await strays.take(tx, list(found), at=at)
            told = [(found[stray.number], stray.scan) for stray in waited]
            kept = await journey_room.keep(
                tx, told, table_of=self.book.scan_table_of, at=at, most=self.most_scans_per_item
            )
            if kept.outside:
                await strays.put_back(tx, list(found), kept.outside)
        return len(waited)
