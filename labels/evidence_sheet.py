"""The evidence sheet: the printed face of an evidence pack, for a complaint, an inspection or a court.

It tells who held the dossier and when and who says so, names both hands of each handover (the rows of form 06), the
proofs, the notices and the money, and bears the digest of the content, by which the file that goes with it is known.

Source: Circular 17/2017/TT-BTTTT art. 14; Circular 01/2018/TT-VPCP, form 06.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .bars import qr, spoken
from .pages import Pages
from .paper import A4, Stock
from .pdf import pdf
from .table import Cell, Column, table
from .typesetting import Words, block

_TITLE: Final = "Hồ sơ chứng cứ"
_CUSTODY: Final = (
    Column(title="STT", share=9, align="centre"),
    Column(title="Thời điểm", share=31),
    Column(title="Sự kiện", share=42),
    Column(title="Nơi", share=30),
    Column(title="Nguồn tin", share=43),
    Column(title="Mã băm", share=35),
)
_HANDOVERS: Final = (
    Column(title="Bưu gửi / biên bản", share=38),
    Column(title="Bên giao", share=48),
    Column(title="Bên nhận", share=48),
    Column(title="Giao nhận lúc", share=31),
    Column(title="Kết quả", share=25),
)
_PROOFS: Final = (
    Column(title="Bưu gửi", share=28),
    Column(title="Phát lúc", share=28),
    Column(title="Người nhận", share=50),
    Column(title="Giấy tờ đã xem", share=42),
    Column(title="Nhận xét của người nhận", share=42),
)
_NOTICES: Final = (
    Column(title="Bưu gửi", share=28),
    Column(title="Nội dung báo", share=48),
    Column(title="Báo cho", share=42),
    Column(title="Xảy ra lúc", share=28),
    Column(title="Đã nhận lúc", share=44),
)
_FACTS: Final = (Column(title="Mục", share=60), Column(title="Giá trị", share=50), Column(title="Căn cứ", share=80))


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyTable:
    """The chain of one consignment, worded: moment, happening, place, who says so, digest."""

    title: str
    rows: tuple[tuple[str, str, str, str, str], ...]
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSheet:
    """All that stands on an evidence sheet, worded for paper."""

    dossier_no: str
    facts: tuple[str, ...]
    custody: tuple[CustodyTable, ...]
    handovers: tuple[tuple[str, str, str, str, str], ...] = ()
    proofs: tuple[tuple[str, str, str, str, str], ...] = ()
    notices: tuple[tuple[str, str, str, str, str], ...] = ()
    dates: tuple[tuple[str, str, str], ...] = ()
    cases: tuple[tuple[str, str, str], ...] = ()
    money: tuple[tuple[str, str, str], ...] = ()
    digest: str
    sealed: str
    issued: str
    rehearsal: bool = False


def evidence_sheet_pdf(sheet: EvidenceSheet, stock: Stock = A4) -> bytes:
    """Return the PDF of an evidence sheet, as many pages as it needs."""
    number = sheet.dossier_no
    pages = Pages(stock, running_title=f"{_TITLE} {number} · {sheet.digest[:16]}", rehearsal=sheet.rehearsal)
    _head(pages, sheet)
    for each in sheet.custody:
        _custody(pages, each)
    _section(pages, "Giao nhận giữa các bên (mẫu số 06)", _HANDOVERS, sheet.handovers)
    _section(pages, "Chứng từ phát", _PROOFS, sheet.proofs)
    _section(pages, "Thông báo và việc đã nhận", _NOTICES, sheet.notices)
    _section(pages, "Các ngày và căn cứ", _FACTS, sheet.dates)
    _section(pages, "Khiếu nại, sự cố, bồi thường", _FACTS, sheet.cases)
    _section(pages, "Tiền", _FACTS, sheet.money)
    _foot(pages, sheet)
    return b"".join(pdf(pages.finished(), title=f"{_TITLE} {number}"))


def _head(pages: Pages, sheet: EvidenceSheet) -> None:
    side = 24.0
    symbol = pages.sheet.qr(qr(sheet.digest), pages.left + pages.width - side - 4, pages.y, side)
    words = [
        Words(text="HỒ SƠ CHỨNG CỨ", size=16, bold=True),
        Words(text=f"Mã hồ sơ: {sheet.dossier_no}", size=12, bold=True),
        *(Words(text=fact, size=9) for fact in sheet.facts),
    ]
    lines = block(words, symbol.x - pages.left - 4)
    pages.sheet.block(pages.left, pages.y, lines)
    pages.y += max(lines.height, symbol.width) + 3


def _custody(pages: Pages, chain: CustodyTable) -> None:
    pages.heading(chain.title, 11, keep=25)
    rows: list[tuple[Cell, ...]] = [
        (str(number), at, what, where, who, (Words(text=digest, size=7),))
        for number, (at, what, where, who, digest) in enumerate(chain.rows, 1)
    ]
    table(pages, _CUSTODY, rows, size=8.5)
    pages.y += 1
    pages.words([Words(text=chain.remark, size=8.5)])


def _section(pages: Pages, title: str, columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    pages.heading(title, 11, keep=25 if rows else 6)
    if rows:
        table(pages, columns, rows, size=8.5)
        pages.y += 1
    else:
        pages.words([Words(text="Chưa có.", size=8.5)])


def _foot(pages: Pages, sheet: EvidenceSheet) -> None:
    pages.need(32)
    pages.heading("Mã băm của nội dung", 11, keep=20)
    pages.words([
        Words(text=spoken(sheet.digest), size=10, bold=True),
        Words(text="Mã này (SHA-256) tính trên phần content của tệp JSON đi kèm; mã QR đầu tờ mang cùng mã.", size=8.5),
        Words(text=sheet.sealed, size=8.5),
        Words(text=sheet.issued, size=8.5),
    ])  # fmt: skip
