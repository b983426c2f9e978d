"""An act that a device told and the house has not done, done after all by a lead's word.

It is done as its worker did it, with the worker's rights and under the act's own id: pressed twice, it is one act.
When it was done is reckoned from the device's clock, mended by what is known of it.

Stands on: station.doing. Used by: conflicts.
"""

from __future__ import annotations

from datetime import timedelta

from postgw.domain.conflict import KeptConflict
from postgw.domain.device import Shift
from postgw.domain.device_act import ActAnswer, DeviceAct
from postgw.domain.errors import Conflict
from postgw.domain.scan import place_in_time
from postgw.services.tracking import ScanBatch
from postgw.web.language import said
from postgw.web.pages.station.doing import SCANS, Doing, answer_to_scan, done, scan_of
from postgw.web.pages.visit import Visit


async def redo(visit: Visit, conflict: KeptConflict) -> None:
    """Do the act of a conflict. Raises Conflict when it is refused again, and what its service raises."""
    services, found = visit.services, conflict.found
    act, shift = await services.device_queue.kept_act(found.device_no, found.counter, actor=visit.actor)
    if act.digest != conflict.act_digest:
        raise Conflict("Nội dung của việc này không được giữ, nên không ghi lại được.", code="act.other")
    answer = await _done(visit, act, shift)
    if answer.verdict == "refused":
        raise Conflict(
            "Vẫn chưa ghi được: {why}", why=said(answer.sentence, answer.values, visit.language), code=answer.code
        )
    if answer.consignment_no:
        await services.conflicts.look([answer.consignment_no], at=visit.at)


async def _done(visit: Visit, act: DeviceAct, shift: Shift) -> ActAnswer:
    sent_at = visit.at + await _skew(visit, act.device_no)
    if act.kind in SCANS:
        batch = ScanBatch(device=act.device_no, sent_at=sent_at, scans=(scan_of(act),))
        [told] = await visit.services.tracking.take(batch, actor=shift.actor, at=visit.at)
        return answer_to_scan(act, told)
    placed = place_in_time(device_at=act.device_at, sent_at=sent_at, received_at=visit.at)
    return await done(Doing(
        services=visit.services, act=act, shift=shift, sent_at=sent_at, occurred_at=placed.occurred_at, at=visit.at
    ))  # fmt: skip


async def _skew(visit: Visit, device_no: str) -> timedelta:
    """Return how far the device's clock is ahead of ours."""
    known = await visit.services.devices.devices(actor=visit.actor, at=visit.at)
    return next(
        (timedelta(seconds=each.device.skew_seconds) for each in known if each.device.device_no == device_no),
        timedelta(0),
    )
