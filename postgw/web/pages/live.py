"""The stream behind the day's page: a word each time the figures were looked at, and whether they changed.

It carries no figures: a page that hears of a change asks for its part again, drawn for who sits there. A stream does
not keep a sitting alive, and ends with it.

Stands on: streams, today. Used by: routes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime
from time import perf_counter

import orjson
from aiohttp import web

from postgw.domain.actor import SCOPES, Actor
from postgw.domain.errors import Forbidden, TooMuch
from postgw.web.keys import DOOR, FIRST_BYTE, STREAMS
from postgw.web.streams import Word

from . import moments, session
from .visit import Visit

_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
    "Referrer-Policy": "same-origin",
}  # fmt: skip
#: A browser whose stream broke asks again after so many milliseconds.
_AGAIN = b"retry: 5000\n\n"


async def live(visit: Visit) -> web.StreamResponse:
    """Say each time the figures were looked at, until the page, the sitting or the door closes."""
    request, streams = visit.request, visit.request.app[STREAMS]
    clock = request.app[DOOR].clock
    # Whoever sits here may see less; a word too many costs one look at a part that is the same.
    everything = Actor(name="screen", scopes=frozenset(SCOPES), unit=visit.actor.unit)

    async def look() -> tuple[datetime, Hashable]:
        at = clock()
        day = await visit.services.day.today(actor=everything, at=at, last_week=False)
        wires = await visit.services.wires.watch(actor=everything, at=at)
        backlogs = tuple(
            (each.outside.wire, replace(each.backlog, oldest_at=None), each.failing_since) for each in wires
        )
        return at, (day.numbers, backlogs)

    try:
        async with streams.listening(visit.actor.unit, look) as words:
            response = web.StreamResponse(headers=_HEADERS)
            await response.prepare(request)
            request[FIRST_BYTE] = perf_counter()
            await response.write(_AGAIN)
            await _told(visit, response, words)
            return response
    except TooMuch:
        return web.Response(status=503, headers={"Retry-After": "60", "Cache-Control": "no-store"})


async def _told(visit: Visit, response: web.StreamResponse, words: asyncio.Queue[Word | None]) -> None:
    try:
        while (word := await words.get()) is not None:
            if not await _still_there(visit):
                await response.write(_event("over", {}))
                return
            said = {"at": word.at.isoformat(), "clock": moments.clock_seconds(word.at)}
            await response.write(_event("changed" if word.changed else "same", said))
    except ConnectionError:
        return  # the page was closed, which is how a stream ends


async def _still_there(visit: Visit) -> bool:
    text = session.kept(visit.request)
    try:
        await visit.services.sittings.watcher(text, at=visit.request.app[DOOR].clock())
    except Forbidden:
        return False
    return True


def _event(name: str, said: dict[str, str]) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(said) + b"\n\n"
