"""The receipt that whoever paid takes home. Fees (the state's money) and postage (the post's) have a paper each, with
a title of its own, so that nobody takes the one for the other. The amount stands in figures and in words, and the
receipt's number in a Code 128, so that a counter finds it again with one scan.

Source: QĐ 45/2016/QĐ-TTg Đ.6.6 (receipt for fees collected), Đ.11.3 (it travels with the dossier).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from .bars import spoken
from .label_parts import bars_with_number, boxed
from .page_link import beside_link
from .pages import Pages, signatures
from .paper import A5, Place, Stock
from .pdf import pdf
from .table import Cell, Column, table
from .typesetting import Words, fit

TITLES: Final = {"fee": "Biên lai thu phí, lệ phí", "postage": "Phiếu thu cước bưu chính"}
_WHOSE: Final = {
    "fee": "Phí, lệ phí thu hộ cơ quan giải quyết hồ sơ; không phải cước bưu chính.",
    "postage": "Cước dịch vụ bưu chính công ích; không phải phí, lệ phí của cơ quan giải quyết hồ sơ.",
}
_FACTS: Final = (Column(title="Mục", share=34), Column(title="Nội dung", share=98))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """All that stands on a receipt, worded for paper."""

    receipt_no: str
    kind: Literal["fee", "postage"]
    post_name: str
    unit: str
    unit_address: str = ""
    payer: str
    reason: str
    dossier_no: str = ""
    consignment_no: str
    amount: str
    amount_in_words: str
    collected_at: str
    collected_by: str
    remarks: tuple[str, ...] = ()
    cancelled: bool = False
    page_link: str = ""  #: of the citizen's own page; empty: they reach none
    rehearsal: bool = False


def receipt_pdf(paper: ReceiptPaper, stock: Stock = A5) -> bytes:
    """Return the PDF of a receipt."""
    title = f"{TITLES[paper.kind]} {paper.receipt_no}"
    pages = Pages(stock, running_title=title, rehearsal=paper.rehearsal)
    _head(pages, paper)
    table(pages, _FACTS, _facts(paper), size=9, titled=False)
    pages.y += 2
    remarks = [Words(text=remark, size=8.5) for remark in (*paper.remarks, _WHOSE[paper.kind])]
    beside_link(pages, remarks, "" if paper.cancelled else paper.page_link)
    pages.y += 3
    signatures(pages, [("Người nộp tiền", "", ""), ("Người thu tiền", "", "")], height=36)
    return b"".join(pdf(pages.finished(), title=title))


def _head(pages: Pages, paper: ReceiptPaper) -> None:
    sheet, top = pages.sheet, pages.y
    wide, high = 62.0, 19.0
    place = Place(x=pages.left + pages.width - wide, y=top, width=wide, height=high)
    bars_with_number(sheet, paper.receipt_no, place, 11)
    issuer = [
        Words(text=paper.post_name, size=9, bold=True),
        Words(text=paper.unit, size=9.5),
        Words(text=paper.unit_address, size=8),
    ]
    sheet.block(pages.left, top, fit(issuer, place.x - pages.left - 3, high, what="nơi thu tiền"))
    pages.y = top + high + 10
    middle = pages.left + pages.width / 2
    sheet.text(middle, pages.y, TITLES[paper.kind].upper(), 17, bold=True, align="centre")
    pages.y += 5.5
    sheet.text(middle, pages.y, f"Lúc {paper.collected_at}", 9, align="centre")
    pages.y += 4
    if paper.cancelled:
        boxed(sheet, Place(x=pages.left, y=pages.y, width=pages.width, height=9), "ĐÃ HUỶ", 16, reverse=True)
        pages.y += 12


def _facts(paper: ReceiptPaper) -> list[tuple[Cell, ...]]:
    rows: list[tuple[str, str]] = [
        ("Người nộp", paper.payer),
        ("Lý do nộp", paper.reason),
        ("Mã hồ sơ", paper.dossier_no),
        ("Phiếu gửi", spoken(paper.consignment_no)),
    ]
    facts: list[tuple[Cell, ...]] = [(name, text) for name, text in rows if text]
    facts.append(("Số tiền", (Words(text=paper.amount, size=13, bold=True),)))
    facts.append(("Bằng chữ", (Words(text=f"{paper.amount_in_words}.", size=9.5),)))
    facts.append(("Người thu", paper.collected_by))
    return facts
