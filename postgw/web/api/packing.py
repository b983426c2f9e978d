"""Packing and sealing, and the agreements under which an agency seals by itself.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.packing import Packing
from postgw.web.answers import answered
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.packing import (
    AgreementEndIn,
    AgreementIn,
    AgreementList,
    AgreementOut,
    PackingIn,
    PackingList,
    PackingOut,
    agreement_out,
    packing_out,
)
from postgw.web.serve import Call


@operation(
    "packConsignment", "Đóng gói, niêm phong", Answer(status=201, text="Lần đóng gói.", model=PackingOut),
    body=PackingIn, creates=True, problems=(404, 409),
    example={"seal_no": "NP-004217", "packed_by": "Trần Diễn Tập", "witness": "Nguyễn Thị Diễn Tập"},
    text="Đóng gói lại thì ghi lý do và bản kê; lần trước vẫn giữ. Số niêm phong đang dùng ở bưu gửi khác thì trả lời"
         " 409 kèm người ghi và thời điểm.",
)  # fmt: skip
async def pack(call: Call[PackingIn, NoQuery]) -> web.Response:
    """Keep the closing of an envelope."""
    asked = {**call.body.__dict__, "office": call.body.office or call.actor.unit}
    packing = Packing(**asked, packed_at=call.at, recorded_by=call.actor.name)
    kept = await call.services.packing.pack(call.path("number"), packing, actor=call.actor, at=call.at)
    return answered(packing_out(kept), status=201)


@operation(
    "listPackings", "Các lần đóng gói", Answer(status=200, text="Cũ trước, mới sau.", model=PackingList),
    problems=(404,),
)  # fmt: skip
async def packings(call: Call[None, NoQuery]) -> web.Response:
    """Answer with every closing of one envelope."""
    found = await call.services.packing.packings(call.path("number"), actor=call.actor)
    return answered({"data": [packing_out(each) for each in found]})


@operation(
    "beginBulkAgreement", "Bắt đầu thoả thuận giao hàng loạt",
    Answer(status=201, text="Thoả thuận.", model=AgreementOut), body=AgreementIn, creates=True,
    example={
        "desk": "TS", "covers": "200 bằng tốt nghiệp của một trường", "valid_from": "2026-11-23",
        "reason": "Thoả thuận ngày 20/11/2026 giữa Sở và Bưu điện tỉnh",
    },
    text="Khi còn hiệu lực, cơ quan được tự đóng gói, niêm phong kết quả trước khi giao.",
)  # fmt: skip
async def begin(call: Call[AgreementIn, NoQuery]) -> web.Response:
    """Begin a bulk agreement."""
    begun = await call.services.packing.begin_agreement(**call.body.__dict__, actor=call.actor, at=call.at)
    return answered(agreement_out(begun, call.today), status=201)


@operation(
    "endBulkAgreement", "Chấm dứt thoả thuận giao hàng loạt",
    Answer(status=200, text="Thoả thuận.", model=AgreementOut), body=AgreementEndIn, creates=True, problems=(404,),
    example={"on": "2026-12-31", "reason": "Trường đã nhận đủ bằng"},
)  # fmt: skip
async def end(call: Call[AgreementEndIn, NoQuery]) -> web.Response:
    """End a bulk agreement from a day on."""
    ended = await call.services.packing.end_agreement(
        call.path("agreement_no"), on=call.body.on, reason=call.body.reason, actor=call.actor, at=call.at
    )
    return answered(agreement_out(ended, call.today))


@operation(
    "listBulkAgreements", "Các thoả thuận giao hàng loạt",
    Answer(status=200, text="Mới trước, cũ sau.", model=AgreementList),
)  # fmt: skip
async def agreements(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the bulk agreements."""
    found = await call.services.packing.agreements(actor=call.actor)
    return answered({"data": [agreement_out(each, call.today) for each in found]})
