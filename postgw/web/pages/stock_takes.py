"""Stock-takes of a post office: what was missing each time, and which of it nobody has had in hand since.

Used by: routes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from postgw.services.stock_taking import Looked
from postgw.web.language import sentence

from . import moments
from .desk import desk_words
from .drawing import grouped
from .visit import Visit

_EXPORT_MOST = 2000
_TITLE = sentence("Kiểm kê")
_HEADINGS = (
    sentence("Lần kiểm kê"), sentence("Bưu cục"), sentence("Lúc"), sentence("Người kiểm"), sentence("Phải có"),
    sentence("Thấy"), sentence("Thiếu"), sentence("Còn thiếu"), sentence("Lạ"),
)  # fmt: skip
_ITEM_HEADINGS = (
    sentence("Bưu gửi"), sentence("Kết luận"), sentence("Theo sổ"), sentence("Bưu cục theo sổ"), sentence("Thấy lại"),
    sentence("Thấy lại ở"),
)  # fmt: skip


async def stock_takes(visit: Visit) -> web.Response:
    """Show the stock-takes of a unit, newest first."""
    page = await visit.services.stock_taking.listed(actor=visit.actor, cursor=visit.query("cursor")[:18])
    following = f"?cursor={page.next_cursor}" if page.next_cursor else ""
    return visit.show("desk_stock_takes.html", takes=page.items, following=following, **await desk_words(visit))


async def stock_take(visit: Visit) -> web.Response:
    """Show one stock-take: what was missing, what was strange, what was seen again."""
    looked = await visit.services.stock_taking.one(visit.path("stock_take_no"), actor=visit.actor)
    return visit.show("desk_stock_take.html", looked=looked, take=looked.take, **await desk_words(visit))


async def stock_takes_file(visit: Visit) -> web.Response:
    """Give the list as a table."""
    units = (await desk_words(visit))["units"]
    looked: list[Looked] = []
    cursor = ""
    while len(looked) < _EXPORT_MOST:
        page = await visit.services.stock_taking.listed(actor=visit.actor, cursor=cursor)
        looked += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    rows = [_row(each, units) for each in looked]
    return await visit.sheet(visit.say(_TITLE), [visit.say(each) for each in _HEADINGS], rows, visit.path("kind"))


def _row(each: Looked, units: dict[str, str]) -> list[str | int]:
    take = each.take
    return [
        take.stock_take_no, units.get(take.office, take.office), _stamp(take.taken_at), take.taken_by,
        take.expected, take.found, len(take.missing), len(each.still_missing), len(take.strange),
    ]  # fmt: skip


async def stock_take_file(visit: Visit) -> web.Response:
    """Give what one stock-take missed and found strange as a table."""
    looked = await visit.services.stock_taking.one(visit.path("stock_take_no"), actor=visit.actor)
    words = await desk_words(visit)
    rows = [_item(visit, looked, number, words) for number in (*looked.take.missing, *looked.take.strange)]
    title = f"{visit.say(_TITLE)} {looked.take.stock_take_no}"
    return await visit.sheet(title, [visit.say(each) for each in _ITEM_HEADINGS], rows, visit.path("kind"))


def _stamp(at: datetime) -> str:
    return f"{moments.clock(at)} {moments.full_day(at)}"


def _item(visit: Visit, looked: Looked, number: str, words: dict[str, Any]) -> list[str | int]:
    item, seen = looked.items.get(number), looked.seen.get(number)
    verdict = sentence("Thiếu") if number in looked.take.missing else sentence("Lạ")
    office = item.custody.office if item else ""
    return [
        grouped(number), visit.say(verdict), words["states"][item.custody.state] if item else "",
        words["units"].get(office, office), _stamp(seen.occurred_at) if seen else "",
        words["units"].get(seen.office, seen.office) if seen else "",
    ]  # fmt: skip
