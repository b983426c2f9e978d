"""Returns: a delivery that failed, the invitations that follow, and the way back when nobody comes.

What happened at a door is taken as it was told; what is still to be done is held to the law. So an attempt is always
kept, and a return that nobody may start yet is refused with the first day on which it is lawful.

Source: Circular 17/2017/TT-BTTTT art. 5.2.h; Law on Post 2010 art. 17; Joint Circular 18/2015 art. 3.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.invitation import (
    WAYS,
    Invitation,
    Verdict,
    may_invite,
    next_invitation_on,
    return_from,
    shown_day,
)
from postgw.domain.journey_room import no_room
from postgw.domain.legal_day import legal_day
from postgw.domain.recognise import item_named
from postgw.domain.refusal import Refusal, checked_refusal
from postgw.domain.scan import Scan, Witness, place_in_time
from postgw.rules.book import RuleBook
from postgw.storage import consignments, invitations, province, reach, scans
from postgw.storage.database import Database, Session

if TYPE_CHECKING:
    from labels.invitation import InvitationPaper

#: Whoever waits for the recipient may invite; what is on its way, going back or at its end may not.
_INVITED_IN = frozenset({"at_office", "out_for_delivery", "attempted", "held", "unclaimed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A delivery that failed, as a device tells it."""

    scan_id: str
    device: str
    device_at: datetime
    sent_at: datetime
    reason: str
    office: str = ""
    note: str = ""
    evidence: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the calling of a recipient has come."""

    consignment: Consignment
    invitations: tuple[Invitation, ...]
    wanted: int
    next_invitation_on: date  #: the first day on which another one counts
    return_from: date  #: the first day of a return because nobody came


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """The acts between a failed delivery and the return."""

    database: Database
    book: RuleBook
    post_name: str
    rehearsal: bool
    most_scans_per_item: int

    async def attempt(self, number: str, failed: Failed, *, actor: Actor, at: datetime) -> Standing:
        """Keep a failed delivery and say when the recipient is to be invited.

        Raises Conflict when the item has come to its end or its journey has no room, or when the id of the scan belongs
        to another item.
        """
        actor.must("delivery")
        self._must_be_reason("attempt", failed.reason, at)
        evidence = checked_refusal(failed.evidence) if failed.evidence else None
        async with self.database.writing() as tx:
            found = await scans.lock(tx, [name := item_named(number)])
            if name not in found:
                raise _unknown(number)
            kept = await scans.keep(
                tx, [(found[name], scan := _failed_scan(failed, actor, at))], table_of=self.book.scan_table_of, at=at,
                most=self.most_scans_per_item,
            )  # fmt: skip
            if kept.outside:
                raise no_room(found[name].consignment_no, self.most_scans_per_item)
            if scan.key in kept.foreign:
                raise Conflict(
                    "Mã lần quét này đã dùng cho bưu gửi khác nên lần quét không được ghi. Quét lại.",
                    code="scan.id_taken", field="/scan_id",
                )  # fmt: skip
            no = found[name].consignment_no
            if evidence:
                ground = self._ground_of(failed.reason, legal_day(at))
                await invitations.keep_refusal(tx, no, ground, evidence, actor=actor.name, at=at)
            standing = await self._standing(tx, no, at)
        if standing.consignment.custody.ended:
            raise _out_of_turn(standing.consignment)
        return standing

    def _must_be_reason(self, of: str, reason: str, at: datetime) -> None:
        reasons = self.book.reasons_on(legal_day(at))[of]
        if reason not in reasons:
            raise Invalid(
                "Chọn lý do trong danh sách: {reasons}.", reasons=", ".join(reasons), code="reason", field="/reason"
            )

    def _ground_of(self, attempt_reason: str, on: date) -> str:
        """Return the ground of a return that a reason of a failed attempt leads to."""
        grounds = self.book.invitation_rule(on).grounds
        return next((name for name, ground in grounds.items() if attempt_reason in ground.attempts), attempt_reason)

    async def _standing(self, session: Session, number: str, at: datetime) -> Standing:
        consignment = await consignments.find(session, number)
        assert consignment is not None
        made = await invitations.of(session, consignment.consignment_no)
        days, on, rule = _days(made), legal_day(at), self.book.invitation_rule(legal_day(at))
        calendar = await invitations.calendar_for(session, self.book, consignment, on)
        return Standing(
            consignment=consignment,
            invitations=made,
            wanted=rule.invitations,
            next_invitation_on=max(next_invitation_on(days, calendar, rule) or on, on),
            return_from=return_from(days, on, calendar, rule),
        )

    async def invite(self, number: str, *, way: str, actor: Actor, at: datetime) -> Standing:
        """Invite the recipient; asked for again on the same day, it is the same invitation.

        Raises Conflict, with the first day that counts, when it is too early.
        """
        actor.must("delivery")
        if way not in WAYS:
            raise Invalid("Chọn cách mời trong danh sách: {ways}.", ways=", ".join(WAYS), code="way", field="/way")
        async with self.database.writing() as tx:
            consignment = await reach.seen(tx, number, actor, lock=True)
            consignment.must_be_public(what="giấy mời của Bưu điện")
            no, on = consignment.consignment_no, legal_day(at)
            made = await invitations.of(tx, no)
            if on not in _days(made):
                _must_wait_for_recipient(consignment)
                rule, calendar = (
                    self.book.invitation_rule(on),
                    await invitations.calendar_for(tx, self.book, consignment, on),
                )
                _must(may_invite(_days(made), on, calendar, rule), no)
                following = Invitation(ordinal=len(made) + 1, invited_on=on, way=way, by=actor.name)
                await invitations.add(tx, no, following, office=actor.unit, at=at)
            return await self._standing(tx, no, at)

    async def invitations(self, number: str, *, actor: Actor, at: datetime) -> Standing:
        """Return the invitations so far, and when the next one and the return are due."""
        actor.must("delivery")
        consignment = await reach.seen(self.database.reading, number, actor)
        return await self._standing(self.database.reading, consignment.consignment_no, at)

    async def start_return(
        self, number: str, *, reason: str, evidence: Refusal | None = None, note: str = "", actor: Actor, at: datetime
    ) -> Consignment:
        """Send an item back; asked for again, it is the same return.

        Raises Conflict, with the first lawful day, when no ground stands behind it yet.
        """
        actor.must("delivery")
        self._must_be_reason("return", reason, at)
        evidence = checked_refusal(evidence) if evidence else None
        async with self.database.writing() as tx:
            consignment = await reach.seen(tx, number, actor, lock=True)
            no = consignment.consignment_no
            if consignment.custody.state == "returning":
                return consignment
            self._must_be_returnable(consignment)
            if evidence:
                await invitations.keep_refusal(tx, no, reason, evidence, actor=actor.name, at=at)
            _must(await self._verdict(tx, consignment, reason, actor, at), no)
            locked = (await scans.lock(tx, [no]))[no]
            scan = _return_scan(consignment, reason, note, actor, at)
            await scans.keep(tx, [(locked, scan)], table_of=self.book.scan_table_of, at=at)
            returned = await consignments.find(tx, no)
        assert returned is not None
        return returned

    def _must_be_returnable(self, consignment: Consignment) -> None:
        """Raise Conflict unless the post holds the item and it is not on its way home or at its end."""
        custody, rule = consignment.custody, self.book.scan_table_of(consignment.rules_version).rule("returning")
        if custody.holder != "post" or custody.state not in rule.after:
            raise _out_of_turn(consignment)

    async def _verdict(self, tx: Session, consignment: Consignment, reason: str, actor: Actor, at: datetime) -> Verdict:
        on = legal_day(at)
        ground = self.book.invitation_rule(on).grounds.get(reason)
        if ground and ground.by_sender and not actor.may_see(consignment.desk):
            raise Forbidden("Chỉ bên gửi được yêu cầu chuyển hoàn bưu gửi này.", code="return.not_sender")
        return await invitations.verdict(tx, self.book, consignment, reason, on)

    async def paper(self, number: str, ordinal: int, *, actor: Actor, at: datetime) -> bytes:
        """Return an invitation as paper, to be left at the door or sent."""
        from labels.invitation import invitation_pdf

        actor.must("delivery")
        reading = self.database.reading
        consignment = await reach.seen(reading, number, actor)
        made = await invitations.of(reading, consignment.consignment_no)
        if not 1 <= ordinal <= len(made):
            raise Unknown(
                "Bưu gửi {number} chưa có giấy mời lần {ordinal}.", number=consignment.consignment_no, ordinal=ordinal,
                code="invitation.unknown",
            )  # fmt: skip
        office = await province.unit(reading, consignment.custody.office) if consignment.custody.office else None
        paper = await self._paper(consignment, made[:ordinal], office, at)
        return await asyncio.to_thread(invitation_pdf, paper)

    async def _paper(
        self, consignment: Consignment, made: Sequence[Invitation], office: province.Unit | None, at: datetime
    ) -> InvitationPaper:
        from labels.invitation import InvitationPaper

        last = made[-1]
        rule = self.book.invitation_rule(last.invited_on)
        calendar = await invitations.calendar_for(self.database.reading, self.book, consignment, last.invited_on)
        return InvitationPaper(
            consignment_no=consignment.consignment_no, item_no=consignment.item_no, ordinal=last.ordinal,
            post_name=self.post_name, recipient=consignment.consignee.name, address=consignment.consignee.one_line(),
            invited_on=shown_day(last.invited_on), office=office.name if office else "",
            office_address=office.address if office else "", office_phone=office.phone if office else "",
            return_from=shown_day(return_from(_days(made), last.invited_on, calendar, rule)),
            is_last=last.ordinal >= rule.invitations, rehearsal=self.rehearsal,
        )  # fmt: skip


def _days(made: Sequence[Invitation]) -> list[date]:
    return [each.invited_on for each in made]


def _must(verdict: Verdict, number: str) -> None:
    if not verdict.allowed:
        raise Conflict(
            verdict.sentence, **verdict.values, code=verdict.code, link=f"/api/v1/consignments/{number}/invitations"
        )


def _must_wait_for_recipient(consignment: Consignment) -> None:
    custody = consignment.custody
    if custody.state not in _INVITED_IN or not (custody.attempts or custody.state == "held"):
        raise Conflict(
            "Chỉ mời sau lần phát không thành công hoặc khi bưu gửi chờ ở bưu cục; {number} đang ở trạng thái {state}.",
            number=consignment.consignment_no, state=custody.state, code="invitation.out_of_turn",
        )  # fmt: skip


def _failed_scan(failed: Failed, actor: Actor, at: datetime) -> Scan:
    placed = place_in_time(device_at=failed.device_at, sent_at=failed.sent_at, received_at=at)
    return Scan(
        source=f"device:{failed.device}", source_id=failed.scan_id, witness=Witness.SCANNED, code="attempted",
        occurred_at=placed.occurred_at, received_at=at, device_at=failed.device_at,
        office=failed.office or actor.unit, actor=actor.name, reason=failed.reason, note=failed.note,
        flags=placed.flags,
    )  # fmt: skip


def _return_scan(consignment: Consignment, reason: str, note: str, actor: Actor, at: datetime) -> Scan:
    """Return the gateway's word that an item goes back; where a desk asks for it, the office stays as it was."""
    at_desk = actor.unit in {consignment.desk, consignment.to_desk}
    return Scan(
        source="gateway", source_id=f"returning:{consignment.consignment_no}:{at:%Y%m%d%H%M%S%f}",
        witness=Witness.SCANNED, code="returning", occurred_at=at, received_at=at,
        office="" if at_desk else actor.unit, actor=actor.name, reason=reason, note=note,
    )  # fmt: skip


def _unknown(number: str) -> Unknown:
    return Unknown("Chưa có bưu gửi mang số {number}.", number=number[:40], code="consignment.unknown")


def _out_of_turn(consignment: Consignment) -> Conflict:
    return Conflict(
        "Bưu gửi {number} đang ở trạng thái {state}, việc này không còn làm được.",
        number=consignment.consignment_no, state=consignment.custody.state, code="consignment.out_of_turn",
        link=f"/api/v1/consignments/{consignment.consignment_no}/journey",
    )  # fmt: skip
