from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from postgw.domain.ports import Notice
from postgw.storage import outbox, told, wires
from postgw.storage.outbox import LEASE, NewErrand
from postgw.storage.records import to_json


async def _owe(house, *keys, channel="desk"):
    async with house.database.writing() as tx:
        await outbox.put(tx, [NewErrand(channel=channel, key=key, subject="4K7M29TB6HC") for key in keys], at=house.at)


async def _claim(house, *, later=timedelta(), limit=100, channels=("desk",)):
    async with house.database.writing() as tx:
        return await outbox.claim(tx, channels, at=house.at + later, limit=limit)


async def _do(house, act, *words, **more):
    async with house.database.writing() as tx:
        return await act(tx, *words, **more)


async def test_an_errand_of_one_key_is_kept_once(house):
    await _owe(house, "a", "b")

    await _owe(house, "b", "c")

    assert [errand.key for errand in await _claim(house)] == ["a", "b", "c"]


async def test_an_errand_comes_out_as_it_was_put(house):
    errand = NewErrand(channel="post", target="hatinh", key="k", subject="4K7M29TB6HC", payload='{"tên": "Đức"}')
    await _do(house, outbox.put, [errand], at=house.at)

    [claimed] = await _claim(house, channels=["post"])

    assert {name: getattr(claimed, name) for name in ("channel", "target", "key", "subject", "payload")} == {
        name: getattr(errand, name) for name in ("channel", "target", "key", "subject", "payload")
    }
    assert (claimed.attempts, claimed.state, claimed.due_at, claimed.created_at) == (1, "waiting", house.at, house.at)


async def test_only_the_asked_channels_are_claimed(house):
    await _owe(house, "a", channel="post")
    await _owe(house, "b", channel="fan")

    assert [errand.key for errand in await _claim(house, channels=["fan", "hook"])] == ["b"]


async def test_what_is_claimed_is_not_claimed_again_under_the_lease(house):
    await _owe(house, "a")
    await _claim(house)

    assert await _claim(house, later=LEASE - timedelta(seconds=1)) == []


async def test_what_a_dead_holder_held_comes_back_after_the_lease(house):
    await _owe(house, "a")
    await _claim(house)

    [errand] = await _claim(house, later=LEASE + timedelta(seconds=1))

    assert errand.attempts == 2


async def test_claims_at_once_never_get_the_same_errand(house, gather):
    await _owe(house, *map(str, range(60)))

    claimed = await gather(*(_claim(house, limit=10) for _ in range(9)))

    numbers = [errand.errand_no for errands in claimed for errand in errands]
    assert len(numbers) == len(set(numbers))


async def test_a_claim_goes_past_what_another_open_claim_holds(house):
    """On SQLite the second waits for the first; on PostgreSQL it must not."""
    await _owe(house, "a", "b")
    if house.database.sqlite:
        claimed = [await _claim(house, limit=1) for _ in range(2)]
    else:
        async with house.database.writing() as tx:
            first = await outbox.claim(tx, ["desk"], at=house.at, limit=1)
            claimed = [first, await asyncio.wait_for(_claim(house, limit=1), 60)]

    assert [[errand.key for errand in errands] for errands in claimed] == [["a"], ["b"]]


@pytest.mark.slow
async def test_processes_that_claim_at_once_share_the_errands(house):
    await _owe(house, *map(str, range(200)))

    claimed = await house.in_processes("claim")

    numbers = [number for of_one in claimed for number in of_one]
    assert (len(numbers), len(set(numbers))) == (200, 200)


async def test_what_is_done_is_never_claimed_again(house):
    await _owe(house, "a")
    [errand] = await _claim(house)

    await _do(house, outbox.done, [errand.errand_no], at=house.at)

    assert await _claim(house, later=timedelta(days=9)) == []
    assert await house.count("outbox", "state = 'sent' AND done_at IS NOT NULL") == 1


async def test_what_is_put_off_comes_back_when_it_is_due(house):
    await _owe(house, "a")
    [errand] = await _claim(house)

    await _do(house, outbox.put_off, errand.errand_no, until=house.at + timedelta(hours=1), error="im lặng" * 100)

    assert await _claim(house, later=timedelta(minutes=59)) == []
    [again] = await _claim(house, later=timedelta(hours=1))
    assert (again.attempts, again.last_error[:7], len(again.last_error)) == (2, "im lặng", 300)


async def test_what_is_parked_waits_for_a_person(house):
    await _owe(house, "a")
    [errand] = await _claim(house)

    await _do(house, outbox.park, errand.errand_no, error="từ chối")

    assert await _claim(house, later=timedelta(days=9)) == []
    [parked] = await outbox.listed(house.database.reading, state="parked", limit=5)
    assert (parked.key, parked.last_error) == ("a", "từ chối")


async def test_what_is_replayed_is_due_again_and_counts_anew(house):
    await _owe(house, "a")
    [errand] = await _claim(house)
    await _do(house, outbox.park, errand.errand_no, error="từ chối")

    replayed = await _do(house, outbox.replay, errand.errand_no, at=house.at)

    assert replayed is not None
    assert (replayed.state, replayed.attempts) == ("waiting", 0)
    assert [again.key for again in await _claim(house)] == ["a"]


async def test_only_what_is_parked_is_replayed(house):
    await _owe(house, "a")
    [errand] = await _claim(house)

    assert await _do(house, outbox.replay, errand.errand_no, at=house.at) is None


@pytest.mark.parametrize("late", ["park", "put_off"])
async def test_a_slow_holder_cannot_undo_what_the_next_one_finished(house, late):
    await _owe(house, "a")
    [slow] = await _claim(house)
    [errand] = await _claim(house, later=LEASE * 2)
    await _do(house, outbox.done, [errand.errand_no], at=house.at)

    words = {"error": "im lặng"} if late == "park" else {"error": "im lặng", "until": house.at}
    await _do(house, getattr(outbox, late), slow.errand_no, **words)

    assert await house.count("outbox", "state = 'sent' AND last_error = ''") == 1


async def test_the_backlog_is_counted_by_the_wire_it_waits_for(house):
    await _owe(house, "a", "b", "c")
    await _owe(house, "d", channel="hook")
    errands = await _claim(house)
    await _do(house, outbox.park, errands[0].errand_no, error="")
    await _do(house, outbox.done, [errands[1].errand_no], at=house.at)

    counted = await wires.backlogs(house.database.reading, unread_since=house.at)
    assert {name.partition(":")[0]: (one.waiting, one.refused) for name, one in counted.items()} == {
        "desk": (1, 1), "hook": (1, 0),
    }  # fmt: skip


async def test_what_a_new_errand_does_is_no_longer_stuck(house):
    await _owe(house, "a", "b")
    for errand in await _claim(house):
        await _do(house, outbox.park, errand.errand_no, error="Từ chối.")
    await _do(house, outbox.replaced, "desk", "4K7M29TB6HC", at=house.at)

    assert not await outbox.listed(house.database.reading, state="parked", limit=9)


async def test_a_new_errand_takes_the_place_of_no_other_that_is_still_to_be_done(house):
    await _owe(house, "a")
    await _do(house, outbox.replaced, "desk", "4K7M29TB6HC", at=house.at)

    assert [errand.key for errand in await _claim(house)] == ["a"]


async def test_an_errand_that_nobody_tried_is_not_counted_as_a_try(house):
    await _owe(house, "a")
    [errand] = await _claim(house)
    await _do(house, outbox.put_off, errand.errand_no, until=house.at, error="để yên", tried=False)
    [again] = await _claim(house)

    assert (errand.attempts, again.attempts) == (1, 1)


async def test_batches_of_the_same_errands_at_once_do_not_block_each_other_for_good(house, gather):
    keys = [str(n) for n in range(40)]

    await gather(*(_owe(house, *(keys if n % 2 else keys[::-1])) for n in range(8)))

    assert await house.count("outbox") == 40


async def test_two_who_put_the_same_errands_in_another_order_wait_and_do_not_fail(house):
    def put(*keys):
        return lambda tx: outbox.put(tx, [NewErrand(channel="desk", key=key, subject="") for key in keys], at=house.at)

    await house.meanwhile(put("a"), put("b", "a"), put("b"))

    assert await house.count("outbox") == 2


def _notice(house, state="delivered"):
    return Notice(
        notice_id=f"4K7M29TB6HC.{state}.00", kind=f"consignment.{state}", at=house.at, desk="TS",
        consignment_no="4K7M29TB6HC", dossier_no="H27.15-1", leg="return", state=state, data={"attempts": 2},
    )  # fmt: skip


async def _said(house):
    rows = await house.database.reading.rows(f"SELECT * FROM {told.errands('o.id > 0')} o ORDER BY o.id")
    return [(row["state"], told.words_of(row)) for row in rows]


async def test_what_was_said_is_not_kept_twice_and_is_found_again_in_the_feed(house):
    notice = _notice(house)
    await _do(house, outbox.announce, [notice], at=house.at)
    key = f"desk:mot-cua:{notice.notice_id}"
    word = NewErrand(channel="desk", target="mot-cua", key=key, subject=notice.consignment_no, payload=to_json(notice))
    await _do(house, outbox.put, [word], at=house.at)
    claimed = await _claim(house)

    await _do(house, outbox.done, [each.errand_no for each in claimed], at=house.at)

    assert (await house.count("outbox", "channel = 'desk'"), await house.count("told", "channel = 'desk'")) == (0, 1)
    assert await _said(house) == [("waiting", notice), ("sent", replace(notice, event_no=1))]


async def test_what_the_feed_does_not_have_stays_with_the_errand(house):
    notice = _notice(house)
    letter = NewErrand(
        channel="citizen", target="sms", key=f"citizen:sms:{notice.notice_id}", subject="x", payload=to_json(notice)
    )
    await _do(house, outbox.put, [letter], at=house.at)
    claimed = await _claim(house, channels=["citizen"])

    await _do(house, outbox.done, [each.errand_no for each in claimed], at=house.at)

    assert await _said(house) == [("sent", notice)]


async def test_a_milestone_that_was_passed_on_is_not_passed_on_again(house):
    await _do(house, outbox.announce, [_notice(house)], at=house.at)
    claimed = await _claim(house, channels=["fan"])
    await _do(house, outbox.passed_on, [each.errand_no for each in claimed])

    await _do(house, outbox.announce, [_notice(house), _notice(house, "held")], at=house.at)

    assert [each.key for each in await _claim(house, channels=["fan"])] == ["fan:4K7M29TB6HC.held.00"]


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_reads_on_in_the_feed_misses_nothing_that_an_open_transaction_announced(house):
    """On PostgreSQL numbers are given before the commit: what was announced first may be seen last."""
    first, second = _notice(house, "collected"), _notice(house, "delivered")
    said, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with house.database.writing() as tx:
            await outbox.announce(tx, [first], at=house.at)
            said.set()
            await may_end.wait()

    holding = asyncio.create_task(slow())
    await said.wait()
    await _do(house, outbox.announce, [second], at=house.at)
    early = await outbox.events(house.database.reading, after=0, limit=10, desk="")
    may_end.set()
    await holding

    late = await outbox.events(house.database.reading, after=early[-1][0] if early else 0, limit=10, desk="")
    assert [notice.state for _, notice in early + late] == ["collected", "delivered"]


async def test_the_feed_gives_back_every_word_of_a_notice(house):
    await _do(house, outbox.announce, [_notice(house), _notice(house, "held")], at=house.at)

    found = await outbox.events(house.database.reading, after=0, limit=10, desk="TS")

    assert found == [(1, replace(_notice(house), event_no=1)), (2, replace(_notice(house, "held"), event_no=2))]


@pytest.mark.parametrize(
    "other",
    [{}, {"state": ""}, {"consignment_no": ""}, {"kind": "consignment.late", "state": "held"},
     {"data": {"attempts": 0}}, {"kind": "case.opened", "notice_id": "4K7M29TB6HC.case.1", "state": ""}],
)  # fmt: skip
async def test_what_the_id_and_the_kind_of_a_notice_say_is_not_kept_twice_and_never_made_up(house, other):
    notice = replace(_notice(house), **other)
    await _do(house, outbox.announce, [notice], at=house.at)

    [(_, found)] = await outbox.events(house.database.reading, after=0, limit=10, desk="")
    [row] = await house.database.reading.rows("SELECT notice FROM event")

    assert found == replace(notice, event_no=1)
    assert ("4K7M29TB6HC" in row["notice"], '"delivered"' in row["notice"]) == (notice.kind == "case.opened", False)


async def test_the_feed_of_an_older_release_is_read_as_it_was_written(house):
    await _do(house, outbox.announce, [_notice(house)], at=house.at)
    whole = (
        '{"at":"2026-11-23T02:00:00.123456+00:00","consignment_no":"4K7M29TB6HC","dossier_no":"H27.15-1",'
        '"leg":"return","state":"delivered","data":{"attempts":2}}'
    )
    async with house.database.writing() as tx:
        await tx.run("UPDATE event SET notice = $1", whole)

    [(_, found)] = await outbox.events(house.database.reading, after=0, limit=10, desk="")

    assert found == replace(_notice(house), event_no=1)
