"""How far a carriage goes: the post areas of communes and the regions of provinces, as dated rows or as a table.

Used by: sections.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from postgw.domain.errors import Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.time_limit import Zone
from postgw.rules import places
from postgw.web.language import sentence
from postgw.web.pages.visit import Visit

from . import sheet
from .csv_tables import content_of, looked_at, rows_of
from .parts import Cell, Field, Form, Note, Row, Section, Table, Typed, chosen_day
from .sheet import FROM, REASON

ZONE_COLUMNS = ("commune_code", "area", "city_class")


async def _zone_table(visit: Visit, cursor: str) -> Table:
    today = legal_day(visit.at)
    missing = await visit.services.pricing.without_zone(actor=visit.actor, on=today)
    if visit.query("kind") == "missing":
        return Table(
            rows=[
                Row(key=one.code, cells=(Cell(text=one.code, kind="code"), Cell(text=one.name), Cell(), Cell(), Cell()))
                for one in missing[:500]
            ]
        )
    page = await visit.services.pricing.zones(actor=visit.actor, on=today, cursor=cursor)
    rows = [
        Row(
            key=one.zone.commune_code,
            cells=(
                Cell(text=one.zone.commune_code, kind="code"),
                Cell(text=_commune_name(one.zone.commune_code)),
                Cell(
                    text=one.zone.area,
                    small_words=sentence("đô thị đặc biệt hoặc loại I") if one.zone.city_class else "",
                ),
                Cell(text=chosen_day(one.valid_from)),
                Cell(text=one.reason, small=one.author),
            ),
        )
        for one in page.items
    ]
    note = Note(
        words=sentence("{n} xã chưa có khu vực nên chưa tính được cước."),
        values={"n": len(missing)},
        state="late",
        icon="late",
    )
    return Table(rows=rows, next_cursor=page.next_cursor, notes=[note] if missing else [])


def _commune_name(code: str) -> str:
    return places.commune(code).name


async def _zone_forms(visit: Visit) -> Sequence[Form]:
    today = legal_day(visit.at).isoformat()
    ground = (Field(name="valid_from", label=FROM, kind="date", value=today), Field(name="reason", label=REASON))
    return (
        Form(
            act="put",
            title=sentence("Khai một xã"),
            button=sentence("Khai"),
            fields=(
                Field(name="commune_code", label=sentence("Mã xã")),
                Field(
                    name="area",
                    label=sentence("Khu vực bưu chính"),
                    hint=sentence("Tên huyện trước 01/7/2025, ví dụ Huyện Kỳ Anh"),
                ),
                Field(
                    name="city_class",
                    label=sentence("Loại đô thị"),
                    kind="select",
                    options=(("", sentence("Không")), ("first", sentence("Đặc biệt hoặc loại I"))),
                ),
                *ground,
            ),
        ),
        Form(
            act="look",
            title=sentence("Nhiều xã từ tệp CSV"),
            button=sentence("Xem trước"),
            lead=sentence("Cột: commune_code, area, city_class (để trống hoặc first)."),
            fields=(*ground, Field(name="file", label=sentence("Tệp CSV"), kind="file")),
        ),
    )


def _zone(cells: tuple[str, ...]) -> Zone:
    return Zone(commune_code=cells[0], area=cells[1], city_class=cells[2], province="")


async def _put_zones(visit: Visit, typed: Typed, zones: Sequence[Zone]) -> None:
    await visit.services.pricing.put_zones(
        zones, valid_from=typed.day("valid_from"), reason=typed.text("reason"), actor=visit.actor, at=visit.at
    )


async def _put_zone(visit: Visit, typed: Typed) -> web.Response | None:
    try:
        await _put_zones(visit, typed, [_zone(tuple(typed.text(name) for name in ZONE_COLUMNS))])
    except Invalid as wrong:
        wrong.field = wrong.field.removeprefix("/zones/0")
        raise
    return None


async def _look_at_zones(visit: Visit, typed: Typed) -> web.Response | None:
    seen: set[str] = set()

    def judge(cells: tuple[str, ...]) -> None:
        if cells[0] in seen:
            raise Invalid("Xã này đã có ở dòng trên.", code="zone.twice")
        seen.add(cells[0])
        visit.services.pricing.must_be_zone(_zone(cells))

    return await sheet.drawn(ZONES, visit, preview=looked_at(visit, typed, ZONE_COLUMNS, judge, act="take"))


async def _take_zones(visit: Visit, typed: Typed) -> web.Response | None:
    await _put_zones(visit, typed, [_zone(cells) for _, cells in rows_of(content_of(typed), ZONE_COLUMNS)])
    return None


ZONES = Section(
    slug="zones",
    title=sentence("Khu vực bưu chính"),
    lead=sentence("Mỗi xã thuộc một huyện cũ; cước trong tỉnh tính theo đó."),
    group="money",
    kinds=("zone",),
    table=_zone_table,
    forms=_zone_forms,
    empty=sentence("Không có xã nào ở đây."),
    columns=(sentence("Mã xã"), sentence("Xã, phường"), sentence("Khu vực"), sentence("Từ ngày"), sentence("Lý do")),
    sieve=(("", sentence("Đã khai")), ("missing", sentence("Còn thiếu"))),
    does={"put": _put_zone, "look": _look_at_zones, "take": _take_zones},
)


async def _region_table(visit: Visit, _: str) -> Table:
    today, seen, rows = legal_day(visit.at), set(), []
    for one in await visit.services.pricing.regions(actor=visit.actor):
        is_over = one.valid_from <= today and one.province_code in seen
        if one.valid_from <= today:
            seen.add(one.province_code)
        rows.append(Row(key=f"{one.province_code}-{one.valid_from}", is_over=is_over, cells=(
            Cell(text=places.province(one.province_code).name, small=one.province_code),
            Cell(text=str(one.region), kind="number"), Cell(text=chosen_day(one.valid_from)),
            Cell(text=one.reason, small=one.author),
        )))  # fmt: skip
    return Table(rows=rows)


async def _region_forms(visit: Visit) -> Sequence[Form]:
    return (Form(
        act="set", title=sentence("Khai vùng cước"), button=sentence("Khai"),
        fields=(
            Field(name="province_code", label=sentence("Tỉnh, thành phố"), kind="select", is_named=True,
                  options=tuple((one.code, one.name) for one in places.provinces())),
            Field(name="region", label=sentence("Vùng"), kind="select", is_named=True,
                  options=(("1", "1"), ("2", "2"), ("3", "3"))),
            Field(name="valid_from", label=FROM, kind="date", value=legal_day(visit.at).isoformat()),
            Field(name="reason", label=REASON),
        ),
    ),)  # fmt: skip


async def _set_region(visit: Visit, typed: Typed) -> web.Response | None:
    await visit.services.pricing.set_region(
        typed.text("province_code"), typed.whole("region"), valid_from=typed.day("valid_from"),
        reason=typed.text("reason"), actor=visit.actor, at=visit.at,
    )  # fmt: skip
    return None


REGIONS = Section(
    slug="regions", title=sentence("Vùng cước của các tỉnh"), lead=sentence("Cước liên tỉnh tính theo vùng 1, 2, 3."),
    group="money", kinds=("region",), table=_region_table, forms=_region_forms, empty=sentence("Chưa khai tỉnh nào."),
    columns=(sentence("Tỉnh, thành phố"), sentence("Vùng"), sentence("Từ ngày"), sentence("Lý do")),
    does={"set": _set_region},
)  # fmt: skip
