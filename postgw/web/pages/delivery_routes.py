"""The rounds of a post office: which communes and streets each serves, and who walks it today.

Whoever scans may look; the postal lead makes, changes and closes those of the own office. A commune is typed by its
name, also by one of before July 2025; where that was divided, the page asks which part is meant.

Stands on: visit, filled. Used by: routes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.errors import Conflict, Invalid, Mistake
from postgw.rules import places
from postgw.web.language import sentence

from .filled import Wrong, count_of, wrong_of
from .visit import Visit, go_to

_HERE = "/desk/office/routes"
_EMPTY_ROWS, _ROWS_MOST = 3, 60
_DONE = {
    "made": sentence("Đã thêm tuyến {number}."), "changed": sentence("Đã ghi tuyến {number}."),
    "walked": sentence("Đã xếp người cho tuyến {number}."), "closed": sentence("Đã đóng tuyến {number}."),
    "opened": sentence("Đã mở lại tuyến {number}."),
}  # fmt: skip
_HEADINGS = (
    sentence("Số tuyến"), sentence("Tên tuyến"), sentence("Người đi hôm nay"), sentence("Xã, phường"),
    sentence("Thôn, đường"),
)  # fmt: skip
_WHOLE = sentence("cả xã, phường")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One line of the form: a commune and its words as they were typed."""

    commune: str = ""
    words: str = ""


async def routes(visit: Visit) -> web.Response:
    """Show the routes of an office."""
    return await _routes(visit)


async def _routes(visit: Visit, wrong: Wrong | None = None, *, office: str = "") -> web.Response:
    offices = await _offices(visit)
    office = office or _office(visit, offices)
    acts, reader = visit.services.delivery_routes, visit.actor.as_reader()
    known = await acts.listed(office, closed=True, actor=reader) if office else ()
    workers = await acts.workers(office, actor=reader) if office else ()
    return visit.show(
        "desk_routes.html", status=wrong.status if wrong else 200, offices=offices, office=office, here=_HERE,
        routes=[each for each in known if not each.is_closed], closed=[each for each in known if each.is_closed],
        workers={each.login: each.name for each in workers}, communes=_names(known), wrong=wrong,
        may_act=bool(visit.may & {"lead", "admin"}), done=_said(visit), asked=_asked(visit, office),
    )  # fmt: skip


async def routes_file(visit: Visit) -> web.Response:
    """Give the routes of an office as a file: a line for each commune."""
    offices = await _offices(visit)
    office = _office(visit, offices)
    acts = visit.services.delivery_routes
    known = await acts.listed(office, actor=visit.actor) if office else ()
    names, whole = _names(known), visit.say(_WHOLE)
    rows = [
        (each.route_no, each.name, each.worker, names[place.commune_code], ", ".join(place.words) or whole)
        for each in known
        for place in each.places
    ]
    return await visit.sheet(
        visit.say(sentence("Tuyến phát")), [visit.say(each) for each in _HEADINGS], rows, visit.path("kind")
    )


async def form(visit: Visit) -> web.Response:
    """Ask for a new route."""
    return await _form(visit, _office(visit, await _offices(visit)), None)


async def change_form(visit: Visit) -> web.Response:
    """Show one route to be changed."""
    office = _office(visit, await _offices(visit))
    return await _form(visit, office, await _known(visit, office))


async def _known(visit: Visit, office: str) -> Route:
    return await visit.services.delivery_routes.route(office, visit.path("route_no"), actor=visit.actor.as_reader())


async def _form(
    visit: Visit, office: str, route: Route | None, *, typed: Mapping[str, str] | None = None,
    wrong: Wrong | None = None,
) -> web.Response:  # fmt: skip
    offices = await _offices(visit)
    reader, acts = visit.actor.as_reader(), visit.services.delivery_routes
    rows = _rows_of(typed) if typed else _as_rows(route)
    workers = await acts.workers(office, actor=reader) if office else ()
    return visit.show(
        "desk_route_form.html", status=wrong.status if wrong else 200, route=route, office=office, offices=offices,
        typed=typed or {}, wrong=wrong, workers={each.login: each.name for each in workers}, here=_HERE,
        rows=[*rows, *[PlaceRow()] * _EMPTY_ROWS][:_ROWS_MOST], known_communes=await _of_province(visit),
        now_places=_as_rows(route), stale=wrong is not None and wrong.status == 409 and wrong.name == "",
        asked=_asked(visit, office),
    )  # fmt: skip


async def make(visit: Visit) -> web.Response:
    """Begin a route."""
    typed = await visit.typed()
    office = typed.get("office", "") or visit.actor.unit
    if typed.get("act") == "row":
        return await _form(visit, office, None, typed=typed)
    try:
        route = Route(
            office=office, route_no=typed.get("route_no", ""), name=typed.get("name", ""),
            worker=typed.get("worker", ""), places=await _places(visit, typed),
        )  # fmt: skip
        made = await visit.services.delivery_routes.make(route, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _form(visit, office, None, typed=typed, wrong=wrong_of(visit, mistake, typed))
    return _back(visit, office, "made", made.route_no)


async def change(visit: Visit) -> web.Response:
    """Change a route, put somebody on it, close or reopen it."""
    typed = await visit.typed()
    office, act = typed.get("office", "") or visit.actor.unit, typed.get("act", "")
    number, acts = visit.path("route_no"), visit.services.delivery_routes
    if act == "row":
        return await _form(visit, office, await _known(visit, office), typed=typed)
    try:
        version = count_of(typed.get("version", ""), "version")
        told: dict[str, Any] = {"version": version, "actor": visit.actor, "at": visit.at}
        if act == "walk":
            await acts.assign(office, number, typed.get("worker", ""), **told)
            return _back(visit, office, "walked", number)
        if act in {"close", "reopen"}:
            await (acts.close if act == "close" else acts.reopen)(office, number, **told)
            return _back(visit, office, "closed" if act == "close" else "opened", number)
        route = Route(
            office=office, route_no=number, name=typed.get("name", ""), worker=typed.get("worker", ""),
            places=await _places(visit, typed), version=version,
        )  # fmt: skip
        await acts.change(route, actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        wrong = wrong_of(visit, mistake, typed, form=number)
        if act in {"walk", "reopen"}:
            return await _routes(visit, wrong, office=office)
        return await _form(
            visit, office, await _known(visit, office), typed=typed if act != "close" else None, wrong=wrong
        )
    return _back(visit, office, "changed", number)


def _back(visit: Visit, office: str, done: str, number: str) -> web.Response:
    asked = {"done": done, "number": number, **({} if visit.actor.unit else {"office": office})}
    return go_to(f"{_HERE}?{urlencode(asked)}")


def _said(visit: Visit) -> str:
    done, number = visit.query("done"), visit.query("number")
    return visit.say(_DONE[done], number=number[:12]) if done in _DONE else ""


def _asked(visit: Visit, office: str) -> str:
    return "" if visit.actor.unit or not office else "?" + urlencode({"office": office})


async def _offices(visit: Visit) -> dict[str, str]:
    """Return the offices that this account may look at."""
    found = await visit.services.enquiry.units(kind="office", actor=visit.actor.as_reader())
    return {unit.code: unit.name for unit in found if visit.actor.may_see(unit.code)}


def _office(visit: Visit, offices: Mapping[str, str]) -> str:
    asked = visit.actor.unit or visit.query("office")
    return asked if asked in offices else ""


async def _of_province(visit: Visit) -> tuple[str, ...]:
    """Return the communes of the province in which our desks stand."""
    code = await _province(visit)
    return tuple(unit.name for unit in places.communes(code)) if code else ()


async def _province(visit: Visit) -> str:
    desks = await visit.services.enquiry.units(kind="desk", actor=visit.actor.as_reader())
    code = next((desk.commune_code for desk in desks if desk.commune_code), "")
    return places.commune(code).province_code if code else ""


def _names(routes: Sequence[Route]) -> dict[str, str]:
    codes = {place.commune_code for route in routes for place in route.places}
    return {code: places.commune(code).name for code in codes}


def _as_rows(route: Route | None) -> list[PlaceRow]:
    if route is None:
        return []
    return [
        PlaceRow(commune=places.commune(each.commune_code).name, words=", ".join(each.words)) for each in route.places
    ]


def _rows_of(typed: Mapping[str, str]) -> list[PlaceRow]:
    rows = [
        PlaceRow(commune=typed.get(f"commune-{n}", ""), words=typed.get(f"words-{n}", "")) for n in range(_ROWS_MOST)
    ]
    return [row for row in rows if row.commune or row.words]


async def _places(visit: Visit, typed: Mapping[str, str]) -> tuple[RoutePlace, ...]:
    province = await _province(visit)
    found = []
    for n, row in enumerate(_rows_of(typed)):
        words = tuple(word.strip() for word in re.split(r"[,;\n]", row.words) if word.strip())
        found.append(RoutePlace(commune_code=_commune(row.commune, province, n), words=words))
    return tuple(found)


def _commune(text: str, province: str, n: int) -> str:
    """Return the code of a commune that was typed. Raises Invalid, naming what it may be, when it is not one."""
    if not text:
        raise Invalid("Ghi tên xã, phường của dòng này.", code="route.commune", field=f"/commune-{n}")
    found = places.find(text, province_code=province)
    if len(found.candidates) == 1:
        return found.candidates[0].code
    if not found.candidates:
        raise Invalid(
            "Không có xã, phường nào tên “{name}”. Chọn trong danh sách gợi ý.", name=text[:60], code="route.commune",
            field=f"/commune-{n}",
        )  # fmt: skip
    raise Conflict(
        "“{name}” nay thuộc nhiều nơi: {places}. Ghi rõ một nơi.", name=text[:60],
        places=", ".join(unit.name for unit in found.candidates[:6]), code="route.commune", field=f"/commune-{n}",
    )  # fmt: skip
