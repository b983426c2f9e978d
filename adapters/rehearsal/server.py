"""The counter of the rehearsal post office: the five addresses of the government wire, and a back door for tests.

Success is 200 for a token and the feed, 201 for an order, a cancellation and a notice; a refusal is a 201 as well,
with another `Status`. Past the newest row the feed has no `_embedded` at all: older clients ask for ever when they
get an empty list. The back door (`/rehearsal/…`) opens to this machine alone.

An address with a blank or a raw accent in it is no valid HTTP and is answered 400 before it reaches us.

Source: the wire as public clients speak it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from typing import Any
from urllib.parse import unquote, unquote_plus

from aiohttp import web

from . import codes
from .bus import Bus
from .counter import Answer, fields_of, json_answer, loopback_only
from .office import Office

BASE = "/apiVNPostNGSP/p1.0"

_OBJECT_ID = re.compile(r"[0-9a-fA-F]{24}")


class OfficeServer:
    """Answers calls for one office."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def routes(self) -> list[web.RouteDef]:
        """Return all its addresses."""
        served, guard = self.office.bad_day.served, self._guard
        return [
            web.post("/token", served("token", self._token)),
            web.post(BASE + "/order/post", served("order", self._order, guard=guard)),
            web.get(BASE + "/order/cancel", served("cancel", self._cancel, guard=guard), allow_head=False),
            web.get(BASE + "/order/tracking", served("tracking", self._tracking, guard=guard), allow_head=False),
            web.post(BASE + "/document/post", served("document", self._document, guard=guard)),
            *Bus(self.office).routes(guard),
            web.get("/rehearsal/orders", loopback_only(self._see_orders)),
            web.post("/rehearsal/clock", loopback_only(self._move_clock)),
            *self.office.bad_day.back_door(),
        ]

    def _guard(self, request: web.Request) -> Answer | None:
        return None if self._is_let_in(request) else (401, _fault(900901, "Invalid Credentials"))

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
        fields = await fields_of(request)
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
        fields = await fields_of(request)
        if fields is None:
            return 400, _fault(900400, "Body is not a JSON object")
        return 201, _said(*self.office.ledger.announce(fields))

    async def _tracking(self, request: web.Request) -> Answer:
        self.office.live()
        most = _page_size(request.query.get("pagesize", ""), self.office.options.page_most)
        after = request.query.get("lastId", "")
        is_known = _OBJECT_ID.fullmatch(after) and not self.office.dice.hits(self.office.faults.repeated_pages)
        after = after.lower() if is_known else ""
        behind = self.office.ledger.behind(after)
        rows = self._spoiled(self.office.ledger.page(after, most))
        page = {"_size": behind, "_total_pages": -(-behind // most), "_returned": len(rows)}
        return 200, {**page, "_embedded": {"rh:doc": rows}} if rows else page

    def _spoiled(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        office, faults = self.office, self.office.faults
        shown: list[dict[str, Any]] = []
        for row in rows:
            if office.dice.hits(faults.wrong_items):
                row = {**row, "ItemCode": office.dice.chosen([*office.orders()]).item_no}
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
        return json_answer(200, {"parcels": self.office.parcels(), "orders": orders})

    async def _move_clock(self, request: web.Request) -> web.StreamResponse:
        values = await fields_of(request)
        hours = (values or {}).get("hours")
        if not isinstance(hours, int | float) or hours < 0:
            return json_answer(422, {"detail": "Cần hours, số giờ lớn hơn 0."})
        self.office.move_ahead(hours)
        return json_answer(200, {"at": self.office.at().isoformat()})


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


def _said(status: int, message: str) -> dict[str, Any]:
    return {"Status": status, "Message": message}


def _fault(code: int, message: str) -> dict[str, Any]:
    return {"fault": {"code": code, "message": message, "description": message}}
