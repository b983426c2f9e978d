"""Results beside their causes: each statement here finds what does not follow, and changes nothing.

Each is one statement, so it sees one moment, however many write meanwhile; journeys, which no statement can fold, are
read page by page, and one that seems wrong is read again while its consignment is held.

Stands on: scans, consignments. Used by: services.reckoning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from postgw.domain.custody import Custody, custody_of
from postgw.domain.states import ScanTable

from . import scan_rows, told
from .consignments import custody_from_row
from .database import Session

_COLUMNS = "id, consignment_no, leg, rules_version, state, holder, office, since_at, attempts, heard_at, proved, live"
#: How many of one kind are named; whoever has more needs a backup rather than a list.
_NAMED_MOST = 200

_MONEY = {
    "receipt": (
        "SELECT receipt_no AS place FROM receipt r WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.act = r.act"
        " AND e.line = 1 AND e.ledger = r.ledger AND e.giver = r.payer AND e.taker = 'cash'"
        " AND e.amount_dong = r.amount_dong)"
    ),
    "cancelled_receipt": (
        "SELECT receipt_no AS place FROM receipt r WHERE (cancelled_at IS NOT NULL) <> EXISTS (SELECT 1 FROM"
        " ledger_entry e WHERE e.act = 'cancel:' || r.receipt_no AND e.line = 1 AND e.ledger = r.ledger"
        " AND e.giver = 'cash' AND e.taker = r.payer AND e.amount_dong = r.amount_dong)"
    ),
    "remittance": (
        "SELECT remittance_no AS place FROM remittance m WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE"
        " e.act = 'remit:' || m.remittance_no AND e.giver = 'cash' AND e.taker = 'under_way'"
        " AND e.amount_dong = m.amount_dong) OR amount_dong <>"
        " (SELECT COALESCE(sum(r.amount_dong), 0) FROM receipt r WHERE r.remittance_id = m.id)"
    ),
    "count": (
        "SELECT remittance_no AS place FROM remittance m WHERE COALESCE(received_dong, 0) <>"
        " (SELECT COALESCE(sum(e.amount_dong), 0) FROM ledger_entry e WHERE e.act = 'confirm:' || m.remittance_no"
        " AND e.taker = m.destination) OR (confirmed_at IS NOT NULL AND amount_dong <>"
        " (SELECT COALESCE(sum(e.amount_dong), 0) FROM ledger_entry e WHERE e.act = 'confirm:' || m.remittance_no"
        " AND e.giver = 'under_way'))"
    ),
    "entry": (
        "SELECT act AS place FROM ledger_entry e WHERE"
        " (act LIKE 'collect:%' AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.act = e.act)) OR (act LIKE 'cancel:%'"
        " AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.receipt_no = substr(e.act, 8))) OR (act LIKE 'remit:%'"
        " AND NOT EXISTS (SELECT 1 FROM remittance m WHERE m.remittance_no = substr(e.act, 7)))"
        " OR (act LIKE 'confirm:%'"
        " AND NOT EXISTS (SELECT 1 FROM remittance m WHERE m.remittance_no = substr(e.act, 9)))"
    ),
    "series": (
        "SELECT series AS place FROM receipt_series s WHERE last_serial <>"
        " (SELECT count(*) FROM receipt r WHERE substr(r.receipt_no, 1, length(s.series) + 1) = s.series || '-')"
    ),
}
_OF_MANIFEST = "x.source = 'manifest:' || m.manifest_no"
_SIGNED = {
    "handover": (
        "SELECT manifest_no AS place FROM manifest m WHERE (state = 'signed') <> (signed_at IS NOT NULL)"
        " OR (signed_at IS NOT NULL AND ((SELECT count(*) FROM signature s WHERE s.manifest_id = m.id) <> 2"
        " OR signed_at <> (SELECT max(s.signed_at) FROM signature s WHERE s.manifest_id = m.id)"
        " OR EXISTS (SELECT 1 FROM manifest_line l WHERE l.manifest_id = m.id"
        " AND (l.outcome IN ('ticked', 'extra', 'damaged')) <> EXISTS (SELECT 1 FROM scan x WHERE"
        f" {_OF_MANIFEST} AND x.source_id = l.consignment_no AND x.occurred_at = m.signed_at))"
        f" OR EXISTS (SELECT 1 FROM scan x WHERE {_OF_MANIFEST} AND NOT EXISTS (SELECT 1 FROM manifest_line l"
        " WHERE l.manifest_id = m.id AND l.consignment_no = x.source_id))))"
    ),
    "filing": (
        "SELECT notice_id AS place FROM filing f WHERE (ground = 'manifest'"
        " AND NOT EXISTS (SELECT 1 FROM manifest m WHERE m.manifest_no = f.source))"
        " OR (ground <> 'correction'"
        " AND EXISTS (SELECT 1 FROM manifest m WHERE m.manifest_no = f.source AND m.signed_at <> f.filed_at))"
        " UNION SELECT e.notice_id FROM event e WHERE kind = 'dossier.filed'"
        " AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.notice_id = e.notice_id)"
    ),
}
_ERRANDS = {
    "untold": (
        "SELECT e.notice_id AS place FROM event e LEFT JOIN told t ON t.event_id = e.id WHERE t.id IS NULL"
        f" EXCEPT SELECT {told.NOTICE_OF} FROM outbox o"
    ),
    "half_asked": (
        "SELECT consignment_no AS place FROM post_order p WHERE state IN ('waiting', 'unknown', 'cancelling')"
        " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject = p.consignment_no"
        " AND o.state IN ('waiting', 'parked') AND o.channel IN ('post', 'cancel'))"
    ),
}
FOUND_BY_STATEMENT = {**_MONEY, **_SIGNED, **_ERRANDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """One consignment's stored custody, and the one that its scans lead to."""

    consignment_id: int
    consignment_no: str
    stored: Custody
    reckoned: Custody

    @property
    def agrees(self) -> bool:
        """Say whether both are one."""
        return self.stored == self.reckoned


async def unfounded(session: Session, kind: str) -> list[str]:
    """Return the numbers or keys of what does not follow, of one kind; the first of them."""
    rows = await session.rows(f"{FOUND_BY_STATEMENT[kind]} LIMIT {_NAMED_MOST}")
    return [row["place"] for row in rows]


async def custodies(
    session: Session, *, after: int, limit: int, table_of: Callable[[str], ScanTable]
) -> list[Reckoned]:
    """Reckon the custody of the next consignments by row number."""
    rows = await session.rows(f"SELECT {_COLUMNS} FROM consignment WHERE id > $1 ORDER BY id LIMIT {int(limit)}", after)
    return await _reckoned(session, rows, table_of)


async def custody_held(tx: Session, consignment_id: int, *, table_of: Callable[[str], ScanTable]) -> Reckoned:
    """Reckon the custody of one consignment while nobody can write about it."""
    rows = await tx.rows(f"SELECT {_COLUMNS} FROM consignment WHERE id = $1{tx.for_update}", consignment_id)
    return (await _reckoned(tx, rows, table_of))[0]


async def _reckoned(
    session: Session, rows: Sequence[dict[str, object]], table_of: Callable[[str], ScanTable]
) -> list[Reckoned]:
    journeys = await scan_rows.histories(session, [str(row["consignment_no"]) for row in rows])
    replaced = await _replaced(session, [row["id"] for row in rows if not row["live"]])
    found = []
    for row in rows:
        reckoned = custody_of(
            str(row["leg"]), journeys[str(row["consignment_no"])], table_of(str(row["rules_version"]))
        )
        if row["id"] in replaced:
            reckoned = replace(reckoned, ended=True)  # its journey goes on beside the one that took its place
        found.append(Reckoned(
            consignment_id=int(str(row["id"])), consignment_no=str(row["consignment_no"]), stored=custody_from_row(row),
            reckoned=reckoned,
        ))  # fmt: skip
    return found


async def _replaced(session: Session, ids: Sequence[object]) -> set[object]:
    """Return which of these have a younger one on their leg: they do not live again, whatever is said of them."""
    rows = await session.rows(
        "SELECT c.id FROM consignment c WHERE EXISTS (SELECT 1 FROM consignment o WHERE o.dossier_id = c.dossier_id"
        f" AND o.leg = c.leg AND o.issue > c.issue) AND c.id {session.among(1, 'bigint')}",
        list(ids),
    )
    return {row["id"] for row in rows}
