"""Comings of the post: joined, booked by a window, or waited for; each asked for once."""

from __future__ import annotations

from datetime import date, time, timedelta

from postgw.domain.pickup_window import PickupWindow, WindowSet
from postgw.domain.working_calendar import WorkingCalendar
from postgw.storage import manifests, results
from postgw.storage.manifests import Pickup

from .conftest import AT, House

MONDAY = date(2026, 11, 23)
CALENDAR = WorkingCalendar()


def pickup(on: date = MONDAY, hour: int = 15) -> Pickup:
    return Pickup(
        pickup_no=manifests.pickup_no("TS", on, time(hour)), desk="TS", office="480000", on=on, from_time=time(hour),
        to_time=time(hour + 1),
    )  # fmt: skip


def windows(valid_from: date = MONDAY, *weekdays: int) -> WindowSet:
    made = tuple(PickupWindow(weekday=day, from_time=time(15), to_time=time(16)) for day in weekdays)
    return WindowSet(
        desk="TS", office="480000", valid_from=valid_from, windows=made, reason="x", author="test", entered_at=AT
    )


async def wanted(house: House, dossier_id: int, kind: str = "result") -> str:
    async with house.database.writing() as tx:
        found = await results.ask_pickup(
            tx, dossier_id, kind=kind, desk="TS", calendar=CALENDAR, actor="test", at=house.at
        )
    return found.pickup_no if found else ""


async def booked(house: House, *comings: Pickup) -> None:
    async with house.database.writing() as tx:
        for each in comings:
            await manifests.book_pickup(tx, each, actor="test", at=AT)


async def test_a_coming_of_today_or_the_next_working_day_is_joined_and_a_past_one_is_not(house: House) -> None:
    one, two = await house.dossier("1"), await house.dossier("2")
    await booked(house, pickup(hour=7), pickup(on=MONDAY + timedelta(days=2)))  # 07:00 is over at 09:00
    assert await wanted(house, one.dossier_id) == ""
    await booked(house, pickup(on=MONDAY + timedelta(days=1)))

    assert await wanted(house, two.dossier_id) == "TG-TS-261124-1500"


async def test_the_next_window_is_booked_once_for_all_who_want_it(house: House) -> None:
    one, two = await house.dossier("1"), await house.dossier("2")
    async with house.database.writing() as tx:
        await results.put_windows(tx, windows(MONDAY, 3))

    said = [await wanted(house, each.dossier_id) for each in (one, two, one)]

    assert said == ["TG-TS-261125-1500"] * 3
    assert (await house.count("pickup"), await house.count("pickup_task")) == (1, 2)


async def test_what_must_leave_today_takes_no_coming_of_tomorrow(house: House) -> None:
    kept = await house.dossier()
    await booked(house, pickup(on=MONDAY + timedelta(days=1)))
    async with house.database.writing() as tx:
        await results.put_windows(tx, windows(MONDAY, 2))

    assert await wanted(house, kept.dossier_id, "same_day") == ""
    rows = await results.tasks(house.database.reading, desk="TS", to_book=True, after=0, limit=5)
    assert [(task.key, task.kind) for _, task in rows] == [("TS/1", "same_day")]


async def test_what_waits_joins_the_coming_that_somebody_books(house: House) -> None:
    kept = await house.dossier()
    await wanted(house, kept.dossier_id)

    async with house.database.writing() as tx:
        await results.join(tx, pickup())

    assert await results.tasks(house.database.reading, desk="", to_book=True, after=0, limit=5) == []


async def test_the_newest_windows_that_have_begun_are_in_force_and_none_is_also_an_answer(house: House) -> None:
    async with house.database.writing() as tx:
        for made in (windows(MONDAY, 1), windows(MONDAY, 2), windows(MONDAY + timedelta(days=7))):
            await results.put_windows(tx, made)

    in_force = [await results.windows(house.database.reading, "TS", on=MONDAY + timedelta(days=n)) for n in (-1, 0, 7)]

    assert in_force[0] is None
    assert [len(each.windows) for each in in_force[1:] if each] == [1, 0]
    assert in_force[1] is not None
    assert in_force[1].windows[0].weekday == 2
    assert len(await results.window_sets(house.database.reading, desk="TS")) == 3
