"""One turn: a job is run for one slot by the process that holds its lease, and given back.

The act works in a task of its own; beside it, outside any transaction, the lease is renewed. The act is stopped when
the lease was lost, or cannot be renewed before it runs out: then somebody else may be at work already. What it had not
done is still due, and the next slot finds it.

A turn has an id as a request has: its lines in the log bear it, and what is caused by no request is caused by it.

Stands on: leases, timetable. Used by: runner.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from postgw import logs, telemetry

from .leases import Leases
from .timetable import Recurring

Act = Callable[[datetime], Awaitable[int]]
Clock = Callable[[], datetime]
Outcome = Literal["done", "failed", "lost"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How one job fared in one slot. `error` is the kind of fault, never its text: that stands in the log alone."""

    job: str
    slot: datetime
    began_at: datetime
    ended_at: datetime
    outcome: Outcome
    count: int = 0  #: how much was done, as the act counts it
    error: str = ""


class _LeaseLost(Exception):
    """Somebody else has the job now, or will in a moment."""


class Turns:
    """Takes turns for one process; `stopping` lets a turn end after the round it is in."""

    def __init__(self, leases: Leases, clock: Clock) -> None:
        self._leases = leases
        self._clock = clock
        self.stopping = asyncio.Event()

    async def take(self, line: Recurring, act: Act, slot: datetime) -> Turn | None:
        """Run a job for one slot, or return nothing because the slot is not ours.

        Raises what the keeper of the leases raises; what the act raises is logged and told as `failed`.
        """
        logs.request_id.set(f"{line.job}-{slot:%Y%m%dT%H%M%SZ}")
        began = self._clock()
        expires = asyncio.get_running_loop().time() + line.lease_seconds
        if not await self._leases.take(line.job, slot=slot, at=began, seconds=line.lease_seconds):
            return None
        outcome: Outcome = "lost"
        try:
            with telemetry.begun(f"job {line.job}", kind="internal"):
                outcome, count, error = await self._tried(line, act, expires)
                telemetry.note({"postgw.count": count}, fault=error)
        finally:
            await self._leases.release(line.job, at=self._clock(), failed=outcome == "failed")
        return Turn(
            job=line.job, slot=slot, began_at=began, ended_at=self._clock(), outcome=outcome, count=count, error=error
        )

    async def _tried(self, line: Recurring, act: Act, expires: float) -> tuple[Outcome, int, str]:
        try:
            return "done", await self._held(line, act, expires), ""
        except _LeaseLost:
            logger.error("job %s was stopped: its lease is lost", line.job, extra={"job": line.job})
            return "lost", 0, ""
        except Exception as fault:
            logger.exception("job %s failed", line.job, extra={"job": line.job})
            return "failed", 0, type(fault).__name__

    async def _held(self, line: Recurring, act: Act, expires: float) -> int:
        work = asyncio.ensure_future(self._drained(line, act))
        try:
            while not (await asyncio.wait({work}, timeout=line.lease_seconds / 3))[0]:
                expires = await self._renewed(line, expires)
        finally:
            if not work.done():
                work.cancel()
                await asyncio.wait({work})
                _log_last_words(line, work)
        return work.result()

    async def _drained(self, line: Recurring, act: Act) -> int:
        total = 0
        for _ in range(line.rounds):
            done = await act(self._clock())
            total += done
            if not done or self.stopping.is_set():
                break
        return total

    async def _renewed(self, line: Recurring, expires: float) -> float:
        """Return when the renewed lease runs out; a keeper out of reach is asked again while the old one lasts."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        if asked >= expires:
            raise _LeaseLost
        try:
            async with asyncio.timeout_at(expires):
                held = await self._leases.renew(line.job, seconds=line.lease_seconds, at=self._clock())
        except Exception:
            logger.warning("job %s: its lease could not be renewed", line.job, exc_info=True, extra={"job": line.job})
            if loop.time() + line.lease_seconds / 3 >= expires:
                raise _LeaseLost from None
            return expires
        if not held:
            raise _LeaseLost
        return asked + line.lease_seconds


def _log_last_words(line: Recurring, work: asyncio.Future[int]) -> None:
    if not work.cancelled() and (fault := work.exception()):
        logger.error("job %s failed while it was stopped", line.job, exc_info=fault, extra={"job": line.job})
