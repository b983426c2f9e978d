"""What stands ready to be booked at a desk, with all that its row shows, in a handful of statements for a whole page.

A consignment that is registered and not ordered; and, behind those, a result whose consignment was called off, or a
dossier to be fetched that nobody registered one for yet. Each question reaches an index, however long the history is.

Used by: batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from postgw.domain.consignment import Consignment
from postgw.domain.dossier import Dossier
from postgw.domain.folding import fold

from . import consignments, records, return_requests
from .database import Session, moment

_DOSSIER = (
    "d.id AS dossier_row, d.content, d.due_on, d.dossier_no AS code, d.receiving_desk, d.intake_ref, d.returning_desk"
)
_READY_AT = "(SELECT r.ready_at FROM result r WHERE r.dossier_id = d.id) AS ready_at"
_CHANGES = "EXISTS (SELECT 1 FROM change_request q WHERE q.dossier_id = d.id AND q.state = 'open') AS changes"
_BY_DUE_DAY = "ORDER BY CASE WHEN d.due_on IS NULL THEN 1 ELSE 0 END, d.due_on, d.id"
#: Of a desk's newest dossiers so many are looked through for those that nobody registered a way in for.
_NEWEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One dossier of the list, as it is kept."""

    dossier_id: int
    dossier: Dossier
    due_on: date | None
    ready_at: datetime | None
    changes: bool  #: a change of its data waits for an officer
    consignment: Consignment | None = None
    refused: str = ""


async def registered(session: Session, *, leg: str, desk: str, limit: int) -> list[Waiting]:
    """Return what is registered on a leg and not ordered, by the day on which it is due."""
    where, values = ("c.desk = $2 AND ", [desk]) if desk else ("", [])
    rows = await session.rows(
        f"SELECT {consignments.COLUMNS}, {_DOSSIER}, {_READY_AT}, {_CHANGES}, COALESCE(o.message, '') AS refused"
        " FROM consignment c JOIN dossier d ON d.id = c.dossier_id"
        " LEFT JOIN post_order o ON o.consignment_no = c.consignment_no"
        f" WHERE {where}c.state = 'registered' AND c.live AND c.leg = $1 AND (o.id IS NULL OR o.state = 'refused')"
        f" {_BY_DUE_DAY} LIMIT {int(limit)}",
        leg, *values,
    )  # fmt: skip
    return [_waiting(row, consignments.from_row(row)) for row in rows]


async def called_off(session: Session, *, desk: str, since: datetime, limit: int) -> list[Waiting]:
    """Return results whose last consignment was called off, but not because the citizen comes for it."""
    where, values = ("r.desk = $2 AND ", [desk]) if desk else ("", [])
    rows = await session.rows(
        f"SELECT {_DOSSIER}, {_READY_AT}, {_CHANGES}, '' AS refused FROM result r JOIN dossier d ON d.id = r.dossier_id"
        f" WHERE {where}r.ready_at >= $1 AND d.service_form IN ('return', 'both')"
        " AND NOT EXISTS (SELECT 1 FROM consignment c WHERE c.dossier_id = d.id AND c.leg = 'return'"
        " AND (c.state <> 'cancelled' OR EXISTS (SELECT 1 FROM scan s WHERE s.consignment_id = c.id"
        " AND s.code = 'cancelled' AND s.detail LIKE '%citizen_collects%')))"
        f" {_BY_DUE_DAY} LIMIT {int(limit)}",
        since, *values,
    )  # fmt: skip
    return [_waiting(row, None) for row in rows]


async def to_fetch(session: Session, *, desk: str, limit: int) -> list[Waiting]:
    """Return dossiers to be fetched at home that have no consignment yet and were not filed, of a desk's newest."""
    where, values = (" WHERE n.receiving_desk = $1", [desk]) if desk else ("", [])
    rows = await session.rows(
        f"SELECT {_DOSSIER}, NULL AS ready_at, {_CHANGES}, '' AS refused"
        f" FROM (SELECT n.* FROM dossier n{where} ORDER BY n.id DESC LIMIT {_NEWEST}) AS d"
        " WHERE d.service_form IN ('send', 'both')"
        " AND NOT EXISTS (SELECT 1 FROM consignment c WHERE c.dossier_id = d.id AND c.leg IN ('send', 'return'))"
        " AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.dossier_id = d.id)"
        f" {_BY_DUE_DAY} LIMIT {int(limit)}",
        *values,
    )  # fmt: skip
    return [each for each in (_waiting(row, None) for row in rows) if not each.dossier.arrived_by]


def _waiting(row: dict[str, Any], consignment: Consignment | None) -> Waiting:
    return Waiting(
        dossier_id=row["dossier_row"], dossier=records.dossier(row["content"]),
        due_on=records.day(row["due_on"]) if row["due_on"] else None, ready_at=moment(row["ready_at"]),
        changes=bool(row["changes"]), consignment=consignment, refused=row["refused"],
    )  # fmt: skip


async def reductions(session: Session, dossier_ids: Sequence[int]) -> dict[int, str]:
    """Return, of these dossiers, for which group less postage is taken: a receipt says so, or a desk agreed to it."""
    rows = await session.rows(
        f"SELECT dossier_id, grounds FROM receipt WHERE dossier_id {session.among(1, 'bigint')}"
        " AND ledger = 'postage' AND cancelled_at IS NULL ORDER BY id",
        list(dossier_ids),
    )
    told = {key: kept.wish.reduction for key, kept in (await return_requests.agreed(session, dossier_ids)).items()}
    told |= {row["dossier_id"]: records.from_json(row["grounds"]).get("reduction", "") for row in rows}
    return {dossier_id: code for dossier_id, code in told.items() if code}


async def handed_in(session: Session, dossier_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return the names, folded, of the papers that went in with each dossier by its last check."""
    rows = await session.rows(
        "SELECT c.dossier_id, p.content FROM paper_check p JOIN consignment c ON c.id = p.consignment_id"
        f" WHERE c.dossier_id {session.among(1, 'bigint')} AND c.leg = 'send' ORDER BY p.id",
        list(dossier_ids),
    )
    return {
        row["dossier_id"]: frozenset(fold(paper["name"]) for paper in records.from_json(row["content"])["present"])
        for row in rows
    }


async def procedure_texts(session: Session, codes: Sequence[str], *, on: date) -> dict[str, str]:
    """Return the records of several procedures as they stand on a day."""
    rows = await session.rows(
        f"SELECT code, data FROM procedure WHERE code {session.among(1)} AND valid_from <= $2 ORDER BY valid_from",
        list(codes), on,
    )  # fmt: skip
    return {row["code"]: row["data"] for row in rows}


async def placed(session: Session, communes: Sequence[str], *, scheme: str, on: date) -> frozenset[str]:
    """Return, of these communes, those that a post's own table of codes knows on a day."""
    rows = await session.rows(
        f"SELECT DISTINCT commune_code FROM post_place WHERE commune_code {session.among(1)} AND scheme = $2"
        " AND valid_from <= $3",
        list(communes), scheme, on,
    )  # fmt: skip
    return frozenset(row["commune_code"] for row in rows)


async def live(session: Session, keys: Sequence[str], leg: str) -> dict[str, str]:
    """Return the live consignments of several dossiers on a leg, by the dossiers' keys."""
    by_number = await session.rows(
        "SELECT d.dossier_no AS key, c.consignment_no FROM dossier d JOIN consignment c ON c.dossier_id = d.id"
        f" WHERE d.dossier_no {session.among(1)} AND c.leg = $2 AND c.live",
        list(keys), leg,
    )  # fmt: skip
    references = [key.split("/", 1)[1] for key in keys if "/" in key]
    by_reference = await session.rows(
        "SELECT d.receiving_desk || '/' || d.intake_ref AS key, c.consignment_no FROM dossier d"
        " JOIN consignment c ON c.dossier_id = d.id"
        f" WHERE d.intake_ref {session.among(1)} AND d.dossier_no IS NULL AND c.leg = $2 AND c.live",
        references, leg,
    ) if references else []  # fmt: skip
    return {row["key"]: row["consignment_no"] for row in (*by_number, *by_reference)}
