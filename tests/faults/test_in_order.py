"""What waited goes out in the order in which it came: notices by item, orders by account."""

from __future__ import annotations

import pytest

from adapters.rehearsal.faults import Faults

from .street import CARRIERS_WAY, Street

pytestmark = pytest.mark.usefixtures("outsiders_never_rest")
WAVE = 20  #: so many orders of an account are under way at once


async def test_through_a_day_of_lost_answers_each_hears_of_each_item_in_the_order_of_events(
    patient_street: Street,
) -> None:
    street = patient_street
    numbers = {await street.booked("KA") for _ in range(4)}
    await street.knocks()
    street.spoil(Faults(server_error=0.4, lost_answer=0.3), "subscriber 0", "portal")
    for status in CARRIERS_WAY:
        for number in numbers:
            await street.carrier.tell(number, status, at=street.clock[0])
        await street.turn()
        street.pass_time(minutes=4)
    for _ in range(3):
        await street.knocks()
        street.pass_time(minutes=15)
    street.spoil(Faults())
    for _ in range(6):
        street.pass_time(hours=1)
        await street.knocks()

    events = await street.events(numbers)
    assert {len(ids) for ids in events.values()} == {3}
    for subscriber in street.subscribers:
        assert street.heard(subscriber, numbers) == events
    assert {kept["TrangThaiHoSo"] for kept in street.portal.dossiers.values()} == {"10"}


async def test_what_is_heard_late_is_heard_before_the_news(patient_street: Street) -> None:
    street = patient_street
    number = await street.booked("KA")
    await street.knocks()
    street.spoil(Faults(server_error=1.0), "subscriber 0")
    for status in CARRIERS_WAY[:4]:
        await street.carrier.tell(number, status, at=street.clock[0])
        await street.knocks()
        street.pass_time(hours=2)  # so often in vain that the next try would be hours away
        await street.knocks()
    street.spoil(Faults())

    await street.carrier.tell(number, CARRIERS_WAY[4], at=street.clock[0])
    await street.knocks()

    assert street.heard(street.subscribers[0], {number}) == await street.events({number})


async def test_after_a_silence_the_orders_of_an_account_go_out_in_the_order_in_which_they_were_asked(
    patient_street: Street,
) -> None:
    street = patient_street
    street.spoil(Faults(server_error=1.0), "carrier")
    numbers = [await street.booked("KA") for _ in range(2 * WAVE + 3)]
    await street.knocks()
    assert not street.carrier.parcels

    street.spoil(Faults())
    street.pass_time(minutes=1)
    await street.knocks()

    came = list(street.carrier.parcels)
    assert [set(came[n : n + WAVE]) for n in range(0, len(came), WAVE)] == [
        set(numbers[n : n + WAVE]) for n in range(0, len(numbers), WAVE)
    ]
