"""Registering on a phone without any script, and deciding at the desk by the keyboard; no barrier on either side."""

from __future__ import annotations

import pytest

from postgw.domain.one_time_code import reckoned
from postgw.storage import dossiers, province, secret_pages

from .barriers import violations

pytestmark = pytest.mark.browser

DESKTOP, PHONE, NARROW = (1366, 768), (390, 844), (320, 640)
PNG = b"\x89PNG\r\n\x1a\n a picture"


async def faults(window) -> list[str]:
    """Return what axe finds, and whether the page is wider than its window."""
    found = await violations(window.page)
    wide = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barriers = [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return barriers + ["sideways"] * (wide > 0)


def surprises(window) -> list[str]:
    """Return what went wrong beyond what a test means to: a form that is sent back."""
    return [each for each in window.wrong if "status of 422" not in each]


async def link_of(gate, **rest) -> str:
    """Return the page of a dossier whose citizen meant to fetch the result."""
    key = (await gate.sent(**{"service_form": "send", **rest}))["key"]
    async with gate.house.database.writing() as tx:
        kept = await dossiers.find(tx, key)
        assert kept is not None
        return str(await secret_pages.link_of(tx, kept, days=30, at=gate.clock[0]))


async def code_of(gate) -> str:
    session = gate.house.database.reading
    row = await session.row("SELECT max(id) AS id FROM one_time_code")
    digits: str = reckoned(await province.known_link_secret(session), row["id"])
    return digits


async def walk(window, gate, seen=None) -> None:
    """Walk the three steps as a thumb does; `seen` looks at each page."""
    page = window.page
    for fill in (
        (("#f-commune", "Kỳ"), ("#f-address", "Số 7")), (("#f-commune", "Kỳ Lạc"),),
        (), (("#f-code", "000000"),), (),
    ):  # fmt: skip
        if seen:
            await seen()
        for field, text in fill:
            await page.fill(field, text)
        if await page.locator("#f-consent").count():
            await page.select_option("#f-reduction", "poor_household")
            await page.check("#p-photo")
            await page.check("#f-consent")
        if await page.locator("#f-picture").count():
            await page.set_input_files("#f-picture", {"name": "giay.png", "mimeType": "image/png", "buffer": PNG})
            if not fill:
                await page.fill("#f-code", await code_of(gate))
        await window.follow("button.main")


async def test_a_citizen_registers_on_a_phone_without_a_script(look, gate) -> None:
    window = await look(width=PHONE[0], height=PHONE[1], scripts=False)
    await window.open(await link_of(gate) + "/register")
    await walk(window, gate)

    assert await window.page.inner_text("h1") == "Đã gửi, chờ bộ phận Một cửa xác nhận."
    row = await gate.house.database.reading.row("SELECT state, evidence FROM return_request")
    assert (row["state"], bytes(row["evidence"])) == ("asked", PNG)
    assert surprises(window) == []


@pytest.mark.parametrize(("size", "language"), [(NARROW, "en"), (DESKTOP, "vi")], ids=str)
async def test_no_step_and_no_state_has_a_barrier(look, gate, size, language: str) -> None:
    window, found = await look(width=size[0], height=size[1]), []

    async def seen() -> None:
        found.extend(await faults(window))

    token = await link_of(gate)
    await window.open(f"{token}/register?l={language}")
    await walk(window, gate, seen)
    await seen()
    for path in (
        f"{token}/address",
        f"{token}/register?again=1",
        f"{await link_of(gate, service_form='both')}/address",
    ):
        await window.open(path)
        await seen()

    assert (found, surprises(window)) == ([], [])


async def test_an_officer_decides_by_the_keyboard_with_the_paper_before_the_eyes(look, gate) -> None:
    citizen = await look(width=PHONE[0], height=PHONE[1], scripts=False)
    await citizen.open(await link_of(gate) + "/register")
    await walk(citizen, gate)
    window, found = await look(), []
    await window.sign_in("intake", "enquiry", "booking", unit="TS")
    for path in ("/desk/return-requests", "/desk/return-requests?list=decided&l=en", "/desk/return-requests?l=vi"):
        await window.open(path)
        found += await faults(window)
    await window.follow("text=DK-261123-0001")
    found += await faults(window)
    await window.page.click("form.names button")
    await window.page.wait_for_selector("img.evidence")
    found += await faults(window)
    async with window.page.expect_navigation():
        await window.page.keyboard.press("Control+Enter")
    await window.page.wait_for_selector("text=Đã quyết")
    found += await faults(window)
    narrow = await look(width=NARROW[0], height=NARROW[1])
    await narrow.sign_in("intake", "enquiry", unit="TS")
    for path in ("/desk/return-requests?list=decided", "/desk/return-requests/DK-261123-0001"):
        await narrow.open(path)
        found += await faults(narrow)

    assert (found, surprises(window)) == ([], [])
