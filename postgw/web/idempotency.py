"""Idempotency-Key: the same request asked twice is done once, and answered twice with the same bytes.

What the first request was answered is kept with its key; the acts themselves are safe to ask for again, so a crash
between act and keeping costs nothing. An answer of ours that failed (5xx) is not kept: asking again tries again. While
an act is at work, its key says so every few seconds; the key of a process that died is free soon after its last word.

Stands on: services.accounts. Used by: serve. Source: IETF draft "The Idempotency-Key HTTP header field".
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from postgw import hurry
from postgw.domain.actor import Actor
from postgw.domain.errors import Troubled
from postgw.services.accounts import HELD_FOR

from .errors import Malformed
from .keys import DOOR

if TYPE_CHECKING:
    from postgw.services.accounts import Accounts

HEADER = "Idempotency-Key"
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Language", "Link", "Retry-After")
LONGEST = 255
#: Printable ASCII; what stands around a header's value is no part of it, so that spaces alone are no key.
WRITTEN = "^[ -~]*[!-~][ -~]*$"
_HELD_SECONDS = HELD_FOR.total_seconds()
#: How long it may take to free a key.
_FREEING_SECONDS = 1.0
_FAULTS = logging.getLogger("postgw.web.faults")


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
        with _Held(partial(accounts.hold, *place), request.app[DOOR].clock):
            response = await act()
    except BaseException:
        await _free(accounts, place)
        raise
    if not isinstance(response, web.Response) or response.status >= 500:
        await _free(accounts, place)
        return response
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    await accounts.finish(*place, status=response.status, headers=headers, body=_bytes(response), at=at)
    return response


async def _free(accounts: Accounts, place: tuple[Actor, str, str, str]) -> None:
    """Free the key of a request that came to nothing; where the database hangs, it becomes free by itself."""
    try:
        with hurry.at_the_door(_FREEING_SECONDS):
            await accounts.abandon(*place)
    except Troubled as trouble:
        _FAULTS.warning("an idempotency key stays claimed", extra={"code": trouble.code})


class _Held:
    """A claimed key for the length of an act: while it is at work, that is said again and again.

    Most acts are over long before it is said the first time.
    """

    def __init__(self, say: Callable[..., Awaitable[None]], clock: Callable[[], datetime]) -> None:
        self._say, self._clock = say, clock
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_HELD_SECONDS, self._begin)

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._task:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._go_on())

    async def _go_on(self) -> None:
        while True:
            try:
                await self._say(at=self._clock())
            except Troubled as trouble:
                _FAULTS.warning("an idempotency key could not be held", extra={"code": trouble.code})
            await asyncio.sleep(_HELD_SECONDS)


def _checked(key: str) -> str:
    if len(key) > LONGEST or not re.fullmatch(WRITTEN, key):
        raise Malformed("Idempotency-Key phải dài từ 1 đến {most} ký tự ASCII.", most=LONGEST, code="idempotency.key")
    return key


def _bytes(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""
