"""What a device and the gateway hold of a shift, and what a test does to the device."""

from __future__ import annotations

from typing import Any

from ..shift import PIN
from ..shift import empty as emptied


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


async def killed_tab(window: Any) -> None:
    """Kill the tab, and open the page again."""
    await window.page.close()
    window.page = await window.context.new_page()


async def must_be_whole(window: Any, gate: Any, numbers: list[str]) -> None:
    """See that each scan is there, once, under counters without a gap, and that the device knows it."""
    n = len(numbers)
    assert await scanned(gate) == {number: ["arrived"] for number in numbers}
    assert await acts(gate) == [(counter, "accepted") for counter in range(1, n + 1)]
    assert await state(window) == {
        "counter": n, "waits": [], "done": [[counter, "accepted"] for counter in range(1, n + 1)]
    }  # fmt: skip
