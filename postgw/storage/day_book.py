"""The day's money of a unit, read from the ledger: its entries have the unit and the moment in one index.

An entry of money taken bears the act of its receipt, so that the receipts of a day are found without walking through
those of five years.
"""

from __future__ import annotations

from datetime import datetime

from postgw.domain.receipt import Receipt, Remittance
from postgw.domain.till import Taker

from .database import Session
from .receipts import FROM, RECEIPT, REMITTANCE, receipt_from, whole

_ON_THE_DAY = "e.unit = $1 AND e.entered_at >= $2 AND e.entered_at < $3 AND e.taker = 'cash'"


async def taken(
    session: Session, *, unit: str, since: datetime, before: datetime, ledger: str, after: int, limit: int
) -> list[tuple[int, Receipt]]:
    """Return the receipts that a unit wrote in a time, newest first, with the numbers of their entries."""
    rows = await session.rows(
        f"SELECT e.id AS entry_id, {RECEIPT} {FROM} JOIN ledger_entry e ON e.act = r.act AND e.line = 1"
        f" WHERE {_ON_THE_DAY} AND e.id < $4 AND ($5 = '' OR e.ledger = $5) ORDER BY e.id DESC LIMIT {int(limit)}",
        unit, since, before, after or 2**62, ledger,
    )  # fmt: skip
    return [(row.pop("entry_id"), receipt_from(row)) for row in rows]


async def takers(session: Session, *, unit: str, since: datetime, before: datetime) -> tuple[Taker, ...]:
    """Return who took how much in a time, what was cancelled since included."""
    rows = await session.rows(
        "SELECT e.ledger, e.entered_by AS name, count(*) AS receipts_count,"
        f" CAST(sum(e.amount_dong) AS bigint) AS amount_dong FROM ledger_entry e WHERE {_ON_THE_DAY}"
        " AND e.giver <> 'compensation' GROUP BY e.ledger, e.entered_by ORDER BY e.ledger, e.entered_by",
        unit, since, before,
    )  # fmt: skip
    return tuple(Taker(**row) for row in rows)


async def held_dong(session: Session, *, unit: str, before: datetime) -> int:
    """Return the fee money that the receipts of a unit say it still held at a moment."""
    row = await session.row(
        "SELECT CAST(COALESCE(sum(r.amount_dong), 0) AS bigint) AS dong FROM receipt r"
        " LEFT JOIN remittance m ON m.id = r.remittance_id WHERE r.unit = $1 AND r.ledger = 'fee'"
        " AND r.collected_at < $2 AND (r.cancelled_at IS NULL OR r.cancelled_at >= $2)"
        " AND (m.id IS NULL OR m.remitted_at >= $2)",
        unit, before,
    )  # fmt: skip
    return int(row["dong"]) if row else 0


async def uncounted_dong(session: Session, *, unit: str, before: datetime) -> int:
    """Return what a unit had handed on and nobody had counted at a moment."""
    row = await session.row(
        "SELECT CAST(COALESCE(sum(amount_dong), 0) AS bigint) AS dong FROM remittance WHERE unit = $1"
        " AND remitted_at < $2 AND (confirmed_at IS NULL OR confirmed_at >= $2)",
        unit, before,
    )  # fmt: skip
    return int(row["dong"]) if row else 0


async def remittances(
    session: Session, *, unit: str, since: datetime, before: datetime, limit: int
) -> tuple[Remittance, ...]:
    """Return what was handed on or counted in a time, and what waited to be counted then; newest first."""
    rows = await session.rows(
        f"SELECT id, {', '.join(REMITTANCE)} FROM remittance WHERE (unit = $1 OR desk = $1) AND remitted_at < $3"
        " AND (remitted_at >= $2 OR confirmed_at IS NULL OR confirmed_at >= $2)"
        f" ORDER BY id DESC LIMIT {int(limit)}",
        unit, since, before,
    )  # fmt: skip
    return tuple(remittance for _, remittance in await whole(session, rows))


async def waiting(session: Session, *, unit: str, desk: str, limit: int) -> tuple[Receipt, ...]:
    """Return the fee receipts whose money a unit still holds for a desk, the most urgent first."""
    rows = await session.rows(
        f"SELECT {RECEIPT} {FROM} WHERE r.ledger = 'fee' AND r.remittance_id IS NULL AND r.cancelled_at IS NULL"
        f" AND r.unit = $1 AND r.desk = $2 ORDER BY r.remit_by, r.id LIMIT {int(limit)}",
        unit, desk,
    )  # fmt: skip
    return tuple(receipt_from(row) for row in rows)
