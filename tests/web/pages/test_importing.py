"""The page for a clerk's list: looked at, taken, and given back to be mended; twice changes nothing."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import openpyxl
import pytest
from aiohttp import FormData

from postgw.rules.import_columns import import_columns

HEADINGS = [column.heading for column in import_columns()]
EXAMPLE = {column.heading: column.example for column in import_columns()} | {"Mã hồ sơ": "H27.31-261120-0031"}
GOOD, BAD = (
    EXAMPLE,
    EXAMPLE | {"Mã hồ sơ": "H27.31-261120-0032", "Mã tiếp nhận nội bộ": "A-0032", "Số điện thoại": "12"},
)
UNSERVED = EXAMPLE | {"Mã hồ sơ": "H27.31-261120-0033", "Mã tiếp nhận nội bộ": "A-0033", "Mã thủ tục": "9.999999"}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def list_of(*rows: dict[str, str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([HEADINGS, *(list(row.values()) for row in rows)])
    return text.getvalue().encode("utf-8-sig")


def form_of(file: bytes | None = None, **typed: str) -> FormData:
    form = FormData(typed)
    form.add_field("file", io.BytesIO(file or b""), filename="danh sach.csv" if file is not None else "")
    return form


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


async def send(browser: Any, form: FormData, path: str = "/desk/import", headers: dict[str, str] | None = None) -> Any:
    form.add_field("proof", browser.proof())
    return await browser.ask("POST", path, data=form, headers=SAME_ORIGIN if headers is None else headers)


@pytest.fixture
async def officer(browser):
    """Give the browser of an officer who signed in."""
    await browser.sign_in("enquiry", "intake", unit="TS")
    return browser


async def dossiers(gate: Any) -> int:
    row = await gate.house.database.reading.row("SELECT count(*) AS n FROM dossier")
    return int(row["n"])


async def test_a_list_is_looked_at_before_anything_is_kept(gate, officer, said) -> None:
    answer = await send(officer, form_of(list_of(GOOD, BAD), desk="TS", act="look"))
    page = await answer.text()

    assert (answer.status, await dossiers(gate)) == (200, 0)
    words = said(page)
    assert "1 dòng nhận được" in words
    assert "1 dòng phải sửa" in words
    assert "cột Số điện thoại: Số điện thoại phải gồm 8 đến 15 chữ số." in words
    assert ("Nguyễn Thị Diễn Tập" in page, "0540000123" in page) == (False, False)


async def test_what_was_looked_at_is_taken_row_by_row_and_twice_is_once(gate, officer, said) -> None:
    looked = await (await send(officer, form_of(list_of(GOOD, BAD, UNSERVED), desk="TS", act="look"))).text()
    for word in ("Hồ sơ mới", "Đã có sẵn"):
        page = await (await send(officer, form_of(None, **hidden(looked), act="take"))).text()
        assert f"{word}: 1" in said(page)
        assert "Thủ tục 9.999999 chưa có trong danh mục" in said(page)
        assert await dossiers(gate) == 1


async def test_the_rows_that_were_not_taken_come_back_to_be_mended(officer) -> None:
    looked = await (await send(officer, form_of(list_of(GOOD, BAD, UNSERVED), desk="TS"))).text()
    taken = await (await send(officer, form_of(None, **hidden(looked), act="take"))).text()

    answer = await send(officer, form_of(None, **hidden(taken)), "/desk/import/mend")

    rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert (answer.content_type, rows[0][-1]) == ("text/csv", "Lỗi")
    assert [(row[0], row[-1].partition(":")[0]) for row in rows[1:]] == [
        (BAD["Mã hồ sơ"], "Số điện thoại"), (UNSERVED["Mã hồ sơ"], "Mã thủ tục"),
    ]  # fmt: skip


async def test_the_template_can_be_filled_in(officer) -> None:
    answer = await officer.ask("GET", "/desk/import/template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(await answer.read()))

    assert [cell.value for cell in book.worksheets[0][1]] == HEADINGS
    assert (await officer.ask("GET", "/desk/import/template.csv")).content_type == "text/csv"
    assert (await officer.ask("GET", "/desk/import/template.exe")).status == 404


@pytest.mark.parametrize(("content", "desk", "sentence"), [
    (None, "TS", "Chưa chọn tệp danh sách."), (b"%PDF-1.7", "TS", "Đây là tệp PDF."),
    (b"Xin chao", "TS", "Không thấy dòng tiêu đề cột."), (list_of(GOOD), "KA", "Chọn bộ phận Một cửa"),
    (list_of(GOOD), "", "Chọn bộ phận Một cửa"), (b"x" * (2 * 2**20 + 1), "TS", "Tệp lớn hơn 2 MB."),
    (b"x" * (5 * 2**20), "TS", "Tệp lớn hơn 2 MB."),
], ids=range(7))  # fmt: skip
async def test_what_cannot_be_taken_is_named_in_a_sentence(gate, officer, said, content, desk, sentence) -> None:
    answer = await send(officer, form_of(content, desk=desk))

    assert answer.status in {413, 422}
    assert sentence in said(await answer.text())
    assert await dossiers(gate) == 0


async def test_a_list_that_is_too_long_for_one_go_is_named(officer, said) -> None:
    row = list(EXAMPLE.values())
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(
        [HEADINGS, *([f"H27.31-261120-{n:04d}", f"A-{n}", *row[2:]] for n in range(2002))]
    )
    answer = await send(officer, form_of(text.getvalue().encode("utf-8-sig"), desk="TS"))

    assert "mỗi lần nhận nhiều nhất 2000 dòng" in said(await answer.text())


async def test_who_may_not_take_dossiers_in_is_told_so(browser) -> None:
    await browser.sign_in("enquiry", unit="TS")

    status, page = await browser.open("/desk/import")
    answer = await send(browser, form_of(list_of(GOOD), desk="TS", act="take"))

    assert (status, answer.status, "/desk/import" in (await browser.open("/desk"))[1]) == (403, 403, False)


async def test_a_form_from_elsewhere_is_refused(gate, officer) -> None:
    for path in ("/desk/import", "/desk/import/mend"):
        answer = await send(
            officer, form_of(list_of(GOOD), desk="TS", act="take"), path, {"Origin": "https://x.example"}
        )
        assert answer.status == 403
    assert await dossiers(gate) == 0


async def test_a_stranger_is_led_to_the_sign_in(browser) -> None:
    assert (await browser.ask("GET", "/desk/import")).headers["Location"].startswith("/signin")


@pytest.mark.parametrize("typed", [
    {"content": "kein base64!"}, {"content": "", "act": "take"}, {"content": "AAAA", "refused": "{}"},
])  # fmt: skip
async def test_a_form_that_was_tampered_with_is_answered_in_a_sentence(officer, typed) -> None:
    for path in ("/desk/import", "/desk/import/mend"):
        answer = await send(officer, form_of(None, desk="TS", **typed), path)
        assert answer.status == 422


async def test_no_text_of_a_list_is_markup(officer) -> None:
    hostile = GOOD | {"Ghi chú": "<script>1</script>", "Mã tiếp nhận nội bộ": "<b>x</b>", "Mã thủ tục": "<i>"}
    page = await (await send(officer, form_of(list_of(hostile), desk="TS"))).text()

    assert not [sign for sign in ("<script>", "<b>x", "<i>") if sign in page]


async def test_the_province_chooses_whose_list_it_is(gate, browser, said) -> None:
    await browser.sign_in("enquiry", "intake")
    _, page = await browser.open("/desk/import")
    answer = await send(browser, form_of(list_of(GOOD), desk="KA", act="take"))

    assert "Một cửa Kỳ Anh" in page
    assert "Hồ sơ mới: 1" in said(await answer.text())
    row = await gate.house.database.reading.row("SELECT receiving_desk FROM dossier")
    assert row["receiving_desk"] == "KA"
