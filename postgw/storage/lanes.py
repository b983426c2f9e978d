"""Lanes: each outsider's errands run beside those of the others, so that one who is dead or slow keeps nobody waiting.

A turn opens a lane for each target that something is due for. A lane takes up a portion, does so many at once, and goes
on until nothing is due; what it takes up is its own target's alone. A turn ends when all its lanes have ended, or when
those that answer have: a lane that hangs goes on by itself, and later turns leave its target to it.

Where errands go in order, one waits for the older ones about its subject to the same listener; news of a subject makes
due what was not heard of it yet.

The lease of an errand is counted from the turn's own moment, so a lane takes up nothing new when a minute has gone.

Used by: services that call outsiders (booking, notices, messaging). Stands on: outbox.
Source: the bulkheads of Nygard, "Release It!" (2007).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from . import outbox
from .database import Database, Session
from .outbox import Errand

logger = logging.getLogger(__name__)

#: How long a turn waits for its slowest lanes before it leaves them to themselves. One slot of the jobs that send.
PATIENCE = 5.0
#: How long what is under way has to end when the house closes.
GRACE = 5.0
#: How long a lane takes up new errands, well within their lease.
TAKES_UP = 60.0


@dataclass(slots=True, kw_only=True)
class Lanes:
    """The lanes of one act. `portion` errands are taken up at once and `at_once` of them done at the same time."""

    database: Database
    channels: Sequence[str]
    do: Callable[[list[Errand], datetime], Awaitable[None]]  #: errands that go one after another
    portion: int
    at_once: int
    in_order: bool = False  #: whether an errand waits for the older ones of its subject
    apart: Callable[[Errand], object] = lambda errand: errand.errand_no  #: errands alike in this go one after another
    patience: float = PATIENCE
    grace: float = GRACE
    _open: dict[str, asyncio.Task[int]] = field(default_factory=dict)
    _closing: bool = False

    async def drain(self, *, at: datetime) -> int:
        """Do what is due; return how many errands were taken up. Raises what went wrong in a lane that has ended."""
        due = await targets_due(self.database.reading, self.channels, at=at)
        ours = [self._opened(target, at) for target in due if target not in self._open]
        if not ours:
            return 0
        try:
            ended, hanging = await asyncio.wait(ours, timeout=self.patience)
        except asyncio.CancelledError:
            await _cut(ours)
            raise
        for lane in hanging:
            logger.info("a lane is still at work; no other waits for it", extra={"lane": lane.get_name()})
            lane.add_done_callback(_left_behind)
        whole = [lane for lane in ended if not lane.cancelled()]
        if broken := [fault for lane in whole if (fault := lane.exception())]:
            raise broken[0]
        return sum(lane.result() for lane in whole)

    async def close(self) -> None:
        """Take up nothing more and let what is under way end; what hangs is cut off, and is free after its lease."""
        self._closing = True
        if lanes := list(self._open.values()):
            _, hanging = await asyncio.wait(lanes, timeout=self.grace)
            await _cut(hanging)

    def _opened(self, target: str, at: datetime) -> asyncio.Task[int]:
        lane = asyncio.create_task(self._lane(target, at), name=f"lane {target}")
        self._open[target] = lane
        lane.add_done_callback(lambda _: self._open.pop(target, None))
        return lane

    async def _lane(self, target: str, at: datetime) -> int:
        loop = asyncio.get_running_loop()
        taken, until = 0, loop.time() + TAKES_UP
        while errands := await self._claimed(target, at):
            taken += len(errands)
            await self._all(errands, at)
            if loop.time() >= until or self._closing:
                break
        return taken

    async def _claimed(self, target: str, at: datetime) -> list[Errand]:
        async with self.database.writing() as tx:
            return await outbox.claim(
                tx, self.channels, at=at, limit=self.portion, target=target, in_order=self.in_order
            )

    async def _all(self, errands: Sequence[Errand], at: datetime) -> None:
        """Do every errand, however the others fare. Raises the first fault when all have ended."""
        gate, alike = asyncio.Semaphore(self.at_once), dict[object, list[Errand]]()
        for errand in errands:
            alike.setdefault(self.apart(errand), []).append(errand)

        async def run(in_turn: list[Errand]) -> None:
            async with gate:
                await self.do(in_turn, at)

        ended = await asyncio.gather(*(run(in_turn) for in_turn in alike.values()), return_exceptions=True)
        for fault in ended:
            if isinstance(fault, BaseException):
                raise fault


async def targets_due(session: Session, channels: Sequence[str], *, at: datetime) -> tuple[str, ...]:
    """Return to whom something is due that nobody has taken up."""
    rows = await session.rows(
        f"SELECT DISTINCT target FROM outbox WHERE state = 'waiting' AND channel {session.among(1)} AND due_at <= $2"
        " AND (lease_until IS NULL OR lease_until < $2) ORDER BY target",
        list(channels), at,
    )  # fmt: skip
    return tuple(row["target"] for row in rows)


async def hasten(tx: Session, channels: Sequence[str], subjects: Sequence[str], *, at: datetime) -> None:
    """Make due what was not heard yet about subjects of which there is news: it goes before the news.

    Such a try is one more than its pauses would give it, and is not counted.
    """
    await tx.run(
        "UPDATE outbox SET due_at = $3, attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END WHERE id IN ("
        f"SELECT id FROM outbox WHERE state = 'waiting' AND due_at > $3 AND subject <> '' AND channel {tx.among(1)}"
        f" AND subject {tx.among(2)} ORDER BY id{tx.for_update})",
        list(channels), sorted(set(subjects)), at,
    )  # fmt: skip


async def hold_back(tx: Session, errand: Errand, *, until: datetime) -> None:
    """Let what its listener is to hear after an errand wait as long as the errand itself.

    It would not be taken up before anyhow; but due, it would be looked at again and again.
    """
    if errand.subject:
        await tx.run(
            "UPDATE outbox SET due_at = $5 WHERE id IN (SELECT id FROM outbox WHERE subject = $1 AND channel = $2"
            f" AND target = $3 AND id > $4 AND state = 'waiting' AND due_at < $5 ORDER BY id{tx.for_update})",
            errand.subject, errand.channel, errand.target, errand.errand_no, until,
        )  # fmt: skip


def _left_behind(lane: asyncio.Task[int]) -> None:
    if not lane.cancelled() and (fault := lane.exception()):
        logger.error("a lane broke off", exc_info=fault, extra={"lane": lane.get_name()})


async def _cut(lanes: Collection[asyncio.Task[int]]) -> None:
    for lane in lanes:
        lane.cancel()
    if lanes:
        await asyncio.wait(lanes)
