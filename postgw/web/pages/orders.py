"""What waits for an officer: orders that do not say which way they go, changes after the booking, refused dossiers.

An order is decided once; a change is taken over or turned down; a dossier that could not be taken in is tried again
once its reason is mended.

Stands on: services.ordering, services.completing, services.intake, services.fetching. Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.desk_order import Direction
from postgw.domain.errors import Invalid, Mistake, Unknown
from postgw.domain.legal_day import legal_day
from postgw.web.language import sentence

from .desk import units_of
from .filled import Wrong, wrong_of
from .visit import Visit, go_to

LEGS = {
    "return": sentence("Trả kết quả cho người dân"), "send": sentence("Gửi hồ sơ đến bộ phận"),
    "transfer": sentence("Chuyển giữa hai bộ phận"),
}  # fmt: skip
_EXPORT_MOST = 5000
_OFFER_HEADINGS = (
    sentence("Hệ thống"), sentence("Mã bản ghi"), sentence("Hồ sơ"), sentence("Bộ phận"), sentence("Lý do"),
    sentence("Chuyển lúc"),
)  # fmt: skip


async def orders(visit: Visit) -> web.Response:
    """Show what waits to be decided."""
    return await _orders(visit)


async def _orders(visit: Visit, wrong: Wrong | None = None) -> web.Response:
    acts, cursor = visit.services, visit.query("cursor")[:18]
    page = await acts.ordering.waiting(actor=visit.actor, cursor=cursor)
    wanting = await acts.completing.incomplete(actor=visit.actor, cursor=visit.query("wanting")[:18])
    changes = await acts.intake.change_requests(actor=visit.actor)
    units = {unit.code: unit.name for unit in await acts.enquiry.units(kind="desk", actor=visit.actor)}
    return visit.show(
        "desk_orders.html", status=wrong.status if wrong else 200, rows=page.items, wanting=wanting.items,
        changes=changes[:50], changes_count=len(changes), legs=LEGS, desks=units,
        following=f"?cursor={page.next_cursor}" if page.next_cursor else "",
        wanting_following=f"?wanting={wanting.next_cursor}" if wanting.next_cursor else "",
        named=await visit.names_shown("list:/desk/orders"), **await _words(visit, "/desk/orders", wrong),
    )  # fmt: skip


async def _words(visit: Visit, here: str, wrong: Wrong | None = None) -> dict[str, Any]:
    units = await units_of(visit)
    return {
        "units": units, "wrong": wrong, "today": legal_day(visit.at), "here": here,
        "unit_name": units.get(visit.actor.unit, visit.actor.unit),
    }  # fmt: skip


async def decide(visit: Visit) -> web.Response:
    """Say which way an order goes, or what becomes of a change."""
    typed = await visit.typed()
    what = typed.get("what", "")
    form = f"{what}-{typed.get('number', '')}"
    try:
        if what == "change":
            await _decide_change(visit, typed)
        else:
            await _decide_order(visit, typed)
    except Mistake as mistake:
        return await _orders(visit, wrong_of(visit, mistake, typed, form=form))
    return go_to("/desk/orders")


async def _decide_order(visit: Visit, typed: dict[str, str]) -> None:
    leg, desk = typed.get("leg", ""), visit.actor.unit or typed.get("desk", "")
    if leg not in LEGS:
        raise Invalid("Chọn chiều gửi.", code="desk_order.leg", field="/leg")
    to_desk = desk if leg == "send" else typed.get("to_desk", "") if leg == "transfer" else ""
    way = Direction(leg=leg, desk=desk, to_desk=to_desk)
    await visit.services.ordering.decide(_number(typed), way, actor=visit.actor, at=visit.at)


async def _decide_change(visit: Visit, typed: dict[str, str]) -> None:
    act = typed.get("act", "")
    if act not in {"accept", "decline"}:
        raise Invalid("Chọn nhận hoặc không nhận.", code="change.act")
    await visit.services.intake.decide(typed.get("number", ""), accept=act == "accept", actor=visit.actor, at=visit.at)


def _number(typed: dict[str, str]) -> int:
    text = typed.get("number", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Unknown("Không có đơn {number}.", number=text[:20], code="desk_order.unknown")
    return int(text)


async def offers(visit: Visit) -> web.Response:
    """Show dossiers of other systems that could not be taken in."""
    return await _offers(visit)


async def _offers(visit: Visit, wrong: Wrong | None = None) -> web.Response:
    state = "waiting" if visit.query("state") == "waiting" else "refused"
    page = await visit.services.fetching.offers(state=state, actor=visit.actor, cursor=visit.query("cursor")[:18])
    following = f"?state={state}&cursor={page.next_cursor}" if page.next_cursor else ""
    return visit.show(
        "desk_offers.html", status=wrong.status if wrong else 200, rows=page.items, tab=state, following=following,
        named=await visit.names_shown("list:/desk/offers"), **await _words(visit, "/desk/offers", wrong),
    )  # fmt: skip


async def again(visit: Visit) -> web.Response:
    """Try one refused dossier again."""
    typed = await visit.typed()
    try:
        await visit.services.fetching.again(_number(typed), actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _offers(visit, wrong_of(visit, mistake, typed))
    return go_to("/desk/offers")


async def offers_file(visit: Visit) -> web.Response:
    """Give the refused dossiers as a table, without anybody's name."""
    rows: list[Any] = []
    cursor = ""
    while len(rows) < _EXPORT_MOST:
        page = await visit.services.fetching.offers(state="refused", actor=visit.actor, cursor=cursor, limit=500)
        rows += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    table = [
        (one.system, one.record_id, one.dossier.key, one.dossier.receiving_desk, one.reason,
         f"{legal_day(one.offered_at):%d/%m/%Y}")
        for one in rows
    ]  # fmt: skip
    title = visit.say(sentence("Hồ sơ bị từ chối"))
    return await visit.sheet(title, [visit.say(each) for each in _OFFER_HEADINGS], table, visit.path("kind"))
