"""One process of a rehearsal, to be killed: `process.py KIND [--port N] [--ahead SECONDS]`.

`serve` is a gateway with its door and its timetable, `hasty` sends orders without asking for the job's lease. Both are
put together by `bootstrap` from the file that POSTGW_SETTINGS names, as `postgw serve` is. Two things differ: time
knocks several times a second, and the clock may run ahead, as if the process had been down for a while: leases of the
dead have run out by then.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from postgw import logs, settings
from postgw.bootstrap import DatabaseLeases, acts, opened_house
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.running import listening, until_told
from scheduler.runner import Runner
from scheduler.timetable import TIMETABLE

_KNOCKS = ("send_orders", "send_notices", "send_messages")
_NO_QUOTAS = {"default": 0, "scans": 0, "public": 0}


def clock_ahead(seconds: float) -> Callable[[], datetime]:
    """Return a clock that runs ahead of the machine's."""
    return lambda: datetime.now(UTC) + timedelta(seconds=seconds)


def say(line: str) -> None:
    """Tell the test that waits for us."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def serve(port: int, clock: Callable[[], datetime]) -> None:
    """Open the door, to people and to time."""
    async with opened_house(settings.load(), clock=clock) as house:
        app = make_app(house.services, door=Door(clock=clock, per_minute=_NO_QUOTAS, rehearsal=True))
        runner = Runner(TIMETABLE, acts(house.services), DatabaseLeases(house.database), clock)
        async with listening(app, host="127.0.0.1", port=port) as url:
            say(url)
            told = asyncio.ensure_future(until_told())
            while not told.done():
                await asyncio.gather(*(runner.knock(job, clock()) for job in _KNOCKS))
                await asyncio.wait({told}, timeout=0.1)


async def hasty(port: int, clock: Callable[[], datetime]) -> None:
    """Send orders round after round, as if nobody else did."""
    async with opened_house(settings.load(), clock=clock) as house:
        say("hasty")
        told = asyncio.ensure_future(until_told())
        while not told.done():
            if not await house.services.booking.send_due(at=clock()):
                await asyncio.wait({told}, timeout=0.02)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("serve", "hasty"))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ahead", type=float, default=0.0)
    asked = parser.parse_args()
    logs.configure(level="WARNING")
    asyncio.run({"serve": serve, "hasty": hasty}[asked.kind](asked.port, clock_ahead(asked.ahead)))
