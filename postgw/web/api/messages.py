"""Messages to citizens: what one would be before it is sent, and what became of those that went out.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.answers import answered
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.messages import MessageList, PreviewList, PreviewQuery, message_out, preview_out
from postgw.web.serve import Call


@operation(
    "previewMessage", "Xem trước một tin nhắn và giá của nó",
    Answer(status=200, text="Tin như từng kênh sẽ gửi; chưa gửi gì.", model=PreviewList), query=PreviewQuery,
    problems=(404,), text="Ngày hẹn và số vụ việc trong tin là số giả, dài như số thật.",
)  # fmt: skip
async def preview(call: Call[None, PreviewQuery]) -> web.Response:
    """Answer with what a message about a consignment would be on each channel."""
    found = await call.services.messaging.preview(call.query.kind, call.query.consignment, actor=call.actor, at=call.at)
    return answered({"data": preview_out(found)})


@operation(
    "listMessages", "Tin nhắn về một bưu gửi",
    Answer(status=200, text="Từng tin trên từng kênh; không có địa chỉ, không có lời nhắn.", model=MessageList),
    problems=(404,),
)  # fmt: skip
async def of_consignment(call: Call[None, NoQuery]) -> web.Response:
    """Answer with what became of the messages about a consignment."""
    found = await call.services.messaging.of_consignment(call.path("number"), actor=call.actor)
    return answered({"data": [message_out(each) for each in found]})
