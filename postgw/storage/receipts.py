"""Receipts in their series, fee money handed on, and within how many hours it must be.

A receipt gets its number while the row of its series is locked, so that serials have no gap and none is used twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from postgw.domain.receipt import SERIAL_MOST, Receipt, Remittance, receipt_no

from . import day_serials, records
from .database import Session, moment

RECEIPT = (
    "r.id, r.receipt_no, r.ledger, r.unit, r.desk, r.consignment_no, r.dossier_no, r.procedure_code, r.payer,"
    " r.amount_dong, r.grounds, r.collected_at, r.collected_by, r.remit_by, r.cancelled_at, m.remittance_no"
)
FROM = "FROM receipt r LEFT JOIN remittance m ON m.id = r.remittance_id"
_OPEN = "r.ledger = 'fee' AND r.remittance_id IS NULL AND r.cancelled_at IS NULL"
REMITTANCE = (
    "remittance_no", "unit", "desk", "destination", "manifest_no", "amount_dong", "due_at", "remitted_at",
    "remitted_by", "received_dong", "confirmed_at", "confirmed_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The receipts of a unit: of several series of a ledger the newest is in use."""

    series: str
    ledger: str
    unit: str
    last_serial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemitTerm:
    """Within how many hours the fees of a procedure are handed on."""

    procedure_code: str
    hours: int
    valid_from: date
    author: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Fee money that a unit still holds for a desk."""

    unit: str
    desk: str
    receipts_count: int
    amount_dong: int
    due_at: datetime


async def begin_series(tx: Session, series: Series, *, actor: str, at: datetime) -> Series:
    """Keep a new series; return the one that stands under its name, which may be another's."""
    await tx.run(
        "INSERT INTO receipt_series (series, ledger, unit, begun_at, begun_by) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (series) DO NOTHING",
        series.series, series.ledger, series.unit, at, actor,
    )  # fmt: skip
    [row] = await tx.rows("SELECT series, ledger, unit, last_serial FROM receipt_series WHERE series = $1",
                          series.series)  # fmt: skip
    return Series(**row)


async def find_series(session: Session, name: str) -> Series | None:
    """Return a series by its name."""
    row = await session.row("SELECT series, ledger, unit, last_serial FROM receipt_series WHERE series = $1", name)
    return Series(**row) if row else None


async def all_series(session: Session, *, unit: str) -> tuple[Series, ...]:
    """Return the series of a unit, or of all, newest first."""
    rows = await session.rows(
        "SELECT series, ledger, unit, last_serial FROM receipt_series WHERE ($1 = '' OR unit = $1) ORDER BY id DESC",
        unit,
    )
    return tuple(Series(**row) for row in rows)


async def next_number(tx: Session, *, unit: str, ledger: str) -> str:
    """Return the next receipt number of a unit; empty when it has no series, or none with a number left."""
    row = await tx.row(
        "UPDATE receipt_series SET last_serial = last_serial + 1 WHERE id ="
        " (SELECT max(id) FROM receipt_series WHERE unit = $1 AND ledger = $2)"
        f" AND last_serial < {SERIAL_MOST} RETURNING series, last_serial",
        unit, ledger,
    )  # fmt: skip
    return receipt_no(row["series"], row["last_serial"]) if row else ""


async def add(tx: Session, receipt: Receipt, *, act: str, dossier_id: int) -> None:
    """Keep a receipt."""
    await tx.run(
        "INSERT INTO receipt (receipt_no, act, ledger, unit, desk, dossier_id, consignment_no, dossier_no,"
        " procedure_code, payer, amount_dong, grounds, collected_at, collected_by, remit_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        receipt.receipt_no, act, receipt.ledger, receipt.unit, receipt.desk, dossier_id, receipt.consignment_no,
        receipt.dossier_no, receipt.procedure_code, receipt.payer, receipt.amount_dong,
        records.to_json(receipt.grounds), receipt.collected_at, receipt.collected_by, receipt.remit_by,
    )  # fmt: skip


async def find(session: Session, number: str) -> Receipt | None:
    """Return a receipt by its number."""
    row = await session.row(f"SELECT {RECEIPT} {FROM} WHERE r.receipt_no = $1", number)
    return receipt_from(row) if row else None


async def several(session: Session, numbers: Sequence[str]) -> tuple[Receipt, ...]:
    """Return the receipts of these numbers, oldest first."""
    rows = await session.rows(
        f"SELECT {RECEIPT} {FROM} WHERE r.receipt_no {session.among(1)} ORDER BY r.id", list(numbers)
    )
    return tuple(receipt_from(row) for row in rows)


async def of_act(session: Session, act: str) -> Receipt | None:
    """Return the receipt that an act made."""
    row = await session.row(f"SELECT {RECEIPT} {FROM} WHERE r.act = $1", act)
    return receipt_from(row) if row else None


async def of_consignment(session: Session, consignment_no: str) -> tuple[Receipt, ...]:
    """Return what was taken for a consignment and not cancelled, oldest first."""
    rows = await session.rows(
        f"SELECT {RECEIPT} {FROM} WHERE r.consignment_no = $1 AND r.cancelled_at IS NULL ORDER BY r.id",
        consignment_no,
    )  # fmt: skip
    return tuple(receipt_from(row) for row in rows)


async def taken_for(session: Session, dossier_ids: Sequence[int]) -> dict[tuple[str, int, str], int]:
    """Return what citizens have paid for dossiers, by ledger, dossier and consignment."""
    rows = await session.rows(
        "SELECT ledger, dossier_id, consignment_no, CAST(sum(amount_dong) AS bigint) AS dong FROM receipt"
        f" WHERE dossier_id {session.among(1, 'bigint')} AND payer = 'citizen' AND cancelled_at IS NULL"
        " GROUP BY ledger, dossier_id, consignment_no",
        list(dossier_ids),
    )
    return {(row["ledger"], row["dossier_id"], row["consignment_no"]): int(row["dong"]) for row in rows}


async def taken(session: Session, *, ledger: str, payer: str, dossier_id: int, consignment_no: str = "") -> int:
    """Return how much a payer has paid for a dossier, or for one consignment of it."""
    row = await session.row(
        "SELECT CAST(COALESCE(sum(amount_dong), 0) AS bigint) AS dong FROM receipt WHERE dossier_id = $1"
        " AND ledger = $2 AND payer = $3 AND cancelled_at IS NULL AND ($4 = '' OR consignment_no = $4)",
        dossier_id, ledger, payer, consignment_no,
    )  # fmt: skip
    return int(row["dong"]) if row else 0


async def cancel(tx: Session, number: str, *, reason: str, actor: str, at: datetime) -> None:
    """Mark a receipt as cancelled; its number stays used."""
    await tx.run(
        "UPDATE receipt SET cancelled_at = $2, cancelled_by = $3, cancel_reason = $4 WHERE receipt_no = $1",
        number, at, actor, reason,
    )  # fmt: skip


async def listed(session: Session, *, unit: str, ledger: str, before: int, limit: int) -> list[tuple[int, Receipt]]:
    """Return receipts that a unit wrote or that concern its dossiers, newest first, with their row numbers."""
    rows = await session.rows(
        f"SELECT {RECEIPT} {FROM} WHERE r.id < $1 AND ($2 = '' OR r.unit = $2 OR r.desk = $2)"
        f" AND ($3 = '' OR r.ledger = $3) ORDER BY r.id DESC LIMIT {int(limit)}",
        before or 2**62, unit, ledger,
    )  # fmt: skip
    return [(row["id"], receipt_from(row)) for row in rows]


async def to_remit(tx: Session, *, unit: str, desk: str) -> tuple[Receipt, ...]:
    """Return the fee receipts whose money a unit holds for a desk, locked."""
    lock = tx.for_update.replace("UPDATE", "UPDATE OF r") if tx.for_update else ""
    rows = await tx.rows(
        f"SELECT {RECEIPT} {FROM} WHERE {_OPEN} AND r.unit = $1 AND r.desk = $2 ORDER BY r.id{lock}", unit, desk
    )
    return tuple(receipt_from(row) for row in rows)


async def due(session: Session, *, unit: str) -> tuple[Due, ...]:
    """Return the fee money that is still to be handed on, the most urgent first."""
    rows = await session.rows(
        "SELECT r.unit, r.desk, count(*) AS receipts_count, CAST(sum(r.amount_dong) AS bigint) AS amount_dong,"
        f" min(r.remit_by) AS due_at FROM receipt r WHERE {_OPEN} AND ($1 = '' OR r.unit = $1 OR r.desk = $1)"
        " GROUP BY r.unit, r.desk ORDER BY due_at, r.unit, r.desk",
        unit,
    )
    return tuple(Due(**{**row, "due_at": moment(row["due_at"])}) for row in rows)


async def remit(tx: Session, remittance: Remittance) -> bool:
    """Keep a remittance and tie its receipts to it; return false when its number is taken."""
    names = REMITTANCE[:9]
    row = await tx.row(
        f"INSERT INTO remittance ({', '.join(names)}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (remittance_no) DO NOTHING RETURNING id",
        *(getattr(remittance, name) for name in names),
    )
    if row is None:
        return False
    await tx.run(
        f"UPDATE receipt SET remittance_id = $2 WHERE receipt_no {tx.among(1)}", list(remittance.receipt_nos), row["id"]
    )
    return True


async def next_remittance_serial(session: Session, prefix: str) -> int:
    """Return the next serial of the remittances whose numbers begin with `prefix`."""
    return await day_serials.next_serial(session, "remittance", "remittance_no", prefix)


async def remittance(session: Session, number: str, *, lock: bool = False) -> Remittance | None:
    """Return a remittance with its receipts."""
    suffix = session.for_update if lock else ""
    row = await session.row(f"SELECT id, {', '.join(REMITTANCE)} FROM remittance WHERE remittance_no = $1{suffix}",
                            number)  # fmt: skip
    return (await whole(session, [row]))[0][1] if row else None


async def remittances(session: Session, *, unit: str, before: int, limit: int) -> list[tuple[int, Remittance]]:
    """Return the remittances of a unit to or from others, newest first, with their row numbers."""
    rows = await session.rows(
        f"SELECT id, {', '.join(REMITTANCE)} FROM remittance WHERE id < $1 AND ($2 = '' OR unit = $2 OR desk = $2)"
        f" ORDER BY id DESC LIMIT {int(limit)}",
        before or 2**62, unit,
    )  # fmt: skip
    return await whole(session, rows)


async def confirm(tx: Session, number: str, *, received_dong: int, signatory_no: str, actor: str, at: datetime) -> None:
    """Keep what the other side counted."""
    await tx.run(
        "UPDATE remittance SET received_dong = $2, confirmed_at = $3, confirmed_by = $4, signatory_no = $5"
        " WHERE remittance_no = $1",
        number, received_dong, at, actor, signatory_no,
    )  # fmt: skip


async def put_term(tx: Session, term: RemitTerm) -> bool:
    """Keep the term of a procedure from a day on; return false when that day has one already."""
    row = await tx.row(
        "INSERT INTO remit_term (procedure_code, hours, valid_from, author, reason) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (procedure_code, valid_from) DO NOTHING RETURNING id",
        term.procedure_code, term.hours, term.valid_from, term.author, term.reason,
    )  # fmt: skip
    return row is not None


async def terms(session: Session) -> tuple[RemitTerm, ...]:
    """Return every term that was ever set, by procedure and day."""
    rows = await session.rows(
        "SELECT procedure_code, hours, valid_from, author, reason FROM remit_term ORDER BY procedure_code, valid_from"
    )
    return tuple(RemitTerm(**{**row, "valid_from": _day(row["valid_from"])}) for row in rows)


async def term_on(session: Session, procedure_code: str, *, on: date) -> int | None:
    """Return within how many hours the fees of a procedure are handed on, if somebody decided that."""
    row = await session.row(
        "SELECT hours FROM remit_term WHERE procedure_code = $1 AND valid_from <= $2 ORDER BY valid_from DESC LIMIT 1",
        procedure_code, on,
    )  # fmt: skip
    return row["hours"] if row else None


async def whole(session: Session, rows: Sequence[dict[str, Any]]) -> list[tuple[int, Remittance]]:
    """Return rows of remittances with their receipts, and their row numbers."""
    lines = await session.rows(
        f"SELECT remittance_id, receipt_no FROM receipt WHERE remittance_id {session.among(1, 'bigint')} ORDER BY id",
        [row["id"] for row in rows],
    )
    return [
        (row["id"], _remittance(row, [line["receipt_no"] for line in lines if line["remittance_id"] == row["id"]]))
        for row in rows
    ]


def _remittance(row: dict[str, Any], receipt_nos: Sequence[str]) -> Remittance:
    moments: dict[str, Any] = {name: moment(row[name]) for name in ("due_at", "remitted_at", "confirmed_at")}
    plain = {name: row[name] for name in REMITTANCE if name not in moments}
    return Remittance(**plain, **moments, receipt_nos=tuple(receipt_nos))


def receipt_from(row: dict[str, Any]) -> Receipt:
    """Return a receipt from its row."""
    moments: dict[str, Any] = {name: moment(row[name]) for name in ("collected_at", "remit_by", "cancelled_at")}
    plain = {name: value for name, value in row.items() if name not in {"id", *moments}}
    plain |= {"grounds": records.from_json(row["grounds"]), "remittance_no": row["remittance_no"] or ""}
    return Receipt(**plain, **moments)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
