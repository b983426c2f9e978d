"""Client, door and double speak to each other, on good and on bad days."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.rehearsal.faults import Faults
from adapters.rehearsal.viettel_post import KNOWN
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import PostedOrder

from ...furnishing import until
from .conftest import MORNING

NUMBER = "4K7M29TB6HC"


@pytest.fixture
async def pair(double_of: Any, carrier_of: Any, door: Any) -> tuple[Any, Any]:
    double, url = await double_of(webhook_url=str(door.make_url("/hooks/viettel-post/vtp")))
    return double, carrier_of(url, known_already=(KNOWN,))


async def test_an_order_is_one_parcel_however_often_it_is_asked(pair, order):
    double, carrier = pair
    receipts = [await carrier.book(order) for _ in range(3)]
    assert [receipt.known_already for receipt in receipts] == [False, True, True]
    assert len(double.parcels) == 1
    assert double.logins == 1


async def test_a_lost_answer_makes_no_second_parcel(pair, order):
    double, carrier = pair
    double.bad_day.faults = Faults(lost_answer=1.0, only="order")
    with pytest.raises(Unreachable):
        await carrier.book(order)
    double.bad_day.faults = Faults()
    assert (await carrier.book(replace(order, asked_before=True))).known_already
    assert len(double.parcels) == 1


@pytest.mark.parametrize("fault", ["server_error", "html", "empty", "lost_answer"])
async def test_a_bad_day_leaves_the_order_open(pair, order, fault):
    double, carrier = pair
    double.bad_day.faults = Faults(only="order").changed({fault: 1.0})
    with pytest.raises(Unreachable):
        await carrier.book(order)


async def test_a_carrier_that_refuses_needs_a_person(pair, order):
    double, carrier = pair
    double.bad_day.faults = Faults(refuse=1.0)
    with pytest.raises(Refused):
        await carrier.book(order)
    assert not double.parcels


async def test_a_token_that_ran_out_is_bought_anew(pair, order):
    double, carrier = pair
    await carrier.book(order)
    double.forget_tokens()
    assert (await carrier.book(order)).known_already
    assert double.logins == 2


async def test_a_parcel_is_called_off_until_the_postman_has_it(pair, order):
    double, carrier = pair
    receipt = await carrier.book(order)
    double.parcels[NUMBER].status = 105
    posted = PostedOrder(order_no=NUMBER, post_ref=receipt.post_ref)
    with pytest.raises(Refused):
        await carrier.cancel(posted)
    double.parcels[NUMBER].status = 104
    await carrier.cancel(posted)
    assert double.parcels[NUMBER].status == 107


async def test_what_the_double_tells_is_heard_at_the_first_call(pair, order, house):
    double, carrier = pair
    await carrier.book(order)
    heard = [
        await double.tell(NUMBER, status, at=MORNING + timedelta(minutes=n)) for n, status in enumerate((105, 501))
    ]
    assert heard == [1, 1]
    assert [event.code for event in house.events.values()] == ["collected", "delivered"]
    assert {event.order_no for event in house.events.values()} == {NUMBER}


async def test_duplicates_bad_rows_and_unknown_codes_cost_nothing(pair, order, house):
    double, carrier = pair
    await carrier.book(order)
    double.bad_day.faults = Faults(duplicate_events=1.0, bad_rows=1.0, unknown_codes=1.0)
    assert await double.tell(NUMBER, 105) == 1
    assert sorted(event.code for event in house.events.values()) == ["collected", "unknown"]
    assert len(house.rejects) == 1


async def test_a_busy_moment_is_called_again_and_told_once(pair, order, house):
    double, carrier = pair
    await carrier.book(order)
    busy, free, over = [True], asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        if busy and busy.pop():
            await free.wait()
            over.set()

    house.wait = slow
    assert await double.tell(NUMBER, 501) == 2
    free.set()
    await over.wait()
    await asyncio.sleep(0)
    assert len(house.events) == 1
    assert not double.forgotten


async def test_a_stranger_is_called_six_times_in_vain(double_of, door, house):
    double, _ = await double_of(
        webhook_url=str(door.make_url("/hooks/viettel-post/vtp")), webhook_secret="sai-bi-mat"
    )  # fmt: skip
    assert await double.tell("KHONGBIET", 501) == 0
    assert len(double.forgotten) == 1
    assert not house.events


async def test_a_parcel_lives_by_itself_where_that_is_wanted(double_of, carrier_of, door, house, order):
    double, url = await double_of(
        webhook_url=str(door.make_url("/hooks/viettel-post/vtp")), step_seconds=0.01
    )  # fmt: skip
    await carrier_of(url).book(order)
    await until("it is delivered", lambda: any(event.code == "delivered" for event in house.events.values()))
    assert double.parcels[NUMBER].status == 501
