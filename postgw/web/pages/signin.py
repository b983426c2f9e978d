"""Signing in: by login and password, then the code of a telephone where one was set up; by access token; and out again.

A token is what `postgw token` printed or an administrator handed over, for a machine that several people use. What was
typed is shown to nobody: not on the page after a mistake, not in an address, not in a log.

Stands on: session. Used by: routes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aiohttp import hdrs, web

from postgw.domain.actor import Actor
from postgw.domain.errors import Forbidden
from postgw.web.language import sentence
from postgw.web.serve import PUBLIC, address_of

from . import session
from .visit import Visit, go_to

_EMPTY_TOKEN = sentence("Ô mã còn trống. Dán mã truy cập rồi bấm Đăng nhập.")
_EMPTY_PASSWORD = sentence("Ghi cả tài khoản và mật khẩu.")
_EMPTY_CODE = sentence("Ghi mã sáu số đang hiện trên điện thoại.")
_CODE_PAGE = "/signin/code"


async def form(visit: Visit) -> web.Response:
    """Show the form."""
    return shown(visit, next_page=visit.query("next"), stale=visit.query("stale") == "1")


def shown(visit: Visit, *, next_page: str, status: int = 200, **told: Any) -> web.Response:
    """Answer with the form: what is wrong stands in `why`, what may be shown again in `login`."""
    going = next_page if session.is_our_page(next_page) else ""
    by_token = visit.query("by") == "token" or bool(told.pop("by_token", False))
    idle = int(visit.services.sittings.terms.idle.total_seconds() // 60)
    known = {
        "why": "",
        "stale": False,
        "login": "",
        "idle_minutes": idle,
        "single_sign_on": visit.services.single_sign_on,
        **told,
    }
    return visit.show("signin.html", status=status, next_page=going, by_token=by_token, **known)


async def enter(visit: Visit) -> web.Response:
    """Check what was typed, and let its owner in."""
    session.must_come_from_here(visit.request)
    session.count(visit.request, PUBLIC, address_of(visit.request))
    typed = await visit.typed()
    by_token, next_page = "token" in typed, typed.get("next", "")
    again: dict[str, Any] = {"next_page": next_page, "by_token": by_token, "login": typed.get("login", "")[:100]}
    if not (typed.get("token") if by_token else typed.get("login") and typed.get("password")):
        return shown(visit, status=422, why=visit.say(_empty(by_token)), **again)
    try:
        text = await _sitting(visit, typed)
    except Forbidden as refused:
        return shown(visit, status=403, why=visit.say(refused.template, **refused.values), **again)
    return await let_in(visit, text, next_page)


def _empty(by_token: bool) -> str:
    return _EMPTY_TOKEN if by_token else _EMPTY_PASSWORD


async def _sitting(visit: Visit, typed: dict[str, str]) -> str:
    sittings, browser = visit.services.sittings, browser_of(visit)
    if "token" in typed:
        return await sittings.enter_with_token(typed["token"], browser=browser, at=visit.at)
    return await sittings.enter(typed["login"], typed["password"], browser=browser, at=visit.at)


def browser_of(visit: Visit) -> str:
    """Return what the browser says of itself, by which people tell their own screens apart."""
    return visit.request.headers.get(hdrs.USER_AGENT, "").replace("\0", "")


async def let_in(visit: Visit, text: str, next_page: str) -> web.Response:
    """Lead somebody who signed in to the page asked for, else to where this account works."""
    sittings = visit.services.sittings
    await sittings.leave(session.kept(visit.request), at=visit.at)  # who sat at this screen before
    holder = await sittings.holder(text, at=visit.at)
    going = next_page if session.is_our_page(next_page) else ""
    if not holder.sitting.is_whole:
        response = go_to(_CODE_PAGE + (f"?{urlencode({'next': going})}" if going else ""))
    else:
        response = go_to(going or await first_page(visit, holder.actor))
    session.remember(response, visit.request, text)
    return response


async def code_form(visit: Visit) -> web.Response:
    """Ask for the code of the telephone, the second factor."""
    return await _code_shown(visit, visit.query("next"))


async def _code_shown(visit: Visit, next_page: str, *, why: str = "", status: int = 200) -> web.Response:
    if visit.holder is None or visit.holder.sitting.is_whole:
        return go_to(await first_page(visit, visit.actor))
    going = next_page if session.is_our_page(next_page) else ""
    return visit.show("signin_code.html", status=status, next_page=going, why=why)


async def bring_code(visit: Visit) -> web.Response:
    """Complete the sitting with the code of the telephone."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    typed = await visit.typed()
    code, next_page = typed.get("code", ""), typed.get("next", "")
    if not code:
        return await _code_shown(visit, next_page, why=visit.say(_EMPTY_CODE), status=422)
    assert visit.holder is not None
    try:
        await visit.services.sittings.bring_second_factor(visit.holder, code[:20], at=visit.at)
    except Forbidden as refused:
        return await _code_shown(visit, next_page, why=visit.say(refused.template, **refused.values), status=403)
    return go_to(next_page if session.is_our_page(next_page) else await first_page(visit, visit.actor))


async def first_page(visit: Visit, actor: Actor) -> str:
    """Return the face where this account works: a post office scans, a desk looks at its day."""
    if "enquiry" not in actor.scopes:
        return "/station"
    offices = {unit.code for unit in await visit.services.enquiry.units(kind="office", actor=actor)}
    return "/station" if actor.unit in offices and "scans" in actor.scopes else "/desk"


async def leave(visit: Visit) -> web.Response:
    """End the sitting and take it back from the browser."""
    session.must_come_from_here(visit.request)
    await visit.services.sittings.leave(session.kept(visit.request), at=visit.at)
    response = go_to("/signin")
    session.forget(response, visit.request)
    return response
