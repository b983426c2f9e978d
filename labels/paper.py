"""Stocks of paper and the dots of a printer.
A thermal head burns whole dots, eight to the millimetre at "203 dpi". A bar that is 2.4 dots wide becomes two or
three by chance, and the scanner at the sorting centre gives up. So every module takes a whole number of dots of the
printer it is meant for, and every symbol begins on one. The page box equals the stock, so that nothing rescales it.

Source: GS1 General Specifications §5.5 (X-dimension); thermal heads of 203 dpi have 8 dots to the millimetre.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from postgw.domain.errors import Invalid

_DOTS_PER_MM: Final = {203: 8.0, 300: 300 / 25.4, 600: 600 / 25.4}
_WIDE_MODULE: Final = 0.375
_NARROW_MODULE: Final = 0.25
_TALL: Final = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One label's rectangle on a page, in millimetres from the top left corner."""

    x: float
    y: float
    width: float
    height: float

    def inset(self, margin: float) -> Place:
        """Return this place without a margin on each side."""
        return Place(
            x=self.x + margin, y=self.y + margin, width=self.width - 2 * margin, height=self.height - 2 * margin
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """A sheet of paper: its size, how many labels it holds, and the printer it is meant for: white margin and dots."""

    name: str
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    margin: float = 4.0
    dpi: int = 203
    right: float = 0.0  #: a printer that draws everything too far left or too high is met half-way
    down: float = 0.0

    @property
    def dot(self) -> float:
        """The side of one printer dot, in millimetres."""
        return 1 / _DOTS_PER_MM[self.dpi]

    @property
    def per_page(self) -> int:
        """How many labels one page holds."""
        return self.columns * self.rows

    def at(self, dpi: int) -> Stock:
        """Return this stock for a printer of 203, 300 or 600 dpi. Raises Invalid for another figure."""
        if dpi not in _DOTS_PER_MM:
            raise Invalid(
                "Độ phân giải {dpi} dpi không dùng được; hãy chọn 203, 300 hoặc 600.", code="label.dpi", dpi=dpi
            )
        return replace(self, dpi=dpi)

    def on_dots(self) -> Stock:
        """Return this stock cut to whole dots, less than one lost on each side: what a printer's head can burn."""
        width, height = (int(side / self.dot + 1e-6) * self.dot for side in (self.width, self.height))
        return replace(self, width=width, height=height)

    @property
    def tall(self) -> bool:
        """Whether a label on it stands upright, its parts one below the other."""
        return self.height / self.rows >= _TALL

    def places(self) -> tuple[Place, ...]:
        """Return the places of one page in reading order, without their margins."""
        wide, high = self.width / self.columns, self.height / self.rows
        return tuple(
            Place(x=column * wide + self.right, y=row * high + self.down, width=wide, height=high).inset(self.margin)
            for row in range(self.rows)
            for column in range(self.columns)
        )

    def places_from(self, first_place: int) -> Iterator[tuple[int, Place]]:
        """Yield (place number from 0, place) for ever: from `first_place` on this page, then page after page.

        Raises Invalid when the page has no such place.
        """
        if not 1 <= first_place <= self.per_page:
            raise Invalid(
                "Khổ {name} có {count} chỗ in mỗi trang; chỗ bắt đầu phải từ 1 đến {count}.",
                code="label.first_place",
                name=self.name,
                count=self.per_page,
            )
        return self._endless(first_place - 1)

    def _endless(self, index: int) -> Iterator[tuple[int, Place]]:
        places = self.places()
        while True:
            yield index, places[index]
            index = (index + 1) % len(places)


THERMAL_100X150: Final = Stock(name="100x150", width=100, height=150)
THERMAL_100X75: Final = Stock(name="100x75", width=100, height=75, margin=3.5)
A6: Final = Stock(name="a6", width=105, height=148, margin=5, dpi=600)
A5: Final = Stock(name="a5", width=148, height=210, margin=8, dpi=600)
A4: Final = Stock(name="a4", width=210, height=297, margin=12, dpi=600)
A4_4: Final = Stock(name="a4-4", width=210, height=297, columns=2, rows=2, margin=5, dpi=600)
A4_8: Final = Stock(name="a4-8", width=210, height=297, columns=2, rows=4, margin=4.5, dpi=600)

LABEL_STOCKS: Final = {stock.name: stock for stock in (THERMAL_100X150, THERMAL_100X75, A6, A4_4, A4_8)}
DOCUMENT_STOCKS: Final = {stock.name: stock for stock in (A4, A5)}


def shifted(stock: Stock, right: float, down: float) -> Stock:
    """Return a stock on which everything is drawn so many millimetres further right and down, in whole dots.

    >>> shifted(A4_4, 1.0, -0.5).places()[0].x > A4_4.places()[0].x
    True
    """
    across, along = (round(move / stock.dot) * stock.dot for move in (right, down))
    return replace(stock, right=across, down=along)


def label_stock(name: str) -> Stock:
    """Return the label stock called `name`. Raises Invalid when there is none."""
    return _named(name, LABEL_STOCKS)


def document_stock(name: str) -> Stock:
    """Return the A4 or A5 stock called `name`. Raises Invalid when there is none."""
    return _named(name, DOCUMENT_STOCKS)


def bar_module(modules: int, width: float, dot: float) -> float:
    """Return the module of a bar symbol in millimetres, whole dots: the wide one when it fits, else the narrow one.

    Raises Invalid when not even the narrow one fits.

    >>> bar_module(176, 92, 0.125), bar_module(300, 92, 0.125)
    (0.375, 0.25)
    """
    wide = int(_WIDE_MODULE / dot + 1e-6) * dot
    for module in (wide, round(_NARROW_MODULE / dot) * dot):
        if modules * module <= width + 1e-6:
            return module
    raise Invalid("Số hiệu quá dài, mã vạch không đủ chỗ trên khổ giấy này; hãy chọn khổ lớn hơn.", code="label.bars")


def square_module(modules: int, side: float, dot: float) -> float:
    """Return the module of a square symbol in millimetres: as many whole dots as `side` allows, two at least.

    >>> square_module(29, 29.0, 0.125)
    1.0
    """
    dots = int(side / modules / dot + 1e-6)
    if dots < 2:
        raise Invalid("Nội dung mã QR quá dài so với chỗ in; hãy chọn khổ giấy lớn hơn.", code="label.qr")
    return dots * dot


def _named(name: str, stocks: dict[str, Stock]) -> Stock:
    if name not in stocks:
        raise Invalid(
            "Không có khổ giấy “{name}”; hãy chọn một trong: {names}.",
            code="label.stock",
            name=name,
            names=", ".join(stocks),
        )
    return stocks[name]
