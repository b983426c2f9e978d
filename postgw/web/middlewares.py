"""What happens to every request, whoever answers it: its id and moment, its line in the log, its errors, its headers.

Used by: app.
"""

from __future__ import annotations

import itertools
import logging
import secrets
from math import inf
from time import perf_counter

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from postgw import hurry, logs, telemetry
from postgw.domain.errors import PostgwError, TooMuch, Unknown

from .answers import problem_answer
from .errors import Broken, Malformed, WrongMethod, away, broken, kind_of
from .keys import ACTOR_NAME, ALLOWANCE, AT, DOOR, FIRST_BYTE, METRICS, REQUEST_ID
from .pace import Watch
from .reading import well_formed_request_id

_ACCESS = logging.getLogger("postgw.web.access")
_FAULTS = logging.getLogger("postgw.web.faults")
REQUEST_ID_HEADER = "X-Request-ID"
#: Ids that we make: this process, then a serial; cheaper than dice for each request, and as unique.
_PROCESS, _SERIAL = secrets.token_hex(7), itertools.count(1)
#: A browser that came by https comes by nothing else for a year.
_HTTPS_ONLY = "max-age=31536000"
#: ASCII, because headers are; the screens and labels write DIỄN TẬP.
REHEARSAL = {"X-Rehearsal": "DIEN TAP"}
SECURITY = {
    "Cache-Control": "no-store",  # whoever wants to be kept says so
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), serial=(), hid=()",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}


@web.middleware
async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request its id and its moment, let it be waited for, and write down how it was answered."""
    begun = perf_counter()
    given = request.headers.get(REQUEST_ID_HEADER, "")
    request[REQUEST_ID] = given if given and well_formed_request_id(given) else f"{_PROCESS}{next(_SERIAL):010x}"
    request[AT] = request.app[DOOR].clock()
    logs.request_id.set(request[REQUEST_ID])
    hurry.most_seconds.set(inf)
    watch = Watch(request) if request.body_exists and not request.content.is_eof() else None
    try:
        response = await (_traced(request, handler) if telemetry.is_on() else handler(request))
    except web.HTTPException as elsewhere:
        _write_down(request, elsewhere.status, perf_counter() - begun)
        raise
    finally:
        if watch:
            watch.end()
    _write_down(request, response.status, request.get(FIRST_BYTE, perf_counter()) - begun)
    return response


async def _traced(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer within a trace that bears the template of the route and never what stands in the address."""
    route = _template(request)
    with telemetry.begun(f"{request.method} {route}", caller=request.headers.get("traceparent", "")):
        response = await handler(request)
        told: dict[str, telemetry.Value] = {"http.request.method": request.method, "http.route": route}
        told["http.response.status_code"] = response.status
        telemetry.note(told, fault=str(response.status) if response.status >= 500 else "")
        return response


def _write_down(request: web.Request, status: int, seconds: float) -> None:
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "unknown"
    request.app[METRICS].answered(request.method, route, status, seconds)
    if _ACCESS.isEnabledFor(logging.INFO):
        told = {"method": request.method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        _ACCESS.info("answered", extra={**told, "actor": request.get(ACTOR_NAME, "")})


@web.middleware
async def mended(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into a problem document; nothing of ours reaches a caller as a stack or as HTML."""
    try:
        return await handler(request)
    except PostgwError as error:
        return _problem(error, request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _problem(_as_ours(error), request)
    except (ConnectionError, TimeoutError):
        if request.transport is None or request.transport.is_closing():
            raise  # the caller has hung up
        _FAULTS.exception("an outsider of ours is away", extra={"method": request.method, "route": _template(request)})
        return _problem(away(), request)
    except Exception:
        _FAULTS.exception("a fault of ours", extra={"method": request.method, "route": _template(request)})
        return _problem(broken(), request)


def _problem(error: PostgwError, request: web.Request) -> web.Response:
    if kind_of(error).status >= 500 and not isinstance(error, Broken):
        _FAULTS.warning("an act failed", extra={"code": error.code, "route": _template(request)})
    return problem_answer(error, request)


def _template(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


def _as_ours(error: web.HTTPException) -> PostgwError:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return WrongMethod("Địa chỉ này chỉ nhận {allowed}.", allowed=allowed)
    if error.status == 404:
        return Unknown("Không có gì ở địa chỉ này.", code="address.unknown")
    if error.status == 413:
        return TooMuch("Nội dung gửi lên quá lớn. Chia nhỏ rồi gửi từng phần.", code="body.too_large")
    if error.status >= 500:
        return broken()
    return Malformed("Yêu cầu không đọc được.")


async def dressed(request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer, streamed ones too, the headers that all of them bear.

    A 304 says nothing anew of what the caller holds already (RFC 9110 section 15.4.5): its headers stand.
    """
    headers = response.headers
    headers["Server"] = "postgw"
    headers[REQUEST_ID_HEADER] = request.get(REQUEST_ID, "")
    if response.status == 304:
        headers.popall(hdrs.CONTENT_TYPE, None)
    else:
        for name, text in SECURITY.items():
            headers.setdefault(name, text)
    if request.app[DOOR].rehearsal:
        headers.update(REHEARSAL)
    elif request.secure:  # a proxy in front says it for itself; a rehearsal's certificate is of one afternoon
        headers["Strict-Transport-Security"] = _HTTPS_ONLY
    allowance = request.get(ALLOWANCE)
    if allowance is not None:
        headers.update(allowance.headers())
