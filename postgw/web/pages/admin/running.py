"""How the house runs: the timetable, what stands still until a person has looked, and who looked at names.

Used by: sections.
"""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from postgw.domain.disclosure import ACCESS_KINDS, BY_MACHINE, FOR_A_SHIFT
from postgw.domain.errors import Unknown
from postgw.services.timekeeping import JobStanding
from postgw.web.language import sentence
from postgw.web.pages.moments import ago, clock_seconds, full_day, when
from postgw.web.pages.visit import Visit

from .parts import Cell, Field, Note, Row, RowAct, Section, Table, Typed
from .sheet import REASON

JOBS = {
    "fetch_dossiers": sentence("Đọc hồ sơ từ hệ thống một cửa"), "take_offers": sentence("Nhận hồ sơ đã đọc"),
    "answer_offers": sentence("Trả lời hệ thống một cửa"), "send_orders": sentence("Gửi đơn đến Bưu điện"),
    "read_feeds": sentence("Đọc tin của Bưu điện"), "send_notices": sentence("Báo cho hệ thống khác"),
    "send_messages": sentence("Nhắn tin cho người dân"), "match_strays": sentence("Khớp số quét lạ"),
    "find_conflicts": sentence("Soát mâu thuẫn"),
    "ask_standings": sentence("Hỏi tình trạng hồ sơ"), "close_manifests": sentence("Chốt biên bản đến giờ"),
    "watch_clocks": sentence("Soát hạn của bưu gửi"), "watch_cases": sentence("Soát hạn của vụ việc"),
    "watch_dossiers": sentence("Soát hạn của hồ sơ"), "link_scans": sentence("Nối chuỗi chứng cứ"),
    "seal_chains": sentence("Niêm phong chứng cứ"), "erase_personal": sentence("Xoá tên khi hết hạn lưu"),
    "tell_undeliverable": sentence("Công bố bưu gửi không phát được"),
    "forget_sittings": sentence("Bỏ phiên đăng nhập cũ"), "forget_replays": sentence("Bỏ câu trả lời giữ tạm"),
}  # fmt: skip
CHANNELS = {
    "fan": sentence("Chia tin"), "post": sentence("Đặt bưu gửi"), "cancel": sentence("Huỷ bưu gửi"),
    "desk": sentence("Báo hệ thống một cửa"), "hook": sentence("Báo hệ thống đăng ký"),
    "citizen": sentence("Tin cho người dân"),
}  # fmt: skip
_SHOWN = 100


def _moment(visit: Visit, at: datetime | None) -> Cell:
    if at is None:
        return Cell(words=sentence("chưa lần nào"))
    return Cell(
        text=when(at, now=visit.at, language=visit.language), small=ago(at, now=visit.at, language=visit.language)
    )


async def _jobs(visit: Visit, _: str) -> Table:
    found = await visit.services.timekeeping.standing(actor=visit.actor, at=visit.at)
    return Table(rows=[_job(visit, one) for one in found])


def _job(visit: Visit, one: JobStanding) -> Row:
    return Row(
        key=one.job,
        is_opened=one.is_overdue,
        cells=(
            Cell(words=JOBS.get(one.job, ""), small=one.job),
            _job_state(one),
            _moment(visit, one.last_done_at),
            Cell(
                text=clock_seconds(one.next_slot) if one.next_slot else "",
                small=full_day(one.next_slot) if one.next_slot else "",
            ),
            Cell(text=one.holder, kind="code"),
        ),
    )


def _job_state(one: JobStanding) -> Cell:
    if one.is_overdue:
        return Cell(words=sentence("Quá giờ"), state="late", icon="late")
    if one.holder:
        return Cell(words=sentence("Đang chạy"), state="run", icon="run")
    if one.last_done_at is None:
        return Cell(words=sentence("Chưa đến lượt"), state="quiet", icon="due")
    return Cell(words=sentence("Đúng giờ"), state="ok", icon="ok")


TIMETABLE = Section(
    slug="jobs",
    title=sentence("Việc định kỳ"),
    lead=sentence("Mỗi lượt một tiến trình làm; lượt lỡ được lượt sau làm bù."),
    group="machines",
    table=_jobs,
    empty=sentence("Không có việc định kỳ nào."),
    columns=(
        sentence("Việc"),
        sentence("Tình trạng"),
        sentence("Xong lần cuối"),
        sentence("Lượt tới"),
        sentence("Ai đang giữ"),
    ),
)


async def _letters(visit: Visit, cursor: str) -> Table:
    if visit.query("kind") == "offer":
        return await _offers(visit, cursor)
    errands = await visit.services.notices.outbox(state="parked", actor=visit.actor, limit=_SHOWN)
    rows = [
        Row(
            key=f"errand:{one.errand_no}",
            acts=_letter_acts(one.subject or str(one.errand_no)),
            cells=(
                Cell(words=CHANNELS[one.channel]) if one.channel in CHANNELS else Cell(text=one.channel),
                Cell(text=one.target),
                Cell(text=one.subject, kind="code", href=f"/desk/consignments/{one.subject}" if one.subject else ""),
                Cell(text=one.last_error),
                _moment(visit, one.created_at),
                Cell(text=str(one.attempts), kind="number"),
            ),
        )
        for one in errands
    ]
    many = Note(
        words=sentence("Chỉ hiện {n} việc mới nhất. Cho làm lại cả loạt ở trang Đường truyền."), values={"n": _SHOWN}
    )
    return Table(rows=rows, notes=[many] if len(rows) == _SHOWN else [])


async def _offers(visit: Visit, cursor: str) -> Table:
    page = await visit.services.fetching.offers(state="refused", actor=visit.actor, cursor=cursor)
    rows = [
        Row(
            key=f"offer:{one.offer_id}",
            acts=_letter_acts(one.record_id),
            cells=(
                Cell(words=sentence("Hồ sơ chuyển sang")),
                Cell(text=one.system),
                Cell(text=one.dossier.dossier_no or one.record_id, kind="code"),
                Cell(text=one.reason),
                _moment(visit, one.offered_at),
                Cell(text=""),
            ),
        )
        for one in page.items
    ]
    return Table(rows=rows, next_cursor=page.next_cursor)


def _letter_acts(about: str) -> tuple[RowAct, ...]:
    return (
        RowAct(act="again", word=sentence("Làm lại"), about=about),
        RowAct(act="drop", word=sentence("Bỏ hẳn"), about=about, asks=(Field(name="reason", label=REASON),)),
    )


def _named(typed: Typed) -> tuple[str, int]:
    kind, _, number = typed.text("key").partition(":")
    if kind not in {"errand", "offer"} or not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise Unknown("Không có việc {number} đang dừng.", number=number[:20], code="errand.unknown")
    return kind, int(number)


async def _again(visit: Visit, typed: Typed) -> web.Response | None:
    kind, number = _named(typed)
    if kind == "offer":
        await visit.services.fetching.again(number, actor=visit.actor, at=visit.at)
    else:
        await visit.services.notices.replay(number, actor=visit.actor, at=visit.at)
    return None


async def _drop(visit: Visit, typed: Typed) -> web.Response | None:
    kind, number = _named(typed)
    drop = visit.services.fetching.drop if kind == "offer" else visit.services.notices.drop
    await drop(number, reason=typed.text("reason"), actor=visit.actor, at=visit.at)
    return None


LETTERS = Section(
    slug="letters",
    title=sentence("Việc đang dừng"),
    lead=sentence("Bên kia từ chối hoặc thử nhiều ngày không được; người phải xem."),
    group="watch",
    kinds=("errand", "offer"),
    table=_letters,
    empty=sentence("Không có việc nào đang dừng."),
    columns=(
        sentence("Việc"),
        sentence("Nơi nhận"),
        sentence("Về"),
        sentence("Lý do"),
        sentence("Từ lúc"),
        sentence("Số lần thử"),
    ),
    sieve=(("", sentence("Việc gửi đi")), ("offer", sentence("Hồ sơ bị từ chối"))),
    does={"again": _again, "drop": _drop},
)


_WHAT_FOR = {
    "complaint": sentence("Giải quyết khiếu nại"), "inspection": sentence("Thanh tra, kiểm tra"),
    BY_MACHINE: sentence("Hệ thống hỏi qua API"), FOR_A_SHIFT: sentence("Nạp vào máy cho một ca"),
}  # fmt: skip


async def _accesses(visit: Visit, cursor: str) -> Table:
    page = await visit.services.disclosure.accesses(actor=visit.actor, cursor=cursor)
    rows = [
        Row(key=one.subject, cells=(
            _moment(visit, one.seen_at), Cell(text=one.seen_by), Cell(text=one.unit),
            Cell(text=ACCESS_KINDS.get(one.kind, one.kind)), Cell(text=one.subject, kind="code"),
            Cell(text=one.request_no or visit.say(_WHAT_FOR.get(one.purpose, one.purpose))),
        ))
        for one in page.items
    ]  # fmt: skip
    return Table(rows=rows, next_cursor=page.next_cursor)


ACCESSES = Section(
    slug="accesses",
    title=sentence("Ai đã xem tên"),
    lead=sentence("Mỗi lần mở tên, điện thoại, địa chỉ hay xuất chứng cứ là một dòng."),
    group="watch",
    table=_accesses,
    empty=sentence("Chưa ai xem."),
    columns=(
        sentence("Lúc"),
        sentence("Ai"),
        sentence("Đơn vị"),
        sentence("Đã làm"),
        sentence("Về"),
        sentence("Căn cứ"),
    ),
)
