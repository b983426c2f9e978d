"""Whatever is wrong with a device, nothing that it kept is lost, and nothing is shown as kept that is not."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY

from ..shift import begun, put, scan
from .device import acts, asked_for_pin, empty, killed_tab, ready, scanned, state, unlock

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
    await window.until("document.querySelector('[data-refused]:not([hidden]) b')?.textContent === '4'")

    assert held == [(1, "held"), (2, "held"), (3, "held")]
    assert (await acts(gate), await scanned(gate)) == (held, {})
    assert (await state(window))["done"] == [[1, "held"], [2, "held"], [3, "held"], [4, "refused"]]
    assert own_text == [False, False, False, True]
    assert reads == [False, None]
