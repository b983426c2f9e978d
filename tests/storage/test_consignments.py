from __future__ import annotations

from dataclasses import replace

import pytest

from postgw.domain.scan import Witness
from postgw.storage import consignments

NO, NEXT = "4K7M29TB6HC", "BBBBBBBBBBX"
ITEM, OTHER_ITEM = "RR473124829VN", "RR123456785VN"


async def test_of_two_hundred_creates_at_once_one_is_kept(house, gather):
    kept = await house.dossier()
    attempts = [house.consignment(kept.dossier_id, f"B{n:09d}X") for n in range(200)]

    made = await gather(*(house.create(attempt) for attempt in attempts))

    assert (made.count(True), await house.count("consignment")) == (1, 1)


@pytest.mark.slow
async def test_of_creates_at_once_from_several_processes_one_is_kept(house):
    kept = await house.dossier()

    made = await house.in_processes("create", str(kept.dossier_id), "70")

    assert (sum(made), await house.count("consignment")) == (1, 1)


async def test_each_leg_of_a_dossier_has_its_own_consignment(house):
    kept = await house.dossier()

    made = [await house.create(house.consignment(kept.dossier_id, f"{leg[0]}", leg=leg)) for leg in ("send", "return")]

    assert made == [True, True]


async def test_after_the_end_the_next_issue_may_begin(house):
    kept = await house.dossier()
    await house.create(house.consignment(kept.dossier_id, NO))
    await house.keep((NO, house.scan("1", "cancelled", witness=Witness.SIGNED, source="gateway")))

    made = await house.create(house.consignment(kept.dossier_id, NEXT, issue=2))

    assert made
    assert await consignments.issues(house.database.reading, kept.dossier_id, "return") == (2, NEXT)


async def test_the_same_issue_is_never_made_twice(house):
    kept = await house.dossier()
    await house.create(house.consignment(kept.dossier_id, NO))
    await house.keep((NO, house.scan("1", "cancelled", witness=Witness.SIGNED, source="gateway")))

    assert not await house.create(house.consignment(kept.dossier_id, NEXT))


async def test_a_dossier_without_consignments_has_none(house):
    kept = await house.dossier()

    assert await consignments.issues(house.database.reading, kept.dossier_id, "send") == (0, "")


async def test_a_consignment_comes_back_as_it_was_kept(house):
    kept = await house.dossier(dossier_no="H27.12.34-261123-00001")
    made = house.consignment(kept.dossier_id, NO, to_desk="CX", collect_dong=150_000)
    await house.create(made)

    found = await consignments.find(house.database.reading, NO)

    assert found == replace(made, dossier_no="H27.12.34-261123-00001")


async def test_a_number_that_nobody_has_finds_nothing(house):
    assert await consignments.find(house.database.reading, NO) is None


async def _bind(house, number, item, actor="vt01"):
    async with house.database.writing() as tx:
        return await consignments.bind(tx, number, item, source="sticker", office="KA", actor=actor, at=house.at)


async def test_what_is_bound_is_found_by_either_number(house):
    await house.posted(NO)

    assert await _bind(house, NO, ITEM) is None

    found = [await consignments.find(house.database.reading, number) for number in (NO, ITEM)]
    assert [consignment and consignment.consignment_no for consignment in found] == [NO, NO]


async def test_a_number_that_is_bound_is_refused_with_who_when_and_where(house):
    await house.posted(NO, NEXT)
    await _bind(house, NO, ITEM)

    held = await _bind(house, NEXT, ITEM, actor="vt02")

    assert held == {
        "item_no": ITEM, "consignment_no": NO, "office": "KA", "bound_at": house.at, "bound_by": "vt01",
    }  # fmt: skip


async def test_a_consignment_that_is_bound_takes_no_second_number(house):
    await house.posted(NO)
    await _bind(house, NO, ITEM)

    held = await _bind(house, NO, OTHER_ITEM)

    assert held is not None
    assert (held["item_no"], await house.count("binding")) == (ITEM, 1)


async def test_of_many_bindings_of_one_number_at_once_one_stands(house, gather):
    numbers = [f"{letter}BBBBBBBBBX" for letter in "BCDFGHJK"]
    await house.posted(*numbers)

    said = await gather(*(_bind(house, number, ITEM) for number in numbers))

    assert said.count(None) == 1
    assert await house.count("consignment", f"item_no = '{ITEM}'") == 1


async def test_of_many_numbers_for_one_consignment_at_once_one_stands(house, gather):
    await house.posted(NO)

    said = await gather(*(_bind(house, NO, f"RR{n:09d}VN") for n in range(8)))

    assert (said.count(None), await house.count("binding")) == (1, 1)


async def test_a_page_goes_on_where_the_last_one_ended(house):
    await house.posted("BBBBBBBBBBX", "CBBBBBBBBBX", "DBBBBBBBBBX")

    async def page(before):
        return await consignments.listed(house.database.reading, consignments.Wanted(), before=before, limit=2)

    first = await page(0)
    second = await page(first[-1][0])

    pages = [[consignment.consignment_no for _, consignment in each] for each in (first, second)]
    assert pages == [["DBBBBBBBBBX", "CBBBBBBBBBX"], ["BBBBBBBBBBX"]]


@pytest.mark.parametrize(
    ("about", "count"),
    [({}, 2), ({"desk": "TS"}, 2), ({"desk": "CX"}, 1), ({"desk": "XX"}, 0), ({"leg": "send"}, 1),
     ({"state": "lost"}, 0), ({"office": "KA"}, 1), ({"office": "XX"}, 0), ({"state": "registered"}, 1),
     ({"dossier_key": "H2712342611230001"}, 2)],
)  # fmt: skip
async def test_a_list_holds_what_was_asked_for(house, about, count):
    kept = await house.dossier(dossier_no="H27.12.34-261123-0001")
    await house.create(house.consignment(kept.dossier_id, NO))
    await house.create(house.consignment(kept.dossier_id, NEXT, leg="send", to_desk="CX"))
    await house.keep((NEXT, house.scan("1")))

    found = await consignments.listed(house.database.reading, consignments.Wanted(**about), before=0, limit=10)

    assert len(found) == count


async def test_what_has_stood_longest_in_its_state_comes_first(house):
    await house.posted(NO, NEXT)
    await house.keep((NO, house.scan("1", minute=9)), (NEXT, house.scan("2", minute=3)))

    found = await consignments.oldest(house.database.reading, consignments.Wanted(state="collected"), limit=5)

    assert [consignment.consignment_no for consignment in found] == [NEXT, NO]


async def test_a_changed_consignment_is_the_next_version(house):
    await house.posted(NO)
    old = await consignments.find(house.database.reading, NO)
    assert old is not None
    new = replace(old, consignee=replace(old.consignee, address="Số 2 đường Nguyễn Du"), collect_dong=5000, version=2)

    async with house.database.writing() as tx:
        await consignments.change(tx, new)

    assert await consignments.find(house.database.reading, NO) == new


async def test_a_bag_knows_what_is_inside(house):
    await house.posted(NO, NEXT, "CBBBBBBBBBX")

    async with house.database.writing() as tx:
        await consignments.put_in_bag(tx, [NO, NEXT], "TUI-1")

    assert await consignments.in_bag(house.database.reading, "TUI-1") == (NO, NEXT)


async def test_states_are_counted_for_a_desk_and_for_all(house):
    await house.posted(NO, NEXT)
    await house.keep((NO, house.scan("1")))

    wanted = [consignments.Wanted(desk=desk) for desk in ("", "TS", "XX")]
    counts = [await consignments.counts(house.database.reading, each) for each in wanted]

    assert counts == [{"collected": 1, "registered": 1}] * 2 + [{}]


async def test_consignments_of_a_dossier_and_by_number(house):
    kept = await house.dossier()
    await house.create(house.consignment(kept.dossier_id, NO, leg="send"))
    await house.create(house.consignment(kept.dossier_id, NEXT))

    of_dossier = await consignments.of_dossier(house.database.reading, kept.dossier_id)
    several = await consignments.several(house.database.reading, [NEXT, NO, "nobody's"])

    assert [consignment.consignment_no for consignment in of_dossier] == [NO, NEXT]
    assert several == {consignment.consignment_no: consignment for consignment in of_dossier}


@pytest.mark.parametrize(
    ("number", "item"), [(NO, OTHER_ITEM), (NEXT, ITEM)], ids=["the same consignment", "the same number"]
)
async def test_a_binding_waits_for_one_that_is_under_way_and_is_refused(house, number, item):
    await house.posted(NO, NEXT)

    def bind(consignment_no, item_no):
        return lambda tx: consignments.bind(
            tx, consignment_no, item_no, source="sticker", office="KA", actor="vt01", at=house.at
        )

    first, other = await house.meanwhile(bind(NO, ITEM), bind(number, item))

    assert first is None
    assert (other["consignment_no"], other["item_no"], await house.count("binding")) == (NO, ITEM, 1)
