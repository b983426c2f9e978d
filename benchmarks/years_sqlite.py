"""The same years of history in a file of SQLite: fewer, and row by row, for it makes no series.

Used by: long_lists, history.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.years import (
    AT,
    CONTENT,
    DESKS,
    ENDED,
    LIVE,
    LIVING,
    OFFICES,
    PARTIES,
    RECENT,
    VERSION,
    WHOLE_JOURNEY,
    Size,
    desk,
    number_of,
)
from postgw.storage.migrate import migrate

_COLUMNS = {
    "dossier": "id, dossier_no, number_key, receiving_desk, returning_desk, procedure_code, service_form, content,"
    " digest, rules_version, due_on, created_at, created_by, updated_at",
    "consignment": "id, consignment_no, dossier_id, leg, issue, desk, parties, item_no, account, rules_version,"
    " created_at, created_by, state, holder, office, since_at, attempts, heard_at, proved, live",
    "scan": "consignment_id, source, source_id, witness, code, occurred_at, received_at, device_at, office, actor",
}


def _at(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")


def _made(size: Size, n: int) -> datetime:
    return AT - (size.consignments - n) * size.pace


def _lives(size: Size, n: int) -> bool:
    return n > size.consignments - LIVE


def _office(n: int) -> str:
    return str(480_000 + n // 2 % OFFICES)


def _dossiers(size: Size) -> Iterator[tuple[Any, ...]]:
    for n in range(2, size.consignments + 2, 2):
        made, own = _made(size, n), desk(n // 2)
        yield (
            n // 2, f"H27.15-{n}", f"H2715{n}", own, own, "1.001193", "both", CONTENT, "", VERSION,
            (made + timedelta(days=15)).date().isoformat(), _at(made), "bench", _at(made),
        )  # fmt: skip


def _consignments(size: Size) -> Iterator[tuple[Any, ...]]:
    for n in range(1, size.consignments + 1):
        made, lives = _made(size, n), _lives(size, n)
        since, waits = _at(made + timedelta(hours=1)), lives and n % 10 < 3
        yield (
            n, number_of(n), (n + 1) // 2, "send" if n % 2 else "return", 1, desk(n // 2), PARTIES, f"PA{n:09d}VN",
            "bench", VERSION, _at(made), "bench", LIVING[n % 10] if lives else _ended(n),
            "sender" if waits else "post" if lives else "recipient", "" if waits else _office(n), since,
            int(lives and n % 10 == 3), since, not lives, lives,
        )  # fmt: skip


def _ended(n: int) -> str:
    state = ENDED[n * 31 % 997 % 20]
    return "delivered" if n % 2 == 0 and state == "cancelled" else state


def _scans(size: Size) -> Iterator[tuple[Any, ...]]:
    for n in range(1, size.consignments + 1):
        made, office = _made(size, n), _office(n)
        for e, code in enumerate(_codes(size, n), 1):
            at = _at(made + e * timedelta(minutes=6))
            yield n, f"device:d{n % 200}", f"{n}-{e}", 2, code, at, at, at, office, "bench"


def _codes(size: Size, n: int) -> tuple[str, ...]:
    if _lives(size, n):
        return WHOLE_JOURNEY[: (0, 1, 1)[n % 10] if n % 10 < 3 else 9]
    if n > size.consignments - RECENT:
        return WHOLE_JOURNEY
    return (*["collected"] * (size.each - 1), "delivered")


def filled(folder: Path, size: Size) -> str:
    """Fill a file of a size; return its URL."""
    file = folder / f"{size.name}.db"
    url = f"sqlite://{file}"
    asyncio.run(migrate(url))
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('dossier', 'consignment', 'scan')"
        ).fetchall()
        connection.execute("BEGIN")
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        _units(connection)
        for table, rows in (("dossier", _dossiers), ("consignment", _consignments), ("scan", _scans)):
            columns = _COLUMNS[table]
            marks = ", ".join("?" * (columns.count(",") + 1))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows(size))
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return url


def _units(connection: sqlite3.Connection) -> None:
    units = [(desk(n), "desk", f"Trung tâm Phục vụ hành chính công {n}") for n in range(DESKS)]
    units += [(str(480_000 + n), "office", f"Bưu cục {n}") for n in range(OFFICES)]
    connection.executemany("INSERT INTO unit (code, kind, name) VALUES (?, ?, ?)", units)
