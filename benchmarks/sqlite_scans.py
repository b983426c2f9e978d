"""How fast batches of scans are kept on SQLite with synchronous=FULL, against the bare driver writing the same rows.

    python benchmarks/sqlite_scans.py [--quick]

The same as `scans`, on the embedded default: a batch is 100 scans of 100 items that have five scans each. The reference
is Python's own sqlite3, without a thread or a loop between: it writes the very rows that ours wrote, known beforehand,
by `executemany()` in one transaction, and reads nothing. Read the ratio, not the rate.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scans import _COLUMNS, _CUSTODY, AT, BATCH, BEFORE, VERSION, Figure, _batch, _keep, _rate
from postgw.storage.database import Database, opened
from postgw.storage.migrate import migrate

_AT_ONCE = 2_000
_SINCE = AT + timedelta(minutes=len(BEFORE) - 1)


async def _fill(database: Database, items: int) -> list[str]:
    numbers = [f"B{n:010d}" for n in range(items)]
    for start in range(0, items, _AT_ONCE):
        ids = range(start + 1, min(start + _AT_ONCE, items) + 1)
        async with database.writing() as tx:
            names = "id intake_ref receiving_desk returning_desk procedure_code service_form content digest"
            await _insert(tx, "dossier", f"{names} rules_version created_at created_by updated_at", [
                (n, f"r{n}", "TS", "TS", "1.001193", "return", "{}", "", VERSION, AT, "", AT) for n in ids
            ])  # fmt: skip
            names = "id consignment_no dossier_id leg desk parties rules_version created_at created_by state holder"
            await _insert(tx, "consignment", f"{names} office since_at heard_at", [
                (n, numbers[n - 1], n, "return", "TS", "{}", VERSION, AT, "", "in_transit", "post", "KA",
                 _SINCE, _SINCE)
                for n in ids
            ])  # fmt: skip
            names = "consignment_id source source_id witness code occurred_at received_at device_at office"
            moments = [AT + timedelta(minutes=minute) for minute in range(len(BEFORE))]
            await _insert(tx, "scan", names, [
                (n, "device:1", f"{n}.{minute}", 2, code, moments[minute], moments[minute], moments[minute], "KA")
                for n in ids for minute, code in enumerate(BEFORE)
            ])  # fmt: skip
    return numbers


async def _insert(tx: Any, table: str, names: str, rows: list[tuple[Any, ...]]) -> None:
    await tx.insert_many(table, [(name, "text") for name in names.split()], rows)


def _written(connection: sqlite3.Connection, numbers: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows that ours wrote about some items."""
    marks = ", ".join("?" * len(numbers))
    of = {
        "scan": f"source_id IN ({marks})", "event": f"substr(notice_id, 1, instr(notice_id, '.') - 1) IN ({marks})",
        "outbox": f"subject IN ({marks})",
    }  # fmt: skip
    rows = {}
    for table, where in of.items():
        wanted = [f"{number}.now" for number in numbers] if table == "scan" else numbers
        rows[table] = connection.execute(f"SELECT {_COLUMNS[table][0]} FROM {table} WHERE {where}", wanted).fetchall()
    rows["consignment"] = connection.execute(
        f"SELECT {_CUSTODY}, id FROM consignment WHERE consignment_no IN ({marks})", numbers
    ).fetchall()
    return rows


async def _bare(connection: sqlite3.Connection, written: dict[str, list[tuple[Any, ...]]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, (columns, kinds) in _COLUMNS.items():
        marks = ", ".join("?" * len(kinds.split()))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", written[table])
    sets = ", ".join(f"{name} = ?" for name in _CUSTODY.split(", "))
    connection.executemany(f"UPDATE consignment SET {sets} WHERE id = ?", written["consignment"])
    connection.execute("COMMIT")


def _undo(connection: sqlite3.Connection) -> None:
    """Take back what was written, so that both write the same rows into tables of the same size."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in ("DELETE FROM scan WHERE source = 'device:7f3a'", "DELETE FROM event", "DELETE FROM outbox"):
        connection.execute(statement)
    since = _SINCE.isoformat(sep=" ", timespec="microseconds")
    connection.execute(
        "UPDATE consignment SET state = 'in_transit', since_at = ?, heard_at = ?, office = 'KA', live = 1",
        (since, since),
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def measure(file: str, *, quick: bool) -> Figure:
    """Return scans a second, ours and the bare driver's, over the best stretch of batches."""
    batches, rounds = (30, 2) if quick else (100, 4)
    url = f"sqlite://{file}"
    await migrate(url)
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
        connection.execute(f"PRAGMA {pragma}")
    ours = bare = 0.0
    async with opened(url) as database:
        numbers = await _fill(database, BATCH * batches)
        connection.execute("ANALYZE")
        parts = [numbers[n : n + BATCH] for n in range(0, len(numbers), BATCH)]
        for _ in range(rounds):
            work = [_batch(part) for part in parts]
            ours = max(ours, await _rate([lambda batch=batch: _keep(database, batch) for batch in work]))  # type: ignore[misc]
            written = [_written(connection, part) for part in parts]
            _undo(connection)
            bare = max(bare, await _rate([lambda rows=rows: _bare(connection, rows) for rows in written]))  # type: ignore[misc]
            _undo(connection)
    connection.close()
    settings = f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=FULL"
    return Figure(f"scan batches of {BATCH}", ours, bare, "scans/s", settings)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="postgw-bench-") as home:
        figure = asyncio.run(measure(f"{home}/bench.sqlite3", quick="--quick" in sys.argv))
    print(f"{figure.work}: {figure.ours:,.0f} {figure.unit}, bare sqlite3 {figure.reference:,.0f},"
          f" ratio {figure.ours / figure.reference:.2f} ({figure.settings})")  # fmt: skip


if __name__ == "__main__":
    main()
