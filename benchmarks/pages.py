"""How many pages of the database each list and each thing of every minute touches, with years of history and without.

    python benchmarks/pages.py [--consignments 1000000] [--scans 2000000] [--young 10000] [--plans NAME]

The same houses and the same acts as `long_lists` and `history`, on PostgreSQL; but nothing is timed. Before each
question that reads it is asked of the planner with ANALYZE and BUFFERS, and the pages are counted: that figure is the
same on a loaded machine. A page more of each index that is walked is the tree's own height (an index of a million rows
has a level more than one of ten thousand), so up to about 1.4 it is nothing; what grows with history shows as tens and
hundreds. `--plans` prints the plans of what has NAME in its name.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import orjson

from benchmarks import history, long_lists, years
from benchmarks.doors import SETTINGS
from benchmarks.server import seeded_server
from benchmarks.years import AT, Size, database_url
from postgw.bootstrap import opened_house
from postgw.recurring import acts
from postgw.settings import parse
from postgw.storage.database import Session, opened
from scheduler.timetable import TIMETABLE

_TURNS = 6
_ROUNDS = 60
#: A job that touches no more than this has nothing to do.
_NOTHING = 20


@dataclass
class Counted:
    """What was asked while somebody counted: its pages, its statement, its plan."""

    asked: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """Return how many pages all of it touched."""
        return sum(pages for pages, _, _ in self.asked)


_counted: Counted | None = None


async def _explained(session: Session, sql: str, values: Sequence[Any]) -> None:
    if _counted is None or not sql.startswith("SELECT") or sql.startswith("SELECT pg_"):
        return
    client = session._client
    [row] = await client.execute_query_dict(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", list(values))
    [told] = row.values()
    plan = (orjson.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    _counted.asked.append((plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], sql, plan))


@asynccontextmanager
async def counting() -> AsyncIterator[Counted]:
    """Count the pages of what is asked within the block."""
    global _counted  # noqa: PLW0603
    _counted = Counted()
    try:
        yield _counted
    finally:
        _counted = None


def watch() -> None:
    """Let every question of a session be explained before it is asked, while somebody counts."""
    rows, plain_rows = Session.rows, Session.plain_rows

    async def explained_rows(self: Session, sql: str, *values: Any) -> list[dict[str, Any]]:
        await _explained(self, sql, values)
        return await rows(self, sql, *values)

    async def explained_plain_rows(self: Session, sql: str, *values: Any) -> Sequence[Any]:
        await _explained(self, sql, values)
        return await plain_rows(self, sql, *values)

    Session.rows, Session.plain_rows = explained_rows, explained_plain_rows  # type: ignore[method-assign]


async def of_lists(url: str, size: Size) -> dict[str, Counted]:
    """Count what each list touches, the last of several turns."""
    found = {}
    async with opened(url) as database:
        house = long_lists.House(database, size)
        for name, listing in long_lists.LISTS.items():
            for turn in range(_TURNS):
                async with counting() as counted:
                    await listing(house, turn, "")
            found[name] = counted
    return found


async def of_every_minute(url: str, size: Size) -> dict[str, Counted]:
    """Count what each job touches when it is settled, and what people and machines ask."""
    found = {}
    async with opened_house(parse(SETTINGS.format(url=url)), environ={}, clock=lambda: AT) as house:
        jobs = acts(house.services)
        for line in TIMETABLE:
            for _ in range(_ROUNDS):
                if not await jobs[line.act](AT):
                    break
            async with counting() as counted:
                await jobs[line.act](AT)
            found[f"job {line.job}"] = counted
        for name, act in history.things(house, size).items():
            for turn in range(_TURNS):
                async with counting() as counted:
                    await act(turn)
            found[name] = counted
    return found


def planned(plan: dict[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield a plan, line by line: what was walked, how many rows came of it, how many were dropped, and the pages."""
    walked = f"{plan['Node Type']} {plan.get('Index Name', '')} {plan.get('Alias', '')}"
    rows, dropped = plan["Actual Rows"] * plan["Actual Loops"], plan.get("Rows Removed by Filter", 0)
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    yield f"{'  ' * depth}{walked}: rows {rows}, dropped {dropped}, pages {pages}"
    for part in plan.get("Plans", ()):
        yield from planned(part, depth + 1)


def compared(old: dict[str, Counted], young: dict[str, Counted], plans: str) -> None:
    """Print what each touches in both houses."""
    print(f"{'pages touched':<44}{'old':>10}{'young':>10}{'ratio':>8}")
    for name, counted in old.items():
        if max(counted.pages, young[name].pages) > _NOTHING or not name.startswith("job "):
            few = young[name].pages
            print(f"{name:<44}{counted.pages:>10}{few:>10}{counted.pages / max(1, few):>8.2f}")
        if plans and plans in name:
            for pages, sql, plan in sorted(counted.asked, key=lambda each: -each[0]):
                print(f"  {pages}: {sql}", *planned(plan), sep="\n      ")


async def measure(urls: Sequence[str], sizes: Sequence[Size], plans: str) -> None:
    """Count in both houses and print."""
    watch()
    for each in (of_lists, of_every_minute):
        old, young = [await each(url, size) for url, size in zip(urls, sizes, strict=True)]
        compared(old, young, plans)


def main(words: list[str]) -> int:
    """Fill, count and print."""
    parser = argparse.ArgumentParser(description="Pages that lists and jobs touch, with years of history and without.")
    parser.add_argument("--quick", action="store_true", help="less history")
    parser.add_argument("--consignments", type=int, default=0)
    parser.add_argument("--scans", type=int, default=0)
    parser.add_argument("--young", type=int, default=10_000)
    parser.add_argument("--plans", default="", help="print the plans of what has this in its name")
    asked = parser.parse_args(words)
    many = asked.consignments or (100_000 if asked.quick else 1_000_000)
    sizes = years.sizes(many, asked.scans or 2 * many, asked.young)
    with seeded_server(lambda url: years.fill(url, *sizes)) as url:
        asyncio.run(measure([database_url(url, size) for size in sizes], sizes, asked.plans))
    print(f"settings: PostgreSQL, {many:,} consignments beside {asked.young:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
