"""Packings with their seals, and the agreements under which an agency seals by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from postgw.domain.legal_day import legal_day
from postgw.domain.packing import BulkAgreement, Packing

from . import day_serials, records
from .database import Session, moment

_OWN = "(SELECT id FROM consignment WHERE consignment_no = $1)"
_NAMES = ("packed_by", "witness", "witness_of", "reason", "inventory")
_AGREEMENT = ("agreement_no", "desk", "covers", "author", "reason", "end_reason")


async def add(tx: Session, consignment_no: str, packing: Packing) -> None:
    """Keep a packing; its consignment is locked by the caller."""
    content = {name: getattr(packing, name) for name in _NAMES}
    await tx.run(
        "INSERT INTO packing (consignment_id, ordinal, seal_no, sealed_by, agreement_no, content, office, packed_at,"
        f" recorded_by) VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8, $9)",
        consignment_no, packing.ordinal, packing.seal_no, packing.sealed_by, packing.agreement_no,
        records.to_json(content), packing.office, packing.packed_at, packing.recorded_by,
    )  # fmt: skip


async def of(session: Session, consignment_no: str) -> tuple[Packing, ...]:
    """Return the packings of a consignment, the first one first."""
    rows = await session.rows(f"SELECT * FROM packing WHERE consignment_id = {_OWN} ORDER BY ordinal", consignment_no)
    return tuple(_packing(row) for row in rows)


async def seal_elsewhere(tx: Session, seal_no: str, consignment_no: str) -> tuple[str, Packing] | None:
    """Return the other live consignment that bears a seal, with its packing; others who ask wait their turn."""
    await tx.queue_for(f"seal:{seal_no}")
    row = await tx.row(
        "SELECT p.*, c.consignment_no AS bearer FROM packing p JOIN consignment c ON c.id = p.consignment_id"
        " WHERE p.seal_no = $1 AND c.live AND c.consignment_no <> $2 ORDER BY p.id DESC LIMIT 1",
        seal_no, consignment_no,
    )  # fmt: skip
    return (row["bearer"], _packing(row)) if row else None


async def seals(session: Session, numbers: Sequence[str]) -> dict[str, str]:
    """Return the seal that each of several consignments bears now."""
    rows = await session.rows(
        "SELECT c.consignment_no, p.seal_no FROM packing p JOIN consignment c ON c.id = p.consignment_id"
        f" WHERE c.consignment_no {session.among(1)} ORDER BY p.ordinal",
        list(numbers),
    )
    return {row["consignment_no"]: row["seal_no"] for row in rows}


def _packing(row: dict[str, Any]) -> Packing:
    at = moment(row["packed_at"])
    assert at is not None
    return Packing(
        ordinal=row["ordinal"], seal_no=row["seal_no"], sealed_by=row["sealed_by"], agreement_no=row["agreement_no"],
        office=row["office"], packed_at=at, recorded_by=row["recorded_by"], **records.from_json(row["content"]),
    )  # fmt: skip


async def begin(tx: Session, agreement: BulkAgreement, *, at: datetime) -> bool:
    """Keep a new agreement; return false when its number is taken."""
    row = await tx.row(
        "INSERT INTO bulk_agreement (agreement_no, desk, covers, valid_from, valid_to, author, reason, begun_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (agreement_no) DO NOTHING RETURNING id",
        agreement.agreement_no, agreement.desk, agreement.covers, agreement.valid_from, agreement.valid_to,
        agreement.author, agreement.reason, at,
    )  # fmt: skip
    return row is not None


async def end(tx: Session, agreement_no: str, *, on: date, reason: str, actor: str, at: datetime) -> None:
    """End an agreement: from a day on it is no longer in force."""
    await tx.run(
        "UPDATE bulk_agreement SET valid_to = $2, end_reason = $3, ended_by = $4, ended_at = $5"
        " WHERE agreement_no = $1",
        agreement_no, on, reason, actor, at,
    )  # fmt: skip


async def agreement(session: Session, agreement_no: str, *, lock: bool = False) -> BulkAgreement | None:
    """Return an agreement."""
    suffix = session.for_update if lock else ""
    row = await session.row(f"SELECT * FROM bulk_agreement WHERE agreement_no = $1{suffix}", agreement_no)
    return _agreement(row) if row else None


async def agreements(session: Session, *, desk: str) -> tuple[BulkAgreement, ...]:
    """Return the agreements of a desk, or of all, newest first."""
    rows = await session.rows("SELECT * FROM bulk_agreement WHERE ($1 = '' OR desk = $1) ORDER BY id DESC", desk)
    return tuple(_agreement(row) for row in rows)


async def next_number(session: Session, at: datetime) -> str:
    """Return the next number of an agreement."""
    prefix = f"TT-{legal_day(at):%y%m%d}-"
    return f"{prefix}{await day_serials.next_serial(session, 'bulk_agreement', 'agreement_no', prefix):03d}"


def _agreement(row: dict[str, Any]) -> BulkAgreement:
    until = row["valid_to"]
    return BulkAgreement(
        **{name: row[name] for name in _AGREEMENT}, valid_from=_day(row["valid_from"]),
        valid_to=_day(until) if until else None,
    )  # fmt: skip


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
