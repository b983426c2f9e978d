"""A dead or hanging wire keeps nobody else waiting, and who is silent is left in peace.

Nothing here is measured: while one outsider still hangs, what was done for the others is counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from adapters.breaker import FAULTS_MOST
from adapters.rehearsal.faults import Faults

from .street import CARRIERS_WAY, Street

MANY = 22  #: more than are told to one listener at once


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Give the loop its turns until something has become true; the test's own time limit ends it otherwise."""
    while not await holds():
        await asyncio.sleep(0.01)


@asynccontextmanager
async def turn_under_way(street: Street) -> AsyncIterator[None]:
    """Keep a turn going, hanging on somebody, for the length of the block; then let go what hangs."""
    turn = asyncio.create_task(street.turn())
    try:
        yield
    finally:
        for bad_day in street.counters().values():
            bad_day.closing.set()
        await turn


async def made_true(street: Street, desk: str, how_many: int) -> list[str]:
    """Book parcels of a desk, and let its post tell of them."""
    numbers = [await street.booked(desk) for _ in range(how_many)]
    while await street.turn():
        continue
    for number in numbers if desk == "KA" else ():
        await street.carrier.tell(number, 105, at=street.clock[0])
    return numbers


async def test_while_one_subscriber_hangs_the_other_hears_everything_in_the_same_turn(patient_street: Street) -> None:
    street = patient_street
    numbers = set(await made_true(street, "KA", MANY))
    deaf, well = street.subscribers
    before = len(deaf.heard)
    street.spoil(Faults(silent=1.0), "subscriber 0")

    async with turn_under_way(street):
        await until(lambda: _heard_all(street, numbers))
        assert len(deaf.heard) == before
        assert deaf.calls > before

    assert street.heard(well, numbers) == await street.events(numbers)


async def _heard_all(street: Street, numbers: set[str]) -> bool:
    events = await street.events(numbers)
    return len(events) == len(numbers) and street.heard(street.subscribers[1], numbers) == events


async def test_while_one_desk_hangs_the_others_and_every_subscriber_hear_in_the_same_turn(
    patient_street: Street,
) -> None:
    street = patient_street
    other = set(await made_true(street, "HK", 3))
    portal = set(await made_true(street, "KA", MANY))
    street.pass_time(minutes=20)
    street.spoil(Faults(silent=1.0), "portal")

    async with turn_under_way(street):
        await until(lambda: _heard_all(street, portal))
        assert street.portal.asked["CapNhatTienDoHoSoMC"] == 0
    street.spoil(Faults())
    while await street.turn():
        continue
    desk = street.house.rehearsal_desk
    assert desk is not None
    told = await street.events(other)
    assert told
    for number, ids in told.items():
        assert [one.notice_id for one in desk.told if one.consignment_no == number] == ids


async def test_while_one_post_hangs_the_orders_of_the_others_go_out_in_the_same_turn(patient_street: Street) -> None:
    street = patient_street
    hanging = [await street.booked("TS") for _ in range(MANY)]
    going = [await street.booked(desk) for desk in ("KA", "HK") for _ in range(MANY)]
    street.spoil(Faults(silent=1.0), "office")

    async def are_booked() -> bool:
        return len(street.carrier.parcels) == len(street.partner.parcels) == MANY

    async with turn_under_way(street):
        await until(are_booked)
        await until(lambda: _accepted(street, going))
        assert street.office.orders() == ()
    assert {await street.order_state(number) for number in hanging} <= {"unknown", "waiting"}


async def _accepted(street: Street, numbers: list[str]) -> bool:
    return {await street.order_state(number) for number in numbers} == {"accepted"}


async def test_while_one_post_hangs_the_feeds_of_the_others_are_read_in_the_same_turn(patient_street: Street) -> None:
    street = patient_street
    [number] = await made_true(street, "HK", 1)
    street.pass_time(minutes=40)
    street.spoil(Faults(silent=1.0), "office")

    async def is_told() -> bool:
        return await street.state(number) == "delivered_by_post_statement"

    async with turn_under_way(street):
        await until(is_told)
        assert await street.rows("SELECT 1 FROM feed WHERE account = 'ngsp' AND failing_since IS NOT NULL") == []


@pytest.mark.usefixtures("no_rest_is_over")
async def test_who_is_silent_is_left_in_peace_and_nobody_with_it(patient_street: Street) -> None:
    street = patient_street
    deaf, well = street.subscribers
    street.spoil(Faults(server_error=1.0), "subscriber 0")
    numbers = set(await made_true(street, "KA", 2 * MANY))
    await street.turn()
    called = deaf.calls
    assert 0 < called <= FAULTS_MOST + 20  # those under way when it was seen to be silent

    for _ in range(5):
        street.pass_time(seconds=1)
        await street.turn()

    assert deaf.calls == called
    assert street.heard(well, numbers) == await street.events(numbers)


async def test_what_one_subscriber_asks_for_is_asked_of_nobody_else(patient_street: Street) -> None:
    """A subscriber begged for a day of quiet, and every other one was left in peace with it."""
    street = patient_street
    street.spoil(Faults(busy=1.0), "subscriber 0")
    first = set(await made_true(street, "KA", 2))
    while await street.turn():
        continue

    assert street.heard(street.subscribers[1], first) == await street.events(first)


async def test_an_account_that_stands_in_no_settings_stops_its_own_orders_and_nobody_elses(
    patient_street: Street,
) -> None:
    street = patient_street
    gone, going = await street.booked("KA"), await street.booked("HK")
    del street.house.services.booking.posts["vtp"]  # type: ignore[attr-defined]

    await street.turn()

    assert (await street.order_state(gone), await street.order_state(going)) == ("refused", "accepted")
    [parked] = [one for one in await street.owed() if one[3] == "parked"]
    assert "vtp không còn trong cấu hình" in parked[4]


@pytest.mark.usefixtures("outsiders_never_rest")
async def test_while_one_desk_hangs_the_others_are_asked_how_their_dossiers_stand(patient_street: Street) -> None:
    street = patient_street
    numbers = [await street.booked(desk) for desk in ("TS", "KA")]
    await street.knocks()
    for status in CARRIERS_WAY:
        await street.carrier.tell(numbers[1], status, at=street.clock[0])
    street.pass_time(minutes=40)
    street.spoil(Faults(server_error=1.0), "opencps", "portal")  # neither hears that it was delivered
    await street.knocks()
    street.spoil(Faults(silent=1.0), "opencps")
    street.spoil(Faults(), "portal")
    looked_up = street.portal.asked["TraCuuHoSo"]
    street.clock[0] += timedelta(hours=6)

    asking = asyncio.create_task(street.house.services.settling.ask_standings(at=street.clock[0]))
    try:

        async def is_asked() -> bool:
            return street.portal.asked["TraCuuHoSo"] > looked_up

        await until(is_asked)
        assert not asking.done()
    finally:
        street.opencps.bad_day.closing.set()
        await asking
