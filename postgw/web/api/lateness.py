"""Warnings before due dates, and the apology for a late result: drafted, issued with one new day, public.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.legal_day import legal_day
from postgw.web.answers import answered, file_answer, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.lateness import (
    ApologyDetailOut,
    ApologyPage,
    ApologyQuery,
    DraftIn,
    FiguresList,
    IssueIn,
    PeriodQuery,
    PublicApologyPage,
    WarningPage,
    WithdrawalIn,
    apology_detail_out,
    apology_out,
    figures_out,
    public_apology_out,
    warning_out,
)
from postgw.web.schemas.shapes import Cursor
from postgw.web.serve import Call

_DETAIL = Answer(status=200, text="Phiếu xin lỗi.", model=ApologyDetailOut)


@operation(
    "listWarnings", "Cảnh báo sắp đến hạn của bưu điện", Answer(status=200, text="Một trang.", model=WarningPage),
    query=Cursor,
    text="Mỗi hạn báo một lần, vào ngày làm việc trước hạn. Hạn dời thì cảnh báo mang `moved_to`.",
)  # fmt: skip
async def warnings(call: Call[None, Cursor]) -> web.Response:
    """Answer with the warnings of a unit."""
    page = await call.services.watch.warnings(actor=call.actor, **call.query.__dict__)
    return page_answer(call.request, page, warning_out)


@operation(
    "listApologies", "Phiếu xin lỗi đã phát hành, công khai",
    Answer(status=200, text="Một trang, mới nhất trước.", model=PublicApologyPage), query=Cursor,
)  # fmt: skip
async def published(call: Call[None, Cursor]) -> web.Response:
    """Answer with the apologies that were issued; nothing names a person."""
    page = await call.services.lateness.published(**call.query.__dict__)
    return page_answer(
        call.request, page, lambda each: public_apology_out(each, legal_day(each.issued_at or each.drafted_at))
    )


@operation(
    "listApologiesByState", "Phiếu xin lỗi của đơn vị theo trạng thái",
    Answer(status=200, text="Một trang, mới nhất trước.", model=ApologyPage), query=ApologyQuery,
)  # fmt: skip
async def by_state(call: Call[None, ApologyQuery]) -> web.Response:
    """Answer with the apologies of a unit."""
    page = await call.services.lateness.apologies(actor=call.actor, **call.query.__dict__)
    return page_answer(call.request, page, apology_out)


@operation(
    "countApologies", "Số phiếu xin lỗi đã phát hành theo đơn vị",
    Answer(status=200, text="Đúng hạn và chậm.", model=FiguresList), query=PeriodQuery,
)  # fmt: skip
async def figures(call: Call[None, PeriodQuery]) -> web.Response:
    """Answer with how many apologies each desk issued."""
    found = await call.services.lateness.figures(**call.query.__dict__, actor=call.actor)
    return answered({"data": [figures_out(each) for each in found]})


@operation(
    "draftApology", "Lập dự thảo phiếu xin lỗi", Answer(status=201, text="Dự thảo.", model=ApologyDetailOut),
    body=DraftIn, creates=True, problems=(404, 409), example={"dossier": "H27.15-261120-0007"},
    text="Cổng tự lập một ngày làm việc trước hạn; dùng khi biết chậm sớm hơn. Đã có dự thảo thì trả lời dự thảo ấy."
         " Hồ sơ đã hẹn lại một lần thì 409, câu trả lời nêu số và ngày của lần đó.",
)  # fmt: skip
async def draft(call: Call[DraftIn, NoQuery]) -> web.Response:
    """Draft an apology for a dossier."""
    detail = await call.services.lateness.draft(call.body.dossier, actor=call.actor, at=call.at)
    return answered(apology_detail_out(detail), status=201)


@operation("getApology", "Một phiếu xin lỗi", _DETAIL, problems=(404,), tells_of_people=True)
async def shown(call: Call[None, NoQuery]) -> web.Response:
    """Answer with one apology and its letter."""
    detail = await call.services.lateness.apology(call.path("apology_no"), actor=call.actor, at=call.at)
    return answered(apology_detail_out(detail))


@operation(
    "issueApology", "Phát hành phiếu xin lỗi với lý do và ngày hẹn mới", _DETAIL, body=IssueIn, creates=True,
    problems=(403, 404, 409), example={"reason": "Chờ Sở Tư pháp trả lời xác minh.", "new_due_on": "2026-11-27"},
    text="Ngày mới là ngày làm việc sau ngày cũ; mỗi hồ sơ hẹn lại một lần. Phát hành muộn vẫn nhận,"
         " `in_time` là false.",
)  # fmt: skip
async def issue(call: Call[IssueIn, NoQuery]) -> web.Response:
    """Issue an apology."""
    detail = await call.services.lateness.issue(
        call.path("apology_no"), **call.body.__dict__, actor=call.actor, at=call.at
    )
    return answered(apology_detail_out(detail))


@operation(
    "withdrawApology", "Rút dự thảo phiếu xin lỗi", _DETAIL, body=WithdrawalIn, creates=True, problems=(403, 404, 409),
    example={"reason": "Kết quả đã có, sáng mai giao bưu điện."},
)  # fmt: skip
async def withdraw(call: Call[WithdrawalIn, NoQuery]) -> web.Response:
    """Withdraw a draft."""
    detail = await call.services.lateness.withdraw(
        call.path("apology_no"), reason=call.body.reason, actor=call.actor, at=call.at
    )
    return answered(apology_detail_out(detail))


@operation(
    "getApologyPaper", "Phiếu xin lỗi, mẫu số 04, khổ A5", Answer(status=200, text="Tệp.", media="application/pdf"),
    problems=(404,),
)  # fmt: skip
async def paper(call: Call[None, NoQuery]) -> web.Response:
    """Draw an apology."""
    number = call.path("apology_no")
    body = await call.services.lateness.paper(number, actor=call.actor, at=call.at)
    return file_answer(body, "application/pdf", f"xin-loi-{number}.pdf")
