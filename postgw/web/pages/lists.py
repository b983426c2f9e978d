"""Lists of the desk: consignments by state, leg, dossier, bag and day; and the rows behind each number of the day.

A list is asked for by GET, so that it can be kept as a bookmark and come back to; nothing in its address names a
person. It opens at its newest or most urgent row, goes on from where a page ended, and is written as CSV or XLSX with
the names as the screen shows them.

Stands on: services.enquiry, services.day. Used by: routes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from postgw.domain.consignment import Consignment
from postgw.domain.legal_day import legal_day
from postgw.domain.privacy import mask_address, mask_name, mask_phone
from postgw.services.day import Line
from postgw.services.enquiry import Sieve
from postgw.web.language import sentence

from . import day_words, moments
from .desk import LEGS, desk_words
from .visit import Visit

#: How many rows a file holds at the most; who wants more narrows the list. Design choice.
EXPORT_MOST = 5000
_EXPORT_PAGE = 200
_HEADINGS = (
    sentence("Bưu gửi"), sentence("Số hiệu"), sentence("Hồ sơ"), sentence("Chiều"), sentence("Người nhận"),
    sentence("Điện thoại"), sentence("Địa chỉ"), sentence("Tình trạng"), sentence("Từ lúc"), sentence("Số lần phát"),
)  # fmt: skip
_LINE_HEADINGS = (
    sentence("Số"), sentence("Bưu gửi"), sentence("Hồ sơ"), sentence("Tình trạng"), sentence("Ghi chú"),
    sentence("Hạn, mốc"), sentence("Số tiền"),
)  # fmt: skip
_OUTCOMES = {
    "expected": sentence("chưa đếm"), "ticked": sentence("đã đếm"), "missing": sentence("thiếu"),
    "damaged": sentence("hư hỏng"), "extra": sentence("ngoài danh sách"),
}  # fmt: skip
_CASES = {
    "complaint": sentence("khiếu nại"), "loss": sentence("mất"), "damage": sentence("hư hỏng"),
    "late": sentence("chậm"),
}  # fmt: skip


_NOTE = sentence("Ghi chú")
_PROCEDURE, _HOLDER = sentence("Thủ tục"), sentence("Nơi giữ")
_NOTED = {
    "result_late": _PROCEDURE, "result_today": _PROCEDURE, "result": _PROCEDURE, "apology": _PROCEDURE,
    "unnumbered": _PROCEDURE,
    "fee_to_receive": _HOLDER, "fee_to_remit": sentence("Nộp cho"), "fee_to_count": _HOLDER,
    "case": sentence("Về việc"), "case_late": sentence("Về việc"), "paper": sentence("Giấy tờ"),
    "to_sign": sentence("Đếm"), "arrived": sentence("Đếm"),
}  # fmt: skip


def _sieve(visit: Visit) -> tuple[Sieve, dict[str, str]]:
    """Return what the list is to hold, and how its address says so; what is no day sets no condition."""
    asked = {name: visit.query(name)[:60] for name in ("state", "leg", "dossier_no", "bag_no", "on")}
    try:
        on = date.fromisoformat(asked["on"]) if asked["on"] else None
    except ValueError:
        on, asked["on"] = None, ""
    sieve = Sieve(state=asked["state"], leg=asked["leg"], dossier_no=asked["dossier_no"], bag_no=asked["bag_no"], on=on)
    return sieve, {name: text for name, text in asked.items() if text}


async def consignments(visit: Visit) -> web.Response:
    """Show a list of consignments, newest first."""
    sieve, asked = _sieve(visit)
    page = await visit.services.enquiry.items(sieve, actor=visit.actor, cursor=visit.query("cursor")[:18])
    named = bool(page.items) and await visit.names_shown("list:/desk/consignments")
    return visit.show(
        "desk_list.html", rows=page.items, sieve=sieve, asked=asked, named=named, is_first=not visit.query("cursor"),
        following=f"?{urlencode(asked | {'cursor': page.next_cursor})}" if page.next_cursor else "",
        first=f"?{urlencode(asked)}" if asked else "/desk/consignments", query=f"?{urlencode(asked)}" if asked else "",
        most=EXPORT_MOST, with_=_with(asked), **await desk_words(visit),
    )  # fmt: skip


def _with(asked: Mapping[str, str]) -> Any:
    """Return what makes the address of the same list with one condition changed."""

    def address(**changed: str) -> str:
        wanted = {name: text for name, text in {**asked, **changed}.items() if text}
        return f"/desk/consignments?{urlencode(wanted)}" if wanted else "/desk/consignments"

    return address


async def consignments_file(visit: Visit) -> web.Response:
    """Write the list as a file, up to so many rows, with names as the screen shows them."""
    sieve, _ = _sieve(visit)
    named = await visit.names_shown("list:/desk/consignments")
    words = await desk_words(visit)
    rows = [_row(visit, each, words, named=named) async for each in _all(visit, sieve)]
    headings = [visit.say(heading) for heading in _HEADINGS]
    return await visit.sheet(visit.say(sentence("Danh sách bưu gửi")), headings, rows, visit.path("kind"))


async def _all(visit: Visit, sieve: Sieve) -> AsyncIterator[Consignment]:
    cursor, so_many = "", 0
    while so_many < EXPORT_MOST:
        page = await visit.services.enquiry.items(sieve, actor=visit.actor, cursor=cursor, limit=_EXPORT_PAGE)
        for each in page.items:
            yield each
        so_many, cursor = so_many + len(page.items), page.next_cursor
        if not cursor:
            return


def _row(visit: Visit, each: Consignment, words: Mapping[str, Any], *, named: bool) -> Sequence[str | int]:
    party, plain = each.consignee, named or each.consignee.name in words["units"].values()
    since = each.custody.since
    return (
        each.consignment_no, each.item_no, each.dossier_no, visit.say(LEGS[each.leg]),
        party.name if plain else mask_name(party.name), party.phone if plain else mask_phone(party.phone),
        party.one_line() if plain else mask_address(party), words["states"].get(each.custody.state, ""),
        f"{moments.clock(since)} {moments.full_day(since)}" if since else "", each.custody.attempts,
    )  # fmt: skip


async def of_the_day(visit: Visit) -> web.Response:
    """Show the rows behind a number of the day, what is due first on top."""
    name = visit.path("name")
    page = await visit.services.day.listed(name, actor=visit.actor, at=visit.at, cursor=visit.query("cursor"))
    words = await desk_words(visit)
    work = day_words.WORKS.get(name)
    procedures = await _procedures(visit, name, page.items)
    notes = {line.note: procedures.get(line.note) or _note(visit, name, line, words) for line in page.items}
    return visit.show(
        "desk_day_list.html", name=name, noted_as=_NOTED.get(name, _NOTE), title=_title(name), work=work,
        rows=page.items, notes=notes,
        place=work.href if work and work.scope in visit.may and work.href else "", number_of=_number_of(name),
        following=f"?cursor={page.next_cursor}" if page.next_cursor else "", is_first=not visit.query("cursor"),
        most=EXPORT_MOST, today=legal_day(visit.at), **words,
    )  # fmt: skip


def _title(name: str) -> str:
    if name in day_words.DONE:
        return day_words.DONE[name]
    return day_words.WORKS[name].title.partition(": {dong}")[0]


def _number_of(name: str) -> Any:
    """Return what makes an address of the number of a row; nothing where the number has no page of its own."""
    pages = {"case": "/desk/cases/{}", "case_late": "/desk/cases/{}", "unnumbered": "/desk/dossiers/{}",
             "paper": "/desk/dossiers/{}", "change": "/desk/dossiers/{}",
             "return_request": "/desk/return-requests/{}"}  # fmt: skip

    def address(line: Line) -> str:
        page = pages.get(name, "/desk/consignments/{}" if line.number == line.item else "")
        return page.format(quote(line.number, safe="")) if page else ""

    return address


async def _procedures(visit: Visit, name: str, lines: Sequence[Line]) -> dict[str, str]:
    """Return the names of the procedures that rows speak of, where they speak of any."""
    if _NOTED.get(name) != _PROCEDURE:
        return {}
    return await visit.services.searching.procedures({line.note for line in lines}, at=visit.at)


def _note(visit: Visit, name: str, line: Line, words: Mapping[str, Any]) -> str:
    if name in {"to_sign", "arrived"}:
        return visit.say(_OUTCOMES.get(line.note, line.note))
    if name in {"case", "case_late"}:
        return visit.say(_CASES.get(line.note, line.note))
    if line.note in words["units"]:
        return str(words["units"][line.note])
    return line.note


async def day_file(visit: Visit) -> web.Response:
    """Write the rows behind a number of the day as a file."""
    name = visit.path("name")
    page = await visit.services.day.listed(name, actor=visit.actor, at=visit.at, limit=EXPORT_MOST)
    words, procedures = await desk_words(visit), await _procedures(visit, name, page.items)
    rows = [
        (
            line.number, line.item, line.dossier, words["states"].get(line.state, ""),
            procedures.get(line.note) or _note(visit, name, line, words),
            moments.dated(line.due_on) if line.due_on else _moment(line), line.dong or "",
        )
        for line in page.items
    ]  # fmt: skip
    headings = [visit.say(heading) for heading in _LINE_HEADINGS]
    return await visit.sheet(visit.say(_title(name)), headings, rows, visit.path("kind"))


def _moment(line: Line) -> str:
    return f"{moments.clock(line.due_at)} {legal_day(line.due_at):%d/%m/%Y}" if line.due_at else ""
