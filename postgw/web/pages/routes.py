"""Every page on one page: method, path, who may ask for it, what draws it.

A citizen needs no account; the desk's pages want the scope `enquiry`, the station's want `scans`. The last route
answers what a browser asks for and nobody knows, so that a wrong address ends at a page and not at a problem document.

Stands on: visit, and the file of each face. Used by: cli, and the tests that walk it.
"""

from __future__ import annotations

from aiohttp import web

from . import (
    apologies,
    assets,
    choosing,
    citizen,
    desk,
    importing,
    in_flight,
    intake,
    intake_help,
    messages,
    names,
    papers,
    post_sheets,
    published,
    rating,
    settling,
    signin,
    station,
    vouched,
    wall,
    wires,
)
from .visit import public, staff

#: Machines ask here; their errors stay problem documents.
_NOT_A_PAGE = "(?!api/|ngsp/|hooks/|o/rest/|static/|healthz|readyz|metrics)"

_IN_FLIGHT = (
    web.get("/desk/import/in-flight", staff(in_flight.form, face="desk")),
    web.post("/desk/import/in-flight", staff(in_flight.hand_in, face="desk")),
    web.post("/desk/import/in-flight/mend", staff(in_flight.mend, face="desk")),
    web.get("/desk/import/in-flight/template.{kind:xlsx|csv}", staff(in_flight.template, face="desk")),
)
_INTAKE = (
    web.get("/desk/intake", staff(intake.page, face="desk", scope="intake")),
    web.post("/desk/intake", staff(intake.send, face="desk", scope="intake")),
    web.get("/desk/intake/places", staff(intake_help.communes, face="desk", scope="intake")),
    web.get("/desk/intake/procedures", staff(intake_help.procedures, face="desk", scope="intake")),
    web.post("/desk/intake/quote", staff(intake_help.quote, face="desk", scope="intake")),
    web.post("/desk/intake/onward", staff(intake.onward, face="desk", scope="intake")),
    web.get("/desk/intake/slip.pdf", staff(papers.slip, face="desk", scope="labels")),
)

PAGES: tuple[web.RouteDef, ...] = (
    web.get("/", public(citizen.home)),
    web.post("/", public(citizen.ask)),
    web.get("/t/{number}", public(citizen.track)),
    web.get("/procedures", public(published.procedures)),
    web.get("/procedures/{code}", public(published.procedure)),
    web.get("/tariff", public(published.tariff)),
    web.get("/quality", public(published.quality)),
    web.get("/contacts", public(published.contacts)),
    web.get("/apologies", public(apologies.apologies)),
    web.get("/c/{token}", public(choosing.offer)),
    web.post("/c/{token}", public(choosing.choose)),
    web.get("/undeliverable", public(choosing.undeliverable)),
    web.get("/r/{token}", public(rating.ask)),
    web.post("/r/{token}", public(rating.answer)),
    web.get("/signin", public(signin.form, face="signin")),
    web.post("/signin", public(signin.enter, face="signin")),
    web.get("/signin/vouched", public(vouched.begin, face="signin")),
    web.get("/signin/vouched/back", public(vouched.back, face="signin")),
    web.post("/signout", public(signin.leave, face="signin")),
    web.get("/desk", staff(desk.today, face="desk")),
    web.post("/desk/find", staff(desk.find, face="desk")),
    web.post("/desk/names", staff(names.switch, face="desk")),
    web.get("/desk/consignments", staff(desk.consignments, face="desk")),
    web.get("/desk/consignments/{number}", staff(desk.consignment, face="desk")),
    web.get("/desk/consignments/{number}/label.pdf", staff(papers.label, face="desk")),
    web.get("/desk/consignments/{number}/note.pdf", staff(papers.note, face="desk")),
    web.get("/desk/manifests/{number}/manifest.pdf", staff(papers.manifest, face="desk")),
    web.get("/desk/wires", staff(wires.wires, face="desk")),
    web.post("/desk/wires/again", staff(wires.again, face="desk")),
    web.get("/desk/import", staff(importing.form, face="desk")),
    web.post("/desk/import", staff(importing.hand_in, face="desk")),
    web.post("/desk/import/mend", staff(importing.mend, face="desk")),
    web.get("/desk/import/template.{kind:xlsx|csv}", staff(importing.template, face="desk")),
    web.get("/desk/post-sheets", staff(post_sheets.sheets, face="desk")),
    web.post("/desk/post-sheets", staff(post_sheets.hand_in, face="desk")),
    web.get("/desk/post-sheets/orders", staff(post_sheets.orders, face="desk")),
    web.post("/desk/post-sheets/mend", staff(post_sheets.mend, face="desk")),
    web.get("/desk/messages", staff(messages.texts, face="desk")),
    web.get("/desk/wall", staff(wall.wall, face="desk")),
    web.get("/desk/wall/{figure}", staff(wall.behind, face="desk")),
    web.get("/desk/settling", staff(settling.settling, face="desk")),
    web.get("/station", staff(station.scan_box, face="station")),
    web.post("/station", staff(station.scan, face="station")),
    web.post("/station/undo", staff(station.undo, face="station")),
    web.get("/station/strays", staff(station.strays, face="station")),
    *_INTAKE,
    *_IN_FLIGHT,
    web.get("/static/{name}", assets.asset),
    web.get("/{anything:" + _NOT_A_PAGE + ".*}", public(citizen.nothing_here)),
)


def pages() -> tuple[web.RouteDef, ...]:
    """Return every page as the app mounts it."""
    return PAGES
