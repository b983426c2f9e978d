"""Scans go on while a later release brings the database forward, and the older gateway works on what it finds then."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from postgw.domain.custody import custody_of
from postgw.rules.book import rule_book
from postgw.storage import consignments, scan_rows
from postgw.storage.migrate import pending, plain_url

from ..furnishing import until
from .conftest import Gateway, OpenGateway, write_release
from .filling import columns_of, look

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

_FULL = os.environ.get("POSTGW_FULL_DATABASE") == "1"
#: Rows that a step which rewrites a table, or builds an index while it keeps writers out, would take its time with.
SCANS = 200_000 if _FULL else 3000
_MIGRATE = (
    "import asyncio, sys, logging; logging.basicConfig(level='WARNING');"
    " from postgw.storage.migrate import migrate; asyncio.run(migrate(sys.argv[1], steps=sys.argv[2]))"
)


class Migrating:
    """The later release's `migrate`, in a process of its own; what it says is read as it comes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self.said = process, ""
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            self.said += line.decode()

    async def ended(self) -> int:
        """Wait for its end; return its exit status."""
        status = await self.process.wait()
        await self._reading
        return status

    @property
    def tries(self) -> int:
        """Return how often it let others pass and came again."""
        return self.said.count("waits for a table")


@asynccontextmanager
async def _migrating(url: str, steps: str) -> AsyncIterator[Migrating]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _MIGRATE, url, steps, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield Migrating(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _fill_scans(url: str, count: int) -> None:
    connection = await asyncpg.connect(plain_url(url))
    await connection.execute(
        "INSERT INTO scan (consignment_id, source, source_id, witness, code, occurred_at, received_at)"
        " SELECT (SELECT min(id) FROM consignment), 'filled', n::text, 1, 'arrived', now(), now()"
        " FROM generate_series(1, $1) n",
        count,
    )
    await connection.close()


async def _must_be_whole(gateway: Gateway) -> None:
    """See that each acknowledged scan is kept, once, and that states follow from scans."""
    kept = await gateway.kept()
    assert sorted(kept) == sorted(set(gateway.acknowledged))
    for number in gateway.numbers[1:]:  # the first bears the rows of the filling
        journey = await scan_rows.history(gateway.house.database.reading, number)
        consignment = await consignments.find(gateway.house.database.reading, number)
        assert consignment is not None
        table = rule_book().scan_table_of(consignment.rules_version)
        assert consignment.custody == custody_of(consignment.leg, journey, table)


async def test_scans_go_on_while_the_next_release_brings_the_database_forward(
    postgres_url: str, later_release: str, open_gateway: OpenGateway
) -> None:
    gateway = await open_gateway(postgres_url)
    await _fill_scans(postgres_url, SCANS)
    reader = await asyncpg.connect(plain_url(postgres_url))  # a backup, say: it reads for long
    reading = reader.transaction()
    await reading.start()
    await reader.execute("LOCK TABLE scan, consignment, outbox IN ACCESS SHARE MODE")

    async with asyncio.TaskGroup() as devices, _migrating(postgres_url, later_release) as migrating:
        for name in ("a", "b", "c"):
            devices.create_task(gateway.send_without_end(name))
        await until("the step has waited twice for the reader", lambda: migrating.tries >= 2)
        at_work = len(gateway.acknowledged)
        await until("scans pass meanwhile", lambda: len(gateway.acknowledged) >= at_work + 20)
        await reading.rollback()
        await reader.close()
        assert await migrating.ended() == 0, migrating.said
        after = len(gateway.acknowledged)
        await until("scans pass afterwards", lambda: len(gateway.acknowledged) >= after + 20)
        gateway.end()

    assert await pending(postgres_url, steps=later_release) == ()
    assert {"device_battery"} <= set((await columns_of(postgres_url))["scan"])
    await _must_be_whole(gateway)
    assert [code for _, code in gateway.refused if code not in ("database.changed", "database.busy")] == []
    if _FULL:
        print(f"{len(gateway.acknowledged)} scans, the longest took {gateway.longest:.2f} s, {gateway.refused}")  # noqa: T201


async def test_an_index_is_built_without_keeping_scans_out(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_gateway: OpenGateway
) -> None:
    """Whoever has written and not ended yet holds an index up; scans pass by the one that waits."""
    write_release(
        tmp_path / "steps_of_index", {"later_index": 'ops.AddIndex("ScanRow", Index(fields=["received_at"])),'}
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    gateway = await open_gateway(postgres_url)
    writer = await asyncpg.connect(plain_url(postgres_url))
    await writer.execute("BEGIN")
    await writer.execute("LOCK TABLE scan IN ROW EXCLUSIVE MODE")
    await writer.execute("SELECT pg_current_xact_id()")

    async def is_built() -> bool:
        return bool((await look(postgres_url, "SELECT count(*) FROM pg_stat_progress_create_index"))[0][0][0])

    async with _migrating(postgres_url, "steps_of_index") as migrating:
        await until("an index is being built", is_built)
        assert [(await gateway.scan())[0] for _ in range(5)] == [200] * 5
        assert await is_built()
        await writer.execute("ROLLBACK")
        await writer.close()
        assert await migrating.ended() == 0, migrating.said

    assert await pending(postgres_url, steps="steps_of_index") == ()
