"""What is with the post already, taken over on the day a desk goes live: looked at row by row, then taken.

For an administrator or the lead of a unit. As with a clerk's list nothing is kept between the look and the taking: the
file goes along in the form. The same list again changes nothing.

Stands on: long_work. Used by: routes.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake, TooMuch
from postgw.domain.in_flight import InFlightSheet
from postgw.services.in_flight import LineTaken
from postgw.web.answers import file_answer
from postgw.web.language import sentence

from .importing import FILE_MOST, MEDIA
from .long_work import shown_along
from .visit import HandedIn, Visit

ROWS_MOST = 2000
_SHOWN = 500
_OUTCOMES = {
    "created": sentence("Đã tiếp quản"), "same": sentence("Đã có từ trước"), "good": sentence("Tiếp quản được"),
}  # fmt: skip


async def form(visit: Visit) -> web.StreamResponse:
    """Show where to choose a file."""
    return await _form(visit)


async def _form(visit: Visit, *, desk: str = "", why: str = "") -> web.Response:
    return visit.show(
        "desk_in_flight.html", status=422 if why else 200, desks=await _desks(visit), desk=desk or visit.actor.unit,
        why=why, rows_most=ROWS_MOST, here="/desk/import",
    )  # fmt: skip


async def _desks(visit: Visit) -> Sequence[Any]:
    units = await visit.services.enquiry.units(kind="desk", actor=visit.actor)
    return [unit for unit in units if visit.actor.may_see(unit.code)]


async def hand_in(visit: Visit) -> web.StreamResponse:
    """Show a list row by row, or take it over and show what came of each row."""
    given = await visit.handed_in(FILE_MOST)
    desk, content = given.typed.get("desk", ""), _content(given)
    try:
        sheet = await _read(visit, content)
    except Mistake as mistake:
        return await _form(visit, desk=desk, why=visit.say(mistake.template, **mistake.values))
    taken = given.typed.get("act") == "take"
    kept = {
        "desk": desk, "name": given.name or given.typed.get("name", "")[:120],
        "content": base64.b64encode(content).decode(),
    }  # fmt: skip
    return await shown_along(
        visit, "desk_in_flight_rows.html", total=len(sheet.lines), work=partial(_work, visit, sheet, desk, not taken),
        outcome=partial(_outcome, visit, kept, taken), taken=taken, name=kept["name"], here="/desk/import",
    )  # fmt: skip


async def _read(visit: Visit, content: bytes) -> InFlightSheet:
    if not content:
        raise Invalid("Chưa chọn tệp danh sách.", code="file.missing")
    sheet = await visit.services.in_flight.read(content, actor=visit.actor)
    if len(sheet.lines) > ROWS_MOST:
        raise TooMuch(
            "Danh sách dài hơn {most} dòng. Tách thành nhiều tệp rồi nhập từng tệp.", most=ROWS_MOST, code="sheet.long"
        )
    return sheet


async def _work(
    visit: Visit, sheet: InFlightSheet, desk: str, check: bool, told: Callable[[object], None]
) -> tuple[LineTaken, ...]:
    return await visit.services.in_flight.take(
        sheet, desk=desk, check=check, actor=visit.actor, at=visit.at, told=told
    )  # fmt: skip


async def _outcome(visit: Visit, kept: dict[str, str], taken: bool, rows: Sequence[LineTaken]) -> str:
    bad = [(one, visit.say(one.why.template, **one.why.values)) for one in rows if one.why]
    good = [one for one in rows if not one.why]
    return visit.drawn(
        "desk_in_flight_outcome.html", taken=taken, bad=bad, good=good, kept=kept, shown=_SHOWN, outcomes=_OUTCOMES,
        counts=Counter(one.outcome for one in good), here="/desk/import",
    )  # fmt: skip


async def mend(visit: Visit) -> web.StreamResponse:
    """Give the rows that were not taken over as a file, each with what is wrong with it."""
    given = await visit.handed_in(FILE_MOST)
    acts, name = visit.services.in_flight, given.typed.get("name", "")
    sheet = await _read(visit, _content(given))
    rows = await acts.take(sheet, desk=given.typed.get("desk", ""), check=True, actor=visit.actor, at=visit.at)
    as_csv = name.lower().endswith(".csv")
    why = {one.line.number: visit.say(one.why.template, **one.why.values) for one in rows if one.why}
    body = await acts.to_mend(sheet, why, as_csv=as_csv)
    kind = "csv" if as_csv else "xlsx"
    return file_answer(body, MEDIA[kind], f"can-sua-buu-gui-dang-di.{kind}")


async def template(visit: Visit) -> web.StreamResponse:
    """Give the file that is filled in."""
    kind = visit.path("kind")
    body = await visit.services.in_flight.template(as_csv=kind == "csv")
    return file_answer(body, MEDIA[kind], f"mau-buu-gui-dang-di.{kind}")


def _content(given: HandedIn) -> bytes:
    if given.content:
        return given.content
    try:
        return base64.b64decode(given.typed.get("content", ""), validate=True)
    except binascii.Error:
        return b""
