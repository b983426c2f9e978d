"""The page of the texts that citizens get, in a real browser: no barrier, and no wider than its window."""

from __future__ import annotations

import pytest

from .barriers import violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [(1366, 768), (390, 844), (320, 640)], ids=str)
async def test_the_texts_have_no_barrier_and_stay_in_their_window(look, size) -> None:
    window = await look(width=size[0], height=size[1])
    await window.sign_in("enquiry", "admin")
    found = []
    for path in ("/desk/messages", "/desk/messages?l=en"):
        await window.open(path)
        told = await violations(window.page)
        found += [f"{path} {each['id']}: {node['html'][:120]}" for each in told for node in each["nodes"]]
        wide = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is wider than its window"] * (wide > 0)

    assert (found, window.wrong) == ([], [])
