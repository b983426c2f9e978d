"""Determining: who is liable for what was lost, damaged or late, for how much, and until when it is paid.

The least that is owed follows from the postage of the item and the rules of the day on which it was accepted; more may
be agreed, never less. The record is written once. What it costs to have irrecoverable papers issued again is listed
with its evidence, and borne by the post where the post is at fault.

Source: Law on Post 2010 art. 40, 41; Decree 47/2011/NĐ-CP art. 24 to 26; Circular 02/2012/TT-BTTTT art. 9; Decision
45/2016/QĐ-TTg art. 14.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from postgw.domain import dong
from postgw.domain.actor import Actor
from postgw.domain.address import Party, checked_text
from postgw.domain.case import ABOUTS, CaseFile
from postgw.domain.compensation import (
    FAULTS,
    PAYEES,
    WAYS,
    CaseRule,
    Liability,
    Payment,
    Postage,
    acknowledgement,
    agreed,
    claim_for,
    must_be_one_of,
    pay_by,
    postage_of,
)
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day, shown
from postgw.domain.receipt import AMOUNT_MOST
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import case_records, cases, province
from postgw.storage.database import Database, Session
from postgw.storage.transit import Transit, transit

if TYPE_CHECKING:
    from labels.liability_record import LiabilityPaper


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """How a liability is to be set down. `price_dong` only where no receipt of postage is kept, with its evidence."""

    reason: str
    fault: str
    ground: str = ""
    evidence: str = ""
    amount_dong: int | None = None  #: as agreed; without one, the minimum
    price_dong: int | None = None
    payee: str = "sender"
    agreement: str = ""  #: by which the recipient is paid although nothing remains
    method: str = "cash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Determining:
    """The acts of setting a liability down."""

    database: Database
    book: RuleBook
    post_name: str
    rehearsal: bool

    async def determine(self, case_no: str, told: Determination, *, actor: Actor, at: datetime) -> Liability:
        """Set down who is liable and for how much; the same again is the same record.

        Raises Invalid below the minimum, Conflict when the item has no proof of acceptance or another record stands.
        """
        actor.must("lead")
        told = _checked(told)
        async with self.database.writing() as tx:
            await tx.queue_for("case")
            case = await cases.seen(tx, case_no, actor, lock=True)
            found = await cases.consignment_of(tx, case)
            moved = await transit(tx, self.book, found, at=at)
            known = await case_records.liability(tx, case_no)
            made = await self._liability(tx, case, found, moved, told, known=known, actor=actor, at=at)
            if known:
                return _same(known, made)
            await case_records.add_liability(tx, made, sender=found.consignor, receiver=found.consignee)
            content = {"record_no": made.record_no, "amount_dong": made.amount_dong, "fault": made.fault}
            await cases.add_step(tx, case_no, "liability", content, at=at, actor=actor.name)
            await cases.announce(tx, "liability", case_no, found, at=at, fault=made.fault)
        return made

    async def _liability(
        self, tx: Session, case: CaseFile, found: Consignment, moved: Transit, told: Determination, *,
        known: Liability | None, actor: Actor, at: datetime,
    ) -> Liability:  # fmt: skip
        if moved.accepted_at is None or moved.accepted_on is None:
            raise Conflict(
                "Bưu gửi {number} chưa có chứng từ Bưu điện chấp nhận nên chưa xác định được trách nhiệm bồi thường.",
                number=found.consignment_no, code="liability.not_accepted",
            )  # fmt: skip
        rule, today = self.book.case_rule(moved.accepted_on), legal_day(at)
        self._must_be_payable(told, case, rule)
        postage = await self._postage(tx, found, told)
        claim = claim_for(case.about, postage, rule)
        amount = agreed(claim, told.amount_dong) if told.fault == "post" else 0
        number = known.record_no if known else await case_records.next_liability_no(tx, f"TN-{today:%y%m%d}-")
        return Liability(
            record_no=number, case_no=case.case_no, consignment_no=found.consignment_no, about=case.about,
            accepted_at=moved.accepted_at, accepted_office=moved.accepted_office, reason=told.reason, fault=told.fault,
            ground=told.ground, evidence="; ".join(filter(None, (told.evidence, told.agreement))),
            price_dong=postage.price_dong, refund_dong=min(claim.refund_dong, amount),
            minimum_dong=claim.minimum_dong if told.fault == "post" else 0, amount_dong=amount, payee=told.payee,
            method=told.method, rules_version=rule.version, determined_at=at, determined_by=actor.name,
            pay_by=pay_by(today, rule, calendar_of(self.book.holidays_on(today))), is_settled=not amount,
        )  # fmt: skip

    def _must_be_payable(self, told: Determination, case: CaseFile, rule: CaseRule) -> None:
        if told.fault == "post":
            if told.ground:
                raise Invalid(
                    "Bưu điện có lỗi thì không nêu căn cứ miễn trách.", code="liability.ground", field="/ground"
                )
            if case.about == "late" and not told.evidence:
                raise Invalid("Hoàn cước vì chậm phải ghi chứng từ chứng minh việc chậm.", code="liability.evidence",
                              field="/evidence")  # fmt: skip
        elif told.ground not in rule.grounds:
            raise Invalid("Bưu điện không bồi thường thì phải nêu căn cứ trong danh sách: {grounds}.",
                          grounds=", ".join(rule.grounds), code="liability.ground", field="/ground")  # fmt: skip
        elif told.amount_dong:
            raise Invalid("Bưu điện không có lỗi thì không ghi số tiền bồi thường.", code="liability.amount",
                          field="/amount_dong")  # fmt: skip
        if case.about == "loss" and told.payee == "receiver" and not told.agreement:
            raise Invalid(
                "Bưu gửi mất thì tiền trả cho người gửi. Trả cho người nhận phải ghi thoả thuận với người gửi.",
                code="liability.payee", field="/agreement",
            )  # fmt: skip

    async def _postage(self, tx: Session, found: Consignment, told: Determination) -> Postage:
        paid = postage_of(await case_records.postage_receipts(tx, found.consignment_no))
        if told.price_dong is None:
            if not paid.price_dong and told.fault == "post":
                raise Invalid("Bưu gửi chưa có phiếu thu cước. Ghi giá cước của dịch vụ và chứng từ kèm theo.",
                              code="liability.price", field="/price_dong")  # fmt: skip
            return paid
        if paid.price_dong:
            raise Invalid("Bưu gửi đã có phiếu thu cước, mức bồi thường tính theo phiếu thu; không ghi giá cước.",
                          code="liability.price", field="/price_dong")  # fmt: skip
        if not told.evidence:
            raise Invalid("Ghi chứng từ của giá cước.", code="liability.evidence", field="/evidence")
        return Postage(price_dong=told.price_dong, collected_dong=told.price_dong)

    async def reissue(
        self, case_no: str, *, paper: str, cost_dong: int, evidence: str, actor: Actor, at: datetime
    ) -> None:
        """Note what it cost to have a paper issued again; the same line again changes nothing."""
        actor.must("cases")
        paper = checked_text(paper, what="tên giấy tờ", field="/paper", most=300)
        evidence = checked_text(evidence, what="chứng từ của chi phí", field="/evidence", most=300)
        content: dict[str, object] = {"paper": paper, "cost_dong": cost_dong, "evidence": evidence}
        async with self.database.writing() as tx:
            await cases.seen(tx, case_no, actor, lock=True)
            known = [dict(step.content) for step in await cases.steps(tx, case_no) if step.kind == "reissue"]
            if content not in known:
                await cases.add_step(tx, case_no, "reissue", content, at=at, actor=actor.name)

    async def paper(self, case_no: str, *, actor: Actor) -> bytes:
        """Return the liability record on paper. Raises Unknown when there is none."""
        from labels.liability_record import liability_record_pdf

        actor.must("cases")
        session = self.database.reading
        case = await cases.seen(session, case_no, actor)
        made = await case_records.liability(session, case_no)
        if made is None:
            raise Unknown("Vụ việc {number} chưa có văn bản xác định trách nhiệm.", number=case_no[:40],
                          code="liability.unknown")  # fmt: skip
        found = await cases.consignment_of(session, case)
        office = await province.unit(session, made.accepted_office)
        parties = await case_records.parties(session, case_no)
        paid = next(iter(await case_records.payments(session, case_no)), None)
        paper = self._paper(made, found, office.name if office else made.accepted_office, parties, paid)
        return await asyncio.to_thread(liability_record_pdf, paper)

    def _paper(
        self, made: Liability, found: Consignment, office: str, parties: tuple[Party, Party] | None,
        payment: Payment | None,
    ) -> LiabilityPaper:  # fmt: skip
        from labels.liability_record import LiabilityPaper

        ground = self.book.cases[made.rules_version].grounds.get(made.ground)
        sender, receiver = (_addressed(party) for party in parties) if parties else ("", "")
        return LiabilityPaper(
            record_no=made.record_no, case_no=made.case_no, consignment_no=made.consignment_no, item_no=found.item_no,
            post_name=self.post_name, determined_at=shown(made.determined_at), sender=sender, receiver=receiver,
            accepted=", ".join(filter(None, (office, shown(made.accepted_at) if made.accepted_at else ""))),
            about=ABOUTS[made.about], reason=made.reason, fault=FAULTS[made.fault],
            ground=f"{ground.title} ({ground.source})" if ground else "", evidence=made.evidence,
            price=dong.in_figures(made.price_dong), refund=dong.in_figures(made.refund_dong),
            minimum=dong.in_figures(made.minimum_dong), amount=dong.in_figures(made.amount_dong),
            amount_in_words=dong.in_words(made.amount_dong), is_owed=made.amount_dong > 0, payee=PAYEES[made.payee],
            method=WAYS[made.method], pay_by=f"{made.pay_by:%d/%m/%Y}",
            acknowledgement=acknowledgement(payment, made) if payment else "", rehearsal=self.rehearsal,
        )  # fmt: skip


def _checked(told: Determination) -> Determination:
    must_be_one_of(told.fault, FAULTS, "fault")
    must_be_one_of(told.payee, PAYEES, "payee")
    must_be_one_of(told.method, WAYS, "method")
    for name in ("amount_dong", "price_dong"):
        value = getattr(told, name)
        if value is not None and not 0 <= value <= AMOUNT_MOST:
            raise Invalid("Số tiền phải từ 0 đến {most} đồng.", most=AMOUNT_MOST, code="fee.amount", field=f"/{name}")
    texts: dict[str, Any] = {
        "reason": checked_text(told.reason, what="lý do bồi thường", field="/reason", most=1000),
        "evidence": checked_text(told.evidence, what="chứng từ", field="/evidence", most=300, required=False),
        "agreement": checked_text(told.agreement, what="thoả thuận", field="/agreement", most=300, required=False),
    }
    return Determination(
        **texts, fault=told.fault, ground=told.ground, amount_dong=told.amount_dong, price_dong=told.price_dong,
        payee=told.payee, method=told.method,
    )  # fmt: skip


def _same(known: Liability, made: Liability) -> Liability:
    names = ("reason", "fault", "ground", "evidence", "amount_dong", "payee", "method")
    if any(getattr(known, name) != getattr(made, name) for name in names):
        raise Conflict(
            "Vụ việc đã có văn bản xác định trách nhiệm {number} với nội dung khác, không sửa được.",
            number=known.record_no, code="liability.made", link=f"/api/v1/cases/{known.case_no}",
        )  # fmt: skip
    return known


def _addressed(party: Party) -> str:
    return ", ".join(filter(None, (party.name, party.one_line())))
