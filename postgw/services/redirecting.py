"""Redirecting: the sender's side calls an item back, or gives it another address, while it is not delivered.

What the extra carriage costs and who is at fault is kept with each. A live order is called off with the post through
the outbox; a new address makes the next version of the label and voids the old one.

Source: Law on Post 2010 art. 16; Decision 45/2016/QĐ-TTg art. 12.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import Party, checked_party
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.recognise import item_named
from postgw.domain.redirection import Redirection, must_be_payable, must_be_redirectable, too_late
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import RuleBook
from postgw.storage import consignments, invitations, new_addresses, orders, scans
from postgw.storage.database import Database, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirecting:
    """The acts of a sender on an item that is under way."""

    database: Database
    book: RuleBook

    async def recall(
        self, number: str, *, reason: str, fault: str, cost_dong: int, actor: Actor, at: datetime
    ) -> Consignment:
        """Call an item back; asked for again, it is the same recall.

        Raises Forbidden unless the sender's side asks, Conflict before the post has the order and after the delivery.
        """
        actor.must("booking")
        self._must_be_reason(reason, at)
        must_be_payable(fault, cost_dong)
        async with self.database.writing() as tx:
            consignment = await _of_sender(tx, number, actor)
            no = consignment.consignment_no
            if consignment.custody.state == "recalled":
                return consignment
            self._must_be_recallable(consignment)
            await self._say_recalled(tx, no, reason, actor, at)
            await orders.call_off(tx, no, reason=reason, at=at)
            asked = Redirection(
                kind="recall", reason=reason, old=consignment.consignee, fault=fault, cost_dong=cost_dong,
                asked_by=actor.name, at=at,
            )  # fmt: skip
            await invitations.keep_redirection(tx, no, asked)
            recalled = await consignments.find(tx, no)
        assert recalled is not None
        return recalled

    def _must_be_reason(self, reason: str, at: datetime) -> None:
        reasons = self.book.reasons_on(legal_day(at))["recall"]
        if reason not in reasons:
            raise Invalid(
                "Chọn lý do gọi lại trong danh sách: {reasons}.", reasons=", ".join(reasons), code="reason",
                field="/reason",
            )  # fmt: skip

    def _must_be_recallable(self, consignment: Consignment) -> None:
        state = consignment.custody.state
        if state == "registered":
            raise Conflict(
                "Bưu gửi {number} chưa đặt với Bưu điện. Huỷ thay vì gọi lại.", number=consignment.consignment_no,
                code="recall.not_booked", link=f"/api/v1/consignments/{consignment.consignment_no}",
            )  # fmt: skip
        if state not in self._states_before(consignment, "recalled"):
            raise too_late(consignment)

    def _states_before(self, consignment: Consignment, code: str) -> frozenset[str]:
        return self.book.scan_table_of(consignment.rules_version).rule(code).after

    async def _say_recalled(self, tx: Session, number: str, reason: str, actor: Actor, at: datetime) -> None:
        scan = Scan(
            source="gateway", source_id=f"recalled:{number}:{at:%Y%m%d%H%M%S%f}", witness=Witness.STATED,
            code="recalled", occurred_at=at, received_at=at, actor=actor.name, reason=reason,
        )  # fmt: skip
        locked = (await scans.lock(tx, [number]))[number]
        await scans.keep(tx, [(locked, scan)], table_of=self.book.scan_table_of, at=at)

    async def new_address(
        self,
        number: str,
        party: Party,
        *,
        fault: str,
        cost_dong: int,
        seen_version: int | None = None,
        actor: Actor,
        at: datetime,
    ) -> Consignment:
        """Give a result another recipient or address; the label in force is void, the next version takes its place.

        The same party again changes nothing. Raises Forbidden unless the sender's side asks, Conflict after the
        delivery, on a leg that ends at a desk, or when the version that was seen is not in force any more.
        """
        actor.must("booking")
        must_be_payable(fault, cost_dong)
        party = checked_party(party, field="/party")
        async with self.database.writing() as tx:
            consignment = await _of_sender(tx, number, actor)
            if consignment.consignee == party:
                return consignment
            must_be_redirectable(consignment, self._states_before(consignment, "delivered"))
            if seen_version not in {None, consignment.version}:
                raise Conflict(
                    "Bưu gửi {number} vừa được sửa, nay là bản {version}. Xem bản mới rồi đổi tiếp.",
                    number=consignment.consignment_no, version=consignment.version, code="address.changed",
                )  # fmt: skip
            return await new_addresses.give(
                tx, consignment, party, may_be_delivered=self._states_before(consignment, "delivered"), fault=fault,
                cost_dong=cost_dong, by=actor.name, at=at,
            )  # fmt: skip

    async def redirections(self, number: str, *, actor: Actor) -> tuple[Redirection, ...]:
        """Return the recalls and changes of address of an item, with what each costs and who pays."""
        actor.must("booking")
        consignment = await _of_sender(self.database.reading, number, actor, lock=False)
        return await invitations.redirections(self.database.reading, consignment.consignment_no)


async def _of_sender(session: Session, number: str, actor: Actor, *, lock: bool = True) -> Consignment:
    """Return a consignment to an actor of its sender's side.

    The desk at which a dossier was handed in or is handed out speaks for the sender; nobody on the other end does.
    """
    consignment = await consignments.find(session, item_named(number), lock=lock)
    if consignment is None or not actor.may_see(consignment.desk, consignment.to_desk, consignment.custody.office):
        raise Unknown("Chưa có bưu gửi mang số {number}.", number=number[:40], code="consignment.unknown")
    if not actor.may_see(consignment.desk):
        raise Forbidden("Chỉ bên gửi được gọi lại hoặc đổi địa chỉ bưu gửi này.", code="redirection.not_sender")
    return consignment
