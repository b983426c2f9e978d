"""Lent item numbers: how many are left, and for how many days they last.

Used by: sections.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from postgw.domain.number_supply import Supply
from postgw.web.language import sentence
from postgw.web.pages.attention import call_of
from postgw.web.pages.drawing import thousands
from postgw.web.pages.visit import Visit

from .parts import Cell, Field, Form, Note, Row, Section, Table, Typed


async def _table(visit: Visit, _: str) -> Table:
    ranges = await visit.services.labelling.ranges(actor=visit.actor)
    supply = await visit.services.supply.standing(actor=visit.actor, at=visit.at)
    rows = []
    for one in reversed(ranges):
        size, left = one.last - one.first + 1, one.last - one.first + 1 - one.taken
        rows.append(Row(key=f"{one.indicator}{one.first}", is_over=not left, cells=(
            Cell(text=f"{one.indicator} {one.first:08d}", kind="code"),
            Cell(text=f"{one.indicator} {one.last:08d}", kind="code"), Cell(text=one.account),
            Cell(text=thousands(size), kind="number"), Cell(text=thousands(one.taken), kind="number"),
            Cell(text=thousands(left), kind="number", small=f"{left * 100 // size} %"),
        )))  # fmt: skip
    return Table(rows=rows, notes=[note_of(one) for one in supply])


def note_of(supply: Supply) -> Note:
    """Return in a sentence how long the numbers of an account last."""
    call = call_of(supply)
    return Note(words=call.words, values=call.values, state=call.state, icon=call.icon)


async def _forms(visit: Visit) -> Sequence[Form]:
    accounts = tuple((name, name) for name in visit.services.carriers)
    return (Form(
        act="lend", title=sentence("Ghi dải Bưu điện cấp"), button=sentence("Ghi dải số"),
        lead=sentence("Chép đúng từ văn bản cấp số; bỏ chữ số kiểm tra và chữ VN."),
        fields=(
            Field(name="indicator", label=sentence("Hai chữ đầu"), value="RR"),
            Field(name="first", label=sentence("Số đầu, 8 chữ số"), kind="number"),
            Field(name="last", label=sentence("Số cuối, 8 chữ số"), kind="number"),
            Field(name="account", label=sentence("Tài khoản bưu điện"), kind="select", options=accounts, is_named=True),
        ),
    ),)  # fmt: skip


async def _lend(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.labelling.lend(
        typed.text("indicator").upper(), typed.whole("first"), typed.whole("last"), typed.text("account"),
        actor=visit.actor, at=visit.at,
    )  # fmt: skip
    return None


NUMBERS = Section(
    slug="numbers",
    title=sentence("Dải số hiệu"),
    lead=sentence("Số Bưu điện cấp để in nhãn; mỗi số dùng một lần."),
    group="post",
    kinds=("number_range",),
    table=_table,
    forms=_forms,
    empty=sentence("Chưa có dải nào. Xin Bưu điện cấp rồi ghi ở bên."),
    columns=(
        sentence("Từ"),
        sentence("Đến"),
        sentence("Tài khoản"),
        sentence("Đã cấp"),
        sentence("Đã dùng"),
        sentence("Còn"),
    ),
    does={"lend": _lend},
)
