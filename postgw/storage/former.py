"""What a database that a restore sets aside had given away: its numbers are on paper, though the backup knows none.

A restore is often the second one within an hour, from the same backup. By pace alone it would pass over the same
numbers again, and give those that were given in between. The database that stands aside knows them; where it is too
broken to be read, the pace is all there is.

Used by: restore.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from .migrate import plain_url
from .reachable import is_sqlite, read_only

logger = logging.getLogger(__name__)

_ITEMS = "SELECT id, next_serial AS n FROM {at}lent_range"
_RECEIPTS = "SELECT id, last_serial AS n FROM {at}receipt_series"
_GAP = "SELECT id, serial_gap AS n, serial_gap_until AS until FROM {at}house"


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """Where each range and each series had come to, by its row; and the gap of a day's series."""

    items: Mapping[int, int] = field(default_factory=dict)
    receipts: Mapping[int, int] = field(default_factory=dict)
    serial_gap: int = 0


async def former(url: str, aside: str, *, on: date) -> Former:
    """Return what the database that stands aside had given; nothing when there is none or it cannot be read."""
    if not aside:
        return Former()
    try:
        items, receipts, gaps = await (
            asyncio.to_thread(_of_sqlite, Path(aside)) if is_sqlite(url) else _of_postgres(url, aside)
        )
    except (sqlite3.Error, asyncpg.PostgresError) as error:
        logger.warning("the former database does not tell which numbers it gave (%s)", type(error).__name__)
        return Former()
    return Former(
        items={row["id"]: row["n"] for row in items}, receipts={row["id"]: row["n"] for row in receipts},
        serial_gap=max((row["n"] for row in gaps if row["until"] and str(row["until"]) >= on.isoformat()), default=0),
    )  # fmt: skip


def _of_sqlite(file: Path) -> list[list[Any]]:
    with closing(sqlite3.connect(read_only(file), uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [connection.execute(sql.format(at="")).fetchall() for sql in (_ITEMS, _RECEIPTS, _GAP)]


async def _of_postgres(url: str, schema: str) -> list[list[Any]]:
    connection = await asyncpg.connect(plain_url(url))
    try:
        return [await connection.fetch(sql.format(at=f'"{schema}".')) for sql in (_ITEMS, _RECEIPTS, _GAP)]
    finally:
        await connection.close()
