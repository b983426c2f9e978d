"""Statements as the post and banks hand them out: read whole, or every wrong row named."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

import pytest

from adapters.spreadsheet.settings import SpreadsheetSettings
from adapters.spreadsheet.statement import read_statement, table_csv
from postgw.domain.errors import Invalid, TooMuch
from postgw.domain.reconciliation import Statement, StatementRow

POST = ["STT", "Ngày thu", "Mã bưu gửi", "Họ tên", "Số tiền thu hộ"]
BANK = ["Ngày giao dịch", "Số bút toán", "Nội dung giao dịch", "Phát sinh nợ", "Phát sinh có", "Số dư"]


def statement(file: bytes, source: str, **limits: Any) -> Statement:
    return read_statement(file, source, SpreadsheetSettings(**limits))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_posts_list_is_read_under_its_own_headings(lists, kind):
    told = [["Bảng kê thu hộ tháng 11"], POST, ["1", "23/11/2026", "4K7M-29TB-6HC", "Lê A", "8.000"],
            ["", "", "", "Tổng cộng", "8.000"]]  # fmt: skip
    rows = [[*row, *[""] * (5 - len(row))] for row in told]

    read = statement(getattr(lists, kind)(*rows), "post")

    assert read.rows == (StatementRow(row=3, on=date(2026, 11, 23), amount_dong=8000, number="4K7M-29TB-6HC"),)
    assert read.wrong == ()
    assert read.notes == ("Dòng 4 là dòng tổng, số dư hoặc tiền ra, đã bỏ qua.",)


def test_a_banks_statement_is_read_with_its_hours_and_what_went_out_is_passed_over(lists):
    file = lists.csv(
        [heading.upper() for heading in BANK],
        ["23/11/2026 14:03:22", "FT1", "NOP PHI NP-480000-261123-01", "", "8,000", "9,000"],
        ["23/11/2026 15:00", "FT2", "PHI DICH VU", "1,100", "", "7,900"],
        ["24/11/2026", "FT3", "LAI TIEN GUI", "", "37", "7,937"],
    )  # fmt: skip

    read = statement(file, "bank")

    assert [(row.on.day, row.amount_dong, row.reference) for row in read.rows] == [(23, 8000, "FT1"), (24, 37, "FT3")]
    assert read.rows[0].text == "NOP PHI NP-480000-261123-01"
    assert read.notes == ("Dòng 3 là dòng tổng, số dư hoặc tiền ra, đã bỏ qua.",)


def test_cells_of_excel_are_read_as_what_they_are(lists):
    file = lists.xlsx(POST, [1, datetime(2026, 11, 23, 14, 3), "RR473124829VN", "x", 8000])

    assert statement(file, "post").rows == (
        StatementRow(row=2, on=date(2026, 11, 23), amount_dong=8000, number="RR473124829VN"),
    )


def test_every_wrong_row_is_told_with_its_column(lists):
    told = [("31/02/2026", "8000"), *(("23/11/2026", amount) for amount in ("abc", "", "8", "8000"))]
    file = lists.csv(POST, *(["1", on, "4K7M29TB6HC", "x", amount] for on, amount in told))

    read = statement(file, "post")

    assert [(row.row, row.column) for row in read.wrong] == [
        (2, "Ngày"),
        (3, "Số tiền"),
        (4, "Số tiền"),
        (5, "Số tiền"),
    ]
    assert read.wrong[0].sentence.startswith("Dòng 2, cột Ngày: Không phải ngày")
    assert len(read.rows) == 1


@pytest.mark.parametrize("source", ["post", "bank"])
def test_a_file_without_the_needed_columns_is_none(lists, source):
    with pytest.raises(Invalid) as refused:
        statement(lists.csv(["Họ tên", "Số tiền"], ["x", "8000"]), source)

    assert refused.value.code == "statement.headings"


def test_a_file_that_is_too_long_is_refused(lists):
    with pytest.raises(TooMuch):
        statement(lists.csv(POST, *[["1", "23/11/2026", "4K7M29TB6HC", "x", "8000"]] * 3), "post", rows_most=2)


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3=", "\tx"])
def test_no_cell_that_we_write_is_run_by_a_spreadsheet(cell):
    [[written]] = csv.reader(io.StringIO(table_csv([[cell]]).decode("utf-8-sig"), newline=""), delimiter=";")

    assert written == f"'{cell}"
