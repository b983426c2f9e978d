"""Whether five years of history slow down what is done every minute: look-up, scan, custody, outbox, feed, every job.

    python benchmarks/history.py [--quick] [--events 20000000] [--consignments 10000000] [--young 10000]

PostgreSQL in a throwaway server with its own durability, filled by `years`; the reference is the same house when it was
young, with the same things under way. What people do is asked of the acts themselves, of an item drawn at random out
of the whole history. Of each job of the timetable the settled state is timed: it was run until it found nothing more to
do, as it finds the house a minute later. A figure is what the quickest tenth needed, in milliseconds. On SQLite the
same (`--sqlite`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import years, years_sqlite
from benchmarks.doors import SETTINGS
from benchmarks.server import seeded_server
from benchmarks.years import AT, LIVE, Size, database_url, desk, number_of, quick_tenth
from postgw.bootstrap import House, opened_house
from postgw.domain.actor import SCOPES, Actor
from postgw.recurring import acts
from postgw.services.tracking import DeviceScan, ScanBatch
from postgw.settings import parse
from postgw.storage import outbox
from postgw.storage.outbox import NewErrand
from scheduler.timetable import TIMETABLE

MOST = 1.3
#: Shorter than this, a figure is mostly the machine's own unrest.
LEAST_MS = 0.3
#: What is no question of years: dossiers that fell due in sixty days, of which a house of a few days has hardly any.
_OF_ITS_DAYS = frozenset({"job watch_dossiers"})
#: A job that finds this much more to do is not settled.
_ROUNDS = 60
#: All ten scans are there of these, and they live in the post's hands.
_IN_HAND = [n for n in range(LIVE) if n % 10 in {5, 6, 7, 8, 9}]
BENCH = Actor(name="bench", scopes=frozenset(SCOPES))
Act = Callable[[int], Awaitable[Any]]


def things(house: House, size: Size) -> dict[str, Act]:
    """Return what people and machines ask, by name; each is asked with the number of its turn."""
    dice, enquiry, tracking = random.Random(1), house.services.enquiry, house.services.tracking
    moment, run = AT + timedelta(hours=12), secrets.token_hex(4)  # a database may be measured more than once

    def some() -> str:
        return number_of(dice.randrange(1, size.consignments + 1))

    def in_hand(turn: int) -> str:
        n = size.consignments - LIVE + 1 + _IN_HAND[turn % len(_IN_HAND)]
        return number_of(n)

    async def scan(turn: int) -> None:
        asked = DeviceScan(
            scan_id=f"bench-{run}-{turn}", number=in_hand(turn), code=("arrived", "departed")[turn % 2],
            device_at=moment, office="480000",
        )  # fmt: skip
        batch = ScanBatch(device="bench", sent_at=moment, scans=(asked,))
        [answer] = await tracking.take(batch, actor=BENCH, at=moment)
        assert answer.verdict == "accepted", answer

    async def claim(turn: int) -> None:
        async with house.database.writing() as tx:
            owed = [NewErrand(channel="hook", key=f"bench-{run}-{turn}-{n}", subject=in_hand(turn)) for n in range(20)]
            await outbox.put(tx, owed, at=moment)
            claimed = await outbox.claim(tx, ("hook",), at=moment, limit=100)
            await outbox.done(tx, [each.errand_no for each in claimed], at=moment)

    async def feed(turn: int) -> None:
        reading = house.database.reading
        newest = await reading.row("SELECT COALESCE(max(id), 0) AS n FROM event")
        assert newest is not None
        await outbox.events(reading, after=newest["n"] - 100 - turn, limit=100, desk="")

    async def feed_of_desk(turn: int) -> None:
        reading = house.database.reading
        newest = await reading.row("SELECT COALESCE(max(id), 0) AS n FROM event")
        assert newest is not None
        await outbox.events(reading, after=newest["n"] - 1000, limit=20, desk=desk(turn))

    return {
        "look-up of a stranger": lambda turn: enquiry.track(some()),
        "a consignment": lambda turn: enquiry.consignment(some(), actor=BENCH),
        "custody and journey, nine scans": lambda turn: enquiry.journey(in_hand(turn), actor=BENCH),
        "one scan, durable": scan,
        "twenty errands owed, claimed, done": claim,
        "the feed's newest page": feed,
        "the feed's newest page, a desk": feed_of_desk,
        "metrics": lambda turn: house.services.figures.standing(actor=BENCH, at=AT + timedelta(hours=turn)),
        "ready?": lambda turn: house.services.ready(),
    }  # fmt: skip


async def _timed(act: Awaitable[Any]) -> float:
    begun = time.perf_counter()
    await act
    return (time.perf_counter() - begun) * 1000


async def timed(url: str, size: Size, turns: int) -> dict[str, float]:
    """Return the median of everything that is done in one house."""
    found = {}
    async with opened_house(parse(SETTINGS.format(url=url)), environ={}, clock=lambda: AT) as house:
        jobs = acts(house.services)
        for line in TIMETABLE:
            await _settled(jobs[line.act])
            found[f"job {line.job}"] = quick_tenth(
                [await _timed(jobs[line.act](AT)) for _ in range(max(5, turns // 8))]
            )  # fmt: skip
        for name, act in things(house, size).items():
            times = [await _timed(act(turn)) for turn in range(turns + 20)]
            found[name] = quick_tenth(times[20:])
    return found


async def _settled(job: Callable[[datetime], Awaitable[int]]) -> None:
    for _ in range(_ROUNDS):
        if not await job(AT):
            return


def compared(old: dict[str, float], young: dict[str, float]) -> bool:
    """Print every figure beside its reference; return whether all were reached."""
    good = True
    print(f"{'work':<44}{'old':>10}{'young':>12}{'ratio':>8}   reach <= {MOST}")
    for name in sorted(old, key=lambda name: (name.startswith("job "), name)):
        ratio = old[name] / young[name]
        slow = ratio > MOST and old[name] - young[name] > LEAST_MS
        good &= not slow or name in _OF_ITS_DAYS
        told = "   goes with what falls due in sixty days" if name in _OF_ITS_DAYS else "   SLOWER" if slow else ""
        print(f"{name:<44}{old[name]:>8.2f}ms{young[name]:>10.2f}ms{ratio:>8.2f}{told}")
    return good


def measure(urls: list[str], sizes: tuple[Size, Size], turns: int) -> bool:
    """Measure both houses and print."""
    old, young = [asyncio.run(timed(url, size, turns)) for url, size in zip(urls, sizes, strict=True)]
    return compared(old, young)


def main(words: list[str]) -> int:
    """Fill, measure and print; return 1 when something grows with history."""
    parser = argparse.ArgumentParser(description="What is done every minute, with years of history and without.")
    parser.add_argument("--quick", action="store_true", help="less history and fewer turns")
    parser.add_argument("--events", type=int, default=0)
    parser.add_argument("--consignments", type=int, default=0, help="half the events, when not given")
    parser.add_argument("--young", type=int, default=10_000)
    parser.add_argument("--sqlite", type=int, default=0, help="how many events on SQLite")
    parser.add_argument("--only", choices=("postgres", "sqlite"), help="one of the two databases")
    asked = parser.parse_args(words)
    good = True
    events, turns = asked.events or (200_000 if asked.quick else 2_000_000), 40 if asked.quick else 200
    sizes = years.sizes(asked.consignments or events // 2, events, asked.young)
    if asked.only != "sqlite":
        with seeded_server(lambda url: years.fill(url, *sizes)) as url:
            good &= measure([database_url(url, size) for size in sizes], sizes, turns)
        print(
            f"settings: PostgreSQL default durability, {os.cpu_count()} cores;"
            f" {events:,} scans beside {sizes[1].scans:,}"
        )
    if asked.only != "postgres":
        few = asked.sqlite or (40_000 if asked.quick else 100_000)
        sizes = years.sizes(few // 2, few, asked.young)
        with tempfile.TemporaryDirectory() as folder:
            good &= measure([years_sqlite.filled(Path(folder), size) for size in sizes], sizes, turns)
        print(f"settings: SQLite, synchronous FULL; {few:,} scans beside {sizes[1].scans:,}")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
