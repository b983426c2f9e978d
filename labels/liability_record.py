"""The record of liability (văn bản xác định trách nhiệm bồi thường), on A4, with every field the Circular asks for:
item, sender, recipient, where and when it was accepted, why, who is liable, how much, in which way, by when.

Source: TT 02/2012/TT-BTTTT Đ.9; NĐ 47/2011/NĐ-CP Đ.25 (the least that is owed), Đ.26 (thirty days, then interest).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .bars import spoken
from .label_parts import bars_with_number
from .pages import Pages, signatures
from .paper import A4, Place, Stock
from .pdf import pdf
from .table import Cell, Column, table
from .typeface import held
from .typesetting import Words, fit

_TITLE: Final = "Văn bản xác định trách nhiệm bồi thường"
_BARS_WIDE: Final = 66.0
_HEAD_HIGH: Final = 18.0
_FACTS: Final = (Column(title="Mục", share=46), Column(title="Nội dung", share=134))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiabilityPaper:
    """All that stands on a record of liability, worded for paper."""

    record_no: str
    case_no: str
    consignment_no: str
    item_no: str = ""
    post_name: str
    determined_at: str
    sender: str = ""
    receiver: str = ""
    accepted: str
    about: str
    reason: str
    fault: str
    ground: str = ""
    evidence: str = ""
    price: str
    refund: str
    minimum: str
    amount: str
    amount_in_words: str
    is_owed: bool
    payee: str
    method: str
    pay_by: str
    acknowledgement: str = ""
    rehearsal: bool = False


def liability_record_pdf(paper: LiabilityPaper, stock: Stock = A4) -> bytes:
    """Return the PDF of a record of liability."""
    title = f"{_TITLE} {paper.record_no}"
    pages = Pages(stock, running_title=title, rehearsal=paper.rehearsal)
    _head(pages, paper)
    table(pages, _FACTS, _item(paper), size=10, titled=False)
    pages.heading("Trách nhiệm", 11.5, keep=15)
    table(pages, _FACTS, _liability(paper), size=10, titled=False)
    if paper.is_owed:
        pages.heading("Bồi thường", 11.5, keep=25)
        table(pages, _FACTS, _compensation(paper), size=10, titled=False)
        pages.y += 2
        pages.words([Words(text="Quá thời hạn trên, bên phải bồi thường còn trả tiền lãi chậm thanh toán.", size=9)])
    pages.y += 4
    signatures(pages, [("Đại diện Bưu điện", "", ""), ("Người được bồi thường", "", "")], height=34)
    if paper.acknowledgement:
        pages.heading("Xác nhận đã nhận tiền", 11.5, keep=20)
        pages.words([Words(text=paper.acknowledgement, size=10)])
        pages.y += 2
        signatures(pages, [("Người chi tiền", "", ""), ("Người nhận tiền", "", "")], height=30)
    return b"".join(pdf(pages.finished(), title=title))


def _head(pages: Pages, paper: LiabilityPaper) -> None:
    top, left = pages.y + 1, pages.left
    place = Place(x=left + pages.width - _BARS_WIDE, y=top, width=_BARS_WIDE, height=_HEAD_HIGH)
    bars_with_number(pages.sheet, paper.consignment_no, place, 12)
    words = [
        Words(text=paper.post_name, size=10, bold=True),
        Words(text=f"Số {held(paper.record_no)}", size=10),
        Words(text=f"Lập lúc {paper.determined_at}", size=9.5),
    ]
    pages.sheet.block(left, top, fit(words, place.x - left - 3, _HEAD_HIGH, what="phần đầu văn bản"))
    pages.y = top + _HEAD_HIGH + 9
    middle = left + pages.width / 2
    pages.sheet.text(middle, pages.y, _TITLE.upper(), 14.5, bold=True, align="centre")
    pages.y += 5


def _item(paper: LiabilityPaper) -> list[tuple[Cell, ...]]:
    rows = [
        ("Phiếu gửi", spoken(paper.consignment_no)),
        ("Số hiệu bưu gửi", spoken(paper.item_no) if paper.item_no else ""),
        ("Người gửi", paper.sender),
        ("Người nhận", paper.receiver),
        ("Nơi, ngày chấp nhận", paper.accepted),
        ("Vụ việc", f"{held(paper.case_no)}: {paper.about}"),
    ]
    return [(name, text) for name, text in rows if text]


def _liability(paper: LiabilityPaper) -> list[tuple[Cell, ...]]:
    rows = [
        ("Lý do", paper.reason),
        ("Bên có trách nhiệm", paper.fault),
        ("Căn cứ không bồi thường", paper.ground),
        ("Chứng từ", paper.evidence),
    ]
    return [(name, text) for name, text in rows if text]


def _compensation(paper: LiabilityPaper) -> list[tuple[Cell, ...]]:
    return [
        ("Cước dịch vụ đã dùng", paper.price),
        ("Mức tối thiểu", paper.minimum),
        ("Mức bồi thường", (Words(text=paper.amount, size=13, bold=True),)),
        ("Bằng chữ", f"{paper.amount_in_words}."),
        ("Trong đó hoàn cước", paper.refund),
        ("Trả cho", paper.payee),
        ("Cách trả", paper.method),
        ("Thời hạn", f"đến hết ngày {paper.pay_by}"),
    ]
