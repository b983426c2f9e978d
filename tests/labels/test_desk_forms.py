from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from labels.desk_forms import (
    AppointmentSlip,
    FormHead,
    FormPaper,
    RejectionNotice,
    SupplementRequest,
    appointment_pdf,
    rejection_pdf,
    supplement_pdf,
)

HEAD = FormHead(
    form_number="Mẫu số 01", title="Giấy tiếp nhận hồ sơ và hẹn trả kết quả", basis="Thông tư 03/2025/TT-VPCP",
    desk="Trung tâm Phục vụ hành chính công phường Thành Sen", desk_address="Số 2 đường Nguyễn Tất Thành",
    desk_phone="0540000001", number="GH-2026-000975", drawn_on="25/11/2026",
)  # fmt: skip
PAPERS = (
    FormPaper(name="Đơn đăng ký biến động đất đai", kind="bản chính", quantity="1"),
    FormPaper(name="Giấy khai sinh", kind="bản chứng thực", quantity="2"),
)
SLIP = AppointmentSlip(
    head=HEAD, dossier_no="H15.50.05.13-261008-0975", applicant="Nguyễn Thị Diễn Tập", phone="0912000003",
    address="Số 17 ngõ 4 đường Nguyễn Công Trứ, phường Trần Phú, tỉnh Hà Tĩnh",
    procedure="Đăng ký biến động quyền sử dụng đất", papers=PAPERS, sets="01 bộ", statutory_time="10 ngày làm việc",
    received_at="14:30 25/11/2026", due_on="Ngày 09/12/2026", result_at="Trung tâm Phục vụ hành chính công",
    fees="25.000 đồng", by_post=True,
)  # fmt: skip
REQUEST = SupplementRequest(
    head=replace(HEAD, form_number="Mẫu số 02", title="Phiếu yêu cầu bổ sung", number="BS-261125-0001"),
    dossier_no=SLIP.dossier_no, applicant=SLIP.applicant, address=SLIP.address, procedure=SLIP.procedure,
    papers=PAPERS[1:], reason="Bản sao chưa được chứng thực.", received_at="14:30 23/11/2026",
    asked_at="09:10 25/11/2026",
)  # fmt: skip
NOTICE = RejectionNotice(
    head=replace(HEAD, form_number="Mẫu số 03", title="Phiếu từ chối", number="TC-261125-0001"),
    dossier_no=SLIP.dossier_no, applicant=SLIP.applicant, address=SLIP.address, procedure=SLIP.procedure,
    reason="Chưa đủ điều kiện giải quyết", reasons="Thửa đất đang có tranh chấp.", received_at="14:30 23/11/2026",
    rejected_at="09:10 25/11/2026", limit="Ngày 26/11/2026, trong hạn", way_home="Bưu gửi 4K7M-29TB-6HC.",
    paid_by="Cước chuyển trả: người nộp trả.",
)  # fmt: skip
DRAWN = {
    "GH-2026-000975": lambda: appointment_pdf(SLIP),
    "BS-261125-0001": lambda: supplement_pdf(REQUEST),
    "TC-261125-0001": lambda: rejection_pdf(NOTICE),
}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("number", DRAWN)
def test_the_bars_of_each_form_read_back(symbols: Callable[..., list[tuple[str, str]]], number: str, dpi: int) -> None:
    assert symbols(DRAWN[number](), dpi) == [("Code128", number)]


@pytest.mark.parametrize("number", DRAWN)
def test_each_form_names_itself_and_what_it_stands_on(words: Callable[[bytes], str], number: str) -> None:
    text = words(DRAWN[number]())

    assert "Thông tư 03/2025/TT-VPCP" in text
    assert SLIP.dossier_no in text


def test_the_appointment_says_when_and_where_the_result_is_had(words: Callable[[bytes], str]) -> None:
    text = words(appointment_pdf(SLIP))
    said = ("01 bộ", "10 ngày làm việc", SLIP.received_at, SLIP.due_on, SLIP.result_at, SLIP.fees, "Giấy khai sinh",
            "Người nộp hồ sơ", "Người tiếp nhận hồ sơ", "bưu chính công ích")  # fmt: skip

    assert [each for each in said if each not in text] == []


def test_who_fetches_the_result_in_person_reads_no_word_of_the_post(words: Callable[[bytes], str]) -> None:
    assert "bưu chính" not in words(appointment_pdf(replace(SLIP, by_post=False)))


def test_the_request_says_that_it_is_the_only_one(words: Callable[[bytes], str]) -> None:
    text = words(supplement_pdf(REQUEST))

    assert "chỉ được yêu cầu một lần" in text
    assert REQUEST.reason in text


def test_the_rejection_gives_its_reasons_and_who_pays(words: Callable[[bytes], str]) -> None:
    text = words(rejection_pdf(NOTICE))

    assert [each for each in (NOTICE.reason, NOTICE.reasons, NOTICE.limit, NOTICE.paid_by) if each not in text] == []


def test_an_ordinary_form_is_one_page_and_a_long_list_goes_on() -> None:
    for content, pages in ((appointment_pdf(SLIP), 1), (appointment_pdf(replace(SLIP, papers=PAPERS * 20)), 2)):
        with pypdfium2.PdfDocument(content) as document:
            assert len(document) == pages


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_form_says_so(words: Callable[[bytes], str], rehearsal: bool) -> None:
    drawn = supplement_pdf(replace(REQUEST, head=replace(REQUEST.head, rehearsal=rehearsal)))

    assert ("DIỄN TẬP" in words(drawn)) is rehearsal
