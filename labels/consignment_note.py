"""The consignment note (phiếu gửi hồ sơ): the signed slip that is the contract between the sender and the post.
It is kept by both and never stuck outside, so it may say what the envelope may not: the procedure and the list of
papers, or the result and its list.

Source: TT 17/2017/TT-BTTTT Đ.9 (contents, value of a written contract); TT 02/2012 Đ.2-3 (number, mark of the post,
time and place of acceptance).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from postgw.domain.note import Note, NoteEnd, NoteLine

from .bars import qr, spoken
from .label_parts import bars_with_number
from .page_link import beside_link
from .pages import Pages, signatures, two_columns
from .paper import A4, Place, Stock
from .pdf import pdf
from .sheet import Sheet
from .table import Cell, Column, table
from .typeface import held
from .typesetting import Words, fit

_TITLE: Final = "Phiếu gửi hồ sơ"
_WIDE_PAPER: Final = 180.0
_PAPERS: Final = (
    Column(title="STT", share=9, align="centre"),
    Column(title="Tên giấy tờ", share=86),
    Column(title="Loại", share=26),
    Column(title="Số lượng", share=18, align="centre"),
    Column(title="Ghi chú", share=40),
)
_PRICES: Final = (Column(title="Khoản", share=120), Column(title="Số tiền", share=40, align="right"))


def consignment_note_pdf(note: Note, stock: Stock = A4, page_link: str = "") -> bytes:
    """Return the PDF of a consignment note on A4 or A5, as many pages as its papers need.

    `page_link` leads to the citizen's own page. It is no part of the contract, so it is none of the note's wording.
    """
    return b"".join(pdf(_pages(note, stock, page_link), title=f"{_TITLE} {spoken(note.consignment_no)}"))


def consignment_notes_pdf(notes: Iterable[tuple[Note, str]], stock: Stock, copies: int) -> Iterator[bytes]:
    """Yield a PDF of many notes, each with its `page_link`, piece by piece; the copies of one behind each other."""
    drawn_notes = (_pages(note, stock, page_link) for note, page_link in notes)
    return pdf((sheet for drawn in drawn_notes for _ in range(copies) for sheet in drawn), title=_TITLE)


def _pages(note: Note, stock: Stock, page_link: str) -> list[Sheet]:
    wide = stock.width >= _WIDE_PAPER
    size = 9.5 if wide else 7.5
    number = spoken(note.consignment_no)
    pages = Pages(stock, running_title=f"{_TITLE} {number}", rehearsal=note.rehearsal)
    _head(pages, note)
    two_columns(pages, _party("Người gửi", note.consignor, size), _party("Người nhận", note.consignee, size))
    beside_link(pages, _service(note, size), page_link, size=size)
    pages.heading(note.subject_title, size + 0.5, keep=30)
    pages.words([Words(text=note.subject, size=size, bold=True)])
    pages.y += 1
    table(pages, _PAPERS, _papers(note.papers), size=size - 0.5)
    if note.also:
        pages.y += 1
        pages.words([Words(text=note.also, size=size, bold=True)])
    pages.heading("Giá cước và thanh toán", size + 0.5, keep=25)
    _money(pages, note, size)
    pages.heading("Chất lượng, quyền, nghĩa vụ và trách nhiệm", size + 0.5, keep=15)
    *terms, contract = _terms(note, size - 1.5 if wide else size - 0.5)
    pages.words(terms)
    high = 32.0 if wide else 22.0
    pages.need(high + 8.5)  # what is signed stands on the page it is signed on
    pages.words([contract])
    pages.y += 2
    sides = [
        ("Người gửi", note.consignor_signed_at, note.consignor_signer),
        ("Đại diện bưu điện", note.post_signed_at, note.post_signer),
    ]
    signatures(pages, sides, height=high, size=size)
    return pages.finished()


def _head(pages: Pages, note: Note) -> None:
    sheet, top, right = pages.sheet, pages.y, pages.left + pages.width
    bars, side, high = 64.0, 23.0, 20.0
    symbol = sheet.qr(qr(note.consignment_no), right, top - 2, side, align="right")
    place = Place(x=symbol.x - bars - 4, y=top, width=bars, height=high)
    bars_with_number(sheet, note.consignment_no, place, 13)
    title = [
        Words(text=note.post_name, size=10, bold=True),
        Words(text="PHIẾU GỬI HỒ SƠ", size=16, bold=True),
        Words(text=note.leg, size=10, bold=True),
    ]
    sheet.block(pages.left, top, fit(title, place.x - pages.left, high, what="phần đầu phiếu gửi"))
    pages.y = top + high + 3


def _party(who: str, party: NoteEnd, size: float) -> list[Words]:
    return [
        Words(text=who, size=size - 1.5),
        Words(text=party.name, size=size + 1.5, bold=True),
        Words(text=party.address, size=size),
        Words(text=f"Điện thoại: {held(party.phone or '…………………')}", size=size),
        Words(text=f"Thư điện tử: {party.email}" if party.email else "", size=size),
    ]


def _service(note: Note, size: float) -> list[Words]:
    numbers = [f"Số hiệu bưu gửi: {held(spoken(note.item_no))}"] if note.item_no else []
    numbers += [f"Mã hồ sơ: {note.dossier_no}"] if note.dossier_no else []
    accepted = note.accepted_at or "…… giờ ……, ngày ……/……/…………"
    return [
        Words(text=f"Chấp nhận: {accepted}, tại {note.accepted_office or '……………………………'}", size=size, bold=True),
        Words(text=f"Phương thức cung ứng dịch vụ: {note.method}", size=size),
        Words(text=" · ".join(numbers), size=size),
    ]


def _papers(papers: tuple[NoteLine, ...]) -> list[tuple[Cell, ...]]:
    return [
        (str(number), paper.name, paper.kind, paper.quantity, paper.remark) for number, paper in enumerate(papers, 1)
    ]


def _money(pages: Pages, note: Note, size: float) -> None:
    total = ((Words(text="Tổng cộng", size=size, bold=True),), (Words(text=note.total, size=size, bold=True),))
    table(pages, _PRICES, [*note.prices, total], size=size - 0.5, titled=False)
    pages.y += 1
    pages.words([Words(text=f"Phương thức thanh toán: {note.payment}", size=size)])


def _terms(note: Note, size: float) -> list[Words]:
    return [
        Words(text=f"Chất lượng: {note.quality}", size=size),
        Words(text=f"Quyền và nghĩa vụ: {note.rights}", size=size),
        Words(text=f"Trách nhiệm và bồi thường: {note.liability}", size=size),
        Words(text="Phiếu gửi này có giá trị như hợp đồng bằng văn bản.", size=size, bold=True),
    ]
