"""How many countries of Vietnam's size fit on this machine: a working day of the whole nation, pressed together.

    python benchmarks/country_day.py [--quick] [--counters N] [--seconds N]

In 2022 the public post carried 33.2 million dossiers and results: 131,000 on each of 253 working days, 4.55 a second of
eight hours. A counter here is a client that does what one consignment causes, as its people and machines ask for it:

    a dossier handed in, its consignment made and booked with the post, its label drawn as PDF
    ten scans: collected one at a time, four on the way in batches of 20, taken out in a batch, tried in vain, taken
        out again in a batch, arrived in a batch, and the delivery with its proof, one at a time
    three look-ups by a citizen: twice by the API, once the page

Each counter has 20 consignments in hand. Beside them the recurring work goes on in a process of its own, by its own
timetable: orders to the post (`postgw rehearse post-office`, a process with a book of its own), its feed, the desk and
the messages told of each milestone. The clock stops when the counters have gone home and nothing is owed any more; so
what is printed was done, not promised. Clients, post, database and gateway share the machine; gateways have no quotas.
PostgreSQL with its own durability, in a throwaway server.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg
import orjson

from benchmarks import doors
from benchmarks.creates import DESK, dossier, new_number
from benchmarks.doors import Client, as_product, at_share, connected, listen, open_doors
from benchmarks.server import durable_server
from postgw.bootstrap import opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.domain.ports import PostPlace
from postgw.rules.procedures import load_procedures
from postgw.settings import parse
from postgw.storage import province
from postgw.storage.migrate import migrate
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

#: 33.2 million a year (2022), 253 working days of eight hours.
A_YEAR, DAYS, HOURS = 33_200_000, 253, 8
A_DAY = A_YEAR / DAYS
A_SECOND = A_DAY / HOURS / 3600
GATEWAY_PORT, OFFICE_PORT = 18971, 18972
IN_HAND = 20
OFFICE = "480000"
HOME = "18838"  #: the commune of whoever lives in `creates.dossier`
TOKEN = "pgw_country_day"
SETTINGS = doors.SETTINGS.replace("port = 0", 'url = "http://127.0.0.1:{port}"')
_SCAN_IDS = itertools.count(1)
_PROOF = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"}


def _settings(url: str) -> Any:
    return parse(SETTINGS.format(url=url, port=OFFICE_PORT))


@as_product
async def gateway(url: str, port: int) -> None:
    """Open the gateway's door, without quotas."""
    async with opened_house(_settings(url)) as house:
        no_limits = {"default": 0, "scans": 0, "public": 0}
        door = Door(rehearsal=True, per_minute=no_limits)
        await listen(make_app(house.services, door=door, pages=pages()), port)


@as_product
async def recurring(url: str, port: int) -> None:
    """Do the recurring work by its own timetable, as `postgw work` does; the port only says that it is there."""
    async with opened_house(_settings(url)) as house:
        await house.runner.start()
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port)
        await server.serve_forever()


@contextmanager
def post_office() -> Iterator[None]:
    """Run the post that orders go to, with a book of its own; its hour is a second."""
    with tempfile.TemporaryDirectory(prefix="postgw-bench-office-") as folder:
        office = subprocess.Popen(
            [sys.executable, "-m", "postgw", "rehearse", "post-office", "--port", str(OFFICE_PORT), "--speed", "1",
             "--data", f"{folder}/office.sqlite3"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield
        finally:
            office.terminate()
            office.wait()


async def furnish(url: str) -> None:
    """Let a house begin: a desk, the post's name for its commune, the procedures, a token."""
    await migrate(url)
    async with opened_house(_settings(url)) as house:
        async with house.database.writing() as tx:
            await province.put_units(tx, [DESK])
            places = [(code, PostPlace(province=48)) for code in (DESK.commune_code, HOME)]
            await province.put_places(tx, places, valid_from=date(2025, 7, 1), author="bench", reason="bench")
            await province.put_procedures(tx, load_procedures(), author="bench", reason="bench")
        await house.services.accounts.keep_token(
            TOKEN, name="bench", scopes=SCOPES, unit="", actor=GATEWAY, at=datetime.now(UTC)
        )


@dataclass
class Day:
    """What was asked, and how long each answer took, by kind."""

    until: float
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    scans: int = 0
    consignments: int = 0


class Counter:
    """A client with some consignments in hand, from the dossier to the delivery."""

    def __init__(self, day: Day, client: Client) -> None:
        self._day, self._client = day, client
        self._head = f"Authorization: Bearer {TOKEN}\r\n"

    async def work(self) -> None:
        """Work until the day is over; what was begun is brought to its end."""
        while time.perf_counter() < self._day.until:
            await self._one_round()

    async def _one_round(self) -> None:
        numbers = [await self._create() for _ in range(IN_HAND)]
        for number in numbers:
            await self._scan("scan", [number], "collected")
        for code in ("departed", "arrived", "departed", "arrived"):
            await self._scan("batch of 20 scans", numbers, code)
        await self._look(numbers, "look-up, API", "/api/v1/track/")
        await self._scan("batch of 20 scans", numbers, "out_for_delivery")
        for number in numbers:
            await self._scan("scan", [number], "attempted", reason="absent")
        await self._look(numbers, "look-up, page", "/t/")
        await self._scan("batch of 20 scans", numbers, "arrived")
        await self._scan("batch of 20 scans", numbers, "out_for_delivery")
        for number in numbers:
            await self._deliver(number)
        await self._look(numbers, "look-up, API", "/api/v1/track/")
        self._day.consignments += len(numbers)

    async def _create(self) -> str:
        number = new_number()
        told = {**dossier(number), "fee_dong": 0}
        await self._ask("dossier", "POST", "/api/v1/dossiers", told, expect=201)
        asked = {"dossier": number, "leg": "return", "book": True}
        made = orjson.loads(await self._ask("consignment, booked", "POST", "/api/v1/consignments", asked, expect=201))
        await self._ask("label", "GET", f"/api/v1/labels/{made['consignment_no']}", expect=200)
        if made["order_problem"]:
            raise RuntimeError(made["order_problem"]["detail"])
        return str(made["consignment_no"])

    async def _scan(self, kind: str, numbers: list[str], code: str, **more: str) -> None:
        now = datetime.now(UTC).isoformat()
        scans = [
            {
                "scan_id": f"s{next(_SCAN_IDS)}",
                "number": number,
                "code": code,
                "device_at": now,
                "office": OFFICE,
                **more,
            }
            for number in numbers
        ]
        told = {"device": "bench", "sent_at": now, "scans": scans}
        answer = await self._ask(kind, "POST", "/api/v1/scans", told, expect=200)
        if answer.count(b'"accepted"') != len(numbers):
            raise RuntimeError(answer.decode())
        self._day.scans += len(numbers)

    async def _deliver(self, number: str) -> None:
        now = datetime.now(UTC).isoformat()
        told = {
            "number": number, "proof": _PROOF, "scan_id": f"s{next(_SCAN_IDS)}", "device": "bench", "device_at": now,
            "sent_at": now, "office": OFFICE,
        }  # fmt: skip
        await self._ask("delivery with proof", "POST", "/api/v1/deliveries", told, expect=201)
        self._day.scans += 1

    async def _look(self, numbers: list[str], kind: str, path: str) -> None:
        for number in numbers:
            await self._ask(kind, "GET", path + number, expect=200, open_to_all=True)

    async def _ask(
        self, kind: str, method: str, path: str, told: Any = None, *, expect: int, open_to_all: bool = False
    ) -> bytes:
        begun = time.perf_counter()
        head = "" if open_to_all else self._head
        status, _, body = await self._client.ask(method, path, orjson.dumps(told) if told else b"", head)
        self._day.times[kind].append(time.perf_counter() - begun)
        if status != expect:
            raise RuntimeError(f"{method} {path}: {status} {body.decode(errors='replace')}")
        return body


async def live(url: str, counters: int, seconds: float) -> tuple[Day, float, float, dict[str, int]]:
    """Live through a day; return it, how long the counters worked, how long all of it took, and what was told."""
    begun = time.perf_counter()
    day = Day(until=begun + seconds)
    clients = [await connected(GATEWAY_PORT) for _ in range(counters)]
    await asyncio.gather(*(Counter(day, client).work() for client in clients))
    worked = time.perf_counter() - begun
    async with _asked(url) as count:
        while await count("SELECT count(*) FROM outbox WHERE state = 'waiting' AND due_at <= now()"):
            await asyncio.sleep(0.2)
        told = {
            "orders at the post": await count("SELECT count(*) FROM told WHERE channel = 'post'"),
            "notices told": await count("SELECT count(*) FROM told WHERE channel <> 'post'"),
            "statements of the post": await count("SELECT count(*) FROM scan WHERE source LIKE 'feed:%'"),
            "put off": await count("SELECT count(*) FROM outbox WHERE state = 'waiting'"),
            "parked or dropped": await count("SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'waiting')"),
        }
    return day, worked, time.perf_counter() - begun, told


@asynccontextmanager
async def _asked(url: str) -> AsyncIterator[Callable[[str], Awaitable[int]]]:
    connection = await asyncpg.connect(url)
    try:
        yield connection.fetchval
    finally:
        await connection.close()


def main(words: list[str]) -> int:
    """Measure and print."""
    asked = argparse.ArgumentParser(prog="country_day")
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--counters", type=int, default=8)
    asked.add_argument("--seconds", type=float, default=0.0)
    chosen = asked.parse_args(words)
    seconds = chosen.seconds or (5.0 if chosen.quick else 30.0)
    with durable_server() as url, post_office():
        asyncio.run(furnish(url))
        with open_doors(url, (gateway, GATEWAY_PORT), (recurring, GATEWAY_PORT + 2)):
            day, worked, all_told, told = asyncio.run(live(url, chosen.counters, seconds))
    print(f"{'asked':<24}{'a second':>10}   p50, p95, p99 ms")
    for kind, times in sorted(day.times.items()):
        times.sort()
        shares = ", ".join(f"{at_share(times, share):.1f}" for share in (0.5, 0.95, 0.99))
        print(f"{kind:<24}{len(times) / worked:>8.0f}/s   {shares}")
    for work, count in told.items():
        print(f"{work:<24}{count:>10}")
    rate = day.consignments / all_told
    print(f"consignments, to the last notice: {day.consignments} in {all_told:.1f} s ({worked:.1f} s at the counters)")
    print(
        f"  {rate:.1f} a second with {day.scans / day.consignments:.0f} scans each:"
        f" {day.scans / all_told:.0f} scans a second"
    )
    print(f"countries of {A_YEAR:,} a year that fit ({A_SECOND:.2f} a second of {HOURS} hours): {rate / A_SECOND:.1f}")
    print(
        f"settings: PostgreSQL default durability, {chosen.counters} counters, {os.cpu_count()} cores,"
        " all on one machine"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
