"""The printers of a counter: who may set them, two who set them at once, and the test page that is scanned back."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest
import zxingcpp

PRINTERS = {
    "name": "Quầy 3", "labels-stock": "100x75", "labels-media": "zpl", "labels-dpi": "203", "labels-queue": "zebra-3",
    "labels-first_place": "1", "labels-right": "0,5", "labels-down": "-1", "notes-stock": "a5", "notes-dpi": "600",
    "notes-queue": "laser", "notes-tray": "tray-2", "manifest-stock": "a4", "manifest-dpi": "600",
    "manifest-queue": "laser",
}  # fmt: skip
AT = "/desk/printers/TS-Q3"


@pytest.fixture
async def lead(browser):
    """Give the browser of a desk lead who opened a counter."""
    await browser.sign_in("enquiry", "labels", "booking", "lead", unit="TS")
    assert (await browser.send("/desk/printers", counter_no="ts-q3", name="Quầy 3")).status == 303
    return browser


async def test_code(gate: Any) -> str:
    row = await gate.house.database.reading.row("SELECT test_code FROM printer WHERE prints = 'labels'")
    return str(row["test_code"])


test_code.__test__ = False  # type: ignore[attr-defined]


async def test_a_lead_sets_printers_and_an_officer_only_chooses_where_he_sits(lead, gate, said) -> None:
    assert (await lead.send(AT, act="set", version="1", **PRINTERS)).status == 303
    _, page = await lead.open(AT)
    await lead.sign_in("enquiry", "labels", "booking", unit="TS")
    refused = await lead.send(AT, act="set", version="2", **PRINTERS)
    sat = await lead.send("/desk/printers/sit", counter="TS-Q3")
    _, book = await lead.open("/desk/printers")

    assert 'value="0,5"' in page
    assert 'value="-1,0"' in page
    assert refused.status == 422
    assert "Chỉ phụ trách bộ phận hoặc quản trị được đặt máy in." in said(await refused.text())
    assert "counter=TS-Q3" in sat.headers["Set-Cookie"]
    assert "Máy này ngồi ở quầy này" in said(book)


async def test_whoever_sets_a_counter_that_was_changed_meanwhile_is_told_who(lead, said) -> None:
    await lead.send(AT, act="set", version="1", **PRINTERS)
    second = await lead.send(AT, act="set", version="1", **(PRINTERS | {"labels-queue": "khac"}))
    page = said(await second.text())

    assert second.status == 409
    assert re.search(r"t\d+ vừa sửa quầy này", page)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("labels-queue", "zebra; rm", "viết liền"), ("labels-queue", "-o", "viết liền"),
        ("labels-right", "20", "nhiều nhất 15 mm"), ("labels-down", "một", "Ghi số mi-li-mét"),
        ("notes-stock", "a3", "Chọn khổ giấy"), ("labels-stock", "a4-8", "in bằng PDF"),
    ],
)  # fmt: skip
async def test_what_is_typed_wrong_is_said_beside_its_field(lead, said, name, typed, sentence) -> None:
    answer = await lead.send(AT, act="set", version="1", **(PRINTERS | {name: typed}))
    page = await answer.text()

    assert answer.status == 422
    assert sentence in said(page)
    assert page.count('aria-invalid="true"') == 1


async def test_the_test_page_is_scanned_back_and_its_hour_is_kept(lead, gate, said) -> None:
    await lead.send(AT, act="set", version="1", **PRINTERS)
    await lead.send(AT, act="test", prints="labels")
    code = await test_code(gate)
    body = await (await lead.ask("GET", f"{AT}/labels.pdf")).read()
    with pypdfium2.PdfDocument(body) as opened:
        picture = opened[0].render(scale=203 / 72, grayscale=True)
        size = tuple(round(side / 72 * 25.4) for side in opened[0].get_size())
    grey = memoryview(bytes(picture.buffer)).cast("B", shape=[picture.height, picture.stride])
    read = {symbol.text for symbol in zxingcpp.read_barcodes(grey)}
    wrong = await lead.send(AT, act="scan", prints="labels", scanned="4K7M29TB6HC")
    right = await lead.send(AT, act="scan", prints="labels", scanned=code.lower())
    _, page = await lead.open(right.headers["Location"])

    assert (size, read) == ((100, 75), {code})
    assert "Đây là mã của giấy khác" in said(await wrong.text())
    assert "Tờ thử quét đọc đúng lúc 09:00" in said(page)


async def test_a_test_page_that_came_out_wrong_says_what_to_turn_and_setting_it_asks_for_another(lead, said) -> None:
    await lead.send(AT, act="test", prints="labels")
    await lead.send(AT, act="scan", prints="labels", fault="scaled")
    _, page = await lead.open(AT)
    await lead.send(AT, act="set", version="1", **PRINTERS)
    _, after = await lead.open(AT)

    assert "Kích thước thật, 100 %" in said(page)
    assert "Kích thước thật, 100 %" not in said(after).split("Tờ thử: Phiếu gửi")[0]


async def test_an_administrator_sets_printers_of_any_desk(browser, gate, said) -> None:
    await browser.sign_in("enquiry", "admin", "labels.read")
    made = await browser.send("/desk/printers", counter_no="KA-1", name="Quầy 1", unit="KA")
    twice = await browser.send("/desk/printers", counter_no="KA-1", name="Quầy 1", unit="KA")

    assert (made.status, made.headers["Location"]) == (303, "/desk/printers/KA-1")
    assert "Đã có quầy mang mã KA-1." in said(await twice.text())


async def test_a_job_that_failed_waits_again_and_one_that_was_printed_becomes_another(lead, gate, said) -> None:
    await lead.send(AT, act="test", prints="labels")
    states = []
    for state in ("failed", "printed"):
        async with gate.house.database.writing() as tx:
            await tx.run("UPDATE print_job SET state = $1, reason = 'Hết giấy'", state)
        await lead.send("/desk/printers/again", job="IN-1", key="k1")
        await lead.send("/desk/printers/again", job="IN-1", key="k1")
        rows = await gate.house.database.reading.rows("SELECT state FROM print_job ORDER BY id")
        states.append([row["state"] for row in rows])

    assert states == [["waiting"], ["printed", "waiting"]]


async def test_another_desks_counter_is_not_to_be_found(lead, browser) -> None:
    await browser.sign_in("enquiry", "labels", "lead", unit="KA")

    assert (await browser.open(AT))[0] == 404
