"""What desks' systems say of dossiers that they closed, laid beside what we know of their deliveries.

Both lists are read from what is unsettled, not from everything that was ever delivered, so they stay quick over the
years.

Used by: services.settling.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from postgw.domain.closing import Closing, Unsettled

from . import outbox
from .database import Session, moment

_SHOWN = "d.dossier_no, d.receiving_desk, d.intake_ref, c.consignment_no, c.state, c.desk, c.since_at"
_MINE = "($2 = '' OR c.desk = $2 OR c.to_desk = $2 OR d.receiving_desk = $2)"
#: A word of the delivery itself, not of an earlier milestone: its key ends with the notice, which names the state.
_OF_DELIVERY = "(o.key LIKE '%.delivered.%' OR o.key LIKE '%.delivered_by_post_statement.%')"
_KINDS = "IN ('consignment.delivered', 'consignment.delivered_by_post_statement')"
_TO_IT = "(o.channel = 'fan' OR (o.channel = 'desk' AND o.target = s.system))"
_LATEST_ISSUE = "SELECT max(l.issue) FROM consignment l WHERE l.dossier_id = d.id AND l.leg = 'return'"
_DELIVERED = "(c.state = 'delivered' OR ($3 = 1 AND c.state = 'delivered_by_post_statement'))"


async def close(tx: Session, dossier_id: int, *, closed_at: datetime, actor: str, at: datetime) -> None:
    """Keep that a dossier was closed; the first word stands."""
    await tx.run(
        "INSERT INTO desk_closing (dossier_id, closed_at, told_at, told_by) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (dossier_id) DO NOTHING",
        dossier_id, closed_at, at, actor,
    )  # fmt: skip


async def find(session: Session, dossier_id: int, key: str) -> Closing | None:
    """Return what was said of a dossier's closing."""
    row = await session.row("SELECT closed_at, told_at, told_by FROM desk_closing WHERE dossier_id = $1", dossier_id)
    if row is None:
        return None
    closed_at, told_at = moment(row["closed_at"]), moment(row["told_at"])
    assert closed_at is not None
    assert told_at is not None
    return Closing(dossier_key=key, closed_at=closed_at, told_at=told_at, told_by=row["told_by"])


async def delivered_but_open(
    session: Session, *, unit: str, statement_closes: bool, wired: bool, after: int, limit: int
) -> list[tuple[int, Unsettled]]:
    """Return results that were delivered while the desk's system has neither heard of it nor said that it closed.

    Where desks are told by wire, those are the words that still wait or are parked; where nobody is, all that no desk
    has closed.
    """
    if wired:
        source = (
            f"SELECT o.id, o.state AS errand, o.last_error AS error, {_SHOWN} FROM {outbox.OWED} o JOIN consignment c"
            " ON c.consignment_no = o.subject JOIN dossier d ON d.id = c.dossier_id WHERE o.id > $1 AND"
            f" o.channel IN ('desk', 'fan') AND {_OF_DELIVERY} AND "
        )
        order = "o.id"
    else:
        source = (
            "SELECT c.id, '' AS errand, '' AS error, " + _SHOWN + " FROM consignment c"
            " JOIN dossier d ON d.id = c.dossier_id WHERE c.id > $1 AND "
        )
        order = "c.id"
    rows = await session.rows(
        f"{source}{_MINE} AND c.leg = 'return' AND {_DELIVERED}"
        " AND NOT EXISTS (SELECT 1 FROM desk_closing k WHERE k.dossier_id = d.id)"
        f" ORDER BY {order} LIMIT {int(limit)}",
        after, unit, int(statement_closes),
    )  # fmt: skip
    return [(row["id"], _unsettled(row, delivered_at=moment(row["since_at"]))) for row in rows]


async def delivered_but_said_open(
    session: Session, *, unit: str, statement_closes: bool, systems: Sequence[str], after: int, limit: int
) -> list[tuple[int, Unsettled]]:
    """Return results that were delivered while one of the systems, asked after it took our word, calls them open.

    Where the word still waits the dossier stands in `delivered_but_open`.
    """
    # CROSS JOIN: SQLite keeps the order, so that it begins at the small table and not among all dossiers.
    rows = await session.rows(
        f"SELECT s.id, s.system, s.status, '' AS errand, '' AS error, {_SHOWN} FROM desk_standing s"
        " CROSS JOIN dossier d CROSS JOIN consignment c WHERE d.id = s.dossier_id AND c.dossier_id = d.id"
        f" AND c.leg = 'return' AND c.issue = ({_LATEST_ISSUE}) AND s.id > $1 AND s.status <> '' AND {_MINE}"
        f" AND s.system {session.among(4)}"
        f" AND NOT c.without_result AND {_DELIVERED} AND s.asked_at > c.since_at"
        " AND NOT EXISTS (SELECT 1 FROM desk_closing k WHERE k.dossier_id = d.id)"
        f" AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject = c.consignment_no AND {_OF_DELIVERY}"
        f" AND {_TO_IT} AND (o.done_at IS NULL OR o.done_at >= s.asked_at))"
        " AND NOT EXISTS (SELECT 1 FROM told o JOIN event e ON e.id = o.event_id WHERE o.subject = c.consignment_no"
        f" AND e.kind {_KINDS} AND {_TO_IT} AND o.done_at >= s.asked_at) ORDER BY s.id LIMIT {int(limit)}",
        after, unit, int(statement_closes), list(systems),
    )  # fmt: skip
    return [(row["id"], _unsettled(row, delivered_at=moment(row["since_at"]))) for row in rows]


async def closed_but_not_delivered(
    session: Session, *, unit: str, statement_closes: bool, after: int, limit: int
) -> list[tuple[int, Unsettled]]:
    """Return dossiers that a desk's system closed while their result, which goes by post, is not known to be delivered.

    A result that was called off, because the citizen fetched it, is settled.
    """
    rows = await session.rows(
        f"SELECT k.id, k.closed_at, '' AS errand, '' AS error, {_SHOWN} FROM desk_closing k"
        " JOIN dossier d ON d.id = k.dossier_id JOIN consignment c ON c.dossier_id = d.id AND c.leg = 'return'"
        f" AND c.issue = ({_LATEST_ISSUE}) WHERE k.id > $1 AND {_MINE} AND c.state <> 'cancelled' AND NOT {_DELIVERED}"
        f" ORDER BY k.id LIMIT {int(limit)}",
        after, unit, int(statement_closes),
    )  # fmt: skip
    return [(row["id"], _unsettled(row, closed_at=moment(row["closed_at"]))) for row in rows]


def _unsettled(
    row: dict[str, Any], *, delivered_at: datetime | None = None, closed_at: datetime | None = None
) -> Unsettled:
    return Unsettled(
        dossier_key=row["dossier_no"] or f"{row['receiving_desk']}/{row['intake_ref']}",
        consignment_no=row["consignment_no"], desk=row["desk"], state=row["state"], errand=row["errand"],
        error=row["error"], delivered_at=delivered_at, closed_at=closed_at, system=row.get("system", ""),
        standing=row.get("status", ""),
    )  # fmt: skip
