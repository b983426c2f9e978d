"""A document of several pages: a cursor that goes down the paper and turns the page when something does not fit.
Each page of a rehearsal says so, each says which page of how many it is and of which document, so that a sheet that
fell out of its record can be put back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from .label_parts import REHEARSAL_RECORD, rehearsal_band
from .paper import Place, Stock
from .picture import signature
from .sheet import Sheet
from .typesetting import Words, block, shrink

Redraw = Callable[["Pages"], None]
_FOOT: Final = 6.0


class Pages:
    """The pages of one document so far, and where the next thing is drawn."""

    def __init__(self, stock: Stock, *, running_title: str, rehearsal: bool) -> None:
        self.stock, self.margin = stock, stock.margin
        self.running_title, self.rehearsal = running_title, rehearsal
        self.left, self.width = stock.margin, stock.width - 2 * stock.margin
        self.sheets: list[Sheet] = []
        self.y = 0.0
        self.turn()

    @property
    def sheet(self) -> Sheet:
        """The page being drawn."""
        return self.sheets[-1]

    @property
    def room(self) -> float:
        """How many millimetres are left on this page."""
        return self.stock.height - self.margin - _FOOT - self.y

    def turn(self) -> None:
        """Begin a new page."""
        self.sheets.append(Sheet(self.stock))
        self.y = self.margin
        if self.rehearsal:
            whole = Place(x=self.left, y=self.y, width=self.width, height=self.stock.height)
            self.y = rehearsal_band(self.sheet, whole, REHEARSAL_RECORD).y + 0.5

    def need(self, height: float, again: Redraw | None = None) -> None:
        """Turn the page unless `height` millimetres are left; `again` redraws what each page must begin with."""
        if height > self.room:
            self.turn()
            if again:
                again(self)

    def words(self, paragraphs: Sequence[Words]) -> None:
        """Set paragraphs over the whole width, each on one page."""
        for paragraph in paragraphs:
            lines = block([paragraph], self.width)
            self.need(lines.height)
            self.sheet.block(self.left, self.y, lines)
            self.y += lines.height

    def heading(self, text: str, size: float, keep: float = 0.0) -> None:
        """Set a heading with a rule below, on the same page as the `keep` millimetres that follow."""
        lines = block([Words(text=text, size=size, bold=True)], self.width)
        self.need(lines.height + 4 + keep)
        self.y += 1.5
        self.sheet.block(self.left, self.y, lines)
        self.sheet.rule(self.left, self.y + lines.height + 0.3, self.width)
        self.y += lines.height + 1.6

    def finished(self) -> list[Sheet]:
        """Return the pages, each numbered now that their count is known."""
        baseline = self.stock.height - self.margin
        for number, sheet in enumerate(self.sheets, 1):
            sheet.rule(self.left, baseline - 4.2, self.width)
            sheet.text(self.left, baseline, self.running_title, 7.5)
            right = self.left + self.width
            sheet.text(right, baseline, f"Trang {number}/{len(self.sheets)}", 7.5, align="right")
        return self.sheets


def two_columns(pages: Pages, left: Sequence[Words], right: Sequence[Words], *, framed: bool = True) -> None:
    """Set two blocks side by side, in boxes of one height when `framed`."""
    gap, inside = 4.0, 2.0 if framed else 0.0
    wide = (pages.width - gap) / 2
    blocks = [block(words, wide - 2 * inside) for words in (left, right)]
    height = max(each.height for each in blocks) + 1.5 * inside
    pages.need(height)
    for number, each in enumerate(blocks):
        x = pages.left + number * (wide + gap)
        if framed:
            pages.sheet.frame(x, pages.y, wide, height)
        pages.sheet.block(x + inside, pages.y + inside / 2, each)
    pages.y += height + 2


def signatures(
    pages: Pages,
    sides: Sequence[tuple[str, str, str]],
    *,
    height: float = 32.0,
    size: float = 9.0,
    drawn: Sequence[bytes] = (),
) -> None:
    """Draw a box to sign in for each side, given as (who, moment of signing or empty, name or empty), on one page.

    `drawn` are the strokes of each side as PNG, empty where somebody has yet to sign or signs by pen.
    """
    pages.need(height + 2)
    gap = 4.0
    wide = (pages.width - gap * (len(sides) - 1)) / len(sides)
    for number, (who, moment, name) in enumerate(sides):
        x = pages.left + number * (wide + gap)
        middle = x + wide / 2
        pages.sheet.frame(x, pages.y, wide, height)
        pages.sheet.text(middle, pages.y + 5, who, size + 1, bold=True, align="centre")
        pages.sheet.text(middle, pages.y + 9, "(ký, ghi rõ họ tên)", size - 1, align="centre")
        if number < len(drawn) and drawn[number]:
            signature(pages.sheet, drawn[number], Place(x=x + 6, y=pages.y + 10.5, width=wide - 12, height=height - 22))
        when = f"Ký lúc {moment}" if moment else "Ký lúc ……… giờ ………, ngày ……/……/…………"
        pages.sheet.text(middle, pages.y + height - 7.5, when, size - 1, align="centre")
        if name:
            own = shrink(name, wide - 4, size, bold=True)
            pages.sheet.text(middle, pages.y + height - 2.5, name, own, bold=True, align="centre")
    pages.y += height + 2
