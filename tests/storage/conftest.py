"""An opened database of either kind, something to put into it, and other processes at the same database."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.custody import starting_custody
from postgw.domain.dossier import Dossier
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import rule_book
from postgw.storage import consignments, dossiers, scans
from postgw.storage.database import Database, Session, opened
from postgw.storage.dossiers import KeptDossier
from postgw.storage.scans import Kept

AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
VERSION = max(rule_book().scan_tables)
PERSON = Party(name="NGUYỄN VĂN ĐỨC", phone="0912000003", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh")

Act = Callable[[Session], Awaitable[Any]]


@dataclass(frozen=True)
class House:
    """Puts things into the database under test, with as little said as a test needs."""

    database: Database
    url: str
    at: datetime = AT

    async def dossier(self, reference: str = "1", **other: Any) -> KeptDossier:
        """Keep a dossier."""
        dossier = Dossier(
            intake_ref=reference, receiving_desk="TS", returning_desk="TS", procedure_code="1.001193",
            service_form="both",
            applicant=PERSON,
        )  # fmt: skip
        async with self.database.writing() as tx:
            kept = await dossiers.add(tx, replace(dossier, **other), rules_version=VERSION, actor="test", at=self.at)
        assert kept is not None
        return kept

    def consignment(self, dossier_id: int, number: str = "4K7M29TB6HC", **other: Any) -> Consignment:
        """Return a consignment that is not kept yet."""
        leg = other.pop("leg", "return")
        return Consignment(
            consignment_no=number, dossier_id=dossier_id, leg=leg, desk="TS", consignor=PERSON, consignee=PERSON,
            rules_version=VERSION, custody=starting_custody(leg), **other,
        )  # fmt: skip

    async def create(self, consignment: Consignment) -> bool:
        """Keep a consignment in a transaction of its own."""
        async with self.database.writing() as tx:
            return await consignments.create(tx, consignment, actor="test", at=self.at)

    async def posted(self, *numbers: str) -> None:
        """Keep a dossier and a consignment under each number."""
        for number in numbers:
            kept = await self.dossier(f"for {number}")
            assert await self.create(self.consignment(kept.dossier_id, number))

    async def promised(self, number: str, on: date | None) -> None:
        """Keep a result that waits for the post, promised for a day."""
        await self.posted(number)
        async with self.database.writing() as tx:
            await tx.run(
                "UPDATE dossier SET due_on = $1 WHERE id = (SELECT dossier_id FROM consignment"
                " WHERE consignment_no = $2)",
                on, number,
            )  # fmt: skip

    def scan(self, source_id: str, code: str = "collected", minute: int = 0, **other: Any) -> Scan:
        """Return a scan of a device, some minutes after the house's moment."""
        moment = self.at + timedelta(minutes=minute)
        told: dict[str, Any] = {
            "source": "device:7f3a", "witness": Witness.SCANNED, "occurred_at": moment, "received_at": moment,
            "office": "KA",
        }  # fmt: skip
        return Scan(source_id=source_id, code=code, **{**told, **other})

    async def keep(self, *told: tuple[str, Scan]) -> Kept:
        """Keep scans, each of the item under a number, in a transaction of their own."""
        async with self.database.writing() as tx:
            return await self.keep_in(tx, *told)

    async def keep_in(self, tx: Session, *told: tuple[str, Scan]) -> Kept:
        """Keep scans in an open transaction."""
        found = await scans.lock(tx, [number for number, _ in told])
        statements = [(found[number], scan) for number, scan in told]
        return await scans.keep(tx, statements, table_of=rule_book().scan_table_of, at=self.at)

    async def meanwhile(self, first: Act, other: Act, then: Act | None = None) -> list[Any]:
        """Do `first` in a transaction; meanwhile let `other` run in another until it ends or waits; then do `then`."""

        async def second() -> Any:
            async with self.database.writing() as tx:
                return await other(tx)

        async with self.database.writing() as tx:
            said = [await first(tx)]
            running = asyncio.create_task(second())
            while not (running.done() or await self._somebody_waits()):
                await asyncio.sleep(0.005)
            if then:
                await then(tx)
        return [*said, await running]

    async def _somebody_waits(self) -> bool:
        """On SQLite whoever wants a transaction while one is open waits."""
        return self.database.sqlite or await self.count("pg_locks", "NOT granted") > 0

    async def count(self, table: str, where: str = "1 = 1") -> int:
        """Return how many rows a table has."""
        row = await self.database.reading.row(f"SELECT count(*) AS n FROM {table} WHERE {where}")
        assert row is not None
        return int(row["n"])

    async def in_processes(self, act: str, *words: str, processes: int = 3) -> list[Any]:
        """Let other processes do the same act at once; return what each of them says."""
        return await in_processes(self.url, act, *words, processes=processes)


async def in_processes(url: str, act: str, *words: str, processes: int = 3) -> list[Any]:
    """Let processes do the same act on a database at once; return what each of them says."""
    script = str(Path(__file__).with_name("other_process.py"))
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, script, act, url, str(n), *words, stdout=asyncio.subprocess.PIPE
        )
        for n in range(processes)
    ]
    said = [(await process.communicate())[0] for process in started]
    assert [process.returncode for process in started] == [0] * processes
    return [json.loads(words) for words in said]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give an opened, migrated database, once of each kind."""
    async with opened(database_url) as database:
        yield database


@pytest.fixture
def house(database: Database, database_url: str) -> House:
    """Give what puts things into the database."""
    return House(database, database_url)


@pytest.fixture
def gather() -> Callable[..., Any]:
    """Give what runs acts at once and raises the first failure after all have ended."""

    async def together(*acts: Any) -> list[Any]:
        ended = await asyncio.gather(*acts, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, BaseException):
                raise outcome
        return ended

    return together
