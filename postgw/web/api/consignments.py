"""Consignments: made, booked, called off, bound to the post's number, followed.

Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.consignment import Consignment
from postgw.domain.errors import PostgwError, Unknown
from postgw.domain.seen import Look
from postgw.web.answers import answered, etag_of, must_match, page_answer, tagged, to_json
from postgw.web.errors import problem_of
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.consignments import (
    BindIn,
    CancelledOut,
    ConsignmentIn,
    ConsignmentMade,
    ConsignmentOut,
    ConsignmentPage,
    ConsignmentQuery,
    JourneyOut,
    OrderOut,
    ReasonIn,
    consignment_out,
    consignment_summary,
    journey_out,
    order_out,
)
from postgw.web.serve import Call

_CHANGED = Answer(status=200, text="Bưu gửi sau khi đổi.", model=ConsignmentOut)
_ORDER = Answer(status=200, text="Đơn với Bưu điện.", model=OrderOut)


def etag_of_consignment(consignment: Consignment) -> str:
    """Return the ETag under which a consignment is shown."""
    return etag_of(to_json(consignment_out(consignment)))


def _seen(call: Call[Any, Any]) -> Look[Consignment]:
    """Return what holds a consignment, as the act has it under its lock, against the caller's If-Match."""
    return lambda standing: must_match(call.request, etag_of_consignment(standing))


def _changed(call: Call[Any, Any], consignment: Consignment) -> web.Response:
    return answered(consignment_out(consignment), ETag=etag_of_consignment(consignment))


@operation(
    "makeConsignment", "Lập bưu gửi cho một hồ sơ, một chiều",
    Answer(status=201, text="Bưu gửi mới.", model=ConsignmentMade),
    body=ConsignmentIn, creates=True, problems=(404, 409), example={
        "dossier": "H15.50.05.13-261008-0975", "leg": "return", "book": True,
    },
    text="Mỗi hồ sơ, mỗi chiều chỉ có một bưu gửi đang sống; lập thêm thì trả lời 409 kèm `link` tới cái đang có."
    " `account` chọn bên chuyển; bưu gửi đi với bên khác bên cung ứng dịch vụ công ích mang `public_service` = false.",
)  # fmt: skip
async def make(call: Call[ConsignmentIn, NoQuery]) -> web.Response:
    """Make a consignment, and book it where that is asked for."""
    asked = call.body
    if asked.book:
        call.actor.must("booking")
    made = await call.services.intake.register(
        asked.dossier, leg=asked.leg, to_desk=asked.to_desk, account=asked.account, actor=call.actor, at=call.at
    )
    number = made.consignment_no
    order = await _booked(call, number) if asked.book else {"order": None, "order_problem": None}
    return answered(
        {**consignment_out(made), **order},
        status=201,
        Location=f"/api/v1/consignments/{number}",
        ETag=etag_of_consignment(made),
    )


async def _booked(call: Call[Any, Any], number: str) -> dict[str, Any]:
    """Return the order; when the post cannot be booked, the consignment stands all the same and the problem is told."""
    try:
        booked = await call.services.booking.book(number, actor=call.actor, at=call.at)
    except PostgwError as error:
        return {"order": None, "order_problem": problem_of(error, language=call.language, instance=call.request_id)}
    return {"order": order_out(booked), "order_problem": None}


@operation(
    "listConsignments", "Danh sách bưu gửi",
    Answer(status=200, text="Một trang; không có thông tin cá nhân.", model=ConsignmentPage), query=ConsignmentQuery,
)  # fmt: skip
async def listed(call: Call[None, ConsignmentQuery]) -> web.Response:
    """Answer with a page of consignments."""
    page = await call.services.enquiry.consignments(actor=call.actor, **call.query.__dict__)
    return page_answer(call.request, page, consignment_summary)


@operation(
    "getConsignment", "Một bưu gửi", Answer(status=200, text="Bưu gửi.", model=ConsignmentOut), problems=(404,),
    text="`number` là số bưu gửi của ta hoặc số hiệu của Bưu điện.",
    tells_of_people=True,
)  # fmt: skip
async def shown(call: Call[None, NoQuery]) -> web.Response:
    """Answer with one consignment."""
    found = await call.services.enquiry.consignment(call.path("number"), actor=call.actor)
    return tagged(call.request, consignment_out(found))


@operation(
    "getItem",
    "Bưu gửi mang số hiệu này",
    Answer(status=200, text="Bưu gửi.", model=ConsignmentOut),
    problems=(404,),
    tells_of_people=True,
)
async def item(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the consignment that an item number belongs to."""
    found = await call.services.enquiry.consignment(call.path("item_no"), actor=call.actor)
    return tagged(call.request, consignment_out(found), Content_Location=f"/api/v1/consignments/{found.consignment_no}")


@operation("getJourney", "Hành trình", Answer(status=200, text="Hành trình.", model=JourneyOut), problems=(404,))
async def journey(call: Call[None, NoQuery]) -> web.Response:
    """Answer with all that happened so far."""
    number = call.path("number")
    custody, happenings = await call.services.enquiry.journey(number, actor=call.actor)
    return tagged(call.request, journey_out(number, custody, happenings))


@operation(
    "bookConsignment", "Đặt với Bưu điện", Answer(status=202, text="Đã xếp hàng để đặt.", model=OrderOut), creates=True,
    problems=(404, 409),
)  # fmt: skip
async def book(call: Call[None, NoQuery]) -> web.Response:
    """Queue the order for the post; asked again, it is the same order."""
    booked = await call.services.booking.book(call.path("number"), actor=call.actor, at=call.at)
    return answered(order_out(booked), status=202)


@operation("getOrder", "Đơn với Bưu điện", _ORDER, problems=(404,))
async def order(call: Call[None, NoQuery]) -> web.Response:
    """Answer with the order of a consignment."""
    booked = await call.services.booking.order(call.path("number"), actor=call.actor)
    if booked is None:
        raise not_booked(call.path("number"))
    return tagged(call.request, order_out(booked))


def not_booked(number: str) -> PostgwError:
    """Return the error for a consignment without an order."""
    return Unknown("Bưu gửi {number} chưa đặt với Bưu điện.", number=number, code="order.none")


@operation(
    "cancelConsignment", "Huỷ trước khi Bưu điện lấy hàng",
    Answer(status=200, text="Đơn sau khi huỷ.", model=CancelledOut),
    body=ReasonIn, creates=True, matches=True, problems=(404, 409, 412), example={"reason": "not_needed"},
)  # fmt: skip
async def cancel(call: Call[ReasonIn, NoQuery]) -> web.Response:
    """Call the order off."""
    booked = await call.services.booking.cancel(
        call.path("number"), reason=call.body.reason, seen=_seen(call), actor=call.actor, at=call.at
    )
    return answered({"order": order_out(booked) if booked else None})


@operation(
    "bindItem", "Gắn số hiệu của Bưu điện", _CHANGED,
    body=BindIn, creates=True, matches=True, problems=(404, 409, 412),
    example={"item_no": "RR473124829VN", "office": "480000"},
)  # fmt: skip
async def bind(call: Call[BindIn, NoQuery]) -> web.Response:
    """Bind the post's own number to a consignment, once."""
    bound = await call.services.labelling.bind(
        call.path("number"), call.body.item_no, office=call.body.office, seen=_seen(call), actor=call.actor, at=call.at
    )
    return _changed(call, bound)


@operation(
    "voidLabel", "Bỏ nhãn đang dùng, ra bản mới", _CHANGED,
    body=ReasonIn, creates=True, matches=True, problems=(404, 409, 412), example={"reason": "damaged"},
)  # fmt: skip
async def void_label(call: Call[ReasonIn, NoQuery]) -> web.Response:
    """Void the label now in force; a new version takes its place."""
    voided = await call.services.labelling.void(
        call.path("number"), reason=call.body.reason, seen=_seen(call), actor=call.actor, at=call.at
    )
    return _changed(call, voided)
