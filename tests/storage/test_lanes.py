"""One outsider's errands never wait for another's, and of one item each hears in order."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from postgw.storage import lanes, outbox
from postgw.storage.lanes import Lanes
from postgw.storage.outbox import NewErrand

SUBJECT, OTHER = "4K7M29TB6HC", "4K7M29TB6HD"


class Teller:
    """Notes what was done, and hangs on some until it is let go."""

    def __init__(self, house, *, hangs_on=(), breaks_on=()):
        self.house, self.done, self.hangs_on, self.breaks_on = house, [], hangs_on, breaks_on
        self.hanging, self.go_on = asyncio.Event(), asyncio.Event()

    async def do(self, errands, at):
        for errand in errands:
            if errand.target in self.hangs_on:
                self.hanging.set()
                await self.go_on.wait()
            if errand.target in self.breaks_on:
                raise RuntimeError(errand.key)
            self.done.append(errand.key)
            async with self.house.database.writing() as tx:
                await outbox.done(tx, [errand.errand_no], at=at)

    def lanes(self, **more):
        told = {"portion": 4, "at_once": 2, "patience": 30.0, "grace": 0.0, **more}
        return Lanes(database=self.house.database, channels=("hook",), do=self.do, **told)


async def _owe(house, *named, subject=SUBJECT, at=None):
    errands = [NewErrand(channel="hook", target=target, key=key, subject=subject) for target, key in named]
    async with house.database.writing() as tx:
        await outbox.put(tx, errands, at=at or house.at, in_order=True)


async def _claimed(house, *, later=timedelta(), **how):
    async with house.database.writing() as tx:
        claimed = await outbox.claim(tx, ["hook"], at=house.at + later, limit=100, **how)
    return [errand.key for errand in claimed]


async def test_while_one_target_hangs_the_others_are_done_to_the_last(house):
    await _owe(house, *[("deaf", f"d{n}") for n in range(9)], *[("well", f"w{n}") for n in range(20)])
    teller = Teller(house, hangs_on={"deaf"})
    street = teller.lanes(patience=0.01)

    counted = await street.drain(at=house.at)
    while len(teller.done) < 20:
        await asyncio.sleep(0)
        counted += await street.drain(at=house.at)

    assert teller.hanging.is_set()
    assert sorted(teller.done) == sorted(f"w{n}" for n in range(20))
    await street.close()
    assert await house.count("outbox", "state = 'waiting' AND target = 'deaf'") == 9


async def test_a_turn_leaves_a_hanging_lane_to_itself_and_the_next_ones_serve_the_others(house):
    teller = Teller(house, hangs_on={"deaf"})
    street = teller.lanes(patience=0.0)
    await _owe(house, ("deaf", "d"))
    await street.drain(at=house.at)
    await asyncio.wait_for(teller.hanging.wait(), 30)
    street.patience = 30.0

    await _owe(house, ("well", "w"), ("deaf", "d2"))
    counted = await street.drain(at=house.at)
    assert (counted, teller.done) == (1, ["w"])

    teller.go_on.set()
    while len(teller.done) < 3:
        await asyncio.sleep(0)
        await street.drain(at=house.at)
    assert teller.done == ["w", "d", "d2"]


async def test_what_breaks_in_one_lane_is_raised_when_the_others_are_done(house):
    await _owe(house, ("bad", "b"), *[("well", f"w{n}") for n in range(9)])
    teller = Teller(house, breaks_on={"bad"})

    with pytest.raises(RuntimeError, match="b"):
        await teller.lanes().drain(at=house.at)

    assert len(teller.done) == 9


async def test_what_breaks_in_a_lane_that_was_left_to_itself_is_logged(house, caplog):
    await _owe(house, ("bad", "b"))
    teller = Teller(house, hangs_on={"bad"}, breaks_on={"bad"})
    street = teller.lanes(patience=0.0)
    await street.drain(at=house.at)
    [lane] = street._open.values()
    teller.go_on.set()

    with caplog.at_level(logging.ERROR):
        await asyncio.wait({lane})
        await asyncio.sleep(0)

    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == ["a lane broke off"]


async def test_an_errand_waits_for_the_older_ones_of_its_subject_and_for_no_other(house):
    await _owe(house, ("a", "1"), ("a", "2"), ("b", "3"))
    await _owe(house, ("a", "4"), subject=OTHER)
    await _owe(house, ("a", "5"), ("a", "6"), subject="")

    assert await _claimed(house, in_order=True) == ["1", "3", "4", "5", "6"]


async def test_an_older_one_that_is_put_off_is_still_waited_for_until_it_is_heard_or_parked(house):
    await _owe(house, ("a", "1"), ("a", "2"))
    async with house.database.writing() as tx:
        [first] = await outbox.claim(tx, ["hook"], at=house.at, limit=9, in_order=True)
        await outbox.put_off(tx, first.errand_no, until=house.at + timedelta(hours=1), error="im lặng")
    assert await _claimed(house, in_order=True) == []

    async with house.database.writing() as tx:
        await outbox.park(tx, first.errand_no, error="không nghe nữa")
    assert await _claimed(house, in_order=True) == ["2"]


async def test_news_of_an_item_makes_due_what_was_not_heard_of_it(house):
    await _owe(house, ("a", "1"), ("a", "2"))
    await _owe(house, ("a", "other"), subject=OTHER)
    hour = timedelta(hours=1)
    async with house.database.writing() as tx:
        for errand in await outbox.claim(tx, ["hook"], at=house.at, limit=9):
            await outbox.put_off(tx, errand.errand_no, until=house.at + hour, error="im lặng")
        await lanes.hasten(tx, ["hook"], [SUBJECT], at=house.at)

    async with house.database.writing() as tx:
        again = await outbox.claim(tx, ["hook"], at=house.at, limit=9)
    assert [(errand.key, errand.attempts) for errand in again] == [("1", 1), ("2", 1)]


async def test_targets_are_named_once_while_something_is_due_to_them(house):
    await _owe(house, ("b", "1"), ("a", "2"), ("a", "3"))
    assert await lanes.targets_due(house.database.reading, ["hook"], at=house.at) == ("a", "b")
    assert await lanes.targets_due(house.database.reading, ["desk"], at=house.at) == ()
    assert await lanes.targets_due(house.database.reading, ["hook"], at=house.at - timedelta(seconds=1)) == ()

    await _claimed(house, target="a")
    assert await lanes.targets_due(house.database.reading, ["hook"], at=house.at) == ("b",)


async def test_when_the_house_closes_what_is_under_way_ends_and_nothing_new_is_taken_up(house):
    await _owe(house, *[("slow", str(n)) for n in range(9)])
    teller = Teller(house, hangs_on={"slow"})
    street = teller.lanes(patience=0.0, grace=30.0)
    await street.drain(at=house.at)
    await asyncio.wait_for(teller.hanging.wait(), 30)

    closing = asyncio.create_task(street.close())
    await asyncio.sleep(0)
    teller.go_on.set()
    await closing

    assert sorted(teller.done) == ["0", "1", "2", "3"]  # the portion that was under way


async def test_what_is_to_be_heard_afterwards_is_not_looked_at_while_it_waits(house):
    await _owe(house, ("a", "1"), ("a", "2"), ("b", "3"))
    await _owe(house, ("a", "4"), subject=OTHER)
    hour = timedelta(hours=1)
    async with house.database.writing() as tx:
        first = (await outbox.claim(tx, ["hook"], at=house.at, limit=1, target="a", in_order=True))[0]
        await outbox.put_off(tx, first.errand_no, until=house.at + hour, error="im lặng")
        await lanes.hold_back(tx, first, until=house.at + hour)

    due = await house.database.reading.rows("SELECT key FROM outbox WHERE due_at <= $1 ORDER BY key", house.at)
    assert [row["key"] for row in due] == ["3", "4"]
    assert await _claimed(house, later=hour, target="a", in_order=True) == ["1", "4"]
