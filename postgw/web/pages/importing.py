"""A clerk's list handed in on a page: looked at row by row, then taken, then what came of each row.

Nothing is kept between the look and the taking: the file itself goes along in the form, so that whoever closes the page
leaves nothing of anybody behind, and any process may answer. Names are masked, for a counter's screen is seen from the
queue; the file to mend has them, as the clerk's own file has.

Stands on: visit. Used by: routes.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from postgw.domain.errors import Invalid, Mistake
from postgw.domain.sheet_ports import CellFault, ListRow, Sheet
from postgw.services.importing import ROWS_MOST, RowTaken, looked_at_rows, remarks_of, taken_rows
from postgw.web.answers import file_answer
from postgw.web.language import sentence
from postgw.web.reading import MIB

from .long_work import shown_along
from .visit import HandedIn, Visit

FILE_MOST = 2 * MIB
MEDIA = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_FORMS = {"send": sentence("gửi"), "return": sentence("nhận"), "both": sentence("cả hai")}
_OUTCOMES = {
    "created": sentence("Hồ sơ mới"), "same": sentence("Đã có sẵn"), "updated": sentence("Đã sửa theo dữ liệu mới"),
    "change_requested": sentence("Chờ cán bộ duyệt vì đã đặt với bưu điện"),
}  # fmt: skip
#: Of each kind of row so many are shown; the file to mend has all the bad ones.
_SHOWN = 500
_AT_A_ROW = sentence("cột {column}: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One row on the page."""

    row: ListRow
    outcome: str
    faults: tuple[str, ...]


async def form(visit: Visit) -> web.Response:
    """Show where to choose a file."""
    return await _form(visit)


async def _form(visit: Visit, *, desk: str = "", why: str = "") -> web.Response:
    desks = await visit.services.importing.desks(actor=visit.actor)
    return visit.show(
        "desk_import.html", status=422 if why else 200, desks=desks, desk=desk or visit.actor.unit, why=why,
        rows_most=ROWS_MOST, megabytes=FILE_MOST // MIB, **_words(visit, desks),
    )  # fmt: skip


def _words(visit: Visit, desks: Sequence[Any]) -> dict[str, Any]:
    names = {unit.code: unit.name for unit in desks}
    unit = names.get(visit.actor.unit, visit.actor.unit)
    return {"unit_name": unit, "desk_names": names, "here": "/desk/import"}


async def hand_in(visit: Visit) -> web.StreamResponse:
    """Show a list row by row, or take it in and show what came of each row."""
    given = await visit.handed_in(FILE_MOST)
    desk, name, content = given.typed.get("desk", ""), given.name or given.typed.get("name", "")[:120], _content(given)
    try:
        if not content:
            raise Invalid("Chưa chọn tệp danh sách.", code="file.missing")
        sheet = await visit.services.importing.read(content, name, desk=desk, actor=visit.actor)
    except Mistake as mistake:
        return await _form(visit, desk=desk, why=visit.say(mistake.template, **mistake.values))
    kept = {"desk": desk, "name": name, "content": base64.b64encode(content).decode()}
    desks = await visit.services.importing.desks(actor=visit.actor)
    taken = given.typed.get("act") == "take"
    return await shown_along(
        visit, "desk_import_rows.html", total=len(sheet.rows), work=partial(_work, visit, sheet, taken),
        outcome=partial(_rows, visit, sheet, kept, taken), taken=taken, kept=kept, **_words(visit, desks),
    )  # fmt: skip


async def _work(visit: Visit, sheet: Sheet, taken: bool, told: Callable[[object], None]) -> tuple[RowTaken, ...]:
    """Look at every row of a list, or take it."""
    if taken:
        take = partial(visit.services.intake.take, actor=visit.actor, at=visit.at)
        return await taken_rows(sheet, take, told)
    return await looked_at_rows(sheet, partial(visit.services.intake.check, actor=visit.actor, at=visit.at), told)


def _content(given: HandedIn) -> bytes:
    if given.content:
        return given.content
    try:
        return base64.b64decode(given.typed.get("content", ""), validate=True)
    except binascii.Error:
        return b""


async def _rows(visit: Visit, sheet: Sheet, kept: dict[str, str], taken: bool, rows: Sequence[RowTaken]) -> str:
    """Return what came of each row, as the piece of the page that follows the work."""
    bad = [_shown(visit, one) for one in rows if one.faults]
    good = [_shown(visit, one) for one in rows if not one.faults]
    desks = await visit.services.importing.desks(actor=visit.actor)
    return visit.drawn(
        "desk_import_outcome.html", taken=taken, bad=bad, good=good, kept=kept, shown=_SHOWN, forms=_FORMS,
        outcomes=_OUTCOMES, counts=Counter(one.outcome for one in rows if one.outcome), notes=sheet.notes,
        refused=json.dumps(remarks_of(rows)), **_words(visit, desks),
    )  # fmt: skip


def _shown(visit: Visit, one: RowTaken) -> Shown:
    return Shown(row=one.row, outcome=one.outcome, faults=tuple(_words_of(visit, fault) for fault in one.faults))


def _words_of(visit: Visit, fault: CellFault) -> str:
    why = visit.say(fault.error.template, **fault.error.values)
    return visit.say(_AT_A_ROW, column=fault.column, why=why) if fault.column else why


async def mend(visit: Visit) -> web.Response:
    """Give the rows that were not taken as a file of the same kind, each with what is wrong with it."""
    given = await visit.handed_in(FILE_MOST)
    importing, typed = visit.services.importing, given.typed
    sheet = await importing.read(_content(given), typed.get("name", ""), desk=typed.get("desk", ""), actor=visit.actor)
    body = await importing.to_mend(sheet, _refused(typed.get("refused", "")))
    return file_answer(body, MEDIA[sheet.mend_name.rpartition(".")[2]], sheet.mend_name)


def _refused(text: str) -> dict[int, list[str]]:
    """Return the remarks that the page of results sent along, row by row; nothing of what is none."""
    try:
        said = json.loads(text or "{}")
        return {int(number): [str(remark)[:500] for remark in remarks] for number, remarks in said.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


async def template(visit: Visit) -> web.Response:
    """Give the file that a clerk fills in."""
    kind = visit.path("kind")
    body = await visit.services.importing.template(kind, actor=visit.actor)
    return file_answer(body, MEDIA[kind], f"mau-danh-sach.{kind}")
