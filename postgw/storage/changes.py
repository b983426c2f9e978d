"""What was changed in the house's own settings. There is no statement here that alters a line."""

from __future__ import annotations

from typing import Any

from postgw.domain.change import Change

from . import records
from .database import Session, moment

_COLUMNS = ("kind", "subject", "act", "before", "after", "unit", "changed_at", "changed_by")


async def note(tx: Session, change: Change) -> None:
    """Write a change down, in the transaction that makes it."""
    await tx.run(
        f"INSERT INTO change ({', '.join(_COLUMNS)}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        change.kind, change.subject, change.act, records.to_json(dict(change.before)),
        records.to_json(dict(change.after)), change.unit, change.changed_at, change.changed_by,
    )  # fmt: skip


async def changes(
    session: Session, *, kind: str = "", subject: str = "", who: str = "", before: int = 0, limit: int = 50
) -> list[tuple[int, Change]]:
    """Return changes with their row numbers, newest first; of one kind, one subject, one person, or all."""
    rows = await session.rows(
        f"SELECT id, {', '.join(_COLUMNS)} FROM change WHERE id < $1 AND ($2 = '' OR kind = $2)"
        f" AND ($3 = '' OR subject = $3) AND ($4 = '' OR changed_by = $4) ORDER BY id DESC LIMIT {int(limit)}",
        before or 2**62, kind, subject, who,
    )  # fmt: skip
    return [(row["id"], _change(row)) for row in rows]


def _change(row: dict[str, Any]) -> Change:
    when = moment(row["changed_at"])
    assert when is not None
    return Change(
        **{name: row[name] for name in ("kind", "subject", "act", "unit", "changed_by")}, changed_at=when,
        before=records.from_json(row["before"]), after=records.from_json(row["after"]),
    )  # fmt: skip
