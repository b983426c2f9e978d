"""Each line of the day stands by the moment at which somebody is late, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from postgw.domain.actor import SCOPES, Actor
from postgw.domain.legal_day import VIETNAM
from postgw.domain.manifest import Manifest
from postgw.rules.book import rule_book
from postgw.services.day import Days, Job
from postgw.storage import manifests, orders, province
from postgw.storage.day_sources import DONE
from postgw.storage.manifests import Pickup
from postgw.storage.province import Unit

NUMBERS = ("4K7M29TB6HC", "069808JT2NB", "1PJ2095B5P2")
OFFICER = Actor(name="test", scopes=frozenset(SCOPES), unit="TS")
#: A Monday; the house's moment is nine in its morning.
TODAY = date(2026, 11, 23)


def on_monday(clock: str) -> datetime:
    """Return a moment of the day by the clock on the wall."""
    return datetime.combine(TODAY, time.fromisoformat(clock), tzinfo=VIETNAM)


@pytest.fixture
async def looked(house, database) -> Days:
    """Give the act of looking at the day, with a post office in the province."""
    async with database.writing() as tx:
        await province.put_units(tx, [Unit(code="KA", kind="office", name="Bưu điện Kỳ Anh")])
    return Days(database=database, book=rule_book())


async def jobs(looked: Days, clock: str = "09:00", unit: str = "TS") -> list[Job]:
    """Return the lines of the Monday as they stand by a clock."""
    return list((await looked.today(actor=replace(OFFICER, unit=unit), at=on_monday(clock))).jobs)


async def stand(house: Any, state: str, *numbers: str, told: datetime | None = None) -> None:
    """Let items be in a state, heard of last at a moment."""
    async with house.database.writing() as tx:
        for number in numbers:
            await tx.run(
                "UPDATE consignment SET state = $1, heard_at = $2 WHERE consignment_no = $3",
                state, told or house.at, number,
            )  # fmt: skip


async def comes(house: Any, begins: str, ends: str) -> str:
    """Let the post come to the desk between two times of the Monday's clock."""
    no = f"TG-{begins}"
    made = Pickup(
        pickup_no=no, desk="TS", office="KA", on=TODAY, from_time=time.fromisoformat(begins),
        to_time=time.fromisoformat(ends),
    )  # fmt: skip
    async with house.database.writing() as tx:
        await manifests.book_pickup(tx, made, actor="test", at=house.at)
    return no


async def listed(
    house: Any, no: str, *numbers: str, pickup_no: str = "", direction: str = "to_post", signed: bool = False
) -> None:
    """Let a list of two hands stand, with these items on it."""
    made = Manifest(manifest_no=no, desk="TS", office="KA", direction=direction)
    async with house.database.writing() as tx:
        await manifests.add(tx, made, pickup_no=pickup_no, actor="test", at=house.at)
        await manifests.add_lines(tx, no, numbers)
        if signed:
            await manifests.set_state(tx, no, "signed", closed_at=house.at, signed_at=house.at)


async def invited(house: Any, number: str, *days: date) -> None:
    """Let the recipient of an item that was tried in vain be called on these days."""
    await stand(house, "attempted", number)
    async with house.database.writing() as tx:
        await tx.run("UPDATE consignment SET attempts = 1 WHERE consignment_no = $1", number)
        for ordinal, day in enumerate(days, 1):
            await tx.run(
                "INSERT INTO invitation (consignment_id, ordinal, invited_on, way, made_at, made_by)"
                " SELECT id, $1, $2, 'post', $3, 'test' FROM consignment WHERE consignment_no = $4",
                ordinal, day, house.at, number,
            )  # fmt: skip


async def test_a_screen_is_out_of_date_by_what_was_done_today_and_not_by_last_week(house, looked) -> None:
    await house.posted(*NUMBERS[:2])
    a_week = 7 * 24 * 60
    later = house.at + timedelta(hours=1)
    seen = (await looked.today(actor=OFFICER, at=later, last_week=False)).numbers
    await house.keep((NUMBERS[0], house.scan("1", minute=-a_week)))
    whole = await looked.today(actor=OFFICER, at=later)

    assert whole.done["went_out"] == (0, 1)
    assert [each for each in whole.numbers if each[0] in DONE] == [each for each in seen if each[0] in DONE]

    await house.keep((NUMBERS[1], house.scan("2")))
    again = await looked.today(actor=OFFICER, at=later, last_week=False)

    assert again.done["went_out"] == (1,)
    assert ("went_out", 1, "") in again.numbers


async def test_results_stand_in_the_lane_in_which_they_are_late(house, looked) -> None:
    for number, on in zip(NUMBERS, (date(2026, 11, 20), TODAY, date(2026, 11, 25)), strict=True):
        await house.promised(number, on)

    assert [(job.name, job.lane, job.count, job.first) for job in await jobs(looked)] == [
        ("result_late", "late", 1, NUMBERS[0]), ("result_today", "today", 1, NUMBERS[1]),
        ("result", "soon", 1, NUMBERS[2]),
    ]  # fmt: skip


async def test_what_is_promised_for_a_day_is_not_late_before_the_day_is_over(house, looked) -> None:
    await house.promised(NUMBERS[0], TODAY)

    assert [(job.name, job.lane) for job in await jobs(looked, "18:00")] == [("result_today", "today")]


async def test_an_order_that_was_sent_waits_for_nobody_and_one_that_was_refused_does(house, database, looked) -> None:
    for number, state in zip(NUMBERS[:2], ("waiting", "refused"), strict=True):
        await house.promised(number, TODAY)
        async with database.writing() as tx:
            await orders.ask(tx, number, "a", actor="test", at=house.at)
            await orders.set_state(tx, number, state)

    assert [(job.name, job.first) for job in await jobs(looked)] == [("order_refused", NUMBERS[1])]


async def test_what_names_no_hour_stands_after_what_ends_with_the_counter_however_many(house, database, looked) -> None:
    await house.posted(*NUMBERS)
    await stand(house, "in_transit", *NUMBERS[1:], told=house.at - timedelta(days=60))
    async with database.writing() as tx:
        await orders.ask(tx, NUMBERS[0], "a", actor="test", at=house.at)
        await orders.set_state(tx, NUMBERS[0], "refused")

    assert [(job.name, job.count, job.lane, job.due) for job in await jobs(looked)] == [
        ("order_refused", 1, "today", on_monday("17:00")), ("stuck", 2, "today", None),
    ]  # fmt: skip


async def test_what_is_booked_waits_for_the_next_coming_of_the_post(house, looked) -> None:
    await house.posted(NUMBERS[0])
    await stand(house, "booked", NUMBERS[0])
    for begins, ends in (("08:30", "08:50"), ("10:30", "10:50"), ("15:30", "15:50")):
        await comes(house, begins, ends)
    [job] = await jobs(looked)

    assert (job.name, job.lane, job.due) == ("to_hand_over", "morning", on_monday("10:30"))


async def test_a_coming_whose_list_is_signed_takes_nothing_more(house, looked) -> None:
    await house.posted(*NUMBERS[:2])
    await stand(house, "booked", NUMBERS[0])
    early = await comes(house, "10:30", "10:50")
    await comes(house, "15:30", "15:50")
    await listed(house, "BB-1", NUMBERS[1], pickup_no=early, signed=True)
    waiting = next(job for job in await jobs(looked) if job.name == "to_hand_over")

    assert (waiting.lane, waiting.due) == ("today", on_monday("15:30"))


async def test_the_morning_ends_with_the_stroke_of_noon(house, looked) -> None:
    await house.posted(NUMBERS[0])
    await stand(house, "booked", NUMBERS[0])
    await comes(house, "12:00", "12:30")
    [noon] = await jobs(looked)
    await comes(house, "09:01", "09:30")
    [before] = await jobs(looked, "09:00")
    [after] = await jobs(looked, "12:01")

    assert [(job.lane, job.due) for job in (noon, before, after)] == [
        ("morning", on_monday("12:00")), ("morning", on_monday("09:01")), ("soon", None),
    ]  # fmt: skip


async def test_a_list_is_to_be_signed_before_the_post_leaves_and_what_is_on_no_trip_by_closing(house, looked) -> None:
    await house.posted(*NUMBERS)
    trip = await comes(house, "10:30", "12:15")
    await listed(house, "BB-1", *NUMBERS[:2], pickup_no=trip)
    alone = [job for job in await jobs(looked) if job.name == "to_sign"]
    await listed(house, "BB-2", NUMBERS[2])
    both = [job for job in await jobs(looked) if job.name == "to_sign"]

    assert [(job.first, job.count, job.lane, job.due) for job in alone] == [("BB-1", 2, "today", on_monday("12:15"))]
    assert [(job.count, job.due) for job in both] == [(2, on_monday("12:15")), (1, on_monday("17:00"))]


async def test_a_trip_names_only_the_list_that_the_desk_still_has_to_sign(house, looked) -> None:
    await house.posted(*NUMBERS)
    trip = await comes(house, "10:30", "10:50")
    await listed(house, "BB-1", NUMBERS[0], pickup_no=trip)
    await listed(house, "BB-2", NUMBERS[1], pickup_no=trip, signed=True)
    await listed(house, "BB-3", NUMBERS[2], pickup_no=trip, direction="to_desk")
    await listed(house, "BB-4", pickup_no=trip)

    assert [(job.first, job.count) for job in await jobs(looked) if job.name == "to_sign"] == [("BB-1", 1)]


async def test_what_the_post_brought_counts_for_today_until_the_agency_closes(house, looked) -> None:
    await house.posted(NUMBERS[0])
    trip = await comes(house, "10:30", "10:50")
    await listed(house, "BB-1", NUMBERS[0], pickup_no=trip, direction="to_desk")
    lines = [job for clock in ("09:00", "15:01") for job in await jobs(looked, clock) if job.name == "arrived"]

    assert [(job.lane, job.due) for job in lines] == [("today", on_monday("15:00")), ("late", on_monday("15:00"))]


async def test_what_was_tried_in_vain_names_the_lawful_day_of_the_next_call(house, looked) -> None:
    await house.posted(*NUMBERS[:2])
    await invited(house, NUMBERS[0], TODAY)
    await invited(house, NUMBERS[1])

    assert [(job.times, job.due_on, job.lane) for job in await jobs(looked)] == [
        (0, TODAY, "today"), (1, date(2026, 11, 25), "soon"),
    ]  # fmt: skip


async def test_of_many_who_were_called_the_first_to_be_called_again_gives_the_day(house, looked) -> None:
    await house.posted(*NUMBERS[:2])
    await invited(house, NUMBERS[0], TODAY)
    await invited(house, NUMBERS[1], date(2026, 11, 20))

    assert [(job.times, job.count, job.due_on) for job in await jobs(looked)] == [(1, 2, date(2026, 11, 24))]


async def test_who_may_be_called_again_since_long_is_called_today_and_nobody_is_late(house, looked) -> None:
    await house.posted(NUMBERS[0])
    await invited(house, NUMBERS[0], date(2026, 11, 12))
    [job] = [job for job in await jobs(looked) if job.name == "attempted"]

    assert (job.due_on, job.lane, job.due) == (date(2026, 11, 16), "today", on_monday("17:00"))


async def test_who_was_called_often_enough_has_the_days_before_the_return_to_come(house, database, looked) -> None:
    book = rule_book()
    longer = {day: replace(rule, working_days_before_return=3) for day, rule in book.invitations.items()}
    waiting = Days(database=database, book=replace(book, invitations=longer))
    await house.posted(*NUMBERS[:2])
    await invited(house, NUMBERS[0], date(2026, 11, 19), TODAY)
    await invited(house, NUMBERS[1], TODAY)

    assert [(job.times, job.due_on) for job in await jobs(waiting)] == [
        (1, date(2026, 11, 25)), (2, date(2026, 11, 26)),
    ]  # fmt: skip


@pytest.mark.parametrize("cursor", ["9" * 30, "1e3", "-1", "x"])
async def test_a_cursor_that_no_page_gave_begins_at_the_beginning(house, looked, cursor: str) -> None:
    await house.promised(NUMBERS[0], TODAY)
    page = await looked.listed("result_today", actor=OFFICER, at=house.at, cursor=cursor)

    assert [line.item for line in page.items] == [NUMBERS[0]]
