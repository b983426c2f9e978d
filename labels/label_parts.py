"""Pieces that every label and record has: the rehearsal band, bars with their number, chips of text.

A thermal head prints black or nothing, so weight, size and reversed boxes do what colour does on a screen.
"""

from __future__ import annotations

from typing import Final

from .bars import code128, spoken
from .paper import Place
from .sheet import Sheet
from .typeface import width_of
from .typesetting import MM, shrink

REHEARSAL: Final = "DIỄN TẬP"
REHEARSAL_LABEL: Final = f"{REHEARSAL} – không phải bưu gửi thật"
REHEARSAL_RECORD: Final = f"{REHEARSAL} – không có giá trị giao nhận"


def below(place: Place, used: float) -> Place:
    """Return what is left of a place under the first `used` millimetres."""
    return Place(x=place.x, y=place.y + used, width=place.width, height=place.height - used)


def rehearsal_band(sheet: Sheet, place: Place, text: str = REHEARSAL_LABEL, height: float = 7.0) -> Place:
    """Draw the band that no rehearsal paper may lack and return what is left below it."""
    sheet.fill(place.x, place.y, place.width, height)
    size = shrink(text, place.width - 4, height * 1.8, bold=True)
    middle = place.y + height / 2
    sheet.text(place.x + place.width / 2, middle + _drop(size), text, size, bold=True, align="centre", white=True)
    return below(place, height + 1.5)


def bars_with_number(sheet: Sheet, number: str, place: Place, size: float) -> None:
    """Draw the Code 128 of a number over the number itself, both in the middle of the place."""
    under = size * 1.25 / MM
    drawn = sheet.code128(code128(number), Place(x=place.x, y=place.y, width=place.width, height=place.height - under))
    text = spoken(number)
    fitting = shrink(text, place.width, size, bold=True)
    sheet.text(
        drawn.x + drawn.width / 2, place.y + place.height - under * 0.12, text, fitting, bold=True, align="centre"
    )


def chip_width(text: str, size: float) -> float:
    """Return how wide a chip of this text is."""
    return width_of(text, size, bold=True) / MM + size * 0.42


def boxed(sheet: Sheet, place: Place, text: str, size: float, *, reverse: bool = False) -> None:
    """Draw a bold text in the middle of a box of a given size, smaller if it must be."""
    if reverse:
        sheet.fill(place.x, place.y, place.width, place.height)
    else:
        sheet.frame(place.x, place.y, place.width, place.height, 0.375)
    fitting = shrink(text, place.width - 2, size, bold=True)
    middle = place.y + place.height / 2
    sheet.text(
        place.x + place.width / 2, middle + _drop(fitting), text, fitting, bold=True, align="centre", white=reverse
    )


def _drop(size: float) -> float:
    # half a capital's height (0.714 em), so that capitals stand in the middle of a box
    return size * 0.357 / MM
