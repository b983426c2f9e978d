"""Compensating: the money is paid within thirty days, and comes back when a lost item is found and taken back.

Money moves once, as entries of the postage ledger; what an owner gives back are the same entries the other way round.
Who pays late pays interest, at the rate that the province has set.

Source: Law on Post 2010 art. 40, 41; Decree 47/2011/NĐ-CP art. 26, 27.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postgw.domain import ledger
from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.case import DECISIONS, CaseFile, standing_of
from postgw.domain.change import made
from postgw.domain.compensation import (
    WAYS,
    InterestRate,
    Liability,
    Payment,
    account_of,
    interest,
    must_be_one_of,
)
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.rules.book import RuleBook
from postgw.storage import case_records, cases, changes, ledger_entries, province
from postgw.storage.database import Database, Session

_RATE_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is to be paid, and how late it is."""

    liability: Liability
    days_late: int
    interest_dong: int | None  #: none: late, and the province has set no rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensating:
    """The acts of paying compensation and of taking it back."""

    database: Database
    book: RuleBook

    async def pay(self, case_no: str, *, unit: str, way: str, actor: Actor, at: datetime) -> Payment:
        """Pay what is owed, with its interest when it is late; asked for again, it is the same payment.

        Raises Conflict when nothing is owed.
        """
        actor.must("cases")
        must_be_one_of(way, WAYS, "way")
        async with self.database.writing() as tx:
            case = await cases.seen(tx, case_no, actor, lock=True)
            if known := await _payment(tx, case_no, "out"):
                return known
            unit = await _paying(tx, unit, actor)
            found, made = await cases.consignment_of(tx, case), await case_records.liability(tx, case_no)
            due = await self._due(tx, made, at) if made else None
            late = due.interest_dong or 0 if due else 0
            content = {"unit": unit, "way": way, "interest_dong": late}
            await cases.add_step(tx, case_no, "paid", content, at=at, actor=actor.name)
            assert made is not None, "nothing is owed without a record"
            payment = Payment(
                case_no=case_no, direction="out", unit=unit, payee=made.payee, way=way, refund_dong=made.refund_dong,
                rest_dong=made.amount_dong - made.refund_dong, interest_dong=late, paid_at=at, paid_by=actor.name,
            )  # fmt: skip
            await ledger_entries.write(tx, _entries(payment, found), unit=unit, actor=actor.name, at=at)
            await case_records.add_payment(tx, payment)
            await case_records.settle(tx, case_no)
            await cases.announce(tx, "paid", case_no, found, at=at)
        return payment

    async def _due(self, session: Session, made: Liability, at: datetime) -> Due:
        days = max(0, (legal_day(at) - made.pay_by).days)
        if not days:
            return Due(liability=made, days_late=0, interest_dong=0)
        rate = await case_records.rate_on(session, legal_day(at))
        a_year = self.book.cases[made.rules_version].interest_days_a_year
        if rate is None:
            return Due(liability=made, days_late=days, interest_dong=None)
        owed = interest(made.amount_dong, basis_points=rate.basis_points, days_late=days, days_a_year=a_year)
        return Due(liability=made, days_late=days, interest_dong=owed)

    async def due(self, *, cursor: str, limit: int, actor: Actor, at: datetime) -> Page[Due]:
        """Return what is to be paid, whichever is due first."""
        actor.must("cases")
        after = cases.place_of(cursor)
        rows = await case_records.to_pay(self.database.reading, unit=actor.unit, after=after, limit=limit + 1)
        more = cases.cursor_of(rows[limit - 1][0]) if len(rows) > limit else ""
        items = [await self._due(self.database.reading, made, at) for _, made in rows[:limit]]
        return Page(items=tuple(items), next_cursor=more)

    async def owner_decides(
        self, case_no: str, decision: str, *, unit: str, way: str, note: str, actor: Actor, at: datetime
    ) -> Payment | None:
        """Keep what the owner of a found item decided; who takes it back gives the compensation back.

        The same decision again changes nothing. Raises Conflict when nothing was found.
        """
        actor.must("cases")
        must_be_one_of(decision, DECISIONS, "decision")
        must_be_one_of(way, WAYS, "way")
        note = checked_text(note, what="ghi chú", field="/note", most=1000, required=False)
        async with self.database.writing() as tx:
            case = await cases.seen(tx, case_no, actor, lock=True)
            steps, known = await cases.steps(tx, case_no), await _payment(tx, case_no, "back")
            if steps and steps[-1].kind == "owner_decided" and steps[-1].content["decision"] == decision:
                return known
            given_back = standing_of(steps).paid_dong if decision == "takes_back" else 0
            content = {"decision": decision, "given_back_dong": given_back}
            await cases.add_step(
                tx, case_no, "owner_decided", content, words={"note": note} if note else None, at=at, actor=actor.name
            )
            found = await cases.consignment_of(tx, case)
            if given_back:
                known = await self._given_back(tx, case, found, await _paying(tx, unit, actor), way, actor, at)
            if decision == "takes_back":
                await case_records.settle(tx, case_no)
            await cases.announce(tx, "owner_decided", case_no, found, at=at, decision=decision)
        return known

    async def _given_back(
        self, tx: Session, case: CaseFile, found: Consignment, unit: str, way: str, actor: Actor, at: datetime
    ) -> Payment:
        paid = await _payment(tx, case.case_no, "out")
        assert paid is not None, "what was paid has its row"
        back = Payment(
            case_no=case.case_no, direction="back", unit=unit, payee=paid.payee, way=way, refund_dong=paid.refund_dong,
            rest_dong=paid.rest_dong, interest_dong=0, paid_at=at, paid_by=actor.name,
        )  # fmt: skip
        entries = ledger.reversed_by(f"given_back:{case.case_no}", _entries(back, found))
        await ledger_entries.write(tx, entries, unit=unit, actor=actor.name, at=at)
        await case_records.add_payment(tx, back)
        return back

    async def put_rate(self, rate: InterestRate, *, actor: Actor, at: datetime) -> InterestRate:
        """Set the yearly rate of interest from a day on. Raises Conflict when that day has one."""
        actor.must("admin")
        if not 0 <= rate.basis_points <= _RATE_MOST:
            raise Invalid("Lãi suất phải từ 0 đến {most} phần vạn một năm.", most=_RATE_MOST, code="interest.rate",
                          field="/basis_points")  # fmt: skip
        reason = checked_text(rate.reason, what="căn cứ", field="/reason", most=300)
        kept = InterestRate(
            basis_points=rate.basis_points, valid_from=rate.valid_from, author=actor.name, reason=reason
        )
        async with self.database.writing() as tx:
            if not await case_records.put_rate(tx, kept):
                raise Conflict("Ngày {on} đã có lãi suất. Khai từ ngày khác.", on=f"{rate.valid_from:%d/%m/%Y}",
                               code="interest.taken", field="/valid_from")  # fmt: skip
            told = {"basis_points": kept.basis_points, "valid_from": kept.valid_from, "reason": reason}
            await changes.note(tx, made("interest_rate", f"{kept.valid_from:%d/%m/%Y}", told, actor=actor, at=at))
        return kept

    async def rates(self, *, actor: Actor) -> tuple[InterestRate, ...]:
        """Return every rate of interest, the newest first."""
        actor.must("cases", "admin")
        return await case_records.rates(self.database.reading)


def _entries(payment: Payment, found: Consignment) -> tuple[ledger.Entry, ...]:
    return ledger.compensated(
        f"compensate:{payment.case_no}", payee=account_of(payment.payee, found.leg), refund=payment.refund_dong,
        rest=payment.rest_dong, interest=payment.interest_dong,
    )  # fmt: skip


async def _payment(session: Session, case_no: str, direction: str) -> Payment | None:
    paid = await case_records.payments(session, case_no)
    return next((payment for payment in paid if payment.direction == direction), None)


async def _paying(tx: Session, unit: str, actor: Actor) -> str:
    """Return the post office that pays. Raises Forbidden for another's, Invalid when it is none."""
    unit = unit or actor.unit
    actor.must_belong_to(unit)
    return (await province.must_be_unit(tx, unit, "office", field="/unit")).code
