"""The records of cases: damage, liability, money paid and given back, and the rates of interest.

A record is written once. What names a person stands in a column of its own, `people`, and goes when its term is over.

Stands on: cases. Used by: services.cases, services.damage, services.loss, services.compensating.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from postgw.domain.address import Party
from postgw.domain.compensation import InterestRate, Liability, Payment
from postgw.domain.damage import CountedLine, DamageRecord, KeptDamageRecord
from postgw.domain.receipt import Receipt

from . import day_serials, receipts, records
from .cases import Place
from .database import Session, moment

_OWN = "(SELECT id FROM case_file WHERE case_no = $1)"
_PEOPLE = ("statement", "worker_name", "witness_name")
_DAMAGE = (
    "SELECT d.record_no, d.content, d.people, d.made_at, d.made_by, d.signed_at, d.signed_by, f.case_no,"
    " c.consignment_no, d.photo_jpeg IS NOT NULL AS has_photo FROM damage_record d"
    " JOIN case_file f ON f.id = d.case_id JOIN consignment c ON c.id = f.consignment_id"
)
_FACTS = (
    "about", "accepted_office", "reason", "fault", "ground", "evidence", "price_dong", "refund_dong", "minimum_dong",
    "payee", "method", "rules_version",
)  # fmt: skip
_LIABILITY = (
    "SELECT l.*, f.case_no, c.consignment_no FROM liability_record l JOIN case_file f ON f.id = l.case_id"
    " JOIN consignment c ON c.id = f.consignment_id"
)
_PAYMENT = (
    "direction", "unit", "payee", "way", "refund_dong", "rest_dong", "interest_dong", "paid_at", "paid_by",
)  # fmt: skip


async def next_damage_no(tx: Session, prefix: str) -> str:
    """Return the next number of a damage record; the caller has queued for `case`."""
    return f"{prefix}{await day_serials.next_serial(tx, 'damage_record', 'record_no', prefix):03d}"


async def add_damage(tx: Session, kept: KeptDamageRecord, *, once: str) -> None:
    """Keep a damage record."""
    content = asdict(kept.record)
    people = {name: content.pop(name) for name in _PEOPLE}
    content.pop("photo_jpeg")
    await tx.run(
        f"INSERT INTO damage_record (case_id, record_no, once, content, people, photo_jpeg, made_at, made_by)"
        f" VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8)",
        kept.case_no, kept.record_no, once, records.to_json(content), records.to_json(people),
        kept.record.photo_jpeg or None, kept.made_at, kept.made_by,
    )  # fmt: skip


async def damage(session: Session, record_no: str) -> KeptDamageRecord | None:
    """Return a damage record, without its photo."""
    row = await session.row(f"{_DAMAGE} WHERE d.record_no = $1", record_no)
    return _damage(row) if row else None


async def damage_once(session: Session, once: str) -> KeptDamageRecord | None:
    """Return the damage record that a device's own id names."""
    row = await session.row(f"{_DAMAGE} WHERE d.once = $1", once)
    return _damage(row) if row else None


async def damages(session: Session, case_no: str) -> tuple[KeptDamageRecord, ...]:
    """Return the damage records of a case, the first one first."""
    return tuple(map(_damage, await session.rows(f"{_DAMAGE} WHERE f.case_no = $1 ORDER BY d.id", case_no)))


async def photo(session: Session, record_no: str) -> bytes:
    """Return the photo of a damage record; empty when there is none."""
    row = await session.row("SELECT photo_jpeg FROM damage_record WHERE record_no = $1", record_no)
    return bytes(row["photo_jpeg"] or b"") if row else b""


async def sign_damage(tx: Session, record_no: str, *, actor: str, at: datetime) -> None:
    """Mark a damage record as signed; the first signing stands."""
    await tx.run(
        "UPDATE damage_record SET signed_at = $2, signed_by = $3 WHERE record_no = $1 AND signed_at IS NULL",
        record_no, at, actor,
    )  # fmt: skip


def _damage(row: Mapping[str, Any]) -> KeptDamageRecord:
    content = records.from_json(row["content"])
    people = {**dict.fromkeys(_PEOPLE, ""), **records.from_json(row["people"])}
    lines = tuple(CountedLine(**line) for line in content.pop("lines"))
    made_at = moment(row["made_at"])
    assert made_at is not None
    return KeptDamageRecord(
        record_no=row["record_no"], case_no=row["case_no"], consignment_no=row["consignment_no"],
        record=DamageRecord(lines=lines, **content, **people), has_photo=bool(row["has_photo"]), made_at=made_at,
        made_by=row["made_by"], signed_at=moment(row["signed_at"]), signed_by=row["signed_by"],
    )  # fmt: skip


async def next_liability_no(tx: Session, prefix: str) -> str:
    """Return the next number of a liability record; the caller has queued for `case`."""
    return f"{prefix}{await day_serials.next_serial(tx, 'liability_record', 'record_no', prefix):03d}"


async def add_liability(tx: Session, made: Liability, *, sender: Party, receiver: Party) -> None:
    """Keep a liability record with sender and recipient as they are now."""
    content = {name: getattr(made, name) for name in _FACTS}
    content["accepted_at"] = made.accepted_at.isoformat() if made.accepted_at else ""
    await tx.run(
        f"INSERT INTO liability_record (case_id, record_no, content, people, amount_dong, pay_by, is_settled,"
        f" determined_at, determined_by) VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8, $9)",
        made.case_no, made.record_no, records.to_json(content),
        records.to_json({"sender": sender, "receiver": receiver}), made.amount_dong, made.pay_by, made.is_settled,
        made.determined_at, made.determined_by,
    )  # fmt: skip


async def liability(session: Session, case_no: str) -> Liability | None:
    """Return the liability record of a case."""
    row = await session.row(f"{_LIABILITY} WHERE f.case_no = $1", case_no)
    return _liability(row) if row else None


async def parties(session: Session, case_no: str) -> tuple[Party, Party] | None:
    """Return sender and recipient as a liability record names them; nothing once they were erased."""
    row = await session.row(f"SELECT people FROM liability_record WHERE case_id = {_OWN}", case_no)
    people = records.from_json(row["people"]) if row else {}
    return (records.party(people["sender"]), records.party(people["receiver"])) if people else None


async def settle(tx: Session, case_no: str) -> None:
    """Note that nothing is owed any more."""
    await tx.run(f"UPDATE liability_record SET is_settled = TRUE WHERE case_id = {_OWN}", case_no)


async def to_pay(session: Session, *, unit: str, after: Place | None, limit: int) -> list[tuple[Place, Liability]]:
    """Return what is to be paid, whichever is due first, with the place from which the next page goes on."""
    _, due, row_seen = after or (0, date.min, 0)
    rows = await session.rows(
        f"{_LIABILITY} WHERE NOT l.is_settled AND ($1 = '' OR f.desk = $1 OR f.office = $1 OR c.to_desk = $1)"
        f" AND (l.pay_by, l.id) > ($2, {int(row_seen)}) ORDER BY l.pay_by, l.id LIMIT {int(limit)}",
        unit, due,
    )  # fmt: skip
    return [((0, _day(row["pay_by"]), row["id"]), _liability(row)) for row in rows]


def _liability(row: Mapping[str, Any]) -> Liability:
    content = records.from_json(row["content"])
    accepted = content.pop("accepted_at")
    determined_at = moment(row["determined_at"])
    assert determined_at is not None
    return Liability(
        record_no=row["record_no"], case_no=row["case_no"], consignment_no=row["consignment_no"],
        accepted_at=datetime.fromisoformat(accepted) if accepted else None, amount_dong=row["amount_dong"],
        determined_at=determined_at, determined_by=row["determined_by"], pay_by=_day(row["pay_by"]),
        is_settled=bool(row["is_settled"]), **content,
    )  # fmt: skip


async def add_payment(tx: Session, made: Payment) -> None:
    """Keep money paid or given back."""
    await tx.run(
        f"INSERT INTO compensation (case_id, {', '.join(_PAYMENT)})"
        f" VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        made.case_no, *(getattr(made, name) for name in _PAYMENT),
    )  # fmt: skip


async def payments(session: Session, case_no: str) -> tuple[Payment, ...]:
    """Return what was paid in a case and what was given back, in this order."""
    rows = await session.rows(
        f"SELECT {', '.join(_PAYMENT)} FROM compensation WHERE case_id = {_OWN} ORDER BY id", case_no
    )
    return tuple(Payment(case_no=case_no, **{**row, "paid_at": moment(row["paid_at"])}) for row in rows)


async def postage_receipts(session: Session, consignment_no: str) -> tuple[Receipt, ...]:
    """Return the receipts of postage of a consignment."""
    rows = await session.rows(
        "SELECT receipt_no FROM receipt WHERE consignment_no = $1 AND ledger = 'postage' ORDER BY id", consignment_no
    )
    found = [await receipts.find(session, row["receipt_no"]) for row in rows]
    return tuple(receipt for receipt in found if receipt is not None)


async def put_rate(tx: Session, rate: InterestRate) -> bool:
    """Keep a rate of interest from a day on; return false when that day has one already."""
    row = await tx.row(
        "INSERT INTO interest_rate (basis_points, valid_from, author, reason) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (valid_from) DO NOTHING RETURNING id",
        rate.basis_points, rate.valid_from, rate.author, rate.reason,
    )  # fmt: skip
    return row is not None


async def rates(session: Session) -> tuple[InterestRate, ...]:
    """Return every rate of interest, the newest first."""
    rows = await session.rows(
        "SELECT basis_points, valid_from, author, reason FROM interest_rate ORDER BY valid_from DESC"
    )
    return tuple(InterestRate(**{**row, "valid_from": _day(row["valid_from"])}) for row in rows)


async def rate_on(session: Session, on: date) -> InterestRate | None:
    """Return the rate in force on a day, if the province set one."""
    return next((rate for rate in await rates(session) if rate.valid_from <= on), None)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
