"""What a shop reads in its sheets: a happening as one line, an answer to a row as one line.

Nobody is named here. A clerk finds the dossier by its code or by the shop's own reference.

Stands on: rules.book for the words of states. Used by: folder_desk.
"""

from __future__ import annotations

from postgw.domain.dossier import Dossier
from postgw.domain.legal_day import legal_day, shown
from postgw.domain.ports import Notice, OfferAnswer
from postgw.rules.book import rule_book

HAPPENING_HEADINGS = (
    "Thời điểm", "Mã hồ sơ", "Mã tiếp nhận", "Số phiếu gửi", "Số hiệu bưu gửi", "Chiều", "Việc", "Nơi", "Mã thông báo",
)  # fmt: skip
ANSWER_HEADINGS = ("Dòng", "Mã hồ sơ", "Kết quả", "Số phiếu gửi", "Lý do", "Mã dòng")
_LEGS = {
    "send": "gửi hồ sơ", "return": "trả kết quả", "transfer": "chuyển hồ sơ", "withdrawal": "thu hồi giấy tờ",
}  # fmt: skip
#: Happenings that are no state of a consignment.
_WORDS = {
    "consignment.choice": "Người nhận đã chọn cách nhận",
    "consignment.due_soon": "Sắp quá hạn toàn trình",
    "consignment.late": "Quá hạn toàn trình",
    "consignment.due_moved": "Hạn toàn trình đã dời",
    "dossier.filed": "Hồ sơ đã đến bộ phận Một cửa",
    "dossier.appointed": "Đã hẹn ngày trả kết quả",
    "dossier.rejected": "Hồ sơ bị trả lại",
    "dossier.rescheduled": "Đã xin lỗi và hẹn lại ngày trả kết quả",
    "dossier.transferred": "Hồ sơ đã chuyển đến cơ quan nhận",
    "apology.drafted": "Có thư xin lỗi chờ ký",
    "result.ready": "Đã có kết quả",
    "supplement.asked": "Đã yêu cầu bổ sung giấy tờ",
    "supplement.escalated": "Yêu cầu bổ sung lần nữa, cần lãnh đạo xem",
    "papers.lost": "Giấy tờ phải trả lại chưa thấy",
    "undeliverable.due": "Đến bước xử lý bưu gửi không có người nhận",
}


def happening_line(notice: Notice, dossier: Dossier | None) -> tuple[str, ...]:
    """Return a happening, without the id that ends its line."""
    return (
        shown(notice.at), notice.dossier_no or (dossier.dossier_no if dossier else ""),
        dossier.intake_ref if dossier else "", notice.consignment_no, notice.item_no,
        _LEGS.get(notice.leg, notice.leg), happening_in_words(notice), notice.office,
    )  # fmt: skip


def happening_in_words(notice: Notice) -> str:
    """Return what happened, in Vietnamese; a kind that has no words is shown as it is called."""
    if words := _WORDS.get(notice.kind):
        return words
    subject, _, state = notice.kind.partition(".")
    if subject == "consignment":
        states = rule_book().scan_table(legal_day(notice.at)).states
        return states[state].title if state in states else notice.kind
    return f"Có tin về vụ việc {notice.data['case_no']}" if "case_no" in notice.data else notice.kind


def answer_line(answer: OfferAnswer, *, row: int) -> tuple[str, ...]:
    """Return what became of a row, without the id that ends its line."""
    return (
        str(row or ""), answer.dossier_no, "không nhận" if answer.refusal else "đã nhận",
        " ".join(answer.consignment_nos), answer.refusal,
    )  # fmt: skip
