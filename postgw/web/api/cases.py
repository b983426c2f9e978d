"""Cases: complaints taken, looked into and answered; damage recorded; items given up and found again.

Used by: routes.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from aiohttp import web

from postgw.services.cases import Complaint
from postgw.web.answers import answered, file_answer, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.reading import MIB
from postgw.web.schemas.case_views import CaseOut, CasePage, DamageOut, case_out, damage_out, line_out
from postgw.web.schemas.cases import AnswerIn, CaseQuery, ComplaintIn, DamageIn, FoundIn, LossIn, StepIn
from postgw.web.serve import Call

_CASE = Answer(status=200, text="Vụ việc, từng bước, hạn trả lời và cách tính.", model=CaseOut)
_OPENED = Answer(status=201, text=_CASE.text, model=CaseOut)
_PDF = "application/pdf"


async def _answer(call: Call[Any, Any], case_no: str, *, status: int = 200) -> web.Response:
    view = await call.services.cases.get(case_no, actor=call.actor, at=call.at)
    address = {"Location": f"/api/v1/cases/{case_no}"} if status == 201 else {}
    return answered(case_out(view, call.actor, call.language), status=status, **address)


@operation(
    "openComplaint", "Tiếp nhận khiếu nại", _OPENED, body=ComplaintIn, creates=True, problems=(404,),
    example={
        "case_id": "don-2026-0031", "number": "4K7M29TB6HC", "about": "late",
        "statement": "Kết quả hẹn ngày 20/11 đến hôm nay chưa nhận được.", "claim": "Hoàn cước",
        "complainant_name": "Nguyễn Thị Diễn Tập", "complainant_phone": "0912000003",
    },
    text="Khiếu nại quá thời hiệu vẫn được nhận, câu trả lời đánh dấu và nêu điều luật.",
)  # fmt: skip
async def complain(call: Call[ComplaintIn, NoQuery]) -> web.Response:
    """Take a complaint."""
    view = await call.services.cases.open(Complaint(**call.body.__dict__), actor=call.actor, at=call.at)
    return answered(
        case_out(view, call.actor, call.language), status=201, Location=f"/api/v1/cases/{view.case.case_no}"
    )


@operation(
    "listCases", "Các vụ việc", Answer(status=200, text="Đang xử lý trước, gần hạn nhất trước.", model=CasePage),
    query=CaseQuery,
)  # fmt: skip
async def listed(call: Call[None, CaseQuery]) -> web.Response:
    """Answer with cases."""
    asked = call.query
    page = await call.services.cases.listed(
        state=asked.state, kind=asked.kind, number=asked.number, overdue=bool(asked.overdue), cursor=asked.cursor,
        limit=asked.limit, actor=call.actor, at=call.at,
    )  # fmt: skip
    return page_answer(call.request, page, partial(line_out, language=call.language))


@operation("getCase", "Một vụ việc", _CASE, problems=(404,), tells_of_people=True)
async def shown(call: Call[None, NoQuery]) -> web.Response:
    """Answer with one case."""
    return await _answer(call, call.path("case_no"))


@operation(
    "addCaseStep", "Ghi một bước xử lý, mở lại hoặc đóng", _CASE, body=StepIn, creates=True, problems=(404, 409),
    example={"kind": "investigated", "note": "Bưu cục Hà Tĩnh xác nhận bưu gửi nằm lại kho ngày 21/11."},
)  # fmt: skip
async def step(call: Call[StepIn, NoQuery]) -> web.Response:
    """Write a step down."""
    case_no = call.path("case_no")
    await call.services.cases.step(case_no, call.body.kind, note=call.body.note, actor=call.actor, at=call.at)
    return await _answer(call, case_no)


@operation(
    "answerCase", "Trả lời", _CASE, body=AnswerIn, creates=True, problems=(404, 409),
    example={"outcome": "upheld", "text": "Bưu điện phát chậm 2 ngày làm việc, hoàn lại cước."},
    text="Không chấp nhận thì nêu căn cứ trong `grounds`. Một cửa và công dân được báo có trả lời.",
)  # fmt: skip
async def answer(call: Call[AnswerIn, NoQuery]) -> web.Response:
    """Answer a case."""
    case_no = call.path("case_no")
    await call.services.cases.answer(case_no, **call.body.__dict__, actor=call.actor, at=call.at)
    return await _answer(call, case_no)


@operation(
    "declareLost", "Ghi nhận thất lạc", _OPENED, body=LossIn, creates=True, problems=(403, 404, 409),
    example={"number": "4K7M29TB6HC", "statement": "Đã tìm ở kho và ba bưu cục trên tuyến, không thấy."},
    text="Chỉ Bưu điện, với bưu gửi Bưu điện đang giữ. Trạng thái đi theo lần quét `lost` được ghi cùng lúc.",
)  # fmt: skip
async def lose(call: Call[LossIn, NoQuery]) -> web.Response:
    """Give an item up."""
    asked = call.body
    case_no = await call.services.loss.declare(asked.number, statement=asked.statement, actor=call.actor, at=call.at)
    return await _answer(call, case_no, status=201)


@operation(
    "reportFound", "Tìm lại được bưu gửi đã mất", _CASE, body=FoundIn, creates=True, problems=(403, 404, 409),
    example={"office": "480000", "note": "Thấy trong túi rỗng khi kiểm kho."},
)  # fmt: skip
async def find(call: Call[FoundIn, NoQuery]) -> web.Response:
    """Note that a lost item was found."""
    case_no = call.path("case_no")
    await call.services.loss.found(case_no, **call.body.__dict__, actor=call.actor, at=call.at)
    return await _answer(call, case_no)


@operation(
    "recordDamage", "Lập biên bản bưu gửi rách, hỏng", Answer(status=201, text="Biên bản.", model=DamageOut),
    body=DamageIn, most=3 * MIB, creates=True, problems=(404, 409),
    example={
        "record_id": "bb-07-0012", "number": "4K7M29TB6HC", "office": "480000", "wrapping": "torn",
        "cause": "transport", "lines": [{"name": "Giấy khai sinh", "condition": "whole"}], "new_seal_no": "NP-0042",
        "worker_name": "Trần Diễn Tập", "witness_name": "Lê Diễn Tập",
    },
    text="Mở vụ việc hư hỏng hoặc nhập vào vụ việc đang mở. Không đổi trạng thái bưu gửi.",
)  # fmt: skip
async def damage(call: Call[DamageIn, NoQuery]) -> web.Response:
    """Keep a damage record."""
    kept = await call.services.damage.record(call.body.number, call.body.record(), actor=call.actor, at=call.at)
    return answered(damage_out(kept), status=201, Location=f"/api/v1/cases/damage-records/{kept.record_no}")


@operation(
    "getDamageRecord",
    "Một biên bản",
    Answer(status=200, text="Biên bản.", model=DamageOut),
    problems=(404,),
    tells_of_people=True,
)
async def damage_record(call: Call[None, NoQuery]) -> web.Response:
    """Answer with a damage record."""
    return answered(damage_out(await call.services.damage.get(call.path("record_no"), actor=call.actor)))


@operation(
    "signDamageRecord", "Ghi nhận hai bên đã ký biên bản", Answer(status=200, text="Biên bản.", model=DamageOut),
    creates=True, problems=(404,), text="Lần ký đầu giữ nguyên; sau khi ký không sửa được.",
)  # fmt: skip
async def sign_damage(call: Call[None, NoQuery]) -> web.Response:
    """Mark a damage record as signed."""
    kept = await call.services.damage.sign(call.path("record_no"), actor=call.actor, at=call.at)
    return answered(damage_out(kept))


@operation("getDamagePaper", "Biên bản để in, khổ A4", Answer(status=200, text="Tệp.", media=_PDF), problems=(404,))
async def damage_paper(call: Call[None, NoQuery]) -> web.Response:
    """Draw a damage record."""
    number = call.path("record_no")
    body = await call.services.damage.paper(number, actor=call.actor)
    return file_answer(body, _PDF, f"bien-ban-{number}.pdf")


@operation("getDamagePhoto", "Ảnh kèm biên bản", Answer(status=200, text="Tệp.", media="image/jpeg"), problems=(404,))
async def damage_photo(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the photo of a damage record."""
    number = call.path("record_no")
    body = await call.services.damage.photo(number, actor=call.actor)
    return file_answer(body, "image/jpeg", f"anh-{number}.jpg")
