"""A furnished house behind a real socket, in a loop of its own thread, for tests that ask from outside."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Self

from aiohttp import web

from postgw.bootstrap import House, inbound_routes, opened_house
from postgw.domain.actor import GATEWAY
from postgw.domain.desk_order import DeskCard
from postgw.services.sittings import form_proof
from postgw.settings import parse
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

from .conftest import AT, DESK, furnished


class Served:
    """The address of the house, and a token that may do everything."""

    def __init__(self, settings: str, environ: Mapping[str, str] | None = None) -> None:
        self._settings, self._environ = settings, dict(environ or {})
        self._begun = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._end: asyncio.Event | None = None
        self.url = self.token = self.cookie = self.proof = self.key_pair = ""
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        async with AsyncExitStack() as stack:
            house = await stack.enter_async_context(
                opened_house(parse(self._settings), environ=self._environ, clock=lambda: AT)
            )
            self.token = await furnished(house)
            await self._sit_down(house)
            door = Door(clock=lambda: AT, per_minute={}, rehearsal=True)
            inbound = inbound_routes(house, clock=lambda: AT)
            runner = web.AppRunner(make_app(house.services, door=door, inbound_routes=inbound, pages=pages()))
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            self.url = f"http://{host}:{port}"
            self._begun.set()
            await self._end.wait()

    async def _sit_down(self, house: House) -> None:
        self.cookie = await house.services.sittings.enter_with_token(self.token, at=AT)
        self.proof = form_proof(self.cookie)
        card = DeskCard(desk=DESK, names=())
        _, key, secret = await house.services.customers.begin_customer(
            name="Một cửa", codes=[DESK], desks=[card], key="", secret="", actor=GATEWAY, at=AT
        )
        self.key_pair = f"{key}:{secret}"

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._begun.wait(0.2):
            assert self._thread.is_alive(), "the house did not open"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._end is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)
        self._loop.close()
