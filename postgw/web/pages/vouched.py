"""Signing in through the province's own sign-in: the way there, and the way back.

The way back is a step from another house, so the browser holds our strict cookie back from it; a small page of ours
that leads on at once is where the sitting begins.

Stands on: signin, session. Used by: routes.
"""

from __future__ import annotations

import hmac

from aiohttp import web

from postgw.domain.errors import Forbidden, PostgwError
from postgw.web.language import sentence
from postgw.web.serve import PUBLIC, address_of

from . import session
from .signin import browser_of, first_page, shown
from .visit import Visit, go_to

_TRIP = "postgw_trip"
_TRIP_SECONDS = 600
_BACK = "/signin/vouched/back"
_DENIED = sentence("Hệ thống tài khoản không cho đăng nhập lần này. Đăng nhập lại hoặc dùng cách khác.")


async def begin(visit: Visit) -> web.Response:
    """Send the browser to the other house."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    asked = visit.query("next")
    try:
        where, state = await visit.services.single_sign_on.begin(
            next_page=asked if session.is_our_page(asked) else "", back=_address_back(visit), at=visit.at
        )
    except PostgwError as error:
        return _told(visit, error)
    response = go_to(where)
    response.set_cookie(
        _TRIP, state, max_age=_TRIP_SECONDS, path=_BACK, httponly=True, samesite="Lax",
        secure=session.is_https(visit.request),
    )  # fmt: skip
    return response


async def back(visit: Visit) -> web.Response:
    """Let in whom the other house vouches for."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    try:
        text, next_page = await _let_in(visit)
    except PostgwError as error:
        response = _told(visit, error)
    else:
        response = visit.show("signin_through.html", next_page=next_page)
        session.remember(response, visit.request, text)
    response.del_cookie(_TRIP, path=_BACK, httponly=True, samesite="Lax", secure=session.is_https(visit.request))
    return response


async def _let_in(visit: Visit) -> tuple[str, str]:
    state = visit.query("state")
    if not state or not hmac.compare_digest(
        state.encode("utf-8", "replace"), visit.request.cookies.get(_TRIP, "").encode("utf-8", "replace")
    ):
        raise Forbidden("Lần đăng nhập này đã quá hạn hoặc đã dùng. Đăng nhập lại.", code="signin.trip")
    if not visit.query("code"):
        raise Forbidden(_DENIED, code="signin.denied")
    account, asked = await visit.services.single_sign_on.finish(
        state=state, code=visit.query("code")[:2000], back=_address_back(visit), at=visit.at
    )
    text = await visit.services.sittings.enter_as(account, browser=browser_of(visit), at=visit.at)
    actor = visit.services.sittings.actor_of(account)
    return text, asked or await first_page(visit, actor)


def _address_back(visit: Visit) -> str:
    scheme = "https" if session.is_https(visit.request) else "http"
    return f"{scheme}://{visit.request.host}{_BACK}"


def _told(visit: Visit, error: PostgwError) -> web.Response:
    return shown(visit, next_page="", status=403, why=visit.say(error.template, **error.values))
