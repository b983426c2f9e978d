"""The queue of a device: its acts are opened, told from each other and answered, each once.

An act counts when both signatures under it are right: the device's, and the shift's that the worker's PIN unlocks.
Under a counter that was answered before, the same text gets the same answer, and another text none. Whatever a lost
device still hands in is held for the postal lead, once; after that its door is shut.

Doing the acts is for others: the door opens them here, has them done, and brings the answers back to be kept.

Source: Circular 17/2017/TT-BTTTT art. 12, 15 (status, continuous and true).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.device import Device, Shift
from postgw.domain.device_act import ActAnswer, DeviceAct, read_act
from postgw.domain.errors import Conflict, Forbidden, Mistake, TooMuch, Unknown
from postgw.domain.scan import place_in_time
from postgw.storage import device_acts, devices
from postgw.storage.database import Database
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

    @property
    def is_vouched(self) -> bool:
        """Say whether at least one act in it is certainly of this device."""
        return any(each.shift is not None for each in self.opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceQueue:
    """The acts upon what a device sends."""

    database: Database

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
        sent_at = at + timedelta(seconds=device.steady_skew(sent_at - at))
        acts = [_read(each.payload) for each in sealed]
        shifts = await devices.shifts(session, sorted({act.shift_no for act in acts if isinstance(act, DeviceAct)}))
        known = await device_acts.answered(session, device_no, [a.counter for a in acts if isinstance(a, DeviceAct)])
        right = await _are_right(device, sealed, acts, shifts)
        twice = _come_again(acts, right)
        opened = tuple(
            _opened(device, act, shifts, known, is_right, n in twice, sent_at=sent_at, at=at)
            for n, (act, is_right) in enumerate(zip(acts, right, strict=True))
        )
        return Opening(device=device, opened=opened, sent_at=sent_at, waiting=waiting)

    async def keep(self, opening: Opening, answers: Mapping[int, ActAnswer | None], *, at: datetime) -> None:
        """Keep how some acts were answered, by their places: whoever dies over the next ones does not ask for these."""
        async with self.database.writing() as tx:
            await device_acts.keep(tx, _to_keep(opening, answers, at))

    async def answered(self, opening: Opening, answers: Sequence[ActAnswer | None], *, at: datetime) -> None:
        """Keep how acts were answered, and what the device tells of its queue. `None` was not answered this time.

        What bears no right signature is no word of the device: nothing is kept of it, nor of the queue it tells of.
        """
        if not opening.is_vouched:
            return
        device, kept = opening.device, _to_keep(opening, dict(enumerate(answers)), at)
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
    from postgw.storage import device_keys

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


def _come_again(acts: Sequence[DeviceAct | Mistake], right: Sequence[bool]) -> set[int]:
    """Return the places of those whose counter stands in the same sending before them, rightly signed."""
    seen: set[int] = set()
    again: set[int] = set()
    for n, (act, is_right) in enumerate(zip(acts, right, strict=True)):
        if isinstance(act, DeviceAct) and is_right:
            (again.add(n) if act.counter in seen else seen.add(act.counter))
    return again


def _opened(
    device: Device, act: DeviceAct | Mistake, shifts: dict[str, Shift], known: dict[int, KeptAct], is_right: bool,
    is_again: bool, *, sent_at: datetime, at: datetime,
) -> Opened:  # fmt: skip
    if isinstance(act, Mistake):
        return Opened(act=None, occurred_at=at, answer=refused(0, "", act))
    placed = place_in_time(device_at=act.device_at, sent_at=sent_at, received_at=at)
    shift = shifts.get(act.shift_no)
    answer = _given(device, act, known.get(act.counter), is_right)
    if answer is None and is_again:
        answer = refused(act.counter, act.act_id, _counter_taken())
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
        return refused(act.counter, act.act_id, _counter_taken())
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


def _counter_taken() -> Conflict:
    return Conflict(
        "Số thứ tự này của máy đã dùng cho việc khác nên việc này chưa được ghi. Báo phụ trách bưu cục.",
        code="act.counter_taken",
    )


def refused(counter: int, act_id: str, wrong: Mistake) -> ActAnswer:
    """Return the answer to an act that is not done, from the mistake that stands in its way."""
    return ActAnswer(
        counter=counter, act_id=act_id, verdict="refused", code=wrong.code, sentence=wrong.template,
        values=wrong.values,
    )  # fmt: skip


def _to_keep(opening: Opening, answers: Mapping[int, ActAnswer | None], at: datetime) -> list[KeptAct]:
    return [
        _kept(opening.device, opening.opened[n], answer, at)
        for n, answer in answers.items()
        if opening.opened[n].act and answer and _is_to_keep(opening.opened[n], answer)
    ]


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


def _seconds(span: timedelta) -> int:
    return max(-(2**31), min(2**31 - 1, round(span.total_seconds())))
