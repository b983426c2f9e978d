"""Signing in by access token, and out again.

The token is what `postgw token` printed or an administrator handed over. It is shown to nobody: not on the page after a
mistake, not in an address, not in a log.

Stands on: session. Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.actor import Actor
from postgw.domain.errors import Forbidden
from postgw.web.serve import PUBLIC, address_of

from . import session
from .visit import Visit, go_to


async def form(visit: Visit) -> web.Response:
    """Show the form."""
    return _form(visit, next_page=visit.query("next"), stale=visit.query("stale") == "1")


def _form(
    visit: Visit, *, next_page: str, wrong: bool = False, empty: bool = False, stale: bool = False
) -> web.Response:
    going = next_page if session.is_our_page(next_page) else ""
    status = 403 if wrong else 422 if empty else 200
    return visit.show("signin.html", status=status, next_page=going, wrong=wrong, empty=empty, stale=stale)


async def enter(visit: Visit) -> web.Response:
    """Check the token, and let its holder in."""
    session.must_come_from_here(visit.request)
    session.count(visit.request, PUBLIC, address_of(visit.request))
    typed = await visit.typed()
    token, next_page = typed.get("token", ""), typed.get("next", "")
    if not token:
        return _form(visit, next_page=next_page, empty=True)
    try:
        actor = await visit.services.accounts.authenticate(token, at=visit.at)
    except Forbidden:
        return _form(visit, next_page=next_page, wrong=True)
    response = go_to(next_page if session.is_our_page(next_page) else await _first_page(visit, actor))
    session.remember(response, visit.request, token)
    return response


async def _first_page(visit: Visit, actor: Actor) -> str:
    """Return the face where this account works: a post office scans, a desk looks at its day."""
    if "enquiry" not in actor.scopes:
        return "/station"
    offices = {unit.code for unit in await visit.services.enquiry.units(kind="office", actor=actor)}
    return "/station" if actor.unit in offices and "scans" in actor.scopes else "/desk"


async def leave(visit: Visit) -> web.Response:
    """Take the token back from the browser."""
    session.must_come_from_here(visit.request)
    response = go_to("/signin")
    session.forget(response, visit.request)
    return response
