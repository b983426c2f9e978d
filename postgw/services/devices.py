"""Devices: a shift begins on one, its acts are opened, known apart and answered, and a lost one is shut out.

An act counts when both signatures under it are right: the device's, and the shift's that the worker's PIN unlocks.
Under a counter that was answered before, the same text gets the same answer, and another text none. Whatever a lost
device still hands in is held for the postal lead, once; after that its door is shut.

Doing the acts is for others: the door opens them here, has them done, and brings the answers back to be kept.

Source: Circular 17/2017/TT-BTTTT art. 12, 15 (status, continuous and true); NIST SP 800-63B section 5.2 (sessions).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import Change
from postgw.domain.device import NAME_MOST, SHIFT_AT_MOST, Device, Shift, checked_key, not_a_key
from postgw.domain.device_act import ActAnswer, DeviceAct, read_act
from postgw.domain.errors import Conflict, Forbidden, Mistake, TooMuch, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.scan import place_in_time
from postgw.storage import changes, device_acts, device_keys, devices, people, province
from postgw.storage.database import Database, Session
from postgw.storage.device_acts import KeptAct

#: A device sends at most so many acts at once, and the next ones when these are answered.
ACTS_MOST = 100
#: What is kept of an act as it was told, for whoever looks: where the worker was, and what was not done.
_KEPT_KINDS = frozenset({"stop"})
_KEPT_VERDICTS = frozenset({"refused", "held"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An act as a device sends it: the text and the two signatures under it."""

    payload: str
    device_signature: str
    worker_signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An act that was looked at, and what is known about it before it is done."""

    act: DeviceAct | None  #: nothing where the text cannot be read
    shift: Shift | None = None
    occurred_at: datetime  #: its moment, the device's clock mended
    answer: ActAnswer | None = None  #: given already: before, or because it may not be done
    flags: tuple[str, ...] = ()

    @property
    def is_to_do(self) -> bool:
        """Say whether it waits to be done."""
        return self.answer is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a device sent at once, opened."""

    device: Device
    opened: tuple[Opened, ...]
    sent_at: datetime
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunShift:
    """A shift that has begun, and the secret by which its device reads what it is to know."""

    device: Device
    shift: Shift
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStanding:
    """A device, with whoever works on it now."""

    device: Device
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """The acts upon devices and their shifts."""

    database: Database

    async def begin_shift(
        self, *, device_key: str, device_name: str, worker_key: str, actor: Actor, at: datetime
    ) -> BegunShift:
        """Begin a shift on a device, which is known by its key or new.

        Raises Invalid when a key is none or the account works at no post office, Forbidden when the device was lost.
        """
        actor.must("scans")
        for key, field in ((device_key, "/device_key"), (worker_key, "/worker_key")):
            if not device_keys.is_point(checked_key(key, field=field)):
                raise not_a_key(field)
        name = checked_text(device_name, what="tên máy", field="/device_name", most=NAME_MOST)
        secret = secrets.token_urlsafe(32)
        async with self.database.writing() as tx:
            await province.must_be_unit(tx, actor.unit, "office", field="/unit")
            await tx.queue_for("device")
            device = await self._enrolled(tx, device_key, name, actor, at)
            shift = await self._begun(tx, device, worker_key, actor, at)
            await devices.begin_shift(tx, shift, secret_digest=_digest(secret))
        return BegunShift(device=device, shift=shift, secret=secret)

    async def _enrolled(self, tx: Session, key: str, name: str, actor: Actor, at: datetime) -> Device:
        known = await devices.by_key(tx, key)
        if known is None:
            device = Device(
                device_no=f"TB-{await devices.count(tx) + 1:04d}", name=name, unit=actor.unit, public_key=key,
                enrolled_at=at, enrolled_by=actor.name, seen_at=at,
            )  # fmt: skip
            await devices.enrol(tx, device)
            return device
        if known.is_revoked:
            raise Forbidden(
                "Máy {number} đã bị khoá vì báo mất. Gặp phụ trách bưu cục để dùng máy khác.", number=known.device_no,
                code="device.revoked",
            )  # fmt: skip
        await devices.rename(tx, known.device_no, name=name, unit=actor.unit, at=at)
        renewed = await devices.find(tx, known.device_no)
        assert renewed is not None
        return renewed

    async def _begun(self, tx: Session, device: Device, worker_key: str, actor: Actor, at: datetime) -> Shift:
        prefix = f"CA-{legal_day(at):%y%m%d}-"
        account = await people.find_by_login(tx, actor.name)
        return Shift(
            shift_no=f"{prefix}{await devices.count_shifts(tx, prefix) + 1:04d}", device_no=device.device_no,
            worker=actor.name, worker_name=account.name if account else actor.name, unit=actor.unit,
            scopes=actor.scopes, public_key=worker_key, begun_at=at, ends_at=at + SHIFT_AT_MOST,
        )  # fmt: skip

    async def shift(self, secret: str, *, at: datetime) -> Shift:
        """Return the shift of a device that reads. Raises Forbidden when it is over or its device was lost."""
        shift = await devices.shift_of(self.database.reading, _digest(secret))
        if shift is None:
            raise Forbidden("Ca quét đã hết. Đăng nhập để mở ca mới.", code="shift.over")
        shift.must_be_on(at)
        device = await devices.find(self.database.reading, shift.device_no)
        if device is None or device.is_revoked:
            raise Forbidden(
                "Máy {number} đã bị khoá vì báo mất. Gặp phụ trách bưu cục để dùng máy khác.", number=shift.device_no,
                code="device.revoked",
            )  # fmt: skip
        return shift

    async def took_snapshot(self, shift: Shift, *, at: datetime) -> None:
        """Keep when a shift took what it is to know."""
        async with self.database.writing() as tx:
            await devices.took_snapshot(tx, shift.shift_no, at=at)

    async def end_shift(self, shift: Shift, *, at: datetime) -> None:
        """End a shift; ended already, it stays so."""
        async with self.database.writing() as tx:
            await devices.end_shift(tx, shift.shift_no, at=at)

    async def open(
        self, device_no: str, sealed: Sequence[Sealed], *, sent_at: datetime, waiting: int, at: datetime
    ) -> Opening:
        """Look at what a device sends: which acts are to be done, and the answers of the others.

        Raises Unknown when no such device was ever enrolled, TooMuch when it sends too many at once.
        """
        if len(sealed) > ACTS_MOST:
            raise TooMuch("Mỗi lần gửi nhiều nhất {most} việc.", most=ACTS_MOST, code="acts.many", field="/acts")
        session = self.database.reading
        device = await devices.find(session, device_no)
        if device is None:
            raise Unknown("Chưa có máy mang số {number}.", number=device_no[:40], code="device.unknown")
        acts = [_read(each.payload) for each in sealed]
        shifts = await devices.shifts(session, sorted({act.shift_no for act in acts if isinstance(act, DeviceAct)}))
        known = await device_acts.answered(session, device_no, [a.counter for a in acts if isinstance(a, DeviceAct)])
        right = await _are_right(device, sealed, acts, shifts)
        opened = tuple(
            _opened(device, act, shifts, known, is_right, sent_at=sent_at, at=at)
            for act, is_right in zip(acts, right, strict=True)
        )
        return Opening(device=device, opened=opened, sent_at=sent_at, waiting=waiting)

    async def answered(self, opening: Opening, answers: Sequence[ActAnswer | None], *, at: datetime) -> None:
        """Keep how acts were answered, and what the device tells of its queue. `None` was not answered this time."""
        device = opening.device
        kept = [
            _kept(device, each, answer, at)
            for each, answer in zip(opening.opened, answers, strict=True)
            if each.act and answer and _is_to_keep(each, answer)
        ]
        unanswered = sum(answer is None for answer in answers)
        highest = max((each.counter for each in kept), default=0)
        skew = _seconds(opening.sent_at - at)
        async with self.database.writing() as tx:
            await device_acts.keep(tx, kept)
            await devices.hear(
                tx, device.device_no, counter=highest, waiting=opening.waiting + unanswered, skew_seconds=skew, at=at
            )
            if device.is_revoked and device.handed_in_at is None and not opening.waiting and not unanswered:
                await devices.hand_in(tx, device.device_no, at=at)

    async def devices(self, *, actor: Actor, at: datetime) -> tuple[DeviceStanding, ...]:
        """Return the devices of a post office, or all, with whoever works on each now."""
        actor.must("scans")
        session = self.database.reading
        found = await devices.listed(session, unit=actor.unit)
        running = await devices.shifts_on(session, [device.device_no for device in found], at=at)
        return tuple(
            DeviceStanding(
                device=device, shifts=tuple(shift for shift in running if shift.device_no == device.device_no)
            )
            for device in found
        )

    async def revoke(self, device_no: str, *, reason: str, actor: Actor, at: datetime) -> Device:
        """Declare a device lost: it reads nothing more, and what it still hands in is held for the lead.

        Declared already, it stays so. Raises Unknown when it is none of this post office.
        """
        actor.must("lead")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        async with self.database.writing() as tx:
            device = await devices.find(tx, device_no, lock=True)
            if device is None or not actor.may_see(device.unit):
                raise Unknown("Chưa có máy mang số {number}.", number=device_no[:40], code="device.unknown")
            if not device.is_revoked:
                await devices.revoke(tx, device_no, reason=reason, actor=actor.name, at=at)
                await changes.note(tx, _revoked(device, reason, actor, at))
            renewed = await devices.find(tx, device_no)
        assert renewed is not None
        return renewed

    async def kept_act(self, device_no: str, counter: int, *, actor: Actor) -> tuple[DeviceAct, Shift]:
        """Return an act whose text was kept because a lead must look, with the shift it was done in.

        Raises Unknown when there is none, Conflict when it was settled.
        """
        actor.must("lead")
        session = self.database.reading
        device = await devices.find(session, device_no)
        kept = await device_acts.one(session, device_no, counter) if device and actor.may_see(device.unit) else None
        if kept is None:
            raise Unknown("Không có việc nào của máy {number} ở số này.", number=device_no[:40], code="act.unknown")
        if not kept.content:
            raise Conflict("Việc này đã được giải quyết.", code="act.settled")
        shifts = await devices.shifts(session, [kept.shift_no])
        if kept.shift_no not in shifts:
            raise Unknown("Không rõ ca của việc này.", code="shift.unknown")
        return read_act(kept.content), shifts[kept.shift_no]


def _read(payload: str) -> DeviceAct | Mistake:
    try:
        return read_act(payload)
    except Mistake as wrong:
        return wrong


async def _are_right(
    device: Device, sealed: Sequence[Sealed], acts: Sequence[DeviceAct | Mistake], shifts: dict[str, Shift]
) -> list[bool]:
    """Say of each act whether both signatures under it are right."""
    asked, places = [], []
    for n, (each, act) in enumerate(zip(sealed, acts, strict=True)):
        shift = shifts.get(act.shift_no) if isinstance(act, DeviceAct) else None
        if isinstance(act, DeviceAct) and shift and shift.device_no == act.device_no == device.device_no:
            asked += [
                (device.public_key, each.payload, each.device_signature),
                (shift.public_key, each.payload, each.worker_signature),
            ]
            places.append(n)
    told = await device_keys.are_signed(asked)
    right = [False] * len(sealed)
    for n, place in enumerate(places):
        right[place] = told[2 * n] and told[2 * n + 1]
    return right


def _opened(
    device: Device, act: DeviceAct | Mistake, shifts: dict[str, Shift], known: dict[int, KeptAct], is_right: bool,
    *, sent_at: datetime, at: datetime,
) -> Opened:  # fmt: skip
    if isinstance(act, Mistake):
        return Opened(act=None, occurred_at=at, answer=refused(0, "", act))
    placed = place_in_time(device_at=act.device_at, sent_at=sent_at, received_at=at)
    shift = shifts.get(act.shift_no)
    answer = _given(device, act, known.get(act.counter), is_right)
    late = shift is not None and not shift.covers(placed.occurred_at)
    flags = (*placed.flags, *(["after_shift"] if late else []))
    return Opened(
        act=act, shift=shift if is_right else None, occurred_at=placed.occurred_at, answer=answer, flags=flags
    )


def _given(device: Device, act: DeviceAct, known: KeptAct | None, is_right: bool) -> ActAnswer | None:
    """Return the answer that stands before anything is done, or nothing."""
    if not is_right:
        return refused(act.counter, act.act_id, Forbidden(
            "Chữ ký của máy hoặc của ca không khớp nên việc này chưa được ghi. Báo phụ trách bưu cục.",
            code="act.unverified",
        ))  # fmt: skip
    if known is not None and known.digest == act.digest:
        return known.answer
    if known is not None:
        return refused(act.counter, act.act_id, Conflict(
            "Số thứ tự này của máy đã dùng cho việc khác nên việc này chưa được ghi. Báo phụ trách bưu cục.",
            code="act.counter_taken",
        ))  # fmt: skip
    if not device.is_revoked:
        return None
    if device.handed_in_at is not None:
        return refused(act.counter, act.act_id, Forbidden(
            "Máy này đã bị khoá và đã nộp hàng chờ một lần.", code="device.handed_in"
        ))  # fmt: skip
    return ActAnswer(
        counter=act.counter, act_id=act.act_id, verdict="held", code="device.revoked",
        sentence="Máy này đã báo mất. Việc được giữ lại, phụ trách bưu cục xem rồi mới ghi.",
    )  # fmt: skip


def refused(counter: int, act_id: str, wrong: Mistake) -> ActAnswer:
    """Return the answer to an act that is not done, from the mistake that stands in its way."""
    return ActAnswer(
        counter=counter, act_id=act_id, verdict="refused", code=wrong.code, sentence=wrong.template,
        values=wrong.values,
    )  # fmt: skip


def _is_to_keep(opened: Opened, answer: ActAnswer) -> bool:
    """Say whether an answer is new and belongs to a text that is certainly this device's."""
    return opened.is_to_do or answer.verdict == "held"


def _kept(device: Device, opened: Opened, answer: ActAnswer, at: datetime) -> KeptAct:
    act = opened.act
    assert act is not None
    to_look_at = answer.verdict in _KEPT_VERDICTS or act.kind in _KEPT_KINDS
    return KeptAct(
        device_no=device.device_no, counter=act.counter, digest=act.digest, act_id=act.act_id, shift_no=act.shift_no,
        kind=act.kind, device_at=act.device_at, received_at=at, answer=answer,
        content=act.payload if to_look_at else "",
    )  # fmt: skip


def _revoked(device: Device, reason: str, actor: Actor, at: datetime) -> Change:
    return Change(
        kind="device", subject=device.device_no, act="revoked", after={"reason": reason}, unit=device.unit,
        changed_at=at, changed_by=actor.name,
    )  # fmt: skip


def _seconds(span: timedelta) -> int:
    return max(-(2**31), min(2**31 - 1, round(span.total_seconds())))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
