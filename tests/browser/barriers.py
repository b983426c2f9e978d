"""What axe finds on a page: whatever keeps somebody with a screen reader, a keyboard or weak eyes from using it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

_AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # what is well is not written out: it takes four times as long
}


async def violations(page: Page) -> list[dict[str, Any]]:
    """Return each rule that is broken, with the places where."""
    await page.wait_for_load_state()
    await page.evaluate(_AXE)
    found: list[dict[str, Any]] = await page.evaluate(
        "async (rules) => (await axe.run(document, rules)).violations", _RULES
    )
    return found
