from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from postgw.domain.custody import custody_of
from postgw.domain.scan import Witness
from postgw.rules.book import rule_book
from postgw.storage import consignments, outbox, reckoning, scan_rows, scans

NO, OTHER = "4K7M29TB6HC", "BBBBBBBBBBX"


async def test_the_result_of_the_fold_is_stored(house):
    await house.posted(NO)

    await house.keep((NO, house.scan("1", "collected")), (NO, house.scan("2", "arrived", 30, office="HT")))

    consignment = await consignments.find(house.database.reading, NO)
    assert consignment is not None
    assert (consignment.custody.state, consignment.custody.holder, consignment.custody.office) == (
        "at_office",
        "post",
        "HT",
    )
    assert consignment.custody.since == house.at + timedelta(minutes=30)


async def test_what_is_stored_is_what_the_whole_journey_says(house):
    await house.posted(NO)
    codes = ["collected", "departed", "arrived", "out_for_delivery", "attempted", "held"]

    for minute, code in enumerate(codes):
        await house.keep((NO, house.scan(str(minute), code, minute, reason="absent" if code == "attempted" else "")))

    journey = await scan_rows.history(house.database.reading, NO)
    consignment = await consignments.find(house.database.reading, NO)
    assert consignment is not None
    assert consignment.custody == custody_of("return", journey, rule_book().scan_table_of(consignment.rules_version))


async def test_a_scan_comes_back_as_it_was_kept(house):
    await house.posted(NO)
    told = house.scan(
        "1", "attempted", device_at=house.at - timedelta(hours=1), actor="vt01", reason="absent", note="Cổng khoá",
        cancels="device:7f3a#0", bag_no="T1", manifest_no="BB-1", proved=True, raw_code="X9", flags=("clock_skew",
        "future"),
    )  # fmt: skip

    await house.keep((NO, told))

    assert await scan_rows.history(house.database.reading, NO) == (told,)


async def test_whatever_a_worker_writes_is_kept_to_the_letter(house):
    await house.posted(NO)
    odd = "Nhà \"số 7\\9\", {hẻm}, NULL,\n\tcổng 'xanh' \U0001f600 \x1f"
    told = house.scan(odd, "attempted", reason="absent", note=odd, actor=odd, office="{HT}")

    await house.keep((NO, told))

    assert await scan_rows.history(house.database.reading, NO) == (told,)


async def test_the_same_batch_twice_changes_nothing(house):
    await house.posted(NO, OTHER)
    batch = [(NO, house.scan("1")), (OTHER, house.scan("2"))]
    first = await house.keep(*batch)

    again = await house.keep(*batch)

    assert (len(first.new), len(again.new)) == (2, 0)
    assert again.custody == first.custody
    assert [await house.count(table) for table in ("scan", "event", "outbox")] == [2, 2, 2]


async def test_of_two_scans_with_one_id_in_a_batch_the_first_counts(house):
    await house.posted(NO)

    kept = await house.keep((NO, house.scan("1", "collected")), (NO, house.scan("1", "arrived", 5)))

    assert (kept.custody[NO].state, await house.count("scan")) == ("collected", 1)


async def test_an_id_that_was_used_for_another_item_moves_nothing(house):
    await house.posted(NO, OTHER)
    await house.keep((NO, house.scan("1")))

    kept = await house.keep((OTHER, house.scan("1")))

    assert (kept.new, kept.custody[OTHER].state) == (frozenset(), "registered")


async def test_one_id_for_two_items_at_once_moves_one_of_them(house, gather):
    await house.posted(NO, OTHER)

    kept = await gather(*(house.keep((number, house.scan("1"))) for number in (NO, OTHER)))

    assert sorted(len(one.new) for one in kept) == [0, 1]
    assert await house.count("consignment", "state = 'collected'") == 1


async def test_an_item_is_found_by_either_of_its_numbers(house):
    await house.posted(NO)
    async with house.database.writing() as tx:
        await consignments.bind(tx, NO, "RR473124829VN", source="sticker", office="KA", actor="test", at=house.at)

    await house.keep((NO, house.scan("1")), ("RR473124829VN", house.scan("2", "arrived", 9)))

    assert len(await scan_rows.history(house.database.reading, NO)) == 2


async def test_batches_at_once_from_several_tasks_lose_nothing(house, gather):
    numbers = [f"BBBBBBBBB{letter}X" for letter in "BCDFG"]
    await house.posted(*numbers)

    async def device(name: int) -> None:
        order = numbers if name % 2 else numbers[::-1]
        for n in range(5):
            batch = [
                (number, house.scan(f"{number}.{n}", "arrived", 10 * n + name, source=f"device:{name}"))
                for number in order
            ]
            await house.keep(*batch)

    await gather(*(device(name) for name in range(6)))

    assert await house.count("scan") == 6 * 5 * 5
    assert {c.custody.heard_at for c in (await consignments.several(house.database.reading, numbers)).values()} == {
        house.at + timedelta(minutes=45)
    }


@pytest.mark.slow
async def test_batches_at_once_from_several_processes_lose_nothing(house):
    numbers = [f"BBBBBBBBB{letter}X" for letter in "BCDFGHJKMN"]
    await house.posted(*numbers)

    new = await house.in_processes("keep", "10", *numbers)

    assert sum(new) == await house.count("scan") == 3 * 10 * 10
    stored = await consignments.several(house.database.reading, numbers)
    for number, consignment in stored.items():
        journey = await scan_rows.history(house.database.reading, number)
        assert consignment.custody == custody_of(
            "return", journey, rule_book().scan_table_of(consignment.rules_version)
        )


async def test_a_milestone_is_told_in_the_same_transaction(house):
    await house.posted(NO)

    await house.keep((NO, house.scan("1")))

    [(_, notice)] = await outbox.events(house.database.reading, after=0, limit=10, desk="")
    assert (notice.kind, notice.consignment_no, notice.at) == ("consignment.collected", NO, house.at)
    assert await house.count("outbox", "channel = 'fan'") == 1


async def test_what_is_undone_leaves_no_word_behind(house):
    await house.posted(NO)

    async def keep_and_fail() -> None:
        async with house.database.writing() as tx:
            await house.keep_in(tx, (NO, house.scan("1")))
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await keep_and_fail()

    assert [await house.count(table) for table in ("scan", "event", "outbox")] == [0, 0, 0]
    assert await house.count("consignment", "state = 'registered'") == 1


async def test_a_scan_that_nobody_wants_to_hear_of_leaves_no_word(house):
    await house.posted(NO)
    await house.keep((NO, house.scan("1")))

    await house.keep((NO, house.scan("2", "arrived", 5)))

    assert await house.count("event") == 1


async def test_the_dossier_number_travels_with_the_word(house):
    kept = await house.dossier(dossier_no="H27.12.34-261123-00001")
    await house.create(house.consignment(kept.dossier_id, NO))

    await house.keep((NO, house.scan("1")))

    [(_, notice)] = await outbox.events(house.database.reading, after=0, limit=10, desk="TS")
    assert notice.dossier_no == "H27.12.34-261123-00001"


async def test_the_feed_is_of_one_desk_or_of_all(house):
    await house.posted(NO)
    kept = await house.dossier("elsewhere")
    await house.create(replace(house.consignment(kept.dossier_id, OTHER), desk="CX"))

    await house.keep((NO, house.scan("1")), (OTHER, house.scan("2")))

    read = [
        await outbox.events(house.database.reading, after=0, limit=10, desk=desk) for desk in ("", "TS", "CX", "XX")
    ]
    assert [len(events) for events in read] == [2, 1, 1, 0]


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_reads_on_in_the_feed_misses_no_event_of_a_slow_transaction(house):
    await house.posted(NO, OTHER)
    said, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with house.database.writing() as tx:
            await house.keep_in(tx, (NO, house.scan("1")))
            said.set()
            await may_end.wait()

    holding = asyncio.create_task(slow())
    await said.wait()
    await house.keep((OTHER, house.scan("2")))
    early = await outbox.events(house.database.reading, after=0, limit=10, desk="")
    may_end.set()
    await holding

    late = await outbox.events(house.database.reading, after=early[-1][0] if early else 0, limit=10, desk="")
    assert [notice.consignment_no for _, notice in early + late] == [NO, OTHER]


async def test_a_correction_takes_the_item_back(house):
    await house.posted(NO)
    await house.keep((NO, house.scan("1")))

    kept = await house.keep((NO, house.scan("2", "correction", 1, cancels="device:7f3a#1")))

    assert kept.custody[NO].state == "registered"


async def test_nothing_to_say_says_nothing(house):
    async with house.database.writing() as tx:
        kept = await scans.keep(tx, [], table_of=rule_book().scan_table_of, at=house.at)

    assert (kept.new, kept.custody) == (frozenset(), {})


async def test_a_signed_delivery_ends_the_consignment(house):
    await house.posted(NO)
    await house.keep((NO, house.scan("1")))

    await house.keep((NO, house.scan("2", "delivered", 60, witness=Witness.SIGNED, proved=True)))

    assert await house.count("consignment", "state = 'delivered' AND NOT live AND proved") == 1


async def test_what_is_found_again_after_it_was_replaced_is_followed_and_stops_nobody(house):
    kept = await house.dossier("lost")
    await house.create(house.consignment(kept.dossier_id, "4K7M29TB6HC"))
    await house.keep(("4K7M29TB6HC", house.scan("1", "collected")), ("4K7M29TB6HC", house.scan("2", "lost", 5)))
    assert await house.create(house.consignment(kept.dossier_id, "HN57F7V3RMR", issue=2))

    await house.keep(
        ("4K7M29TB6HC", house.scan("3", "found_here", 9)), ("HN57F7V3RMR", house.scan("4", "collected", 9))
    )

    found = await consignments.find(house.database.reading, "4K7M29TB6HC")
    assert found is not None
    assert (found.custody.state, found.custody.ended) == ("at_office", True)
    assert await house.count("consignment", "live") == 1
    table_of = rule_book().scan_table_of
    reckoned = await reckoning.custodies(house.database.reading, after=0, limit=9, table_of=table_of)
    assert [one.agrees for one in reckoned] == [True, True]


async def test_what_is_found_again_and_was_not_replaced_lives_again(house):
    await house.posted("4K7M29TB6HC")
    await house.keep(("4K7M29TB6HC", house.scan("1", "collected")), ("4K7M29TB6HC", house.scan("2", "lost", 5)))

    await house.keep(("4K7M29TB6HC", house.scan("3", "found_here", 9)))

    found = await consignments.find(house.database.reading, "4K7M29TB6HC")
    assert found is not None
    assert (found.custody.state, found.custody.ended) == ("at_office", False)
