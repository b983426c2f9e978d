"""What a device's acts leave for the postal lead: journeys that contradict themselves, acts not done, clocks, shifts.

Asked after every answer, also of acts that were answered before: whoever died between answer and tray is made good by
the device, which sends again what it heard nothing of. Each matter is kept once.

Stands on: services.conflicts. Used by: acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from postgw.domain.conflict import Found, Side, of_act, of_clock, of_shift, of_stranger
from postgw.domain.device_act import ActAnswer
from postgw.domain.legal_day import legal_day
from postgw.domain.scan import SKEW_SHOWN_FROM
from postgw.services.device_queue import Opened, Opening

if TYPE_CHECKING:
    from postgw.services.bundle import Services

_KINDS = {"refused": "refused", "held": "revoked_device"}
#: The door is shut to a lost device that has handed its queue in; the queue itself is in the tray already.
_SHUT = "device.handed_in"


async def notice(
    services: Services, opening: Opening, answers: Sequence[ActAnswer | None], *, at: datetime
) -> None:  # fmt: skip
    """Lay before the lead what these acts contradict, and what of them was not done."""
    told = [(each, answer) for each, answer in zip(opening.opened, answers, strict=True) if answer]
    await services.conflicts.look([answer.consignment_no for _, answer in told if answer.consignment_no], at=at)
    found = [*_not_done(opening, told, at), *_out_of_hours(opening, told), *_off(opening, at)]
    if found:
        await services.conflicts.note(*found, at=at)


def _not_done(
    opening: Opening, told: Sequence[tuple[Opened, ActAnswer]], at: datetime
) -> Iterator[Found]:  # fmt: skip
    for opened, answer in told:
        act, device = opened.act, opening.device
        if act is None or answer.verdict not in _KINDS or answer.code == _SHUT:
            continue
        side = _side(opening, opened, answer)
        if answer.code == "act.unverified":
            day = str(legal_day(at))
            yield of_stranger(device_no=device.device_no, unit=device.unit, day=day, side=side)
            continue
        yield of_act(
            _KINDS[answer.verdict], device_no=device.device_no, counter=act.counter, digest=act.digest,
            unit=opened.shift.unit if opened.shift else device.unit, consignment_no=answer.consignment_no, side=side,
        )  # fmt: skip


def _side(opening: Opening, opened: Opened, answer: ActAnswer) -> Side:
    act, shift = opened.act, opened.shift
    assert act
    number = act.body.get("number")
    return Side(
        word=act.kind, source=f"device:{opening.device.device_no}", actor=shift.worker if shift else "",
        office=shift.unit if shift else opening.device.unit, at=opened.occurred_at, device_at=act.device_at,
        reason=answer.code,
        detail={
            "digest": act.digest, "sentence": answer.sentence, "values": _plain(answer.values),
            "number": number[:60] if isinstance(number, str) else "",
        },
    )  # fmt: skip


def _plain(values: Mapping[str, Any]) -> dict[str, object]:
    return {
        name: value if isinstance(value, str | int | float | date) else str(value) for name, value in values.items()
    }


def _out_of_hours(opening: Opening, told: Sequence[tuple[Opened, ActAnswer]]) -> Iterator[Found]:
    for opened, answer in told:
        shift = opened.shift
        if shift and "after_shift" in opened.flags and answer.verdict != "refused":
            yield of_shift(
                shift_no=shift.shift_no, device_no=opening.device.device_no, unit=shift.unit, worker=shift.worker,
                ended_at=min(shift.ends_at, shift.ended_at or shift.ends_at), act_at=opened.occurred_at,
            )  # fmt: skip


def _off(opening: Opening, at: datetime) -> Iterator[Found]:
    """Yield the clock of a device that is off, once it has told an act of its own."""
    if abs(opening.sent_at - at) <= SKEW_SHOWN_FROM:
        return
    if shift := next((each.shift for each in opening.opened if each.shift), None):
        yield of_clock(
            device_no=opening.device.device_no, unit=shift.unit, worker=shift.worker, device_at=opening.sent_at,
            received_at=at, day=str(legal_day(at)),
        )  # fmt: skip
