"""Stock-takes: what was missing and strange at a post office, and when the missing were seen again.

Used by: stock_taking.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import orjson

from postgw.domain.scan import CORRECTION
from postgw.domain.stock_take import SeenAgain, StockTake, numbered
from postgw.domain.stop import ON_THE_SHELF

from .database import Session, moment

#: Said by the gateway or at a desk of paper: nobody had the item in a hand.
_UNSEEN = {CORRECTION, "booked", "bound", "lost", "collection_failed"}


async def add(tx: Session, take: StockTake, *, source_id: str) -> bool:
    """Keep a stock-take; return false when its number is taken."""
    row = await tx.row(
        "INSERT INTO stock_take (stock_take_no, office, taken_at, taken_by, source_id, expected, found, missing,"
        " strange) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (stock_take_no) DO NOTHING RETURNING id",
        take.stock_take_no, take.office, take.taken_at, take.taken_by, source_id, take.expected, take.found,
        _text(take.missing), _text(take.strange),
    )  # fmt: skip
    return row is not None


async def told_as(session: Session, source_id: str) -> StockTake | None:
    """Return the stock-take that a device told under its own id."""
    row = await session.row("SELECT * FROM stock_take WHERE source_id = $1", source_id)
    return _take(row) if row else None


async def find(session: Session, stock_take_no: str) -> StockTake | None:
    """Return a stock-take."""
    row = await session.row("SELECT * FROM stock_take WHERE stock_take_no = $1", stock_take_no)
    return _take(row) if row else None


async def count_of_day(session: Session, office: str, on: date) -> int:
    """Return how many stock-takes of an office bear the number of a day."""
    prefix = numbered(office, on, 1)[:-2]
    row = await session.row("SELECT count(*) AS n FROM stock_take WHERE stock_take_no LIKE $1", f"{prefix}%")
    return int(row["n"]) if row else 0


async def listed(session: Session, *, office: str, before: int, limit: int) -> list[tuple[int, StockTake]]:
    """Return the stock-takes of an office (or of all), newest first, with their row numbers."""
    where, values = (" AND office = $2", [office]) if office else ("", [])
    rows = await session.rows(
        f"SELECT * FROM stock_take WHERE id < $1{where} ORDER BY id DESC LIMIT {int(limit)}", before or 2**62, *values
    )
    return [(row["id"], _take(row)) for row in rows]


async def lying_at(session: Session, office: str, numbers: Sequence[str]) -> frozenset[str]:
    """Return those of these consignments that by the books lie at an office."""
    rows = await session.rows(
        f"SELECT consignment_no FROM consignment WHERE consignment_no {session.among(1)} AND holder = 'post'"
        f" AND office = $2 AND state {session.among(3)}",
        list(numbers), office, sorted(ON_THE_SHELF),
    )  # fmt: skip
    return frozenset(row["consignment_no"] for row in rows)


async def seen_since(session: Session, numbers: Sequence[str], since: datetime) -> dict[str, list[SeenAgain]]:
    """Return what was said of these consignments by somebody who had them after a moment, the earliest first."""
    rows = await session.rows(
        "SELECT c.consignment_no, s.source, s.source_id, s.code, s.occurred_at, s.office, s.detail FROM consignment c"
        " JOIN scan s ON s.consignment_id = c.id"
        f" WHERE c.consignment_no {session.among(1)} AND s.occurred_at > $2 ORDER BY s.occurred_at, s.id",
        list(numbers), since,
    )  # fmt: skip
    cancelled = {orjson.loads(row["detail"] or "{}").get("cancels") for row in rows if row["code"] == CORRECTION}
    seen: dict[str, list[SeenAgain]] = {}
    for row in rows:
        if row["code"] not in _UNSEEN and f"{row['source']}#{row['source_id']}" not in cancelled:
            seen.setdefault(row["consignment_no"], []).append(_seen(row))
    return seen


def _seen(row: dict[str, Any]) -> SeenAgain:
    at = moment(row["occurred_at"])
    assert at is not None  # the column may not be empty
    return SeenAgain(code=row["code"], occurred_at=at, office=row["office"])


def _take(row: dict[str, Any]) -> StockTake:
    taken_at = moment(row["taken_at"])
    assert taken_at is not None  # the column may not be empty
    return StockTake(
        stock_take_no=row["stock_take_no"], office=row["office"], taken_at=taken_at, taken_by=row["taken_by"],
        expected=row["expected"], found=row["found"], missing=tuple(orjson.loads(row["missing"])),
        strange=tuple(orjson.loads(row["strange"])),
    )  # fmt: skip


def _text(numbers: Sequence[str]) -> str:
    return orjson.dumps(list(numbers)).decode()
