"""Whoever is killed, and at whatever step: no act of a device is lost and none is done twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from ...servers import free_port
from ...web.conftest import settings_for
from ..conftest import FLAGS, PATIENCE, Look
from ..line import Line, lined
from ..shift import begun, put, scan
from .device import acts, empty, killed_tab, must_be_whole, ready, scanned, state

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def started_put(window: Any, number: str) -> None:
    """Begin to queue a scan, and do not wait for it."""
    await window.page.evaluate("(item) => { station.queue.put([item]); }", scan(number))


async def killed_at_each_step(window: Any, line: Line, numbers: list[str], die: Callable[[], Awaitable[None]]) -> int:
    """Put five scans and die once at each step of their way; return how many the device holds to be kept."""

    async def reborn() -> None:
        await die()
        await window.open("/station")
        await window.page.wait_for_selector(".tiles")

    # Before it is kept: nothing was said, nothing is there, and the hand does it again.
    await window.page.evaluate("""() => { navigator.locks.request("station-queue", () => new Promise(() => {})); }""")
    await started_put(window, numbers[0])
    await reborn()
    assert await state(window) == {"counter": 0, "waits": [], "done": []}
    await put(window, scan(numbers[0]))
    await empty(window)

    # Kept, and not yet sent.
    await line.cut()
    await put(window, scan(numbers[1]), scan(numbers[2]))
    await reborn_offline(window, die)
    assert (await state(window))["waits"] == [2, 3]
    await line.mend()
    await empty(window)

    # On its way.
    line.hold()
    asked = len(line.asked)
    await put(window, scan(numbers[3]))
    await line.heard(asked=asked + 1)
    await die()
    line.release()
    await reborn_offline(window, None)
    await empty(window)

    # Done there, the answer not heard here.
    line.hold(after=True)
    answered = len(line.answers)
    await put(window, scan(numbers[4]))
    await line.heard(answered=answered + 1)
    await die()
    line.release()
    await reborn_offline(window, None)
    await empty(window)
    return 5


async def reborn_offline(window: Any, die: Callable[[], Awaitable[None]] | None) -> None:
    if die:
        await die()
    await window.open("/station")
    await window.page.wait_for_selector(".tiles")


async def test_a_tab_killed_at_each_step_loses_no_act_and_doubles_none(look, gate, line, numbers) -> None:
    window = await begun(look)
    await ready(window)

    n = await killed_at_each_step(window, line, numbers, lambda: killed_tab(window))

    await must_be_whole(window, gate, numbers[:n])


async def test_a_browser_killed_at_each_step_loses_no_act_and_doubles_none(
    gate, line, numbers, chromium: str, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    async with async_playwright() as playwright:

        async def launched() -> BrowserContext:
            context = await playwright.chromium.launch_persistent_context(
                profile, executable_path=chromium, args=list(FLAGS), locale="vi-VN"
            )
            context.set_default_timeout(PATIENCE)
            return context

        async def look(**_: Any) -> Look:
            context = await launched()
            return Look(line.url, context, context.pages[0], gate)

        window = await begun(look)
        await ready(window)

        async def die() -> None:
            await killed_process(window.context, profile)
            window.context = await launched()
            window.page = window.context.pages[0]

        n = await killed_at_each_step(window, line, numbers, die)
        await must_be_whole(window, gate, numbers[:n])
        await window.context.close()


async def killed_process(context: BrowserContext, profile: Path) -> None:
    """End a browser as a dead battery does."""
    closed = asyncio.Event()
    context.on("close", lambda _: closed.set())
    os.kill(int(os.readlink(profile / "SingletonLock").rpartition("-")[2]), signal.SIGKILL)
    await closed.wait()


# --- a gateway that is down, or dies ----------------------------------------------------------------------------------


class Gateway:
    """A gateway in a process of its own, on the data of the house."""

    def __init__(self, folder: Path, settings: str, port: int) -> None:
        self.url, self._port = f"http://127.0.0.1:{port}", port
        self._environment = {**os.environ, "POSTGW_SETTINGS": str(folder / "settings.toml")}
        (folder / "settings.toml").write_text(settings, "utf-8")
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it says where it is."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "postgw", "serve", "--port", str(self._port), env=self._environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdout
        assert await self._process.stdout.readline()

    async def end(self, how: signal.Signals) -> None:
        """Ask it to end, or kill it."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(gate: Any, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Gateway]:
    """Give the gateway as `postgw serve` runs it, beside the house that looks at its data."""
    house = Gateway(tmp_path, settings_for(sqlite_url), free_port())
    await house.start()
    yield house
    await house.end(signal.SIGKILL)


_STOP = {"kind": "stop", "body": {"desk": "TS"}}


async def test_a_gateway_that_is_down_for_the_shift_and_dies_in_a_batch_has_all_in_the_end(
    chrome: Browser, gate, gateway, numbers
) -> None:
    context = await chrome.new_context(locale="vi-VN")
    context.set_default_timeout(PATIENCE)
    async with lined(gateway.url) as line:

        async def look(**_: Any) -> Look:
            return Look(line.url, context, await context.new_page(), gate)

        window = await begun(look)
        await ready(window)
        await line.cut()
        await gateway.end(signal.SIGTERM)
        for number in numbers:
            await put(window, scan(number, "collected"))
        await put(window, *(each for one in numbers for each in (scan(one), scan(one, "departed"), _STOP) * 3))
        n = 10 * len(numbers)
        waits = (await state(window))["waits"]
        shown = await window.page.text_content("[data-net] [data-slot=word]")
        await gateway.start()
        await line.mend()
        await window.page.evaluate("dispatchEvent(new Event('online'))")
        await line.heard(asked=2)
        line.hold()  # what comes after this batch goes no further, so that it dies before all is done
        while len(await acts(gate)) <= 50:
            await asyncio.sleep(0.005)
        await gateway.end(signal.SIGKILL)
        at_its_death = len(await acts(gate))
        await line.cut()
        line.release()
        await gateway.start()
        await line.mend()
        await empty(window)

    assert (waits, shown.startswith("Mất mạng từ")) == (list(range(1, n + 1)), True)
    assert at_its_death < n, "it died too late"
    assert [counter for counter, _ in await acts(gate)] == list(range(1, n + 1))
    assert {verdict for _, verdict in await acts(gate)} <= {"accepted", "known"}
    assert await scanned(gate) == {number: ["collected", *["arrived", "departed"] * 3] for number in numbers}
    await context.close()
