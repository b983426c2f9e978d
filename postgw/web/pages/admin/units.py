"""Desks and post offices: where each is, how to reach it, when it works; and until when.

Used by: sections.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from postgw.domain.legal_day import legal_day
from postgw.domain.unit import Unit
from postgw.rules import places
from postgw.web.language import sentence
from postgw.web.pages.visit import Visit

from .parts import Cell, Field, Form, Option, Row, RowAct, Section, Table, Typed, chosen_day
from .sheet import REASON

KINDS = {"desk": sentence("Bộ phận Một cửa"), "office": sentence("Bưu cục")}
_PATH = "/desk/admin/units"


async def _table(visit: Visit, cursor: str) -> Table:
    kind = visit.query("kind")
    page = await visit.services.desks.listed(kind=kind if kind in KINDS else "", cursor=cursor, actor=visit.actor)
    return Table(rows=[_row(visit, unit) for unit in page.items], next_cursor=page.next_cursor)


def _row(visit: Visit, unit: Unit) -> Row:
    closed = unit.is_closed(legal_day(visit.at))
    acts = (
        RowAct(act="reopen", word=sentence("Mở lại"), about=unit.name)
        if unit.closed_on
        else RowAct(
            act="close", word=sentence("Ngừng"), about=unit.name,
            asks=(Field(name="on", label=sentence("Ngừng từ ngày"), kind="date"), Field(name="reason", label=REASON)),
        )
    )  # fmt: skip
    return Row(
        key=unit.code, is_over=closed, is_opened=visit.query("one") == unit.code, acts=(acts,),
        cells=(
            Cell(text=unit.code, kind="code", href=f"{_PATH}?one={quote(unit.code)}"),
            Cell(text=unit.name, small_words=KINDS[unit.kind]), Cell(text=unit.address, small=unit.commune),
            Cell(text=unit.phone, small=unit.email), _hours(unit), _standing(unit, closed),
        ),
    )  # fmt: skip


def _hours(unit: Unit) -> Cell:
    if unit.opening_hours:
        return Cell(text=unit.opening_hours)
    return Cell(words=sentence("chưa khai giờ"), state="warn", icon="warn")


def _standing(unit: Unit, closed: bool) -> Cell:
    day = {"day": chosen_day(unit.closed_on)}
    if closed:
        return Cell(words=sentence("Đã ngừng từ {day}"), values=day, state="quiet", icon="lock")
    if unit.closed_on:
        return Cell(words=sentence("Sẽ ngừng từ {day}"), values=day, state="warn", icon="warn")
    return Cell(words=sentence("Đang làm việc"), state="ok", icon="ok")


async def _forms(visit: Visit) -> Sequence[Form]:
    code = visit.query("one")[:20]
    known = await visit.services.desks.unit(code, actor=visit.actor) if code else None
    near = await _province_of(visit)
    return (_form(known, near, _communes(near, known)),)


def _form(known: Unit | None, near: str, communes: Sequence[Option]) -> Form:
    it = known or Unit(code="", kind="desk", name="")
    return Form(
        act="change" if known else "make", values={"name": it.name}, back=_PATH if known else "",
        title=sentence("Sửa {name}") if known else sentence("Thêm đơn vị"),
        button=sentence("Ghi đơn vị") if known else sentence("Thêm đơn vị"),
        fields=(
            Field(name="seen", label="", kind="hidden", value=it.mark if known else ""), *_who(it, bool(known)),
            Field(name="address", label=sentence("Địa chỉ"), value=it.address),
            Field(name="commune_code", label=sentence("Xã, phường"), kind="select", options=communes, is_named=True,
                  value=it.commune_code),
            Field(name="phone", label=sentence("Điện thoại"), value=it.phone),
            Field(name="opening_hours", label=sentence("Giờ làm việc"), value=it.opening_hours,
                  hint=sentence("Ví dụ: Thứ Hai đến thứ Sáu, 7:30 đến 16:30")),
            Field(name="email", label=sentence("Email"), value=it.email, is_needed=False),
            Field(name="website", label=sentence("Trang thông tin"), value=it.website, is_needed=False),
        ),
    )  # fmt: skip


def _who(it: Unit, is_known: bool) -> tuple[Field, ...]:
    name = Field(name="name", label=sentence("Tên"), value=it.name)
    if is_known:
        same = [Field(name=each, label="", kind="hidden", value=getattr(it, each)) for each in ("code", "kind")]
        return (*same, name)
    return (
        Field(
            name="code",
            label=sentence("Mã đơn vị"),
            hint=sentence("Như hệ thống một cửa hay Bưu điện ghi; không đổi về sau."),
            value=it.code,
        ),
        Field(name="kind", label=sentence("Loại"), kind="select", options=tuple(KINDS.items()), value=it.kind),
        name,
    )


async def _province_of(visit: Visit) -> str:
    """Return the province of the desks that are known; Hà Tĩnh's, where this was made first, when there is none."""
    units = await visit.services.enquiry.units(kind="desk", actor=visit.actor)
    code = next((unit.commune_code for unit in units if unit.commune_code), "")
    return places.commune(code).province_code if code else "42"


def _communes(province_code: str, known: Unit | None) -> tuple[Option, ...]:
    found = {commune.code: commune.name for commune in places.communes(province_code)}
    if known and known.commune_code and known.commune_code not in found:
        found[known.commune_code] = known.commune
    return (("", "…"), *sorted(found.items(), key=lambda row: row[1]))


async def _put(visit: Visit, typed: Typed) -> web.Response | None:
    unit = Unit(
        code=typed.text("code"), kind=typed.text("kind"), name=typed.text("name"), address=typed.text("address"),
        commune_code=typed.text("commune_code"), phone=typed.text("phone"), email=typed.text("email"),
        website=typed.text("website"), opening_hours=typed.text("opening_hours"),
    )  # fmt: skip
    await visit.services.desks.put(unit, seen=typed.text("seen"), actor=visit.actor, at=visit.at)
    return None


async def _close(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.desks.close(
        typed.text("key"), on=typed.day("on"), reason=typed.text("reason"), actor=visit.actor, at=visit.at
    )
    return None


async def _reopen(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.desks.reopen(typed.text("key"), actor=visit.actor, at=visit.at)
    return None


UNITS = Section(
    slug="units",
    title=sentence("Bộ phận và bưu cục"),
    lead=sentence("Địa chỉ, điện thoại, giờ làm việc; mã không bao giờ dùng lại."),
    group="people",
    kinds=("unit",),
    table=_table,
    forms=_forms,
    empty=sentence("Chưa có đơn vị nào."),
    columns=(
        sentence("Mã"),
        sentence("Tên"),
        sentence("Địa chỉ"),
        sentence("Điện thoại"),
        sentence("Giờ làm việc"),
        sentence("Tình trạng"),
    ),
    sieve=(("", sentence("Tất cả")), *KINDS.items()),
    does={"make": _put, "change": _put, "close": _close, "reopen": _reopen},
)
