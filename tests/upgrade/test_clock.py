"""The clock leaps: no slot is lost or run twice, no lease sticks, events stay in order, no scan is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw.bootstrap import opened_house
from postgw.domain.custody import custody_of
from postgw.recurring import DatabaseLeases
from postgw.rules.book import rule_book
from postgw.settings import parse
from postgw.storage import consignments, outbox, scan_rows
from postgw.storage.database import opened
from postgw.storage.outbox import NewErrand
from postgw.web.app import make_app
from postgw.web.keys import Door
from scheduler.runner import Runner
from scheduler.timetable import Recurring

from ..furnishing import OFFICE
from .conftest import SETTINGS, Gateway, furnished

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EVERY_MINUTE = Recurring(job="tick", act="tick", cron={"minute": "*"}, lease_seconds=45)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_a_slot_of_a_clock_that_ran_a_day_ahead_keeps_nobody_from_the_job(database_url: str) -> None:
    async with opened(database_url) as database:
        one, other = DatabaseLeases(database), DatabaseLeases(database)
        assert await one.take("tick", slot=AT + DAY, at=AT + DAY, seconds=45)
        await one.release("tick", at=AT + DAY)

        assert await other.take("tick", slot=AT, at=AT, seconds=45)
        await other.release("tick", at=AT)
        assert not await one.take("tick", slot=AT, at=AT, seconds=45)
        assert await one.take("tick", slot=AT + timedelta(minutes=1), at=AT + timedelta(minutes=1), seconds=45)


async def test_a_lease_of_a_clock_that_ran_ahead_does_not_stick(database_url: str) -> None:
    async with opened(database_url) as database:
        dead, other = DatabaseLeases(database), DatabaseLeases(database)
        assert await dead.take("tick", slot=AT + DAY, at=AT + DAY, seconds=45)

        assert await other.take("tick", slot=AT, at=AT, seconds=45)


async def test_clocks_that_differ_a_little_run_no_slot_twice(database_url: str) -> None:
    async with opened(database_url) as database:
        ahead, behind = DatabaseLeases(database), DatabaseLeases(database)
        slots = [AT + timedelta(minutes=n) for n in range(6)]
        for slot in slots:
            assert await ahead.take("tick", slot=slot, at=slot, seconds=45)
            await ahead.release("tick", at=slot)

        late = [await behind.take("tick", slot=slot, at=slot, seconds=45) for slot in slots[1:]]
        assert late == [False] * 5


async def test_an_errand_whose_lease_lies_a_day_ahead_is_done_by_the_next(database_url: str) -> None:
    async with opened(database_url) as database:
        async with database.writing() as tx:
            await outbox.put(tx, [NewErrand(channel="desk", key="k", subject="s", payload="{}")], at=AT)
        async with database.writing() as tx:
            assert len(await outbox.claim(tx, ["desk"], at=AT + DAY, limit=10)) == 1
        async with database.writing() as tx:
            again = await outbox.claim(tx, ["desk"], at=AT + timedelta(seconds=1), limit=10)
        async with database.writing() as tx:
            meanwhile = await outbox.claim(tx, ["desk"], at=AT + timedelta(seconds=2), limit=10)

    assert (len(again), len(meanwhile)) == (1, 0)


async def _nothing_due(at: datetime) -> int:
    return 0


async def test_a_clock_that_was_set_back_has_its_slots_struck_from_there(sqlite_url: str, clock: Clock) -> None:
    """APScheduler itself would wait until the clock has caught up with the slot it had in mind."""
    async with opened(sqlite_url) as database:
        runner = Runner([EVERY_MINUTE], {"tick": _nothing_due}, DatabaseLeases(database), clock)
        await runner.start()
        passed = asyncio.get_running_loop().time()
        before = runner.look_at_clock(passed + 15)  # it stood still: a clock that is slow by so much was set back
        clock.at -= HOUR
        back = runner.look_at_clock(passed + 30)
        struck = runner.cards()[0].next_slot
        clock.at += timedelta(seconds=15)
        calm = runner.look_at_clock(passed + 45)
        await runner.stop()

    assert (before, back, calm) == (True, True, False)
    assert struck is not None
    assert AT - HOUR < struck <= AT - HOUR + timedelta(minutes=1)


async def test_a_clock_that_leaps_ahead_changes_no_slot(sqlite_url: str, clock: Clock) -> None:
    async with opened(sqlite_url) as database:
        runner = Runner([EVERY_MINUTE], {"tick": _nothing_due}, DatabaseLeases(database), clock)
        await runner.start()
        clock.at += DAY
        leapt = runner.look_at_clock(asyncio.get_running_loop().time() + 15)
        await runner.stop()

    assert not leapt


@pytest.fixture
async def gateway(database_url: str, clock: Clock) -> AsyncIterator[Gateway]:
    """Give a gateway that goes by the clock that is set by hand."""
    clock.at = datetime.now(UTC)
    async with opened_house(parse(SETTINGS.format(url=database_url)), clock=clock) as house:
        token, numbers = await furnished(house, items=2)
        app = make_app(house.services, door=Door(clock=clock, rehearsal=True))
        async with TestClient(TestServer(app)) as client:
            yield Gateway(house, client, token, numbers)


async def test_scans_and_events_go_on_whatever_the_clock_does(gateway: Gateway, clock: Clock) -> None:
    said = []
    for n, leap in enumerate((timedelta(0), DAY, -DAY - HOUR, HOUR, -timedelta(minutes=3))):
        clock.at += leap
        stamp = clock.at.isoformat()
        one = {
            "scan_id": f"s{n}",
            "number": gateway.numbers[0],
            "code": "arrived",
            "office": OFFICE,
            "device_at": stamp,
        }
        body = {"device": "d", "sent_at": stamp, "scans": [one]}
        headers = {"Authorization": f"Bearer {gateway.token}"}
        async with gateway.client.post("/api/v1/scans", json=body, headers=headers) as answer:
            said += [(answer.status, (await answer.json())["answers"][0]["verdict"])]
    async with gateway.client.get("/api/v1/events?after=0&limit=100", headers=headers) as answer:
        events = (await answer.json())["data"]

    assert said == [(200, "accepted")] * 5
    ids = [int(event["event_no"]) for event in events]
    assert ids == sorted(set(ids))
    reading = gateway.house.database.reading
    journey, kept = (
        await scan_rows.history(reading, gateway.numbers[0]),
        await consignments.find(reading, gateway.numbers[0]),
    )
    assert len(journey) == 5
    assert kept is not None
    assert kept.custody == custody_of(kept.leg, journey, rule_book().scan_table_of(kept.rules_version))
