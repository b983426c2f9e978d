"""What is left of an errand that is over: a line that says who was told, read beside what older releases left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from postgw.domain.ports import Notice
from postgw.storage import closings, evidence, messages, outbox, overviews, reckoning
from postgw.storage.outbox import NewErrand
from postgw.storage.records import to_json

NUMBER = "4K7M29TB6HC"
#: As this release leaves what is done, and as those did that came before the table.
WAYS = ("now", "before")


def _notice(house, state):
    return Notice(
        notice_id=f"{NUMBER}.{state}.00", kind=f"consignment.{state}", at=house.at, desk="TS", consignment_no=NUMBER,
        dossier_no="H27.15-1", leg="return", state=state,
    )  # fmt: skip


async def _told(house, state, way, *, channel, target, at):
    """Let what became true be told to one listener, and the milestone itself be passed on."""
    notice = _notice(house, state)
    async with house.database.writing() as tx:
        await outbox.announce(tx, [notice], at=house.at)
        [fan] = await outbox.claim(tx, ["fan"], at=house.at, limit=1)
        key = f"{channel}:{target}:{notice.notice_id}"
        word = NewErrand(channel=channel, target=target, key=key, subject=NUMBER, payload=to_json(notice))
        await outbox.put(tx, [word], at=house.at)
        await outbox.passed_on(tx, [fan.errand_no])
        [errand] = await outbox.claim(tx, [channel], at=house.at, limit=1)
        if way == "now":
            await outbox.done(tx, [errand.errand_no], at=at)
        else:
            await tx.run(
                "UPDATE outbox SET state = 'sent', done_at = $2, lease_until = NULL, payload = '' WHERE id = $1",
                errand.errand_no, at,
            )  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
async def test_whoever_asks_who_was_told_hears_it_whichever_release_told(house, way):
    heard = house.at + timedelta(minutes=1)
    await _told(house, "held", way, channel="desk", target="mot-cua", at=heard)
    await _told(house, "delivered", way, channel="citizen", target="sms", at=heard)
    session = house.database.reading

    in_pack = await evidence.told(session, [NUMBER])
    on_screen = (await overviews.notices(session, [NUMBER]))[NUMBER]
    owed = await messages.owed(session, [NUMBER])

    told = ("consignment.held", "desk", "mot-cua", "sent", house.at, heard)
    assert [(each.kind, each.state, each.heard_at, each.attempts) for each in in_pack] == [
        ("consignment.held", "sent", heard, 1), ("consignment.delivered", "sent", heard, 1),
    ]  # fmt: skip
    assert [(one.kind, one.channel, one.target, one.state, one.owed_at, one.heard_at) for one in on_screen] == [told]
    assert [(one.kind, one.channel, one.happened_at) for one in owed] == [("consignment.delivered", "sms", house.at)]
    assert [each.kind for each in (await messages.around(session, _notice(house, "later")))[1]] == [
        "consignment.delivered"
    ]
    assert await reckoning.unfounded(session, "untold") == []
    assert len(await outbox.listed(session, state="sent", limit=9)) == 2


@pytest.mark.parametrize("way", WAYS)
async def test_a_system_that_calls_a_delivered_result_open_is_named_only_when_it_was_asked_after_it_heard(house, way):
    await house.posted(NUMBER)
    heard = house.at + timedelta(hours=1)
    async with house.database.writing() as tx:
        await tx.run("UPDATE consignment SET state = 'delivered', live = $1, since_at = $2", False, house.at)
        await tx.run(
            "INSERT INTO desk_standing (dossier_id, system, status, asked_at) SELECT id, 'mot-cua', 'open', $1"
            " FROM dossier",
            house.at + timedelta(minutes=30),
        )
    await _told(house, "delivered", way, channel="desk", target="mot-cua", at=heard)

    async def said_open():
        return await closings.delivered_but_said_open(
            house.database.reading, unit="", statement_closes=False, systems=["mot-cua"], after=0, limit=9
        )

    assert await said_open() == []
    async with house.database.writing() as tx:
        await tx.run("UPDATE desk_standing SET asked_at = $1", heard + timedelta(minutes=1))
    [(_, found)] = await said_open()
    assert found.consignment_no == NUMBER


async def test_what_becomes_true_and_is_owed_to_nobody_is_missed(house):
    await _told(house, "held", "now", channel="desk", target="mot-cua", at=house.at)
    async with house.database.writing() as tx:
        await tx.run("DELETE FROM told")

    assert await reckoning.unfounded(house.database.reading, "untold") == [f"{NUMBER}.held.00"]


async def test_an_errand_that_two_hold_is_over_once(house):
    await _told(house, "held", "now", channel="desk", target="mot-cua", at=house.at)
    [line] = await house.database.reading.rows("SELECT id FROM told")
    async with house.database.writing() as tx:
        await outbox.done(tx, [line["id"]], at=house.at + timedelta(days=1))

    assert (await house.count("told", f"done_at > '{house.at + timedelta(hours=1)}'"), await house.count("told")) == (
        0,
        1,
    )
    assert await house.count("outbox") == 0


async def test_what_the_post_was_asked_is_a_line_too_and_is_listed_with_what_was_sent(house):
    async with house.database.writing() as tx:
        asked = NewErrand(channel="post", target="vnpost", key=f"post:{NUMBER}:1", subject=NUMBER)
        await outbox.put(tx, [asked], at=house.at)
        [errand] = await outbox.claim(tx, ["post"], at=house.at, limit=1)
        await outbox.done(tx, [errand.errand_no], at=house.at)
    await _told(house, "held", "now", channel="desk", target="mot-cua", at=house.at)

    sent = await outbox.listed(house.database.reading, state="sent", limit=9)

    assert await house.count("outbox") == 0
    assert [(each.channel, each.target, each.subject, each.state) for each in sent] == [
        ("desk", "mot-cua", NUMBER, "sent"), ("post", "vnpost", NUMBER, "sent"),
    ]  # fmt: skip
    assert [each.channel for each in await evidence.told(house.database.reading, [NUMBER])] == ["desk"]


@pytest.mark.parametrize(
    ("request_id", "bytes_most"),
    [
        ("4f1c0a9b2d3e5700000000a1", 13), ("0b7c2f7e-52c1-4a7e-9f0e-3f4f6d1c9a10", 17), ("F00D0001", 8),
        ("read_feeds-20261126T041500Z", 27), ("abc.def-1", 9), ("0abcdef12", 9), ("", 0),
    ],
)  # fmt: skip
async def test_what_is_over_still_says_which_request_caused_it_in_few_bytes(house, request_id, bytes_most):
    async with house.database.writing() as tx:
        asked = NewErrand(channel="post", target="vnpost", key="post:1", subject=NUMBER, request_id=request_id)
        await outbox.put(tx, [asked], at=house.at)
        [errand] = await outbox.claim(tx, ["post"], at=house.at, limit=1)
        await outbox.done(tx, [errand.errand_no], at=house.at)

    [sent] = await outbox.listed(house.database.reading, state="sent", limit=9)

    assert sent.request_id == request_id
    if not house.database.sqlite:
        [line] = await house.database.reading.rows("SELECT coalesce(length(request), 0) AS n FROM told")
        assert line["n"] <= bytes_most
