"""Undeliverable items as they are kept, publicised and told of; and what nobody speaks of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from postgw.domain.undeliverable import Undeliverable
from postgw.storage import standstill, undeliverables
from postgw.storage.consignments import Wanted

NO, OTHER = "4K7M29TB6HC", "5K7M29TB6H6"
ENTRY = Undeliverable(ground="sender_silent", accepted_on=date(2026, 11, 2), declared_on=date(2026, 11, 23))


async def declared(house, *numbers: str) -> None:
    await house.posted(*numbers)
    for number in numbers:
        await house.keep((number, house.scan(f"h {number}", "held")))
        await house.keep((number, house.scan(f"u {number}", "unclaimed", 5)))
        async with house.database.writing() as tx:
            await undeliverables.add(tx, number, ENTRY, office="KA", actor="test", at=house.at)


async def test_a_record_comes_back_with_its_request_and_answer(house) -> None:
    await declared(house, NO)
    asked = replace(
        ENTRY, requested_on=date(2027, 5, 3), requested_of="Sở Tư pháp", request_no="12/CV", answer="refused",
        answered_on=date(2027, 5, 10), answer_no="45/STP",
    )  # fmt: skip
    async with house.database.writing() as tx:
        await undeliverables.change(tx, NO, asked)

    assert await undeliverables.of(house.database.reading, NO) == asked


async def test_the_first_declaration_stands(house) -> None:
    await declared(house, NO)
    async with house.database.writing() as tx:
        await undeliverables.add(
            tx, NO, replace(ENTRY, declared_on=date(2027, 1, 1)), office="KA", actor="test", at=house.at
        )

    assert await undeliverables.of(house.database.reading, NO) == ENTRY


async def test_the_public_list_goes_on_from_a_row_and_drops_what_is_over(house) -> None:
    await declared(house, NO, OTHER)
    reading = house.database.reading
    [first] = await undeliverables.publicised(reading, after=0, limit=1)
    [second] = await undeliverables.publicised(reading, after=first.row, limit=9)
    await house.keep((NO, house.scan("r", "returned", 60)))

    assert (first.number, second.number) == (NO, OTHER)
    assert [line.number for line in await undeliverables.publicised(reading, after=0, limit=9)] == [OTHER]


async def test_a_step_is_told_of_once_whoever_asks(house) -> None:
    await declared(house, NO)
    [(row, _, _, last)] = await undeliverables.open_ones(house.database.reading, after=0, limit=9)

    async def tell(tx):
        return await undeliverables.told(tx, row, "request")

    assert last == ""
    assert sorted(await house.meanwhile(tell, tell)) == [False, True]


async def test_what_was_heard_of_last_before_its_moment_is_silent(house) -> None:
    await house.posted(NO, OTHER)
    await house.keep((OTHER, house.scan("s", "departed", 30)))
    before = {"registered": house.at + timedelta(days=1), "in_transit": house.at + timedelta(minutes=30)}

    async def silent(**more: datetime) -> list[str]:
        rows = await standstill.silent(
            house.database.reading, Wanted(), {**before, **more}, after=0, limit=9
        )  # fmt: skip
        return [found.consignment_no for _, found, _ in rows]

    assert await silent() == [NO]
    assert await silent(in_transit=house.at + timedelta(minutes=31)) == [NO, OTHER]
    assert await silent(registered=house.at - timedelta(days=1)) == []
