"""Evidence: everything kept of one dossier, as a file that a stranger can check and as a sheet to print.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.answers import answered, file_answer
from postgw.web.schemas.evidence import EvidenceOut
from postgw.web.serve import Answer, Call, NoQuery, operation

_PDF = "application/pdf"


@operation(
    "getEvidence", "Hồ sơ chứng cứ của một hồ sơ",
    Answer(status=200, text="Chuỗi sự kiện, giao nhận, chứng từ, thông báo, các ngày, tiền.", model=EvidenceOut),
    problems=(404,),
    text="Kiểm tra lại được bằng một chương trình ngắn, không cần hệ thống này.",
)  # fmt: skip
async def pack(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the evidence pack."""
    made = await call.services.evidence.export(call.path("key"), actor=call.actor, at=call.at)
    return answered(made.document)


@operation(
    "getEvidenceSheet", "Hồ sơ chứng cứ để in", Answer(status=200, text="Tệp.", media=_PDF), problems=(404,)
)  # fmt: skip
async def sheet(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the evidence sheet."""
    made = await call.services.evidence.export(call.path("key"), actor=call.actor, at=call.at)
    return file_answer(made.pdf, _PDF, f"chung-cu-{made.dossier_key.replace('/', '-')}.pdf")
