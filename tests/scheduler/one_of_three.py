"""One process of several on one database: `python one_of_three.py URL` runs a one-second job until SIGTERM.

Each run of the job is a row of `rang`: begun at once, ended a little later. Whoever is killed leaves its row open.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

from postgw.storage import jobs
from postgw.storage.database import Database, opened
from scheduler.runner import Runner
from scheduler.timetable import Recurring

JOB = Recurring(job="tick", act="tick", cron={"second": "*"}, lease_seconds=5.0, rounds=1)


def _now() -> datetime:
    return datetime.now(UTC)


class Leases:
    """The job rows, asked in this process's name; it remembers the slot that it was given."""

    def __init__(self, database: Database) -> None:
        self.database, self.holder, self.slot = database, f"process {os.getpid()}", _now()

    async def take(self, job: str, *, slot: datetime, at: datetime, seconds: float) -> bool:
        until = at + timedelta(seconds=seconds)
        async with self.database.writing() as tx:
            taken = await jobs.take(tx, job, holder=self.holder, slot=slot, at=at, until=until)
        if taken:
            self.slot = slot
        return taken

    async def renew(self, job: str, *, seconds: float, at: datetime) -> bool:
        async with self.database.writing() as tx:
            return await jobs.renew(tx, job, holder=self.holder, until=at + timedelta(seconds=seconds))

    async def release(self, job: str, *, at: datetime, failed: bool = False) -> None:
        async with self.database.writing() as tx:
            await jobs.release(tx, job, holder=self.holder, at=at, failed=failed)


async def _work(url: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with opened(url, pool=3) as database:
        leases = Leases(database)

        async def ring(at: datetime) -> int:
            row = (leases.slot, os.getpid())
            async with database.writing() as tx:
                await tx.run("INSERT INTO rang (slot, pid, began) VALUES ($1, $2, $3)", *row, _now())
            await asyncio.sleep(0.7)
            async with database.writing() as tx:
                await tx.run("UPDATE rang SET ended = $3 WHERE slot = $1 AND pid = $2", *row, _now())
            return 1

        runner = Runner([JOB], {"tick": ring}, leases, _now)
        await runner.start()
        await stop.wait()
        await runner.stop()


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1]))
