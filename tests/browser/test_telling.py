"""How to be told, and shutting links, in a real browser: no barrier, no sideways, no script needed."""

from __future__ import annotations

import pytest
import pytest_asyncio

from postgw.storage import consignments, dossiers, secret_pages

from .test_choosing import SIZES, barriers, sideways

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(loop_scope="session")
async def link(gate) -> str:
    """Give the address of a citizen's page."""
    async with gate.house.database.writing() as tx:
        found = await consignments.find(tx, gate.numbers[0])
        assert found
        kept = await dossiers.by_id(tx, found.dossier_id)
        return await secret_pages.link_of(tx, kept, days=30, at=gate.clock[0])


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_pages_have_no_barrier_and_stay_in_their_window(look, link, size) -> None:
    window = await look(width=size[0], height=size[1])
    found = []
    for path in (link + "/messages", link + "/messages?kept=1&l=en", link + "/lock?l=vi", "/locked?l=en"):
        await window.open(path)
        found += [f"{path} {barrier}" for barrier in await barriers(window)] + [path] * (await sideways(window) > 0)

    assert (found, window.wrong) == ([], [])


async def test_without_scripts_a_thumb_stops_the_messages_and_shuts_the_links(look, link) -> None:
    window = await look(width=390, height=844, scripts=False)
    await window.open(link + "/messages")
    await window.page.check("#w-none")
    async with window.page.expect_navigation():
        await window.page.click("button.main")
    assert "Bạn đang không nhận tin nhắn" in await window.page.inner_text("h1")

    await window.open(link + "/lock")
    async with window.page.expect_navigation():
        await window.page.click("button.main")
    assert window.page.url.endswith("/locked")
    assert "Đã khoá các đường dẫn cũ." in await window.page.inner_text("h1")
    await window.open(link)
    assert "không" in await window.page.inner_text("h1")
    assert window.wrong == []


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=str)
async def test_the_desks_page_of_messages_has_no_barrier(look, gate, link, size) -> None:
    await gate.scan(gate.numbers[0], "attempted", reason="absent", office="480000")
    services = gate.house.services
    while await services.notices.send_due(at=gate.clock[0]) + await services.messaging.send_due(at=gate.clock[0]):
        pass
    window = await look(width=size[0], height=size[1])
    await window.sign_in("enquiry", "intake", "labels")
    async with gate.house.database.writing() as tx:
        found = await consignments.find(tx, gate.numbers[0])
        assert found
        key = (await dossiers.by_id(tx, found.dossier_id)).dossier.key
    wrong = []
    for path in (f"/desk/dossiers/{key}/messages", f"/desk/dossiers/{key}/messages?l=en", f"/desk/dossiers/{key}?l=vi"):
        await window.open(path)
        wrong += [f"{path} {barrier}" for barrier in await barriers(window)] + [path] * (await sideways(window) > 0)

    assert (wrong, window.wrong) == ([], [])
