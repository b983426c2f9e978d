"""The public list of apologies: whose result was late, why, and the new day; newest first, nobody's name.

Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.web.serve import PUBLIC, address_of

from . import session
from .visit import Visit

_AT_ONCE = 30


async def apologies(visit: Visit) -> web.Response:
    """Show a page of the list."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    page = await visit.services.lateness.published(cursor=visit.query("from"), limit=_AT_ONCE)
    return visit.show(
        "citizen_apologies.html", apologies=page.items, following=page.next_cursor, first=not visit.query("from"),
        desks=await visit.services.lateness.desks(),
    )  # fmt: skip
