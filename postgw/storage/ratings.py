"""Citizens' ratings: kept with their delivery, read only as sums, and as remarks without it.

Only what travelled by the public postal service is counted.

Used by: services.satisfaction, services.reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postgw.domain.rating import Tally

from .database import Session, moment

_TALLY = (
    "count(*) AS answers, CAST(COALESCE(sum(r.score), 0) AS bigint) AS points,"
    " CAST(COALESCE(sum(CASE WHEN r.score >= $4 THEN 1 ELSE 0 END), 0) AS bigint) AS satisfied"
)
_IN = (
    "FROM rating r JOIN consignment c ON c.id = r.consignment_id WHERE c.public_service"
    " AND r.given_at >= $1 AND r.given_at < $2 AND ($3 = '' OR r.desk = $3 OR r.office = $3)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedDelivery:
    """A delivery that may be rated: when it was, at which desk and office, and whether somebody answered."""

    consignment_no: str
    desk: str
    office: str
    delivered_at: datetime | None  #: none: it is not delivered
    answered: bool


async def delivery(session: Session, consignment_no: str) -> RatedDelivery | None:
    """Return a consignment as one that may be rated."""
    row = await session.row(
        "SELECT c.consignment_no, c.desk, c.state, c.since_at, r.id AS rating_id,"
        " (SELECT s.office FROM scan s WHERE s.consignment_id = c.id AND s.code = 'delivered'"
        " ORDER BY s.witness DESC, s.id LIMIT 1) AS office"
        " FROM consignment c LEFT JOIN rating r ON r.consignment_id = c.id WHERE c.consignment_no = $1",
        consignment_no,
    )  # fmt: skip
    if row is None:
        return None
    is_delivered = row["state"] in {"delivered", "delivered_by_post_statement"}
    return RatedDelivery(
        consignment_no=row["consignment_no"], desk=row["desk"], office=row["office"] or "",
        delivered_at=moment(row["since_at"]) if is_delivered else None, answered=row["rating_id"] is not None,
    )  # fmt: skip


async def add(tx: Session, of: RatedDelivery, *, score: int, comment: str, at: datetime) -> bool:
    """Keep an answer; return false when there was one before, which stands."""
    row = await tx.row(
        "INSERT INTO rating (consignment_id, desk, office, score, comment, given_at)"
        " SELECT id, $2, $3, $4, $5, $6 FROM consignment WHERE consignment_no = $1"
        " ON CONFLICT (consignment_id) DO NOTHING RETURNING id",
        of.consignment_no, of.desk, of.office, score, comment, at,
    )  # fmt: skip
    return row is not None


async def total(session: Session, *, since: datetime, before: datetime, unit: str, satisfied_from: int) -> Tally:
    """Return all answers of a time together."""
    row = await session.row(f"SELECT {_TALLY} {_IN}", since, before, unit, satisfied_from)
    assert row is not None
    return Tally(**row)


async def groups(
    session: Session, by: str, *, since: datetime, before: datetime, unit: str, satisfied_from: int
) -> dict[str, Tally]:
    """Return the answers of a time by desk or by office."""
    column = {"desk": "r.desk", "office": "r.office"}[by]
    rows = await session.rows(
        f"SELECT {column} AS key, {_TALLY} {_IN} GROUP BY {column}", since, before, unit, satisfied_from
    )
    return {row.pop("key"): Tally(**row) for row in rows}


async def comments(session: Session, *, since: datetime, before: datetime, unit: str) -> list[str]:
    """Return the remarks of a time in the order of their letters, which tells nothing of when they were written."""
    rows: list[dict[str, Any]] = await session.rows(
        f"SELECT r.comment {_IN} AND r.comment <> '' ORDER BY r.comment", since, before, unit
    )
    return [row["comment"] for row in rows]
