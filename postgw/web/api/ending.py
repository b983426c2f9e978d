"""The recipient's choice, the papers of what was not handed over, undeliverable items, and what stands still.

Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from postgw.domain.errors import Invalid
from postgw.web.answers import answered, etag_of, file_answer, page_answer, to_json
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.reading import MIB
from postgw.web.schemas.consignments import ConsignmentOut, consignment_out
from postgw.web.schemas.ending import (
    AnswerIn,
    ArchiveIn,
    ChoiceIn,
    DeclareIn,
    OfferOut,
    PublicLinePage,
    RequestIn,
    StuckPage,
    StuckQuery,
    ToDoPage,
    ToDoQuery,
    UndeliverableOut,
    UndeliverablePage,
    offer_out,
    public_line_out,
    stuck_out,
    to_do_out,
    undeliverable_out,
)
from postgw.web.schemas.returns import RefusalIn
from postgw.web.schemas.shapes import Code, Cursor
from postgw.web.serve import Call

_PDF = Answer(status=200, text="Tệp.", media="application/pdf")
_RECORD = Answer(status=200, text="Hồ sơ xử lý, và ngày của bước sau.", model=UndeliverableOut)


class ReasonQuery(BaseModel):
    """Which signed record; the newest when no reason is named."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    reason: Code = ""


@operation(
    "getChoice", "Người nhận được chọn gì sau lần phát không thành công",
    Answer(status=200, text="Cách nhận, ngày, nơi, ai trả cước; các lần đã chọn.", model=OfferOut), problems=(404,),
    tells_of_people=True,
)  # fmt: skip
async def offer(call: Call[None, NoQuery]) -> web.Response:
    """Answer with what may be chosen."""
    found = await call.services.choosing.offer(call.path("number"), actor=call.actor, at=call.at)
    return answered(offer_out(found))


@operation(
    "chooseForRecipient", "Ghi cách nhận người nhận đã chọn", Answer(status=201, text="Lần chọn.", model=OfferOut),
    body=ChoiceIn, creates=True, problems=(404, 409),
    example={"way": "deliver", "on": "2026-11-25", "window": "morning"},
    text="Cho người gọi điện hoặc đến quầy. Chọn lại y như cũ vẫn là một lần; đổi được đến giờ chốt. Việc này không làm"
         " bưu gửi đổi chỗ.",
)  # fmt: skip
async def choose(call: Call[ChoiceIn, NoQuery]) -> web.Response:
    """Keep a choice."""
    kept = await call.services.choosing.choose(
        call.path("number"), call.body.choice(), actor=call.actor, at=call.at
    )  # fmt: skip
    return answered(offer_out(kept), status=201)


@operation(
    "listChoices", "Cách nhận bưu cục phải làm theo", Answer(status=200, text="Lần chọn còn hiệu lực.", model=ToDoPage),
    query=ToDoQuery,
)  # fmt: skip
async def to_do(call: Call[None, ToDoQuery]) -> web.Response:
    """Answer with a page of choices to act upon."""
    asked = call.query
    page = await call.services.choosing.to_do(
        actor=call.actor, office=asked.office, on=asked.on, cursor=asked.cursor, limit=asked.limit, at=call.at
    )
    return page_answer(call.request, page, to_do_out)


@operation("getNonDeliveryRecord", "Biên bản không phát được", _PDF, query=ReasonQuery, problems=(404,))
async def non_delivery_record(call: Call[None, ReasonQuery]) -> web.Response:
    """Draw the record of a refusal or of a failed delivery."""
    number = call.path("number")
    body = await call.services.non_delivery.record(number, reason=call.query.reason, actor=call.actor, at=call.at)
    return file_answer(body, "application/pdf", f"bien-ban-khong-phat-duoc-{number}.pdf")


@operation("getReturnNote", "Phiếu chuyển hoàn", _PDF, problems=(404, 409))
async def return_note(call: Call[None, NoQuery]) -> web.Response:
    """Draw the note that goes home with an item."""
    number = call.path("number")
    body = await call.services.non_delivery.return_note(number, actor=call.actor, at=call.at)
    return file_answer(body, "application/pdf", f"phieu-chuyen-hoan-{number}.pdf")


@operation(
    "declareUndeliverable", "Ghi là không phát và không hoàn được", Answer(status=201, text=_RECORD.text,
    model=UndeliverableOut), body=DeclareIn, most=2 * MIB, creates=True, problems=(404, 409),
    example={"ground": "sender_silent"},
    text="Từ ngày này bưu gửi được niêm yết công khai, chỉ có số và bưu cục.",
)  # fmt: skip
async def declare(call: Call[DeclareIn, NoQuery]) -> web.Response:
    """Declare an item undeliverable."""
    asked = call.body
    try:
        record = await call.services.ending.declare(
            call.path("number"), ground=asked.ground, evidence=asked.evidence.refusal() if asked.evidence else None,
            actor=call.actor, at=call.at,
        )  # fmt: skip
    except Invalid as error:
        if error.field.removeprefix("/") in RefusalIn.model_fields:
            error.at("/evidence")
        raise
    return answered(undeliverable_out(record), status=201)


@operation("getUndeliverable", "Hồ sơ xử lý của một bưu gửi không phát, không hoàn được", _RECORD, problems=(404,))
async def record(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the record of an item."""
    found = await call.services.ending.record(call.path("number"), actor=call.actor, at=call.at)
    return answered(undeliverable_out(found))


@operation(
    "requestIssuer", "Ghi công văn gửi cơ quan cấp giấy tờ", _RECORD, body=RequestIn, creates=True,
    problems=(404, 409), example={"agency": "Sở Tư pháp tỉnh Hà Tĩnh", "reference": "12/CV-BĐHT"},
    text="Chưa đủ ngày niêm yết thì trả lời 409 kèm ngày sớm nhất.",
)  # fmt: skip
async def request_issuer(call: Call[RequestIn, NoQuery]) -> web.Response:
    """Record the request to the issuing agency."""
    found = await call.services.ending.request(call.path("number"), **call.body.__dict__, actor=call.actor, at=call.at)
    return answered(undeliverable_out(found))


@operation(
    "answerOfIssuer", "Ghi trả lời của cơ quan cấp giấy tờ", _RECORD, body=AnswerIn, creates=True,
    problems=(404, 409), example={"answer": "refused", "reference": "45/STP-VP"},
)  # fmt: skip
async def answer_of_issuer(call: Call[AnswerIn, NoQuery]) -> web.Response:
    """Record what the issuing agency answered."""
    found = await call.services.ending.answer(call.path("number"), **call.body.__dict__, actor=call.actor, at=call.at)
    return answered(undeliverable_out(found))


@operation(
    "archiveUndeliverable", "Lưu hoặc huỷ bưu gửi không có người nhận",
    Answer(status=200, text="Bưu gửi, đã kết thúc.", model=ConsignmentOut), body=ArchiveIn, creates=True,
    problems=(404, 409), example={"how": "filed", "note": "Lưu kho bưu cục, tủ 4."},
    text="Chưa đến ngày được phép thì trả lời 409 kèm ngày đó.",
)  # fmt: skip
async def archive(call: Call[ArchiveIn, NoQuery]) -> web.Response:
    """File an item away, or destroy it."""
    ended = await call.services.ending.archive(call.path("number"), **call.body.__dict__, actor=call.actor, at=call.at)
    shown = consignment_out(ended)
    return answered(shown, ETag=etag_of(to_json(shown)))


@operation(
    "listUndeliverable", "Niêm yết: bưu gửi không phát, không hoàn được",
    Answer(status=200, text="Số, bưu cục, ngày niêm yết; không có tên ai.", model=PublicLinePage), query=Cursor,
)  # fmt: skip
async def publicised(call: Call[None, Any]) -> web.Response:
    """Answer with a page of the public list."""
    page = await call.services.ending.publicised(cursor=call.query.cursor, limit=call.query.limit)
    return page_answer(call.request, page, public_line_out)


@operation(
    "listUndeliverableDue", "Bưu gửi không phát, không hoàn được: bước sau và ngày của nó",
    Answer(status=200, text="Hồ sơ đang mở.", model=UndeliverablePage), query=Cursor,
)  # fmt: skip
async def due(call: Call[None, Any]) -> web.Response:
    """Answer with a page of open records."""
    asked = call.query
    page = await call.services.ending.due(actor=call.actor, cursor=asked.cursor, limit=asked.limit, at=call.at)
    return page_answer(call.request, page, undeliverable_out)


@operation(
    "listStuck", "Bưu gửi đứng yên quá lâu, và việc làm tiếp được",
    Answer(status=200, text="Bưu gửi không có tin quá số ngày của trạng thái.", model=StuckPage), query=StuckQuery,
)  # fmt: skip
async def stuck(call: Call[None, StuckQuery]) -> web.Response:
    """Answer with a page of what stands still."""
    asked = call.query
    page = await call.services.stalling.stuck(
        actor=call.actor, desk=asked.desk, cursor=asked.cursor, limit=asked.limit, at=call.at
    )
    return page_answer(call.request, page, stuck_out)
