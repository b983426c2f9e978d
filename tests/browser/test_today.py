"""The desk's day in a real browser: worked by keyboard, kept fresh, honest when the wire to it breaks, no barrier."""

from __future__ import annotations

import os

import pytest

from postgw.web.keys import STREAMS

from .barriers import violations

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("POSTGW_PICTURES", "")
SCOPES = ("enquiry", "booking", "labels", "handover", "intake", "money", "cases")


async def wrongs(window, name: str) -> list[str]:
    """Return what axe finds on the page, and by how much it is wider than its window."""
    if PICTURES:
        width = window.page.viewport_size["width"]
        await window.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    found = await violations(window.page)
    width = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barriers = [f"{name} {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return barriers + [f"{name} wider by {width}"] * (width > 0)


async def test_the_day_is_worked_by_keyboard_and_stays_fresh(look, gate) -> None:
    gate.client.app[STREAMS].every = 0.1
    window = await look()
    await window.sign_in(*SCOPES, unit="TS")
    page = window.page
    await page.wait_for_selector("#fresh .st:visible >> text=Cập nhật liên tục")
    before = await page.inner_text('a.n[href="/desk/day/result"]')
    await page.focus('a.n[href="/desk/day/result"]')
    for _ in range(2):
        await gate.consignment()
    await page.wait_for_function(
        "n => document.querySelector('a.n[href=\"/desk/day/result\"]').textContent != n", arg=before
    )
    focused = await page.evaluate("document.activeElement.getAttribute('href')")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/day/result")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/consignments/*")
    await page.keyboard.press("/")
    await page.keyboard.type("diễn tập nguyen")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/find")
    found = await page.inner_text("h1")

    assert focused == "/desk/day/result"
    assert found.startswith("Tìm thấy")
    assert window.wrong == []


async def test_what_a_finger_pressed_is_followed_though_the_figures_change_meanwhile(look, gate) -> None:
    gate.client.app[STREAMS].every = 0.1
    window = await look()
    await window.sign_in(*SCOPES, unit="TS")
    page, link = window.page, window.page.locator('a.n[href="/desk/day/result"]')
    await page.wait_for_selector("#fresh .st:visible >> text=Cập nhật liên tục")
    before = await link.inner_text()
    await link.hover()
    await page.mouse.down()
    async with page.expect_response("**/desk/live/part") as changed:
        await gate.consignment()
    await (await changed.value).finished()
    await window.drawn()
    under_the_finger = await link.inner_text()
    await page.mouse.up()
    await page.wait_for_url("**/desk/day/result")

    assert under_the_finger == before
    assert window.wrong == []


async def test_a_broken_wire_is_said_with_its_age_and_mends_by_itself(look, gate) -> None:
    streams = gate.client.app[STREAMS]
    streams.every = 3600
    window = await look()
    page = window.page
    await page.clock.install()
    await window.sign_in(*SCOPES, unit="TS")
    await page.wait_for_selector("#fresh .st:visible >> text=Cập nhật liên tục")
    await page.clock.fast_forward("03:10")
    await page.wait_for_selector("#fresh [data-s=offline]:visible")
    lost = await page.inner_text("#fresh")

    assert "Mất kết nối" in lost
    assert "số liệu của 3 phút trước" in lost
    assert await page.is_visible("text=Xem số liệu mới")

    streams.close()
    streams._closed = False
    await page.wait_for_selector("#fresh .st:visible >> text=Cập nhật liên tục")


async def test_without_a_script_the_page_says_its_age_and_how_to_renew_it(look, gate) -> None:
    window = await look(scripts=False)
    await window.sign_in(*SCOPES, unit="TS")

    assert "số liệu lúc 09:00:00" in await window.page.inner_text("#fresh")
    await window.page.click("text=Xem số liệu mới")
    assert await window.page.inner_text("h1") == "Hôm nay, thứ Hai 23/11"


@pytest.mark.parametrize("width", [1366, 390, 320])
async def test_the_day_its_lists_and_the_search_have_no_barrier(look, gate, width: int) -> None:
    window = await look(width=width, height=844)
    await window.sign_in(*SCOPES, unit="TS")
    found = []
    for language in ("vi", "en"):
        for name, path in (
            ("day", "/desk"), ("list", "/desk/consignments"), ("behind", "/desk/day/result"),
            ("empty", "/desk/consignments?state=returned"), ("wall", "/desk/wall"),
        ):  # fmt: skip
            await window.open(f"{path}{'&' if '?' in path else '?'}l={language}")
            found += await wrongs(window, f"{name}-{language}")
        for name, typed in (("found", "nguyen"), ("meant", gate.numbers[0][:-1] + "0"), ("nobody", "không có ai")):
            await window.page.fill(".find [name=q]", typed)
            async with window.page.expect_navigation():
                await window.page.press(".find [name=q]", "Enter")
            found += await wrongs(window, f"{name}-{language}")

    assert (found, window.wrong) == ([], [])
