"""Ruled tables that go on over pages: the head comes again on each page, and a row is never cut in two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .pages import Pages
from .sheet import Align
from .typesetting import Block, Words, block, one_line

_INSIDE: Final = 1.2
_BOX: Final = 4.0
#: The smallest letters of a list that is read at a counter, in points. Design choice.
_LEAST: Final = 6.5
_ROUNDING: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its title and its share of the width; text in a `whole` one is made smaller rather than broken,
    while it can still be read."""

    title: str
    share: float
    align: Align = "left"
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TickBox:
    """A cell to be ticked by hand, or ticked already."""

    ticked: bool = False


Cell = str | tuple[Words, ...] | TickBox


def table(
    pages: Pages, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, size: float, titled: bool = True
) -> None:
    """Draw a table from the cursor on; its titles stand on each page unless it has none."""
    slots = _slots(columns, pages.width)
    titles = [(Words(text=column.title, size=size - 0.5, bold=True),) for column in columns]
    centred = [replace(slot, align="centre") for slot in slots]

    def head(pages: Pages) -> None:
        _row(pages, _set(titles, centred, size))
        pages.sheet.rule(pages.left, pages.y - 0.4, pages.width, 0.4)

    again = head if titled else None
    if again:
        pages.need(25)
        again(pages)
    for cells in rows:
        row = _set(cells, slots, size)
        pages.need(_height(row), again)
        _row(pages, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    left: float
    width: float
    align: Align
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    slot: _Slot
    cell: Cell
    lines: Block


def _slots(columns: Sequence[Column], width: float) -> list[_Slot]:
    shares = sum(column.share for column in columns)
    widths = [width * column.share / shares for column in columns]
    return [
        _Slot(left=sum(widths[:number]), width=widths[number], align=column.align, whole=column.whole)
        for number, column in enumerate(columns)
    ]


def _set(cells: Sequence[Cell], slots: Sequence[_Slot], size: float) -> list[_Set]:
    return [_Set(slot=slot, cell=cell, lines=_lines(cell, slot, size)) for cell, slot in zip(cells, slots, strict=True)]


def _lines(cell: Cell, slot: _Slot, size: float) -> Block:
    room = slot.width - 2 * _INSIDE
    if isinstance(cell, TickBox):
        return Block(lines=(), height=_BOX)
    if isinstance(cell, str):
        cell = (Words(text=cell, size=one_line(cell, room - _ROUNDING, size, _LEAST) if slot.whole else size),)
    return block(cell, room)


def _height(row: Sequence[_Set]) -> float:
    return max(each.lines.height for each in row) + 1.2


def _row(pages: Pages, row: Sequence[_Set]) -> None:
    height = _height(row)
    for each in row:
        # frames overlap by one line, so that two neighbours share a rule
        pages.sheet.frame(pages.left + each.slot.left, pages.y, each.slot.width + 0.2, height + 0.2, 0.2)
        if isinstance(each.cell, TickBox):
            _tick_box(pages, each.cell, each.slot, height)
        else:
            _text(pages, each, height)
    pages.y += height


def _tick_box(pages: Pages, box: TickBox, slot: _Slot, height: float) -> None:
    left, top = pages.left + slot.left + (slot.width - _BOX) / 2, pages.y + (height - _BOX) / 2
    pages.sheet.frame(left, top, _BOX, _BOX, 0.3)
    if box.ticked:
        pages.sheet.tick(left, top, _BOX)


def _text(pages: Pages, row: _Set, height: float) -> None:
    slot, top = row.slot, pages.y + (height - row.lines.height) / 2
    inside = {"left": _INSIDE, "centre": slot.width / 2, "right": slot.width - _INSIDE}[slot.align]
    for line in row.lines.lines:
        at = pages.left + slot.left + inside
        pages.sheet.text(at, top + line.baseline, line.text, line.size, bold=line.bold, align=slot.align)
