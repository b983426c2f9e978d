"""Another process at the same database: `other_process.py ACT URL NUMBER …` does one act and prints what came of it."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from postgw.domain.address import Party
from postgw.domain.consignment import Consignment
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import rule_book
from postgw.storage import consignments, jobs, labels, outbox, scans
from postgw.storage.database import Database, opened
from postgw.storage.migrate import migrate

AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
LETTERS = "BCDFGHJKM"


async def create(database: Database, process: str, dossier_id: str, times: str) -> int:
    """Try to make a consignment of one dossier and leg, many times at once; return how many were made."""

    async def attempt(n: int) -> bool:
        consignment = Consignment(
            consignment_no=f"{LETTERS[int(process)]}{n:09d}X", dossier_id=int(dossier_id), leg="return", desk="TS",
            consignor=Party(name="A"), consignee=Party(name="B"), rules_version="2025-07-01",
        )  # fmt: skip
        async with database.writing() as tx:
            return await consignments.create(tx, consignment, actor="test", at=AT)

    return sum(await asyncio.gather(*(attempt(n) for n in range(int(times)))))


async def take(database: Database, process: str, account: str, times: str) -> list[str]:
    """Take item numbers, one by one; return them."""
    taken = []
    for _ in range(int(times)):
        async with database.writing() as tx:
            taken.append(await labels.take(tx, account))
    return taken


async def claim(database: Database, process: str) -> list[int]:
    """Claim errands by fives until none is due; return their numbers."""
    claimed: list[int] = []
    while True:
        async with database.writing() as tx:
            errands = await outbox.claim(tx, ["desk"], at=AT, limit=5)
        if not errands:
            return claimed
        claimed += [errand.errand_no for errand in errands]


async def keep(database: Database, process: str, times: str, *numbers: str) -> int:
    """Keep batches about the same items, half of the processes in the other order; return how many scans were new."""
    order = list(numbers) if int(process) % 2 else list(reversed(numbers))
    new = 0
    for n in range(int(times)):
        moment = AT + timedelta(minutes=10 * n + int(process))
        async with database.writing() as tx:
            found = await scans.lock(tx, order)
            statements = [
                (found[number], Scan(
                    source=f"device:{process}", source_id=f"{number}.{n}", witness=Witness.SCANNED, code="arrived",
                    occurred_at=moment, received_at=moment, office="KA",
                ))
                for number in order
            ]  # fmt: skip
            kept = await scans.keep(tx, statements, table_of=rule_book().scan_table_of, at=AT)
            new += len(kept.new)
    return new


async def count_up(database: Database, process: str, times: str) -> int:
    """Read a number and write it back one higher, many times."""
    for _ in range(int(times)):
        async with database.writing() as tx:
            row = await tx.row(f"SELECT cursor FROM feed WHERE account = 'a'{tx.for_update}")
            assert row is not None
            await tx.run("UPDATE feed SET cursor = $1 WHERE account = 'a'", str(int(row["cursor"]) + 1))
    return int(times)


async def take_job(database: Database, process: str, slots: str) -> list[int]:
    """Try to run each slot of a job; return the slots that were ours."""
    ours, at = [], AT + timedelta(minutes=int(slots))
    for n in range(int(slots)):
        slot = AT + timedelta(minutes=n)
        async with database.writing() as tx:
            won = await jobs.take(tx, "tick", holder=process, slot=slot, at=at, until=at + timedelta(seconds=30))
        if won:
            ours.append(n)
            async with database.writing() as tx:
                await jobs.release(tx, "tick", holder=process, at=at)
    return ours


async def main(act: str, url: str, *words: str) -> Any:
    """Do one act."""
    if act == "migrate":
        return await migrate(url)
    async with opened(url) as database:
        return await globals()[act](database, *words)


if __name__ == "__main__":
    json.dump(asyncio.run(main(*sys.argv[1:])), sys.stdout)
