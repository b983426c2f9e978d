"""The published procedures with their history: every version, who published it, when and why.

A version is kept once and never changed. `province.procedure` finds the one in force.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from postgw.domain.publication import Publication

from . import records
from .database import Session, moment

_COLUMNS = "data, author, reason, published_at"


async def add(tx: Session, publication: Publication) -> None:
    """Keep a version from its day on."""
    procedure = publication.procedure
    await tx.run(
        "INSERT INTO procedure (code, valid_from, data, author, reason, published_at) VALUES ($1, $2, $3, $4, $5, $6)",
        procedure.code, procedure.valid_from, records.to_json(procedure), publication.author, publication.reason,
        publication.published_at,
    )  # fmt: skip


async def history(session: Session, code: str) -> tuple[Publication, ...]:
    """Return every version of a procedure, newest first."""
    rows = await session.rows(f"SELECT {_COLUMNS} FROM procedure WHERE code = $1 ORDER BY valid_from DESC", code)
    return tuple(_publication(row) for row in rows)


async def on_day(session: Session, code: str, *, on: date) -> Publication | None:
    """Return the newest version that has begun by a day, in force or ended."""
    row = await session.row(
        f"SELECT {_COLUMNS} FROM procedure WHERE code = $1 AND valid_from <= $2 ORDER BY valid_from DESC LIMIT 1",
        code, on,
    )  # fmt: skip
    return _publication(row) if row else None


def _publication(row: dict[str, Any]) -> Publication:
    return Publication(
        procedure=records.procedure(row["data"]), author=row["author"], reason=row["reason"],
        published_at=moment(row["published_at"]),
    )  # fmt: skip


async def codes(session: Session) -> frozenset[str]:
    """Return the codes of which there is any version."""
    return frozenset(row["code"] for row in await session.rows("SELECT DISTINCT code FROM procedure"))
