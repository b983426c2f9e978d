"""Packing: the envelope is closed under a seal, before a witness; packed again, the older closing stays on record.

An agency seals its own results only under a bulk agreement that is in force on the day.

Source: Decision 45/2016/QĐ-TTg art. 6.5, 9.3-4; Circular 17/2017/TT-BTTTT art. 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import changed, made
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day, shown
from postgw.domain.packing import BulkAgreement, Packing, checked_packing, must_be_covered, next_packing
from postgw.storage import changes, packings, province, reach
from postgw.storage.database import Database, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingActs:
    """The acts of closing an envelope."""

    database: Database

    async def pack(self, number: str, packing: Packing, *, actor: Actor, at: datetime) -> Packing:
        """Keep a packing; the seal that the item bears already is the same packing.

        Raises Conflict when the seal is on another live item, with who and when, or the agency seals without an
        agreement in force.
        """
        actor.must("handover")
        async with self.database.writing() as tx:
            consignment = await reach.at_hand(tx, number, actor, lock=True)
            packing = checked_packing(packing, consignment.leg)
            before = await packings.of(tx, consignment.consignment_no)
            if before and before[-1].seal_no == packing.seal_no:
                return before[-1]
            await self._must_be_lawful(tx, consignment, packing, at)
            packing = next_packing(packing, before)
            await packings.add(tx, consignment.consignment_no, packing)
        return packing

    async def _must_be_lawful(self, tx: Session, consignment: Consignment, packing: Packing, at: datetime) -> None:
        if consignment.custody.ended:
            raise Conflict(
                "Bưu gửi {number} đang ở trạng thái {state}, không đóng gói nữa.", number=consignment.consignment_no,
                state=consignment.custody.state, code="packing.ended",
            )  # fmt: skip
        if packing.sealed_by == "agency":
            agreement = await packings.agreement(tx, packing.agreement_no)
            must_be_covered(agreement, packing.agreement_no, consignment.desk, legal_day(at))
        if held := await packings.seal_elsewhere(tx, packing.seal_no, consignment.consignment_no):
            raise _seal_taken(packing.seal_no, *held)

    async def packings(self, number: str, *, actor: Actor) -> tuple[Packing, ...]:
        """Return the packings of a consignment, the first one first."""
        actor.must("handover")
        consignment = await reach.shown(self.database.reading, number, actor)
        return await packings.of(self.database.reading, consignment.consignment_no)

    async def begin_agreement(
        self, *, desk: str, covers: str, valid_from: date, valid_to: date | None, reason: str, actor: Actor,
        at: datetime,
    ) -> BulkAgreement:  # fmt: skip
        """Begin a bulk agreement; the same desk, day and matter again is the same agreement."""
        actor.must("admin")
        if valid_to is not None and valid_to <= valid_from:
            raise Invalid("Ngày hết hiệu lực phải sau ngày bắt đầu.", code="agreement.days", field="/valid_to")
        covers = checked_text(covers, what="loại kết quả và đơn vị nhận", field="/covers", most=500)
        reason = checked_text(reason, what="căn cứ, lý do", field="/reason", most=300)
        async with self.database.writing() as tx:
            await tx.queue_for("bulk_agreement")
            await province.must_be_unit(tx, desk, "desk", field="/desk")
            for known in await packings.agreements(tx, desk=desk):
                if (known.valid_from, known.covers) == (valid_from, covers):
                    return known
            agreement = BulkAgreement(
                agreement_no=await packings.next_number(tx, at), desk=desk,
                covers=covers, valid_from=valid_from, valid_to=valid_to, author=actor.name, reason=reason,
            )  # fmt: skip
            await packings.begin(tx, agreement, at=at)
            told = {"covers": covers, "valid_from": valid_from, "valid_to": valid_to, "reason": reason}
            change = made("bulk_agreement", agreement.agreement_no, told, actor=actor, at=at, unit=desk)
            await changes.note(tx, change)
        return agreement

    async def end_agreement(
        self, agreement_no: str, *, on: date, reason: str, actor: Actor, at: datetime
    ) -> BulkAgreement:
        """End a bulk agreement from a day on; ended already, it stays as it is.

        Raises Invalid when the day is past: what was sealed under it was sealed lawfully.
        """
        actor.must("admin")
        reason = checked_text(reason, what="lý do chấm dứt", field="/reason", most=300)
        async with self.database.writing() as tx:
            known = await packings.agreement(tx, agreement_no, lock=True)
            if known is None:
                raise Unknown("Không có thoả thuận {number}.", number=agreement_no[:40], code="agreement.unknown")
            if known.end_reason:
                return known
            if on < legal_day(at):
                raise Invalid("Ngày chấm dứt đã qua.", code="agreement.past", field="/on")
            await packings.end(tx, agreement_no, on=on, reason=reason, actor=actor.name, at=at)
            ended = await packings.agreement(tx, agreement_no)
            assert ended is not None
            was, now = ({"valid_to": one.valid_to, "end_reason": one.end_reason} for one in (known, ended))
            change = changed("bulk_agreement", agreement_no, was, now, actor=actor, at=at, unit=known.desk, act="ended")
            await changes.note(tx, change)
        return ended

    async def agreements(self, *, actor: Actor) -> tuple[BulkAgreement, ...]:
        """Return the bulk agreements; a desk sees its own."""
        actor.must("handover", "admin")
        unit = await province.unit(self.database.reading, actor.unit) if actor.unit else None
        return await packings.agreements(
            self.database.reading, desk=actor.unit if unit is not None and unit.kind == "desk" else ""
        )


def _seal_taken(seal_no: str, bearer: str, held: Packing) -> Conflict:
    return Conflict(
        "Số niêm phong {seal_no} đang ở bưu gửi {number}, do {by} ghi lúc {when}. Dùng niêm phong khác.",
        seal_no=seal_no, number=bearer, by=held.recorded_by, when=shown(held.packed_at), code="seal.taken",
        field="/seal_no", link=f"/api/v1/consignments/{bearer}",
    )  # fmt: skip
