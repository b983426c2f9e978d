"""Long work on a page: the page is sent as far as it goes, then how far the work is, then what came of it.

A thousand rows take seconds, on a slow disk many. The browser shows each line as it comes, without a script, and nobody
wonders whether to press again. Whoever closes the page stops nothing: the work goes on to its end.

Stands on: visit. Used by: importing, in_flight.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any, TypeVar

from aiohttp import web

from postgw.web.language import sentence

from .visit import Visit

_FAULTS = logging.getLogger("postgw.web.faults")
#: How often a line is sent.
_EVERY_SECONDS = 0.5
_HERE = "<!--work-->"
_SO_FAR = sentence("Đã làm {done}/{total} dòng")
_BROKEN = sentence("Cổng gặp lỗi giữa chừng. Những dòng đã làm vẫn được giữ; nhập lại tệp, không dòng nào ghi hai lần.")

Done = TypeVar("Done")


async def shown_along(
    visit: Visit,
    template: str,
    *,
    total: int,
    work: Callable[[Callable[[object], None]], Awaitable[Done]],
    outcome: Callable[[Done], Awaitable[str]],
    **values: Any,
) -> web.StreamResponse:
    """Answer with a page that tells of `work` while it is done, and then what `outcome` makes of it.

    `work` is handed what it calls for each row.
    """
    head, _, tail = visit.drawn(template, **values).partition(_HERE)
    response = web.StreamResponse(headers=visit.headers())
    response.content_type, response.charset = "text/html", "utf-8"
    done = 0

    def count(_: object) -> None:
        nonlocal done
        done += 1

    task = asyncio.ensure_future(work(count))
    try:
        await response.prepare(visit.request)
        await response.write(head.encode())
        while not (await asyncio.wait({task}, timeout=_EVERY_SECONDS))[0]:
            await response.write(_line(visit, done, total))
        await response.write((await _ended(visit, task, outcome) + tail).encode())
        await response.write_eof()
    finally:
        await asyncio.wait({task})
    return response


def _line(visit: Visit, done: int, total: int) -> bytes:
    words = visit.say(_SO_FAR, done=done, total=total)
    return f'<p class="so-far" role="status">{escape(words)}</p>\n'.encode()


async def _ended(visit: Visit, task: asyncio.Future[Done], outcome: Callable[[Done], Awaitable[str]]) -> str:
    """Return what came of the work. The page is on its way already, so a fault of ours is told within it."""
    try:
        return await outcome(task.result())
    except Exception:
        _FAULTS.exception("a long work broke off", extra={"route": visit.face})
        return f'<p class="note" data-s="late" role="alert">{escape(visit.say(_BROKEN))}</p>'
