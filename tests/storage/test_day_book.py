"""A day of a till, read from the ledger: its receipts newest first, who took them, what is held and under way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from postgw.domain import ledger
from postgw.domain.receipt import Receipt, Remittance
from postgw.storage import day_book, ledger_entries, receipts
from postgw.storage.receipts import Series

from .conftest import AT

DAY = timedelta(days=1)
UNIT = "480000"


@pytest.fixture
def shelf(house):
    """Do one act in a transaction of its own."""

    async def do(step, *words, **more):
        async with house.database.writing() as tx:
            return await step(tx, *words, **more)

    return do


async def taken(shelf, n: int, *, at=AT, amount: int = 8000, by: str = "an", kind: str = "fee") -> str:
    """Take money at a moment; return the number of its receipt."""
    number, act = f"{'PHT26' if kind == 'fee' else 'CHT26'}-{n:06d}", f"collect:{UNIT}:{n}"
    receipt = Receipt(
        receipt_no=number, ledger=kind, consignment_no="4K7M29TB6HC", unit=UNIT, desk="TS", payer="citizen",
        amount_dong=amount, collected_at=at, collected_by=by, remit_by=at + DAY if kind == "fee" else None,
    )  # fmt: skip
    await shelf(receipts.add, receipt, act=act, dossier_id=n)
    entries = ledger.collected(act, ledger=kind, payer="citizen", amount=amount)
    await shelf(ledger_entries.write, entries, unit=UNIT, actor=by, at=at)
    return number


async def remitted(shelf, number: str, *, at, amount: int = 8000) -> str:
    remittance = Remittance(
        remittance_no=f"NP-{UNIT}-{at:%y%m%d}-01", unit=UNIT, desk="TS", destination="agency", amount_dong=amount,
        due_at=at, remitted_at=at, remitted_by="an", receipt_nos=(number,),
    )  # fmt: skip
    await shelf(receipts.remit, remittance)
    return remittance.remittance_no


async def test_a_day_lists_its_own_receipts_by_pages_newest_first(house, shelf) -> None:
    await shelf(receipts.begin_series, Series(series="PHT26", ledger="fee", unit=UNIT), actor="x", at=AT)
    await taken(shelf, 1, at=AT - DAY)
    for n in (2, 3, 4):
        await taken(shelf, n, by="binh" if n == 4 else "an")
    await taken(shelf, 5, kind="postage", amount=26_000)
    session = house.database.reading
    asked: dict[str, Any] = {"unit": UNIT, "since": AT - timedelta(hours=3), "before": AT + timedelta(hours=1)}

    first = await day_book.taken(session, **asked, ledger="fee", after=0, limit=2)
    rest = await day_book.taken(session, **asked, ledger="fee", after=first[-1][0], limit=2)
    who = await day_book.takers(session, **asked)

    assert [receipt.receipt_no for _, receipt in (*first, *rest)] == [f"PHT26-{n:06d}" for n in (4, 3, 2)]
    assert [(each.ledger, each.name, each.receipts_count, each.amount_dong) for each in who] == [
        ("fee", "an", 2, 16_000), ("fee", "binh", 1, 8000), ("postage", "an", 1, 26_000),
    ]  # fmt: skip
    assert await day_book.taken(session, **{**asked, "unit": "TS"}, ledger="", after=0, limit=9) == []


async def test_what_is_held_and_under_way_is_told_as_of_each_moment(house, shelf) -> None:
    first, second, third = [await taken(shelf, n) for n in (1, 2, 3)]
    number = await remitted(shelf, first, at=AT + DAY)
    await shelf(receipts.cancel, second, reason="x", actor="y", at=AT + 2 * DAY)
    await shelf(receipts.confirm, number, received_dong=8000, signatory_no="NK", actor="z", at=AT + 3 * DAY)
    session = house.database.reading

    held = [await day_book.held_dong(session, unit=UNIT, before=AT + (n + 0.5) * DAY) for n in range(4)]
    under_way = [await day_book.uncounted_dong(session, unit=UNIT, before=AT + (n + 0.5) * DAY) for n in range(4)]
    waiting = await day_book.waiting(session, unit=UNIT, desk="TS", limit=9)

    assert held == [24_000, 16_000, 8000, 8000]
    assert under_way == [0, 8000, 8000, 0]
    assert [receipt.receipt_no for receipt in waiting] == [third]


async def test_a_remittance_is_shown_until_the_day_it_is_counted(house, shelf) -> None:
    number = await remitted(shelf, await taken(shelf, 1), at=AT + DAY)
    await shelf(receipts.confirm, number, received_dong=8000, signatory_no="NK", actor="z", at=AT + 3 * DAY)

    seen = []
    for day in range(5):
        since = AT + (day - 0.5) * DAY
        found = await day_book.remittances(house.database.reading, unit="TS", since=since, before=since + DAY, limit=9)
        seen.append(len(found))

    assert seen == [0, 1, 1, 1, 0]
