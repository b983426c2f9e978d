"""Stock-taking (kiểm kê): what should be at a post office and is not, and what is there and should not be.

A device lays its snapshot beside what the hand scanned and tells both lists once. What the books have learned since the
snapshot is taken into account: an item that left meanwhile is not missing, one that came meanwhile is not strange. A
missing item stays on the list until somebody says that he had it; nothing is closed by hand.

Source: Circular 17/2017/TT-BTTTT art. 12, 15 (status, continuous and true).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.recognise import recognise
from postgw.domain.stock_take import SeenAgain, StockTake, compared, numbered
from postgw.storage import consignments, stock_takes
from postgw.storage.database import Database, Session

#: More envelopes than that lie in no post office of the province.
MOST = 5000
_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a hand found along the shelves, and what it had expected there."""

    source_id: str  #: the device's own id of the act
    found: Sequence[str]
    expected: Sequence[str]
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A stock-take with what became of its items."""

    take: StockTake
    items: Mapping[str, Consignment]
    seen: Mapping[str, SeenAgain]  #: of the missing: when each was had in hand again

    @property
    def still_missing(self) -> tuple[str, ...]:
        """Return what nobody has had in hand since."""
        return tuple(number for number in self.take.missing if number not in self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTaking:
    """The act of taking stock."""

    database: Database

    async def take(self, told: Round, *, actor: Actor, at: datetime) -> StockTake:
        """Keep a stock-take; the same one told again is the one that is kept.

        Raises Invalid when a list is too long or the actor is of no post office.
        """
        actor.must("scans")
        _must_be_a_round(told, actor)
        async with self.database.writing() as tx:
            await tx.queue_for(f"stock_take {actor.unit}")
            if known := await stock_takes.told_as(tx, told.source_id):
                return known
            found, expected = await _named(tx, told.found), await _named(tx, told.expected)
            lying = await stock_takes.lying_at(tx, actor.unit, sorted(found | expected))
            result = compared(expected=expected, found=found, lying=lying)
            on, serial = legal_day(at), await stock_takes.count_of_day(tx, actor.unit, legal_day(at)) + 1
            take = StockTake(
                stock_take_no=numbered(actor.unit, on, serial), office=actor.unit, taken_at=min(told.taken_at, at),
                taken_by=actor.name, expected=len(expected), found=len(found), missing=result.missing,
                strange=result.strange,
            )  # fmt: skip
            await stock_takes.add(tx, take, source_id=told.source_id)
            return take

    async def listed(self, *, actor: Actor, cursor: str = "") -> Page[Looked]:
        """Return the stock-takes of a unit, newest first, with what is still missing of each."""
        actor.must("scans")
        session, before = self.database.reading, int(cursor) if cursor.isdecimal() else 0
        rows = await stock_takes.listed(session, office=actor.unit, before=before, limit=_AT_ONCE + 1)
        more = str(rows[_AT_ONCE - 1][0]) if len(rows) > _AT_ONCE else ""
        return Page(items=await _looked(session, [take for _, take in rows[:_AT_ONCE]]), next_cursor=more)

    async def one(self, stock_take_no: str, *, actor: Actor) -> Looked:
        """Return a stock-take with all it found. Raises Unknown when there is none, or it is not theirs."""
        actor.must("scans")
        session = self.database.reading
        take = await stock_takes.find(session, stock_take_no)
        if take is None or not actor.may_see(take.office):
            raise Unknown("Không có lần kiểm kê {number}.", number=stock_take_no[:40], code="stock_take.unknown")
        (looked,) = await _looked(session, [take])
        return looked


def _must_be_a_round(told: Round, actor: Actor) -> None:
    if not actor.unit:
        raise Invalid("Kiểm kê phải thuộc một bưu cục.", code="stock_take.office")
    if max(len(told.found), len(told.expected)) > MOST:
        raise Invalid("Mỗi lần kiểm kê nhiều nhất {most} bưu gửi.", most=MOST, code="stock_take.many")


async def _named(session: Session, numbers: Sequence[str]) -> frozenset[str]:
    """Return the consignments behind what was scanned; what nobody knows stays as it was scanned."""
    read = [recognise(number).number or number.strip().upper()[:40] for number in numbers]
    known = await consignments.named(session, read)
    return frozenset(known[number].consignment_no if number in known else number for number in read)


async def _looked(session: Session, takes: Sequence[StockTake]) -> tuple[Looked, ...]:
    numbers = sorted({number for take in takes for number in (*take.missing, *take.strange)})
    items = await consignments.several(session, numbers) if numbers else {}
    since = min((take.taken_at for take in takes), default=None)
    seen = await stock_takes.seen_since(session, numbers, since) if since and numbers else {}
    return tuple(
        Looked(
            take=take, items={n: items[n] for n in (*take.missing, *take.strange) if n in items},
            seen={n: first for n in take.missing if (first := _first_after(seen.get(n, ()), take.taken_at))},
        )
        for take in takes
    )  # fmt: skip


def _first_after(seen: Sequence[SeenAgain], at: datetime) -> SeenAgain | None:
    return next((each for each in seen if each.occurred_at > at), None)
