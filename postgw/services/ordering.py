"""Ordering: a one-stop system orders carriage over the post's own wire, and we take its orders in the post's stead.

An order is taken at once, because the other system tries a refused one again or, worse, takes it for sent. What the
wire does not say (procedure, papers, the citizen's consent) an officer fills in before the manifest can be closed;
where neither end is a desk of the customer, an officer says which way it goes. Sent twice it is one parcel, also under
a new number of the same collection.

Source: the wire as public clients speak it (docs/adapters/vnpost_ngsp_server.md); Decision 45/2016/QĐ-TTg art. 5, 6.2.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from postgw.domain import dossier_number
from postgw.domain.actor import Actor
from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.custody import starting_custody
from postgw.domain.customer import OrderCustomer, OrderFeedPage, OrderTaken
from postgw.domain.desk_order import (
    DeskOrder,
    Direction,
    KeptOrder,
    checked_desk_order,
    direction_of,
    doubts_of,
    stem_of,
)
from postgw.domain.dossier import Dossier
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.post_account import PostAccount
from postgw.domain.scan import Scan, Witness
from postgw.rules import places
from postgw.rules.book import RuleBook
from postgw.storage import (
    consignments,
    desk_orders,
    dossiers,
    evidence,
    orders,
    outbox,
    province,
    registering,
    scans,
)
from postgw.storage.database import Database, Session
from postgw.storage.dossiers import KeptDossier
from postgw.storage.outbox import NewErrand

#: What one of our dossiers is called while nobody has said what it asks for.
NO_PROCEDURE = ""
_NOTE_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """The act of taking orders in the post's stead."""

    database: Database
    book: RuleBook
    account_of: Callable[[str], PostAccount | None]  #: by desk; none when no account serves it
    pick: Callable[[int], int] = secrets.randbelow

    async def order(self, customer: OrderCustomer, order: DeskOrder, *, at: datetime) -> OrderTaken:
        """Take an order; the same one again, or a new number of a living collection, is known."""
        _must_be_lent(customer, order.customer_code)
        order, stem = checked_desk_order(order), stem_of(order.order_no)
        async with self.database.writing() as tx:
            await tx.queue_for(f"desk-order:{customer.customer_no}:{order.customer_code}:{stem}")
            known = await desk_orders.find(tx, customer.customer_no, order.customer_code, order.order_no)
            if known:
                return await _known(tx, known)
            direction = direction_of(order, customer.desks)
            leg = direction.leg if direction else ""
            sibling = await desk_orders.alive(tx, customer.customer_no, order.customer_code, stem, leg)
            if sibling and stem != order.order_no:
                await self._keep(tx, customer, order, sibling.leg, sibling.desk, sibling, at)
                return OrderTaken(known_already=True, message="Đơn này đã nhận dưới số khác")
            if direction is None:
                await self._keep(tx, customer, order, "", "", None, at)
                return OrderTaken(known_already=False, message="Đã nhận, chờ cán bộ xác định chiều gửi")
            made = await self._taken_in(tx, customer.customer_no, order, direction, at)
            await self._keep(tx, customer, order, direction.leg, direction.desk, made, at)
        return OrderTaken(known_already=False, message=_TAKEN[bool(doubts_of(order))])

    async def _keep(
        self, tx: Session, customer: OrderCustomer, order: DeskOrder, leg: str, desk: str,
        became: KeptOrder | Consignment | None, at: datetime,
    ) -> None:  # fmt: skip
        consignment_id = await _id_of(tx, became) if isinstance(became, Consignment) else None
        if isinstance(became, KeptOrder):
            consignment_id = became.consignment_id
        await desk_orders.add(
            tx, customer_no=customer.customer_no, code=order.customer_code, order_no=order.order_no,
            stem=stem_of(order.order_no), state="taken" if consignment_id else "undecided", leg=leg, desk=desk,
            consignment_id=consignment_id, content=_content(order), at=at,
        )  # fmt: skip

    async def _taken_in(
        self, tx: Session, customer_no: str, order: DeskOrder, direction: Direction, at: datetime
    ) -> Consignment:
        """Make the dossier, where there is none, and its consignment; where one lives on this leg, it is that one."""
        actor = f"order:{customer_no}"
        kept = await self._dossier(tx, order, direction, actor, at)
        consignor, consignee = await self._parties(tx, order, direction)
        draft = Consignment(
            consignment_no="", dossier_id=kept.dossier_id, dossier_no=kept.dossier.dossier_no, leg=direction.leg,
            desk=direction.desk, to_desk=direction.to_desk, consignor=consignor, consignee=consignee,
            collect_dong=order.collect_dong, rules_version=self.book.scan_table(legal_day(at)).version,
            custody=starting_custody(direction.leg),
        )  # fmt: skip
        account = self.account_of(direction.desk)
        made = await registering.register(
            tx, draft, account=account, pick=self.pick, table_of=self.book.scan_table_of, actor=actor, at=at
        )
        if isinstance(made, str):
            living = await consignments.find(tx, made)
            assert living is not None
            return living
        await self._ask_post(tx, made, actor, at)
        return made

    async def _dossier(self, tx: Session, order: DeskOrder, way: Direction, actor: str, at: datetime) -> KeptDossier:
        stem = stem_of(order.order_no)
        kept = await dossiers.find(tx, stem, lock=True) or await dossiers.find(tx, f"{way.desk}/{stem}", lock=True)
        if kept is None:
            made = await dossiers.add(
                tx, _new_dossier(stem, order, way), rules_version=self.book.scan_table(legal_day(at)).version,
                actor=actor, at=at,
            )  # fmt: skip
            assert made is not None, "the queue of this dossier lets nobody else make it meanwhile"
            return made
        if way.desk not in {kept.dossier.receiving_desk, kept.dossier.returning_desk}:
            raise Invalid("Hồ sơ {number} thuộc đơn vị khác.", number=stem, code="order.foreign", field="/OrderNumber")
        widened = _widened(kept.dossier, order, way)
        return kept if widened == kept.dossier else await dossiers.rewrite(tx, kept, widened, at=at)

    async def _parties(self, tx: Session, order: DeskOrder, way: Direction) -> tuple[Party, Party]:
        """Return both ends: a desk as we know it, a citizen as the order writes them, placed where that is sure."""
        from_desk = way.leg in {"return", "transfer"}
        consignor = await _desk_party(tx, way.desk) if from_desk else _placed(order.consignor)
        consignee = await _desk_party(tx, way.to_desk) if way.to_desk else _placed(order.consignee)
        return consignor, consignee

    async def _ask_post(self, tx: Session, made: Consignment, actor: str, at: datetime) -> None:
        """Book the post where both ends have the post's own codes; else the order waits for an officer's booking."""
        for party in (made.consignor, made.consignee):
            if not party.commune_code or await province.place(tx, party.commune_code, on=legal_day(at)) is None:
                return
        if made.account:
            await orders.ask(tx, made.consignment_no, made.account, actor=actor, at=at)
            key = f"post:{made.consignment_no}:{at:%Y%m%d%H%M%S%f}"
            await outbox.put(
                tx, [NewErrand(channel="post", target=made.account, key=key, subject=made.consignment_no)], at=at
            )

    async def waiting(self, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[KeptOrder]:
        """Return the orders of which nobody knows yet which way they go, newest first."""
        actor.must("intake")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await desk_orders.waiting(self.database.reading, before=before, limit=limit + 1)
        more = str(rows[limit - 1].desk_order_id) if len(rows) > limit else ""
        return Page(items=tuple(rows[:limit]), next_cursor=more)

    async def decide(self, desk_order_id: int, way: Direction, *, actor: Actor, at: datetime) -> Consignment:
        """Say which way an order goes, and make its consignment; said again, it is the same one.

        Raises Unknown when no order waits under the number, Conflict when it was decided otherwise or called off.
        """
        actor.must("intake")
        _must_be_way(way)
        actor.must_belong_to(way.desk, way.to_desk)
        async with self.database.writing() as tx:
            for code in filter(None, (way.desk, way.to_desk)):
                await province.must_be_unit(tx, code, "desk", field="/desk")
            kept = await desk_orders.by_id(tx, desk_order_id)
            if kept is None:
                raise Unknown("Không có đơn {number}.", number=desk_order_id, code="desk_order.unknown")
            await tx.queue_for(f"desk-order:{kept.customer_no}:{kept.customer_code}:{kept.stem}")
            kept = await desk_orders.by_id(tx, desk_order_id)
            assert kept is not None
            if kept.state == "taken" and (kept.leg, kept.desk) == (way.leg, way.desk) and kept.consignment_id:
                return await consignments.by_id(tx, kept.consignment_id)
            if kept.state != "undecided":
                raise Conflict("Đơn {number} đã được quyết hoặc đã huỷ.", number=desk_order_id, code="desk_order.over")
            made = await self._taken_in(tx, kept.customer_no, _order_of(kept), way, at)
            await desk_orders.decided(
                tx, kept, leg=way.leg, desk=way.desk, consignment_id=await _id_of(tx, made), actor=actor.name, at=at
            )
        return made

    async def call_off(self, customer: OrderCustomer, customer_code: str, order_no: str, *, at: datetime) -> None:
        """Call an order off, by any number it goes by; again is success.

        Raises Unknown when nothing was ordered under it, Conflict when the post has the item already.
        """
        async with self.database.writing() as tx:
            kept = await desk_orders.find(tx, customer.customer_no, customer_code, order_no)
            if kept is None or not customer.may_use(customer_code):
                raise Unknown("Không có phiếu {number}.", number=order_no[:60], code="order.unknown")
            if kept.state == "cancelled":
                return
            if kept.consignment_id is not None:
                await self._call_off(tx, kept.consignment_id, f"order:{customer.customer_no}", at)
            await desk_orders.cancelled(tx, kept)

    async def _call_off(self, tx: Session, consignment_id: int, actor: str, at: datetime) -> None:
        consignment = await consignments.by_id(tx, consignment_id)
        locked = (await scans.lock(tx, [consignment.consignment_no]))[consignment.consignment_no]
        if locked.custody.state == "cancelled":
            return
        replace(consignment, custody=locked.custody).must_not_have_left()
        if await orders.call_off(tx, consignment.consignment_no, reason="not_needed", at=at):
            scan = Scan(
                source="gateway", source_id=f"cancelled:{consignment.consignment_no}:{at:%Y%m%d%H%M%S%f}",
                witness=Witness.STATED, code="cancelled", occurred_at=at, received_at=at, actor=actor,
                reason="not_needed",
            )  # fmt: skip
            await scans.keep(tx, [(locked, scan)], table_of=self.book.scan_table_of, at=at)

    async def feed(
        self, customer: OrderCustomer, *, after: str, words: Sequence[str], limit: int, at: datetime
    ) -> OrderFeedPage:
        """Return what happened to this customer's orders after a place, in order; what was just scanned is in it."""
        async with self.database.writing() as tx:
            while await evidence.link(tx, since=evidence.STRAGGLERS, at=at):
                pass
        events, behind = await desk_orders.feed(
            self.database.reading, customer.customer_no, after=after, words=words, limit=limit
        )
        return OrderFeedPage(events=events, behind=behind)

    async def announce(
        self, customer: OrderCustomer, customer_code: str, *, dossier_no: str, procedure_code: str, at: datetime
    ) -> bool:
        """Take the notice of a dossier; return whether it was known."""
        _must_be_lent(customer, customer_code)
        async with self.database.writing() as tx:
            return await desk_orders.announce(
                tx, customer.customer_no, customer_code, dossier_no.strip()[:120], {"procedure_code": procedure_code},
                at=at,
            )  # fmt: skip


_TAKEN = {False: "Đã nhận", True: "Đã nhận; có chữ bị mất dấu, kiểm tra bảng mã UTF-8 ở nơi gửi"}


def _must_be_way(way: Direction) -> None:
    ends = {"send": way.to_desk == way.desk, "return": not way.to_desk, "transfer": way.to_desk not in {"", way.desk}}
    if not ends.get(way.leg, False):
        raise Invalid(
            "Chiều gửi phải là send, return hoặc transfer; chỉ transfer mới ghi nơi nhận khác.", code="desk_order.way",
            field="/leg",
        )  # fmt: skip


def _order_of(kept: KeptOrder) -> DeskOrder:
    content = kept.content
    return DeskOrder(
        customer_code=kept.customer_code, order_no=kept.order_no, consignor=Party(**content["consignor"]),
        consignee=Party(**content["consignee"]), contents=content["contents"], note=content["note"],
        collect_dong=content["collect_dong"],
    )  # fmt: skip


def _must_be_lent(customer: OrderCustomer, customer_code: str) -> None:
    if not customer.may_use(customer_code):
        raise Invalid(
            "CustomerCode {number} không thuộc cặp khoá này.", number=customer_code[:60], code="order.customer",
            field="/CustomerCode",
        )  # fmt: skip


async def _known(tx: Session, known: KeptOrder) -> OrderTaken:
    await desk_orders.asked_again(tx, known.desk_order_id)
    if known.state == "cancelled":
        raise Conflict("Phiếu {number} đã huỷ, dùng số khác.", number=known.order_no, code="order.closed")
    return OrderTaken(known_already=True, message="Phiếu đã nhận trước đó")


async def _id_of(tx: Session, consignment: Consignment) -> int:
    return (await scans.lock(tx, [consignment.consignment_no]))[consignment.consignment_no].id


def _content(order: DeskOrder) -> dict[str, object]:
    return {
        "consignor": order.consignor, "consignee": order.consignee, "contents": order.contents, "note": order.note,
        "collect_dong": order.collect_dong, "doubts": doubts_of(order),
    }  # fmt: skip


def _new_dossier(stem: str, order: DeskOrder, way: Direction) -> Dossier:
    citizen = order.consignor if way.leg == "send" else order.consignee
    number = stem if _is_dossier_no(stem) else ""
    return Dossier(
        dossier_no=number, intake_ref="" if number else stem[:100], receiving_desk=way.desk, returning_desk=way.desk,
        procedure_code=NO_PROCEDURE, service_form="send" if way.leg == "send" else "return",
        applicant=_placed(citizen), note=order.contents[:_NOTE_MOST],
    )  # fmt: skip


def _widened(dossier: Dossier, order: DeskOrder, way: Direction) -> Dossier:
    """Return the dossier with what this leg adds: the citizen chose the other way before, now both."""
    if way.leg == "send" and dossier.service_form == "return":
        return replace(dossier, service_form="both", return_to=dossier.return_to or dossier.applicant,
                       applicant=_placed(order.consignor))  # fmt: skip
    if way.leg == "return" and dossier.service_form == "send":
        return replace(dossier, service_form="both", return_to=_placed(order.consignee))
    return dossier


def _is_dossier_no(text: str) -> bool:
    try:
        return dossier_number.parse(text).text == text
    except Invalid:
        return False


def _placed(party: Party) -> Party:
    """Return an end with the commune that its line of address surely names."""
    if party.commune_code or not party.address:
        return party
    found = places.find(party.address)
    sure = found.certainty in {"exact", "one"} and len(found.candidates) == 1
    return replace(party, commune_code=found.candidates[0].code) if sure else party


async def _desk_party(tx: Session, code: str) -> Party:
    unit = await province.unit(tx, code)
    assert unit is not None, "a customer's desks are checked when it begins"
    return Party(
        name=unit.name, phone=unit.phone, address=unit.address, commune=unit.commune, province=unit.province,
        commune_code=unit.commune_code,
    )  # fmt: skip
