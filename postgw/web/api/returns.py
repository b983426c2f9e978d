"""What follows a failed delivery: invitations and the return; and what the sender's side may still change.

Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Unknown
from postgw.services.returns import Failed
from postgw.web.answers import answered, etag_of, file_answer, to_json
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.reading import MIB
from postgw.web.schemas.consignments import ConsignmentOut, consignment_out
from postgw.web.schemas.returns import (
    AddressIn,
    AttemptIn,
    InvitationIn,
    RecallIn,
    RedirectionList,
    RefusalIn,
    ReturnIn,
    StandingOut,
    redirection_out,
    standing_out,
)
from postgw.web.serve import Call

_STANDING = Answer(status=201, text="Các lần mời, và ngày sớm nhất của bước sau.", model=StandingOut)
_CHANGED = Answer(status=200, text="Bưu gửi sau khi đổi.", model=ConsignmentOut)
_PARTY = {
    "name": "Nguyễn Thị Diễn Tập", "phone": "0912000003", "address": "Thôn Đoài", "commune": "xã Kỳ Lạc",
    "province": "tỉnh Hà Tĩnh", "commune_code": "18628",
}  # fmt: skip


def _changed(consignment: Any) -> web.Response:
    shown = consignment_out(consignment)
    return answered(shown, ETag=etag_of(to_json(shown)))


def _lead_to_evidence(error: Invalid) -> None:
    if error.field.removeprefix("/") in RefusalIn.model_fields:
        error.at("/evidence")


@operation(
    "recordAttempt", "Ghi một lần phát không thành công", _STANDING, body=AttemptIn, most=2 * MIB, creates=True,
    problems=(404, 409), example={
        "scan_id": "7f3a-000131", "device": "may-quet-07", "device_at": "2026-11-23T10:02:00+07:00",
        "sent_at": "2026-11-23T10:02:05+07:00", "reason": "absent", "office": "480000",
    },
    text="Lần phát luôn được ghi. Câu trả lời nói ngày mời người nhận.",
)  # fmt: skip
async def attempt(call: Call[AttemptIn, NoQuery]) -> web.Response:
    """Keep a failed delivery with its reason."""
    asked = call.body.__dict__
    evidence = call.body.evidence
    failed = Failed(**{**asked, "evidence": evidence.refusal() if evidence else None})
    try:
        standing = await call.services.returns.attempt(call.path("number"), failed, actor=call.actor, at=call.at)
    except Invalid as error:
        _lead_to_evidence(error)
        raise
    finally:
        await call.services.conflicts.look([call.path("number")], at=call.at)
    return answered(standing_out(standing), status=201)


@operation(
    "inviteRecipient", "Mời người nhận", _STANDING, body=InvitationIn, creates=True, problems=(404, 409),
    example={"way": "paper"},
    text="Hai lần mời cách nhau 2 ngày làm việc; sớm hơn thì trả lời 409 kèm ngày sớm nhất. Gửi lại trong ngày vẫn là"
         " lần mời ấy.",
)  # fmt: skip
async def invite(call: Call[InvitationIn, NoQuery]) -> web.Response:
    """Invite the recipient once more."""
    standing = await call.services.returns.invite(call.path("number"), way=call.body.way, actor=call.actor, at=call.at)
    return answered(standing_out(standing), status=201)


@operation(
    "listInvitations",
    "Các lần mời",
    Answer(status=200, text=_STANDING.text, model=StandingOut),
    problems=(404,),
    tells_of_people=True,
)
async def invitations(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the invitations, and the first lawful day of what may follow."""
    standing = await call.services.returns.invitations(call.path("number"), actor=call.actor, at=call.at)
    return answered(standing_out(standing))


@operation(
    "getInvitationPaper", "Giấy mời, khổ A5", Answer(status=200, text="Tệp.", media="application/pdf"), problems=(404,)
)
async def paper(call: Call[None, NoQuery]) -> web.Response:
    """Draw an invitation."""
    number, ordinal = call.path("number"), call.path("ordinal")
    if not (ordinal.isascii() and ordinal.isdecimal() and len(ordinal) < 4):
        raise Unknown("Bưu gửi {number} chưa có giấy mời lần {ordinal}.", number=number[:40], ordinal=ordinal[:10],
                      code="invitation.unknown")  # fmt: skip
    body = await call.services.returns.paper(number, int(ordinal), actor=call.actor, at=call.at)
    return file_answer(body, "application/pdf", f"giay-moi-{number}-{ordinal}.pdf")


@operation(
    "startReturn", "Chuyển hoàn", _CHANGED, body=ReturnIn, most=2 * MIB, creates=True, problems=(403, 404, 409),
    example={"reason": "two_invitations", "note": "Nhà khoá cửa, hàng xóm không biết đi đâu."},
    text="Chưa đủ căn cứ thì trả lời 409, câu trả lời nêu ngày sớm nhất được chuyển hoàn.",
)  # fmt: skip
async def start_return(call: Call[ReturnIn, NoQuery]) -> web.Response:
    """Send an item back."""
    asked = call.body
    try:
        returning = await call.services.returns.start_return(
            call.path("number"), reason=asked.reason, note=asked.note,
            evidence=asked.evidence.refusal() if asked.evidence else None, actor=call.actor, at=call.at,
        )  # fmt: skip
    except Invalid as error:
        _lead_to_evidence(error)
        raise
    return _changed(returning)


@operation(
    "recallConsignment", "Bên gửi gọi lại", _CHANGED, body=RecallIn, creates=True, problems=(403, 404, 409),
    example={"reason": "wrong_content", "fault": "agency", "cost_dong": 26000},
    text="Chỉ bên gửi, khi chưa phát. Đơn còn hiệu lực được huỷ với Bưu điện.",
)  # fmt: skip
async def recall(call: Call[RecallIn, NoQuery]) -> web.Response:
    """Call an item back."""
    recalled = await call.services.redirecting.recall(
        call.path("number"), **call.body.__dict__, actor=call.actor, at=call.at
    )
    return _changed(recalled)


@operation(
    "changeAddress", "Đổi người nhận hoặc địa chỉ", _CHANGED, body=AddressIn, creates=True, problems=(403, 404, 409),
    example={"party": _PARTY, "fault": "citizen", "cost_dong": 26000},
    text="Chỉ bên gửi, khi chưa phát. Nhãn đang dùng bị bỏ; in nhãn mới dán lên bưu gửi.",
)  # fmt: skip
async def new_address(call: Call[AddressIn, NoQuery]) -> web.Response:
    """Give the item another recipient or address."""
    asked = call.body
    renewed = await call.services.redirecting.new_address(
        call.path("number"), asked.party.party(), fault=asked.fault, cost_dong=asked.cost_dong, actor=call.actor,
        at=call.at,
    )  # fmt: skip
    return _changed(renewed)


@operation(
    "listRedirections", "Các lần gọi lại, đổi địa chỉ",
    Answer(status=200, text="Cước phát sinh và bên trả.", model=RedirectionList), problems=(403, 404),
    tells_of_people=True,
)  # fmt: skip
async def redirections(call: Call[None, NoQuery]) -> web.Response:
    """Answer with what the sender's side changed, and who pays for it."""
    found = await call.services.redirecting.redirections(call.path("number"), actor=call.actor)
    return answered({"data": [redirection_out(asked) for asked in found]})
