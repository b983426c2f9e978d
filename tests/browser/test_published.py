"""The published pages in a real browser: no barrier, no sideways scrolling, no script needed, fit to print."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from postgw.domain.actor import SCOPES, Actor
from postgw.domain.price_list import Price
from postgw.rules.procedures import load_procedures
from postgw.storage import province

from .barriers import violations

pytestmark = pytest.mark.browser

SIZES = [(1366, 768), (390, 844), (320, 640)]
ADMIN = Actor(name="admin", scopes=frozenset(SCOPES))
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PATHS = [
    "/", "/procedures", "/procedures?list=excluded", "/procedures?q=khong+co", "/procedures/1.012783",
    "/procedures/1.000894", "/procedures/3.000722", "/tariff", "/quality", "/contacts", "/contacts?q=khong+co",
    "/procedures?l=en", "/procedures/1.012783?l=en", "/tariff?l=en", "/quality?l=en", "/contacts?l=en",
]  # fmt: skip


async def _with_prices(gate) -> None:
    rows = [Price(service="return", zone="in_district", price_dong=21_500)]
    today = date(2026, 11, 23)
    await gate.house.services.pricing.publish_prices(rows, valid_from=today, reason="CV", actor=ADMIN, at=AT)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_published_pages_have_no_barrier_and_stay_in_their_window(look, gate, size) -> None:
    await _with_prices(gate)
    window = await look(width=size[0], height=size[1])
    found = []
    for path in PATHS:
        await window.open(path)
        told = await violations(window.page)
        found += [f"{path} {each['id']}: {node['html'][:120]}" for each in told for node in each["nodes"]]
        wide = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is wider than its window"] * (wide > 0)

    assert (found, window.wrong) == ([], [])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_a_citizen_looks_a_procedure_up_and_reads_what_goes_in(look, scripts: bool) -> None:
    window = await look(width=390, height=844, scripts=scripts)
    await window.open("/")
    await window.follow("footer a[href='/procedures']")
    await window.page.fill("#q", "cap doi giay chung nhan")
    async with window.page.expect_navigation():
        await window.page.press("#q", "Enter")
    await window.follow(".entries a[href='/procedures/1.012783']")

    assert (await window.page.inner_text("h1")).startswith("Cấp đổi Giấy chứng nhận")
    assert "Giấy cũ nộp lại khi nhận kết quả." in await window.page.inner_text("table.leaf")
    assert window.wrong == []


async def test_the_prices_can_be_read_on_a_narrow_phone_without_losing_the_zone(look, gate) -> None:
    await _with_prices(gate)
    window = await look(width=320, height=640)
    await window.open("/tariff")
    own = await window.page.evaluate(
        "(box => box.scrollWidth - box.clientWidth)(document.querySelector('[aria-labelledby=creturn] .scroll'))"
    )
    sticks = await window.page.evaluate("getComputedStyle(document.querySelector('.leaf tbody th')).position")

    assert (own, sticks) == (0, "sticky")


async def test_on_paper_the_search_and_the_tabs_are_left_out(look) -> None:
    window = await look()
    await window.open("/procedures")
    await window.page.emulate_media(media="print")

    assert [await window.page.is_visible(part) for part in (".search", ".tabs", ".shelf", "h1")] == [
        False, False, False, True,
    ]  # fmt: skip


async def test_a_list_of_all_that_a_province_publishes_opens_at_once(look, gate) -> None:
    several = [replace(each, code=f"7.{n:06}") for n, each in enumerate(load_procedures() * 3)]
    async with gate.house.database.writing() as tx:
        await province.put_procedures(tx, several, author="test", reason="test")
    window = await look()
    await window.open("/procedures")

    assert await window.page.locator(".entries > li").count() == 60
