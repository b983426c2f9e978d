"""What citizens asked by their page: listed, confirmed and refused by the desk's own system.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.return_request import media_of
from postgw.web.answers import answered, file_answer, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.return_requests import (
    ConfirmIn,
    RefuseIn,
    ReturnRequestOut,
    ReturnRequestPage,
    ReturnRequestQuery,
    return_request_out,
)
from postgw.web.serve import Call

_ONE = Answer(status=200, text="Đề nghị.", model=ReturnRequestOut)


@operation(
    "listReturnRequests", "Đề nghị của người dân về nơi nhận kết quả",
    Answer(status=200, text="Một trang.", model=ReturnRequestPage), query=ReturnRequestQuery,
    text="Người dân gửi từ trang hồ sơ, đã xác nhận bằng mã. `asked`: chờ quyết, cũ nhất trước; `decided`: đã quyết.",
    tells_of_people=True,
)  # fmt: skip
async def listed(call: Call[None, ReturnRequestQuery]) -> web.Response:
    """Answer with the requests that wait, or were decided."""
    page = await call.services.return_decisions.listed(
        decided=call.query.state == "decided", actor=call.actor, cursor=call.query.cursor, limit=call.query.limit
    )
    return page_answer(call.request, page, return_request_out)


@operation("getReturnRequest", "Một đề nghị", _ONE, problems=(404,), tells_of_people=True)
async def shown(call: Call[None, NoQuery]) -> web.Response:
    """Answer with one request."""
    asked = await call.services.return_decisions.asked(call.path("request_no"), actor=call.actor)
    return answered(return_request_out(asked.request))


@operation(
    "getReturnRequestPicture", "Ảnh giấy ưu đãi", Answer(status=200, text="JPEG hoặc PNG.", media="image/jpeg"),
    problems=(404,), tells_of_people=True,
)  # fmt: skip
async def picture(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the picture of a paper."""
    number = call.path("request_no")
    body = await call.services.return_decisions.picture(number, actor=call.actor)
    media = media_of(body)
    return file_answer(body, media, f"giay-{number}.{'png' if media == 'image/png' else 'jpg'}")


@operation(
    "confirmReturnRequest", "Nhận một đề nghị", _ONE, body=ConfirmIn, creates=True, problems=(403, 404, 409),
    example={"seen": 1, "reduction": "poor_household"},
    text="Đăng ký: hồ sơ thành nhận kết quả qua bưu điện. Đổi địa chỉ: như changeAddress. Chưa nhận thì chưa đặt gì.",
)  # fmt: skip
async def confirm(call: Call[ConfirmIn, NoQuery]) -> web.Response:
    """Do what a citizen asked."""
    done = await call.services.return_decisions.confirm(
        call.path("request_no"), **call.body.__dict__, actor=call.actor, at=call.at
    )
    return answered(return_request_out(done))


@operation(
    "refuseReturnRequest", "Từ chối một đề nghị", _ONE, body=RefuseIn, creates=True, problems=(404, 409),
    example={"reason": "Địa chỉ chưa đủ để bưu tá tìm được."},
)  # fmt: skip
async def refuse(call: Call[RefuseIn, NoQuery]) -> web.Response:
    """Turn a request down."""
    done = await call.services.return_decisions.refuse(
        call.path("request_no"), reason=call.body.reason, seen=call.body.seen, actor=call.actor, at=call.at
    )
    return answered(return_request_out(done))
