"""Who sits at the screen: the sign-in cookie, and the proof that a form was sent from a page of ours.

The cookie holds the access token itself, out of reach of any script, and goes nowhere but here; it ends with the shift.
Because it is sent with every request, an act (POST) is taken only from our own pages: browsers say so in
`Sec-Fetch-Site`, older ones and those on a plain-http office network in `Origin`.

Used by: visit, signin.
Source: RFC 6265bis (SameSite, HttpOnly); W3C Fetch Metadata (Sec-Fetch-Site); OWASP on cross-site request forgery.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import hdrs, web

from postgw.domain.actor import Actor
from postgw.domain.errors import Forbidden
from postgw.web.errors import Unauthenticated
from postgw.web.keys import ACTOR_NAME, AT, DOOR, SERVICES
from postgw.web.serve import count as count

COOKIE = "postgw"
_SHIFT_SECONDS = 12 * 3600


async def holder_of(request: web.Request) -> Actor:
    """Return who signed in. Raises Unauthenticated when nobody did, Forbidden when the token is no longer good."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        raise Unauthenticated("Hãy đăng nhập để mở trang này.")
    actor = await request.app[SERVICES].accounts.authenticate(token, at=request[AT])
    request[ACTOR_NAME] = actor.name
    return actor


def remember(response: web.Response, request: web.Request, token: str) -> None:
    """Let the browser keep the token until the shift ends."""
    response.set_cookie(
        COOKIE, token, max_age=_SHIFT_SECONDS, path="/", httponly=True, samesite="Strict", secure=is_https(request)
    )


def forget(response: web.Response, request: web.Request) -> None:
    """Take the token back from the browser."""
    response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=is_https(request))


def is_https(request: web.Request) -> bool:
    """Say whether the browser speaks https, to us or to the proxy before us."""
    if request.remote in request.app[DOOR].proxies:
        return request.headers.get("X-Forwarded-Proto", request.scheme) == "https"
    return request.secure


def must_come_from_here(request: web.Request) -> None:
    """Raise Forbidden unless the form was sent from a page of ours."""
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get(hdrs.ORIGIN, "")
    ours = site == "same-origin" if site else bool(origin) and urlsplit(origin).netloc == request.host
    if not ours:
        raise Forbidden("Biểu mẫu này không được gửi từ trang của cổng. Mở lại trang rồi làm lại.", code="page.origin")


def is_our_page(path: str) -> bool:
    """Say whether a path may be gone to after the sign-in: only pages of the staff, never another host.

    >>> is_our_page("/desk?state=held"), is_our_page("//evil.example/desk"), is_our_page("/desk\\\\x"), is_our_page("")
    (True, False, False, False)
    """
    face = path.partition("?")[0].split("/")[1:2]
    return face in (["desk"], ["station"]) and not any(sign in path for sign in "\\\r\n\t")
