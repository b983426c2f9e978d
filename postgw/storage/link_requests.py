"""Requests for a secret link: somebody typed four digits under a number. What they typed is looked at later, by a job.

At the door one row is written, of the same shape whether the number is known or not and whether its day has tries left;
so nobody can tell these apart by what comes back or by how long it takes. The digits stand here for seconds, and only
while the number's day has tries left; the row is forgotten within days.

Used by: services.link_sending.
Source: Circular 01/2018/TT-VPCP art. 16.2.d (who is told more must prove himself).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .database import Session

_DAYS_KEPT = 2
#: More tries than this are not told apart: the column is small, and the day was over long before.
_TRIES_COUNTED = 10_000
_ASK = (
    "INSERT INTO link_request (number, asked_on, tries, digits, asked_at) VALUES ($1, $2, 1, $3, $4)"
    " ON CONFLICT (number, asked_on) DO UPDATE SET asked_at = $4,"
    " digits = CASE WHEN link_request.tries < $5 THEN $3 ELSE link_request.digits END,"
    f" tries = CASE WHEN link_request.tries < {_TRIES_COUNTED} THEN link_request.tries + 1 ELSE {_TRIES_COUNTED} END"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequest:
    """Digits that wait to be looked at."""

    request_id: int
    number: str
    digits: str = field(repr=False)


async def ask(tx: Session, number: str, digits: str, *, on: date, tries: int, at: datetime) -> None:
    """Keep that digits were typed under a number; above the tries of its day the digits are not kept."""
    await tx.run(_ASK, number, on, digits, at, tries)


async def waiting(tx: Session, *, on: date, limit: int) -> tuple[LinkRequest, ...]:
    """Take what waits to be looked at, the oldest first, until the transaction ends."""
    rows = await tx.rows(
        "SELECT id, number, digits FROM link_request WHERE asked_on >= $1 AND digits <> ''"
        f" ORDER BY id LIMIT {int(limit)}{tx.skip_locked}",
        on - timedelta(days=1),
    )  # fmt: skip
    return tuple(LinkRequest(request_id=row["id"], number=row["number"], digits=row["digits"]) for row in rows)


async def looked_at(tx: Session, request_ids: list[int]) -> None:
    """Blank the digits of what was looked at."""
    await tx.run(f"UPDATE link_request SET digits = '' WHERE id {tx.among(1, 'bigint')}", request_ids)


async def forget(tx: Session, *, on: date) -> None:
    """Drop what is older than two days."""
    await tx.run("DELETE FROM link_request WHERE asked_on < $1", on - timedelta(days=_DAYS_KEPT))
