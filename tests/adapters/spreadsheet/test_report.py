"""A report's tables in a spreadsheet program: numbers are numbers, and no text becomes a formula."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from adapters.spreadsheet.report import written
from postgw.domain.report_content import SheetTable

EVIL = ("=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r=1")
TABLE = SheetTable(
    title="Chỉ tiêu: [quý 4] rất dài, dài hơn một thẻ", headings=("Tên", "Số"), rows=tuple((text, n) for n, text in
    enumerate(EVIL, -1)),
)  # fmt: skip
OTHER = SheetTable(title="Ghi chú", headings=("Ghi chú",), rows=(("một; hai",),))


def test_csv_bears_the_mark_of_utf_8_and_every_table() -> None:
    file = written((TABLE, OTHER), "csv")
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))

    assert file.startswith(b"\xef\xbb\xbf")
    assert rows[1] == ["Tên", "Số"]
    assert rows[-1] == ["một; hai"]


@pytest.mark.parametrize(("n", "text"), list(enumerate(EVIL)))
def test_in_csv_nothing_is_taken_for_a_formula_and_a_negative_number_is_one(n: int, text: str) -> None:
    rows = list(csv.reader(io.StringIO(written((TABLE,), "csv").decode("utf-8-sig"), newline=""), delimiter=";"))

    assert rows[2 + n] == [f"'{text}", str(n - 1)]


def test_in_a_workbook_text_is_text_and_numbers_can_be_summed() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written((TABLE, OTHER), "xlsx")))
    sheet = book.worksheets[0]
    cells = [(row[0].data_type, row[1].data_type) for row in sheet.iter_rows(min_row=2)]

    assert [each.title for each in book.worksheets] == ["Chỉ tiêu   quý 4  rất dài, dài", "Ghi chú"]
    assert set(cells) == {("s", "n")}
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == list(range(-1, 5))
