"""The one page that all sections are drawn on: shown, typed into, and given as a file.

Every form bears a number of its own that serves once: sent twice, by a double press or by going back, it is done once.
What was wrong stands beside its field, and what was typed is still there.

Stands on: parts, visit. Used by: routes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.errors import Conflict, Invalid, Mistake, Unknown
from postgw.web.errors import kind_of
from postgw.web.language import sentence
from postgw.web.pages.visit import Visit, go_to
from postgw.web.reading import MIB

from .parts import Cell, Section, Typed

FILE_MOST = 1 * MIB
#: Rows in a file that is downloaded: so many pages of fifty.
_PAGES_MOST = 40


async def shown(section: Section, visit: Visit) -> web.Response:
    """Show a section."""
    return await drawn(section, visit)


async def drawn(
    section: Section, visit: Visit, *, typed: Typed | None = None, wrong: Mistake | None = None, **more: Any
) -> web.Response:
    """Draw a section; with what was typed and what is wrong with it, after an act that could not be done."""
    table = await section.table(visit, visit.query("cursor"))
    field = wrong.field.strip("/").partition("/")[0] if wrong else ""
    values: Mapping[str, str] = typed or {}
    return visit.show(
        "desk_admin_sheet.html",
        status=kind_of(wrong).status if wrong else 200,
        section=section,
        table=table,
        forms=await section.forms(visit),
        typed=values,
        ticked=typed.all_of if typed else _nothing,
        wrong_field=field,
        why=visit.say(wrong.template, **wrong.values) if wrong else "",
        once=secrets.token_hex(12),
        may_act=section.scope in visit.may,
        has_acts=any(row.acts for row in table.rows),
        here=section.path,
        to_next=_way(section, visit, table.next_cursor),
        kind=visit.query("kind"),
        **more,
    )


def _nothing(name: str) -> tuple[str, ...]:
    return ()


def _way(section: Section, visit: Visit, cursor: str) -> str:
    asked = {"kind": visit.query("kind")[:20], "cursor": cursor}
    return f"{section.path}?{urlencode({name: text for name, text in asked.items() if text})}" if cursor else ""


async def done(section: Section, visit: Visit) -> web.Response:
    """Do what a form asks, once, and show the section anew; or show what is wrong."""
    typed = await read(visit)
    act = section.does.get(typed.text("act"))
    if act is None:
        raise Unknown("Không có việc này.", code="admin.act")
    try:
        answer = await _once(section, visit, typed, act)
    except Mistake as wrong:
        return await drawn(section, visit, typed=typed, wrong=wrong)
    return answer or go_to(section.path)


async def read(visit: Visit) -> Typed:
    """Return what was typed, whether a file came along or not."""
    if visit.request.content_type.startswith("multipart/"):
        given = await visit.handed_in(FILE_MOST)
        return Typed(given.typed, {}, given.content)
    typed = await visit.typed()
    return Typed(typed, {name: await visit.chosen(name) for name in typed})


async def _once(section: Section, visit: Visit, typed: Typed, act: Any) -> web.Response | None:
    accounts, key = visit.services.accounts, typed.text("once")[:90]
    if not key:
        raise Invalid("Mở lại trang rồi ghi lại.", code="form.once")
    name = (visit.actor, "POST", section.path, key)
    if await _was_done(visit, typed, name):
        return None
    try:
        answer: web.Response | None = await act(visit, typed)
    except BaseException:
        await accounts.abandon(*name)
        raise
    await accounts.finish(*name, status=303, headers={}, body=b"", at=visit.at)
    return answer


async def _was_done(visit: Visit, typed: Typed, name: tuple[Any, str, str, str]) -> bool:
    kept = {one: text for one, text in typed.items() if one != "proof"}
    body = hashlib.sha256(repr((sorted(kept.items()), typed.file)).encode()).hexdigest()
    try:
        return await visit.services.accounts.begin(*name, body, at=visit.at) is not None
    except (Conflict, Invalid):
        raise Conflict("Biểu mẫu này đã gửi rồi. Xem bảng, rồi ghi tiếp ở biểu mẫu mới.", code="form.sent") from None


async def as_file(section: Section, visit: Visit) -> web.Response:
    """Give the table as a file."""
    rows, cursor = [], ""
    for _ in range(_PAGES_MOST):
        table = await section.table(visit, cursor)
        rows += [[_plain(visit, cell) for cell in row.cells] for row in table.rows]
        if not (cursor := table.next_cursor):
            break
    headings = [visit.say(column) for column in section.columns]
    return await visit.sheet(visit.say(section.title), headings, rows, visit.path("kind"))


def _plain(visit: Visit, cell: Cell) -> str:
    """Return what a cell says, as text."""
    parts = [cell.text, visit.say(cell.words, **cell.values) if cell.words else "", cell.small,
             visit.say(cell.small_words, **cell.small_values) if cell.small_words else ""]  # fmt: skip
    return " · ".join(part for part in parts if part)


def routes_of(sections: Sequence[Section], staff: Any) -> tuple[web.RouteDef, ...]:
    """Return the addresses of sections: to look, to act, and to take the table away as a file."""
    return tuple(
        route
        for section in sections
        for route in (
            web.get(section.path, staff(partial(shown, section), face="desk", scope=section.scope)),
            web.post(section.path, staff(partial(done, section), face="desk", scope=section.scope)),
            web.get(
                section.path + "/table.{kind:csv|xlsx}",
                staff(partial(as_file, section), face="desk", scope=section.scope),
            ),
        )
    )


REASON = sentence("Lý do, căn cứ")
FROM = sentence("Có hiệu lực từ ngày")
