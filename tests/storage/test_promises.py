"""What the citizen's page promised: each change kept once, in its order, whoever looks at the same moment."""

from __future__ import annotations

from datetime import date, timedelta

from postgw.domain.promise import Promise
from postgw.storage import promises

NO, OTHER = "4K7M29TB6HC", "6W2PRN48D1W"


def promise(house, *, hours: int | None = 30, ground: str = "limit", state: str = "in_transit") -> Promise:
    due_at = house.at + timedelta(hours=hours) if hours else None
    return Promise(state=state, office="KA", due_at=due_at, lawful_until=date(2026, 11, 25), ground=ground)


async def keep(house, what: Promise, *, minute: int = 0, number: str = NO) -> None:
    last = await promises.last(house.database.reading, number)
    async with house.database.writing() as tx:
        await promises.keep(tx, number, what, after=last, at=house.at + timedelta(minutes=minute))


async def test_a_promise_comes_back_as_it_was_shown(house) -> None:
    await house.posted(NO)
    bare = Promise(state="held", ground="waiting")
    for minute, each in enumerate((promise(house), bare)):
        await keep(house, each, minute=minute)

    kept = await promises.of(house.database.reading, NO)

    assert [(each.ordinal, each.promise, each.shown_at - house.at) for each in kept] == [
        (1, promise(house), timedelta(0)), (2, bare, timedelta(minutes=1)),
    ]  # fmt: skip
    assert await promises.last(house.database.reading, NO) == kept[-1]


async def test_of_two_views_that_find_the_same_change_one_keeps_it(house) -> None:
    await house.posted(NO)
    await keep(house, promise(house))
    last, new = await promises.last(house.database.reading, NO), promise(house, hours=50)

    async def view(tx) -> None:
        await promises.keep(tx, NO, new, after=last, at=house.at)

    await house.meanwhile(view, view)

    assert [each.promise for each in await promises.of(house.database.reading, NO)] == [promise(house), new]


async def test_each_consignment_has_its_own(house) -> None:
    await house.posted(NO, OTHER)
    await keep(house, promise(house))
    await keep(house, promise(house, hours=None, ground="unknown"), number=OTHER)
    rows = await house.database.reading.rows("SELECT id, consignment_no FROM consignment")
    ids = {row["consignment_no"]: row["id"] for row in rows}

    found = await promises.of_several(house.database.reading, list(ids.values()))

    assert {no: [each.promise.ground for each in found[id_]] for no, id_ in ids.items()} == {
        NO: ["limit"], OTHER: ["unknown"],
    }  # fmt: skip


async def test_nothing_was_promised_of_what_nobody_looked_at(house) -> None:
    await house.posted(NO)

    assert await promises.last(house.database.reading, NO) is None
    assert await promises.of(house.database.reading, NO) == ()
