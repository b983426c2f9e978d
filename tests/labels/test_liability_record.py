from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from labels.liability_record import LiabilityPaper, liability_record_pdf

PAPER = LiabilityPaper(
    record_no="TN-261123-001",
    case_no="KN-261120-002",
    consignment_no="4K7M29TB6HC",
    item_no="RR473124829VN",
    post_name="Bưu điện Việt Nam",
    determined_at="09:42 23/11/2026",
    sender="Trung tâm Phục vụ hành chính công phường Thành Sen, Số 1 đường Diễn Tập, tỉnh Hà Tĩnh",
    receiver="Nguyễn Thị Diễn Tập, Thôn Đoài, xã Kỳ Lạc, tỉnh Hà Tĩnh",
    accepted="Bưu điện Hà Tĩnh, 08:00 16/11/2026",
    about="mất bưu gửi",
    reason="Bưu gửi thất lạc ở khâu chia chọn, đã tìm ở ba bưu cục trên tuyến không thấy.",
    fault="bưu điện",
    price="26.000 đồng",
    refund="26.000 đồng",
    minimum="104.000 đồng",
    amount="104.000 đồng",
    amount_in_words="Một trăm linh bốn nghìn đồng",
    is_owed=True,
    payee="người gửi",
    method="tiền mặt",
    pay_by="23/12/2026",
    acknowledgement="Đã nhận 104.000 đồng (một trăm linh bốn nghìn đồng), tiền bồi thường, hoàn cước của bưu gửi"
    " 4K7M29TB6HC theo văn bản TN-261123-001, bằng tiền mặt, lúc 10:00 25/11/2026.",
)


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_bars_of_a_liability_record_read_back(symbols: Callable[..., list[tuple[str, str]]], dpi: int) -> None:
    assert symbols(liability_record_pdf(PAPER), dpi) == [("Code128", "4K7M29TB6HC")]


def test_a_liability_record_has_every_field_of_circular_02(words: Callable[[bytes], str]) -> None:
    text = words(liability_record_pdf(PAPER))
    said = (
        "RR 473 124 829 VN", "Trung tâm Phục vụ hành chính công", "Nguyễn Thị Diễn Tập", PAPER.accepted,
        "thất lạc ở khâu chia chọn", PAPER.fault, PAPER.amount, PAPER.method, PAPER.pay_by, PAPER.minimum,
    )  # fmt: skip

    assert [each for each in said if each not in text] == []


def test_where_nothing_is_owed_the_ground_stands_and_no_amount(words: Callable[[bytes], str]) -> None:
    free = replace(
        PAPER, is_owed=False, ground="Bất khả kháng (LBC Đ.41.4.e)", fault="không bên nào", acknowledgement=""
    )
    text = words(liability_record_pdf(free))

    assert "Bất khả kháng" in text
    assert "104.000" not in text


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_liability_record_says_so(words: Callable[[bytes], str], rehearsal: bool) -> None:
    assert ("DIỄN TẬP" in words(liability_record_pdf(replace(PAPER, rehearsal=rehearsal)))) is rehearsal


def test_a_liability_record_with_its_acknowledgement_is_one_page() -> None:
    with pypdfium2.PdfDocument(liability_record_pdf(PAPER)) as document:
        assert len(document) == 1
