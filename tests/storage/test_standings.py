"""Whom to ask about, how often, and which answers stand in the lists, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from postgw.storage import closings, outbox, standings
from postgw.storage.outbox import NewErrand
from postgw.storage.standings import Rhythm

from .conftest import AT, House

PORTAL = "cong"
RHYTHM = Rhythm(every=timedelta(hours=4), days=30, later=timedelta(days=1))
NUMBERS = ("4K7M29TB6HC", "4K7M29TB6HD", "4K7M29TB6HF")


async def result(house: House, number: str = NUMBERS[0], **other: bool) -> int:
    """Keep a dossier whose result goes by post; return its row."""
    kept = await house.dossier(number, dossier_no=f"H42.15-261123-{number[-2:]}")
    assert await house.create(house.consignment(kept.dossier_id, number, **other))
    return kept.dossier_id


async def collected(house: House, number: str = NUMBERS[0]) -> None:
    await house.keep((number, house.scan(f"{number}-a")))


async def delivered(house: House, number: str = NUMBERS[0]) -> None:
    await house.keep((number, house.scan(f"{number}-b", "delivered", 1, proved=True)))


async def to_ask(house: House, at: datetime, *, desks: tuple[str, ...] = (), limit: int = 9) -> list[int]:
    """Take up what is unsettled, and return whom to ask about."""
    async with house.database.writing() as tx:
        await standings.enrol(tx, PORTAL, desks=desks, rhythm=RHYTHM, at=at)
    found = await standings.due(house.database.reading, PORTAL, rhythm=RHYTHM, at=at, limit=limit)
    return [one.dossier_id for one in found]


async def said(house: House, dossier_id: int, status: str, at: datetime) -> None:
    async with house.database.writing() as tx:
        await standings.keep(tx, PORTAL, dossier_id, status=status, at=at)


async def close(house: House, dossier_id: int) -> None:
    async with house.database.writing() as tx:
        await closings.close(tx, dossier_id, closed_at=AT, actor=PORTAL, at=AT)


async def open_ones(
    house: House, unit: str = "", *, statement_closes: bool = False, system: str = PORTAL
) -> list[tuple[str, str, str]]:
    rows = await closings.delivered_but_said_open(
        house.database.reading, unit=unit, statement_closes=statement_closes, systems=[system], after=0, limit=9
    )
    return [(each.consignment_no, each.system, each.standing) for _, each in rows]


async def word(house: House, number: str, *, told_at: datetime | None) -> None:
    """Owe the portal the word of a delivery; say it where a moment is given."""
    key = f"desk:{PORTAL}:{number}.delivered.x"
    async with house.database.writing() as tx:
        await outbox.put(tx, [NewErrand(channel="desk", target=PORTAL, key=key, subject=number, payload="")], at=AT)
        if told_at:
            row = await tx.row("SELECT id FROM outbox WHERE key = $1", key)
            assert row is not None
            await outbox.done(tx, [row["id"]], at=told_at)


async def all_told(house: House, at: datetime) -> None:
    async with house.database.writing() as tx:
        await tx.run("UPDATE outbox SET state = 'sent', done_at = $1", at)


async def test_a_result_under_way_is_asked_about_and_the_longest_not_asked_first(house: House) -> None:
    first, second, third = [await result(house, number) for number in NUMBERS]
    assert await to_ask(house, AT) == [first, second, third]
    await said(house, first, "9", AT)
    await said(house, second, "9", AT - timedelta(hours=1))

    assert await to_ask(house, AT) == [third]
    assert await to_ask(house, AT + timedelta(hours=4, seconds=1)) == [third, second, first]
    assert await to_ask(house, AT + timedelta(hours=4, seconds=1), limit=2) == [third, second]


async def test_what_could_not_be_answered_goes_to_the_end_and_keeps_what_was_said(house: House) -> None:
    first, second = [await result(house, number) for number in NUMBERS[:2]]
    await to_ask(house, AT)
    await said(house, first, "9", AT - timedelta(hours=5))
    async with house.database.writing() as tx:
        await standings.put_off(tx, PORTAL, first, at=AT)

    assert await to_ask(house, AT) == [second]
    assert await house.count("desk_standing", "status = '9'") == 1


async def test_only_the_desks_of_a_system_and_results_with_a_number_are_asked_about(house: House) -> None:
    mine = await result(house)
    unnumbered = await house.dossier("without a number")
    assert await house.create(house.consignment(unnumbered.dossier_id, NUMBERS[1]))
    await result(house, NUMBERS[2], without_result=True)

    assert await to_ask(house, AT, desks=("KA",)) == []
    assert await to_ask(house, AT, desks=("KA", "TS")) == [mine]


async def test_a_dossier_that_is_known_closed_is_asked_about_no_more(house: House) -> None:
    dossier_id = await result(house)
    assert await to_ask(house, AT) == [dossier_id]
    await close(house, dossier_id)

    assert await to_ask(house, AT + timedelta(days=1)) == []
    assert await house.count("desk_standing") == 0


async def test_a_delivery_that_nobody_saw_under_way_is_asked_about_as_long_as_it_is_new(house: House) -> None:
    dossier_id = await result(house)
    await collected(house)
    await delivered(house)

    assert await to_ask(house, AT + timedelta(days=31)) == []
    assert await to_ask(house, AT + timedelta(days=29)) == [dossier_id]


async def test_what_stands_open_after_a_month_is_asked_about_daily_and_what_nobody_knows_no_more(house: House) -> None:
    dossiers = [await result(house, number) for number in NUMBERS[:2]]
    await to_ask(house, AT)
    for number in NUMBERS[:2]:
        await collected(house, number)
        await delivered(house, number)
    late = AT + timedelta(days=31)
    await said(house, dossiers[0], "9", late)
    await said(house, dossiers[1], "", late)

    assert await to_ask(house, late + timedelta(hours=5)) == []
    assert await to_ask(house, late + timedelta(days=1, seconds=1)) == [dossiers[0]]
    assert await house.count("desk_standing") == 1


@pytest.mark.parametrize("code", ["cancelled", "lost"])
async def test_a_result_that_came_to_another_end_is_asked_about_no_more(house: House, code: str) -> None:
    await result(house)
    await to_ask(house, AT)
    if code == "lost":
        await collected(house)
    await house.keep((NUMBERS[0], house.scan("end", code, 1)))

    assert await to_ask(house, AT + timedelta(days=1)) == []


async def test_a_delivery_stands_open_once_a_system_that_was_told_says_so(house: House) -> None:
    dossier_id = await result(house)
    await collected(house)
    await delivered(house)
    await word(house, NUMBERS[0], told_at=None)
    await said(house, dossier_id, "9", AT + timedelta(hours=1))
    waiting = await open_ones(house)
    await all_told(house, AT + timedelta(hours=2))
    not_asked_since = await open_ones(house)
    await said(house, dossier_id, "9", AT + timedelta(hours=3))

    assert (waiting, not_asked_since) == ([], [])
    assert await open_ones(house) == [(NUMBERS[0], PORTAL, "9")]
    assert (await open_ones(house, "KA"), await open_ones(house, "TS")) == ([], [(NUMBERS[0], PORTAL, "9")])
    assert await open_ones(house, system="gone from the settings") == []
    await close(house, dossier_id)
    assert await open_ones(house) == []


async def test_a_result_under_way_or_unknown_to_the_system_is_not_said_to_be_open(house: House) -> None:
    first, second = [await result(house, number) for number in NUMBERS[:2]]
    for number in NUMBERS[:2]:
        await collected(house, number)
    await delivered(house, NUMBERS[1])
    await all_told(house, AT + timedelta(minutes=5))
    await said(house, first, "9", AT + timedelta(hours=1))
    await said(house, second, "", AT + timedelta(hours=1))

    assert await open_ones(house) == []


async def test_what_the_post_alone_states_is_open_only_where_its_statement_closes(house: House) -> None:
    dossier_id = await result(house)
    await collected(house)
    await house.keep((NUMBERS[0], house.scan("b", "delivered", 1)))
    await all_told(house, AT + timedelta(minutes=5))
    await said(house, dossier_id, "9", AT + timedelta(hours=1))

    assert await open_ones(house) == []
    assert await open_ones(house, statement_closes=True) == [(NUMBERS[0], PORTAL, "9")]
