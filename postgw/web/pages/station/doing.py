"""Which service does which act of a device. Every one of them may be asked for twice: the act's id makes it one.

What was done without a signal is done here as of the moment it happened: that moment is handed down as `at`.

Stands on: bodies. Used by: acts, and the lead's tray, which has kept acts done after all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from postgw.domain.device import Shift
from postgw.domain.device_act import ActAnswer, DeviceAct
from postgw.domain.errors import Conflict
from postgw.domain.packing import Packing
from postgw.domain.receipt import Collection
from postgw.services.returns import Failed
from postgw.services.stock_taking import Round
from postgw.services.tracking import DeviceScan, ScanAnswer
from postgw.web.language import sentence

from .bodies import (
    AttemptBody,
    BagBody,
    BindBody,
    CheckBody,
    DeliverBody,
    FeeBody,
    InviteBody,
    PackBody,
    ScanBody,
    SignBody,
    StockTakeBody,
    StopBody,
    TickBody,
    UndoBody,
    body_of,
)

if TYPE_CHECKING:
    from postgw.services.bundle import Services

#: Those that go into one batch of scans.
SCANS = frozenset({"scan", "undo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One act that is being done."""

    services: Services
    act: DeviceAct
    shift: Shift
    sent_at: datetime
    occurred_at: datetime
    at: datetime


Done = Mapping[str, Any]
Do = Callable[[Doing], Awaitable[Done]]


def scan_of(act: DeviceAct) -> DeviceScan:
    """Return a scan or its correction as tracking takes it. Raises Invalid when the act does not say it."""
    if act.kind == "undo":
        undo = body_of(act, UndoBody)
        return DeviceScan(
            scan_id=act.act_id, number=undo.number, code="correction", device_at=act.device_at, reason=undo.reason,
            cancels=undo.act_id,
        )  # fmt: skip
    scan = body_of(act, ScanBody)
    return DeviceScan(
        scan_id=act.act_id, number=scan.number, code=scan.code, device_at=act.device_at, reason=scan.reason,
        note=scan.note,
    )  # fmt: skip


def answer_to_scan(act: DeviceAct, answer: ScanAnswer) -> ActAnswer:
    """Return tracking's answer as the device hears it."""
    return ActAnswer(
        counter=act.counter, act_id=act.act_id, verdict=answer.verdict, code=answer.code, sentence=answer.sentence,
        values=dict(answer.values), consignment_no=answer.consignment_no, state=answer.state, flags=answer.flags,
    )  # fmt: skip


async def done(doing: Doing) -> ActAnswer:
    """Do one act that is no scan. Raises what its service raises."""
    act = doing.act
    try:
        told = await _DO[act.kind](doing)
    except Conflict as conflict:
        if conflict.code != "delivery.out_of_turn":
            raise
        told = {"sentence": conflict.template, "values": conflict.values, "code": conflict.code}
    return ActAnswer(counter=act.counter, act_id=act.act_id, verdict="accepted", **told)


async def _deliver(doing: Doing) -> Done:
    body, act = body_of(doing.act, DeliverBody), doing.act
    delivered = await doing.services.delivery.deliver(
        body.number, body.proof.proof(), scan_id=act.act_id, device=act.device_no, device_at=act.device_at,
        sent_at=doing.sent_at, office=doing.shift.unit, withdrawn=[each.withdrawn() for each in body.withdrawn],
        actor=doing.shift.actor, at=doing.at,
    )  # fmt: skip
    return {"consignment_no": delivered.consignment_no, "state": delivered.custody.state}


async def _attempt(doing: Doing) -> Done:
    body, act = body_of(doing.act, AttemptBody), doing.act
    failed = Failed(
        scan_id=act.act_id, device=act.device_no, device_at=act.device_at, sent_at=doing.sent_at, reason=body.reason,
        office=doing.shift.unit, note=body.note, evidence=body.evidence.refusal() if body.evidence else None,
    )  # fmt: skip
    standing = await doing.services.returns.attempt(body.number, failed, actor=doing.shift.actor, at=doing.at)
    consignment = standing.consignment
    return {"consignment_no": consignment.consignment_no, "state": consignment.custody.state}


async def _invite(doing: Doing) -> Done:
    body = body_of(doing.act, InviteBody)
    standing = await doing.services.returns.invite(
        body.number, way=body.way, actor=doing.shift.actor, at=doing.occurred_at
    )
    return {"consignment_no": standing.consignment.consignment_no, "state": standing.consignment.custody.state}


async def _bind(doing: Doing) -> Done:
    body = body_of(doing.act, BindBody)
    bound = await doing.services.labelling.bind(
        body.number, body.item_no, office=doing.shift.unit, actor=doing.shift.actor, at=doing.occurred_at
    )
    return {"consignment_no": bound.consignment_no, "state": bound.custody.state}


async def _check(doing: Doing) -> Done:
    body = body_of(doing.act, CheckBody)
    await doing.services.papers.check(
        body.number, body.counted(), check_id=doing.act.act_id, citizen=body.citizen, office=doing.shift.unit,
        actor=doing.shift.actor, at=doing.occurred_at,
    )  # fmt: skip
    return {}


async def _fee(doing: Doing) -> Done:
    body = body_of(doing.act, FeeBody)
    told = {name: value for name, value in body.__dict__.items() if value is not None}
    collection = Collection(**{**told, "fee_id": f"{doing.act.device_no}-{doing.act.act_id}"})
    receipt = await doing.services.money.collect(collection, actor=doing.shift.actor, at=doing.occurred_at)
    return {
        "consignment_no": receipt.consignment_no, "sentence": "Biên lai {number}.",
        "values": {"number": receipt.receipt_no},
    }  # fmt: skip


async def _pack(doing: Doing) -> Done:
    body = body_of(doing.act, PackBody)
    told = {name: value for name, value in body.__dict__.items() if name not in {"number", "office"}}
    packing = Packing(
        **told, office=doing.shift.unit, packed_at=doing.occurred_at, recorded_by=doing.shift.worker
    )  # fmt: skip
    await doing.services.packing.pack(body.number, packing, actor=doing.shift.actor, at=doing.occurred_at)
    return {}


async def _sign(doing: Doing) -> Done:
    body = body_of(doing.act, SignBody)
    told = {name: value for name, value in body.__dict__.items() if name != "number"}
    await doing.services.noting.sign(body.number, **told, actor=doing.shift.actor, at=doing.occurred_at)
    return {}


async def _tick(doing: Doing) -> Done:
    body = body_of(doing.act, TickBody)
    await doing.services.counting.note(
        body.manifest_no, body.numbers, outcome=body.outcome, reason=body.reason, actor=doing.shift.actor,
        at=doing.occurred_at,
    )  # fmt: skip
    return {}


async def _bag(doing: Doing) -> Done:
    body = body_of(doing.act, BagBody)
    await doing.services.bagging.seal_bag(
        body.numbers, desk=doing.shift.unit, bag_no=body.bag_no, actor=doing.shift.actor, at=doing.occurred_at
    )
    return {}


async def _stock_take(doing: Doing) -> Done:
    body, act = body_of(doing.act, StockTakeBody), doing.act
    told = Round(
        source_id=f"{act.device_no}-{act.act_id}", found=body.found, expected=body.expected,
        taken_at=doing.occurred_at,
    )  # fmt: skip
    take = await doing.services.stock_taking.take(told, actor=doing.shift.actor, at=doing.at)
    return {
        "sentence": sentence("Kiểm kê {number}: thiếu {missing}, lạ {strange}."),
        "values": {"number": take.stock_take_no, "missing": len(take.missing), "strange": len(take.strange)},
    }  # fmt: skip


async def _stop(doing: Doing) -> Done:
    """Only keep it: where the worker was stands in the act itself."""
    body_of(doing.act, StopBody)
    return {}


async def _end(doing: Doing) -> Done:
    await doing.services.devices.end_shift(doing.shift, at=doing.occurred_at)
    return {}


_DO: Mapping[str, Do] = {
    "deliver": _deliver, "attempt": _attempt, "invite": _invite, "bind": _bind, "paper_check": _check, "fee": _fee,
    "pack": _pack, "sign_note": _sign, "tick": _tick, "bag": _bag, "stock_take": _stock_take, "stop": _stop,
    "shift_end": _end,
}  # fmt: skip
