"""Liability, compensation, re-issue costs, found items taken back, and the rates of interest.

Used by: routes.
"""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from postgw.domain.compensation import InterestRate
from postgw.services.determining import Determination
from postgw.web.answers import answered, file_answer, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.case_views import (
    CaseOut,
    DuePage,
    LiabilityOut,
    PaymentOut,
    RateList,
    RateOut,
    case_out,
    due_out,
    liability_out,
    payment_out,
)
from postgw.web.schemas.cases import DecisionIn, LiabilityIn, PaymentIn, RateIn, ReissueIn
from postgw.web.schemas.shapes import Cursor
from postgw.web.serve import Call

_CASE = Answer(status=200, text="Vụ việc sau bước này.", model=CaseOut)


@operation(
    "determineLiability", "Lập văn bản xác định trách nhiệm bồi thường",
    Answer(status=201, text="Văn bản.", model=LiabilityOut), body=LiabilityIn, creates=True, problems=(404, 409),
    example={"reason": "Bưu gửi thất lạc ở khâu chia chọn", "fault": "post", "payee": "sender", "method": "transfer"},
    text="Mức tối thiểu tính từ phiếu thu cước theo quy định của ngày chấp nhận; thấp hơn thì không nhận. Lập một lần.",
)  # fmt: skip
async def determine(call: Call[LiabilityIn, NoQuery]) -> web.Response:
    """Set a liability down."""
    told = Determination(**call.body.__dict__)
    made = await call.services.determining.determine(call.path("case_no"), told, actor=call.actor, at=call.at)
    return answered(liability_out(made), status=201)


@operation(
    "getLiabilityPaper", "Văn bản xác định trách nhiệm để in, khổ A4",
    Answer(status=200, text="Tệp.", media="application/pdf"), problems=(404,),
)  # fmt: skip
async def paper(call: Call[None, NoQuery]) -> web.Response:
    """Draw a liability record."""
    case_no = call.path("case_no")
    body = await call.services.determining.paper(case_no, actor=call.actor)
    return file_answer(body, "application/pdf", f"xac-dinh-trach-nhiem-{case_no}.pdf")


@operation(
    "payCompensation", "Trả tiền bồi thường, hoàn cước", Answer(status=201, text="Khoản đã trả.", model=PaymentOut),
    body=PaymentIn, creates=True, problems=(403, 404, 409), example={"unit": "480000", "way": "cash"},
    text="Ghi vào sổ cước một lần. Quá hạn 30 ngày thì kèm lãi theo lãi suất tỉnh đã khai.",
)  # fmt: skip
async def pay(call: Call[PaymentIn, NoQuery]) -> web.Response:
    """Pay what is owed."""
    asked = call.body
    payment = await call.services.compensating.pay(
        call.path("case_no"), unit=asked.unit, way=asked.way, actor=call.actor, at=call.at
    )
    return answered(payment_out(payment), status=201)


@operation(
    "listCompensationDue", "Tiền bồi thường còn phải trả",
    Answer(status=200, text="Gần hạn nhất trước.", model=DuePage), query=Cursor,
)  # fmt: skip
async def due(call: Call[None, Cursor]) -> web.Response:
    """Answer with what is to be paid."""
    page = await call.services.compensating.due(
        cursor=call.query.cursor, limit=call.query.limit, actor=call.actor, at=call.at
    )
    return page_answer(call.request, page, due_out)


@operation(
    "addReissueCost", "Ghi chi phí cấp lại giấy tờ", _CASE, body=ReissueIn, creates=True, problems=(404, 409),
    example={"paper": "Giấy khai sinh bản chính", "cost_dong": 50000, "evidence": "Biên lai lệ phí số 0012"},
)  # fmt: skip
async def reissue(call: Call[ReissueIn, NoQuery]) -> web.Response:
    """Note the cost of a re-issue."""
    case_no = call.path("case_no")
    await call.services.determining.reissue(case_no, **call.body.__dict__, actor=call.actor, at=call.at)
    view = await call.services.cases.get(case_no, actor=call.actor, at=call.at)
    return answered(case_out(view, call.actor, call.language))


@operation(
    "decideOnFound", "Chủ bưu gửi nhận lại hoặc từ chối", _CASE, body=DecisionIn, creates=True,
    problems=(403, 404, 409), example={"decision": "takes_back", "unit": "480000"},
    text="Nhận lại thì hoàn trả tiền bồi thường đã nhận; bút toán được ghi ngược lại.",
)  # fmt: skip
async def decide(call: Call[DecisionIn, NoQuery]) -> web.Response:
    """Keep what the owner decided."""
    asked, case_no = call.body, call.path("case_no")
    await call.services.compensating.owner_decides(
        case_no, asked.decision, unit=asked.unit, way=asked.way, note=asked.note, actor=call.actor, at=call.at
    )
    view = await call.services.cases.get(case_no, actor=call.actor, at=call.at)
    return answered(case_out(view, call.actor, call.language))


@operation(
    "setInterestRate", "Khai lãi suất chậm trả từ một ngày", Answer(status=201, text="Lãi suất.", model=RateOut),
    body=RateIn, creates=True, problems=(409,),
    example={"basis_points": 1000, "valid_from": "2026-01-01", "reason": "Quyết định của tỉnh"},
)  # fmt: skip
async def set_rate(call: Call[RateIn, NoQuery]) -> web.Response:
    """Set a rate of interest."""
    rate = await call.services.compensating.put_rate(InterestRate(**call.body.__dict__), actor=call.actor, at=call.at)
    return answered(asdict(rate), status=201)


@operation("listInterestRates", "Lãi suất chậm trả đã khai", Answer(status=200, text="Mới nhất trước.", model=RateList))
async def rates(call: Call[None, NoQuery]) -> web.Response:
    """Answer with every rate."""
    return answered({"data": [asdict(rate) for rate in await call.services.compensating.rates(actor=call.actor)]})
