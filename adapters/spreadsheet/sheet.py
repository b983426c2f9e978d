"""A list of dossiers, read: each row a dossier or what is wrong with it, cell by cell.

A clerk mends cells, not fields. So every error stands at a row and a column, under the heading that the clerk's own
file has, with the row number that Excel shows.

Stands on: domain.dossier, domain.errors, rules.import_columns. Used by: reading, mending, bootstrap (`import`, the
desk's page).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from postgw.domain.dossier import Dossier
from postgw.domain.errors import PostgwError
from postgw.rules.import_columns import import_columns

Format = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellError:
    """What is wrong with one cell; `column` is empty when the fault is the whole row's."""

    row: int
    column: str
    error: PostgwError

    @property
    def place(self) -> str:
        """Return where it is, as a clerk looks for it."""
        return f"Dòng {self.row}, cột {self.column}" if self.column else f"Dòng {self.row}"

    @property
    def sentence(self) -> str:
        """Return the whole sentence, with its place."""
        return f"{self.place}: {self.error}"

    @property
    def remark(self) -> str:
        """Return the sentence as it stands in the row itself, in a file to mend."""
        return f"{self.column}: {self.error}" if self.column else str(self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row of the file, by the number that Excel shows. A row with errors has no dossier."""

    number: int
    dossier: Dossier | None = field(repr=False)
    errors: tuple[CellError, ...] = ()
    notes: tuple[str, ...] = ()  #: what was put right while reading, for the clerk to see
    cells: tuple[str, ...] = field(default=(), repr=False)  #: as given, under `Sheet.headings`


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file, read. Blank rows and the template's own example are not among `rows`."""

    name: str = field(repr=False)  #: as the file was called
    format: Format
    headings: tuple[str, ...]  #: as given
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...] = ()  #: what was passed over
    delimiter: str = ";"  #: of a CSV
    heading_of: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  #: field → heading in this file

    @property
    def errors(self) -> tuple[CellError, ...]:
        """Return everything that is wrong, in the order of the file."""
        return tuple(error for row in self.rows for error in row.errors)

    @property
    def good(self) -> tuple[SheetRow, ...]:
        """Return the rows that can be taken in."""
        return tuple(row for row in self.rows if row.dossier)

    @property
    def mend_name(self) -> str:
        """Return what the file to mend is called."""
        return f"can-sua-{self.name.rpartition('.')[0] or self.name or 'danh-sach'}.{self.format}"

    def placed(self, row: int, error: PostgwError) -> CellError:
        """Return what the house said about a row's dossier, at its cell: `error.field` leads to the column."""
        known = column_of(error.field)
        return CellError(row=row, column=self.heading_of.get(_field_of(error.field), known), error=error)


def column_of(field: str) -> str:
    """Return the heading of the column that fills a field, or nothing when no column does.

    >>> column_of("/applicant/phone"), column_of("/papers/0/kind"), column_of("/receiving_desk")
    ('Số điện thoại', 'Giấy tờ', '')
    """
    return _headings().get(_field_of(field), "")


def _field_of(field: str) -> str:
    """Return the nearest field above, or of, this one that a column fills."""
    while field and field not in _headings():
        field = field.rpartition("/")[0]
    return field


@lru_cache(maxsize=1)
def _headings() -> Mapping[str, str]:
    return {column.field: column.heading for column in import_columns()}
