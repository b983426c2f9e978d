"""Money: fees and postage taken, receipts, fee money handed on and counted, the accounts of a day.

Used by: routes.
"""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from postgw.domain.receipt import Collection
from postgw.web.answers import answered, file_answer, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.money import (
    CountIn,
    DayOut,
    DayQuery,
    DueList,
    FeeIn,
    FeeQuery,
    ReasonIn,
    ReceiptOut,
    ReceiptPage,
    RemittanceIn,
    RemittanceOut,
    RemittancePage,
    SeriesIn,
    SeriesList,
    SeriesOut,
    TermIn,
    TermList,
    TermOut,
    account_out,
    receipt_out,
    remittance_out,
)
from postgw.web.schemas.shapes import Cursor
from postgw.web.serve import Call


@operation(
    "collectFee", "Thu phí, lệ phí hoặc cước", Answer(status=201, text="Biên lai.", model=ReceiptOut),
    body=FeeIn, creates=True, problems=(404, 409),
    text="Cùng `fee_id` của cùng đơn vị: cùng biên lai. Phí và cước mỗi loại một sổ, một ký hiệu biên lai.",
    example={"fee_id": "may-07-000123", "number": "4K7M29TB6HC", "ledger": "fee", "amount_dong": 8000},
)  # fmt: skip
async def collect(call: Call[FeeIn, NoQuery]) -> web.Response:
    """Take money and answer with its receipt."""
    asked = call.body.__dict__
    told = {name: value for name, value in asked.items() if value is not None}
    receipt = await call.services.money.collect(Collection(**told), actor=call.actor, at=call.at)
    return answered(receipt_out(receipt), status=201, Location=f"/api/v1/receipts/{receipt.receipt_no}/paper")


@operation("listFees", "Biên lai đã lập", Answer(status=200, text="Mới nhất trước.", model=ReceiptPage), query=FeeQuery)
async def fees(call: Call[None, FeeQuery]) -> web.Response:
    """Answer with receipts."""
    page = await call.services.money.receipts(
        actor=call.actor, ledger=call.query.ledger, cursor=call.query.cursor, limit=call.query.limit
    )
    return page_answer(call.request, page, receipt_out)


@operation(
    "cancelReceipt", "Huỷ biên lai lập sai", Answer(status=200, text="Biên lai đã huỷ.", model=ReceiptOut),
    body=ReasonIn, creates=True, problems=(404, 409), example={"reason": "Ghi nhầm số tiền"},
    text="Bút toán được ghi ngược lại, số biên lai không dùng lại. Tiền đã nộp thì không huỷ được.",
)  # fmt: skip
async def cancel(call: Call[ReasonIn, NoQuery]) -> web.Response:
    """Cancel a receipt by a reversing entry."""
    receipt = await call.services.money.cancel(
        call.path("receipt_no"), reason=call.body.reason, actor=call.actor, at=call.at
    )
    return answered(receipt_out(receipt))


@operation(
    "getReceiptPaper", "Biên lai để in", Answer(status=200, text="Tệp.", media="application/pdf"), problems=(404,)
)
async def paper(call: Call[None, NoQuery]) -> web.Response:
    """Draw a receipt."""
    number = call.path("receipt_no")
    body = await call.services.money.paper(number, actor=call.actor, at=call.at)
    return file_answer(body, "application/pdf", f"bien-lai-{number}.pdf")


@operation(
    "beginSeries", "Khai ký hiệu biên lai của một đơn vị", Answer(status=201, text="Ký hiệu.", model=SeriesOut),
    body=SeriesIn, creates=True, problems=(409,), example={"series": "PHT26", "ledger": "fee", "unit": "480000"},
)  # fmt: skip
async def begin_series(call: Call[SeriesIn, NoQuery]) -> web.Response:
    """Begin a series of receipts; from now on the unit numbers by it."""
    asked = call.body
    kept = await call.services.money.begin_series(
        asked.series, ledger=asked.ledger, unit=asked.unit, actor=call.actor, at=call.at
    )
    return answered(asdict(kept), status=201)


@operation("listSeries", "Các ký hiệu biên lai", Answer(status=200, text="Mới nhất trước.", model=SeriesList))
async def series(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the series of receipts."""
    return answered({"data": [asdict(each) for each in await call.services.money.series(actor=call.actor)]})


@operation(
    "remit", "Nộp phí đã thu", Answer(status=201, text="Lần nộp.", model=RemittanceOut), body=RemittanceIn,
    creates=True, problems=(409,), example={"desk": "TS", "receipt_nos": ["PHT26-000042"]},
)  # fmt: skip
async def remit(call: Call[RemittanceIn, NoQuery]) -> web.Response:
    """Hand fee money on."""
    remittance = await call.services.remitting.remit(**call.body.__dict__, actor=call.actor, at=call.at)
    return answered(remittance_out(remittance), status=201)


@operation(
    "confirmRemittance", "Bên nhận xác nhận số tiền đếm được",
    Answer(status=200, text="Lần nộp, kèm chênh lệch.", model=RemittanceOut), body=CountIn, creates=True,
    problems=(404, 409), example={"received_dong": 8000, "signatory_no": "NK-TS-00000001"},
)  # fmt: skip
async def confirm(call: Call[CountIn, NoQuery]) -> web.Response:
    """Keep what was counted, with its difference."""
    remittance = await call.services.remitting.confirm(
        call.path("remittance_no"), received_dong=call.body.received_dong, signatory_no=call.body.signatory_no,
        actor=call.actor, at=call.at,
    )  # fmt: skip
    return answered(remittance_out(remittance))


@operation(
    "listRemittances", "Các lần nộp phí", Answer(status=200, text="Mới nhất trước.", model=RemittancePage), query=Cursor
)
async def remittances(call: Call[None, Cursor]) -> web.Response:
    """Answer with remittances."""
    page = await call.services.remitting.remittances(actor=call.actor, cursor=call.query.cursor, limit=call.query.limit)
    return page_answer(call.request, page, remittance_out)


@operation("listFeesDue", "Phí còn phải nộp và hạn nộp", Answer(status=200, text="Gấp nhất trước.", model=DueList))
async def due(call: Call[None, NoQuery]) -> web.Response:
    """Answer with fee money that units still hold."""
    found = await call.services.remitting.due(actor=call.actor)
    return answered({"data": [{**asdict(each), "is_late": each.due_at < call.at} for each in found]})


@operation(
    "setRemittanceTerm", "Đặt thời hạn nộp phí của một thủ tục", Answer(status=201, text="Thời hạn.", model=TermOut),
    body=TermIn, creates=True, problems=(409,),
    example={"procedure_code": "1.001193", "hours": 168, "valid_from": "2026-12-01", "reason": "Nộp hằng tuần"},
)  # fmt: skip
async def set_term(call: Call[TermIn, NoQuery]) -> web.Response:
    """Set a term from a day on."""
    term = await call.services.remitting.set_term(**call.body.__dict__, actor=call.actor, at=call.at)
    return answered(asdict(term), status=201)


@operation("listRemittanceTerms", "Thời hạn nộp phí đã đặt", Answer(status=200, text="Các thời hạn.", model=TermList))
async def terms(call: Call[None, NoQuery]) -> web.Response:
    """Answer with every term."""
    return answered({"data": [asdict(term) for term in await call.services.remitting.terms(actor=call.actor)]})


@operation(
    "getMoneyDay", "Sổ tiền trong ngày", Answer(status=200, text="Từng tài khoản.", model=DayOut), query=DayQuery
)
async def day(call: Call[None, DayQuery]) -> web.Response:
    """Answer with both ledgers on one day."""
    on, unit = call.query.on or call.today, call.query.unit
    lines = await call.services.money.day(on, unit=unit, actor=call.actor)
    return answered({"on": on, "unit": unit or call.actor.unit, "accounts": [account_out(line) for line in lines]})
