"""A report's tables as a file: XLSX with a sheet for each, or CSV with one after the other.

Numbers are numbers. A text that a spreadsheet program would take for a formula gets an apostrophe before it in CSV;
in XLSX it is marked as text. CSV bears the mark by which Excel knows UTF-8, and semicolons, which is what it expects
in Vietnam.

Stands on: pages. Used by: bootstrap.
Source: OWASP, CSV injection (cells that begin with = + - @, a tab or a carriage return).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from postgw.domain.report_content import SheetTable

from .pages import Page, workbook

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_TITLE = 31
_NOT_IN_A_TITLE = str.maketrans("[]:*?/\\", "       ")


def written(tables: Sequence[SheetTable], format: str) -> bytes:
    """Return the file of some tables."""
    return _csv(tables) if format == "csv" else _xlsx(tables)


def _xlsx(tables: Sequence[SheetTable]) -> bytes:
    titles = (table.title.translate(_NOT_IN_A_TITLE)[:_LONGEST_TITLE].strip() for table in tables)
    return workbook([
        Page(title=title, headings=table.headings, rows=table.rows)
        for title, table in zip(titles, tables, strict=True)
    ])  # fmt: skip


def _csv(tables: Sequence[SheetTable]) -> bytes:
    text = io.StringIO(newline="")
    lines = csv.writer(text, delimiter=";")
    for n, table in enumerate(tables):
        lines.writerows([*([[]] if n else []), [_harmless(table.title)], table.headings])
        lines.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell
