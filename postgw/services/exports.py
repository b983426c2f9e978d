"""Exports: a list of the screen as a file for a spreadsheet.

What is on the page is in the file, no more: the page masks names, or has written down that they were uncovered.

Used by: the pages that show lists.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from postgw.domain.errors import Invalid
from postgw.domain.report_content import SheetTable
from postgw.domain.sheet_ports import SheetWriter

FORMATS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """The act of writing a list as a file."""

    write_sheet: SheetWriter

    async def sheet(
        self, title: str, headings: Sequence[str], rows: Sequence[Sequence[str | int]], *, format: str
    ) -> bytes:
        """Return the file of one table. Raises Invalid when the format is neither csv nor xlsx."""
        if format not in FORMATS:
            raise Invalid("Tệp xuất chỉ có dạng csv hoặc xlsx.", code="export.format")
        table = SheetTable(title=title, headings=tuple(headings), rows=tuple(map(tuple, rows)))
        return await asyncio.to_thread(self.write_sheet, (table,), format)
