"""The report sheet: everything that was counted stands on it, in words, on as many pages as it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from labels.report_sheet import ReportPaper, ReportTable, report_pdf

FIGURES = ReportTable(
    title="Chỉ tiêu", headings=("Mục", "Chỉ tiêu", "Số liệu"),
    rows=(("Sản lượng", "Tổng số bưu gửi đã nhận", "1.742"), ("Sản lượng", "Trả kết quả", "1.201")),
)  # fmt: skip
DESKS = ReportTable(
    title="Theo bộ phận Một cửa",
    headings=(
        "Nhóm",
        "Tổng",
        "Gửi",
        "Trả",
        "Liên thông",
        "Thu hồi",
        "Đúng hạn",
        "Chậm",
        "Quá hạn",
        "Mất, hỏng",
        "Tỷ lệ",
    ),
    rows=tuple((f"Trung tâm Phục vụ hành chính công xã Diễn Tập {n}", *["12.345"] * 9, "98,4%") for n in range(69)),
)
PAPER = ReportPaper(
    title="Báo cáo quý 4 năm 2026", reporter="Bưu điện tỉnh Hà Tĩnh", addressee="Sở Khoa học và Công nghệ",
    facts=(("Kính gửi", "Sở Khoa học và Công nghệ"), ("Bản", "Bản 1, phát hành ngày 04/01/2027")),
    tables=(FIGURES, DESKS), notes=("Bưu gửi tính vào kỳ mà bưu điện nhận.",), digest="a" * 64,
)  # fmt: skip


def test_a_report_says_what_was_counted_and_leaves_places_to_sign(words: Callable[[bytes], str]) -> None:
    text = " ".join(words(report_pdf(PAPER)).split())
    said = (
        "BÁO CÁO QUÝ 4 NĂM 2026",
        "BƯU ĐIỆN TỈNH HÀ TĨNH", "Sở Khoa học và Công nghệ", "Tổng số bưu gửi đã nhận",
        "1.742", "Người lập báo cáo", "Thủ trưởng đơn vị", "a" * 64, "Bản 1, phát hành ngày 04/01/2027",
    )  # fmt: skip

    assert [each for each in said if each not in text] == []
    assert text.count("Sản lượng") == 1


def test_a_long_breakdown_goes_on_over_pages_and_loses_no_desk(words: Callable[[bytes], str]) -> None:
    sheet = report_pdf(PAPER)
    with pypdfium2.PdfDocument(sheet) as document:
        pages = len(document)
    text = " ".join(words(sheet).split())

    assert pages > 1
    assert f"Trang {pages}/{pages}" in text
    assert [n for n in range(69) if f"Diễn Tập {n} " not in text] == []


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_report_says_so(words: Callable[[bytes], str], rehearsal: bool) -> None:
    assert ("DIỄN TẬP" in words(report_pdf(replace(PAPER, tables=(FIGURES,), rehearsal=rehearsal)))) is rehearsal
