from __future__ import annotations

from datetime import timedelta

import pytest

from postgw.domain import item_number
from postgw.storage import labels
from postgw.storage.labels import NewLabel

NO = "4K7M29TB6HC"


async def _lend(house, first, last, *, indicator="RR", account="hatinh"):
    async with house.database.writing() as tx:
        return await labels.lend(tx, indicator, first, last, account, actor="test", at=house.at)


async def _take(house, account="hatinh"):
    async with house.database.writing() as tx:
        return await labels.take(tx, account)


async def test_numbers_are_taken_in_order_with_their_check_digit(house):
    await _lend(house, 47312482, 47312483)

    taken = [await _take(house) for _ in range(3)]

    assert taken == ["RR473124829VN", item_number.from_serial("RR", 47312483), ""]


async def test_when_a_range_is_used_up_the_next_one_is_begun(house):
    await _lend(house, 1, 2)
    await _lend(house, 10, 11)

    taken = [await _take(house) for _ in range(5)]

    assert [number[2:10] for number in taken] == ["00000001", "00000002", "00000010", "00000011", ""]
    assert [lent.taken for lent in await labels.ranges(house.database.reading)] == [2, 2]


async def test_an_account_takes_from_its_own_ranges(house):
    await _lend(house, 1, 2, account="another")

    assert await _take(house) == ""


@pytest.mark.slow
async def test_processes_that_take_at_once_never_get_one_number_twice(house):
    await _lend(house, 1, 70)
    await _lend(house, 100, 129)

    taken = [number for of_one in await house.in_processes("take", "hatinh", "40") for number in of_one]

    real = [number for number in taken if number]
    assert (len(taken), len(real), len(set(real))) == (120, 100, 100)


async def test_tasks_that_take_at_once_never_get_one_number_twice(house, gather):
    await _lend(house, 1, 50)

    taken = await gather(*(_take(house) for _ in range(50)))

    assert len(set(taken)) == 50


@pytest.mark.parametrize(
    ("first", "last"), [(50, 150), (150, 250), (120, 130), (1, 999), (100, 200), (200, 200), (50, 100)]
)
async def test_a_range_that_overlaps_another_is_refused_with_the_other(house, first, last):
    await _lend(house, 100, 200)

    held = await _lend(house, first, last)

    assert held is not None
    assert (held.first, held.last, await house.count("lent_range")) == (100, 200, 1)


@pytest.mark.parametrize(("first", "last", "indicator"), [(1, 99, "RR"), (201, 300, "RR"), (100, 200, "EA")])
async def test_a_range_beside_another_is_kept(house, first, last, indicator):
    await _lend(house, 100, 200)

    assert await _lend(house, first, last, indicator=indicator) is None


async def test_of_ranges_that_overlap_and_are_lent_at_once_one_is_kept(house, gather):
    said = await gather(*(_lend(house, 100 + n, 200 + n) for n in range(8)))

    assert (said.count(None), await house.count("lent_range")) == (1, 1)


async def _draw(house, version, later=timedelta()):
    consignment_id, _ = (await labels.in_force(house.database.reading, [NO]))[NO]
    drawn = NewLabel(consignment_id=consignment_id, version=version, digest=f"d{version}", content=f"c{version}")
    async with house.database.writing() as tx:
        await labels.draw(tx, [drawn], actor="test", at=house.at + later)


async def test_a_version_drawn_again_is_the_same_version(house):
    await house.posted(NO)
    await _draw(house, 1)

    await _draw(house, 1, timedelta(hours=1))

    [version] = await labels.versions(house.database.reading, NO)
    assert (version.version, version.digest, version.drawn_at, version.void_at) == (1, "d1", house.at, None)


async def test_what_was_drawn_before_is_void_and_what_comes_after_is_not(house):
    await house.posted(NO)
    await _draw(house, 1)
    async with house.database.writing() as tx:
        await labels.void(tx, NO, reason="address", at=house.at)

    await _draw(house, 2)

    versions = await labels.versions(house.database.reading, NO)
    assert [(v.version, v.void_at, v.void_reason) for v in versions] == [(1, house.at, "address"), (2, None, "")]


async def test_the_label_in_force_is_the_one_of_the_present_version(house):
    await house.posted(NO)
    before = await labels.in_force(house.database.reading, [NO, "nobody's"])
    await _draw(house, 1)
    await _draw(house, 2)

    after = await labels.in_force(house.database.reading, [NO])

    assert [content for _, content in before.values()] == [None]
    assert [content for _, content in after.values()] == ["c1"]


async def test_a_void_label_is_not_in_force(house):
    await house.posted(NO)
    await _draw(house, 1)
    async with house.database.writing() as tx:
        await labels.void(tx, NO, reason="address", at=house.at)

    assert [content for _, content in (await labels.in_force(house.database.reading, [NO])).values()] == [None]


async def test_a_range_is_never_overdrawn_by_two_who_take_at_once(house):
    await _lend(house, 1, 1)

    first, other = await house.meanwhile(lambda tx: labels.take(tx, "hatinh"), lambda tx: labels.take(tx, "hatinh"))

    assert (first[2:10], other) == ("00000001", "")
