"""The counter of the rehearsal post office: the five addresses of the government wire, and a back door for tests.

Success is 200 for a token and the feed, 201 for an order, a cancellation and a notice; a refusal is a 201 as well,
with another `Status`. Past the newest row the feed has no `_embedded` at all: older clients ask for ever when they
get an empty list. The back door (`/rehearsal/…`) opens to this machine alone.

An address with a blank or a raw accent in it is no valid HTTP and is answered 400 before it reaches us.

Source: the wire as public clients speak it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote, unquote_plus

from aiohttp import web

from postgw.domain.errors import Invalid

from . import codes
from .faults import Faults
from .office import Office

BASE = "/apiVNPostNGSP/p1.0"

Answer = tuple[int, Any]
Act = Callable[[web.Request], Awaitable[Answer]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HTML = "<html><body><h1>Hệ thống đang bảo trì</h1></body></html>"
_OBJECT_ID = re.compile(r"[0-9a-fA-F]{24}")


class OfficeServer:
    """Answers calls for one office."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def app(self) -> web.Application:
        """Return the application with all its addresses."""
        app = web.Application(client_max_size=1024 * 1024)
        app.router.add_post("/token", self._served("token", self._token))
        app.router.add_post(BASE + "/order/post", self._served("order", self._order))
        app.router.add_get(BASE + "/order/cancel", self._served("cancel", self._cancel))
        app.router.add_get(BASE + "/order/tracking", self._served("tracking", self._tracking))
        app.router.add_post(BASE + "/document/post", self._served("document", self._document))
        app.router.add_get("/rehearsal/orders", _loopback_only(self._see_orders))
        app.router.add_get("/rehearsal/faults", _loopback_only(self._see_faults))
        app.router.add_post("/rehearsal/faults", _loopback_only(self._turn_faults))
        app.router.add_post("/rehearsal/clock", _loopback_only(self._move_clock))
        return app

    def _served(self, name: str, act: Act) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            faults = self.office.faults if self.office.faults.concern(name) else Faults()
            trouble = await self._trouble_before(request, faults, needs_token=name != "token")
            if trouble is not None:
                return trouble
            status, body = await act(request)
            return self._answered(request, faults, status, body)

        return handler

    async def _trouble_before(
        self, request: web.Request, faults: Faults, *, needs_token: bool
    ) -> web.StreamResponse | None:
        if faults.slow_seconds:
            await asyncio.sleep(faults.slow_seconds)
        if self.office.dice.hits(faults.silent):
            await self.office.closing.wait()
            return _cut(request)
        if self.office.dice.hits(faults.server_error):
            return web.Response(status=503, text=_HTML, content_type="text/html", headers={"Retry-After": "5"})
        if needs_token and (self.office.dice.hits(faults.refuse_token) or not self._is_let_in(request)):
            return _json(401, _fault(900901, "Invalid Credentials"))
        return None

    def _answered(self, request: web.Request, faults: Faults, status: int, body: Any) -> web.StreamResponse:
        """Answer an act that is done, unless the answer is to be spoiled: then nobody outside knows that it is done."""
        if self.office.dice.hits(faults.lost_answer):
            return _cut(request)
        if self.office.dice.hits(faults.html):
            return web.Response(status=status, text=_HTML, content_type="text/html")
        if self.office.dice.hits(faults.empty):
            return web.Response(status=status)
        return _json(status, body)

    def _is_let_in(self, request: web.Request) -> bool:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and self.office.knows_token(token.strip())

    async def _token(self, request: web.Request) -> Answer:
        if not self._are_keys_right(request.headers.get("Authorization", "")):
            return 401, _fault(900901, "Invalid Credentials")
        asked = f"{await request.text()}&{request.query_string}"
        if "grant_type=client_credentials" not in asked:
            return 400, {"error": "unsupported_grant_type"}
        office = self.office
        return 200, {
            "access_token": office.new_token(),
            "scope": "default",
            "token_type": "Bearer",
            "expires_in": office.options.token_seconds,
        }

    def _are_keys_right(self, header: str) -> bool:
        kind, _, pair = header.partition(" ")
        try:
            given = base64.b64decode(pair.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        wanted = f"{self.office.options.key}:{self.office.options.secret}".encode()
        return kind.lower() == "basic" and hmac.compare_digest(given, wanted)

    async def _order(self, request: web.Request) -> Answer:
        fields = await _fields(request)
        if fields is None:
            return 400, _fault(900400, "Body is not a JSON object")
        at = self.office.live()
        if self.office.dice.hits(self.office.faults.refuse):
            return 201, _said(codes.NO_DESIRE, "Bưu cục không nhận phiếu này")
        status, message = self.office.ledger.take(fields, at)
        if self.office.faults.always_101 and status == codes.ACCEPTED:
            status = codes.KNOWN_ALREADY
        return 201, _said(status, message)

    async def _cancel(self, request: web.Request) -> Answer:
        at = self.office.live()
        customer, order_no = _unescaped(request.rel_url.raw_query_string)
        return 201, _said(*self.office.ledger.cancel(customer, order_no, at))

    async def _document(self, request: web.Request) -> Answer:
        fields = await _fields(request)
        if fields is None:
            return 400, _fault(900400, "Body is not a JSON object")
        return 201, _said(*self.office.ledger.announce(fields))

    async def _tracking(self, request: web.Request) -> Answer:
        self.office.live()
        most = _page_size(request.query.get("pagesize", ""), self.office.options.page_most)
        after = request.query.get("lastId", "")
        after = after.lower() if _OBJECT_ID.fullmatch(after) else ""
        behind = self.office.ledger.behind(after)
        rows = self._spoiled(self.office.ledger.page(after, most))
        page = {"_size": behind, "_total_pages": -(-behind // most), "_returned": len(rows)}
        return 200, {**page, "_embedded": {"rh:doc": rows}} if rows else page

    def _spoiled(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        office, faults = self.office, self.office.faults
        shown: list[dict[str, Any]] = []
        for row in rows:
            shown.append(row)
            if office.dice.hits(faults.duplicate_events):
                shown.append(row)
            if office.dice.hits(faults.bad_rows):
                shown.append({"_id": row["_id"]["$oid"][:8], "OrderNumber": None, "EventTime": "hôm qua"})
        return office.dice.shuffled(shown) if office.dice.hits(faults.reordered_events) else shown

    async def _see_orders(self, request: web.Request) -> web.StreamResponse:
        self.office.live()
        orders = [
            {
                "customer_code": order.customer_code, "order_no": order.order_no, "item_no": order.item_no,
                "asked": order.asked, "cancelled": order.cancelled, "lost_letters": order.lost_letters,
                "told": [step.word for step in order.plan[: order.happened]], "fields": order.fields,
            }
            for order in self.office.orders()
        ]  # fmt: skip
        return _json(200, {"parcels": self.office.parcels(), "orders": orders})

    async def _see_faults(self, request: web.Request) -> web.StreamResponse:
        return _json(200, _switches(self.office.faults))

    async def _turn_faults(self, request: web.Request) -> web.StreamResponse:
        """Set the switches named; `{"reset": true}` puts all back first."""
        values = await _fields(request)
        if values is None:
            return _json(400, {"detail": "Cần một đối tượng JSON."})
        faults = Faults() if values.pop("reset", False) else self.office.faults
        try:
            self.office.set_faults(faults.changed(values))
        except Invalid as wrong:
            return _json(422, {"detail": str(wrong)})
        return await self._see_faults(request)

    async def _move_clock(self, request: web.Request) -> web.StreamResponse:
        values = await _fields(request)
        hours = (values or {}).get("hours")
        if not isinstance(hours, int | float) or hours < 0:
            return _json(422, {"detail": "Cần hours, số giờ lớn hơn 0."})
        self.office.move_ahead(hours)
        return _json(200, {"at": self.office.at().isoformat()})


def _loopback_only(handler: Handler) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        if not ipaddress.ip_address(request.remote or "0.0.0.0").is_loopback:
            raise web.HTTPNotFound
        return await handler(request)

    return guarded


async def _fields(request: web.Request) -> dict[str, Any] | None:
    try:
        fields = json.loads((await request.read()).decode("utf-8", "replace"))
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _unescaped(query: str) -> tuple[str, str]:
    """Return customer code and order number from a query that may have been pasted together unescaped.

    The order number stands last and takes everything behind its sign, an `&` too.

    >>> _unescaped("CustomerCode=HCC&OrderNumber=H26-24&B+1"), _unescaped("OrderNumber=a%20b&CustomerCode=X")
    (('HCC', 'H26-24&B+1'), ('X', 'a b'))
    """
    found = re.fullmatch(r"CustomerCode=(.*?)&OrderNumber=(.*)", query)
    if found:
        return unquote(found[1]), unquote(found[2])
    pairs = dict(part.partition("=")[::2] for part in query.split("&"))
    return unquote_plus(pairs.get("CustomerCode", "")), unquote_plus(pairs.get("OrderNumber", ""))


def _page_size(text: str, most: int) -> int:
    return max(1, min(int(text), most)) if text.isdigit() else min(100, most)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _json(status: int, body: Any) -> web.Response:
    return web.json_response(body, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


def _said(status: int, message: str) -> dict[str, Any]:
    return {"Status": status, "Message": message}


def _fault(code: int, message: str) -> dict[str, Any]:
    return {"fault": {"code": code, "message": message, "description": message}}


def _switches(faults: Faults) -> dict[str, Any]:
    return {name: getattr(faults, name) for name in Faults.__slots__}
