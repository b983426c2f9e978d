"""Filing: since when a dossier is filed, by what right, and what the agency promised for it.

The rows are written by the signatures (`signing`) and by the supplement (`supplements`); here they are read, and a
wrong signing time is mended by a record that both sides signed. At the handover the post asks for the due date and the
appointment slip: what is filed and has no due date stands in a list until the desk gives one. The citizen may choose
another service form until the post has taken anything away.

Source: Decision 45/2016/QĐ-TTg art. 5, 7.4, 7.5, 16.3; Circular 17/2017/TT-BTTTT art. 5.1.h to i, 12.a.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.consignment import BEFORE_COLLECTION
from postgw.domain.dossier import LEGS_OF_FORM, SERVICE_FORMS, checked_dossier
from postgw.domain.errors import Conflict, Forbidden, Invalid
from postgw.domain.filing import (
    Appointment,
    CorrectionDraft,
    Filing,
    FilingStanding,
    FormChoice,
    Hand,
    must_be_mendable,
    must_be_promisable,
    must_be_two_hands,
    same_correction,
)
from postgw.domain.legal_day import legal_day
from postgw.domain.manifest import Signatory
from postgw.domain.page import Page
from postgw.domain.procedure import require_form
from postgw.domain.time_limit import agency_start
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import consignments, dossiers, filings, manifests, outbox, province
from postgw.storage.database import Database, Session
from postgw.storage.dossier_notices import filed_notice, told_of
from postgw.storage.dossiers import KeptDossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the citizen chose, since when, and what was chosen before."""

    key: str
    service_form: str
    consent_at: datetime | None
    changes: tuple[FormChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the appointment slip says."""

    due_on: date
    slip_no: str
    sets: int = 1
    statutory_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filings:
    """The acts around the moment of filing."""

    database: Database
    book: RuleBook

    async def standing(self, key: str, *, actor: Actor) -> FilingStanding:
        """Return since when a dossier is filed, and all that was ever written of it."""
        actor.must("enquiry")
        session = self.database.reading
        return await filings.standing(session, await dossiers.shown(session, key, actor))

    async def correct(self, key: str, draft: CorrectionDraft, *, actor: Actor, at: datetime) -> FilingStanding:
        """Mend a wrong signing time by a record that both sides signed; asked for again, it is the same record.

        Raises Conflict when no manifest filed it, Forbidden when a hand was not appointed or signs both sides.
        """
        actor.must("handover")
        record_no = checked_text(draft.record_no, what="số biên bản đính chính", field="/record_no", most=40)
        reason = checked_text(draft.reason, what="lý do đính chính", field="/reason", most=300)
        draft = replace(draft, record_no=record_no, reason=reason)
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            standing = await filings.standing(tx, kept)
            if same_correction(standing.filings, draft):
                return standing
            wrong = standing.must_stand()
            must_be_mendable(draft, wrong, at)
            hands = await self._hands(tx, standing, draft)
            mended = self._mended(wrong, draft, hands, actor, at)
            await filings.add(tx, kept.dossier_id, kept.dossier.receiving_desk, mended)
            await outbox.announce(tx, [await filed_notice(tx, kept, mended)], at=at)
            return await filings.standing(tx, kept)

    async def _hands(self, tx: Session, standing: FilingStanding, draft: CorrectionDraft) -> tuple[Hand, ...]:
        mended = next(each for each in reversed(standing.filings) if each.ground != "correction")
        manifest = await manifests.find(tx, mended.source)
        if manifest is None:
            raise Conflict(
                "Giờ nộp này không do biên bản giao nhận nào, không đính chính ở đây.", code="correction.no_manifest"
            )
        desk = await _appointed(tx, draft.desk_signatory, manifest.desk, draft.desk_signed_at, "/desk_signatory")
        office = await _appointed(
            tx, draft.office_signatory, manifest.office, draft.office_signed_at, "/office_signatory"
        )
        must_be_two_hands(desk, office)
        return (
            Hand(side="desk", signatory=desk.signatory_no, name=desk.name, signed_at=draft.desk_signed_at),
            Hand(side="office", signatory=office.signatory_no, name=office.name, signed_at=draft.office_signed_at),
        )

    def _mended(
        self, wrong: Filing, draft: CorrectionDraft, hands: tuple[Hand, ...], actor: Actor, at: datetime
    ) -> Filing:
        calendar = calendar_of(self.book.holidays_on(legal_day(draft.filed_at)))
        head = wrong.notice_id.split(".filed.")[0]
        return Filing(
            seq=wrong.seq + 1, ground="correction", filed_at=draft.filed_at,
            source=draft.record_no,
            agency_starts_on=agency_start(
                draft.filed_at, calendar, closes=self.book.agency_closes_on(legal_day(draft.filed_at))
            ),
            consignment_no=wrong.consignment_no, notice_id=f"{head}.filed.{wrong.seq + 1}.{at:%Y%m%d%H%M%S}",
            corrects=wrong.notice_id, reason=draft.reason, hands=hands, entered_at=at, entered_by=actor.name,
        )  # fmt: skip

    async def appoint(
        self, key: str, promise: Promise, *, actor: Actor, at: datetime
    ) -> tuple[FilingStanding, Appointment]:
        """Keep the day that the agency promises and its slip; the citizen is told. The same again is the same promise.

        Raises Conflict when it would put off a promise: that takes an apology.
        """
        actor.must("intake")
        slip_no = checked_text(promise.slip_no, what="số giấy tiếp nhận và hẹn trả", field="/slip_no", most=40)
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            standing = await filings.standing(tx, kept)
            filing = standing.must_stand() if standing.filings else None
            last = await filings.appointment(tx, kept.dossier_id)
            if last and (last.due_on, last.slip_no, kept.dossier.due_on) == (promise.due_on, slip_no, promise.due_on):
                return standing, last
            must_be_promisable(promise.due_on, filing, last)
            made = Appointment(
                due_on=promise.due_on, slip_no=slip_no, sets=promise.sets, statutory_time=promise.statutory_time,
                filing_seq=filing.seq if filing else 0, made_at=at, made_by=actor.name,
            )  # fmt: skip
            await filings.appoint(tx, kept.dossier_id, made)
            kept = await dossiers.rewrite(tx, kept, replace(kept.dossier, due_on=made.due_on), at=at)
            data = {"due_on": made.due_on, "slip_no": slip_no}
            await outbox.announce(tx, [await told_of(tx, kept, "dossier.appointed", data, at)], at=at)
            return await filings.standing(tx, kept), made

    async def without_due(
        self, *, actor: Actor, desk: str = "", cursor: str = "", limit: int = 50
    ) -> Page[FilingStanding]:
        """Return what is filed and has no due date yet, the longest filed first."""
        actor.must("enquiry")
        session, after = self.database.reading, int(cursor) if cursor.isdecimal() else 0
        rows = await filings.without_due(session, desk=actor.unit or desk, after=after, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        found = [await filings.standing(session, await dossiers.by_id(session, id_)) for _, id_ in rows[:limit]]
        return Page(items=tuple(found), next_cursor=more)

    async def choose_form(
        self, key: str, *, service_form: str, consent_at: datetime | None, actor: Actor, at: datetime
    ) -> Choice:
        """Keep another service form that the citizen chose.

        Raises Conflict once the post has taken something away, Invalid when the procedure leaves that form out.
        """
        actor.must("intake")
        if service_form not in SERVICE_FORMS:
            raise Invalid(
                "Hình thức phải là send (gửi hồ sơ), return (nhận kết quả) hoặc both (cả hai).", code="service_form",
                field="/service_form",
            )  # fmt: skip
        if consent_at and consent_at > at:
            raise Invalid("Giờ người nộp đồng ý chưa đến.", code="consent.future", field="/consent_at")
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            if kept.dossier.service_form != service_form:
                kept = await self._chosen(tx, kept, service_form, consent_at or at, actor, at)
            return await _choice(tx, kept)

    async def _chosen(
        self, tx: Session, kept: KeptDossier, form: str, consent_at: datetime, actor: Actor, at: datetime
    ) -> KeptDossier:
        old = kept.dossier
        await self._must_be_open(tx, kept, form)
        procedure = await province.procedure(tx, old.procedure_code, on=legal_day(at))
        if procedure:
            require_form(procedure, form)
        chosen = replace(
            old, service_form=form, consent_at=consent_at, return_to=None if form == "send" else old.return_to
        )
        choice = FormChoice(
            old_form=old.service_form, new_form=form, consent_at=consent_at, chosen_at=at, chosen_by=actor.name
        )
        await filings.keep_choice(tx, kept.dossier_id, choice)
        return await dossiers.rewrite(tx, kept, checked_dossier(chosen, at=at), at=at)

    async def _must_be_open(self, tx: Session, kept: KeptDossier, form: str) -> None:
        for consignment in await consignments.of_dossier(tx, kept.dossier_id, lock=True):
            custody, link = consignment.custody, f"/api/v1/consignments/{consignment.consignment_no}"
            if custody.state not in BEFORE_COLLECTION and custody.state != "cancelled":
                raise Conflict(
                    "Bưu điện đã nhận bưu gửi {number}; hình thức chỉ đổi được trước khi Bưu điện thu gom.",
                    number=consignment.consignment_no, code="form.collected", field="/service_form", link=link,
                )  # fmt: skip
            if not custody.ended and consignment.leg in {"send", "return"} - LEGS_OF_FORM[form]:
                raise Conflict(
                    "Bưu gửi {number} không còn hợp với hình thức mới. Huỷ bưu gửi ấy rồi đổi hình thức.",
                    number=consignment.consignment_no, code="form.consignment", field="/service_form", link=link,
                )  # fmt: skip

    async def choice(self, key: str, *, actor: Actor) -> Choice:
        """Return what the citizen chose, and every change."""
        actor.must("enquiry")
        session = self.database.reading
        return await _choice(session, await dossiers.shown(session, key, actor))


async def _choice(session: Session, kept: KeptDossier) -> Choice:
    dossier = kept.dossier
    changes = await filings.choices(session, kept.dossier_id)
    return Choice(key=dossier.key, service_form=dossier.service_form, consent_at=dossier.consent_at, changes=changes)


async def _appointed(session: Session, signatory_no: str, unit: str, moment: datetime, field: str) -> Signatory:
    people = await manifests.appointed(session, on=legal_day(moment), signatory_no=signatory_no)
    person = next((each for each in people if each.unit == unit and each.subject == "dossiers"), None)
    if person is None:
        raise Forbidden(
            "Người ký {number} không được cử ký giao nhận hồ sơ cho {unit} vào ngày đó.", number=signatory_no[:40],
            unit=unit, code="sign.not_appointed", field=field,
        )  # fmt: skip
    return person
