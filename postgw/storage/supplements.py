"""Requests to complete a dossier, and dossiers that were sent back.

`counts_late` is a column of its own: reports count by it. The dossier is locked by the caller.

Used by: filings, supplements, forms, intake.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from postgw.domain.legal_day import legal_day
from postgw.domain.paper import Paper
from postgw.domain.rejection import Rejection
from postgw.domain.supplement import Supplement, SupplementDraft

from . import day_serials, records
from .database import Session, moment


async def of(session: Session, dossier_id: int) -> tuple[Supplement, ...]:
    """Return the requests to complete a dossier, the first one first."""
    rows = await session.rows("SELECT * FROM supplement WHERE dossier_id = $1 ORDER BY ordinal", dossier_id)
    return tuple(_supplement(row) for row in rows)


def _supplement(row: dict[str, Any]) -> Supplement:
    content = records.from_json(row["content"])
    return Supplement(
        supplement_no=row["supplement_no"], ordinal=row["ordinal"], desk=row["desk"], state=row["state"],
        heard_from_desk=bool(row["heard_from_desk"]), escalated=bool(row["escalated"]),
        counts_late=bool(row["counts_late"]), papers=tuple(Paper(**paper) for paper in content["papers"]),
        reason=content["reason"], digest=row["digest"], asked_at=moment(row["asked_at"]),  # type: ignore[arg-type]
        entered_by=row["entered_by"], completed_at=moment(row["completed_at"]), consignment_no=row["consignment_no"],
    )  # fmt: skip


async def add(
    tx: Session,
    dossier_id: int,
    desk: str,
    draft: SupplementDraft,
    *,
    ordinal: int,
    most: int,
    actor: str,
    at: datetime,
) -> Supplement:
    """Keep a request; one beyond the lawful number is escalated and counts as late."""
    beyond = ordinal > most
    row = await tx.row(
        "INSERT INTO supplement (supplement_no, dossier_id, ordinal, desk, heard_from_desk, escalated, counts_late,"
        " content, digest, asked_at, entered_at, entered_by) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11)"
        " RETURNING *",
        await _next_number(tx, "supplement", "BS", at), dossier_id, ordinal, desk, draft.heard_from_desk, beyond,
        records.to_json({"papers": draft.papers, "reason": draft.reason}), draft.digest(), draft.asked_at or at, at,
        actor,
    )  # fmt: skip
    assert row is not None
    return _supplement(row)


async def _next_number(tx: Session, table: str, mark: str, at: datetime) -> str:
    await tx.queue_for(table)
    prefix = f"{mark}-{legal_day(at):%y%m%d}-"
    return f"{prefix}{await day_serials.next_serial(tx, table, f'{table}_no', prefix):04d}"


async def waiting_for(session: Session, dossier_id: int, *, consignment_id: int = 0) -> Supplement | None:
    """Return the request that waits for its papers: for those of a consignment, only if that was made afterwards."""
    made_after = " AND entered_at <= (SELECT created_at FROM consignment WHERE id = $2)" if consignment_id else ""
    row = await session.row(
        f"SELECT * FROM supplement WHERE dossier_id = $1 AND state = 'asked'{made_after} ORDER BY ordinal DESC LIMIT 1",
        dossier_id, *([consignment_id] if consignment_id else []),
    )  # fmt: skip
    return _supplement(row) if row else None


async def complete(tx: Session, supplement_no: str, *, completed_at: datetime, consignment_no: str, actor: str) -> None:
    """Note when a supplement was complete, and with it all that were asked before."""
    await tx.run(
        "UPDATE supplement SET state = 'completed', completed_at = $2, consignment_no = $3, completed_by = $4"
        " WHERE state = 'asked' AND dossier_id = (SELECT dossier_id FROM supplement WHERE supplement_no = $1)",
        supplement_no, completed_at, consignment_no, actor,
    )  # fmt: skip


async def lapse(tx: Session, dossier_id: int) -> None:
    """Let the requests that wait come to nothing, for the dossier was sent back."""
    await tx.run("UPDATE supplement SET state = 'lapsed' WHERE dossier_id = $1 AND state = 'asked'", dossier_id)


async def of_consignment(session: Session, consignment_no: str) -> Supplement | None:
    """Return the request whose papers a consignment carries, waiting or completed."""
    row = await session.row(
        "SELECT s.* FROM supplement s JOIN consignment c ON c.dossier_id = s.dossier_id WHERE c.consignment_no = $1"
        " AND c.leg = 'send' AND (s.consignment_no = $1"
        " OR (s.state = 'asked' AND c.live AND s.entered_at <= c.created_at)) ORDER BY s.ordinal DESC LIMIT 1",
        consignment_no,
    )
    return _supplement(row) if row else None


async def listed(
    session: Session, *, desk: str, state: str, late_only: bool, after: int, limit: int
) -> list[tuple[int, str, Supplement]]:
    """Return requests, the oldest first: row number, the dossier's key, the request."""
    wheres, values = ["s.id > $1"], [after]
    for condition, value in (("s.desk = {n}", desk), ("s.state = {n}", state)):
        if value:
            values.append(value)  # type: ignore[arg-type]
            wheres.append(condition.format(n=f"${len(values)}"))
    wheres += ["s.counts_late"] if late_only else []
    rows = await session.rows(
        "SELECT s.*, COALESCE(d.dossier_no, d.receiving_desk || '/' || d.intake_ref) AS key FROM supplement s"
        f" JOIN dossier d ON d.id = s.dossier_id WHERE {' AND '.join(wheres)} ORDER BY s.id LIMIT {int(limit)}",
        *values,
    )
    return [(row["id"], row["key"], _supplement(row)) for row in rows]


async def rejection(session: Session, dossier_id: int) -> Rejection | None:
    """Return the last rejection of a dossier."""
    row = await session.row("SELECT * FROM rejection WHERE dossier_id = $1 ORDER BY id DESC LIMIT 1", dossier_id)
    if row is None:
        return None
    return Rejection(
        rejection_no=row["rejection_no"], filing_seq=row["filing_seq"], desk=row["desk"], code=row["code"],
        fault=row["fault"], reasons=row["reasons"], limit_on=records.day(row["limit_on"]) if row["limit_on"] else None,
        is_late=bool(row["is_late"]), consignment_no=row["consignment_no"],
        rejected_at=moment(row["rejected_at"]), rejected_by=row["rejected_by"],  # type: ignore[arg-type]
    )  # fmt: skip


async def is_void(session: Session, dossier_id: int, filing_seq: int) -> bool:
    """Say whether the filing of that number was sent back."""
    row = await session.row(
        "SELECT 1 AS yes FROM rejection WHERE dossier_id = $1 AND filing_seq = $2", dossier_id, filing_seq
    )
    return row is not None


async def next_rejection_no(tx: Session, at: datetime) -> str:
    """Return the number of the next rejection."""
    return await _next_number(tx, "rejection", "TC", at)


async def reject(tx: Session, dossier_id: int, made: Rejection) -> None:
    """Keep a rejection."""
    await tx.run(
        "INSERT INTO rejection (rejection_no, dossier_id, filing_seq, desk, code, fault, reasons, limit_on, is_late,"
        " consignment_no, rejected_at, rejected_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        made.rejection_no, dossier_id, made.filing_seq, made.desk, made.code, made.fault, made.reasons, made.limit_on,
        made.is_late, made.consignment_no, made.rejected_at, made.rejected_by,
    )  # fmt: skip
