"""Receipts and ledger entries on both databases: numbers without gaps, acts kept once, sums that agree."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from postgw.domain.ledger import balances, collected, counted, handed_on
from postgw.domain.receipt import Receipt, Remittance
from postgw.storage import ledger_entries, receipts
from postgw.storage.database import Database, IntegrityError
from postgw.storage.receipts import RemitTerm, Series

from .conftest import AT, House

Together = Callable[..., Awaitable[list[Any]]]
PLAIN = Receipt(
    receipt_no="PHT26-000001", ledger="fee", consignment_no="4K7M29TB6HC", procedure_code="1.001193", unit="480000",
    desk="TS", payer="citizen", amount_dong=8000, collected_at=AT, collected_by="test",
    remit_by=AT + timedelta(hours=24),
)  # fmt: skip
SENT = Remittance(
    remittance_no="NP-480000-261123-01", unit="480000", desk="TS", destination="agency", amount_dong=8000,
    due_at=AT + timedelta(hours=24), remitted_at=AT, remitted_by="test", receipt_nos=("PHT26-000001",),
)  # fmt: skip


@pytest.fixture
async def series(database: Database) -> None:
    async with database.writing() as tx:
        await receipts.begin_series(tx, Series(series="PHT26", ledger="fee", unit="480000"), actor="test", at=AT)


async def keep(database: Database, *kept: Receipt) -> None:
    async with database.writing() as tx:
        for receipt in kept:
            await receipts.add(tx, receipt, act=f"collect:{receipt.receipt_no}", dossier_id=1)


async def test_many_at_once_get_numbers_without_a_gap(database: Database, gather: Together, series: None) -> None:
    async def one() -> str:
        async with database.writing() as tx:
            return await receipts.next_number(tx, unit="480000", ledger="fee")

    numbers = await gather(*(one() for _ in range(8)))

    assert sorted(numbers) == [f"PHT26-{n:06d}" for n in range(1, 9)]


async def test_a_number_that_was_not_used_after_all_is_given_again(database: Database, series: None) -> None:
    async def undone() -> None:
        async with database.writing() as tx:
            await receipts.next_number(tx, unit="480000", ledger="fee")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await undone()
    async with database.writing() as tx:
        assert await receipts.next_number(tx, unit="480000", ledger="fee") == "PHT26-000001"


async def test_a_series_that_is_used_up_gives_no_number(database: Database, series: None) -> None:
    async with database.writing() as tx:
        await tx.run("UPDATE receipt_series SET last_serial = 999999")
        assert await receipts.next_number(tx, unit="480000", ledger="fee") == ""


async def test_an_act_makes_one_receipt(database: Database) -> None:
    await keep(database, PLAIN)

    with pytest.raises(IntegrityError):
        async with database.writing() as tx:
            await receipts.add(tx, replace(PLAIN, receipt_no="PHT26-000002"), act="collect:PHT26-000001", dossier_id=1)


async def test_a_receipt_comes_back_as_it_was_kept(database: Database) -> None:
    weighed = replace(PLAIN, grounds={"zone": "in_district", "grams": 80})
    await keep(database, weighed)

    assert await receipts.find(database.reading, weighed.receipt_no) == weighed


async def test_an_act_is_entered_once(database: Database, house: House) -> None:
    entries = counted("confirm:1", destination="agency", told=100, received=90)
    for _ in range(2):
        async with database.writing() as tx:
            await ledger_entries.write(tx, entries, unit="480000", actor="test", at=AT)

    assert await house.count("ledger_entry") == 2


async def test_what_the_database_sums_is_the_fold_over_its_entries(database: Database) -> None:
    acts = [
        *(collected(f"c{n}", ledger="fee", payer="citizen", amount=1000 + n) for n in range(5)),
        collected("p", ledger="postage", payer="citizen", amount=26_000),
        handed_on("r", amount=5010),
        counted("n", destination="treasury", told=5010, received=5000),
    ]
    async with database.writing() as tx:
        for act in acts:
            await ledger_entries.write(tx, act, unit="480000", actor="test", at=AT)
    later = AT + timedelta(days=1)
    sums = await ledger_entries.sums(database.reading, unit="480000", since=None, before=later)

    assert balances(sums) == balances(entry for act in acts for entry in act)
    assert await ledger_entries.sums(database.reading, unit="TS", since=None, before=later) == ()
    assert await ledger_entries.sums(database.reading, unit="", since=later, before=later + timedelta(days=1)) == ()


async def test_an_entry_of_the_moment_between_two_times_is_summed_in_the_second_alone(database: Database) -> None:
    entries = collected("c", ledger="fee", payer="citizen", amount=1000)
    async with database.writing() as tx:
        await ledger_entries.write(tx, entries, unit="480000", actor="test", at=AT)

    first = await ledger_entries.sums(database.reading, unit="", since=AT - timedelta(days=1), before=AT)
    second = await ledger_entries.sums(database.reading, unit="", since=AT, before=AT + timedelta(days=1))

    assert (first, [entry.amount_dong for entry in second]) == ((), [1000])


async def test_a_receipt_is_handed_on_once(database: Database) -> None:
    await keep(database, PLAIN)
    async with database.writing() as tx:
        assert [r.receipt_no for r in await receipts.to_remit(tx, unit="480000", desk="TS")] == [PLAIN.receipt_no]
        assert await receipts.remit(tx, SENT)
        assert not await receipts.remit(tx, SENT)
        assert await receipts.to_remit(tx, unit="480000", desk="TS") == ()

    assert await receipts.remittance(database.reading, SENT.remittance_no) == SENT
    assert await receipts.due(database.reading, unit="") == ()


async def test_a_cancelled_receipt_is_neither_due_nor_counted(database: Database) -> None:
    await keep(database, PLAIN)
    async with database.writing() as tx:
        await receipts.cancel(tx, PLAIN.receipt_no, reason="nhầm", actor="test", at=AT)

    assert await receipts.due(database.reading, unit="480000") == ()
    assert await receipts.taken(database.reading, ledger="fee", payer="citizen", dossier_id=1) == 0


async def test_the_earliest_receipt_sets_the_deadline(database: Database) -> None:
    await keep(
        database, replace(PLAIN, receipt_no="PHT26-000002", remit_by=AT + timedelta(hours=30), amount_dong=1), PLAIN
    )
    [due] = await receipts.due(database.reading, unit="TS")

    assert (due.receipts_count, due.amount_dong, due.due_at) == (2, 8001, AT + timedelta(hours=24))


async def test_a_term_holds_from_its_day_on(database: Database) -> None:
    old = RemitTerm(procedure_code="1.1", hours=48, valid_from=date(2026, 1, 1), author="test", reason="thử")
    new = replace(old, hours=24, valid_from=date(2026, 7, 1))
    async with database.writing() as tx:
        assert [await receipts.put_term(tx, term) for term in (old, new, replace(new, hours=1))] == [True, True, False]

    found = [await receipts.term_on(database.reading, "1.1", on=date(year, 6, 30)) for year in (2025, 2026, 2027)]
    assert found == [None, 48, 24]
