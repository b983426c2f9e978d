"""The page behind the link of a message: where the item is, until when it is kept, what its recipient may choose.

It says who pays before anything is chosen. A link that is none of ours, or no longer holds, gets one kind sentence and
nothing of anybody. No name, address or procedure of the recipient stands here: telephones are lent and messages are
forwarded.

Beside it the public list of items that nobody could be found for.

Stands on: visit, progress. Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 10, 12.4; Law on Post 2010 art. 11.3; Joint Circular 18/2015 art. 4.
"""

from __future__ import annotations

from datetime import date

from aiohttp import web

from postgw.domain.choice import Choice
from postgw.domain.errors import Conflict, Invalid
from postgw.services.choosing import Offer
from postgw.web.language import sentence
from postgw.web.serve import PUBLIC, address_of

from . import session
from .progress import ANSWERS, WHAT, WHERE
from .visit import Visit, go_to

WINDOWS = {"morning": sentence("buổi sáng"), "afternoon": sentence("buổi chiều")}
PAYERS = {
    "citizen": sentence("người nhận trả"), "agency": sentence("cơ quan trả kết quả trả"),
    "post": sentence("bưu điện trả"),
}  # fmt: skip

_EMPTY = {"way": "", "on": "", "window": ""}


async def offer(visit: Visit) -> web.Response:
    """Show what may be chosen."""
    _counted(visit)
    found = await visit.services.choosing.offer_by_link(visit.path("token"), at=visit.at)
    return _shown(visit, found) if found else _dead(visit)


async def choose(visit: Visit) -> web.Response:
    """Keep what was chosen, and show the page anew."""
    _counted(visit)
    token, typed = visit.path("token"), await visit.typed()
    try:
        kept = await visit.services.choosing.choose_by_link(token, _choice(typed), at=visit.at)
    except (Invalid, Conflict) as error:
        found = await visit.services.choosing.offer_by_link(token, at=visit.at)
        why = visit.say(error.template, **error.values)
        return _shown(visit, found, typed=typed, why=why) if found else _dead(visit)
    return go_to(visit.request.path) if kept else _dead(visit)


def _counted(visit: Visit) -> None:
    session.count(visit.request, PUBLIC, address_of(visit.request))


def _choice(typed: dict[str, str]) -> Choice:
    way = typed.get("way", "")
    place = way.removeprefix("at:") if way.startswith("at:") else ""
    return Choice(
        way="service_point" if place else way, on=_day(typed.get("on", "")), window=typed.get("window", ""), place=place
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _shown(visit: Visit, found: Offer, *, typed: dict[str, str] | None = None, why: str = "") -> web.Response:
    consignment = found.consignment
    state = consignment.custody.state
    return visit.show(
        "choose.html", status=422 if why else 200, found=found, why=why,
        typed={**_EMPTY, **(typed or _typed_before(found))},
        token=visit.path("token"), windows=WINDOWS, payer=PAYERS[found.paid_by],
        answer=visit.say(ANSWERS[state], what=WHAT[consignment.leg], where=WHERE[consignment.leg]),
        places={unit.code: unit for unit in found.places},
    )  # fmt: skip


def _typed_before(found: Offer) -> dict[str, str]:
    """Return the form as the choice that stands would have filled it."""
    if found.current is None:
        return {}
    choice = found.current.choice
    way = f"at:{choice.place}" if choice.place else choice.way
    return {"way": way, "on": choice.on.isoformat() if choice.on else "", "window": choice.window}


def _dead(visit: Visit) -> web.Response:
    return visit.show("choose_dead.html", status=404)


async def undeliverable(visit: Visit) -> web.Response:
    """Show the public list of items without a recipient."""
    _counted(visit)
    page = await visit.services.ending.publicised(cursor=visit.query("cursor")[:18])
    following = f"?cursor={page.next_cursor}" if page.next_cursor else ""
    return visit.show("undeliverable.html", lines=page.items, following=following)
