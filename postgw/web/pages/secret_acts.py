"""What the acts on a citizen's own page share: a counted caller, a link that is dead, an act that is not possible.

An act that cannot be done now says because of what, and what to do instead; it is no error.

Stands on: session, visit. Used by: choosing, proxy_naming, complaining, rating.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from postgw.domain.errors import Conflict, Invalid
from postgw.web.serve import PUBLIC, address_of

from . import session
from .visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong in a form: the name of the field, empty where it is none, and the sentence."""

    field: str
    why: str


def counted(visit: Visit) -> None:
    """Count the caller: none of these pages wants a sign-in."""
    session.count(visit.request, PUBLIC, address_of(visit.request))


def page_of(visit: Visit) -> str:
    """Return the address of the citizen's page."""
    return f"/m/{visit.path('token')}"


def dead(visit: Visit) -> web.Response:
    """Answer that a link opens nothing; it says nothing of anybody."""
    return visit.show("secret_dead.html", status=404)


def not_now(visit: Visit, why: str, instead: str, *, status: int = 200) -> web.Response:
    """Answer that an act cannot be done now, because of what, and what to do instead."""
    return visit.show("act_not_now.html", status=status, why=why, instead=instead, back=page_of(visit))


def wrong_of(visit: Visit, error: Invalid | Conflict) -> Wrong:
    """Return an error as the form says it."""
    field = error.field.removeprefix("/") if isinstance(error, Invalid) and error.field else ""
    return Wrong(field=field, why=visit.say(error.template, **error.values))
