"""What citizens ask of a way home for their result: kept, changed while open, listed for the desk that decides.

The database itself holds the rule of one open request per dossier. A picture is read by itself and never with a list.

Used by: services.return_requests, storage.bookable, services.day_book, services.messaging.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from postgw.domain.legal_day import legal_day
from postgw.domain.return_request import Agreed, KeptRequest, Wish

from . import day_serials, records
from .database import Session, moment

_COLUMNS = (
    "x.id, x.request_no, x.dossier_id, x.desk, x.state, x.content, x.quote_dong, x.consent_at, x.asked_at,"
    " x.asked_by, x.decided_at, x.decided_by, x.reason,"
    " COALESCE(length(x.evidence), 0) > 0 AS has_picture,"
    " COALESCE(d.dossier_no, d.receiving_desk || '/' || d.intake_ref) AS key"
)
#: Written out, so that the index of what is open serves them however much was decided.
_OPEN, _DECIDED = "x.state = 'asked'", "x.state IN ('confirmed', 'refused')"
_FROM = "FROM return_request x JOIN dossier d ON d.id = x.dossier_id"


async def next_number(tx: Session, at: datetime) -> str:
    """Return the next number of a request; others wait for theirs until this transaction ends."""
    await tx.queue_for("return_request")
    prefix = f"DK-{legal_day(at):%y%m%d}-"
    return f"{prefix}{await day_serials.next_serial(tx, 'return_request', 'request_no', prefix):04d}"


async def add(tx: Session, kept: KeptRequest, *, picture: bytes) -> None:
    """Keep a new request; its dossier is locked by the caller."""
    await tx.run(
        "INSERT INTO return_request (request_no, dossier_id, desk, kind, state, content, evidence, quote_dong,"
        " consent_at, asked_at, asked_by) VALUES ($1, $2, $3, $4, 'asked', $5, $6, $7, $8, $9, $10)",
        kept.request_no, kept.dossier_id, kept.desk, kept.wish.kind, _content(kept), picture or None,
        kept.quote.due_dong if kept.quote else None, kept.consent_at, kept.asked_at, kept.asked_by,
    )  # fmt: skip


async def change(tx: Session, kept: KeptRequest, *, picture: bytes) -> None:
    """Keep other words of an open request; without a new picture the one that is there stays, while it is spoken of."""
    await tx.run(
        "UPDATE return_request SET content = $2, quote_dong = $3, consent_at = $4, asked_at = $5, asked_by = $6,"
        " kind = $7 WHERE request_no = $1",
        kept.request_no, _content(kept), kept.quote.due_dong if kept.quote else None, kept.consent_at, kept.asked_at,
        kept.asked_by, kept.wish.kind,
    )  # fmt: skip
    if picture or kept.wish.proof != "photo":
        await tx.run("UPDATE return_request SET evidence = $2 WHERE request_no = $1", kept.request_no, picture or None)


async def decide(tx: Session, kept: KeptRequest) -> None:
    """Keep what became of an open request, with the reduction as the desk corrected it."""
    await tx.run(
        "UPDATE return_request SET state = $2, content = $3, quote_dong = $4, decided_at = $5, decided_by = $6,"
        " reason = $7 WHERE request_no = $1",
        kept.request_no, kept.state, _content(kept), kept.quote.due_dong if kept.quote else None, kept.decided_at,
        kept.decided_by, kept.reason,
    )  # fmt: skip


async def last_of(session: Session, dossier_id: int) -> KeptRequest | None:
    """Return the open request of a dossier, else its newest."""
    row = await session.row(
        f"SELECT {_COLUMNS} {_FROM} WHERE x.dossier_id = $1"
        " ORDER BY CASE WHEN x.state = 'asked' THEN 0 ELSE 1 END, x.id DESC LIMIT 1",
        dossier_id,
    )
    return _kept(row) if row else None


async def find(session: Session, request_no: str) -> KeptRequest | None:
    """Return one request."""
    row = await session.row(f"SELECT {_COLUMNS} {_FROM} WHERE x.request_no = $1", request_no)
    return _kept(row) if row else None


async def picture(session: Session, request_no: str) -> bytes:
    """Return the picture that came with a request; empty where none did, or it was erased."""
    row = await session.row("SELECT evidence FROM return_request WHERE request_no = $1", request_no)
    return bytes(row["evidence"] or b"") if row else b""


async def listed(
    session: Session, *, desk: str, decided: bool, after: int, limit: int
) -> list[tuple[int, KeptRequest]]:
    """Return what waits for a desk, the oldest first, or what was decided, the newest first; with its row."""
    order, beyond = ("DESC", "<") if decided else ("ASC", ">")
    mine, values = (" AND x.desk = $2", [desk]) if desk else ("", [])
    start = after or (2**62 if decided else 0)
    rows = await session.rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE {_DECIDED if decided else _OPEN} AND x.id {beyond} $1{mine}"
        f" ORDER BY x.id {order} LIMIT {int(limit)}",
        start,
        *values,
    )
    return [(row["id"], _kept(row)) for row in rows]


async def waiting(session: Session, *, desk: str) -> int:
    """Return how many requests wait for a desk."""
    mine, values = (" AND x.desk = $1", [desk]) if desk else ("", [])
    row = await session.row(f"SELECT count(*) AS n FROM return_request x WHERE {_OPEN}{mine}", *values)
    return int(row["n"]) if row else 0


async def agreed(session: Session, dossier_ids: Sequence[int]) -> dict[int, KeptRequest]:
    """Return, of these dossiers, the newest confirmed request for a way home: what was agreed to be paid."""
    rows = await session.rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE x.dossier_id {session.among(1, 'bigint')} AND x.state = 'confirmed'"
        " AND x.kind = 'register' ORDER BY x.id",
        list(dossier_ids),
    )
    return {row["dossier_id"]: _kept(row) for row in rows}


async def meant_to_fetch(session: Session, dossier_id: int) -> bool:
    """Say whether the last way home was called off because the citizen comes for the result."""
    row = await session.row(
        "SELECT 1 AS yes FROM consignment c JOIN scan s ON s.consignment_id = c.id WHERE c.dossier_id = $1"
        " AND c.leg = 'return' AND c.state = 'cancelled' AND s.code = 'cancelled'"
        " AND s.detail LIKE '%citizen_collects%' AND c.issue ="
        " (SELECT max(l.issue) FROM consignment l WHERE l.dossier_id = $1 AND l.leg = 'return') LIMIT 1",
        dossier_id,
    )
    return row is not None


def _content(kept: KeptRequest) -> str:
    return records.to_json({
        "wish": asdict(kept.wish), "old": asdict(kept.old) if kept.old else None,
        "consignment_no": kept.consignment_no, "quote": asdict(kept.quote) if kept.quote else None,
        "version": kept.version,
    })  # fmt: skip


def _kept(row: dict[str, Any]) -> KeptRequest:
    content = records.from_json(row["content"])
    wish, old = content["wish"], content["old"]
    return KeptRequest(
        request_no=row["request_no"], dossier_id=row["dossier_id"], dossier_key=row["key"], desk=row["desk"],
        state=row["state"], version=content["version"], wish=Wish(**{**wish, "party": records.party(wish["party"])}),
        old=records.party(old) if old else None, consignment_no=content["consignment_no"],
        quote=Agreed(**content["quote"]) if content["quote"] else None, has_picture=bool(row["has_picture"]),
        consent_at=moment(row["consent_at"]), asked_at=moment(row["asked_at"]),  # type: ignore[arg-type]
        asked_by=row["asked_by"], decided_at=moment(row["decided_at"]), decided_by=row["decided_by"],
        reason=row["reason"],
    )  # fmt: skip
