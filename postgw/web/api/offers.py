"""Dossiers that desks' systems offered and that could not be taken in, or wait to be.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.web.answers import answered, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.offers import OfferOut, OfferPage, OfferQuery, offer_out
from postgw.web.serve import Call


@operation(
    "listOffers", "Hồ sơ hệ thống một cửa chuyển sang chưa nhận được",
    Answer(status=200, text="Một trang.", model=OfferPage), query=OfferQuery,
    text="`refused`: không nhận được, kèm lý do. `waiting`: đang chờ đến lượt.",
)  # fmt: skip
async def listed(call: Call[None, OfferQuery]) -> web.Response:
    """Answer with offers."""
    page = await call.services.fetching.offers(
        state=call.query.state, actor=call.actor, cursor=call.query.cursor, limit=call.query.limit
    )
    return page_answer(call.request, page, offer_out)


@operation(
    "takeOfferAgain", "Nhận lại một hồ sơ đã bị từ chối",
    Answer(status=200, text="Hồ sơ chờ đến lượt.", model=OfferOut), creates=True, problems=(404, 409),
    text="Sửa điều lý do nêu (danh mục, địa chỉ, đề nghị sửa) rồi gọi. Hệ thống đã gửi bản mới hơn thì trả lời 409.",
)  # fmt: skip
async def again(call: Call[None, NoQuery]) -> web.Response:
    """Let a refused offer wait again."""
    offer = await call.services.fetching.again(_id(call.path("id")), actor=call.actor, at=call.at)
    return answered(offer_out(offer))


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Unknown("Không có hồ sơ {number} bị từ chối.", number=text[:20], code="offer.unknown")
    return int(text)
