"""A yes behind which is nothing cannot be told from a true one; what was lost by it can be had again, and is seen.

A post that took an order and did nothing is found by who looks for parcels that stand still; a subscriber that lost
what it was told reads the change feed.
"""

from __future__ import annotations

import pytest

from adapters.rehearsal.faults import Faults

from .street import ADMINISTRATOR, Street

pytestmark = pytest.mark.usefixtures("outsiders_never_rest")


async def test_what_a_subscriber_lost_behind_its_yes_stands_in_the_change_feed(patient_street: Street) -> None:
    street = patient_street
    first = await street.booked("KA")
    await street.knocks()
    await street.carrier.tell(first, 105, at=street.clock[0])
    await street.knocks()
    street.spoil(Faults(hollow=1.0), "subscriber 0")
    lost = await street.booked("KA")
    await street.knocks()
    await street.carrier.tell(lost, 105, at=street.clock[0])
    await street.knocks()
    deaf, well = street.subscribers
    assert (lost in street.heard(deaf, {lost}), lost in street.heard(well, {lost})) == (False, True)

    seen = [int(notice["sequence"]) for notice in deaf.heard.values()]
    entries = await street.house.services.notices.events(after=max(seen, default=0), limit=100, actor=ADMINISTRATOR)

    read_on = [entry.notice.notice_id for entry in entries if entry.notice.consignment_no == lost]
    assert read_on == (await street.events({lost}))[lost]


async def test_an_order_that_a_post_took_and_forgot_is_found_among_those_that_stand_still(
    patient_street: Street,
) -> None:
    street = patient_street
    taken = await street.booked("TS")
    await street.knocks()
    street.spoil(Faults(hollow=1.0, only="order"), "office")
    forgotten = await street.booked("TS")
    await street.knocks()
    assert await street.order_state(forgotten) == "accepted"
    assert [one.order_no for one in street.office.orders()] == [taken]

    street.spoil(Faults())
    street.pass_time(days=4)
    await street.knocks()

    assert await street.state(taken) == "delivered_by_post_statement"
    stuck = await street.house.services.stalling.stuck(actor=ADMINISTRATOR, at=street.clock[0])
    assert [one.consignment.consignment_no for one in stuck.items] == [forgotten]
