from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from labels.apology import ApologyPaper, apology_pdf

PAPER = ApologyPaper(
    apology_no="XL-261123-001",
    form="Mẫu số 04",
    title="Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
    basis="Thông tư 03/2025/TT-VPCP",
    desk="Trung tâm Phục vụ hành chính công phường Thành Sen",
    desk_address="Số 1 đường Diễn Tập",
    desk_phone="0540000001",
    agency="UBND phường Thành Sen",
    place="Phường Thành Sen",
    issued_on="ngày 23 tháng 11 năm 2026",
    addressee="Nguyễn Thị Thuỳ Dương",
    address="Số 17 ngõ 4 đường Nguyễn Công Trứ, phường Trần Phú, tỉnh Hà Tĩnh",
    phone="0540123456",
    received_on="20/11/2026",
    sector="Hộ tịch",
    procedure="Đăng ký khai sinh có yếu tố nước ngoài",
    dossier_no="H27.15-261120-0007",
    due_on="24/11/2026",
    reason="Chờ Sở Tư pháp trả lời xác minh.",
    new_due_on="27/11/2026",
    state="issued",
)


@pytest.mark.parametrize("number", ["H27.15-261120-0007", "000.00.00.H27-210531-0001", "H15.50.05.13-261008-0975"])
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_bars_of_an_apology_read_back(symbols: Callable[..., list[tuple[str, str]]], number: str, dpi: int) -> None:
    assert symbols(apology_pdf(replace(PAPER, dossier_no=number)), dpi) == [("Code128", number)]


def test_an_apology_says_who_is_sorry_to_whom_for_what_and_until_when(words: Callable[[bytes], str]) -> None:
    text = words(apology_pdf(PAPER))
    said = (
        PAPER.title.upper(), "Mẫu số 04 (Thông tư 03/2025/TT-VPCP)", PAPER.apology_no, PAPER.desk, PAPER.addressee,
        PAPER.address, PAPER.phone, "Ngày 20/11/2026", PAPER.sector, PAPER.procedure, PAPER.dossier_no, "24/11/2026",
        PAPER.reason, "27/11/2026", PAPER.issued_on, "xin lỗi",
    )  # fmt: skip

    assert [each for each in said if each not in text] == []


@pytest.mark.parametrize(("state", "says"), [("draft", "DỰ THẢO"), ("withdrawn", "ĐÃ RÚT"), ("issued", "")])
def test_what_is_not_issued_says_so(words: Callable[[bytes], str], state: str, says: str) -> None:
    text = words(apology_pdf(replace(PAPER, state=state)))

    assert [mark for mark in ("DỰ THẢO", "ĐÃ RÚT") if mark in text] == ([says] if says else [])


def test_a_draft_leaves_lines_for_what_the_officer_has_yet_to_say(words: Callable[[bytes], str]) -> None:
    text = words(apology_pdf(replace(PAPER, state="draft", reason="", new_due_on="", issued_on="", phone="")))

    assert "Lý do: …" in text
    assert "ngày ……/……/…" in text
    assert "ngày …… tháng …… năm" in text


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_apology_says_so(words: Callable[[bytes], str], rehearsal: bool) -> None:
    assert ("DIỄN TẬP" in words(apology_pdf(replace(PAPER, rehearsal=rehearsal)))) is rehearsal


def test_long_names_reasons_and_procedures_lose_nothing(words: Callable[[bytes], str]) -> None:
    long = replace(
        PAPER, addressee="Nguyễn Thị Thuỳ " * 9, reason="Chờ Sở Tư pháp trả lời. " * 12,
        procedure="Đăng ký biến động quyền sử dụng đất, tài sản gắn liền với đất " * 4, rehearsal=True,
    )  # fmt: skip
    pdf = apology_pdf(long)

    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) <= 2
    assert long.reason.strip() in words(pdf)
