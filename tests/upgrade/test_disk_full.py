"""The database's disk is full: scans are refused and stay with the station, none is half kept, reading goes on."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping

import pytest

from .conftest import Gateway, OpenGateway

_TABLES = ("scan", "outbox", "consignment", "stray", "conflict", "event", "ledger_entry")
Act = Callable[[Gateway], Awaitable[None]]


async def _fill_sqlite(gateway: Gateway) -> None:
    """Let the file take no more pages than it has, and leave none of those empty."""
    async with gateway.house.database.writing() as tx:
        await tx.run("CREATE TABLE ballast (content TEXT)")
        pages = await tx.rows("PRAGMA page_count")
        await tx.rows(f"PRAGMA max_page_count = {pages[0]['page_count']}")


async def _empty_sqlite(gateway: Gateway) -> None:
    async with gateway.house.database.writing() as tx:
        await tx.rows("PRAGMA max_page_count = 1000000")


async def _fill_postgres(gateway: Gateway) -> None:
    """Have the server say of each new scan what it says when its disk is full."""
    async with gateway.house.database.writing() as tx:
        await tx.run(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE 'could not extend file \"base/5/16384\": No space left on device' USING ERRCODE = '53100'; END $$"
        )
        await tx.run("CREATE TRIGGER full_disk AFTER INSERT ON scan FOR EACH ROW EXECUTE FUNCTION full_disk()")


async def _empty_postgres(gateway: Gateway) -> None:
    async with gateway.house.database.writing() as tx:
        await tx.run("DROP FUNCTION full_disk CASCADE")


_ACTS: Mapping[bool, tuple[Act, Act]] = {True: (_fill_sqlite, _empty_sqlite), False: (_fill_postgres, _empty_postgres)}


async def _counts(gateway: Gateway) -> dict[str, int]:
    found = {}
    for table in _TABLES:
        row = await gateway.house.database.reading.row(f"SELECT count(*) AS n, max(id) AS last FROM {table}")
        assert row is not None
        found[table] = row["n"]
    return found


async def _until_refused(gateway: Gateway) -> tuple[str, list[tuple[int, dict[str, object]]]]:
    """Send scans until the room that was left is used up; return the one that was refused, and how it was each time.

    A scan that finds no room may leave some for a smaller one: the room is used up when the same scan finds none again.
    """
    for n in range(2000):
        scan_id, number = f"day-{n}", gateway.numbers[n % len(gateway.numbers)]
        status, told = await gateway.send(scan_id, number)
        if status == 200:
            continue
        before = await _counts(gateway)
        again = [await gateway.send(scan_id, number) for _ in range(3)]
        if all(status != 200 for status, _ in again):
            assert await _counts(gateway) == before
            return scan_id, [(status, told), *again]
    raise AssertionError("the disk does not fill up")


async def test_a_full_disk_refuses_scans_keeps_nothing_by_halves_and_mends_by_itself(
    database_url: str, open_gateway: OpenGateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = await open_gateway(database_url)
    assert (await gateway.scan())[0] == 200
    fill, empty = _ACTS[gateway.house.database.sqlite]
    await fill(gateway)
    with caplog.at_level(logging.WARNING):
        refused, answers = await _until_refused(gateway)

    assert {(status, told["code"], told["retryable"]) for status, told in answers} == {(503, "database.full", True)}
    assert "Ổ đĩa" in str(answers[0][1]["detail"])
    assert "database.full" in {getattr(record, "code", "") for record in caplog.records}
    await _reading_goes_on(gateway)

    await empty(gateway)
    assert (await gateway.send(refused, gateway.numbers[0]))[0] == 200
    assert sorted(await gateway.kept()) == sorted(set(gateway.acknowledged))


async def _reading_goes_on(gateway: Gateway) -> None:
    headers = {"Authorization": f"Bearer {gateway.token}"}
    for path in (f"/api/v1/track/{gateway.numbers[0]}", "/api/v1/consignments", "/api/v1/events?after=0", "/healthz"):
        async with gateway.client.get(path, headers=headers) as answer:
            assert answer.status == 200, path
    async with gateway.client.get("/metrics") as answer:
        figures = await answer.text()
    full = next(line for line in figures.splitlines() if 'troubles_total{kind="full"}' in line)
    assert float(full.split()[-1]) >= 4
