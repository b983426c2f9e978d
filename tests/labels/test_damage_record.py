from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from labels.damage_record import DamagePaper, damage_record_pdf

PAPER = DamagePaper(
    record_no="BB-261123-001",
    case_no="KN-261123-004",
    consignment_no="4K7M29TB6HC",
    item_no="RR473124829VN",
    post_name="Bưu điện Việt Nam",
    office="Bưu điện Hà Tĩnh",
    made_at="09:42 23/11/2026",
    wrapping="rách",
    cause="vận chuyển",
    statement="Túi thư bị kẹp ở cửa xe, phát hiện khi dỡ hàng tại bưu cục.",
    old_seal_no="NP-0041",
    new_seal_no="NP-0042",
    worker="Trần Diễn Tập",
    witness="Lê Thị Diễn Tập",
    lines=(
        ("Giấy khai sinh (bản chính)", "1", "nguyên vẹn", ""),
        ("Giấy chứng nhận quyền sử dụng đất", "1", "hư hỏng", "rách góc phải, chữ còn đọc được"),
        ("Tờ khai", "2", "thiếu", "không thấy trong bì"),
    ),
    has_photo=True,
)


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_bars_of_a_damage_record_read_back(symbols: Callable[..., list[tuple[str, str]]], dpi: int) -> None:
    assert symbols(damage_record_pdf(PAPER), dpi) == [("Code128", "4K7M29TB6HC")]


def test_a_damage_record_says_what_was_found_and_under_which_seal_it_goes_on(words: Callable[[bytes], str]) -> None:
    text = words(damage_record_pdf(PAPER))
    said = (
        PAPER.record_no, PAPER.case_no, "RR 473 124 829 VN", PAPER.office, PAPER.made_at, PAPER.cause, "NP-0041",
        "NP-0042", PAPER.worker, PAPER.witness, "nguyên vẹn", "hư hỏng", "thiếu", "Ảnh chụp",
    )  # fmt: skip

    assert [each for each in said if each not in text] == []


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_damage_record_says_so(words: Callable[[bytes], str], rehearsal: bool) -> None:
    assert ("DIỄN TẬP" in words(damage_record_pdf(replace(PAPER, rehearsal=rehearsal)))) is rehearsal


def test_a_long_inventory_goes_on_over_pages() -> None:
    with pypdfium2.PdfDocument(damage_record_pdf(replace(PAPER, lines=PAPER.lines * 40))) as document:
        assert len(document) > 2
