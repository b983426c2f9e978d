"""Proofs of delivery. Signature and photo stand apart from what is read often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postgw.domain import evidence
from postgw.domain.proof import Proof
from postgw.domain.witnesses import uncancelled

from . import records, scan_rows
from .database import Session, moment

_PLAIN = (
    "receiver_name", "receiver_kind", "id_kind", "id_tail", "authorisation_seen", "authorisation", "relation",
    "remarks",
)  # fmt: skip
_PERSONAL = ("receiver_name", "id_tail", "authorisation", "relation", "remarks")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProof:
    """A proof as evidence knows it: its words and the digests of its pictures."""

    consignment_id: int
    key: str  #: names the scan that it goes with
    part: Mapping[str, Any]
    taken_at: datetime


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


async def numbered(session: Session, consignment_ids: Sequence[int]) -> dict[int, KeptProof]:
    """Return every proof of consignments by its row number."""
    rows = await session.rows(
        f"SELECT * FROM proof WHERE consignment_id {session.among(1, 'bigint')} ORDER BY id", list(consignment_ids)
    )
    return {row["id"]: _kept(row) for row in rows}


def _kept(row: dict[str, Any]) -> KeptProof:
    part = evidence.proof_part(records.from_json(row["content"]), row["signature_png"] or b"", row["photo_jpeg"] or b"")
    key = f"{row['source']}#{row['source_id']}"
    return KeptProof(consignment_id=row["consignment_id"], key=key, part=part, taken_at=moment(row["taken_at"]))  # type: ignore[arg-type]


async def erase(tx: Session, consignment_ids: Sequence[int]) -> None:
    """Erase what proofs tell of a person, for good; which kind of paper was seen stays."""
    rows = await tx.rows(
        f"SELECT id, content FROM proof WHERE consignment_id {tx.among(1, 'bigint')}", list(consignment_ids)
    )
    bare = [
        (row["id"], records.to_json({**records.from_json(row["content"]), **dict.fromkeys(_PERSONAL, "")}))
        for row in rows
    ]
    await tx.update_many("proof", (("id", "bigint"), ("content", "text")), bare)
    await tx.run(
        f"UPDATE proof SET signature_png = NULL, photo_jpeg = NULL WHERE consignment_id {tx.among(1, 'bigint')}",
        list(consignment_ids),
    )


async def latest(session: Session, consignment_no: str) -> Proof | None:
    """Return the newest proof of a consignment whose delivery stands; one that was cancelled proves nothing."""
    rows = await session.rows(
        "SELECT id, source, source_id FROM proof"
        " WHERE consignment_id = (SELECT id FROM consignment WHERE consignment_no = $1) ORDER BY id DESC",
        consignment_no,
    )  # fmt: skip
    if len(rows) > 1:
        standing = {scan.key for scan in uncancelled(await scan_rows.history(session, consignment_no))}
        rows = [row for row in rows if f"{row['source']}#{row['source_id']}" in standing] or rows
    if not rows:
        return None
    row = await session.row("SELECT * FROM proof WHERE id = $1", rows[0]["id"])
    assert row is not None
    return _proof(row)


async def under(session: Session, keys: Sequence[str]) -> dict[str, Proof]:
    """Return proofs by the keys of the scans that they go with."""
    pairs = [key.split("#", 1) for key in keys]
    rows = await session.rows(
        f"SELECT * FROM proof WHERE source {session.among(1)} AND source_id {session.among(2)}",
        [source for source, _ in pairs], [source_id for _, source_id in pairs],
    )  # fmt: skip
    found = {f"{row['source']}#{row['source_id']}": _proof(row) for row in rows}
    return {key: found[key] for key in keys if key in found}


def _proof(row: dict[str, Any]) -> Proof:
    content: dict[str, Any] = records.from_json(row["content"])
    return Proof(**content, signature_png=row["signature_png"] or b"", photo_jpeg=row["photo_jpeg"] or b"")
