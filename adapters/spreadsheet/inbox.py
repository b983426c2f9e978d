"""The lists that lie in a folder, read in turn under the cursor that the house keeps.

A cursor names a list by its digest and how far it was read. The house keeps the cursor together with what was read, so
the next call is the proof: only when it bears "to the end" is the list put away. Killed before that, the list still
lies there and is read again; killed after it, the next call puts it away.

Stands on: folder. Used by: folder_desk, folder_post.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from .folder import Dropped, SharedFolder

Read = TypeVar("Read")
_END = "het"
#: So many lists that were read to their end are remembered; beyond, only those that still lie there.
_ENDED_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far the lists were read: which was the last, and how many of its rows.

    >>> Place.of("1f:200"), Place.of("1f:het").ended, Place.of("").cursor
    (Place(digest='1f', rows=200, ended=False), True, ':0')
    """

    digest: str = ""
    rows: int = 0
    ended: bool = False

    @staticmethod
    def of(cursor: str) -> Place:
        """Return the place that a cursor names; an unreadable one is the beginning."""
        found, _, rows = cursor.partition(":")
        return Place(digest=found, rows=int(rows) if rows.isdecimal() else 0, ended=rows == _END)

    @property
    def cursor(self) -> str:
        """Return the cursor that names this place."""
        return f"{self.digest}:{_END if self.ended else self.rows}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Generic[Read]):
    """The list whose turn it is, and from which of its rows on."""

    file: Dropped
    read: Read
    begin: int

    def after(self, rows: int, *, of: int) -> str:
        """Return the cursor behind this many rows more."""
        end = self.begin + rows
        return Place(digest=self.file.digest, rows=end, ended=end >= of).cursor


class Inbox(Generic[Read]):
    """Reads what was dropped, oldest first, and hands on to `finish` what the house has kept to its end."""

    def __init__(
        self, folder: SharedFolder, read: Callable[[Dropped], Read | None], finish: Callable[[Dropped, Read], None]
    ) -> None:
        self._folder = folder
        self._read = read
        self._finish = finish
        self._ended: set[str] = set()
        self._at_hand: tuple[str, Read] | None = None

    def turn(self, cursor: str) -> Turn[Read] | None:
        """Return what is to be read after a cursor; nothing when nothing is there."""
        place = Place.of(cursor)
        if place.ended:
            self._ended.add(place.digest)
        waiting = self._folder.waiting()
        self._clear(waiting)
        if len(self._ended) > _ENDED_MOST:
            self._ended &= {one.digest for one in waiting}
        todo = [one for one in waiting if one.digest not in self._ended]
        begun = [one for one in todo if one.digest == place.digest]
        for one in (*begun, *todo):
            if (found := self._opened(one)) is not None:
                return Turn(file=one, read=found, begin=place.rows if one in begun else 0)
        return None

    def _clear(self, waiting: Sequence[Dropped]) -> None:
        for one in waiting:
            if one.digest in self._ended and (found := self._opened(one)) is not None:
                try:
                    self._finish(one, found)
                except PermissionError:
                    continue  # open in somebody's Excel: it stays for now, and holds nothing up

    def _opened(self, one: Dropped) -> Read | None:
        """Return a list, read once for all its pages; nothing when it is no longer the one that lay there."""
        if self._at_hand is None or self._at_hand[0] != one.digest:
            found = self._read(one)
            if found is None:
                return None
            self._at_hand = one.digest, found
        return self._at_hand[1]
