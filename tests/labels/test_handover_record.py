from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from labels.handover_record import HandoverRecord, HandoverRow, Side, handover_record_pdf

NUMBER = "BB-TS-261123-02"


def record(count: int, *, rehearsal: bool = False) -> HandoverRecord:
    return HandoverRecord(
        manifest_no=NUMBER,
        giver=Side(
            body="Trung tâm Phục vụ hành chính công phường Thành Sen",
            person="Lê Thị Hương Giang",
            position="Công chức một cửa",
            signed_at="16:05 23/11/2026",
        ),
        taker=Side(body="Bưu điện tỉnh Hà Tĩnh", person="Trần Văn Đức", position="Nhân viên bưu chính"),
        drawn_up_at="15:40 ngày 23/11/2026",
        place="Phường Thành Sen, tỉnh Hà Tĩnh",
        trip="chiều 23/11/2026",
        rows=tuple(
            HandoverRow(
                consignment_no=f"4K7M29TB{number:03d}",
                dossier_no=f"000.00.12.H27-261123-{number:04d}",
                item_no="RR473124829VN" if number % 2 else "",
                papers="2 bản chính, 1 bản sao",
                state="complete" if number % 3 else "missing",
            )
            for number in range(count)
        ),
        totals=f"{count} hồ sơ",
        fee_money="1.250.000 ₫ (5 biên lai)",
        rehearsal=rehearsal,
    )


def pages_of(document: bytes) -> list[str]:
    with pypdfium2.PdfDocument(document) as opened:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_one_scan_of_the_record_gives_its_number(symbols: Callable[..., list[tuple[str, str]]], dpi: int) -> None:
    assert symbols(handover_record_pdf(record(3)), dpi) == [("Code128", NUMBER), ("QRCode", NUMBER)]


def test_every_row_stands_in_the_record_once_with_its_whole_dossier_code() -> None:
    text = " ".join(pages_of(handover_record_pdf(record(120))))
    assert [n for n in range(120) if text.count(f"000.00.12.H27-261123-{n:04d}") != 1] == []
    assert [n for n in range(120) if text.count(f"4K7M-29TB-{n:03d}") != 1] == []


def test_each_page_repeats_the_table_head_and_counts_itself() -> None:
    pages = pages_of(handover_record_pdf(record(120)))
    assert len(pages) > 4
    assert [f"Trang {n}/{len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert all("Phiếu gửi / số hiệu" in page for page in pages[:-1])


@pytest.mark.parametrize("count", range(12, 24))
def test_both_hands_sign_on_one_page_with_the_last_sentence(count: int) -> None:
    last = pages_of(handover_record_pdf(record(count)))[-1]
    assert last.count("(ký, ghi rõ họ tên)") == 2
    assert "mỗi bên giữ một bản" in last


@pytest.mark.parametrize("rehearsal", [True, False])
def test_every_page_of_a_rehearsal_says_so(rehearsal: bool) -> None:
    pages = pages_of(handover_record_pdf(record(60, rehearsal=rehearsal)))
    assert {"DIỄN TẬP" in page for page in pages} == {rehearsal}


def test_a_moment_of_signing_that_is_known_is_printed_and_another_left_to_write() -> None:
    text = " ".join(pages_of(handover_record_pdf(record(1))))
    assert "Ký lúc 16:05 23/11/2026" in text
    assert "Ký lúc ……… giờ" in text


def test_the_same_record_gives_the_same_bytes() -> None:
    assert handover_record_pdf(record(30)) == handover_record_pdf(record(30))


def test_a_ticked_row_looks_different_from_an_open_one() -> None:
    ticked = record(2)
    opened = replace(ticked, rows=tuple(replace(row, state="") for row in ticked.rows))
    assert handover_record_pdf(ticked) != handover_record_pdf(opened)


def test_long_names_and_codes_stay_within_the_page_and_can_be_read() -> None:
    long_name = "Nguyễn Thị Thuỳ Dương Hoàng Ngọc Khánh Quỳnh Công Tằng Tôn Nữ"
    papers = "Tờ khai (bản chính) ×1; Giấy uỷ quyền có chứng thực (bản sao) ×2; Căn cước công dân (bản sao) ×1"
    row = HandoverRow(
        consignment_no="4K7M29TB6HC", item_no="RR473124829VN", papers=papers,
        dossier_no="000.00.20.H27-250606-0184-BS12345678901", remark="Bì rách góc phải, đã dán lại trước mặt hai bên",
    )  # fmt: skip
    whole = record(1)
    drawn = replace(whole, rows=(row,), giver=replace(whole.giver, person=long_name, position="Phó Giám đốc " * 4))
    margin = 10 / 25.4 * 72
    with pypdfium2.PdfDocument(handover_record_pdf(drawn)) as document:
        [page] = document
        text = page.get_textpage()
        letters = range(text.count_chars())
        boxes = [text.get_charbox(n) for n in letters if text.get_text_range(n, 1).strip()]
        begins = text.get_text_bounded().index("BS123")
        digits = [text.get_charbox(begins + n) for n in (2, 3, 4)]
        edge = page.get_width() - margin
    assert min(box[0] for box in boxes) >= margin
    assert max(box[2] for box in boxes) <= edge
    assert min(box[3] - box[1] for box in digits) >= 4


@pytest.mark.parametrize("length", range(25, 33))
def test_a_dossier_code_that_is_a_little_long_stays_whole_on_one_line(length: int) -> None:
    whole, code = record(1), "000.00.20.H27-250606-0184-BS1234"[:length]
    drawn = replace(whole, rows=(replace(whole.rows[0], dossier_no=code),))

    assert code in pages_of(handover_record_pdf(drawn))[0]
