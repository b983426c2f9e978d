"""Every page on one page: method, path, who may ask for it, what draws it (by its name: `late`).

A citizen needs no account; the desk's pages want the scope `enquiry`, the station's want `scans`, one's own account
wants none. The last route answers what a browser asks for and nobody knows, so that a wrong address ends at a page and
not at a problem document.

Stands on: visit, and the file of each face. Used by: cli, and the tests that walk it.
"""

from __future__ import annotations

from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from postgw.web.late import late

from . import assets, found, visit
from .admin import sheet
from .admin.sections import SECTIONS
from .station.on_shift import on_shift

_late = partial(late, "postgw.web.pages")


def public(page: str, *, face: str = "citizen") -> Handler:
    """Return what answers for a page, by its name in this room, that anybody may see."""
    return visit.public(_late(page), face=face)


def staff(page: str, *, face: str, scope: str = "") -> Handler:
    """Return what answers for a page of those who signed in and bear `scope`."""
    return visit.staff(_late(page), face=face, scope=scope)


def quiet(page: str) -> Handler:
    """Return what answers a screen that asks by itself."""
    return visit.quiet(_late(page))


#: Machines ask here; their errors stay problem documents.
_NOT_A_PAGE = "(?!api/|ngsp/|hooks/|o/rest/|static/|healthz|readyz|metrics)"

_ME = (
    web.get("/signin/code", staff("signin.code_form", face="me")),
    web.post("/signin/code", staff("signin.bring_code", face="me")),
    web.get("/me", staff("me.account", face="me")),
    web.get("/me/password", staff("me.password_form", face="me")),
    web.post("/me/password", staff("me.change_password", face="me")),
    web.get("/me/second-factor", staff("me.second_factor", face="me")),
    web.post("/me/second-factor", staff("me.set_second_factor", face="me")),
    web.get("/me/second-factor.png", staff("me.second_factor_picture", face="me")),
    web.post("/me/sittings", staff("me.end_sitting", face="me")),
)
_USERS = (
    web.get("/desk/admin/users", staff("users.users", face="desk", scope="admin")),
    web.get("/desk/admin/users.{kind:csv|xlsx}", staff("users.users_file", face="desk", scope="admin")),
    web.get("/desk/admin/users/new", staff("users.form", face="desk", scope="admin")),
    web.post("/desk/admin/users/new", staff("users.make", face="desk", scope="admin")),
    web.get("/desk/admin/users/{number}", staff("users.user", face="desk", scope="admin")),
    web.post("/desk/admin/users/{number}", staff("users.change", face="desk", scope="admin")),
    web.post("/desk/admin/users/{number}/state", staff("users.set_state", face="desk", scope="admin")),
    web.post("/desk/admin/users/{number}/reset", staff("users.reset", face="desk", scope="admin")),
    web.get("/desk/admin/sittings", staff("users.sittings", face="desk", scope="admin")),
    web.post("/desk/admin/sittings", staff("users.end_sittings", face="desk", scope="admin")),
)
_MONEY = (
    web.get("/desk/money", staff("money.day", face="desk", scope="money")),
    web.get("/desk/money/day.{kind:csv|xlsx}", staff("money.day_file", face="desk", scope="money")),
    web.get("/desk/money/collect", staff("collecting.form", face="desk", scope="money")),
    web.post("/desk/money/collect", staff("collecting.collect", face="desk", scope="money")),
    web.get("/desk/money/reconciliation", staff("reconciliation.reconciliation", face="desk", scope="money")),
    web.post("/desk/money/reconciliation", staff("reconciliation.hand_in", face="desk", scope="money")),
    web.post("/desk/money/reconciliation/settle", staff("reconciliation.settle", face="desk", scope="lead")),
    web.get(
        "/desk/money/reconciliation/table.{kind:csv|xlsx}",
        staff("reconciliation.reconciliation_file", face="desk", scope="money"),
    ),
    web.get("/desk/money/receipts/{receipt_no}", staff("collecting.receipt", face="desk", scope="money")),
    web.post("/desk/money/receipts/{receipt_no}", staff("collecting.cancel", face="desk", scope="lead")),
    web.get("/desk/money/receipts/{receipt_no}/receipt.pdf", staff("collecting.paper", face="desk", scope="money")),
    web.get("/desk/money/remit", staff("remitting.form", face="desk", scope="money")),
    web.post("/desk/money/remit", staff("remitting.remit", face="desk", scope="money")),
    web.get("/desk/money/remittances/{remittance_no}", staff("remitting.remittance", face="desk", scope="money")),
    web.post("/desk/money/remittances/{remittance_no}", staff("remitting.confirm", face="desk", scope="money")),
)

_CASES = (
    web.get("/desk/cases", staff("cases.cases", face="desk", scope="cases")),
    web.get("/desk/cases/list.{kind:csv|xlsx}", staff("cases.cases_file", face="desk", scope="cases")),
    web.get("/desk/cases/new", staff("cases.new", face="desk", scope="cases")),
    web.post("/desk/cases/new", staff("cases.open_case", face="desk", scope="cases")),
    web.get("/desk/cases/damage/{record_no}/record.pdf", staff("case.damage_paper", face="desk", scope="cases")),
    web.get("/desk/cases/damage/{record_no}/photo.jpg", staff("case.damage_photo", face="desk", scope="cases")),
    web.get("/desk/cases/{case_no}", staff("case.case", face="desk", scope="cases")),
    web.post("/desk/cases/{case_no}", staff("case.act", face="desk", scope="cases")),
    web.get("/desk/cases/{case_no}/liability.pdf", staff("case.liability_paper", face="desk", scope="cases")),
)

_APOLOGIES = (
    web.get("/desk/apologies", staff("apologising.apologies", face="desk")),
    web.post("/desk/apologies", staff("apologising.draft", face="desk", scope="cases")),
    web.get("/desk/apologies/list.{kind:csv|xlsx}", staff("apologising.apologies_file", face="desk")),
    web.get("/desk/apologies/{apology_no}", staff("apologising.apology", face="desk")),
    web.post("/desk/apologies/{apology_no}", staff("apologising.act", face="desk", scope="lead")),
    web.get("/desk/apologies/{apology_no}/letter.pdf", staff("apologising.paper", face="desk")),
)
_STOCK_TAKES = (
    web.get("/desk/office/stock-takes", staff("stock_takes.stock_takes", face="desk", scope="scans")),
    web.get(
        "/desk/office/stock-takes.{kind:csv|xlsx}",
        staff("stock_takes.stock_takes_file", face="desk", scope="scans"),
    ),
    web.get(
        "/desk/office/stock-takes/{stock_take_no}.{kind:csv|xlsx}",
        staff("stock_takes.stock_take_file", face="desk", scope="scans"),
    ),
    web.get("/desk/office/stock-takes/{stock_take_no}", staff("stock_takes.stock_take", face="desk", scope="scans")),
)
_ROUTES = (
    web.get("/desk/office/routes", staff("delivery_routes.routes", face="desk", scope="scans admin")),
    web.get("/desk/office/routes/list.{kind:csv|xlsx}",
            staff("delivery_routes.routes_file", face="desk", scope="scans admin")),
    web.get("/desk/office/routes/new", staff("delivery_routes.form", face="desk", scope="lead admin")),
    web.post("/desk/office/routes/new", staff("delivery_routes.make", face="desk", scope="lead admin")),
    web.get("/desk/office/routes/{route_no}", staff("delivery_routes.change_form", face="desk", scope="lead admin")),
    web.post("/desk/office/routes/{route_no}", staff("delivery_routes.change", face="desk", scope="lead admin")),
)  # fmt: skip
#: The shell holds nothing of anybody; its device speaks by signatures and by the secret of its shift.
_STATION = (
    web.get("/station", public("station.shell.shell", face="station")),
    web.get("/station/worker.js", public("station.shell.worker", face="station")),
    web.get("/station/station.webmanifest", public("station.shell.manifest", face="station")),
    web.get("/station/me", staff("station.shifts.me", face="station")),
    web.post("/station/shifts", staff("station.shifts.begin", face="station")),
    web.post("/station/acts", _late("station.acts.take")),
    web.get("/station/snapshot", on_shift(_late("station.knowing.snapshot"))),
    web.get("/station/bags/{bag_no}/label.pdf", staff("station.bags.label", face="station", scope="labels")),
    web.get("/station/lookup", on_shift(_late("station.knowing.lookup"))),
    web.get("/station/box", staff("station.box.scan_box", face="station")),
    web.post("/station/box", staff("station.box.scan", face="station")),
    web.post("/station/undo", staff("station.box.undo", face="station")),
    web.get("/station/strays", staff("station.box.strays", face="station")),
)
_ORDERS = (
    web.get("/desk/orders", staff("orders.orders", face="desk", scope="intake")),
    web.post("/desk/orders", staff("orders.decide", face="desk", scope="intake")),
    web.get("/desk/orders/completion/{key:.+}", staff("order_completion.form", face="desk", scope="intake")),
    web.post("/desk/orders/completion/{key:.+}", staff("order_completion.complete", face="desk", scope="intake")),
    web.get("/desk/offers", staff("orders.offers", face="desk", scope="intake")),
    web.post("/desk/offers", staff("orders.again", face="desk", scope="intake")),
    web.get("/desk/offers/list.{kind:csv|xlsx}", staff("orders.offers_file", face="desk", scope="intake")),
)
_RETURN_REQUESTS_HOME = "/desk/return-requests"
_OF_RETURN_REQUEST = _RETURN_REQUESTS_HOME + "/{request_no}"
_RETURN_REQUESTS = (
    web.get(_RETURN_REQUESTS_HOME, staff("desk_return_requests.listed", face="desk", scope="intake")),
    web.get(
        _RETURN_REQUESTS_HOME + "/list.{kind:csv|xlsx}",
        staff("desk_return_requests.listed_file", face="desk", scope="intake"),
    ),
    web.get(_OF_RETURN_REQUEST, staff("desk_return_requests.one", face="desk", scope="intake")),
    web.post(_OF_RETURN_REQUEST, staff("desk_return_requests.decide", face="desk", scope="intake")),
    web.get(_OF_RETURN_REQUEST + "/picture", staff("desk_return_requests.picture", face="desk", scope="intake")),
)
_OF_FIGURE = "/desk/reports/{period}/figures/{figure}"
_REPORTS = (
    web.get("/desk/reports", staff("reports.reports", face="desk", scope="reports")),
    web.get("/desk/reports/comments", staff("reports.comments", face="desk", scope="reports")),
    web.get("/desk/reports/{period}", staff("reports.report", face="desk", scope="reports")),
    web.post("/desk/reports/{period}", staff("reports.issue", face="desk", scope="lead")),
    web.get(
        "/desk/reports/{period}/report.{kind:csv|xlsx|pdf}",
        staff("reports.report_file", face="desk", scope="reports"),
    ),
    web.get(_OF_FIGURE, staff("reports.figure", face="desk", scope="reports")),
    web.get(_OF_FIGURE + "/list.{kind:csv|xlsx}", staff("reports.figure_file", face="desk", scope="reports")),
)
_TODAY = (
    web.get("/desk/live", quiet("live.live")),
    web.get("/desk/live/part", quiet("today.part")),
    web.get("/desk/consignments.{kind:csv|xlsx}", staff("lists.consignments_file", face="desk")),
    web.get("/desk/day/{name}.{kind:csv|xlsx}", staff("lists.day_file", face="desk")),
    web.get("/desk/day/{name}", staff("lists.of_the_day", face="desk")),
    web.get("/desk/wall.{kind:csv|xlsx}", staff("wall.file", face="desk")),
)
_OFFICE = (
    web.get("/desk/office", staff("office.day.office", face="desk", scope="scans")),
    web.get("/desk/office/workers.{kind:csv|xlsx}", staff("office.day.workers_file", face="desk", scope="scans")),
    web.get(
        "/desk/office/performance.{kind:csv|xlsx}",
        staff("office.day.performance_file", face="desk", scope="scans"),
    ),
    web.get("/desk/office/conflicts", staff("office.conflicts.tray", face="desk", scope="scans")),
    web.get("/desk/office/conflicts.{kind:csv|xlsx}", staff("office.conflicts.tray_file", face="desk", scope="scans")),
    web.get("/desk/office/conflicts/{conflict_no}", staff("office.conflicts.one", face="desk", scope="scans")),
    web.get("/desk/office/devices", staff("office.devices.listed", face="desk", scope="scans")),
    web.get("/desk/office/devices.{kind:csv|xlsx}", staff("office.devices.file", face="desk", scope="scans")),
    web.post("/desk/office/devices/{device_no}", staff("office.devices.revoke", face="desk", scope="lead")),
    web.post("/desk/office/conflicts/{conflict_no}", staff("office.conflicts.settle", face="desk", scope="lead")),
)
_ADMIN = (
    web.get("/desk/admin", staff("admin.frame.index", face="desk", scope="admin")),
    web.get("/desk/admin/checklist", staff("admin.frame.checklist", face="desk", scope="admin")),
    web.get("/desk/admin/roles", staff("admin.frame.roles", face="desk", scope="admin")),
    web.get("/desk/admin/changes", staff("admin.frame.changes", face="desk", scope="admin")),
    web.get(
        "/desk/admin/changes/table.{kind:csv|xlsx}",
        staff("admin.frame.changes_as_file", face="desk", scope="admin"),
    ),
    *sheet.routes_of(SECTIONS, visit.staff),
)
_BOOK = (
    web.get("/desk/book", staff("book.ready", face="desk", scope="booking")),
    web.post("/desk/book", staff("book.book", face="desk", scope="booking")),
    web.get("/desk/book/list.{kind:csv|xlsx}", staff("book.sheet", face="desk", scope="booking")),
    web.get("/desk/book/booked", staff("book_row.booked", face="desk", scope="booking")),
    web.get("/desk/book/row/{number}", staff("book_row.row", face="desk", scope="booking")),
    web.post("/desk/book/row/{number}", staff("book_row.act", face="desk", scope="booking")),
    web.get("/desk/book/place/{key:.+}", staff("book_place.choose", face="desk", scope="intake")),
    web.post("/desk/book/place/{key:.+}", staff("book_place.keep", face="desk", scope="intake")),
    web.get(r"/desk/book/{number:\d+}", staff("book.result", face="desk", scope="booking")),
    web.get(r"/desk/book/{number:\d+}/progress.json", staff("book.progress", face="desk", scope="booking")),
    web.get(
        r"/desk/book/{number:\d+}/{kind:labels|notes|manifest}.pdf",
        staff("book.paper", face="desk", scope="labels"),
    ),
    web.get("/desk/printers", staff("printers.overview", face="desk", scope="labels")),
    web.post("/desk/printers", staff("printers.make", face="desk")),
    web.post("/desk/printers/sit", staff("printers.sit", face="desk")),
    web.post("/desk/printers/again", staff("printers.again", face="desk")),
    web.get("/desk/printers/{counter_no}", staff("printers.counter", face="desk", scope="labels")),
    web.post("/desk/printers/{counter_no}", staff("printers.act", face="desk")),
    web.get(
        "/desk/printers/{counter_no}/{prints:labels|notes|manifest}.pdf",
        staff("printers.test_page", face="desk", scope="labels"),
    ),
)
_TRIP = "/desk/handover/{manifest_no}"
_ARRIVAL = _TRIP + "/{number:[0-9A-Z]{9,14}}"
_HANDOVER = (
    web.get("/desk/handover", staff("handover.today", face="desk", scope="handover")),
    web.post("/desk/handover/pickups", staff("handover.book", face="desk", scope="handover")),
    web.post("/desk/handover/manifests", staff("handover.open_list", face="desk", scope="handover")),
    web.get("/desk/handover/week", staff("handover.week", face="desk", scope="handover")),
    web.get("/desk/handover/day.{kind:csv|xlsx}", staff("handover.register", face="desk", scope="handover")),
    web.get("/desk/handover/signatories", staff("signatures.people", face="desk", scope="handover")),
    web.post("/desk/handover/signatories", staff("signatures.appoint", face="desk", scope="admin")),
    web.get(_TRIP, staff("trip.show", face="desk", scope="handover")),
    web.post(_TRIP + "/scan", staff("trip.scan", face="desk", scope="handover")),
    web.post(_TRIP + "/rows", staff("trip.rows", face="desk", scope="handover")),
    web.post(_TRIP + "/add", staff("trip.add", face="desk", scope="handover")),
    web.post(_TRIP + "/explain", staff("trip.explain", face="desk", scope="handover")),
    web.post(_TRIP + "/close", staff("trip.close", face="desk", scope="handover")),
    web.post(_TRIP + "/sign", staff("signatures.sign", face="desk", scope="handover")),
    web.get(_TRIP + "/signatures/{side:giver|taker}", staff("signatures.picture", face="desk", scope="handover")),
    web.get(_TRIP + "/lines.{kind:csv|xlsx}", staff("trip.lines", face="desk", scope="handover")),
    web.get(_TRIP + "/correct", staff("correcting.show", face="desk", scope="handover")),
    web.post(_TRIP + "/correct", staff("correcting.correct", face="desk", scope="handover")),
    web.get(_ARRIVAL, staff("accepting.show", face="desk", scope="handover")),
    web.post(_ARRIVAL + "/check", staff("accepting.check", face="desk", scope="handover")),
    web.post(_ARRIVAL + "/number", staff("accepting.number", face="desk", scope="intake")),
    web.post(_ARRIVAL + "/appoint", staff("accepting.appoint", face="desk", scope="intake")),
    web.post(_ARRIVAL + "/supplement", staff("accepting.supplement", face="desk", scope="intake")),
    web.post(_ARRIVAL + "/complete", staff("accepting.complete", face="desk", scope="intake")),
    web.post(_ARRIVAL + "/reject", staff("accepting.reject", face="desk", scope="intake")),
    web.get(_ARRIVAL + "/form-{form:01|02|03}.pdf", staff("accepting.form", face="desk", scope="labels")),
    web.get("/desk/papers", staff("duties.duties", face="desk", scope="handover")),
    web.post("/desk/papers", staff("duties.decide", face="desk", scope="handover")),
    web.get("/desk/papers.{kind:csv|xlsx}", staff("duties.register", face="desk", scope="handover")),
)
_DOSSIER_KEY = "/desk/dossiers/{key:.+}"
_DOSSIER = (
    web.get(f"{_DOSSIER_KEY}/papers/{{paper}}", staff("dossier_papers.paper", face="desk")),
    web.get(f"{_DOSSIER_KEY}/evidence", staff("dossier_papers.evidence", face="desk", scope="evidence")),
    web.post(f"{_DOSSIER_KEY}/evidence", staff("dossier_papers.give_evidence", face="desk", scope="evidence")),
    web.get(f"{_DOSSIER_KEY}/acts/{{act:[a-z]+}}", staff("dossier_acts.form", face="desk")),
    web.post(f"{_DOSSIER_KEY}/acts/{{act:[a-z]+}}", staff("dossier_acts.do", face="desk")),
    web.get(f"{_DOSSIER_KEY}/messages", staff("dossier_messages.show", face="desk")),
    web.post(f"{_DOSSIER_KEY}/messages", staff("dossier_messages.act", face="desk", scope="intake")),
    web.get(_DOSSIER_KEY, staff("dossier.show", face="desk")),
    web.get("/desk/consignments/{number}/invitation-{ordinal}.pdf", staff("dossier_papers.invitation", face="desk")),
    web.get("/desk/consignments/{number}/non-delivery.pdf", staff("dossier_papers.non_delivery", face="desk")),
    web.get("/desk/consignments/{number}/return-note.pdf", staff("dossier_papers.return_note", face="desk")),
)
_IN_FLIGHT = (
    web.get("/desk/import/in-flight", staff("in_flight.form", face="desk", scope="admin lead")),
    web.post("/desk/import/in-flight", staff("in_flight.hand_in", face="desk", scope="admin lead")),
    web.post("/desk/import/in-flight/mend", staff("in_flight.mend", face="desk", scope="admin lead")),
    web.get(
        "/desk/import/in-flight/template.{kind:xlsx|csv}",
        staff("in_flight.template", face="desk", scope="admin lead"),
    ),
)
_INTAKE = (
    web.get("/desk/intake", staff("intake.page", face="desk", scope="intake")),
    web.post("/desk/intake", staff("intake.send", face="desk", scope="intake")),
    web.get("/desk/intake/places", staff("intake_help.communes", face="desk", scope="intake")),
    web.get("/desk/intake/procedures", staff("intake_help.procedures", face="desk", scope="intake")),
    web.post("/desk/intake/quote", staff("intake_help.quote", face="desk", scope="intake")),
    web.post("/desk/intake/onward", staff("intake.onward", face="desk", scope="intake")),
    web.get("/desk/intake/slip.pdf", staff("papers.slip", face="desk", scope="labels")),
)

_LOOK_UP = (
    web.get("/t/{number}", public("citizen.track")),
    web.get("/t/{number}/link", public("citizen.link_asked")),
    web.post("/t/{number}/link", public("citizen.ask_link")),
    web.get("/scan", public("citizen.scan")),
    web.get("/citizen.webmanifest", public("found.manifest")),
    web.get("/robots.txt", found.robots),
    web.get("/favicon.ico", found.icon),
)
#: By a secret link: each counts its caller, for none wants a sign-in.
_SECRET = (
    web.get("/m/{token}", public("secret_page.page")),
    web.get("/m/{token}/choose", public("choosing.offer_on_page")),
    web.post("/m/{token}/choose", public("choosing.choose_on_page")),
    web.get("/m/{token}/proxy", public("proxy_naming.form")),
    web.post("/m/{token}/proxy", public("proxy_naming.name")),
    web.get("/m/{token}/proxy/letter", public("proxy_naming.letter")),
    web.get("/m/{token}/complaint", public("complaining.form")),
    web.post("/m/{token}/complaint", public("complaining.complain")),
    web.get("/m/{token}/rate", public("rating.ask_on_page")),
    web.post("/m/{token}/rate", public("rating.answer_on_page")),
    web.get("/m/{token}/register", public("return_requests.register")),
    web.post("/m/{token}/register", public("return_requests.ask_register")),
    web.get("/m/{token}/address", public("return_requests.address")),
    web.post("/m/{token}/address", public("return_requests.ask_address")),
    web.get("/m/{token}/messages", public("telling.wishes")),
    web.post("/m/{token}/messages", public("telling.choose")),
    web.get("/m/{token}/lock", public("telling.ask_to_lock")),
    web.post("/m/{token}/lock", public("telling.lock")),
    web.get("/locked", public("telling.locked")),
)

PAGES: tuple[web.RouteDef, ...] = (
    web.get("/", public("citizen.home")),
    web.post("/", public("citizen.ask")),
    *_LOOK_UP,
    web.get("/procedures", public("published.procedures")),
    web.get("/procedures/{code}", public("published.procedure")),
    web.get("/tariff", public("published.tariff")),
    web.get("/quality", public("published.quality")),
    web.get("/contacts", public("published.contacts")),
    web.get("/apologies", public("apologies.apologies")),
    *_SECRET,
    web.get("/c/{token}", public("choosing.offer")),
    web.post("/c/{token}", public("choosing.choose")),
    web.get("/undeliverable", public("choosing.undeliverable")),
    web.get("/r/{token}", public("rating.ask")),
    web.post("/r/{token}", public("rating.answer")),
    web.get("/signin", public("signin.form", face="signin")),
    web.post("/signin", public("signin.enter", face="signin")),
    web.get("/signin/vouched", public("vouched.begin", face="signin")),
    web.get("/signin/vouched/back", public("vouched.back", face="signin")),
    web.post("/signout", public("signin.leave", face="signin")),
    web.get("/desk", staff("today.today", face="desk")),
    web.post("/desk/find", staff("finding.find", face="desk")),
    web.post("/desk/names", staff("names.switch", face="desk")),
    web.get("/desk/consignments", staff("lists.consignments", face="desk")),
    web.get("/desk/consignments/{number}", staff("dossier.consignment", face="desk")),
    web.get("/desk/consignments/{number}/label.pdf", staff("papers.label", face="desk")),
    web.get("/desk/consignments/{number}/note.pdf", staff("papers.note", face="desk")),
    web.get("/desk/manifests/{number}/manifest.pdf", staff("papers.manifest", face="desk")),
    web.get("/desk/wires", staff("wires.wires", face="desk")),
    web.post("/desk/wires/again", staff("wires.again", face="desk")),
    web.get("/desk/import", staff("importing.form", face="desk")),
    web.post("/desk/import", staff("importing.hand_in", face="desk")),
    web.post("/desk/import/mend", staff("importing.mend", face="desk")),
    web.get("/desk/import/template.{kind:xlsx|csv}", staff("importing.template", face="desk")),
    web.get("/desk/post-sheets", staff("post_sheets.sheets", face="desk")),
    web.post("/desk/post-sheets", staff("post_sheets.hand_in", face="desk")),
    web.get("/desk/post-sheets/orders", staff("post_sheets.orders", face="desk")),
    web.post("/desk/post-sheets/mend", staff("post_sheets.mend", face="desk")),
    web.get("/desk/messages", staff("messages.texts", face="desk")),
    web.get("/desk/wall", staff("wall.wall", face="desk")),
    web.get("/desk/wall/{figure}", staff("wall.behind", face="desk")),
    web.get("/desk/settling", staff("settling.settling", face="desk")),
    *_MONEY,
    *_CASES,
    *_APOLOGIES,
    *_STOCK_TAKES,
    *_REPORTS,
    *_ORDERS,
    *_RETURN_REQUESTS,
    *_ROUTES,
    *_ADMIN,
    *_STATION,
    *_ME,
    *_USERS,
    *_TODAY,
    *_BOOK,
    *_INTAKE,
    *_IN_FLIGHT,
    web.get("/static/{name:.+}", assets.asset),
    *_HANDOVER,
    *_DOSSIER,
    *_OFFICE,
    web.get("/{anything:" + _NOT_A_PAGE + ".*}", public("citizen.nothing_here")),
)


def pages() -> tuple[web.RouteDef, ...]:
    """Return every page as the app mounts it."""
    return PAGES
