"""The words of the day's page: what each kind of work is called, by when it is late, and where it is done.

Used by: today, day_lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from postgw.services.day import Job
from postgw.web.language import sentence


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: a line of the day, a list, and the page on which it is done."""

    title: str
    act: str  #: what its button says
    href: str = ""  #: where it is done; empty: in its own list
    scope: str = ""  #: what it takes to do it; without it the list is all there is
    why: str = ""  #: the small line under the time
    counts: str = sentence("{n} bưu gửi, mở danh sách")  #: what the number is read as
    kind: str = ""  #: its colour where it is not that of its lane


_DOSSIERS = sentence("{n} hồ sơ, mở danh sách")
_RESULTS = sentence("{n} kết quả, mở danh sách")
_RECEIPTS = sentence("{n} khoản, mở danh sách")
_BOOK = (sentence("Ghi và in"), "/desk/book", "booking")
_ACCEPT = (sentence("Tiếp nhận"), "/desk/handover", "handover")
_DECIDE = (sentence("Xem và quyết"), "/desk/orders", "intake")

WORKS: Mapping[str, Work] = {
    "result_late": Work(sentence("Có kết quả, quá hạn trả, chưa ghi bưu gửi"), *_BOOK, counts=_RESULTS),
    "result_today": Work(sentence("Kết quả phải trả hôm nay, chưa ghi bưu gửi"), *_BOOK, counts=_RESULTS),
    "result": Work(sentence("Kết quả đã có, chưa ghi bưu gửi"), *_BOOK, counts=_RESULTS),
    "to_book": Work(sentence("Bưu gửi khác chưa đặt bưu điện"), *_BOOK),
    "order_refused": Work(
        sentence("Bưu điện không nhận đơn, cần sửa rồi đặt lại"), sentence("Sửa đơn"), "/desk/book", "booking",
        kind="stuck",
    ),
    "to_hand_over": Work(
        sentence("Đã ghi, chờ giao chuyến tới"), sentence("Bàn giao"), "/desk/handover", "handover",
        sentence("bưu tá đến {clock}"),
    ),
    "to_sign": Work(sentence("Giao cho bưu điện, chờ ký biên bản"), sentence("Bàn giao"), "/desk/handover", "handover"),
    "arrived": Work(
        sentence("Hồ sơ đến qua bưu điện, chờ kiểm đếm"), *_ACCEPT, why=sentence("sau {clock} tính sang mai"),
        counts=_DOSSIERS,
    ),
    "unnumbered": Work(sentence("Hồ sơ đã nhận, chưa ghi mã hồ sơ"), sentence("Ghi mã hồ sơ"), counts=_DOSSIERS),
    "warned_late": Work(
        sentence("Quá hạn của bưu điện, chưa phát"), sentence("Hỏi bưu điện"), "/desk/cases", "cases",
    ),
    "warned": Work(sentence("Sắp quá hạn của bưu điện"), sentence("Xem")),
    "stuck": Work(
        sentence("Bưu gửi lâu không có lần quét nào"), sentence("Hỏi bưu điện"), kind="stuck",
        why=sentence("quá hạn chờ tin"),
    ),
    "attempted": Work(sentence("Chưa phát được, chờ mời đến nhận"), sentence("Xem")),
    "to_deliver": Work(sentence("Ở bưu cục và trên đường phát"), sentence("Quét"), "/station", "scans"),
    "proof_owed": Work(sentence("Bưu điện báo đã phát, còn nợ chứng từ"), sentence("Xem")),
    "apology": Work(
        sentence("Phải xin lỗi và hẹn lại"), sentence("Soạn thư"), "/desk/apologies", "cases",
        sentence("trước hạn trả 1 ngày"), _DOSSIERS,
    ),
    "fee_to_remit": Work(
        sentence("Nộp phí, lệ phí đã thu hộ: {dong} đ"), sentence("Nộp phí"), "/desk/money", "money",
        sentence("hạn nộp {clock}"), _RECEIPTS,
    ),
    "fee_to_receive": Work(
        sentence("Nhận phí, lệ phí bưu điện thu hộ: {dong} đ"), sentence("Đối soát"), "/desk/money", "money",
        sentence("hạn nộp {clock}"), _RECEIPTS,
    ),
    "fee_to_count": Work(
        sentence("Đếm và xác nhận phí đã nộp: {dong} đ"), sentence("Đếm tiền"), "/desk/money", "money",
        counts=sentence("{n} lần nộp, mở danh sách"),
    ),
    "case_late": Work(
        sentence("Khiếu nại, bồi thường quá hạn trả lời"), sentence("Mở vụ việc"), "/desk/cases", "cases",
        counts=sentence("{n} vụ, mở danh sách"),
    ),
    "case": Work(
        sentence("Khiếu nại, bồi thường chờ trả lời"), sentence("Mở vụ việc"), "/desk/cases", "cases",
        counts=sentence("{n} vụ, mở danh sách"),
    ),
    "paper": Work(
        sentence("Giấy tờ cũ phải thu lại, chưa về quầy"), sentence("Xem"), "/desk/papers", "handover",
        counts=sentence("{n} giấy tờ, mở danh sách"),
    ),
    "offer": Work(
        sentence("Hồ sơ hệ thống một cửa chuyển sang chưa nhận được"), sentence("Xem"), "/desk/offers", "intake",
        counts=_DOSSIERS, kind="stuck",
    ),
    "change": Work(
        sentence("Đề nghị sửa hồ sơ, chờ quyết"), *_DECIDE,
        counts=sentence("{n} đề nghị, mở danh sách"),
    ),
    "return_request": Work(
        sentence("Người dân đề nghị nơi nhận kết quả, chờ quyết"), sentence("Xem và quyết"), "/desk/return-requests",
        "intake", counts=sentence("{n} đề nghị, mở danh sách"),
    ),
    "order_undecided": Work(
        sentence("Đơn đặt chưa rõ chiều gửi, chờ quyết"), *_DECIDE,
        counts=sentence("{n} đơn, mở danh sách"),
    ),
    "order_incomplete": Work(
        sentence("Đơn đặt còn thiếu thủ tục, giấy tờ, đồng ý"), sentence("Bổ sung"), "/desk/orders", "intake",
        counts=sentence("{n} đơn, mở danh sách"),
    ),
    "wire": Work(
        sentence("Tin gửi đi đang kẹt, cần người xem"), sentence("Mở đường truyền"), "/desk/wires", kind="stuck",
        counts=sentence("{n} việc kẹt, mở danh sách"),
    ),
}  # fmt: skip
DONE: Mapping[str, str] = {
    "came_in": sentence("Hồ sơ đến qua bưu điện"), "went_out": sentence("Kết quả giao bưu điện"),
    "arrived_home": sentence("Đã phát, có chứng từ"),
}  # fmt: skip
#: The same at a post office, seen from the other side of the list.
DONE_AT_OFFICE: Mapping[str, str] = {
    "came_in": sentence("Hồ sơ đã giao Một cửa"), "went_out": sentence("Kết quả nhận từ Một cửa"),
    "arrived_home": sentence("Đã phát, có chứng từ"),
}  # fmt: skip
LANES: Mapping[str, tuple[str, str]] = {
    "late": (sentence("Đã trễ"), sentence("làm ngay")), "morning": (sentence("Sáng nay"), sentence("đến 12:00")),
    "today": (sentence("Hôm nay"), sentence("đến 17:00")), "soon": (sentence("Sắp tới"), sentence("chưa gấp")),
}  # fmt: skip
LANE_KINDS = {"late": "late", "morning": "warn", "today": "run", "soon": ""}
INVITED = (
    sentence("Chưa phát được, chưa gửi giấy mời"), sentence("Chưa phát được, đến ngày mời lần hai"),
    sentence("Đã mời đủ lần, chờ đến ngày được chuyển hoàn"),
)  # fmt: skip
_LATE, _LEFT, _STUCK = sentence("Trễ {span}"), sentence("Còn {span}"), sentence("Kẹt {span}")
_HOURS, _HOURS_MINUTES = sentence("{h} giờ"), sentence("{h} giờ {m:02d}")
_MINUTES, _DAYS = sentence("{m} phút"), sentence("{d} ngày")
_HOME = "/desk/day/"


def title_of(job: Job) -> str:
    """Return what a line is called; of what was tried in vain, how often its recipient was called."""
    return INVITED[min(job.times, len(INVITED) - 1)] if job.name == "attempted" else WORKS[job.name].title


def list_of(job: Job) -> str:
    """Return where the rows behind a number are."""
    return "/desk/wires" if job.name == "wire" else f"{_HOME}{job.name}"


def place_of(job: Job, scopes: frozenset[str]) -> str:
    """Return where a line's work is done: its page, for who may; its list for who only looks."""
    work = WORKS[job.name]
    if not work.href or (work.scope and work.scope not in scopes):
        return list_of(job)
    return work.href


def length(span: timedelta) -> tuple[str, dict[str, int]]:
    """Return a length of time as somebody with a deadline reads it, to the minute while it is hours.

    >>> length(timedelta(hours=1, minutes=18)), length(timedelta(days=2, hours=3))
    (('{h} giờ {m:02d}', {'h': 1, 'm': 18}), ('{d} ngày', {'d': 2}))
    """
    minutes = max(int(span.total_seconds()) // 60, 0)
    if minutes < 60:
        return _MINUTES, {"m": minutes}
    if minutes < 24 * 60:
        hours, left = divmod(minutes, 60)
        return (_HOURS_MINUTES, {"h": hours, "m": left}) if left else (_HOURS, {"h": hours})
    return _DAYS, {"d": minutes // (24 * 60)}


@dataclass(frozen=True, slots=True)
class Time:
    """How a line says by when: colour, icon, words."""

    kind: str
    icon: str
    words: str
    inner: tuple[str, dict[str, int]] | None = None


_SOON_ENOUGH = timedelta(minutes=90)


def time_of(job: Job, now: datetime) -> Time | None:
    """Return by when a line is late, or for how long it is; nothing where a day says it better."""
    if WORKS[job.name].kind == "stuck":
        return Time("stuck", "stuck", _STUCK, length(now - job.since)) if job.since else None
    if job.lane == "late" and job.due:
        return Time("late", "late", _LATE, length(now - job.due))
    if job.lane in ("morning", "today") and job.due and job.due > now:
        close = job.due - now <= _SOON_ENOUGH
        return Time("warn" if close else "run", "warn" if close else "due", _LEFT, length(job.due - now))
    return None
