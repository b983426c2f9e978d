"""Remitting: fee money that a unit collected is handed on to the agency, in full and on time, and counted there.

What was handed on and what was counted are both kept. A difference stands by itself in the ledger until somebody
explains it; nobody rounds it away, and nobody counts what he handed on himself.

Source: Decision 45/2016/QĐ-TTg art. 7.1 (a receiver appointed for fee money), 7.5, 15.2; Circular 74/2022/TT-BTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from postgw.domain import ledger
from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import made
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.receipt import AMOUNT_MOST, Receipt, Remittance
from postgw.storage import changes, ledger_entries, manifests, province, receipts
from postgw.storage.database import Database, Session
from postgw.storage.receipts import Due, RemitTerm

_HOURS_MOST = 24 * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Remitting:
    """The act of handing fee money on."""

    database: Database

    async def remit(
        self,
        *,
        unit: str,
        desk: str,
        receipt_nos: Sequence[str],
        destination: str,
        manifest_no: str,
        actor: Actor,
        at: datetime,
    ) -> Remittance:
        """Hand on the money of these receipts, or of all that a unit holds for a desk; again is the same remittance.

        Raises Conflict when a receipt is not waiting there, or nothing is.
        """
        actor.must("money")
        unit = unit or actor.unit
        if not actor.may_see(unit):
            raise Forbidden("Tài khoản của {unit} không nộp tiền thay đơn vị khác.", unit=actor.unit,
                            code="unit.foreign")  # fmt: skip
        if destination not in ledger.DESTINATIONS:
            raise Invalid("Nơi nộp phải là agency hoặc treasury.", code="remit.destination", field="/destination")
        async with self.database.writing() as tx:
            await tx.queue_for(f"unit-money:{unit}")
            await _must_be_manifest_of(tx, manifest_no, unit, desk)
            waiting = await receipts.to_remit(tx, unit=unit, desk=desk)
            chosen = _chosen(waiting, receipt_nos)
            if chosen is None:
                return await _remitted_before(tx, receipt_nos, unit, desk)
            remittance = await self._kept(tx, chosen, destination, manifest_no, actor, at)
            entries = ledger.handed_on(f"remit:{remittance.remittance_no}", amount=remittance.amount_dong)
            await ledger_entries.write(tx, entries, unit=unit, actor=actor.name, at=at)
        return remittance

    async def _kept(
        self, tx: Session, chosen: Sequence[Receipt], destination: str, manifest_no: str, actor: Actor, at: datetime
    ) -> Remittance:
        unit, desk = chosen[0].unit, chosen[0].desk
        prefix = f"NP-{unit}-{legal_day(at):%y%m%d}-"
        serial = await receipts.next_remittance_serial(tx, prefix)
        remittance = Remittance(
            remittance_no=f"{prefix}{serial:02d}", unit=unit, desk=desk, destination=destination,
            manifest_no=manifest_no, amount_dong=sum(receipt.amount_dong for receipt in chosen),
            due_at=min(receipt.remit_by for receipt in chosen if receipt.remit_by), remitted_at=at,
            remitted_by=actor.name, receipt_nos=tuple(receipt.receipt_no for receipt in chosen),
        )  # fmt: skip
        kept = await receipts.remit(tx, remittance)
        assert kept, "the unit's queue lets nobody else number remittances meanwhile"
        return remittance

    async def confirm(
        self, number: str, *, received_dong: int, signatory_no: str, actor: Actor, at: datetime
    ) -> Remittance:
        """Keep what the other side counted, whatever it is; the same again changes nothing.

        Raises Forbidden unless somebody else than who handed it on counts, appointed for fee money at that desk.
        """
        actor.must("money")
        if not 0 <= received_dong <= AMOUNT_MOST * 1000:
            raise Invalid(
                "Số tiền đếm được phải từ 0 đến {most} đồng.",
                most=AMOUNT_MOST * 1000,
                code="remit.received",
                field="/received_dong",
            )
        async with self.database.writing() as tx:
            remittance = await _found(tx, number, actor, lock=True)
            if remittance.received_dong is not None:
                return _same_count(remittance, received_dong)
            await _must_count(tx, remittance, signatory_no, actor, at)
            entries = ledger.counted(
                f"confirm:{remittance.remittance_no}", destination=remittance.destination,
                told=remittance.amount_dong, received=received_dong,
            )  # fmt: skip
            await ledger_entries.write(tx, entries, unit=remittance.unit, actor=actor.name, at=at)
            await receipts.confirm(
                tx, remittance.remittance_no, received_dong=received_dong, signatory_no=signatory_no,
                actor=actor.name, at=at,
            )  # fmt: skip
            return await _found(tx, number, actor)

    async def remittances(self, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[Remittance]:
        """Return remittances, newest first."""
        actor.must("money")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await receipts.remittances(self.database.reading, unit=actor.unit, before=before, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(remittance for _, remittance in rows[:limit]), next_cursor=more)

    async def due(self, *, actor: Actor) -> tuple[Due, ...]:
        """Return the fee money that units still hold, each with its deadline, the most urgent first."""
        actor.must("money")
        return await receipts.due(self.database.reading, unit=actor.unit)

    async def set_term(
        self, *, procedure_code: str, hours: int, valid_from: date, reason: str, actor: Actor, at: datetime
    ) -> RemitTerm:
        """Set within how many hours the fees of a procedure are handed on, from a day on.

        Raises Conflict when that day has a term already: what is in use never changes, a new day begins a new one.
        """
        actor.must("admin")
        if not 0 < hours <= _HOURS_MOST:
            raise Invalid("Thời hạn nộp phải từ 1 đến {most} giờ.", most=_HOURS_MOST, code="term.hours",
                          field="/hours")  # fmt: skip
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        term = RemitTerm(
            procedure_code=procedure_code, hours=hours, valid_from=valid_from, author=actor.name, reason=reason
        )
        if await province.procedure(self.database.reading, procedure_code, on=valid_from) is None:
            raise Invalid("Không có thủ tục mang mã {number}.", number=procedure_code, code="procedure.unknown",
                          field="/procedure_code")  # fmt: skip
        async with self.database.writing() as tx:
            if not await receipts.put_term(tx, term):
                raise Conflict(
                    "Thủ tục {number} đã có thời hạn nộp từ ngày đó. Chọn ngày bắt đầu khác.", number=procedure_code,
                    code="term.known", field="/valid_from",
                )  # fmt: skip
            told = {"hours": hours, "valid_from": valid_from, "reason": reason}
            await changes.note(tx, made("remit_term", procedure_code, told, actor=actor, at=at))
        return term

    async def terms(self, *, actor: Actor) -> tuple[RemitTerm, ...]:
        """Return every term that was set."""
        actor.must("money", "admin")
        return await receipts.terms(self.database.reading)


def _chosen(waiting: Sequence[Receipt], receipt_nos: Sequence[str]) -> list[Receipt] | None:
    """Return the receipts that are handed on; nothing when not all that were named wait here."""
    if not receipt_nos:
        if not waiting:
            raise Conflict("Không có biên lai phí nào chờ nộp cho bộ phận này.", code="remit.nothing")
        return list(waiting)
    chosen = [receipt for receipt in waiting if receipt.receipt_no in receipt_nos]
    return chosen if len(chosen) == len(set(receipt_nos)) else None


async def _remitted_before(tx: Session, receipt_nos: Sequence[str], unit: str, desk: str) -> Remittance:
    """Return the remittance that already holds exactly these receipts. Raises Conflict when none does."""
    first = await receipts.find(tx, receipt_nos[0])
    remittance = await receipts.remittance(tx, first.remittance_no) if first and first.remittance_no else None
    if remittance and (remittance.unit, remittance.desk, set(remittance.receipt_nos)) == (unit, desk, set(receipt_nos)):
        return remittance
    for n, number in enumerate(receipt_nos):
        receipt = await receipts.find(tx, number)
        if receipt is None or not _waits(receipt, unit, desk):
            raise Conflict(
                "Biên lai {number} không nằm trong số biên lai phí chờ nộp từ đơn vị này cho bộ phận này.",
                number=number, code="remit.receipt", field=f"/receipt_nos/{n}",
            )  # fmt: skip
    raise AssertionError("every receipt waits, yet not all were chosen")


def _waits(receipt: Receipt, unit: str, desk: str) -> bool:
    is_open = not receipt.remittance_no and receipt.cancelled_at is None
    return is_open and (receipt.ledger, receipt.unit, receipt.desk) == ("fee", unit, desk)


async def _must_be_manifest_of(tx: Session, manifest_no: str, unit: str, desk: str) -> None:
    if not manifest_no:
        return
    manifest = await manifests.find(tx, manifest_no)
    if manifest is None or desk != manifest.desk or unit not in {manifest.office, manifest.desk}:
        raise Invalid("Không có biên bản {number}.", number=manifest_no, code="manifest.unknown", field="/manifest_no")


async def _found(session: Session, number: str, actor: Actor, *, lock: bool = False) -> Remittance:
    remittance = await receipts.remittance(session, number, lock=lock)
    if remittance is None or not actor.may_see(remittance.unit, remittance.desk):
        raise Unknown("Không có lần nộp phí {number}.", number=number, code="remittance.unknown")
    return remittance


def _same_count(remittance: Remittance, received_dong: int) -> Remittance:
    if remittance.received_dong != received_dong:
        raise Conflict(
            "Lần nộp {number} đã được đếm là {counted} đồng.", number=remittance.remittance_no,
            counted=remittance.received_dong, code="remit.counted", field="/received_dong",
        )  # fmt: skip
    return remittance


async def _must_count(tx: Session, remittance: Remittance, signatory_no: str, actor: Actor, at: datetime) -> None:
    if actor.name == remittance.remitted_by or not actor.may_see(remittance.desk):
        raise Forbidden("Bên nhận phải đếm: người nộp không tự xác nhận.", code="remit.own")
    people = await manifests.appointed(tx, on=legal_day(at), signatory_no=signatory_no)
    person = next((p for p in people if p.unit == remittance.desk and p.subject == "fees"), None)
    if person is None or (person.account and person.account != actor.name):
        raise Forbidden(
            "Người ký {number} không được cử nhận phí, lệ phí cho {unit} vào ngày đó.", number=signatory_no,
            unit=remittance.desk, code="remit.not_appointed", field="/signatory_no",
        )  # fmt: skip
