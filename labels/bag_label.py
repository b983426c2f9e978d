"""The label of a bag (nhãn túi): several consignments sealed together, so that one scan speaks for all inside.

Source: the trade's own habit of sealing a dispatch under one number and one seal; a bag names no citizen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from . import raster
from .bars import qr, spoken
from .label_parts import bars_with_number, below, boxed, chip_width, rehearsal_band
from .paper import Place, Stock
from .pdf import pdf
from .sheet import Sheet
from .typesetting import Words, fit, shrink

_TITLE: Final = "Nhãn túi"


@dataclass(frozen=True, slots=True, kw_only=True)
class BagLabel:
    """All that stands on a bag label, worded for paper."""

    bag_no: str
    post_name: str
    from_office: str
    to_office: str
    to_commune: str = ""
    items: int
    weight: str = ""
    seal_no: str = ""
    closed_at: str = ""
    closed_by: str = ""
    contents: str = "Bưu gửi hồ sơ hành chính"
    rehearsal: bool = False


def bag_label_pdf(label: BagLabel, stock: Stock) -> bytes:
    """Return a PDF of one bag label. Raises Invalid when it does not fit."""
    sheet = Sheet(stock)
    draw = _draw_tall if stock.tall else _draw_flat
    draw(sheet, label, stock.places()[0])
    return b"".join(pdf([sheet], title=f"{_TITLE} {spoken(label.bag_no)}"))


def bag_label_png(label: BagLabel, stock: Stock, dpi: int) -> bytes:
    """Return a one-bit PNG of one bag label at 203, 300 or 600 dpi. Raises Invalid for another figure."""
    target = stock.at(dpi).on_dots()
    return raster.png(raster.dots(bag_label_pdf(label, target), target), dpi)


def bag_label_zpl(label: BagLabel, stock: Stock, dpi: int) -> str:
    """Return a ZPL job of one bag label for a printer of 203, 300 or 600 dpi. Raises Invalid for another figure."""
    target = stock.at(dpi).on_dots()
    return raster.zpl(raster.dots(bag_label_pdf(label, target), target), label.bag_no)


def _draw_tall(sheet: Sheet, label: BagLabel, place: Place) -> None:
    if label.rehearsal:
        place = rehearsal_band(sheet, place)
    _head(sheet, label, place)
    bars_with_number(sheet, label.bag_no, Place(x=place.x, y=place.y + 10, width=place.width, height=26), 15)
    foot = 31.0
    _way_in_frame(
        sheet, label, Place(x=place.x, y=place.y + 38, width=place.width, height=place.height - 38 - foot), 1.0
    )
    bottom = below(place, place.height - foot)
    symbol = sheet.qr(qr(label.bag_no), bottom.x, bottom.y + 2, 29)
    x = symbol.x + symbol.width + 5
    _facts_in(sheet, label, Place(x=x, y=bottom.y + 3, width=place.x + place.width - x, height=foot - 3), 1.0)


def _draw_flat(sheet: Sheet, label: BagLabel, place: Place) -> None:
    if label.rehearsal:
        place = rehearsal_band(sheet, place, height=4.5)
    _head(sheet, label, place)
    side, foot = 20.0, 12.5
    bars_with_number(sheet, label.bag_no, Place(x=place.x, y=place.y + 8, width=place.width - side, height=16), 11)
    sheet.qr(qr(label.bag_no), place.x + place.width, place.y + 6, side, align="right")
    _way_in_frame(
        sheet, label, Place(x=place.x, y=place.y + 26, width=place.width, height=place.height - 26 - foot), 0.7
    )
    _facts_in(sheet, label, below(place, place.height - foot), 0.68)


def _head(sheet: Sheet, label: BagLabel, place: Place) -> None:
    wide = chip_width("TÚI HỒ SƠ", 11)
    boxed(sheet, Place(x=place.x + place.width - wide, y=place.y, width=wide, height=6), "TÚI HỒ SƠ", 11, reverse=True)
    size = shrink(label.post_name, place.width - wide - 2, 11.5, bold=True)
    sheet.text(place.x, place.y + 4.5, label.post_name, size, bold=True)


def _way_in_frame(sheet: Sheet, label: BagLabel, place: Place, scale: float) -> None:
    sheet.frame(place.x, place.y, place.width, place.height, 0.75)
    way = fit(_way(label, scale), place.width - 6, place.height - 1.5, what="tuyến túi")
    sheet.block(place.x + 3, place.y + (place.height - way.height) / 2, way)


def _way(label: BagLabel, scale: float) -> list[Words]:
    return [
        Words(text=f"Từ: {label.from_office}", size=12 * scale),
        Words(text="Đến", size=10 * scale, gap=1.5 * scale),
        Words(text=label.to_office, size=20 * scale, bold=True),
        Words(text=label.to_commune, size=15 * scale, bold=True),
    ]


def _facts_in(sheet: Sheet, label: BagLabel, place: Place, scale: float) -> None:
    facts = fit(_facts(label, scale), place.width, place.height, what="phần cuối nhãn túi")
    sheet.block(place.x, place.y + (place.height - facts.height) / 2, facts)


def _facts(label: BagLabel, scale: float) -> list[Words]:
    count = " · ".join(part for part in (f"{label.items} bưu gửi", label.weight) if part)
    seal = f"Niêm phong số {label.seal_no}" if label.seal_no else ""
    closed = ", ".join(part for part in (label.closed_at, label.closed_by) if part)
    return [
        Words(text=count, size=15 * scale, bold=True),
        Words(text=seal, size=10.5 * scale, bold=True),
        Words(text=f"Đóng túi: {closed}" if closed else "", size=9 * scale),
        Words(text=label.contents, size=9 * scale),
    ]
