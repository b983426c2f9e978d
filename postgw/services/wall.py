"""The wall: what waits, travels, is late and which money is outside, desk by desk and office by office, on one page.

It is counted at most once a minute for each circle of readers, and says when that was and how old the post's own news
is. Who is late is told by the same clocks as everywhere.

Source: order 7349/UBND-KSTT of Hà Tĩnh (agencies watch intake and return with the post); docs/custody.md for the
states.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.custody import journey_of
from postgw.domain.errors import Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.scan import Scan
from postgw.rules.book import RuleBook
from postgw.storage import clocks, consignments, orders, province, records, scan_rows, wall
from postgw.storage.clocks import Ground
from postgw.storage.database import Database, Session
from postgw.storage.wall import Standing

FIGURES = ("waiting", "transit", "late", "money")
#: How long a count is shown again. Design choice: a page on a wall asks each minute.
_FRESH = timedelta(seconds=60)
_CIRCLES_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One figure at one place: how many, how much money, since when the oldest stands, the first due date missed."""

    count: int = 0
    dong: int = 0
    oldest_at: datetime | None = None
    oldest_due: date | None = None

    def __add__(self, other: Count) -> Count:
        return Count(
            count=self.count + other.count, dong=self.dong + other.dong,
            oldest_at=_first(self.oldest_at, other.oldest_at), oldest_due=_first(self.oldest_due, other.oldest_due),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One desk or office; an empty unit is where the post has not said at which office it is."""

    unit: str
    name: str
    counts: Mapping[str, Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """An item whose time is over."""

    consignment_no: str
    desk: str
    office: str
    due: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The wall as it was counted at one moment."""

    counted_at: datetime
    feed_read_at: datetime | None  #: of the account whose news is oldest
    totals: Mapping[str, Count]
    desks: tuple[Row, ...]
    offices: tuple[Row, ...]
    late: tuple[Late, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideReceipt:
    """A receipt whose money is not handed on yet."""

    receipt_no: str
    desk: str
    unit: str
    amount_dong: int
    collected_at: datetime
    remit_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """The acts of looking at everything at once."""

    database: Database
    book: RuleBook
    _seen: dict[str, Picture] = field(default_factory=dict)
    _counting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def picture(self, *, actor: Actor, at: datetime) -> Picture:
        """Return the wall of a unit, or of the province."""
        actor.must("enquiry")
        async with self._counting:
            seen = self._seen.get(actor.unit)
            if seen is None or not timedelta() <= at - seen.counted_at < _FRESH:
                if len(self._seen) >= _CIRCLES_MOST:
                    self._seen.clear()
                self._seen[actor.unit] = seen = await self._counted(actor.unit, at)
        return seen

    async def _counted(self, unit: str, at: datetime) -> Picture:
        session = self.database.reading
        late = await self._late(session, unit, at)
        standing = {
            "waiting": await wall.standing(session, "waiting", unit=unit),
            "transit": await wall.standing(session, "transit", unit=unit),
            "money": await wall.money_outside(session, unit=unit),
        }
        counts = {name: [(each.desk, each.office, _count(each)) for each in rows] for name, rows in standing.items()}
        counts["late"] = [(each.desk, each.office, Count(count=1, oldest_due=each.due)) for each in late]
        units = await province.units(session)
        feeds = [feed["read_at"] for feed in await orders.feeds(session) if feed["read_at"]]
        return Picture(
            counted_at=at, feed_read_at=min(feeds, default=None), late=late,
            totals={name: _sum(count for _, _, count in counts[name]) for name in FIGURES},
            desks=_rows(counts, [each for each in units if each.kind == "desk"], 0),
            offices=_rows({**counts, "waiting": []}, [each for each in units if each.kind == "office"], 1),
        )  # fmt: skip

    async def _late(self, session: Session, unit: str, at: datetime) -> tuple[Late, ...]:
        rows = await wall.under_a_clock(session, unit=unit)
        ground = await clocks.ground(session, self.book, today=legal_day(at))
        late: list[Late] = []
        for start in range(0, len(rows), 500):
            batch = rows[start : start + 500]
            told = await scan_rows.histories(session, [row["consignment_no"] for row in batch])
            late += await asyncio.to_thread(_late_of, batch, told, ground)
        return tuple(sorted(late, key=lambda each: (each.due, each.consignment_no)))

    async def consignments(
        self, figure: str, *, actor: Actor, at: datetime, unit: str = "", cursor: str = "", limit: int = 50
    ) -> Page[Consignment]:
        """Return the consignments behind a figure, at one place or everywhere, what stands longest first.

        Raises Unknown when the figure counts no consignments.
        """
        actor.must("enquiry")
        session, skip = self.database.reading, int(cursor) if cursor.isdecimal() else 0
        if figure == "late":
            late = (await self.picture(actor=actor, at=at)).late
            listed = [each.consignment_no for each in late if unit in ("", each.desk, each.office)]
            listed = listed[skip : skip + limit + 1]
        elif figure in wall.STATES:
            listed = await wall.numbers(session, figure, unit=actor.unit, at_unit=unit, skip=skip, limit=limit + 1)
        else:
            raise Unknown("Bảng tình hình không có danh sách {name}.", name=figure[:40], code="wall.figure")
        found = await consignments.several(session, listed[:limit])
        more = str(skip + limit) if len(listed) > limit else ""
        return Page(items=tuple(found[number] for number in listed[:limit]), next_cursor=more)

    async def receipts(
        self, *, actor: Actor, unit: str = "", cursor: str = "", limit: int = 50
    ) -> Page[OutsideReceipt]:
        """Return the receipts whose money is outside, the oldest first."""
        actor.must("enquiry")
        after = int(cursor) if cursor.isdecimal() else 0
        rows = await wall.receipts_outside(
            self.database.reading, unit=actor.unit, at_unit=unit, after=after, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(OutsideReceipt(**row) for _, row in rows[:limit]), next_cursor=more)


def _late_of(rows: Sequence[Mapping[str, Any]], told: Mapping[str, Sequence[Scan]], ground: Ground) -> list[Late]:
    return [late for row in rows if (late := _late(row, told.get(row["consignment_no"], ()), ground)) is not None]


def _late(row: Mapping[str, Any], told: Sequence[Scan], ground: Ground) -> Late | None:
    parties = records.from_json(row["parties"])
    custody, happenings = journey_of(row["leg"], told, ground.book.scan_table_of(row["rules_version"]))
    communes = parties["consignor"]["commune_code"], parties["consignee"]["commune_code"]
    clock = ground.clock_of_journey(row["leg"], row["service_form"], communes, happenings, custody)
    if clock.verdict != "overdue" or clock.due is None:
        return None
    return Late(
        consignment_no=row["consignment_no"], desk=row["desk"], office=row["office"], due=clock.due, days=clock.days
    )


def _count(each: Standing) -> Count:
    return Count(count=each.count, dong=each.dong, oldest_at=each.oldest_at)


def _rows(
    counts: Mapping[str, Sequence[tuple[str, str, Count]]], units: Sequence[province.Unit], place: int
) -> tuple[Row, ...]:
    """Return a row for each place where something stands, what is late and much on top."""
    names = {unit.code: unit.name for unit in units}
    at_place: dict[str, dict[str, Count]] = {}
    for name, each_of in counts.items():
        for desk, office, count in each_of:
            here = at_place.setdefault((desk, office)[place], dict.fromkeys(FIGURES, Count()))
            here[name] += count
    rows = [Row(unit=unit, name=names.get(unit, unit), counts=here) for unit, here in at_place.items()]
    return tuple(sorted(rows, key=lambda row: (-row.counts["late"].count, -row.counts["transit"].count, row.unit)))


def _sum(counts: Iterable[Count]) -> Count:
    return sum(counts, Count())


def _first(one: Any, other: Any) -> Any:
    return min((each for each in (one, other) if each is not None), default=None)
