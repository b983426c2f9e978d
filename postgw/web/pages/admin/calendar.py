"""Days that are not counted: degraded days that somebody declares, holidays that the nation sets, and until when the
agency begins on the same day.

Used by: sections.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.working_calendar import DegradedEntry
from postgw.services.clocks import DegradedDraft
from postgw.web.language import sentence
from postgw.web.pages.visit import Visit

from .parts import Cell, Field, Form, Note, Row, RowAct, Section, Table, Typed, chosen_day
from .sheet import REASON

_KINDS = {"storm": sentence("Bão, lũ"), "outage": sentence("Mất điện, mất mạng")}


async def _table(visit: Visit, cursor: str) -> Table:
    page = await visit.services.clocks.degraded_days(actor=visit.actor, cursor=cursor)
    return Table(rows=[_row(visit, entry) for entry in page.items], next_cursor=page.next_cursor)


def _row(visit: Visit, entry: DegradedEntry) -> Row:
    span, undone = entry.span, entry.undone_at is not None
    undo = RowAct(act="undo", word=sentence("Gỡ"), about=span.title, asks=(Field(name="reason", label=REASON),))
    return Row(
        key=span.entry_no, is_over=undone or span.last_on < legal_day(visit.at), acts=() if undone else (undo,),
        cells=(
            Cell(text=span.entry_no, kind="code"), Cell(text=span.title, small_words=_KINDS.get(span.kind, "")),
            Cell(text=f"{chosen_day(span.first_on)} – {chosen_day(span.last_on)}"),
            Cell(words=sentence("{n} xã"), values={"n": len(span.communes)}) if span.communes
            else Cell(words=sentence("Cả nước")),
            Cell(text=entry.reason, small=entry.declared_by),
            Cell(words=sentence("Đã gỡ"), state="quiet", icon="undo", small=entry.undone_reason) if undone
            else Cell(words=sentence("Đang tính"), state="ok", icon="ok"),
        ),
    )  # fmt: skip


async def _forms(visit: Visit) -> Sequence[Form]:
    today = legal_day(visit.at).isoformat()
    return (Form(
        act="declare", title=sentence("Khai ngày gián đoạn"), button=sentence("Khai"),
        lead=sentence("Hạn của mọi bưu gửi trong vùng lùi lại ngay; gỡ thì trở về như trước."),
        fields=(
            Field(name="kind", label=sentence("Vì sao"), kind="select", options=tuple(_KINDS.items())),
            Field(name="title", label=sentence("Tên, người dân đọc được"), hint=sentence("Ví dụ: Bão số 5")),
            Field(name="first_on", label=sentence("Từ ngày"), kind="date", value=today),
            Field(name="last_on", label=sentence("Đến hết ngày"), kind="date", value=today),
            Field(name="communes", label=sentence("Mã các xã"), is_needed=False,
                  hint=sentence("Cách nhau bằng dấu phẩy; để trống là cả nước.")),
            Field(name="reason", label=REASON),
        ),
    ),)  # fmt: skip


async def _declare(visit: Visit, typed: Typed) -> web.Response | None:
    communes = tuple(code.strip() for code in typed.text("communes").split(",") if code.strip())
    draft = DegradedDraft(
        kind=typed.text("kind"), title=typed.text("title"), first_on=typed.day("first_on"),
        last_on=typed.day("last_on"), communes=communes, reason=typed.text("reason"),
    )  # fmt: skip
    await visit.services.clocks.declare_degraded(draft, actor=visit.actor, at=visit.at)
    return None


async def _undo(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.clocks.undo_degraded(
        typed.text("key"), reason=typed.text("reason"), actor=visit.actor, at=visit.at
    )
    return None


CALENDAR = Section(
    slug="calendar", title=sentence("Ngày gián đoạn"),
    lead=sentence("Ngày bưu điện không thể làm việc; không tính vào hạn."), group="rules", kinds=("degraded_days",),
    table=_table, forms=_forms, empty=sentence("Chưa khai ngày nào."),
    columns=(
        sentence("Số"), sentence("Tên"), sentence("Ngày"), sentence("Vùng"), sentence("Lý do"), sentence("Tình trạng"),
    ),
    does={"declare": _declare, "undo": _undo},
)  # fmt: skip


async def _holidays(visit: Visit, _: str) -> Table:
    this_year, rows, missing = legal_day(visit.at).year, [], []
    for year in (this_year, this_year + 1):
        try:
            found = await visit.services.clocks.calendar(year, at=visit.at)
        except Unknown:
            missing.append(
                Note(words=sentence("Chưa có lịch nghỉ năm {year}. Nâng cấp bản có lịch ấy."), values={"year": year})
            )
            continue
        rows += [
            Row(key=day.on.isoformat(), is_over=day.on < legal_day(visit.at), cells=(
                Cell(text=chosen_day(day.on)), Cell(text=day.title), Cell(text=day.source),
                Cell(words=sentence("Đã thông báo"), state="ok", icon="ok") if day.announced
                else Cell(words=sentence("Dự tính"), state="warn", icon="warn"),
            ))
            for day in found.holidays
        ]  # fmt: skip
        rows += [
            Row(key=swap.worked.isoformat(), cells=(
                Cell(text=chosen_day(swap.worked)), Cell(text=swap.title), Cell(text=swap.source),
                Cell(words=sentence("Làm bù"), state="run", icon="due"),
            ))
            for swap in found.swapped
        ]  # fmt: skip
    closes = visit.services.clocks.book.agency_closes_on(legal_day(visit.at) + timedelta(days=1))
    hours = Note(
        words=sentence("Giao trước {hour} thì cơ quan tính từ ngày hôm đó, sau giờ ấy tính từ ngày làm việc kế tiếp."),
        values={"hour": f"{closes:%H:%M}"},
        state="run",
        icon="due",
    )
    return Table(rows=rows, notes=[*missing, hours])


HOLIDAYS = Section(
    slug="holidays", title=sentence("Ngày nghỉ lễ, giờ cơ quan"),
    lead=sentence("Do Nhà nước quy định, đi kèm phần mềm; không sửa ở đây."), group="rules", table=_holidays,
    empty=sentence("Chưa có lịch nghỉ."),
    columns=(sentence("Ngày"), sentence("Tên"), sentence("Nguồn"), sentence("Tình trạng")),
)  # fmt: skip
