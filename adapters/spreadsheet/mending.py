"""The file to mend: the bad rows of a list with the same columns and a last one that says what is wrong.

It has the kind that came in, can be mended in place and handed in again as it is. Nothing in it is ever a formula: a
cell that begins with = would be run by the next Excel that opens it.

Stands on: sheet, headings, pages. Used by: desk, bootstrap (`import`, the desk's page).
Source: OWASP, CSV injection (cells that begin with = + - @).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from postgw.domain.folding import fold

from .headings import REMARKS
from .pages import Page, workbook
from .sheet import Sheet, SheetRow

#: A text that a spreadsheet may take for a formula; a number with its sign is none. An apostrophe of the text's own
#: would be taken off in reading, so it gets one more.
_LIKE_FORMULA = re.compile(r"[=@\t\r']|[+\-](?![\d\s.,()\-]*$)")


def to_mend(sheet: Sheet, errors_by_row: Mapping[int, Sequence[str]]) -> bytes:
    """Return the rows that have errors, of their own or in `errors_by_row` (row number → sentences), as a file."""
    keep = [n for n, text in enumerate(sheet.headings) if fold(text) != fold(REMARKS)]
    table = [[*(sheet.headings[n] for n in keep), REMARKS]]
    for row in sheet.rows:
        if remarks := [*(error.remark for error in row.errors), *errors_by_row.get(row.number, ())]:
            table.append([*(_cell(row, n) for n in keep), "\n".join(remarks)])
    if sheet.format == "csv":
        return _csv(table, sheet.delimiter)
    rows = tuple(tuple(f"'{cell}" if cell.startswith("'") else cell for cell in row) for row in table[1:])
    return workbook([Page(title="Cần sửa", headings=tuple(table[0]), rows=rows)])


def _cell(row: SheetRow, n: int) -> str:
    return row.cells[n] if n < len(row.cells) else ""


def _csv(table: Iterable[Sequence[str]], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([harmless(cell) for cell in row] for row in table)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Return the text with the apostrophe that keeps a spreadsheet from running it; reading takes it off again."""
    return f"'{cell}" if _LIKE_FORMULA.match(cell) else cell
