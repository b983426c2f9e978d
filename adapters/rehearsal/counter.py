"""A counter of the rehearsal: a server on a socket, behind which every call may meet a bad day.

Each outsider that ships as a double answers its own wire at such a counter. What goes wrong, and how often, is the same
everywhere (`Faults`); who is let in, and what is answered to who is not, is the wire's own affair.

Stands on: faults, spoiling. Used by: server and every double beside it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import aiohttp
from aiohttp import web

from postgw.domain.errors import Invalid

from . import spoiling
from .faults import Dice, Faults
from .spoiling import HTML, cut

_log = logging.getLogger(__name__)

Answer = tuple[int, Any]
Act = Callable[[web.Request], Awaitable[Answer]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: Says whether a call is let in; an answer instead of nothing is the no of this wire.
Guard = Callable[[web.Request], Answer | None]


class BadDay:
    """The switches of one counter, and the dice that say which call they hit."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.faults = faults
        self.dice = Dice(seed)
        self.closing = asyncio.Event()
        self._last: dict[str, Answer] = {}  #: what each call was answered last

    def served(self, name: str, act: Act, *, guard: Guard | None = None) -> Handler:
        """Return the handler of one call of the wire, with whatever goes wrong with it."""

        async def handler(request: web.Request) -> web.StreamResponse:
            faults = self.faults if self.faults.concern(name) else Faults()
            trouble = await self._before(request, faults, guard)
            if trouble is not None:
                return trouble
            told = self._again(request, name, faults) or await act(request)
            if told[0] < 300:
                self._last[name] = told
            return await self._answered(request, faults, *told)

        return handler

    def _again(self, request: web.Request, name: str, faults: Faults) -> Answer | None:
        """Return what this call was answered last, where that is what comes instead of an act."""
        share = faults.stale if request.method == "GET" else faults.hollow
        return self._last.get(name) if self.dice.hits(share) else None

    async def _before(self, request: web.Request, faults: Faults, guard: Guard | None) -> web.StreamResponse | None:
        if faults.slow_seconds:
            await asyncio.sleep(faults.slow_seconds)
        if self.dice.hits(faults.silent):
            await spoiling.hung(request, self.closing)
            return cut(request)
        if (status := self._status_without_act(faults)) is not None:
            return spoiling.without_act(status)
        if guard is None:
            return None
        if self.dice.hits(faults.refuse_token):
            return json_answer(401, {"message": "token"})
        no = guard(request)
        return json_answer(*no) if no is not None else None

    def _status_without_act(self, faults: Faults) -> int | None:
        shares = ((503, faults.server_error), (429, faults.busy), (302, faults.redirect))
        return next((status for status, share in shares if self.dice.hits(share)), None)

    async def _answered(self, request: web.Request, faults: Faults, status: int, body: Any) -> web.StreamResponse:
        """Answer an act that is done, unless the answer is to be spoiled: then nobody outside knows that it is done."""
        if self.dice.hits(faults.lost_answer):
            return cut(request)
        if self.dice.hits(faults.trickle):
            return await spoiling.trickled(request, status, self.closing)
        if self.dice.hits(faults.half_answer):
            return await spoiling.halved(request, json_answer(status, body))
        if self.dice.hits(faults.huge):
            return await spoiling.endless(request, status)
        return self._readable(faults, status, body)

    def _readable(self, faults: Faults, status: int, body: Any) -> web.Response:
        if self.dice.hits(faults.late_error):
            return web.Response(status=500, text=HTML, content_type="text/html")
        if self.dice.hits(faults.html):
            return web.Response(status=status, text=HTML, content_type="text/html")
        if self.dice.hits(faults.empty):
            return web.Response(status=status)
        if self.dice.hits(faults.garbage):
            return web.Response(status=status, body=self.dice.noise(), content_type="application/json")
        answer = json_answer(status, body)
        if self.dice.hits(faults.other_charset):
            answer = web.Response(status=status, body=spoiling.windows_1258(answer), content_type="application/json")
        if self.dice.hits(faults.wrong_type):
            answer.content_type = "text/html"
        return answer

    def back_door(self) -> list[web.RouteDef]:
        """Return the addresses, for this machine alone, at which the switches are seen and turned."""
        return [
            web.get("/rehearsal/faults", loopback_only(self._see)),
            web.post("/rehearsal/faults", loopback_only(self._turn)),
        ]

    async def _see(self, request: web.Request) -> web.StreamResponse:
        return json_answer(200, {name: getattr(self.faults, name) for name in Faults.__slots__})

    async def _turn(self, request: web.Request) -> web.StreamResponse:
        """Set the switches named; `{"reset": true}` puts all back first."""
        values = await fields_of(request)
        if values is None:
            return json_answer(400, {"detail": "Cần một đối tượng JSON."})
        faults = Faults() if values.pop("reset", False) else self.faults
        try:
            self.faults = faults.changed(values)
        except Invalid as wrong:
            return json_answer(422, {"detail": str(wrong)})
        return await self._see(request)


class Counter:
    """A server on a socket. `start` opens it and returns its address, `stop` closes it and lets go what hangs."""

    def __init__(self, routes: Iterable[web.RouteDef], closing: asyncio.Event, *, body_most: int = 1024 * 1024) -> None:
        self._routes = list(routes)
        self._closing = closing
        self._body_most = body_most
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> str:
        """Open the counter; port 0 is any free one."""
        app = web.Application(client_max_size=self._body_most)
        app.add_routes(self._routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, ssl_context=tls)
        await site.start()
        port = self._runner.addresses[0][1]
        return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"

    async def stop(self) -> None:
        """Close the counter."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


class Errands:
    """What a double does by itself a while later: a call that nobody takes is logged and forgotten."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def after(self, seconds: float, call: Callable[[], Awaitable[object]]) -> None:
        """Make a call when so many seconds have passed."""

        async def later() -> None:
            await asyncio.sleep(seconds)
            try:
                await call()
            except (OSError, aiohttp.ClientError) as fault:
                _log.warning("nobody took a call of the double: %s", type(fault).__name__)

        task = asyncio.create_task(later())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def drop(self) -> None:
        """Give up what is still to come."""
        for task in self._running:
            task.cancel()


async def called(url: str, body: bytes, headers: Mapping[str, str] | None = None) -> int:
    """Call somebody's hook with a JSON body; return how it was answered."""
    told = {"Content-Type": "application/json", **(headers or {})}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=told) as answer:
        return answer.status


def loopback_only(handler: Handler) -> Handler:
    """Return a handler that answers to this machine alone."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not ipaddress.ip_address(request.remote or "0.0.0.0").is_loopback:
            raise web.HTTPNotFound
        return await handler(request)

    return guarded


async def fields_of(request: web.Request) -> dict[str, Any] | None:
    """Return the JSON object in a body; nothing when it is none."""
    try:
        fields = json.loads((await request.read()).decode("utf-8", "replace"))
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def json_answer(status: int, body: Any) -> web.Response:
    """Return a JSON answer; accents are written as they are."""
    return web.json_response(body, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))
