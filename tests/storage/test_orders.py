from __future__ import annotations

from datetime import timedelta

import pytest

from postgw.domain.ports import FeedReject
from postgw.storage import orders

NO = "4K7M29TB6HC"


async def _do(house, act, *words, **more):
    async with house.database.writing() as tx:
        return await act(tx, *words, **more)


async def _ask(house, account="hatinh", later=timedelta()):
    return await _do(house, orders.ask, NO, account, actor="test", at=house.at + later)


async def test_an_order_waits_under_our_own_number(house):
    order = await _ask(house)

    assert (order.state, order.order_no, order.account, order.asked_at) == ("waiting", NO, "hatinh", house.at)


@pytest.mark.parametrize("state", ["waiting", "unknown", "accepted", "cancelling", "cancelled"])
async def test_an_order_asked_for_again_stays_as_it_is(house, state):
    await _ask(house)
    await _do(house, orders.set_state, NO, state, at=house.at)

    again = await _ask(house, "another", timedelta(hours=1))

    assert (again.state, again.account, again.asked_at) == (state, "hatinh", house.at)


async def test_a_refused_order_asked_for_again_waits_again(house):
    await _ask(house)
    await _do(house, orders.set_state, NO, "refused", message="Sai địa chỉ", at=house.at)

    again = await _ask(house, "another", timedelta(hours=1))

    assert (again.state, again.account, again.message) == ("waiting", "another", "")


async def test_many_asks_at_once_make_one_order(house, gather):
    await gather(*(_ask(house) for _ in range(10)))

    assert await house.count("post_order") == 1


async def test_an_answer_keeps_its_moment_and_a_reason_once_given_stays(house):
    await _ask(house)
    await _do(house, orders.set_state, NO, "cancelling", reason="wrong_address")
    await _do(house, orders.set_state, NO, "cancelled", message="Đã huỷ", at=house.at)

    order = await orders.find(house.database.reading, NO)

    assert order is not None
    assert (order.state, order.message, order.cancel_reason, order.answered_at) == (
        "cancelled", "Đã huỷ", "wrong_address", house.at,
    )  # fmt: skip
    assert await orders.counts(house.database.reading) == {"cancelled": 1}


async def test_an_order_that_nobody_made_is_not_found(house):
    assert await orders.find(house.database.reading, NO) is None


async def test_a_feed_begins_at_nothing_and_goes_on_from_where_it_is(house):
    began = await orders.cursor(house.database.reading, "hatinh")

    moved = [
        await _do(house, orders.advance, "hatinh", was="", now="10", at=house.at),
        await _do(house, orders.advance, "hatinh", was="10", now="20", at=house.at),
    ]

    assert (began, moved, await orders.cursor(house.database.reading, "hatinh")) == ("", [True, True], "20")


async def test_a_feed_that_was_read_on_meanwhile_is_not_moved(house):
    await _do(house, orders.advance, "hatinh", was="", now="10", at=house.at)

    assert not await _do(house, orders.advance, "hatinh", was="", now="5", at=house.at)
    assert await orders.cursor(house.database.reading, "hatinh") == "10"


async def test_of_readers_that_move_a_feed_at_once_one_moves_it(house, gather):
    moved = await gather(*(_do(house, orders.advance, "hatinh", was="", now=str(n), at=house.at) for n in range(1, 9)))

    assert moved.count(True) == 1


async def test_a_feed_fails_since_the_first_failure_until_it_is_read(house):
    for minute in range(2):
        await _do(house, orders.failing, "hatinh", error="im lặng", at=house.at + timedelta(minutes=minute))
    [failing] = await orders.feeds(house.database.reading)

    await _do(house, orders.advance, "hatinh", was="", now="1", at=house.at)

    [well] = await orders.feeds(house.database.reading)
    assert (failing["failing_since"], failing["last_error"]) == (house.at, "im lặng")
    assert (well["failing_since"], well["last_error"], well["read_at"]) == (None, "", house.at)


async def test_a_row_that_could_not_be_read_is_kept_once_as_it_came(house):
    reject = FeedReject(record_id="7", reason="không có ngày", raw='{"a": "ễ"}')

    for _ in range(2):
        await _do(house, orders.keep_rejects, "hatinh", [reject], at=house.at)

    rows = await house.database.reading.rows("SELECT raw_row FROM feed_reject")
    assert rows == [{"raw_row": '{"a": "ễ"}'}]


async def test_who_asks_the_same_account_again_is_reminded_of_the_first_try_and_another_account_starts_anew(house):
    first, later = house.at, house.at + timedelta(hours=3)
    async with house.database.writing() as tx:
        await orders.ask(tx, "4K7M29TB6HC", "mot", actor="t", at=first)
        await orders.set_state(tx, "4K7M29TB6HC", "refused", at=first)
        again = await orders.ask(tx, "4K7M29TB6HC", "mot", actor="t", at=later)
        await orders.set_state(tx, "4K7M29TB6HC", "refused", at=later)
        other = await orders.ask(tx, "4K7M29TB6HC", "hai", actor="t", at=later)

    assert (again.state, again.asked_at, again.answered_at) == ("waiting", first, first)
    assert (other.state, other.asked_at, other.answered_at) == ("waiting", later, None)
