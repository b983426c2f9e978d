"""One act upon a dossier or an envelope: its form, what it would cost, and the act itself.

Each form bears what was seen when it was drawn. Has somebody acted meanwhile, nothing is written: the second officer is
told who, when and what, and goes on from what stands now. A form that comes twice does its act once.

Stands on: dossier_doing, dossier_offers, dossier_words. Used by: routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from postgw.domain.errors import Conflict, Forbidden, Invalid, PostgwError, Unknown
from postgw.domain.possible_acts import Act, Matter, other_forms
from postgw.services.overview import Way, Whole
from postgw.web.errors import kind_of
from postgw.web.language import sentence

from .dossier_doing import DOING, address_asked, price_of, reasons_for
from .dossier_offers import ACTS, why_of
from .dossier_words import holds, path_of, subject_of, who_acts, whole_of, words
from .moments import when
from .visit import Visit, go_to

#: Acts that have a form here. Printing is a link, the complaint and the apology have pages of their own.
_FORMS = tuple(DOING)
_OF_ITEM = frozenset({"order", "address", "recall", "cancel", "void", "return", "correct"})
#: A form sent again by the same hand within this time is the same pressing of a button.
_SAME_PRESS = timedelta(minutes=1)
_TOLD = sentence("{who} vừa làm việc khác lúc {moment}: {what}. Chưa ghi gì thêm. Xem lại rồi làm tiếp.")
_CHANGED = sentence("Hồ sơ này vừa được sửa lúc {moment}. Chưa ghi gì thêm. Xem lại rồi làm tiếp.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """What was done last."""

    at: datetime
    who: str
    what: str  #: a scan word, or a sentence


async def form(visit: Visit) -> web.Response:
    """Show the form of an act, or why it may not be done."""
    whole, act, way = await _asked(visit, visit.query("number"), visit.query("leg"))
    return await _form(visit, whole, act, way, {})


async def do(visit: Visit) -> web.Response:
    """Do an act, unless somebody acted since its form was drawn."""
    typed = await visit.typed()
    whole, act, way = await _asked(visit, typed.get("number", ""), typed.get("leg", ""))
    if typed.get("seen") != seen_of(whole, way):
        touch = _last_touch(whole, way)
        if touch and touch.who == visit.actor.name and visit.at - touch.at < _SAME_PRESS:
            return _back(whole, act, way, act.name)
        return await _form(visit, whole, act, way, typed, told=await _told(visit, whole, touch))
    if typed.get("press") == "price":
        return await _priced(visit, whole, act, way, typed)
    if not act.allowed:
        return await _form(visit, whole, act, way, typed, told=why_of(visit, act))
    try:
        done = await DOING[act.name](visit, whole, way, typed)
    except (Invalid, Conflict, Forbidden, Unknown) as error:
        return await _form(visit, whole, act, way, typed, error=error)
    return _back(await _whole(visit, typed.get("number", "")), act, way, done)


def _back(whole: Whole, act: Act, way: Way | None, done: str) -> web.Response:
    """Go back to the page of the dossier, or of the envelope that it was about."""
    if way and act.name in _OF_ITEM:
        return go_to(f"/desk/consignments/{way.consignment.consignment_no}?done={done}")
    return go_to(f"{path_of(whole.kept.dossier.key)}?done={done}")


async def _whole(visit: Visit, number: str) -> Whole:
    """Return the dossier; to a post office by the envelope that it has, for of a dossier alone it knows nothing."""
    key = visit.path("key")
    if not number:
        return await whole_of(visit, key)
    whole = await visit.services.overview.consignment(number, who=who_acts(visit), actor=visit.actor, at=visit.at)
    dossier = whole.kept.dossier
    if key not in {dossier.key, f"{dossier.receiving_desk}/{dossier.intake_ref}"}:
        raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
    return whole


async def _asked(visit: Visit, number: str, leg: str) -> tuple[Whole, Act, Way | None]:
    """Return the dossier, the act and the envelope it is about. Raises Unknown when there is no such act on it."""
    whole, name = await _whole(visit, number), visit.path("act")
    way = whole.way(number) if number else whole.current if name in _OF_ITEM else None
    among = way.acts if name in _OF_ITEM and way else whole.acts
    act = next((each for each in among if each.name == name and leg in {"", each.leg}), None)
    if name not in _FORMS or act is None:
        raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
    return whole, act, way


def seen_of(whole: Whole, way: Way | None) -> str:
    """Return what a form was drawn from; any act upon it changes this."""
    seen: list[object] = [
        whole.kept.version, len(whole.ways), whole.result is not None, whole.closing is not None,
        "-".join(each.change_request_no for each in whole.changes),
    ]  # fmt: skip
    if way:
        order = way.order.state if way.order else ""
        void = sum(each.void_at is not None for each in way.labels)
        seen += [way.consignment.version, way.custody.state, order, len(way.redirections), len(way.corrections), void]
    return ".".join(str(each) for each in seen)


def _last_touch(whole: Whole, way: Way | None) -> Touch | None:
    """Return the last thing that somebody did here."""
    ways = (way,) if way else whole.ways
    touches = [_born(each) for each in ways]
    touches += [Touch(at=each.chosen_at, who=each.chosen_by, what=ACTS["form"][0]) for each in whole.choices]
    if whole.closing:
        touches.append(Touch(at=whole.closing.told_at, who=whole.closing.told_by, what=ACTS["close"][0]))
    for each in ways:
        touches += [Touch(at=scan.received_at, who=scan.actor, what=scan.code) for scan in each.scans]
        touches += [_turned(turned.kind, turned.asked_at, turned.asked_by) for turned in each.redirections]
    return max(reversed(touches), key=lambda touch: touch.at, default=None)


def _born(way: Way) -> Touch:
    return Touch(at=way.born.created_at, who=way.born.created_by, what=ACTS["register"][0])


def _turned(kind: str, at: datetime, who: str) -> Touch:
    return Touch(at=at, who=who, what=ACTS["recall" if kind == "recall" else "address"][0])


async def _told(visit: Visit, whole: Whole, touch: Touch | None) -> str:
    """Return who acted meanwhile, when and how."""

    def moment(at: datetime) -> str:
        return when(at, now=visit.at, language=visit.language)

    if touch is None or whole.kept.updated_at > touch.at:
        return visit.say(_CHANGED, moment=moment(whole.kept.updated_at))
    codes = (await words(visit))["codes"]
    what = codes.get(touch.what) or visit.say(touch.what)
    return visit.say(_TOLD, who=touch.who, moment=moment(touch.at), what=what)


async def _priced(visit: Visit, whole: Whole, act: Act, way: Way | None, typed: dict[str, str]) -> web.Response:
    """Show the form again with what the carriage costs; nothing is done."""
    assert way is not None
    try:
        party = address_asked(way, typed) if act.name == "address" else way.consignment.consignee
        price = await price_of(visit, way, party, typed)
    except Invalid as error:
        return await _form(visit, whole, act, way, typed, error=error)
    return await _form(visit, whole, act, way, {**typed, "cost_dong": str(price)}, price=price)


async def _form(
    visit: Visit, whole: Whole, act: Act, way: Way | None, typed: dict[str, str], *, told: str = "",
    error: PostgwError | None = None, price: int | None = None,
) -> web.Response:  # fmt: skip
    status = 409 if told else kind_of(error).status if error else 200
    said: dict[str, Any] = await words(visit)
    held = holds(visit, way.consignment, way.custody, said["units"]) if way else ""
    values = {
        "whole": whole, "dossier": whole.kept.dossier, "way": way, "act": act, "why": why_of(visit, act),
        "title": ACTS[act.name][0], "typed": typed, "told": told, "price": price, "holds": held,
        "path": path_of(whole.kept.dossier.key), "seen": seen_of(whole, way), "back": _from(whole, act, way),
        "wrong": visit.say(error.template, **error.values) if error else "",
        "field": error.field.removeprefix("/party").removeprefix("/") if error else "",
        "choices": reasons_for(visit, act.name, way), "named": await visit.names_shown(subject_of(whole)),
        "other_forms": other_forms(_matter(whole)), "places": error.values.get("places", ()) if error else (),
    }  # fmt: skip
    return visit.show("desk_dossier_act.html", status=status, **said, **values)


def _from(whole: Whole, act: Act, way: Way | None) -> str:
    if way and act.name in _OF_ITEM:
        return f"/desk/consignments/{way.consignment.consignment_no}"
    return path_of(whole.kept.dossier.key)


def _matter(whole: Whole) -> Matter:
    carried = tuple(way.consignment for way in whole.ways)
    return Matter(dossier=whole.kept.dossier, consignments=carried, forms=whole.forms)
