"""Cases at the counter: the list by their legal day, taking a complaint, giving an item up, writing a damage record.

Whatever comes is taken, late or not; the page says what the law makes of it. Names of people stand covered until
somebody asks for them.

Stands on: services.cases, services.loss, services.damage. Used by: routes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from postgw.domain.damage import PHOTO_MOST, CountedLine, DamageRecord
from postgw.domain.errors import Mistake
from postgw.domain.legal_day import legal_day
from postgw.services.cases import CaseLine, Complaint
from postgw.web.language import sentence

from .desk import units_of
from .filled import Wrong, count_of, day_of, new_id, wrong_of
from .visit import Visit, go_to
from .wordlists import ABOUTS, CAUSES, CONDITIONS, KINDS, STATES, WRAPPINGS

_EXPORT_MOST = 5000
_LINES = 8
_HEADINGS = (
    sentence("Vụ việc"), sentence("Loại"), sentence("Về việc"), sentence("Bưu gửi"), sentence("Bộ phận"),
    sentence("Bưu cục"), sentence("Trạng thái"), sentence("Hạn trả lời"), sentence("Mở lúc"),
)  # fmt: skip


async def case_words(visit: Visit, wrong: Wrong | None = None) -> dict[str, Any]:
    """Return the names that the pages of cases share."""
    units = await units_of(visit)
    return {
        "units": units, "kinds": KINDS, "states": STATES, "abouts": ABOUTS, "wrong": wrong,
        "unit_name": units.get(visit.actor.unit, visit.actor.unit), "here": "/desk/cases",
        "today": legal_day(visit.at),
    }  # fmt: skip


def _asked(visit: Visit) -> dict[str, Any]:
    state, kind = visit.query("state"), visit.query("kind")
    return {
        "state": state if state in STATES else "", "kind": kind if kind in KINDS else "",
        "number": visit.query("number")[:200], "overdue": visit.query("overdue") == "1",
    }  # fmt: skip


async def cases(visit: Visit) -> web.Response:
    """Show cases, open ones first and whichever is due first on top."""
    asked = _asked(visit)
    wrong: Wrong | None = None
    rows: tuple[CaseLine, ...] = ()
    more = ""
    try:
        page = await visit.services.cases.listed(
            actor=visit.actor, at=visit.at, cursor=visit.query("cursor")[:40], **asked
        )
        rows, more = page.items, page.next_cursor
    except Mistake as mistake:
        wrong = wrong_of(visit, mistake, {"number": asked["number"]})
    told = {name: str(value) for name, value in {**asked, "overdue": asked["overdue"] and "1"}.items() if value}
    return visit.show(
        "desk_cases.html", status=wrong.status if wrong else 200, rows=rows, asked=asked, told=urlencode(told),
        following=f"?{urlencode({**told, 'cursor': more})}" if more else "", said=visit.say,
        **await case_words(visit, wrong),
    )  # fmt: skip


async def cases_file(visit: Visit) -> web.Response:
    """Give the list as a table."""
    rows: list[CaseLine] = []
    cursor = ""
    while len(rows) < _EXPORT_MOST:
        page = await visit.services.cases.listed(
            actor=visit.actor, at=visit.at, cursor=cursor, limit=500, **_asked(visit)
        )
        rows += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    units = await units_of(visit)
    table = [_row(visit, each, units) for each in rows]
    return await visit.sheet(
        visit.say(sentence("Vụ việc")), [visit.say(each) for each in _HEADINGS], table, visit.path("kind")
    )


def _row(visit: Visit, line: CaseLine, units: dict[str, str]) -> tuple[str, ...]:
    case = line.case
    return (
        case.case_no, visit.say(KINDS[case.kind]), visit.say(ABOUTS[case.about]), case.consignment_no,
        units.get(case.desk, case.desk), units.get(case.office, case.office), visit.say(STATES[case.state]),
        f"{case.due_on:%d/%m/%Y}", f"{legal_day(case.opened_at):%d/%m/%Y}",
    )  # fmt: skip


async def new(visit: Visit) -> web.Response:
    """Show the three forms by which a case begins."""
    return await _new(visit, visit.query("what"))


async def _new(visit: Visit, what: str, wrong: Wrong | None = None) -> web.Response:
    what = what if what in {"complaint", "loss", "damage"} else "complaint"
    return visit.show(
        "desk_case_new.html", status=wrong.status if wrong else 200, what=what, number=visit.query("number")[:60],
        new_id=wrong.typed.get("own_id", "") if wrong else new_id(), wrappings=WRAPPINGS, causes=CAUSES,
        conditions=CONDITIONS, lines=_LINES, **await case_words(visit, wrong),
    )  # fmt: skip


async def open_case(visit: Visit) -> web.Response:
    """Begin a case by one of the three forms."""
    given = await visit.handed_in(PHOTO_MOST)
    typed, what = given.typed, given.typed.get("what", "")
    acts = {"loss": _lose, "damage": _damage}
    try:
        case_no = await acts.get(what, _complain)(visit, typed, given.content)
    except Mistake as mistake:
        return await _new(visit, what, wrong_of(visit, mistake, typed))
    return go_to(f"/desk/cases/{case_no}")


async def _complain(visit: Visit, typed: dict[str, str], _photo: bytes) -> str:
    on = typed.get("received_on", "")
    names = ("number", "about", "statement", "claim", "complainant_name", "complainant_phone")
    complaint = Complaint(
        case_id=typed.get("own_id", ""), received_on=day_of(on, "received_on") if on else None,
        **{name: typed.get(name, "") for name in names},
    )  # fmt: skip
    view = await visit.services.cases.open(complaint, actor=visit.actor, at=visit.at)
    return view.case.case_no


async def _lose(visit: Visit, typed: dict[str, str], _photo: bytes) -> str:
    return await visit.services.loss.declare(
        typed.get("number", ""), statement=typed.get("statement", ""), actor=visit.actor, at=visit.at
    )


async def _damage(visit: Visit, typed: dict[str, str], photo: bytes) -> str:
    names = ("wrapping", "cause", "statement", "old_seal_no", "new_seal_no", "worker_name", "witness_name")
    record = DamageRecord(
        record_id=typed.get("own_id", ""), lines=_counted(typed), photo_jpeg=photo,
        office=typed.get("office", ""), **{name: typed.get(name, "") for name in names},
    )  # fmt: skip
    kept = await visit.services.damage.record(typed.get("number", ""), record, actor=visit.actor, at=visit.at)
    return kept.case_no


def _counted(typed: dict[str, str]) -> tuple[CountedLine, ...]:
    """Return the lines that were filled in; an empty one is no line."""
    filled = [n for n in range(_LINES) if typed.get(f"lines-{n}-name")]
    return tuple(
        CountedLine(
            name=typed[f"lines-{n}-name"], condition=typed.get(f"lines-{n}-condition", ""),
            quantity=count_of(typed.get(f"lines-{n}-quantity") or "1", f"lines/{n}/quantity"),
            note=typed.get(f"lines-{n}-note", ""),
        )
        for n in filled
    )  # fmt: skip
