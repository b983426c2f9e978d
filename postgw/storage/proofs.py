"""Proofs of delivery. Signature and photo stand apart from what is read often."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from postgw.domain.proof import Proof

from . import records
from .database import Session

_PLAIN = ("receiver_name", "receiver_kind", "id_kind", "id_tail", "authorisation_seen", "remarks")


async def keep(
    tx: Session, consignment_no: str, proof: Proof, *, source: str, source_id: str, actor: str, at: datetime
) -> None:
    """Keep a proof; the same one again changes nothing."""
    content = {name: getattr(proof, name) for name in _PLAIN}
    await tx.run(
        "INSERT INTO proof (consignment_id, source, source_id, content, signature_png, photo_jpeg, taken_at, taken_by)"
        " VALUES ((SELECT id FROM consignment WHERE consignment_no = $1), $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (source, source_id) DO NOTHING",
        consignment_no, source, source_id, records.to_json(content), proof.signature_png or None,
        proof.photo_jpeg or None, at, actor,
    )  # fmt: skip


async def latest(session: Session, consignment_no: str) -> Proof | None:
    """Return the newest proof of a consignment."""
    row = await session.row(
        "SELECT * FROM proof WHERE consignment_id = (SELECT id FROM consignment WHERE consignment_no = $1)"
        " ORDER BY id DESC LIMIT 1",
        consignment_no,
    )
    if row is None:
        return None
    content: dict[str, Any] = records.from_json(row["content"])
    return Proof(**content, signature_png=row["signature_png"] or b"", photo_jpeg=row["photo_jpeg"] or b"")
