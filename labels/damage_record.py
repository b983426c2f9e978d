"""The damage record (biên bản kiểm kê bưu gửi rách, hỏng), on A4: what was found torn or wet, what it holds line by
line, before whom it was opened and under which seal it goes on.

Source: LBC Đ.13.2, TT 17/2017/TT-BTTTT Đ.11.2 (inventory, record, re-wrapping).
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

_TITLE: Final = "Biên bản bưu gửi rách, hỏng"
_BARS_WIDE: Final = 66.0
_HEAD_HIGH: Final = 20.0
_FACTS: Final = (Column(title="Mục", share=42), Column(title="Nội dung", share=138))
_LINES: Final = (
    Column(title="STT", share=10, align="centre"),
    Column(title="Giấy tờ", share=88),
    Column(title="Số lượng", share=17, align="centre"),
    Column(title="Tình trạng", share=25),
    Column(title="Ghi chú", share=40),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagePaper:
    """All that stands on a damage record, worded for paper; a line is paper, quantity, condition and note."""

    record_no: str
    case_no: str
    consignment_no: str
    item_no: str = ""
    post_name: str
    office: str = ""
    made_at: str
    wrapping: str
    cause: str
    statement: str = ""
    old_seal_no: str = ""
    new_seal_no: str
    worker: str = ""
    witness: str = ""
    lines: tuple[tuple[str, str, str, str], ...]
    has_photo: bool = False
    signed_at: str = ""
    rehearsal: bool = False


def damage_record_pdf(paper: DamagePaper, stock: Stock = A4) -> bytes:
    """Return the PDF of a damage record."""
    title = f"{_TITLE} {paper.record_no}"
    pages = Pages(stock, running_title=title, rehearsal=paper.rehearsal)
    _head(pages, paper)
    table(pages, _FACTS, _facts(paper), size=10, titled=False)
    pages.heading("Kiểm kê bên trong", 11.5, keep=15)
    rows: list[tuple[Cell, ...]] = [(str(n), *line) for n, line in enumerate(paper.lines, 1)]
    table(pages, _LINES, rows, size=10)
    pages.y += 3
    pages.words([Words(text=text, size=10) for text in _closing(paper)])
    pages.y += 4
    sides = [
        ("Nhân viên lập biên bản", paper.signed_at, paper.worker),
        ("Người chứng kiến", paper.signed_at, paper.witness),
    ]
    signatures(pages, sides, height=36)
    return b"".join(pdf(pages.finished(), title=title))


def _head(pages: Pages, paper: DamagePaper) -> None:
    top, left = pages.y + 1, pages.left
    place = Place(x=left + pages.width - _BARS_WIDE, y=top, width=_BARS_WIDE, height=_HEAD_HIGH)
    bars_with_number(pages.sheet, paper.consignment_no, place, 12)
    words = [
        Words(text=paper.post_name, size=10, bold=True),
        Words(text=paper.office or "Bưu cục: ……………………………", size=10),
        Words(text=f"Số {held(paper.record_no)}, lập lúc {paper.made_at}", size=9.5),
    ]
    pages.sheet.block(left, top, fit(words, place.x - left - 3, _HEAD_HIGH, what="phần đầu biên bản"))
    pages.y = top + _HEAD_HIGH + 9
    middle = left + pages.width / 2
    pages.sheet.text(middle, pages.y, _TITLE.upper(), 16, bold=True, align="centre")
    pages.y += 5


def _facts(paper: DamagePaper) -> list[tuple[Cell, ...]]:
    rows = [
        ("Phiếu gửi", spoken(paper.consignment_no)),
        ("Số hiệu bưu gửi", spoken(paper.item_no) if paper.item_no else ""),
        ("Vụ việc", paper.case_no),
        ("Tình trạng bao bì", paper.wrapping),
        ("Nguyên nhân", paper.cause),
        ("Diễn biến", paper.statement),
        ("Niêm phong cũ", paper.old_seal_no),
    ]
    return [(name, text) for name, text in rows if text]


def _closing(paper: DamagePaper) -> list[str]:
    photo = " Ảnh chụp được lưu cùng biên bản." if paper.has_photo else ""
    return [
        f"Bưu gửi đã được bao gói lại và niêm phong trước mặt người chứng kiến, số niêm phong mới: {paper.new_seal_no}."
        f"{photo}"
    ]
