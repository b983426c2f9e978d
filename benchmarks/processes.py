"""What one to four gateways on one database do together, against one.

    python benchmarks/processes.py [--quick]

PostgreSQL with its own durability, in a throwaway server. Each gateway is a process with a port of its own, as the
template unit `postgw@8045`, `postgw@8046`, … starts them behind a proxy. Clients, in processes of their own, scan (one
a request) and look up at every gateway. It is the whole machine that is measured: clients and database have their
share of the cores too, so what can be reached ends where the cores are full.

The work of the outbox and of the timetable is divided among the same number of workers by claims and leases: they
send what was caused, to a listener that takes 20 ms. What is printed of it: how much was sent, by how many of the
workers, and whether anything was sent twice.
"""

from __future__ import annotations

import asyncio
import collections
import multiprocessing
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.doors import SETTINGS, Asking, Client, open_doors, ours, rate
from benchmarks.server import durable_server
from benchmarks.single_scans import _asking, seed, token_of
from postgw.bootstrap import opened_house
from postgw.domain.ports import HookTarget, Notice
from postgw.recurring import DatabaseLeases
from postgw.settings import parse
from postgw.storage import accounts
from postgw.storage.accounts import Hook
from postgw.storage.migrate import migrate
from scheduler.runner import Runner
from scheduler.timetable import Recurring

FIRST_PORT = 18991
MOST = 4
CLIENTS = 8  #: at each gateway: half of them scan, half look up
DRIVERS = 2
_SLOWNESS = 0.02
_JOB = "bench_slot"


def _looking(numbers: list[str]) -> Asking:
    at = iter(numbers * 1000)

    async def look(client: Client) -> None:
        status, told, _ = await client.ask("GET", f"/api/v1/track/{next(at)}")
        if status != 200:
            raise RuntimeError(told.decode())

    return look


def _drive(ports: list[int], numbers: list[str], token: str, seconds: float, told: Any) -> None:
    """Ask every gateway for a while; tell how many answers came a second."""

    async def drive() -> float:
        clients = CLIENTS // DRIVERS
        scanning = [(port, n) for port in ports for n in range(clients // 2)]
        share = len(numbers) // len(scanning)
        asked = []
        for place, (port, _) in enumerate(scanning):
            mine = numbers[place * share : (place + 1) * share]
            asked += [rate(port, [_asking(mine, token)], seconds), rate(port, [_looking(mine[:200])], seconds)]
        return sum(found for found, _ in await asyncio.gather(*asked))

    told.put(asyncio.run(drive()))


def answers(url: str, gateways: int, numbers: list[str], token: str, seconds: float) -> float:
    """Return answers a second of so many gateways."""
    ports = [FIRST_PORT + n for n in range(gateways)]
    spawn = multiprocessing.get_context("spawn")
    with open_doors(url, *((ours, port) for port in ports)):
        told = spawn.Queue()
        share = len(numbers) // DRIVERS
        drivers = [
            spawn.Process(target=_drive, args=(ports, numbers[n * share : (n + 1) * share], token, seconds, told))
            for n in range(DRIVERS)
        ]
        for driver in drivers:
            driver.start()
        found = sum(told.get() for _ in drivers)
        for driver in drivers:
            driver.join()
    return found


class _Listener:
    """Takes a notice after a while, and remembers it."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def post(self, target: HookTarget, notice: Notice) -> None:
        await asyncio.sleep(_SLOWNESS)
        self.heard.append(f"{target.url} {notice.notice_id}")


def _work(url: str, begin: float, told: Any) -> None:
    """Do what is due until nothing is, beside other workers; tell what was sent, and which slots were run here."""

    async def work() -> tuple[list[str], list[str]]:
        async with opened_house(parse(SETTINGS.format(url=url))) as house:
            listener = _Listener()
            object.__setattr__(house.services.notices, "hooks_sender", listener)

            async def slot(at: datetime) -> int:
                return 0

            line = Recurring(job=_JOB, act="slot", cron={"second": "*"}, lease_seconds=30)
            runner = Runner((line,), {"slot": slot}, DatabaseLeases(house.database), lambda: datetime.now(UTC))
            await asyncio.sleep(max(begin - time.time(), 0))
            moments = [datetime.fromtimestamp(begin + n, UTC) for n in range(50)]
            ran = [f"{at}" for at in moments if await runner.knock(_JOB, at) is not None]
            idle = 0
            while idle < 3:
                done = await house.services.notices.send_due(at=datetime.now(UTC))
                idle = 0 if done else idle + 1
            return listener.heard, ran

    told.put(asyncio.run(work()))


def worked(url: str, workers: int, share: int) -> tuple[int, int, int, int, float]:
    """Let so many workers do what is due; return what was sent, twice, by how many workers, slots twice, a second."""
    asyncio.run(_due_again(url, share))
    spawn = multiprocessing.get_context("spawn")
    told, begin = spawn.Queue(), time.time() + 6 + 2 * workers
    processes = [spawn.Process(target=_work, args=(url, begin, told)) for _ in range(workers)]
    for process in processes:
        process.start()
    found = [told.get() for _ in processes]
    seconds = time.time() - begin
    for process in processes:
        process.join()
    sent = collections.Counter(notice for heard, _ in found for notice in heard)
    slots = collections.Counter(slot for _, ran in found for slot in ran)
    twice, slots_twice = sum(n > 1 for n in sent.values()), sum(n > 1 for n in slots.values())
    return len(sent), twice, sum(bool(heard) for heard, _ in found), slots_twice, len(sent) / seconds


async def _due_again(url: str, share: int = 3) -> None:
    """Make a share of what was scanned due, and nothing else, for two listeners; what is passed on is gone."""
    async with opened_house(parse(SETTINGS.format(url=url))) as house, house.database.writing() as tx:
        if not await accounts.hooks(tx):
            for n in range(2):
                hook = Hook(hook_no=f"hook-{n}", url=f"https://{n}.example/hook", kinds=(), desk="", state="on")
                await accounts.add_hook(tx, hook, actor="bench", at=datetime.now(UTC))
        await tx.run("DELETE FROM outbox WHERE channel <> 'fan'")
        counted = await tx.row("SELECT count(*) AS n FROM outbox")
        assert counted is not None
        most = min(counted["n"] // share, 2000)
        await tx.run("UPDATE outbox SET state = 'dropped'")
        await tx.run(
            "UPDATE outbox SET state = 'waiting', lease_until = NULL, attempts = 0"
            " WHERE id IN (SELECT id FROM outbox WHERE channel = 'fan' ORDER BY id LIMIT $1)",
            most,
        )


def main(words: list[str]) -> int:
    """Measure and print."""
    seconds, rounds = (2.0, 1) if "--quick" in words else (5.0, 2)
    each = int(4_000 * seconds)
    with durable_server() as url:
        asyncio.run(migrate(url))
        numbers, token = asyncio.run(seed(url, each * MOST * rounds)), asyncio.run(token_of(url))
        best: dict[int, float] = {}
        for _ in range(rounds):
            for gateways in range(1, MOST + 1):
                mine, numbers = numbers[:each], numbers[each:]
                best[gateways] = max(best.get(gateways, 0), answers(url, gateways, mine, token, seconds))
        print(f"{'work':<44}{'ours':>10}{'one':>12}{'ratio':>8}")
        for gateways, found in best.items():
            work = f"scans and look-ups, {gateways} gateway{'s' if gateways > 1 else ''}"
            print(f"{work:<44}{found:>8.0f}/s{best[1]:>10.0f}/s{found / best[1]:>8.2f}")
        for share, workers in ((3, 1), (2, 2), (1, 4)):
            sent, twice, busy, slots_twice, a_second = worked(url, workers, share)
            work = f"notices, {workers} worker{'s' if workers > 1 else ''}"
            print(f"{work:<44}{a_second:>8.0f}/s   {sent} sent by {busy}, {twice} twice, {slots_twice} slots run twice")
    print(f"settings: PostgreSQL default durability, {DRIVERS} client processes, {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
