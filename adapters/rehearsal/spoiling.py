"""Answers as they must not be: cut, halved, without end, drop by drop, in letters of another age.

Each is a thing that happens on lines between offices: a proxy in maintenance, a load balancer that gives up half-way, a
portal that streams its error page, a server of the nineties that writes windows-1258.

Used by: counter.
"""

from __future__ import annotations

import asyncio
import unicodedata

from aiohttp import web

HTML = "<html><body><h1>Hệ thống đang bảo trì</h1></body></html>"
#: More than anybody may be expected to read.
_HUGE = 17 * 1024 * 1024
_PIECE = b" " * (1024 * 1024)
_DROP_SECONDS = 0.02


def cut(request: web.Request) -> web.StreamResponse:
    """Drop the line in place of an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def without_act(status: int) -> web.Response:
    """Return the answer of somebody who stands before the outsider and lets nobody through."""
    headers = {302: {"Location": "/bao-tri"}, 429: {"Retry-After": "1"}}.get(status, {"Retry-After": "5"})
    return web.Response(status=status, text=HTML, content_type="text/html", headers=headers)


async def hung(request: web.Request, closing: asyncio.Event) -> None:
    """Say nothing until the caller has hung up, or the counter closes."""
    while request.transport is not None and not request.transport.is_closing() and not closing.is_set():
        await _a_while(closing)


async def trickled(request: web.Request, status: int, closing: asyncio.Event) -> web.StreamResponse:
    """Answer drop by drop until the caller has had enough."""
    response = await _begun(request, status)
    while request.transport is not None and not request.transport.is_closing() and not closing.is_set():
        try:
            await response.write(b" ")
        except ConnectionError:
            break
        await _a_while(closing)
    cut(request)
    return response


async def endless(request: web.Request, status: int) -> web.StreamResponse:
    """Answer with more than anybody reads."""
    response = await _begun(request, status)
    try:
        for _ in range(_HUGE // len(_PIECE)):
            await response.write(_PIECE)
    except ConnectionError:
        cut(request)
    return response


async def halved(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Answer with the first half of what was promised, and cut the line."""
    body = answer.body
    assert isinstance(body, bytes)
    response = web.StreamResponse(status=answer.status, headers={"Content-Length": str(len(body))})
    response.content_type = answer.content_type
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    cut(request)
    return response


def windows_1258(answer: web.Response) -> bytes:
    """Return the same text in the letters of an old Windows; what they have no sign for becomes a question mark."""
    signs = unicodedata.normalize("NFC", answer.text or "")
    return signs.encode("cp1258", "replace")


async def _begun(request: web.Request, status: int) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
    await response.prepare(request)
    return response


async def _a_while(closing: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(closing.wait(), _DROP_SECONDS)
    except TimeoutError:
        return
