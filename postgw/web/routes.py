"""Every address of the gateway on one page: method, path, the scope it wants, the operation.

`public` needs no token. What outsiders call (an adapter's `inbound.py`) is mounted beside this by `app`.

Stands on: serve, api. Used by: app, openapi, and the tests that walk it.
"""

from __future__ import annotations

from aiohttp import web

from .api import (
    accounts,
    clocks,
    consignments,
    dossiers,
    evidence,
    handover,
    labels,
    money,
    notices,
    reports,
    returns,
    scans,
    standing,
    tables,
    wall,
)
from .serve import PUBLIC, Operation, Route

V1 = "/api/v1"


def _api(tag: str, *rows: tuple[str, str, str, Operation]) -> tuple[Route, ...]:
    return tuple(
        Route(method=method, path=V1 + path, scope=scope, operation=operation, tag=tag)
        for method, path, scope, operation in rows
    )


#: A dossier's key may hold dots, dashes and a slash (`desk/its own reference`), quoted or not.
_DOSSIER = "/dossiers/{key:.+}"

API: tuple[Route, ...] = (
    *_api(
        "Hồ sơ",
        ("POST", "/dossiers", "intake", dossiers.take),
        ("GET", "/dossiers", "enquiry", dossiers.listed),
        ("GET", "/dossiers/unsettled", "enquiry", wall.unsettled),
        ("POST", f"{_DOSSIER}/closed", "intake", wall.close),
        ("GET", f"{_DOSSIER}/evidence", "evidence", evidence.pack),
        ("GET", f"{_DOSSIER}/evidence.pdf", "evidence", evidence.sheet),
        ("GET", _DOSSIER, "enquiry", dossiers.shown),
        ("POST", f"{_DOSSIER}/number", "intake", dossiers.numbered),
        ("GET", "/change-requests", "intake", dossiers.change_requests),
        ("POST", "/change-requests/{change_request_no}/decision", "intake", dossiers.decide),
    ),
    *_api(
        "Bưu gửi",
        ("POST", "/consignments", "intake", consignments.make),
        ("GET", "/consignments", "enquiry", consignments.listed),
        ("GET", "/consignments/{number}", "enquiry", consignments.shown),
        ("GET", "/consignments/{number}/journey", "enquiry", consignments.journey),
        ("GET", "/consignments/{number}/order", "enquiry", consignments.order),
        ("GET", "/consignments/{number}/clock", "enquiry", clocks.clock),
        ("POST", "/consignments/{number}/book", "booking", consignments.book),
        ("POST", "/consignments/{number}/cancel", "booking", consignments.cancel),
        ("POST", "/consignments/{number}/bind", "scans", consignments.bind),
        ("POST", "/consignments/{number}/void-label", "labels", consignments.void_label),
        ("GET", "/items/{item_no}", "enquiry", consignments.item),
    ),
    *_api(
        "Nhãn và giấy",
        ("GET", "/labels/{number}", "labels", labels.label),
        ("POST", "/labels", "labels", labels.labels),
        ("GET", "/consignments/{number}/note", "labels", labels.note),
        ("GET", "/bags/{bag_no}/label", "labels", labels.bag_label),
        ("GET", "/manifests/{manifest_no}/paper", "labels", labels.manifest),
    ),
    *_api(
        "Giao nhận",
        ("POST", "/pickups", "handover", handover.book_pickup),
        ("GET", "/pickups", "handover", handover.pickups),
        ("POST", "/manifests", "handover", handover.open_manifest),
        ("GET", "/manifests", "handover", handover.manifests),
        ("GET", "/manifests/{manifest_no}", "handover", handover.manifest),
        ("POST", "/manifests/{manifest_no}/lines", "handover", handover.add),
        ("POST", "/manifests/{manifest_no}/tick", "handover", handover.tick),
        ("POST", "/manifests/{manifest_no}/close", "handover", handover.close),
        ("POST", "/manifests/{manifest_no}/sign", "handover", handover.sign),
        ("POST", "/bags", "handover", handover.seal_bag),
        ("GET", "/bags/{bag_no}", "handover", handover.bag),
        ("GET", "/signatories", "handover", handover.signatories),
        ("POST", "/signatories", "admin", handover.appoint),
    ),
    *_api(
        "Quét và phát",
        ("POST", "/scans", "scans", scans.take),
        ("GET", "/scans/strays", "scans", scans.strays),
        ("POST", "/deliveries", "delivery", scans.deliver),
        ("POST", "/consignments/{number}/attempts", "delivery", returns.attempt),
        ("POST", "/consignments/{number}/invitations", "delivery", returns.invite),
        ("GET", "/consignments/{number}/invitations", "delivery", returns.invitations),
        ("GET", "/consignments/{number}/invitations/{ordinal}/paper", "delivery", returns.paper),
        ("POST", "/consignments/{number}/return", "delivery", returns.start_return),
        ("POST", "/consignments/{number}/recall", "booking", returns.recall),
        ("POST", "/consignments/{number}/address", "booking", returns.new_address),
        ("GET", "/consignments/{number}/redirections", "booking", returns.redirections),
        ("GET", "/deliveries/owed", "delivery", scans.owed),
    ),
    *_api(
        "Tiền",
        ("POST", "/fees", "money", money.collect),
        ("GET", "/fees", "money", money.fees),
        ("GET", "/receipts/{receipt_no}/paper", "money", money.paper),
        ("POST", "/receipts/{receipt_no}/cancel", "money", money.cancel),
        ("POST", "/receipt-series", "admin", money.begin_series),
        ("GET", "/receipt-series", "money", money.series),
        ("POST", "/remittances", "money", money.remit),
        ("GET", "/remittances", "money", money.remittances),
        ("GET", "/remittances/due", "money", money.due),
        ("POST", "/remittances/{remittance_no}/confirm", "money", money.confirm),
        ("POST", "/remittance-terms", "admin", money.set_term),
        ("GET", "/remittance-terms", "money", money.terms),
        ("GET", "/money/day", "money", money.day),
    ),
    *_api(
        "Hạn",
        ("GET", "/late", "enquiry", clocks.late),
        ("POST", "/degraded-days", "admin", clocks.declare),
        ("GET", "/degraded-days", "enquiry", clocks.listed),
        ("DELETE", "/degraded-days/{no}", "admin", clocks.undo),
    ),
    *_api(
        "Báo cáo",
        ("GET", "/reports", "reports", reports.listed),
        ("GET", "/reports/{period}", "reports", reports.shown),
        ("GET", "/reports/{period}/lists/{figure}", "reports", reports.facts),
        ("POST", "/reports/{period}/issue", "reports", reports.issue),
        ("GET", "/satisfaction", "reports", reports.satisfaction),
        ("GET", "/satisfaction/comments", "reports", reports.comments),
        ("GET", "/wall", "enquiry", wall.wall),
        ("GET", "/wall/money", "enquiry", wall.money),
        ("GET", "/wall/{figure}", "enquiry", wall.consignments),
    ),
    *_api(
        "Thông báo",
        ("GET", "/events", "enquiry", notices.events),
        ("POST", "/webhooks", "webhooks", notices.subscribe),
        ("GET", "/webhooks", "webhooks", notices.hooks),
        ("DELETE", "/webhooks/{hook_no}", "webhooks", notices.unsubscribe),
        ("GET", "/outbox", "admin", notices.outbox),
        ("POST", "/outbox/{errand_no}/replay", "admin", notices.replay),
    ),
    *_api(
        "Ai cũng đọc được",
        ("GET", "/track/{number}", PUBLIC, tables.track),
        ("GET", "/states", PUBLIC, tables.states),
        ("GET", "/procedures", PUBLIC, tables.procedures),
        ("GET", "/calendar/{year}", PUBLIC, clocks.calendar),
        ("GET", "/quality", PUBLIC, reports.quality),
        ("GET", "/tariff", PUBLIC, money.tariff),
        ("GET", "/tariff/quote", PUBLIC, money.quote),
    ),
    *_api(
        "Quản trị",
        ("POST", "/tokens", "admin", accounts.issue),
        ("GET", "/tokens", "admin", accounts.tokens),
        ("DELETE", "/tokens/{token_no}", "admin", accounts.revoke),
        ("POST", "/number-ranges", "admin", accounts.lend),
        ("GET", "/number-ranges", "admin", accounts.ranges),
    ),
)

#: Beside the API: no token, no quota.
STANDING: tuple[web.RouteDef, ...] = (
    web.get("/healthz", standing.alive),
    web.get("/readyz", standing.ready),
    web.get("/metrics", standing.metrics),
    web.get("/api/openapi.json", standing.description),
    web.get("/api/docs", standing.readable),
    web.get("/api/docs.css", standing.style),
    web.get("/api/problems/{code}", standing.problem),
)
