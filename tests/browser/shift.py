"""A shift at the station: begun in a window, acts put into its queue, the queue emptied."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

OFFICE = "480000"
PIN = "2468"


async def begun(look: Any, *, language: str = "vi", **size: Any) -> Any:
    """Open the station and begin a shift, in one of the languages."""
    window = await look(**{"width": 390, "height": 844, **size})
    await begin(window, language=language)
    return window


async def begin(window: Any, *, language: str = "vi") -> None:
    """Sign in at this window and begin a shift by keyboard."""
    await window.sign_in("scans", "delivery", "handover", "money", "labels", "enquiry", unit=OFFICE)
    if language != "vi":
        await window.open(f"/station?l={language}")
    for field, text in (("#s-device", "Máy tuyến 3"), ("#s-pin", PIN), ("#s-again", PIN)):
        await window.page.fill(field, text)
    await window.page.press("#s-again", "Enter")
    await window.page.wait_for_selector(".tiles")


async def go(window: Any, place: str, wanted: str) -> None:
    """Go to a screen and wait for a part of it: what the screen before has of the kind is not taken for it."""
    await window.page.evaluate(
        "(place) => { for (const one of document.getElementById('main').children) one.dataset.left = '';"
        " station.go(place); }",
        place,
    )
    await window.page.wait_for_selector("#main > [data-left]", state="detached")
    await window.page.wait_for_selector(wanted)


@asynccontextmanager
async def pressing(window: Any, what: str) -> AsyncIterator[None]:
    """Keep a finger on something for the length of the block, and see that it stays there until the finger lets go."""
    pressed = await window.page.wait_for_selector(what)
    await pressed.scroll_into_view_if_needed()
    box = await pressed.bounding_box()
    await window.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await window.page.mouse.down()
    yield
    await window.drawn()
    assert await pressed.bounding_box() == box
    await window.page.mouse.up()


async def put(window: Any, *items: dict[str, Any]) -> list[int]:
    """Queue acts as a screen does; return their counters."""
    kept = await window.page.evaluate(
        "async (items) => (await station.queue.put(items)).map((each) => each.counter)", list(items)
    )
    return list(kept)


def scan(number: str, code: str = "arrived") -> dict[str, Any]:
    return {"kind": "scan", "body": {"number": number, "code": code}}


async def empty(window: Any) -> None:
    """Wait until nothing waits any more."""
    await window.page.evaluate(
        "async () => { while (await station.queue.waiting()) await new Promise((on) => setTimeout(on, 30)); }"
    )


async def kept(gate: Any) -> list[tuple[int, str, str]]:
    """Return counter, kind and verdict of each act that the gateway answered."""
    rows = await gate.house.database.reading.rows("SELECT * FROM device_act ORDER BY counter")
    return [(row["counter"], row["kind"], row["verdict"]) for row in rows]
