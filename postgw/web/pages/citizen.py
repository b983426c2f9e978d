"""The citizen's look-up: one box, one answer. No account, no list, no name.

A number that nobody knows and one that is misspelt get the same page, which helps with both; so nobody learns by trying
which codes exist. What is typed is sent in the body, never in the address: some type a name or a telephone number.

Four digits of a telephone open nothing. They are written down by one statement and answered by one page, the same for
right, wrong, exhausted and unknown; what comes of them comes to the telephone.

Stands on: public_progress, missing. Used by: routes.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from aiohttp import hdrs, web

from postgw.domain.errors import Invalid, Unknown
from postgw.domain.misspelt import likeness, mended
from postgw.domain.recognise import LONGEST
from postgw.services.enquiry import PublicTrack
from postgw.web.keys import AT, LOOK_UPS
from postgw.web.limits import DIGITS
from postgw.web.serve import PUBLIC, address_of, line_of, looked_up

from . import session
from .missing import LOOKS, advice_on
from .public_progress import answer_of, steps_of
from .visit import Visit, go_to

_SCAN_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


async def home(visit: Visit) -> web.Response:
    """Show the box."""
    return visit.show("citizen_home.html", typed="")


async def ask(visit: Visit) -> web.Response:
    """Take a number out of the box to its own address."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    typed = (await visit.typed()).get("q", "")
    if not typed:
        return visit.show("citizen_home.html", typed="", empty=True)
    read = mended(typed)
    if read.kind == "unknown":
        return _missing(visit, typed[:LONGEST])
    return go_to(f"/t/{quote(read.number, safe='')}")


async def track(visit: Visit) -> web.Response:
    """Show how far a consignment or dossier is."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    number = visit.path("number")
    found = await looked_up(visit.request, number, lambda: visit.services.enquiry.track(number))
    return _found(visit, found) if found else _missing(visit, number[:LONGEST])


def _found(visit: Visit, found: PublicTrack) -> web.Response:
    steps = steps_of(found)
    words, values = answer_of(found)
    return visit.show(
        "citizen_track.html", found=found, steps=steps, answer=visit.say(words, **values),
        looks=likeness(found.number).looks, sends_links=visit.services.link_sending.sends_links,
        reached=sum(step.mark in {"done", "now"} for step in steps),
    )  # fmt: skip


def _missing(visit: Visit, typed: str) -> web.Response:
    like = likeness(typed)
    advice = [visit.say(words, **values) for words, values in advice_on(like)]
    return visit.show(
        "citizen_missing.html", status=404, typed=typed, looks=visit.say(LOOKS[like.looks]), advice=advice
    )


async def ask_link(visit: Visit) -> web.Response:
    """Take four digits; whatever they are, the answer is the same."""
    session.count(visit.request, PUBLIC, address_of(visit.request))
    visit.request.app[LOOK_UPS].pay(line_of(visit.request), DIGITS, visit.request[AT].timestamp())
    number, digits = visit.path("number"), (await visit.typed()).get("digits", "")
    try:
        await visit.services.link_sending.ask(number, digits, at=visit.at)
    except Invalid as error:
        wrong = visit.say(error.template, **error.values)
        return visit.show("citizen_link.html", status=422, number=number[:LONGEST], typed=digits[:8], wrong=wrong)
    return go_to(f"/t/{quote(number[:LONGEST], safe='')}/link")


async def link_asked(visit: Visit) -> web.Response:
    """Say what happens now if the digits were right. Nothing is looked up here."""
    return visit.show("citizen_link.html", number=visit.path("number")[:LONGEST], typed="", wrong="")


async def scan(visit: Visit) -> web.Response:
    """Show the page that reads a QR code by the camera or out of a picture, on the phone itself."""
    host = urlsplit(visit.services.messaging.public_url).netloc
    response = visit.show("citizen_scan.html", host=host)
    response.headers["Content-Security-Policy"] = _SCAN_POLICY
    response.headers["Permissions-Policy"] = "camera=(self)"
    return response


async def nothing_here(visit: Visit) -> web.Response:
    """Answer a person at a wrong address with a page; a program hears it as any other error."""
    if "text/html" not in visit.request.headers.get(hdrs.ACCEPT, ""):
        raise web.HTTPNotFound
    raise Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
