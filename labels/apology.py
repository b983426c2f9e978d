"""The apology for a result that is late, with its one new day: form 04 of the one-stop shop, on A5.

Number and title of the form are those of the circular in force on the day of issue. The bars are those of the dossier
code, so that the counter finds the dossier with one scan. A draft says so and leaves lines for what is not known yet.

Source: NĐ 61/2018/NĐ-CP Đ.19.9; TT 01/2018/TT-VPCP, mẫu số 04 (wording and fields); TT 03/2025/TT-VPCP (its new title).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .label_parts import bars_with_number, boxed
from .pages import Pages, signatures
from .paper import A5, Place, Stock
from .pdf import pdf
from .typeface import held
from .typesetting import Words, fit

_STATES: Final = {"draft": "DỰ THẢO – CHƯA PHÁT HÀNH", "withdrawn": "ĐÃ RÚT"}
_STATE_NAME: Final = "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO: Final = "Độc lập – Tự do – Hạnh phúc"
_BARS_HIGH: Final = 17.0
_LINE: Final = "……………………………………………………………………………………………"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApologyPaper:
    """All that stands on an apology, worded for paper; days as they are shown, empty where not known yet."""

    apology_no: str
    form: str
    title: str
    basis: str
    desk: str
    desk_address: str = ""
    desk_phone: str = ""
    agency: str
    place: str = ""
    issued_on: str = ""
    addressee: str
    address: str = ""
    phone: str = ""
    received_on: str
    sector: str = ""
    procedure: str = ""
    dossier_no: str
    due_on: str
    reason: str = ""
    new_due_on: str = ""
    state: str
    rehearsal: bool = False


def apology_pdf(paper: ApologyPaper, stock: Stock = A5) -> bytes:
    """Return the PDF of an apology."""
    title = f"{paper.title} {paper.apology_no}"
    pages = Pages(stock, running_title=f"{paper.form} ({paper.basis}) · {paper.apology_no}", rehearsal=paper.rehearsal)
    _head(pages, paper)
    _title(pages, paper)
    _addressed(pages, paper)
    pages.words([Words(text=text, size=10.5) for text in _body(paper)])
    pages.y += 3
    signatures(pages, [("Thủ trưởng cơ quan", "", "")], height=28, size=9)
    return b"".join(pdf(pages.finished(), title=title))


def _head(pages: Pages, paper: ApologyPaper) -> None:
    middle = pages.left + pages.width / 2
    for text, step, size in ((_STATE_NAME, 4, 9.5), (_MOTTO, 4.5, 9)):
        pages.y += step
        pages.sheet.text(middle, pages.y, text, size, bold=True, align="centre")
    pages.y += 4
    where = " · ".join(part for part in (paper.desk_address, paper.desk_phone) if part)
    pages.words([
        Words(text=paper.desk, size=9.5, bold=True),
        *([Words(text=where, size=8)] if where else []),
        Words(text=f"Số: {held(paper.apology_no)}", size=9.5),
    ])  # fmt: skip
    # The whole width: a dossier code may be long, and its bars must stay coarse enough for an office printer.
    place = Place(x=pages.left, y=pages.y + 2, width=pages.width, height=_BARS_HIGH)
    bars_with_number(pages.sheet, paper.dossier_no, place, 10)
    pages.y += _BARS_HIGH + 6


def _title(pages: Pages, paper: ApologyPaper) -> None:
    if paper.state in _STATES:
        place = Place(x=pages.left, y=pages.y, width=pages.width, height=8)
        boxed(pages.sheet, place, _STATES[paper.state], 13)
        pages.y += 11
    dated = ", ".join(part for part in (paper.place, paper.issued_on or "ngày …… tháng …… năm ………") if part)
    pages.words([Words(text=dated, size=9.5), Words(text=paper.title.upper(), size=14, bold=True)])
    pages.y += 2


def _addressed(pages: Pages, paper: ApologyPaper) -> None:
    words = [
        Words(text=f"Kính gửi: {paper.addressee}", size=11.5, bold=True),
        Words(text=f"Địa chỉ: {paper.address or _LINE}", size=10),
        Words(text=f"Điện thoại: {held(paper.phone or '……………………')}", size=10),
    ]
    lines = fit(words, pages.width, 30, what="tên và địa chỉ trên phiếu xin lỗi")
    pages.sheet.block(pages.left, pages.y, lines)
    pages.y += lines.height + 2.5


def _body(paper: ApologyPaper) -> list[str]:
    sector = f" (lĩnh vực {paper.sector})" if paper.sector else ""
    about = f" “{paper.procedure}”" if paper.procedure else ""
    return [
        f"Ngày {paper.received_on}, {paper.agency} tiếp nhận hồ sơ đề nghị giải quyết thủ tục hành chính{about}{sector}"
        f" của Ông/Bà/Tổ chức; mã hồ sơ {held(paper.dossier_no)}, hẹn trả kết quả ngày {held(paper.due_on)}.",
        "Hồ sơ không giải quyết xong kịp thời hạn ghi trong Giấy tiếp nhận hồ sơ và hẹn trả kết quả.",
        f"Lý do: {paper.reason or _LINE}",
        f"Sự chậm trễ này gây phiền hà cho Ông/Bà/Tổ chức. {paper.agency} xin lỗi Ông/Bà/Tổ chức và hẹn trả kết quả vào"
        f" ngày {held(paper.new_due_on or '……/……/…………')}.",
        "Mong Ông/Bà/Tổ chức thông cảm. Mỗi hồ sơ chỉ được hẹn lại một lần.",
    ]
