"""What is there already of what a gateway wants before it goes live: few figures, each by an index or a small table."""

from __future__ import annotations

from datetime import date
from typing import Literal

from .database import Session


async def units_that_sign(session: Session, *, on: date) -> frozenset[str]:
    """Return the units for which somebody may sign handovers of dossiers on a day."""
    rows = await session.rows(
        "SELECT DISTINCT unit FROM signatory WHERE subject = 'dossiers' AND valid_from <= $1"
        " AND (valid_to IS NULL OR valid_to >= $1)",
        on,
    )
    return frozenset(row["unit"] for row in rows)


async def desks_with_windows(session: Session, *, on: date) -> frozenset[str]:
    """Return the desks of which the coming of the post is known on a day."""
    rows = await session.rows("SELECT DISTINCT desk FROM pickup_window WHERE valid_from <= $1", on)
    return frozenset(row["desk"] for row in rows)


async def counters(session: Session) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the desks that have a counter with printers, and the counters where a printer was not tried well yet."""
    rows = await session.rows(
        "SELECT c.unit, c.name, min(CASE WHEN p.test_outcome = 'right' THEN 1 ELSE 0 END) AS tried FROM counter c"
        " JOIN printer p ON p.counter_id = c.id WHERE c.closed_at IS NULL GROUP BY c.id, c.unit, c.name ORDER BY c.name"
    )
    return frozenset(row["unit"] for row in rows), tuple(row["name"] for row in rows if not row["tried"])


async def procedures(session: Session) -> tuple[int, int]:
    """Return how many versions of procedures there are, and how many a person published."""
    row = await session.row("SELECT count(*) AS n, count(published_at) AS own FROM procedure")
    return (int(row["n"]), int(row["own"])) if row else (0, 0)


async def ledgers_with_series(session: Session) -> frozenset[str]:
    """Return the ledgers that have a series of receipts."""
    return frozenset(row["ledger"] for row in await session.rows("SELECT DISTINCT ledger FROM receipt_series"))


async def count(session: Session, table: Literal["remit_term"]) -> int:
    """Return how many rows a small table has."""
    row = await session.row(f"SELECT count(*) AS n FROM {table}")
    return int(row["n"]) if row else 0


async def has_dossiers(session: Session) -> bool:
    """Say whether there is any dossier."""
    return await session.row("SELECT id FROM dossier LIMIT 1") is not None


async def parked(session: Session) -> tuple[int, int]:
    """Return how many errands stand still and how many offers were refused; no more than a thousand are counted."""
    errands = await session.row("SELECT count(*) AS n FROM (SELECT id FROM outbox WHERE state = 'parked' LIMIT 1000) p")
    offers = await session.row("SELECT count(*) AS n FROM (SELECT id FROM offer WHERE state = 'refused' LIMIT 1000) r")
    return (int(errands["n"]) if errands else 0, int(offers["n"]) if offers else 0)
