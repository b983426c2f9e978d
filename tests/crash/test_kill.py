"""Whoever dies, and whenever: what was acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.custody import custody_of
from postgw.rules.book import rule_book
from postgw.storage import consignments, orders, scan_rows

from ..furnishing import OFFICE, until
from .conftest import Yard

pytestmark = [pytest.mark.crash, pytest.mark.slow]

_DICE = random.Random(45)
#: Each life of the gateway is cut short when so many more orders have come to this point.
_DEATHS = (
    ("about to be asked for", 1), ("with the post", 3), ("booked", 2), ("with the post", 7),
)  # fmt: skip


async def _how_many(yard: Yard, point: str) -> int:
    """Count the orders that have come to a point; what is with the post may not be known to the gateway."""
    if point == "with the post":
        return sum(order["asked"] for order in await yard.parcels())
    stored = await orders.counts(yard.database.reading)
    return stored.get({"about to be asked for": "unknown", "booked": "accepted"}[point], 0)


async def _book(yard: Yard, numbers: list[str]) -> None:
    await asyncio.gather(*(yard.ask("POST", f"/api/v1/consignments/{number}/book", expect=202) for number in numbers))


async def _booked_through_deaths(yard: Yard, numbers: list[str]) -> None:
    """Have the desk book, portion by portion, and kill the gateway once while each is on its way."""
    size = len(numbers) // len(_DEATHS)
    portions = [numbers[first : first + size] for first in range(0, len(numbers), size)]
    async with asyncio.TaskGroup() as desk:
        for (point, more), portion in zip(_DEATHS, portions, strict=True):
            enough = await _how_many(yard, point) + more
            gateway = await yard.gateway()
            desk.create_task(_book(yard, portion))

            async def is_there(point: str = point, enough: int = enough) -> bool:
                return await _how_many(yard, point) >= enough

            await until(f"{more} orders {point}", is_there)
            await gateway.kill()
        gateway = await yard.gateway()
    await gateway.kill()


async def test_each_booking_becomes_one_parcel_however_often_the_gateway_dies(yard: Yard) -> None:
    numbers = await yard.consignments(40)
    await yard.spoil(slow_seconds=0.1, lost_answer=0.4, only="order")

    await _booked_through_deaths(yard, numbers)
    await yard.spoil()
    await yard.gateway()

    async def all_is_said() -> bool:
        return (await orders.counts(yard.database.reading)) == {"accepted": len(numbers)}

    await until("every order accepted", all_is_said)
    parcels = await yard.parcels()
    assert Counter(parcel["order_no"] for parcel in parcels) == Counter(numbers)
    assert sum(parcel["asked"] for parcel in parcels) > len(numbers), (
        "nothing was asked twice: the deaths came too late"
    )
    kept = await consignments.several(yard.database.reading, numbers)
    assert {consignment.custody.state for consignment in kept.values()} == {"booked"}
    stuck = "SELECT count(*) AS n FROM outbox WHERE channel = 'post' AND state <> 'sent'"
    assert await yard.count(stuck) == 0
    booked = "SELECT count(*) AS n FROM scan WHERE code = 'booked'"
    assert await yard.count(booked) == len(numbers)


@dataclass
class Station:
    """A device that sends its batches one after the other, each until it is acknowledged."""

    yard: Yard
    device: str
    batches: list[list[dict[str, Any]]]
    acknowledged: list[str] = field(default_factory=list)

    async def send_all(self) -> None:
        """Send every batch, and each again until it is answered."""
        for batch in self.batches:
            await self.send(batch)

    async def send(self, batch: list[dict[str, Any]]) -> list[str]:
        """Send one batch until it is answered; return the verdicts."""
        body = {"device": self.device, "sent_at": datetime.now(UTC).isoformat(), "scans": batch}
        answers = (await self.yard.ask("POST", "/api/v1/scans", body, expect=200))["answers"]
        self.acknowledged += [answer["scan_id"] for answer in answers]
        return [answer["verdict"] for answer in answers]


def _station(yard: Yard, device: str, numbers: list[str], *, batches: int) -> Station:
    """Return a device with batches of fifty: each item seen to leave and to come, again and again."""
    begun = datetime.now(UTC) - timedelta(days=1)
    scans_of = [
        [
            {
                "scan_id": f"{batch}-{n}", "number": number, "code": code, "office": OFFICE,
                "device_at": (begun + timedelta(minutes=10 * batch + shift)).isoformat(),
            }
            for shift, code in enumerate(("departed", "arrived"))
            for n, number in ((f"{at}{code[0]}", number) for at, number in enumerate(numbers))
        ]
        for batch in range(batches)
    ]  # fmt: skip
    return Station(yard, device, scans_of)


async def _sent_through(yard: Yard, stations: list[Station], strike: Callable[[], Awaitable[None]], times: int) -> None:
    """Let the stations send, and strike a few times in the midst of it."""

    def acknowledged() -> int:
        return sum(len(station.acknowledged) for station in stations)

    async with asyncio.TaskGroup() as at_work:
        for station in stations:
            at_work.create_task(station.send_all())
        for _ in range(times):
            enough = acknowledged() + 50 * _DICE.randint(2, 4)

            async def is_there(enough: int = enough) -> bool:
                return acknowledged() >= enough

            await until("scans acknowledged", is_there)
            await strike()
        assert acknowledged() < sum(len(batch) for station in stations for batch in station.batches), "struck too late"


async def _must_be_whole(yard: Yard, stations: list[Station], numbers: list[str]) -> None:
    """See that each acknowledged scan is in a journey, once, and that the states follow from the journeys."""
    told = {
        f"device:{station.device}#{scan['scan_id']}"
        for station in stations
        for batch in station.batches
        for scan in batch
    }
    kept: Counter[str] = Counter()
    for number in numbers:
        journey = await scan_rows.history(yard.database.reading, number)
        kept.update(scan.key for scan in journey)
        consignment = await consignments.find(yard.database.reading, number)
        assert consignment is not None
        table = rule_book().scan_table_of(consignment.rules_version)
        assert consignment.custody == custody_of(consignment.leg, journey, table)
    assert set(kept) == told
    assert set(kept.values()) == {1}
    again = [verdict for station in stations for batch in station.batches for verdict in await station.send(batch)]
    assert set(again) == {"known"}
    assert await yard.count("SELECT count(*) AS n FROM scan") == len(told)


async def test_no_acknowledged_scan_is_lost_or_doubled_when_the_gateway_dies(yard: Yard) -> None:
    numbers = await yard.consignments(25)
    stations = [_station(yard, f"may-quet-{n}", numbers, batches=8) for n in range(3)]
    gateway = [await yard.gateway()]

    async def strike() -> None:
        await gateway[0].kill()
        gateway[0] = await yard.gateway()

    await _sent_through(yard, stations, strike, times=3)
    await _must_be_whole(yard, stations, numbers)


@pytest.mark.postgres
async def test_no_acknowledged_scan_is_lost_or_doubled_when_the_database_dies(
    postgres_yard: Yard, power_cut: Callable[[], Awaitable[None]]
) -> None:
    numbers = await postgres_yard.consignments(25)
    stations = [_station(postgres_yard, f"may-quet-{n}", numbers, batches=8) for n in range(3)]
    await postgres_yard.gateway()

    await _sent_through(postgres_yard, stations, power_cut, times=2)
    await _must_be_whole(postgres_yard, stations, numbers)


@pytest.mark.postgres
async def test_while_the_database_is_away_everybody_is_asked_to_come_again(
    postgres_yard: Yard, power: Callable[[str], Awaitable[None]]
) -> None:
    [number] = await postgres_yard.consignments(1)
    await postgres_yard.gateway()
    await postgres_yard.ask("GET", f"/api/v1/consignments/{number}", expect=200)
    door, headers = f"http://127.0.0.1:{postgres_yard.port}", {"Authorization": f"Bearer {postgres_yard.token}"}

    await power("stop")
    try:
        async with postgres_yard.session.get(f"{door}/api/v1/consignments/{number}", headers=headers) as answer:
            told = (answer.status, (await answer.json(content_type=None))["code"], "Retry-After" in answer.headers)
        async with postgres_yard.session.get(f"{door}/t/{number}") as page:
            shown = (page.status, page.content_type)
    finally:
        await power("start")

    assert told == (503, "database.away", True)
    assert shown == (503, "text/html")
    await postgres_yard.ask("GET", f"/api/v1/consignments/{number}", expect=200)


@pytest.mark.postgres
async def test_two_processes_and_two_in_haste_ask_for_each_parcel_once(postgres_yard: Yard) -> None:
    yard = postgres_yard
    numbers = await yard.consignments(40)
    await yard.spoil(slow_seconds=0.2, only="order")
    lives = await asyncio.gather(
        yard.started("-m", "postgw", "serve"), yard.started("-m", "postgw", "work"), yard.hasty(), yard.hasty()
    )

    await _book(yard, numbers)

    async def all_is_said() -> bool:
        return (await orders.counts(yard.database.reading)) == {"accepted": len(numbers)}

    await until("every order accepted", all_is_said)
    for life in lives:
        await life.stop()
    assert {parcel["order_no"]: parcel["asked"] for parcel in await yard.parcels()} == dict.fromkeys(numbers, 1)
    tried = (
        "SELECT (SELECT count(*) FROM outbox WHERE channel = 'post')"
        " + (SELECT count(*) FROM told WHERE channel = 'post' AND attempts <> 1) AS n"
    )
    assert await yard.count(tried) == 0
