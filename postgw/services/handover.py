"""Handover: the post comes to the desk, both sides count, both sign, and only then custody passes.

A pickup is the promise to come. The manifest is the list: opened, counted by scanning each item (or the manifest's
own code for all of it), closed when the post stands at the counter, signed by one appointed person of each side.
Differences are written down. With the second signature one signed scan is kept for each item that passes, and the
later signing moment is the filing time of the dossiers that arrive.

Source: Decision 45/2016/QĐ-TTg art. 7, 9.2; Circular 17/2017/TT-BTTTT art. 5.1.e to g.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from postgw.domain import bag_number, manifest_number
from postgw.domain.actor import GATEWAY, Actor
from postgw.domain.address import NAME_MOST, checked_text
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.manifest import DIRECTIONS, SIDES, WAYS, Manifest, Signatory, Signature
from postgw.domain.page import Page
from postgw.domain.ports import Notice
from postgw.domain.recognise import recognise
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import RuleBook
from postgw.storage import consignments, manifests, outbox, province, scans
from postgw.storage.database import Database, Session
from postgw.storage.manifests import Bag, Pickup
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
_BAG_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The act of handing over."""

    database: Database
    book: RuleBook
    pick: Callable[[int], int] = secrets.randbelow

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
            pickup_no=f"TG-{desk}-{on:%y%m%d}-{from_time:%H%M}", desk=desk, office=office, on=on, from_time=from_time,
            to_time=to_time,
        )  # fmt: skip
        async with self.database.writing() as tx:
            await _must_be_unit(tx, desk, "desk", "/desk")
            await _must_be_unit(tx, office, "office", "/office")
            _must_be_of(actor, desk, office)
            await manifests.book_pickup(tx, pickup, actor=actor.name, at=at)
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
        _must_be_of(actor, desk, office)
        async with self.database.writing() as tx:
            await _must_be_unit(tx, desk, "desk", "/desk")
            await _must_be_unit(tx, office, "office", "/office")
            if pickup_no and await manifests.pickup(tx, pickup_no) is None:
                raise Unknown(
                    "Không có lịch thu gom {number}.", number=pickup_no, code="pickup.unknown", field="/pickup_no"
                )
            manifest = await self._numbered(tx, desk, office, direction, pickup_no, actor, at)
            await self._put_on(tx, manifest, numbers, actor)
            return await _found(tx, manifest.manifest_no, actor)

    async def _numbered(
        self, tx: Session, desk: str, office: str, direction: str, pickup_no: str, actor: Actor, at: datetime
    ) -> Manifest:
        on = legal_day(at)
        prefix = manifest_number.make(desk, on, 1).rsplit("-", 1)[0]
        serial = await manifests.count_on(tx, prefix + "-") + 1
        while True:
            manifest = Manifest(
                manifest_no=manifest_number.make(desk, on, serial), desk=desk, office=office, direction=direction
            )
            if await manifests.add(tx, manifest, pickup_no=pickup_no, actor=actor.name, at=at):
                return manifest
            serial += 1

    async def _put_on(self, tx: Session, manifest: Manifest, numbers: Sequence[str], actor: Actor) -> None:
        names = [_item_name(number, f"/numbers/{n}") for n, number in enumerate(numbers)]
        found = await scans.lock(tx, names)
        for n, name in enumerate(names):
            _must_fit(found.get(name), name, manifest, f"/numbers/{n}")
        listed = list(dict.fromkeys(found[name].consignment_no for name in names))
        elsewhere = await manifests.open_with(tx, listed, manifest.direction)
        for number, other in elsewhere.items():
            if other != manifest.manifest_no:
                raise Conflict(
                    "Bưu gửi {number} đang ở biên bản {other}.", number=number, other=other, code="manifest.elsewhere",
                    link=f"/api/v1/manifests/{other}",
                )  # fmt: skip
        await manifests.add_lines(tx, manifest.manifest_no, listed)

    async def add(self, manifest_no: str, numbers: Sequence[str], *, actor: Actor, at: datetime) -> Manifest:
        """Put more items on an open manifest."""
        actor.must("handover")
        async with self.database.writing() as tx:
            manifest = await _found(tx, manifest_no, actor, lock=True)
            manifest.must_be("open")
            await self._put_on(tx, manifest, numbers, actor)
            return await _found(tx, manifest_no, actor)

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
            manifest = await _found(tx, manifest_no, actor, lock=True)
            manifest.must_be("open", "closed")
            if recognise(number).number == manifest_no:
                names = list(manifest.uncounted())
            else:
                names = [await self._listed(tx, manifest, number)]
                if names[0] not in {line.consignment_no for line in manifest.lines}:
                    _must_be_at_hand(outcome, names[0])
                    await manifests.add_lines(tx, manifest_no, names, outcome="extra")
                    outcome = "extra"
            await manifests.tick(tx, manifest_no, names, outcome=outcome, note=note, actor=actor.name, at=at)
            return await _found(tx, manifest_no, actor)

    async def _listed(self, tx: Session, manifest: Manifest, number: str) -> str:
        name = _item_name(number, "/number")
        found = (await scans.lock(tx, [name])).get(name)
        _must_fit(found, name, manifest, "/number")
        assert found is not None
        return found.consignment_no

    async def close(self, manifest_no: str, *, actor: Actor, at: datetime) -> Manifest:
        """Close a manifest: no line is added by a list any more, only by what is found at the counter."""
        actor.must("handover")
        async with self.database.writing() as tx:
            manifest = await _found(tx, manifest_no, actor, lock=True)
            if manifest.state == "closed":
                return manifest
            manifest.must_be("open")
            if not manifest.lines:
                raise Conflict("Biên bản {number} chưa có bưu gửi nào.", number=manifest_no, code="manifest.empty")
            await manifests.set_state(tx, manifest_no, "closed", closed_at=at, signed_at=None)
            return await _found(tx, manifest_no, actor)

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

    async def sign(
        self,
        manifest_no: str,
        *,
        side: str,
        signatory_no: str,
        signed_at: datetime | None,
        way: str,
        actor: Actor,
        at: datetime,
    ) -> Manifest:
        """Keep one side's signature; with the second one custody passes.

        `signed_at` is the moment written on paper; on screen it is now. Raises Conflict while a line is uncounted,
        Forbidden when the person is not appointed for that side on that day, or signs both.
        """
        actor.must("handover")
        _must_be_signable(side, way, signed_at, at)
        moment = signed_at or at
        async with self.database.writing() as tx:
            manifest = await _found(tx, manifest_no, actor, lock=True)
            signatory = await _appointed(tx, manifest, side, signatory_no, moment)
            given = manifest.signature(side)
            if given and given.signatory == signatory_no:
                return manifest
            manifest.must_be("closed")
            _must_be_countable(manifest)
            _must_be_one_hand(manifest, side, signatory, given, way, actor)
            signature = Signature(side=side, signatory=signatory_no, name=signatory.name, signed_at=moment, way=way)
            await manifests.sign(tx, manifest_no, signature, actor=actor.name, at=at)
            whole = replace(manifest, signatures=(*manifest.signatures, signature))
            if whole.signed_at():
                await self._pass_custody(tx, whole, actor, at)
            return await _found(tx, manifest_no, actor)

    async def _pass_custody(self, tx: Session, manifest: Manifest, actor: Actor, at: datetime) -> None:
        signed_at = manifest.signed_at()
        assert signed_at is not None
        numbers = [line.consignment_no for line in manifest.passing()]
        found = await scans.lock(tx, numbers)
        statements = [(found[number], _signed(manifest, found[number], signed_at, actor, at)) for number in numbers]
        await scans.keep(tx, statements, table_of=self.book.scan_table_of, at=at)
        await manifests.set_state(tx, manifest.manifest_no, "signed", closed_at=None, signed_at=signed_at)
        if manifest.direction == "to_desk":
            filed = [found[number] for number in numbers if found[number].leg in {"send", "transfer"}]
            await self._tell_filed(tx, manifest, filed, signed_at, at)

    async def _tell_filed(
        self, tx: Session, manifest: Manifest, filed: Sequence[Locked], signed_at: datetime, at: datetime
    ) -> None:
        dossier_nos = await scans.dossier_numbers(tx, [locked.dossier_id for locked in filed])
        await outbox.announce(tx, [
            Notice(
                notice_id=f"{locked.consignment_no}.filed.{manifest.manifest_no}", kind="dossier.filed", at=signed_at,
                desk=locked.to_desk or locked.desk, consignment_no=locked.consignment_no,
                dossier_no=dossier_nos.get(locked.dossier_id, ""), item_no=locked.item_no, leg=locked.leg,
                state=locked.custody.state, data={"filed_at": signed_at, "manifest_no": manifest.manifest_no},
            )
            for locked in filed
        ], at=at)  # fmt: skip

    async def manifest(self, manifest_no: str, *, actor: Actor) -> Manifest:
        """Return a manifest."""
        actor.must("handover")
        return await _found(self.database.reading, manifest_no, actor)

    async def manifests(self, *, actor: Actor, state: str = "", cursor: str = "", limit: int = 50) -> Page[Manifest]:
        """Return manifests, newest first."""
        actor.must("handover")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await manifests.listed(
            self.database.reading, unit=actor.unit, state=state, before=before, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(manifest for _, manifest in rows[:limit]), next_cursor=more)

    async def appoint(
        self,
        *,
        unit_kind: str,
        unit: str,
        name: str,
        subject: str,
        account: str,
        valid_from: date,
        valid_to: date | None,
        actor: Actor,
        at: datetime,
    ) -> Signatory:
        """Appoint a person to sign for a unit."""
        actor.must("admin")
        if unit_kind not in {"desk", "office"} or subject not in {"dossiers", "fees"}:
            raise Invalid("Đơn vị phải là desk hoặc office; việc phải là dossiers hoặc fees.", code="signatory.kind")
        signatory = Signatory(
            signatory_no=f"NK-{unit}-{self.pick(10**8):08d}",
            unit_kind=unit_kind,
            unit=unit,
            name=checked_text(name, what="tên người ký", field="/name", most=NAME_MOST),
            subject=subject,
            account=account,
        )
        async with self.database.writing() as tx:
            await _must_be_unit(tx, unit, unit_kind, "/unit")
            await manifests.appoint(tx, signatory, valid_from=valid_from, valid_to=valid_to, actor=actor.name, at=at)
        return signatory

    async def signatories(self, *, unit: str, on: date, actor: Actor) -> tuple[Signatory, ...]:
        """Return who may sign for a unit on a day."""
        actor.must("handover")
        return await manifests.appointed(self.database.reading, on=on, unit=unit)

    async def seal_bag(self, numbers: Sequence[str], *, desk: str, actor: Actor, at: datetime) -> Bag:
        """Seal consignments together; from then on a scan of the bag is a scan of each."""
        actor.must("handover")
        if not 1 <= len(numbers) <= _BAG_MOST:
            raise Invalid("Một túi chứa từ 1 đến {most} bưu gửi.", most=_BAG_MOST, code="bag.size", field="/numbers")
        names = [_item_name(number, f"/numbers/{n}") for n, number in enumerate(numbers)]
        bag_no = bag_number.mint(self.pick)
        async with self.database.writing() as tx:
            found = await scans.lock(tx, names)
            for n, name in enumerate(names):
                _must_be_loose(found.get(name), name, f"/numbers/{n}")
            await manifests.seal_bag(tx, bag_no, desk=desk or actor.unit, actor=actor.name, at=at)
            inside = list(dict.fromkeys(found[name].consignment_no for name in names))
            await consignments.put_in_bag(tx, inside, bag_no)
            bag = await manifests.bag(tx, bag_no)
        assert bag is not None
        return bag

    async def bag(self, bag_no: str, *, actor: Actor) -> Bag:
        """Return a bag with what is inside."""
        actor.must("handover")
        bag = await manifests.bag(self.database.reading, recognise(bag_no).number)
        if bag is None:
            raise Unknown("Không có túi mang số {number}.", number=bag_no, code="bag.unknown")
        return bag


def _item_name(number: str, field: str) -> str:
    read = recognise(number)
    if read.kind not in {"consignment", "item"}:
        raise Invalid("Sai số, quét lại. Chữ số kiểm tra không khớp.", code="scan.unreadable", field=field)
    return read.number


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


def _must_be_at_hand(outcome: str, number: str) -> None:
    if outcome == "missing":
        raise Invalid(
            "Bưu gửi {number} không có trong danh sách nên không thể thiếu.", number=number, code="tick.not_listed",
            field="/number",
        )  # fmt: skip


def _must_be_loose(found: Locked | None, name: str, field: str) -> None:
    if found is None:
        raise Unknown("Chưa có bưu gửi mang số {number}.", number=name, code="consignment.unknown", field=field)
    if found.bag_no:
        raise Conflict(
            "Bưu gửi {number} đã ở trong túi {bag}.", number=found.consignment_no, bag=found.bag_no, code="bag.taken",
            field=field, link=f"/api/v1/bags/{found.bag_no}",
        )  # fmt: skip


def _must_be_of(actor: Actor, *units: str) -> None:
    if not actor.may_see(*units):
        raise Forbidden(
            "Tài khoản của {unit} không lập biên bản cho đơn vị khác.", unit=actor.unit, code="unit.foreign"
        )


async def _must_be_unit(session: Session, code: str, kind: str, field: str) -> None:
    unit = await province.unit(session, code)
    if unit is None or unit.kind != kind:
        raise Invalid("Không có đơn vị mang mã {number}.", number=code, code="unit.unknown", field=field)


async def _found(session: Session, manifest_no: str, actor: Actor, *, lock: bool = False) -> Manifest:
    manifest = await manifests.find(session, manifest_no, lock=lock)
    if manifest is None or not actor.may_see(manifest.desk, manifest.office):
        raise Unknown("Không có biên bản {number}.", number=manifest_no, code="manifest.unknown")
    return manifest


def _must_be_signable(side: str, way: str, signed_at: datetime | None, at: datetime) -> None:
    if side not in SIDES or way not in WAYS:
        raise Invalid("Bên ký phải là giver hoặc taker; cách ký là screen hoặc paper.", code="sign.side", field="/side")
    if signed_at and way == "screen":
        raise Invalid("Ký trên màn hình thì giờ ký là giờ máy.", code="sign.time", field="/signed_at")
    if signed_at and signed_at > at:
        raise Invalid("Giờ ký ghi trên giấy chưa đến.", code="sign.future", field="/signed_at")


async def _appointed(session: Session, manifest: Manifest, side: str, signatory_no: str, moment: datetime) -> Signatory:
    people = await manifests.appointed(session, on=legal_day(moment), signatory_no=signatory_no)
    desk_signs = (side == "giver") == (manifest.direction == "to_post")
    unit = manifest.desk if desk_signs else manifest.office
    person = next((p for p in people if p.unit == unit and p.subject == "dossiers"), None)
    if person is None:
        raise Forbidden(
            "Người ký {number} không được cử ký giao nhận hồ sơ cho {unit} vào ngày đó.",
            number=signatory_no,
            unit=unit,
            code="sign.not_appointed",
            field="/signatory_no",
        )
    return person


def _must_be_countable(manifest: Manifest) -> None:
    if left := manifest.uncounted():
        raise Conflict(
            "Còn {count} bưu gửi chưa đếm. Quét từng bưu gửi, hoặc ghi thiếu, rồi ký.", count=len(left),
            code="manifest.uncounted",
        )  # fmt: skip


def _must_be_one_hand(
    manifest: Manifest, side: str, signatory: Signatory, given: Signature | None, way: str, actor: Actor
) -> None:
    if given:
        raise Conflict("Bên này đã ký.", code="sign.given", field="/side")
    if way == "screen" and signatory.account != actor.name:
        raise Forbidden(
            "Ký trên màn hình phải do chính người được cử, bằng tài khoản của mình.",
            code="sign.account",
            field="/signatory_no",
        )
    other = next((signature for signature in manifest.signatures if signature.side != side), None)
    if other and (other.signatory == signatory.signatory_no or other.name == signatory.name):
        raise Forbidden("Một người không ký cả hai bên.", code="sign.both_sides", field="/signatory_no")


def _signed(manifest: Manifest, locked: Locked, signed_at: datetime, actor: Actor, at: datetime) -> Scan:
    arrives = "returned" if locked.leg == "return" else "delivered"
    return Scan(
        source=f"manifest:{manifest.manifest_no}",
        source_id=locked.consignment_no,
        witness=Witness.SIGNED,
        code="collected" if manifest.direction == "to_post" else arrives,
        occurred_at=signed_at,
        received_at=at,
        office=manifest.office,
        actor=actor.name,
        manifest_no=manifest.manifest_no,
        proved=True,
    )
