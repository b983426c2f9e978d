"""The papers of what was not handed over: bars that read back, the evidence that the circular wants, the signature."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from labels.non_delivery import NonDeliveryRecord, ReturnNote, Signer, Try, non_delivery_pdf, return_note_pdf


def stroke(mode: str = "RGBA") -> bytes:
    """Return a signature as a canvas gives it."""
    picture = Image.new(mode, (600, 240), None if mode == "RGBA" else "white")
    ImageDraw.Draw(picture).line([(20, 200), (160, 40), (300, 190), (560, 30)], fill="black", width=9)
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


RECORD = NonDeliveryRecord(
    consignment_no="4K7M29TB6HC",
    item_no="RR473124829VN",
    post_name="Bưu điện Việt Nam",
    office="Bưu cục Hà Tĩnh",
    drawn_up_at="09:42 23/11/2026",
    recipient="Công ty TNHH Diễn Tập",
    address="Số 17 ngõ 4 đường Nguyễn Công Trứ, phường Trần Phú, tỉnh Hà Tĩnh",
    reason="Người nhận từ chối nhận",
    refuser=("Họ tên: Nguyễn Thị Thuỳ Dương", "Thay mặt: Công ty TNHH Diễn Tập", "Giấy tờ đã xem: căn cước ••• 4821"),
    signers=(
        Signer(who="Đại diện tổ chức từ chối", name="Nguyễn Thị Thuỳ Dương", png=stroke(), stamp=True),
        Signer(who="Bưu tá", name="Trần Diễn Tập"),
    ),
)
NOTE = ReturnNote(
    consignment_no="4K7M29TB6HC",
    item_no="RR473124829VN",
    post_name="Bưu điện Việt Nam",
    from_office="Bưu cục Hà Tĩnh",
    began_at="09:00 27/11/2026",
    sender=("Trung tâm Phục vụ hành chính công phường Thành Sen", "Số 2 đường Nguyễn Tất Thành", "0239 3 855 555"),
    recipient=("Nguyễn Thị Thuỳ Dương", "Số 17 ngõ 4 đường Nguyễn Công Trứ"),
    reason="Đã mời hai lần cách nhau 2 ngày làm việc",
    tries=(
        Try(what="Phát lần 1, không thành công", when="10:00 23/11/2026", where="Bưu cục Hà Tĩnh", why="Không gặp"),
        Try(what="Mời lần 1", when="23/11/2026", why="giấy mời"),
        Try(what="Mời lần 2", when="25/11/2026", why="giấy mời"),
    ),
)
BOTH = [("Code128", "4K7M29TB6HC"), ("Code128", "RR473124829VN")]


def dark(document: bytes, box: tuple[float, float, float, float]) -> int:
    """Return how many dots are black in a part of the first page, given as shares of its width and height."""
    with pypdfium2.PdfDocument(document) as opened:
        page = opened[0].render(scale=2, grayscale=True).to_pil()
    left, top, right, bottom = (
        share * side for share, side in zip(box, (*page.size, *page.size), strict=True)
    )  # fmt: skip
    return sum(page.crop((int(left), int(top), int(right), int(bottom))).histogram()[:100])


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("document", [non_delivery_pdf(RECORD), return_note_pdf(NOTE)], ids=["record", "note"])
def test_both_codes_read_back(symbols: Callable[..., list[tuple[str, str]]], document: bytes, dpi: int) -> None:
    assert symbols(document, dpi) == BOTH


def test_an_item_without_a_number_of_the_post_bears_ours_alone(symbols: Callable[..., list[tuple[str, str]]]) -> None:
    assert symbols(return_note_pdf(replace(NOTE, item_no=""))) == BOTH[:1]


def test_a_refusal_shows_when_which_item_who_and_by_which_paper(words: Callable[[bytes], str]) -> None:
    text = words(non_delivery_pdf(RECORD))
    wanted = (*RECORD.refuser, RECORD.drawn_up_at, RECORD.reason, RECORD.recipient, "RR 473 124 829 VN", "đóng dấu")

    assert [each for each in wanted if each not in text] == []


def test_a_workers_record_shows_the_reason_and_the_full_name(words: Callable[[bytes], str]) -> None:
    by_worker = replace(
        RECORD, refuser=(), statement="Nhà khoá cửa, hàng xóm nói đã chuyển vào Nam",
        signers=(Signer(who="Bưu tá", name="Trần Diễn Tập", png=stroke()), Signer(who="Trưởng bưu cục")),
    )  # fmt: skip
    text = words(non_delivery_pdf(by_worker))

    assert "Trần Diễn Tập" in text
    assert by_worker.statement in text
    assert "Người từ chối" not in text


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L"])
def test_the_signature_stands_on_the_paper(mode: str) -> None:
    signed = replace(RECORD, signers=(Signer(who="Bưu tá", png=stroke(mode)),))
    bare = replace(RECORD, signers=(Signer(who="Bưu tá"),))

    def ink(record: NonDeliveryRecord) -> int:
        return dark(non_delivery_pdf(record), (0.2, 0.3, 0.8, 0.9))

    assert ink(signed) - ink(bare) > 500


@pytest.mark.parametrize("png", [b"\x89PNG\r\n\x1a\nx", b"", b"no picture"])
def test_what_is_no_picture_leaves_the_box_empty(words: Callable[[bytes], str], png: bytes) -> None:
    record = replace(RECORD, signers=(Signer(who="Bưu tá", name="Trần Diễn Tập", png=png),))

    assert "Trần Diễn Tập" in words(non_delivery_pdf(record))


def test_a_return_note_tells_from_where_why_and_every_attempt(words: Callable[[bytes], str]) -> None:
    text = words(return_note_pdf(NOTE))
    wanted = (*NOTE.sender, *NOTE.recipient, NOTE.reason, NOTE.from_office, "Phát lần 1", "Mời lần 2", "25/11/2026")

    assert [each for each in wanted if each not in text] == []


def test_a_return_note_without_attempts_says_so(words: Callable[[bytes], str]) -> None:
    assert "Không có lần phát hay lần mời nào trước đó." in words(return_note_pdf(replace(NOTE, tries=())))


@pytest.mark.parametrize("rehearsal", [True, False])
def test_in_rehearsal_both_papers_say_so(words: Callable[[bytes], str], rehearsal: bool) -> None:
    papers = (
        non_delivery_pdf(replace(RECORD, rehearsal=rehearsal)), return_note_pdf(replace(NOTE, rehearsal=rehearsal)),
    )  # fmt: skip

    assert ["DIỄN TẬP –" in words(paper) for paper in papers] == [rehearsal] * 2


def test_many_attempts_go_on_to_the_next_page(symbols: Callable[..., list[tuple[str, str]]]) -> None:
    many = return_note_pdf(replace(NOTE, tries=NOTE.tries * 20))

    with pypdfium2.PdfDocument(many) as document:
        assert len(document) > 1
    assert symbols(many) == BOTH
