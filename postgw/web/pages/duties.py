"""Papers that somebody must give to somebody: originals the agency owes back, old papers the post must bring.

What should have gone out already stands first. For an original the officer says with which result it goes, or why it
stays; of an old paper the postman says what became of it at the door.

Stands on: handover, visit. Used by: routes.
Source: Decision 45/2016/QĐ-TTg art. 8.3, 9.1; Circular 17/2017/TT-BTTTT art. 5.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.paper_duty import PaperDuty
from postgw.web.errors import kind_of
from postgw.web.language import sentence

from .accepting import PAPER_KINDS
from .handover import Typed, faults_of, words
from .visit import Visit, go_to

KINDS = {"owed": sentence("Phải trả bản chính"), "withdraw": sentence("Phải thu hồi")}
STAGES = {
    "at_agency": sentence("Cơ quan đang giữ, chưa ghi trả hay giữ"), "stays": sentence("Cơ quan giữ lại"),
    "confirmed": sentence("Sẽ trả cùng kết quả"), "to_collect": sentence("Chưa thu"),
    "collected": sentence("Đã thu, chưa gửi"), "on_the_way": sentence("Đang trên đường"),
    "astray": sentence("Thất lạc trên đường"), "given_back": sentence("Đã trả người dân"),
    "handed_in": sentence("Đã nộp cơ quan"), "reported_lost": sentence("Người dân báo mất"),
}  # fmt: skip
LOOKS = {
    "at_agency": ("warn", "warn"), "stays": ("quiet", "lock"), "confirmed": ("run", "due"),
    "to_collect": ("warn", "warn"), "collected": ("warn", "box"), "on_the_way": ("run", "run"),
    "astray": ("stuck", "stuck"), "given_back": ("ok", "ok"), "handed_in": ("ok", "ok"),
    "reported_lost": ("stuck", "stuck"),
}  # fmt: skip
_TITLE = sentence("Giấy tờ còn nợ")
_ROWS_MOST = 5000
_KINDS_ASKED = ("owed", "withdraw")
_COLUMNS = (
    sentence("Nghĩa vụ"), sentence("Mã hồ sơ"), sentence("Giấy tờ"), sentence("Loại"), sentence("Số lượng"),
    sentence("Tình trạng"), sentence("Từ ngày"), sentence("Hẹn trả kết quả"), sentence("Đi cùng bưu gửi"),
    sentence("Lý do giữ"),
)  # fmt: skip


async def duties(visit: Visit) -> web.Response:
    """Show what is owed, what should have gone already first."""
    return await _page(visit)


async def _page(visit: Visit, mistake: Mistake | None = None, typed: Mapping[str, str] | None = None) -> web.Response:
    kind = visit.query("kind") if visit.query("kind") in _KINDS_ASKED else ""
    page = await visit.services.papers.owed(kind=kind, actor=visit.actor, cursor=visit.query("cursor")[:40])
    return visit.show(
        "desk_papers.html", here="/desk/papers", status=kind_of(mistake).status if mistake else 200, rows=page.items,
        following=page.next_cursor, kind=kind, duty_kinds=KINDS, stages=STAGES, looks=LOOKS, paper_kinds=PAPER_KINDS,
        today=legal_day(visit.at), typed=Typed(typed or {}), faults=faults_of(visit, mistake),
        **await words(visit),
    )  # fmt: skip


async def decide(visit: Visit) -> web.Response:
    """Say that an original goes out with a result, or why it stays."""
    typed = await visit.typed()
    number = typed.get("duty", "")
    try:
        if not (number.isascii() and number.isdecimal() and len(number) <= 18):
            raise Invalid("Chọn giấy tờ.", code="duty.number", field="/duty")
        decision = typed.get("decision", "")
        if decision == "goes" and not typed.get("consignment_no"):
            raise Invalid(
                "Ghi số bưu gửi trả kết quả sẽ mang bản chính này.", code="duty.carrier", field="/consignment_no"
            )
        await visit.services.papers.decide(
            int(number), decision=decision,
            consignment_no=typed.get("consignment_no", "") if decision == "goes" else "",
            reason=typed.get("reason", ""), actor=visit.actor, at=visit.at,
        )  # fmt: skip
    except Mistake as mistake:
        return await _page(visit, mistake, typed)
    return go_to("/desk/papers")


async def register(visit: Visit) -> web.Response:
    """Give the list as a file."""
    say, rows, cursor = visit.say, list[PaperDuty](), ""
    while len(rows) < _ROWS_MOST:
        page = await visit.services.papers.owed(kind="", actor=visit.actor, cursor=cursor)
        rows += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    headings = [say(each) for each in _COLUMNS]
    return await visit.sheet(say(_TITLE), headings, [_row(visit, each) for each in rows], visit.path("kind"))


def _row(visit: Visit, duty: PaperDuty) -> list[Any]:
    return [
        visit.say(KINDS[duty.kind]), duty.dossier_no, duty.name, visit.say(PAPER_KINDS[duty.paper_kind]), duty.quantity,
        visit.say(STAGES[duty.stage]), f"{legal_day(duty.opened_at):%d/%m/%Y}",
        f"{duty.due_on:%d/%m/%Y}" if duty.due_on else "", duty.carried_by, duty.decision_reason,
    ]  # fmt: skip
