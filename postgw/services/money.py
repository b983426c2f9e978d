"""Money: postage and fees are collected at a door or counter, each in its own ledger and under its own receipt.

Postage is the post's: the price told, else that of its own list, else the ministry's ceiling, and never above that; who
pays less must show why. Fees are the state's: they may not exceed what the dossier says is owed, and the clock of
handing them on begins with the receipt.

Source: Decision 45/2016/QĐ-TTg art. 6.6, 11, 12.3, 12.4 and 15.2; Circular 22/2017/TT-BTTTT; Circular
17/2017/TT-BTTTT art. 5.1.d.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from postgw.domain import dong, ledger
from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import made
from postgw.domain.consignment import LEG_TITLES, Consignment
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.legal_day import VIETNAM, legal_day, shown
from postgw.domain.page import Page
from postgw.domain.price_list import PriceList
from postgw.domain.receipt import AMOUNT_MOST, Collection, Receipt, checked_series, remit_by
from postgw.domain.recognise import recognise
from postgw.domain.tariff import PAYER_AT_FAULT, Carriage, Postage, carriages
from postgw.rules.book import RuleBook
from postgw.storage import (
    changes,
    consignments,
    dossiers,
    ledger_entries,
    prepayments,
    prices,
    province,
    receipts,
    secret_pages,
)
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier
from postgw.storage.receipts import Series

if TYPE_CHECKING:
    from labels import receipt as receipt_paper

#: Which table of the tariff a leg is paid by. What goes back with a withdrawal is in the price of the return.
_SERVICE_OF_LEG: Mapping[str, Literal["send", "return"]] = {"send": "send", "transfer": "send", "return": "return"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account on one day."""

    ledger: str
    account: str
    opening_dong: int
    given_dong: int
    taken_dong: int

    @property
    def closing_dong(self) -> int:
        """What the account holds when the day is over."""
        return self.opening_dong + self.taken_dong - self.given_dong


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The act of taking money, and the accounts of it."""

    database: Database
    book: RuleBook
    post_name: str
    rehearsal: bool
    public_url: str = ""  #: where citizens reach the pages; empty: no receipt leads there

    async def collect(self, collection: Collection, *, actor: Actor, at: datetime) -> Receipt:
        """Take money and give it a receipt; told again under the same id, it is the same receipt.

        Raises Conflict when more would be taken than is owed, or the unit has no series of receipts.
        """
        actor.must("money")
        unit = await self._unit(collection.unit, actor)
        number = _item_name(collection.number)
        act = f"collect:{unit.code}:{collection.fee_id}"
        async with self.database.writing() as tx:
            await tx.queue_for(act)
            consignment = await _found(tx, number)
            if unit.kind == "desk" and unit.code not in {consignment.desk, consignment.to_desk}:
                raise Unknown(
                    "Chưa có bưu gửi mang số {number}.", number=number, code="consignment.unknown", field="/number"
                )
            if known := await receipts.of_act(tx, act):
                return _same(known, consignment, collection)
            await tx.queue_for(f"money:{consignment.dossier_id}")
            kept = await dossiers.by_id(tx, consignment.dossier_id)
            grounds = await self._owed(tx, collection, consignment, kept, at)
            receipt = await self._receipt(tx, collection, consignment, kept, grounds, unit.code, actor, at)
            await receipts.add(tx, receipt, act=act, dossier_id=consignment.dossier_id)
            entries = ledger.collected(act, ledger=receipt.ledger, payer=receipt.payer, amount=receipt.amount_dong)
            await ledger_entries.write(tx, entries, unit=unit.code, actor=actor.name, at=at)
        return receipt

    async def _unit(self, code: str, actor: Actor) -> province.Unit:
        code = code or actor.unit
        if not actor.may_see(code):
            raise Forbidden(
                "Tài khoản của {unit} không thu tiền cho đơn vị khác.", unit=actor.unit, code="unit.foreign"
            )
        unit = await province.unit(self.database.reading, code)
        if unit is None:
            raise Invalid("Không có đơn vị mang mã {number}.", number=code, code="unit.unknown", field="/unit")
        return unit

    async def _owed(
        self, tx: Session, asked: Collection, consignment: Consignment, kept: KeptDossier, at: datetime
    ) -> Mapping[str, str | int]:
        """Return what the amount stands on. Raises Conflict when it is more than is still owed."""
        if not 0 < asked.amount_dong <= AMOUNT_MOST:
            raise Invalid(
                "Số tiền phải từ 1 đến {most} đồng.", most=AMOUNT_MOST, code="fee.amount", field="/amount_dong"
            )
        if asked.ledger == "fee":
            _must_be_plain_fee(asked)
            await _must_not_be_paid_elsewhere(tx, kept)
            if owed := kept.dossier.fee_dong:
                before = await receipts.taken(tx, ledger="fee", payer=asked.payer, dossier_id=kept.dossier_id)
                _must_not_take_more(asked, before, owed)
            return {}
        consignment.must_be_public(what="sổ cước bưu chính công ích")
        own = await prices.list_on(tx, legal_day(at))
        postage, grounds = self._postage(asked, consignment, own.prices if own else None, at)
        before = await receipts.taken(
            tx, ledger="postage", payer=asked.payer, dossier_id=kept.dossier_id,
            consignment_no=consignment.consignment_no,
        )  # fmt: skip
        _must_not_take_more(asked, before, postage.due_dong if asked.fault else postage.shares.get(asked.payer, 0))
        return grounds

    def _postage(
        self, asked: Collection, consignment: Consignment, own: PriceList | None, at: datetime
    ) -> tuple[Postage, Mapping[str, str | int]]:
        if consignment.leg not in _SERVICE_OF_LEG:
            raise Conflict(
                "Cước chuyển giấy tờ thu hồi đã nằm trong giá trả kết quả, không thu thêm.", code="postage.included",
                field="/number",
            )  # fmt: skip
        _must_name_who_is_at_fault(asked, consignment)
        if asked.reduction and not asked.evidence.strip():
            raise Invalid("Giảm cước phải ghi giấy tờ chứng minh.", code="postage.evidence", field="/evidence")
        tariff = self.book.tariff_on(legal_day(at))
        ways = carriages(_SERVICE_OF_LEG[consignment.leg], asked.zone, asked.grams)
        price = own.total(ways, tariff) if own and asked.price_dong is None else asked.price_dong
        postage = tariff.postage(ways, price=price, reduction=asked.reduction, shares=asked.shares)
        grounds: dict[str, str | int] = {
            "tariff": tariff.version, "zone": asked.zone, "grams": asked.grams, "price_dong": postage.price_dong,
            "price_list": _list_named(asked, own, ways),
            "reduction": asked.reduction, "evidence": asked.evidence.strip(), "fault": asked.fault,
        }  # fmt: skip
        return postage, {name: value for name, value in grounds.items() if value != ""}

    async def _receipt(
        self, tx: Session, asked: Collection, consignment: Consignment, kept: KeptDossier,
        grounds: Mapping[str, str | int], unit: str, actor: Actor, at: datetime,
    ) -> Receipt:  # fmt: skip
        number = await receipts.next_number(tx, unit=unit, ledger=asked.ledger)
        if not number:
            raise Conflict(
                "Đơn vị {unit} chưa có ký hiệu biên lai còn số cho sổ {ledger}. Quản trị cần khai ký hiệu mới.",
                unit=unit, ledger=ledger.LEDGERS[asked.ledger], code="series.missing", link="/api/v1/receipt-series",
            )  # fmt: skip
        procedure_code, on = kept.dossier.procedure_code, legal_day(at)
        hours = await receipts.term_on(tx, procedure_code, on=on) or self.book.remit_hours_on(on)
        return Receipt(
            receipt_no=number, ledger=asked.ledger, consignment_no=consignment.consignment_no,
            dossier_no=consignment.dossier_no, procedure_code=procedure_code, unit=unit, desk=consignment.desk,
            payer=asked.payer, amount_dong=asked.amount_dong, collected_at=at, collected_by=actor.name,
            remit_by=remit_by(at, hours) if asked.ledger == "fee" else None, grounds=grounds,
        )  # fmt: skip

    async def cancel(self, number: str, *, reason: str, actor: Actor, at: datetime) -> Receipt:
        """Cancel a receipt that was wrong: its money goes back, its number stays used; again changes nothing.

        Raises Conflict when the money was handed on already.
        """
        actor.must("lead")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        async with self.database.writing() as tx:
            receipt = await _receipt_of(tx, number, actor)
            await tx.queue_for(f"unit-money:{receipt.unit}")
            receipt = await _receipt_of(tx, number, actor)
            if receipt.cancelled_at:
                return receipt
            _must_be_cancellable(receipt, actor)
            act = f"cancel:{receipt.receipt_no}"
            given = ledger.collected(act, ledger=receipt.ledger, payer=receipt.payer, amount=receipt.amount_dong)
            entries = ledger.reversed_by(act, given)
            await ledger_entries.write(tx, entries, unit=receipt.unit, actor=actor.name, at=at)
            await receipts.cancel(tx, receipt.receipt_no, reason=reason, actor=actor.name, at=at)
        return replace(receipt, cancelled_at=at)

    async def receipts(self, *, actor: Actor, ledger: str = "", cursor: str = "", limit: int = 50) -> Page[Receipt]:
        """Return receipts, newest first."""
        actor.must("money")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await receipts.listed(
            self.database.reading, unit=actor.unit, ledger=ledger, before=before, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(receipt for _, receipt in rows[:limit]), next_cursor=more)

    async def begin_series(self, name: str, *, ledger: str, unit: str, actor: Actor, at: datetime) -> Series:
        """Begin a series of receipts for a unit and a ledger; again changes nothing.

        Raises Conflict when the series belongs to another unit or ledger.
        """
        actor.must("admin")
        series = Series(series=checked_series(name), ledger=ledger, unit=unit)
        if await province.unit(self.database.reading, series.unit) is None:
            raise Invalid("Không có đơn vị mang mã {number}.", number=series.unit, code="unit.unknown", field="/unit")
        async with self.database.writing() as tx:
            known = await receipts.find_series(tx, series.series)
            kept = await receipts.begin_series(tx, series, actor=actor.name, at=at)
            if known is None:
                told = {"ledger": ledger, "unit": unit}
                await changes.note(tx, made("receipt_series", kept.series, told, actor=actor, at=at, unit=unit))
        if (kept.unit, kept.ledger) != (series.unit, series.ledger):
            raise Conflict(
                "Ký hiệu {series} đã dùng cho đơn vị {unit}.", series=kept.series, unit=kept.unit, code="series.taken",
                field="/series",
            )  # fmt: skip
        return kept

    async def series(self, *, actor: Actor) -> tuple[Series, ...]:
        """Return the series of receipts, newest first."""
        actor.must("money", "admin")
        return await receipts.all_series(self.database.reading, unit=actor.unit)

    async def day(self, on: date, *, unit: str, actor: Actor) -> tuple[AccountLine, ...]:
        """Return every account of both ledgers on a legal day: what it held, gave, took."""
        actor.must("money")
        unit = unit or actor.unit
        if not actor.may_see(unit):
            raise Forbidden("Tài khoản của {unit} không xem sổ của đơn vị khác.", unit=actor.unit, code="unit.foreign")
        begins = datetime.combine(on, time(), VIETNAM).astimezone(UTC)
        ends = begins + timedelta(days=1)
        before = await ledger_entries.sums(self.database.reading, unit=unit, since=None, before=begins)
        opening = ledger.balances(before)
        entries = await ledger_entries.sums(self.database.reading, unit=unit, since=begins, before=ends)
        return tuple(
            AccountLine(
                ledger=name, account=account, opening_dong=opening.get((name, account), 0),
                given_dong=sum(e.amount_dong for e in entries if (e.ledger, e.giver) == (name, account)),
                taken_dong=sum(e.amount_dong for e in entries if (e.ledger, e.taker) == (name, account)),
            )
            for name, accounts in ledger.ACCOUNTS.items() for account in accounts
        )  # fmt: skip

    async def paper(self, number: str, *, actor: Actor, at: datetime) -> bytes:
        """Return a receipt on paper; one that the citizen paid leads to their own page."""
        from labels import receipt as receipt_paper

        actor.must("money")
        receipt = await _receipt_of(self.database.reading, number, actor)
        consignment = await _found(self.database.reading, receipt.consignment_no)
        procedure = await province.procedure(
            self.database.reading, receipt.procedure_code, on=legal_day(receipt.collected_at)
        )
        unit = await province.unit(self.database.reading, receipt.unit)
        paper = self._paper(receipt, consignment, unit, procedure.name if procedure else receipt.procedure_code)
        paper = replace(paper, page_link=await self._page_link(receipt, consignment, at))
        return await asyncio.to_thread(receipt_paper.receipt_pdf, paper)

    async def _page_link(self, receipt: Receipt, consignment: Consignment, at: datetime) -> str:
        if receipt.payer != "citizen" or not self.public_url:
            return ""
        rule = self.book.page_rule(legal_day(at))
        async with self.database.writing() as tx:
            kept = await dossiers.by_id(tx, consignment.dossier_id)
            return await secret_pages.paper_link(tx, self.public_url, kept, rule, at=at)

    def _paper(
        self, receipt: Receipt, consignment: Consignment, unit: province.Unit | None, procedure_name: str
    ) -> receipt_paper.ReceiptPaper:
        from labels import receipt as receipt_paper

        is_fee = receipt.ledger == "fee"
        citizen = consignment.consignee if consignment.leg == "return" else consignment.consignor
        return receipt_paper.ReceiptPaper(
            receipt_no=receipt.receipt_no, kind="fee" if is_fee else "postage", post_name=self.post_name,
            unit=unit.name if unit else receipt.unit, unit_address=unit.address if unit else "",
            payer=citizen.name if receipt.payer == "citizen" else ledger.ACCOUNTS["postage"][receipt.payer],
            reason=procedure_name if is_fee else f"Cước dịch vụ bưu chính công ích: {LEG_TITLES[consignment.leg]}",
            dossier_no=receipt.dossier_no, consignment_no=receipt.consignment_no,
            amount=dong.in_figures(receipt.amount_dong), amount_in_words=dong.in_words(receipt.amount_dong),
            collected_at=shown(receipt.collected_at), collected_by=receipt.collected_by,
            remarks=self._remarks(receipt), cancelled=receipt.cancelled_at is not None, rehearsal=self.rehearsal,
        )  # fmt: skip

    def _remarks(self, receipt: Receipt) -> tuple[str, ...]:
        group = str(receipt.grounds.get("reduction", ""))
        if not group:
            return ()
        title = self.book.tariffs[str(receipt.grounds["tariff"])].reductions[group].title
        return (f"Đối tượng miễn, giảm cước: {title}.",)


def _list_named(asked: Collection, own: PriceList | None, ways: Sequence[Carriage]) -> str:
    """Return the first day of the post's own list where that set the price; a price that was told is nobody's list."""
    if own is None or asked.price_dong is not None or all(own.price(way) is None for way in ways):
        return ""
    return own.valid_from.isoformat()


async def _must_not_be_paid_elsewhere(tx: Session, kept: KeptDossier) -> None:
    if known := await prepayments.find(tx, kept.dossier_id):
        raise Conflict(
            "Phí hồ sơ này đã nộp nơi khác, chứng từ {reference}. Không thu nữa.", reference=known.reference,
            code="fee.paid_elsewhere", field="/ledger",
        )  # fmt: skip


def _item_name(number: str) -> str:
    read = recognise(number)
    if read.kind not in {"consignment", "item"}:
        raise Invalid("Sai số, quét lại. Chữ số kiểm tra không khớp.", code="scan.unreadable", field="/number")
    return read.number


async def _found(session: Session, number: str) -> Consignment:
    consignment = await consignments.find(session, number)
    if consignment is None:
        raise Unknown("Chưa có bưu gửi mang số {number}.", number=number, code="consignment.unknown", field="/number")
    return consignment


async def _receipt_of(session: Session, number: str, actor: Actor) -> Receipt:
    receipt = await receipts.find(session, number)
    if receipt is None or not actor.may_see(receipt.unit, receipt.desk):
        raise Unknown("Không có biên lai {number}.", number=number, code="receipt.unknown")
    return receipt


def _same(known: Receipt, consignment: Consignment, asked: Collection) -> Receipt:
    told = (known.consignment_no, known.ledger, known.payer, known.amount_dong)
    if told != (consignment.consignment_no, asked.ledger, asked.payer, asked.amount_dong):
        raise Conflict(
            "Lần thu {fee_id} đã có biên lai {number} với nội dung khác. Lần thu mới phải mang mã mới.",
            fee_id=asked.fee_id, number=known.receipt_no, code="fee.told", field="/fee_id",
        )  # fmt: skip
    return known


def _must_be_plain_fee(asked: Collection) -> None:
    if asked.payer != "citizen":
        raise Invalid("Phí, lệ phí do người nộp hồ sơ trả.", code="fee.payer", field="/payer")
    if asked.has_postage():
        raise Invalid(
            "Vùng, khối lượng, giá, nhóm giảm, phần chịu và lỗi chỉ khai khi thu cước.", code="fee.postage",
            field="/ledger",
        )  # fmt: skip


def _must_name_who_is_at_fault(asked: Collection, consignment: Consignment) -> None:
    if consignment.issue > 1 and not asked.fault:
        raise Invalid(
            "Bưu gửi {number} là lần chuyển lại: ghi bên có lỗi (post, agency, citizen).",
            number=consignment.consignment_no, code="postage.fault", field="/fault",
        )  # fmt: skip
    if consignment.issue == 1 and asked.fault:
        raise Invalid("Bưu gửi này chuyển lần đầu, không ghi bên có lỗi.", code="postage.first", field="/fault")
    if asked.fault and PAYER_AT_FAULT[asked.fault] != asked.payer:
        raise Invalid(
            "Cước chuyển lại do bên có lỗi trả: {fault}.", fault=asked.fault, code="postage.payer", field="/payer"
        )
    if asked.payer == "agency" and not asked.fault:
        raise Invalid("Cơ quan chỉ trả cước chuyển lại do lỗi của cơ quan.", code="postage.payer", field="/payer")


def _must_not_take_more(asked: Collection, before: int, owed: int) -> None:
    if before + asked.amount_dong > owed:
        raise Conflict(
            "Thu {amount} đồng là quá: phải thu {owed} đồng, đã thu {before} đồng.", amount=asked.amount_dong,
            owed=owed, before=before, code="fee.too_much", field="/amount_dong",
        )  # fmt: skip


def _must_be_cancellable(receipt: Receipt, actor: Actor) -> None:
    if not actor.may_see(receipt.unit):
        raise Forbidden("Chỉ đơn vị lập biên lai được huỷ biên lai.", code="receipt.foreign")
    if receipt.remittance_no:
        raise Conflict(
            "Tiền của biên lai {number} đã nộp theo {remittance}, không huỷ được nữa.", number=receipt.receipt_no,
            remittance=receipt.remittance_no, code="receipt.remitted",
        )  # fmt: skip
