"""Scans in batches, strays, deliveries with their proof, and what is still owed.

Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.consignment import Consignment
from postgw.domain.errors import Invalid
from postgw.services.tracking import DeviceScan, ScanBatch
from postgw.web.answers import answered, etag_of, to_json
from postgw.web.keys import METRICS
from postgw.web.language import said
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.reading import MIB
from postgw.web.schemas.consignments import ConsignmentOut, consignment_out, consignment_summary
from postgw.web.schemas.scans import (
    Batch,
    DeliveryIn,
    OwedOut,
    ProofIn,
    ScanAnswersOut,
    ScanBatchIn,
    StrayList,
    read_batch,
    scan_answer_out,
    spoiled_answer_out,
    stray_out,
)
from postgw.web.serve import Call


@operation(
    "takeScans", "Nhận một lô quét", Answer(status=200, text="Câu trả lời cho từng lần quét.", model=ScanAnswersOut),
    body=ScanBatchIn, read=read_batch, most=2 * MIB, creates=True, example={
        "device": "may-quet-07",
        "sent_at": "2026-11-23T08:20:00+07:00",
        "scans": [
            {"scan_id": "7f3a-000121", "number": "4K7M29TB6HC", "code": "collected",
             "device_at": "2026-11-23T08:15:12+07:00", "office": "480000"},
        ],
    },
    text="Tối đa 500 lần quét. Gửi lại cả lô là an toàn: lần quét đã có trả lời `known`. Một lần quét hỏng chỉ bị từ "
         "chối riêng nó; cả lô hỏng thì 422.",
)  # fmt: skip
async def take(call: Call[Batch, NoQuery]) -> web.Response:
    """Take a batch; each scan gets its own answer, in the order sent."""
    batch = call.body
    taken = ScanBatch(
        device=batch.device, sent_at=batch.sent_at, scans=tuple(DeviceScan(**scan.__dict__) for scan in batch.scans)
    )
    answers = await call.services.tracking.take(taken, actor=call.actor, at=call.at)
    await call.services.conflicts.look([number for each in answers for number in each.doubtful], at=call.at)
    language = call.language
    rows = [scan_answer_out(answer, said(answer.sentence, answer.values, language)) for answer in answers]
    for place, (scan_id, fault) in sorted(batch.spoiled.items()):
        rows.insert(place, spoiled_answer_out(scan_id, fault, said(fault.template, fault.values, language)))
    _count(call, rows)
    return answered({"answers": rows})


def _count(call: Call[Any, Any], rows: list[dict[str, Any]]) -> None:
    metrics, verdicts = call.request.app[METRICS], [row["verdict"] for row in rows]
    for verdict in set(verdicts):
        metrics.scanned(verdict, verdicts.count(verdict))


@operation(
    "listStrays", "Lần quét chưa biết của bưu gửi nào", Answer(status=200, text="Các lần quét.", model=StrayList)
)
async def strays(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the scans that wait for their item, newest first; of very many, some of each sender."""
    waiting = await call.services.strays.waiting(actor=call.actor)
    return answered({"data": [stray_out(stray) for stray in waiting.shown], "more": waiting.more})


@operation(
    "deliver", "Phát bưu gửi, kèm chứng từ", Answer(status=201, text="Bưu gửi, đã phát.", model=ConsignmentOut),
    body=DeliveryIn, most=3 * MIB, creates=True, problems=(404, 409), example={
        "number": "4K7M29TB6HC",
        "proof": {"receiver_name": "Nguyễn Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"},
        "scan_id": "7f3a-000122",
        "device": "may-quet-07",
        "device_at": "2026-11-23T10:02:00+07:00",
        "sent_at": "2026-11-23T10:02:05+07:00",
        "office": "480000",
    },
)  # fmt: skip
async def deliver(call: Call[DeliveryIn, NoQuery]) -> web.Response:
    """Deliver one consignment with its proof."""
    try:
        delivered = await _delivered(call)
    except Invalid as error:
        if error.field.removeprefix("/") in ProofIn.model_fields:
            error.at("/proof")
        raise
    finally:
        await call.services.conflicts.look([call.body.number], at=call.at)
    shown = consignment_out(delivered)
    where = f"/api/v1/consignments/{delivered.consignment_no}"
    return answered(shown, status=201, Location=where, ETag=etag_of(to_json(shown)))


async def _delivered(call: Call[DeliveryIn, NoQuery]) -> Consignment:
    asked = call.body
    return await call.services.delivery.deliver(
        asked.number,
        asked.proof.proof(),
        scan_id=asked.scan_id,
        device=asked.device,
        device_at=asked.device_at,
        sent_at=asked.sent_at,
        office=asked.office,
        withdrawn=[each.withdrawn() for each in asked.withdrawn],
        actor=call.actor,
        at=call.at,
    )


@operation(
    "listOwedProofs", "Bưu điện báo đã phát, còn thiếu chứng từ", Answer(status=200, text="Bưu gửi.", model=OwedOut)
)
async def owed(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the deliveries whose proof is owed."""
    found = await call.services.delivery.owed(actor=call.actor)
    return answered({"data": [consignment_summary(consignment) for consignment in found]})
