"""The database says nothing: its packets are dropped on the way, or somebody holds what is wanted. Whoever waits at the
door hears so in time, and everything mends by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from ..furnishing import CITIZEN_TOLD, DESK, PROCEDURE, until
from .conftest import Gateway, OpenGateway

#: In seconds: what the tests wait for.
_PATIENCE = 3


class Wire:
    """A wire to the server, over which nothing goes while it is held, neither way, and which nobody hangs up."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._is_let = asyncio.Event()
        self._is_let.set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> str:
        """Return the URL of the same database over this wire."""
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return urlunsplit(self._to._replace(netloc=f"{self._to.username}@127.0.0.1:{port}"))

    def hold(self) -> None:
        self._is_let.clear()

    def let_go(self) -> None:
        self._is_let.set()

    async def close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._is_let.wait()
        to = await asyncio.open_connection(self._to.hostname, self._to.port)
        for one, other in ((reader, to[1]), (to[0], writer)):
            task = asyncio.create_task(self._passed_on(one, other))
            self._tasks.add(task)

    async def _passed_on(self, one: asyncio.StreamReader, other: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while told := await one.read(65536):
                await self._is_let.wait()
                other.write(told)
        other.close()


@pytest.fixture
async def wire(postgres_url: str) -> AsyncIterator[Wire]:
    """Give a wire to a fresh, migrated database."""
    one = Wire(postgres_url)
    yield one
    await one.close()


async def _asked(gateway: Gateway, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any], int]:
    """Ask once; return status, answer, and after how many seconds to come again."""
    headers = {"Authorization": f"Bearer {gateway.token}", "Idempotency-Key": path}
    async with gateway.client.request(method, path, json=body, headers=headers) as answer:
        return answer.status, await answer.json(), int(answer.headers.get("Retry-After", 0))


async def _scanned(gateway: Gateway) -> tuple[int, dict[str, Any], int]:
    return *(await gateway.scan()), 10


async def _seen(gateway: Gateway, path: str) -> tuple[int, dict[str, Any], int]:
    """Look at a page as a browser of somebody who signed in does."""
    async with gateway.client.get(path, headers={"Accept": "text/html", "Cookie": f"postgw={'a' * 43}"}) as answer:
        assert answer.content_type == "text/html"
        return answer.status, {"html": await answer.text()}, int(answer.headers.get("Retry-After", 0))


@pytest.mark.slow
@pytest.mark.postgres
async def test_a_database_that_says_nothing_is_answered_for_in_time_and_comes_back(
    wire: Wire, open_gateway: OpenGateway
) -> None:
    gateway = await open_gateway(await wire.open(), patience=_PATIENCE)
    for _ in range(5):
        assert (await gateway.scan())[0] == 200

    wire.hold()
    dossier = {
        "intake_ref": "MC-hang", "receiving_desk": DESK, "procedure_code": PROCEDURE, "service_form": "both",
        "applicant": CITIZEN_TOLD,
    }  # fmt: skip
    *others, created, ready, page = await asyncio.gather(
        *(_scanned(gateway) for _ in range(15)),  # more than there are connections
        *(_asked(gateway, "GET", f"/api/v1/consignments/{number}") for number in gateway.numbers[:10]),
        _asked(gateway, "GET", f"/api/v1/track/{gateway.numbers[0]}"),
        _asked(gateway, "POST", "/api/v1/dossiers", dossier),
        _asked(gateway, "GET", "/readyz"),
        _seen(gateway, "/desk"),
    )

    assert {(status, told["code"], again) for status, told, again in [*others, created]} == {(503, "database.slow", 10)}
    assert created[1]["detail"].startswith("Cơ sở dữ liệu không trả lời kịp.")
    assert created[1]["retryable"]
    assert (ready[0], ready[1]["wrong"]) == (503, ["database: database.slow"])
    assert page[0] == 503
    assert "Cơ sở dữ liệu không trả lời kịp." in page[1]["html"]
    async with gateway.client.get("/healthz") as alive:
        assert alive.status == 200

    wire.let_go()

    async def is_taken() -> bool:
        return (await gateway.scan())[0] == 200

    await until("scans are taken again", is_taken)
    assert (await _asked(gateway, "GET", "/readyz"))[0] == 200
    kept = await gateway.kept()
    assert len(kept) == len(set(kept))
    assert set(gateway.acknowledged) <= set(kept)


@pytest.mark.slow
@pytest.mark.postgres
async def test_whoever_wants_what_a_hand_at_the_database_holds_hears_so_in_time_and_leaves_the_queue(
    postgres_url: str, open_gateway: OpenGateway
) -> None:
    gateway = await open_gateway(postgres_url, patience=_PATIENCE)
    assert (await gateway.scan())[0] == 200
    hand = await asyncpg.connect(postgres_url)
    held = hand.transaction()
    await held.start()
    await hand.execute("SELECT id FROM consignment FOR UPDATE")

    answers = await asyncio.gather(*(gateway.scan(f"may-{n}") for n in range(6)))

    assert {(status, told["code"]) for status, told in answers} == {(503, "database.slow")}
    assert (await _asked(gateway, "GET", f"/api/v1/track/{gateway.numbers[0]}"))[0] == 200
    assert (await _asked(gateway, "GET", "/readyz"))[0] == 200

    async def nobody_queues() -> bool:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(await hand.fetchval(waiting)) == 0

    await until("nobody stands in the queue on the server", nobody_queues)
    await held.rollback()
    await hand.close()
    assert (await gateway.scan())[0] == 200
    assert sorted(await gateway.kept()) == sorted(gateway.acknowledged)
