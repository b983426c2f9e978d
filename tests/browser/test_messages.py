"""The page of the texts that citizens get, in a real browser: no barrier, and no wider than its window."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.mark.parametrize("size", [(1366, 768), (390, 844), (320, 640)], ids=str)
async def test_the_texts_have_no_barrier_and_stay_in_their_window(look, size) -> None:
    window = await look(width=size[0], height=size[1])
    await window.sign_in("enquiry", "admin")
    found = []
    for path in ("/desk/messages", "/desk/messages?l=en"):
        await window.open(path)
        await window.page.evaluate(AXE)
        told = await window.page.evaluate("rules => axe.run(document, rules)", RULES)
        found += [f"{path} {each['id']}: {node['html'][:120]}" for each in told["violations"] for node in each["nodes"]]
        wide = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is wider than its window"] * (wide > 0)

    assert (found, window.wrong) == ([], [])
