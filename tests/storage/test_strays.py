from __future__ import annotations

from datetime import timedelta

from postgw.domain.scan import Witness
from postgw.storage import strays
from postgw.storage.strays import Stray

NUMBER = "RR473124829VN"


async def _keep(house, *kept):
    async with house.database.writing() as tx:
        await strays.keep(tx, kept)


async def _take(house, *numbers):
    async with house.database.writing() as tx:
        return await strays.take(tx, numbers, at=house.at)


async def _shown(house):
    return (await strays.waiting(house.database.reading, most=500)).shown


async def test_what_waits_for_an_item_is_taken_once_as_it_was_said(house):
    told = house.scan("1", device_at=house.at - timedelta(minutes=3), flags=("future",), note="Bì ướt")
    await _keep(house, Stray(number=NUMBER, scan=told))

    taken = [await _take(house, NUMBER, "another") for _ in range(2)]

    assert taken == [(Stray(number=NUMBER, scan=told),), ()]


async def test_what_is_said_twice_waits_once(house):
    for _ in range(2):
        await _keep(house, Stray(number=NUMBER, scan=house.scan("1")), Stray(number="X", scan=house.scan("2")))

    assert [stray.scan.source_id for stray in await _shown(house)] == ["2", "1"]
    assert await strays.known(house.database.reading, "device:7f3a", ["1", "2", "3"]) == {"1", "2"}


async def test_of_many_who_take_at_once_one_gets_it(house, gather):
    await _keep(house, *(Stray(number=f"N{n % 5}", scan=house.scan(str(n))) for n in range(30)))
    numbers = [f"N{n}" for n in range(5)]

    taken = await gather(*(_take(house, *(numbers if n % 2 else numbers[::-1])) for n in range(6)))

    assert sorted(map(len, taken)) == [0, 0, 0, 0, 0, 30]


async def test_what_was_taken_no_longer_waits(house):
    await _keep(house, Stray(number=NUMBER, scan=house.scan("1")))

    await _take(house, NUMBER)

    assert await _shown(house) == ()


async def test_who_takes_while_another_takes_waits_and_gets_what_is_left(house):
    await _keep(house, Stray(number="N1", scan=house.scan("1")), Stray(number="N2", scan=house.scan("2")))

    def take(*numbers):
        return lambda tx: strays.take(tx, numbers, at=house.at)

    first, other = await house.meanwhile(take("N1"), take("N2", "N1"))

    assert [[stray.number for stray in taken] for taken in (first, other)] == [["N1"], ["N2"]]


# --- whose room it takes up -------------------------------------------------------------------------------------------


def _of(house, actor, first, last, **other):
    """Return what an actor tells of an item nobody knows, under one device of many."""
    return [
        Stray(number=NUMBER, scan=house.scan(f"{actor}-{n}", actor=actor, source=f"device:{n % 3}", **other))
        for n in range(first, last)
    ]


def _of_feed(house, count):
    told = {"source": "feed:ha-tinh", "actor": "post", "witness": Witness.STATED}
    return [Stray(number=NUMBER, scan=house.scan(f"r-{n}", **told)) for n in range(count)]


async def _room(house, sender, *, at=None):
    return await strays.room_of(house.database.reading, sender, most=10, at=at or house.at)


async def test_a_sender_has_its_own_room_under_however_many_devices(house):
    await _keep(house, *_of(house, "an", 0, 7), *_of(house, "binh", 0, 2), *_of_feed(house, 4))

    assert [await _room(house, sender) for sender in ("an", "binh", "nobody", "feed:ha-tinh", "post")] == [
        3, 8, 10, 6, 10,
    ]  # fmt: skip


async def test_a_sender_beyond_its_bound_has_no_room_and_never_less_than_none(house):
    await _keep(house, *_of(house, "an", 0, 13))

    assert await _room(house, "an") == 0


async def test_what_found_its_item_or_waits_for_longer_than_a_month_takes_up_no_room(house):
    old = house.at - strays.TAKES_ROOM - timedelta(seconds=1)
    just = house.at - strays.TAKES_ROOM
    await _keep(house, *_of(house, "an", 0, 4, received_at=old), *_of(house, "an", 4, 6, received_at=just))
    await _keep(house, Stray(number="found", scan=house.scan("f", actor="an")))
    full = await _room(house, "an")

    await _take(house, "found")

    assert (full, await _room(house, "an")) == (7, 8)
    assert await _room(house, "an", at=house.at + timedelta(seconds=1)) == 10


async def test_the_fullest_is_the_sender_of_whom_most_waits_of_what_takes_up_room(house):
    empty = await strays.fullest(house.database.reading, at=house.at)
    old = house.at - strays.TAKES_ROOM - timedelta(seconds=1)
    await _keep(house, *_of(house, "an", 0, 9, received_at=old), *_of(house, "an", 9, 11), *_of(house, "binh", 0, 3))
    first = await strays.fullest(house.database.reading, at=house.at)

    await _keep(house, *_of_feed(house, 5), *_of(house, "", 0, 8))  # of nobody: kept before senders were written down

    assert (empty, first, await strays.fullest(house.database.reading, at=house.at)) == (0, 3, 5)


# --- what is shown of it ----------------------------------------------------------------------------------------------


async def _first(house, limit):
    waiting = await strays.waiting(house.database.reading, most=500, limit=limit)
    return [stray.scan.source_id for stray in waiting.shown], waiting.more


async def test_a_sender_without_end_hides_nobody(house):
    for kept in (_of(house, "binh", 0, 2), _of_feed(house, 3), _of(house, "an", 0, 40)):
        for stray in kept:
            await _keep(house, stray)

    shown = [await _first(house, limit) for limit in (3, 8)]

    assert shown == [
        (["an-39", "r-2", "binh-1"], True),
        (["an-39", "an-38", "an-37", "r-2", "r-1", "r-0", "binh-1", "binh-0"], True),
    ]


async def test_what_is_all_there_is_is_not_said_to_be_more(house):
    for stray in _of(house, "an", 0, 5):
        await _keep(house, stray)

    assert [await _first(house, limit) for limit in (4, 5)] == [
        (["an-4", "an-3", "an-2", "an-1"], True), (["an-4", "an-3", "an-2", "an-1", "an-0"], False),
    ]  # fmt: skip
