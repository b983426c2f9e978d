"""The label on an envelope (nhãn bưu gửi): who it is for, who sent it, and the two symbols every hand-over scans.
It shows delivery data only. What lies inside, which procedure it concerns, identity numbers and secrets are forbidden
on the outside, so the content record has no field for them; the dossier code stands there as text because offices
sort by it.

Code 128 carries the item number of the post, or our consignment number while the post has given none; the QR always
carries the consignment number. Either finds the consignment, so a number that arrives later voids no label. A second
label carries its version behind our number (`4K7M29TB6HC-2`): whoever scans the first one after that is told.

Source: TT 17/2017/TT-BTTTT Đ.11.3 (contents not readable from outside); TT 02/2012 Đ.2-3 (time and place of
acceptance).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

from . import raster
from .bars import qr, spoken
from .label_parts import REHEARSAL, bars_with_number, below, boxed, chip_width, rehearsal_band
from .paper import Place, Stock
from .pdf import pdf
from .sheet import Sheet
from .typeface import held
from .typesetting import Words, fit, one_line, shrink

_TITLE: Final = "Nhãn bưu gửi"
_SERVICE: Final = "Bưu gửi hồ sơ hành chính"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One end of the way: a name, an address (the last line is commune and province) and a telephone number."""

    name: str
    address: tuple[str, ...]
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLabel:
    """All that stands on an item label, worded for paper; `version` counts the labels, `issue` the shipments."""

    consignment_no: str
    item_no: str = ""
    dossier_no: str = ""
    issue: int = 1
    version: int = 1
    leg: str
    consignor: Party
    consignee: Party
    accepted_at: str = ""
    accepted_office: str = ""
    service_marks: tuple[str, ...] = ()
    post_name: str
    collect_dong: int = 0
    collects_at_posting: bool = False  #: from whoever hands it in, and nothing from the recipient
    rehearsal: bool = False

    @property
    def scanned_no(self) -> str:
        """Our number as the symbols carry it; from the second label on with its version, so that a void one shows."""
        return self.consignment_no if self.version == 1 else f"{self.consignment_no}-{self.version}"

    @property
    def barred_no(self) -> str:
        """The number under the bars: the post's own, or ours while there is none."""
        return self.item_no or self.scanned_no


def digest(label: ItemLabel) -> str:
    """Return the fingerprint of the content, the same under any release.

    What is left at its default is not counted, so that a field a later release adds changes no old fingerprint.
    """
    canonical = json.dumps(_said(label), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _said(record: ItemLabel | Party) -> dict[str, Any]:
    values = {
        each.name: getattr(record, each.name) for each in fields(record) if getattr(record, each.name) != each.default
    }
    return {name: _said(value) if isinstance(value, Party) else value for name, value in values.items()}


def dong(amount: int) -> str:
    """Return an amount as Vietnamese readers write it.

    >>> dong(1250000)
    '1.250.000 ₫'
    """
    return f"{amount:,} ₫".replace(",", ".")


def item_labels_pdf(labels: Iterable[ItemLabel], stock: Stock, first_place: int = 1) -> Iterator[bytes]:
    """Yield a PDF of many labels piece by piece; a label is asked for only when its page is drawn.

    Raises Invalid when the stock has no such place or a label does not fit.
    """
    places = stock.places_from(first_place)
    return pdf(_sheets(labels, stock, places), title=_TITLE)


def item_label_pdf(label: ItemLabel, stock: Stock) -> bytes:
    """Return a PDF of one label. Raises Invalid when it does not fit."""
    return b"".join(
        pdf(_sheets([label], stock, stock.places_from(1)), title=f"{_TITLE} {spoken(label.consignment_no)}")
    )


def item_label_png(label: ItemLabel, stock: Stock, dpi: int) -> bytes:
    """Return a one-bit PNG of one label at 203, 300 or 600 dpi. Raises Invalid for another figure."""
    target = stock.at(dpi).on_dots()
    return raster.png(raster.dots(item_label_pdf(label, target), target), dpi)


def item_label_zpl(label: ItemLabel, stock: Stock, dpi: int) -> str:
    """Return a ZPL job of one label for a printer of 203, 300 or 600 dpi. Raises Invalid for another figure."""
    target = stock.at(dpi).on_dots()
    return raster.zpl(raster.dots(item_label_pdf(label, target), target), label.consignment_no)


def _sheets(labels: Iterable[ItemLabel], stock: Stock, places: Iterator[tuple[int, Place]]) -> Iterator[Sheet]:
    sheet: Sheet | None = None
    for label, (number, place) in zip(labels, places, strict=False):
        if sheet is not None and number == 0:
            yield sheet
            sheet = None
        sheet = sheet or Sheet(stock)
        draw = _draw_tall if stock.tall else _draw_flat
        draw(sheet, label, place)
    if sheet is not None:
        yield sheet


def _draw_tall(sheet: Sheet, label: ItemLabel, place: Place) -> None:
    if label.rehearsal:
        place = rehearsal_band(sheet, place)
    place = below(place, _header(sheet, label, place))
    bars_with_number(sheet, label.barred_no, Place(x=place.x, y=place.y, width=place.width, height=23), 15)
    sheet.rule(place.x, place.y + 25, place.width)
    foot = 31.0
    parties = Place(x=place.x, y=place.y + 26, width=place.width, height=place.height - 26 - foot - 1)
    used = _parties_tall(sheet, label, parties)
    _signature(sheet, below(parties, used + 1.5))
    _foot_tall(sheet, label, Place(x=place.x, y=place.y + place.height - foot, width=place.width, height=foot))


def _header(sheet: Sheet, label: ItemLabel, place: Place) -> float:
    leg = min(chip_width(label.leg, 12), place.width * 0.45)
    boxed(sheet, Place(x=place.x + place.width - leg, y=place.y, width=leg, height=8), label.leg, 12, reverse=True)
    room = place.width - leg - 2
    sheet.text(place.x, place.y + 4, label.post_name, shrink(label.post_name, room, 11.5, bold=True), bold=True)
    sheet.text(place.x, place.y + 7.6, _SERVICE, shrink(_SERVICE, room, 8))
    if not label.service_marks:
        return 11.5
    _marks(sheet, label.service_marks, Place(x=place.x, y=place.y + 9.5, width=place.width, height=5))
    return 17.0


def _marks(sheet: Sheet, marks: tuple[str, ...], place: Place) -> None:
    size, gap = 8.5, 1.5
    wide = sum(chip_width(mark, size) for mark in marks)
    size *= min(1.0, (place.width - gap * (len(marks) - 1)) / wide)
    x = place.x
    for mark in marks:
        width = chip_width(mark, size)
        boxed(sheet, Place(x=x, y=place.y, width=width, height=place.height), mark, size)
        x += width + gap


def _parties_tall(sheet: Sheet, label: ItemLabel, place: Place) -> float:
    sender = fit(_sender(label.consignor, place.width), place.width, place.height * 0.4, what="người gửi")
    sheet.block(place.x, place.y, sender)
    top = place.y + sender.height + 1.5
    room = place.height - sender.height - 1.5
    words = [Words(text="Người nhận", size=8), *_receiver(label.consignee, place.width - 6, 1.0)]
    receiver = fit(words, place.width - 6, room - 4, what="người nhận")
    sheet.frame(place.x, top, place.width, receiver.height + 3.5, 0.75)
    sheet.block(place.x + 3, top + 1.5, receiver)
    return sender.height + 1.5 + receiver.height + 3.5


def _sender(party: Party, width: float) -> list[Words]:
    return [
        Words(text="Người gửi", size=7.5),
        Words(text=party.name, size=one_line(party.name, width, 9.5, 7.5, bold=True), bold=True),
        Words(text=", ".join((*party.address, *_telephone(party))), size=9),
    ]


def _receiver(party: Party, width: float, scale: float) -> list[Words]:
    """Name, telephone and commune, which a postman looks for, are bold; `scale` is 1 on a tall label."""
    *street, commune = party.address or ("",)
    return [
        _kept(party.name, width, 18 * scale, bold=True),
        Words(text=held(party.phone), size=16 * scale, bold=True),
        *(_kept(line, width, 12.5 * scale) for line in street),
        _kept(commune, width, 13.5 * scale, bold=True),
    ]


def _kept(text: str, width: float, size: float, bold: bool = False) -> Words:
    return Words(text=text, size=one_line(text, width, size, size * 0.75, bold), bold=bold)


def _signature(sheet: Sheet, place: Place) -> None:
    if place.height < 15:
        return
    height = min(place.height, 24)
    sheet.frame(place.x, place.y, place.width, height)
    sheet.text(place.x + 1.5, place.y + 3.6, "Người nhận ký, ghi rõ họ tên", 7)
    sheet.text(place.x + place.width - 1.5, place.y + 3.6, "Ngày, giờ phát", 7, align="right")


def _foot_tall(sheet: Sheet, label: ItemLabel, place: Place) -> None:
    sheet.rule(place.x, place.y, place.width)
    symbol = sheet.qr(qr(label.scanned_no), place.x, place.y + 1.5, 29)
    x = symbol.x + symbol.width + 4.5
    room = place.x + place.width - x
    box = 8.0
    facts = fit(_facts(label, room), room, place.height - box - 3, what="phần cuối nhãn")
    sheet.block(x, place.y + 1.5, facts)
    _collect(sheet, label, Place(x=x, y=place.y + place.height - box, width=room, height=box), 13)


def _facts(label: ItemLabel, room: float) -> list[Words]:
    number = spoken(label.consignment_no)
    dossier = f"Mã hồ sơ: {label.dossier_no}" if label.dossier_no else ""
    return [
        Words(text=f"Phiếu gửi {number}", size=shrink(f"Phiếu gửi {number}", room, 11, bold=True), bold=True),
        Words(text=dossier, size=shrink(dossier, room, 9) if dossier else 9),
        Words(text=_accepted(label), size=8.5),
        Words(text=_counts(label), size=8.5),
    ]


def _accepted(label: ItemLabel) -> str:
    if not label.accepted_at:
        return "Chấp nhận: …………………… tại: ……………………"
    return f"Chấp nhận: {label.accepted_at}" + (f", {label.accepted_office}" if label.accepted_office else "")


def _counts(label: ItemLabel) -> str:
    return f"Lần gửi {label.issue} · Bản nhãn {label.version}"


def _collect(sheet: Sheet, label: ItemLabel, place: Place, size: float) -> None:
    if label.collect_dong:
        when = "Thu khi nhận gửi" if label.collects_at_posting else "Thu khi phát"
        boxed(sheet, place, f"{when}: {dong(label.collect_dong)}", size, reverse=True)
    else:
        boxed(sheet, place, "Không thu tiền", size * 0.8)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _draw_flat(sheet: Sheet, label: ItemLabel, place: Place) -> None:
    _header_flat(sheet, label, place)
    side, foot = 20.0, 9.0
    band = place.y + 6
    bars = Place(x=place.x, y=band, width=place.width - side + 1, height=17.5)
    bars_with_number(sheet, label.barred_no, bars, 12)
    sheet.qr(qr(label.scanned_no), place.x + place.width, band - 1.25, side, align="right")
    top = band + 18.5
    parties = Place(x=place.x, y=top, width=place.width, height=place.y + place.height - foot - top)
    _parties_flat(sheet, label, parties)
    _foot_flat(sheet, label, Place(x=place.x, y=place.y + place.height - foot, width=place.width, height=foot))


def _header_flat(sheet: Sheet, label: ItemLabel, place: Place) -> None:
    leg = min(chip_width(label.leg, 8.5), place.width * 0.4)
    right = place.x + place.width
    boxed(sheet, Place(x=right - leg, y=place.y, width=leg, height=5), label.leg, 8.5, reverse=True)
    room = place.width - leg - 2
    if label.rehearsal:
        wide = chip_width(REHEARSAL, 8.5)
        boxed(sheet, Place(x=right - leg - wide - 1.5, y=place.y, width=wide, height=5), REHEARSAL, 8.5, reverse=True)
        room -= wide + 1.5
    sheet.text(place.x, place.y + 3.7, label.post_name, shrink(label.post_name, room, 10, bold=True), bold=True)


def _parties_flat(sheet: Sheet, label: ItemLabel, place: Place) -> None:
    sheet.rule(place.x, place.y, place.width)
    sender = fit(_sender_in_a_row(label.consignor), place.width, (place.height - 2) * 0.44, what="người gửi")
    sheet.block(place.x, place.y + 0.3, sender)
    top = place.y + sender.height + 0.8
    sheet.rule(place.x, top, place.width, 0.5)
    words = _receiver(label.consignee, place.width, 0.8)
    receiver = fit(words, place.width, place.height - sender.height - 1.6, what="người nhận")
    sheet.block(place.x, top + 0.5, receiver)


def _sender_in_a_row(party: Party) -> list[Words]:
    return [Words(text="Người gửi: " + ", ".join((party.name, *party.address, *_telephone(party))), size=7.5)]


def _telephone(party: Party) -> list[str]:
    return [held(f"ĐT {party.phone}")] if party.phone else []


def _foot_flat(sheet: Sheet, label: ItemLabel, place: Place) -> None:
    sheet.rule(place.x, place.y, place.width)
    box = 30.0
    facts = fit(_facts_flat(label), place.width - box - 2, place.height - 0.8, what="phần cuối nhãn")
    sheet.block(place.x, place.y + 0.6, facts)
    place = Place(x=place.x + place.width - box, y=place.y + 1.5, width=box, height=place.height - 1.5)
    _collect(sheet, label, place, 10)


def _facts_flat(label: ItemLabel) -> list[Words]:
    dossier = f"Mã hồ sơ: {label.dossier_no}" if label.dossier_no else ""
    own = spoken(label.consignment_no) if label.item_no else ""
    return [
        Words(text=_joined(own, dossier), size=7),
        Words(text=_accepted(label), size=6.5),
        Words(text=_joined(*label.service_marks, _counts(label)), size=6.5, bold=True),
    ]
