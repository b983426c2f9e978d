"""What contradicts itself, and a lead's word on it.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.conflict import DOES_THE_ACT
from postgw.domain.errors import Invalid
from postgw.web.answers import answered, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.conflicts import (
    ConflictOut,
    ConflictPage,
    ConflictsQuery,
    OneConflictOut,
    SettleConflictIn,
    conflict_out,
    laid_out,
)
from postgw.web.serve import Call


@operation(
    "listConflicts", "Mâu thuẫn chờ phụ trách xử lý", Answer(status=200, text="Một trang.", model=ConflictPage),
    query=ConflictsQuery,
    text="Mỗi việc một lần: phát hai lần, phát sau khi đã kết thúc, nằm sai bưu cục, việc của máy chưa ghi được.",
)  # fmt: skip
async def listed(call: Call[None, ConflictsQuery]) -> web.Response:
    """Answer with a page of conflicts."""
    page = await call.services.conflicts.tray(actor=call.actor, **call.query.__dict__)
    return page_answer(call.request, page, conflict_out)


@operation(
    "getConflict", "Một mâu thuẫn, với các cách xử lý", Answer(status=200, text="Hai bên.", model=OneConflictOut),
    problems=(404,),
)  # fmt: skip
async def shown(call: Call[None, NoQuery]) -> web.Response:
    """Answer with one conflict."""
    return answered(laid_out(await call.services.conflicts.one(call.path("conflict_no"), actor=call.actor)))


@operation(
    "settleConflict", "Xử lý một mâu thuẫn", Answer(status=200, text="Đã xử lý.", model=ConflictOut),
    body=SettleConflictIn, creates=True, problems=(404, 409),
    text="Lời của phụ trách không sửa lần quét nào: điều bị bỏ được đính chính bằng một lần quét khác, mang số của mâu "
         "thuẫn. Cách `again` và `take` làm ở màn hình phụ trách.",
    example={"way": "first", "reason": "Đã gọi người nhận: nhận lúc 08:15"},
)  # fmt: skip
async def settle(call: Call[SettleConflictIn, NoQuery]) -> web.Response:
    """Settle one conflict."""
    if call.body.way in DOES_THE_ACT:
        raise Invalid(
            "Việc này ghi lại ở màn hình phụ trách, vì phải làm chính việc ấy trước.", code="conflict.at_the_screen",
            field="/way",
        )  # fmt: skip
    settled = await call.services.conflicts.settle(
        call.path("conflict_no"), call.body.way, reason=call.body.reason, actor=call.actor, at=call.at
    )
    return answered(conflict_out(settled))
