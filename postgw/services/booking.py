"""Booking: the post is asked to carry a consignment, and asked again until it has answered.

To book is to leave an errand in the outbox; `send_due` runs the errands. An order goes out under our consignment
number, the same at every try, so a lost answer never makes a second parcel. It counts as booked on the post's plain
yes and on nothing else. Before we speak the order is marked `unknown`: whoever dies in mid-call leaves behind that we
may have asked.

Source: the government order interface of VNPost (docs/adapters/vnpost_ngsp.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from postgw.domain.actor import GATEWAY, Actor
from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Invalid, PostgwError, Refused, Unknown, Unreachable
from postgw.domain.legal_day import legal_day
from postgw.domain.paper import contents_line
from postgw.domain.patience import next_try, seconds_of_quiet
from postgw.domain.ports import PostedOrder, PostOffice, PostOrder, PostPlace, PostReceipt
from postgw.domain.post_account import PostAccount
from postgw.domain.scan import Scan, Witness
from postgw.domain.seen import Look, any_version
from postgw.rules.book import RuleBook
from postgw.storage import consignments, dossiers, item_numbers, orders, outbox, province, scans, wires
from postgw.storage.database import Database, Session
from postgw.storage.lanes import Lanes
from postgw.storage.orders import Booked
from postgw.storage.outbox import Errand, NewErrand

#: How many orders of an account are under way at once, and how many it takes up: one wave, so that the slowest post
#: allowed (four calls of 30 s for one order) has answered before their lease runs out.
_AT_ONCE = 20
_ROUND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """The act of asking the post."""

    database: Database
    book_of_rules: RuleBook
    posts: Mapping[str, PostOffice]  #: by account
    account_of: Callable[[str], PostAccount | None]  #: by desk; none when no account serves it
    places_of: Mapping[str, str]  #: by account, whose codes of communes its orders bear; empty: plain addresses
    _lanes: Lanes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lanes = Lanes(
            database=self.database, channels=("post", "cancel"), do=self._do, portion=_ROUND, at_once=_AT_ONCE
        )  # fmt: skip
        object.__setattr__(self, "_lanes", lanes)

    async def close(self) -> None:
        """Leave off what hangs on an outsider."""
        await self._lanes.close()

    async def book(self, number: str, *, actor: Actor, at: datetime) -> Booked:
        """Leave the order for a consignment in the outbox; asked for again, the same order."""
        actor.must("booking")
        async with self.database.writing() as tx:
            consignment = await _found(tx, number, actor, lock=True)
            order = await orders.find(tx, consignment.consignment_no)
            if order and order.state != "refused":
                return order
            consignment.must_not_have_left()
            account = await self._account(tx, consignment)
            await self._places(tx, consignment, account, at)
            order = await orders.ask(tx, consignment.consignment_no, account, actor=actor.name, at=at)
            await outbox.replaced(tx, "post", consignment.consignment_no, at=at)
            await outbox.put(tx, [_errand("post", order, at)], at=at)
            return order

    async def _account(self, tx: Session, consignment: Consignment) -> str:
        """Return with which account it travels; where that is settled only now, its nature is settled with it."""
        if consignment.account in self.posts:
            return consignment.account
        account = self.account_of(consignment.desk)
        if account is None or (consignment.account and account.public_post != consignment.public_service):
            raise Invalid(
                "Chưa có tài khoản bưu điện nào phục vụ {desk}. Khai trong [[post.accounts]] rồi gửi lại.",
                desk=consignment.desk, code="account.missing",
            )  # fmt: skip
        await consignments.travels_with(tx, consignment.consignment_no, account)
        return account.name

    async def _places(
        self, session: Session, consignment: Consignment, account: str, at: datetime
    ) -> tuple[PostPlace, PostPlace]:
        scheme = self.places_of.get(account, "")
        if not scheme:
            return PostPlace(), PostPlace()
        return (
            await self._place(session, consignment.consignor, scheme, "/consignor", at),
            await self._place(session, consignment.consignee, scheme, "/consignee", at),
        )

    async def _place(self, session: Session, party: Party, scheme: str, field: str, at: datetime) -> PostPlace:
        if not party.commune_code:
            raise Invalid(
                "Chưa rõ {commune} nay thuộc xã, phường nào. Chọn đơn vị hiện nay rồi gửi lại.",
                commune=party.commune or "địa chỉ này", code="place.unclear", field=f"{field}/commune_code",
            )  # fmt: skip
        place = await province.place(session, party.commune_code, on=legal_day(at), scheme=scheme)
        if place is None:
            raise Invalid(
                "Bảng mã bưu điện chưa có {commune} (mã {number}). Bổ sung bảng mã rồi gửi lại.",
                commune=party.commune or "xã, phường này", number=party.commune_code, code="place.missing",
                field=f"{field}/commune_code",
            )  # fmt: skip
        return place

    async def order(self, number: str, *, actor: Actor) -> Booked | None:
        """Return what was asked of the post for a consignment."""
        actor.must("enquiry")
        consignment = await _found(self.database.reading, number, actor)
        return await orders.find(self.database.reading, consignment.consignment_no)

    async def cancel(
        self, number: str, *, reason: str, seen: Look[Consignment] = any_version, actor: Actor, at: datetime
    ) -> Booked | None:
        """Call a consignment off before the post has come for it.

        What the post never heard of ends at once; otherwise the post is asked, and the consignment ends with its yes.
        """
        actor.must("booking")
        async with self.database.writing() as tx:
            consignment = await _found(tx, number, actor, lock=True)
            seen(consignment)
            self._must_be_reason(reason, consignment, at)
            order = await orders.find(tx, consignment.consignment_no, lock=True)
            if consignment.custody.state == "cancelled" or (order and order.state in {"cancelling", "cancelled"}):
                return order
            consignment.must_not_have_left()
            if await orders.call_off(tx, consignment.consignment_no, reason=reason, at=at):
                await self._say(tx, consignment.consignment_no, "cancelled", actor, at, reason=reason)
            return await orders.find(tx, consignment.consignment_no)

    def _must_be_reason(self, reason: str, consignment: Consignment, at: datetime) -> None:
        on = legal_day(at)
        lawful = self.book_of_rules.reason_list("not_carried", on)
        if reason == "post_refused" and consignment.public_service:
            raise Invalid(
                "Dịch vụ bưu chính công ích không được từ chối khi chưa nêu căn cứ. Chọn căn cứ: {reasons}.",
                reasons=", ".join(lawful), code="reason.unlawful", field="/reason",
            )  # fmt: skip
        reasons = {**self.book_of_rules.reason_list("cancel", on), **lawful}
        if reason not in reasons:
            raise Invalid(
                "Chọn lý do huỷ trong danh sách: {reasons}.", reasons=", ".join(reasons), code="reason", field="/reason"
            )

    async def send_due(self, *, at: datetime) -> int:
        """Run the errands to the post that are due, every account's beside the others'; return how many."""
        return await self._lanes.drain(at=at)

    async def _do(self, errands: list[Errand], at: datetime) -> None:
        for errand in errands:
            with outbox.under_way(errand):
                await self._run(errand, at)

    async def _run(self, errand: Errand, at: datetime) -> None:
        act = self._ask if errand.channel == "post" else self._call_off
        try:
            await act(errand, at)
        except Unreachable as silence:
            async with self.database.writing() as tx:
                await wires.fell_silent(tx, f"post:{errand.target}", error=str(silence), at=at)
                await outbox.put_off(
                    tx, errand.errand_no, until=next_try(errand.attempts, at, asked_for=seconds_of_quiet(silence)),
                    error=str(silence), tried=silence.code != "wire.resting",
                )  # fmt: skip

    async def _ask(self, errand: Errand, at: datetime) -> None:
        try:
            order = await self._about_to_ask(errand, at)
            if order is None:
                return
            receipt = await self._post(errand).book(order)
        except (Refused, Invalid) as no:
            await self._refused(errand, "refused", no, at)
            return
        await self._accepted(errand, receipt, at)

    def _post(self, errand: Errand) -> PostOffice:
        post = self.posts.get(errand.target)
        if post is None:
            raise Refused(
                "Tài khoản {account} không còn trong cấu hình. Khai lại, hoặc gửi lại bưu gửi bằng tài khoản khác.",
                account=errand.target, code="account.missing",
            )  # fmt: skip
        return post

    async def _about_to_ask(self, errand: Errand, at: datetime) -> PostOrder | None:
        """Mark the order as asked; nothing when it need not be asked any more."""
        async with self.database.writing() as tx:
            order = await orders.find(tx, errand.subject, lock=True)
            consignment = await consignments.find(tx, errand.subject)
            if order and order.state == "cancelling":  # asked again after all if the post will not call it off
                await outbox.put_off(tx, errand.errand_no, until=next_try(errand.attempts, at), error="")
                return None
            if order is None or consignment is None or order.state not in {"waiting", "unknown"}:
                await outbox.done(tx, [errand.errand_no], at=at)
                return None
            await orders.set_state(tx, errand.subject, "unknown")
            kept = await dossiers.by_id(tx, consignment.dossier_id)
            consignor_place, consignee_place = await self._places(tx, consignment, order.account, at)
        return PostOrder(
            order_no=order.order_no, consignor=consignment.consignor, consignee=consignment.consignee,
            consignor_place=consignor_place, consignee_place=consignee_place,
            contents=contents_line(kept.dossier.papers), note=kept.dossier.note,
            collect_dong=consignment.collect_dong, item_no=consignment.item_no, asked_at=order.asked_at,
            asked_before=order.state == "unknown" or order.answered_at is not None,
        )  # fmt: skip

    async def _accepted(self, errand: Errand, receipt: PostReceipt, at: datetime) -> None:
        async with self.database.writing() as tx:
            found = await scans.lock(tx, [errand.subject])
            order = await orders.find(tx, errand.subject, lock=True)
            if order and order.state in {"unknown", "cancelling"}:
                state = "accepted" if order.state == "unknown" else order.state
                await orders.set_state(
                    tx, errand.subject, state, message=receipt.message, post_ref=receipt.post_ref, at=at
                )
            await self._say(tx, errand.subject, "booked", GATEWAY, at)
            if receipt.item_no:
                await item_numbers.give(
                    tx, found[errand.subject], receipt.item_no, source="post", actor=GATEWAY.name, at=at,
                    table_of=self.book_of_rules.scan_table_of,
                )  # fmt: skip
            await wires.heard(tx, (f"post:{errand.target}",), at=at)
            await outbox.done(tx, [errand.errand_no], at=at)

    async def _refused(self, errand: Errand, state: str, no: PostgwError, at: datetime) -> None:
        """Keep the post's no, unless the order has found its end meanwhile."""
        open_states = {"waiting", "unknown", "cancelling"} if errand.channel == "post" else {"cancelling"}
        async with self.database.writing() as tx:
            order = await orders.find(tx, errand.subject, lock=True)
            if order and order.state in open_states:
                await orders.set_state(tx, errand.subject, state, message=str(no), at=at)
            await wires.heard(tx, (f"post:{errand.target}",), at=at)
            await outbox.park(tx, errand.errand_no, error=str(no))

    async def _call_off(self, errand: Errand, at: datetime) -> None:
        order = await orders.find(self.database.reading, errand.subject)
        consignment = await consignments.find(self.database.reading, errand.subject)
        posted = PostedOrder(
            order_no=errand.subject, item_no=consignment.item_no if consignment else "",
            post_ref=order.post_ref if order else "",
        )  # fmt: skip
        try:
            await self._post(errand).cancel(posted)
        except Refused as no:
            still = "accepted" if order and order.answered_at else "unknown"
            await self._refused(errand, still, no, at)
            return
        async with self.database.writing() as tx:
            await scans.lock(tx, [errand.subject])
            order = await orders.find(tx, errand.subject, lock=True)
            await orders.set_state(tx, errand.subject, "cancelled", at=at)
            reason = order.cancel_reason if order else ""
            await self._say(tx, errand.subject, "cancelled", GATEWAY, at, reason=reason)
            await wires.heard(tx, (f"post:{errand.target}",), at=at)
            await outbox.done(tx, [errand.errand_no], at=at)

    async def _say(self, tx: Session, number: str, code: str, actor: Actor, at: datetime, *, reason: str = "") -> None:
        """Keep the gateway's own statement of what it did."""
        found = await scans.lock(tx, [number])
        scan = Scan(
            source="gateway", source_id=f"{code}:{number}", witness=Witness.STATED, code=code, occurred_at=at,
            received_at=at, actor=actor.name, reason=reason,
        )  # fmt: skip
        await scans.keep(tx, [(found[number], scan)], table_of=self.book_of_rules.scan_table_of, at=at)


def _errand(channel: str, order: Booked, at: datetime) -> NewErrand:
    asked = f"{at:%Y%m%d%H%M%S%f}"
    return NewErrand(
        channel=channel, target=order.account, key=f"{channel}:{order.order_no}:{asked}", subject=order.consignment_no
    )


async def _found(session: Session, number: str, actor: Actor, *, lock: bool = False) -> Consignment:
    consignment = await consignments.find(session, number, lock=lock)
    if consignment is None or not actor.may_see(consignment.desk, consignment.to_desk):
        raise Unknown("Chưa có bưu gửi mang số {number}.", number=number, code="consignment.unknown")
    return consignment
