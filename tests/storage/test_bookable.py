"""What stands ready to be booked, and jobs taken by one program, in SQL on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from postgw.domain.address import Party
from postgw.domain.bookable import Batch, BatchLine
from postgw.domain.consignment import Consignment
from postgw.domain.custody import starting_custody
from postgw.domain.dossier import Dossier
from postgw.domain.paper import Paper
from postgw.domain.printing import LEASE, Counter, PrintPaper
from postgw.domain.result import Result
from postgw.rules.book import rule_book
from postgw.services.printing import standard
from postgw.storage import batches, bookable, consignments, dossiers, orders, printing, results
from postgw.storage.database import Database, opened

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PERSON = Party(name="NGUYỄN DIỄN TẬP", phone="0912000003", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh")
VERSION = max(rule_book().scan_tables)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url) as database:
        yield database


async def dossier(database: Database, n: int, *, form: str = "return", due_on: date | None = None) -> int:
    made = Dossier(
        dossier_no=f"H27.10.20-261120-{n:04d}", intake_ref=f"A-{n}", receiving_desk="TS", returning_desk="TS",
        procedure_code="1.001193", service_form=form, applicant=PERSON, due_on=due_on,
    )  # fmt: skip
    async with database.writing() as tx:
        kept = await dossiers.add(tx, made, rules_version=VERSION, actor="test", at=AT)
    assert kept is not None
    return kept.dossier_id


async def consignment(database: Database, dossier_id: int, number: str, leg: str = "return") -> Consignment:
    made = Consignment(
        consignment_no=number, dossier_id=dossier_id, leg=leg, desk="TS", consignor=PERSON, consignee=PERSON,
        rules_version=VERSION, custody=starting_custody(leg),
    )  # fmt: skip
    async with database.writing() as tx:
        assert await consignments.create(tx, made, actor="test", at=AT)
    return made


async def test_registered_and_not_ordered_by_due_day_and_refused_again(database: Database) -> None:
    ids = [await dossier(database, n, due_on=due) for n, due in enumerate((None, date(2026, 12, 1), date(2026, 11, 1)))]
    for n, dossier_id in enumerate(ids):
        await consignment(database, dossier_id, f"4K7M29TB6H{n}")
    ordered = await dossier(database, 9)
    await consignment(database, ordered, "4K7M29TB6H9")
    async with database.writing() as tx:
        await orders.ask(tx, "4K7M29TB6H9", "dien-tap", actor="test", at=AT)
    waiting = await bookable.registered(database.reading, leg="return", desk="TS", limit=10)
    async with database.writing() as tx:
        await orders.set_state(tx, "4K7M29TB6H9", "refused", message="Sai xã")
    after = await bookable.registered(database.reading, leg="return", desk="TS", limit=10)

    assert [each.dossier_id for each in waiting] == [ids[2], ids[1], ids[0]]
    assert [each.refused for each in after] == ["", "", "", "Sai xã"]
    assert await bookable.registered(database.reading, leg="return", desk="KA", limit=10) == []


async def test_a_result_without_a_consignment_waits_and_a_dossier_to_fetch_too(database: Database) -> None:
    home, fetch = await dossier(database, 1), await dossier(database, 2, form="send")
    made = Result(
        key="", dossier_no="", desk="TS", ready_at=AT, papers=(Paper(name="Giấy khai sinh", kind="original"),),
        consignment_no="", entered_by="test",
    )  # fmt: skip
    async with database.writing() as tx:
        await results.add(tx, home, made, at=AT)
    since = AT - timedelta(days=1)

    assert [
        each.dossier_id for each in await bookable.called_off(database.reading, desk="TS", since=since, limit=9)
    ] == [home]
    assert [each.dossier_id for each in await bookable.to_fetch(database.reading, desk="TS", limit=9)] == [fetch]
    await consignment(database, fetch, "4K7M29TB6HC", "send")
    assert await bookable.to_fetch(database.reading, desk="TS", limit=9) == []
    assert await bookable.live(database.reading, ["H27.10.20-261120-0002"], "send") == {
        "H27.10.20-261120-0002": "4K7M29TB6HC"
    }


async def test_a_pile_is_begun_once_and_taken_up_again_by_one(database: Database) -> None:
    draft = Batch(
        batch_no="", batch_key="k" * 24, desk="TS", leg="return", prints=("labels",), tried_at=AT, made_at=AT,
        made_by="duong.ntt",
    )  # fmt: skip
    later = AT + timedelta(minutes=5)

    async def begin() -> bool:
        async with database.writing() as tx:
            return await batches.begin(tx, draft, ["a", "b", "a"], actor="duong.ntt", at=AT)

    async def again() -> bool:
        async with database.writing() as tx:
            return await batches.try_again(tx, "k" * 24, before=later - timedelta(minutes=1), at=later)

    begun = await asyncio.gather(begin(), begin())
    taken = await asyncio.gather(again(), again())
    async with database.writing() as tx:
        line = BatchLine(
            dossier_key="a", consignment_no="4K7M29TB6HC", outcome="known", template="{who}", values={"who": "Dương"}
        )
        await batches.note(tx, "k" * 24, line)
    kept = await batches.find(database.reading, "k" * 24)

    assert (sorted(begun), sorted(taken)) == ([False, True], [False, True])
    assert kept is not None
    assert kept.lines == (line, BatchLine(dossier_key="b"))


async def test_jobs_are_taken_by_one_program_and_offered_again_after_the_lease(database: Database) -> None:
    async with database.writing() as tx:
        await printing.add_counter(tx, Counter(counter_no="Q3", unit="TS", name="Quầy 3"), actor="test", at=AT)
        await printing.put_printer(tx, "Q3", standard("labels"))
        paper = PrintPaper(kind="labels", numbers=("4K7M29TB6HC",))
        made = [await printing.put_job(tx, key, "Q3", [paper], actor="test", at=AT) for key in ("a", "b", "a")]

    async def claim(at: datetime) -> list[str]:
        async with database.writing() as tx:
            return [job.job_no for job in await printing.claim(tx, "Q3", at=at, limit=5)]

    first, second = await asyncio.gather(claim(AT), claim(AT))
    numbers = sorted({job.job_no for job, _ in made})

    assert [is_new for _, is_new in made] == [True, True, False]
    assert sorted(first + second) == numbers
    assert await claim(AT + LEASE / 2) == []
    assert await claim(AT + LEASE * 2) == numbers


async def test_setting_a_printer_anew_forgets_its_test_page(database: Database) -> None:
    async with database.writing() as tx:
        await printing.add_counter(tx, Counter(counter_no="Q3", unit="TS", name="Quầy 3"), actor="test", at=AT)
        await printing.put_printer(tx, "Q3", standard("labels"))
        await printing.note_test(tx, "Q3", "labels", code="TT1", outcome="right", actor="test", at=AT)
        before = await printing.counter(tx, "Q3")
        await printing.put_printer(tx, "Q3", replace(standard("labels"), queue="zebra"))
        after = await printing.counter(tx, "Q3")

    assert before is not None
    assert after is not None
    assert [(each.test_outcome, each.queue) for each in (before.printers[0], after.printers[0])] == [
        ("right", ""), ("", "zebra"),
    ]  # fmt: skip
