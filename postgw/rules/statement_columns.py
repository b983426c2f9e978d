"""The columns of a statement of the post or of a bank, and the headings under which they come.

Used by: adapters.spreadsheet.
Source: data/statement_columns.toml; the headings are those seen on lists and statements, none is prescribed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from postgw.domain.folding import fold

_PUNCTUATION = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementColumn:
    """One column of a statement."""

    field: str
    heading: str
    also: tuple[str, ...]
    needed: frozenset[str]  #: the sources that cannot do without it


@lru_cache(maxsize=1)
def statement_columns() -> tuple[StatementColumn, ...]:
    """Return the columns."""
    text = (resources.files("postgw.rules") / "data/statement_columns.toml").read_text(encoding="utf-8")
    return tuple(
        StatementColumn(**{**row, "also": tuple(row["also"]), "needed": frozenset(row["needed"])})
        for row in tomllib.loads(text)["columns"]
    )


def statement_column_of(heading: str) -> StatementColumn | None:
    """Return the column that a heading means, however it is accented, cased or punctuated.

    >>> [statement_column_of(text).field for text in ("Số tiền thu hộ", "NGAY GD", "Dien giai:")]
    ['/amount_dong', '/on', '/text']
    >>> statement_column_of("Họ tên") is None
    True
    """
    return _headings().get(_key(heading))


@lru_cache(maxsize=1)
def _headings() -> Mapping[str, StatementColumn]:
    return {_key(name): column for column in statement_columns() for name in (column.heading, *column.also)}


def _key(heading: str) -> str:
    return _PUNCTUATION.sub("", fold(heading))
