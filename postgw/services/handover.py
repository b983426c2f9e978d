"""Handover: the post comes to the desk, and both sides count what passes.

A pickup is the promise to come. The manifest is the list: opened, counted by scanning each item (or the manifest's own
code for all of it), closed when the post stands at the counter. Differences are written down. Custody passes with the
signatures (`signing`), not before.

Source: Decision 45/2016/QĐ-TTg art. 7, 9.2; Circular 17/2017/TT-BTTTT art. 5.1.e to g.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from postgw.domain import manifest_number
from postgw.domain.actor import GATEWAY, Actor
from postgw.domain.address import checked_text
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.manifest import DIRECTIONS, Manifest
from postgw.domain.page import Page
from postgw.domain.recognise import item_named, recognise
from postgw.domain.seen import Look, any_version
from postgw.storage import consignments, counts, desk_orders, manifests, province, results, scans
from postgw.storage.database import Database, Session
from postgw.storage.manifests import Pickup
from postgw.storage.scans import Locked

#: An item may be this far into its journey and still stand on a list that goes this way. What the post says it
#: delivered at a desk, the desk has yet to sign for.
_MAY_GO = {
    "to_post": {"registered", "booked"},
    "to_desk": {
        "registered",
        "booked",
        "collected",
        "in_transit",
        "at_office",
        "out_for_delivery",
        "attempted",
        "held",
        "returning",
        "unclaimed",
        "delivered_by_post_statement",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The act of handing over."""

    database: Database

    async def book_pickup(
        self, desk: str, *, office: str, on: date, from_time: time, to_time: time, actor: Actor, at: datetime
    ) -> Pickup:
        """Book the post's coming; the same desk, day and hour again is the same pickup."""
        actor.must("handover")
        if on < legal_day(at):
            raise Invalid("Ngày thu gom đã qua.", code="pickup.past", field="/on")
        if from_time >= to_time:
            raise Invalid("Giờ kết thúc phải sau giờ bắt đầu.", code="pickup.times", field="/to_time")
        pickup = Pickup(
            pickup_no=manifests.pickup_no(desk, on, from_time), desk=desk, office=office, on=on, from_time=from_time,
            to_time=to_time,
        )  # fmt: skip
        async with self.database.writing() as tx:
            await province.must_be_unit(tx, desk, "desk", field="/desk")
            await province.must_be_unit(tx, office, "office", field="/office")
            actor.must_belong_to(desk, office)
            await manifests.book_pickup(tx, pickup, actor=actor.name, at=at)
            await results.join(tx, pickup)
        return pickup

    async def pickups(self, *, desk: str, since: date, actor: Actor) -> tuple[Pickup, ...]:
        """Return the pickups of a desk from a day on."""
        actor.must("handover")
        return await manifests.pickups(self.database.reading, desk=desk or actor.unit, since=since)

    async def open(
        self,
        *,
        desk: str,
        office: str,
        direction: str,
        numbers: Sequence[str],
        pickup_no: str = "",
        actor: Actor,
        at: datetime,
    ) -> Manifest:
        """Open a manifest with these items on it."""
        actor.must("handover")
        if direction not in DIRECTIONS:
            raise Invalid("Chiều giao phải là to_post hoặc to_desk.", code="manifest.direction", field="/direction")
        actor.must_belong_to(desk, office)
        async with self.database.writing() as tx:
            await province.must_be_unit(tx, desk, "desk", field="/desk")
            await province.must_be_unit(tx, office, "office", field="/office")
            if pickup_no and await manifests.pickup(tx, pickup_no) is None:
                raise Unknown(
                    "Không có lịch thu gom {number}.", number=pickup_no, code="pickup.unknown", field="/pickup_no"
                )
            manifest = await self._numbered(tx, desk, office, direction, pickup_no, actor, at)
            await self._put_on(tx, manifest, numbers, actor)
            return await manifests.shown(tx, manifest.manifest_no, actor)

    async def _numbered(
        self, tx: Session, desk: str, office: str, direction: str, pickup_no: str, actor: Actor, at: datetime
    ) -> Manifest:
        on = legal_day(at)
        prefix = manifest_number.make(desk, on, 1).rsplit("-", 1)[0]
        serial = await manifests.next_serial(tx, prefix + "-")
        while True:
            manifest = Manifest(
                manifest_no=manifest_number.make(desk, on, serial), desk=desk, office=office, direction=direction
            )
            if await manifests.add(tx, manifest, pickup_no=pickup_no, actor=actor.name, at=at):
                return manifest
            serial += 1

    async def _put_on(self, tx: Session, manifest: Manifest, numbers: Sequence[str], actor: Actor) -> None:
        names = [item_named(number, field=f"/numbers/{n}") for n, number in enumerate(numbers)]
        found = await scans.lock(tx, names)
        for n, name in enumerate(names):
            _must_fit(found.get(name), name, manifest, f"/numbers/{n}")
        await _must_be_the_posts(tx, manifest, names)
        listed = list(dict.fromkeys(found[name].consignment_no for name in names))
        elsewhere = await manifests.open_with(tx, listed, manifest.direction)
        for number, other in elsewhere.items():
            if other != manifest.manifest_no:
                raise Conflict(
                    "Bưu gửi {number} đang ở biên bản {other}.", number=number, other=other, code="manifest.elsewhere",
                    link=f"/api/v1/manifests/{other}",
                )  # fmt: skip
        await manifests.add_lines(tx, manifest.manifest_no, listed)

    async def for_next_trip(self, numbers: Sequence[str], *, desk: str, actor: Actor, at: datetime) -> Manifest | None:
        """Put consignments on the open manifest of a desk's next trip, or open one; those that stand on one stay.

        What travels with another carrier is on no list of the post's; where there is nothing else, there is none.
        Raises Conflict when nobody knows which post office comes to the desk.
        """
        actor.must("handover")
        actor.must_belong_to(desk)
        async with self.database.writing() as tx:
            await tx.queue_for(f"next_trip:{desk}")
            standing = await manifests.open_with(tx, numbers, "to_post")
            known = await consignments.named(tx, numbers)
            left = [number for number in numbers if number not in standing and known[number].public_service]
            if not left:
                return await manifests.shown(tx, max(standing.values()), actor) if standing else None
            manifest = await self._of_next_trip(tx, desk, actor, at)
            await self._put_on(tx, manifest, left, actor)
            return await manifests.shown(tx, manifest.manifest_no, actor)

    async def _of_next_trip(self, tx: Session, desk: str, actor: Actor, at: datetime) -> Manifest:
        trip = await results.next_trip(tx, desk, at)
        while known := await manifests.open_for_trip(tx, desk, trip.pickup_no if trip else ""):
            manifest = await manifests.shown(tx, known, actor, lock=True)
            if manifest.state == "open":  # nobody closed it while we waited
                return manifest
        office = trip.office if trip else await results.office_of(tx, desk, at)
        if not office:
            raise Conflict(
                "Chưa có lịch thu gom nên chưa mở được biên bản. Hẹn bưu điện đến rồi mở biên bản ở trang Giao nhận.",
                code="trip.none",
            )  # fmt: skip
        return await self._numbered(tx, desk, office, "to_post", trip.pickup_no if trip else "", actor, at)

    async def next_trip(self, desk: str, *, actor: Actor, at: datetime) -> tuple[Pickup | None, str]:
        """Return the next coming of the post to a desk, and the open manifest that waits for it, where there is one."""
        actor.must("handover")
        session = self.database.reading
        trip = await results.next_trip(session, desk, at)
        return trip, await manifests.open_for_trip(session, desk, trip.pickup_no if trip else "")

    async def add(
        self, manifest_no: str, numbers: Sequence[str], *, seen: Look[Manifest] = any_version, actor: Actor,
        at: datetime,
    ) -> Manifest:  # fmt: skip
        """Put more items on an open manifest."""
        actor.must("handover")
        async with self.database.writing() as tx:
            manifest = await manifests.shown(tx, manifest_no, actor, lock=True)
            seen(manifest)
            manifest.must_be("open")
            await self._put_on(tx, manifest, numbers, actor)
            return await manifests.shown(tx, manifest_no, actor)

    async def tick(
        self, manifest_no: str, number: str, *, outcome: str, note: str = "", actor: Actor, at: datetime
    ) -> Manifest:
        """Note what was found of an item; the manifest's own code stands for every line nobody has counted yet.

        An item that is not on the list is added to it as `extra`.
        """
        actor.must("handover")
        if outcome not in {"ticked", "missing", "damaged"}:
            raise Invalid("Kết quả đếm phải là ticked, missing hoặc damaged.", code="tick.outcome", field="/outcome")
        note = checked_text(note, what="ghi chú", field="/note", most=500, required=outcome != "ticked")
        async with self.database.writing() as tx:
            manifest = await manifests.shown(tx, manifest_no, actor, lock=True)
            manifest.must_be("open", "closed")
            if recognise(number).number == manifest_no:
                names = list(manifest.uncounted())
            else:
                names = [await self._listed(tx, manifest, number)]
                if names[0] not in {line.consignment_no for line in manifest.lines}:
                    _must_be_at_hand(outcome, names[0])
                    await manifests.add_lines(tx, manifest_no, names, outcome="extra")
                    outcome = "extra"
            await counts.keep(tx, manifest, names, outcome=outcome, note=note, actor=actor.name, at=at)
            return await manifests.shown(tx, manifest_no, actor)

    async def _listed(self, tx: Session, manifest: Manifest, number: str) -> str:
        name = item_named(number)
        found = (await scans.lock(tx, [name])).get(name)
        _must_fit(found, name, manifest, "/number")
        assert found is not None
        await _must_be_the_posts(tx, manifest, [name])
        return found.consignment_no

    async def close(
        self, manifest_no: str, *, seen: Look[Manifest] = any_version, actor: Actor, at: datetime
    ) -> Manifest:
        """Close a manifest: no line is added by a list any more, only by what is found at the counter."""
        actor.must("handover")
        async with self.database.writing() as tx:
            manifest = await manifests.shown(tx, manifest_no, actor, lock=True)
            seen(manifest)
            if manifest.state == "closed":
                return manifest
            manifest.must_be("open")
            if not manifest.lines:
                raise Conflict("Biên bản {number} chưa có bưu gửi nào.", number=manifest_no, code="manifest.empty")
            await _must_be_complete(tx, manifest)
            await manifests.set_state(tx, manifest_no, "closed", closed_at=at, signed_at=None)
            return await manifests.shown(tx, manifest_no, actor)

    async def close_due(self, *, at: datetime) -> int:
        """Close the open manifests whose pickup has begun; return how many."""
        now = f"{at.astimezone(VIETNAM):%H:%M}"
        closed = 0
        for number in await manifests.due_to_close(self.database.reading, on=legal_day(at), now=now):
            try:
                await self.close(number, actor=GATEWAY, at=at)
                closed += 1
            except Conflict:  # nothing on it, or somebody closed it meanwhile: it stays as it is
                continue
        return closed

    async def manifest(self, manifest_no: str, *, actor: Actor) -> Manifest:
        """Return a manifest."""
        actor.must("handover")
        return await manifests.shown(self.database.reading, manifest_no, actor)

    async def manifests(self, *, actor: Actor, state: str = "", cursor: str = "", limit: int = 50) -> Page[Manifest]:
        """Return manifests, newest first."""
        actor.must("handover")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await manifests.listed(
            self.database.reading, unit=actor.unit, state=state, before=before, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(manifest for _, manifest in rows[:limit]), next_cursor=more)


def _must_fit(found: Locked | None, name: str, manifest: Manifest, field: str) -> None:
    if found is None:
        raise Unknown("Chưa có bưu gửi mang số {number}.", number=name, code="consignment.unknown", field=field)
    ends_here = manifest.direction == "to_desk" and (found.leg != "return" or found.custody.state == "returning")
    if found.custody.state not in _MAY_GO[manifest.direction] or not (manifest.direction == "to_post" or ends_here):
        raise Conflict(
            "Bưu gửi {number} đang ở trạng thái {state}, không đưa vào biên bản này được.", number=found.consignment_no,
            state=found.custody.state, code="manifest.state_of_item", field=field,
            link=f"/api/v1/consignments/{found.consignment_no}",
        )  # fmt: skip


async def _must_be_the_posts(tx: Session, manifest: Manifest, names: Sequence[str]) -> None:
    """Raise Conflict where the public post would be handed what travels with another carrier."""
    if manifest.direction == "to_post":
        for one in (await consignments.named(tx, names)).values():
            one.must_be_public(what="biên bản giao cho Bưu điện")


async def _must_be_complete(tx: Session, manifest: Manifest) -> None:
    """Raise Conflict while something on the list was ordered over the post's wire and nobody said what is inside."""
    wanting = await desk_orders.wanting(tx, [line.consignment_no for line in manifest.lines])
    if wanting:
        raise Conflict(
            "Còn {count} bưu gửi chưa đủ thông tin hồ sơ (đầu tiên: {number}). Bổ sung thủ tục, giấy tờ và sự đồng ý"
            " của người dân rồi chốt.",
            count=len(wanting), number=wanting[0], code="manifest.incomplete",
            link="/api/v1/desk-orders?state=incomplete",
        )  # fmt: skip


def _must_be_at_hand(outcome: str, number: str) -> None:
    if outcome == "missing":
        raise Invalid(
            "Bưu gửi {number} không có trong danh sách nên không thể thiếu.", number=number, code="tick.not_listed",
            field="/number",
        )  # fmt: skip
