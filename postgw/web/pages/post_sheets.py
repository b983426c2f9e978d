"""The sheets of a post office without any API: the orders of a day to fetch, its states to hand in.

A row that is handed in here is the office's statement, as if it lay in the folder; handed in again it changes nothing,
so there is nothing to look at first.

Stands on: visit, importing. Used by: routes.
"""

from __future__ import annotations

import base64
from datetime import date
from urllib.parse import quote

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake
from postgw.domain.legal_day import legal_day
from postgw.domain.sheet_ports import StatusesRead
from postgw.web.answers import file_answer

from .desk import units_of
from .importing import FILE_MOST, MEDIA
from .visit import Visit

_SHOWN = 500


async def sheets(visit: Visit) -> web.Response:
    """Show the accounts that work with sheets."""
    return await _sheets(visit)


async def _sheets(visit: Visit, *, account: str = "", why: str = "", read: StatusesRead | None = None) -> web.Response:
    table = visit.services.enquiry.table(on=legal_day(visit.at))
    titles = {code: rule.title if visit.language == "vi" else rule.title_en for code, rule in table.codes.items()}
    units = await units_of(visit)
    return visit.show(
        "desk_post_sheets.html", status=422 if why else 200, why=why, read=read, account=account, codes=titles,
        accounts=visit.services.post_sheets.accounts(actor=visit.actor), today=legal_day(visit.at), shown=_SHOWN,
        to_mend=base64.b64encode(read.to_mend).decode() if read else "",
        here="/desk/post-sheets", unit_name=units.get(visit.actor.unit, visit.actor.unit),
    )  # fmt: skip


async def orders(visit: Visit) -> web.Response:
    """Give the sheet of a day's orders."""
    account, day = visit.query("account"), _day(visit.query("day"))
    try:
        if day is None:
            raise Invalid("Chọn ngày của tờ đặt.", code="day.shape", field="/day")
        body = await visit.services.post_sheets.orders(account, day, actor=visit.actor)
    except Mistake as mistake:
        return await _sheets(visit, account=account, why=visit.say(mistake.template, **mistake.values))
    return file_answer(body, MEDIA["xlsx"], f"don-{day}.xlsx")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def hand_in(visit: Visit) -> web.Response:
    """Take a status sheet in and show what each row states."""
    given = await visit.handed_in(FILE_MOST)
    account = given.typed.get("account", "")
    try:
        if not given.content:
            raise Invalid("Chưa chọn tệp danh sách.", code="file.missing")
        read = await visit.services.post_sheets.read(account, given.content, actor=visit.actor)
    except Mistake as mistake:
        return await _sheets(visit, account=account, why=visit.say(mistake.template, **mistake.values))
    await visit.services.feeds.hear(account, read.events, read.rejects, at=visit.at)
    return await _sheets(visit, account=account, read=read)


async def mend(visit: Visit) -> web.Response:
    """Give the rows that state nothing back as a file, as the page of results sent them along."""
    given = await visit.handed_in(FILE_MOST)
    try:
        body = base64.b64decode(given.typed.get("to_mend", ""), validate=True)
    except ValueError:
        raise Invalid("Chưa chọn tệp danh sách.", code="file.missing") from None
    name = f"can-sua-{quote(given.typed.get('account', ''), safe='')}.csv"
    return file_answer(body, MEDIA["csv"], name)
