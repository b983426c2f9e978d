"""Reports: what is due, a report in four forms, the lists behind its figures, issuing it; quality and ratings.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.services.reports import FORMATS
from postgw.web.answers import answered, etag_of, file_answer, page_answer, tagged_bytes, to_json
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.reports import (
    CommentPage,
    CommentsQuery,
    DueReportPage,
    FactPage,
    FactsQuery,
    IssueIn,
    PeriodQuery,
    QualityOut,
    QualityQuery,
    ReportOut,
    ReportQuery,
    SatisfactionOut,
    due_out,
    fact_out,
    report_out,
)
from postgw.web.schemas.shapes import Cursor
from postgw.web.serve import Call

_QUALITY_CACHE = "public, max-age=3600"


@operation(
    "listReports", "Báo cáo định kỳ: hạn nộp, đã phát hành hay chưa",
    Answer(status=200, text="Các kỳ đã hết, mới nhất trước.", model=DueReportPage), query=Cursor,
    text="Hạn theo Điều 13 Thông tư 17/2017/TT-BTTTT: trước ngày 10 của tháng đầu kỳ sau.",
)  # fmt: skip
async def listed(call: Call[None, Cursor]) -> web.Response:
    """Answer with the reports that are owed."""
    page = await call.services.reports.due(actor=call.actor, at=call.at, **call.query.__dict__)
    return page_answer(call.request, page, due_out)


@operation(
    "getReport", "Báo cáo của một kỳ", Answer(status=200, text="Báo cáo; theo `format` là JSON, XLSX, CSV hoặc PDF.",
    model=ReportOut), query=ReportQuery, problems=(404,),
    text="Kỳ viết như 2026-Q4, 2026-H1 hoặc 2026. Đã phát hành thì trả bản đã phát hành, không tính lại.",
)  # fmt: skip
async def shown(call: Call[None, ReportQuery]) -> web.Response:
    """Answer with a report."""
    period, asked = call.path("period"), call.query
    found = await call.services.reports.report(
        period, actor=call.actor, at=call.at, unit=asked.unit, version=asked.version, draft=asked.draft
    )
    if asked.format == "json":
        return answered(report_out(found))
    body = await call.services.reports.file(found, asked.format)
    return file_answer(body, FORMATS[asked.format], f"bao-cao-{found.content['period']}.{asked.format}")


@operation(
    "listReportFacts", "Danh sách phía sau một chỉ tiêu", Answer(status=200, text="Một trang.", model=FactPage),
    query=FactsQuery, problems=(404,),
    text="Cộng hết danh sách (hoặc `dong`, với chỉ tiêu tiền) thì bằng đúng chỉ tiêu trong báo cáo.",
)  # fmt: skip
async def facts(call: Call[None, FactsQuery]) -> web.Response:
    """Answer with what a figure counts."""
    page = await call.services.reports.facts_behind(
        call.path("period"), call.path("figure"), actor=call.actor, at=call.at, **call.query.__dict__
    )
    return page_answer(call.request, page, fact_out)


@operation(
    "issueReport", "Phát hành báo cáo", Answer(status=200, text="Bản đã phát hành.", model=ReportOut), body=IssueIn,
    creates=True, problems=(404, 409), example={"reason": ""},
    text="Bản đã phát hành không đổi nữa. Số liệu khác đi thì phát hành bản mới bên cạnh, có lý do.",
)  # fmt: skip
async def issue(call: Call[IssueIn, NoQuery]) -> web.Response:
    """Issue a report."""
    found = await call.services.reports.issue(call.path("period"), actor=call.actor, at=call.at, **call.body.__dict__)
    return answered(report_out(found))


@operation(
    "getQuality", "Chất lượng đã đạt trong một quý", Answer(status=200, text="Một quý.", model=QualityOut),
    query=QualityQuery,
)  # fmt: skip
async def quality(call: Call[None, QualityQuery]) -> web.Response:
    """Answer with the achieved quality of the last full quarter."""
    body = to_json(await call.services.reports.quality(call.query.quarter, at=call.at))
    return tagged_bytes(call.request, body, etag_of(body), media="application/json", Cache_Control=_QUALITY_CACHE)


@operation(
    "getSatisfaction", "Mức độ hài lòng của người dân", Answer(status=200, text="Một kỳ.", model=SatisfactionOut),
    query=PeriodQuery, text="Nhóm quá ít ý kiến không hiện, và không suy ra được bằng phép trừ.",
)  # fmt: skip
async def satisfaction(call: Call[None, PeriodQuery]) -> web.Response:
    """Answer with what citizens said, added up."""
    found = await call.services.satisfaction.results(actor=call.actor, at=call.at, period=call.query.period)
    return answered(found)


@operation(
    "listComments", "Ý kiến người dân viết thêm", Answer(status=200, text="Một trang.", model=CommentPage),
    query=CommentsQuery, text="Không kèm điểm, ngày, đơn vị hay bưu gửi. Chưa đủ ý kiến thì trang rỗng.",
)  # fmt: skip
async def comments(call: Call[None, CommentsQuery]) -> web.Response:
    """Answer with citizens' remarks."""
    page = await call.services.satisfaction.comments(actor=call.actor, at=call.at, **call.query.__dict__)
    return page_answer(call.request, page, str)
