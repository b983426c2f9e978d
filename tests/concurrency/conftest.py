"""A town: several houses on one PostgreSQL database, each behind its own door, as that many processes would be.

Each house has its own pool of connections, so what meets here meets in the database and nowhere else. Where a deadlock
could be, PostgreSQL looks for it after some milliseconds, and afterwards says how many there were.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import orjson
import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw.bootstrap import House, opened_house
from postgw.domain.actor import SCOPES, Actor
from postgw.settings import parse

from ..furnishing import CITIZEN_TOLD, DESK, MORNING, OFFICE, PROCEDURE, door_of, furnish, token_for
from ..rehearsal import SMOOTH_POST, rehearsing
from ..servers import free_port

PAPERS = [{"name": "Giấy khai sinh", "kind": "original"}, {"name": "Thẻ cũ", "kind": "original", "must_withdraw": True}]
OFFICER = Actor(name="officer", scopes=frozenset(SCOPES), unit=DESK)
ADMIN = Actor(name="administrator", scopes=frozenset(SCOPES))
POSTMAN = Actor(name="postman", scopes=frozenset(SCOPES), unit=OFFICE)
SETTINGS = rehearsing("{url}", account='cod_carries = "fee"', post=f"port = {{port}}\n{SMOOTH_POST}")
Asked = tuple[int, Any]


def seed() -> int:
    """Return what chance begins from: POSTGW_SEED, else another one each time. It is printed with a failure."""
    chosen = int(os.environ.get("POSTGW_SEED", "0")) or secrets.randbelow(2**31)
    print(f"POSTGW_SEED={chosen}")  # noqa: T201 - pytest shows it when the test fails
    return chosen


@dataclass
class Town:
    """The houses, their doors, one clock."""

    url: str
    houses: list[House]
    doors: list[TestClient[Any, Any]]
    clock: list[datetime]
    chance: random.Random
    tokens: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)  #: answers of 500 and more

    def now(self) -> str:
        """Return the moment as it is written in a request."""
        return self.clock[0].isoformat()

    def pass_time(self, **span: float) -> None:
        """Turn the clock on."""
        self.clock[0] += timedelta(**span)

    async def ask(self, who: str, method: str, path: str, body: Any = None, *, door: int = 0, key: str = "") -> Asked:
        """Ask at one of the doors; return the status and what was said. What breaks is kept in `broken`."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        headers |= {"Idempotency-Key": key} if key else {}
        client = self.doors[door % len(self.doors)]
        async with client.request(method, f"/api/v1{path}", json=body, headers=headers) as answer:
            content = await answer.read()
        if answer.status >= 500:
            self.broken.append(f"{method} {path}: {answer.status} {content.decode(errors='replace')[:300]}")
        return answer.status, orjson.loads(content) if "json" in answer.content_type else content

    async def well(self, who: str, path: str, body: Any = None, *, method: str = "POST") -> Any:
        """Ask for something that is done."""
        status, said = await self.ask(who, method, path, body)
        assert status < 300, (path, status, said)
        return said

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Ask the database itself."""
        return await self.houses[0].database.reading.rows(sql, *values)

    async def value(self, sql: str, *values: Any) -> Any:
        """Ask the database for one value."""
        [row] = await self.rows(sql, *values)
        return next(iter(row.values()))


async def together(*acts: Awaitable[Any]) -> list[Any]:
    """Do everything at once; when all have ended, raise the first failure."""
    ended = await asyncio.gather(*acts, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, BaseException):
            raise outcome
    return ended


@asynccontextmanager
async def opened_town(url: str, houses: int) -> AsyncIterator[Town]:
    """Open a furnished town; the first house has the rehearsal's post office, and all of them speak to it."""
    settings, clock = parse(SETTINGS.format(url=url, port=free_port())), [MORNING]
    async with AsyncExitStack() as ends:
        opened = [await ends.enter_async_context(opened_house(settings, clock=lambda: clock[0])) for _ in range(houses)]
        doors = [
            await ends.enter_async_context(TestClient(TestServer(door_of(house, lambda: clock[0])))) for house in opened
        ]
        town = Town(url, opened, doors, clock, random.Random(seed()))
        await _furnish(town)
        yield town
        assert town.broken == []


async def _furnish(town: Town) -> None:
    await furnish(town.houses[0])
    for name, unit in (("officer", DESK), ("postman", OFFICE), ("administrator", "")):
        town.tokens[name] = await token_for(town.houses[0], name, unit=unit, at=MORNING)


async def deadlocks(url: str) -> int:
    """Return how many deadlocks a database has seen, by PostgreSQL's own count; everybody else has left it."""
    connection = await asyncpg.connect(url)
    try:
        return int(
            await connection.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        )
    finally:
        await connection.close()


@pytest.fixture
async def watched_url(postgres_url: str) -> AsyncIterator[str]:
    """Give a database that looks for deadlocks soon; at its end it must have seen none."""
    name = urlsplit(postgres_url).path.lstrip("/")
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute(f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '20ms'")
    except asyncpg.InsufficientPrivilegeError:  # a server of somebody else's: it looks after a second
        pass
    finally:
        await connection.close()
    yield postgres_url
    assert await deadlocks(postgres_url) == 0


@pytest.fixture
async def town(watched_url: str) -> AsyncIterator[Town]:
    """Give a town of three houses."""
    async with opened_town(watched_url, 3) as town:
        yield town


@pytest.fixture
async def either_town(database_url: str) -> AsyncIterator[Town]:
    """Give a town on either database: of three houses on PostgreSQL, of one on SQLite, which is for one process."""
    async with opened_town(database_url, 1 if database_url.startswith("sqlite") else 3) as town:
        yield town


def dossier(reference: str, **rest: Any) -> dict[str, Any]:
    """Return a dossier to be sent in."""
    return {
        "intake_ref": reference, "receiving_desk": DESK, "procedure_code": PROCEDURE, "service_form": "both",
        "applicant": CITIZEN_TOLD, "papers": PAPERS, "fee_dong": 8000, **rest,
    }  # fmt: skip


async def signatories(town: Town) -> dict[str, str]:
    """Appoint somebody who signs on each side; return their numbers by unit."""
    made = {}
    for kind, unit, account in (("desk", DESK, "officer"), ("office", OFFICE, "postman")):
        person = {
            "unit_kind": kind, "unit": unit, "name": f"Người ký {unit}", "account": account, "valid_from": "2026-01-01"
        }  # fmt: skip
        made[unit] = (await town.well("administrator", "/signatories", person))["signatory_no"]
    return made


def batch(town: Town, device: str, scans: Sequence[tuple[str, str, str]], **rest: Any) -> dict[str, Any]:
    """Return a batch of scans, each with its id, number and code."""
    now = town.now()
    return {
        "device": device, "sent_at": now, "scans": [
            {"scan_id": scan_id, "number": number, "code": code, "device_at": now, "office": OFFICE, **rest}
            for scan_id, number, code in scans
        ],
    }  # fmt: skip
