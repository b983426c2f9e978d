"""A device at the end of a line that can be cut, and that can lose an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser

from ..conftest import PATIENCE, Look
from ..line import Line, lined

#: A device whose clock runs ahead.
_CLOCK = """(() => { const real = Date; self.Date = class extends real {
  constructor(...given) { if (given.length) super(...given); else super(real.now() + AHEAD); }
  static now() { return real.now() + AHEAD; }
}; })()"""


@pytest_asyncio.fixture(loop_scope="session")
async def line(gate: Any) -> AsyncIterator[Line]:
    """Give the line to the gateway."""
    async with lined(str(gate.client.make_url("/"))) as line:
        yield line


@pytest_asyncio.fixture(loop_scope="session")
async def look(chrome: Browser, gate: Any, line: Line) -> AsyncIterator[Callable[..., Any]]:
    """Give what opens a window at the end of the line."""
    async with AsyncExitStack() as ends:

        async def opened(
            *, width: int = 390, height: int = 844, end: Line = line, ahead: int = 0, disk: int = 0, **more: Any
        ) -> Look:
            """Open a window; its clock runs ahead by so many seconds, its disk takes so many bytes."""
            context = await chrome.new_context(viewport={"width": width, "height": height}, locale="vi-VN", **more)
            context.set_default_timeout(PATIENCE)
            ends.push_async_callback(context.close)
            window = Look(end.url, context, await context.new_page(), gate)
            if ahead:
                await context.add_init_script(_CLOCK.replace("AHEAD", str(ahead * 1000)))
            if disk:
                talk = await context.new_cdp_session(window.page)
                await talk.send("Storage.overrideQuotaForOrigin", {"origin": end.url, "quotaSize": disk})
            window.watch()
            return window

        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def numbers(gate: Any) -> list[str]:
    """Give a dozen items that nobody has scanned on a device."""
    return [(await gate.consignment())["consignment_no"] for _ in range(12)]
