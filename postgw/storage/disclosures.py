"""Written requests, and who saw or was given what. There is no statement here that changes one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from postgw.domain.disclosure import Access, DisclosureRequest
from postgw.domain.legal_day import legal_day

from . import day_serials
from .database import Session, moment

_ACCESS = ("kind", "subject", "purpose", "request_no", "digest", "unit", "seen_at", "seen_by")
_REQUEST = (
    "SELECT r.id, r.request_no, r.body, r.document_no, r.document_on, r.asked_by, r.ground, r.recorded_at,"
    " r.recorded_by, d.dossier_no, d.receiving_desk, d.intake_ref"
    " FROM disclosure_request r JOIN dossier d ON d.id = r.dossier_id"
)


async def ask(
    tx: Session, dossier_id: int, request: DisclosureRequest, *, actor: str, at: datetime
) -> DisclosureRequest:
    """Keep a request; the same document of the same body again is the one that is kept."""
    await tx.queue_for("disclosure")
    on = legal_day(at)
    serial = await day_serials.next_of_all(tx, "disclosure_request", on)
    await tx.run(
        "INSERT INTO disclosure_request (request_no, dossier_id, body, document_no, document_on, asked_by, ground,"
        " recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (dossier_id, body, document_no) DO NOTHING",
        f"YC-{on:%y%m%d}-{serial:04d}", dossier_id, request.body,
        request.document_no, request.document_on, request.asked_by, request.ground, at, actor,
    )  # fmt: skip
    row = await tx.row(
        f"{_REQUEST} WHERE r.dossier_id = $1 AND r.body = $2 AND r.document_no = $3",
        dossier_id, request.body, request.document_no,
    )  # fmt: skip
    assert row is not None
    return _request(row)


async def find(session: Session, request_no: str, dossier_id: int) -> DisclosureRequest | None:
    """Return the request under a number, if it asks for this dossier."""
    row = await session.row(f"{_REQUEST} WHERE r.request_no = $1 AND r.dossier_id = $2", request_no, dossier_id)
    return _request(row) if row else None


async def requests(session: Session, *, desk: str, before: int, limit: int) -> list[tuple[int, DisclosureRequest]]:
    """Return requests, newest first, with their row numbers; for the dossiers of one desk, or for all."""
    rows = await session.rows(
        f"{_REQUEST} WHERE r.id < $1 AND ($2 = '' OR d.receiving_desk = $2 OR d.returning_desk = $2)"
        f" ORDER BY r.id DESC LIMIT {int(limit)}",
        before or 2**62, desk,
    )  # fmt: skip
    return [(row["id"], _request(row)) for row in rows]


async def note(tx: Session, access: Access) -> None:
    """Write down that somebody saw something."""
    places = ", ".join(f"${n}" for n in range(1, len(_ACCESS) + 1))
    await tx.run(
        f"INSERT INTO access_log ({', '.join(_ACCESS)}) VALUES ({places})",
        *(getattr(access, name) for name in _ACCESS),
    )


async def note_all(tx: Session, accesses: Sequence[Access]) -> None:
    """Write down many at once."""
    kinds = {"seen_at": "timestamptz"}
    await tx.insert_many(
        "access_log", [(name, kinds.get(name, "text")) for name in _ACCESS],
        [tuple(getattr(access, name) for name in _ACCESS) for access in accesses],
    )  # fmt: skip


async def seen_since(session: Session, *, who: str, since: datetime) -> frozenset[str]:
    """Return of which subjects somebody saw names since a moment."""
    rows = await session.rows(
        "SELECT DISTINCT subject FROM access_log WHERE seen_at >= $1 AND seen_by = $2 AND kind = 'names'", since, who
    )
    return frozenset(row["subject"] for row in rows)


async def accesses(session: Session, *, subject: str, before: int, limit: int) -> list[tuple[int, Access]]:
    """Return what was seen, newest first, with the row numbers; of one subject, or of all."""
    rows = await session.rows(
        f"SELECT id, {', '.join(_ACCESS)} FROM access_log WHERE id < $1 AND ($2 = '' OR subject = $2)"
        f" ORDER BY id DESC LIMIT {int(limit)}",
        before or 2**62, subject,
    )  # fmt: skip
    return [(row["id"], _access(row)) for row in rows]


def _request(row: dict[str, Any]) -> DisclosureRequest:
    names = ("request_no", "body", "document_no", "asked_by", "ground", "recorded_by")
    on = row["document_on"]
    return DisclosureRequest(
        **{name: row[name] for name in names}, recorded_at=moment(row["recorded_at"]),
        document_on=date.fromisoformat(on) if isinstance(on, str) else on,
        dossier_key=row["dossier_no"] or f"{row['receiving_desk']}/{row['intake_ref']}",
    )  # fmt: skip


def _access(row: dict[str, Any]) -> Access:
    plain = {name: row[name] for name in _ACCESS}
    return Access(**{**plain, "seen_at": moment(row["seen_at"])})
