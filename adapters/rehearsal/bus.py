"""A provincial bus before the rehearsal post office: the same orders in other envelopes.

One address, `/lgsp`, where a header `service-code`, a query `serviceName` or a query `service` says which service is
meant; a token that is had with an empty body or with a bearer key; and, beside it, the address of a vendor's bus that
wants a header `access_token` and two keys more. What a bus does not carry is answered 404.

Stands on: office, counter, codes. Used by: server.
Source: the envelopes as public clients of such buses write them.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from . import codes
from .counter import Answer, fields_of
from .office import Office

BUS, STATIC = "/lgsp", "/lgsp-static/apiVNPostNGSP/p1.0/order/post"

#: What each bus calls its services, and the keys of a cancellation there; none: they stand in the query.
_SERVICES: Mapping[str, tuple[str, tuple[str, str] | None]] = {
    "vnpost_post_order": ("order", None),
    "vnpost_cancel_order": ("cancel", ("maKhachHang", "soDonHang")),
    "OrderPost": ("order", None),
    "OrderCancel": ("cancel", ("customerCode", "orderNumber")),
    "dv-gui": ("order", None),
    "dv-huy": ("cancel", None),
}


class Bus:
    """Answers calls that come through a bus to one office."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def routes(self, guard: Any) -> list[web.RouteDef]:
        """Return the addresses of the bus; `guard` lets in who bears a token."""
        served = self.office.bad_day.served
        return [
            web.post(BUS + "/token", served("token", self._token)),
            web.post(BUS, served("order", self._bus, guard=guard)),
            web.get(BUS, served("cancel", self._bus, guard=guard), allow_head=False),
            web.post(STATIC, served("order", self._static, guard=self._has_key)),
        ]

    async def _token(self, request: web.Request) -> Answer:
        """Give a token for key and secret with an empty body, or for the secret as a bearer key."""
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        options = self.office.options
        wanted = {"basic": f"{options.key}:{options.secret}", "bearer": options.secret}.get(kind.lower(), "")
        said = _decoded(given) if kind.lower() == "basic" else given
        if not wanted or not hmac.compare_digest(said.encode(), wanted.encode()):
            return 401, {"message": "Invalid Credentials"}
        token = self.office.new_token()
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": options.token_seconds}

    async def _bus(self, request: web.Request) -> Answer:
        given = (request.headers.get("service-code"), request.query.get("serviceName"), request.query.get("service"))
        named = next(filter(None, given), "")
        wrong_type = "serviceName" in request.query and request.query.get("serviceType") != "VNPost"
        if named not in _SERVICES or wrong_type:
            return 404, {"message": "Unknown service"}
        act, keys = _SERVICES[named]
        at = self.office.live()
        if act == "order":
            return await self._ordered(request)
        told: Mapping[str, Any] = (await fields_of(request) or {}) if keys else request.query
        customer, order_no = keys or ("CustomerCode", "OrderNumber")
        return 200, _said(*self.office.ledger.cancel(str(told.get(customer)), str(told.get(order_no)), at))

    async def _static(self, request: web.Request) -> Answer:
        fields = await fields_of(request) or {}
        if fields.get("FlagConfig") != 2 or "ItemCode" not in fields:
            return 200, _said(codes.WRONG_ORDER, "Thiếu FlagConfig hoặc ItemCode")
        return await self._ordered(request)

    async def _ordered(self, request: web.Request) -> Answer:
        fields = await fields_of(request)
        if fields is None:
            return 400, {"message": "Body is not a JSON object"}
        return 200, _said(*self.office.ledger.take(fields, self.office.live()))

    def _has_key(self, request: web.Request) -> Answer | None:
        given = request.headers.get("access_token", "")
        return None if hmac.compare_digest(given.encode(), self.office.options.secret.encode()) else (401, {})


def _decoded(pair: str) -> str:
    try:
        return base64.b64decode(pair.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _said(status: int, message: str) -> dict[str, Any]:
    return {"Status": status, "Message": message}
