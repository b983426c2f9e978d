"""Reconciliation: their files, both sides in buckets, the sums, what an officer settles, and fees paid elsewhere.

Used by: routes.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.domain.page import Page
from postgw.domain.prepayment import Prepayment
from postgw.domain.reconciliation import PlacedClaim, WrongRows
from postgw.web.answers import answered, file_answer, page_answer
from postgw.web.errors import Fault, Faulty
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.reading import MIB
from postgw.web.schemas.reconciliations import (
    FileIn,
    FilePage,
    PeriodQuery,
    PrepaymentIn,
    PrepaymentOut,
    SettlementIn,
    SettlementOut,
    SidePage,
    SidesQuery,
    TakenOut,
    TotalsOut,
    UnsettledOut,
    file_out,
    prepayment_out,
    side_out,
    taken_out,
    totals_out,
)
from postgw.web.schemas.shapes import Cursor
from postgw.web.serve import Call

_CSV = "text/csv"
_FAULTS_MOST = 200


@operation(
    "takeStatement", "Nhập bảng kê của Bưu điện hoặc sao kê ngân hàng",
    Answer(status=201, text="Tệp đã nhận.", model=TakenOut), body=FileIn, most=15 * MIB, creates=True,
    problems=(413,), text="Nhận cả tệp hoặc không nhận dòng nào: có dòng sai thì trả lời 422 nêu từng dòng. Nhập lại"
    " đúng tệp ấy không thay đổi gì; dòng đã có trong tệp khác không ghi lần thứ hai.",
    example={"source": "post", "account": "ha-tinh", "content": "TmfDoHk7Uw=="},
)  # fmt: skip
async def take(call: Call[FileIn, NoQuery]) -> web.Response:
    """Take a file in."""
    asked = call.body
    try:
        taken = await call.services.reconciling.take(
            asked.bytes(), source=asked.source, account=asked.account, actor=call.actor, at=call.at
        )
    except WrongRows as wrong:
        raise Faulty(
            Fault(
                pointer=f"/content/rows/{each.row}", code=each.error.code, template=each.error.template,
                values=dict(each.error.values),
            )
            for each in wrong.rows[:_FAULTS_MOST]
        ) from wrong  # fmt: skip
    return answered(taken_out(taken), status=201)


@operation(
    "listStatements", "Các tệp đối soát đã nhận", Answer(status=200, text="Mới nhất trước.", model=FilePage),
    query=Cursor,
)  # fmt: skip
async def files(call: Call[None, Cursor]) -> web.Response:
    """Answer with files."""
    page = await call.services.reconciling.files(actor=call.actor, cursor=call.query.cursor, limit=call.query.limit)
    return page_answer(call.request, page, file_out)


async def _balance(call: Call[Any, Any]) -> Any:
    asked: PeriodQuery = call.query
    since = asked.since or call.today
    return await call.services.reconciling.balance(
        asked.source, since=since, until=asked.until or since, unit=asked.unit, actor=call.actor, at=call.at
    )


@operation(
    "listReconciliation", "Đối soát từng dòng: của ta và bên kia",
    Answer(status=200, text="Mỗi khoản, mỗi dòng đứng trong đúng một nhóm.", model=SidePage), query=SidesQuery,
)  # fmt: skip
async def sides(call: Call[None, SidesQuery]) -> web.Response:
    """Answer with both sides of a period, or one bucket of them."""
    asked, balance = call.query, await _balance(call)
    chosen = [side for side in balance.sides if _is_chosen(side, asked)]
    begin = int(asked.cursor) if asked.cursor.isdecimal() else 0
    shown, following = chosen[begin : begin + asked.limit], begin + asked.limit
    page = Page(items=tuple(shown), next_cursor=str(following) if following < len(chosen) else "")
    return page_answer(call.request, page, lambda side: side_out(side, today=call.today))


def _is_chosen(side: Any, asked: SidesQuery) -> bool:
    which = "ours" if isinstance(side.placed, PlacedClaim) else "theirs"
    if asked.side not in {"", which} or asked.bucket not in {"", side.placed.bucket}:
        return False
    return not asked.settled or (asked.settled == "yes") == (side.settlement is not None)


@operation(
    "getReconciliationTotals", "Đối soát ba cột: phải thu, đã thu, đã nhận",
    Answer(status=200, text="Ba cột, và các nhóm giải thích chênh lệch.", model=TotalsOut), query=PeriodQuery,
)  # fmt: skip
async def totals(call: Call[None, PeriodQuery]) -> web.Response:
    """Answer with the sums of a period."""
    return answered(totals_out(await _balance(call)))


@operation(
    "getReconciliationTable", "Bảng đối soát, tệp CSV", Answer(status=200, text="Tệp.", media=_CSV), query=PeriodQuery
)
async def table(call: Call[None, PeriodQuery]) -> web.Response:
    """Answer with a period as a table."""
    balance = await _balance(call)
    body = await call.services.reconciling.csv(balance, at=call.at)
    return file_answer(body, _CSV, f"doi-soat-{balance.source}-{balance.since}-{balance.until}.csv")


@operation(
    "settleReconciliation", "Xử lý tay một dòng đối soát", Answer(status=201, text="Đã ghi.", model=SettlementOut),
    body=SettlementIn, creates=True, problems=(404, 409),
    example={"subject": "line:17", "reason": "Tiền lãi tài khoản, không phải phí"},
)  # fmt: skip
async def settle(call: Call[SettlementIn, NoQuery]) -> web.Response:
    """Settle one line or claim by hand."""
    said = await call.services.reconciling.settle(
        call.body.subject, reason=call.body.reason, actor=call.actor, at=call.at
    )
    return answered(asdict(said), status=201)


@operation(
    "unsettleReconciliation", "Bỏ xử lý tay một dòng đối soát",
    Answer(status=200, text="Dòng trở lại nhóm của nó.", model=UnsettledOut), body=SettlementIn, creates=True,
    problems=(404, 409), example={"subject": "line:17", "reason": "Nhầm dòng"},
    text="Người khác với người đã xử lý. Cả hai lần ghi đều còn.",
)  # fmt: skip
async def unsettle(call: Call[SettlementIn, NoQuery]) -> web.Response:
    """Take a settlement back."""
    await call.services.reconciling.unsettle(call.body.subject, reason=call.body.reason, actor=call.actor, at=call.at)
    return answered({"subject": call.body.subject, "settlement": None})


@operation(
    "recordPaidElsewhere", "Ghi chứng từ phí đã nộp nơi khác", Answer(status=201, text="Đã ghi.", model=PrepaymentOut),
    body=PrepaymentIn, creates=True, problems=(404, 409),
    text="Từ đó bưu điện không thu phí của hồ sơ; phiếu gửi ghi số chứng từ.",
    example={"way": "portal", "reference": "G22.99.3-261123-0001", "amount_dong": 8000},
)  # fmt: skip
async def prepay(call: Call[PrepaymentIn, NoQuery]) -> web.Response:
    """Record that a fee was paid elsewhere."""
    payment = Prepayment(**call.body.__dict__)
    kept = await call.services.reconciling.prepay(call.path("key"), payment, actor=call.actor, at=call.at)
    return answered(prepayment_out(kept), status=201)


@operation(
    "getPaidElsewhere", "Chứng từ phí đã nộp nơi khác", Answer(status=200, text="Chứng từ.", model=PrepaymentOut),
    problems=(404,),
)  # fmt: skip
async def prepaid(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the proof of a fee paid elsewhere."""
    key = call.path("key")
    kept = await call.services.reconciling.prepaid(key, actor=call.actor)
    if kept is None:
        raise Unknown("Hồ sơ {key} chưa ghi chứng từ nộp phí nơi khác.", key=key[:100], code="prepayment.unknown")
    return answered(prepayment_out(kept))
