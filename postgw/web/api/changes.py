"""What was changed of the house's own settings: who, when, before and after.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.answers import page_answer
from postgw.web.operation import Answer, operation
from postgw.web.schemas.changes import ChangePage, ChangeQuery, change_out
from postgw.web.serve import Call


@operation(
    "listChanges", "Nhật ký thay đổi: ai đổi gì, trước và sau",
    Answer(status=200, text="Mới nhất trước.", model=ChangePage), query=ChangeQuery,
    text="Không kèm bí mật nào: mã truy cập, khoá, mật khẩu không bao giờ nằm trong nhật ký.",
)  # fmt: skip
async def listed(call: Call[None, ChangeQuery]) -> web.Response:
    """Answer with changes, newest first."""
    asked = call.query
    page = await call.services.changes.listed(
        kind=asked.kind, subject=asked.subject, who=asked.by, cursor=asked.cursor, limit=asked.limit, actor=call.actor
    )
    return page_answer(call.request, page, change_out)
