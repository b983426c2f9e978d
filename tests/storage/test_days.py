"""The day on both databases: every number is its list, a unit sees its own, and lists go on where they ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.actor import SCOPES
from postgw.domain.scan import CORRECTION, Witness
from postgw.rules.book import rule_book
from postgw.storage import days, item_lists
from postgw.storage.day_sources import DONE, SOURCES
from postgw.storage.days import Kind, Whose
from postgw.storage.item_lists import Sieve

NUMBERS = ("4K7M29TB6HC", "069808JT2NB", "1PJ2095B5P2")
#: Nine in the morning of a Monday at the desk.
TODAY = date(2026, 11, 23)


def whose(unit: str = "TS", kind: Kind = "desk", at: datetime | None = None) -> Whose:
    rule = rule_book().standstill_rule(TODAY).states
    at = at or datetime(2026, 11, 23, 2, tzinfo=UTC)
    return Whose(
        unit=unit, kind=kind, today=TODAY, scopes=frozenset(SCOPES),
        silent_before={state: at - timedelta(days=row.days) for state, row in rule.items()},
    )  # fmt: skip


@pytest.mark.parametrize(("unit", "kind"), [("TS", "desk"), ("KA", "office"), ("", "all")])
async def test_every_number_of_every_kind_of_unit_is_the_length_of_its_list(house, database, unit, kind) -> None:
    await house.promised(NUMBERS[0], date(2026, 11, 20))
    await house.promised(NUMBERS[1], TODAY)
    await house.posted(NUMBERS[2])
    await house.keep((NUMBERS[2], house.scan("1")), (NUMBERS[2], house.scan("2", "out_for_delivery", 1)))
    own = whose(unit, kind, house.at + timedelta(days=40))
    counted = await days.counted(database.reading, own)
    wanted = days.wanted(own)
    lengths = {name: len(await days.listed(database.reading, name, own, skip=0, limit=99)) for name in wanted}

    assert {name: n for name, n in lengths.items() if n} == {name: each.count for name, each in counted.items()}
    assert counted


@pytest.mark.parametrize("name", sorted(DONE))
async def test_what_happened_is_counted_as_it_is_listed(house, database, name: str) -> None:
    await house.posted(NUMBERS[0])
    await house.keep((NUMBERS[0], house.scan("1")))
    async with database.writing() as tx:
        await tx.run("UPDATE consignment SET state = 'delivered', since_at = $1, live = $2", house.at, False)
    span = (house.at - timedelta(hours=1), house.at + timedelta(hours=1))
    before = (span[0] - timedelta(days=7), span[1] - timedelta(days=7))
    for own in (whose(), whose("KA", "office"), whose("", "all")):
        counts = (await days.done(database.reading, own, (span, before)))[name]
        rows = await days.happened(database.reading, name, own, span, skip=0, limit=9)

        assert counts == [len(rows), 0]
        assert [row.item for row in rows] == ([] if name == "came_in" else [NUMBERS[0]])


@pytest.mark.parametrize(("unit", "kind"), [("TS", "desk"), ("KA", "office"), ("", "all")])
async def test_an_item_of_which_two_witnesses_tell_went_out_once(house, database, unit, kind) -> None:
    await house.posted(NUMBERS[0])
    told = house.scan("r-1", minute=7, source="feed:vnpost", witness=Witness.STATED)
    await house.keep((NUMBERS[0], house.scan("1", minute=4)), (NUMBERS[0], told))
    span = (house.at, house.at + timedelta(hours=1))
    rows = await days.happened(database.reading, "went_out", whose(unit, kind), span, skip=0, limit=9)

    assert [(row.item, row.due_at) for row in rows] == [(NUMBERS[0], house.at + timedelta(minutes=4))]
    assert (await days.done(database.reading, whose(unit, kind), (span,)))["went_out"] == [1]


@pytest.mark.parametrize(("unit", "kind"), [("TS", "desk"), ("KA", "office"), ("", "all")])
async def test_what_was_taken_back_has_not_gone_out_and_what_stands_again_has(house, database, unit, kind) -> None:
    undone, moved, again = NUMBERS
    await house.posted(*NUMBERS)

    def took(source_id: str, minute: int, office: str = "KA") -> Any:
        return house.scan(source_id, minute=minute, office=office)

    def taken_back(source_id: str, of: str) -> Any:
        return house.scan(source_id, CORRECTION, 10, cancels=f"device:7f3a#{of}")

    await house.keep(
        (undone, took("u", 1)), (undone, taken_back("u-", "u")),
        (moved, took("m", 2, office="HT")), (moved, taken_back("m-", "m")), (moved, took("m2", 11)),
        (again, took("a", 3)), (again, taken_back("a-", "a")), (again, taken_back("a+", "a-")),
    )  # fmt: skip
    span = (house.at, house.at + timedelta(hours=1))
    rows = await days.happened(database.reading, "went_out", whose(unit, kind), span, skip=0, limit=9)

    assert [(row.item, row.due_at) for row in rows] == [
        (again, house.at + timedelta(minutes=3)), (moved, house.at + timedelta(minutes=11)),
    ]  # fmt: skip
    assert (await days.done(database.reading, whose(unit, kind), (span,)))["went_out"] == [2]
    assert (await days.done(database.reading, whose("HT", "office"), (span,)))["went_out"] == [0]


@pytest.mark.parametrize(("unit", "kind"), [("TS", "desk"), ("KA", "office")])
async def test_what_went_out_yesterday_does_not_go_out_again_by_a_scan_that_was_taken_back(
    house, database, unit, kind
) -> None:
    await house.posted(NUMBERS[0])
    taken_back = house.scan("1-", CORRECTION, 10, source="device:2", cancels="device:2#1")
    await house.keep(
        (NUMBERS[0], house.scan("0", minute=-24 * 60)), (NUMBERS[0], house.scan("1", source="device:2")),
        (NUMBERS[0], taken_back),
    )  # fmt: skip
    today = (house.at - timedelta(hours=1), house.at + timedelta(hours=1))
    yesterday = (today[0] - timedelta(days=1), today[1] - timedelta(days=1))

    assert (await days.done(database.reading, whose(unit, kind), (today, yesterday)))["went_out"] == [0, 1]


async def test_what_a_feed_told_twice_and_the_desk_took_back_once_has_not_gone_out(house, database) -> None:
    await house.posted(NUMBERS[0])
    feed = {"source": "feed:vnpost", "witness": Witness.STATED}
    taken_back = house.scan("1", CORRECTION, 10, source="desk:TS", cancels="feed:vnpost#r-1")
    await house.keep(*((NUMBERS[0], scan) for scan in (house.scan("r-1", **feed), house.scan("r-2", **feed))))
    await house.keep((NUMBERS[0], taken_back))
    span = (house.at, house.at + timedelta(hours=1))

    assert (await days.done(database.reading, whose(), (span,)))["went_out"] == [0]


async def test_what_another_office_took_over_is_none_of_an_offices(house, database) -> None:
    await house.posted(*NUMBERS[:2])
    await house.keep((NUMBERS[0], house.scan("1")), (NUMBERS[1], house.scan("2", office="HT")))
    span = (house.at, house.at + timedelta(hours=1))
    rows = await days.happened(database.reading, "went_out", whose("KA", "office"), span, skip=0, limit=9)

    assert [row.item for row in rows] == [NUMBERS[0]]


async def test_who_may_not_look_at_money_has_no_line_of_it() -> None:
    own = replace(whose(), scopes=frozenset({"enquiry"}))

    assert {SOURCES[name].scope for name in days.wanted(own)} == {"enquiry"}


@pytest.mark.parametrize(("unit", "kind"), [("TS", "desk"), ("KA", "office"), ("", "all")])
async def test_a_list_of_items_goes_on_where_it_ended_and_keeps_to_its_sieve(house, database, unit, kind) -> None:
    await house.posted(*NUMBERS)
    await house.keep(*((number, house.scan(number)) for number in NUMBERS))
    read = database.reading
    first = await item_lists.ids(read, Sieve(), unit=unit, kind=kind, before=0, limit=2)
    second = await item_lists.ids(read, Sieve(), unit=unit, kind=kind, before=first[-1], limit=2)

    assert [len(first), len(second)] == [2, 1]
    assert sorted({*first, *second}, reverse=True) == [*first, *second]
    for sieve, length in (
        (Sieve(state="collected"), 3), (Sieve(state="lost"), 0), (Sieve(leg="return", on=TODAY), 3),
        (Sieve(on=date(2026, 11, 22)), 0), (Sieve(leg="send"), 0), (Sieve(bag_no="T-1"), 0),
        (Sieve(dossier_no="H27.31-261120-0051"), 0),
    ):  # fmt: skip
        assert len(await item_lists.ids(read, sieve, unit=unit, kind=kind, before=0, limit=9)) == length, sieve


async def test_another_desk_sees_none_of_it(house, database) -> None:
    await house.promised(NUMBERS[0], TODAY)

    assert await days.counted(database.reading, whose("HK")) == {}
    assert await item_lists.ids(database.reading, Sieve(), unit="HK", kind="desk", before=0, limit=9) == []
