"""Two papers of an item that was not handed over: the non-delivery record, and the note that travels home with it.

The record (biên bản không phát được) is the evidence. For a refusal it shows when, which item, and the refuser's name,
identity paper and signature; for an organisation the representative and a place for its stamp. Otherwise it shows why,
with the full name and signature of the delivery worker. Of an identity number only the tail stands there.

The return note (phiếu chuyển hoàn) goes with the item to its sender: from where, why, how often the recipient was
called and tried. Both bear the consignment number and the post's item number as bars. Neither names the procedure.

Source: Joint Circular 18/2015 art. 3; Circular 17/2017/TT-BTTTT art. 5.2.h, 11.3; Law on Post 2010 art. 17.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .bars import spoken
from .label_parts import bars_with_number
from .pages import Pages, two_columns
from .paper import A4, Place, Stock
from .pdf import pdf
from .picture import signature
from .table import Cell, Column, table
from .typesetting import Words, fit, shrink

_RECORD: Final = "Biên bản không phát được bưu gửi"
_NOTE: Final = "Phiếu chuyển hoàn"
_BARS_HIGH: Final = 20.0
_BOX_HIGH: Final = 44.0
_TRIES: Final = (
    Column(title="STT", share=9, align="centre"),
    Column(title="Việc", share=55),
    Column(title="Thời điểm", share=45),
    Column(title="Nơi", share=45),
    Column(title="Lý do / cách mời", share=60),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs a box: their part, the name under it, and the picture of the signature if one is kept."""

    who: str
    name: str = ""
    png: bytes = b""
    stamp: bool = False  #: a place for the stamp of an organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt or invitation, worded."""

    what: str
    when: str
    where: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NonDeliveryRecord:
    """All that stands on the record, worded for paper."""

    consignment_no: str
    item_no: str = ""
    post_name: str
    office: str = ""
    drawn_up_at: str
    recipient: str
    address: str
    reason: str
    statement: str = ""
    refuser: tuple[str, ...] = ()  #: name, organisation, identity paper: a line each; none when nobody refused
    signers: tuple[Signer, ...]
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnNote:
    """All that stands on the note, worded for paper."""

    consignment_no: str
    item_no: str = ""
    post_name: str
    from_office: str = ""
    began_at: str
    sender: tuple[str, ...]  #: to whom it goes back: name, address, telephone
    recipient: tuple[str, ...]
    reason: str
    tries: tuple[Try, ...] = ()
    evidence: str = ""
    rehearsal: bool = False


def non_delivery_pdf(record: NonDeliveryRecord, stock: Stock = A4) -> bytes:
    """Return the PDF of a record, one page."""
    title = f"{_RECORD} {spoken(record.consignment_no)}"
    pages = Pages(stock, running_title=title, rehearsal=record.rehearsal)
    _head(pages, record.post_name, _RECORD.upper(), f"Lập lúc {record.drawn_up_at}")
    _codes(pages, record.consignment_no, record.item_no)
    pages.heading("Bưu gửi", 11, keep=18)
    pages.words([
        Words(text=f"Bưu cục phát: {record.office or '……………………………………………'}", size=10.5),
        Words(text=f"Người nhận: {record.recipient}", size=10.5, bold=True),
        Words(text=f"Địa chỉ: {record.address}", size=10.5),
    ])  # fmt: skip
    pages.heading("Lý do không phát được", 11, keep=12)
    pages.words([Words(text=record.reason, size=10.5, bold=True), Words(text=record.statement, size=10.5)])
    if record.refuser:
        pages.heading("Người từ chối nhận", 11, keep=18)
        pages.words([Words(text=line, size=10.5) for line in record.refuser])
    pages.y += 4
    _signed(pages, record.signers)
    return b"".join(pdf(pages.finished(), title=title))


def return_note_pdf(note: ReturnNote, stock: Stock = A4) -> bytes:
    """Return the PDF of a note, as many pages as the attempts need."""
    title = f"{_NOTE} {spoken(note.consignment_no)}"
    pages = Pages(stock, running_title=title, rehearsal=note.rehearsal)
    _head(pages, note.post_name, _NOTE.upper(), f"Bắt đầu chuyển hoàn lúc {note.began_at}")
    _codes(pages, note.consignment_no, note.item_no)
    two_columns(
        pages, _party("Chuyển hoàn về nơi gửi", note.sender), _party("Người nhận chưa phát được", note.recipient)
    )
    pages.heading("Lý do chuyển hoàn", 11, keep=12)
    pages.words([
        Words(text=note.reason, size=10.5, bold=True),
        Words(text=f"Từ bưu cục: {note.from_office or '……………………………………………'}", size=10.5),
        Words(text=f"Chứng cứ kèm theo: {note.evidence}" if note.evidence else "", size=10.5),
    ])  # fmt: skip
    pages.heading("Các lần phát và lần mời", 11, keep=16)
    if note.tries:
        table(pages, _TRIES, _rows(note.tries), size=9)
    else:
        pages.words([Words(text="Không có lần phát hay lần mời nào trước đó.", size=9)])
    pages.y += 4
    _signed(pages, (Signer(who="Bưu cục chuyển hoàn"), Signer(who="Nơi gửi nhận lại")))
    return b"".join(pdf(pages.finished(), title=title))


def _head(pages: Pages, post_name: str, title: str, moment: str) -> None:
    middle, top = pages.left + pages.width / 2, pages.y
    pages.sheet.text(pages.left, top + 4, post_name, 10, bold=True)
    pages.sheet.text(middle, top + 14, title, shrink(title, pages.width, 16, bold=True), bold=True, align="centre")
    pages.sheet.text(middle, top + 20, moment, 10, align="centre")
    pages.y = top + 25


def _codes(pages: Pages, consignment_no: str, item_no: str) -> None:
    gap, wide = 6.0, (pages.width - 6.0) / 2
    for number, (title, code) in enumerate((("Số bưu gửi", consignment_no), ("Số hiệu bưu điện", item_no))):
        x = pages.left + number * (wide + gap)
        pages.sheet.text(x + wide / 2, pages.y + 3, title, 9, align="centre")
        if code:
            bars_with_number(pages.sheet, code, Place(x=x, y=pages.y + 4.5, width=wide, height=_BARS_HIGH), 12)
        else:
            pages.sheet.text(x + wide / 2, pages.y + 14, "chưa gắn", 11, align="centre")
    pages.y += _BARS_HIGH + 8


def _party(title: str, lines: Sequence[str]) -> list[Words]:
    name, *more = lines
    return [Words(text=title, size=8), Words(text=name, size=11, bold=True), *(Words(text=t, size=9.5) for t in more)]


def _rows(tries: Sequence[Try]) -> list[tuple[Cell, ...]]:
    return [(str(number), each.what, each.when, each.where, each.why) for number, each in enumerate(tries, 1)]


def _signed(pages: Pages, signers: Sequence[Signer]) -> None:
    pages.need(_BOX_HIGH + 2)
    gap = 4.0
    wide = (pages.width - gap * (len(signers) - 1)) / len(signers)
    for number, each in enumerate(signers):
        _box(pages, each, Place(x=pages.left + number * (wide + gap), y=pages.y, width=wide, height=_BOX_HIGH))
    pages.y += _BOX_HIGH + 2


def _box(pages: Pages, signer: Signer, place: Place) -> None:
    sheet, middle = pages.sheet, place.x + place.width / 2
    sheet.frame(place.x, place.y, place.width, place.height)
    sheet.text(middle, place.y + 5, signer.who, 10, bold=True, align="centre")
    hint = "(ký, đóng dấu, ghi rõ họ tên)" if signer.stamp else "(ký, ghi rõ họ tên)"
    sheet.text(middle, place.y + 9, hint, 8, align="centre")
    if signer.png:
        signature(sheet, signer.png, Place(x=place.x + 6, y=place.y + 11, width=place.width - 12, height=22))
    if signer.name:
        lines = fit([Words(text=signer.name, size=10, bold=True)], place.width - 4, 9, what="tên người ký")
        sheet.block(place.x + 2, place.y + place.height - 9, lines)
