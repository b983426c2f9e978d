"""Whole lists: what is found in them, what is passed over with a word, what is refused in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.spreadsheet.reading import read
from adapters.spreadsheet.settings import SpreadsheetSettings
from adapters.spreadsheet.sheet import column_of
from adapters.spreadsheet.template import template
from postgw.domain.dossier import checked_dossier
from postgw.domain.errors import Invalid, TooMuch
from postgw.rules.import_columns import import_columns

AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_is_read_whatever_parts_it_and_with_or_without_its_mark(lists, delimiter, encoding):
    file = lists.csv(lists.headings, lists.row(), delimiter=delimiter, encoding=encoding)

    sheet = lists.sheet_of(file)

    assert (sheet.format, sheet.delimiter, len(sheet.good), sheet.errors) == ("csv", delimiter, 1, ())


def test_a_csv_that_names_its_delimiter_is_believed(lists):
    file = b"sep=|\r\n" + lists.csv(lists.headings, lists.row(), delimiter="|", encoding="utf-8")

    assert [row.number for row in lists.sheet_of(file).good] == [2]


def test_csv_and_xlsx_give_the_same_dossiers(lists):
    rows = (lists.headings, lists.row(Ghi_chú="Hai\ndòng; có dấu"))

    assert lists.sheet_of(lists.csv(*rows)).rows[0].dossier == lists.sheet_of(lists.xlsx(*rows)).rows[0].dossier


def test_a_row_that_was_read_is_a_dossier_that_can_be_taken(lists):
    dossier = lists.of().rows[0].dossier

    assert checked_dossier(dossier, at=AT).key == "H27.31-261120-0008"
    assert (dossier.receiving_desk, dossier.service_form, dossier.fee_dong, len(dossier.papers)) == (
        "TS",
        "return",
        8000,
        2,
    )


def test_columns_stand_in_any_order_under_any_known_heading(lists):
    headings = ["SĐT" if heading == "Số điện thoại" else heading.upper() for heading in reversed(lists.headings)]

    sheet = lists.sheet_of(lists.xlsx(headings, list(reversed(lists.row(Số_điện_thoại="x")))))

    assert [error.sentence for error in sheet.errors] == ["Dòng 2, cột SĐT: Số điện thoại phải gồm 8 đến 15 chữ số."]


def test_titles_above_blank_rows_and_totals_below_keep_the_row_numbers(lists):
    file = lists.xlsx(["DANH SÁCH HỒ SƠ"], [], lists.headings, [], lists.row(), ["Cộng: 1"])

    sheet = lists.sheet_of(file)

    assert [row.number for row in sheet.rows] == [5]
    assert "Dòng 6 chỉ có một ô có chữ, đã bỏ qua." in sheet.notes


def test_good_rows_are_kept_beside_bad_ones_and_every_bad_cell_is_told(lists):
    bad = lists.row(Mã_hồ_sơ="H27.31-261120-0009", Số_điện_thoại="abc", Ngày_hẹn_trả="31/02/2026", Hình_thức="bay")

    sheet = lists.sheet_of(lists.xlsx(lists.headings, lists.row(), bad))

    assert [row.number for row in sheet.good] == [2]
    assert [error.column for error in sheet.errors] == ["Hình thức", "Số điện thoại", "Ngày hẹn trả"]
    assert all(error.sentence.startswith("Dòng 3, cột ") for error in sheet.errors)


@pytest.mark.parametrize(
    ("form", "blank"),
    [("nhận", "Mã hồ sơ"), ("gửi", "Giấy tờ"), ("cả hai", "Giấy tờ"), ("nhận", "Số điện thoại"), ("gửi", "Mã thủ tục")],
)
def test_a_blank_cell_that_the_form_needs_is_named(lists, form, blank):
    sheet = lists.of(Hình_thức=form, **{blank.replace(" ", "_"): None})

    assert [(error.column, error.error.code) for error in sheet.errors] == [(blank, "cell.missing")]


@pytest.mark.parametrize(
    "cells",
    [
        {"Địa_chỉ": None},
        {"Mã_tiếp_nhận_nội_bộ": None, "Hình_thức": "gửi"},
        {"Số_điện_thoại": None, "Người_nhận_thay": "Trần Diễn Tập", "Điện_thoại_người_nhận_thay": "0540000124"},
    ],
)
def test_a_blank_cell_for_which_another_stands_in_is_no_error(lists, cells):
    assert lists.of(**cells).errors == ()


def test_a_list_of_results_need_not_ask_for_the_papers_column(lists):
    headings, row = lists.headings[:-1], lists.row()[:-1]
    at = headings.index("Giấy tờ")

    assert lists.sheet_of(lists.xlsx(headings[:at] + headings[at + 1 :], row[:at] + row[at + 1 :])).errors == ()


def test_an_unknown_heading_is_passed_over_and_its_nearest_named(lists):
    sheet = lists.sheet_of(
        lists.xlsx(["STT", *lists.headings, "Ngày hẹn tra kq", "Màu tóc"], [1, *lists.row(), "x", "đen"])
    )

    assert len(sheet.good) == 1
    assert [note for note in sheet.notes if "Có phải là “Ngày hẹn trả”?" in note]
    assert "Cột “Màu tóc” không có trong mẫu, đã bỏ qua." in sheet.notes
    assert not [note for note in sheet.notes if "STT" in note]


def test_a_missing_column_is_named_with_what_may_be_meant(lists):
    headings = ["Mã thủ tụcc" if heading == "Mã thủ tục" else heading for heading in lists.headings]

    with pytest.raises(Invalid, match="Thiếu cột “Mã thủ tục”.*“Mã thủ tụcc”.*“Mã thủ tục”"):
        lists.sheet_of(lists.xlsx(headings, lists.row()))


def test_two_headings_that_mean_the_same_are_refused(lists):
    with pytest.raises(Invalid, match="“Số điện thoại” và “SĐT”"):
        lists.sheet_of(lists.xlsx([*lists.headings, "SĐT"], lists.row()))


def test_the_second_of_two_rows_with_one_dossier_is_an_error(lists):
    sheet = lists.sheet_of(lists.xlsx(lists.headings, lists.row(), lists.row()))

    assert [error.sentence for error in sheet.errors] == ["Dòng 3: Hồ sơ này đã có ở dòng 2. Giữ một dòng."]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_template_is_known_and_its_example_is_no_dossier(lists, format):
    with pytest.raises(Invalid, match="không có dòng nào"):
        lists.sheet_of(template(format))


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "Tệp trống"),
        (b"  \n", "Tệp trống"),
        ("Mã hồ sơ;Họ tên\n1;Nguyễn".encode("utf-16"), "Lưu thành"),
        ("Mã hồ sơ;Họ tên\n1;Nguyễn".encode("cp1258", "replace"), "Dòng 1 có chữ không thuộc bảng mã UTF-8"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "kiểu cũ"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 and nothing more", "Không mở được tệp Excel"),
        ("tên;tuổi\nA;5\n".encode(), "Không thấy dòng tiêu đề"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(lists, file, sentence):
    with pytest.raises(Invalid, match=sentence):
        lists.sheet_of(file)


def test_a_quote_that_is_never_closed_is_named_by_its_row(lists):
    file = lists.csv(lists.headings, lists.row()) + b'"never;closed\r\n'

    with pytest.raises(Invalid, match="Sau dòng 2 có dấu ngoặc kép"):
        lists.sheet_of(file)


def test_a_list_that_is_too_long_or_too_heavy_is_refused(lists):
    file = lists.csv(lists.headings, *[lists.row(Mã_hồ_sơ=f"H27.31-261120-{n:04}") for n in range(5)])

    with pytest.raises(TooMuch, match="dài hơn 4 dòng"):
        read(file, "a.csv", receiving_desk="TS", limits=SpreadsheetSettings(rows_most=4))
    with pytest.raises(TooMuch, match="nhiều nhất 10 MB"):
        read(b"a" * 10_000_001, "a.csv", receiving_desk="TS")


@pytest.mark.parametrize("column", import_columns(), ids=lambda column: column.field)
def test_every_field_leads_back_to_its_column(column):
    assert column_of(column.field) == column.heading
    assert column_of(f"{column.field}/3/kind") == column.heading


def test_what_the_house_says_of_a_dossier_stands_at_the_clerks_own_heading(lists):
    headings = ["Số biên nhận" if heading == "Mã hồ sơ" else heading for heading in lists.headings]
    sheet = lists.sheet_of(lists.xlsx(headings, lists.row(Mã_hồ_sơ="0001")))

    with pytest.raises(Invalid) as caught:
        checked_dossier(sheet.rows[0].dossier, at=AT)

    assert sheet.placed(2, caught.value).place == "Dòng 2, cột Số biên nhận"
    assert sheet.placed(2, Invalid("…", field="/receiving_desk")).place == "Dòng 2"


def test_a_sheet_shows_no_person_when_it_is_logged(lists):
    assert "Diễn Tập" not in repr(lists.of(Số_điện_thoại="0912000003 x"))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), min_size=22, max_size=22))
def test_any_row_of_any_text_is_a_dossier_or_has_its_errors(lists, cells):
    sheet = lists.sheet_of(lists.csv(lists.headings, lists.row(), cells))

    assert sheet.rows[0].dossier
    assert all((row.dossier is None) == bool(row.errors) for row in sheet.rows)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(lists, file):
    with pytest.raises((Invalid, TooMuch)):
        lists.sheet_of(file)


def test_two_rows_under_one_reference_of_the_desk_are_one_slip_of_copying(lists):
    rows = [lists.row(**{"Mã hồ sơ": f"H27.31-261120-00{n}", "Mã tiếp nhận nội bộ": "TS-1"}) for n in (11, 12)]
    sheet = lists.sheet_of(lists.csv(lists.headings, *rows))

    assert [row.number for row in sheet.good] == [2]
    assert "dòng 2" in sheet.errors[0].sentence
