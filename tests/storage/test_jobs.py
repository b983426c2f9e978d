from __future__ import annotations

from datetime import timedelta

import pytest

from postgw.storage import jobs

MINUTE = timedelta(minutes=1)


async def _take(house, holder, slot=0, at=None, length=5):
    at = house.at + MINUTE * (slot if at is None else at)
    async with house.database.writing() as tx:
        return await jobs.take(
            tx, "tick", holder=holder, slot=house.at + MINUTE * slot, at=at, until=at + MINUTE * length
        )


async def _renew(house, holder, until):
    async with house.database.writing() as tx:
        return await jobs.renew(tx, "tick", holder=holder, until=house.at + MINUTE * until)


async def _release(house, holder):
    async with house.database.writing() as tx:
        await jobs.release(tx, "tick", holder=holder, at=house.at)


async def test_a_slot_is_run_once(house):
    won = [await _take(house, "a")]
    await _release(house, "a")

    won.append(await _take(house, "b"))

    assert won == [True, False]


async def test_the_next_slot_is_run_after_the_first_was_given_back(house):
    await _take(house, "a")
    await _release(house, "a")

    assert await _take(house, "b", slot=1)


async def test_a_job_that_is_held_is_not_taken(house):
    await _take(house, "a")

    assert not await _take(house, "b", slot=1)


async def test_a_job_whose_holder_died_is_taken_over(house):
    await _take(house, "a", length=2)

    assert await _take(house, "b", slot=3)


async def test_a_job_that_is_held_on_to_is_not_taken_over(house):
    await _take(house, "a", length=2)

    assert await _renew(house, "a", until=9)
    assert not await _take(house, "b", slot=3)


async def test_who_lost_a_job_learns_it(house):
    await _take(house, "a", length=2)
    await _take(house, "b", slot=3)

    assert not await _renew(house, "a", until=9)


async def test_who_lost_a_job_does_not_give_it_back(house):
    await _take(house, "a", length=2)
    await _take(house, "b", slot=3)

    await _release(house, "a")

    [card] = await jobs.cards(house.database.reading)
    assert (card.holder, card.last_slot, card.lease_until) == ("b", house.at + MINUTE * 3, house.at + MINUTE * 8)


async def test_a_card_says_how_a_job_fares(house):
    await _take(house, "a")
    await _release(house, "a")

    [card] = await jobs.cards(house.database.reading)
    assert (card.job, card.holder, card.lease_until, card.last_done_at) == ("tick", "", None, house.at)


async def test_of_many_woken_by_one_slot_one_runs(house, gather):
    won = await gather(*(_take(house, str(n)) for n in range(10)))

    assert won.count(True) == 1


@pytest.mark.slow
async def test_processes_woken_by_the_same_slots_run_none_twice(house):
    ours = await house.in_processes("take_job", "60")

    run = [slot for of_one in ours for slot in of_one]
    assert len(run) == len(set(run))
    assert run
