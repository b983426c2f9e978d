from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from labels.consignment_note import consignment_note_pdf
from labels.paper import DOCUMENT_STOCKS, Stock
from postgw.domain.note import Note, NoteEnd, NoteLine

STOCKS = pytest.mark.parametrize("stock", DOCUMENT_STOCKS.values(), ids=DOCUMENT_STOCKS)

NOTE = Note(
    consignment_no="4K7M29TB6HC",
    item_no="RR473124829VN",
    dossier_no="H27.12.34-261123-0042",
    leg="Gửi hồ sơ",
    post_name="Bưu điện tỉnh Hà Tĩnh",
    consignor=NoteEnd(
        name="Nguyễn Thị Thuỳ Dương",
        address="Số 17 ngõ 4 đường Nguyễn Công Trứ, phường Trần Phú, tỉnh Hà Tĩnh",
        phone="0912 345 678",
        email="thuy.duong@example.vn",
    ),
    consignee=NoteEnd(
        name="Trung tâm Phục vụ hành chính công phường Thành Sen",
        address="Số 2 đường Nguyễn Tất Thành, phường Thành Sen, tỉnh Hà Tĩnh",
        phone="0239 3 855 555",
        email="motcua@example.vn",
    ),
    accepted_at="14:05 23/11/2026",
    accepted_office="Bưu cục Hà Tĩnh",
    method="Thu gom tại địa chỉ người gửi",
    subject_title="Thủ tục hành chính",
    subject="Đăng ký biến động quyền sử dụng đất",
    papers=(
        NoteLine(name="Đơn đăng ký biến động đất đai", kind="Bản chính", quantity="1"),
        NoteLine(name="Giấy chứng nhận đã cấp", kind="Bản chính", quantity="1", remark="Phải thu hồi"),
    ),
    prices=(("Cước gửi hồ sơ, nội tỉnh", "26.000 ₫"), ("Giảm cho người có công", "−13.000 ₫")),
    total="13.000 ₫",
    payment="Tiền mặt khi chấp nhận",
    quality="Thời gian toàn trình J+2 ngày làm việc.",
    rights="Người gửi được thay đổi địa chỉ người nhận khi bưu gửi chưa phát.",
    liability="Mất, hư hỏng hoặc chậm được bồi thường theo pháp luật về bưu chính.",
)


@STOCKS
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_both_symbols_of_a_note_read_back(
    symbols: Callable[..., list[tuple[str, str]]], stock: Stock, dpi: int
) -> None:
    assert symbols(consignment_note_pdf(NOTE, stock), dpi) == [("Code128", "4K7M29TB6HC"), ("QRCode", "4K7M29TB6HC")]


@STOCKS
def test_every_content_the_circular_asks_for_stands_on_the_note(words: Callable[[bytes], str], stock: Stock) -> None:
    text = words(consignment_note_pdf(NOTE, stock))
    parties = [
        f for party in (NOTE.consignor, NOTE.consignee) for f in (party.name, party.address, party.phone, party.email)
    ]
    service = [NOTE.accepted_at, NOTE.accepted_office, NOTE.method, NOTE.quality, NOTE.rights, NOTE.liability]
    money = ["26.000 ₫", "–13.000 ₫", NOTE.total, NOTE.payment]
    contents = [
        NOTE.subject,
        *(paper.name for paper in NOTE.papers),
        "Phải thu hồi",
        "RR 473 124 829 VN",
        NOTE.dossier_no,
    ]
    assert [each for each in parties + service + money + contents if each not in text] == []


@STOCKS
def test_a_long_list_goes_on_over_pages_and_loses_nothing(words: Callable[[bytes], str], stock: Stock) -> None:
    papers = tuple(NoteLine(name=f"Giấy tờ thứ {n}.", kind="Bản sao", quantity="1") for n in range(80))
    text = words(consignment_note_pdf(replace(NOTE, papers=papers), stock))
    assert [n for n in range(80) if f"Giấy tờ thứ {n}." not in text] == []
    assert text.count("Tên giấy tờ") > 1


@STOCKS
def test_an_ordinary_note_is_one_page(stock: Stock) -> None:
    with pypdfium2.PdfDocument(consignment_note_pdf(NOTE, stock)) as document:
        assert len(document) == 1


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_note_says_so(words: Callable[[bytes], str], rehearsal: bool) -> None:
    assert ("DIỄN TẬP" in words(consignment_note_pdf(replace(NOTE, rehearsal=rehearsal)))) is rehearsal


def test_the_same_note_gives_the_same_bytes() -> None:
    assert consignment_note_pdf(NOTE) == consignment_note_pdf(NOTE)
