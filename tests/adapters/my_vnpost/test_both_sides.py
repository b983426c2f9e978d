"""Our client and the double over a real socket, on good days and bad ones."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from adapters.rehearsal.faults import Faults
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import PostedOrder

pytestmark = pytest.mark.usefixtures("outsiders_never_rest")
BAD_DAYS = ("lost_answer", "html", "empty")


async def read_all(post, cursor=""):
    """Read the feed to its end as the tracking service does."""
    events: dict[str, Any] = {}
    rejects = 0
    while True:
        page = await post.feed(cursor, 500)
        events |= {event.record_id: event for event in page.events}
        rejects += len(page.rejects)
        cursor = page.cursor
        if not page.more:
            return list(events.values()), rejects, cursor


async def test_an_order_lives_its_life_to_the_end(open_my_vnpost, my_post, clock, my_order):
    _, url = await open_my_vnpost(still=False, speed=3600.0, failed_share=0.0)
    post = my_post(url)
    receipt = await post.book(my_order)
    clock.hours_pass(100)
    events, rejects, cursor = await read_all(post)
    told = [event.code for event in sorted(events, key=lambda event: event.occurred_at)]
    assert [told[0], told[-1]] == ["booked", "delivered"]
    assert {event.order_no for event in events} == {my_order.order_no}
    assert {event.item_no for event in events} == {receipt.item_no}
    assert rejects == 0
    assert (await read_all(post, cursor))[0] == []


async def test_a_reader_that_knows_nothing_of_the_first_tells_the_same_records(open_my_vnpost, my_post, my_order):
    _, url = await open_my_vnpost()
    await my_post(url).book(my_order)
    told = [await read_all(my_post(url)) for _ in range(2)]
    assert told[0][0] == told[1][0]
    assert len(told[0][0]) == 1


@pytest.mark.parametrize("trouble", BAD_DAYS)
async def test_after_a_spoiled_answer_there_is_one_parcel(open_my_vnpost, my_post, my_order, trouble):
    double, url = await open_my_vnpost(faults=Faults(only="order").changed({trouble: 1.0}))
    post = my_post(url)
    with pytest.raises(Unreachable):
        await post.book(my_order)
    double.set_faults(Faults())
    receipt = await post.book(replace(my_order, asked_before=True))
    assert receipt.known_already
    assert len(double.parcels) == 1


async def test_the_double_has_no_mercy_with_who_does_not_look(open_my_vnpost, my_post, my_order):
    double, url = await open_my_vnpost()
    post = my_post(url)
    await post.book(my_order)
    await post.book(my_order)
    assert len(double.parcels) == 2
    with pytest.raises(Unreachable):
        await post.book(replace(my_order, asked_before=True))


async def test_on_a_day_of_lost_answers_every_order_becomes_one_parcel(open_my_vnpost, my_post, clock, my_order):
    double, url = await open_my_vnpost(faults=Faults(lost_answer=0.4, server_error=0.2))
    post = my_post(url)

    async def persist(number: int) -> None:
        order = replace(my_order, order_no=f"4K7M29TB{number:03}")
        for n in range(200):
            try:
                await post.book(replace(order, asked_before=n > 0))
                return
            except Unreachable:
                await asyncio.sleep(0)
        raise AssertionError("never booked")

    await asyncio.gather(*(persist(number) for number in range(12)))
    assert len(double.parcels) == len({parcel.order_no for parcel in double.parcels}) == 12


async def test_a_dead_half_made_call_is_made_once_the_post_is_proved_to_have_nothing(open_my_vnpost, my_post, my_order):
    double, url = await open_my_vnpost()
    post = my_post(url)
    await post.book(replace(my_order, order_no="7K7M29TB6HC"))
    double.set_faults(Faults(server_error=1.0, only="order"))
    with pytest.raises(Unreachable):
        await post.book(my_order)
    double.set_faults(Faults())
    assert not (await post.book(replace(my_order, asked_before=True))).known_already
    assert len(double.of(my_order.order_no)) == 1


async def test_an_order_is_called_off_before_the_postman_comes_and_not_after(open_my_vnpost, my_post, my_order):
    double, url = await open_my_vnpost()
    post = my_post(url)
    receipt = await post.book(my_order)
    posted = PostedOrder(order_no=my_order.order_no, item_no=receipt.item_no, post_ref=receipt.post_ref)
    await post.cancel(posted)
    await post.cancel(posted)
    other = await post.book(replace(my_order, order_no="7K7M29TB6HC"))
    double.happens("7K7M29TB6HC", 6)
    with pytest.raises(Refused):
        await post.cancel(PostedOrder(order_no="7K7M29TB6HC", item_no=other.item_no, post_ref=other.post_ref))


async def test_an_approved_cancellation_is_seen_even_by_who_did_not_ask_for_it(open_my_vnpost, my_post, my_order):
    double, url = await open_my_vnpost(cancel_waits=True)
    post = my_post(url)
    receipt = await post.book(my_order)
    posted = PostedOrder(order_no=my_order.order_no, post_ref=receipt.post_ref)
    for client in (post, post, my_post(url)):
        with pytest.raises(Unreachable):
            await client.cancel(posted)
    double.approve(my_order.order_no)
    await post.cancel(posted)
    await my_post(url).cancel(posted)


async def test_whatever_goes_wrong_in_histories_every_happening_is_told(open_my_vnpost, my_post, clock, my_order):
    faults = Faults(duplicate_events=0.5, reordered_events=0.5, unknown_codes=0.5, bad_rows=0.5, only="history")
    double, url = await open_my_vnpost(faults=faults)
    post = my_post(url)
    for n in range(8):
        await post.book(replace(my_order, order_no=f"4K7M29TB{n:03}"))
        for status in (6, 10, 14):
            clock.hours_pass(1)
            double.happens(f"4K7M29TB{n:03}", status)
    events, rejects, _ = await read_all(post)
    told = sorted((event.order_no, event.code) for event in events if event.code != "unknown")
    wanted = ("booked", "collected", "delivered", "departed")
    assert told == [(f"4K7M29TB{n:03}", code) for n in range(8) for code in wanted]
    assert rejects > 0


async def test_an_order_that_is_wrong_is_refused_with_the_posts_words(open_my_vnpost, my_post, my_order):
    _, url = await open_my_vnpost()
    with pytest.raises(Refused, match="senderPhone"):
        await my_post(url).book(replace(my_order, consignor=replace(my_order.consignor, phone="")))


def test_the_double_can_stand_alone():
    asked = [sys.executable, "-m", "postgw", "rehearse", "my-vnpost", "--help"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert "--cancel-waits" in told
