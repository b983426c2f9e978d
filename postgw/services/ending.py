"""Ending: what can be neither delivered nor returned comes to its lawful end.

Each step is refused before its lawful day, and the sentence names the day. Nothing is filed away by itself: the clock
only says what is due. What happened is told by scans, so the state always follows from them: `unclaimed` when the item
is declared, `archived` when it is filed away or destroyed.

Source: Law on Post 2010 art. 17.2-5; Joint Circular 18/2015 art. 3, 4, 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.invitation import shown_day
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.ports import Notice
from postgw.domain.refusal import Refusal, checked_refusal
from postgw.domain.scan import Scan, Witness
from postgw.domain.undeliverable import (
    Undeliverable,
    UndeliverableGround,
    archive_from,
    next_step,
    no_recipient_on,
    publicised_until,
)
from postgw.domain.witnesses import uncancelled
from postgw.rules.book import RuleBook
from postgw.storage import consignments, invitations, outbox, reach, scan_rows, scans, undeliverables
from postgw.storage.database import Database, Session

#: What was said before the post had the item.
_BEFORE_THE_POST = frozenset({"booked", "bound", "collection_failed", "unknown"})
_LIST_MOST = 200
_ROUND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An undeliverable item: its record, the days that follow from it, what is due next and from when."""

    consignment: Consignment
    entry: Undeliverable
    publicised_until: date
    no_recipient_on: date
    archive_from: date | None
    step: str
    step_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLine:
    """One line of the public list."""

    number: str
    office: str
    publicised_from: date
    publicised_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The acts at the end of an item that nobody takes."""

    database: Database
    book: RuleBook

    async def declare(
        self, number: str, *, ground: str, evidence: Refusal | None = None, actor: Actor, at: datetime
    ) -> Record:
        """Declare an item undeliverable and put it on the public list; asked for again, it is the same record.

        Raises Conflict when it may still be delivered or returned, or when the signed record is missing.
        """
        actor.must("delivery")
        known = self._ground(ground, at)
        evidence = checked_refusal(evidence) if evidence else None
        async with self.database.writing() as tx:
            consignment = await reach.seen(tx, number, actor, lock=True)
            consignment.must_be_public(what="thủ tục bưu gửi không phát được của Bưu điện")
            no = consignment.consignment_no
            entry = await undeliverables.of(tx, no)
            if entry is None:
                if evidence:
                    await invitations.keep_refusal(tx, no, ground, evidence, actor=actor.name, at=at)
                await self._must_be_hopeless(tx, consignment, ground, known, at)
                entry = await self._declared(tx, consignment, ground, actor, at)
                consignment = await _unclaimed(tx, self.book, consignment, ground, actor, at)
            return self._record(consignment, entry, legal_day(at))

    def titles(self, at: datetime) -> Mapping[str, UndeliverableGround]:
        """Return the grounds and the ends in force, for those who read a journey."""
        rule = self.book.undeliverable_rule(legal_day(at))
        return {**rule.grounds, **rule.ends}

    def _ground(self, ground: str, at: datetime) -> UndeliverableGround:
        grounds = self.book.undeliverable_rule(legal_day(at)).grounds
        if ground not in grounds:
            raise Invalid(
                "Chọn lý do trong danh sách: {reasons}.", reasons=", ".join(grounds), code="reason", field="/ground"
            )
        return grounds[ground]

    async def _must_be_hopeless(
        self, tx: Session, consignment: Consignment, ground: str, known: UndeliverableGround, at: datetime
    ) -> None:
        custody, no = consignment.custody, consignment.consignment_no
        rule = self.book.scan_table_of(consignment.rules_version).rule("unclaimed")
        if custody.holder != "post" or custody.state not in rule.after | {"unclaimed"}:
            raise Conflict(
                "Bưu gửi {number} đang ở trạng thái {state}, không ghi là không phát và không hoàn được.", number=no,
                state=custody.state, code="undeliverable.out_of_turn", link=f"/api/v1/consignments/{no}/journey",
            )  # fmt: skip
        if custody.state not in {"returning", "unclaimed"} and not await self._may_go_back(tx, consignment, at):
            raise Conflict(
                "Bưu gửi {number} còn phát được: chưa đủ căn cứ chuyển hoàn thì chưa ghi là không phát được.",
                number=no, code="undeliverable.too_early", link=f"/api/v1/consignments/{no}/invitations",
            )  # fmt: skip
        if known.evidence and await invitations.refusal(tx, no, ground) is None:
            raise Conflict(
                "Thiếu biên bản nơi gửi từ chối nhận lại. Ghi họ tên, giấy tờ và chữ ký của người từ chối.",
                code="undeliverable.no_evidence",
            )

    async def _may_go_back(self, tx: Session, consignment: Consignment, at: datetime) -> bool:
        """Say whether any lawful ground says that it cannot be delivered; the sender's mere wish is none."""
        on = legal_day(at)
        grounds = [reason for reason, each in self.book.invitation_rule(on).grounds.items() if not each.by_sender]
        verdicts = [await invitations.verdict(tx, self.book, consignment, reason, on) for reason in grounds]
        return any(verdict.allowed for verdict in verdicts)

    async def _declared(
        self, tx: Session, consignment: Consignment, ground: str, actor: Actor, at: datetime
    ) -> Undeliverable:
        no, on = consignment.consignment_no, legal_day(at)
        told = [scan for scan in uncancelled(await scan_rows.history(tx, no)) if scan.code not in _BEFORE_THE_POST]
        accepted = min((legal_day(scan.occurred_at) for scan in told), default=on)
        entry = Undeliverable(ground=ground, accepted_on=accepted, declared_on=on)
        await undeliverables.add(
            tx, no, entry, office=consignment.custody.office or actor.unit, actor=actor.name, at=at
        )
        return entry

    def _record(self, consignment: Consignment, entry: Undeliverable, on: date) -> Record:
        rule = self.book.undeliverable_rule(entry.declared_on)
        step, step_from = next_step(entry, rule)
        return Record(
            consignment=consignment, entry=entry, publicised_until=publicised_until(entry, rule),
            no_recipient_on=no_recipient_on(entry, rule), archive_from=archive_from(entry, rule), step=step,
            step_from=step_from,
        )  # fmt: skip

    async def request(self, number: str, *, agency: str, reference: str, actor: Actor, at: datetime) -> Record:
        """Record the written request to the agency that issued what is inside; asked for again, the first one stands.

        Raises Conflict, with the first lawful day, while the item still has time to find its recipient.
        """
        actor.must("delivery")
        agency = checked_text(agency, what="tên cơ quan cấp giấy tờ", field="/agency", most=200)
        reference = checked_text(reference, what="số công văn", field="/reference", most=60)
        async with self.database.writing() as tx:
            record = await self._open(tx, number, actor, at)
            if record.entry.requested_on:
                return record
            if (on := legal_day(at)) < record.no_recipient_on:
                raise Conflict(
                    "Chưa gửi được công văn: phải niêm yết đến hết ngày {until} và đủ {months} tháng từ khi nhận gửi."
                    " Sớm nhất là ngày {earliest}.",
                    until=shown_day(record.publicised_until), earliest=shown_day(record.no_recipient_on),
                    months=self.book.undeliverable_rule(record.entry.declared_on).no_recipient_months,
                    code="undeliverable.too_early",
                )  # fmt: skip
            entry = replace(record.entry, requested_on=on, requested_of=agency, request_no=reference)
            await undeliverables.change(tx, record.consignment.consignment_no, entry)
            return self._record(record.consignment, entry, on)

    async def answer(self, number: str, *, answer: str, reference: str, actor: Actor, at: datetime) -> Record:
        """Record what the issuing agency answered: it takes its papers back, or refuses; the first answer stands.

        Raises Conflict when nobody has asked it yet.
        """
        actor.must("delivery")
        reference = checked_text(reference, what="số văn bản trả lời", field="/reference", most=60)
        async with self.database.writing() as tx:
            record = await self._open(tx, number, actor, at)
            if record.entry.requested_on is None:
                raise Conflict("Chưa có công văn hỏi cơ quan cấp giấy tờ.", code="undeliverable.not_asked")
            if record.entry.answer:
                return record
            entry = replace(record.entry, answer=answer, answered_on=legal_day(at), answer_no=reference)
            await undeliverables.change(tx, record.consignment.consignment_no, entry)
            return self._record(record.consignment, entry, legal_day(at))

    async def archive(self, number: str, *, how: str, note: str, actor: Actor, at: datetime) -> Consignment:
        """File the item away, or destroy it; asked for again, it is the same end.

        Raises Conflict, with the first lawful day, before the issuing agency was asked and has refused or kept silent.
        """
        actor.must("delivery")
        async with self.database.writing() as tx:
            consignment = await reach.seen(tx, number, actor, lock=True)
            if consignment.custody.state == "archived":
                return consignment
            record = await self._open(tx, number, actor, at)
            _must_be_archivable(record, legal_day(at))
            why = record.entry.answer or "silent"
            scan = _scan("archived", consignment, f"{how}_{why}", note, actor, at)
            return await _told(tx, self.book, consignment, scan, at)

    async def record(self, number: str, *, actor: Actor, at: datetime) -> Record:
        """Return the record of an item."""
        actor.must("delivery")
        session = self.database.reading
        consignment = await reach.seen(session, number, actor)
        entry = await undeliverables.of(session, consignment.consignment_no)
        if entry is None:
            raise _not_declared(consignment)
        return self._record(consignment, entry, legal_day(at))

    async def _open(self, tx: Session, number: str, actor: Actor, at: datetime) -> Record:
        consignment = await reach.seen(tx, number, actor, lock=True)
        entry = await undeliverables.of(tx, consignment.consignment_no)
        if entry is None:
            raise _not_declared(consignment)
        if consignment.custody.state != "unclaimed":
            raise Conflict(
                "Bưu gửi {number} đang ở trạng thái {state}, không còn chờ xử lý.", number=consignment.consignment_no,
                state=consignment.custody.state, code="undeliverable.over",
            )  # fmt: skip
        return self._record(consignment, entry, legal_day(at))

    async def publicised(self, *, cursor: str = "", limit: int = 50) -> Page[PublicLine]:
        """Return the public list: number, office and days, nobody's name."""
        limit = min(limit, _LIST_MOST)
        after = int(cursor) if cursor.isdecimal() else 0
        rows = await undeliverables.publicised(self.database.reading, after=after, limit=limit + 1)
        lines = tuple(
            PublicLine(
                number=line.number, office=line.office, publicised_from=line.entry.declared_on,
                publicised_until=publicised_until(
                    line.entry, self.book.undeliverable_rule(line.entry.declared_on)
                ),
            )
            for line in rows[:limit]
        )  # fmt: skip
        return Page(items=lines, next_cursor=str(rows[limit - 1].row) if len(rows) > limit else "")

    async def due(self, *, actor: Actor, cursor: str = "", limit: int = 50, at: datetime) -> Page[Record]:
        """Return the open records with what is due next and from which day."""
        actor.must("delivery")
        limit = min(limit, _LIST_MOST)
        after = int(cursor) if cursor.isdecimal() else 0
        rows = await undeliverables.open_ones(self.database.reading, after=after, limit=limit + 1)
        shown = tuple(
            self._record(consignment, entry, legal_day(at))
            for _, consignment, entry, _ in rows[:limit]
            if actor.may_see(consignment.desk, consignment.to_desk, consignment.custody.office)
        )
        return Page(items=shown, next_cursor=str(rows[limit - 1][0]) if len(rows) > limit else "")

    async def tell_due(self, *, at: datetime) -> int:
        """Say of each open record, once, that its next step has become lawful; nothing is done by itself."""
        on, told, after = legal_day(at), 0, 0
        while rows := await undeliverables.open_ones(self.database.reading, after=after, limit=_ROUND):
            after = rows[-1][0]
            for row, consignment, entry, last in rows:
                record = self._record(consignment, entry, on)
                if record.step != last and record.step_from <= on:
                    told += await self._tell(row, record, at)
        return told

    async def _tell(self, row: int, record: Record, at: datetime) -> int:
        async with self.database.writing() as tx:
            if not await undeliverables.told(tx, row, record.step):
                return 0
            await outbox.announce(tx, [_due_notice(record, at)], at=at)
        return 1


def _must_be_archivable(record: Record, on: date) -> None:
    if record.archive_from is None:
        raise Conflict(
            "Cơ quan cấp giấy tờ đồng ý nhận lại: giao lại bưu gửi rồi quét đã giao lại nơi gửi."
            if record.entry.answer
            else "Chưa có công văn hỏi cơ quan cấp giấy tờ nên chưa được huỷ hoặc lưu. Gửi sớm nhất ngày {day}.",
            day=shown_day(record.no_recipient_on), code="undeliverable.not_asked",
        )  # fmt: skip
    if on < record.archive_from:
        raise Conflict(
            "Cơ quan cấp giấy tờ chưa trả lời. Được huỷ hoặc lưu sớm nhất ngày {earliest}.",
            earliest=shown_day(record.archive_from),
            code="undeliverable.too_early",
        )


async def _unclaimed(
    tx: Session, book: RuleBook, consignment: Consignment, ground: str, actor: Actor, at: datetime
) -> Consignment:
    if consignment.custody.state == "unclaimed":
        return consignment
    return await _told(tx, book, consignment, _scan("unclaimed", consignment, ground, "", actor, at), at)


async def _told(tx: Session, book: RuleBook, consignment: Consignment, scan: Scan, at: datetime) -> Consignment:
    no = consignment.consignment_no
    locked = (await scans.lock(tx, [no]))[no]
    await scans.keep(tx, [(locked, scan)], table_of=book.scan_table_of, at=at)
    told = await consignments.find(tx, no)
    assert told is not None
    return told


def _scan(code: str, consignment: Consignment, reason: str, note: str, actor: Actor, at: datetime) -> Scan:
    return Scan(
        source="gateway", source_id=f"{code}:{consignment.consignment_no}:{at:%Y%m%d%H%M%S%f}",
        witness=Witness.SCANNED, code=code, occurred_at=at, received_at=at, actor=actor.name, reason=reason, note=note,
        office=consignment.custody.office,
    )  # fmt: skip


def _due_notice(record: Record, at: datetime) -> Notice:
    consignment = record.consignment
    return Notice(
        notice_id=f"{consignment.consignment_no}.undeliverable.{record.step}", kind="undeliverable.due", at=at,
        desk=consignment.desk, consignment_no=consignment.consignment_no, dossier_no=consignment.dossier_no,
        item_no=consignment.item_no, leg=consignment.leg, state=consignment.custody.state,
        office=consignment.custody.office, data={"step": record.step, "from": record.step_from.isoformat()},
    )  # fmt: skip


def _not_declared(consignment: Consignment) -> Unknown:
    return Unknown(
        "Bưu gửi {number} chưa được ghi là không phát và không hoàn được.", number=consignment.consignment_no,
        code="undeliverable.unknown",
    )  # fmt: skip
