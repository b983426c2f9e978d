"""What stands where, counted for the wall: in one statement for each figure.

Used by: services.wall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .database import Session, moment

WAITING = ("registered", "booked")
TRANSIT = (
    "collected", "in_transit", "at_office", "out_for_delivery", "attempted", "held", "returning", "unclaimed",
)  # fmt: skip
STATES = {"waiting": WAITING, "transit": TRANSIT}
_SINCE = "COALESCE(c.since_at, c.created_at)"
_MINE = "($1 = '' OR c.desk = $1 OR c.to_desk = $1 OR c.office = $1)"
_OPEN = "r.ledger = 'fee' AND r.remittance_id IS NULL AND r.cancelled_at IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many stand at a desk (and an office), and since when the oldest does."""

    desk: str
    office: str
    count: int
    oldest_at: datetime | None
    dong: int = 0


async def standing(session: Session, figure: str, *, unit: str) -> list[Standing]:
    """Return how many consignments wait or travel, by desk and office."""
    rows = await session.rows(
        f"SELECT c.desk, c.office, count(*) AS n, min({_SINCE}) AS oldest_at FROM consignment c"
        f" WHERE c.state {session.among(2)} AND {_MINE} GROUP BY c.desk, c.office",
        unit, list(STATES[figure]),
    )  # fmt: skip
    return [
        Standing(desk=row["desk"], office=row["office"], count=row["n"], oldest_at=moment(row["oldest_at"]))
        for row in rows
    ]


async def money_outside(session: Session, *, unit: str) -> list[Standing]:
    """Return the fee money that was collected and not handed on, by desk and by who holds it."""
    rows = await session.rows(
        "SELECT r.desk, r.unit, count(*) AS n, CAST(sum(r.amount_dong) AS bigint) AS dong,"
        f" min(r.collected_at) AS oldest_at FROM receipt r WHERE {_OPEN}"
        " AND ($1 = '' OR r.unit = $1 OR r.desk = $1) GROUP BY r.desk, r.unit",
        unit,
    )
    return [
        Standing(
            desk=row["desk"], office=row["unit"], count=row["n"], dong=row["dong"], oldest_at=moment(row["oldest_at"])
        )
        for row in rows
    ]


async def numbers(session: Session, figure: str, *, unit: str, at_unit: str, skip: int, limit: int) -> list[str]:
    """Return what waits or travels at a place, what stands longest first, after so many."""
    rows = await session.rows(
        f"SELECT c.consignment_no FROM consignment c WHERE c.state {session.among(2)} AND {_MINE}"
        f" AND ($3 = '' OR c.desk = $3 OR c.office = $3)"
        f" ORDER BY {_SINCE}, c.id LIMIT {int(limit)} OFFSET {int(skip)}",
        unit, list(STATES[figure]), at_unit,
    )  # fmt: skip
    return [row["consignment_no"] for row in rows]


async def under_a_clock(session: Session, *, unit: str) -> list[dict[str, Any]]:
    """Return what the public post holds and has not yet tried to deliver, with what a clock needs of it."""
    return await session.rows(
        "SELECT c.id, c.consignment_no, c.leg, c.desk, c.office, c.parties, c.rules_version, d.service_form"
        f" FROM consignment c JOIN dossier d ON d.id = c.dossier_id WHERE c.state {session.among(2)} AND {_MINE}"
        " AND c.public_service AND NOT (c.leg = 'return' AND (c.attempts > 0 OR c.state = 'held')) ORDER BY c.id",
        unit, list(TRANSIT),
    )  # fmt: skip


async def receipts_outside(
    session: Session, *, unit: str, at_unit: str, after: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """Return the receipts whose money is still outside, the oldest first, with their row numbers."""
    rows = await session.rows(
        f"SELECT r.id, r.receipt_no, r.desk, r.unit, r.amount_dong, r.collected_at, r.remit_by FROM receipt r"
        f" WHERE {_OPEN}"
        " AND ($1 = '' OR r.unit = $1 OR r.desk = $1) AND ($2 = '' OR r.unit = $2 OR r.desk = $2) AND r.id > $3"
        f" ORDER BY r.id LIMIT {int(limit)}",
        unit, at_unit, after,
    )  # fmt: skip
    return [
        (row.pop("id"), {**row, "collected_at": moment(row["collected_at"]), "remit_by": moment(row["remit_by"])})
        for row in rows
    ]
