"""Reckoning the house anew from what was said: every stored result beside what it follows from.

Whatever was done to a house, killed, moved, restored or run for hours, `faults_of` says where it contradicts itself:
custody against the scans, ledgers against receipts and remittances, errands against events, chains against scans. It
reads plainly and folds with the domain's own fold; nothing here is taken from the product's own check.

Used by: test_many_kills, test_graceful_end; whoever else ill-treats a house.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from postgw.domain import ledger
from postgw.domain.actor import GATEWAY
from postgw.domain.custody import custody_of
from postgw.domain.ledger import Entry
from postgw.rules.book import rule_book
from postgw.services.evidence import Evidence
from postgw.storage import consignments, scan_rows
from postgw.storage.database import Database, Session

_PAGE = 500
#: Errands that nobody has to do any more, or that a person has before them.
_OVER = ("sent", "parked", "dropped")


async def faults_of(database: Database, evidence: Evidence, *, at: datetime) -> list[str]:
    """Return in sentences what does not follow from what was said; nothing when all does."""
    session = database.reading
    found = await custody_faults(session)
    found += await ledger_faults(session)
    found += await errand_faults(session, at=at)
    return found + await chain_faults(session, evidence)


async def custody_faults(session: Session) -> list[str]:
    """Fold every journey anew and lay it beside what is stored."""
    found, after = [], 0
    while rows := await session.rows(
        f"SELECT id, consignment_no FROM consignment WHERE id > $1 ORDER BY id LIMIT {_PAGE}", after
    ):
        numbers, after = [row["consignment_no"] for row in rows], rows[-1]["id"]
        journeys = await scan_rows.histories(session, numbers)
        for number, kept in (await consignments.several(session, numbers)).items():
            table = rule_book().scan_table_of(kept.rules_version)
            reckoned = custody_of(kept.leg, journeys[number], table)
            if not kept.custody.ended or not reckoned.ended:  # a journey goes on beside the one that took its place
                reckoned = replace(reckoned, ended=kept.custody.ended and await _is_replaced(session, number))
            if reckoned != kept.custody:
                found.append(f"{number}: stored {kept.custody}, reckoned {reckoned}")
    return found


async def _is_replaced(session: Session, number: str) -> bool:
    return bool(await session.rows(
        "SELECT 1 AS one FROM consignment c JOIN consignment o ON o.dossier_id = c.dossier_id AND o.leg = c.leg"
        " WHERE c.consignment_no = $1 AND o.id <> c.id AND o.live", number
    ))  # fmt: skip


async def ledger_faults(session: Session) -> list[str]:
    """Lay every receipt and remittance beside its entries, and the entries beside nothing else."""
    entries = Counter(map(_plain, await session.rows("SELECT * FROM ledger_entry")))
    receipts = await session.rows("SELECT * FROM receipt")
    remittances = await session.rows("SELECT * FROM remittance")
    due = Counter(_plain_of(entry) for receipt in receipts for entry in _of_receipt(receipt))
    due += Counter(_plain_of(entry) for remittance in remittances for entry in _of_remittance(remittance))
    ours = Counter({entry: n for entry, n in entries.items() if entry[0].split(":")[0] in _KINDS})
    found = [f"ledger: owed and not entered: {entry}" for entry in (due - ours)]
    found += [f"ledger: entered and not owed: {entry}" for entry in (ours - due)]
    for remittance in remittances:
        tied = sum(row["amount_dong"] for row in receipts if row["remittance_id"] == remittance["id"])
        if tied != remittance["amount_dong"]:
            found.append(f"{remittance['remittance_no']}: hands on {remittance['amount_dong']}, its receipts {tied}")
    return found + await _serial_faults(session, receipts)


_KINDS = ("collect", "cancel", "remit", "confirm", "count")


def _of_receipt(row: dict[str, Any]) -> Sequence[Entry]:
    taken = ledger.collected(row["act"], ledger=row["ledger"], payer=row["payer"], amount=row["amount_dong"])
    if row["cancelled_at"] is None:
        return taken
    return (*taken, *ledger.reversed_by(f"cancel:{row['receipt_no']}", taken))


def _of_remittance(row: dict[str, Any]) -> Sequence[Entry]:
    sent = ledger.handed_on(f"remit:{row['remittance_no']}", amount=row["amount_dong"])
    if row["confirmed_at"] is None:
        return sent
    came = {"told": row["amount_dong"], "received": row["received_dong"], "destination": row["destination"]}
    return (*sent, *ledger.counted(f"confirm:{row['remittance_no']}", **came))


def _plain(row: dict[str, Any]) -> tuple[str, int, str, str, str, int]:
    return (row["act"], row["line"], row["ledger"], row["giver"], row["taker"], row["amount_dong"])


def _plain_of(entry: Entry) -> tuple[str, int, str, str, str, int]:
    return (entry.act, entry.line, entry.ledger, entry.giver, entry.taker, entry.amount_dong)


async def _serial_faults(session: Session, receipts: Sequence[dict[str, Any]]) -> list[str]:
    """See that a series has no gap: each number that was given has its receipt."""
    written = Counter(row["receipt_no"].rpartition("-")[0] for row in receipts)
    series = await session.rows("SELECT series, last_serial FROM receipt_series")
    return [
        f"series {row['series']}: {row['last_serial']} numbers given, {written[row['series']]} receipts"
        for row in series if row["last_serial"] != written[row["series"]]
    ]  # fmt: skip


async def errand_faults(session: Session, *, at: datetime) -> list[str]:
    """See that everything that became true is told or about to be, and nothing lies under a lease of the dead."""
    kept = {row["key"].rpartition(":")[2] for row in await session.rows("SELECT key FROM outbox")}
    kept |= {
        row["notice_id"]
        for row in await session.rows("SELECT e.notice_id FROM told t JOIN event e ON e.id = t.event_id")
    }
    heard = [row["notice_id"] for row in await session.rows("SELECT notice_id FROM event")]
    found = [f"{notice_id}: in the feed and owed to nobody" for notice_id in heard if notice_id not in kept]
    untold = await session.rows(
        "SELECT o.key FROM outbox o WHERE o.channel = 'fan' AND NOT EXISTS"
        " (SELECT 1 FROM event e WHERE 'fan:' || e.notice_id = o.key)"
    )
    found += [f"{row['key']}: owed and not in the feed" for row in untold]
    leased = await session.rows(
        f"SELECT key, state FROM outbox WHERE lease_until IS NOT NULL AND (state {session.among(1)}"
        " OR lease_until < $2)",
        list(_OVER), at,
    )  # fmt: skip
    found += [f"{row['key']}: {row['state']} under a lease of the dead" for row in leased]
    half = await session.rows(
        "SELECT consignment_no FROM post_order p WHERE state IN ('waiting', 'unknown', 'cancelling') AND NOT EXISTS"
        " (SELECT 1 FROM outbox o WHERE o.subject = p.consignment_no AND o.state = 'waiting'"
        " AND o.channel IN ('post', 'cancel'))"
    )
    return found + [f"{row['consignment_no']}: half asked, and nobody will ask" for row in half]


async def chain_faults(session: Session, evidence: Evidence) -> list[str]:
    """Check the chains, and that each scan is in one."""
    report = await evidence.verify(actor=GATEWAY)
    found = [f"chain {broken.where}, {broken.seq}: {broken.fault}" for broken in report.broken]
    outside = await session.rows(
        "SELECT s.id FROM scan s WHERE NOT EXISTS (SELECT 1 FROM chain l WHERE l.scan_id = s.id)"
    )
    return found + [f"scan {row['id']}: in no chain" for row in outside]
