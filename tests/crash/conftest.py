"""A yard of real processes: a post office, gateways that come and go, and a database that survives them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from postgw.bootstrap import House, opened_house
from postgw.settings import parse
from postgw.storage.database import Database

from ..furnishing import consignments, furnish, token_for
from ..rehearsal import rehearsing
from ..servers import free_port
from .lives import Child, Nursery, nursery

_SETTINGS = rehearsing("{url}", post='url = "{office}"') + "[web]\nport = {port}\n"


@dataclass
class Life:
    """One process from its start to its end."""

    process: asyncio.subprocess.Process

    async def kill(self) -> None:
        """End it as a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to end, and see that it ends well."""
        await self._end(signal.SIGTERM)
        assert self.process.returncode == 0

    async def _end(self, how: signal.Signals) -> None:
        if self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.communicate()


@dataclass
class Forked:
    """One process that was forked, from its birth to its end."""

    child: Child

    async def kill(self) -> None:
        """End it as a power cut does."""
        self.child.signal(signal.SIGKILL)
        await self.child.ended

    async def stop(self) -> None:
        """Ask it to end, and see that it ends well."""
        self.child.signal(signal.SIGTERM)
        assert await self.child.ended == 0


@dataclass
class Yard:
    """What a crash test holds: an office, the place of a gateway, the database, and a client that never gives up."""

    house: House  #: opened by the test itself, to furnish and to look; it runs no job
    folder: Path
    office: str
    port: int
    session: aiohttp.ClientSession
    token: str
    ends: AsyncExitStack
    nursery: Nursery | None = None
    hour: int = 0
    refusals: list[tuple[int, str]] = field(default_factory=list)  #: answers met while the gateway was in trouble

    @property
    def database(self) -> Database:
        """Return the database that everybody shares."""
        return self.house.database

    async def gateway(self) -> Forked:
        """Start a gateway; each comes an hour after the one before, so that the leases of the dead have run out."""
        self.hour += 1
        return await self._born("serve", "--port", str(self.port), "--ahead", str(3600 * self.hour))

    async def hasty(self) -> Forked:
        """Start a process that sends orders without asking whose turn it is."""
        return await self._born("hasty")

    async def _born(self, *words: str) -> Forked:
        if self.nursery is None:
            self.nursery = await self.ends.enter_async_context(nursery(self.folder))
        child = await self.nursery.bear(*words)
        assert await child.there(), (self.folder / "stderr").read_text()[-3000:]
        return Forked(child)

    async def started(self, *arguments: str) -> Life:
        """Start a process on the yard's settings and wait until it says that it is there."""
        life, _ = await started(self.ends, self.folder, *arguments)
        return life

    async def ask(self, method: str, path: str, body: Any = None, *, expect: int) -> Any:
        """Ask the gateway, again and again while it is dead or in trouble, until it answers."""
        return await asyncio.wait_for(self._asked(method, path, body, expect), 120)

    async def _asked(self, method: str, path: str, body: Any, expect: int) -> Any:
        url, headers = f"http://127.0.0.1:{self.port}{path}", {"Authorization": f"Bearer {self.token}"}
        while True:
            try:
                async with self.session.request(method, url, json=body, headers=headers) as answer:
                    content = await answer.text()
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(0.02)
                continue
            if answer.status < 500:
                assert answer.status == expect, content
                return json.loads(content)
            self.refusals.append((answer.status, answer.content_type))
            await asyncio.sleep(0.05)

    async def spoil(self, **faults: Any) -> None:
        """Set the switches of the post office; those not named are off."""
        async with self.session.post(f"{self.office}/rehearsal/faults", json={"reset": True, **faults}) as answer:
            assert answer.status == 200

    async def parcels(self) -> list[dict[str, Any]]:
        """Return what the post office was asked to carry."""
        async with self.session.get(f"{self.office}/rehearsal/orders") as answer:
            orders: list[dict[str, Any]] = (await answer.json())["orders"]
            return orders

    async def count(self, sql: str, *values: Any) -> int:
        """Return one number from the database."""
        row = await self.database.reading.row(sql, *values)
        assert row is not None
        return int(row["n"])

    async def consignments(self, how_many: int) -> list[str]:
        """Register consignments of new dossiers; return their numbers."""
        return await consignments(self.house, how_many, at=datetime.now(UTC))


async def started(ends: AsyncExitStack, folder: Path, *arguments: str) -> tuple[Life, str]:
    """Start a Python process; return it and the first line it says. It does not outlive `ends`."""
    environment = {**os.environ, "POSTGW_SETTINGS": str(folder / "settings.toml")}
    with (folder / "stderr").open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=errors, env=environment
        )
    life = Life(process)
    ends.push_async_callback(life.kill)
    assert process.stdout is not None
    said = (await asyncio.wait_for(process.stdout.readline(), 120)).decode().strip()
    assert said, (folder / "stderr").read_text()[-3000:]
    return life, said


@asynccontextmanager
async def opened_yard(url: str, folder: Path, *, speed: float = 3600) -> AsyncIterator[Yard]:
    """Open a yard on a database for the length of the block; an hour of its office takes `speed` seconds."""
    port = free_port()
    async with AsyncExitStack() as ends:
        _, said = await started(
            ends, folder, "-m", "postgw", "rehearse", "post-office", "--port", "0", "--speed", str(speed),
            "--data", str(folder / "office.sqlite3"),
        )  # fmt: skip
        text = _SETTINGS.format(url=url, port=port, office=said.rpartition(" ")[2])
        (folder / "settings.toml").write_text(text, "utf-8")
        house = await ends.enter_async_context(opened_house(parse(text)))
        session = await ends.enter_async_context(aiohttp.ClientSession())
        await furnish(house)
        token = await token_for(house, "all", at=datetime.now(UTC))
        yield Yard(house, folder, said.rpartition(" ")[2], port, session, token, ends)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def durable_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a database that keeps what it acknowledged, once of each kind."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgres": "durable_postgres_url"}[request.param])
    return url


@pytest.fixture
async def yard(durable_url: str, tmp_path: Path) -> AsyncIterator[Yard]:
    """Give a yard on either database."""
    async with opened_yard(durable_url, tmp_path) as yard:
        yield yard


@pytest.fixture
async def postgres_yard(durable_postgres_url: str, tmp_path: Path) -> AsyncIterator[Yard]:
    """Give a yard on PostgreSQL."""
    async with opened_yard(durable_postgres_url, tmp_path) as yard:
        yield yard


@pytest.fixture
async def power(durable_postgres_server: str) -> Callable[[str], Awaitable[None]]:
    """Give what stops the PostgreSQL server hard (`stop`), starts it again (`start`), or both (`restart`)."""
    connection = await asyncpg.connect(durable_postgres_server)
    data = Path(await connection.fetchval("SHOW data_directory"))
    await connection.close()
    server, options = (data / "postmaster.opts").read_text().split(maxsplit=1)
    owner = data.stat()
    who: dict[str, Any] = {} if os.getuid() else {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}

    def switch(how: str) -> None:
        words: list[str | Path] = [Path(server).with_name("pg_ctl"), "-D", data, "-l", data.parent / "log", "-w"]
        words += ["-o", options.strip()] if how == "start" else ["-m", "immediate"]
        subprocess.run([*words, how], check=True, cwd=data.parent, stdout=subprocess.DEVNULL, timeout=60, **who)

    async def switched(how: str) -> None:
        await asyncio.to_thread(switch, how)

    return switched


@pytest.fixture
def power_cut(power: Callable[[str], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Give what kills the PostgreSQL server hard and starts it again."""
    return lambda: power("restart")
