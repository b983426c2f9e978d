"""Files that nobody should hand in: damaged, hostile, lists only by name. Each is read or refused in one sentence."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from adapters.spreadsheet.in_flight import in_flight_template, in_flight_to_mend, read_in_flight
from adapters.spreadsheet.inbox import Place
from adapters.spreadsheet.mending import to_mend
from adapters.spreadsheet.reading import read
from adapters.spreadsheet.settings import SpreadsheetSettings
from adapters.spreadsheet.statement import read_statement
from adapters.spreadsheet.statuses import read_statuses
from adapters.spreadsheet.template import template
from postgw.domain.errors import Invalid, Mistake

from ...fuzz import TEXTS, damaged, tried

LIMITS = SpreadsheetSettings(rows_most=200)
SHEET = "xl/worksheets/sheet1.xml"
STATUS = ("Số phiếu gửi", "Số hiệu bưu gửi", "Trạng thái", "Thời điểm", "Ngày", "Bưu cục", "Lý do", "Ghi chú")
STATUS_ROW = ("4K7M29TB6HC", "RR473124829VN", "Đã phát", "08:15 23/11/2026", "23/11/2026", "480000", "", "")
BANK = ("Ngày", "Số tiền", "Số hiệu bưu gửi", "Nội dung", "Phát sinh nợ")
BANK_ROW = ("23/11/2026", "25.000", "RR473124829VN", "NOP PHI 4K7M29TB6HC", "")


def _csv(*rows: tuple[Any, ...], delimiter: str = ";") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode("utf-8-sig", "surrogatepass")


def _xlsx(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _read_list(file: bytes) -> None:
    sheet = read(file, "ten.xlsx", receiving_desk="TS", limits=LIMITS)
    assert len(sheet.rows) <= LIMITS.rows_most
    to_mend(sheet, {error.row: [error.remark] for error in sheet.errors})


def _read_in_flight(file: bytes) -> None:
    sheet = read_in_flight(file, LIMITS)
    assert len(sheet.lines) <= LIMITS.rows_most
    in_flight_to_mend(sheet, {line.number: "x" for line in sheet.lines}, as_csv=True)


def _read_statement(file: bytes) -> None:
    for source in ("post", "bank"):
        assert len(read_statement(file, source, LIMITS).rows) <= LIMITS.rows_most


def _read_statuses(file: bytes) -> None:
    assert len(read_statuses(file, {}, LIMITS).rows) <= LIMITS.rows_most


def _rows_of(file: bytes) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))


#: What reads a file → a right one, heading and row.
READERS: dict[str, tuple[Callable[[bytes], None], tuple[tuple[str, ...], ...]]] = {
    "dossiers": (_read_list, _rows_of(template("csv"))),
    "in flight": (_read_in_flight, _rows_of(in_flight_template(as_csv=True))),
    "statement": (_read_statement, (BANK, BANK_ROW)),
    "statuses": (_read_statuses, (STATUS, STATUS_ROW)),
}
CELLS = st.one_of(
    TEXTS.map(lambda text: re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)),
    st.integers(-(10**16), 10**16), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none(),
    st.dates(date(1900, 3, 1), date(9999, 12, 31)), st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)),
    st.times(), st.timedeltas(timedelta(0), timedelta(days=9999)),
    st.sampled_from(["#N/A", "#REF!", "=1/0", "=A1", "=cmd|' /C calc'!A0", "12/2026", "31/02/2026", "1e400", "0x1F"]),
)  # fmt: skip


def settled(read_file: Callable[[bytes], None], file: bytes) -> None:
    """See that a file is read, or refused in a sentence for the one who handed it in."""
    refusal = None
    try:
        read_file(file)
    except Mistake as no:
        refusal = no
    assert refusal is None or str(refusal).endswith("."), refusal


@pytest.mark.parametrize("kind", READERS)
def test_any_bytes_are_a_list_or_are_refused(kind: str) -> None:
    read_file, rows = READERS[kind]

    @tried(25)
    @given(st.one_of(st.binary(max_size=300), damaged(_csv(*rows)), damaged(_xlsx(*rows)),
                     st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail)))  # fmt: skip
    def handed_in(file: bytes) -> None:
        settled(read_file, file)

    handed_in()


@pytest.mark.parametrize("kind", READERS)
def test_any_text_between_separators_is_a_list_or_is_refused(kind: str) -> None:
    read_file, (headings, row, *_) = READERS[kind]
    cells = st.lists(st.sampled_from(row) | TEXTS, max_size=len(row) + 2).map(tuple)

    @tried(20)
    @given(st.lists(cells, max_size=5), st.permutations(headings), st.sampled_from(";,\t|"), TEXTS)
    def handed_in(rows: list[tuple[str, ...]], order: list[str], delimiter: str, before: str) -> None:
        file = _csv(tuple(order), *rows, delimiter=delimiter)
        settled(read_file, file)
        settled(read_file, before.encode("utf-8", "surrogatepass") + b"\n" + file)
        settled(read_file, f"sep={before[:1]}\n".encode("utf-8", "surrogatepass") + file[3:])

    handed_in()


@pytest.mark.parametrize("kind", READERS)
def test_whatever_excel_may_hold_in_a_cell_is_read_or_refused(kind: str) -> None:
    read_file, (headings, row, *_) = READERS[kind]

    @tried(8)
    @given(st.lists(st.tuples(*[st.just(cell) | CELLS for cell in row]), min_size=1, max_size=3))
    def handed_in(rows: list[tuple[Any, ...]]) -> None:
        settled(read_file, _xlsx(headings, *rows))

    handed_in()


def _parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    new = io.BytesIO()
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return new.getvalue()


@pytest.mark.parametrize("kind", READERS)
def test_a_workbook_with_damaged_insides_is_read_or_refused(kind: str) -> None:
    read_file, rows = READERS[kind]
    parts = _parts(_xlsx(*rows))
    spliced = st.sampled_from([
        b'r="A9999999999"', b'r="0"', b't="s"', b't="e"', b't="d"', b't="inlineStr"', b'<v>99999</v>', b"<v>-1</v>",
        b"<v>1e400</v>", b'<row r="1">', b'<mergeCell ref="A1:XFD1048576"/>', b"<!DOCTYPE x>", b'xml:space="x"',
        b'encoding="utf-16"', b"&#0;", b"&a;", b"]]>", b'<f t="shared" si="9"/>', b'spans="1:99999999"', b"<is/>",
    ])  # fmt: skip

    @tried(12)
    @given(st.data())
    def handed_in(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(parts)))
        part = data.draw(damaged(parts[name]))
        if data.draw(st.booleans()):
            at = data.draw(st.integers(0, len(part)))
            part = part[:at] + data.draw(spliced) + part[at:]
        settled(read_file, _packed({**parts, name: part}))

    handed_in()


@pytest.mark.parametrize("row", [10**7, 10**12, 10**30, "+1e12", "0" * 50 + "9" * 9])
@pytest.mark.parametrize("kind", READERS)
def test_a_row_further_down_than_excel_has_any_is_refused_before_anybody_walks_there(kind: str, row: object) -> None:
    read_file, rows = READERS[kind]
    parts = _parts(_xlsx(*rows))
    parts[SHEET] = re.sub(rb'<row r="2"', f"<row r='{row}'".encode(), parts[SHEET])

    with pytest.raises(Invalid) as no:
        read_file(_packed(parts))

    assert no.value.code == "sheet.broken"


def test_a_cursor_that_is_none_is_the_beginning() -> None:
    @tried(100)
    @given(st.one_of(TEXTS, TEXTS.map(lambda text: f"1f:{text}")))
    def read_again(cursor: str) -> None:
        assert Place.of(cursor).rows >= 0

    read_again()
