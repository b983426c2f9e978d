"""Cases: a complaint is taken in writing, looked into step by step, answered within its days, and closed.

A complaint that comes after its term is taken all the same, with a flag and the article; so is one about damage when
the receiver raised nothing on receipt. What people say and who they are stands apart from the steps.

Source: Circular 17/2017/TT-BTTTT art. 8; Law on Post 2010 art. 38 and 41.4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from postgw.domain.actor import Actor
from postgw.domain.address import NAME_MOST, checked_text, compact_phone
from postgw.domain.case import (
    ABOUTS,
    OUTCOMES,
    PLAIN_STEPS,
    CaseFile,
    Standing,
    Step,
    standing_of,
)
from postgw.domain.compensation import Liability, Payment, RejectionGround
from postgw.domain.consignment import Consignment
from postgw.domain.damage import KeptDamageRecord
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.proof import raised_nothing
from postgw.domain.recognise import item_named
from postgw.domain.time_bar import Answering, Barred, bars_of
from postgw.domain.time_limit import Words
from postgw.rules.book import RuleBook
from postgw.storage import case_records, complaint_pages, consignments, proofs, province, reach, secret_pages
from postgw.storage import cases as kept
from postgw.storage.cases import Wanted
from postgw.storage.complaint_pages import (
    BY_LINK,
    PageCase,
    answered_on,
    bars_in,
    calendar_on,
    clock_of,
    reckoning_of,
)
from postgw.storage.complaint_pages import (
    ComplaintPage as ComplaintPage,
)
from postgw.storage.database import Database, Session
from postgw.storage.transit import Transit, is_in_one_province, transit

#: A letter may have lain for a while before somebody typed it in. Design choice.
_TYPED_WITHIN_DAYS = 366
_FORM_ID = re.compile(r"[0-9A-Za-z_-]{8,40}")
#: Until when silence on receipt matters: of what the receiver could have seen.
_SEEN_ON_RECEIPT = frozenset({"damage", "tampering"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint as somebody takes it in; `case_id` is the taker's own id of it."""

    case_id: str
    number: str
    about: str
    statement: str
    claim: str = ""
    complainant_name: str
    complainant_phone: str = ""
    received_on: date | None = None  #: of a letter that came earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list."""

    case: CaseFile
    clock: Answering


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with all that belongs to it."""

    case: CaseFile
    consignment: Consignment
    standing: Standing
    clock: Answering
    reckoning: tuple[Words, ...]
    bars: tuple[Barred, ...]
    remarks: str  #: what the receiver said on receipt, where the case is about damage
    steps: tuple[Step, ...]
    words: Mapping[int, Mapping[str, Any]]
    damages: tuple[KeptDamageRecord, ...]
    liability: Liability | None
    payments: tuple[Payment, ...]
    grounds: Mapping[str, RejectionGround] = field(default_factory=dict)

    @property
    def line(self) -> CaseLine:
        """Return the case as a list holds it."""
        return CaseLine(case=self.case, clock=self.clock)

    @property
    def reissue_dong(self) -> int:
        """Return what it cost so far to have papers issued again."""
        return sum(int(str(step.content["cost_dong"])) for step in self.steps if step.kind == "reissue")

    @property
    def reissue_borne_by(self) -> str:
        """Return who bears that: the post when it is at fault, nobody is named before that is determined."""
        if self.liability is None:
            return "undetermined"
        return "post" if self.liability.fault == "post" else "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The acts of taking a complaint and answering it."""

    database: Database
    book: RuleBook

    async def open(self, complaint: Complaint, *, actor: Actor, at: datetime) -> CaseView:
        """Take a complaint, never refusing it for its day; told again under the same id, it is the same case.

        Raises Unknown when the actor may not see the item, Invalid when something is missing.
        """
        actor.must("cases")
        told = _checked(complaint, at)
        once = f"complaint:{actor.unit}:{told.case_id}"
        async with self.database.writing() as tx:
            found = await reach.seen(tx, told.number, actor, field="/number")
            found.must_be_public(what="hồ sơ khiếu nại với Bưu điện")
            await tx.queue_for("case")
            case_no = await kept.of_once(tx, once)
            if not case_no:
                case_no = await self._opened(tx, told, found, once=once, unit=actor.unit, by=actor.name, at=at)
                await kept.announce(tx, "opened", case_no, found, at=at, about=told.about)
        return await self.get(case_no, actor=actor, at=at)

    async def of_page(self, token: str, *, at: datetime) -> tuple[PageCase, ...]:
        """Return the complaints about a dossier to the holder of its page, the newest first; none where none opens."""
        page = await self.complaint_page(token, at=at)
        return page.cases if page else ()

    async def complaint_page(self, token: str, *, at: datetime) -> ComplaintPage | None:
        """Return what may be complained about on a page, and what was; nothing when the token opens none."""
        session = self.database.reading
        opened = await secret_pages.opened(session, token, at=at)
        return await complaint_pages.page_of(session, self.book, opened, at=at) if opened else None

    async def open_by_page(self, token: str, told: Complaint, *, at: datetime) -> str:
        """Take a complaint from the page of a dossier and return its number; the same form again is the same case.

        `told.case_id` is the form's own id, `told.number` the item, empty: the newest. Raises Unknown when the page is
        not open, Invalid when something is missing, Conflict when nothing was carried or the day has had its number.
        """
        async with self.database.writing() as tx:
            opened = await secret_pages.opened(tx, token, at=at)
            if opened is None:
                raise Unknown("Đường dẫn này không còn mở được. Lấy đường dẫn mới.", code="secret_page.unknown")
            if told.about not in ABOUTS:
                raise Invalid("Chọn việc muốn khiếu nại.", code="case.about", field="/about")
            who = opened.dossier.applicant
            told = replace(told, complainant_name=who.name, complainant_phone=told.complainant_phone or who.phone)
            told = _checked(told, at)
            found = complaint_pages.meant(told.number, await complaint_pages.complainable(tx, opened))
            if not _FORM_ID.fullmatch(told.case_id):
                raise Invalid("Tờ khai này đã cũ. Mở lại trang rồi gửi lại.", code="case.form")
            once = f"complaint:{BY_LINK}:{opened.dossier_id}:{told.case_id}"
            await tx.queue_for("case")
            case_no = await kept.of_once(tx, once)
            if not case_no:
                if await complaint_pages.has_enough(tx, self.book, opened, at):
                    raise Conflict(
                        "Hôm nay đã nhận nhiều khiếu nại về hồ sơ này. Thêm điều gì, gọi bộ phận Một cửa nơi nộp.",
                        code="case.enough",
                    )
                case_no = await self._opened(tx, told, found, once=once, unit="", by=BY_LINK, at=at)
                await kept.announce(tx, "opened", case_no, found, at=at, about=told.about)
        return case_no

    async def _opened(
        self, tx: Session, told: Complaint, found: Consignment, *, once: str, unit: str, by: str, at: datetime
    ) -> str:
        received_on = told.received_on or legal_day(at)
        moved = await transit(tx, self.book, found, at=at)
        facts = await self._facts(tx, told, found, received_on, moved)
        taker = await province.unit(tx, unit) if unit else None
        office = unit if taker and taker.kind == "office" else found.custody.office or moved.last_office
        words = {
            "statement": told.statement, "claim": told.claim, "complainant_name": told.complainant_name,
            "complainant_phone": told.complainant_phone,
        }  # fmt: skip
        due_on = calendar_on(self.book, received_on).after(received_on, int(str(facts["working_days"])))
        return await kept.open_case(
            tx, once, kind="complaint", consignment_no=found.consignment_no, office=office, due_on=due_on, facts=facts,
            words=words, at=at, actor=by,
        )  # fmt: skip

    async def _facts(
        self, tx: Session, told: Complaint, found: Consignment, received_on: date, moved: Transit
    ) -> dict[str, object]:
        rule = self.book.case_rule(received_on)
        began = {"transit_end": moved.ends_on, "delivery": moved.delivered_on}
        bars = bars_of(
            told.about, received_on, bars=rule.bars, began=began, calendar=calendar_on(self.book, received_on)
        )
        proof = await proofs.latest(tx, found.consignment_no)
        silent = told.about in _SEEN_ON_RECEIPT and proof is not None and raised_nothing(proof.remarks)
        near = is_in_one_province(found)
        return {
            "about": told.about, "received_on": received_on.isoformat(), "same_province": near,
            "working_days": rule.working_days(same_province=near), "receiver_silent": silent,
            "bars": [_plain_bar(bar) for bar in bars],
        }  # fmt: skip

    async def get(self, case_no: str, *, actor: Actor, at: datetime) -> CaseView:
        """Return a case with its steps and records. Raises Unknown when the actor may not see it."""
        actor.must("cases")
        session = self.database.reading
        case = await kept.seen(session, case_no, actor)
        found = await consignments.find(session, case.consignment_no)
        assert found is not None
        steps = await kept.steps(session, case_no)
        proof = await proofs.latest(session, case.consignment_no) if case.about in _SEEN_ON_RECEIPT else None
        return CaseView(
            case=case, consignment=found, standing=standing_of(steps),
            clock=clock_of(self.book, case, answered_on(steps), at),
            reckoning=reckoning_of(self.book, case), bars=bars_in(case),
            remarks=proof.remarks if proof else "", steps=steps,
            words=await kept.words(session, case_no), damages=await case_records.damages(session, case_no),
            liability=await case_records.liability(session, case_no),
            payments=await case_records.payments(session, case_no),
            grounds=self.book.case_rule(legal_day(case.opened_at)).grounds,
        )  # fmt: skip

    async def listed(
        self, *, actor: Actor, at: datetime, state: str = "", kind: str = "", number: str = "", overdue: bool = False,
        cursor: str = "", limit: int = 50,
    ) -> Page[CaseLine]:  # fmt: skip
        """Return cases, open ones first and among them whichever is due first, so that what is overdue leads."""
        actor.must("cases")
        today = legal_day(at)
        name = item_named(number, field="number") if number else ""
        asked = Wanted(
            unit=actor.unit, state=state, kind=kind, consignment_no=name,
            overdue_on=today if overdue else None, after=kept.place_of(cursor),
        )  # fmt: skip
        rows = await kept.listed(self.database.reading, asked, limit=limit + 1)
        more = kept.cursor_of(rows[limit - 1][0]) if len(rows) > limit else ""
        found = [case for _, case in rows[:limit]]
        ends = await kept.answered(self.database.reading, [case.case_no for case in found if case.state != "open"])
        lines = (CaseLine(case=case, clock=clock_of(self.book, case, ends.get(case.case_no), at)) for case in found)
        return Page(items=tuple(lines), next_cursor=more)

    async def step(self, case_no: str, kind: str, *, note: str, actor: Actor, at: datetime) -> CaseView:
        """Write down what was asked or found out, reopen a case, or close it; the same step again changes nothing.

        Raises Conflict when it may not be taken now.
        """
        actor.must("cases")
        if kind not in PLAIN_STEPS:
            raise Invalid("Chọn bước trong danh sách: {steps}.", steps=", ".join(PLAIN_STEPS), code="case.step",
                          field="/kind")  # fmt: skip
        note = checked_text(note, what="nội dung bước xử lý", field="/note", most=2000, required=kind != "closed")
        async with self.database.writing() as tx:
            case = await kept.seen(tx, case_no, actor, lock=True)
            if not await _is_known(tx, case_no, kind, {}, {"note": note}):
                await kept.add_step(tx, case_no, kind, {}, words={"note": note}, at=at, actor=actor.name)
                if kind == "reopened":
                    await self._give_new_days(tx, case, at)
        return await self.get(case_no, actor=actor, at=at)

    async def _give_new_days(self, tx: Session, case: CaseFile, at: datetime) -> None:
        found = await consignments.find(tx, case.consignment_no)
        assert found is not None
        today, near = legal_day(at), is_in_one_province(found)
        days = self.book.case_rule(today).working_days(same_province=near)
        facts = {**case.facts, "received_on": today.isoformat(), "same_province": near, "working_days": days}
        await kept.set_due(tx, case.case_no, calendar_on(self.book, today).after(today, days), facts)

    async def answer(
        self, case_no: str, *, outcome: str, ground: str, text: str, actor: Actor, at: datetime
    ) -> CaseView:
        """Answer a case; desk and citizen hear that there is an answer. The same answer again changes nothing.

        Raises Invalid when a claim is turned down without its ground, Conflict when the case is not open.
        """
        actor.must("cases")
        self._must_be_founded(outcome, ground, legal_day(at))
        text = checked_text(text, what="nội dung trả lời", field="/text", most=4000)
        content = {"outcome": outcome, "ground": ground}
        async with self.database.writing() as tx:
            case = await kept.seen(tx, case_no, actor, lock=True)
            if not await _is_known(tx, case_no, "answered", content, {"text": text}):
                await kept.add_step(tx, case_no, "answered", content, words={"text": text}, at=at, actor=actor.name)
                found = await consignments.find(tx, case.consignment_no)
                assert found is not None
                await kept.announce(tx, "answered", case_no, found, at=at, outcome=outcome)
        return await self.get(case_no, actor=actor, at=at)

    def _must_be_founded(self, outcome: str, ground: str, on: date) -> None:
        if outcome not in OUTCOMES:
            raise Invalid("Chọn kết quả trong danh sách: {outcomes}.", outcomes=", ".join(OUTCOMES),
                          code="case.outcome", field="/outcome")  # fmt: skip
        grounds = self.book.case_rule(on).grounds
        if outcome == "rejected" and ground not in grounds:
            raise Invalid("Không chấp nhận thì phải nêu căn cứ trong danh sách: {grounds}.",
                          grounds=", ".join(grounds), code="case.ground", field="/ground")  # fmt: skip
        if outcome == "upheld" and ground:
            raise Invalid("Chấp nhận khiếu nại thì không nêu căn cứ từ chối.", code="case.ground", field="/ground")
        if ground and ground not in grounds:
            raise Invalid("Chọn căn cứ trong danh sách: {grounds}.", grounds=", ".join(grounds), code="case.ground",
                          field="/ground")  # fmt: skip


def _checked(complaint: Complaint, at: datetime) -> Complaint:
    if complaint.about not in ABOUTS:
        raise Invalid("Chọn nội dung khiếu nại trong danh sách: {abouts}.", abouts=", ".join(ABOUTS),
                      code="case.about", field="/about")  # fmt: skip
    today, on = legal_day(at), complaint.received_on
    if on is not None and not 0 <= (today - on).days <= _TYPED_WITHIN_DAYS:
        raise Invalid(
            "Ngày nhận khiếu nại phải từ một năm trước đến hôm nay.", code="case.received_on", field="/received_on"
        )
    text = checked_text
    return Complaint(
        case_id=text(complaint.case_id, what="mã của bên lập", field="/case_id", most=80), number=complaint.number,
        about=complaint.about, received_on=on,
        statement=text(complaint.statement, what="nội dung khiếu nại", field="/statement", most=4000),
        claim=text(complaint.claim, what="yêu cầu", field="/claim", most=1000, required=False),
        complainant_name=text(
            complaint.complainant_name, what="tên người khiếu nại", field="/complainant_name", most=NAME_MOST
        ),
        complainant_phone=compact_phone(complaint.complainant_phone, field="/complainant_phone"),
    )  # fmt: skip


async def _is_known(
    tx: Session, case_no: str, kind: str, content: Mapping[str, object], words: Mapping[str, object]
) -> bool:
    """Say whether the last step of a case is this one, told again."""
    steps = await kept.steps(tx, case_no)
    if not steps or steps[-1].kind != kind or steps[-1].content != content:
        return False
    said = await kept.words(tx, case_no)
    return said.get(steps[-1].seq, words) == words


def _plain_bar(bar: Barred) -> dict[str, object]:
    days = {name: day.isoformat() if (day := getattr(bar, name)) else "" for name in ("began_on", "ends_on")}
    return {"source": bar.source, "months": bar.months, "passed": bar.passed, **days}
