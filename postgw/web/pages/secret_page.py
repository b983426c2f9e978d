"""The citizen's own page, behind a secret link: where the paper is, when it comes, what to do.

A link that is none of ours, too old or shut gets one kind sentence, and nothing of anybody.

Stands on: visit. Used by: routes.
Source: Circular 01/2018/TT-VPCP art. 16.2.d.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.serve import PUBLIC, address_of

from . import session
from .visit import Visit


async def page(visit: Visit) -> web.Response:
    """Show the page."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    token = visit.path("token")
    found = await visit.services.secret_page.shown(token, at=visit.at)
    if found is None:
        return visit.show("secret_dead.html", status=404)
    return visit.show("secret_page.html", it=found, token=token)
