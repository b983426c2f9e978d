"""What was booked and is not handed over: the list, and one consignment's papers and ends.

A reprint is the same label, never a new number. A label that is torn or says the wrong thing is voided, and its next
version is printed. A booking is called off with a reason; what the post was told of ends with its yes.

Stands on: counters. Used by: routes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.printing import PrintPaper
from postgw.web.language import sentence

from . import counters
from .book import LEGS
from .desk import titles, units_of
from .pile import COPIES
from .visit import Visit, go_to

_SUBJECT = "list:/desk/book/booked"
DONE = {
    "printing": sentence("Đã gửi lệnh in lại ra quầy."),
    "voided": sentence("Đã bỏ nhãn cũ. In nhãn bản mới rồi dán đè."),
    "calling": sentence("Đã báo bưu điện huỷ. Bưu gửi kết thúc khi bưu điện đồng ý."),
    "cancelled": sentence("Đã huỷ bưu gửi."),
}  # fmt: skip
#: Given by the gateway itself when an address changes; nobody chooses it.
_OWN_REASONS = frozenset({"address_changed", "post_refused"})


async def booked(visit: Visit) -> web.Response:
    """Show what is booked and lies at the desk, newest first."""
    leg = visit.query("leg") if visit.query("leg") in LEGS else "return"
    page = await visit.services.enquiry.consignments(
        actor=visit.actor, cursor=visit.query("cursor")[:18], state="booked", leg=leg
    )
    following = "?" + urlencode({"leg": leg, "cursor": page.next_cursor}) if page.next_cursor else ""
    return visit.show(
        "desk_booked.html", rows=page.items, following=following, legs=LEGS, leg=leg,
        named=await visit.names_shown(_SUBJECT), here="/desk/book",
    )  # fmt: skip


async def row(visit: Visit) -> web.Response:
    """Show one consignment with what can still be done about its papers and its booking."""
    found = await visit.services.enquiry.consignment(visit.path("number"), actor=visit.actor)
    return await _row(visit, found, done=visit.query("done"))


async def _row(
    visit: Visit, found: Consignment, *, done: str = "", why: str = "", field: str = "", status: int = 200,
    typed: dict[str, str] | None = None,
) -> web.Response:  # fmt: skip
    reader = visit.actor.as_reader()
    order = await visit.services.booking.order(found.consignment_no, actor=reader)
    here = counters.chosen(visit, await counters.counters_of(visit))
    return visit.show(
        "desk_book_row.html", status=status, c=found, order=order, legs=LEGS, counter=here, why=why, field=field,
        done=visit.say(DONE[done]) if done in DONE else "", typed=typed or {}, seen=seen_of(found, order),
        asked_by=await visit.services.batches.who(order.asked_by) if order else "",
        named=await visit.names_shown(found.consignment_no), units=await units_of(replace(visit, actor=reader)),
        states=titles(visit.services.enquiry.table(on=legal_day(visit.at)), visit.language),
        voids=_reasons(visit, "void"), ends=_ends(visit, found), here="/desk/book",
    )  # fmt: skip


def seen_of(found: Consignment, order: Any) -> str:
    """Return what an act is held against: the version of the label, the state, how the order stands."""
    return f"{found.version}.{found.custody.state}.{order.state if order else ''}"


def _reasons(visit: Visit, kind: str) -> dict[str, str]:
    known = visit.services.enquiry.reasons(on=legal_day(visit.at)).get(kind, {})
    return {
        code: reason.title if visit.language == "vi" else reason.title_en
        for code, reason in known.items()
        if code not in _OWN_REASONS
    }


def _ends(visit: Visit, found: Consignment) -> dict[str, str]:
    """Return why a booking may be called off; the public service has grounds of law beside the citizen's own."""
    return {**_reasons(visit, "cancel"), **(_reasons(visit, "not_carried") if found.public_service else {})}


async def act(visit: Visit) -> web.Response:
    """Print again, void the label, or call the booking off."""
    typed = await visit.typed()
    number, asked = visit.path("number"), typed.get("act", "")
    reader = visit.actor.as_reader()
    found = await visit.services.enquiry.consignment(number, actor=reader)
    try:
        if asked in {"void", "cancel"}:
            await _must_be_as_seen(visit, found, typed.get("seen", ""))
        done = await _ACTS.get(asked, _print)(visit, found, typed)
    except Mistake as mistake:
        fresh = await visit.services.enquiry.consignment(number, actor=reader)
        status = 409 if isinstance(mistake, Conflict) else 422
        why = visit.say(mistake.template, **mistake.values)
        return await _row(visit, fresh, why=why, field=asked, status=status, typed=typed)
    return go_to(f"/desk/book/row/{found.consignment_no}?done={done}")


async def _must_be_as_seen(visit: Visit, found: Consignment, seen: str) -> None:
    """Raise Conflict when somebody else changed it since the page was drawn."""
    order = await visit.services.booking.order(found.consignment_no, actor=visit.actor.as_reader())
    if seen != seen_of(found, order):
        raise Conflict(
            "Bưu gửi này vừa thay đổi trong lúc bạn mở trang. Xem bản mới bên dưới rồi làm tiếp.", code="row.changed"
        )


async def _print(visit: Visit, found: Consignment, typed: dict[str, str]) -> str:
    counter_no, kind = typed.get("counter", ""), "notes" if typed.get("act") == "print_note" else "labels"
    paper = PrintPaper(kind=kind, numbers=(found.consignment_no,), copies=COPIES[kind])
    key = f"again:{typed.get('key', '')[:40]}:{kind}"
    await visit.services.printing.ask(key, counter_no, [paper], actor=visit.actor, at=visit.at)
    return "printing"


async def _void(visit: Visit, found: Consignment, typed: dict[str, str]) -> str:
    await visit.services.labelling.void(
        found.consignment_no, reason=typed.get("void_reason", ""), actor=visit.actor, at=visit.at
    )
    return "voided"


async def _cancel(visit: Visit, found: Consignment, typed: dict[str, str]) -> str:
    order = await visit.services.booking.cancel(
        found.consignment_no, reason=typed.get("cancel_reason", ""), actor=visit.actor, at=visit.at
    )
    return "calling" if order and order.state == "cancelling" else "cancelled"


_ACTS = {"void": _void, "cancel": _cancel}
