"""Non-delivery: the papers of an item that was not handed over, drawn from what was kept.

The record shows the evidence of a refusal or of a failed delivery; the return note travels home with the item.

Source: Joint Circular 18/2015 art. 3; Circular 17/2017/TT-BTTTT art. 5.2.h.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Unknown
from postgw.domain.invitation import WAYS, Invitation, shown_day
from postgw.domain.legal_day import VIETNAM, legal_day, shown
from postgw.domain.proof import ID_KINDS
from postgw.domain.refusal import Refusal
from postgw.domain.scan import Scan
from postgw.domain.witnesses import uncancelled
from postgw.rules.book import RuleBook
from postgw.storage import invitations, province, reach, scan_rows
from postgw.storage.database import Database

if TYPE_CHECKING:
    from labels.non_delivery import Signer, Try


@dataclass(frozen=True, slots=True, kw_only=True)
class NonDelivery:
    """The act of drawing the papers of what was not handed over."""

    database: Database
    book: RuleBook
    post_name: str
    rehearsal: bool

    async def record(self, number: str, *, reason: str, actor: Actor, at: datetime) -> bytes:
        """Return the record of an item that was not handed over; `reason` names which, the newest when empty.

        Raises Unknown while no signed record was kept.
        """
        from labels.non_delivery import NonDeliveryRecord, non_delivery_pdf

        actor.must("delivery")
        consignment = await reach.seen(self.database.reading, number, actor)
        consignment.must_be_public(what="biên bản phát không được của Bưu điện")
        kept = await invitations.refusals(self.database.reading, consignment.consignment_no)
        chosen = [each for each in kept if not reason or each.reason == reason]
        if not chosen:
            raise Unknown(
                "Bưu gửi {number} chưa có chứng cứ không phát được.", number=consignment.consignment_no,
                code="refusal.unknown",
            )  # fmt: skip
        newest = chosen[-1]
        office = await self._office_name(consignment)
        paper = NonDeliveryRecord(
            consignment_no=consignment.consignment_no, item_no=consignment.item_no, post_name=self.post_name,
            office=office, drawn_up_at=shown(newest.taken_at), recipient=consignment.consignee.name,
            address=consignment.consignee.one_line(), reason=self._title(newest.reason, at),
            statement=newest.evidence.statement, refuser=_refuser(newest.evidence), signers=_signers(newest.evidence),
            rehearsal=self.rehearsal,
        )  # fmt: skip
        return await asyncio.to_thread(non_delivery_pdf, paper)

    async def return_note(self, number: str, *, actor: Actor, at: datetime) -> bytes:
        """Return the note that goes home with an item. Raises Conflict unless it is being returned, or was."""
        from labels.non_delivery import ReturnNote, return_note_pdf

        actor.must("delivery")
        consignment = await reach.seen(self.database.reading, number, actor)
        consignment.must_be_public(what="phiếu chuyển hoàn của Bưu điện")
        no = consignment.consignment_no
        told = uncancelled(await scan_rows.history(self.database.reading, no))
        begun = [scan for scan in told if scan.code == "returning"]
        if not begun:
            raise Conflict(
                "Bưu gửi {number} chưa được chuyển hoàn nên chưa có phiếu chuyển hoàn.", number=no,
                code="return.not_begun", link=f"/api/v1/consignments/{no}/invitations",
            )  # fmt: skip
        made = await invitations.of(self.database.reading, no)
        kept = await invitations.refusals(self.database.reading, no)
        paper = ReturnNote(
            consignment_no=no, item_no=consignment.item_no, post_name=self.post_name,
            from_office=await self._name(begun[-1].office) or await self._office_name(consignment),
            began_at=shown(begun[-1].occurred_at), sender=_lines(consignment.consignor),
            recipient=_lines(consignment.consignee), reason=self._title(begun[-1].reason, at),
            tries=await self._tries(told, made, at),
            evidence="; ".join(f"biên bản lập {shown(each.taken_at)}" for each in kept), rehearsal=self.rehearsal,
        )  # fmt: skip
        return await asyncio.to_thread(return_note_pdf, paper)

    async def _tries(self, told: Sequence[Scan], made: Sequence[Invitation], at: datetime) -> tuple[Try, ...]:
        from labels.non_delivery import Try

        failed = [scan for scan in told if scan.code == "attempted"]
        rows = [
            (scan.occurred_at, Try(
                what=f"Phát lần {n}, không thành công", when=shown(scan.occurred_at),
                where=await self._name(scan.office), why=self._title(scan.reason, at),
            ))
            for n, scan in enumerate(failed, 1)
        ]  # fmt: skip
        rows += [
            (_end_of(call.invited_on), Try(
                what=f"Mời lần {call.ordinal}", when=shown_day(call.invited_on), why=WAYS.get(call.way, call.way),
            ))
            for call in made
        ]  # fmt: skip
        return tuple(each for _, each in sorted(rows, key=lambda row: row[0]))

    def _title(self, reason: str, at: datetime) -> str:
        on = legal_day(at)
        lists = self.book.reasons_on(on)
        ground = self.book.undeliverable_rule(on).grounds.get(reason)
        found = lists["return"].get(reason) or lists["attempt"].get(reason) or ground
        return found.title if found else reason

    async def _office_name(self, consignment: Consignment) -> str:
        return await self._name(consignment.custody.office)

    async def _name(self, code: str) -> str:
        unit = await province.unit(self.database.reading, code) if code else None
        return unit.name if unit else code


def _end_of(day: date) -> datetime:
    """Return the end of a day: an invitation follows the failed delivery of the same day."""
    return datetime.combine(day, time.max, VIETNAM)


def _lines(party: Party) -> tuple[str, ...]:
    return tuple(filter(None, (party.name, party.one_line(), party.phone)))


def _refuser(evidence: Refusal) -> tuple[str, ...]:
    if not evidence.refuser_name:
        return ()
    paper = f"Giấy tờ đã xem: {ID_KINDS.get(evidence.id_kind, evidence.id_kind)} ••• {evidence.id_tail}"
    body = f"Thay mặt: {evidence.organisation}" if evidence.organisation else ""
    return tuple(filter(None, (f"Họ tên: {evidence.refuser_name}", body, paper)))


def _signers(evidence: Refusal) -> tuple[Signer, ...]:
    from labels.non_delivery import Signer

    if evidence.refuser_name:
        who = "Đại diện tổ chức từ chối" if evidence.organisation else "Người từ chối nhận"
        stamp = bool(evidence.organisation)
        refuser = Signer(who=who, name=evidence.refuser_name, png=evidence.signature_png, stamp=stamp)
        return (refuser, Signer(who="Bưu tá", name=evidence.worker_name))
    return (Signer(who="Bưu tá", name=evidence.worker_name, png=evidence.signature_png), Signer(who="Trưởng bưu cục"))
