"""The counter's form in a browser: the whole way by keyboard, without a script, without a barrier on every width."""

from __future__ import annotations

import asyncio
import csv
import io
import re

import pytest
from playwright.async_api import Route

from postgw.rules.procedures import load_procedures

from .barriers import violations

pytestmark = pytest.mark.browser

SERVED = next(each for each in load_procedures() if "both" in each.forms and len(each.papers) > 1)
NEW = "H27.10.20-261120-9001"


async def wrongs(window) -> list[str]:
    """Return what axe finds on the page, and by how much it is wider than its window."""
    found = await violations(window.page)
    width = await window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    barriers = [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return barriers + [f"wider by {width}"] * (width > 0)


async def focused(window) -> str:
    return str(await window.page.evaluate("document.activeElement.id || document.activeElement.name"))


async def test_a_dossier_is_taken_in_by_keyboard_alone_and_the_next_one_waits(look, gate) -> None:
    window = await look()
    page, keys = window.page, window.page.keyboard
    await window.sign_in("enquiry", "intake", "labels", unit="TS")
    await keys.press("n")
    await page.wait_for_url("**/desk/intake")
    assert await focused(window) == "code"
    await keys.type(NEW)
    await keys.press("Enter")
    await page.wait_for_url("**code=*")

    assert await focused(window) == "procedure_code"
    await keys.insert_text(SERVED.code[:6])  # in one piece: what fits is asked for once
    await page.wait_for_selector("#procedure_code-list:not([hidden])")
    await keys.press("ArrowDown")
    active = await page.get_attribute("#procedure_code", "aria-activedescendant")
    assert await page.get_attribute(f"#{active}", "aria-selected") == "true"
    assert await page.get_attribute("#procedure_code", "aria-expanded") == "true"
    await page.fill("#procedure_code", SERVED.code)
    async with page.expect_navigation():
        await keys.press("Enter")
    assert await focused(window) == "service_form"
    await keys.press("ArrowRight")
    await page.focus("#applicant_name")
    await keys.type("Nguyễn Thị Diễn Tập")
    for text in ("0540000123", "", "Thôn Đoài"):
        await keys.press("Tab")
        await keys.type(text)
    await keys.press("Tab")
    await keys.insert_text("ky tay")
    await page.wait_for_selector("#applicant_commune-list:not([hidden])")
    await keys.press("Escape")
    assert await page.is_hidden("#applicant_commune-list")
    await keys.press("ArrowDown")
    await page.wait_for_selector("#applicant_commune-list:not([hidden])")
    await keys.press("ArrowDown")
    async with page.expect_response("**/desk/intake/quote"):
        await keys.press("Enter")

    assert await page.input_value("#applicant_commune") == "xã Kỳ Tây"
    assert "Xã Kỳ Tây, nay là xã Kỳ Văn" in await page.inner_text("#applicant_commune-hint")
    await page.wait_for_function("document.getElementById('quote').innerText.includes('chưa có trong bảng khu vực')")
    await keys.press("Control+Enter")
    await page.wait_for_url("**done=*")
    assert f"Đã ghi hồ sơ {NEW}" in await page.inner_text("[role=status]")
    assert await focused(window) == "code"
    assert window.wrong == []
    kept = await (await gate.get(f"/api/v1/dossiers/{NEW}")).json()
    assert (kept["applicant"]["commune"], kept["applicant"]["commune_code"], kept["service_form"]) == (
        "xã Kỳ Tây", "18787", "return",
    )  # fmt: skip


async def test_a_list_that_was_put_away_stays_away_when_its_answer_comes_late(look) -> None:
    window = await look()
    await window.sign_in("enquiry", "intake", unit="TS")
    await window.open("/desk/intake?code=H27.10.20-261120-0042")
    await window.page.fill("#applicant_commune", "ky")
    await window.page.wait_for_selector("#applicant_commune-list:not([hidden])")
    held: asyncio.Queue[Route] = asyncio.Queue()
    await window.page.route("**/*?q=ky*tay", held.put)
    await window.page.keyboard.insert_text(" tay")
    answer = await held.get()
    await window.page.keyboard.press("Escape")
    async with window.page.expect_response("**/*?q=ky*tay"):
        await answer.continue_()
    await window.drawn()

    assert await window.page.is_hidden("#applicant_commune-list")


async def test_the_form_needs_no_script(look, gate) -> None:
    window = await look(scripts=False)
    page = window.page
    await window.sign_in("enquiry", "intake", unit="TS")
    await window.open(f"/desk/intake?code={NEW}")
    await page.fill("#procedure_code", SERVED.code)
    await window.follow("button[value=procedure]")
    await page.check("[name=service_form][value=return]")
    await page.fill("#applicant_name", "Nguyễn Thị Diễn Tập")
    await page.fill("#applicant_phone", "0540000123")
    await page.fill("#applicant_commune", "xã Kỳ Lợi")
    await window.follow("button[value=find_applicant_commune]")
    await page.check("[name=applicant_pick][value='18832']")
    await window.follow("button[value=quote]")
    assert "chưa có trong bảng khu vực bưu chính" in await page.inner_text("#quote")
    await page.fill("#papers_2_name", "Giấy tờ khác của tôi") if await page.query_selector("#papers_2_name") else None
    await window.follow("#take")

    assert f"Đã ghi hồ sơ {NEW}" in await page.inner_text("[role=status]")
    kept = await (await gate.get(f"/api/v1/dossiers/{NEW}")).json()
    assert kept["applicant"]["commune_code"] == "18832"


@pytest.mark.parametrize(("width", "language"), [(1366, "vi"), (390, "en"), (320, "vi")])
async def test_no_state_of_the_form_has_a_barrier_or_leaves_its_window(look, width: int, language: str) -> None:
    window = await look(width=width, height=844)
    await window.sign_in("enquiry", "intake", "labels", "lead", unit="TS")
    found = []
    for path in (f"/desk/intake?l={language}", "/desk/intake?code=1.010708.000.00.00.H27", "/desk/import/in-flight"):
        await window.open(path)
        found += await wrongs(window)
    await window.open("/desk/intake?code=H27.10.20-261120-0042")
    await window.page.check("[name=receiver][value=other]")
    await window.page.fill("#applicant_phone", "12")
    await window.page.fill("#applicant_commune", "xã Kỳ Lợi")
    await window.follow("#take")
    await window.page.wait_for_selector("#applicant_phone-why")
    found += await wrongs(window)
    await window.page.fill("#applicant_commune", "ky va")
    await window.page.wait_for_selector("#applicant_commune-list:not([hidden])")
    await window.page.keyboard.press("ArrowDown")
    found += await wrongs(window)

    assert (found, [each for each in window.wrong if "status of 422" not in each]) == ([], [])


async def test_a_list_taken_over_is_shown_without_a_barrier(look) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([
        ["Số hiệu bưu gửi", "Mã hồ sơ", "Ngày gửi", "Nơi biết lần cuối"],
        ["RR473124829VN", "H27.15-261112-0041", "20/11/2026", "Bưu điện Hà Tĩnh"],
        ["RR473124820VN", "H27.15-261112-0042", "20/11/2026", "Bưu điện Hà Tĩnh"],
    ])  # fmt: skip
    window = await look(width=390, height=844)
    await window.sign_in("enquiry", "lead", unit="TS")
    await window.open("/desk/import/in-flight")
    file = {"name": "dang-di.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode("utf-8-sig")}
    await window.page.set_input_files("#file", file)
    await window.follow("button[value=look]")
    found = await wrongs(window)
    await window.follow("button[value=take]")
    found += await wrongs(window)

    assert (found, window.wrong) == ([], [])
    assert re.search("Đã tiếp quản: 1", await window.page.inner_text("main"))
