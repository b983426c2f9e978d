"""Our client and the rehearsal post office over a real socket, on good days and bad ones."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace

import pytest

from adapters.rehearsal.faults import Faults
from adapters.rehearsal.settings import OfficeOptions, command_line, options_from
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import FeedEvent, PostedOrder

BAD_DAYS = ("lost_answer", "html", "empty")


pytestmark = pytest.mark.usefixtures("outsiders_never_rest")


async def read_all(post, cursor="", limit=7):
    """Read the feed to its end as the tracking service does."""
    events: dict[str, FeedEvent] = {}
    rejects = 0
    while True:
        page = await post.feed(cursor, limit)
        events |= {event.record_id: event for event in page.events}
        rejects += len(page.rejects)
        assert page.cursor >= cursor
        if page.cursor == cursor:
            return events, rejects
        cursor = page.cursor


async def test_an_order_lives_its_life_to_the_end(open_office, client_of, clock, order):
    _, url = await open_office(failed_share=0.0, missed_collection_share=0.0)
    post = client_of(url)
    assert not (await post.book(order)).known_already
    clock.hours_pass(100)
    events, rejects = await read_all(post)
    told = [event.code for event in events.values()]
    assert told == ["booked", "collected", "departed", "arrived", "out_for_delivery", "delivered"]
    assert rejects == 0


@pytest.mark.parametrize("trouble", BAD_DAYS)
async def test_after_a_spoiled_answer_the_same_number_is_known_and_there_is_one_parcel(
    open_office, client_of, order, trouble
):
    office, url = await open_office(faults=Faults(only="order").changed({trouble: 1.0}))
    post = client_of(url)
    with pytest.raises(Unreachable):
        await post.book(order)
    office.set_faults(Faults())
    assert (await post.book(order)).known_already
    assert office.parcels() == 1


async def test_on_a_day_of_lost_answers_every_order_becomes_one_parcel(open_office, client_of, order):
    office, url = await open_office(faults=Faults(lost_answer=0.3, server_error=0.2, refuse_token=0.1))
    post = client_of(url)
    for number in range(40):
        await _until_taken(post, replace(order, order_no=f"H26-{number}"))
    assert office.parcels() == 40
    assert len({one.item_no for one in office.orders()}) == 40


async def _until_taken(post, order):
    for _ in range(50):
        try:
            return await post.book(order)
        except (Unreachable, Refused):
            continue
    raise AssertionError("never taken")


@pytest.mark.parametrize("trouble", ["silent", "server_error"])
async def test_a_call_that_is_not_answered_may_not_have_been_heard(open_office, client_of, order, trouble):
    office, url = await open_office(faults=Faults(only="order").changed({trouble: 1.0}))
    with pytest.raises(Unreachable):
        await client_of(url, total_seconds=0.3).book(order)
    assert office.parcels() == 0


async def test_a_slow_office_is_waited_for(open_office, client_of, order):
    office, url = await open_office(faults=Faults(slow_seconds=0.05))
    await client_of(url).book(order)
    assert office.parcels() == 1


async def test_an_office_that_always_says_101_makes_parcels_all_the_same(open_office, client_of, order):
    office, url = await open_office(faults=Faults(always_101=True))
    assert (await client_of(url).book(order)).known_already
    assert office.parcels() == 1


async def test_an_office_that_refuses_says_why(open_office, client_of, order):
    office, url = await open_office(faults=Faults(refuse=1.0))
    with pytest.raises(Refused, match="không nhận phiếu này"):
        await client_of(url).book(order)
    assert office.parcels() == 0


async def test_a_feed_on_its_worst_day_tells_the_same_story(open_office, client_of, clock, order):
    office, url = await open_office()
    post = client_of(url)
    for number in range(12):
        await post.book(replace(order, order_no=f"H26-{number}"))
    clock.hours_pass(400)
    good, _ = await read_all(post)
    office.set_faults(Faults(duplicate_events=0.4, reordered_events=0.7, bad_rows=0.3, only="tracking"))
    bad, rejects = await read_all(post)
    assert bad == good
    assert rejects > 0


async def test_a_strange_code_is_told_as_unknown(open_office, client_of, clock, order):
    _, url = await open_office(faults=Faults(unknown_codes=1.0))
    post = client_of(url)
    await post.book(order)
    clock.hours_pass(400)
    events, _ = await read_all(post)
    strange = [event for event in events.values() if event.code == "unknown"]
    assert len(strange) == len(events) / 2
    assert {event.raw_code for event in strange} == {"77"}


async def test_a_cancellation_holds_and_may_be_repeated(open_office, client_of, order):
    office, url = await open_office()
    post = client_of(url)
    await post.book(order)
    await post.cancel(PostedOrder(order_no=order.order_no))
    await post.cancel(PostedOrder(order_no=order.order_no))
    assert office.parcels() == 0


async def test_after_collection_a_cancellation_is_refused(open_office, client_of, clock, order):
    _, url = await open_office()
    post = client_of(url)
    await post.book(order)
    clock.hours_pass(40)
    with pytest.raises(Refused):
        await post.cancel(PostedOrder(order_no=order.order_no))


async def test_a_token_that_ran_out_is_renewed_without_a_word(open_office, client_of, clock, order):
    office, url = await open_office()
    post = client_of(url)
    await post.book(order)
    clock.hours_pass(2)
    await post.book(replace(order, order_no="H26-2"))
    assert office.parcels() == 2


async def test_an_order_number_with_odd_signs_is_cancelled_all_the_same(open_office, client_of, order):
    office, url = await open_office()
    post = client_of(url)
    await post.book(replace(order, order_no="H26 1&2+Đ"))
    await post.cancel(PostedOrder(order_no="H26 1&2+Đ"))
    assert office.parcels() == 0


async def test_a_restart_forgets_nothing(open_office, client_of, clock, order, tmp_path):
    data = str(tmp_path / "office.db")
    before, url = await open_office(data=data)
    await client_of(url).book(order)
    clock.hours_pass(8)
    told, _ = await read_all(client_of(url))
    await before.stop()
    after, url = await open_office(data=data, seed=7)
    post = client_of(url)
    assert (await post.book(order)).known_already
    await post.book(replace(order, order_no="H26-2"))
    clock.hours_pass(400)
    events, _ = await read_all(post)
    assert told.items() <= events.items()
    assert len({one.item_no for one in after.orders()}) == after.parcels() == 2
    ours = [event.code for event in events.values() if event.order_no == order.order_no]
    assert ours[-1] in ("delivered", "returned")
    assert ours.count("booked") == 1


async def test_over_tls_the_client_trusts_the_authority_it_was_given(open_office, client_of, order, tmp_path):
    ca = tmp_path / "ca.pem"
    office, url = await open_office(tls=True, ca_out=str(ca))
    assert url.startswith("https://")
    await client_of(url, ca_file=str(ca)).book(order)
    assert office.parcels() == 1
    assert ca.read_bytes() == office.ca_pem


async def test_over_tls_a_stranger_to_the_authority_is_refused(open_office, client_of, order):
    office, url = await open_office(tls=True)
    with pytest.raises(Unreachable) as verdict:
        await client_of(url).book(order)
    assert verdict.value.code == "wire.certificate_issuer"
    assert office.parcels() == 0


async def test_the_certificate_stands_the_strictest_check(open_office, tmp_path):
    ca = tmp_path / "ca.pem"
    _, url = await open_office(tls=True, ca_out=str(ca))
    context = ssl.create_default_context(cafile=str(ca))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]), ssl=context)
    writer.close()
    await writer.wait_closed()


def test_every_option_can_stand_on_a_command_line():
    given = {more["dest"]: more["default"] for _, more in command_line()}
    assert options_from({**given, "command": "rehearse"}) == OfficeOptions()
    assert all(more["help"] for _, more in command_line())


def test_a_switch_on_the_command_line_is_turned():
    options = options_from({"port": 9, "lost_answer": 0.3})
    assert (options.port, options.faults.lost_answer) == (9, 0.3)
