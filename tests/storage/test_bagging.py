"""Bags, on both databases: a number drawn by a device, a bag told twice, and one that came from elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from postgw.domain.actor import Actor
from postgw.domain.errors import Conflict
from postgw.services.bagging import Bagging

from .conftest import AT, House

ONE, TWO = "4K7M29TB6HC", "6HC4K7M29TJ"
SENDER = Actor(name="a", scopes=frozenset({"handover"}), unit="KA")
NEXT = Actor(name="b", scopes=frozenset({"handover"}), unit="480000")


@pytest.fixture
async def bagging(house: House) -> Bagging:
    """Give the act, and two items of one office."""
    await house.posted(ONE, TWO)
    return Bagging(database=house.database)


async def test_a_bag_with_the_number_of_a_device_is_the_same_bag_when_it_is_told_again(bagging: Bagging) -> None:
    bags = [
        await bagging.seal_bag(numbers, desk="", actor=SENDER, at=AT, bag_no="T4K7M29B9")
        for numbers in ((ONE, TWO), (TWO, ONE))
    ]

    assert bags[0] == bags[1]
    assert bags[0].consignment_nos == (ONE, TWO)


async def test_a_number_of_another_bag_is_no_number_for_this_one(bagging: Bagging) -> None:
    await bagging.seal_bag((ONE,), desk="", actor=SENDER, at=AT, bag_no="T4K7M29B9")
    with pytest.raises(Conflict) as raised:
        await bagging.seal_bag((TWO,), desk="", actor=SENDER, at=AT, bag_no="T4K7M29B9")

    assert raised.value.code == "bag.number_taken"


async def test_what_arrived_in_a_bag_of_another_office_may_go_into_the_next(house: House, bagging: Bagging) -> None:
    first = await bagging.seal_bag((ONE, TWO), desk="", actor=SENDER, at=AT)
    with pytest.raises(Conflict):
        await bagging.seal_bag((ONE,), desk="", actor=NEXT, at=AT)
    await house.keep((ONE, house.scan("s1", "arrived", minute=5, office="480000")))
    second = await bagging.seal_bag((ONE,), desk="", actor=NEXT, at=AT + timedelta(minutes=6))
    with pytest.raises(Conflict):
        await bagging.seal_bag((ONE,), desk="", actor=NEXT, at=AT + timedelta(minutes=7))

    assert second.consignment_nos == (ONE,)
    assert (await bagging.bag(first.bag_no, actor=SENDER)).consignment_nos == (TWO,)
