"""Figures: how far everything is on its way, in numbers that a machine watches and rings a bell by.

What is counted over all that is under way is counted once a minute; the rest is asked anew each time.

Source: Circular 17/2017/TT-BTTTT art. 15.1 (the system runs without a break); Prometheus, "Instrumentation" (queues:
their length and the age of the oldest).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.legal_day import legal_day
from postgw.rules.book import RuleBook
from postgw.storage import figures, strays
from postgw.storage.database import Database, Pool
from postgw.storage.figures import Heap

#: Messages are counted over the last so long, and consignments no more often than this.
MESSAGES_OF = timedelta(minutes=10)
_COUNTED_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands where."""

    errands: tuple[Heap, ...]
    messages: tuple[Heap, ...]
    feeds: Mapping[str, datetime]
    on_devices: tuple[Heap, ...]
    consignments: Mapping[str, int]
    tray_filled: float  #: how much of its room for strays the fullest sender takes up, 1 is all
    pool: Pool


@dataclass(slots=True, kw_only=True)
class _Counted:
    """The last count of what is under way, and when it was made."""

    at: datetime | None = None
    consignments: Mapping[str, int] = field(default_factory=dict)
    fullest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The act of counting."""

    database: Database
    book: RuleBook
    most_strays_per_sender: int
    _counted: _Counted = field(default_factory=_Counted)

    async def standing(self, *, actor: Actor, at: datetime) -> Standing:
        """Return what stands where."""
        actor.must("admin")
        session, counted = self.database.reading, await self._under_way(at)
        return Standing(
            errands=await figures.errands(session),
            messages=await figures.messages(session, since=at - MESSAGES_OF),
            feeds=await figures.feeds(session),
            on_devices=await figures.on_devices(session),
            consignments=counted.consignments,
            tray_filled=counted.fullest / self.most_strays_per_sender,
            pool=self.database.pool(),
        )

    async def _under_way(self, at: datetime) -> _Counted:
        last = self._counted
        if last.at is None or not timedelta(0) <= at - last.at < _COUNTED_FOR:
            rules = self.book.scan_table(legal_day(at)).states
            under_way = [state for state, rule in rules.items() if not rule.ends]
            found = await figures.consignments(self.database.reading, under_way)
            last.fullest = await strays.fullest(self.database.reading, at=at)
            last.at, last.consignments = at, {state: found.get(state, 0) for state in under_way}
        return last
