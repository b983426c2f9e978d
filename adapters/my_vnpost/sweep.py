"""Where the reading of the list stands: the cursor of an account's feed.

The list goes by days and its pages shift while orders change, so it is swept again and again: from a day to today, page
by page, then anew from the last day with an overlap. At rest the cursor is the day from which the next sweep begins;
under way it bears the span, the page and the rows of it that are done. Its second part counts the pages that told
something new: who is asked for the place behind such a page knows that it was kept.

>>> str(read("2026-11-22~7~2026-11-23~1~25")), read("5a7c1f0e0000000000000001")
('2026-11-22~7~2026-11-23~1~25', None)

Used by: client. Source: the list's days and pages as public clients ask for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from .settings import MyVnPostSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A place in a sweep of the list."""

    first: date
    kept: int = 0  #: pages that told something new
    last: date | None = None  #: none: at rest
    page: int = 0
    done: int = 0  #: rows of the page

    @property
    def at_rest(self) -> bool:
        """Say whether no sweep is under way."""
        return self.last is None

    def __str__(self) -> str:
        """Return the cursor."""
        at_rest = f"{self.first}~{self.kept}"
        return f"{at_rest}~{self.last}~{self.page}~{self.done}" if self.last else at_rest

    def begun(self, today: date, settings: MyVnPostSettings) -> Sweep:
        """Return this sweep under way: at rest it begins, up to today or as far as the post lists at a time."""
        if self.last:
            return self
        last = min(max(today, self.first), self.first + timedelta(days=settings.list_days_most - 1))
        return replace(self, last=last, page=settings.first_page, done=0)

    def passed(self, rows: int, done: int, size: int, settings: MyVnPostSettings) -> Sweep:
        """Return the place after `done` rows of a page: on it, on the next one, or at rest behind the last."""
        if done < rows:
            return replace(self, done=done)
        if rows >= size:
            return replace(self, page=self.page + 1, done=0)
        assert self.last is not None
        # The last day is listed again, with the overlap; never back.
        first = max(self.first, self.last - timedelta(days=settings.feed_overlap_days))
        return Sweep(first=first, kept=self.kept)

    def told(self) -> Sweep:
        """Return the same place after a page that told something new."""
        return replace(self, kept=self.kept + 1)


def read(cursor: str) -> Sweep | None:
    """Return the place a cursor names; None at one that is not ours: an account may have had another adapter."""
    first, *rest = cursor.split("~")
    try:
        at_rest = Sweep(first=date.fromisoformat(first), kept=int(rest[0]))
        if len(rest) == 1:
            return at_rest
        last, page, done = rest[1:]
        return replace(at_rest, last=date.fromisoformat(last), page=int(page), done=int(done))
    except (ValueError, IndexError):
        return None


def start(today: date, settings: MyVnPostSettings) -> Sweep:
    """Return where an account's feed begins."""
    return Sweep(first=today - timedelta(days=settings.feed_first_days))
