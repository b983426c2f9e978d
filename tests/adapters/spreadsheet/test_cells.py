"""One cell at a time: what Excel does to what is typed, put right or refused with what to do."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.spreadsheet.cells import FORMULA_WITHOUT_RESULT, MERGED, read_cell
from postgw.domain.errors import Invalid
from postgw.rules.import_columns import Column, import_columns


def _column(heading: str) -> Column:
    return next(column for column in import_columns() if column.heading == heading)


PHONE, DATE, MONEY, CODE = map(_column, ["Số điện thoại", "Ngày hẹn trả", "Phí, lệ phí", "Mã thủ tục"])
NAME = _column("Họ tên người nhận")
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes(), st.dates(), st.times(),
    st.timedeltas(), st.sampled_from([MERGED, FORMULA_WITHOUT_RESULT, "1E+308", "=A1", "#N/A", "٣٤٥", "１２３"]),
    st.from_regex(r"[0-9.,/\- đĐ+']{1,25}", fullmatch=True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("0540 000 123", "0540000123"),
        (540000123, "0540000123"),
        (540000123.0, "0540000123"),
        ("912000003", "0912000003"),
        ("912 000 003", "0912000003"),
        ("+84 912 000 003", "0912000003"),
        (84912000003, "0912000003"),
        ("2393000001", "02393000001"),
        ("'0912000003", "0912000003"),
        ("19001000", "19001000"),
    ],
)
def test_a_telephone_is_read_with_its_zero(cell, phone):
    assert read_cell(PHONE, cell)[0] == phone


def test_a_zero_that_was_put_back_is_noted():
    assert read_cell(PHONE, 912000003)[1]
    assert not read_cell(PHONE, "0912000003")[1]


@pytest.mark.parametrize("cell", ["0912000003 / 0912000004", "9.12E+08", "abc", "12", 1.5])
def test_what_is_no_telephone_is_refused_and_not_repeated(cell):
    with pytest.raises(Invalid) as caught:
        read_cell(PHONE, cell)

    assert caught.value.field == "/applicant/phone"
    assert "09120" not in str(caught.value)


@pytest.mark.parametrize(
    "cell",
    [datetime(2026, 11, 27), datetime(2026, 11, 27, 17, 0), date(2026, 11, 27), "27/11/2026", "27-11-2026",
     "27.11.2026", "2026-11-27", "2026-11-27 00:00:00"],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(cell):
    assert read_cell(DATE, cell)[0] == date(2026, 11, 27)


@pytest.mark.parametrize("cell", ["31/02/2026", "11/27/2026", "27/11/26", "mai", datetime(1900, 1, 1), time(8), 5])
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(Invalid, match="ngày/tháng/năm"):
        read_cell(DATE, cell)


def test_a_date_that_excel_shows_as_a_number_is_asked_back():
    with pytest.raises(Invalid, match="27/11/2026"):
        read_cell(DATE, 46353)


@pytest.mark.parametrize(
    ("cell", "dong"),
    [
        ("25.000", 25000), ("25,000", 25000), ("25 000", 25000), ("25000 đ", 25000), ("25.000đ", 25000),
        ("25.000 VNĐ", 25000), ("1.234.567 đồng", 1_234_567), (25000, 25000), (25000.0, 25000), ("25.000,00", 25000),
        (0, 0), ("Không", 0), ("miễn phí", 0),
    ],
)  # fmt: skip
def test_money_is_read_however_it_is_written(cell, dong):
    assert read_cell(MONEY, cell)[0] == dong


@pytest.mark.parametrize("cell", ["8,5", "-5000", "25.0000", "hai lăm nghìn", 1500.5, 1.234, "٣٤٥"])
def test_what_is_no_money_is_refused(cell):
    with pytest.raises(Invalid, match="đồng"):
        read_cell(MONEY, cell)


def test_a_sum_whose_thousands_excel_lost_is_asked_back():
    with pytest.raises(Invalid, match=r"25\.000 đồng thì gõ 25000"):
        read_cell(MONEY, 25.0)


def test_a_procedure_code_gets_back_the_zero_at_its_end():
    assert read_cell(CODE, 1.01072)[0] == "1.010720"
    assert read_cell(CODE, "2.000635")[0] == "2.000635"


def test_a_code_that_excel_made_a_date_is_refused():
    with pytest.raises(Invalid, match="Văn bản"):
        read_cell(CODE, datetime(2026, 11, 20))


@pytest.mark.parametrize("cell", ["Nguy?n V?n A", "a" * 151, "#NAME?", "=B2", MERGED, FORMULA_WITHOUT_RESULT])
def test_a_ruined_name_is_refused(cell):
    with pytest.raises(Invalid) as caught:
        read_cell(NAME, cell)

    assert caught.value.field == "/applicant/name"


def test_a_name_of_150_letters_and_one_in_loose_accents_are_read():
    assert read_cell(NAME, "ễ" * 150)[0] == "ễ" * 150


@given(st.sampled_from(import_columns()), CELLS)
def test_any_cell_is_read_or_refused_at_its_column(column, cell):
    refused = None
    try:
        read_cell(column, cell)
    except Invalid as error:
        refused = error

    assert refused is None or (refused.field.startswith(column.field) and str(refused))


@given(st.integers(0, 10**9).filter(lambda dong: dong == 0 or dong >= 1000))
def test_money_as_we_print_it_is_read_back(dong):
    assert read_cell(MONEY, f"{dong:,} đ".replace(",", "."))[0] == dong


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_date_as_we_print_it_is_read_back(on):
    assert read_cell(DATE, on.strftime("%d/%m/%Y"))[0] == on


@pytest.mark.parametrize("column", import_columns(), ids=lambda column: column.field)
@pytest.mark.parametrize("cell", ["1" + " " * 100_000 + "x", "(" * 100_000, "1" * 100_000, "1." * 50_000])
@pytest.mark.timeout(5)
def test_a_cell_made_to_keep_us_busy_does_not(column, cell):
    with suppress(Invalid):
        assert read_cell(column, cell)


def test_a_duration_is_read_as_text_and_not_as_a_code():
    with pytest.raises(Invalid):
        read_cell(CODE, timedelta(hours=26))
