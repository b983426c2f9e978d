"""What the house asks of whoever reads and writes files: lists of dossiers, statements, status sheets, tables.

Used by: services (which ask), adapters.spreadsheet (which answers), bootstrap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from .dossier import Dossier
from .errors import PostgwError
from .in_flight import InFlightSheet
from .ports import FeedEvent, FeedReject
from .reconciliation import Statement
from .report_content import SheetTable


class CellFault(Protocol):
    """What is wrong with a cell of a list, or with a whole row."""

    @property
    def row(self) -> int:
        """Return the row, by the number that Excel shows."""
        ...

    @property
    def column(self) -> str:
        """Return the heading of its column in the clerk's own file; empty when the fault is the whole row's."""
        ...

    @property
    def error(self) -> PostgwError:
        """Return what is wrong, in the house's words."""
        ...

    @property
    def remark(self) -> str:
        """Return the sentence as it stands in the row itself, in a file to mend."""
        ...


class ListRow(Protocol):
    """One row of a list: a dossier, or what is wrong with it, never both."""

    @property
    def number(self) -> int:
        """Return the number that Excel shows."""
        ...

    @property
    def dossier(self) -> Dossier | None:
        """Return the dossier; nothing where the row has errors."""
        ...

    @property
    def errors(self) -> Sequence[CellFault]:
        """Return what is wrong with it."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """Return what was put right while reading."""
        ...


class Sheet(Protocol):
    """A list of dossiers, read: each row a dossier or what is wrong with it, cell by cell."""

    @property
    def rows(self) -> Sequence[ListRow]:
        """Return the rows that stood in the file, without blank ones."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """Return what was passed over."""
        ...

    @property
    def mend_name(self) -> str:
        """Return what the file to mend is called."""
        ...

    def placed(self, row: int, error: PostgwError) -> CellFault:
        """Return what the house said about a row's dossier, at its cell."""
        ...


class SheetReader(Protocol):
    """Reads the lists of desks whose dossier system has no wire."""

    async def read_sheet(self, file: bytes, name: str, *, receiving_desk: str) -> Sheet:
        """Read a file. Raises Invalid or TooMuch when it cannot be read as a list at all."""
        ...

    async def to_mend(self, sheet: Any, errors_by_row: Mapping[int, Sequence[str]]) -> bytes:
        """Return the bad rows of a list that was read here, as a file of the same kind, each with what is wrong."""
        ...

    async def template(self, format: str) -> bytes:
        """Return the file that a clerk fills in: `xlsx` or `csv`."""
        ...

    async def close(self) -> None:
        """Give back what the adapter holds open."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusesRead:
    """A status sheet of a post office, read: what it states, and the rows that state nothing.

    `rows` leads from a record to its row as the sheet counts; `to_mend` are the bad rows as a file, empty when none is.
    """

    events: Sequence[FeedEvent]
    rejects: Sequence[FeedReject]
    to_mend: bytes = field(default=b"", repr=False)
    rows: Mapping[str, int] = field(default_factory=dict)


class StatusSheets(Protocol):
    """A post office that works with sheets: orders out, states in, by hand."""

    @property
    def office(self) -> str:
        """Return the post office whose staff may fetch and hand in; empty when none was named."""
        ...

    async def orders_sheet(self, day: date) -> bytes | None:
        """Return the sheet of a day's orders, XLSX; nothing when there were none."""
        ...

    async def read_statuses(self, file: bytes) -> StatusesRead:
        """Return what a status sheet says. Raises Invalid or TooMuch when it cannot be read as one."""
        ...


class InFlightSheets(Protocol):
    """Reads lists of consignments that are with the post already, and hands back what is to be mended."""

    async def read_in_flight(self, file: bytes) -> InFlightSheet:
        """Return a list. Raises Invalid or TooMuch when it cannot be read as one."""
        ...

    async def in_flight_to_mend(self, sheet: InFlightSheet, why: Mapping[int, str], *, as_csv: bool) -> bytes:
        """Return the rows named in `why`, as they stood, each with what is wrong with it."""
        ...

    async def in_flight_template(self, *, as_csv: bool) -> bytes:
        """Return the file that is filled in."""
        ...


class Statements(Protocol):
    """Reads what the post and the bank say they received, and writes tables for a spreadsheet."""

    async def read_statement(self, file: bytes, *, source: str) -> Statement:
        """Read a file. Raises Invalid or TooMuch when it cannot be read as a statement at all."""
        ...

    async def csv(self, rows: Sequence[Sequence[str]]) -> bytes:
        """Return a table as CSV, nothing of it a formula."""
        ...


class SheetWriter(Protocol):
    """Who writes tables for a spreadsheet program. No cell is ever taken for a formula."""

    def __call__(self, tables: Sequence[SheetTable], format: str) -> bytes:
        """Return a file of these tables: `xlsx`, or `csv` with one table after the other."""
        ...
