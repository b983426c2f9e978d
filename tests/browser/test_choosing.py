"""The page behind a message's link and the public list in a real browser: no barrier, no sideways, no script needed."""

from __future__ import annotations

import pytest
import pytest_asyncio

from postgw.domain.secret_link import link_of
from postgw.storage import province
from postgw.storage.province import Unit

from .barriers import violations

pytestmark = pytest.mark.browser

#: WCAG 2.2, levels A and AA.
SIZES = [(1366, 768), (320, 640)]


async def barriers(window) -> list[str]:
    """Return what axe finds on the page."""
    found = await violations(window.page)
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


async def sideways(window) -> int:
    """Return by how much the page is wider than its window."""
    width: int = await window.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


@pytest_asyncio.fixture(loop_scope="session")
async def links(gate) -> dict[str, str]:
    """Give the addresses of messages about what was missed, what is over and what a choice was made for."""
    office = Unit(
        code="480000", kind="office", name="Bưu điện trung tâm thành phố Hà Tĩnh và các xã phụ cận",
        address="Số 6 đường Trần Phú, phường Thành Sen, tỉnh Hà Tĩnh", phone="02393855555",
    )  # fmt: skip
    async with gate.house.database.writing() as tx:
        await province.put_units(tx, [office])
        secret = await province.link_secret(tx)
    missed, over, chosen, lost = gate.numbers[:4]
    for number in (missed, over, chosen, lost):
        await gate.scan(number, "attempted", reason="absent", office="480000")
    await gate.scan(over, "returned", office="480000")
    day = {"way": "deliver", "on": "2026-11-25", "window": "morning"}
    await gate.post(f"/api/v1/consignments/{chosen}/choice", day)
    await gate.scan(lost, "unclaimed", office="480000")
    await gate.post(f"/api/v1/consignments/{lost}/undeliverable", {"ground": "sender_silent"})
    names = {"missed": missed, "over": over, "chosen": chosen}
    return {name: "/c/" + link_of(secret, "choose", number) for name, number in names.items()}


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_pages_of_a_choice_have_no_barrier_and_stay_in_their_window(look, links, size) -> None:
    window = await look(width=size[0], height=size[1])
    found = []
    for path in (*links.values(), "/c/no-link", "/undeliverable", links["missed"] + "?l=en", "/undeliverable?l=en"):
        await window.open(path)
        found += [f"{path} {barrier}" for barrier in await barriers(window)] + [path] * (await sideways(window) > 0)

    assert (found, window.wrong) == ([], [])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_a_citizen_chooses_with_a_thumb(look, links, scripts: bool) -> None:
    window = await look(width=390, height=844, scripts=scripts)
    await window.open(links["missed"])
    await window.page.check("#w-deliver")
    await window.page.select_option("#on", "2026-11-26")
    await window.page.check("#h-afternoon")
    async with window.page.expect_navigation():
        await window.page.click("button.main")

    said = " ".join((await window.page.inner_text(".chosen")).split())
    assert said == "Bạn đã chọn: bưu tá phát lại buổi chiều thứ Năm 26/11. Đổi được đến 17:00 thứ Tư 25/11."
    assert window.wrong == []


async def test_a_citizen_chooses_by_keyboard_alone(look, links) -> None:
    window = await look()
    await window.open(links["missed"])
    await window.page.focus("#w-deliver")
    for key in ("Space", "ArrowDown"):
        await window.page.keyboard.press(key)
    await window.page.focus("button.main")
    async with window.page.expect_navigation():
        await window.page.keyboard.press("Enter")

    assert "đến nhận tại bưu cục" in await window.page.inner_text(".chosen")


async def test_everything_to_press_is_as_large_as_a_thumb(look, links) -> None:
    window = await look(width=320, height=640)
    await window.open(links["missed"])
    small = await window.page.evaluate(
        "[...document.querySelectorAll('.choose .pick, .choose select, .choose button')]"
        ".filter(each => each.getBoundingClientRect().height < 44).map(each => each.outerHTML.slice(0, 80))"
    )

    assert small == []
