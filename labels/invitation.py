"""The invitation (giấy mời): the written call to a recipient who was not reached, on A5.

It is left at the door or sent by post, so strangers may read it: it names the recipient and the item, and neither the
procedure nor the dossier nor anything that opens a look-up. It says where to come, what to bring and until when.

Source: TT 17/2017/TT-BTTTT Đ.5.2.d (papers to show), Đ.5.2.h (two invitations), Đ.11.3 (nothing readable from outside).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .bars import spoken
from .label_parts import bars_with_number
from .pages import Pages, signatures
from .paper import A5, Place, Stock
from .pdf import pdf
from .typeface import held
from .typesetting import Words, fit

_TITLE: Final = "Giấy mời nhận bưu gửi"
_BARS_WIDE: Final = 62.0
_HEAD_HIGH: Final = 20.0
_ADDRESS_HIGH: Final = 32.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationPaper:
    """All that stands on an invitation, worded for paper; days as they are shown."""

    consignment_no: str
    item_no: str = ""
    ordinal: int
    post_name: str
    recipient: str
    address: str
    invited_on: str
    office: str = ""
    office_address: str = ""
    office_phone: str = ""
    return_from: str
    is_last: bool = False
    rehearsal: bool = False


def invitation_pdf(paper: InvitationPaper, stock: Stock = A5) -> bytes:
    """Return the PDF of an invitation, one page."""
    title = f"{_TITLE} {spoken(paper.consignment_no)}"
    pages = Pages(stock, running_title=title, rehearsal=paper.rehearsal)
    _head(pages, paper)
    _addressed(pages, paper)
    pages.words(_call(paper))
    pages.heading("Nơi nhận", 11, keep=12)
    pages.words(_where(paper))
    pages.heading("Khi đến mang theo", 11, keep=15)
    pages.words(_bring())
    pages.heading("Thời hạn", 11, keep=12)
    pages.words([Words(text=_until(paper), size=10.5)])
    pages.y += 3
    signatures(pages, [("Đại diện bưu cục", "", "")], height=26, size=9)
    return b"".join(pdf(pages.finished(), title=title))


def _head(pages: Pages, paper: InvitationPaper) -> None:
    top, left = pages.y + 1, pages.left
    place = Place(x=left + pages.width - _BARS_WIDE, y=top, width=_BARS_WIDE, height=_HEAD_HIGH)
    bars_with_number(pages.sheet, paper.consignment_no, place, 12)
    title = [
        Words(text=paper.post_name, size=9.5, bold=True),
        Words(text="GIẤY MỜI", size=18, bold=True),
        Words(text=f"Lần {paper.ordinal}, ngày {paper.invited_on}", size=10),
    ]
    pages.sheet.block(left, top, fit(title, place.x - left - 2, _HEAD_HIGH, what="phần đầu giấy mời"))
    pages.y = top + _HEAD_HIGH + 4


def _addressed(pages: Pages, paper: InvitationPaper) -> None:
    words = [
        Words(text="Kính gửi:", size=9.5),
        Words(text=paper.recipient, size=13, bold=True),
        Words(text=paper.address, size=10.5),
    ]
    lines = fit(words, pages.width, _ADDRESS_HIGH, what="tên và địa chỉ trên giấy mời")
    pages.sheet.block(pages.left, pages.y, lines)
    pages.y += lines.height + 3


def _call(paper: InvitationPaper) -> list[Words]:
    item = f", số hiệu {held(spoken(paper.item_no))}" if paper.item_no else ""
    return [
        Words(
            text=f"Bưu điện đang giữ một bưu gửi của Ông/Bà, số {held(spoken(paper.consignment_no))}{item}."
            " Chúng tôi chưa phát được bưu gửi này. Kính mời Ông/Bà đến nhận, hoặc gọi cho bưu cục để hẹn phát lại.",
            size=10.5,
        )
    ]


def _where(paper: InvitationPaper) -> list[Words]:
    phone = f"Điện thoại: {held(paper.office_phone or '…………………')}"
    return [
        Words(text=paper.office or "Bưu cục: ……………………………………………", size=10.5, bold=True),
        Words(text=paper.office_address or "Địa chỉ: ……………………………………………", size=10.5),
        Words(text=phone, size=10.5),
    ]


def _bring() -> list[Words]:
    return [
        Words(text="1. Giấy mời này.", size=10.5),
        Words(text="2. Căn cước, hộ chiếu hoặc căn cước điện tử còn giá trị.", size=10.5),
        Words(text="3. Người nhận thay mang thêm giấy uỷ quyền.", size=10.5),
    ]


def _until(paper: InvitationPaper) -> str:
    if paper.is_last:
        return f"Nếu Ông/Bà chưa đến nhận, từ ngày {paper.return_from} bưu gửi được chuyển hoàn về nơi gửi."
    return (
        f"Nếu Ông/Bà chưa đến nhận, chúng tôi sẽ mời lần nữa. Sớm nhất từ ngày {paper.return_from} bưu gửi được"
        " chuyển hoàn về nơi gửi."
    )
