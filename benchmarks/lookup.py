"""How fast the public look-up answers, against a bare aiohttp handler that reads the same columns on the raw driver.

    python benchmarks/lookup.py [--quick]

PostgreSQL with its own durability, in a throwaway server, then SQLite; 20,000 consignments with ten scans each. Both
doors run in processes of their own and answer, in turns, eight clients that keep their connections. Ours has its
middlewares, limits, metrics and ETag; the reference has none. Read the ratio, not the rate.

What is known already (`If-None-Match`) is measured against a full answer of ours. The citizen's page, whole HTML, is
there for orientation: it has no reference.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg
import orjson
from aiohttp import web

from benchmarks.databases import databases, raw_sqlite
from benchmarks.doors import Asking, Client, at_share, connected, listen, open_doors, rate, with_pages
from postgw.domain import consignment_number
from postgw.domain.legal_day import legal_day
from postgw.rules.book import rule_book
from postgw.storage.database import opened
from postgw.storage.migrate import migrate

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CLIENTS = 8
EVENTS = 10
PORTS = {"ours": 18945, "bare": 18946}
_AT_ONCE = 2_000
_TRACK_BY_NUMBER = "SELECT state, leg, rules_version FROM consignment WHERE consignment_no = $1 OR item_no = $1"
_DOSSIER = (
    ("id", "bigint"), ("dossier_no", "text"), ("number_key", "text"), ("receiving_desk", "text"),
    ("returning_desk", "text"), ("procedure_code", "text"), ("service_form", "text"), ("content", "text"),
    ("digest", "text"), ("rules_version", "text"), ("created_at", "timestamptz"), ("created_by", "text"),
    ("updated_at", "timestamptz"),
)  # fmt: skip
_CONSIGNMENT = (
    ("id", "bigint"), ("consignment_no", "text"), ("dossier_id", "bigint"), ("leg", "text"), ("issue", "int"),
    ("desk", "text"), ("parties", "text"), ("rules_version", "text"), ("created_at", "timestamptz"),
    ("created_by", "text"), ("state", "text"), ("holder", "text"), ("office", "text"), ("since_at", "timestamptz"),
    ("heard_at", "timestamptz"),
)  # fmt: skip
_SCAN = (
    ("consignment_id", "bigint"), ("source", "text"), ("source_id", "text"), ("witness", "smallint"), ("code", "text"),
    ("occurred_at", "timestamptz"), ("received_at", "timestamptz"), ("office", "text"),
)  # fmt: skip


async def seed(url: str, count: int) -> list[str]:
    """Fill an empty database with consignments of ten scans each; return their numbers."""
    await migrate(url)
    dice = random.Random(1)
    numbers = [consignment_number.mint(dice.randrange) for _ in range(count)]
    version = rule_book().scan_table(legal_day(AT)).version
    party = {"name": "Nguyễn Thị Diễn Tập", "phone": "0540000000", "address": "Tổ 3"}
    parties = orjson.dumps({"consignor": party, "consignee": party}).decode()
    async with opened(url) as database:
        for start in range(0, count, _AT_ONCE):
            slice_ = [(start + n + 1, number) for n, number in enumerate(numbers[start : start + _AT_ONCE])]
            async with database.writing() as tx:
                await tx.insert_many("dossier", _DOSSIER, [
                    (n, f"H27.15-261120-{n:06d}", f"H2715261120{n:06d}", "TS", "TS", "2.000635", "return", "{}", "",
                     version, AT, "bench", AT) for n, _ in slice_
                ])  # fmt: skip
                await tx.insert_many("consignment", _CONSIGNMENT, [
                    (n, number, n, "return", 1, "TS", parties, version, AT, "bench", "in_transit", "post", "480000",
                     AT, AT) for n, number in slice_
                ])  # fmt: skip
                await tx.insert_many("scan", _SCAN, [
                    (n, "device:bench", f"{n}-{event}", 2, "departed", AT - timedelta(hours=24 - event), AT, "480000")
                    for n, _ in slice_ for event in range(EVENTS)
                ])  # fmt: skip
    if not url.startswith("sqlite"):
        connection = await asyncpg.connect(url)
        await connection.execute("VACUUM ANALYZE")
        await connection.close()
    return numbers


async def bare(url: str, port: int) -> None:
    """Open a door with one handler and nothing around it."""
    read = await (_sqlite if url.startswith("sqlite") else _postgres)(url)

    async def look(request: web.Request) -> web.Response:
        row = await read(request.match_info["number"])
        return web.json_response({name: str(value) for name, value in dict(row).items()} if row else {})

    app = web.Application()
    app.router.add_get("/api/v1/track/{number}", look)
    await listen(app, port)


async def _postgres(url: str) -> Callable[[str], Coroutine[Any, Any, Any]]:
    pool = await asyncpg.create_pool(url, min_size=1, max_size=10)
    return lambda number: pool.fetchrow(_TRACK_BY_NUMBER, number)


async def _sqlite(url: str) -> Callable[[str], Coroutine[Any, Any, Any]]:
    connection, sql = await raw_sqlite(url), _TRACK_BY_NUMBER.replace("$1", "?1")

    async def read(number: str) -> Any:
        return next(iter(await connection.execute_fetchall(sql, [number])), None)

    return read


def _asking(path: str, numbers: list[str], *, etag: str = "", status: int = 200) -> Asking:
    dice, head = random.Random(len(numbers)), f"If-None-Match: {etag}\r\n" if etag else ""

    async def ask(client: Client) -> None:
        got, told, _ = await client.ask("GET", path + (numbers[0] if etag else dice.choice(numbers)), head=head)
        if got != status:
            raise RuntimeError(told.decode())

    return ask


async def _etag(port: int, path: str) -> str:
    client = await connected(port)
    _, told, _ = await client.ask("GET", path)
    client.close()
    return told.lower().split(b"etag: ", 1)[1].split(b"\r\n", 1)[0].decode()


def measure(url: str, numbers: list[str], *, seconds: float, rounds: int) -> dict[str, tuple[float, list[float]]]:
    """Return the best of several rounds for each way, measured in turns so that a noisy minute hits all."""
    path = "/api/v1/track/"
    best: dict[str, tuple[float, list[float]]] = {}
    with open_doors(url, (with_pages, PORTS["ours"]), (bare, PORTS["bare"])):
        etag = asyncio.run(_etag(PORTS["ours"], path + numbers[0]))
        ways: dict[str, tuple[int, Asking]] = {
            "ours": (PORTS["ours"], _asking(path, numbers)), "bare": (PORTS["bare"], _asking(path, numbers)),
            "known": (PORTS["ours"], _asking(path, numbers, etag=etag, status=304)),
            "page": (PORTS["ours"], _asking("/t/", numbers)),
        }  # fmt: skip
        for _ in range(rounds):
            for way, (port, asking) in ways.items():
                best[way] = max(best.get(way, (0.0, [])), asyncio.run(rate(port, [asking] * CLIENTS, seconds)))
    return best


_ROWS = (
    ("public look-up, 10 scans behind it", "ours", "bare"),
    ("the same, If-None-Match (to a full answer)", "known", "ours"),
    ("the citizen's page, HTML (no reference)", "page", ""),
)


def main(words: list[str]) -> int:
    """Measure and print."""
    count, seconds, rounds = (2_000, 1.0, 2) if "--quick" in words else (20_000, 3.0, 3)
    print(f"{'work':<44}{'ours':>10}{'reference':>12}{'ratio':>8}   p50, p99 ms")
    for url, settings in databases():
        numbers = asyncio.run(seed(url, count))
        best = measure(url, numbers, seconds=seconds, rounds=rounds)
        for work, way, against in _ROWS:
            (mine, times), other = best[way], best[against][0] if against else 0.0
            beside = f"{other:>10.0f}/s{mine / other:>8.2f}" if other else f"{'':>20}"
            print(f"{work:<44}{mine:>8.0f}/s{beside}   {at_share(times, 0.5):.1f}, {at_share(times, 0.99):.1f}")
        print(f"settings: {settings}, {count:,} consignments, {CLIENTS} clients, {os.cpu_count()} cores", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
