"""Pages to PDF bytes, one page after the other.
A library that keeps a document in memory until it is saved dies of a thousand labels. Here a page is written as soon
as it is drawn and then forgotten; only the position of each object stays, four bytes. There is no date and no random
identifier inside, so the same pages give the same bytes.

Source: PDF 32000-1 §7.5 (file structure), §12.2 (viewer preferences: print without scaling).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from math import ceil
from typing import Final

from .sheet import Sheet
from .typeface import EVERYDAY, FILES, OBJECTS_PER_FACE, face, stream
from .typesetting import MM

_HEAD: Final = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
_CATALOG, _PAGES, _RESOURCES, _INFO, _FIRST_FONT = 1, 2, 3, 4, 5
_FIRST_FREE: Final = _FIRST_FONT + OBJECTS_PER_FACE * len(EVERYDAY)
_PAGES_A_BOUGH: Final = 100
_XREF_LINES_AT_ONCE: Final = 200


class _Positions:
    """Numbers objects and remembers where each begins in the file."""

    __slots__ = ("at", "length")

    def __init__(self) -> None:
        self.at = array("I", [0] * _FIRST_FREE)
        self.length = len(_HEAD)

    @property
    def following(self) -> int:
        return len(self.at)

    def reserve(self) -> int:
        self.at.append(0)
        return len(self.at) - 1

    def add(self, number: int, body: bytes) -> bytes:
        if number == len(self.at):
            self.at.append(0)
        self.at[number] = self.length
        whole = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        self.length += len(whole)
        return whole


def pdf(sheets: Iterable[Sheet], *, title: str) -> Iterator[bytes]:
    """Yield the bytes of a document with these pages, a page at a time; a page is drawn only when it is asked for."""
    positions, faces = _Positions(), set(EVERYDAY)
    yield _HEAD
    yield from _page_tree(positions, sheets, faces)
    yield from _fonts(positions, [name for name in FILES if name in faces])
    yield positions.add(_INFO, b"<</Title %s/Producer(postgw)>>" % _text(title))
    yield positions.add(
        _CATALOG,
        b"<</Type/Catalog/Pages %d 0 R/Lang(vi-VN)/ViewerPreferences<</PrintScaling/None/DisplayDocTitle true>>>>"
        % _PAGES,
    )
    yield from _cross_reference(positions)


def _page_tree(positions: _Positions, sheets: Iterable[Sheet], faces: set[str]) -> Iterator[bytes]:
    """Yield the pages in boughs of the page tree, so that no list grows with the document but that of the boughs."""
    remaining, boughs, pages = iter(sheets), [], 0
    while (sheet := next(remaining, None)) is not None:
        bough, kids = positions.reserve(), []
        for leaf in chain([sheet], islice(remaining, _PAGES_A_BOUGH - 1)):
            kids.append(positions.following)
            yield _page(positions, leaf, bough)
            faces |= leaf.faces
        yield positions.add(
            bough, b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % (_PAGES, len(kids), _list(kids))
        )
        boughs.append(bough)
        pages += len(kids)
    yield positions.add(_PAGES, b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, _list(boughs)))


def _list(numbers: list[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _page(positions: _Positions, sheet: Sheet, parent: int) -> bytes:
    number = positions.following
    # A hair less: a box a hair too large is rendered one dot larger, and every bar after it a hair off its dots.
    wide, high = ((ceil(side * MM * 1000 - 0.001) - 1) / 1000 for side in (sheet.width, sheet.height))
    page = positions.add(
        number,
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.3f %.3f]/Resources %d 0 R/Contents %d 0 R>>"
        % (parent, wide, high, _RESOURCES, number + 1),
    )
    return page + positions.add(number + 1, stream("\n".join(sheet.operators).encode("ascii")))


def _fonts(positions: _Positions, names: list[str]) -> Iterator[bytes]:
    starts = {name: _FIRST_FONT + OBJECTS_PER_FACE * index for index, name in enumerate(EVERYDAY)}
    for name in names:
        starts.setdefault(name, positions.following)
        for number, body in enumerate(face(name).objects(starts[name]), starts[name]):
            yield positions.add(number, body)
    fonts = b"".join(b"/%s %d 0 R" % (name.encode("ascii"), start) for name, start in starts.items())
    yield positions.add(_RESOURCES, b"<</Font<<%s>>>>" % fonts)


def _cross_reference(positions: _Positions) -> Iterator[bytes]:
    count = len(positions.at)
    yield b"xref\n0 %d\n0000000000 65535 f \n" % count
    for start in range(1, count, _XREF_LINES_AT_ONCE):
        yield b"".join(b"%010d 00000 n \n" % at for at in positions.at[start : start + _XREF_LINES_AT_ONCE])
    yield b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        _CATALOG,
        _INFO,
        positions.length,
    )


def _text(text: str) -> bytes:
    return b"<feff%s>" % text.encode("utf-16-be").hex().encode("ascii")
