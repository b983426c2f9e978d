"""The test page of a printer (tờ thử): a code to be scanned back, the frame of the stock, a rule of five centimetres.
The frame stands three millimetres inside the edge of the stock: where one of its sides is missing, the printer draws
shifted; where it is not as long as it says, something scales. The code is burnt with the very modules of a label, so
that what reads it reads labels too.

Source: GS1 General Specifications §5.5 (X-dimension).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from . import raster
from .bars import qr
from .label_parts import bars_with_number, rehearsal_band
from .paper import Place, Stock
from .pdf import pdf
from .sheet import Sheet
from .typesetting import Words, fit

_TITLE: Final = "Tờ thử máy in"
_EDGE: Final = 3.0
_RULE: Final = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPage:
    """All that stands on a test page."""

    __test__ = False  # no test, whatever its name begins with

    code: str
    counter: str
    printer: str
    rehearsal: bool = False


def test_page_pdf(page: TestPage, stock: Stock) -> bytes:
    """Return the PDF of a test page, its page box the stock."""
    return b"".join(pdf([_sheet(page, stock)], title=f"{_TITLE} {page.code}"))


def test_page_zpl(page: TestPage, stock: Stock, dpi: int) -> str:
    """Return a ZPL job of a test page for a printer of 203, 300 or 600 dpi."""
    target = stock.at(dpi).on_dots()
    return raster.zpl(raster.dots(test_page_pdf(page, target), target), page.code)


def _sheet(page: TestPage, stock: Stock) -> Sheet:
    sheet = Sheet(stock)
    for number, place in enumerate(stock.places() if stock.per_page > 1 else (_whole(stock),), 1):
        _place(sheet, page, place, stock, number)
    return sheet


def _whole(stock: Stock) -> Place:
    return Place(
        x=_EDGE + stock.right, y=_EDGE + stock.down, width=stock.width - 2 * _EDGE, height=stock.height - 2 * _EDGE
    )


def _place(sheet: Sheet, page: TestPage, place: Place, stock: Stock, number: int) -> None:
    sheet.frame(place.x, place.y, place.width, place.height, 0.375)
    inside = place.inset(2)
    if page.rehearsal:
        inside = rehearsal_band(sheet, inside, height=5.0)
    bars_with_number(sheet, page.code, Place(x=inside.x, y=inside.y, width=inside.width, height=18), 11)
    side = 20.0
    symbol = sheet.qr(qr(page.code), inside.x + inside.width, inside.y + 19, side, align="right")
    words = fit(_words(page, place, stock, number), symbol.x - inside.x - 4, 22, what="tờ thử")
    sheet.block(inside.x, inside.y + 20, words)
    if inside.height > 50:
        _rule(sheet, inside.x, inside.y + 46)


def _words(page: TestPage, place: Place, stock: Stock, number: int) -> list[Words]:
    size = f"Khung này rộng {place.width:.1f} mm, cao {place.height:.1f} mm.".replace(".", ",", 2)
    where = f"{page.counter} · {page.printer} · khổ {stock.name}" + (f" · chỗ {number}" if stock.per_page > 1 else "")
    return [
        Words(text=_TITLE, size=10, bold=True),
        Words(text=where, size=7.5),
        Words(text=size, size=7.5),
        Words(text="Quét mã trên tờ này vào trang Máy in.", size=7.5),
    ]


def _rule(sheet: Sheet, x: float, y: float) -> None:
    sheet.rule(x, y, _RULE, 0.375)
    for end in (x, x + _RULE - 0.375):
        sheet.fill(end, y - 1.5, 0.375, 3)
    sheet.text(x + _RULE / 2, y + 3.5, "50 mm", 7, align="centre")
