"""The page on which a lead or an administrator takes over what the post holds already."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

from aiohttp import FormData

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
HEADINGS = ("Số hiệu bưu gửi", "Mã hồ sơ", "Ngày gửi", "Nơi biết lần cuối")
GOOD = ("RR473124829VN", "H27.15-261112-0041", "20/11/2026", "Bưu điện Hà Tĩnh")
BAD = ("RR473124820VN", "H27.15-261112-0042", "20/11/2026", "Bưu điện Hà Tĩnh")


def list_of(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([HEADINGS, *rows])
    return text.getvalue().encode("utf-8-sig")


async def send(browser: Any, file: bytes | None, path: str = "", **typed: str) -> Any:
    form = FormData({**typed, "proof": browser.proof()})
    form.add_field("file", io.BytesIO(file or b""), filename="dang-di.csv" if file is not None else "")
    return await browser.ask("POST", f"/desk/import/in-flight{path}", data=form, headers=SAME_ORIGIN)


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(desk|name|content)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


async def consignments(gate: Any) -> int:
    row = await gate.house.database.reading.row("SELECT count(*) AS n FROM consignment")
    return int(row["n"])


async def test_a_list_is_looked_at_taken_over_and_given_back_to_be_mended(gate, browser, said) -> None:
    await browser.sign_in("enquiry", "lead", unit="TS")
    looked = await (await send(browser, list_of(GOOD, BAD), desk="TS", act="look")).text()
    assert (await consignments(gate), "Tiếp quản được: 1" in said(looked)) == (0, True)
    assert "sai chữ số kiểm tra" in said(looked)

    for word in ("Đã tiếp quản: 1", "Đã có từ trước: 1"):
        page = await (await send(browser, None, act="take", **hidden(looked))).text()
        assert (word in said(page), await consignments(gate)) == (True, 1)

    mend = await send(browser, None, "/mend", **hidden(page))
    rows = list(csv.reader(io.StringIO((await mend.read()).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert (rows[0][-1], [row[0] for row in rows[1:]]) == ("Lỗi", [BAD[0]])
    number = re.findall(r"/desk/consignments/(\w+)", page)[0]
    _, journey = await browser.open(f"/desk/consignments/{number}")
    assert "nơi biết lần cuối: Bưu điện Hà Tĩnh" in said(journey)
    assert "Tiếp quản khi chuyển hệ thống" in said(journey)


async def test_it_is_reached_by_who_may_and_refused_to_who_may_not(gate, browser) -> None:
    await browser.sign_in("enquiry", "admin")
    assert "/desk/import/in-flight" in (await browser.open("/desk"))[1]
    answer = await browser.ask("GET", "/desk/import/in-flight/template.xlsx")
    assert (await answer.read())[:2] == b"PK"
    await browser.sign_in("enquiry", "intake", unit="TS")
    for answer in (await browser.ask("GET", "/desk/import/in-flight"), await send(browser, list_of(GOOD), act="take")):
        assert answer.status == 403
    assert await consignments(gate) == 0


async def test_what_is_no_list_is_said_in_a_sentence(browser, said) -> None:
    await browser.sign_in("enquiry", "admin")
    for content, sentence in (
        (None, "Chưa chọn tệp"),
        (b"%PDF-1.7", "Đây là tệp PDF"),
        (b"a;b", "Không thấy dòng tiêu đề"),
    ):
        answer = await send(browser, content, act="look")
        assert (answer.status, sentence in said(await answer.text())) == (422, True)
