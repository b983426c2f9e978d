"""One page being drawn, in millimetres from its top left corner, straight as PDF drawing operators.

Symbols are drawn as one filled path in units of their own module, placed on the printer's dots.

Source: PDF 32000-1 §8.5 (paths), §9.4 (text).
"""

from __future__ import annotations

from typing import Final, Literal

from .bars import CODE128_QUIET, QR_QUIET, Code128Bars, QrSquares
from .paper import Place, Stock, bar_module, square_module
from .typeface import clean, spans, width_of
from .typesetting import MM, Block

Align = Literal["left", "centre", "right"]
_SHIFT: Final = {"left": 0.0, "centre": 0.5, "right": 1.0}


class Sheet:
    """A page of a stock; what is drawn is kept in order and read by `pdf`."""

    __slots__ = ("_top", "dot", "faces", "height", "operators", "width")

    def __init__(self, stock: Stock) -> None:
        self.width, self.height, self.dot = stock.width, stock.height, stock.dot
        self._top = stock.height * MM
        self.operators: list[str] = []
        self.faces: set[str] = set()

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: Align = "left",
        white: bool = False,
    ) -> None:
        """Write one line that begins, is centred or ends at `x`."""
        text = clean(text)
        left = x * MM - (_SHIFT[align] * width_of(text, size, bold) if align != "left" else 0.0)
        parts = spans(text, bold)
        self.faces.update(face for face, _ in parts)
        shown = " ".join(f"/{face} {size:.2f} Tf <{glyphs}> Tj" for face, glyphs in parts)
        ink = "1 g " if white else ""
        self.operators.append(
            f"{ink}BT 1 0 0 1 {left:.2f} {self._top - baseline * MM:.2f} Tm {shown} ET{' 0 g' if white else ''}"
        )

    def block(self, x: float, y: float, lines: Block) -> None:
        """Write a set block whose top left corner is (x, y)."""
        for line in lines.lines:
            self.text(x, y + line.baseline, line.text, line.size, bold=line.bold)

    def fill(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle with black."""
        self.operators.append(f"{self._rectangle(x, y, width, height)} f")

    def frame(self, x: float, y: float, width: float, height: float, thickness: float = 0.25) -> None:
        """Draw a rectangle; its line lies inside."""
        half = thickness / 2
        box = self._rectangle(x + half, y + half, width - thickness, height - thickness)
        self.operators.append(f"{thickness * MM:.3f} w {box} S")

    def rule(self, x: float, y: float, width: float, thickness: float = 0.25) -> None:
        """Draw a horizontal line whose upper edge is at `y`."""
        self.fill(x, y, width, thickness)

    def dashes(self, x: float, y: float, width: float) -> None:
        """Draw a dotted line to write on."""
        at = self._top - y * MM
        self.operators.append(f"0.5 w [0.5 2] 0 d {x * MM:.2f} {at:.2f} m {(x + width) * MM:.2f} {at:.2f} l S [] 0 d")

    def tick(self, x: float, y: float, side: float) -> None:
        """Draw a tick inside the square whose top left corner is (x, y); the font has none."""
        points = [(0.18, 0.55), (0.42, 0.8), (0.86, 0.2)]
        path = " ".join(
            f"{(x + across * side) * MM:.2f} {self._top - (y + down * side) * MM:.2f} {'l' if number else 'm'}"
            for number, (across, down) in enumerate(points)
        )
        self.operators.append(f"{side * 0.14 * MM:.3f} w {path} S")

    def code128(self, bars: Code128Bars, place: Place) -> Place:
        """Draw bars in the middle of `place`, quiet zones inside it; return where the bars themselves stand."""
        module = bar_module(bars.modules + 2 * CODE128_QUIET, place.width, self.dot)
        width = bars.modules * module
        x, y = self._snap(place.x + (place.width - width) / 2), self._snap(place.y)
        height = max(1, int(place.height / self.dot)) * self.dot
        path = " ".join(f"{start} 0 {length} 1 re" for start, length in bars.runs)
        self._scaled(path, x, y, module, height)
        return Place(x=x, y=y, width=width, height=height)

    def qr(self, squares: QrSquares, edge: float, y: float, side: float, *, align: Align = "left") -> Place:
        """Draw a QR that takes `side` millimetres with its quiet zone, from `y` down; return where the symbol stands.

        The symbol itself begins, is centred or ends at `edge`, flush with the text around it: the caller leaves four
        modules of white beside it.
        """
        module = square_module(squares.modules + 2 * QR_QUIET, side, self.dot)
        width = squares.modules * module
        left, top = self._snap(edge - _SHIFT[align] * width), self._snap(y + (side - width) / 2)
        path = " ".join(f"{column} {row} {length} 1 re" for column, row, length in squares.runs)
        self._scaled(path, left, top, module, module)
        return Place(x=left, y=top, width=width, height=width)

    def _scaled(self, path: str, x: float, y: float, across: float, down: float) -> None:
        matrix = f"{across * MM:.6f} 0 0 {-down * MM:.6f} {x * MM:.4f} {self._top - y * MM:.4f}"
        self.operators.append(f"q {matrix} cm {path} f Q")

    def _rectangle(self, x: float, y: float, width: float, height: float) -> str:
        return f"{x * MM:.3f} {self._top - (y + height) * MM:.3f} {width * MM:.3f} {height * MM:.3f} re"

    def _snap(self, millimetres: float) -> float:
        return round(millimetres / self.dot) * self.dot
