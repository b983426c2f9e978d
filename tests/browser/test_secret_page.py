"""The citizen's own page in a real browser: no barrier, no sideways scrolling, no script, fit to print."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import pytest_asyncio

from postgw.domain.actor import GATEWAY
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.time_limit import Zone
from postgw.storage import calendar, consignments, dossiers, province, secret_pages

from .test_pages import DESKTOP, NARROW, barriers, sideways

pytestmark = pytest.mark.browser

OFFICE = "480000"


@pytest_asyncio.fixture(loop_scope="session")
async def links(gate) -> dict[str, str]:
    """Give the addresses of pages under way, missed, held, lost and waiting for the agency."""
    zone = Zone(commune_code="18628", area="Huyện Kỳ Anh", province="42")
    route = Route(office=OFFICE, route_no="1", name="Kỳ Lạc", places=(RoutePlace(commune_code="18628"),))
    await gate.house.services.delivery_routes.make(route, actor=GATEWAY, at=gate.clock[0])
    async with gate.house.database.writing() as tx:
        await calendar.put_zones(tx, [zone], valid_from=date(2017, 8, 15), author="test", reason="test")
        await province.begin(tx, rehearsal=True, at=gate.clock[0])
    held, missed, under_way, out, lost = gate.numbers
    await gate.scan(missed, "attempted", office=OFFICE, reason="absent")
    await gate.scan(held, "held", office=OFFICE)
    key = (await gate.sent(service_form="return", due_on="2026-11-27"))["key"]
    numbers = {"under way": under_way, "missed": missed, "held": held, "out": out, "lost": lost}
    async with gate.house.database.writing() as tx:
        found = {"with the agency": await dossiers.find(tx, key)}
        for name, number in numbers.items():
            consignment = await consignments.find(tx, number)
            assert consignment
            found[name] = await dossiers.by_id(tx, consignment.dossier_id)
        return {
            name: await secret_pages.link_of(tx, kept, days=30, at=gate.clock[0])
            for name, kept in found.items()
            if kept
        }


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=str)
async def test_the_page_has_no_barrier_and_stays_in_its_window(look, links, size) -> None:
    window = await look(width=size[0], height=size[1])
    found = []
    for path in (*links.values(), links["under way"] + "?l=en", links["missed"] + "?l=en", "/m/no-link"):
        await window.open(path)
        found += [f"{path} {each}" for each in await barriers(window)] + [path] * (await sideways(window) > 0)

    assert (found, window.wrong) == ([], [])


async def test_it_answers_first_without_a_script_and_the_law_is_one_tap_away(look, links) -> None:
    window = await look(width=390, height=844, scripts=False)
    await window.open(links["under way"])
    page = window.page

    answer = page.locator("h1")
    assert (await answer.inner_text()).startswith("Đang trên đường đến Bưu điện Hà Tĩnh, dự kiến phát trước 17:00")
    box = await answer.bounding_box()
    assert box
    assert box["y"] + box["height"] < 844  # on the first screen
    assert not await page.locator("details p").is_visible()
    await page.click("summary")
    assert await page.locator("details p").is_visible()
    summary = await page.locator("summary").bounding_box()
    call = await page.locator("a.tel").first.bounding_box()
    assert summary
    assert call
    assert min(summary["height"], call["height"]) >= 52


async def test_the_age_of_the_news_turns_by_the_clock_alone(look, links, gate) -> None:
    window = await look(width=390, height=844, scripts=False)
    said = []
    for hours in (1, 5, 26):
        gate.clock[0] += timedelta(hours=hours)
        await window.open(links["under way"])
        said.append(await window.page.inner_text(".age b"))

    assert said == ["Tin còn mới.", "Chậm tin.", "Lâu chưa có tin."]


async def test_on_paper_the_law_is_open_and_no_way_out_is_drawn(look, links) -> None:
    window = await look(width=720, height=1000)
    await window.page.emulate_media(media="print")
    await window.open(links["under way"])
    page = window.page

    seen = [await page.locator(each).first.is_visible() for each in ("details p", ".printed", "footer nav", ".skip")]
    pressed = "each => [getComputedStyle(each).textDecorationLine, getComputedStyle(each).listStyleType]"

    assert seen == [True, True, False, False]
    assert await page.locator(".answer summary").first.evaluate(pressed) == ["none", "none"]
    assert (
        await page.evaluate(
            "[...document.links].filter(each => each.checkVisibility()"
            " && getComputedStyle(each).textDecorationLine !== 'none').length"
        )
        == 0
    )
