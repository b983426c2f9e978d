"""Whatever breaks, and whenever: no act of a device is lost, none done twice, nothing shown as kept that is not.

The browser is real, the gateway is real; between them lies a line that can be cut, and that can lose an answer.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from gzip import compress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from postgw.domain.actor import GATEWAY
from postgw.web.pages import assets

from ..servers import free_port
from ..web.conftest import settings_for
from .conftest import _FLAGS, Look
from .line import Line, lined
from .test_station_shift import PIN, begun, put, scan
from .test_station_shift import empty as emptied

#: A device whose clock runs ahead.
_CLOCK = """(() => { const real = Date; self.Date = class extends real {
  constructor(...given) { if (given.length) super(...given); else super(real.now() + AHEAD); }
  static now() { return real.now() + AHEAD; }
}; })()"""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


async def state(window: Any) -> dict[str, Any]:
    """Return what the device holds: the counter, what waits, and the answers."""
    told: dict[str, Any] = await window.page.evaluate(
        """async () => ({
          counter: await station.store.get("state", "counter") ?? 0,
          waits: await station.store.keys("queue"),
          done: (await station.store.all("done")).map((each) => [each.counter, each.answer.verdict]),
        })"""
    )
    return told


async def scanned(gate: Any) -> dict[str, list[str]]:
    """Return what devices scanned of each item, in the order in which it happened."""
    rows = await gate.house.database.reading.rows(
        "SELECT c.consignment_no, s.code FROM scan s JOIN consignment c ON c.id = s.consignment_id"
        " WHERE s.source LIKE 'device:TB%' ORDER BY s.occurred_at, s.id"
    )
    told: dict[str, list[str]] = {}
    for row in rows:
        told.setdefault(row["consignment_no"], []).append(row["code"])
    return told


async def acts(gate: Any) -> list[tuple[int, str]]:
    """Return the acts that the gateway answered."""
    rows = await gate.house.database.reading.rows("SELECT counter, verdict FROM device_act ORDER BY device_no, counter")
    return [(row["counter"], row["verdict"]) for row in rows]


async def empty(window: Any) -> None:
    """Say that there is a signal, and wait until nothing waits any more."""
    await window.page.evaluate("dispatchEvent(new Event('online'))")
    await emptied(window)


async def ready(window: Any) -> None:
    """Wait until the page is served by its worker."""
    await window.until("navigator.serviceWorker.controller !== null")


async def asked_for_pin(window: Any) -> None:
    await window.page.wait_for_selector("#l-pin")


async def unlock(window: Any) -> None:
    """Open the locked shift."""
    await window.page.fill("#l-pin", PIN)
    await window.page.press("#l-pin", "Enter")
    await window.page.wait_for_selector(".tiles")


# --- killed at each step ----------------------------------------------------------------------------------------------


async def killed_tab(window: Any) -> None:
    """Kill the tab, and open the page again."""
    await window.page.close()
    window.page = await window.context.new_page()


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


async def must_be_whole(window: Any, gate: Any, numbers: list[str]) -> None:
    """See that each scan is there, once, under counters without a gap, and that the device knows it."""
    n = len(numbers)
    assert await scanned(gate) == {number: ["arrived"] for number in numbers}
    assert await acts(gate) == [(counter, "accepted") for counter in range(1, n + 1)]
    assert await state(window) == {
        "counter": n, "waits": [], "done": [[counter, "accepted"] for counter in range(1, n + 1)]
    }  # fmt: skip


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
            return await playwright.chromium.launch_persistent_context(
                profile, executable_path=chromium, args=list(_FLAGS), locale="vi-VN"
            )

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


# --- two devices, and clocks ------------------------------------------------------------------------------------------


async def put_at(window: Any, number: str, code: str, minutes_ago: int) -> None:
    """Queue a scan that was done a while ago."""
    await window.page.evaluate(
        "async ([item, ago]) => { await station.queue.put([{ ...item, at: new Date(Date.now() - ago * 60000) }]); }",
        [scan(number, code), minutes_ago],
    )


async def test_two_devices_on_one_item_are_both_told_and_what_happened_first_stands_first(
    look, gate, line, numbers
) -> None:
    async with lined(line.upstream) as other_line:
        one, other = await begun(look), await begun(look, end=other_line)
        await line.cut()
        await put_at(one, numbers[0], "collected", 30)
        await put_at(one, numbers[0], "arrived", 20)
        await put_at(other, numbers[0], "arrived", 19)
        await put_at(other, numbers[0], "out_for_delivery", 5)
        await empty(other)
        before = await scanned(gate)
        await line.mend()
        await empty(one)

    kept = await (await gate.get(f"/api/v1/consignments/{numbers[0]}")).json()
    assert before == {numbers[0]: ["arrived", "out_for_delivery"]}
    assert await scanned(gate) == {numbers[0]: ["collected", "arrived", "arrived", "out_for_delivery"]}
    assert kept["custody"]["state"] == "out_for_delivery"
    assert [verdict for window in (one, other) for _, verdict in (await state(window))["done"]] == ["accepted"] * 4


@pytest.mark.parametrize("days", [1, -1])
async def test_a_clock_that_is_off_by_a_day_is_mended_and_pointed_out(look, gate, line, numbers, days: int) -> None:
    gate.clock[0] = datetime.now(UTC)
    window = await begun(look, ahead=86_400 * days, service_workers="block")
    await line.cut()
    done_at = datetime.now(UTC)
    await put(window, scan(numbers[0]))
    gate.clock[0] = datetime.now(UTC)
    await line.mend()
    await empty(window)

    [row] = await gate.house.database.reading.rows("SELECT * FROM scan WHERE source LIKE 'device:TB%'")
    [device] = await gate.house.database.reading.rows("SELECT * FROM device")
    [answer] = await window.page.evaluate("station.store.all('done').then((all) => all.map((each) => each.answer))")
    occurred_at, device_at = (datetime.fromisoformat(str(row[name])) for name in ("occurred_at", "device_at"))
    assert abs(occurred_at.replace(tzinfo=UTC) - done_at) < timedelta(hours=1)
    assert abs(device_at.replace(tzinfo=UTC) - done_at - timedelta(days=days)) < timedelta(hours=1)
    assert abs(device["skew_seconds"] - 86_400 * days) < 3600
    assert (answer["verdict"], answer["flags"]) == ("accepted", ["clock_skew"])


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


async def test_a_gateway_that_is_down_for_the_shift_and_dies_in_a_batch_has_all_in_the_end(
    chrome: Browser, gate, gateway, numbers
) -> None:
    context = await chrome.new_context(locale="vi-VN")

    async def look(**_: Any) -> Look:
        return Look(gateway.url, context, await context.new_page(), gate)

    window = await begun(look)
    await ready(window)
    await gateway.end(signal.SIGTERM)
    for number in numbers:
        await put(window, scan(number, "collected"))
    await put(window, *(each for number in numbers for each in (scan(number), scan(number, "departed"), _STOP) * 3))
    n = 10 * len(numbers)
    waits = (await state(window))["waits"]
    shown = await window.page.text_content("[data-net] [data-slot=word]")
    await gateway.start()
    while len(await acts(gate)) < 4 * len(numbers):
        await asyncio.sleep(0.005)
    await gateway.end(signal.SIGKILL)
    at_its_death = len(await acts(gate))
    await gateway.start()
    await empty(window)

    assert (waits, shown.startswith("Mất mạng từ")) == (list(range(1, n + 1)), True)
    assert at_its_death < n, "it died too late"
    assert [counter for counter, _ in await acts(gate)] == list(range(1, n + 1))
    assert {verdict for _, verdict in await acts(gate)} <= {"accepted", "known"}
    assert await scanned(gate) == {number: ["collected", *["arrived", "departed"] * 3] for number in numbers}
    await context.close()


_STOP = {"kind": "stop", "body": {"desk": "TS"}}


async def test_answers_lost_again_and_again_and_a_sending_by_many_at_once_do_each_act_once(
    look, gate, line, numbers
) -> None:
    window = await begun(look)
    await ready(window)
    line.lose = 3
    await put(window, *(scan(number) for number in numbers[:3]))
    await empty(window)
    lost = len(line.asked)

    held = line.hold()
    await put(window, scan(numbers[3]), {"kind": "stop", "body": {"desk": "TS"}})
    await line.heard(asked=lost + 1)
    many = asyncio.ensure_future(window.page.evaluate(_SAME_AT_ONCE, 3))
    await line.heard(asked=lost + 4)
    held.set()
    told = await many
    line.release()
    await empty(window)

    assert lost >= 4
    assert [[each["verdict"] for each in answers] for answers in told] == [["accepted", "accepted"]] * 3
    await must_be_whole_of(gate, window, {number: ["arrived"] for number in numbers[:4]}, 5)


#: Send what waits without asking for the lock that keeps page and worker apart.
_SAME_AT_ONCE = """async (n) => {
  const device = await station.store.get("keys", "device");
  const acts = (await station.store.all("queue")).map((each) => each.sealed);
  const body = JSON.stringify({ device: device.device_no, sent_at: new Date().toISOString(), waiting: 0, acts });
  const send = () => fetch("/station/acts", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const told = await Promise.all(Array.from({ length: n }, send));
  return Promise.all(told.map(async (each) => (await each.json()).answers));
}"""


async def must_be_whole_of(gate: Any, window: Any, wanted: dict[str, list[str]], n: int) -> None:
    assert await scanned(gate) == wanted
    assert await acts(gate) == [(counter, "accepted") for counter in range(1, n + 1)]
    assert (await state(window))["waits"] == []


# --- a full disk ------------------------------------------------------------------------------------------------------

_FILL = """async () => {
  for (const size of [30000, 3000]) {
    try {
      for (let n = 0; ; n++) {
        await station.store.put("state", crypto.getRandomValues(new Uint8Array(size)), `fill-${size}-${Math.random()}`);
      }
    } catch (error) {
      if (!(error instanceof station.Full)) throw error;
    }
  }
}"""
_PUT_UNTIL_FULL = """async (numbers) => {
  const kept = [];
  for (let n = 0; ; n++) {
    try {
      const number = numbers[n % numbers.length];
      await station.queue.put([{ kind: "scan", body: { number, code: "arrived", note: "x".repeat(500) } }]);
      kept.push(number);
    } catch (error) {
      return { kept, why: error.constructor === station.Full };
    }
  }
}"""
_ROOM = """async () => {
  for (const key of await station.store.keys("state")) {
    if (String(key).startsWith("fill")) await station.store.remove("state", key);
  }
}"""


async def test_a_full_disk_warns_keeps_some_more_then_refuses_aloud_and_shows_nothing_as_kept_that_is_not(
    look, gate, line, numbers
) -> None:
    window = await begun(look, disk=3_000_000, service_workers="block")
    await line.cut()
    await window.page.evaluate(_FILL)
    await put(window, scan(numbers[0], "collected"))
    near = await window.page.get_attribute("[data-full]", "data-s")
    await window.page.evaluate(_FILL)
    told = await window.page.evaluate(_PUT_UNTIL_FULL, numbers)
    held = await state(window)
    aloud = await window.page.inner_text("[data-full][role=alert]:not([hidden])")
    shown = await window.page.evaluate("station.queue.waiting()")
    n = 1 + len(told["kept"])
    await line.mend()
    await empty(window)
    sent = await acts(gate)
    await window.page.evaluate(_ROOM)
    await put(window, scan(numbers[0], "departed"))
    await empty(window)
    await window.page.wait_for_selector("[data-full]", state="hidden")

    assert (near, told["why"], "CHƯA được giữ" in aloud) == ("warn", True, True)
    assert (held["counter"], held["waits"], shown) == (n, list(range(1, n + 1)), n)
    assert [counter for counter, _ in sent] == list(range(1, n + 1))
    assert [counter for counter, _ in await acts(gate)] == list(range(1, n + 2))
    wanted = Counter(told["kept"])
    wanted.update([numbers[0], numbers[0]])
    assert {number: len(codes) for number, codes in (await scanned(gate)).items()} == wanted


# --- the sign-in and the PIN ------------------------------------------------------------------------------------------


async def typed(window: Any, text: str) -> str:
    """Type at the speed of a scanner into the field that has the hand, and Enter; return what is said."""
    await window.page.focus("#l-pin")
    await window.page.keyboard.type(text)
    await window.page.keyboard.press("Enter")
    await window.until("document.querySelector('#l-pin').value === ''")
    await window.page.wait_for_selector("[data-wrong]:not([hidden]), .tiles")
    await window.page.wait_for_selector("form:not([aria-busy])")
    return str(await window.page.inner_text("[data-wrong]"))


async def test_what_waits_goes_out_whoever_is_signed_in_and_the_pin_is_asked_without_keeping_it_back(
    look, gate, line, numbers
) -> None:
    window = await begun(look)
    await ready(window)
    await line.cut()
    await put(window, scan(numbers[0]))
    gate.clock[0] += timedelta(hours=20)  # the sitting is over, and so is the shift
    await window.page.evaluate("station.keys.lock().then(station.show)")
    await asked_for_pin(window)
    await line.mend()
    await empty(window)
    [answer] = await window.page.evaluate("station.store.all('done').then((all) => all.map((each) => each.answer))")
    assert (answer["verdict"], "after_shift" in answer["flags"]) == ("accepted", True)
    assert await window.page.is_visible("#l-pin")

    bursts = [await typed(window, text) for text in ("EA473124829VN", "4K7M29TB6HC", "8934563138165") * 2]
    assert all("Nhập mã PIN để mở khoá trước" in said for said in bursts)
    await line.cut()
    await unlock(window)
    await put(window, scan(numbers[1]))
    await window.page.evaluate("station.keys.lock().then(station.show)")
    await asked_for_pin(window)
    left = [await typed(window, "1111") for _ in range(2)]
    await killed_tab(window)
    await window.open("/station")
    await asked_for_pin(window)
    left += [await typed(window, "1111") for _ in range(3)]
    assert ["còn 4" in left[0].lower(), "còn 3" in left[1].lower(), "còn 2" in left[2].lower()] == [True] * 3
    assert "Đăng nhập lại để mở ca" in left[4]

    await line.mend()
    await empty(window)
    await window.open("/station")
    await window.page.wait_for_selector("text=Đăng nhập bằng tài khoản")
    assert await scanned(gate) == {number: ["arrived"] for number in numbers[:2]}
    assert (await state(window))["counter"] == 2


# --- a device that was lost -------------------------------------------------------------------------------------------


async def test_a_lost_device_hands_its_queue_in_once_and_nothing_of_it_is_done(look, gate, line, numbers) -> None:
    window = await begun(look)
    await line.cut()
    await put(window, *(scan(number) for number in numbers[:3]))
    await gate.house.services.devices.revoke("TB-0001", reason="Mất ở chợ", actor=GATEWAY, at=gate.clock[0])
    await line.mend()
    await empty(window)
    held = await acts(gate)
    await put(window, scan(numbers[3]))
    await empty(window)
    reads = await window.page.evaluate(
        "Promise.all([station.snapshot.refresh(), station.snapshot.lookup('4K7M29TB6HC')])"
    )
    own_text = await window.page.evaluate("station.store.all('done').then((all) => all.map((each) => !!each.sealed))")
    await window.until("document.querySelector('[data-refused]').textContent.includes('4 việc chưa ghi được')")

    assert held == [(1, "held"), (2, "held"), (3, "held")]
    assert (await acts(gate), await scanned(gate)) == (held, {})
    assert (await state(window))["done"] == [[1, "held"], [2, "held"], [3, "held"], [4, "refused"]]
    assert own_text == [False, False, False, True]
    assert reads == [False, None]


# --- the worker of the page -------------------------------------------------------------------------------------------


async def sync_of_the_worker(window: Any) -> None:
    """Let the browser tell the page's worker that there is a signal."""
    blank = await window.context.new_page()
    talk = await window.context.new_cdp_session(blank)
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def hear(told: dict[str, Any]) -> None:
        ours = [each["registrationId"] for each in told["registrations"] if each["scopeURL"].startswith(window.base)]
        if ours and not found.done():
            found.set_result(ours[0])

    talk.on("ServiceWorker.workerRegistrationUpdated", hear)
    await talk.send("ServiceWorker.enable")
    told = {"origin": window.base, "registrationId": await found, "tag": "queue", "lastChance": False}
    await talk.send("ServiceWorker.dispatchSyncEvent", told)


async def caches(window: Any) -> list[str]:
    kept: list[str] = await window.page.evaluate("caches.keys()")
    return kept


async def test_the_worker_sends_after_the_tab_was_closed_and_the_page_opens_without_a_signal_in_both_languages(
    look, gate, line, numbers, monkeypatch
) -> None:
    window = await begun(look)
    await ready(window)
    await line.cut()
    await put(window, *(scan(number) for number in numbers[:3]))
    await window.page.close()
    await line.mend()
    await sync_of_the_worker(window)
    await line.heard(answered=1)
    window.page = await window.context.new_page()
    await window.open("/station")
    await empty(window)
    await must_be_whole(window, gate, numbers[:3])

    await line.cut()
    await window.open("/station")
    await window.page.wait_for_selector("text=Tuyến hôm nay")
    await line.mend()
    [vietnamese] = await caches(window)
    await window.open("/station?l=en")
    await window.page.evaluate(_ONLY_ANOTHER, vietnamese)
    await line.cut()
    await window.open("/station")
    await window.page.wait_for_selector("text=Today's route")
    assert await window.page.get_attribute("html", "lang") == "en"

    await line.mend()
    [english] = await caches(window)
    monkeypatch.setitem(assets._FILES, "station.css", b".station { --release: 2 }")
    monkeypatch.setattr(assets, "_packed", lambda name: compress(assets._FILES[name]))
    monkeypatch.setitem(assets._DIGESTS, "station.css", "0123456789ab")
    await window.open("/station")
    await window.page.evaluate(_ONLY_ANOTHER, english)
    await line.cut()
    await window.open("/station")
    await window.page.wait_for_selector(".tiles")
    assert await window.page.evaluate("getComputedStyle(document.body).getPropertyValue('--release').trim()") == "2"
    assert await state(window) == {"counter": 3, "waits": [], "done": [[n, "accepted"] for n in (1, 2, 3)]}


#: Wait until the worker of another release, or language, has put the one before away.
_ONLY_ANOTHER = """async (old) => {
  for (;;) {
    const kept = await caches.keys();
    if (kept.length === 1 && kept[0] !== old) return;
    await new Promise((on) => setTimeout(on, 30));
  }
}"""
