"""How fast batches of scans are kept, against the bare driver writing the same rows.

    python benchmarks/scans.py [--quick]

PostgreSQL with its own durability, in a throwaway server. A batch is 100 scans of 100 items that have five scans
each. Ours locks the items, keeps what is new, folds each journey anew, stores the custody and leaves a word for every
milestone. The reference writes the very rows that ours wrote (scan, custody, event, outbox), known beforehand, by
`unnest()` in one transaction on one asyncpg connection, and reads nothing. Read the ratio, not the rate.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg

from benchmarks.server import durable_server
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import rule_book
from postgw.storage import scans
from postgw.storage.database import Database, opened
from postgw.storage.migrate import migrate

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
VERSION = max(rule_book().scan_tables)
BATCH = 100
STRETCH = 10  #: batches timed together
BEFORE = ("booked", "collected", "departed", "arrived", "departed")
#: Half of what comes in is told on (out for delivery), half is not (arrived).
NOW = ("out_for_delivery", "arrived")

_CUSTODY = "state, holder, office, since_at, attempts, heard_at, proved, live"
_SCAN = "consignment_id, source, source_id, witness, code, occurred_at, received_at, device_at, office, actor, detail"
_COLUMNS = {
    "scan": (_SCAN, "bigint text text smallint text timestamptz timestamptz timestamptz text text text"),
    "event": ("notice_id, kind, desk, notice, created_at", "text text text text timestamptz"),
    "outbox": (
        "channel, target, key, subject, payload, due_at, created_at, request_id",
        "text text text text text timestamptz timestamptz text",
    ),
}  # fmt: skip


@dataclass
class Figure:
    """One row of the report."""

    work: str
    ours: float
    reference: float
    unit: str
    settings: str


async def _fill(connection: Any, items: int) -> list[str]:
    numbers = [f"B{n:010d}" for n in range(items)]
    await connection.execute(
        "INSERT INTO dossier (id, intake_ref, receiving_desk, returning_desk, procedure_code, service_form,"
        " content, digest,"
        " rules_version, created_at, created_by, updated_at)"
        " SELECT n, 'r' || n, 'TS', 'TS', '1.001193', 'return', '{}', '', $2, $3, '', $3 FROM"
        " generate_series(1, $1::int) n",
        items, VERSION, AT,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO consignment (id, consignment_no, dossier_id, leg, desk, parties, rules_version,"
        " created_at, created_by,"
        " state, holder, office, since_at, heard_at)"
        " SELECT n, no, n, 'return', 'TS', '{}', $2, $3, '', 'in_transit', 'post', 'KA', $4, $4"
        " FROM unnest($1::text[]) WITH ORDINALITY AS t(no, n)",
        numbers, VERSION, AT, AT + timedelta(minutes=len(BEFORE) - 1),
    )  # fmt: skip
    for minute, code in enumerate(BEFORE):
        moment = AT + timedelta(minutes=minute)
        await connection.execute(
            "INSERT INTO scan (consignment_id, source, source_id, witness, code, occurred_at, received_at,"
            " device_at, office)"
            " SELECT n, 'device:1', n || $2, 2, $3, $4, $4, $4, 'KA' FROM generate_series(1, $1::int) n",
            items, f".{minute}", code, moment,
        )  # fmt: skip
    await connection.execute("ANALYZE")
    return numbers


def _batch(numbers: Sequence[str]) -> list[tuple[str, Scan]]:
    moment = AT + timedelta(minutes=30)
    return [
        (number, Scan(
            source="device:7f3a", source_id=f"{number}.now", witness=Witness.SCANNED, code=NOW[n % 2],
            occurred_at=moment,
            received_at=moment, device_at=moment, office="KA", actor="vt01",
        ))
        for n, number in enumerate(numbers)
    ]  # fmt: skip


async def _keep(database: Database, batch: Sequence[tuple[str, Scan]]) -> None:
    async with database.writing() as tx:
        found = await scans.lock(tx, [number for number, _ in batch])
        statements = [(found[number], scan) for number, scan in batch]
        kept = await scans.keep(tx, statements, table_of=rule_book().scan_table_of, at=AT)
    assert len(kept.new) == len(batch)


async def _written(connection: Any, numbers: Sequence[str]) -> dict[str, list[list[Any]]]:
    """Return, by columns, the rows that ours wrote about some items, with ids that are free again."""
    rows = {"consignment": await connection.fetch(
        f"SELECT id, {_CUSTODY} FROM consignment WHERE consignment_no = ANY($1)", numbers
    )}  # fmt: skip
    keys = {
        "scan": "source_id = ANY($1)",
        "event": "split_part(notice_id, '.', 1) = ANY($1)",
        "outbox": "subject = ANY($1)",
    }
    for table, where in keys.items():
        wanted = [f"{number}.now" for number in numbers] if table == "scan" else numbers
        rows[table] = await connection.fetch(f"SELECT {_COLUMNS[table][0]} FROM {table} WHERE {where}", wanted)
    return {table: [list(column) for column in zip(*found, strict=True)] for table, found in rows.items()}


async def _bare(connection: Any, written: dict[str, list[list[Any]]]) -> None:
    async with connection.transaction():
        for table, (columns, kinds) in _COLUMNS.items():
            arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(kinds.split(), 1))
            await connection.execute(f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays})", *written[table])
        kinds = ["bigint", "text", "text", "text", "timestamptz", "smallint", "timestamptz", "boolean", "boolean"]
        arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(kinds, 1))
        sets = ", ".join(f"{name} = new.{name}" for name in _CUSTODY.split(", "))
        await connection.execute(
            f"UPDATE consignment SET {sets} FROM unnest({arrays}) AS new(id, {_CUSTODY}) WHERE consignment.id = new.id",
            *written["consignment"],
        )


async def _undo(connection: Any) -> None:
    """Take back what was written, so that both write the same rows into tables of the same size."""
    await connection.execute("DELETE FROM scan WHERE source = 'device:7f3a'")
    await connection.execute("TRUNCATE event, outbox")
    await connection.execute(
        "UPDATE consignment SET state = 'in_transit', since_at = $1, heard_at = $1, office = 'KA', live = true",
        AT + timedelta(minutes=len(BEFORE) - 1),
    )
    await connection.execute("VACUUM ANALYZE scan, event, outbox, consignment")


async def _rate(acts: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> float:
    """Return scans a second over the best stretch: others may be using the machine."""
    gc.collect()
    best = 0.0
    for start in range(0, len(acts), STRETCH):
        begun = time.perf_counter()
        for act in acts[start : start + STRETCH]:
            await act()
        best = max(best, BATCH * STRETCH / (time.perf_counter() - begun))
    return best


async def measure(url: str, *, quick: bool) -> Figure:
    """Return scans a second, ours and the bare driver's, over the best stretch of batches."""
    batches, rounds = (30, 2) if quick else (100, 4)
    await migrate(url)
    connection = await asyncpg.connect(url)
    numbers = await _fill(connection, BATCH * batches)
    parts = [numbers[n : n + BATCH] for n in range(0, len(numbers), BATCH)]
    ours = bare = 0.0
    async with opened(url) as database:
        for _ in range(rounds):
            work = [_batch(part) for part in parts]
            ours = max(ours, await _rate([lambda batch=batch: _keep(database, batch) for batch in work]))  # type: ignore[misc]
            written = [await _written(connection, part) for part in parts]
            await _undo(connection)
            bare = max(bare, await _rate([lambda rows=rows: _bare(connection, rows) for rows in written]))  # type: ignore[misc]
            await _undo(connection)
    settings = ", ".join(
        [
            f"{name}={await connection.fetchval(f'SHOW {name}')}"
            for name in ("server_version", "fsync", "synchronous_commit")
        ]
    )
    await connection.close()
    return Figure(f"scan batches of {BATCH}", ours, bare, "scans/s", f"PostgreSQL {settings}")


def main() -> None:
    """Measure and print."""
    with durable_server() as url:
        figure = asyncio.run(measure(url, quick="--quick" in sys.argv))
    print(f"{figure.work}: {figure.ours:,.0f} {figure.unit}, bare asyncpg {figure.reference:,.0f},"
          f" ratio {figure.ours / figure.reference:.2f} ({figure.settings})")  # fmt: skip


if __name__ == "__main__":
    main()
