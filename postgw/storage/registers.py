"""Authorisations to sign the original register, with their scanned documents, and the signings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from postgw.domain.original_register import Authorisation, RegisterSigning

from .database import Session, moment

_OWN = "(SELECT id FROM consignment WHERE consignment_no = $1)"
_BARE = "id, reference, worker, seen_by, media, recorded_at, recorded_by"
_PREFIX = "UQ-"


async def authorise(tx: Session, consignment_no: str, given: Authorisation) -> Authorisation:
    """Keep an authorisation; the same reference again is the first one."""
    await tx.run(
        "INSERT INTO register_authorisation (consignment_id, reference, worker, seen_by, media, document, recorded_at,"
        f" recorded_by) VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (consignment_id, reference) DO NOTHING",
        consignment_no, given.reference, given.worker, given.seen_by, given.media, given.document, given.recorded_at,
        given.recorded_by,
    )  # fmt: skip
    [row] = await tx.rows(
        f"SELECT {_BARE} FROM register_authorisation WHERE consignment_id = {_OWN} AND reference = $2",
        consignment_no, given.reference,
    )  # fmt: skip
    return _authorisation(row)


async def authorisations(session: Session, consignment_no: str) -> tuple[Authorisation, ...]:
    """Return the authorisations of a consignment without their documents."""
    rows = await session.rows(
        f"SELECT {_BARE} FROM register_authorisation WHERE consignment_id = {_OWN} ORDER BY id", consignment_no
    )
    return tuple(_authorisation(row) for row in rows)


async def authorisation(session: Session, consignment_no: str, number: str) -> Authorisation | None:
    """Return one authorisation of a consignment with its document."""
    row = await session.row(
        f"SELECT * FROM register_authorisation WHERE consignment_id = {_OWN} AND id = $2",
        consignment_no, _row_number(number),
    )  # fmt: skip
    return _authorisation(row) if row else None


async def sign(tx: Session, signing: RegisterSigning) -> None:
    """Keep a signing; the same entry again is kept once."""
    await tx.run(
        "INSERT INTO register_signing (authorisation_id, register_name, entry, worker, signed_at, recorded_by)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (authorisation_id, register_name, entry) DO NOTHING",
        _row_number(signing.authorisation_no), signing.register_name, signing.entry, signing.worker, signing.signed_at,
        signing.recorded_by,
    )  # fmt: skip


async def signings(session: Session, consignment_no: str) -> tuple[RegisterSigning, ...]:
    """Return the signings for a consignment, oldest first."""
    rows = await session.rows(
        "SELECT s.* FROM register_signing s JOIN register_authorisation a ON a.id = s.authorisation_id"
        f" WHERE a.consignment_id = {_OWN} ORDER BY s.id",
        consignment_no,
    )
    return tuple(
        RegisterSigning(
            authorisation_no=f"{_PREFIX}{row['authorisation_id']}", register_name=row["register_name"],
            entry=row["entry"], worker=row["worker"], signed_at=_moment(row["signed_at"]),
            recorded_by=row["recorded_by"],
        )
        for row in rows
    )  # fmt: skip


def _row_number(number: str) -> int:
    digits = number.removeprefix(_PREFIX)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else 0


def _authorisation(row: dict[str, Any]) -> Authorisation:
    return Authorisation(
        authorisation_no=f"{_PREFIX}{row['id']}", reference=row["reference"], worker=row["worker"],
        seen_by=row["seen_by"], media=row["media"], document=row.get("document") or b"",
        recorded_at=_moment(row["recorded_at"]), recorded_by=row["recorded_by"],
    )  # fmt: skip


def _moment(value: Any) -> datetime:
    at = moment(value)
    assert at is not None
    return at
