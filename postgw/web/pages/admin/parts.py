"""What a page of administration is made of: a table of rows, and forms by which something begins, changes or ends.

Every page of administration is the same page with other words, so that whoever knows one knows all: what holds stands
in a table, newest first; beside it a form begins something new; a row bears the acts that end it or try it again.

Used by: sheet, and the file of each section.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid
from postgw.web.pages.visit import Visit

#: (value, words)
Option = tuple[str, str]
_LONGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form. Words are Vietnamese sentences."""

    name: str
    label: str
    kind: str = "text"  #: text, number, date, time, select, checks, area, file, hidden, heading
    hint: str = ""
    hint_values: Mapping[str, object] = field(default_factory=dict)
    options: Sequence[Option] = ()
    value: str = ""  #: what stands there before anybody typed
    is_needed: bool = True
    is_named: bool = False  #: whether its options are names, which are in no catalogue
    rows: int = 4
    is_half: bool = False  #: whether it shares its line with the next one


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form in the side column."""

    act: str
    title: str
    button: str
    fields: Sequence[Field]
    lead: str = ""
    values: Mapping[str, object] = field(default_factory=dict)  #: of title and lead
    back: str = ""  #: where to go instead, while something is being changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell. `text` stands as it is; `words` are a sentence with `values`."""

    text: str = ""
    words: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    kind: str = ""  #: code, number
    state: str = ""  #: ok, warn, late, stuck, quiet, run: with `icon`
    icon: str = ""
    href: str = ""
    small: str = ""
    small_words: str = ""
    small_values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAct:
    """An act on one row, with what it asks for."""

    act: str
    word: str
    about: str  #: of which row, for those who hear the page
    asks: Sequence[Field] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table."""

    key: str
    cells: Sequence[Cell]
    acts: Sequence[RowAct] = ()
    is_over: bool = False
    is_opened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence above the table."""

    words: str
    values: Mapping[str, object] = field(default_factory=dict)
    state: str = "warn"
    icon: str = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a section holds."""

    rows: Sequence[Row]
    next_cursor: str = ""
    notes: Sequence[Note] = ()


class Typed(dict[str, str]):
    """What was typed into a form; `all_of` has every ticked value of a name."""

    def __init__(self, pairs: Mapping[str, str], ticked: Mapping[str, tuple[str, ...]], file: bytes = b"") -> None:
        super().__init__(pairs)
        self._ticked = ticked
        self.file = file

    def text(self, name: str) -> str:
        """Return what stands in a field, without the blanks around it."""
        return self.get(name, "").strip()[:_LONGEST]

    def all_of(self, name: str) -> tuple[str, ...]:
        """Return every ticked value."""
        return self._ticked.get(name, ())

    def day(self, name: str) -> date:
        """Return a day. Raises Invalid when none is given."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise Invalid("Ghi một ngày, ví dụ 01/12/2026.", code="form.day", field=f"/{name}") from None

    def day_or_none(self, name: str) -> date | None:
        """Return a day, or nothing when the field is empty."""
        return self.day(name) if self.text(name) else None

    def whole(self, name: str) -> int:
        """Return a whole number, points and blanks between its figures aside. Raises Invalid."""
        text = self.text(name).replace(".", "").replace(" ", "")
        if not (text.isascii() and text.isdecimal() and len(text) < 16):
            raise Invalid("Ghi một số nguyên.", code="form.number", field=f"/{name}")
        return int(text)

    def clock(self, name: str) -> time:
        """Return a time of the clock. Raises Invalid."""
        try:
            return time.fromisoformat(self.text(name))
        except ValueError:
            raise Invalid("Ghi giờ, ví dụ 08:00.", code="form.time", field=f"/{name}") from None


Do = Callable[[Visit, Typed], Awaitable[web.Response | None]]


async def _no_forms(visit: Visit) -> Sequence[Form]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One page of administration."""

    slug: str
    title: str
    lead: str
    group: str
    columns: Sequence[str]
    table: Callable[[Visit, str], Awaitable[Table]]  #: from a cursor on
    empty: str
    forms: Callable[[Visit], Awaitable[Sequence[Form]]] = _no_forms
    does: Mapping[str, Do] = field(default_factory=dict)
    kinds: Sequence[str] = ()  #: of changes, in the log
    sieve: Sequence[Option] = ()  #: values of `kind`, by which the table is cut
    scope: str = "admin"

    @property
    def path(self) -> str:
        """Return where it is."""
        return f"/desk/admin/{self.slug}"


def chosen_day(value: Any) -> str:
    """Return a day as a cell shows it.

    >>> chosen_day(date(2026, 12, 1)), chosen_day(None)
    ('01/12/2026', '')
    """
    return f"{value:%d/%m/%Y}" if value else ""
