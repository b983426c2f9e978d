"""Evidence: everything kept of one dossier, as a file that a stranger can check and as a sheet; the rows of form 06.

The pack names people, so it is given only on a recorded written request, or for a party's own use that is named.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.answers import answered, file_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.disclosure import GroundQuery, HandList, hand_out
from postgw.web.schemas.evidence import EvidenceOut
from postgw.web.serve import Call

_PDF, _CSV = "application/pdf", "text/csv"
_GROUND = "Ghi `request` (số yêu cầu đã ghi) hoặc `purpose` (bên của hồ sơ tự dùng). Mỗi lần xuất được ghi lại."


@operation(
    "getEvidence", "Hồ sơ chứng cứ của một hồ sơ",
    Answer(status=200, text="Chuỗi sự kiện, giao nhận, chứng từ, thông báo, các ngày, tiền.", model=EvidenceOut),
    problems=(404,), query=GroundQuery,
    text=f"Kiểm tra lại được bằng một chương trình ngắn, không cần hệ thống này. {_GROUND}",
)  # fmt: skip
async def pack(call: Call[None, GroundQuery]) -> web.Response:
    """Answer with the evidence pack."""
    made = await call.services.evidence.export(
        call.path("key"), request_no=call.query.request, purpose=call.query.purpose, actor=call.actor, at=call.at
    )
    return answered(made.document)


@operation(
    "getEvidenceSheet", "Hồ sơ chứng cứ để in", Answer(status=200, text="Tệp.", media=_PDF), problems=(404,),
    query=GroundQuery, text=_GROUND,
)  # fmt: skip
async def sheet(call: Call[None, GroundQuery]) -> web.Response:
    """Answer with the evidence sheet."""
    made = await call.services.evidence.export(
        call.path("key"), request_no=call.query.request, purpose=call.query.purpose, actor=call.actor, at=call.at
    )
    return file_answer(made.pdf, _PDF, f"chung-cu-{made.dossier_key.replace('/', '-')}.pdf")


@operation(
    "listHandovers", "Các lần giao nhận của một hồ sơ: dòng của mẫu số 06",
    Answer(status=200, text="Theo thứ tự biên bản.", model=HandList), problems=(404,),
)  # fmt: skip
async def handovers(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the rows of form 06."""
    rows = await call.services.evidence.handovers(call.path("key"), actor=call.actor)
    return answered({"data": [hand_out(row) for row in rows]})


@operation(
    "getHandoverTable", "Các lần giao nhận của một hồ sơ, tệp CSV", Answer(status=200, text="Tệp.", media=_CSV),
    problems=(404,),
)  # fmt: skip
async def handover_table(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the rows of form 06 as a table."""
    key = call.path("key")
    body = await call.services.evidence.handover_table(key, actor=call.actor)
    return file_answer(body, _CSV, f"giao-nhan-{key.replace('/', '-')}.csv")
