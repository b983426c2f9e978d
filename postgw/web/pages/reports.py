"""Reports at the desk: which are due and by when, the figures with the list behind each, issuing, files, satisfaction.

A figure opens its list, and the list adds up to the figure. An issued report is shown as it was issued; what has
changed since is a draft beside it.

Stands on: services.reports, services.satisfaction. Used by: routes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.errors import Conflict, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.report import BREAKDOWNS, COLUMNS, FIGURES, RATES, SECTIONS, Fact, shown_share
from postgw.domain.report_period import last_full_quarter, quarter_of
from postgw.services.reports import FORMATS, ShownReport
from postgw.web.answers import file_answer
from postgw.web.language import sentence

from .desk import LEGS, units_of
from .filled import Wrong, wrong_of
from .visit import Visit, go_to

_EXPORT_MOST = 20_000
KINDS = {"quarter": sentence("Quý"), "half": sentence("6 tháng đầu năm"), "year": sentence("Năm")}
COLUMN_TITLES = (
    sentence("Tổng"), sentence("Gửi"), sentence("Trả"), sentence("Liên thông"), sentence("Thu hồi"),
    sentence("Đúng hạn"), sentence("Chậm"), sentence("Quá hạn"), sentence("Mất, hỏng"),
)  # fmt: skip
_HEADINGS = (
    sentence("Số"), sentence("Ngày"), sentence("Bộ phận"), sentence("Bưu cục"), sentence("Chiều"),
    sentence("Kết quả"), sentence("Số tiền"),
)  # fmt: skip
_PLACES = {"item": "/desk/consignments/", "complaint": "/desk/cases/", "apology": "/desk/apologies/"}


async def reports(visit: Visit) -> web.Response:
    """Show which reports are due, and what citizens said in the running quarter."""
    page = await visit.services.reports.due(actor=visit.actor, at=visit.at, cursor=visit.query("cursor")[:9])
    running = quarter_of(legal_day(visit.at)).name
    told = await visit.services.satisfaction.results(actor=visit.actor, at=visit.at, period=running)
    return visit.show(
        "desk_reports.html", rows=page.items, running=running, told=told, last=last_full_quarter(legal_day(visit.at)),
        following=f"?cursor={page.next_cursor}" if page.next_cursor else "", kinds=KINDS, **await _words(visit),
    )  # fmt: skip


async def _words(visit: Visit, wrong: Wrong | None = None) -> dict[str, Any]:
    units = await units_of(visit)
    return {
        "units": units, "wrong": wrong, "today": legal_day(visit.at), "here": "/desk/reports", "share": shown_share,
        "unit_name": units.get(visit.actor.unit, visit.actor.unit),
    }  # fmt: skip


def _asked(visit: Visit) -> dict[str, Any]:
    version = visit.query("version")
    return {
        "unit": visit.query("unit")[:20], "draft": visit.query("draft") == "1",
        "version": int(version) if version.isdecimal() and len(version) < 5 else 0,
    }  # fmt: skip


async def report(visit: Visit) -> web.Response:
    """Show one report."""
    return await _report(visit, _asked(visit))


async def _report(visit: Visit, asked: dict[str, Any], wrong: Wrong | None = None) -> web.Response:
    shown = await visit.services.reports.report(visit.path("period"), actor=visit.actor, at=visit.at, **asked)
    told = {name: str(value) for name, value in {**asked, "draft": asked["draft"] and "1"}.items() if value}
    return visit.show(
        "desk_report.html", status=wrong.status if wrong else 200, r=shown.content, issued=shown.issued, asked=asked,
        told=urlencode(told), sections=_sections(shown), rates=RATES, breakdowns=BREAKDOWNS, columns=COLUMNS,
        column_titles=COLUMN_TITLES, is_over=_is_over(visit, shown), **await _words(visit, wrong),
    )  # fmt: skip


def _sections(shown: ShownReport) -> list[tuple[str, list[tuple[str, str, int, bool]]]]:
    """Return the figures by section: code, title, value, whether in đồng."""
    counted = shown.content["figures"]
    return [
        (title, [(f.code, f.title, counted[f.code], f.in_dong) for f in FIGURES.values() if f.section == section])
        for section, title in SECTIONS.items()
    ]


def _is_over(visit: Visit, shown: ShownReport) -> bool:
    return bool(shown.content["last_on"] < legal_day(visit.at).isoformat())


async def issue(visit: Visit) -> web.Response:
    """Issue a report; who saw an older version is told of the newer first."""
    typed, period = await visit.typed(), visit.path("period")
    unit = typed.get("unit", "")
    try:
        await _must_be_newest(visit, period, unit, typed.get("seen", ""))
        await visit.services.reports.issue(
            period, reason=typed.get("reason", ""), unit=unit, actor=visit.actor, at=visit.at
        )
    except Mistake as mistake:
        asked = {"unit": unit, "draft": True, "version": 0}
        return await _report(visit, asked, wrong_of(visit, mistake, typed))
    return go_to(f"/desk/reports/{period}" + (f"?{urlencode({'unit': unit})}" if unit else ""))


async def _must_be_newest(visit: Visit, period: str, unit: str, seen: str) -> None:
    newest = (await visit.services.reports.report(period, unit=unit, actor=visit.actor, at=visit.at)).issued
    if newest and str(newest.version) != seen and newest.issued_by != visit.actor.name:
        raise Conflict(
            "{name} vừa phát hành bản {version}. Xem bản đó trước khi phát hành tiếp.", name=newest.issued_by,
            version=newest.version, code="report.moved",
        )  # fmt: skip


async def report_file(visit: Visit) -> web.Response:
    """Give a report as a file."""
    kind = visit.path("kind")
    shown = await visit.services.reports.report(visit.path("period"), actor=visit.actor, at=visit.at, **_asked(visit))
    body = await visit.services.reports.file(shown, kind)
    return file_answer(body, FORMATS[kind], f"bao-cao-{shown.content['period']}.{kind}")


async def figure(visit: Visit) -> web.Response:
    """Show the list behind a figure."""
    period, code, asked = visit.path("period"), visit.path("figure"), _of_list(visit)
    page = await visit.services.reports.facts_behind(
        period, code, actor=visit.actor, at=visit.at, cursor=visit.query("cursor")[:18], **asked
    )
    told = urlencode({name: str(value or "") for name, value in {**asked, "draft": asked["draft"] and "1"}.items()})
    return visit.show(
        "desk_report_list.html", figure=FIGURES[code], period=period, rows=page.items, told=told,
        following=f"?{told}&cursor={page.next_cursor}" if page.next_cursor else "", places=_PLACES, legs=LEGS,
        **await _words(visit),
    )  # fmt: skip


def _of_list(visit: Visit) -> dict[str, Any]:
    asked = _asked(visit)
    return {"unit": asked["unit"], "draft": asked["draft"]}


async def figure_file(visit: Visit) -> web.Response:
    """Give the list behind a figure as a table."""
    period, code = visit.path("period"), visit.path("figure")
    rows: list[Fact] = []
    cursor = ""
    while len(rows) < _EXPORT_MOST:
        page = await visit.services.reports.facts_behind(
            period, code, actor=visit.actor, at=visit.at, cursor=cursor, limit=500, **_of_list(visit)
        )
        rows += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    table = [
        (one.ref, one.on, one.desk, one.office, visit.say(LEGS[one.leg]) if one.leg else "", one.outcome, one.dong)
        for one in rows
    ]
    title = f"{FIGURES[code].title} {period}"
    return await visit.sheet(title, [visit.say(each) for each in _HEADINGS], table, visit.path("kind"))


async def comments(visit: Visit) -> web.Response:
    """Show what citizens wrote, without mark, day or place."""
    period = visit.query("period")[:10]
    page = await visit.services.satisfaction.comments(
        actor=visit.actor, at=visit.at, period=period, cursor=visit.query("cursor")[:9]
    )
    told = await visit.services.satisfaction.results(actor=visit.actor, at=visit.at, period=period)
    following = f"?{urlencode({'period': period, 'cursor': page.next_cursor})}" if page.next_cursor else ""
    return visit.show("desk_comments.html", rows=page.items, told=told, following=following, **await _words(visit))
