"""The citizen's pages: one box, one answer. No account, no list, no name.

A number that nobody knows and one that is misspelt get the same page, which helps with both; so nobody learns by trying
which codes exist. What is typed is sent in the body, never in the address: some type a name or a telephone number.

Stands on: progress. Used by: routes.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from aiohttp import hdrs, web

from postgw.domain.errors import Unknown
from postgw.domain.recognise import LONGEST, recognise
from postgw.services.enquiry import PublicTrack
from postgw.web.serve import PUBLIC, address_of

from . import session
from .progress import BEFORE_THE_POST, WHAT, WHERE, advice_of, answer_of, steps_of, steps_with
from .visit import Visit, go_to

#: News of a journey that is under way is called old after this long. Design choice.
_OLD_AFTER = timedelta(hours=48)


async def home(visit: Visit) -> web.Response:
    """Show the box."""
    return visit.show("citizen_home.html", typed="")


async def ask(visit: Visit) -> web.Response:
    """Take a number out of the box to its own address."""
    typed = (await visit.typed()).get("q", "")
    read = recognise(typed)
    if not typed:
        return visit.show("citizen_home.html", typed="", empty=True)
    if read.kind == "unknown":
        return _missing(visit, typed[:LONGEST])
    return go_to(f"/t/{quote(read.number, safe='')}")


async def track(visit: Visit) -> web.Response:
    """Show how far a consignment or dossier is."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    number = visit.path("number")
    found = await visit.services.enquiry.track(number)
    return _found(visit, found) if found else _missing(visit, number[:LONGEST])


def _found(visit: Visit, found: PublicTrack) -> web.Response:
    public = found.public_service
    steps = steps_with(steps_of(found.state, found.stage), public_service=public)
    advice = advice_of(found.state, public_service=public)
    under_way = any(step.mark == "now" for step in steps)
    is_old = bool(under_way and found.heard_at and visit.at - found.heard_at > _OLD_AFTER)
    return visit.show(
        "citizen_track.html", found=found, steps=steps, is_old=is_old, under_way=under_way,
        by_post=found.state not in BEFORE_THE_POST,
        reached=sum(step.mark == "done" for step in steps) + under_way,
        answer=visit.say(answer_of(found.state, public_service=public), what=WHAT[found.leg], where=WHERE[found.leg]),
        advice=visit.say(advice) if advice else "",
    )  # fmt: skip


def _missing(visit: Visit, typed: str) -> web.Response:
    return visit.show("citizen_missing.html", status=404, typed=typed)


async def nothing_here(visit: Visit) -> web.Response:
    """Answer a person at a wrong address with a page; a program hears it as any other error."""
    if "text/html" not in visit.request.headers.get(hdrs.ACCEPT, ""):
        raise web.HTTPNotFound
    raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
