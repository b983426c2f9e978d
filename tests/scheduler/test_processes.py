"""Three processes on one database, one of them killed with the job in its hands."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from postgw.storage.database import Database, moment, opened
from postgw.storage.migrate import migrate

HOUSE = Path(__file__).parents[2]
ONE = Path(__file__).with_name("one_of_three.py")
#: As `one_of_three.py` has it.
LEASE_SECONDS = 5.0
Rows = list[dict[str, Any]]


@contextmanager
def _three(url: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    three = [subprocess.Popen([sys.executable, str(ONE), url], env=environment) for _ in range(3)]
    try:
        yield three
    finally:
        for one in three:
            one.kill()
            one.wait()


async def _seen(database: Database, enough: Callable[[Rows], Any]) -> Rows:
    """Return what rang, once that is enough."""
    async with asyncio.timeout(120):
        while True:
            rows = await database.reading.rows("SELECT * FROM rang ORDER BY slot")
            if enough(rows):
                return rows
            await asyncio.sleep(0.05)


async def _killed_at_work(database: Database, three: list[subprocess.Popen[bytes]]) -> int:
    """Kill whoever holds the job and return its pid."""
    rows = await _seen(database, lambda rows: rows and rows[-1]["ended"] is None)
    (holder,) = [one for one in three if one.pid == rows[-1]["pid"]]
    holder.kill()
    holder.wait()
    return holder.pid


async def _stopped(three: list[subprocess.Popen[bytes]]) -> list[int]:
    for one in three:
        one.send_signal(signal.SIGTERM)
    return [await asyncio.to_thread(one.wait, 60) for one in three]


def _when(row: dict[str, Any], *columns: str) -> datetime:
    """Return the first of these moments that the row has."""
    return next(at for column in columns if (at := moment(row[column])))


def _whole(rows: Rows) -> Rows:
    return [row for row in rows if row["ended"] is not None]


@pytest.mark.crash
@pytest.mark.slow
async def test_three_processes_run_each_slot_once_and_go_on_when_one_is_killed(database_url):
    await migrate(database_url)
    async with opened(database_url) as database:
        kind = "text" if database.sqlite else "timestamptz"
        async with database.writing() as tx:
            await tx.run(f"CREATE TABLE rang (slot {kind}, pid int, began {kind}, ended {kind})")
        with _three(database_url) as three:
            await _seen(database, lambda rows: len(_whole(rows)) >= 2)
            killed = await _killed_at_work(database, three)
            before = await _seen(database, lambda rows: True)
            await _seen(database, lambda rows: len(_whole(rows)) >= len(_whole(before)) + 3)
            codes = await _stopped(three)
        rows = await _seen(database, lambda rows: True)

    assert [one.pid for one, code in zip(three, codes, strict=True) if code != 0] == [killed]
    assert [row["pid"] for row in rows if row["ended"] is None] == [killed]
    assert len({row["slot"] for row in rows}) == len(rows)
    assert all(_when(earlier, "ended", "began") <= _when(later, "began") for earlier, later in pairwise(rows))
    (left,) = [n for n, row in enumerate(rows) if row["ended"] is None]
    assert _when(rows[left + 1], "began") - _when(rows[left], "slot") >= timedelta(seconds=LEASE_SECONDS)
