"""Papers: the check against the published list, and what is owed of them.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.web.answers import answered, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.papers import (
    DecisionIn,
    DutyOut,
    DutyPage,
    DutyQuery,
    PaperCheckIn,
    PaperCheckList,
    PaperCheckOut,
    check_out,
    duty_out,
)
from postgw.web.serve import Call


@operation(
    "checkPapers", "Kiểm giấy tờ theo danh mục công bố",
    Answer(status=201, text="Lần kiểm.", model=PaperCheckOut), body=PaperCheckIn, creates=True, problems=(404, 409),
    example={
        "check_id": "7f3a-000012", "citizen": "Nguyễn Thị Diễn Tập", "office": "480000", "guided": True,
        "present": [{"name": "Giấy chứng sinh", "kind": "original"}],
        "missing": ["Tờ khai đăng ký khai sinh theo mẫu"],
    },
    text="Mỗi giấy tờ bắt buộc ghi có hoặc ghi thiếu. Không được đòi giấy tờ ngoài danh mục; người nộp tự nguyện gửi"
         " thêm thì ghi có. Còn thiếu thì phải hướng dẫn.",
)  # fmt: skip
async def check(call: Call[PaperCheckIn, NoQuery]) -> web.Response:
    """Keep a check of the papers at the citizen's door or a counter."""
    asked = call.body
    kept = await call.services.papers.check(
        call.path("number"), asked.counted(), check_id=asked.check_id, citizen=asked.citizen, office=asked.office,
        actor=call.actor, at=call.at,
    )  # fmt: skip
    return answered(check_out(kept), status=201)


@operation(
    "listPaperChecks", "Các lần kiểm giấy tờ", Answer(status=200, text="Cũ trước, mới sau.", model=PaperCheckList),
    problems=(404,),
)  # fmt: skip
async def checks(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the checks of one consignment."""
    found = await call.services.papers.checks(call.path("number"), actor=call.actor)
    return answered({"data": [check_out(each) for each in found]})


@operation(
    "listPaperDuties", "Giấy tờ còn nợ", Answer(status=200, text="Bản chính phải trả, giấy tờ phải thu hồi.",
    model=DutyPage), query=DutyQuery, problems=(404,),
)  # fmt: skip
async def duties(call: Call[None, DutyQuery]) -> web.Response:
    """Answer with what is owed of papers, to the citizen and to the agency."""
    asked = call.query
    page = await call.services.papers.duties(
        desk=asked.desk, dossier=asked.dossier, state=asked.state, cursor=asked.cursor, limit=asked.limit,
        actor=call.actor,
    )  # fmt: skip
    return page_answer(call.request, page, lambda duty: duty_out(duty, call.today))


@operation(
    "decidePaperDuty", "Trả bản chính cùng kết quả, hoặc giữ lại",
    Answer(status=200, text="Nghĩa vụ sau khi quyết định.", model=DutyOut), body=DecisionIn, creates=True,
    problems=(404, 409), example={"decision": "goes", "consignment_no": "4K7M29TB6HC"},
    text="Bản chính được xác nhận thì ghi trên phiếu gửi của bưu gửi ấy; chưa xác nhận thì vẫn còn nợ.",
)  # fmt: skip
async def decide(call: Call[DecisionIn, NoQuery]) -> web.Response:
    """Say that an original goes out with a result, or why it stays."""
    given = call.path("duty_no")
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise Unknown("Không có nghĩa vụ trả giấy tờ mang số {number}.", number=given[:20], code="duty.unknown")
    asked = call.body
    decided = await call.services.papers.decide(
        int(given), decision=asked.decision, consignment_no=asked.consignment_no, reason=asked.reason,
        actor=call.actor, at=call.at,
    )  # fmt: skip
    return answered(duty_out(decided, call.today))
