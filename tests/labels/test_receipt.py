"""Receipts are read back as a counter and a citizen would read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from labels.receipt import ReceiptPaper, receipt_pdf

FEE = ReceiptPaper(
    receipt_no="PHT26-000042",
    kind="fee",
    post_name="Bưu điện Việt Nam",
    unit="Bưu cục Thành Sen",
    unit_address="Số 3 đường Nguyễn Tất Thành, phường Thành Sen, tỉnh Hà Tĩnh",
    payer="Nguyễn Thị Thuỳ Dương",
    reason="Cấp bản sao trích lục hộ tịch, bản sao Giấy khai sinh",
    dossier_no="H27.12.34-261123-0042",
    consignment_no="4K7M29TB6HC",
    amount="8.000 đồng",
    amount_in_words="Tám nghìn đồng",
    collected_at="09:42 23/11/2026",
    collected_by="buu-ta.ha-tinh",
)
POSTAGE = replace(
    FEE, receipt_no="CHT26-000007", kind="postage", reason="Cước dịch vụ bưu chính công ích: Trả kết quả",
    amount="13.000 đồng", amount_in_words="Mười ba nghìn đồng",
    remarks=("Đối tượng miễn, giảm cước: Hộ nghèo.",),
)  # fmt: skip
BOTH = pytest.mark.parametrize("paper", [FEE, POSTAGE], ids=["fee", "postage"])


@BOTH
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_number_of_a_receipt_reads_back(
    symbols: Callable[..., list[tuple[str, str]]], paper: ReceiptPaper, dpi: int
) -> None:
    assert symbols(receipt_pdf(paper), dpi) == [("Code128", paper.receipt_no)]


@BOTH
def test_everything_that_was_paid_stands_on_one_page(words: Callable[[bytes], str], paper: ReceiptPaper) -> None:
    document = receipt_pdf(paper)
    text = words(document)
    told = [
        paper.unit, paper.payer, paper.reason, paper.dossier_no, paper.amount, paper.amount_in_words,
        paper.collected_at, paper.collected_by, *paper.remarks,
    ]  # fmt: skip

    assert [each for each in told if each not in text] == []
    with pypdfium2.PdfDocument(document) as opened:
        assert len(opened) == 1


def test_nobody_takes_a_fee_for_postage(words: Callable[[bytes], str]) -> None:
    fee, postage = words(receipt_pdf(FEE)), words(receipt_pdf(POSTAGE))

    assert "BIÊN LAI THU PHÍ, LỆ PHÍ" in fee
    assert "PHIẾU THU CƯỚC BƯU CHÍNH" in postage
    assert "BIÊN LAI THU PHÍ" not in postage


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_receipt_says_so(words: Callable[[bytes], str], rehearsal: bool) -> None:
    assert ("DIỄN TẬP" in words(receipt_pdf(replace(FEE, rehearsal=rehearsal)))) is rehearsal


def test_a_cancelled_receipt_says_so(words: Callable[[bytes], str]) -> None:
    assert "ĐÃ HUỶ" in words(receipt_pdf(replace(FEE, cancelled=True)))


def test_the_same_receipt_is_the_same_bytes() -> None:
    assert receipt_pdf(FEE) == receipt_pdf(FEE)
