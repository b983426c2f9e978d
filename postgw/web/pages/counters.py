"""At which counter this browser sits: remembered in a cookie, so that papers come out where the officer is.

Used by: book, printers.
"""

from __future__ import annotations

from aiohttp import web

from postgw.domain.printing import Counter
from postgw.services.printing import standard

from . import session
from .visit import Visit

_COOKIE = "counter"
_SECONDS = 365 * 86400


async def counters_of(visit: Visit) -> tuple[Counter, ...]:
    """Return the counters of the unit, to those who may print."""
    return await visit.services.printing.counters(actor=visit.actor) if "labels" in visit.actor.scopes else ()


def chosen(visit: Visit, counters: tuple[Counter, ...]) -> Counter | None:
    """Return the counter at which this browser sits; the only one where there is one."""
    known = {counter.counter_no: counter for counter in counters}
    remembered = known.get(visit.request.cookies.get(_COOKIE, ""))
    return remembered or (counters[0] if len(counters) == 1 else None)


def remember(response: web.Response, visit: Visit, counter_no: str) -> None:
    """Let the browser keep at which counter it stands."""
    response.set_cookie(
        _COOKIE, counter_no, max_age=_SECONDS, path="/desk", httponly=True, samesite="Lax",
        secure=session.is_https(visit.request),
    )  # fmt: skip


def stock_of(visit: Visit, counter: Counter | None, prints: str, house_stock: str) -> str:
    """Return on which stock a kind of paper comes out when it is opened from the page."""
    printer = counter.printer(prints) if counter else None
    if printer:
        return printer.stock
    return house_stock if prints == "labels" else standard(prints).stock
