from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from postgw.domain.price_list import Price, PriceList, PublishedPrices
from postgw.domain.procedure import ChecklistLine, PaperList, Procedure
from postgw.domain.publication import Publication
from postgw.domain.tariff_zone import KnownZone, Region
from postgw.domain.time_limit import Zone
from postgw.storage import calendar, prices, province, publications
from postgw.storage.province import Unit

OLD, NEW, END = date(2025, 7, 1), date(2026, 9, 1), date(2026, 10, 1)
LINES = (ChecklistLine(name="Tờ khai", kind="original", must_return=True),)


def _procedure(**more) -> Procedure:
    lists = (PaperList(origin="portal", source="Cổng", papers=LINES),)
    return Procedure(
        code="1.001193", name="Đăng ký khai sinh", sector="Hộ tịch", level="commune", agency="UBND xã",
        forms=("send",), papers=LINES, lists=lists, valid_from=OLD, **more,
    )  # fmt: skip


async def _do(house, act, *words, **more):
    async with house.database.writing() as tx:
        return await act(tx, *words, **more)


def _publication(house, procedure: Procedure, reason: str = "QĐ 1") -> Publication:
    return Publication(procedure=procedure, author="admin", reason=reason, published_at=house.at)


async def test_a_version_comes_back_whole_with_who_published_it_when_and_why(house):
    first = _publication(house, _procedure())
    later = _publication(house, replace(_procedure(), valid_from=NEW, name="Khai sinh"), "QĐ 2")
    for each in (first, later):
        await _do(house, publications.add, each)

    assert await publications.history(house.database.reading, "1.001193") == (later, first)
    assert await publications.on_day(house.database.reading, "1.001193", on=date(2026, 8, 31)) == first
    assert await publications.on_day(house.database.reading, "1.001193", on=date(2025, 6, 30)) is None


async def test_what_came_with_the_installation_has_no_moment_of_publication(house):
    await _do(house, province.put_procedures, [_procedure()], author="test", reason="")

    [kept] = await publications.history(house.database.reading, "1.001193")
    assert (kept.procedure, kept.published_at) == (_procedure(), None)


@pytest.mark.parametrize(("on", "is_there"), [(OLD, True), (date(2026, 9, 30), True), (END, False)])
async def test_a_procedure_that_ended_is_not_found_from_that_day_on(house, on, is_there):
    await _do(house, publications.add, _publication(house, _procedure(valid_to=END)))

    assert (await province.procedure(house.database.reading, "1.001193", on=on) is not None) is is_there
    assert bool(await province.procedures(house.database.reading, on=on)) is is_there


async def test_a_price_list_holds_from_its_day_until_the_next_begins(house):
    rows = (Price(service="send", zone="in_district", price_dong=20_000, grams_to=100),)
    lists = [
        PublishedPrices(
            prices=PriceList(valid_from=begins, prices=kept), author="admin", reason="Công văn", published_at=house.at
        )
        for begins, kept in ((OLD, rows), (NEW, ()))
    ]
    for each in lists:
        await _do(house, prices.add_list, each)

    assert [await prices.list_on(house.database.reading, on) for on in (date(2025, 6, 30), OLD, NEW)] == [None, *lists]
    assert await prices.lists(house.database.reading) == (lists[1], lists[0])


async def test_a_province_has_the_region_of_the_day(house):
    for begins, region in ((OLD, 1), (NEW, 2)):
        row = Region(province_code="42", region=region, valid_from=begins, author="admin", reason="Công văn")
        await _do(house, prices.add_region, row)

    assert [await prices.regions_on(house.database.reading, on) for on in (date(2020, 1, 1), OLD, NEW)] == [
        {}, {"42": 1}, {"42": 2},
    ]  # fmt: skip


async def test_the_zones_of_a_day_come_in_the_order_of_communes(house):
    def zone(code: str, area: str) -> Zone:
        return Zone(commune_code=code, area=area, province="42")

    for begins, area in ((OLD, "Kỳ Anh"), (NEW, "Hương Khê")):
        rows = [zone("18628", area), zone("18754", area)]
        await _do(house, calendar.put_zones, rows, valid_from=begins, author="admin", reason="QĐ")
    read = house.database.reading

    first = KnownZone(zone=zone("18628", "Kỳ Anh"), valid_from=OLD, author="admin", reason="QĐ")
    assert await calendar.zones_on(read, on=OLD, province="42", limit=1) == [first]
    [rest] = await calendar.zones_on(read, on=NEW, after="18628", limit=9)
    assert (rest.zone.commune_code, rest.zone.area, rest.valid_from) == ("18754", "Hương Khê", NEW)
    assert await calendar.zones_on(read, on=NEW, province="40", limit=9) == []
    assert len(await calendar.zone_history(read, ["18628"])) == 2


async def test_units_come_page_by_page_with_how_to_reach_them(house):
    units = [
        Unit(code=code, kind=kind, name=code, commune_code=commune, email="a@b.invalid", website="https://b.invalid",
             opening_hours="7:30 đến 16:30")
        for code, kind, commune in (("A", "desk", "1"), ("B", "office", "1"), ("C", "desk", "2"))
    ]  # fmt: skip
    await _do(house, province.put_units, units)
    read = house.database.reading

    [(first, unit)] = await province.page_of_units(read, after=0, limit=1)
    assert unit == units[0]
    assert [unit.code for _, unit in await province.page_of_units(read, after=first, limit=9)] == ["B", "C"]
    assert [
        unit.code for _, unit in await province.page_of_units(read, kind="desk", commune_code="1", after=0, limit=9)
    ] == ["A"]
