"""Whether a list of twenty opens as fast out of ten million consignments as out of ten thousand.

    python benchmarks/long_lists.py [--quick] [--consignments 10000000] [--scans 20000000] [--young 10000]

PostgreSQL in a throwaway server with its own durability, filled by `years`. The reference is the same list of the same
house when it was young: what is under way is the same in both, and the pace at which consignments come. Every list
that the API and the desk offer is asked for with its filters, of one desk after the other, in turns; a figure is what
the quickest tenth of the turns needed, in milliseconds: of the rest the machine has its share. Where the young house
has less to show than the old one (three returned results of a desk, not twenty) the line says so and judges nothing.
Then the same lists at page 10,000, or the last page but few where there are fewer, beside their first page. On SQLite
the same lists out of a smaller number (`--sqlite`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import years, years_sqlite
from benchmarks.server import seeded_server
from benchmarks.years import AT, DESKS, OFFICES, Size, database_url, desk, quick_tenth
from postgw.domain.actor import SCOPES, Actor
from postgw.domain.legal_day import legal_day
from postgw.rules.book import rule_book
from postgw.services.clocks import Clocks
from postgw.services.day import Days
from postgw.services.enquiry import Enquiry, Sieve
from postgw.services.stalling import Stalling
from postgw.storage.database import Database, opened

#: A list: of which turn it is asked, where it goes on.
Listing = Callable[["House", int, str], Awaitable[Any]]
MOST = 1.3
_PAGE = 20
_DEEP = 10_000


class House:
    """The acts of looking, on one database."""

    def __init__(self, database: Database, size: Size) -> None:
        book = rule_book()
        self.size = size
        self.enquiry = Enquiry(database=database, book=book, emsevt={})
        self.day = Days(database=database, book=book)
        self.clocks = Clocks(database=database, book=book)
        self.stalling = Stalling(database=database, book=book)


def _actor(unit: str = "") -> Actor:
    return Actor(name="bench", scopes=frozenset(SCOPES), unit=unit)


def _office(turn: int) -> str:
    return str(480_000 + turn % OFFICES)


def _api(**asked: Any) -> Listing:
    def listing(house: House, turn: int, cursor: str) -> Awaitable[Any]:
        own = {name: value(turn) if callable(value) else value for name, value in asked.items()}
        unit = own.pop("unit", "")
        return house.enquiry.consignments(actor=_actor(unit), cursor=cursor, limit=_PAGE, **own)

    return listing


def _items(unit: Callable[[int], str], **asked: Any) -> Listing:
    def listing(house: House, turn: int, cursor: str) -> Awaitable[Any]:
        own = {name: value(house, turn) if callable(value) else value for name, value in asked.items()}
        return house.enquiry.items(Sieve(**own), actor=_actor(unit(turn)), cursor=cursor, limit=_PAGE)

    return listing


def _last_dossier(house: House, turn: int) -> str:
    """Return a dossier of the newest of the desk whose turn it is."""
    last = house.size.consignments // 2 * 2 - 2 * DESKS
    return f"H27.15-{next(n for n in range(last, last + 2 * DESKS, 2) if n // 2 % DESKS == turn % DESKS)}"


LISTS: dict[str, Listing] = {
    "api, all": _api(),
    "api, delivered": _api(state="delivered"),
    "api, in_transit": _api(state="in_transit"),
    "api, returned": _api(state="returned"),
    "api, return": _api(leg="return"),
    "api, transfer": _api(leg="transfer"),
    "api, a desk": _api(desk=desk),
    "api, a desk, delivered": _api(desk=desk, state="delivered"),
    "api, a desk, at_office": _api(desk=desk, state="at_office"),
    "api, a desk, send": _api(desk=desk, leg="send"),
    "api, a desk, withdrawal": _api(desk=desk, leg="withdrawal"),
    "api, a desk, returned, return": _api(desk=desk, state="returned", leg="return"),
    "api, an office": _api(desk=_office),
    "api, an office, delivered": _api(desk=_office, state="delivered"),
    "api, an office, in_transit": _api(desk=_office, state="in_transit"),
    "api, dossiers of all": lambda house, turn, cursor: house.enquiry.dossiers(
        actor=_actor(), cursor=cursor, limit=_PAGE
    ),
    "api, dossiers of a desk": lambda house, turn, cursor: house.enquiry.dossiers(
        actor=_actor(desk(turn)), cursor=cursor, limit=_PAGE
    ),
    "api, late": lambda house, turn, cursor: house.clocks.late(actor=_actor(desk(turn)), at=AT, limit=_PAGE),
    "api, stuck": lambda house, turn, cursor: house.stalling.stuck(actor=_actor(desk(turn)), at=AT, limit=_PAGE),
    "desk, items": _items(desk),
    "desk, items, delivered": _items(desk, state="delivered"),
    "desk, items, of a day": _items(desk, on=lambda house, turn: legal_day(AT) - timedelta(days=turn % 2)),
    "desk, items, of a dossier": _items(desk, dossier_no=_last_dossier),
    "desk, items, of a bag": _items(desk, bag_no="T0000000001"),
    "post office, items": _items(_office),
    "post office, items, returned": _items(_office, state="returned"),
    "desk, the page of the day": lambda house, turn, cursor: house.day.today(actor=_actor(desk(turn)), at=AT),
    "post office, the page of the day": lambda house, turn, cursor: house.day.today(actor=_actor(_office(turn)), at=AT),
    "desk, what is to be handed over": lambda house, turn, cursor: house.day.listed(
        "to_hand_over", actor=_actor(desk(turn)), at=AT, limit=_PAGE
    ),
    "desk, what arrived today": lambda house, turn, cursor: house.day.listed(
        "arrived_home", actor=_actor(desk(turn)), at=AT, limit=_PAGE
    ),
}  # fmt: skip
#: Lists that go on for years: the share of the house that each may be walked through.
LONG = {
    "api, all": 1, "api, delivered": 1, "api, return": 2, "api, a desk": DESKS, "api, a desk, delivered": DESKS,
    "api, dossiers of all": 2, "desk, items": DESKS, "post office, items": OFFICES, "api, an office": OFFICES,
}  # fmt: skip


def deep_cursor(size: Size, name: str) -> tuple[str, int]:
    """Return where page 10,000 of a list begins, and which page that is: less where the list is shorter."""
    share, last = LONG[name], size.consignments
    if name == "api, dossiers of all":
        share, last = 1, size.consignments // 2
    pages = min(_DEEP, int(last / share / _PAGE * 0.9))
    return str(last - pages * _PAGE * share), pages


@dataclass
class Asked:
    """How one list fared: what each turn needed, and the most that it ever had to show."""

    times: list[float] = field(default_factory=list)
    shown: int = 0

    @property
    def time(self) -> float:
        """Return what the quickest tenth needed."""
        return quick_tenth(self.times)

    def note(self, took: float, answer: Any) -> None:
        """Note one turn."""
        self.times.append(took)
        listed = getattr(answer, "items", answer)
        self.shown = max(self.shown, len(listed) if isinstance(listed, (list, tuple)) else 0)


async def _asked(askings: list[Callable[[int], Awaitable[Any]]], turns: int) -> list[Asked]:
    """Ask some lists in turns, after each was asked often enough to be prepared."""
    fared = [Asked() for _ in askings]
    for turn in range(turns + 10):
        for one, asking in zip(fared, askings, strict=True):
            begun = time.perf_counter()
            answer = await asking(turn)
            if turn >= 10:
                one.note((time.perf_counter() - begun) * 1000, answer)
    return fared


async def compared(old: House, young: House, turns: int) -> bool:
    """Print every list out of many beside the same out of few; return whether each was fast enough."""
    good = True
    print(f"{'a list of twenty':<44}{'of many':>10}{'of few':>12}{'ratio':>8}   reach <= {MOST}")
    for name, listing in LISTS.items():
        askings = [
            lambda turn, house=house, listing=listing: listing(house, turn, "") for house in (old, young)
        ]  # fmt: skip
        mine, reference = await _asked(askings, turns)
        ratio, fair = mine.time / reference.time, reference.shown >= mine.shown
        good &= ratio <= MOST or not fair
        unlike = "" if fair else f"   shows {mine.shown} beside {reference.shown}"
        print(f"{name:<44}{mine.time:>8.2f}ms{reference.time:>10.2f}ms{ratio:>8.2f}{unlike}", flush=True)
    return good


async def paged(house: House, turns: int) -> bool:
    """Print far pages beside first ones; return whether each was fast enough."""
    good = True
    print(f"{'a far page':<44}{'far':>10}{'first':>12}{'ratio':>8}   reach <= {MOST}")
    for name in LONG:
        cursor, pages = deep_cursor(house.size, name)
        listing = LISTS[name]
        askings = [
            lambda turn, cursor=cursor, listing=listing: listing(house, turn, cursor),
            lambda turn, listing=listing: listing(house, turn, ""),
        ]  # fmt: skip
        far, first = await _asked(askings, turns)
        ratio = far.time / first.time
        good &= ratio <= MOST
        print(f"{f'{name}, page {pages:,}':<44}{far.time:>8.2f}ms{first.time:>10.2f}ms{ratio:>8.2f}", flush=True)
    return good


async def measure(urls: tuple[str, str], sizes: tuple[Size, Size], turns: int) -> bool:
    """Measure both tables; return whether every figure was reached."""
    async with AsyncExitStack() as stack:
        old, young = [
            House(await stack.enter_async_context(opened(url)), size) for url, size in zip(urls, sizes, strict=True)
        ]
        lists = await compared(old, young, turns)
        return await paged(old, turns) and lists


def main(words: list[str]) -> int:
    """Fill, measure and print; return 1 when a list was too slow."""
    parser = argparse.ArgumentParser(description="Lists out of many consignments beside the same out of few.")
    parser.add_argument("--quick", action="store_true", help="fewer consignments and turns")
    parser.add_argument("--consignments", type=int, default=0)
    parser.add_argument("--scans", type=int, default=0)
    parser.add_argument("--young", type=int, default=10_000)
    parser.add_argument("--sqlite", type=int, default=0, help="how many consignments on SQLite")
    parser.add_argument("--only", choices=("postgres", "sqlite"), help="one of the two databases")
    asked = parser.parse_args(words)
    good = True
    many = asked.consignments or (100_000 if asked.quick else 1_000_000)
    sizes = years.sizes(many, asked.scans or 2 * many, asked.young)
    turns = 20 if asked.quick else 60
    if asked.only != "sqlite":
        with seeded_server(lambda url: years.fill(url, *sizes)) as url:
            urls = (database_url(url, sizes[0]), database_url(url, sizes[1]))
            good &= asyncio.run(measure(urls, sizes, turns))
        print(
            f"settings: PostgreSQL default durability, {os.cpu_count()} cores;"
            f" {many:,} consignments beside {asked.young:,}"
        )
    if asked.only != "postgres":
        few = asked.sqlite or (20_000 if asked.quick else 50_000)
        sizes = years.sizes(few, 2 * few, asked.young)
        with tempfile.TemporaryDirectory() as folder:
            files = [years_sqlite.filled(Path(folder), size) for size in sizes]
            good &= asyncio.run(measure((files[0], files[1]), sizes, turns))
        print(f"settings: SQLite, synchronous FULL; {few:,} consignments beside {asked.young:,}")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
