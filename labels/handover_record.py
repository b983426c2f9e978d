"""The handover record (biên bản giao nhận hồ sơ): the list that two hands sign when dossiers change hands.
It names every consignment with its dossier code, the post's number and its papers, says for each whether it is
complete, and is signed by both sides; the later of the two signing moments is the legal filing time. Its own number
stands in a Code 128 and a QR, so that one scan takes over the whole trip.

Source: QĐ 45/2016/QĐ-TTg Đ.7.2-4; TT 17/2017/TT-BTTTT Đ.5.1.e-h (record, originals and copies stated, fee money
handed on).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from .bars import qr, spoken
from .label_parts import bars_with_number
from .pages import Pages, signatures, two_columns
from .paper import A4, Place, Stock
from .pdf import pdf
from .table import Cell, Column, TickBox, table
from .typesetting import Words, fit, shrink

State = Literal["", "complete", "missing", "different"]
_TITLE: Final = "Biên bản giao nhận hồ sơ"
_COLUMNS: Final = (
    Column(title="STT", share=8, align="centre"),
    Column(title="Phiếu gửi / số hiệu", share=31),
    Column(title="Mã hồ sơ", share=43, whole=True),
    Column(title="Giấy tờ", share=45),
    Column(title="Đủ", share=8, align="centre"),
    Column(title="Thiếu", share=11, align="centre"),
    Column(title="Khác", share=10, align="centre"),
    Column(title="Ghi chú", share=34),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two that sign: the body, the person appointed for it, and the moment of signing once there is one."""

    body: str
    person: str = ""
    position: str = ""
    signed_at: str = ""
    png: bytes = b""  #: the strokes, where they were drawn on a screen


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow:
    """One consignment on the list; `state` is empty until somebody has looked inside."""

    consignment_no: str
    dossier_no: str = ""
    item_no: str = ""
    papers: str = ""
    state: State = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRecord:
    """All that stands on a handover record, worded for paper."""

    manifest_no: str
    giver: Side
    taker: Side
    drawn_up_at: str
    place: str
    trip: str = ""
    rows: tuple[HandoverRow, ...]
    totals: str = ""
    fee_money: str = ""
    remarks: tuple[str, ...] = ()
    closing: tuple[str, ...] = ("Biên bản lập thành hai bản có giá trị như nhau, mỗi bên giữ một bản.",)
    rehearsal: bool = False


def handover_record_pdf(record: HandoverRecord, stock: Stock = A4, copies: int = 1) -> bytes:
    """Return the PDF of a handover record, as many pages as its rows need; each copy whole behind the other."""
    number = spoken(record.manifest_no)
    pages = Pages(stock, running_title=f"{_TITLE} {number}", rehearsal=record.rehearsal)
    _head(pages, record)
    two_columns(pages, _side("Bên giao", record.giver), _side("Bên nhận", record.taker))
    table(pages, _COLUMNS, _rows(record.rows), size=8.5)
    pages.y += 1.5
    *before, last = _after(record)
    pages.words(before)
    pages.need(48)  # the last sentence and the signatures belong on one page
    pages.words([last])
    pages.y += 2
    sides = [
        (who, side.signed_at, side.person) for who, side in (("Bên giao", record.giver), ("Bên nhận", record.taker))
    ]
    signatures(pages, sides, height=36, drawn=(record.giver.png, record.taker.png))
    sheets = pages.finished()
    return b"".join(pdf((sheet for _ in range(copies) for sheet in sheets), title=f"{_TITLE} {number}"))


def _head(pages: Pages, record: HandoverRecord) -> None:
    middle = pages.left + pages.width / 2
    sheet, top = pages.sheet, pages.y
    sheet.text(middle, top + 4, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 10.5, bold=True, align="centre")
    sheet.text(middle, top + 9, "Độc lập - Tự do - Hạnh phúc", 10.5, bold=True, align="centre")
    sheet.rule(middle - 20, top + 11.2, 40, 0.3)
    sheet.text(
        middle,
        top + 20,
        "BIÊN BẢN GIAO NHẬN HỒ SƠ",
        shrink(_TITLE, pages.width, 16, bold=True),
        bold=True,
        align="centre",
    )
    top += 24
    side, bars = 24.0, 71.0
    symbol = sheet.qr(qr(record.manifest_no), pages.left, top - 1.5, side)
    bars_with_number(
        sheet, record.manifest_no, Place(x=pages.left + pages.width - bars, y=top, width=bars, height=21), 12
    )
    x = symbol.x + symbol.width + 6
    facts = fit(_facts(record), pages.left + pages.width - bars - x, 22, what="phần đầu biên bản")
    sheet.block(x, top, facts)
    pages.y = top + 24.5


def _facts(record: HandoverRecord) -> list[Words]:
    return [
        Words(text=f"Lập lúc: {record.drawn_up_at}", size=9.5),
        Words(text=f"Tại: {record.place}", size=9.5),
        Words(text=f"Chuyến: {record.trip}" if record.trip else "", size=9.5),
        Words(text=f"Số lượng: {len(record.rows)} hồ sơ", size=9.5, bold=True),
    ]


def _side(who: str, side: Side) -> list[Words]:
    return [
        Words(text=who, size=8),
        Words(text=side.body, size=10, bold=True),
        Words(text=f"Người đại diện: {side.person}" if side.person else "Người đại diện: ……………………………………", size=9),
        Words(text=f"Chức vụ: {side.position}" if side.position else "Chức vụ: ……………………………………", size=9),
    ]


def _rows(rows: Iterable[HandoverRow]) -> Iterable[tuple[Cell, ...]]:
    for number, row in enumerate(rows, 1):
        numbers = (
            Words(text=spoken(row.consignment_no), size=9.5, bold=True),
            Words(text=spoken(row.item_no) if row.item_no else "", size=8),
        )
        boxes = (TickBox(ticked=row.state == state) for state in ("complete", "missing", "different"))
        yield str(number), numbers, row.dossier_no, row.papers, *boxes, row.remark


def _after(record: HandoverRecord) -> list[Words]:
    return [
        Words(text=f"Tổng cộng: {record.totals}" if record.totals else "", size=9.5, bold=True),
        Words(text=f"Phí, lệ phí giao kèm: {record.fee_money}" if record.fee_money else "", size=9.5),
        *(Words(text=remark, size=9) for remark in record.remarks),
        *(Words(text=sentence, size=9) for sentence in record.closing),
    ]
