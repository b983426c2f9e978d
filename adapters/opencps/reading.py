"""How far the lists were read: the place in them, as it is kept between two calls. Pure: no call is made here.

A list is asked for newest change first and read until it is older than what was read before, less an overlap, because
OpenCPS's search index lags behind. Whether it really comes in that order nobody promises, so each page is looked at:
one row out of order, or without its moment, and the list is read to its end. A dossier that changes meanwhile comes to
the front and is met again next time. One that leaves the list makes the others move up, so each page begins a few rows
before the end of the last: when the last row is not met again, something may have been missed, and the note of how far
we are stays where it was.

Used by: client.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

#: So many rows are read twice at the seam of two pages.
SEAM = 5
#: A moment further ahead than this is a wrong clock, and is not taken for how far we are.
_AHEAD_SECONDS = 3600
_SHAPE = re.compile(
    r"r=(?P<read>[0-9,]*)(?:;l=(?P<list>\d+);s=(?P<start>\d+);u=(?P<until>\d+);n=(?P<newest>\d+)"
    r";i=(?P<last>\d*);o=(?P<ordered>[01]);x=(?P<sure>[01]))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a list: which dossier, and when it was changed (seconds; nothing when that cannot be read)."""

    number: str
    changed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far each list was read, and where in which list we are just now (none: at rest)."""

    read: tuple[int, ...]
    at: int | None = None
    start: int = 0
    until: int = 0  #: older changes are known; 0: none is
    newest: int = 0  #: the newest change met on this way through the list
    last: str = ""  #: the last row of the page before
    ordered: bool = True
    sure: bool = True

    def begun(self, *, number: int = 0, overlap: int, sweep: bool) -> Place:
        """Return the place at the front of a list; a sweep knows nothing as read."""
        until = 0 if sweep else max(0, self.read[number] - overlap)
        return Place(read=self.read, at=number, until=until)

    def wants(self, row: Row) -> bool:
        """Say whether a row may be news."""
        return row.changed is None or row.changed >= self.until

    def turned(self, rows: Sequence[Row], total: int | None, *, asked: int, now: int | None) -> tuple[Place, bool]:
        """Return the place behind a page for which so many rows were asked, and whether its list is over."""
        met = min(asked, len({row.number or index for index, row in enumerate(rows)}))  # repeats take no place
        moments = [row.changed for row in rows]
        known = [moment for moment in moments if moment is not None]
        ordered = self.ordered and len(known) == len(rows) and known == sorted(known, reverse=True)
        place = replace(
            self,
            newest=max([self.newest, *(moment for moment in known if now is None or moment <= now + _AHEAD_SECONDS)]),
            ordered=ordered,
            sure=self.sure and (not self.last or self.last in {row.number for row in rows}),
            last=rows[-1].number if rows else self.last,
            start=self.start + max(1, met - SEAM),
        )
        reached = ordered and bool(known) and known[-1] < self.until
        return place, not rows or reached or (total is not None and self.start + met >= total)

    def through(self) -> Place:
        """Return the place when its list is over: how far it was read moves on, never back, and only if it is sure."""
        number = self.at or 0
        read = list(self.read)
        if self.sure:
            read[number] = max(read[number], self.newest)
        return Place(read=tuple(read))


def place_of(cursor: str, lists: int) -> Place:
    """Return the place that a cursor names; the beginning when it is none of ours."""
    found = _SHAPE.fullmatch(cursor)
    read = [int(one) for one in found["read"].split(",") if one] if found else []
    place = Place(read=tuple((read + [0] * lists)[:lists]))
    if not found or found["list"] is None or int(found["list"]) >= lists:
        return place
    return replace(
        place, at=int(found["list"]), start=int(found["start"]), until=int(found["until"]),
        newest=int(found["newest"]), last=found["last"], ordered=found["ordered"] == "1", sure=found["sure"] == "1",
    )  # fmt: skip


def cursor_of(place: Place) -> str:
    """Return a place as text.

    >>> cursor_of(Place(read=(1764, 0))), place_of("r=1764,0", 2) == Place(read=(1764, 0))
    ('r=1764,0', True)
    """
    rest = f"r={','.join(map(str, place.read))}"
    if place.at is None:
        return rest
    return (
        f"{rest};l={place.at};s={place.start};u={place.until};n={place.newest};i={place.last}"
        f";o={int(place.ordered)};x={int(place.sure)}"
    )
