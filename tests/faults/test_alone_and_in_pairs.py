"""Each switch of the rehearsal, alone and with each other, against booking, feed and notices.

A parcel of each desk is booked on a bad day, and once more things go wrong while the posts tell of it and everybody is
to hear. Then the day is good again, the clock goes on, and without anybody's help all is as if nothing had been.

`POSTGW_EVERY_PAIR=1` lives through all of them, `=2/4` through the second quarter; else each switch meets two others,
drawn by `POSTGW_PAIRS_SEED`.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import random
from collections import Counter
from typing import Any

import pytest

from adapters.rehearsal.faults import Faults
from postgw.domain.actor import GATEWAY

from .street import ACCOUNTS, ADMINISTRATOR, CARRIERS_WAY, Street

#: Which calls a switch concerns, and a yes behind which is nothing: that nobody can tell (test_false_yes.py).
NO_SWITCH_OF_PAIRS = {"only", "hollow"}
SWITCHES = [one.name for one in dataclasses.fields(Faults) if one.name not in NO_SWITCH_OF_PAIRS]
SEED = int(os.environ.get("POSTGW_PAIRS_SEED", "45"))
ALL = [*((one,) for one in SWITCHES), *itertools.combinations(SWITCHES, 2)]


def chosen() -> list[tuple[str, ...]]:
    """Return what is lived through in this run."""
    asked = os.environ.get("POSTGW_EVERY_PAIR", "")
    if asked:
        part, _, parts = asked.partition("/")
        return ALL[int(part) - 1 :: int(parts)] if parts else ALL
    names = random.Random(SEED).sample(SWITCHES, len(SWITCHES))
    return list(zip(names, [*names[1:], names[0]], strict=True))


def cases() -> list[Any]:
    """Return each with a database, turn and turn about."""
    kinds = itertools.cycle(("sqlite", "postgres"))
    return [
        pytest.param(kind, pair, id=f"{kind}-{'+'.join(pair)}", marks=[pytest.mark.postgres] * (kind == "postgres"))
        for kind, pair in zip(kinds, chosen(), strict=False)
    ]


def faults_of(pair: tuple[str, ...]) -> Faults:
    other = {"always_101": True, "slow_seconds": 0.02}
    return Faults().changed({name: other.get(name, 1.0) for name in pair})


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("street_url", "pair"), cases(), indirect=["street_url"], scope="module")
async def test_on_a_bad_day_nothing_is_lost_or_doubled_and_afterwards_all_of_it_is_made_good(
    street: Street, pair: tuple[str, ...]
) -> None:
    bad, good = faults_of(pair), Faults()
    street.morning_comes()

    street.spoil(bad)
    numbers = {desk: await street.booked(desk) for desk in ACCOUNTS}
    for _ in range(2):
        await street.turn()
        street.pass_time(minutes=2)
    nothing_is_doubled(street, numbers)
    street.spoil(good)
    await until_booked(street, numbers)

    await street.lives(numbers["KA"], last=2)
    await street.turn()
    street.spoil(bad)
    await street.lives(numbers["KA"], first=2, last=4)
    for _ in range(2):
        await street.turn()
        street.pass_time(minutes=2)
    street.spoil(good)
    await street.lives(numbers["KA"], first=4)
    await until_over(street, numbers)

    nothing_is_doubled(street, numbers)
    await the_parcels_are_what_the_posts_say(street, numbers, exact_items="wrong_items" not in pair)
    await everybody_heard_everything_in_order(street, numbers)
    street.forget()


def nothing_is_doubled(street: Street, numbers: dict[str, str]) -> None:
    """See one parcel at most in each post's book, and one text at most of each matter."""
    for desk, number in numbers.items():
        assert len(parcels(street, desk, number)) <= 1, desk
    matters = Counter(ref.rpartition(".")[0] for ref in street.sms.taken)
    assert not [matter for matter, times in matters.items() if times > 1]


def parcels(street: Street, desk: str, number: str) -> list[Any]:
    """Return the parcels that the post of a desk has under a number."""
    books: dict[str, list[Any]] = {
        "TS": [one for one in street.office.orders() if one.order_no == number],
        "KA": [one for one in street.carrier.parcels.values() if one.reference == number],
        "HK": street.partner.of(number),
    }
    return books[desk]


async def until_booked(street: Street, numbers: dict[str, str]) -> None:
    """Let the clock go on until every post has taken its parcel. What it refused a person sends once more."""
    services = street.house.services
    for _ in range(12):
        await street.turn()
        states = {number: await street.order_state(number) for number in numbers.values()}
        if set(states.values()) == {"accepted"}:
            return
        for number in (number for number, state in states.items() if state == "refused"):
            await services.booking.book(number, actor=ADMINISTRATOR, at=street.clock[0])
        street.pass_time(minutes=2)
    raise AssertionError(f"never booked: {states}, {await street.owed()}")


async def until_over(street: Street, numbers: dict[str, str]) -> None:
    """Let the clock go on until all is told. What was refused for good a person sends once more."""
    ours = set(numbers.values())
    for _ in range(16):
        while await street.turn():
            continue
        owed = [one for one in await street.owed() if one[2] in ours]
        states = {await street.state(number) for number in ours}
        if not owed and states == {"delivered_by_post_statement"}:
            return
        for row in await street.rows("SELECT id FROM outbox WHERE state = 'parked'"):
            await street.house.services.notices.replay(row["id"], actor=ADMINISTRATOR, at=street.clock[0])
        street.pass_time(minutes=6)
    raise AssertionError(f"never over: {states}, {owed}")


async def the_parcels_are_what_the_posts_say(street: Street, numbers: dict[str, str], *, exact_items: bool) -> None:
    """See each parcel once at its post, under its own number, with every step of its way once."""
    for desk, number in numbers.items():
        [parcel] = parcels(street, desk, number)
        consignment = await street.house.services.enquiry.consignment(number, actor=GATEWAY)
        if desk != "KA" and exact_items:
            assert consignment.item_no == parcel.item_no, desk
        _, happenings = await street.house.services.enquiry.journey(number, actor=GATEWAY)
        told = Counter(happening.lead.code for happening in happenings)
        assert told["delivered"] == told["collected"] == told["out_for_delivery"] == 1, (desk, told)
    assert len(CARRIERS_WAY) == 6


async def everybody_heard_everything_in_order(street: Street, numbers: dict[str, str]) -> None:
    """See that subscribers, desks and citizens were told what is true."""
    ours = set(numbers.values())
    events = await street.events(ours)
    assert {number: ids[-1].split(".")[1] for number, ids in events.items()} == dict.fromkeys(
        ours, "delivered_by_post_statement"
    )
    for subscriber in street.subscribers:
        assert street.heard(subscriber, ours) == events
        assert subscriber.turned_away == 0
    desk = street.house.rehearsal_desk
    assert desk is not None
    assert [notice.notice_id for notice in desk.told if notice.consignment_no == numbers["HK"]] == events[numbers["HK"]]
    assert {one["viaPostal"] for one in street.opencps.dossiers.values()} == {4}
    [kept] = street.portal.dossiers.values()
    assert (kept["TrangThaiHoSo"], kept["NgayKetThucXuLy"], kept["GhiChu"]) == ("10", "20261122160000", "Giữ nguyên")
    ends = {ref.split(".")[0] for ref in street.sms.taken if ".delivered_by_post_statement." in ref}
    assert ours <= ends
