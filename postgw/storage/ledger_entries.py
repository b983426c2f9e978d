"""Ledger entries, written once. There is no statement here that changes or removes one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from postgw.domain.ledger import Entry

from .database import Session

_COLUMNS = (
    ("act", "text"), ("line", "smallint"), ("ledger", "text"), ("unit", "text"), ("giver", "text"), ("taker", "text"),
    ("amount_dong", "bigint"), ("entered_at", "timestamptz"), ("entered_by", "text"),
)  # fmt: skip


async def write(tx: Session, entries: Sequence[Entry], *, unit: str, actor: str, at: datetime) -> None:
    """Write the entries of one act; the act asked for again writes nothing."""
    rows = [(e.act, e.line, e.ledger, unit, e.giver, e.taker, e.amount_dong, at, actor) for e in entries]
    await tx.insert_many("ledger_entry", _COLUMNS, rows, tail="ON CONFLICT (act, line) DO NOTHING")


async def sums(session: Session, *, unit: str, since: datetime | None, before: datetime) -> tuple[Entry, ...]:
    """Return what went from account to account in a time, one entry for each pair; of one unit, or of all."""
    rows = await session.rows(
        "SELECT ledger, giver, taker, CAST(sum(amount_dong) AS bigint) AS amount_dong FROM ledger_entry"
        " WHERE entered_at >= $1 AND entered_at < $2 AND ($3 = '' OR unit = $3) GROUP BY ledger, giver, taker"
        " ORDER BY ledger, giver, taker",
        since or _BEGINNING, before, unit,
    )  # fmt: skip
    return tuple(Entry(act="sum", **row) for row in rows)


_BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
