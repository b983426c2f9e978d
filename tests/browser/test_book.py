"""Booking and printing in a real browser: the whole flow by keyboard, every page without a barrier in its window."""

from __future__ import annotations

from typing import Any

import pytest

from postgw.recurring import acts

from .test_pages import barriers, sideways

pytestmark = pytest.mark.browser

SCOPES = ("enquiry", "intake", "labels", "booking", "handover", "lead")


async def results(gate: Any) -> None:
    """Let three results be ready to go home, one of them to a place nobody knows, and the post be booked to come."""
    paper = {"papers": [{"name": "Giấy khai sinh", "kind": "original"}]}
    lost = {"name": "Đinh Nho Diễn", "phone": "0912000009", "address": "gần chợ", "commune": "Kỳ Tây cũ",
            "province": "tỉnh Hà Tĩnh"}  # fmt: skip
    for due_on, more in (("2026-11-20", {}), ("2026-11-23", {}), ("2026-11-23", {"return_to": lost})):
        key = (await gate.sent(service_form="return", due_on=due_on, **more))["key"]
        await gate.post(f"/api/v1/dossiers/{key}/result-ready", paper)
    coming = {"desk": "TS", "office": "480000", "on": "2026-11-23", "from_time": "14:00", "to_time": "15:00"}
    await gate.post("/api/v1/pickups", coming)


async def test_a_pile_is_chosen_booked_and_printed_by_keyboard_alone(look, gate) -> None:
    await results(gate)
    window = await look()
    await window.sign_in(*SCOPES, unit="TS")
    await window.open("/desk/book")
    page = window.page
    at_first = await page.inner_text(".stamp .holds")
    await page.keyboard.press("Space")
    without = await page.inner_text("button[data-main]")
    await page.keyboard.press("ArrowDown")
    on_second = await page.evaluate("document.activeElement.closest('tr').rowIndex")
    await page.keyboard.press("Space")
    await page.keyboard.press("a")
    chosen = await page.inner_text(".stamp .holds")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/desk/book/1")
    before = await page.inner_text(".stamp")
    await acts(gate.house.services)["send_orders"](gate.clock[0])
    await page.wait_for_selector(".stamp:not(:has-text('Đang chờ bưu điện trả lời'))")
    after = await page.inner_text(".stamp")
    labels = await window.context.request.get(window.base + "/desk/book/1/labels.pdf")
    await page.keyboard.press("b")
    await page.wait_for_url("**/desk/book?leg=return")

    assert at_first.startswith("2 bưu gửi")
    assert "1 bưu gửi" in without.replace("\n", " ")
    assert on_second == 2
    assert chosen.startswith("3 bưu gửi")  # the two results, and the consignment that the day brought
    assert "Đang chờ bưu điện trả lời" in before
    assert "Đang chờ bưu điện trả lời" not in after
    assert (await labels.body())[:5] == b"%PDF-"
    assert await page.locator("tbody tr").count() == 1
    assert window.wrong == []


async def test_it_all_goes_without_a_script(look, gate) -> None:
    await results(gate)
    window = await look(scripts=False)
    await window.sign_in(*SCOPES, unit="TS")
    await window.open("/desk/book")
    await window.page.click("button[type=submit][form=pile]")
    await window.page.wait_for_url("**/desk/book/1")

    assert "2 đã ghi" in await window.page.inner_text(".stamp")
    assert await window.page.locator("text=Xem lại tiến độ").count() == 1


async def test_every_page_has_no_barrier_and_stays_in_its_window(look, gate) -> None:
    found, looked_at = [], {(1366, "vi"), (1366, "en"), (320, "vi")}
    await results(gate)
    window = await look()
    await window.sign_in(*SCOPES, unit="TS")
    await window.open("/desk/printers")
    await window.page.fill("#counter_no", "TS-Q3")
    await window.page.fill("#name", "Quầy 3")
    await window.page.press("#name", "Enter")
    await window.page.wait_for_url("**/desk/printers/TS-Q3")
    await window.follow("#labels button:has-text('In tờ thử')")
    await window.open("/desk/book")
    await window.page.click("#pile >> input[type=checkbox] >> nth=2")
    await window.page.keyboard.press("Control+Enter")
    await window.page.wait_for_url("**/desk/book/1")
    number = (await window.page.get_attribute("tbody a", "href") or "").rsplit("/", 1)[1]
    waiting = [key for key in await keys(gate) if key]
    paths = ["/desk/book", "/desk/book?leg=send", "/desk/book/1", f"/desk/book/row/{number}", "/desk/book/booked",
             f"/desk/book/place/{waiting[-1]}", "/desk/printers", "/desk/printers/TS-Q3"]  # fmt: skip
    for width in (1366, 390, 320):
        await window.page.set_viewport_size({"width": width, "height": 800})
        for language in ("vi", "en"):
            for path in paths:
                await window.open(f"{path}{'&' if '?' in path else '?'}l={language}")
                found += (
                    [f"{width} {path} {sorry}" for sorry in await barriers(window)]
                    if (width, language) in looked_at
                    else []
                )
                found += [f"{width} {path} wider"] * (await sideways(window) > 0)

    assert (found, window.wrong) == ([], [])


async def keys(gate: Any) -> list[str]:
    rows = await gate.house.database.reading.rows("SELECT dossier_no FROM dossier ORDER BY id")
    return [row["dossier_no"] for row in rows]
