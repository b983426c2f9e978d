"""A stock-take (kiểm kê): what should lie at a post office and is not there.

Two lists are laid beside each other: what the books say lies here, and what a hand found. What moved while the hand
went along the shelves is no loss: of what was not found, only that is missing which by the books still lies here.

Used by: storage.stock_takes, stock_taking.
Source: Circular 17/2017/TT-BTTTT art. 12, 15 (status, continuous and true).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTake:
    """One round along the shelves of a post office."""

    stock_take_no: str
    office: str
    taken_at: datetime
    taken_by: str
    expected: int  #: how many should have lain there
    found: int  #: how many a hand found, strange ones among them
    missing: tuple[str, ...]
    strange: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAgain:
    """The first statement after a stock-take that somebody had the item before them."""

    code: str
    occurred_at: datetime
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the two lists say together."""

    missing: tuple[str, ...]
    strange: tuple[str, ...]


def compared(*, expected: Set[str], found: Set[str], lying: Set[str]) -> Comparison:
    """Lay what was expected and what was found beside what the books now say lies here.

    >>> compared(expected={"A", "B", "C"}, found={"A", "D", "E"}, lying={"A", "B", "E"})  # C left, E came meanwhile
    Comparison(missing=('B',), strange=('D',))
    """
    return Comparison(
        missing=tuple(sorted((expected - found) & lying)), strange=tuple(sorted(found - expected - lying))
    )


def numbered(office: str, on: date, serial: int) -> str:
    """Return the number of a stock-take.

    >>> numbered("480000", date(2026, 11, 23), 1)
    'KK-480000-261123-01'
    """
    return f"KK-{office}-{on:%y%m%d}-{serial:02}"
