"""Who sits at the screen: the sign-in cookie, and the proof that a form was sent from a page of ours.

The cookie holds a random text that names a sitting kept by us, out of reach of any script; it goes nowhere but here and
serves until the shift ends, or until somebody ends the sitting. Over https its name begins with `__Host-`: no other
site of the same domain, of which a province has many, can then slip a sitting of its own under ours.

Because the cookie is sent with every request, an act (POST) is taken only from our own pages: browsers say so in
`Sec-Fetch-Site`, older ones and those on a plain-http office network in `Origin`; and every form bears a proof reckoned
from the cookie, which no other page can know.

Used by: visit, signin.
Source: RFC 6265bis (SameSite, HttpOnly, the prefix `__Host-`); W3C Fetch Metadata (Sec-Fetch-Site); OWASP on cross-site
request forgery (signed double-submit bound to the session).
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from postgw.domain.errors import Forbidden
from postgw.services.sittings import Holder, form_proof
from postgw.web.errors import Unauthenticated
from postgw.web.keys import ACTOR_NAME, AT, DOOR, SERVICES
from postgw.web.serve import PAGES, PUBLIC, line_of
from postgw.web.serve import count as counted

COOKIE, COOKIE_BY_HTTPS = "postgw", "__Host-postgw"
PROOF_FIELD = "proof"
PROOF_HEADER = "X-Form-Proof"
#: Set once the proof of a request was looked at and is right.
PROVED = web.RequestKey("proved", bool)
#: Set on a page of the citizen's face.
OF_CITIZEN = web.RequestKey("of_citizen", bool)


def count(request: web.Request, quota: str, caller: str) -> None:
    """Count a page that was asked for. Raises TooOften when the quota is used up.

    Citizens have a larger one, counted by the line that they share: behind it may sit a commune or a mobile carrier.
    """
    if quota == PUBLIC and request.get(OF_CITIZEN):
        quota, caller = PAGES, line_of(request)
    counted(request, quota, caller)


def kept(request: web.Request) -> str:
    """Return the text of the sign-in cookie; empty where there is none, or none that we could have made."""
    text = request.cookies.get(_name(request), "")
    return text if text.isascii() else ""


def _name(request: web.Request) -> str:
    return COOKIE_BY_HTTPS if is_https(request) else COOKIE


async def holder_of(request: web.Request) -> Holder:
    """Return who signed in. Raises Unauthenticated when nobody did, Forbidden when the sitting is over."""
    text = kept(request)
    if not text:
        raise Unauthenticated("Hãy đăng nhập để mở trang này.")
    holder = await request.app[SERVICES].sittings.holder(text, at=request[AT])
    request[ACTOR_NAME] = holder.actor.name
    return holder


def proof_of(request: web.Request) -> str:
    """Return what the forms of this sitting bear; nothing where nobody sits."""
    text = kept(request)
    return form_proof(text) if text else ""


def prove(request: web.Request, given: str) -> None:
    """Take note that a form bears its proof. Raises Forbidden when it does not."""
    wanted = proof_of(request)
    if not wanted or not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
        raise _not_ours()
    request[PROVED] = True


def remember(response: web.Response, request: web.Request, text: str) -> None:
    """Let the browser keep the sitting until the shift ends."""
    shift = request.app[SERVICES].sittings.terms.shift
    response.set_cookie(
        _name(request), text, max_age=int(shift.total_seconds()), path="/", httponly=True, samesite="Strict",
        secure=is_https(request),
    )  # fmt: skip


def forget(response: web.Response, request: web.Request) -> None:
    """Take the sitting back from the browser."""
    response.del_cookie(_name(request), path="/", httponly=True, samesite="Strict", secure=is_https(request))


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
        raise _not_ours()


def _not_ours() -> Forbidden:
    return Forbidden("Biểu mẫu này không được gửi từ trang của cổng. Mở lại trang rồi làm lại.", code="page.origin")


def is_our_page(path: str) -> bool:
    """Say whether a path may be gone to after the sign-in: only pages of the staff, never another host.

    >>> is_our_page("/desk?state=held"), is_our_page("//evil.example/desk"), is_our_page("/desk\\\\x"), is_our_page("")
    (True, False, False, False)
    """
    face = path.partition("?")[0].split("/")[1:2]
    return face in (["desk"], ["station"], ["me"]) and not any(sign in path for sign in "\\\r\n\t")
