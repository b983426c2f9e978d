"""How fast a dossier becomes a consignment with its label, against a bare handler that writes the same rows.

    python benchmarks/creates.py [--quick]

PostgreSQL with its own durability, in a throwaway server; then SQLite with synchronous=FULL. Both doors run in
processes of their own and are asked in turns by four clients. Ours is asked as a counter's program asks it: the
dossier, its consignment, its label as PDF. The reference is asked once: it writes the rows that ours left (dossier,
words to be found by, consignment, version of the label), their texts ready-made, in one statement (on SQLite in one
transaction), and draws the label with bare reportlab and a font subset that is cut once and cached. It checks nothing
and looks nothing up.

What is printed besides: the same with an `Idempotency-Key` on both POSTs, whose claims and answers are rows of their
own, against the reference without them; for orientation.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg
import orjson
from aiohttp import web
from reportlab.pdfbase import pdfmetrics

from benchmarks.databases import databases, raw_sqlite
from benchmarks.doors import SETTINGS, Asking, Client, at_share, listen, open_doors, ours, rate
from benchmarks.labels import FONTS, CachedSubset, bare_page, reportlab_pdf
from labels.item_label import ItemLabel, Party
from postgw.bootstrap import opened_house
from postgw.domain import consignment_number
from postgw.domain.actor import GATEWAY
from postgw.domain.unit import Unit
from postgw.rules.procedures import load_procedures
from postgw.settings import parse
from postgw.storage import province
from postgw.storage.migrate import migrate
from postgw.web.schemas.dossiers import DossierIn

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CLIENTS = 4
PORTS = {"ours": 18961, "bare": 18962}
TOKEN = "pgw_bench"
SAMPLE = "H27.15-261120-000001"
DESK = Unit(
    code="TS", kind="desk", name="Trung tâm Phục vụ hành chính công", address="Số 2 đường Nguyễn Tất Thành",
    phone="0239 3855 555", commune_code="18628", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh",
)  # fmt: skip
_SERIAL = itertools.count(2)
_ROWS = {
    "dossier": "dossier_no, number_key, receiving_desk, returning_desk, procedure_code, service_form, content, digest,"
    " folded, rules_version, created_at, created_by, updated_at",
    "consignment": "consignment_no, leg, issue, desk, parties, collect_dong, rules_version, created_at, created_by,"
    " holder, account",
    "label": "version, digest, content, drawn_at, drawn_by",
}  # fmt: skip


def dossier(number: str) -> dict[str, Any]:
    """Return a dossier as a one-stop system hands it in."""
    return {
        "dossier_no": number, "receiving_desk": "TS", "procedure_code": "1.001193", "service_form": "return",
        "applicant": {
            "name": "Nguyễn Thị Diễn Tập", "phone": "0912000003", "address": "Thôn Đoài", "commune": "xã Kỳ Lạc",
            "province": "tỉnh Hà Tĩnh",
        },
        "papers": [{"name": "Giấy khai sinh", "kind": "original"}], "fee_dong": 8000,
    }  # fmt: skip


def new_number() -> str:
    """Return a dossier number that nobody else has."""
    return f"H27.15-261120-{next(_SERIAL):06d}"


async def seed(url: str) -> None:
    """Let a house begin: one desk, the procedures, a token, and one dossier with all that follows, as a pattern."""
    await migrate(url)
    async with opened_house(parse(SETTINGS.format(url=url))) as house:
        async with house.database.writing() as tx:
            await province.put_units(tx, [DESK])
            await province.put_procedures(tx, load_procedures(), author="bench", reason="bench")
        scopes = ("intake", "labels", "booking", "enquiry")
        clerk = await house.services.accounts.keep_token(
            TOKEN, name="bench", scopes=scopes, unit="TS", actor=GATEWAY, at=AT
        )
        acting = await house.services.accounts.authenticate(TOKEN, at=AT)
        assert clerk.name == acting.name
        sample = DossierIn.model_validate_json(orjson.dumps(dossier(SAMPLE)), strict=True)
        await house.services.intake.take(sample.dossier(), actor=acting, at=AT)
        made = await house.services.intake.register(SAMPLE, leg="return", actor=acting, at=AT)
        look = await house.services.labelling.look(made.consignment_no, actor=acting)
        await house.services.labelling.one(look, stock="100x150", actor=acting, at=AT)


class Pattern:
    """The rows that ours left of one dossier, to be written again under other numbers."""

    def __init__(self, rows: dict[str, Any], words: list[tuple[str, str]]) -> None:
        self.rows, self.words = rows, words
        told = orjson.loads(rows["label"]["content"])
        ends = {
            end: Party(name=told[end]["name"], address=tuple(told[end]["address"]), phone=told[end]["phone"])
            for end in ("consignor", "consignee")
        }
        self._told = {**told, **ends, "service_marks": tuple(told["service_marks"])}

    @classmethod
    async def read(cls, ask: Callable[[str], Any]) -> Pattern:
        """Return the pattern that a database holds."""
        rows = {table: dict((await ask(f"SELECT {names} FROM {table} LIMIT 1"))[0]) for table, names in _ROWS.items()}
        words = [(row["word"], row["unit"]) for row in await ask("SELECT word, unit FROM search_word")]
        return cls(rows, words)

    def anew(self, dossier_no: str) -> tuple[dict[str, list[Any]], ItemLabel]:
        """Return the rows of another dossier, and its label."""
        number, key = consignment_number.mint(random.randrange), dossier_no.replace("-", "").replace(".", "")
        digest = f"{random.getrandbits(256):064x}"
        drawn = ItemLabel(
            **{
                **self._told,
                "consignment_no": number,
                "item_no": number,
                "dossier_no": dossier_no,
            }  # bars of the number
        )
        new = {
            "dossier": {"dossier_no": dossier_no, "number_key": key, "digest": digest},
            "consignment": {"consignment_no": number}, "label": {"digest": digest},
        }  # fmt: skip
        return {table: list({**row, **new[table]}.values()) for table, row in self.rows.items()}, drawn


def _one_statement() -> str:
    """Return the one statement that writes every row."""
    width = {table: len(names.split(",")) for table, names in _ROWS.items()}
    starts = {"dossier": 1, "consignment": 1 + width["dossier"], "label": 1 + width["dossier"] + width["consignment"]}
    marks = {table: ", ".join(f"${n}" for n in range(starts[table], starts[table] + width[table])) for table in _ROWS}
    words = 1 + sum(width.values())
    return (
        f"WITH d AS (INSERT INTO dossier ({_ROWS['dossier']}) VALUES ({marks['dossier']}) RETURNING id),"
        f" w AS (INSERT INTO search_word (word, unit, dossier_id) SELECT word, unit, d.id FROM d,"
        f" unnest(${words}::text[], ${words + 1}::text[]) AS t(word, unit)),"
        f" c AS (INSERT INTO consignment (dossier_id, {_ROWS['consignment']}) SELECT d.id, v.* FROM d,"
        f" (VALUES ({_typed('consignment', marks)})) AS v RETURNING id)"
        f" INSERT INTO label (consignment_id, {_ROWS['label']}) SELECT c.id, v.* FROM c,"
        f" (VALUES ({_typed('label', marks)})) AS v"
    )


_KINDS = {
    "issue": "int", "collect_dong": "bigint", "created_at": "timestamptz", "version": "int", "drawn_at": "timestamptz"
}  # fmt: skip


def _typed(table: str, marks: dict[str, str]) -> str:
    names = _ROWS[table].split(", ")
    return ", ".join(
        f"{mark}::{_KINDS.get(name, 'text')}" for name, mark in zip(names, marks[table].split(", "), strict=True)
    )


async def bare(url: str, port: int) -> None:
    """Open a door with one handler and nothing around it."""
    for font, file in (("R", "NotoSans-Regular-vi.ttf"), ("B", "NotoSans-Bold-vi.ttf")):
        pdfmetrics.registerFont(CachedSubset(font + "cached", FONTS / file))
    pattern, write = await (_sqlite if url.startswith("sqlite") else _postgres)(url)

    async def create(request: web.Request) -> web.Response:
        rows, drawn = pattern.anew(orjson.loads(await request.read())["dossier_no"])
        await write(rows)
        return web.Response(body=reportlab_pdf([drawn], bare_page), content_type="application/pdf")

    app = web.Application()
    app.router.add_post("/create", create)
    await listen(app, port)


async def _postgres(url: str) -> tuple[Pattern, Callable[[dict[str, list[Any]]], Any]]:
    pool = await asyncpg.create_pool(url, min_size=CLIENTS, max_size=10)
    pattern, statement = await Pattern.read(pool.fetch), _one_statement()
    words, units = map(list, zip(*pattern.words, strict=True))

    async def write(rows: dict[str, list[Any]]) -> None:
        await pool.execute(statement, *rows["dossier"], *rows["consignment"], *rows["label"], words, units)

    return pattern, write


async def _sqlite(url: str) -> tuple[Pattern, Callable[[dict[str, list[Any]]], Any]]:
    connection, turn = await raw_sqlite(url), asyncio.Lock()

    async def fetch(sql: str) -> list[Any]:
        return list(await connection.execute_fetchall(sql))

    async def insert(table: str, names: str, values: list[Any]) -> int:
        marks = ", ".join("?" for _ in values)
        return (await connection.execute_insert(f"INSERT INTO {table} ({names}) VALUES ({marks})", values))[0]  # type: ignore[index]

    pattern = await Pattern.read(fetch)

    async def write(rows: dict[str, list[Any]]) -> None:
        async with turn:
            await connection.execute("BEGIN IMMEDIATE")
            dossier_id = await insert("dossier", _ROWS["dossier"], rows["dossier"])
            words = [(word, unit, dossier_id) for word, unit in pattern.words]
            await connection.executemany("INSERT INTO search_word (word, unit, dossier_id) VALUES (?, ?, ?)", words)
            its = await insert("consignment", f"dossier_id, {_ROWS['consignment']}", [dossier_id, *rows["consignment"]])
            await insert("label", f"consignment_id, {_ROWS['label']}", [its, *rows["label"]])
            await connection.execute("COMMIT")

    return pattern, write


async def create_bare(client: Client) -> None:
    """Ask the reference for one label."""
    status, _, body = await client.ask("POST", "/create", orjson.dumps(dossier(new_number())))
    if status != 200 or not body.startswith(b"%PDF"):
        raise RuntimeError(body.decode(errors="replace"))


async def create_ours(client: Client) -> None:
    """Hand a dossier in, let its consignment be made, and fetch the label."""
    await _create(client, keyed=False)


async def create_keyed(client: Client) -> None:
    """Do the same, each POST under a key of its own."""
    await _create(client, keyed=True)


async def _create(client: Client, *, keyed: bool) -> None:
    number = new_number()
    head = f"Authorization: Bearer {TOKEN}\r\n" + (f"Idempotency-Key: {number}\r\n" if keyed else "")
    status, _, body = await client.ask("POST", "/api/v1/dossiers", orjson.dumps(dossier(number)), head)
    if status == 201:
        asked = orjson.dumps({"dossier": number, "leg": "return"})
        status, _, body = await client.ask("POST", "/api/v1/consignments", asked, head)
    if status == 201:
        path = f"/api/v1/labels/{orjson.loads(body)['consignment_no']}"
        status, _, body = await client.ask("GET", path, head=f"Authorization: Bearer {TOKEN}\r\n")
    if not body.startswith(b"%PDF"):
        raise RuntimeError(f"{status} {body.decode(errors='replace')}")


def measure(url: str, *, seconds: float, rounds: int) -> dict[str, tuple[float, list[float]]]:
    """Return the best of several rounds for each way, measured in turns so that a noisy minute hits all."""
    asyncio.run(seed(url))
    ways: dict[str, tuple[int, Asking]] = {
        "ours": (PORTS["ours"], create_ours), "bare": (PORTS["bare"], create_bare),
        "keyed": (PORTS["ours"], create_keyed),
    }  # fmt: skip
    best: dict[str, tuple[float, list[float]]] = {}
    with open_doors(url, (ours, PORTS["ours"]), (bare, PORTS["bare"])):
        for port, asking in ways.values():  # the fonts are read, the statements prepared
            asyncio.run(rate(port, [asking] * CLIENTS, 0.5))
        for _ in range(rounds):
            for way, (port, asking) in ways.items():
                best[way] = max(best.get(way, (0.0, [])), asyncio.run(rate(port, [asking] * CLIENTS, seconds)))
    return best


def main(words: list[str]) -> int:
    """Measure and print."""
    seconds, rounds = (1.5, 2) if "--quick" in words else (5.0, 3)
    print(f"{'work':<44}{'ours':>10}{'reference':>12}{'ratio':>8}   p50, p99 ms")
    for url, settings in databases():
        best = measure(url, seconds=seconds, rounds=rounds)
        for work, way in (("dossier, consignment, label", "ours"), ("the same under Idempotency-Key", "keyed")):
            (mine, times), (bare_rate, _) = best[way], best["bare"]
            told = f"{at_share(times, 0.5):.1f}, {at_share(times, 0.99):.1f}"
            print(f"{work:<44}{mine:>8.0f}/s{bare_rate:>10.0f}/s{mine / bare_rate:>8.2f}   {told}")
        print(f"settings: {settings}, {CLIENTS} clients, {os.cpu_count()} cores", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
