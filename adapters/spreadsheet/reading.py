"""Reading a clerk's list of dossiers: CSV or XLSX in, rows of dossiers and bad cells out.

Stands on: grid, headings, rows, sheet. Used by: desk, bootstrap (`import`, the desk's page).
Source: rules/data/import_columns.toml for the columns and the grammar of a papers cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from postgw.domain.dossier import Dossier
from postgw.domain.errors import Invalid, TooMuch

from .cells import Cell, is_blank
from .grid import checked_file, csv_delimiter, csv_rows, is_workbook, sheets_of_workbook, text_of_csv
from .headings import Headings, found_row, headings_of, known_headings, no_headings
from .rows import is_the_example, row_of
from .settings import SpreadsheetSettings
from .sheet import CellError, Sheet, SheetRow

Numbered = Iterator[tuple[int, tuple[Cell, ...]]]


def read(file: bytes, name: str, *, receiving_desk: str, limits: SpreadsheetSettings | None = None) -> Sheet:
    """Return the list in a file; `name` is only kept, the kind is seen from the content.

    Raises TooMuch when the file is too large or too long, Invalid when it is no list that can be read.
    """
    limits = limits or SpreadsheetSettings()
    file = checked_file(file, limits)
    if is_workbook(file):
        return _read_workbook(file, name, receiving_desk, limits)
    text = text_of_csv(file)
    delimiter = csv_delimiter(text, known_headings)
    rows = enumerate(csv_rows(text, delimiter), 1)
    if (heading_row := found_row(rows)) is None:
        raise no_headings()
    headings = headings_of(heading_row)
    return replace(_sheet(rows, headings, name, receiving_desk, limits), format="csv", delimiter=delimiter)


def _read_workbook(file: bytes, name: str, receiving_desk: str, limits: SpreadsheetSettings) -> Sheet:
    for title, cells in sheets_of_workbook(file, limits):
        rows = enumerate(cells, 1)
        if (heading_row := found_row(rows)) is not None:
            sheet = _sheet(rows, headings_of(heading_row), name, receiving_desk, limits)
            return replace(sheet, notes=(f"Đã đọc trang tính “{title}”.", *sheet.notes))
    raise no_headings()


def _sheet(rows: Numbered, headings: Headings, name: str, receiving_desk: str, limits: SpreadsheetSettings) -> Sheet:
    read_rows: list[SheetRow] = []
    notes = list(headings.notes)
    alone: list[int] = []
    for number, cells in rows:
        filled = _filled(cells, headings)
        if filled == 1 and len(headings.by_field) > 1:
            alone.append(number)
        elif filled:
            row = row_of(number, cells, headings, receiving_desk=receiving_desk)
            if is_the_example(row):
                notes.append(f"Dòng {number} là dòng ví dụ của tệp mẫu, đã bỏ qua.")
                continue
            read_rows.append(row)
            if len(read_rows) > limits.rows_most:
                raise _too_long(limits)
    if alone:
        notes.append(_alone_note(alone))
    if not read_rows:
        raise Invalid("Dưới dòng tiêu đề không có dòng nào. Điền danh sách rồi nhập lại.", code="sheet.no_rows")
    return Sheet(
        name=name, format="xlsx", headings=headings.texts, rows=tuple(_without_twins(read_rows)), notes=tuple(notes),
        heading_of=headings.by_field,
    )  # fmt: skip


def _filled(cells: tuple[Cell, ...], headings: Headings) -> int:
    if cells.count(None) == len(cells):
        return 0  # quickly: a million formatted blank rows are nothing rare
    pairs = zip(cells, headings.columns, strict=False)
    return sum(column is not None and not is_blank(cell) for cell, column in pairs)


def _alone_note(numbers: list[int]) -> str:
    more = f" và {len(numbers) - 10} dòng khác" if len(numbers) > 10 else ""
    return f"Dòng {', '.join(map(str, numbers[:10]))}{more} chỉ có một ô có chữ, đã bỏ qua."


def _too_long(limits: SpreadsheetSettings) -> TooMuch:
    return TooMuch(
        "Danh sách dài hơn {most} dòng. Tách thành nhiều tệp rồi nhập từng tệp.",
        most=f"{limits.rows_most:,}".replace(",", "."), code="sheet.long",
    )  # fmt: skip


def _without_twins(rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
    """Yield the rows, the second of two with the same dossier made an error: one of them is a slip of copying."""
    first: dict[str, int] = {}
    for row in rows:
        names = _names_of(row.dossier) if row.dossier else []
        earlier = min([row.number, *(first.setdefault(name, row.number) for name in names)])
        if earlier != row.number:
            yield replace(row, dossier=None, errors=(_twin(row.number, earlier),))
        else:
            yield row


def _names_of(dossier: Dossier) -> list[str]:
    """Return under what a house finds a dossier again: its code, and the desk's own reference."""
    return [name for name in (dossier.dossier_no, dossier.intake_ref and f"/{dossier.intake_ref}") if name]


def _twin(number: int, earlier: int) -> CellError:
    error = Invalid("Hồ sơ này đã có ở dòng {earlier}. Giữ một dòng.", earlier=earlier, code="sheet.twice")
    return CellError(row=number, column="", error=error)
