"""Lateness of the agency: the apology for a result that will not be ready, issued with its reason and one new day.

A draft comes from the watch, or from the officer who knows earlier. Issuing it tells the citizen and the desk's own
system, moves the coming of the post, and puts the letter on the public list. The dossier's own due date stays what its
desk's system says; the new day stands on the apology beside the one it replaces.

Source: Decree 61/2018/NĐ-CP Art. 19.9; order 7349/UBND-KSTT of Hà Tĩnh.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from postgw.domain import dossier_number
from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.apology import (
    STATES,
    Apology,
    Figures,
    Letter,
    checked_new_day,
    checked_reason,
    last_day,
    must_be_first,
)
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.page import Page
from postgw.domain.ports import Notice
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import apologies, dossiers, manifests, outbox, province
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier

if TYPE_CHECKING:
    from labels.apology import ApologyPaper


@dataclass(frozen=True, slots=True, kw_only=True)
class ApologyDetail:
    """An apology with what its letter says and the last day on which it is in time."""

    apology: Apology
    letter: Letter
    in_time_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """The acts of an agency that will be late."""

    database: Database
    book: RuleBook
    rehearsal: bool

    async def draft(self, key: str, *, actor: Actor, at: datetime) -> ApologyDetail:
        """Draft an apology for a dossier; a draft that is there is the answer.

        Raises Conflict when the dossier has no due date or result is there, or, naming it, when one was issued before.
        """
        actor.must("cases")
        async with self.database.writing() as tx:
            await tx.queue_for("apology")
            kept = await self._dossier(tx, key, actor)
            waiting = await apologies.of_dossier(tx, kept.dossier_id, state="draft")
            number = waiting[0].apology_no if waiting else await self._drafted(tx, kept, actor, at)
            return await self._detail(tx, number, actor, at)

    async def _dossier(self, tx: Session, key: str, actor: Actor) -> KeptDossier:
        kept = await dossiers.find(tx, key, lock=True)
        if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
            raise Unknown("Không có hồ sơ {number}.", number=key[:100], code="dossier.unknown", field="/dossier")
        return kept

    async def _drafted(self, tx: Session, kept: KeptDossier, actor: Actor, at: datetime) -> str:
        dossier = kept.dossier
        if dossier.due_on is None or not dossier.dossier_no:
            raise Conflict(
                "Hồ sơ {number} chưa có mã hoặc ngày hẹn trả, chưa thể hẹn lại.", number=dossier.key,
                code="apology.no_due_date", field="/dossier",
            )  # fmt: skip
        issued = await apologies.of_dossier(tx, kept.dossier_id, state="issued")
        must_be_first(issued, self.book.apology_rule_on(legal_day(at)))
        await self._must_be_late(tx, kept.dossier_id, dossier.dossier_no)
        number = await apologies.draft(
            tx, kept.dossier_id, desk=dossier.receiving_desk, due_on=dossier.due_on, actor=actor.name, at=at
        )
        assert number is not None, "the dossier is locked and had no draft"
        return number

    async def _must_be_late(self, tx: Session, dossier_id: int, number: str) -> None:
        if await apologies.is_ready(tx, dossier_id):
            raise Conflict(
                "Kết quả của hồ sơ {number} đã có và đã lập bưu gửi, không còn gì để hẹn lại.", number=number,
                code="apology.result_ready", field="/dossier",
            )  # fmt: skip

    async def issue(
        self, apology_no: str, *, reason: str, new_due_on: date, actor: Actor, at: datetime
    ) -> ApologyDetail:
        """Issue an apology with its reason and new day; asked for again with the same words, it is the same one.

        Raises Conflict when it was withdrawn or issued otherwise, or, naming the first, when it would be the second.
        """
        actor.must("lead")
        reason = checked_reason(reason)
        async with self.database.writing() as tx:
            await tx.queue_for("apology")
            await self._hold_lists(tx, apology_no)
            dossier_id, apology = await self._own(tx, apology_no, actor)
            if apology.state != "draft":
                _must_repeat(apology, reason, new_due_on)
                return await self._detail(tx, apology_no, actor, at)
            kept = await dossiers.by_id(tx, dossier_id)
            await self._must_be_late(tx, dossier_id, apology.dossier_no)
            rule, today = self.book.apology_rule_on(legal_day(at)), legal_day(at)
            must_be_first(await apologies.of_dossier(tx, dossier_id, state="issued"), rule)
            calendar = calendar_of(self.book.holidays_on(today))
            checked_new_day(new_due_on, due_on=apology.due_on, today=today, calendar=calendar)
            old, new = await self._move_pickup(tx, kept, apology, new_due_on, actor, at)
            issued = replace(
                apology, state="issued", reason=reason, new_due_on=new_due_on, issued_at=at, issued_by=actor.name,
                in_time=today <= last_day(apology.due_on, calendar, rule), pickup_no=new, old_pickup_no=old,
            )  # fmt: skip
            await apologies.issue(tx, issued, await self._letter(tx, kept.dossier, at))
            await outbox.announce(tx, [await self._told(tx, issued, dossier_id, at)], at=at)
            return await self._detail(tx, apology_no, actor, at)

    async def _hold_lists(self, tx: Session, apology_no: str) -> None:
        """Lock the lists that may move to another day with an apology: lists are locked before their dossiers."""
        if found := await apologies.find(tx, apology_no):
            planned = await manifests.planned_on(tx, desk=found[1].returning_desk, on=found[1].due_on)
            if planned:
                await manifests.hold(tx, planned.pickup_no)

    async def _own(self, tx: Session, apology_no: str, actor: Actor) -> tuple[int, Apology]:
        """Return an apology, locked, to the desk that signs it. Raises Unknown, or Forbidden to the other desk."""
        found = await apologies.find(tx, apology_no, lock=True)
        if found is None or not actor.may_see(found[1].desk, found[1].returning_desk):
            raise _unknown(apology_no)
        if not actor.may_see(found[1].desk):
            raise Forbidden("Phiếu xin lỗi do bộ phận Một cửa nơi tiếp nhận phát hành.", code="apology.not_own")
        return found[0], found[1]

    async def _move_pickup(
        self, tx: Session, kept: KeptDossier, apology: Apology, new_due_on: date, actor: Actor, at: datetime
    ) -> tuple[str, str]:
        """Plan the coming of the post for the new day where one was planned for the old; return both numbers.

        The old one stands as long as it serves others; where it served this dossier alone, it is called off and the
        open list of it goes along.
        """
        desk = kept.dossier.returning_desk
        planned = await manifests.planned_on(tx, desk=desk, on=apology.due_on)
        if planned is None or planned.on < legal_day(at):
            return "", ""
        moved = replace(
            planned, pickup_no=f"TG-{desk}-{new_due_on:%y%m%d}-{planned.from_time:%H%M}", on=new_due_on, state="booked"
        )
        await manifests.book_pickup(tx, moved, actor=actor.name, at=at)
        if not await apologies.others_due(tx, desk=desk, on=apology.due_on, but=kept.dossier_id):
            numbers = await apologies.consignments_of(tx, kept.dossier_id)
            await manifests.move_pickup(tx, planned.pickup_no, moved.pickup_no, alone=numbers)
        return planned.pickup_no, moved.pickup_no

    async def _letter(self, session: Session, dossier: Dossier, at: datetime) -> Letter:
        procedure = await province.procedure(session, dossier.procedure_code, on=legal_day(at))
        agency = await province.unit(session, dossier.resolving_agency or dossier.receiving_desk)
        person = dossier.applicant
        return Letter(
            addressee=person.name, address=person.one_line(), phone=person.phone,
            received_on=dossier_number.parse(dossier.dossier_no).received_on,
            sector=procedure.sector if procedure else "", procedure=procedure.name if procedure else "",
            agency=agency.name if agency else _first(procedure.agency if procedure else "", dossier.resolving_agency),
        )  # fmt: skip

    async def _told(self, tx: Session, issued: Apology, dossier_id: int, at: datetime) -> Notice:
        assert issued.new_due_on is not None
        numbers = await apologies.consignments_of(tx, dossier_id)
        return Notice(
            notice_id=f"{issued.apology_no}.issued", kind="dossier.rescheduled", at=at, desk=issued.desk,
            consignment_no=numbers[-1] if numbers else "", dossier_no=issued.dossier_no,
            data={
                "apology_no": issued.apology_no, "due_on": issued.due_on.isoformat(),
                "new_due_on": issued.new_due_on.isoformat(), "in_time": issued.in_time, "pickup_no": issued.pickup_no,
                "old_pickup_no": issued.old_pickup_no,
            },
        )  # fmt: skip

    async def withdraw(self, apology_no: str, *, reason: str, actor: Actor, at: datetime) -> ApologyDetail:
        """Withdraw a draft; asked for again, the first word stands. Raises Conflict when it was issued."""
        actor.must("lead")
        reason = checked_text(reason, what="lý do rút", field="/reason", most=300)
        async with self.database.writing() as tx:
            _, apology = await self._own(tx, apology_no, actor)
            if apology.state == "issued":
                raise Conflict(
                    "Phiếu {number} đã phát hành và công khai, không rút được.", number=apology_no,
                    code="apology.issued",
                )  # fmt: skip
            await apologies.withdraw(tx, apology_no, reason=reason, actor=actor.name, at=at)
            return await self._detail(tx, apology_no, actor, at)

    async def apology(self, apology_no: str, *, actor: Actor, at: datetime) -> ApologyDetail:
        """Return one apology with its letter. Raises Unknown when the actor is shown none."""
        actor.must("enquiry")
        return await self._detail(self.database.reading, apology_no, actor, at)

    async def _detail(self, session: Session, apology_no: str, actor: Actor, at: datetime) -> ApologyDetail:
        found = await apologies.find(session, apology_no)
        if found is None or not actor.may_see(found[1].desk, found[1].returning_desk):
            raise _unknown(apology_no)
        dossier_id, apology, letter = found
        on = legal_day(apology.issued_at or at)
        rule, calendar = self.book.apology_rule_on(on), calendar_of(self.book.holidays_on(on))
        if letter is None:
            letter = await self._letter(session, (await dossiers.by_id(session, dossier_id)).dossier, at)
        return ApologyDetail(apology=apology, letter=letter, in_time_until=last_day(apology.due_on, calendar, rule))

    async def apologies(self, *, actor: Actor, state: str = "", cursor: str = "", limit: int = 50) -> Page[Apology]:
        """Return apologies of a unit in a state, newest first."""
        actor.must("enquiry")
        if state and state not in STATES:
            raise Invalid("Chọn trạng thái trong danh sách: {states}.", states=", ".join(STATES), code="apology.state",
                          field="state")  # fmt: skip
        return await self._page(state, actor.unit, cursor, limit)

    async def published(self, *, cursor: str = "", limit: int = 50) -> Page[Apology]:
        """Return the apologies that were issued, newest first, for anybody; nothing in them names a person."""
        return await self._page("issued", "", cursor, limit)

    async def _page(self, state: str, desk: str, cursor: str, limit: int) -> Page[Apology]:
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await apologies.listed(self.database.reading, state=state, desk=desk, before=before, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(apology for _, apology in rows[:limit]), next_cursor=more)

    async def desks(self) -> dict[str, str]:
        """Return the names of the desks by their codes, for lists that anybody reads."""
        return {unit.code: unit.name for unit in await province.units(self.database.reading, kind="desk")}

    async def figures(self, *, since: date, until: date, actor: Actor) -> tuple[Figures, ...]:
        """Return how many apologies each desk issued from one day through another. Raises Invalid."""
        actor.must("reports")
        if until < since:
            raise Invalid("Ngày cuối phải từ ngày đầu trở đi.", code="figures.days", field="until")
        return await apologies.figures(
            self.database.reading, since=_midnight(since), until=_midnight_after(until), desk=actor.unit
        )

    async def paper(self, apology_no: str, *, actor: Actor, at: datetime) -> bytes:
        """Return an apology as paper, a draft with lines to write on."""
        from labels.apology import apology_pdf

        actor.must("enquiry")
        detail = await self._detail(self.database.reading, apology_no, actor, at)
        return await asyncio.to_thread(apology_pdf, await self._paper(detail, at))

    async def _paper(self, detail: ApologyDetail, at: datetime) -> ApologyPaper:
        from labels.apology import ApologyPaper

        apology, letter = detail.apology, detail.letter
        on = legal_day(apology.issued_at or at)
        form = self.book.forms_on(on)["apology"]
        desk = await province.unit(self.database.reading, apology.desk)
        return ApologyPaper(
            apology_no=apology.apology_no, form=form.number, title=form.title, basis=form.basis,
            desk=desk.name if desk else apology.desk, desk_address=desk.address if desk else "",
            desk_phone=desk.phone if desk else "", agency=letter.agency, place=desk.commune if desk else "",
            issued_on=f"ngày {on:%d} tháng {on:%m} năm {on:%Y}" if apology.issued_at else "",
            addressee=letter.addressee, address=letter.address, phone=letter.phone,
            received_on=_dated(letter.received_on), sector=letter.sector, procedure=letter.procedure,
            dossier_no=apology.dossier_no, due_on=_dated(apology.due_on), reason=apology.reason,
            new_due_on=_dated(apology.new_due_on) if apology.new_due_on else "", state=apology.state,
            rehearsal=self.rehearsal,
        )  # fmt: skip


def _must_repeat(apology: Apology, reason: str, new_due_on: date) -> None:
    if apology.state == "withdrawn":
        raise Conflict(
            "Phiếu {number} đã rút. Lập phiếu mới nếu vẫn chậm.", number=apology.apology_no, code="apology.withdrawn"
        )
    if (apology.reason, apology.new_due_on) != (reason, new_due_on):
        raise Conflict(
            "Phiếu {number} đã phát hành với lý do và ngày khác. Mỗi hồ sơ chỉ hẹn lại một lần.",
            number=apology.apology_no, code="apology.issued",
        )  # fmt: skip


def _first(*names: str) -> str:
    return next((name for name in names if name), "")


def _unknown(apology_no: str) -> Unknown:
    return Unknown("Không có phiếu xin lỗi số {number}.", number=apology_no[:40], code="apology.unknown")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=VIETNAM)


def _midnight_after(day: date) -> datetime:
    return _midnight(date.fromordinal(day.toordinal() + 1))


def _dated(day: date) -> str:
    return f"{day:%d/%m/%Y}"
