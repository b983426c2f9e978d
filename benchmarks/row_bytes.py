"""How many bytes of the database one consignment with ten scans takes, everything counted.

    python benchmarks/row_bytes.py [--quick] [--count 600]

PostgreSQL in a throwaway server, and a file of SQLite. The consignments are made by the product itself at its own
door, as a desk and the post make them: a dossier, a consignment, a label, an order to the post, a list that two hands
sign, scans, a delivery with its proof, and the jobs until nothing is left to do. So the rows, the words to search by,
the links of the chains, the change feed, the errands that are done and what was written down of who read names are all
there. What grows is weighed: the same work is done twice over, and the second half counts, so that what an empty
database weighs does not.

Counted apart, and printed: signatures and photographs, stored answers to an `Idempotency-Key`. A label is drawn anew
each time it is asked for: the two drawings are the same bytes, and no column of the database holds them.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg
from aiohttp.test_utils import TestClient, TestServer

from benchmarks.doors import SETTINGS
from benchmarks.server import durable_server
from postgw.bootstrap import House, opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.domain.ports import PostPlace
from postgw.recurring import acts
from postgw.rules.procedures import load_procedures
from postgw.settings import parse
from postgw.storage import province
from postgw.storage.migrate import migrate
from postgw.storage.province import Unit
from postgw.web.app import make_app
from postgw.web.keys import Door

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DESK, OFFICE = "TS", "480000"
ON_A_LIST = 20
MOST = 8 * 1024
#: `booked` comes with the order and `collected` with the signatures before them; the delivery is the tenth.
CODES = ("departed", "arrived", "departed", "arrived", "departed", "arrived", "out_for_delivery")
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
#: A consignment with its scans, the links of its chain, what the feed says of it and the errands that stay.
OWN = ("consignment", "scan", "chain", "event", "outbox", "told", "post_order", "binding")
Tidying = Callable[[], Awaitable[None]]
#: What the issue lets be counted apart: what is seen (signatures, photographs), and answers kept for a second asking.
APART = {"proof": ("signature_png", "photo_jpeg"), "replay": ()}
SLOW_POST = SETTINGS + "speed = 1000000000.0\nfailed_share = 0.0\nmissed_collection_share = 0.0\n"


@dataclass
class Town:
    """A house behind its door, with the clock that the work turns."""

    house: House
    client: TestClient[Any, Any]
    clock: list[datetime]
    tokens: dict[str, str] = field(default_factory=dict)
    signs: dict[str, str] = field(default_factory=dict)
    serial: Any = field(default_factory=lambda: count(1))

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """Ask at the door as somebody, and return what was answered."""
        head = {"Authorization": f"Bearer {self.tokens[who]}"}
        if method == "POST" and path == "/api/v1/consignments":
            head["Idempotency-Key"] = f"k{next(self.serial)}"
        async with self.client.request(method, path, json=body, headers=head) as answer:
            content = await answer.read()
            if answer.status >= 300:
                raise RuntimeError(f"{method} {path}: {content.decode(errors='replace')}")
            return await answer.json() if "json" in answer.content_type else content

    async def jobs(self) -> None:
        """Let every recurring job run until it finds nothing more to do."""
        known = acts(self.house.services)
        while sum([await known[name](self.clock[0]) for name in known]):
            self.clock[0] += timedelta(seconds=1)


@asynccontextmanager
async def town(url: str) -> AsyncIterator[Town]:
    """Open a furnished house behind its door."""
    clock = [MORNING]
    async with opened_house(parse(SLOW_POST.format(url=url)), environ={}, clock=lambda: clock[0]) as house:
        async with house.database.writing() as tx:
            await province.put_units(tx, (
                Unit(code=DESK, kind="desk", name="Trung tâm Phục vụ hành chính công phường Thành Sen",
                     phone="0540000001",
                     address="Số 2 đường Nguyễn Tất Thành", commune_code="18073", commune="Phường Thành Sen",
                     province="Tỉnh Hà Tĩnh"),
                Unit(code=OFFICE, kind="office", name="Bưu điện Hà Tĩnh"),
            ))  # fmt: skip
            told = {"author": "bench", "reason": "bench"}
            await province.put_places(
                tx, [("18073", PostPlace(province=48, district=0))], valid_from=date(2025, 7, 1), **told
            )
            await province.put_procedures(tx, load_procedures(), **told)
        unlimited = {"default": 0, "scans": 0, "public": 0}
        app = make_app(house.services, door=Door(clock=lambda: clock[0], rehearsal=True, per_minute=unlimited))
        async with TestClient(TestServer(app)) as client:
            opened = Town(house, client, clock)
            for name, unit in (("officer", DESK), ("postman", OFFICE), ("lead", "")):
                opened.tokens[name], _ = await house.services.accounts.issue(
                    name=name, scopes=SCOPES, unit=unit, actor=GATEWAY, at=MORNING
                )
            for kind, unit, account in (("desk", DESK, "officer"), ("office", OFFICE, "postman")):
                body = {"unit_kind": kind, "unit": unit, "name": f"Người ký {unit}", "account": account,
                        "valid_from": "2026-01-01"}  # fmt: skip
                opened.signs[kind] = (await opened.ask("lead", "POST", "/api/v1/signatories", body))["signatory_no"]
            yield opened


async def live(town: Town, consignments: int, tidy: Tidying) -> bool:
    """Let so many consignments live their whole life; say whether each label was drawn twice alike."""
    procedure, alike = next(each.code for each in load_procedures() if "both" in each.forms), True
    for begin in range(0, consignments, ON_A_LIST):
        numbers = [await _made(town, procedure) for _ in range(min(ON_A_LIST, consignments - begin))]
        await town.jobs()
        for number in numbers:
            once = await town.ask("officer", "GET", f"/api/v1/labels/{number}")
            alike &= once == await town.ask("officer", "GET", f"/api/v1/labels/{number}")
        await _handed_over(town, numbers)
        await town.jobs()
        await _scanned(town, numbers)
        await town.jobs()
        for number in numbers:
            await _delivered(town, number)
        await town.jobs()
        await tidy()
    return alike


async def _made(town: Town, procedure: str) -> str:
    serial = next(town.serial)
    citizen = {
        "name": "Nguyễn Thị Thuỳ Dương", "phone": f"09{serial:08d}", "commune": "Phường Thành Sen",
        "address": f"Số {serial % 300} đường Nguyễn Công Trứ", "province": "Tỉnh Hà Tĩnh", "commune_code": "18073",
    }  # fmt: skip
    number = f"H27.12.34-261123-{serial:05d}"
    dossier = {
        "dossier_no": number, "receiving_desk": DESK, "procedure_code": procedure, "service_form": "return",
        "applicant": citizen, "due_on": "2026-12-05", "fee_dong": 8000,
        "papers": [{"name": "Giấy khai sinh", "kind": "original", "must_return": True}],
    }  # fmt: skip
    await town.ask("officer", "POST", "/api/v1/dossiers", dossier)
    made = await town.ask("officer", "POST", "/api/v1/consignments", {"dossier": number, "leg": "return"})
    await town.ask("officer", "POST", f"/api/v1/consignments/{made['consignment_no']}/book")
    return str(made["consignment_no"])


async def _handed_over(town: Town, numbers: list[str]) -> None:
    body = {"desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": numbers}
    at = f"/api/v1/manifests/{(await town.ask('officer', 'POST', '/api/v1/manifests', body))['manifest_no']}"
    for number in numbers:
        await town.ask("postman", "POST", f"{at}/tick", {"number": number})
    await town.ask("officer", "POST", f"{at}/close")
    await town.ask("officer", "POST", f"{at}/sign", {"side": "giver", "signatory_no": town.signs["desk"]})
    await town.ask("postman", "POST", f"{at}/sign", {"side": "taker", "signatory_no": town.signs["office"]})


async def _scanned(town: Town, numbers: list[str]) -> None:
    for code in CODES:
        town.clock[0] += timedelta(minutes=1)
        now = town.clock[0].isoformat()
        scans = [
            {"scan_id": f"{next(town.serial):08d}-6f1c-4b7e", "number": number, "code": code, "device_at": now}
            for number in numbers
        ]  # fmt: skip
        answer = await town.ask("postman", "POST", "/api/v1/scans", {"device": "st-1", "sent_at": now, "scans": scans})
        assert {each["verdict"] for each in answer["answers"]} == {"accepted"}, answer


async def _delivered(town: Town, number: str) -> None:
    town.clock[0] += timedelta(seconds=1)
    now = town.clock[0].isoformat()
    proof = {"receiver_name": "Nguyễn Thị Thuỳ Dương", "id_kind": "citizen_id", "id_tail": "123", "signature_png": PNG,
             "remarks": "không"}  # fmt: skip
    body = {"number": number, "proof": proof, "scan_id": f"{next(town.serial):08d}-6f1c-4b7e", "device": "st-1",
            "device_at": now, "sent_at": now}  # fmt: skip
    await town.ask("postman", "POST", "/api/v1/deliveries", body)


async def weighed_postgres(url: str) -> Counter[str]:
    """Return what each table weighs with all that is its own, by part; what is counted apart under `apart:`."""
    connection, found = await asyncpg.connect(url), Counter[str]()
    try:
        await connection.execute("VACUUM ANALYZE")
        for row in await connection.fetch(
            "SELECT c.relname AS t, pg_total_relation_size(c.oid) AS whole, pg_indexes_size(c.oid) AS indexes"
            " FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        ):
            found[f"{row['t']} rows"], found[f"{row['t']} indexes"] = row["whole"] - row["indexes"], row["indexes"]
        for table, columns in APART.items():
            for column in columns:
                size = await connection.fetchval(f"SELECT COALESCE(sum(pg_column_size({column})), 0) FROM {table}")
                found[f"apart: {column}"] += size
                found[f"{table} rows"] -= size
            if not columns:
                found[f"apart: {table}"] = found.pop(f"{table} rows") + found.pop(f"{table} indexes")
        return found
    finally:
        await connection.close()


def weighed_sqlite(file: Path) -> Counter[str]:
    """Return what the tables and indexes of a file weigh."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM")
        try:
            rows = connection.execute(
                "SELECT m.tbl_name || CASE m.type WHEN 'table' THEN ' rows' ELSE ' indexes' END, sum(s.pgsize)"
                " FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1"
            ).fetchall()
        except sqlite3.OperationalError:  # built without dbstat: the whole file, then
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            rows = [("the whole file", pages * connection.execute("PRAGMA page_size").fetchone()[0])]
    found = Counter[str](dict(rows))
    found["apart: replay"] = found.pop("replay rows", 0) + found.pop("replay indexes", 0)
    return found


async def vacuumed(url: str) -> None:
    """Give back what was overwritten, as the server does by itself on a busy day."""
    connection = await asyncpg.connect(url)
    await connection.execute("VACUUM")
    await connection.close()


async def left_alone() -> None:
    """Do nothing: SQLite uses again what it freed."""


async def grown(url: str, consignments: int, weigh: Any, tidy: Tidying) -> tuple[Counter[str], bool, float]:
    """Return what the second half of the work added, whether labels came out alike, and the scans of a consignment."""
    await migrate(url)
    async with town(url) as opened:
        alike = await live(opened, consignments, tidy)
        before = await weigh()
        alike &= await live(opened, consignments, tidy)
        after = await weigh()
        row = await opened.house.database.reading.row(
            "SELECT (SELECT count(*) FROM scan) * 1.0 / (SELECT count(*) FROM consignment) AS n"
        )
    after.subtract(before)
    assert row is not None
    return after, alike, float(row["n"])


def told(name: str, found: Mapping[str, int], consignments: int, scans: float) -> float:
    """Print one database's figures; return the bytes of one consignment."""
    each = {part: size / consignments for part, size in found.items()}
    counted = sum(size for part, size in each.items() if part.split()[0] in OWN)
    besides = sum(size for part, size in each.items() if part.split()[0] not in {*OWN, "apart:"})
    print(f"{f'bytes of a consignment, {name}':<44}{counted:>10.0f} B  reach <= {MOST}   {scans:.1f} scans each")
    print(f"{'    what its dossier and its papers leave besides':<54}{besides:>10.0f} B")
    for part, size in sorted(each.items(), key=lambda entry: -entry[1]):
        if size >= 20 or part.startswith("apart: "):
            print(f"    {part:<40}{size:>10.0f} B")
    return counted


def main(words: list[str]) -> int:
    """Weigh both databases and print; return 1 when a consignment is too heavy."""
    parser = argparse.ArgumentParser(description="Bytes of the database for a consignment with ten scans.")
    parser.add_argument("--quick", action="store_true", help="fewer consignments")
    parser.add_argument("--count", type=int, default=0, help="consignments in each half of the work")
    parser.add_argument("--only", choices=("postgres", "sqlite"), help="one of the two databases")
    asked = parser.parse_args(words)
    consignments, heaviest, alike = asked.count or (60 if asked.quick else 600), 0.0, True
    if asked.only != "sqlite":
        with durable_server() as url:
            found, alike, scans = asyncio.run(
                grown(url, consignments, lambda: weighed_postgres(url), lambda: vacuumed(url))
            )
        heaviest = told("PostgreSQL", found, consignments, scans)
    if asked.only != "postgres":
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "bench.db"

            async def weigh() -> Counter[str]:
                return await asyncio.to_thread(weighed_sqlite, file)

            found, alike_too, scans = asyncio.run(grown(f"sqlite://{file}", consignments, weigh, left_alone))
        told("SQLite", found, consignments, scans)
        alike &= alike_too
    print(f"a label asked for twice is the same bytes: {'yes' if alike else 'NO'}")
    print(f"settings: {consignments} consignments weighed, vacuumed; signatures, photographs and stored answers apart")
    return int(heaviest > MOST or not alike)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
