"""What the watch keeps: how far it walked, what it warned of, how a case's clock moved; and who wants an apology."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pkgutil import iter_modules
from types import SimpleNamespace

import pytest

from postgw.domain.lateness import News, Warned
from postgw.rules.book import rule_book
from postgw.storage import apologies, cases, consignments, dossiers, lateness, migrations, scans

from .conftest import AT

TODAY = date(2026, 11, 23)
MONDAY, TUESDAY, THURSDAY = TODAY, date(2026, 11, 24), date(2026, 11, 26)
NUMBERS = ("4K7M29TB6HC", "5K7M29TB6HD", "6K7M29TB6HF")
DOSSIER_NO = "H27.15-261120-0007"


async def _do(house, act, *words, **more):
    async with house.database.writing() as tx:
        return await act(tx, *words, **more)


async def seen(house, number: str, *codes: str, minute: int = 0) -> None:
    async with house.database.writing() as tx:
        locked = (await scans.lock(tx, [number]))[number]
        statements = [(locked, house.scan(f"{number}-{code}", code, minute=minute + n)) for n, code in enumerate(codes)]
        await scans.keep(tx, statements, table_of=rule_book().scan_table_of, at=AT)


async def under_watch(house, *, after: int = 0, limit: int = 9, since=AT):
    rows = await lateness.under_watch(house.database.reading, after=after, limit=limit, since=since)
    return [(id_, found.consignment_no) for id_, found in rows]


async def test_a_walk_goes_on_where_it_stopped(house):
    assert await lateness.walked(house.database.reading, "clocks") == 0
    await _do(house, lateness.walk_on, "clocks", 7)
    await _do(house, lateness.walk_on, "clocks", 9)
    await _do(house, lateness.walk_on, "late_cases", 3)

    assert await lateness.walked(house.database.reading, "clocks") == 9


async def test_what_is_watched_comes_by_pages_that_miss_none(house):
    await house.posted(*NUMBERS)
    for number in NUMBERS:
        await seen(house, number, "collected")
    [(last, first)] = await under_watch(house, limit=1)
    rest = await under_watch(house, after=last)

    assert [first, *(number for _, number in rest)] == list(NUMBERS)


async def test_what_the_post_has_not_taken_is_not_watched_and_what_it_ended_is_for_a_while(house):
    await house.posted(*NUMBERS)
    await seen(house, NUMBERS[1], "collected", "attempted")

    assert [number for _, number in await under_watch(house, since=AT)] == [NUMBERS[1]]
    assert await under_watch(house, since=AT + timedelta(hours=1)) == []


async def carried(house, number: str = NUMBERS[0]):
    await house.posted(number)
    found = await consignments.find(house.database.reading, number)
    assert found is not None
    return found


async def tell(house, consignment, kind, due_on, was=None):
    news = News(kind=kind, due_on=due_on, was_due_on=was)
    await _do(house, lateness.tell, consignment, news, office="480000", at=AT)
    return (await lateness.warned(house.database.reading, [consignment.consignment_no]))[consignment.consignment_no]


async def test_a_warning_is_kept_once_for_a_due_date_and_comes_back_with_it(house):
    one = await carried(house)
    await tell(house, one, "due_soon", TUESDAY)

    assert await tell(house, one, "due_soon", TUESDAY) == (Warned(due_on=TUESDAY),)
    assert await tell(house, one, "due_moved", THURSDAY, TUESDAY) == (Warned(due_on=TUESDAY, moved_to=THURSDAY),)
    assert await tell(house, one, "due_soon", THURSDAY) == (
        Warned(due_on=TUESDAY, moved_to=THURSDAY), Warned(due_on=THURSDAY),
    )  # fmt: skip
    assert await tell(house, one, "due_moved", TUESDAY, THURSDAY) == (
        Warned(due_on=TUESDAY), Warned(due_on=THURSDAY, moved_to=TUESDAY),
    )  # fmt: skip


async def test_warnings_are_listed_for_the_desk_and_the_office_newest_first(house):
    for number, day in ((NUMBERS[0], MONDAY), (NUMBERS[1], TUESDAY)):
        await tell(house, await carried(house, number), "due_soon", day)
    reading = house.database.reading
    first = await lateness.warnings(reading, unit="TS", before=0, limit=1)

    assert [each.consignment_no for each in first] == [NUMBERS[1]]
    rest = await lateness.warnings(reading, unit="480000", before=first[0].warning_no, limit=9)
    assert [(each.consignment_no, each.due_on, each.given_at) for each in rest] == [(NUMBERS[0], MONDAY, AT)]
    assert await lateness.warnings(reading, unit="KA", before=0, limit=9) == []


async def late_case(house, number: str = NUMBERS[0]) -> str:
    one = await carried(house, number)
    await _do(
        house, cases.open_once, lateness.late_key(number), kind="late", consignment_no=one.consignment_no,
        due_on=THURSDAY, facts={"due_on": "2026-11-20"}, at=AT,
    )  # fmt: skip
    [case] = await lateness.late_cases(house.database.reading, after=0, limit=9)
    return case.case_no


async def test_a_case_is_known_by_its_newest_reckoning_and_keeps_every_older_one(house):
    case_no = await late_case(house)
    for due_on in ("2026-11-24", "2026-11-26"):
        await _do(house, lateness.clock_moved, case_no, {"due_on": due_on}, at=AT)
    [case] = await lateness.late_cases(house.database.reading, after=0, limit=9)
    steps = await house.database.reading.rows("SELECT seq, content FROM case_step ORDER BY seq")

    assert case.facts == {"due_on": "2026-11-26"}
    assert [(row["seq"], row["content"]) for row in steps] == [
        (1, '{"due_on":"2026-11-24"}'), (2, '{"due_on":"2026-11-26"}'),
    ]  # fmt: skip
    assert await lateness.with_case(house.database.reading, NUMBERS) == {NUMBERS[0]}


async def test_a_closed_case_is_not_reckoned_any_more(house):
    await late_case(house)
    async with house.database.writing() as tx:
        await tx.run("UPDATE case_file SET closed_at = $1", AT)

    assert await lateness.late_cases(house.database.reading, after=0, limit=9) == []


async def dossier(house, **other):
    given = {"dossier_no": DOSSIER_NO, "service_form": "return", "due_on": TUESDAY, **other}
    return await house.dossier("1", **given)


async def falling_due(house, until: date = TUESDAY):
    found = await apologies.falling_due(house.database.reading, since=MONDAY, until=until, limit=9)
    return [(each.dossier_no, each.due_on) for each in found]


async def test_a_filed_dossier_without_a_result_falls_due_on_its_day(house):
    await dossier(house)

    assert await falling_due(house, until=MONDAY) == []
    assert await falling_due(house) == [(DOSSIER_NO, TUESDAY)]


@pytest.mark.parametrize(
    "other", [{"due_on": None}, {"dossier_no": ""}, {"service_form": "send"}, {"service_form": "both"}], ids=str
)
async def test_without_a_day_a_code_a_filing_or_a_way_back_none_falls_due(house, other):
    await dossier(house, **other)

    assert await falling_due(house) == []


async def test_what_came_in_by_post_is_filed_when_the_desk_has_it(house):
    kept = await dossier(house, service_form="both")
    assert await house.create(house.consignment(kept.dossier_id, leg="send"))
    assert await falling_due(house) == []
    await seen(house, NUMBERS[0], "collected", "departed", "arrived")
    async with house.database.writing() as tx:
        await tx.run("UPDATE consignment SET state = 'delivered'")

    assert await falling_due(house) == [(DOSSIER_NO, TUESDAY)]


async def test_a_result_that_is_made_ready_for_the_post_makes_a_draft_groundless(house):
    kept = await dossier(house)
    number = await _do(house, apologies.draft, kept.dossier_id, desk="TS", due_on=TUESDAY, actor="test", at=AT)
    assert await apologies.groundless(house.database.reading, limit=9) == ()
    assert await house.create(house.consignment(kept.dossier_id))

    assert await apologies.groundless(house.database.reading, limit=9) == ((number, True),)
    assert await apologies.is_ready(house.database.reading, kept.dossier_id)
    assert await falling_due(house) == []


async def test_a_dossier_has_one_draft_even_of_two_at_once(house):
    kept = await dossier(house)
    made = await asyncio.gather(*(
        _do(house, apologies.draft, kept.dossier_id, desk="TS", due_on=TUESDAY, actor="test", at=AT) for _ in range(4)
    ))  # fmt: skip

    assert sorted(number or "" for number in made) == ["", "", "", "XL-261123-001"]


async def test_apologies_are_numbered_by_the_legal_day(house):
    first, second = await dossier(house), await house.dossier("2", dossier_no="H27.15-261120-0008")
    late = AT.replace(hour=17, minute=30)
    numbers = [
        await _do(house, apologies.draft, kept.dossier_id, desk="TS", due_on=TUESDAY, actor="test", at=at)
        for kept, at in ((first, AT), (second, late))
    ]

    assert numbers == ["XL-261123-001", "XL-261124-001"]


async def test_the_column_follows_the_due_date_of_the_content(house):
    kept = await dossier(house)
    async with house.database.writing() as tx:
        await dossiers.rewrite(tx, kept, replace(kept.dossier, due_on=THURSDAY), at=AT)

    assert await falling_due(house, until=THURSDAY) == [(DOSSIER_NO, THURSDAY)]


async def test_an_upgrade_takes_the_due_dates_out_of_the_dossiers_that_are_there(house):
    await dossier(house)
    await house.dossier("2", dossier_no="H27.15-261120-0008", service_form="return")
    async with house.database.writing() as tx:
        await tx.run("UPDATE dossier SET due_on = NULL")
    step = next(name for _, name, _ in iter_modules(migrations.__path__) if name.endswith("_lateness"))

    await import_module(f"{migrations.__name__}.{step}")._fill_due_on(
        None, SimpleNamespace(client=house.database._writer)
    )

    rows = await house.database.reading.rows("SELECT due_on FROM dossier ORDER BY id")
    assert [str(row["due_on"]) for row in rows] == ["2026-11-24", "None"]
