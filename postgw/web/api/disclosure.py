"""Written requests for evidence, who saw what, and how far the erasing after the term has come.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.disclosure import DisclosureRequest
from postgw.web.answers import answered, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.disclosure import (
    AccessPage,
    AccessQuery,
    RequestIn,
    RequestOut,
    RequestPage,
    RetentionOut,
    access_out,
    request_out,
    retention_out,
)
from postgw.web.schemas.shapes import Cursor
from postgw.web.serve import Call


@operation(
    "recordDisclosureRequest", "Ghi văn bản yêu cầu cung cấp hồ sơ chứng cứ",
    Answer(status=201, text="Yêu cầu.", model=RequestOut), body=RequestIn, creates=True, problems=(404, 409),
    text="Cùng văn bản của cùng cơ quan: cùng yêu cầu. Số yêu cầu dùng khi xuất hồ sơ chứng cứ.",
    example={
        "body": "Thanh tra tỉnh Hà Tĩnh", "document_no": "145/TTr-NV2", "document_on": "2026-11-20",
        "asked_by": "Chánh Thanh tra", "ground": "Luật Thanh tra, quyết định thanh tra số 12/QĐ-TTr",
    },
)  # fmt: skip
async def ask(call: Call[RequestIn, NoQuery]) -> web.Response:
    """Record a written request."""
    request = DisclosureRequest(**call.body.__dict__)
    kept = await call.services.disclosure.ask(call.path("key"), request, actor=call.actor, at=call.at)
    return answered(request_out(kept), status=201)


@operation(
    "listDisclosureRequests", "Các văn bản yêu cầu đã ghi",
    Answer(status=200, text="Mới nhất trước.", model=RequestPage), query=Cursor,
)  # fmt: skip
async def requests(call: Call[None, Cursor]) -> web.Response:
    """Answer with requests."""
    page = await call.services.disclosure.requests(actor=call.actor, cursor=call.query.cursor, limit=call.query.limit)
    return page_answer(call.request, page, request_out)


@operation(
    "listAccesses", "Ai đã xem tên, ai đã nhận hồ sơ chứng cứ",
    Answer(status=200, text="Mới nhất trước.", model=AccessPage), query=AccessQuery,
)  # fmt: skip
async def accesses(call: Call[None, AccessQuery]) -> web.Response:
    """Answer with what was seen."""
    asked = call.query
    page = await call.services.disclosure.accesses(
        subject=asked.subject, actor=call.actor, cursor=asked.cursor, limit=asked.limit
    )
    return page_answer(call.request, page, access_out)


@operation(
    "getRetention", "Hạn lưu: bao nhiêu hồ sơ đến hạn xoá tên, bao nhiêu đã xoá",
    Answer(status=200, text="Tình hình.", model=RetentionOut),
)  # fmt: skip
async def retention(call: Call[None, NoQuery]) -> web.Response:
    """Answer with how far the erasing has come."""
    return answered(retention_out(await call.services.retention.standing(actor=call.actor, at=call.at)))
