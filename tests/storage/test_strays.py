from __future__ import annotations

from datetime import timedelta

from postgw.storage import strays
from postgw.storage.strays import Stray

NUMBER = "RR473124829VN"


async def _keep(house, *kept):
    async with house.database.writing() as tx:
        await strays.keep(tx, kept)


async def _take(house, *numbers):
    async with house.database.writing() as tx:
        return await strays.take(tx, numbers, at=house.at)


async def test_what_waits_for_an_item_is_taken_once_as_it_was_said(house):
    told = house.scan("1", device_at=house.at - timedelta(minutes=3), flags=("future",), note="Bì ướt")
    await _keep(house, Stray(number=NUMBER, scan=told))

    taken = [await _take(house, NUMBER, "another") for _ in range(2)]

    assert taken == [(Stray(number=NUMBER, scan=told),), ()]


async def test_what_is_said_twice_waits_once(house):
    for _ in range(2):
        await _keep(house, Stray(number=NUMBER, scan=house.scan("1")), Stray(number="X", scan=house.scan("2")))

    assert [stray.scan.source_id for stray in await strays.waiting(house.database.reading, most=500)] == ["2", "1"]
    assert await strays.known(house.database.reading, "device:7f3a", ["1", "2", "3"]) == {"1", "2"}


async def test_of_many_who_take_at_once_one_gets_it(house, gather):
    await _keep(house, *(Stray(number=f"N{n % 5}", scan=house.scan(str(n))) for n in range(30)))
    numbers = [f"N{n}" for n in range(5)]

    taken = await gather(*(_take(house, *(numbers if n % 2 else numbers[::-1])) for n in range(6)))

    assert sorted(map(len, taken)) == [0, 0, 0, 0, 0, 30]


async def test_what_was_taken_no_longer_waits(house):
    await _keep(house, Stray(number=NUMBER, scan=house.scan("1")))

    await _take(house, NUMBER)

    assert await strays.waiting(house.database.reading, most=500) == ()


async def test_who_takes_while_another_takes_waits_and_gets_what_is_left(house):
    await _keep(house, Stray(number="N1", scan=house.scan("1")), Stray(number="N2", scan=house.scan("2")))

    def take(*numbers):
        return lambda tx: strays.take(tx, numbers, at=house.at)

    first, other = await house.meanwhile(take("N1"), take("N2", "N1"))

    assert [[stray.number for stray in taken] for taken in (first, other)] == [["N1"], ["N2"]]
