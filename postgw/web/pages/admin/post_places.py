"""The post's own codes of communes: how far each table goes, and taking a new one in.

Used by: sections.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from postgw.domain.errors import Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.place_table import COLUMNS, NEEDS_COMMUNE, read_table
from postgw.web.language import sentence
from postgw.web.pages.visit import Visit

from . import sheet
from .csv_tables import Line, Preview, content_of, looked_at
from .parts import Cell, Field, Form, Note, Row, Section, Table, Typed
from .sheet import FROM, REASON

_SHOWN = 500


async def _table(visit: Visit, _: str) -> Table:
    found = await visit.services.desks.place_codes(on=legal_day(visit.at), actor=visit.actor)
    rows = [
        Row(key=f"{one.scheme}-{commune.code}", cells=(
            Cell(text=one.scheme), Cell(text=commune.code, kind="code"), Cell(text=commune.name),
            Cell(words=sentence("Chưa có mã"), state="late", icon="late"),
        ))
        for one in found for commune in one.missing[:_SHOWN]
    ]  # fmt: skip
    notes = [
        Note(words=sentence("Bảng mã {scheme}: {known} xã có mã, {missing} xã trong tỉnh còn thiếu."),
             values={"scheme": one.scheme, "known": one.known, "missing": len(one.missing)},
             state="warn" if one.missing else "ok", icon="warn" if one.missing else "ok")
        for one in found
    ]  # fmt: skip
    return Table(rows=rows, notes=notes)


async def _forms(visit: Visit) -> Sequence[Form]:
    schemes = tuple((scheme, scheme) for scheme in visit.services.desks.schemes)
    if not schemes:
        return ()
    return (Form(
        act="look", title=sentence("Nhập bảng mã"), button=sentence("Xem trước"),
        lead=sentence("Cột: commune_code, province, district, commune. Cả tệp hoặc không dòng nào."),
        fields=(
            Field(name="scheme", label=sentence("Bảng mã của"), kind="select", is_named=True, options=schemes),
            Field(name="valid_from", label=FROM, kind="date", value=legal_day(visit.at).isoformat()),
            Field(name="reason", label=REASON, hint=sentence("Ví dụ số công văn của Bưu điện")),
            Field(name="file", label=sentence("Tệp CSV"), kind="file"),
        ),
    ),)  # fmt: skip


async def _look(visit: Visit, typed: Typed) -> web.Response | None:
    typed.day("valid_from")
    table = read_table(content_of(typed), needs_commune=typed.text("scheme") in NEEDS_COMMUNE)
    wrong = {one.row: one.why for one in table.wrong}
    read = looked_at(visit, typed, COLUMNS, lambda cells: None, act="take")
    lines = [Line(number=line.number, cells=line.cells, why=wrong.get(line.number, "")) for line in read.lines]
    preview = Preview(act="take", columns=COLUMNS, lines=lines, kept=read.kept)
    return await sheet.drawn(PLACES, visit, preview=preview)


async def _take(visit: Visit, typed: Typed) -> web.Response | None:
    table = read_table(content_of(typed), needs_commune=typed.text("scheme") in NEEDS_COMMUNE)
    taken = await visit.services.desks.put_places(
        table, scheme=typed.text("scheme"), valid_from=typed.day("valid_from"), reason=typed.text("reason"),
        actor=visit.actor, at=visit.at,
    )  # fmt: skip
    if taken.wrong:
        raise Invalid("Không ghi dòng nào. {why}", why=str(taken.wrong[0]), code="places.wrong", field="/file")
    return None


PLACES = Section(
    slug="places",
    title=sentence("Mã xã của Bưu điện"),
    lead=sentence("Đơn gửi Bưu điện ghi xã bằng mã riêng của Bưu điện; xã không có mã thì không ghi được."),
    group="post",
    kinds=("post_places",),
    table=_table,
    forms=_forms,
    empty=sentence("Không xã nào trong tỉnh thiếu mã."),
    columns=(sentence("Bảng mã"), sentence("Mã xã"), sentence("Xã, phường"), sentence("Tình trạng")),
    does={"look": _look, "take": _take},
)
