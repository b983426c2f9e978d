"""Workbooks as we write them: every text is text, so that Excel neither eats a zero nor runs a formula.

Used by: pages, which enters here when the first workbook is asked for.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .page import Page

_TEXT, _NUMBER = "@", "#,##0"
_NARROWEST, _WIDEST = 12, 48
_BOLD, _GREY = Font(bold=True), Font(italic=True, color="FF808080")
_HEADING, _REQUIRED = PatternFill("solid", fgColor="FFE8EEF4"), PatternFill("solid", fgColor="FFFFE08A")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def written(pages: Sequence[Page]) -> bytes:
    """Return an XLSX of these pages."""
    book = Workbook(write_only=True)
    for page in pages:
        _write(book.create_sheet(page.title), page)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write(paper: Any, page: Page) -> None:
    paper.freeze_panes = "A2"
    for n, heading in enumerate(page.headings):
        column = paper.column_dimensions[get_column_letter(n + 1)]
        column.width, column.number_format = _width(page, n), _TEXT
        if heading in page.choices:
            _offer(paper, get_column_letter(n + 1), page.choices[heading])
    paper.append([_heading(paper, heading, page) for heading in page.headings])
    for row in page.rows:
        paper.append([_cell(paper, value, font=_GREY if page.grey else None) for value in row])


def _width(page: Page, n: int) -> int:
    longest = max((len(line) for row in (page.headings, *page.rows) for line in str(row[n]).splitlines()), default=0)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _offer(paper: Any, letter: str, choices: str) -> None:
    offered = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
    offered.add(f"{letter}2:{letter}1048576")
    paper.data_validations.append(offered)


def _heading(paper: Any, text: str, page: Page) -> Cell:
    cell = _cell(paper, text, font=_BOLD)
    cell.fill = _REQUIRED if text in page.required else _HEADING
    return cell


def _cell(paper: Any, value: str | int, *, font: Font | None = None) -> Cell:
    cell: Cell = WriteOnlyCell(paper, value=value)
    cell.alignment = _WRAPPED
    if isinstance(value, str):
        cell.data_type = "s"  # also what begins with =
        cell.number_format = _TEXT
    else:
        cell.number_format = _NUMBER
    if font:
        cell.font = font
    return cell
