"""Hours in minutes: the real commands under a mixed load, sampled after equal amounts of work, hold no more at the end.

What may grow is the database, by as many bytes as rows came in, and no table without a term of keeping is among those
that grew. `POSTGW_SOAK_MINUTES=15` goes on for so long; else a bounded number of rounds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import statistics
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import aiohttp
import asyncpg
import pytest

from adapters.rehearsal.subscriber import RehearsalSubscriber
from postgw.bootstrap import House, opened_house
from postgw.domain.actor import SCOPES, Actor
from postgw.settings import parse
from postgw.storage.retention import KEEPING

from ..crash.conftest import Life, started
from ..furnishing import furnish, token_for, until
from ..servers import free_port
from .load import Load

MINUTES = float(os.environ.get("POSTGW_SOAK_MINUTES", "0"))
#: Rounds of a bounded run; of every run a part is warming up.
ROUNDS, WARM = 14, 0.4
#: So much may a process keep of each request. A young one still fills its bounded memories: measured are 500 in the
#: first thousand requests, 160 in the next half, 90 after that. A leak of a kilobyte stands out all the same.
BYTES_A_REQUEST = 300.0 if MINUTES else 800.0
#: Every row of a parcel's way with its indexes, and what PostgreSQL keeps free for changes, over the bytes of the rows.
TIMES_THE_ROWS = 5.0
#: How many bytes PostgreSQL has written ahead since it began.
_LOG = "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint"
#: How many are connected with PostgreSQL, and how large the database is.
_STORE = (
    "SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),"
    " pg_database_size(current_database())"
)
_PROCESS = str(Path(__file__).with_name("process.py"))
SETTINGS = """
[storage]
url = "{url}"
[web]
port = {port}
proxies = ["127.0.0.1"]
[scheduler]
enabled = false
[[post.accounts]]
name = "ha-tinh"
adapter = "rehearsal"
[[desk.systems]]
name = "mot-cua"
adapter = "rehearsal"
[messages]
channels = ["rehearsal"]
[adapters.rehearsal.desk]
keeps = 50
[adapters.rehearsal.messages]
keeps = 50
[adapters.webhooks.hooks]
allow_private = true
[adapters.rehearsal.post]
url = "{office}"
"""
ADMINISTRATOR = Actor(name="administrator", scopes=frozenset(SCOPES))


@dataclass
class Process:
    """One process under watch, and its samples with the work done until each."""

    name: str
    life: Life
    file: Path
    samples: list[tuple[int, dict[str, int]]] = field(default_factory=list)

    async def sampled(self, work: int) -> None:
        """Let it say what it holds."""
        seen = len(self.samples)
        self.life.process.send_signal(signal.SIGUSR1)

        async def has_said() -> bool:
            return self.file.exists() and self.file.read_text().count("\n") > seen

        await until(f"{self.name} says what it holds", has_said)
        self.samples.append((work, json.loads(self.file.read_text().splitlines()[seen])))

    def warm(self, what: str) -> list[tuple[int, int]]:
        """Return the samples of one figure from when the process was warm."""
        return [(work, told[what]) for work, told in self.samples[int(len(self.samples) * WARM) :]]


@dataclass
class Yard:
    """The processes, the load and the database."""

    house: House
    load: Load
    processes: tuple[Process, ...]
    subscriber: RehearsalSubscriber
    stores: list[tuple[int, int]] = field(default_factory=list)  #: connections and bytes of the database, each time

    async def soak(self, connection: asyncpg.Connection) -> None:
        """Do rounds, and look at everybody after each."""
        began, rounds = monotonic(), 0
        while rounds < ROUNDS or monotonic() - began < MINUTES * 60:
            await self.load.round()
            rounds += 1
            if rounds <= ROUNDS or rounds % 10 == 0:
                for process in self.processes:
                    await process.sampled(self.load.requests)
                self.stores.append(tuple(await connection.fetchrow(_STORE)))

    async def drained(self) -> None:
        """Wait until everybody has heard everything, but for citizens, whom nobody wakes at night."""

        async def nothing_is_owed() -> bool:
            row = await self.house.database.reading.row(
                "SELECT count(*) AS n FROM outbox WHERE state = 'waiting' AND channel <> 'citizen'"
            )
            return row is not None and row["n"] == 0

        await until("nothing is owed", nothing_is_owed, seconds=120)


@asynccontextmanager
async def opened_yard(
    url: str, folder: Path, *, commands: Sequence[str] = ("work", "serve"), **environ: str
) -> AsyncIterator[Yard]:
    """Start `postgw work` and `postgw serve` on a migrated database, with a post office beside them."""
    async with AsyncExitStack() as ends:
        subscriber = RehearsalSubscriber()
        listens = await subscriber.start()
        ends.push_async_callback(subscriber.stop)
        _, said = await started(
            ends, folder, "-m", "postgw", "rehearse", "post-office", "--port", "0", "--speed", "0.5"
        )
        text = SETTINGS.format(url=url, port=free_port(), office=said.rpartition(" ")[2])
        (folder / "settings.toml").write_text(text, "utf-8")
        house = await ends.enter_async_context(opened_house(parse(text)))
        await furnish(house)
        token = await token_for(house, "all", at=datetime.now(UTC))
        hook = await house.services.notices.subscribe(
            url=f"{listens}/hook", kinds=(), desk="", actor=ADMINISTRATOR, at=datetime.now(UTC)
        )
        subscriber.secret = hook.secrets[0]
        processes = await asyncio.gather(*(_watched(ends, folder, command, environ) for command in commands))
        session = await ends.enter_async_context(aiohttp.ClientSession())
        load = Load(f"http://127.0.0.1:{parse(text).web.port}", token, session)
        yield Yard(house, load, tuple(processes), subscriber)
        for process in processes:
            await process.life.stop()
        faults = [line for line in (folder / "stderr").read_text().splitlines() if '"ERROR"' in line]
        assert not faults, faults[:3]


async def _watched(ends: AsyncExitStack, folder: Path, name: str, environ: Mapping[str, str]) -> Process:
    samples = folder / f"{name}.jsonl"
    told = {
        **os.environ, "POSTGW_SETTINGS": str(folder / "settings.toml"), "POSTGW_SOAK_SAMPLES": str(samples), **environ,
    }  # fmt: skip
    with (folder / "stderr").open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, _PROCESS, name, stdout=asyncio.subprocess.PIPE, stderr=errors, env=told
        )
    life = Life(process)
    ends.push_async_callback(life.kill)
    assert process.stdout is not None
    said = await asyncio.wait_for(process.stdout.readline(), 120)
    assert said, (folder / "stderr").read_text()[-3000:]
    return Process(name, life, samples)


def slope(points: Sequence[tuple[int, int]]) -> float:
    """Return by how much a figure grows with each unit of work: the median over all pairs, so that one leap is none.

    Source: Theil (1950), Sen (1968).
    """
    return statistics.median((b - a) / (v - u) for (u, a), (v, b) in itertools.combinations(points, 2))


def quarters(samples: Sequence[object]) -> list[int]:
    """Return the places of the samples at each quarter of a run."""
    return [round(quarter * (len(samples) - 1) / 4) for quarter in range(5)]


def report(yard: Yard, more: Mapping[str, object]) -> str:
    """Return what was seen, for whoever reads the run."""
    lines = [f"{yard.load.requests} requests, {yard.load.parcels} parcels"]
    for process in yard.processes:
        kept = {what: round(slope(process.warm(what)), 1) for what in ("bytes", "blocks", "rss")}
        lines.append(f"{process.name}: a request keeps {kept}")
        for place in quarters(process.samples):
            lines.append("  after {} requests {}".format(*process.samples[place]))
    for place in quarters(yard.stores):
        lines.append("{} connections, {} bytes of database".format(*yard.stores[place]))
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in more.items())])


def must_be_flat(process: Process) -> None:
    """See that a process holds at its end what it held when it was warm."""
    assert slope(process.warm("bytes")) < BYTES_A_REQUEST, process.samples
    for what, spare in (("handles", 30), ("threads", 6), ("tasks", 30)):  # pools fill as they are used
        figures = [figure for _, figure in process.warm(what)]
        middle = len(figures) // 2
        # What is held is there in most looks; a look that fell among a hundred notices on their way is none.
        assert statistics.median(figures[middle:]) <= max(figures[:middle]) + spare, (process.name, what, figures)


async def rows_of(connection: asyncpg.Connection) -> dict[str, tuple[int, int, int]]:
    """Return of each table its rows, the bytes of what stands in them, and what it takes up."""
    names = await connection.fetch("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
    found = {}
    for (name,) in names:
        row = await connection.fetchrow(
            f"SELECT count(*), coalesce(sum(pg_column_size(t.*)), 0), pg_total_relation_size('\"{name}\"')"
            f' FROM "{name}" t'
        )
        found[name] = (row[0], row[1], row[2])
    return found


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.timeout(int(240 + MINUTES * 90))
async def test_what_a_gateway_holds_does_not_grow_with_its_work_and_its_database_by_its_rows_alone(
    durable_postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    connection = await asyncpg.connect(durable_postgres_url)
    try:
        async with opened_yard(durable_postgres_url, tmp_path) as yard:
            before, log_from = await rows_of(connection), await connection.fetchval(_LOG)
            await yard.soak(connection)
            connections = max(count for count, _ in yard.stores)
            await yard.drained()
            await yard.processes[0].life.stop()  # what the parcels still live through is not written down any more
            parcels, log = yard.load.parcels, await connection.fetchval(_LOG) - log_from
            dead = await connection.fetchval("SELECT sum(n_dead_tup) FROM pg_stat_user_tables")
            await connection.execute("VACUUM ANALYZE")
            after = await rows_of(connection)
            left = await connection.fetchval("SELECT sum(n_dead_tup) FROM pg_stat_user_tables")
            grown = {name: after[name][0] - before[name][0] for name in after if after[name][0] > before[name][0]}
            payload = sum(after[name][1] - before[name][1] for name in after)
            size = sum(after[name][2] - before[name][2] for name in after)
            for _ in range(3):
                await yard.load.idle_round()
            idle = await rows_of(connection)
            more = {
                "connections": connections, "database": f"{size / parcels:.0f} bytes a parcel, {payload / parcels:.0f}"
                f" of them rows; log {log / parcels:.0f} bytes a parcel; dead rows {dead}, after a vacuum {left}",
                "rows a parcel": {name: round(rows / parcels, 2) for name, rows in grown.items()},
            }  # fmt: skip
            with capsys.disabled():
                sys.stdout.write("\n" + report(yard, more) + "\n")

            for process in yard.processes:
                must_be_flat(process)
            assert connections <= 3 * 10 + 1
            assert size < TIMES_THE_ROWS * payload + 8192 * 4 * len(grown)
            assert left <= dead / 10
            stays = {name for name in idle if idle[name][0] > after[name][0] and not KEEPING[name].aged_by}
            assert not stays, "what is no parcel leaves behind what nobody ever removes"
            assert yard.subscriber.turned_away == 0
            assert len(yard.subscriber.heard) >= parcels
    finally:
        await connection.close()


@pytest.mark.soak
async def test_on_sqlite_it_holds_no_more_either(sqlite_url: str, tmp_path: Path) -> None:
    async with opened_yard(sqlite_url, tmp_path) as yard:
        for _ in range(ROUNDS):
            await yard.load.round()
            for process in yard.processes:
                await process.sampled(yard.load.requests)
        for process in yard.processes:
            must_be_flat(process)


@pytest.mark.soak
async def test_a_kilobyte_left_behind_by_each_request_is_seen(sqlite_url: str, tmp_path: Path) -> None:
    async with opened_yard(sqlite_url, tmp_path, commands=["serve"], POSTGW_SOAK_LEAK="1") as yard:
        [serve] = yard.processes
        for _ in range(ROUNDS // 2):
            await yard.load.round()
            await serve.sampled(yard.load.requests)
        with pytest.raises(AssertionError):
            must_be_flat(serve)
        assert slope(serve.warm("bytes")) > 900
