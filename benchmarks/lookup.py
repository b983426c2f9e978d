"""How fast the public look-up answers, against a bare aiohttp handler that reads the same columns on the raw driver.

    python benchmarks/lookup.py [--quick]

PostgreSQL with its own durability, in a throwaway server; 20,000 consignments with ten scans each. Both doors run in
processes of their own and answer, in turns, eight clients that keep their connections. Ours has its middlewares,
limits, metrics and ETag; the reference has none. Read the ratio, not the rate.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg
from aiohttp import web

from benchmarks.server import durable_server
from postgw.bootstrap import opened_house
from postgw.domain import consignment_number
from postgw.domain.legal_day import legal_day
from postgw.rules.book import rule_book
from postgw.services.enquiry import _TRACK_BY_NUMBER
from postgw.settings import parse
from postgw.storage.migrate import migrate
from postgw.web.app import make_app
from postgw.web.keys import Door

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CLIENTS = 8
EVENTS = 10
Open = Callable[[], Coroutine[Any, Any, None]]
_SETTINGS = """
[storage]
url = "{url}"
[[post.accounts]]
name = "bench"
adapter = "rehearsal"
[[desk.systems]]
name = "mot-cua"
adapter = "rehearsal"
[messages]
channels = ["rehearsal"]
[adapters.rehearsal.post]
port = 0
"""


async def seed(url: str, count: int) -> list[str]:
    """Fill an empty database with consignments of ten scans each; return their numbers."""
    dice = random.Random(1)
    numbers = [consignment_number.mint(dice.randrange) for _ in range(count)]
    version = rule_book().scan_table(legal_day(AT)).version
    party = {"name": "Nguyễn Thị Diễn Tập", "phone": "0540000000", "address": "Tổ 3"}
    connection = await asyncpg.connect(url)
    await connection.execute(
        "INSERT INTO dossier (dossier_no, number_key, receiving_desk, returning_desk, procedure_code, service_form,"
        " content, digest, rules_version, created_at, created_by, updated_at) SELECT 'H27.15-261120-' || n,"
        " 'H2715261120' || n, 'TS', 'TS', '2.000635', 'return', '{}', '', $2, $3, 'bench', $3"
        " FROM generate_series(1, $1) n",
        count, version, AT,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO consignment (consignment_no, dossier_id, leg, issue, desk, parties, rules_version, created_at,"
        " created_by, state, holder, office, since_at, heard_at) SELECT no, n, 'return', 1, 'TS', $2, $3, $4, 'bench',"
        " 'in_transit', 'post', '480000', $4, $4 FROM unnest($1::text[]) WITH ORDINALITY AS t(no, n)",
        numbers, json.dumps({"consignor": party, "consignee": party}), version, AT,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO scan (consignment_id, source, source_id, witness, code, occurred_at, received_at, office)"
        " SELECT c, 'device:bench', c || '-' || e, 2, 'departed', $2::timestamptz + e * interval '1 hour',"
        " $2::timestamptz, '480000' FROM generate_series(1, $1) c, generate_series(1, $3) e",
        count, AT - timedelta(days=1), EVENTS,
    )  # fmt: skip
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return numbers


async def ours(url: str, port: int) -> None:
    """Open the gateway's own door."""
    async with opened_house(parse(_SETTINGS.format(url=url))) as house:
        no_limits = {"default": 0, "scans": 0, "public": 0}
        await _listen(make_app(house.services, door=Door(rehearsal=True, per_minute=no_limits)), port)


async def bare(url: str, port: int) -> None:
    """Open a door with one handler and nothing around it."""
    pool = await asyncpg.create_pool(url, min_size=1, max_size=10)

    async def look(request: web.Request) -> web.Response:
        row = await pool.fetchrow(_TRACK_BY_NUMBER, request.match_info["number"])
        answer = {name: str(value) for name, value in row.items()} if row else {}
        return web.json_response(answer)

    app = web.Application()
    app.router.add_get("/api/v1/track/{number}", look)
    await _listen(app, port)


async def _listen(app: web.Application, port: int) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def _serve(door: Callable[[str, int], Coroutine[Any, Any, None]], url: str, port: int) -> None:
    asyncio.run(door(url, port))


async def _ask(port: int, numbers: list[str], until: float, etag: str = "") -> int:
    """Ask over one kept connection until the time is up; return how many answers came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    dice, answers = random.Random(port + id(reader)), 0
    head = f"If-None-Match: {etag}\r\n" if etag else ""
    while time.perf_counter() < until:
        number = numbers[0] if etag else dice.choice(numbers)
        writer.write(f"GET /api/v1/track/{number} HTTP/1.1\r\nHost: bench\r\n{head}\r\n".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        status = int(answer[9:12])
        if status not in {200, 304}:
            raise RuntimeError(answer.decode())
        if status == 200:
            length = int(answer.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
        answers += 1
    writer.close()
    return answers


async def _rate(port: int, numbers: list[str], seconds: float, etag: str = "") -> float:
    until = time.perf_counter() + seconds
    return sum(await asyncio.gather(*(_ask(port, numbers, until, etag) for _ in range(CLIENTS)))) / seconds


async def _etag(port: int, number: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /api/v1/track/{number} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    found = head.lower().split(b"etag: ", 1)
    return found[1].split(b"\r\n", 1)[0].decode() if len(found) == 2 else ""


async def _answering(port: int, number: str) -> None:
    for _ in range(200):
        try:
            await _etag(port, number)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
    raise RuntimeError("the door did not open")


def measure(url: str, numbers: list[str], *, seconds: float, rounds: int) -> dict[str, float]:
    """Return the best rate of several rounds for each door, measured in turns so that a noisy minute hits both."""
    doors = {"ours": (ours, 18945), "bare": (bare, 18946)}
    spawn = multiprocessing.get_context("spawn")
    running = [spawn.Process(target=_serve, args=(door, url, port), daemon=True) for door, port in doors.values()]
    for process in running:
        process.start()
    best: dict[str, float] = {}
    try:
        for _, port in doors.values():
            asyncio.run(_answering(port, numbers[0]))
        etag = asyncio.run(_etag(doors["ours"][1], numbers[0]))
        for _ in range(rounds):
            for name, (_, port) in doors.items():
                best[name] = max(best.get(name, 0), asyncio.run(_rate(port, numbers, seconds)))
            known = asyncio.run(_rate(doors["ours"][1], numbers, seconds, etag))
            best["known"] = max(best.get("known", 0), known)
    finally:
        for process in running:
            process.terminate()
            process.join()
    return best


def main(words: list[str]) -> int:
    """Measure and print."""
    quick = "--quick" in words
    count, seconds, rounds = (2_000, 1.0, 2) if quick else (20_000, 4.0, 3)
    with durable_server() as url:
        asyncio.run(migrate(url))
        numbers = asyncio.run(seed(url, count))
        best = measure(url, numbers, seconds=seconds, rounds=rounds)
    print(f"{'work':<44}{'ours':>10}{'reference':>12}{'ratio':>8}")
    rows = (("public look-up, 10 scans behind it", "ours", "bare"), ("the same, If-None-Match", "known", "ours"))
    for work, mine, reference in rows:
        ratio = best[mine] / best[reference]
        print(f"{work:<44}{best[mine]:>8.0f}/s{best[reference]:>10.0f}/s{ratio:>8.2f}")
    print(f"settings: PostgreSQL default durability, {count:,} consignments, {CLIENTS} clients, {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
