"""Apologies at the desk: what must be written today, the drafts, what was issued; issuing with one new day.

A draft that is not issued by its day is late for ever, so the list says how long there is. Who gets the letter stands
on the paper; on the screen he is covered.

Stands on: services.lateness, services.watch. Used by: routes.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from postgw.domain.apology import Apology
from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.web.answers import file_answer
from postgw.web.language import sentence

from .desk import units_of
from .filled import Wrong, day_of, wrong_of
from .visit import Visit, go_to

TABS = {
    "draft": sentence("Phải soạn"), "issued": sentence("Đã phát hành"), "withdrawn": sentence("Đã rút"),
    "warnings": sentence("Cảnh báo hạn bưu điện"),
}  # fmt: skip
_EXPORT_MOST = 5000
_HEADINGS = (
    sentence("Phiếu"), sentence("Hồ sơ"), sentence("Bộ phận"), sentence("Trạng thái"), sentence("Hẹn cũ"),
    sentence("Hẹn mới"), sentence("Lý do"), sentence("Phát hành"), sentence("Đúng hạn"),
)  # fmt: skip


def _tab(visit: Visit) -> str:
    asked = visit.query("state")
    return asked if asked in TABS else "draft"


async def apologies(visit: Visit) -> web.Response:
    """Show the apologies of a unit by where they stand, or the warnings of the post's own due dates."""
    return await _apologies(visit, _tab(visit))


async def _apologies(visit: Visit, tab: str, wrong: Wrong | None = None) -> web.Response:
    cursor = visit.query("cursor")[:18]
    acts, rows = visit.services, []
    page: Any
    if tab == "warnings":
        page = await acts.watch.warnings(actor=visit.actor, cursor=cursor)
        rows = list(page.items)
    else:
        page = await acts.lateness.apologies(actor=visit.actor, state=tab, cursor=cursor)
        rows = sorted(page.items, key=_by_day) if tab == "draft" else list(page.items)
    following = f"?state={tab}&cursor={page.next_cursor}" if page.next_cursor else ""
    return visit.show(
        "desk_apologies.html", status=wrong.status if wrong else 200, tab=tab, tabs=TABS, rows=rows,
        following=following, **await _words(visit, wrong),
    )  # fmt: skip


def _by_day(apology: Apology) -> tuple[Any, ...]:
    return apology.due_on, apology.apology_no


async def _words(visit: Visit, wrong: Wrong | None = None) -> dict[str, Any]:
    units = await units_of(visit)
    return {
        "units": units, "wrong": wrong, "today": legal_day(visit.at), "here": "/desk/apologies",
        "unit_name": units.get(visit.actor.unit, visit.actor.unit),
    }  # fmt: skip


async def apologies_file(visit: Visit) -> web.Response:
    """Give the list as a table."""
    tab = _tab(visit)
    state = "draft" if tab == "warnings" else tab
    rows: list[Apology] = []
    cursor = ""
    while len(rows) < _EXPORT_MOST:
        page = await visit.services.lateness.apologies(actor=visit.actor, state=state, cursor=cursor, limit=500)
        rows += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    headings = [visit.say(each) for each in _HEADINGS]
    title = visit.say(sentence("Phiếu xin lỗi"))
    return await visit.sheet(title, headings, [_row(visit, each) for each in rows], visit.path("kind"))


def _row(visit: Visit, one: Apology) -> tuple[str, ...]:
    in_time = {True: sentence("đúng hạn"), False: sentence("muộn"), None: ""}[one.in_time]
    return (
        one.apology_no, one.dossier_no, one.desk, visit.say(TABS[one.state]), f"{one.due_on:%d/%m/%Y}",
        f"{one.new_due_on:%d/%m/%Y}" if one.new_due_on else "", one.reason or one.withdrawn_reason,
        f"{legal_day(one.issued_at):%d/%m/%Y}" if one.issued_at else "", visit.say(in_time) if in_time else "",
    )  # fmt: skip


async def draft(visit: Visit) -> web.Response:
    """Draft an apology for a dossier that will be late."""
    typed = await visit.typed()
    try:
        made = await visit.services.lateness.draft(typed.get("dossier", ""), actor=visit.actor, at=visit.at)
    except Mistake as mistake:
        return await _apologies(visit, "draft", wrong_of(visit, mistake, typed))
    return go_to(f"/desk/apologies/{made.apology.apology_no}")


async def apology(visit: Visit) -> web.Response:
    """Show one apology."""
    return await _apology(visit)


async def _apology(visit: Visit, wrong: Wrong | None = None) -> web.Response:
    number = visit.path("apology_no")
    detail = await visit.services.lateness.apology(number, actor=visit.actor, at=visit.at)
    return visit.show(
        "desk_apology.html", status=wrong.status if wrong else 200, d=detail, a=detail.apology, letter=detail.letter,
        named=await visit.names_shown(number), tabs=TABS, **await _words(visit, wrong),
    )  # fmt: skip


async def act(visit: Visit) -> web.Response:
    """Issue a draft with its reason and new day, or withdraw it."""
    typed, number = await visit.typed(), visit.path("apology_no")
    what = typed.get("what", "")
    reason = typed.get("reason", "")
    try:
        if what == "issue":
            day = day_of(typed.get("new_due_on", ""), "new_due_on")
            await visit.services.lateness.issue(number, reason=reason, new_due_on=day, actor=visit.actor, at=visit.at)
        elif what == "withdraw":
            await visit.services.lateness.withdraw(number, reason=reason, actor=visit.actor, at=visit.at)
        else:
            raise Invalid("Chọn phát hành hoặc rút.", code="apology.act")
    except Mistake as mistake:
        return await _apology(visit, wrong_of(visit, mistake, typed, form=what))
    return go_to(f"/desk/apologies/{number}")


async def paper(visit: Visit) -> web.Response:
    """Give an apology as paper, a draft with lines to write on."""
    number = visit.path("apology_no")
    body = await visit.services.lateness.paper(number, actor=visit.actor, at=visit.at)
    return file_answer(body, "application/pdf", f"xin-loi-{number}.pdf")
