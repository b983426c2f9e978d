"""Piles that were booked in one go, under the key of the form that asked for it.

Used by: batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from postgw.domain.bookable import Batch, BatchLine

from . import orders, records
from .database import Session, moment


async def begin(tx: Session, batch: Batch, keys: Sequence[str], *, actor: str, at: datetime) -> bool:
    """Keep a new pile with its dossiers; return false when its key is known already."""
    wishes = records.to_json({"counter_no": batch.counter_no, "prints": list(batch.prints)})
    row = await tx.row(
        "INSERT INTO booking_batch (batch_key, desk, leg, wishes, tried_at, made_at, made_by)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6) ON CONFLICT (batch_key) DO NOTHING RETURNING id",
        batch.batch_key, batch.desk, batch.leg, wishes, at, actor,
    )  # fmt: skip
    if row is None:
        return False
    columns = (("batch_id", "bigint"), ("dossier_key", "text"))
    await tx.insert_many(
        "booking_batch_line", columns, [(row["id"], key) for key in dict.fromkeys(keys)],
        tail="ON CONFLICT (batch_id, dossier_key) DO NOTHING",
    )  # fmt: skip
    return True


async def note(tx: Session, batch_key: str, line: BatchLine) -> None:
    """Keep what became of one dossier of a pile."""
    reason = records.to_json({"template": line.template, "values": dict(line.values)}) if line.template else ""
    await tx.run(
        "UPDATE booking_batch_line SET consignment_no = $3, outcome = $4, reason = $5"
        " WHERE batch_id = (SELECT id FROM booking_batch WHERE batch_key = $1) AND dossier_key = $2",
        batch_key, line.dossier_key, line.consignment_no, line.outcome, reason,
    )  # fmt: skip


async def try_again(tx: Session, batch_key: str, *, before: datetime, at: datetime) -> bool:
    """Take up a pile that nobody has worked on since `before` and that is not done; return whether it is ours now."""
    row = await tx.row(
        "UPDATE booking_batch SET tried_at = $3 WHERE batch_key = $1 AND done_at IS NULL AND tried_at < $2"
        " RETURNING id",
        batch_key, before, at,
    )  # fmt: skip
    return row is not None


async def finish(tx: Session, batch_key: str, *, manifest_no: str, obstacle: str, job_no: str, at: datetime) -> None:
    """Keep which manifest and which print job a pile came to."""
    await tx.run(
        "UPDATE booking_batch SET manifest_no = $2, obstacle = $3, job_no = $4, done_at = $5 WHERE batch_key = $1",
        batch_key, manifest_no, obstacle, job_no, at,
    )  # fmt: skip


async def find(session: Session, batch_key: str) -> Batch | None:
    """Return a pile by the key of its form."""
    row = await session.row("SELECT * FROM booking_batch WHERE batch_key = $1", batch_key)
    return await _whole(session, row) if row else None


async def get(session: Session, batch_no: str) -> Batch | None:
    """Return a pile by its number."""
    number = int(batch_no) if batch_no.isascii() and batch_no.isdecimal() and len(batch_no) < 18 else 0
    row = await session.row("SELECT * FROM booking_batch WHERE id = $1", number)
    return await _whole(session, row) if row else None


async def latest(session: Session, *, desk: str, limit: int) -> tuple[Batch, ...]:
    """Return the newest piles of a desk, without their lines."""
    where, values = (" WHERE desk = $1", [desk]) if desk else ("", [])
    rows = await session.rows(f"SELECT * FROM booking_batch{where} ORDER BY id DESC LIMIT {int(limit)}", *values)
    return tuple(_batch(row, ()) for row in rows)


async def _whole(session: Session, row: dict[str, Any]) -> Batch:
    rows = await session.rows("SELECT * FROM booking_batch_line WHERE batch_id = $1 ORDER BY id", row["id"])
    asked = await orders.several(session, [each["consignment_no"] for each in rows if each["consignment_no"]])
    return _batch(row, tuple(_line(each, asked.get(each["consignment_no"])) for each in rows))


def _line(row: dict[str, Any], order: orders.Booked | None) -> BatchLine:
    reason = records.from_json(row["reason"]) if row["reason"] else {"template": "", "values": {}}
    return BatchLine(
        dossier_key=row["dossier_key"], consignment_no=row["consignment_no"], outcome=row["outcome"], **reason,
        order_state=order.state if order else "", order_message=order.message if order else "",
    )  # fmt: skip


def _batch(row: dict[str, Any], lines: tuple[BatchLine, ...]) -> Batch:
    wishes = records.from_json(row["wishes"])
    return Batch(
        batch_no=str(row["id"]), batch_key=row["batch_key"], desk=row["desk"], leg=row["leg"],
        counter_no=wishes["counter_no"], prints=tuple(wishes["prints"]), lines=lines, manifest_no=row["manifest_no"],
        obstacle=row["obstacle"], job_no=row["job_no"], tried_at=moment(row["tried_at"]),  # type: ignore[arg-type]
        made_at=moment(row["made_at"]), made_by=row["made_by"], done_at=moment(row["done_at"]),  # type: ignore[arg-type]
    )  # fmt: skip
