"""The desk that has no wire: it hands in its dossiers as a list.

Reading a long list takes seconds of pure computing, so it is done in a thread beside the loop.

Stands on: reading, mending, statement, template. Used by: bootstrap, as `SheetReader` and `Statements`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from postgw.domain.in_flight import InFlightSheet
from postgw.domain.reconciliation import Statement

from .settings import SpreadsheetSettings

if TYPE_CHECKING:
    from .sheet import Sheet


class SpreadsheetDesk:
    """Reads lists of dossiers within the limits that were set, and hands back what is to be mended."""

    def __init__(self, settings: SpreadsheetSettings | None = None) -> None:
        self._settings = settings or SpreadsheetSettings()

    async def read_sheet(self, file: bytes, name: str, *, receiving_desk: str) -> Sheet:
        """Return the list in a file. Raises Invalid or TooMuch when it cannot be read as one."""
        from .reading import read

        reading = partial(read, file, name, receiving_desk=receiving_desk, limits=self._settings)
        return await asyncio.to_thread(reading)

    async def to_mend(self, sheet: Any, errors_by_row: Mapping[int, Sequence[str]]) -> bytes:
        """Return the bad rows of a list as a file of the same kind, each with what is wrong with it."""
        from .mending import to_mend

        return await asyncio.to_thread(to_mend, sheet, errors_by_row)

    async def read_statement(self, file: bytes, *, source: str) -> Statement:
        """Return the rows of a statement of the post or the bank. Raises Invalid or TooMuch when it cannot be read."""
        from .statement import read_statement

        return await asyncio.to_thread(read_statement, file, source, self._settings)

    async def read_in_flight(self, file: bytes) -> InFlightSheet:
        """Return a list of consignments under way. Raises Invalid or TooMuch when it cannot be read as one."""
        from .in_flight import read_in_flight

        return await asyncio.to_thread(read_in_flight, file, self._settings)

    async def in_flight_to_mend(self, sheet: InFlightSheet, why: Mapping[int, str], *, as_csv: bool) -> bytes:
        """Return the rows that were not taken over, each with what is wrong with it."""
        from .in_flight import in_flight_to_mend

        return await asyncio.to_thread(partial(in_flight_to_mend, sheet, why, as_csv=as_csv))

    async def in_flight_template(self, *, as_csv: bool) -> bytes:
        """Return the list that is filled in."""
        from .in_flight import in_flight_template

        return await asyncio.to_thread(partial(in_flight_template, as_csv=as_csv))

    async def csv(self, rows: Sequence[Sequence[str]]) -> bytes:
        """Return a table as CSV, nothing of it a formula."""
        from .statement import table_csv

        return await asyncio.to_thread(table_csv, rows)

    async def template(self, format: str) -> bytes:
        """Return the file that a clerk fills in."""
        from .template import template

        return await asyncio.to_thread(template, "csv" if format == "csv" else "xlsx")

    async def close(self) -> None:
        """Nothing is held open."""
