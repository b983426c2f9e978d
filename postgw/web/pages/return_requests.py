"""Registering for a return by post, and changing its address, from the citizen's own page.

Three steps that want no script: where to, what it costs and who pays, the code. Between two of them everything typed
goes along in the form, and nothing is kept before the code is right. A link may have been forwarded: whom the result
goes to now, and what was asked before, is shown masked and is not filled in again.

Stands on: return_form, visit. Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 1.2, 5, 12.2 to 12.4; Law on Post 2010 art. 16; Law on personal data protection
2025.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from postgw.domain.errors import Conflict, Mistake, TooMuch, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.return_request import Wish
from postgw.services.return_requests import Standing
from postgw.web.errors import kind_of
from postgw.web.language import sentence
from postgw.web.reading import MIB
from postgw.web.serve import PUBLIC, address_of

from . import session
from .return_form import CARRIED, Told, quote_of, settled, told_price, wish_of
from .visit import HandedIn, Visit, go_to

#: What a form may hold in all: a larger picture than is kept is still read, so that the form comes back filled in.
_READ_MOST = 10 * MIB
#: Which step asks for what; a wrong part leads back to its step.
_STEP_OF = {
    "reduction": "price", "proof": "price", "note": "price", "consent": "price", "code": "code", "picture": "code",
}  # fmt: skip
_PATHS = {"register": "register", "readdress": "address"}
_MANY = sentence("Tên này chỉ nhiều xã. Chọn xã của bạn bên dưới, hoặc gõ tên đầy đủ.")
_NONE = sentence("Không thấy xã, phường nào như vậy. Gõ tên đang ghi trên giấy tờ, kể cả tên cũ.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One step of the form as it is drawn."""

    step: str
    typed: dict[str, str] = field(repr=False)
    wrong: str = ""  #: the field that is wrong
    why: str = ""
    status: int = 200
    choices: tuple[tuple[str, str], ...] = ()  #: communes that a name may mean
    told: Told | None = None
    sent_to: str = ""  #: the telephone to which a code went, masked


async def register(visit: Visit) -> web.Response:
    """Show how a result is asked to be brought."""
    return await _page(visit, "register")


async def address(visit: Visit) -> web.Response:
    """Show how a result is asked to be brought elsewhere."""
    return await _page(visit, "readdress")


async def ask_register(visit: Visit) -> web.Response:
    """Take one step of asking that a result be brought."""
    return await _step(visit, "register")


async def ask_address(visit: Visit) -> web.Response:
    """Take one step of asking that a result be brought elsewhere."""
    return await _step(visit, "readdress")


async def _page(visit: Visit, kind: str) -> web.Response:
    session.count(visit.request, PUBLIC, address_of(visit.request))
    standing = await visit.services.return_requests.standing(visit.path("token"), at=visit.at)
    if standing is None:
        return visit.show("secret_dead.html", status=404)
    return _drawn(visit, kind, standing, Screen(step="where", typed=_before(standing)))


def _before(standing: Standing) -> dict[str, str]:
    """Return what of an open request may be filled in again: nothing that a stranger with the link may not read."""
    asked = standing.open
    if asked is None:
        return {}
    return {"commune": asked.wish.party.commune, "province": asked.wish.party.province,
            "commune_code": asked.wish.party.commune_code, "reduction": asked.wish.reduction}  # fmt: skip


async def _step(visit: Visit, kind: str) -> web.Response:
    session.count(visit.request, PUBLIC, address_of(visit.request))
    token = visit.path("token")
    standing = await visit.services.return_requests.standing(token, at=visit.at)
    if standing is None:  # before the form is read: a stranger hands nothing in
        return visit.show("secret_dead.html", status=404)
    form = await visit.handed_in(_READ_MOST)
    act = form.typed.get("act", "")
    try:
        if act == "withdraw":
            await visit.services.return_requests.withdraw(token, at=visit.at)
            return go_to(visit.request.path)
        screen = await _next(visit, kind, standing, form, act)
    except Mistake as mistake:
        screen = await _wrong(visit, standing, form.typed, mistake)
    return _drawn(visit, kind, standing, screen) if screen else go_to(visit.request.path)


async def _next(visit: Visit, kind: str, standing: Standing, form: HandedIn, act: str) -> Screen | None:
    """Return the step that follows; nothing when the last one was taken. Raises Mistake at what is wrong."""
    typed = dict(form.typed)
    if act in {"where", "price"}:  # one step back
        told = await told_price(visit, standing, typed) if act == "price" else None
        return Screen(step=act, typed=typed, told=told)
    place = settled(visit, typed, standing)
    if place.is_open:
        return Screen(
            step="where", typed=typed, wrong="commune", choices=place.options, status=422,
            why=visit.say(_MANY if place.options else _NONE),
        )  # fmt: skip
    step, acts = typed.get("step", ""), visit.services.return_requests
    wish, mine = wish_of(kind, typed), typed.get("who") != "other"
    token, consent = visit.path("token"), typed.get("consent", "")
    if step not in {"price", "code"}:
        bare = wish_of(kind, {**typed, "reduction": ""})
        await acts.check(token, bare, mine=mine, consent=None, at=visit.at)
        return Screen(step="price", typed=typed, told=await told_price(visit, standing, typed))
    await acts.check(token, wish, mine=mine, consent=consent, at=visit.at)
    told = await told_price(visit, standing, typed)
    if step == "price" or act == "again":
        sent_to = await visit.services.link_sending.send_code(token, kind, at=visit.at)
        return Screen(step="code", typed=typed, told=told, sent_to=sent_to)
    await _asked(visit, standing, wish, form, mine=mine)
    return None


async def _asked(visit: Visit, standing: Standing, wish: Wish, form: HandedIn, *, mine: bool) -> None:
    quote = await quote_of(visit, standing, wish)
    await visit.services.return_requests.ask(
        visit.path("token"), wish, mine=mine, consent=form.typed.get("consent", ""), quote=quote,
        picture=form.content if wish.proof == "photo" else b"", code=form.typed.get("code", ""), at=visit.at,
    )  # fmt: skip


async def _wrong(visit: Visit, standing: Standing, typed: dict[str, str], mistake: Mistake) -> Screen:
    """Return the step at which something was wrong, with all that was typed."""
    if isinstance(mistake, Unknown):
        raise mistake
    name = mistake.field.strip("/").rpartition("/")[2]
    step = _STEP_OF.get(name) or ("where" if name else typed.get("step", "where"))
    if isinstance(mistake, Conflict) and mistake.code == "one_time_code.enough" and step == "where":
        step = "price"
    told = await told_price(visit, standing, typed) if step != "where" else None
    return Screen(
        step=step, typed=typed, wrong=name, why=visit.say(mistake.template, **mistake.values), told=told,
        status=422 if isinstance(mistake, TooMuch) else kind_of(mistake).status,
        sent_to=standing.code_phone if step == "code" else "",
    )  # fmt: skip


def _drawn(visit: Visit, kind: str, standing: Standing, screen: Screen) -> web.Response:
    tariff = visit.services.pricing.tariff(on=legal_day(visit.at))
    vi = visit.language == "vi"
    groups = {code: each.title if vi else each.title_en for code, each in tariff.reductions.items()}
    values: dict[str, Any] = {
        "it": standing, "kind": kind, "s": screen, "typed": screen.typed, "token": visit.path("token"),
        "groups": groups, "percents": {code: each.percent for code, each in tariff.reductions.items()},
        "consent": standing.rule.consent if vi else standing.rule.consent_en, "paths": _PATHS,
        "again": visit.query("again") == "1" or visit.request.method == "POST",
        "left": standing.carried is not None and standing.carried.custody.state not in CARRIED,
        "here": visit.request.path, "here_whole": visit.request.path,
        "mega": standing.rule.photo_most // 1_000_000,
    }  # fmt: skip
    return visit.show("citizen_return.html", status=screen.status, **values)
