"""A real browser at a house that listens, furnished with what a day brings."""

from __future__ import annotations

import itertools
import os
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from postgw.bootstrap import opened_house
from postgw.settings import parse
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

from ..web import conftest as rooms

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
#: Milliseconds that a window waits for what a test asks of it: a browser that shares a busy machine is slow, not wrong.
PATIENCE = 120_000
_HERE = Path(__file__).parent
LONG_NAME = "Nguyễn Thị Thuỳ Dương Hoàng Ngọc Khánh Quỳnh Trường Nghĩa Phượng Uyển Thượng Nguyệt"


@dataclass
class Look:
    """A browser window, and whatever went wrong in it."""

    base: str
    context: BrowserContext
    page: Page
    gate: Any
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note every console error, every request to another house and every one that fails to load."""
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("console", lambda told: self._hear(told.type, told.text))
        self.page.on("request", lambda asked: self._must_stay(asked.url))

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "status of 40" not in text:
            self.wrong.append(f"console: {text}")

    def _must_stay(self, url: str) -> None:
        if not url.startswith(self.base):
            self.wrong.append(f"outside: {url}")

    async def open(self, path: str) -> None:
        """Open an address."""
        await self.page.goto(self.base + path)

    async def until(self, condition: str) -> None:
        """Wait in the page itself until something is so: the policy of our pages lets no text be run as a script."""
        await self.page.evaluate(
            f"async () => {{ while (!({condition})) await new Promise((on) => setTimeout(on, 20)); }}"
        )

    async def follow(self, what: str) -> None:
        """Click what leads to another page, and wait until that page is there."""
        async with self.page.expect_navigation():
            await self.page.click(what)

    async def stands_in(self, what: str) -> None:
        """Wait until a field has the focus: a browser gives it to the field of a new page when it first draws it."""
        await self.page.wait_for_selector(f"{what}:focus")

    async def drawn(self) -> None:
        """Wait until what the page has to draw is on the screen."""
        await self.page.evaluate("() => new Promise((on) => requestAnimationFrame(() => requestAnimationFrame(on)))")

    async def sign_in(self, *scopes: str, unit: str = "") -> None:
        """Sign in through the form."""
        token = await self.gate.token_for(*scopes, unit=unit)
        await self.open("/signin?by=token")
        await self.page.fill("#t", token)
        await self.page.press("#t", "Enter")
        await self.page.wait_for_url("**/desk" if unit != "480000" else "**/station")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chrome(chromium: str) -> AsyncIterator[Browser]:
    """Give Chromium without a screen: one for all tests, each of which opens windows of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture(scope="module", autouse=True)
def _who_signs_in_waits_for_nothing(quick_passwords: None) -> None:
    pass


@pytest.fixture
def more_settings() -> str:
    """Give what the settings say besides; a file of tests may say more."""
    return ""


@asynccontextmanager
async def _opened(url: str, more: str, token: str = "", serial: int = 0) -> AsyncIterator[Any]:
    """Open the door of a house, and furnish it unless there is a token already."""
    clock = [rooms.AT]
    async with opened_house(parse(rooms.settings_for(url) + more), clock=lambda: clock[0]) as house:
        token = token or await rooms.furnished(house)
        door = Door(clock=lambda: clock[0], per_minute={}, rehearsal=True)
        async with TestClient(TestServer(make_app(house.services, door=door, pages=pages()))) as client:
            yield rooms.Gate(house=house, client=client, token=token, clock=clock, _serial=itertools.count(serial))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def day(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, int, list[str]]:
    """Give a file with a day to copy, the token of everything, the next serial, and the day's numbers."""
    path = tmp_path_factory.mktemp("day") / "postgw.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with _opened(f"sqlite://{path}", "") as gate:
        numbers = await _a_day(gate, {**rooms.PERSON, "name": LONG_NAME})
        return path, gate.token, next(gate._serial), numbers


@pytest_asyncio.fixture(loop_scope="session")
async def gate(day: tuple[Path, str, int, list[str]], sqlite_url: str, more_settings: str) -> AsyncIterator[Any]:
    """Give the door of a house in which a few things have happened, one of them to somebody with a long name."""
    path, token, serial, numbers = day
    shutil.copyfile(path, sqlite_url.removeprefix("sqlite://"))
    async with _opened(sqlite_url, more_settings, token, serial) as gate:
        gate.numbers = list(numbers)
        yield gate


async def _a_day(gate: Any, person: dict[str, str]) -> list[str]:
    numbers = []
    for codes in (
        (),
        ("collected",),
        ("collected", "departed"),
        ("collected", "out_for_delivery"),
        ("collected", "lost"),
    ):
        key = (await gate.sent(applicant=person))["key"]
        made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
        numbers.append(made["consignment_no"])
        for code in codes:
            await gate.scan(made["consignment_no"], code)
    opened = {"desk": "TS", "office": "480000", "direction": "to_post", "numbers": numbers[:1]}
    await gate.post("/api/v1/manifests", opened)
    return numbers


@pytest_asyncio.fixture(loop_scope="session")
async def look(chrome: Browser, gate: Any) -> AsyncIterator[Callable[..., Any]]:
    """Give what opens a window of some size, with or without scripts."""
    contexts: list[BrowserContext] = []

    async def opened(*, width: int = 1366, height: int = 768, scripts: bool = True) -> Look:
        context = await chrome.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=scripts, locale="vi-VN"
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        window = Look(str(gate.client.make_url("/")).rstrip("/"), context, await context.new_page(), gate)
        window.watch()
        return window

    yield opened
    for context in contexts:
        await context.close()


# --- windows ----------------------------------------------------------------------------------------------------------

_WINDOWS = ("size", "width")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let all share the browser's loop; of a test in many windows keep two, unless POSTGW_EVERY_WINDOW asks for all.

    What holds in the widest and the narrowest has hardly ever failed between them, and each window costs seconds.
    """
    for item in items:
        if item.path.is_relative_to(_HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)  # the browser's
    if os.environ.get("POSTGW_EVERY_WINDOW"):
        return
    spread: dict[tuple[str, str], set[int]] = defaultdict(set)
    windows = {item: found for item in items if (found := _window(item))}
    for name, width, rest in windows.values():
        spread[name, rest].add(width)

    def is_between(item: pytest.Item) -> bool:
        name, width, rest = windows.get(item, ("", 0, ""))
        widths = spread.get((name, rest), {width})
        return min(widths) < width < max(widths)

    left_out = [item for item in items if is_between(item)]
    config.hook.pytest_deselected(items=left_out)
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]


def _window(item: pytest.Item) -> tuple[str, int, str] | None:
    """Return the function of a test, the width of its window, and its other parameters."""
    given = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    size = next((given.pop(name) for name in _WINDOWS if name in given), None)
    if size is None or not item.path.is_relative_to(_HERE):
        return None
    width = size[0] if isinstance(size, tuple) else size
    return f"{item.path}::{item.originalname}", int(width), repr(sorted(given.items(), key=str))  # type: ignore[attr-defined]
