"""Orders that came over the post's own wire, and the systems that may order so.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.desk_order import Direction
from postgw.domain.errors import Unknown
from postgw.services.completing import Filling
from postgw.web.answers import answered, page_answer
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.consignments import ConsignmentOut, consignment_out
from postgw.web.schemas.desk_orders import (
    CustomerIn,
    CustomerList,
    CustomerMade,
    DeskOrderPage,
    DeskOrderQuery,
    FillingIn,
    WayIn,
    customer_out,
    desk_order_out,
    incomplete_out,
)
from postgw.web.schemas.dossiers import DossierOut, dossier_out
from postgw.web.serve import Call


@operation(
    "listDeskOrders", "Đơn từ hệ thống một cửa còn chờ cán bộ",
    Answer(status=200, text="Một trang.", model=DeskOrderPage), query=DeskOrderQuery,
    text="`undecided`: chưa rõ chiều gửi. `incomplete`: hồ sơ còn thiếu thủ tục, giấy tờ, sự đồng ý.",
    tells_of_people=True,
)  # fmt: skip
async def listed(call: Call[None, DeskOrderQuery]) -> web.Response:
    """Answer with the orders that wait for an officer."""
    cursor, limit = call.query.cursor, call.query.limit
    if call.query.state == "incomplete":
        wanting = await call.services.completing.incomplete(actor=call.actor, cursor=cursor, limit=limit)
        return page_answer(call.request, wanting, incomplete_out)
    page = await call.services.ordering.waiting(actor=call.actor, cursor=cursor, limit=limit)
    return page_answer(call.request, page, desk_order_out)


@operation(
    "decideDeskOrder", "Xác định chiều gửi của một đơn", Answer(status=200, text="Bưu gửi.", model=ConsignmentOut),
    body=WayIn, creates=True, problems=(404, 409), example={"leg": "return", "desk": "TS"},
)  # fmt: skip
async def decide(call: Call[WayIn, NoQuery]) -> web.Response:
    """Say which way an order goes."""
    asked = call.body
    to_desk = asked.desk if asked.leg == "send" else asked.to_desk
    way = Direction(leg=asked.leg, desk=asked.desk, to_desk=to_desk)
    made = await call.services.ordering.decide(_id(call.path("id")), way, actor=call.actor, at=call.at)
    return answered(consignment_out(made))


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Unknown("Không có đơn {number}.", number=text[:20], code="desk_order.unknown")
    return int(text)


@operation(
    "completeDossier", "Bổ sung thông tin mà đơn không nói", Answer(status=200, text="Hồ sơ.", model=DossierOut),
    body=FillingIn, creates=True, problems=(404, 409), example={
        "procedure_code": "1.001193", "consent_at": "2026-11-23T08:00:00+07:00",
        "papers": [{"name": "Giấy khai sinh", "kind": "original"}],
    },
)  # fmt: skip
async def complete(call: Call[FillingIn, NoQuery]) -> web.Response:
    """Fill a dossier in."""
    asked = call.body.__dict__
    filling = Filling(**{**asked, "papers": tuple(paper.paper() for paper in call.body.papers)})
    kept = await call.services.completing.complete(call.path("key"), filling, actor=call.actor, at=call.at)
    return answered(dossier_out(kept))


@operation(
    "beginCustomer", "Cho một hệ thống một cửa đặt đơn qua giao diện NGSP",
    Answer(status=201, text="Khoá và mật khẩu; chỉ hiện lần này.", model=CustomerMade), body=CustomerIn,
    problems=(409,), example={
        "name": "Hệ thống một cửa điện tử tỉnh", "codes": ["HCC-HATINH"],
        "desks": [{"desk": "TS", "names": ["Bộ phận Một cửa Thành Sen"]}],
    },
    text="Không nhận Idempotency-Key: mật khẩu không bao giờ được lưu nguyên văn để trả lời lần hai.",
)  # fmt: skip
async def begin(call: Call[CustomerIn, NoQuery]) -> web.Response:
    """Begin a customer."""
    asked = call.body
    customer, key, secret = await call.services.customers.begin_customer(
        name=asked.name, codes=asked.codes, desks=[card.card() for card in asked.desks], key="", secret="",
        actor=call.actor, at=call.at,
    )  # fmt: skip
    return answered({**customer_out(customer), "key": key, "secret": secret}, status=201)


@operation("listCustomers", "Các hệ thống được đặt đơn", Answer(status=200, text="Không kèm khoá.", model=CustomerList))
async def customers(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the customers."""
    found = await call.services.customers.customers(actor=call.actor)
    return answered({"data": [customer_out(customer) for customer in found]})


@operation("endCustomer", "Thôi cho đặt đơn", Answer(status=204, text="Đã thôi."), problems=(404,))
async def end(call: Call[None, NoQuery]) -> web.Response:
    """End a customer."""
    await call.services.customers.end_customer(call.path("customer_no"), actor=call.actor, at=call.at)
    return web.Response(status=204)
