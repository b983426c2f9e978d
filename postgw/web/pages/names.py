"""Names uncovered on one screen for a quarter of an hour, and covered again.

A counter's screen is seen from the queue, so names stay masked until somebody asks; what is looked at meanwhile is
written down, dossier by dossier and list by list.

Used by: routes.
Source: Law on personal data protection 2025 (only what the purpose needs); Law on post 2010 (secrecy of mail).
"""

from __future__ import annotations

from aiohttp import web

from . import session
from .visit import Visit, go_to


async def switch(visit: Visit) -> web.Response:
    """Uncover names on this screen, or cover them, and go back to where this was asked."""
    typed = await visit.typed()
    assert visit.holder is not None
    if typed.get("act") == "cover":
        await visit.services.sittings.cover_names(visit.holder)
    else:
        await visit.services.sittings.uncover_names(visit.holder, at=visit.at)
    back = typed.get("next", "")
    return go_to(back if session.is_our_page(back) else "/desk")
