"""The line between a browser and a gateway: it can be cut, hold a letter, lose an answer, and knows what was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import hdrs, web
from multidict import CIMultiDict

from ..servers import free_port

ACTS = "/station/acts"
_OF_THE_HOP = {hdrs.CONNECTION, hdrs.TRANSFER_ENCODING, hdrs.CONTENT_LENGTH, hdrs.CONTENT_ENCODING, hdrs.KEEP_ALIVE}


@dataclass
class Line:
    """A line that stands, lies, or plays tricks on what a device hands in."""

    upstream: str
    session: aiohttp.ClientSession
    port: int
    lose: int = 0  #: so many answers are lost after the gateway acted
    asked: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    before: asyncio.Event | None = None  #: set while what is handed in goes no further
    after: asyncio.Event | None = None  #: set while answers go no further
    _heard: asyncio.Condition = field(default_factory=asyncio.Condition)
    _site: web.TCPSite | None = None
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Return where the browser finds the gateway."""
        return f"http://127.0.0.1:{self.port}"

    async def mend(self) -> None:
        """Let the line stand, at the same address as before."""
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_route("*", "/{rest:.*}", self._carry)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()

    async def cut(self) -> None:
        """Let nobody answer, as if the gateway had never been there."""
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    def hold(self, *, after: bool = False) -> asyncio.Event:
        """Hold what is handed in, or its answer, until the event that comes back is set."""
        event = asyncio.Event()
        if after:
            self.after = event
        else:
            self.before = event
        return event

    def release(self) -> None:
        """Let everything that is held go on."""
        for event in (self.before, self.after):
            if event:
                event.set()
        self.before = self.after = None

    async def heard(self, *, asked: int = 0, answered: int = 0) -> None:
        """Wait until so many batches were handed in, or answered by the gateway."""
        async with self._heard:
            await self._heard.wait_for(lambda: len(self.asked) >= asked and len(self.answers) >= answered)

    async def _tell(self, kept: list[dict[str, Any]], told: dict[str, Any]) -> None:
        async with self._heard:
            kept.append(told)
            self._heard.notify_all()

    async def _carry(self, request: web.Request) -> web.StreamResponse:
        body, is_acts = await request.read(), request.path == ACTS
        if is_acts:
            await self._tell(self.asked, json.loads(body))
            if self.before:
                await self.before.wait()
        headers = CIMultiDict((name, value) for name, value in request.headers.items() if name not in _OF_THE_HOP)
        async with self.session.request(
            request.method, self.upstream + request.path_qs, data=body or None, headers=headers, allow_redirects=False
        ) as answer:
            content = await answer.read()
            if is_acts:
                await self._tell(self.answers, json.loads(content))
                if self.after:
                    await self.after.wait()
            kept = CIMultiDict((n, v) for n, v in answer.headers.items() if n.title() not in _OF_THE_HOP)
            if is_acts and self.lose:
                self.lose -= 1
                assert request.transport
                request.transport.abort()
            return web.Response(status=answer.status, body=content, headers=kept)


@asynccontextmanager
async def lined(upstream: str) -> AsyncIterator[Line]:
    """Lay a line to a gateway."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        line = Line(upstream.rstrip("/"), session, free_port())
        await line.mend()
        yield line
        line.release()
        await line.cut()
