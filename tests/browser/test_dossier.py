"""A dossier in a real browser: from the search to an act by keyboard, two officers at once, no barrier at any size."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from .barriers import violations

pytestmark = pytest.mark.browser

OFFICER = ("enquiry", "intake", "labels", "booking", "handover", "money", "cases", "evidence", "scans", "delivery")
#: Where pictures are kept for somebody who wants to look at them.
PICTURES = os.environ.get("POSTGW_PICTURES", "")


async def wrongs(window, name: str) -> list[str]:
    """Return what axe finds on the page, and by how much it is wider than its window."""
    if PICTURES:
        width = window.page.viewport_size["width"]
        await window.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    found = await violations(window.page)
    width = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barriers = [f"{name} {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return barriers + [f"{name} wider by {width}"] * (width > 0)


async def dossier_of(gate, number: str) -> str:
    row = await gate.house.database.reading.row(
        "SELECT d.dossier_no FROM dossier d JOIN consignment c ON c.dossier_id = d.id WHERE c.consignment_no = $1",
        number,
    )
    return str(row["dossier_no"])


async def sent_three_times(gate) -> str:
    """Return a dossier whose result was called off twice and is on its way again."""
    key = (await gate.sent())["key"]
    for issue in (1, 2, 3):
        made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
        if issue < 3:
            await gate.post(f"/api/v1/consignments/{made['consignment_no']}/cancel", {"reason": "wrong_data"})
    await gate.scan(made["consignment_no"], "collected")
    await gate.scan(made["consignment_no"], "attempted", reason="absent")
    return str(key)


async def complained(gate, number: str) -> None:
    answer = await gate.post("/api/v1/cases", {
        "case_id": "c-1", "number": number, "about": "loss", "statement": "Chưa nhận được.",
        "complainant_name": "Diễn Tập",
    })  # fmt: skip
    assert answer.status in {200, 201}, await answer.text()


@pytest.mark.parametrize("width", [1366, 390, 320])
async def test_every_kind_of_dossier_is_read_without_a_barrier_in_both_languages(look, gate, width) -> None:
    await complained(gate, gate.numbers[4])
    bare, again = (await gate.sent())["key"], await sent_three_times(gate)
    moving, lost = gate.numbers[2], await dossier_of(gate, gate.numbers[4])
    await gate.post(f"/api/v1/consignments/{gate.numbers[0]}/cancel", {"reason": "not_needed"})
    off = await dossier_of(gate, gate.numbers[0])
    of_moving = await dossier_of(gate, moving)
    window = await look(width=width, height=844)
    await window.sign_in(*OFFICER, unit="TS")
    found = []
    pages = {
        "bare": f"/desk/dossiers/{bare}", "again": f"/desk/dossiers/{again}", "lost": f"/desk/dossiers/{lost}",
        "off": f"/desk/dossiers/{off}", "one": f"/desk/consignments/{moving}",
        "address": f"/desk/dossiers/{of_moving}/acts/address?number={moving}",
        "correct": f"/desk/dossiers/{of_moving}/acts/correct?number={moving}",
        "not": f"/desk/dossiers/{of_moving}/acts/cancel?number={moving}",
        "result": f"/desk/dossiers/{bare}/acts/result", "evidence": f"/desk/dossiers/{of_moving}/evidence",
    }  # fmt: skip
    for turn, (name, path) in enumerate(
        pages.items(), width == 390
    ):  # each page in each language, at one size or another
        language = ("vi", "en")[turn % 2]
        await window.open(f"{path}{'&' if '?' in path else '?'}l={language}")
        await window.page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        found += await wrongs(window, f"dossier-{name}-{language}")

    assert (found, window.wrong) == ([], [])


async def test_an_officer_goes_from_the_search_to_a_new_address_by_keyboard(look, gate) -> None:
    number = gate.numbers[2]
    key = await dossier_of(gate, number)
    window = await look()
    await window.sign_in(*OFFICER, unit="TS")
    page = window.page
    await page.keyboard.press("/")
    await page.keyboard.type(key.lower())
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/desk/dossiers/{key}")
    await page.focus("text=Đổi địa chỉ nhận")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/acts/address?**")
    await page.focus("#address")
    await page.keyboard.type("Thôn Hạ")
    await page.focus("input[name=fault][value=citizen]")
    await page.keyboard.press("Space")
    await page.fill("#cost_dong", "30.000")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url(f"**/desk/consignments/{number}?done=address")

    assert "Đã đổi địa chỉ." in await page.inner_text("[role=status]")
    assert "30.000 đ" in await page.inner_text("main")
    assert window.wrong == []


async def test_of_two_officers_at_once_the_second_is_told_who_acted(look, gate) -> None:
    number = gate.numbers[2]
    key = await dossier_of(gate, number)
    first, second = await look(), await look()
    for window in (first, second):
        await window.sign_in(*OFFICER, unit="TS")
        await window.open(f"/desk/dossiers/{key}/acts/recall?number={number}")
        await window.page.select_option("#reason", "wrong_address")
        await window.page.check("input[name=fault][value=agency]")
        await window.page.fill("#cost_dong", "0")
    await first.page.click("button[value=do]")
    await first.page.wait_for_url("**?done=recall")
    gate.clock[0] += timedelta(minutes=2)
    await second.follow("button[value=do]")
    told = await second.page.inner_text("[role=alert]")
    rows = await gate.house.database.reading.rows("SELECT id FROM redirection")

    assert "vừa làm việc khác lúc 09:00: Gọi lại bưu gửi." in told
    assert "Chưa ghi gì thêm." in told
    assert "Không làm được bây giờ" in await second.page.inner_text("main")
    assert len(rows) == 1


async def test_the_page_works_without_scripts_and_a_long_name_breaks_no_line(look, gate) -> None:
    number = gate.numbers[3]
    window = await look(width=320, height=640, scripts=False)
    await window.sign_in(*OFFICER, unit="TS")
    await window.open(f"/desk/consignments/{number}")
    await window.follow("text=Hiện tên, điện thoại, địa chỉ")
    wide = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert "Nguyệt" in await window.page.inner_text("main")
    assert wide <= 0
    await window.page.click("summary:has-text('sự kiện nữa')")
    assert "Lập bưu gửi" in await window.page.inner_text("details.more[open]")
