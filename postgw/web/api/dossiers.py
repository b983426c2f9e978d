"""Dossiers: sent in one by one or many at once, numbered, listed; and the change requests an officer decides.

Used by: routes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import hdrs, web
from pydantic import TypeAdapter

from postgw.domain.errors import PostgwError
from postgw.web.answers import answered, etag_of, must_match, page_answer, tagged, to_json
from postgw.web.errors import Faulty, Malformed, kind_of, problem_of
from postgw.web.faults import must_not_be_longer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.dossiers import (
    MOST_AT_ONCE,
    ChangeRequestList,
    DecisionIn,
    DossierIn,
    DossierOut,
    DossierPage,
    DossierQuery,
    DossierRows,
    DossiersIn,
    DossierTaken,
    KeptDossier,
    NumberIn,
    change_request_out,
    dossier_out,
    dossier_summary,
)
from postgw.web.serve import Call
from postgw.web.values import read_json, read_loosely

#: The status of each outcome: a change request is accepted to be decided, not done.
STATUS = {"created": 201, "same": 200, "updated": 200, "change_requested": 202}
_ONE = TypeAdapter(DossierIn)
_MANY = TypeAdapter(DossiersIn)

EXAMPLE = {
    "dossier_no": "H15.50.05.13-261008-0975",
    "intake_ref": "MC-2026-000975",
    "receiving_desk": "H15.50.05.13",
    "procedure_code": "1.004227",
    "service_form": "return",
    "applicant": {
        "name": "Nguyễn Thị Diễn Tập",
        "phone": "0912000003",
        "address": "Thôn Đoài",
        "commune": "xã Kỳ Lạc",
        "province": "tỉnh Hà Tĩnh",
    },
    "papers": [{"name": "Giấy chứng nhận", "kind": "original", "quantity": 1}],
    "due_on": "2026-12-05",
    "fee_dong": 25000,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the rows, each a dossier or what is wrong with it, and whether it was a batch."""

    rows: tuple[DossierIn | PostgwError, ...]
    many: bool


def read_sent(raw: bytes) -> Sent:
    """Return one dossier or the rows of a batch. A row that cannot be read spoils no other.

    Raises Malformed or Faulty when the only dossier, or the frame of the batch, cannot be read.
    """
    if b'"dossiers"' not in raw:
        return Sent((read_json(raw, _ONE),), many=False)
    try:
        return Sent(read_json(raw, _MANY).dossiers, many=True)
    except Faulty as found:
        whole = read_loosely(raw)
        if not isinstance(whole, dict) or "dossiers" not in whole:
            return Sent((read_json(raw, _ONE),), many=False)
        if not all(fault.pointer.startswith("/dossiers/") for fault in found.faults):
            raise
        must_not_be_longer("dossiers", whole["dossiers"], MOST_AT_ONCE)
    return Sent(tuple(_row(place, row) for place, row in enumerate(whole["dossiers"])), many=True)


def _row(place: int, row: Any) -> DossierIn | PostgwError:
    raw = orjson.dumps(row)
    try:
        return read_json(raw, _ONE)
    except Faulty as found:
        return found.beneath(f"/dossiers/{place}")


@operation(
    "takeDossiers", "Nhận hồ sơ: một hồ sơ, hoặc nhiều hồ sơ cùng lúc",
    Answer(status=201, text="Hồ sơ mới.", model=DossierTaken),
    Answer(status=200, text="Đã có đúng như vậy, hoặc đã cập nhật; với nhiều hồ sơ: kết quả từng dòng.",
           model=DossierTaken | DossierRows),
    Answer(status=202, text="Đã đặt bưu điện rồi: thành yêu cầu thay đổi, chờ cán bộ quyết định.", model=DossierTaken),
    body=DossierIn | DossiersIn, read=read_sent, creates=True, matches=True, problems=(409, 412), example=EXAMPLE,
    text='Gửi một đối tượng hồ sơ, hoặc `{"dossiers": […]}` tối đa 500 hồ sơ. Gửi lại hồ sơ y hệt không tạo thêm. Với '
    "`If-Match`, chỉ dùng khi gửi một hồ sơ: hồ sơ phải đã có và còn đúng bản đó, nếu không thì 412.",
)  # fmt: skip
async def take(call: Call[Sent, NoQuery]) -> web.Response:
    """Take what was sent."""
    if call.body.many:
        if call.request.headers.get(hdrs.IF_MATCH):
            raise Malformed("If-Match chỉ dùng khi gửi một hồ sơ. Bỏ đi, hoặc gửi từng hồ sơ.", code="etag.many")
        return answered({"results": [await _taken_row(call, place, row) for place, row in enumerate(call.body.rows)]})
    taken, status = await _taken(call, call.body.rows[0])
    dossier = taken["dossier"]
    where = f"/api/v1/dossiers/{quote(dossier['key'])}"
    return answered(taken, status=status, Location=where, ETag=etag_of(to_json(dossier)))


async def _taken(call: Call[Sent, NoQuery], row: DossierIn | PostgwError) -> tuple[dict[str, Any], int]:
    if isinstance(row, PostgwError):
        raise row
    taken = await call.services.intake.take(row.dossier(), look=_look(call), actor=call.actor, at=call.at)
    shown = {
        "outcome": taken.outcome,
        "dossier": dossier_out(taken.dossier),
        "change_request_no": taken.change_request_no,
    }
    return shown, STATUS[taken.outcome]


def _look(call: Call[Sent, NoQuery]) -> Callable[[KeptDossier | None], None] | None:
    """Return what holds the dossier that stands against the caller's If-Match, where there is one."""
    if not call.request.headers.get(hdrs.IF_MATCH):
        return None

    def seen(standing: KeptDossier | None) -> None:
        must_match(call.request, etag_of(to_json(dossier_out(standing))) if standing else None)

    return seen


async def _taken_row(call: Call[Sent, NoQuery], place: int, row: DossierIn | PostgwError) -> dict[str, Any]:
    try:
        taken, status = await _taken(call, row)
    except PostgwError as error:
        if error.field and not error.field.startswith("/dossiers/"):
            error.at(f"/dossiers/{place}")
        problem = problem_of(error, language=call.language, instance=call.request_id)
        return {"index": place, "status": kind_of(error).status, "problem": problem}
    return {"index": place, "status": status, **taken}


@operation(
    "listDossiers", "Danh sách hồ sơ",
    Answer(status=200, text="Một trang; không có thông tin cá nhân.", model=DossierPage), query=DossierQuery,
)  # fmt: skip
async def listed(call: Call[None, DossierQuery]) -> web.Response:
    """Answer with a page of dossiers."""
    asked = call.query
    page = await call.services.enquiry.dossiers(
        actor=call.actor, desk=asked.desk, cursor=asked.cursor, limit=asked.limit
    )
    return page_answer(call.request, page, dossier_summary)


@operation(
    "getDossier",
    "Một hồ sơ",
    Answer(status=200, text="Hồ sơ.", model=DossierOut),
    problems=(404,),
    tells_of_people=True,
)
async def shown(call: Call[None, NoQuery]) -> web.Response:
    """Answer with one dossier."""
    return tagged(call.request, dossier_out(await call.services.enquiry.dossier(call.path("key"), actor=call.actor)))


@operation(
    "assignDossierNumber", "Gắn mã hồ sơ khi bộ phận đã tiếp nhận",
    Answer(status=200, text="Hồ sơ, nay đã có mã.", model=DossierOut),
    body=NumberIn, creates=True, matches=True, problems=(404, 409, 412),
    example={"dossier_no": "H15.50.05.13-261008-0975"},
)  # fmt: skip
async def numbered(call: Call[NumberIn, NoQuery]) -> web.Response:
    """Give a dossier its number, once."""
    key = call.path("key")

    def seen(standing: Any) -> None:
        must_match(call.request, etag_of(to_json(dossier_out(standing))))

    kept = await call.services.intake.assign_number(key, call.body.dossier_no, seen=seen, actor=call.actor, at=call.at)
    return tagged(call.request, dossier_out(kept), status=200)


@operation(
    "listChangeRequests", "Yêu cầu thay đổi đang chờ quyết định",
    Answer(status=200, text="Các yêu cầu.", model=ChangeRequestList),
)  # fmt: skip
async def change_requests(call: Call[None, NoQuery]) -> web.Response:
    """Answer with what waits for a decision."""
    waiting = await call.services.intake.change_requests(actor=call.actor)
    return answered({"data": [change_request_out(request) for request in waiting]})


@operation(
    "decideChangeRequest", "Nhận hoặc bác một yêu cầu thay đổi",
    Answer(status=200, text="Hồ sơ sau quyết định.", model=DossierOut),
    body=DecisionIn, creates=True, problems=(404, 409), example={"accept": True},
)  # fmt: skip
async def decide(call: Call[DecisionIn, NoQuery]) -> web.Response:
    """Accept or decline a change request."""
    kept = await call.services.intake.decide(
        call.path("change_request_no"), accept=call.body.accept, actor=call.actor, at=call.at
    )
    return answered(dossier_out(kept))
