"""Supplements and rejections: what a dossier still lacks, asked for once; and the dossier that is sent back.

A desk or an agency asks through the gateway; papers beyond the published list may not be asked for, and a second
request is refused. What the desk's own system tells of one is kept, escalated and counted as late. When the one
supplement is complete, filing moves to that moment: by the signed manifest of its consignment (`signing`), or here by
the desk's statement. A rejection registers the way home of the papers in the same act, once, and each original that is
owed goes with them.

Source: Decree 61/2018/NĐ-CP art. 11.2.c, 15.3, 17.1, 19.4; Decision 45/2016/QĐ-TTg art. 7.4, 12.4, 16.5.b.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.filing import Filing
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.post_account import PostAccount
from postgw.domain.procedure import must_be_listed
from postgw.domain.rejection import FAULTS, Rejection, RejectionDraft, limit_of
from postgw.domain.supplement import Supplement, SupplementDraft, checked_supplement, must_be_first, waiting
from postgw.domain.time_limit import agency_start
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import dossiers, filings, homeward, outbox, paper_duties, province, supplements
from postgw.storage.database import Database, Session
from postgw.storage.dossier_notices import filed_notice, told_of
from postgw.storage.dossiers import KeptDossier


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementOf:
    """A request in a list, with the dossier it belongs to."""

    key: str
    supplement: Supplement


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplements:
    """The acts of asking again and of sending back."""

    database: Database
    book: RuleBook
    account_of: Callable[[str], PostAccount | None]  #: by desk: with whom a dossier goes home
    pick: Callable[[int], int] = secrets.randbelow

    async def request(self, key: str, draft: SupplementDraft, *, actor: Actor, at: datetime) -> Supplement:
        """Ask for what a dossier lacks, once; the same request again is the same one.

        Raises Conflict, naming the first, when a second one is made here; Invalid when a paper is not on the published
        list. One that was heard of from the desk's own system is kept, escalated and told to the agency's lead.
        """
        actor.must("intake")
        draft = checked_supplement(draft, at=at)
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            earlier = await supplements.of(tx, kept.dossier_id)
            if earlier and earlier[-1].digest == draft.digest():
                return earlier[-1]
            most = self.book.filing_rule(legal_day(at)).supplements
            must_be_first(earlier, most=most, heard_from_desk=draft.heard_from_desk, key=kept.dossier.key)
            if not draft.heard_from_desk:
                await _must_be_askable(tx, kept, draft, at)
            asked = await supplements.add(
                tx, kept.dossier_id, kept.dossier.receiving_desk, draft, ordinal=len(earlier) + 1, most=most,
                actor=actor.name, at=at,
            )  # fmt: skip
            await self._tell(tx, kept, asked, at)
        return asked

    async def _tell(self, tx: Session, kept: KeptDossier, asked: Supplement, at: datetime) -> None:
        data = {"supplement_no": asked.supplement_no, "ordinal": asked.ordinal, "asked_at": asked.asked_at}
        notices = [await told_of(tx, kept, "supplement.asked", data, at, tail=asked.supplement_no)]
        if asked.escalated:
            lead = {**data, "agency": kept.dossier.resolving_agency, "article": "NĐ61 Đ.11.2.c, 15.3"}
            notices.append(await told_of(tx, kept, "supplement.escalated", lead, at, tail=asked.supplement_no))
        await outbox.announce(tx, notices, at=at)

    async def complete(
        self, key: str, *, completed_at: datetime | None, actor: Actor, at: datetime
    ) -> tuple[Supplement, Filing | None]:
        """Keep the desk's statement that the supplement is complete: filing moves to that moment, told again.

        Raises Conflict when nothing was asked for, Invalid when the moment lies before the request or in the future.
        """
        actor.must("intake")
        moment = completed_at or at
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            known = await supplements.of(tx, kept.dossier_id)
            asked = waiting(known)
            if asked is None:
                return await _completed_before(tx, kept, known, completed_at)
            if not asked.asked_at <= moment <= at:
                raise Invalid(
                    "Giờ hoàn thành bổ sung phải sau lúc yêu cầu và không quá bây giờ.", code="supplement.moment",
                    field="/completed_at",
                )  # fmt: skip
            await supplements.complete(
                tx, asked.supplement_no, completed_at=moment, consignment_no="", actor=actor.name
            )
            filing = await self._moved(tx, kept, asked, moment, actor, at)
            await outbox.announce(tx, [await filed_notice(tx, kept, filing)], at=at)
            return (await supplements.of(tx, kept.dossier_id))[-1], filing

    async def _moved(
        self, tx: Session, kept: KeptDossier, asked: Supplement, moment: datetime, actor: Actor, at: datetime
    ) -> Filing:
        before = await filings.of(tx, kept.dossier_id)
        last = before[-1] if before else None
        calendar = calendar_of(self.book.holidays_on(legal_day(moment)))
        filing = Filing(
            seq=len(before) + 1, ground="supplement", filed_at=moment,
            agency_starts_on=agency_start(moment, calendar, closes=self.book.agency_closes_on(legal_day(moment))),
            source=asked.supplement_no, consignment_no=last.consignment_no if last else "",
            notice_id=f"D{kept.dossier_id}.filed.{asked.supplement_no}", corrects=last.notice_id if last else "",
            entered_at=at, entered_by=actor.name,
        )  # fmt: skip
        await filings.add(tx, kept.dossier_id, kept.dossier.receiving_desk, filing)
        return filing

    async def of(self, key: str, *, actor: Actor) -> tuple[Supplement, ...]:
        """Return the requests to complete a dossier, the first one first."""
        actor.must("enquiry")
        session = self.database.reading
        return await supplements.of(session, (await dossiers.shown(session, key, actor)).dossier_id)

    async def listed(
        self, *, actor: Actor, desk: str = "", state: str = "", counts_late: bool = False, cursor: str = "",
        limit: int = 50,
    ) -> Page[SupplementOf]:  # fmt: skip
        """Return requests of a desk, the oldest first: those in a state, or those that count as late."""
        actor.must("enquiry")
        after = int(cursor) if cursor.isdecimal() else 0
        rows = await supplements.listed(
            self.database.reading, desk=actor.unit or desk, state=state, late_only=counts_late, after=after,
            limit=limit + 1,
        )  # fmt: skip
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        found = tuple(SupplementOf(key=key, supplement=each) for _, key, each in rows[:limit])
        return Page(items=found, next_cursor=more)

    async def reject(self, key: str, draft: RejectionDraft, *, actor: Actor, at: datetime) -> Rejection:
        """Send a filed dossier back with reasons; the way home is registered at once. Asked for again, it is the same.

        Raises Conflict when the dossier is not filed, Invalid when the reason is not on the list.
        """
        actor.must("intake")
        reasons = checked_text(draft.reasons, what="lý do trả lại hồ sơ", field="/reasons", most=1000)
        self._must_be_lawful(draft, at)
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            known = await supplements.rejection(tx, kept.dossier_id)
            standing = await filings.standing(tx, kept)
            if known and standing.void_since:
                return known
            filing = standing.must_stand()
            home = await self._way_home(tx, kept, actor, at)
            made = await self._rejection(tx, kept, filing, draft, reasons, home, actor, at)
            await supplements.reject(tx, kept.dossier_id, made)
            await supplements.lapse(tx, kept.dossier_id)
            await paper_duties.all_go(tx, kept.dossier_id, home.consignment_no, actor=actor.name, at=at)
            data = {"rejection_no": made.rejection_no, "reason": made.code, "fault": made.fault, "late": made.is_late}
            told = await told_of(tx, kept, "dossier.rejected", data, at, tail=made.rejection_no, consignment=home)
            await outbox.announce(tx, [told], at=at)
        return made

    def _must_be_lawful(self, draft: RejectionDraft, at: datetime) -> None:
        lawful = self.book.reason_list("rejection", legal_day(at))
        if draft.code not in lawful:
            raise Invalid(
                "Chọn lý do trong danh sách: {reasons}.", reasons=", ".join(lawful), code="reason", field="/code"
            )
        if draft.fault not in FAULTS:
            raise Invalid(
                "Chọn bên có lỗi trong danh sách: {faults}.", faults=", ".join(FAULTS), code="fault", field="/fault"
            )

    async def _way_home(self, tx: Session, kept: KeptDossier, actor: Actor, at: datetime) -> Consignment:
        desk = kept.dossier.receiving_desk
        draft = await homeward.draft(
            tx, kept, desk=desk, rules_version=self.book.scan_table(legal_day(at)).version, without_result=True
        )
        return await homeward.register(
            tx, draft, key=kept.dossier.key, pick=self.pick, account=self.account_of(desk),
            table_of=self.book.scan_table_of, actor=actor.name, at=at,
        )  # fmt: skip

    async def _rejection(
        self, tx: Session, kept: KeptDossier, filing: Filing, draft: RejectionDraft, reasons: str, home: Consignment,
        actor: Actor, at: datetime,
    ) -> Rejection:  # fmt: skip
        on, days = legal_day(at), self.book.filing_rule(legal_day(filing.filed_at)).examination_days
        limit = limit_of(draft.code, legal_day(filing.filed_at), calendar_of(self.book.holidays_on(on)), days)
        return Rejection(
            rejection_no=await supplements.next_rejection_no(tx, at), filing_seq=filing.seq,
            desk=kept.dossier.receiving_desk, code=draft.code, fault=draft.fault, reasons=reasons, limit_on=limit,
            is_late=limit is not None and on > limit, consignment_no=home.consignment_no, rejected_at=at,
            rejected_by=actor.name,
        )  # fmt: skip

    async def rejection(self, key: str, *, actor: Actor) -> Rejection:
        """Return the rejection of a dossier. Raises Unknown when it was not sent back."""
        actor.must("enquiry")
        session = self.database.reading
        found = await supplements.rejection(session, (await dossiers.shown(session, key, actor)).dossier_id)
        if found is None:
            raise Unknown("Hồ sơ {key} chưa bị trả lại.", key=key[:100], code="rejection.unknown")
        return found


async def _must_be_askable(tx: Session, kept: KeptDossier, draft: SupplementDraft, at: datetime) -> None:
    """Let a request made here pass: for a dossier that the agency has, and for papers of the published list."""
    by_post = kept.dossier.service_form != "return" and not kept.dossier.arrived_by
    standing = await filings.standing(tx, kept)
    if by_post or standing.filings:
        standing.must_stand()
    procedure = await province.procedure(tx, kept.dossier.procedure_code, on=legal_day(kept.created_at))
    if procedure and procedure.papers:
        must_be_listed(procedure, [paper.name for paper in draft.papers], field="/papers")


async def _completed_before(
    tx: Session, kept: KeptDossier, known: tuple[Supplement, ...], completed_at: datetime | None
) -> tuple[Supplement, Filing | None]:
    last = known[-1] if known else None
    if last is None or last.state != "completed" or (completed_at and completed_at != last.completed_at):
        raise Conflict(
            "Hồ sơ {key} không có yêu cầu bổ sung nào đang chờ.", key=kept.dossier.key, code="supplement.none_waits"
        )
    filed = await filings.of(tx, kept.dossier_id)
    return last, filed[-1] if filed else None
