"""How a citizen wants to be told, on their own page; and shutting links that came into strange hands.

A new link is never shown here, for whoever holds the old one may be the stranger: it goes to the telephone on the
dossier.

Stands on: visit, message_words. Used by: routes.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.web.serve import PUBLIC, address_of

from . import session
from .message_words import CHANNELS
from .visit import Visit, go_to

_STOP = "none"


async def wishes(visit: Visit) -> web.Response:
    """Show how this citizen is told, and how they may be."""
    return await _wishes(visit)


async def choose(visit: Visit) -> web.Response:
    """Keep what they want, and show the page anew."""
    token, way = visit.path("token"), (await visit.typed()).get("way", "")
    _counted(visit)
    stopped = way == _STOP
    try:
        kept = await visit.services.message_wishes.choose(
            token, channel="" if stopped else way, stopped=stopped, at=visit.at
        )
    except Invalid as error:
        return await _wishes(visit, wrong=visit.say(error.template, **error.values), counted=True)
    return go_to(f"/m/{token}/messages?kept=1") if kept else _dead(visit)


async def _wishes(visit: Visit, *, wrong: str = "", counted: bool = False) -> web.Response:
    if not counted:
        _counted(visit)
    token = visit.path("token")
    found = await visit.services.message_wishes.of(token, at=visit.at)
    if found is None:
        return _dead(visit)
    return visit.show(
        "secret_messages.html", status=422 if wrong else 200, found=found, token=token, channels=CHANNELS, stop=_STOP,
        wrong=wrong, kept=bool(visit.query("kept")) and not wrong,
    )  # fmt: skip


async def ask_to_lock(visit: Visit) -> web.Response:
    """Say what shutting the links does, and ask."""
    _counted(visit)
    return await _ask_to_lock(visit)


async def _ask_to_lock(visit: Visit, *, wrong: str = "") -> web.Response:
    token = visit.path("token")
    found = await visit.services.message_wishes.of(token, at=visit.at)
    if found is None:
        return _dead(visit)
    return visit.show("secret_lock.html", status=409 if wrong else 200, found=found, token=token, wrong=wrong)


async def lock(visit: Visit) -> web.Response:
    """Shut the links, and tell that it is done at an address that names nobody."""
    _counted(visit)
    try:
        await visit.services.link_sending.lock(visit.path("token"), at=visit.at)
    except Unknown:
        return _dead(visit)
    except Conflict as error:
        return await _ask_to_lock(visit, wrong=visit.say(error.template, **error.values))
    return go_to("/locked")


async def locked(visit: Visit) -> web.Response:
    """Say that links were shut; nothing of anybody."""
    _counted(visit)
    return visit.show("secret_locked.html")


def _counted(visit: Visit) -> None:
    session.count(visit.request, PUBLIC, address_of(visit.request))


def _dead(visit: Visit) -> web.Response:
    return visit.show("secret_dead.html", status=404)
