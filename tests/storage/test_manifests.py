from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from postgw.domain.manifest import Manifest, ManifestLine, Signatory, Signature
from postgw.storage import consignments, manifests
from postgw.storage.database import IntegrityError
from postgw.storage.manifests import Bag, Pickup

NUMBER = "BB-TS-261123-01"
NO, OTHER = "4K7M29TB6HC", "BBBBBBBBBBX"
TODAY = date(2026, 11, 23)


async def _do(house, act, *words, **more):
    async with house.database.writing() as tx:
        return await act(tx, *words, **more)


async def _open(house, number=NUMBER, *, lines=(NO, OTHER), direction="to_post", desk="TS", pickup_no=""):
    manifest = Manifest(manifest_no=number, desk=desk, office="KA", direction=direction)
    made = await _do(house, manifests.add, manifest, pickup_no=pickup_no, actor="test", at=house.at)
    await _do(house, manifests.add_lines, number, lines)
    return made


async def test_a_number_is_given_to_one_manifest(house):
    assert [await _open(house), await _open(house)] == [True, False]


async def test_a_manifest_comes_back_with_its_lines_and_signatures(house):
    await _open(house)
    await _do(house, manifests.tick, NUMBER, [NO], outcome="damaged", note="rách góc", actor="vt01", at=house.at)
    signed = Signature(
        side="giver", signatory="S1", name="Trần Thị B", signed_at=house.at - timedelta(hours=1), way="paper"
    )
    await _do(house, manifests.sign, NUMBER, signed, actor="test", at=house.at)
    await _do(house, manifests.set_state, NUMBER, "closed", closed_at=house.at, signed_at=None)

    assert await manifests.find(house.database.reading, NUMBER) == Manifest(
        manifest_no=NUMBER, desk="TS", office="KA", direction="to_post", state="closed", signatures=(signed,),
        lines=(
            ManifestLine(consignment_no=NO, outcome="damaged", note="rách góc", ticked_at=house.at, ticked_by="vt01"),
            ManifestLine(consignment_no=OTHER),
        ),
    )  # fmt: skip


async def test_a_manifest_that_nobody_opened_is_not_found(house):
    assert await manifests.find(house.database.reading, NUMBER) is None


async def test_what_stands_on_a_manifest_already_stays_as_it_is(house):
    await _open(house)
    await _do(house, manifests.tick, NUMBER, [NO], outcome="ticked", note="", actor="vt01", at=house.at)

    await _do(house, manifests.add_lines, NUMBER, [NO, "CBBBBBBBBBX"], outcome="extra")

    found = await manifests.find(house.database.reading, NUMBER)
    assert found is not None
    assert [line.outcome for line in found.lines] == ["ticked", "expected", "extra"]


async def test_hands_that_add_and_tick_the_same_lines_at_once_do_not_block_each_other_for_good(house, gather):
    numbers = [f"{letter}BBBBBBBBBX" for letter in "BCDFGHJKMN"]
    await _open(house, lines=())

    async def hand(n):
        order = numbers if n % 2 else numbers[::-1]
        await _do(house, manifests.add_lines, NUMBER, order)
        await _do(house, manifests.tick, NUMBER, order, outcome="ticked", note="", actor=f"vt{n}", at=house.at)

    await gather(*(hand(n) for n in range(8)))

    assert await house.count("manifest_line", "outcome = 'ticked'") == 10


async def test_a_side_signs_once(house):
    await _open(house)
    signature = Signature(side="giver", signatory="S1", name="Trần Thị B", signed_at=house.at)
    await _do(house, manifests.sign, NUMBER, signature, actor="test", at=house.at)

    with pytest.raises(IntegrityError):
        await _do(house, manifests.sign, NUMBER, signature, actor="test", at=house.at)


async def test_what_stands_on_an_unsigned_manifest_of_the_same_direction_is_named(house):
    await _open(house)
    await _open(house, "BB-TS-261123-02", lines=("CBBBBBBBBBX",))
    await _do(house, manifests.set_state, "BB-TS-261123-02", "signed", closed_at=None, signed_at=house.at)

    asked = [NO, "CBBBBBBBBBX", "DBBBBBBBBBX"]
    said = [await manifests.open_with(house.database.reading, asked, direction) for direction in ("to_post", "to_desk")]

    assert said == [{NO: NUMBER}, {}]


async def test_numbers_of_a_day_are_counted(house):
    await _open(house)
    await _open(house, "BB-TS-261124-01")

    assert await manifests.next_serial(house.database.reading, "BB-TS-261123-") == 2


async def test_a_page_of_manifests_is_of_one_unit_and_state(house):
    await _open(house)
    await _open(house, "BB-CX-261123-01", desk="CX")
    read = house.database.reading

    async def numbers(unit, state="", before=0, limit=10):
        page = await manifests.listed(read, unit=unit, state=state, before=before, limit=limit)
        return [manifest.manifest_no for _, manifest in page]

    assert await numbers("") == await numbers("KA", "open") == ["BB-CX-261123-01", NUMBER]
    assert await numbers("TS") == [NUMBER]
    assert await numbers("TS", "signed") == []


def _pickup(number="P1", desk="TS", on=TODAY, **other):
    return Pickup(pickup_no=number, desk=desk, office="KA", on=on, from_time=time(15), to_time=time(16, 30), **other)


async def test_a_pickup_is_booked_once_and_comes_back_as_it_was(house):
    booked = [await _do(house, manifests.book_pickup, _pickup(), actor="test", at=house.at) for _ in range(2)]

    assert booked == [True, False]
    assert await manifests.pickup(house.database.reading, "P1") == _pickup()


async def test_pickups_are_listed_from_a_day_on_with_their_manifest(house):
    for number, on in (("P0", TODAY - timedelta(days=1)), ("P1", TODAY), ("P2", TODAY + timedelta(days=1))):
        await _do(house, manifests.book_pickup, _pickup(number, on=on), actor="test", at=house.at)
    await _open(house, pickup_no="P1")

    listed = await manifests.pickups(house.database.reading, desk="TS", since=TODAY)

    assert [(pickup.pickup_no, pickup.manifest_no) for pickup in listed] == [("P1", NUMBER), ("P2", "")]
    assert await manifests.pickups(house.database.reading, desk="CX", since=TODAY) == ()


@pytest.mark.parametrize(("on", "now", "due"), [(TODAY, "14:59", False), (TODAY, "15:00", True),
                                                (TODAY + timedelta(days=1), "00:01", True)])  # fmt: skip
async def test_a_manifest_is_due_to_close_when_its_pickup_begins(house, on, now, due):
    await _do(house, manifests.book_pickup, _pickup(), actor="test", at=house.at)
    await _open(house, pickup_no="P1")

    assert await manifests.due_to_close(house.database.reading, on=on, now=now) == ((NUMBER,) if due else ())


@pytest.mark.parametrize(("on", "appointed"), [(date(2026, 1, 1), True), (date(2026, 6, 30), True),
                                               (date(2025, 12, 31), False), (date(2026, 7, 1), False)])  # fmt: skip
async def test_a_person_signs_from_the_first_to_the_last_day_of_the_appointment(house, on, appointed):
    person = Signatory(signatory_no="S1", unit_kind="desk", unit="TS", name="Trần Thị B", account="b")
    days = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 6, 30)}
    await _do(house, manifests.appoint, person, **days, actor="test", at=house.at)

    read = house.database.reading
    by_unit = await manifests.appointed(read, on=on, unit="TS")
    by_number = await manifests.appointed(read, on=on, signatory_no="S1")

    assert by_unit == by_number == ((person,) if appointed else ())


async def test_an_appointment_without_an_end_goes_on(house):
    person = Signatory(signatory_no="S1", unit_kind="office", unit="KA", name="Lê Văn C", subject="fees")
    await _do(house, manifests.appoint, person, valid_from=TODAY, valid_to=None, actor="test", at=house.at)

    assert await manifests.appointed(house.database.reading, on=date(2099, 1, 1), unit="KA") == (person,)


async def test_a_sealed_bag_is_found_with_what_is_inside(house):
    await house.posted(NO, OTHER)
    await _do(house, manifests.seal_bag, "TUI-1", desk="TS", actor="test", at=house.at)
    await _do(house, consignments.put_in_bag, [NO, OTHER], "TUI-1")

    bag = await manifests.bag(house.database.reading, "TUI-1")

    assert bag == Bag(bag_no="TUI-1", desk="TS", consignment_nos=(NO, OTHER), sealed_at=house.at)
    assert await manifests.bag(house.database.reading, "TUI-2") is None


async def test_two_who_add_the_same_lines_in_another_order_wait_and_do_not_fail(house):
    await _open(house, lines=())

    def add(*numbers):
        return lambda tx: manifests.add_lines(tx, NUMBER, numbers)

    await house.meanwhile(add(NO), add(OTHER, NO), add(OTHER))

    assert await house.count("manifest_line") == 2
