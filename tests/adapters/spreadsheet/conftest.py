"""Lists as clerks hand them in: CSV and XLSX, made from rows that differ from the template's example in a few cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook

from adapters.spreadsheet.reading import read
from adapters.spreadsheet.sheet import Sheet
from postgw.rules.import_columns import import_columns

HEADINGS = [column.heading for column in import_columns()]
EXAMPLE = {column.heading: column.example for column in import_columns()} | {"Mã hồ sơ": "H27.31-261120-0008"}


def row(**cells: Any) -> list[Any]:
    """Return a row like the example; `Mã_hồ_sơ="…"` changes a cell."""
    changed = {name.replace("_", " "): cell for name, cell in cells.items()}
    own_ref = {"Mã tiếp nhận nội bộ": f"TS-{changed['Mã hồ sơ'][-11:]}"} if changed.get("Mã hồ sơ") else {}
    return list((EXAMPLE | own_ref | changed).values())


def csv_file(*rows: list[Any], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(*rows: list[Any], change: Callable[[Any], None] | None = None) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for cells in rows:
        page.append(cells)
    if change:
        change(page)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheet_of(file: bytes) -> Sheet:
    return read(file, "danh-sach.xlsx", receiving_desk="TS")


class Lists:
    """What a test needs to hand in a list."""

    headings = HEADINGS
    row = staticmethod(row)
    csv = staticmethod(csv_file)
    xlsx = staticmethod(xlsx_file)
    sheet_of = staticmethod(sheet_of)

    def of(self, **cells: Any) -> Sheet:
        """Return the sheet of one row, handed in as XLSX."""
        return sheet_of(xlsx_file(HEADINGS, row(**cells)))


@pytest.fixture(scope="session")
def lists() -> Lists:
    return Lists()
