"""The databases to measure on, one after the other: PostgreSQL with its own durability, SQLite with synchronous=FULL.

Used by: creates, lookup, scans.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import aiosqlite

from benchmarks.server import durable_server

#: What the product sets on its own connections, and so the references on theirs.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000")


def databases() -> Iterator[tuple[str, str]]:
    """Yield the URL of an empty database of each kind, and what is to be said of its durability."""
    with durable_server() as url:
        yield url, "PostgreSQL default durability"
    with tempfile.TemporaryDirectory(prefix="postgw-bench-") as home:
        yield f"sqlite://{home}/bench.sqlite3", "SQLite WAL synchronous=FULL"


async def raw_sqlite(url: str) -> aiosqlite.Connection:
    """Return a bare connection with the settings that ours has; the caller begins and ends its transactions."""
    connection = await aiosqlite.connect(url.removeprefix("sqlite://"), isolation_level=None)
    connection.row_factory = aiosqlite.Row
    for pragma in _PRAGMAS:
        await connection.execute(f"PRAGMA {pragma}")
    return connection
