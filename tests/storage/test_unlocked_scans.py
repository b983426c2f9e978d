"""Scans kept without a transaction: the same as with one, or nothing at all where somebody came between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from types import MappingProxyType

import pytest

from postgw.domain.custody import Custody
from postgw.domain.scan import Scan
from postgw.rules.book import rule_book
from postgw.storage import consignments, scans
from postgw.storage.database import Session, opened
from postgw.storage.scans import Kept, Look

from .conftest import House

pytestmark = pytest.mark.postgres
NO, OTHER = "4K7M29TB6HC", "BBBBBBBBBBX"
Between = Callable[[House], Awaitable[object]]
_JOURNEY = ("collected", "departed", "arrived", "out_for_delivery", "attempted", "held", "correction", "arrived")


@pytest.fixture
async def house(postgres_url: str) -> AsyncIterator[House]:
    """Give a house on PostgreSQL; on SQLite nothing is kept without a transaction."""
    async with opened(postgres_url) as database:
        yield House(database, postgres_url)


async def _keep(house: House, seen: Look, *told: tuple[str, Scan], most: int = 500) -> Kept | None:
    async with house.database.writing_once() as session:
        return await scans.keep_unless_moved(
            session, seen, [(seen.items[number], scan) for number, scan in told],
            table_of=rule_book().scan_table_of, at=house.at, requests=MappingProxyType({}), most=most,
        )  # fmt: skip


async def _everything(house: House) -> list[object]:
    """Return all that a scan may change."""
    found: list[object] = []
    for table in ("scan", "consignment", "event", "outbox"):
        found += await house.database.reading.rows(f"SELECT t.*, xmin::text AS written_by FROM {table} t ORDER BY id")
    return found


async def test_a_journey_kept_without_locks_is_the_one_that_is_kept_with_them(house: House) -> None:
    await house.posted(NO, OTHER)
    for minute, code in enumerate(_JOURNEY):
        more = {"reason": "absent"} if code == "attempted" else {}
        cancels = {"cancels": "device:{}#{}.5"} if code == "correction" else {}
        locked, unlocked = (
            house.scan(
                f"{number}.{minute}", code, minute, source=f"device:{number}", **more,
                **{name: text.format(number, number) for name, text in cancels.items()},
            )
            for number in (NO, OTHER)
        )  # fmt: skip
        await house.keep((NO, locked))
        kept = await _keep(house, await scans.look(house.database.reading, [OTHER]), (OTHER, unlocked))
        assert kept is not None
        assert kept.new == {unlocked.key}
        assert kept.custody[OTHER].state == (await _custody(house, NO)).state, code

    assert await _custody(house, OTHER) == await _custody(house, NO)
    kinds = await house.database.reading.rows("SELECT kind, count(*) AS n FROM event GROUP BY kind")
    assert {row["n"] % 2 for row in kinds} == {0}
    assert await house.count("event") == await house.count("outbox", "channel = 'fan'") > 0


async def _custody(house: House, number: str) -> Custody:
    found = await consignments.find(house.database.reading, number)
    assert found is not None
    return found.custody


async def _a_scan_that_moves_the_item(house: House) -> None:
    await house.keep((NO, house.scan("between", "arrived", 30)))


async def _a_scan_that_moves_nothing(house: House) -> None:
    before = await _custody(house, NO)
    await house.keep((NO, house.scan("between", "damaged", -30)))
    assert await _custody(house, NO) == before


async def _a_scan_without_locks_that_moves_nothing(house: House) -> None:
    seen = await scans.look(house.database.reading, [NO])
    assert await _keep(house, seen, (NO, house.scan("between", "damaged", -30))) is not None


async def _a_number_of_the_post(house: House) -> None:
    async with house.database.writing() as tx:
        await consignments.bind(tx, NO, "RR473124829VN", source="sticker", office="KA", actor="test", at=house.at)


@pytest.mark.parametrize(
    "between",
    [
        _a_scan_that_moves_the_item, _a_scan_that_moves_nothing, _a_scan_without_locks_that_moves_nothing,
        _a_number_of_the_post,
    ],
)  # fmt: skip
async def test_where_somebody_came_between_nothing_is_kept(house: House, between: Between) -> None:
    await house.posted(NO, OTHER)
    await house.keep((NO, house.scan("1")), (OTHER, house.scan("2")))
    seen = await scans.look(house.database.reading, [NO, OTHER])
    await between(house)
    before = await _everything(house)

    kept = await _keep(house, seen, (NO, house.scan("3", "arrived", 40)), (OTHER, house.scan("4", "arrived", 40)))

    assert kept is None
    assert await _everything(house) == before


async def test_who_waits_for_somebody_at_the_item_sees_that_it_was_written_to(house: House) -> None:
    await house.posted(NO)
    await house.keep((NO, house.scan("1")))
    seen = await scans.look(house.database.reading, [NO])
    async with house.database.writing() as tx:
        found = await scans.lock(tx, [NO])
        told = house.scan("2", "damaged", -30)
        await scans.keep(tx, [(found[NO], told)], table_of=rule_book().scan_table_of, at=house.at)
        waiting = asyncio.create_task(_keep(house, seen, (NO, house.scan("3", "arrived", 40))))
        while not await house.count("pg_locks", "NOT granted"):
            await asyncio.sleep(0)

    assert await waiting is None
    assert await house.count("scan") == 2


async def test_an_id_that_was_used_for_another_item_is_left_to_a_transaction(house: House) -> None:
    await house.posted(NO, OTHER)
    await house.keep((OTHER, house.scan("1")))
    before = await _everything(house)
    seen = await scans.look(house.database.reading, [NO, OTHER])

    assert await _keep(house, seen, (NO, house.scan("1", "arrived", 5)), (OTHER, house.scan("2", "arrived", 5))) is None
    assert await _everything(house) == before


async def test_what_is_found_again_is_left_to_a_transaction_that_sees_what_took_its_place(house: House) -> None:
    await house.posted(NO)
    await house.keep((NO, house.scan("1", "collected")), (NO, house.scan("2", "lost", 5)))
    seen = await scans.look(house.database.reading, [NO])

    assert await _keep(house, seen, (NO, house.scan("3", "found_here", 9))) is None
    assert await house.count("scan") == 2


async def test_what_is_known_already_writes_nothing(house: House) -> None:
    await house.posted(NO)
    await house.keep((NO, house.scan("1")))
    before = await _everything(house)

    kept = await _keep(house, await scans.look(house.database.reading, [NO]), (NO, house.scan("1")))

    assert kept is not None
    assert (kept.new, kept.foreign, kept.custody[NO].state) == (frozenset(), frozenset(), "collected")
    assert await _everything(house) == before


async def test_a_look_finds_an_item_by_either_of_its_numbers_with_its_whole_journey(house: House) -> None:
    await house.posted(NO, OTHER)
    await _a_number_of_the_post(house)
    first, second = house.scan("1"), house.scan("2", "arrived", 9, device_at=house.at, note="Góc rách")
    await house.keep((NO, first), (NO, second))

    seen = await scans.look(house.database.reading, ["RR473124829VN", OTHER, "HN57F7V3RMR"])

    assert set(seen.items) == {NO, "RR473124829VN", OTHER}
    assert seen.items["RR473124829VN"] is seen.items[NO]
    assert sorted(seen.journeys[seen.items[NO].id], key=lambda scan: scan.source_id) == [first, second]
    assert seen.journeys.get(seen.items[OTHER].id, []) == []


async def _most_planned(tx: Session, words: str) -> object:
    """Return how often the server made a plan for one list alone, of the statement with these words it did it most."""
    rows = await tx.plain_rows(
        "SELECT max(custom_plans) FROM pg_prepared_statements WHERE strpos(statement, $1) > 0"
        " AND strpos(statement, 'pg_prepared_statements') = 0",
        words,
    )
    return rows[0][0]


async def test_the_server_keeps_its_plan_however_long_the_lists_are(house: House) -> None:
    await house.posted(NO, OTHER)
    always_tried_first = 5

    async with house.database.writing() as tx:  # one connection, which is who keeps plans
        for count in range(12):
            seen = await scans.look(tx, [NO, *(OTHER for _ in range(count % 2)), *map(str, range(count))])
            told = [(item, house.scan(f"{item.id}.{count}", "arrived", count)) for item in seen.items.values()]
            assert await scans.keep_unless_moved(
                tx,
                seen,
                told,
                table_of=rule_book().scan_table_of,
                at=house.at,
                requests=MappingProxyType({}),
                most=100,
            )

        assert await _most_planned(tx, "AS written_by") == always_tried_first
        assert await _most_planned(tx, "seen AS") == always_tried_first


async def test_nothing_is_kept_without_locks_where_a_journey_has_no_room_for_it_all(house: House) -> None:
    await house.posted(NO, OTHER)
    await house.keep((NO, house.scan("1")), (NO, house.scan("2", "arrived", 1)))
    before, seen = await _everything(house), await scans.look(house.database.reading, [NO, OTHER])
    told = [(OTHER, house.scan("3")), (NO, house.scan("4", "departed", 2))]

    assert await _keep(house, seen, *told, most=2) is None
    assert await _everything(house) == before
    kept = await _keep(house, seen, *told, most=3)
    assert kept is not None
    assert len(kept.new) == 2
