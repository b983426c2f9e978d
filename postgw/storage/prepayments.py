"""Fees that were paid elsewhere, one for each dossier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict
from postgw.domain.prepayment import Prepayment

from . import consignments, labels, orders
from .database import Session, moment


async def find(session: Session, dossier_id: int) -> Prepayment | None:
    """Return how the fee of a dossier was paid elsewhere, if it was."""
    row = await session.row(
        "SELECT way, reference, amount_dong, recorded_at, recorded_by FROM prepayment WHERE dossier_id = $1", dossier_id
    )
    return Prepayment(**{**row, "recorded_at": moment(row["recorded_at"])}) if row else None


async def references(session: Session, dossier_ids: Sequence[int]) -> dict[int, str]:
    """Return under which proof the fees of dossiers were paid elsewhere."""
    rows = await session.rows(
        f"SELECT dossier_id, reference FROM prepayment WHERE dossier_id {session.among(1, 'bigint')}",
        list(dossier_ids),
    )
    return {row["dossier_id"]: row["reference"] for row in rows}


async def add(tx: Session, dossier_id: int, payment: Prepayment, *, actor: str, at: datetime) -> Prepayment:
    """Keep one."""
    await tx.run(
        "INSERT INTO prepayment (dossier_id, way, reference, amount_dong, recorded_at, recorded_by)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        dossier_id, payment.way, payment.reference, payment.amount_dong, at, actor,
    )  # fmt: skip
    return replace(payment, recorded_at=at, recorded_by=actor)


async def stop_collecting(tx: Session, carried: Consignment, *, at: datetime) -> None:
    """Let the post collect nothing on a consignment. Raises Conflict once the post was asked to."""
    if carried.custody.state != "registered" or await orders.find(tx, carried.consignment_no):
        raise Conflict(
            "Bưu điện đã nhận đơn {number} kèm tiền thu hộ. Huỷ đặt bưu điện, ghi chứng từ nộp tiền rồi đặt lại.",
            number=carried.consignment_no, code="prepayment.booked",
            link=f"/api/v1/consignments/{carried.consignment_no}",
        )  # fmt: skip
    await consignments.change(tx, replace(carried, collect_dong=0, version=carried.version + 1))
    await labels.void(tx, carried.consignment_no, reason="paid_elsewhere", at=at)
