from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from postgw.domain.ports import PostPlace
from postgw.domain.procedure import ChecklistLine, Procedure
from postgw.storage import province
from postgw.storage.province import Unit

OLD, NEW = date(2025, 7, 1), date(2026, 9, 1)


async def _do(house, act, *words, **more):
    async with house.database.writing() as tx:
        return await act(tx, *words, **more)


async def test_a_known_unit_gets_its_new_data(house):
    desk = Unit(code="TS", kind="desk", name="Trung tâm PVHCC phường Thành Sen", commune="phường Thành Sen")
    office = Unit(code="KA", kind="office", name="Bưu cục Kỳ Anh")
    await _do(house, province.put_units, [desk, office])

    await _do(house, province.put_units, [replace(desk, phone="02393855555")])

    assert await province.units(house.database.reading) == (office, replace(desk, phone="02393855555"))
    assert await province.units(house.database.reading, kind="office") == (office,)
    assert await province.unit(house.database.reading, "TS") == replace(desk, phone="02393855555")
    assert await province.unit(house.database.reading, "XX") is None


@pytest.mark.parametrize(("on", "place"), [
    (date(2025, 6, 30), None), (OLD, PostPlace(province=48, district=4800)), (date(2026, 8, 31),
    PostPlace(province=48, district=4800)),
    (NEW, PostPlace(province=48)),
])  # fmt: skip
async def test_a_place_has_the_codes_of_the_day(house, on, place):
    for valid_from, codes in ((OLD, PostPlace(province=48, district=4800)), (NEW, PostPlace(province=48))):
        await _do(house, province.put_places, [("18754", codes)], valid_from=valid_from, author="test", reason="QĐ 1")

    assert await province.place(house.database.reading, "18754", on=on) == place


async def test_what_began_on_a_day_stays_as_it_was(house):
    for code in (48, 49):
        await _do(
            house, province.put_places, [("18754", PostPlace(province=code))], valid_from=OLD, author="t", reason=""
        )

    assert await province.place(house.database.reading, "18754", on=OLD) == PostPlace(province=48)


def _procedure(code="1.001193", name="Đăng ký khai sinh", valid_from=OLD):
    return Procedure(
        code=code, name=name, sector="Hộ tịch", level="commune", agency="UBND xã", forms=("send", "return"),
        papers=(ChecklistLine(name="Tờ khai", kind="original"),), valid_from=valid_from,
    )  # fmt: skip


async def test_a_procedure_is_as_it_stood_on_the_day(house):
    old, new = _procedure(), _procedure(name="Đăng ký khai sinh (mới)", valid_from=NEW)
    await _do(house, province.put_procedures, [old, new, _procedure("2.000001")], author="test", reason="QĐ 2")

    read = house.database.reading
    days = (date(2025, 6, 30), OLD, NEW)
    assert [await province.procedure(read, "1.001193", on=on) for on in days] == [None, old, new]
    assert [len(await province.procedures(read, on=on)) for on in days] == [0, 2, 2]
    assert await province.procedures(read, on=NEW) == (new, _procedure("2.000001"))


async def test_where_a_database_began_is_said_once(house):
    before = await province.began_in_rehearsal(house.database.reading)
    for rehearsal in (True, False):
        await _do(house, province.begin, rehearsal=rehearsal, at=house.at)

    assert (before, await province.began_in_rehearsal(house.database.reading)) == (None, True)
