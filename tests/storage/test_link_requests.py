"""Four digits under a number: one row for each number and day, looked at by the job, forgotten within days."""

from __future__ import annotations

from datetime import timedelta

from postgw.domain.legal_day import legal_day
from postgw.storage import link_requests


async def ask(house, *digits: str, number: str = "H2715261120007", tries: int = 3, days: int = 0) -> None:
    at = house.at + timedelta(days=days)
    for each in digits:
        async with house.database.writing() as tx:
            await link_requests.ask(tx, number, each, on=legal_day(at), tries=tries, at=at)


async def waiting(house, *, days: int = 0) -> list[tuple[str, str]]:
    async with house.database.writing() as tx:
        on = legal_day(house.at + timedelta(days=days))
        return [(each.number, each.digits) for each in await link_requests.waiting(tx, on=on, limit=10)]


async def look(house) -> None:
    async with house.database.writing() as tx:
        found = await link_requests.waiting(tx, on=legal_day(house.at), limit=10)
        await link_requests.looked_at(tx, [each.request_id for each in found])


async def rows(house):
    return await house.database.reading.rows("SELECT number, tries, digits FROM link_request ORDER BY id")


async def test_digits_wait_until_they_were_looked_at_and_are_blank_then(house) -> None:
    await ask(house, "0003")
    assert await waiting(house) == [("H2715261120007", "0003")]

    await look(house)

    assert await waiting(house) == []
    assert await rows(house) == [{"number": "H2715261120007", "tries": 1, "digits": ""}]


async def test_above_the_tries_of_a_day_digits_are_counted_and_not_kept(house) -> None:
    for digits in ("0001", "0002", "0003"):
        await ask(house, digits)
        await look(house)
    await ask(house, "0004")

    assert await waiting(house) == []
    assert (await rows(house))[0]["tries"] == 4


async def test_a_try_too_many_does_not_take_away_the_one_that_still_waits(house) -> None:
    await ask(house, "0001", "0002", "0003", "9999")

    assert await waiting(house) == [("H2715261120007", "0003")]


async def test_each_number_and_each_day_has_tries_of_its_own(house) -> None:
    await ask(house, "0001", tries=1)
    await ask(house, "0002", number="4K7M29TB6HC", tries=1)
    await ask(house, "0003", tries=1, days=1)

    assert [digits for _, digits in await waiting(house, days=1)] == ["0001", "0002", "0003"]


async def test_very_many_tries_are_counted_up_to_a_bound(house) -> None:
    await ask(house, "0001")
    async with house.database.writing() as tx:
        await tx.run("UPDATE link_request SET tries = 10000")
    await ask(house, "0002", "0003")

    assert (await rows(house))[0]["tries"] == 10000


async def test_rows_are_forgotten_after_two_days(house) -> None:
    await ask(house, "0001")
    await ask(house, "0002", days=1)
    async with house.database.writing() as tx:
        await link_requests.forget(tx, on=legal_day(house.at + timedelta(days=3)))

    assert [row["digits"] for row in await rows(house)] == ["0002"]
