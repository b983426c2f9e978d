"""A list of consignments that are with the post already, read: each row what it says, or what is to be mended.

Stands on: grid, cells, domain.in_flight. Used by: desk.
Source: the columns of `postgw import --in-flight` (docs/importing.md).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from postgw.domain.errors import Invalid, PostgwError, TooMuch
from postgw.domain.folding import fold
from postgw.domain.in_flight import InFlight, InFlightLine, InFlightSheet
from postgw.rules.import_columns import Column

from .cells import Cell, Unreadable, is_blank, read_cell, shown
from .grid import Row, checked_file, csv_delimiter, csv_rows, is_workbook, sheets_of_workbook, text_of_csv
from .mending import harmless
from .pages import Page, workbook
from .settings import SpreadsheetSettings

_ROWS_ABOVE_MOST = 40
_WHY = "Lỗi"
#: Field → its heading, and what else clerks call it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "item_no": ("Số hiệu bưu gửi", "Số hiệu", "Số bưu gửi", "Mã bưu gửi", "number", "item_no"),
    "dossier_no": ("Mã hồ sơ", "Số hồ sơ", "dossier", "dossier_no"),
    "posted_on": ("Ngày gửi", "Ngày bưu điện nhận", "Ngày nhận gửi", "posted", "posted_on", "date"),
    "place": ("Nơi biết lần cuối", "Nơi cuối", "Vị trí cuối", "Bưu cục", "place"),
    "desk": ("Bộ phận Một cửa", "Mã bộ phận", "desk"),
    "leg": ("Chiều", "leg"),
    "state": ("Trạng thái", "state"),
    "consignee": ("Người nhận", "Tên người nhận", "consignee"),
    "commune": ("Xã, phường người nhận", "Xã người nhận", "Xã, phường", "commune"),
    "procedure_code": ("Mã thủ tục", "procedure", "procedure_code"),
}
NEEDED = ("item_no", "dossier_no", "posted_on", "place")
_READS = {"posted_on": "date"}
_EXAMPLE = (
    "RR473124829VN", "H27.15-261112-0031", "20/11/2026", "Bưu điện Kỳ Anh", "", "Trả kết quả", "",
    "Nguyễn Thị Diễn Tập", "xã Kỳ Lạc", "",
)  # fmt: skip


def read_in_flight(file: bytes, limits: SpreadsheetSettings) -> InFlightSheet:
    """Return the rows of a list. Raises TooMuch when it is too long, Invalid when it cannot be read as one."""
    file = checked_file(file, limits)
    for rows in _tables(file, limits):
        numbered = enumerate(rows, 1)
        for number, row in numbered:
            places = _places(row)
            if set(NEEDED) <= set(places):
                return _sheet(tuple(shown(cell) for cell in row), places, numbered, limits)
            if number >= _ROWS_ABOVE_MOST:
                break
    needed = ", ".join(COLUMNS[name][0] for name in NEEDED)
    raise Invalid(
        "Không thấy dòng tiêu đề cột. Danh sách cần ít nhất các cột: {needed}.",
        needed=needed,
        code="in_flight.headings",
    )


def in_flight_to_mend(sheet: InFlightSheet, why: Mapping[int, str], *, as_csv: bool) -> bytes:
    """Return the rows that were not taken, as they stood, each with what is wrong with it."""
    width = len(sheet.headings)
    known = sheet.headings and sheet.headings[-1] == _WHY
    headings = sheet.headings if known else (*sheet.headings, _WHY)
    kept = len(headings) - 1
    rows = [
        (*(one.cells + ("",) * width)[:kept], why[one.number]) for one in sheet.lines if one.number in why
    ]  # fmt: skip
    return _csv([headings, *rows]) if as_csv else _xlsx(headings, rows)


def in_flight_template(*, as_csv: bool) -> bytes:
    """Return an empty list with its headings and one example."""
    headings = tuple(names[0] for names in COLUMNS.values())
    return _csv([headings, _EXAMPLE]) if as_csv else _xlsx(headings, [_EXAMPLE])


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    required = frozenset(COLUMNS[name][0] for name in NEEDED)
    shown_rows = tuple(tuple(row) for row in rows)
    return workbook([Page(title="Bưu gửi đang đi", headings=tuple(headings), rows=shown_rows, required=required)])


def _tables(file: bytes, limits: SpreadsheetSettings) -> Iterator[Iterator[Row]]:
    if is_workbook(file):
        yield from (rows for _, rows in sheets_of_workbook(file, limits))
        return
    text = text_of_csv(file)
    yield csv_rows(text, csv_delimiter(text, lambda row: len(_places(row))))


def _places(row: Row) -> dict[str, int]:
    """Return at which place each known column stands."""
    names = {fold(name): field for field, known in COLUMNS.items() for name in known}
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        if not isinstance(cell, Unreadable) and (field := names.get(fold(shown(cell)))):
            found.setdefault(field, place)
    return found


def _sheet(
    headings: tuple[str, ...], places: Mapping[str, int], rows: Iterator[tuple[int, Row]], limits: SpreadsheetSettings
) -> InFlightSheet:
    lines: list[InFlightLine] = []
    for number, row in rows:
        if all(is_blank(cell) for cell in row):
            continue
        if len(lines) == limits.rows_most:
            raise TooMuch(
                "Danh sách dài hơn {most} dòng. Tách thành nhiều tệp rồi nhập từng tệp.", most=limits.rows_most,
                code="sheet.long",
            )  # fmt: skip
        line = _line(number, row, places)
        if line.said is None or (line.said.item_no, line.said.dossier_no) != _EXAMPLE[:2]:
            lines.append(line)
    if not lines:
        raise Invalid("Dưới dòng tiêu đề không có dòng nào. Điền danh sách rồi nhập lại.", code="sheet.no_rows")
    return InFlightSheet(headings=headings, lines=_without_twins(lines))


def _line(number: int, row: Row, places: Mapping[str, int]) -> InFlightLine:
    cells = tuple("" if isinstance(cell, Unreadable) else shown(cell) for cell in row)
    try:
        said = InFlight(**{name: _read(name, row, places) for name in COLUMNS})
    except PostgwError as why:
        return InFlightLine(number=number, cells=cells, why=why)
    return InFlightLine(number=number, cells=cells, said=said)


def _read(name: str, row: Row, places: Mapping[str, int]) -> Any:
    place = places.get(name)
    cell: Cell = row[place] if place is not None and place < len(row) else None
    column = Column(
        heading=COLUMNS[name][0], also=(), field=f"/{name}", required_for=frozenset(), reads=_READS.get(name, "text"),
        example="",
    )  # fmt: skip
    value, _ = read_cell(column, cell)
    if value is None and name in NEEDED:
        raise Invalid("Chưa ghi {what}.", what=COLUMNS[name][0].lower(), code="in_flight.blank", field=f"/{name}")
    return value if isinstance(value, date) else (str(value) if value is not None else "")


def _without_twins(lines: Sequence[InFlightLine]) -> tuple[InFlightLine, ...]:
    first: dict[str, int] = {}
    judged = []
    for line in lines:
        number = "".join(line.said.item_no.split()).upper() if line.said else ""
        if number and number in first:
            why = Invalid(
                "Số hiệu này đã có ở dòng {row}.", row=first[number], code="in_flight.twice", field="/item_no"
            )
            line = InFlightLine(number=line.number, cells=line.cells, why=why)
        elif number:
            first[number] = line.number
        judged.append(line)
    return tuple(judged)


def heading_of(pointer: str) -> str:
    """Return the heading of the column that a pointer means; empty where it means none.

    >>> heading_of("/item_no"), heading_of("")
    ('Số hiệu bưu gửi', '')
    """
    return COLUMNS.get(pointer.strip("/").partition("/")[0], ("",))[0]
