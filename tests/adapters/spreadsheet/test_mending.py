"""The file to mend and the template, as Excel and our own reading see them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from adapters.spreadsheet import CARD
from adapters.spreadsheet.mending import to_mend
from adapters.spreadsheet.template import template


def _table(file: bytes) -> list[list[Any]]:
    if file.startswith(b"PK"):
        page = load_workbook(io.BytesIO(file)).worksheets[0]
        return [[cell or "" for cell in row] for row in page.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.fixture(params=["csv", "xlsx"])
def made(request, lists):
    """Make a list of one kind, then of the other."""
    return getattr(lists, request.param)


def test_only_bad_rows_come_back_with_what_is_wrong_in_the_last_column(lists, made):
    bad = lists.row(Mã_hồ_sơ="H27.31-261120-0009", Số_điện_thoại="abc")

    file = to_mend(lists.sheet_of(made(lists.headings, lists.row(), bad)), {})

    headings, *rows = _table(file)
    assert headings == [*lists.headings, "Lỗi"]
    assert rows == [[*bad, "Số điện thoại: Số điện thoại phải gồm 8 đến 15 chữ số."]]


def test_what_the_house_said_afterwards_comes_back_too(lists, made):
    file = to_mend(lists.sheet_of(made(lists.headings, lists.row())), {2: ["Mã hồ sơ: một.", "Hai."]})

    assert _table(file)[1][-1] == "Mã hồ sơ: một.\nHai."


def test_a_mended_file_is_read_and_its_remarks_are_passed_over(lists, made):
    bad = lists.row(Số_điện_thoại="abc")
    file = to_mend(lists.sheet_of(made(lists.headings, bad)), {})
    again = lists.sheet_of(file)

    assert _table(to_mend(again, {})) == _table(file)
    assert not [note for note in again.notes if "Lỗi" in note]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|x", "-2+3+cmd", "@sum(1)", '=HYPERLINK("x")'])
def test_nothing_that_comes_back_is_a_formula(lists, text):
    sheet = lists.sheet_of(lists.csv(lists.headings, lists.row(Ghi_chú=text, Số_điện_thoại="abc")))

    note = _table(to_mend(sheet, {}))[1][lists.headings.index("Ghi chú")]

    assert note == f"'{text}"


def test_a_formula_typed_as_text_comes_back_as_text_in_xlsx(lists):
    sheet = lists.of()
    page = load_workbook(io.BytesIO(to_mend(sheet, {2: ["=1+1"]}))).worksheets[0]

    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value} == {"s"}


def test_a_telephone_that_begins_with_a_plus_stays_as_it_is(lists):
    sheet = lists.sheet_of(lists.csv(lists.headings, lists.row(Số_điện_thoại="+84 912 000 003", Hình_thức="bay")))

    assert _table(to_mend(sheet, {}))[1][lists.headings.index("Số điện thoại")] == "+84 912 000 003"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("cell", ["'", "''", "''0912", "' =1+1", "'=1+1"])
def test_an_apostrophe_of_the_text_is_still_there_when_the_mended_file_is_read(lists, cell, form):
    rows = lists.headings, lists.row(Hình_thức="bay", Họ_tên_người_nhận=cell)
    sheet = lists.sheet_of(getattr(lists, form)(*rows))

    again = lists.sheet_of(to_mend(sheet, {}))

    assert again.rows[0].cells[: len(lists.headings)] == sheet.rows[0].cells


@pytest.mark.filterwarnings("ignore")
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=22, max_size=22))
def test_any_text_comes_back_as_it_was_read(lists, cells):
    sheet = lists.sheet_of(lists.csv(lists.headings, lists.row(), cells))
    if len(sheet.rows) < 2 or not sheet.rows[1].errors:
        return

    again = lists.sheet_of(to_mend(sheet, {2: ["kept so that the list is never empty"]}))

    assert again.rows[1].cells[:-1] == sheet.rows[1].cells
    assert [error.column for error in again.errors] == [error.column for error in sheet.errors]


def test_the_template_keeps_zeros_and_explains_every_column(lists):
    book = load_workbook(io.BytesIO(template("xlsx")))
    page, explained = book.worksheets

    assert [cell.value for cell in page[1]] == lists.headings
    assert {page.column_dimensions[get_column_letter(n)].number_format for n in range(1, len(lists.headings) + 1)} == {
        "@"
    }
    assert [row[0] for row in explained.iter_rows(min_row=2, values_only=True)] == lists.headings
    assert page.data_validations.dataValidation[0].formula1 == '"gửi,nhận,cả hai"'


def test_a_row_added_to_the_template_is_read_beside_the_example(lists):
    book = load_workbook(io.BytesIO(template("xlsx")))
    book.worksheets[0].append(lists.row())
    file = io.BytesIO()
    book.save(file)

    sheet = lists.sheet_of(file.getvalue())

    assert [row.number for row in sheet.good] == [3]
    assert "Dòng 2 là dòng ví dụ của tệp mẫu, đã bỏ qua." in sheet.notes


async def test_the_desk_reads_mends_and_gives_its_template_away(lists):
    desk = CARD.build(CARD.settings())
    sheet = await desk.read_sheet(lists.csv(lists.headings, lists.row(Hình_thức="")), "ds.csv", receiving_desk="TS")

    assert (await desk.to_mend(sheet, {})).startswith(b"\xef\xbb\xbf")
    assert sheet.mend_name == "can-sua-ds.csv"
    assert (await desk.template("csv")).startswith(b"\xef\xbb\xbf")
    await desk.close()
