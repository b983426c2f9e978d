"""One process of a rehearsal, to be killed: `process.py KIND [--port N] [--ahead SECONDS] [--began MOMENT --pace N]`.

`serve` is a gateway with its door, and with its timetable where the settings say so; `work` is the timetable alone;
`hasty` sends orders without asking for the job's lease. All are put together by `bootstrap` from the file that
POSTGW_SETTINGS names, as `postgw serve` and `postgw work` are. Two things differ: time knocks several times a second,
and the clock may run ahead, as if the process had been down for a while, or faster than the machine's: leases of the
dead have run out by then.

`nursery` has everything imported and waits for lines, each the words of one process: that one is forked within a blink
and is killed as any other. It says `born PID`, `PID said …` and `PID ended STATUS`, and takes its children along.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from postgw import logs, settings
from postgw.bootstrap import House, inbound_routes, opened_house
from postgw.recurring import DatabaseLeases, acts
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages
from postgw.web.running import listening, until_told
from scheduler.runner import Runner
from scheduler.timetable import TIMETABLE

_KNOCKS = (
    "send_orders", "send_notices", "send_messages", "read_feeds", "match_strays", "find_conflicts", "link_scans",
)  # fmt: skip
#: What stands before each word of a process that was forked.
_NAME = [""]
_NO_QUOTAS = {"default": 0, "scans": 0, "public": 0}


def clock_ahead(seconds: float, *, began: float = 0.0, pace: float = 1.0) -> Callable[[], datetime]:
    """Return a clock that runs ahead of the machine's, and since `began` faster than it."""

    def clock() -> datetime:
        faster = (time.time() - began) * (pace - 1.0)
        return datetime.now(UTC) + timedelta(seconds=seconds + faster)

    return clock


def say(line: str) -> None:
    """Tell the test that waits for us; a child says its name first."""
    os.write(1, f"{_NAME[0]}{line}\n".encode())


async def serve(port: int, clock: Callable[[], datetime]) -> None:
    """Open the door to people, and to time where the settings say so."""
    async with opened_house(settings.load(), clock=clock) as house:
        door = Door(clock=clock, per_minute=_NO_QUOTAS, rehearsal=True)
        app = make_app(house.services, door=door, inbound_routes=inbound_routes(house, clock=clock), pages=pages())
        async with listening(app, host="127.0.0.1", port=port) as url:
            say(url)
            async with _told() as told:
                if house.settings.scheduler.enabled:
                    await _knock(house, clock, told)
                await told


async def work(port: int, clock: Callable[[], datetime]) -> None:
    """Do the recurring work alone."""
    async with opened_house(settings.load(), clock=clock) as house:
        say("work")
        async with _told() as told:
            await _knock(house, clock, told)


async def hasty(port: int, clock: Callable[[], datetime]) -> None:
    """Send orders round after round, as if nobody else did."""
    async with opened_house(settings.load(), clock=clock) as house:
        say("hasty")
        async with _told() as told:
            while not told.done():
                if not await house.services.booking.send_due(at=clock()):
                    await asyncio.wait({told}, timeout=0.02)


@asynccontextmanager
async def _told() -> AsyncIterator[asyncio.Future[None]]:
    told = asyncio.ensure_future(until_told())
    try:
        yield told
    finally:
        told.cancel()


async def _knock(house: House, clock: Callable[[], datetime], told: asyncio.Future[None]) -> None:
    runner = Runner(TIMETABLE, acts(house.services), DatabaseLeases(house.database), clock)
    while not told.done():
        await asyncio.gather(*(runner.knock(job, clock()) for job in _KNOCKS))
        await asyncio.wait({told}, timeout=0.2)


KINDS = {"serve": serve, "work": work, "hasty": hasty}


def live(words: Sequence[str]) -> None:
    """Live as the process that these words ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=tuple(KINDS))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ahead", type=float, default=0.0)
    parser.add_argument("--began", type=float, default=0.0)
    parser.add_argument("--pace", type=float, default=1.0)
    asked = parser.parse_args(words)
    logs.configure(level="WARNING")
    asyncio.run(KINDS[asked.kind](asked.port, clock_ahead(asked.ahead, began=asked.began, pace=asked.pace)))


def nursery() -> None:
    """Fork one process for each line that comes in, until there are no more lines; then end those that live."""
    living: set[int] = set()

    def bury(*_: object) -> None:
        while living:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            living.discard(pid)
            say(f"{pid} ended {os.waitstatus_to_exitcode(status)}")

    signal.signal(signal.SIGCHLD, bury)
    for line in iter(sys.stdin.readline, ""):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if not pid:
            _be_born(line.split())
        living.add(pid)
        say(f"born {pid}")
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def _be_born(words: Sequence[str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.close(0)
    _NAME[0] = f"{os.getpid()} said "
    status = 1
    try:
        live(words)
        status = 0
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    if sys.argv[1:] == ["nursery"]:
        nursery()
    else:
        live(sys.argv[1:])
