"""Dossiers that desks' systems offered, kept as they came until they are taken or refused, and the receipts' codes.

The cursor of a system and what it offered are kept in one transaction, so nothing is read twice for new and nothing
is lost between the two. Of a receipt's code only the hash is kept: it opens the dossier.

Used by: services.fetching, services.intake, services.receipt_codes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from postgw.domain.offer import Offer
from postgw.domain.ports import OfferAnswer, OfferedDossier

from . import records
from .database import Session, moment


def _from_row(row: dict[str, Any]) -> Offer:
    return Offer(
        offer_id=row["id"], system=row["system"], record_id=row["record_id"],
        dossier=records.dossier(row["content"]), legs=frozenset(row["legs"].split()), state=row["state"],
        reason=row["reason"], offered_at=moment(row["offered_at"]),  # type: ignore[arg-type]
    )  # fmt: skip


async def keep(tx: Session, system: str, offered: Sequence[OfferedDossier], *, at: datetime) -> int:
    """Keep what a system offered; a record that is known is left as it is. Return how many are new."""
    columns = (
        ("system", "text"), ("record_id", "text"), ("desk", "text"), ("content", "text"), ("legs", "text"),
        ("receipt_digest", "text"), ("offered_at", "timestamptz"),
    )  # fmt: skip
    rows = [
        (system, one.record_id[:120], one.dossier.receiving_desk, records.to_json(one.dossier),
         " ".join(sorted(one.legs)), _hashed(one.receipt_code) if one.receipt_code else "", at)
        for one in offered
    ]  # fmt: skip
    kept = await tx.insert_many("offer", columns, rows, tail="ON CONFLICT (system, record_id) DO NOTHING RETURNING id")
    return len(kept)


async def of_number(session: Session, dossier_no: str, *, desk: str) -> Offer | None:
    """Return the newest offer of a dossier that is not taken in yet, of one desk or of all."""
    where, values = (" AND desk = $2", [desk]) if desk else ("", [])
    rows = await session.rows(
        f"SELECT * FROM offer WHERE state IN ('waiting', 'refused') AND content LIKE $1{where}"
        " ORDER BY id DESC LIMIT 20",
        f"%{records.to_json({'dossier_no': dossier_no})[1:-1]}%", *values,
    )  # fmt: skip
    return next((found for row in rows if (found := _from_row(row)).dossier.dossier_no == dossier_no), None)


async def waiting(session: Session, *, limit: int) -> tuple[Offer, ...]:
    """Return offers that nobody has decided on, oldest first."""
    rows = await session.rows(f"SELECT * FROM offer WHERE state = 'waiting' ORDER BY id LIMIT {int(limit)}")
    return tuple(_from_row(row) for row in rows)


async def decided(
    tx: Session, offer_id: int, *, state: str, reason: str = "", dossier_id: int | None = None, at: datetime
) -> None:
    """Keep what became of an offer; with a dossier the receipt's code begins to open it, and an older one ceases to."""
    row = await tx.row(
        "UPDATE offer SET state = $2, reason = $3, dossier_id = $4, decided_at = $5 WHERE id = $1 RETURNING *",
        offer_id, state, reason[:500], dossier_id, at,
    )  # fmt: skip
    if row:
        await _outdate(tx, _from_row(row))
    if row and row["receipt_digest"] and dossier_id:
        await tx.run(
            "INSERT INTO receipt_code (system, digest, dossier_id, kept_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (system, digest) DO NOTHING",
            row["system"], row["receipt_digest"], dossier_id, at,
        )  # fmt: skip
        await tx.run(
            "DELETE FROM receipt_code WHERE system = $1 AND dossier_id = $2 AND digest <> $3",
            row["system"], dossier_id, row["receipt_digest"],
        )  # fmt: skip


async def _outdate(tx: Session, offer: Offer) -> None:
    """Take refused offers out of sight whose dossier its system has offered anew."""
    name, pattern = _named(offer)
    rows = await tx.rows(
        "SELECT * FROM offer WHERE state = 'refused' AND id < $1 AND system = $2 AND desk = $3 AND content LIKE $4",
        offer.offer_id, offer.system, offer.dossier.receiving_desk, pattern,
    )  # fmt: skip
    ids = [row["id"] for row in rows if _same(_from_row(row), offer, name)]
    if ids:
        await tx.run(f"UPDATE offer SET state = 'outdated' WHERE id {tx.among(1, 'bigint')}", ids)


def _named(offer: Offer) -> tuple[str, str]:
    """Return by which of its names an offer's dossier is known again, and how that stands in the content."""
    name = "intake_ref" if offer.dossier.intake_ref else "dossier_no"
    return name, f"%{records.to_json({name: getattr(offer.dossier, name)})[1:-1]}%"


def _same(one: Offer, other: Offer, name: str) -> bool:
    return bool(getattr(one.dossier, name) == getattr(other.dossier, name))


async def again(tx: Session, offer_id: int) -> None:
    """Put a refused offer back among those that wait."""
    await tx.run(
        "UPDATE offer SET state = 'waiting', reason = '', answered_at = NULL WHERE id = $1 AND state = 'refused'",
        offer_id,
    )


async def drop(tx: Session, offer_id: int) -> None:
    """Take a refused offer out of sight for good."""
    await tx.run("UPDATE offer SET state = 'outdated' WHERE id = $1 AND state = 'refused'", offer_id)


async def by_id(session: Session, offer_id: int, *, lock: bool = False) -> Offer | None:
    """Return one offer."""
    suffix = session.for_update if lock else ""
    row = await session.row(f"SELECT * FROM offer WHERE id = $1{suffix}", offer_id)
    return _from_row(row) if row else None


async def has_newer(session: Session, offer: Offer) -> bool:
    """Say whether its system has offered a later state of the same dossier."""
    name, pattern = _named(offer)
    rows = await session.rows(
        "SELECT * FROM offer WHERE system = $1 AND desk = $2 AND id > $3 AND content LIKE $4",
        offer.system, offer.dossier.receiving_desk, offer.offer_id, pattern,
    )  # fmt: skip
    return any(_same(_from_row(row), offer, name) for row in rows)


async def listed(session: Session, *, state: str, desk: str, before: int, limit: int) -> list[Offer]:
    """Return offers in a state, newest first, of one desk or of all."""
    where, values = (" AND desk = $3", [desk]) if desk else ("", [])
    rows = await session.rows(
        f"SELECT * FROM offer WHERE state = $1 AND id < $2{where} ORDER BY id DESC LIMIT {int(limit)}",
        state, before or 2**62, *values,
    )  # fmt: skip
    return [_from_row(row) for row in rows]


async def taken_of(session: Session, dossier_id: int) -> tuple[Offer, ...]:
    """Return the offers that were taken in as one dossier, newest first."""
    rows = await session.rows(
        "SELECT * FROM offer WHERE dossier_id = $1 AND state = 'taken' ORDER BY id DESC", dossier_id
    )
    return tuple(_from_row(row) for row in rows)


async def unanswered(session: Session, system: str, *, limit: int) -> list[tuple[int, OfferAnswer]]:
    """Return what became of offers whose system has not been told yet, oldest first."""
    rows = await session.rows(
        "SELECT o.id, o.record_id, o.reason, o.dossier_id, d.dossier_no FROM offer o"
        " LEFT JOIN dossier d ON d.id = o.dossier_id"
        f" WHERE o.system = $1 AND o.answered_at IS NULL AND o.state <> 'waiting' ORDER BY o.id LIMIT {int(limit)}",
        system,
    )
    numbers: dict[int, list[str]] = {}
    ids = [row["dossier_id"] for row in rows if row["dossier_id"]]
    if ids:
        carried = await session.rows(
            f"SELECT dossier_id, consignment_no FROM consignment WHERE dossier_id {session.among(1, 'bigint')}"
            " ORDER BY id",
            ids,
        )
        for one in carried:
            numbers.setdefault(one["dossier_id"], []).append(one["consignment_no"])
    return [
        (
            row["id"],
            OfferAnswer(
                record_id=row["record_id"], dossier_no=row["dossier_no"] or "", refusal=row["reason"],
                consignment_nos=tuple(numbers.get(row["dossier_id"], ())),
            ),
        )
        for row in rows
    ]  # fmt: skip


async def answered(tx: Session, offer_ids: Sequence[int], *, at: datetime) -> None:
    """Note that a system was told what became of its offers."""
    await tx.run(f"UPDATE offer SET answered_at = $2 WHERE id {tx.among(1, 'bigint')}", list(offer_ids), at)


def _hashed(code: str) -> str:
    return hashlib.blake2b(code.encode(), digest_size=32).hexdigest()


async def opened_by(session: Session, system: str, code: str) -> int | None:
    """Return the dossier that a whole code opens."""
    row = await session.row(
        "SELECT dossier_id FROM receipt_code WHERE system = $1 AND digest = $2", system, _hashed(code)
    )
    return row["dossier_id"] if row else None
