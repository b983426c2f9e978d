"""What recipients chose: kept version by version, listed for the office that holds the item while it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from postgw.domain.choice import Choice, KeptChoice
from postgw.storage import choices
from postgw.storage.database import IntegrityError

NO, OTHER = "4K7M29TB6HC", "5K7M29TB6H6"
DAY = date(2026, 11, 25)


def version(house, ordinal: int = 1, attempts: int = 1, **choice: Any) -> KeptChoice:
    wish = Choice(**{"way": "deliver", "on": DAY, "window": "morning", **choice})
    return KeptChoice(
        ordinal=ordinal, choice=wish, attempts=attempts, office="480000", paid_by="post", cost_dong=13000,
        by="citizen.link", at=house.at,
    )  # fmt: skip


async def missed(house, *numbers: str) -> None:
    await house.posted(*numbers)
    for number in numbers:
        await house.keep((number, house.scan(f"a {number}", "attempted", office="480000", reason="absent")))


async def keep(house, number: str, kept: KeptChoice) -> None:
    async with house.database.writing() as tx:
        await choices.add(tx, number, kept)


async def listed(house, **rest: object) -> list[str]:
    asked: dict[str, Any] = {
        "office": "",
        "on": None,
        "today": DAY - timedelta(days=1),
        "after": 0,
        "limit": 10,
        **rest,
    }
    return [found.consignment_no for _, found, _ in await choices.to_do(house.database.reading, **asked)]


async def test_every_version_comes_back_as_it_was_made(house) -> None:
    await missed(house, NO)
    made = [version(house), version(house, 2, way="service_point", on=None, window="", place="TS")]
    for kept in made:
        await keep(house, NO, kept)

    assert list(await choices.of(house.database.reading, NO)) == made


async def test_one_version_has_one_row(house) -> None:
    await missed(house, NO)
    await keep(house, NO, version(house))

    with pytest.raises(IntegrityError):
        await keep(house, NO, version(house, way="office", on=None, window=""))


async def test_an_office_finds_its_own_and_of_a_day_its_deliveries(house) -> None:
    await missed(house, NO, OTHER)
    await keep(house, NO, version(house))
    await keep(house, OTHER, version(house, way="office", on=None, window=""))

    assert await listed(house, office="480000") == [NO, OTHER]
    assert await listed(house, office="480000", on=DAY) == [NO]
    assert await listed(house, office="999999") == []


async def test_only_the_newest_version_is_to_be_acted_upon(house) -> None:
    await missed(house, NO)
    await keep(house, NO, version(house))
    await keep(house, NO, version(house, 2, on=DAY + timedelta(days=1)))

    assert (await listed(house, on=DAY), await listed(house, on=DAY + timedelta(days=1))) == ([], [NO])


async def test_what_is_spent_or_over_is_listed_no_more(house) -> None:
    await missed(house, NO, OTHER)
    for number in (NO, OTHER):
        await keep(house, number, version(house))
    assert await listed(house, today=DAY) == [NO, OTHER]
    await house.keep((NO, house.scan("b", "attempted", 2900, office="480000", reason="absent")))
    await house.keep((OTHER, house.scan("c", "returned", 2900, office="480000")))

    assert await listed(house, today=DAY) == []
    assert await listed(house, today=DAY + timedelta(days=1)) == []


async def test_a_postman_who_had_not_heard_of_the_wish_does_not_undo_it(house) -> None:
    await missed(house, NO, OTHER)
    await keep(house, NO, version(house))
    await keep(house, OTHER, version(house, way="office", on=None, window=""))
    for number in (NO, OTHER):
        await house.keep((number, house.scan(f"b {number}", "attempted", 1500, office="480000", reason="absent")))

    assert await listed(house) == [NO, OTHER]
    assert await listed(house, today=DAY) == [NO, OTHER]


async def test_a_wish_before_the_first_delivery_is_seen_by_the_office_that_will_deliver(house) -> None:
    await house.posted(NO)
    await house.keep((NO, house.scan("a", "collected", office="480000")))
    await keep(house, NO, replace(version(house, attempts=0), office="45010"))

    assert [await listed(house, office=code) for code in ("45010", "480000", "999999")] == [[NO], [NO], []]
