"""The wall for the morning meeting: one page for a big screen and for one sheet of A4, and the lists behind it.

Each figure opens its list, and the page says how old it is. Hung on a wall (`?live=1`) it asks for itself again once
a minute, without a script; on a desk it does not, for nobody reads a page that goes away. A busy day has more places
than a sheet has lines: the places where nothing presses are then added up in one line, so that the page still adds
up.

Stands on: services.wall. Used by: routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.legal_day import legal_day
from postgw.services.wall import FIGURES, Count, Row
from postgw.web.language import sentence

from .desk import LEGS, titles, units_of
from .visit import Visit

_TITLES = {
    "waiting": sentence("Chờ bưu điện lấy"), "transit": sentence("Đang đi"), "late": sentence("Quá hạn"),
    "money": sentence("Tiền đã thu chưa nộp"),
}  # fmt: skip
_OLDEST = {
    "waiting": sentence("Chờ từ"), "transit": sentence("Đi từ"), "late": sentence("Hạn xa nhất"),
    "money": sentence("Thu từ"),
}  # fmt: skip
_KINDS = {"waiting": "warn", "transit": "run", "late": "late", "money": "stuck"}
_ICONS = {"waiting": "warn", "transit": "run", "late": "late", "money": "stuck"}
#: Lines of a sheet of A4. Design choice, seen on paper.
_DESKS_MOST, _OFFICES_MOST = 30, 14
_REST = "…"


async def wall(visit: Visit) -> web.Response:
    """Show the wall."""
    picture = await visit.services.wall.picture(actor=visit.actor, at=visit.at)
    firsts = {name: await _first(visit, name) for name in ("waiting", "transit", "late")}
    return visit.show(
        "wall.html", picture=picture, figures=FIGURES, titles=_TITLES, kinds=_KINDS, icons=_ICONS, rest=_REST,
        desks=_shortened(picture.desks, _DESKS_MOST), offices=_shortened(picture.offices, _OFFICES_MOST),
        firsts=firsts, today=legal_day(visit.at), live=visit.query("live") == "1", **await _words(visit),
    )  # fmt: skip


async def _first(visit: Visit, figure: str) -> str:
    page = await visit.services.wall.consignments(figure, actor=visit.actor, at=visit.at, limit=1)
    return page.items[0].consignment_no if page.items else ""


def _shortened(rows: Sequence[Row], most: int) -> tuple[Row, ...]:
    """Return as many rows as fit, the others added up in the last."""
    if len(rows) <= most:
        return tuple(rows)
    others = rows[most - 1 :]
    counts = {name: sum((row.counts[name] for row in others), Count()) for name in FIGURES}
    return (*rows[: most - 1], Row(unit=_REST, name=str(len(others)), counts=counts))


async def behind(visit: Visit) -> web.Response:
    """Show the list behind a figure."""
    figure, unit, cursor = visit.path("figure"), visit.query("unit")[:20], visit.query("cursor")[:18]
    acts = visit.services.wall
    page: Any
    if figure == "money":
        page = await acts.receipts(actor=visit.actor, unit=unit, cursor=cursor)
    else:
        page = await acts.consignments(figure, actor=visit.actor, at=visit.at, unit=unit, cursor=cursor)
    asked = {name: text for name, text in (("unit", unit), ("cursor", page.next_cursor)) if text}
    return visit.show(
        "wall_list.html", figure=figure, title=_TITLES[figure], rows=page.items, unit=unit,
        following=f"?{urlencode(asked)}" if page.next_cursor else "", **await _words(visit),
    )  # fmt: skip


async def file(visit: Visit) -> web.Response:
    """Write the wall as a file: a row for each place, a column for each figure and its oldest."""
    picture = await visit.services.wall.picture(actor=visit.actor, at=visit.at)
    kinds = ((sentence("Bộ phận Một cửa"), picture.desks), (sentence("Nơi bưu điện giữ"), picture.offices))
    rows = [
        (visit.say(kind), row.name or visit.say(sentence("Chưa rõ bưu cục")), *_figures(row))
        for kind, places in kinds
        for row in places
    ]
    headings = [sentence("Loại nơi"), sentence("Nơi")]
    headings += [heading for name in FIGURES for heading in (_TITLES[name], _OLDEST[name])]
    title = visit.say(sentence("Bảng tình hình"))
    return await visit.sheet(title, [visit.say(each) for each in headings], rows, visit.path("kind"))


def _figures(row: Row) -> list[str | int]:
    told: list[str | int] = []
    for name in FIGURES:
        each = row.counts[name]
        oldest = each.oldest_due or (legal_day(each.oldest_at) if each.oldest_at else None)
        told += [each.dong if name == "money" else each.count, f"{oldest:%d/%m/%Y}" if oldest else ""]
    return told


async def _words(visit: Visit) -> dict[str, Any]:
    units = await units_of(visit)
    states = titles(visit.services.enquiry.table(on=legal_day(visit.at)), visit.language)
    return {
        "units": units, "unit_name": units.get(visit.actor.unit, visit.actor.unit), "states": states, "legs": LEGS,
    }  # fmt: skip
