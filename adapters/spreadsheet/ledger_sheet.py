"""A sheet of ours that grows line by line: results of a day, answers to a list, orders, cancellations.

Each line bears a key under the last of our headings, so that what is said twice stands there once. People open these
sheets, sort them, add columns of their own and save them again; all that stays as it is, and a sheet that can no longer
be read is left alone and a second one begun beside it. CSV for what is only read; XLSX where a telephone must keep its
zero when Excel opens it.

Stands on: folder, grid, pages, statement. Used by: folder_desk, folder_post.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from postgw.domain.errors import Mistake

from .cells import shown
from .folder import SharedFolder
from .grid import Row, csv_delimiter, csv_rows, is_workbook, sheets_of_workbook, text_of_csv
from .pages import Page, workbook
from .settings import SpreadsheetSettings
from .sheet import Format
from .statement import table_csv

Line = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSheet:
    """One sheet of ours: where it lies, what it is called, its headings, the last of them being that of the key."""

    room: str
    name: str
    headings: Line
    format: Format = "csv"

    def put(self, folder: SharedFolder, lines: Mapping[str, Line], *, renew: bool = False) -> frozenset[str]:
        """Add lines by their keys; return the keys that stood there before.

        The key becomes a line's last cell. A line that is known stays as it is, or with `renew` is written anew.
        """
        for name in self._names():
            content = folder.read(self.room, name)
            table = read_table(content, self.headings[-1]) if content else [list(self.headings)]
            if table is None:
                continue
            grown, known = self._grown(table, lines, renew=renew)
            if grown != table:
                folder.write(self.room, name, self._written(grown))
            return known
        raise AssertionError

    def _names(self) -> Iterator[str]:
        yield f"{self.name}.{self.format}"
        yield from (f"{self.name}-{n}.{self.format}" for n in count(2))

    def _grown(
        self, table: list[list[str]], lines: Mapping[str, Line], *, renew: bool
    ) -> tuple[list[list[str]], frozenset[str]]:
        headings, *rows = table
        key_at = headings.index(self.headings[-1])
        places = {row[key_at]: n for n, row in enumerate(rows, 1) if len(row) > key_at}
        grown, known = list(table), frozenset(places) & frozenset(lines)
        for key, line in lines.items():
            cells = dict(zip(self.headings, (shown(cell) for cell in (*line, key)), strict=True))
            if key not in known:
                grown.append([cells.get(heading, "") for heading in headings])
            elif renew:
                old = dict(zip(headings, table[places[key]], strict=False))
                grown[places[key]] = [{**old, **cells}.get(heading, "") for heading in headings]
        return grown, known

    def _written(self, table: Sequence[Line]) -> bytes:
        wide = max(map(len, table))
        headings, *rows = (tuple([*row, *[""] * (wide - len(row))]) for row in table)
        if self.format == "csv":
            return table_csv([headings, *rows])
        return workbook([Page(title="Danh sách", headings=headings, rows=tuple(rows))])


def read_table(content: bytes, key_heading: str) -> list[list[str]] | None:
    """Return the headings and the lines; nothing when it is no sheet of ours any more."""
    try:
        rows = [_without_blank_end([shown(cell) for cell in row]) for row in _rows(content, key_heading)]
    except Mistake:
        return None
    while rows and key_heading not in rows[0]:
        rows.pop(0)
    return [row for row in rows if any(row)] or None


def _without_blank_end(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _rows(content: bytes, key_heading: str) -> Iterator[Row]:
    if is_workbook(content):
        for _, rows in sheets_of_workbook(content, SpreadsheetSettings()):
            return rows
    text = text_of_csv(content)
    return csv_rows(text, csv_delimiter(text, lambda row: len(row) if key_heading in map(shown, row) else 0))
