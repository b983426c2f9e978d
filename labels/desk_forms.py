"""The one-stop shop's papers for the citizen, on A5: receipt with appointment (form 01), request to complete a dossier
(form 02), and the dossier that goes back (form 03). Number, title and the circular they stand on follow the date and
are handed in; what stands between head and signatures is drawn here. Each bears its number in a Code 128, so that a
counter finds the dossier again with one scan.

Source: NĐ 61/2018/NĐ-CP Đ.17.1 (which paper when); TT 01/2018/TT-VPCP, TT 03/2025/TT-VPCP (forms 01, 02, 03).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .label_parts import bars_with_number
from .page_link import beside_link, height_beside
from .pages import Pages, signatures
from .paper import A5, Place, Stock
from .pdf import pdf
from .table import Cell, Column, table
from .typesetting import Words, fit

_HEAD_HIGH: Final = 21.0
_BARS_WIDE: Final = 78.0
_SIGNED_HIGH: Final = 22.0
_PAPERS: Final = (
    Column(title="STT", share=9, align="centre"),
    Column(title="Tên giấy tờ", share=84),
    Column(title="Loại", share=27),
    Column(title="Số lượng", share=16, align="centre"),
)
_FACTS: Final = (Column(title="Mục", share=40), Column(title="Nội dung", share=96))


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHead:
    """What all three forms begin with: who issues it, what it is called and on what it stands."""

    form_number: str  #: `Mẫu số 01`
    title: str
    basis: str
    desk: str
    desk_address: str = ""
    desk_phone: str = ""
    number: str  #: of this paper, as bars and in figures
    drawn_on: str
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPaper:
    """One line of a document list."""

    name: str
    kind: str
    quantity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentSlip:
    """Form 01: what was received, and when and where the result is to be had."""

    head: FormHead
    dossier_no: str
    applicant: str
    address: str
    phone: str = ""
    procedure: str
    papers: tuple[FormPaper, ...]
    sets: str
    statutory_time: str
    received_at: str
    due_on: str
    result_at: str  #: where the citizen gets it
    fees: str
    by_post: bool
    page_link: str = ""  #: of the citizen's own page; empty: they reach none


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequest:
    """Form 02: what the dossier lacks, and why."""

    head: FormHead
    dossier_no: str
    applicant: str
    address: str
    procedure: str
    papers: tuple[FormPaper, ...]
    reason: str
    received_at: str
    asked_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionNotice:
    """Form 03: why the dossier goes back, how, and who pays for its way."""

    head: FormHead
    dossier_no: str
    applicant: str
    address: str
    procedure: str
    reason: str  #: of the closed list
    reasons: str  #: in the agency's own words
    received_at: str
    rejected_at: str
    limit: str  #: the last lawful day, and whether it was kept; empty where the law sets none
    way_home: str
    paid_by: str


def appointment_pdf(paper: AppointmentSlip, stock: Stock = A5) -> bytes:
    """Return the PDF of form 01."""
    pages = _begun(paper.head, stock)
    _facts(pages, [
        ("Mã hồ sơ", paper.dossier_no),
        ("Tiếp nhận hồ sơ của", ", ".join(filter(None, (paper.applicant, paper.phone)))),
        ("Địa chỉ", paper.address), ("Thủ tục hành chính", paper.procedure),
    ])  # fmt: skip
    pages.heading("Thành phần hồ sơ nộp", 9.5, keep=14)
    _list(pages, paper.papers)
    pages.y += 2
    _facts(pages, [
        ("Số lượng hồ sơ", paper.sets), ("Thời gian theo quy định", paper.statutory_time),
        ("Thời gian nhận hồ sơ", paper.received_at), ("Thời gian trả kết quả", paper.due_on),
        ("Đăng ký nhận kết quả tại", paper.result_at), ("Phí, lệ phí", paper.fees),
    ])  # fmt: skip
    note = [Words(text=sentence, size=7.5) for sentence in _returning(paper)]
    noted = height_beside(pages, note, paper.page_link)
    pages.need(_SIGNED_HIGH + 3 + noted)  # the note belongs on the page that is signed
    pages.y += 1
    beside_link(pages, note, paper.page_link, size=8)
    pages.y += 1
    signatures(pages, [("Người nộp hồ sơ", "", ""), ("Người tiếp nhận hồ sơ", "", "")], height=_SIGNED_HIGH, size=8)
    return _drawn(pages, paper.head)


def _returning(paper: AppointmentSlip) -> tuple[str, ...]:
    if not paper.by_post:
        return ("Khi đến nhận kết quả, mang theo giấy này và căn cước; người nhận thay mang thêm giấy uỷ quyền.",)
    return (
        "Kết quả được trả qua dịch vụ bưu chính công ích (Quyết định 45/2016/QĐ-TTg). Khi bưu tá đến, người nhận xuất"
        " trình căn cước hoặc hộ chiếu; người nhận thay mang thêm giấy uỷ quyền.",
        "Giấy tờ cũ phải thu hồi thì giao lại cho bưu tá khi nhận kết quả.",
    )


def supplement_pdf(paper: SupplementRequest, stock: Stock = A5) -> bytes:
    """Return the PDF of form 02."""
    pages = _begun(paper.head, stock)
    _facts(pages, [
        ("Mã hồ sơ", paper.dossier_no), ("Hồ sơ của", paper.applicant), ("Địa chỉ", paper.address),
        ("Thủ tục hành chính", paper.procedure), ("Nộp lúc", paper.received_at), ("Yêu cầu lúc", paper.asked_at),
    ])  # fmt: skip
    pages.heading("Đề nghị Ông/Bà bổ sung, hoàn thiện hồ sơ gồm", 9.5, keep=14)
    _list(pages, paper.papers)
    pages.heading("Lý do", 9.5, keep=8)
    pages.words([Words(text=paper.reason, size=9)])
    pages.y += 2
    pages.words([
        Words(text="Việc bổ sung chỉ được yêu cầu một lần.", size=8.5, bold=True),
        Words(text="Thời hạn giải quyết tính lại từ đầu khi hồ sơ đã bổ sung đủ.", size=8.5, bold=True),
        Words(text="Ông/Bà nộp phần bổ sung tại bộ phận Một cửa hoặc gửi qua Bưu điện, kèm phiếu này.", size=8.5),
    ])  # fmt: skip
    pages.y += 3
    signatures(pages, [("Người hướng dẫn", "", "")], height=28, size=8.5)
    return _drawn(pages, paper.head)


def rejection_pdf(paper: RejectionNotice, stock: Stock = A5) -> bytes:
    """Return the PDF of form 03."""
    pages = _begun(paper.head, stock)
    _facts(pages, [
        ("Mã hồ sơ", paper.dossier_no), ("Hồ sơ của", paper.applicant), ("Địa chỉ", paper.address),
        ("Thủ tục hành chính", paper.procedure), ("Nộp lúc", paper.received_at), ("Trả lại lúc", paper.rejected_at),
        ("Hạn trả lại", paper.limit),
    ])  # fmt: skip
    pages.heading("Lý do từ chối", 9.5, keep=14)
    pages.words([Words(text=paper.reason, size=9.5, bold=True), Words(text=paper.reasons, size=9)])
    pages.heading("Trả lại hồ sơ", 9.5, keep=12)
    pages.words([Words(text=paper.way_home, size=9), Words(text=paper.paid_by, size=9)])
    pages.y += 2
    pages.words([Words(text="Ông/Bà có quyền khiếu nại quyết định này theo pháp luật về khiếu nại.", size=8.5)])
    pages.y += 3
    signatures(pages, [("Người tiếp nhận hồ sơ", "", "")], height=28, size=8.5)
    return _drawn(pages, paper.head)


def _begun(head: FormHead, stock: Stock) -> Pages:
    """Begin a form: the republic, the issuer beside the bars, the title under them."""
    pages = Pages(stock, running_title=f"{head.title} {head.number}", rehearsal=head.rehearsal)
    sheet, top = pages.sheet, pages.y
    middle, right = pages.left + pages.width / 2, pages.left + pages.width
    sheet.text(middle, top + 4, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 9.5, bold=True, align="centre")
    sheet.text(middle, top + 8, "Độc lập - Tự do - Hạnh phúc", 9.5, bold=True, align="centre")
    sheet.rule(middle - 17, top + 9.8, 34, 0.3)
    top += 12.5
    place = Place(x=right - _BARS_WIDE, y=top, width=_BARS_WIDE, height=_HEAD_HIGH - 2)
    bars_with_number(sheet, head.number, place, 10)
    issuer = [
        Words(text=head.desk, size=9, bold=True),
        Words(text=head.desk_address, size=7.5),
        Words(text=f"Điện thoại: {head.desk_phone}" if head.desk_phone else "", size=7.5),
    ]
    sheet.block(pages.left, top, fit(issuer, place.x - pages.left - 2, _HEAD_HIGH, what="nơi lập phiếu"))
    pages.y = top + _HEAD_HIGH + 1
    title = fit([Words(text=head.title.upper(), size=13, bold=True)], pages.width, 13, what="tên phiếu")
    for line in title.lines:
        sheet.text(middle, pages.y + line.baseline, line.text, line.size, bold=True, align="centre")
    pages.y += title.height + 3.2
    sheet.text(middle, pages.y, f"{head.form_number} – {head.basis}. Ngày {head.drawn_on}", 8, align="centre")
    pages.y += 2.5
    return pages


def _facts(pages: Pages, rows: Sequence[tuple[str, str]]) -> None:
    facts: list[tuple[Cell, ...]] = [(name, text) for name, text in rows if text]
    table(pages, _FACTS, facts, size=8, titled=False)


def _list(pages: Pages, papers: Sequence[FormPaper]) -> None:
    rows = [(str(number), paper.name, paper.kind, paper.quantity) for number, paper in enumerate(papers, 1)]
    table(pages, _PAPERS, rows, size=8)


def _drawn(pages: Pages, head: FormHead) -> bytes:
    return b"".join(pdf(pages.finished(), title=f"{head.title} {head.number}"))
