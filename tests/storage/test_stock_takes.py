"""Stock-takes in storage: what lies where, and who saw a missing item again; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from postgw.domain.actor import Actor
from postgw.domain.errors import Invalid, Unknown
from postgw.services.stock_taking import Round, StockTaking

from .conftest import AT, House

HERE, GONE, LOST, FOREIGN = "4K7M29TB6HC", "6HC4K7M29TB", "9TB6HC4K7M2", "7M29TB6HC4K"
WORKER = Actor(name="hoang.td", scopes=frozenset({"scans"}), unit="KA")
LATER = AT + timedelta(minutes=30)


@pytest.fixture
async def stock(house: House) -> StockTaking:
    """Give a post office where three items lie, and one that another office has."""
    await house.posted(HERE, GONE, LOST, FOREIGN)
    for n, number in enumerate((HERE, GONE, LOST)):
        await house.keep((number, house.scan(f"in-{n}", "arrived")))
    await house.keep((FOREIGN, house.scan("in-4", "arrived", office="480000")))
    return StockTaking(database=house.database)


def a_round(*found: str, source_id: str = "a1", expected: tuple[str, ...] = (HERE, GONE, LOST)) -> Round:
    return Round(source_id=source_id, found=found, expected=expected, taken_at=AT + timedelta(minutes=20))


async def test_what_the_books_say_lies_here_and_no_hand_found_is_missing(house: House, stock: StockTaking) -> None:
    await house.keep((GONE, house.scan("out", "departed", minute=10)))  # on its way since the list was made
    take = await stock.take(a_round(HERE, FOREIGN, "RR473124829VN"), actor=WORKER, at=LATER)

    assert (take.stock_take_no, take.expected, take.found) == ("KK-KA-261123-01", 3, 3)
    assert (take.missing, take.strange) == ((LOST,), (FOREIGN, "RR473124829VN"))


async def test_a_stock_take_that_is_told_again_is_kept_once(house: House, stock: StockTaking) -> None:
    first = await stock.take(a_round(HERE), actor=WORKER, at=LATER)
    again = await stock.take(a_round(HERE), actor=WORKER, at=LATER)
    next_one = await stock.take(a_round(HERE, source_id="a2"), actor=WORKER, at=LATER)

    assert (again, next_one.stock_take_no) == (first, "KK-KA-261123-02")
    assert await house.count("stock_take") == 2


async def test_a_missing_item_stays_listed_until_somebody_has_it_in_hand(house: House, stock: StockTaking) -> None:
    take = await stock.take(a_round(HERE, GONE), actor=WORKER, at=LATER)
    before = await stock.one(take.stock_take_no, actor=WORKER)
    await house.keep((LOST, house.scan("lost", "lost", minute=40)))
    told_lost = await stock.one(take.stock_take_no, actor=WORKER)
    await house.keep((LOST, house.scan("found", "arrived", minute=50, office="480000")))
    after = await stock.one(take.stock_take_no, actor=WORKER)

    assert before.still_missing == told_lost.still_missing == (LOST,)
    assert after.still_missing == ()
    assert after.seen[LOST].office == "480000"


async def test_a_sight_that_was_taken_back_is_none(house: House, stock: StockTaking) -> None:
    take = await stock.take(a_round(HERE, GONE), actor=WORKER, at=LATER)
    mistaken = house.scan("mistaken", "arrived", minute=50)
    await house.keep((LOST, mistaken))
    await house.keep((LOST, house.scan("back", "correction", minute=51, cancels=mistaken.key)))

    assert (await stock.one(take.stock_take_no, actor=WORKER)).still_missing == (LOST,)


async def test_an_office_sees_its_own_stock_takes_newest_first(stock: StockTaking) -> None:
    for n in range(3):
        await stock.take(a_round(HERE, source_id=f"a{n}"), actor=WORKER, at=LATER)
    page = await stock.listed(actor=WORKER)
    elsewhere = Actor(name="x", scopes=frozenset({"scans"}), unit="480000")

    assert [each.take.stock_take_no[-2:] for each in page.items] == ["03", "02", "01"]
    assert (await stock.listed(actor=elsewhere)).items == ()
    with pytest.raises(Unknown):
        await stock.one("KK-KA-261123-01", actor=elsewhere)


async def test_nobody_takes_stock_for_no_office_or_of_more_than_an_office_holds(stock: StockTaking) -> None:
    nowhere = Actor(name="x", scopes=frozenset({"scans"}))
    with pytest.raises(Invalid):
        await stock.take(a_round(HERE), actor=nowhere, at=LATER)
    with pytest.raises(Invalid):
        await stock.take(a_round(*["X"] * 5001), actor=WORKER, at=LATER)
