"""Dossiers in and out, as domain objects, and the change requests that wait for an officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postgw.domain.actor import Actor
from postgw.domain.dossier import Dossier, digest
from postgw.domain.dossier_number import lookup_key
from postgw.domain.errors import Unknown
from postgw.domain.folding import fold

from . import records, search_words
from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDossier:
    """A dossier as it is kept."""

    dossier_id: int
    dossier: Dossier
    digest: str
    version: int
    rules_version: str
    created_at: datetime
    updated_at: datetime
    created_by: str = ""
    page_epoch: int = 0  #: secret links of an earlier epoch are shut


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """New data for a dossier that is booked already."""

    change_request_no: str
    dossier_id: int
    key: str
    dossier: Dossier
    state: str
    asked_at: datetime
    asked_by: str


def _from_row(row: dict[str, Any]) -> KeptDossier:
    return KeptDossier(
        dossier_id=row["id"], dossier=records.dossier(row["content"]), digest=row["digest"], version=row["version"],
        rules_version=row["rules_version"],
        created_at=moment(row["created_at"]), updated_at=moment(row["updated_at"]),  # type: ignore[arg-type]
        created_by=row["created_by"], page_epoch=row["page_epoch"],
    )  # fmt: skip


def _folded(dossier: Dossier) -> str:
    people = [dossier.applicant.name] + ([dossier.return_to.name] if dossier.return_to else [])
    return fold(" ".join(people))[:400]


_ADD = (
    "INSERT INTO dossier (dossier_no, number_key, intake_ref, receiving_desk, returning_desk, procedure_code,"
    " service_form, content, digest, folded, rules_version, created_at, created_by, updated_at, due_on)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $14) ON CONFLICT DO NOTHING RETURNING id"
)


async def add(tx: Session, dossier: Dossier, *, rules_version: str, actor: str, at: datetime) -> KeptDossier | None:
    """Keep a new dossier with the words it is found by; return nothing when its number or the desk's reference is
    taken. On PostgreSQL it is one statement, and so needs no transaction.
    """
    hashed = digest(dossier)
    values = (
        dossier.dossier_no or None, lookup_key(dossier.dossier_no) or None, dossier.intake_ref or None,
        dossier.receiving_desk, dossier.returning_desk, dossier.procedure_code, dossier.service_form,
        records.to_json(dossier), hashed, _folded(dossier), rules_version, at, actor, dossier.due_on,
    )  # fmt: skip
    words = search_words.rows_of(dossier)
    if tx.sqlite:
        row = await tx.row(_ADD, *values)
        if row:
            await search_words.keep(tx, row["id"], dossier)
    else:
        row = await tx.row(
            f"WITH new AS ({_ADD}), words AS (INSERT INTO search_word (word, unit, dossier_id) SELECT said.word,"
            " said.unit, new.id FROM new, unnest($15::text[], $16::text[]) AS said(word, unit)) SELECT id FROM new",
            *values, [word for word, _ in words], [unit for _, unit in words],
        )  # fmt: skip
    if row is None:
        return None
    return KeptDossier(
        dossier_id=row["id"], dossier=dossier, digest=hashed, version=1, rules_version=rules_version, created_at=at,
        updated_at=at, created_by=actor,
    )  # fmt: skip


async def rewrite(tx: Session, kept: KeptDossier, dossier: Dossier, *, at: datetime) -> KeptDossier:
    """Keep other data of a dossier as its next version."""
    row = await tx.row(
        "UPDATE dossier SET dossier_no = $2, number_key = $3, intake_ref = $4, returning_desk = $5,"
        " procedure_code = $6,"
        " service_form = $7, content = $8, digest = $9, folded = $10, version = version + 1, updated_at = $11,"
        " due_on = $12"
        " WHERE id = $1 RETURNING *",
        kept.dossier_id, dossier.dossier_no or None, lookup_key(dossier.dossier_no) or None, dossier.intake_ref or None,
        dossier.returning_desk, dossier.procedure_code, dossier.service_form, records.to_json(dossier), digest(dossier),
        _folded(dossier), at, dossier.due_on,
    )  # fmt: skip
    assert row is not None
    await search_words.renew(tx, kept.dossier_id, kept.dossier, dossier)
    return _from_row(row)


async def find(session: Session, key: str, *, lock: bool = False) -> KeptDossier | None:
    """Return the dossier that a dossier number, or `DESK/reference`, names."""
    suffix = session.for_update if lock else ""
    row = await session.row(f"SELECT * FROM dossier WHERE dossier_no = $1{suffix}", key)
    if row is None and "/" in key:
        desk, reference = key.split("/", 1)
        row = await session.row(
            f"SELECT * FROM dossier WHERE receiving_desk = $1 AND intake_ref = $2{suffix}", desk, reference
        )
    return _from_row(row) if row else None


async def shown(session: Session, key: str, actor: Actor, *, lock: bool = False) -> KeptDossier:
    """Return a dossier to a desk that it belongs to. Raises Unknown when it is not there or not theirs."""
    kept = await find(session, key, lock=lock)
    if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
        raise Unknown("Chưa có hồ sơ mang mã {key}.", key=key[:100], code="dossier.unknown")
    return kept


async def by_id(session: Session, dossier_id: int) -> KeptDossier:
    """Return a dossier that is known to be there."""
    row = await session.row("SELECT * FROM dossier WHERE id = $1", dossier_id)
    assert row is not None
    return _from_row(row)


async def by_row(session: Session, dossier_id: int, *, lock: bool = False) -> KeptDossier | None:
    """Return a dossier by a row that may not be there."""
    suffix = session.for_update if lock else ""
    row = await session.row(f"SELECT * FROM dossier WHERE id = $1{suffix}", dossier_id)
    return _from_row(row) if row else None


async def several(session: Session, ids: Sequence[int]) -> dict[int, KeptDossier]:
    """Return dossiers by their row numbers."""
    rows = await session.rows(f"SELECT * FROM dossier WHERE id {session.among(1, 'bigint')}", list(ids))
    return {row["id"]: _from_row(row) for row in rows}


async def service_forms(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return what the citizen chose for each of several dossiers."""
    rows = await session.rows(f"SELECT id, service_form FROM dossier WHERE id {session.among(1, 'bigint')}", list(ids))
    return {row["id"]: row["service_form"] for row in rows}


async def same_as(session: Session, dossier: Dossier, *, lock: bool) -> KeptDossier | None:
    """Return the dossier that this one repeats: the same number, or the same desk and reference."""
    for key in (dossier.dossier_no, f"{dossier.receiving_desk}/{dossier.intake_ref}" if dossier.intake_ref else ""):
        if key and (kept := await find(session, key, lock=lock)):
            return kept
    return None


async def keys_like(session: Session, number_key: str) -> tuple[int, ...]:
    """Return the dossiers whose number a person may have meant, written without dots and dashes."""
    rows = await session.rows("SELECT id FROM dossier WHERE number_key = $1 LIMIT 2", number_key)
    return tuple(row["id"] for row in rows)


async def listed(session: Session, *, desk: str, before: int, limit: int) -> list[KeptDossier]:
    """Return dossiers, newest first, of one desk or of all."""
    page = f"ORDER BY id DESC LIMIT {int(limit)}"
    if not desk:
        rows = await session.rows(f"SELECT * FROM dossier WHERE id < $1 {page}", before or 2**62)
        return [_from_row(row) for row in rows]
    # Two walks, for no index can be walked along two columns at once.
    takes = f"SELECT id FROM dossier WHERE receiving_desk = $2 AND id < $1 {page}"
    gives = f"SELECT id FROM dossier WHERE returning_desk = $2 AND id < $1 {page}"
    both = f"SELECT id FROM ({takes}) AS one UNION SELECT id FROM ({gives}) AS other"
    rows = await session.rows(f"SELECT * FROM dossier WHERE id IN ({both}) {page}", before or 2**62, desk)
    return [_from_row(row) for row in rows]


async def ask_change(tx: Session, kept: KeptDossier, dossier: Dossier, *, actor: str, at: datetime) -> str:
    """Keep new data for an officer to decide on; return the number of the request."""
    await tx.run(
        "INSERT INTO change_request (dossier_id, content, digest, asked_at, asked_by) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING",
        kept.dossier_id, records.to_json(dossier), digest(dossier), at, actor,
    )  # fmt: skip
    row = await tx.row(
        "SELECT id FROM change_request WHERE dossier_id = $1 AND digest = $2 AND state = 'open'",
        kept.dossier_id, digest(dossier),
    )  # fmt: skip
    assert row is not None
    return str(row["id"])


async def change_requests(session: Session, *, desk: str) -> tuple[ChangeRequest, ...]:
    """Return what waits for an officer, oldest first."""
    where, values = (" AND (d.receiving_desk = $1 OR d.returning_desk = $1)", [desk]) if desk else ("", [])
    rows = await session.rows(_CHANGES + " WHERE r.state = 'open'" + where + " ORDER BY r.id", *values)
    return tuple(_change(row) for row in rows)


async def changes_of(session: Session, dossier_id: int) -> tuple[ChangeRequest, ...]:
    """Return what waits for an officer of one dossier, oldest first."""
    rows = await session.rows(f"{_CHANGES} WHERE r.dossier_id = $1 AND r.state = 'open' ORDER BY r.id", dossier_id)
    return tuple(_change(row) for row in rows)


async def change_request(tx: Session, number: str) -> ChangeRequest | None:
    """Return one change request."""
    row = await tx.row(f"{_CHANGES} WHERE r.id = $1", int(number)) if number.isdecimal() else None
    return _change(row) if row else None


_CHANGES = (
    "SELECT r.id, r.dossier_id, r.content, r.state, r.asked_at, r.asked_by, d.dossier_no, d.receiving_desk,"
    " d.intake_ref"
    " FROM change_request r JOIN dossier d ON d.id = r.dossier_id"
)


def _change(row: dict[str, Any]) -> ChangeRequest:
    return ChangeRequest(
        change_request_no=str(row["id"]), dossier_id=row["dossier_id"],
        key=row["dossier_no"] or f"{row['receiving_desk']}/{row['intake_ref']}",
        dossier=records.dossier(row["content"]), state=row["state"],
        asked_at=moment(row["asked_at"]), asked_by=row["asked_by"],  # type: ignore[arg-type]
    )  # fmt: skip


async def decided(tx: Session, number: str, *, state: str, actor: str, at: datetime) -> None:
    """Close a change request."""
    await tx.run(
        "UPDATE change_request SET state = $2, decided_at = $3, decided_by = $4 WHERE id = $1",
        int(number),
        state,
        at,
        actor,
    )
