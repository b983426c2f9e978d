"""A day's money and a case in a real browser, by keyboard alone; and every page without a barrier, at three widths."""

from __future__ import annotations

import os
from typing import Any

import pytest

from .barriers import violations

pytestmark = pytest.mark.browser

#: Where pictures are kept for somebody who wants to look at them.
PICTURES = os.environ.get("POSTGW_PICTURES", "")
#: So many of the pages are of money; the walk is in two halves.
_OF_MONEY = 9


async def wider(window: Any) -> int:
    """Return by how much the page is wider than its window."""
    width: int = await window.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


async def barriers(window: Any, name: str) -> list[str]:
    """Return what axe finds on the page, and whether it is wider than its window."""
    if PICTURES:
        await window.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    found = await violations(window.page)
    told = [f"{name} {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return told + [f"{name} wider than its window"] * (await wider(window) > 0)


async def a_till(gate: Any) -> None:
    """Let the desk write receipts, and somebody be appointed to take its fees."""
    for name, ledger in (("PTS26", "fee"), ("CTS26", "postage")):
        await gate.post("/api/v1/receipt-series", {"series": name, "ledger": ledger, "unit": "TS"})
    await gate.post("/api/v1/signatories", {
        "unit_kind": "desk", "unit": "TS", "name": "Lê Thị Diễn Tập", "subject": "fees", "account": "",
        "valid_from": "2026-11-01",
    })  # fmt: skip


async def pressed(window: Any, *keys: str) -> None:
    """Press keys of which the last leads to another page."""
    for key in keys[:-1]:
        await window.page.keyboard.press(key)
    async with window.page.expect_navigation():
        await window.page.keyboard.press(keys[-1])


async def focused(window: Any) -> str:
    return str(await window.page.evaluate("document.activeElement.id"))


async def test_a_day_is_balanced_by_keyboard_and_counted_by_another_hand(look, gate) -> None:
    await a_till(gate)
    number = str((await gate.consignment())["consignment_no"])
    officer, lead = await look(), await look()
    await officer.sign_in("enquiry", "money", "handover", unit="TS")
    await lead.sign_in("enquiry", "money", "handover", "lead", unit="TS")

    await officer.open("/desk/money")
    await pressed(officer, "t")
    await officer.stands_in("#find-number")
    await officer.page.keyboard.type(number.lower())
    await pressed(officer, "Enter")
    await officer.stands_in("#f-amount_dong")
    assert await officer.page.input_value("#f-amount_dong") == "25.000"
    await pressed(officer, "Control+Enter")
    assert "PTS26-000001" in await officer.page.inner_text("h1")
    assert await officer.page.get_attribute("[data-key=i]", "href") == "/desk/money/receipts/PTS26-000001/receipt.pdf"
    await officer.open("/desk/money?counted=24.000")
    assert "Két thiếu 1.000 đ" in await officer.page.inner_text("[role=status]")
    await pressed(officer, "1")
    assert await officer.page.inner_text("[data-total]") == "25.000 đ"
    await pressed(officer, "Control+Enter")
    assert "Người nộp không tự đếm" in await officer.page.inner_text("main")

    await lead.open("/desk/money")
    await pressed(lead, "d")
    await lead.stands_in("#f-received_dong")
    await lead.page.keyboard.type("25.000")
    await pressed(lead, "Control+Enter")
    assert "Đủ" in await lead.page.inner_text(".head")
    await officer.open("/desk/money")
    assert await officer.page.inner_text(".big") == "Khớp"
    await pressed(officer, "[")
    assert "Chưa thu khoản nào" in await officer.page.inner_text("main")
    await pressed(officer, "]")
    assert "PTS26-000001" in await officer.page.inner_text("main")
    assert (officer.wrong, lead.wrong) == ([], [])


async def test_a_case_goes_from_complaint_to_answer_by_keyboard(look, gate) -> None:
    window = await look()
    await window.sign_in("enquiry", "cases", unit="TS")
    await window.open("/desk/cases")
    await pressed(window, "v")
    await window.stands_in("#f-number")
    await window.page.keyboard.type(gate.numbers[2])
    for typed in ("late", "", "Hẹn hôm qua, nay chưa thấy.", "Hoàn cước", "Nguyễn Thị Khiếu Nại"):
        await window.page.keyboard.press("Tab")
        if await focused(window) == "f-about":
            await window.page.keyboard.press("ArrowDown")
            await window.page.keyboard.press("ArrowDown")
        else:
            await window.page.keyboard.type(typed)
    await pressed(window, "Control+Enter")
    page = await window.page.inner_text("main")
    assert "Còn 5 ngày làm việc để trả lời." in page
    assert "N••• T••• K••• N•••" in page

    await window.page.focus("#answer-text")
    await window.page.keyboard.type("Bưu điện phát chậm, hoàn lại cước.")
    await window.page.focus("input[name=outcome]")
    await pressed(window, "Space", "Control+Enter")
    assert "Đã trả lời" in await window.page.inner_text(".head")
    await pressed(window, "Control+Enter")
    assert "Đã đóng" in await window.page.inner_text(".head")
    assert window.wrong == []


async def _a_full_house(gate: Any) -> list[str]:
    """Let there be something on every page; return the pages."""
    await a_till(gate)
    numbers = [str((await gate.consignment())["consignment_no"]) for _ in range(3)]
    for n, number in enumerate(numbers):
        taken = {"fee_id": f"b-{n}", "number": number, "ledger": "fee", "amount_dong": 8000, "unit": "TS"}
        assert (await gate.post("/api/v1/fees", taken)).status == 201
    remitted = {"unit": "TS", "desk": "TS", "receipt_nos": ["PTS26-000001"]}
    made = await (await gate.post("/api/v1/remittances", remitted)).json()
    complaint = {
        "case_id": "b-1", "number": gate.numbers[2], "about": "late", "statement": "Chậm", "complainant_name": "A B",
    }  # fmt: skip
    case_no = (await (await gate.post("/api/v1/cases", complaint)).json())["case_no"]
    dossier = (await gate.sent(service_form="return", due_on="2026-11-24"))["dossier_no"]
    apology = (await (await gate.post("/api/v1/apologies", {"dossier": dossier})).json())["apology_no"]
    return [
        "/desk/money", "/desk/money?on=01/11/2026", f"/desk/money/collect?number={numbers[0]}",
        "/desk/money/collect?number=4K7M29TB6HB", "/desk/money/receipts/PTS26-000002",
        "/desk/money/remit?unit=TS&desk=TS", f"/desk/money/remittances/{made['remittance_no']}",
        "/desk/money/reconciliation?source=bank",
        f"/desk/money/reconciliation?source=bank&subject=claim:{made['remittance_no']}",
        "/desk/cases", "/desk/cases/new", "/desk/cases/new?what=damage", f"/desk/cases/{case_no}",
        "/desk/apologies", "/desk/apologies?state=warnings", f"/desk/apologies/{apology}", "/desk/reports",
        "/desk/reports/2026-Q4", "/desk/reports/2026-Q4/figures/accepted", "/desk/reports/comments", "/desk/orders",
        "/desk/offers",
    ]  # fmt: skip


@pytest.mark.parametrize("half", [0, 1], ids=["money", "the rest"])
async def test_no_page_has_a_barrier_and_each_stays_in_its_window(look, gate, half: int) -> None:
    every = await _a_full_house(gate)
    pages = every[:_OF_MONEY] if half == 0 else every[_OF_MONEY:]
    window = await look()
    await window.sign_in("enquiry", "money", "handover", "cases", "reports", "intake", "lead", unit="TS")
    found = []
    for n, path in enumerate(pages):
        for language, width, other in (("vi", 1366, 390), ("en", 320, 390)):
            await window.page.set_viewport_size({"width": width, "height": 768})
            await window.open(f"{path}{'&' if '?' in path else '?'}l={language}")
            found += await barriers(window, f"{half}{n:02d}-{language}-{path.split('/')[2].partition('?')[0]}")
            await window.page.set_viewport_size({"width": other, "height": 768})
            found += [f"{path} {language} wider at {other}"] * (await wider(window) > 0)

    assert (found, [each for each in window.wrong if "status of 422" not in each]) == ([], [])
