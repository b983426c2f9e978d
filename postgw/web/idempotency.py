"""Idempotency-Key: the same request asked twice is done once, and answered twice with the same bytes.

What the first request was answered is kept with its key; the acts themselves are safe to ask for again, so a crash
between act and keeping costs nothing. An answer of ours that failed (5xx) is not kept: asking again tries again.

Stands on: services.accounts. Used by: serve. Source: IETF draft "The Idempotency-Key HTTP header field".
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from aiohttp import web

from postgw.domain.actor import Actor

from .errors import Malformed

if TYPE_CHECKING:
    from postgw.services.accounts import Accounts

HEADER = "Idempotency-Key"
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Language", "Link", "Retry-After")
_LONGEST = 255


async def once(
    accounts: Accounts, request: web.Request, key: str, raw: bytes, actor: Actor, at: datetime,
    act: Callable[[], Awaitable[web.StreamResponse]],
) -> web.StreamResponse:  # fmt: skip
    """Do the act unless this key has been answered before.

    Raises Malformed for an unusable key, Conflict while the first request runs, Invalid for another body.
    """
    place = (actor, request.method, request.path, _checked(key))
    seen = await accounts.begin(*place, hashlib.sha256(raw).hexdigest(), at=at)
    if seen is not None:
        headers = {**seen.headers, "Idempotency-Replayed": "true"}
        return web.Response(status=seen.status, headers=headers, body=seen.body)
    try:
        response = await act()
    except BaseException:
        await accounts.abandon(*place)
        raise
    if not isinstance(response, web.Response) or response.status >= 500:
        await accounts.abandon(*place)
        return response
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    await accounts.finish(*place, status=response.status, headers=headers, body=_bytes(response), at=at)
    return response


def _checked(key: str) -> str:
    if not 1 <= len(key) <= _LONGEST or not key.isprintable() or not key.isascii():
        raise Malformed("Idempotency-Key phải dài từ 1 đến {most} ký tự ASCII.", most=_LONGEST, code="idempotency.key")
    return key


def _bytes(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""
