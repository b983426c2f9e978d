"""The runner: strikes the timetable's slots and has each job run by one process among all.

APScheduler only tells the time here: its store is in memory, its triggers strike the same wall-clock slots in every
process, and each process then asks for the job's lease. There is no leader and no gap when a process dies: the next
slot after its lease ran out is somebody else's. A shared job store instead would run each slot in every process.

Jobs drain what is due, so a slot nobody ran is made good by the next. A job still at work keeps its own next slot away
and no other's. A clock that leaps ahead is noticed by the next slot, seconds later; one that is set back is looked for,
because APScheduler would wait until it has caught up, an hour or a day.

Stands on: timetable, turn, leases. Used by: bootstrap (`serve` and `work`).
Source: APScheduler 3.11, user guide, "how do I share a single job store among processes" (it cannot be done).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from apscheduler.executors.base import BaseExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from postgw.domain.errors import Troubled

from .leases import Leases
from .slots import next_slot
from .timetable import Recurring
from .turn import Act, Clock, Turn, Turns

logger = logging.getLogger(__name__)
_slots_logger = logging.getLogger(f"{__name__}.slots")
#: How often the clock is looked at, and how far back it must have been set to be noticed.
_LOOK_SECONDS, _SET_BACK_SECONDS = 15.0, 5.0
#: How long running jobs are given to end their round when the process is to end.
DRAIN_SECONDS = 30.0
# "Maximum number of running instances reached" is no warning here: a long job is what leases are for.
_slots_logger.setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCard:
    """How a job fares in this process; across processes, the job's row tells."""

    job: str
    running: bool = False
    next_slot: datetime | None = None
    last: Turn | None = field(default=None)
    failures: int = 0  #: in a row; a turn that ended well sets it back


class SlotExecutor(BaseExecutor):  # type: ignore[misc]  # APScheduler ships no types
    """Has a slot knocked for instead of running a function: APScheduler's own executors hide which slot it was."""

    def __init__(self, knock: Callable[[str, datetime], Awaitable[Turn | None]]) -> None:
        super().__init__()
        self._knock = knock
        self.running: dict[asyncio.Future[Turn | None], str] = {}

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        task = asyncio.ensure_future(self._knock(job.id, run_times[-1].astimezone(UTC)))
        self.running[task] = job.id
        task.add_done_callback(partial(self._ended, job.id))

    def _ended(self, job: str, task: asyncio.Future[Turn | None]) -> None:
        del self.running[task]
        self._run_job_success(job, [])
        if task.cancelled():
            logger.error("job %s was cut off: it did not end in time", job, extra={"job": job})
        elif fault := task.exception():
            logger.error("job %s failed outside its act", job, exc_info=fault, extra={"job": job})


class Runner:
    """Runs the timetable in this process. `told` hears of every turn (figures)."""

    def __init__(
        self,
        timetable: Sequence[Recurring],
        acts: Mapping[str, Act],
        leases: Leases,
        clock: Clock,
        *,
        drain_seconds: float = DRAIN_SECONDS,
        told: Callable[[Turn], None] | None = None,
    ) -> None:
        if missing := sorted({line.act for line in timetable} - set(acts)):
            raise ValueError(f"the timetable names acts that nobody handed in: {', '.join(missing)}")
        self._lines = {line.job: line for line in timetable}
        self._acts = acts
        self._turns = Turns(leases, clock)
        self._drain_seconds = drain_seconds
        self._told = told
        self._cards = {job: JobCard(job=job) for job in self._lines}
        self._clock, self._looked = clock, (clock(), 0.0)
        self._watch: asyncio.Task[None] | None = None
        self._executor = SlotExecutor(self.knock)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, executors={"default": self._executor}, logger=_slots_logger,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )  # fmt: skip

    async def start(self) -> None:
        """Begin striking slots. Not to be called inside a transaction: what starts here would inherit it."""
        for line in self._lines.values():
            trigger = CronTrigger(timezone=line.zone, **line.cron)
            self._scheduler.add_job(_never_called, trigger, id=line.job, name=line.job)
        self._scheduler.start()
        self._looked = self._clock(), asyncio.get_running_loop().time()
        self._watch = asyncio.create_task(self._watch_clock())

    async def stop(self) -> None:
        """Strike no more slots and let the running jobs end their round; what takes too long is cut off, loudly."""
        if not self._scheduler.running:
            return
        if self._watch:
            self._watch.cancel()
        self._scheduler.pause()
        self._turns.stopping.set()
        await self._drain()
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the shutdown is a callback of the loop

    async def knock(self, job: str, slot: datetime) -> Turn | None:
        """Run one job for one slot if its lease can be had; a fault is logged with the job's name and stays here."""
        line = self._lines[job]
        try:
            turn = await self._turns.take(line, self._acts[line.act], slot)
        except Troubled as trouble:
            logger.warning("job %s waits: the database is in trouble (%s)", job, trouble.code, extra={"job": job})
            return None
        except Exception:
            logger.exception("job %s: its lease could not be asked for or given back", job, extra={"job": job})
            return None
        if turn:
            self._note(turn)
        return turn

    def look_at_clock(self, passed: float) -> bool:
        """Say whether the clock was set back since the last look, and then strike the slots anew from where it stands.

        `passed` are seconds that never run backwards.
        """
        (told, before), now = self._looked, self._clock()
        self._looked = now, passed
        if (now - told).total_seconds() > passed - before - _SET_BACK_SECONDS:
            return False
        logger.warning("the clock was set back to %s: slots are struck from there", now.isoformat(timespec="seconds"))
        for job, line in self._lines.items():
            self._scheduler.modify_job(job, next_run_time=next_slot(line, now))
        return True

    async def _watch_clock(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self.look_at_clock(asyncio.get_running_loop().time())

    def cards(self) -> tuple[JobCard, ...]:
        """Return how each job fares in this process, in the order of the timetable."""
        at_work = set(self._executor.running.values())
        return tuple(
            replace(card, running=job in at_work, next_slot=self._next_slot(job)) for job, card in self._cards.items()
        )

    def _next_slot(self, job: str) -> datetime | None:
        struck = self._scheduler.get_job(job) if self._scheduler.running else None
        return struck.next_run_time.astimezone(UTC) if struck and struck.next_run_time else None

    def _note(self, turn: Turn) -> None:
        failures = self._cards[turn.job].failures + 1 if turn.outcome == "failed" else 0
        self._cards[turn.job] = JobCard(job=turn.job, last=turn, failures=failures)
        if self._told:
            self._told(turn)

    async def _drain(self) -> None:
        if running := set(self._executor.running):
            _, late = await asyncio.wait(running, timeout=self._drain_seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)


async def _never_called() -> None:
    """Stand where APScheduler wants a function; `SlotExecutor` knocks instead."""
