"""Whatever the line between a device and the gateway does, each act is done once, in the order in which it happened."""

from __future__ import annotations

import asyncio
from gzip import compress
from typing import Any

import pytest

from postgw.web.pages import assets

from ..line import lined
from ..shift import begun, put, scan
from .device import acts, empty, must_be_whole, ready, scanned, state

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
