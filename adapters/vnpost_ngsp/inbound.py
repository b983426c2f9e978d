"""The government wire as a server: a one-stop system that posts its orders to VNPost posts them to us instead.

Such a system changes four addresses in its settings and nothing else, so we answer as the post does and as its clients
read it: 200 for a token and the feed, 201 for an order, a cancellation and a notice, **whatever the answer is**; a
refusal is a 201 with another `Status`, because no client reads the body of anything else. A token is fetched before
every single call, so one costs us nothing: it is signed, not stored. Past the newest row the feed has no `_embedded`
at all; some clients ask for ever when they get an empty list.

A provincial bus puts the same body into another envelope: one address, and a header that names the service. `BUS` has
a row for each.

Stands on: mapping, codes. Used by: bootstrap, which hands in the services and mounts the routes.
Source: public clients of this wire, read and watched at work (docs/adapters/vnpost_ngsp_server.md).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, unquote_plus

from aiohttp import web

from postgw.domain.customer import DeskOrders, OrderCustomer, OrderCustomers
from postgw.domain.desk_order import DeskOrder
from postgw.domain.errors import Forbidden, Mistake

from ..card import Acts
from ..foreign_json import read_json
from . import codes
from .announcement import announcement_from_wire
from .mapping import event_to_wire, order_from_wire, whole
from .settings import PAGE_MOST

PREFIX = "/ngsp"
PATHS = {
    "token": "/token",
    "order": "/apiVNPostNGSP/p1.0/order/post",
    "cancel": "/apiVNPostNGSP/p1.0/order/cancel",
    "tracking": "/apiVNPostNGSP/p1.0/order/tracking",
    "document": "/apiVNPostNGSP/p1.0/document/post",
    "bus": "/bus",
}
#: Ours: any number but 100, 101 and 110 means no, and the message says why.
WRONG, CLOSED, NOT_FOUND, TOO_LATE = 102, 103, 111, 112
_PAGE = 100
_BODY_MOST = 256 * 1024
_OBJECT_ID = re.compile(r"[0-9a-fA-F]{24}")
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class BusService:
    """One service of a provincial bus: which act it is, and what the bus calls the two values of a cancellation."""

    act: str
    customer: str = "CustomerCode"
    order: str = "OrderNumber"


#: Header `service-code` → the act.
BUS: Mapping[str, BusService] = {
    "vnpost_post_order": BusService("order"),
    "vnpost_cancel_order": BusService("cancel", customer="maKhachHang", order="soDonHang"),
    "vnpost_document": BusService("document"),
}


class Unreadable(Exception):
    """The body is no JSON object."""


def routes(acts: Acts, _accounts: Mapping[str, Any]) -> tuple[web.RouteDef, ...]:
    """Return the addresses of the wire; who may call them is not a setting, the house keeps the key pairs."""
    counter = _Counter(acts.orders, acts.customers, acts.clock)
    return (
        web.post(PREFIX + PATHS["token"], counter.token),
        web.post(PREFIX + PATHS["order"], counter.let_in(counter.order)),
        web.get(PREFIX + PATHS["cancel"], counter.let_in(counter.cancel)),
        web.get(PREFIX + PATHS["tracking"], counter.let_in(counter.tracking)),
        web.post(PREFIX + PATHS["document"], counter.let_in(counter.document)),
        web.post(PREFIX + PATHS["bus"], counter.let_in(counter.bus)),
    )


Handler = Callable[[web.Request], Awaitable[web.Response]]
Act = Callable[[OrderCustomer, web.Request], Awaitable[web.Response]]


class _Counter:
    """Answers the calls of one-stop systems."""

    def __init__(self, acts: DeskOrders, customers: OrderCustomers, clock: Callable[[], datetime]) -> None:
        self._acts, self._customers, self._clock = acts, customers, clock

    async def token(self, request: web.Request) -> web.Response:
        """Give a token for a key pair, however the grant is written: in the body, in the query, or not at all."""
        pair = _key_pair(request.headers.get("Authorization", ""))
        said = (await request.read()).decode("utf-8", "replace")  # whatever character set the caller claims
        asked = f"{said}&{request.query_string}"
        if "grant_type=" in asked and "grant_type=client_credentials" not in asked:
            return _answer(400, {"error": "unsupported_grant_type"})
        try:
            ticket = await self._customers.admit(*pair, at=self._clock())
        except Forbidden:
            return _not_let_in()
        return _answer(
            200,
            {"access_token": ticket.token, "scope": "default", "token_type": "Bearer", "expires_in": ticket.seconds},
        )

    def let_in(self, act: Act) -> Handler:
        """Return the handler of an act that wants a token."""

        async def handle(request: web.Request) -> web.Response:
            kind, _, token = request.headers.get("Authorization", "").partition(" ")
            try:
                if kind.lower() != "bearer":
                    return _not_let_in()
                customer = await self._customers.customer(token.strip(), at=self._clock())
            except Forbidden:
                return _not_let_in()
            try:
                return await act(customer, request)
            except Unreadable:
                return _answer(400, _fault(900400, "Body is not a JSON object"))

        return handle

    async def order(self, customer: OrderCustomer, request: web.Request) -> web.Response:
        """Take an order; the same one again is 101."""
        return _answer(201, await self._ordered(customer, await _fields(request)))

    async def _ordered(self, customer: OrderCustomer, fields: Mapping[str, Any]) -> dict[str, Any]:
        if wrong := _what_is_wrong(fields):
            return _said(WRONG, wrong)
        try:
            taken = await self._acts.order(customer, _desk_order(fields), at=self._clock())
        except Mistake as no:
            return _said(CLOSED if no.code == "order.closed" else WRONG, str(no))
        return _said(codes.KNOWN_ALREADY if taken.known_already else codes.ACCEPTED, taken.message)

    async def cancel(self, customer: OrderCustomer, request: web.Request) -> web.Response:
        """Call an order off; the query may have been pasted together unescaped."""
        code, order_no = _unescaped(request.rel_url.raw_query_string)
        return _answer(201, await self._called_off(customer, code, order_no))

    async def _called_off(self, customer: OrderCustomer, code: str, order_no: str) -> dict[str, Any]:
        try:
            await self._acts.call_off(customer, code, order_no, at=self._clock())
        except Mistake as no:
            return _said(NOT_FOUND if no.code == "order.unknown" else TOO_LATE, str(no))
        return _said(codes.CANCELLED, "Đã huỷ")

    async def tracking(self, customer: OrderCustomer, request: web.Request) -> web.Response:
        """Answer with the next rows of this customer's feed; at its end with no `_embedded`."""
        most = _page_size(request.query.get("pagesize", ""))
        last = request.query.get("lastId", "")
        after = last.lower() if _OBJECT_ID.fullmatch(last) else ""
        numbers = codes.numbers()
        page = await self._acts.feed(customer, after=after, words=tuple(numbers), limit=most, at=self._clock())
        rows = [event_to_wire(event, code, numbers[event.code]) for event, code in page.events]
        sizes = {"_size": page.behind, "_total_pages": -(-page.behind // most), "_returned": len(rows)}
        return _answer(200, {**sizes, "_embedded": {"rh:doc": rows}} if rows else sizes)

    async def document(self, customer: OrderCustomer, request: web.Request) -> web.Response:
        """Take the notice of a dossier with both its legs."""
        return _answer(201, await self._announced(customer, await _fields(request)))

    async def _announced(self, customer: OrderCustomer, fields: Mapping[str, Any]) -> dict[str, Any]:
        if not _text(str(fields.get("OrderNumber") or "")).strip():
            return _said(WRONG, "Thiếu OrderNumber")
        told = announcement_from_wire(fields)
        try:
            known = await self._acts.announce(
                customer, _text(str(fields.get("CustomerCode") or "")), dossier_no=told.dossier_no,
                procedure_code=told.procedure_code, at=self._clock(),
            )  # fmt: skip
        except Mistake as no:
            return _said(WRONG, str(no))
        return _said(codes.KNOWN_ALREADY if known else codes.ACCEPTED, "Đã nhận")

    async def bus(self, customer: OrderCustomer, request: web.Request) -> web.Response:
        """Answer a call that comes through a provincial bus, by its header `service-code`."""
        service = BUS.get(request.headers.get("service-code", ""))
        if service is None:
            return _answer(404, _fault(900404, "Unknown service-code"))
        fields = await _fields(request)
        if service.act == "cancel":
            code, order_no = (_text(str(fields.get(name) or "")) for name in (service.customer, service.order))
            return _answer(201, await self._called_off(customer, code, order_no))
        act = self._ordered if service.act == "order" else self._announced
        return _answer(201, await act(customer, fields))


def _desk_order(fields: Mapping[str, Any]) -> DeskOrder:
    read = order_from_wire(fields)
    return DeskOrder(
        customer_code=str(fields.get("CustomerCode") or ""), order_no=read.order_no, consignor=read.consignor,
        consignee=read.consignee, contents=read.contents, note=read.note, collect_dong=read.collect_dong,
    )  # fmt: skip


_TEXTS = (
    "CustomerCode", "OrderNumber", "SenderAddress", "SenderName", "SenderEmail", "SenderTel", "SenderDesc",
    "Description", "ReceiverName", "ReceiverAddress", "ReceiverTel", "ReceiverEmail",
)  # fmt: skip
_NUMBERS = ("CODAmount", "SenderProvince", "SenderDistrict", "ReceiverProvince", "ReceiverDistrict")


def _what_is_wrong(fields: Mapping[str, Any]) -> str:
    """Return what no order can be read from; what is only missing is said by the house."""
    for name in _TEXTS:
        if not isinstance(fields.get(name), str | None) or "\0" in (fields.get(name) or ""):
            return f"{name} phải là chuỗi ký tự"
    for name in _NUMBERS:
        value = fields.get(name)
        if value not in (None, "") and (whole(value) is None or (whole(value) or 0) < 0):
            return f"{name} phải là số nguyên không âm"
    return "" if fields.get("OrderNumber") else "Thiếu OrderNumber"


def _key_pair(header: str) -> tuple[str, str]:
    kind, _, pair = header.partition(" ")
    try:
        key, _, secret = base64.b64decode(pair.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return (key, secret) if kind.lower() == "basic" else ("", "")


async def _fields(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    if len(raw) > _BODY_MOST:
        raise Unreadable
    try:
        fields = read_json(raw, keep_nul=True)
    except ValueError:
        raise Unreadable from None
    if not isinstance(fields, dict):
        raise Unreadable
    return fields


def _unescaped(query: str) -> tuple[str, str]:
    """Return customer code and order number from a query that may have been pasted together unescaped.

    The order number stands last and takes everything behind its sign, an `&` too.
    """
    found = re.fullmatch(r"CustomerCode=(.*?)&OrderNumber=(.*)", query)
    if found:
        return _text(unquote(found[1])), _text(unquote(found[2]))
    pairs = dict(part.partition("=")[::2] for part in query.split("&"))
    return _text(unquote_plus(pairs.get("CustomerCode", ""))), _text(unquote_plus(pairs.get("OrderNumber", "")))


def _text(said: str) -> str:
    """Return what a database takes of a text."""
    return said.replace("\0", "")


def _page_size(text: str) -> int:
    return max(1, min(int(text), PAGE_MOST)) if text.isascii() and text.isdecimal() and len(text) < 9 else _PAGE


def _answer(status: int, body: Mapping[str, Any]) -> web.Response:
    return web.Response(status=status, body=json.dumps(body, ensure_ascii=False).encode(), content_type=_JSON)


def _said(status: int, message: str) -> dict[str, Any]:
    return {"Status": status, "Message": message}


def _fault(code: int, message: str) -> dict[str, Any]:
    return {"fault": {"code": code, "message": message, "description": message}}


def _not_let_in() -> web.Response:
    return _answer(401, _fault(900901, "Invalid Credentials"))
