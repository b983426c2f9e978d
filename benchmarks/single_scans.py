"""One scan per request, durable, with its verdict, against a bare handler that writes the same rows in one statement.

    python benchmarks/single_scans.py [--quick]

PostgreSQL with its own durability, in a throwaway server. Both doors run in processes of their own and are asked in
turns by 4 clients and by 64, each with items of its own, none scanned twice; then two gateways by 64, as a province
runs them on one machine, beside two doors of the reference. The reference looks nothing up: the row
of the scan, the custody, the word for the change feed and the errand are one statement with the texts ready-made. Ours
has its middlewares, the token, the fold over the whole journey, the look for contradictions and the answer's words.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg
import orjson
from aiohttp import web

from benchmarks.doors import SETTINGS, Asking, Client, at_share, listen, open_doors, ours, rate
from benchmarks.scans import AT, BEFORE, VERSION
from benchmarks.server import durable_server
from postgw.bootstrap import opened_house
from postgw.domain import consignment_number
from postgw.domain.actor import GATEWAY
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier
from postgw.settings import parse
from postgw.storage import records
from postgw.storage.migrate import migrate

PORTS = {"ours": (18951, 18953), "bare": (18952, 18954)}
#: How many clients at how many doors.
WAYS = ((4, 1), (64, 1), (64, 2))
_MOMENT = AT + timedelta(minutes=30)

_ONE_STATEMENT = """
WITH c AS (
  UPDATE consignment SET state = 'out_for_delivery', holder = 'post', office = '480000', since_at = $3, heard_at = $3
  WHERE consignment_no = $1 RETURNING id),
s AS (
  INSERT INTO scan (consignment_id, source, source_id, witness, code, occurred_at, received_at, device_at, office,
    actor)
  SELECT id, 'device:bare', $2, 2, 'out_for_delivery', $3, $3, $3, '480000', 'bench' FROM c RETURNING id),
e AS (
  INSERT INTO event (notice_id, kind, desk, notice, created_at)
  SELECT $2, 'consignment.out_for_delivery', 'TS', $4, $3 FROM c RETURNING id),
o AS (
  INSERT INTO outbox (channel, target, key, subject, payload, due_at, created_at)
  SELECT 'fan', '', 'fan:' || $2, $1, $4, $3, $3 FROM c RETURNING id)
SELECT (SELECT count(*) FROM s)
"""
_NOTICE = orjson.dumps({
    "notice_id": "4K7M29TB6HC.out_for_delivery.0123456789ab", "kind": "consignment.out_for_delivery",
    "at": "2026-11-23T02:30:00+00:00", "desk": "TS", "consignment_no": "4K7M29TB6HC", "dossier_no": "",
    "item_no": "", "leg": "return", "state": "out_for_delivery", "office": "480000", "event_no": 0, "data": {},
}).decode()  # fmt: skip

_PARTY = {"name": "Nguyễn Thị Diễn Tập", "phone": "0540000000", "address": "Tổ dân phố 3"}
_DOSSIER = records.to_json(
    Dossier(
        intake_ref="r", receiving_desk="TS", returning_desk="TS", procedure_code="1.001193", service_form="return",
        applicant=Party(**_PARTY),
    )
)  # fmt: skip
_PARTIES = orjson.dumps({"consignor": _PARTY, "consignee": _PARTY}).decode()


async def bare(url: str, port: int) -> None:
    """Open a door with one handler and nothing around it."""
    pool = await asyncpg.create_pool(url, min_size=1, max_size=10)

    async def take(request: web.Request) -> web.Response:
        scan = orjson.loads(await request.read())["scans"][0]
        await pool.fetchval(_ONE_STATEMENT, scan["number"], scan["scan_id"], _MOMENT, _NOTICE)
        answer = {"scan_id": scan["scan_id"], "verdict": "accepted", "consignment_no": scan["number"]}
        return web.Response(body=orjson.dumps({"answers": [answer]}), content_type="application/json")

    app = web.Application()
    app.router.add_post("/api/v1/scans", take)
    await listen(app, port)


async def seed(url: str, count: int) -> list[str]:
    """Fill an empty database with items that have five scans each; return their numbers."""
    dice = random.Random(1)
    numbers = [consignment_number.mint(dice.randrange) for _ in range(count)]
    connection = await asyncpg.connect(url)
    await connection.execute(
        "INSERT INTO dossier (id, intake_ref, receiving_desk, returning_desk, procedure_code, service_form, content,"
        " digest, rules_version, created_at, created_by, updated_at) SELECT n, 'r' || n, 'TS', 'TS', '1.001193',"
        " 'return', $4, '', $2, $3, '', $3 FROM generate_series(1, $1::int) n",
        count, VERSION, AT, _DOSSIER,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO consignment (id, consignment_no, dossier_id, leg, desk, parties, rules_version, created_at,"
        " created_by, state, holder, office, since_at, heard_at) SELECT n, no, n, 'return', 'TS', $5, $2, $3, '',"
        " 'in_transit', 'post', 'KA', $4, $4 FROM unnest($1::text[]) WITH ORDINALITY AS t(no, n)",
        numbers, VERSION, AT, AT + timedelta(minutes=len(BEFORE) - 1), _PARTIES,
    )  # fmt: skip
    for minute, code in enumerate(BEFORE):
        await connection.execute(
            "INSERT INTO scan (consignment_id, source, source_id, witness, code, occurred_at, received_at, device_at,"
            " office) SELECT n, 'device:1', n || $2, 2, $3, $4, $4, $4, 'KA' FROM generate_series(1, $1::int) n",
            count, f".{minute}", code, AT + timedelta(minutes=minute),
        )  # fmt: skip
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return numbers


async def token_of(url: str) -> str:
    """Return the text of a token that may scan."""
    async with opened_house(parse(SETTINGS.format(url=url))) as house:
        text, _ = await house.services.accounts.issue(name="bench", scopes=("scans",), unit="", actor=GATEWAY, at=AT)
    return text


def _asking(numbers: list[str], token: str) -> Asking:
    head, left = f"Authorization: Bearer {token}\r\n", iter(numbers)
    moment = _MOMENT.isoformat()

    async def ask(client: Client) -> None:
        number = next(left)
        scan = {
            "scan_id": number, "number": number, "code": "out_for_delivery", "device_at": moment, "office": "480000"
        }  # fmt: skip
        body = orjson.dumps({"device": "bench", "sent_at": moment, "scans": [scan]})
        status, _, answer = await client.ask("POST", "/api/v1/scans", body, head)
        if status != 200 or b'"accepted"' not in answer:
            raise RuntimeError(answer.decode())

    return ask


async def _together(ports: Sequence[int], askings: list[Asking], seconds: float) -> tuple[float, list[float]]:
    """Divide the clients among the doors; return answers a second of all of them, and their times."""
    each = [rate(port, askings[nth :: len(ports)], seconds) for nth, port in enumerate(ports)]
    found = await asyncio.gather(*each)
    return sum(one for one, _ in found), sorted(time for _, times in found for time in times)


def measure(url: str, *, seconds: float, rounds: int) -> dict[tuple[int, int, str], tuple[float, list[float]]]:
    """Return the best of several rounds for each number of clients and doors, measured in turns."""
    asyncio.run(migrate(url))
    most = int(12_000 * seconds * rounds * len(WAYS))
    numbers, token = asyncio.run(seed(url, most)), asyncio.run(token_of(url))
    best: dict[tuple[int, int, str], tuple[float, list[float]]] = {}
    doors = [(door, port) for door in (ours, bare) for port in PORTS[door.__name__]]
    with open_doors(url, *doors):
        share = most // (rounds * len(WAYS) * len(PORTS))
        for _ in range(rounds):
            for clients, many in WAYS:
                for name, ports in PORTS.items():
                    mine, numbers = numbers[:share], numbers[share:]
                    asked = [_asking(mine[n::clients], token) for n in range(clients)]
                    found = asyncio.run(_together(ports[:many], asked, seconds))
                    best[clients, many, name] = max(best.get((clients, many, name), (0.0, [])), found)
    return best


def main(words: list[str]) -> int:
    """Measure and print."""
    seconds, rounds = (1.0, 2) if "--quick" in words else (4.0, 3)
    with durable_server() as url:
        best = measure(url, seconds=seconds, rounds=rounds)
    print(f"{'work':<56}{'ours':>10}{'reference':>12}{'ratio':>8}   p50, p99 ms")
    for clients, many in WAYS:
        (mine, times), (beside, _) = best[clients, many, "ours"], best[clients, many, "bare"]
        doors = "one gateway" if many == 1 else f"{many} gateways, {many} doors of the reference"
        told = f"{at_share(times, 0.5):.1f}, {at_share(times, 0.99):.1f}"
        work = f"{clients} clients, {doors}"
        print(f"{work:<56}{mine:>8.0f}/s{beside:>10.0f}/s{mine / beside:>8.2f}   {told}")
    print(f"settings: one scan a request, PostgreSQL default durability, {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
