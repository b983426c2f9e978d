"""A statement of the post or of a bank, read: rows of date, amount and what names the matter, or what is wrong.

Statements end in a line of totals and a bank's hold what went out as well; both are passed over with a word. All wrong
rows are told at once, because with one of them nothing of the file is kept.

Stands on: grid, cells, rules.statement_columns, domain.reconciliation. Used by: desk.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from postgw.domain.errors import Invalid, TooMuch
from postgw.domain.folding import fold
from postgw.domain.reconciliation import Statement, StatementRow, WrongRow
from postgw.rules.import_columns import Column
from postgw.rules.statement_columns import StatementColumn, statement_column_of, statement_columns

from .cells import Cell, Unreadable, is_blank, read_cell, shown
from .grid import Row, checked_file, csv_delimiter, csv_rows, is_workbook, sheets_of_workbook, text_of_csv
from .mending import harmless
from .settings import SpreadsheetSettings

_ROWS_ABOVE_MOST = 40
_TEXT_MOST = 500
_SHORT_MOST = 300
_TIME = re.compile(r"[ T]+\d{1,2}:\d\d(:\d\d)?$|^\d{1,2}:\d\d(:\d\d)?[ T]+")
_TOTAL = re.compile(r"(tong|cong)\b|so du\b")
_READS = {"/on": "date", "/amount_dong": "money", "/debit": "money"}

Columns = Mapping[int, StatementColumn]


def read_statement(file: bytes, source: str, limits: SpreadsheetSettings) -> Statement:
    """Return the rows of a statement.

    Raises TooMuch when the file is too large or too long, Invalid when it is none that can be read.
    """
    file = checked_file(file, limits)
    for rows in _tables(file, limits):
        numbered = enumerate(rows, 1)
        if columns := _headings(numbered, source):
            return _statement(numbered, columns, source, limits)
    needed = ", ".join(column.heading for column in statement_columns() if source in column.needed)
    raise Invalid(
        "Không thấy dòng tiêu đề cột. Bảng kê cần ít nhất các cột: {needed}.", needed=needed,
        code="statement.headings", field="/content",
    )  # fmt: skip


def table_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as CSV that a spreadsheet opens with its accents and runs nothing of."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _tables(file: bytes, limits: SpreadsheetSettings) -> Iterator[Iterator[Row]]:
    if is_workbook(file):
        yield from (rows for _, rows in sheets_of_workbook(file, limits))
        return
    text = text_of_csv(file)
    yield csv_rows(text, csv_delimiter(text, lambda row: len(_columns(row))))


def _columns(row: Row) -> dict[int, StatementColumn]:
    found: dict[int, StatementColumn] = {}
    for place, cell in enumerate(row):
        column = statement_column_of(shown(cell)) if not is_blank(cell) else None
        if column and column not in found.values():
            found[place] = column
    return found


def _headings(rows: Iterator[tuple[int, Row]], source: str) -> dict[int, StatementColumn]:
    """Return the columns by their places, `rows` then standing beneath the headings; nothing when there are none."""
    needed = {column.field for column in statement_columns() if source in column.needed}
    for number, row in rows:
        columns = _columns(row)
        if needed <= {column.field for column in columns.values()}:
            return columns
        if number >= _ROWS_ABOVE_MOST:
            break
    return {}


def _statement(
    rows: Iterator[tuple[int, Row]], columns: Columns, source: str, limits: SpreadsheetSettings
) -> Statement:
    read: list[StatementRow] = []
    wrong: list[WrongRow] = []
    passed: list[int] = []
    for number, row in rows:
        cells = {column.field: row[place] for place, column in columns.items() if place < len(row)}
        if all(is_blank(cell) for cell in row):
            continue
        if _is_no_income(row, cells):
            passed.append(number)
            continue
        try:
            read.append(_row(number, cells, source))
        except Invalid as error:
            wrong.append(WrongRow(row=number, column=_heading_of(error.field), error=error))
        if len(read) + len(wrong) > limits.rows_most:
            raise TooMuch("Bảng kê dài hơn {most} dòng. Tách thành nhiều tệp rồi nhập từng tệp.",
                          most=limits.rows_most, code="sheet.long")  # fmt: skip
    if not read and not wrong:
        raise Invalid("Dưới dòng tiêu đề không có dòng tiền nào.", code="sheet.no_rows", field="/content")
    return Statement(rows=tuple(read), wrong=tuple(wrong), notes=_notes(passed))


def _notes(passed: Sequence[int]) -> tuple[str, ...]:
    if not passed:
        return ()
    more = f" và {len(passed) - 10} dòng khác" if len(passed) > 10 else ""
    return (f"Dòng {', '.join(map(str, passed[:10]))}{more} là dòng tổng, số dư hoặc tiền ra, đã bỏ qua.",)


def _is_no_income(row: Row, cells: Mapping[str, Cell]) -> bool:
    """Say whether a row is a total, a balance, or money that went out."""
    first = next((fold(shown(cell)) for cell in row if not is_blank(cell) and not isinstance(cell, Unreadable)), "")
    went_out = not is_blank(cells.get("/debit")) and fold(shown(cells["/debit"])) not in {"0", "-"}
    amount = cells.get("/amount_dong")
    came_in = not is_blank(amount) and fold(shown(amount)) not in {"0", "-"}
    return bool(_TOTAL.match(first)) or (went_out and not came_in)


def _row(number: int, cells: Mapping[str, Cell], source: str) -> StatementRow:
    on, amount = _read("/on", cells), _amount(cells, source)
    return StatementRow(
        row=number, on=on, amount_dong=amount, number=_text("/number", cells, _SHORT_MOST),
        reference=_text("/reference", cells, _SHORT_MOST), text=_text("/text", cells, _TEXT_MOST),
    )  # fmt: skip


def _read(field: str, cells: Mapping[str, Cell]) -> Any:
    cell = cells.get(field)
    if isinstance(cell, datetime):
        cell = cell.date()
    elif isinstance(cell, str) and field == "/on":
        cell = _TIME.sub("", cell.strip())
    value, _ = read_cell(_column(field), cell)
    if value is None:
        raise Invalid("Ô còn trống.", code="cell.missing", field=field)
    return value if isinstance(value, (date, int)) else str(value)


def _amount(cells: Mapping[str, Cell], source: str) -> int:
    try:
        amount = int(_read("/amount_dong", cells))
    except Invalid as error:
        # A bank pays interest of a few đồng; a fee of a few đồng is a lost thousands dot.
        if source != "bank" or error.code != "money.small":
            raise
        return int(str(error.values["dong"]))
    if not amount:
        raise Invalid("Số tiền phải lớn hơn 0.", code="money.zero", field="/amount_dong")
    return amount


def _text(field: str, cells: Mapping[str, Cell], most: int) -> str:
    cell = cells.get(field)
    if isinstance(cell, Unreadable):
        raise Invalid(cell.template, code=cell.code, field=field)
    return " ".join(shown(cell).split())[:most]


def _column(field: str) -> Column:
    return Column(
        heading=_heading_of(field), also=(), field=field, required_for=frozenset(), reads=_READS[field], example=""
    )


def _heading_of(field: str) -> str:
    return next((column.heading for column in statement_columns() if column.field == field), "")
