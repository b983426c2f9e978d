"""A post office's day as its lead sees it: who has what, what was delivered, what failed, what is still on devices.

Read only, and counted anew each time: a few statements over what lives and what was delivered in the days asked for.
Whether a delivery came within its time limit is told by the same clock as everywhere, for the newest two thousand.

Source: Decision 45/2016/QĐ-TTg art. 12 (delivery, failed attempts); Circular 17/2017/TT-BTTTT art. 7.2 (transit).
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from postgw.domain.actor import Actor
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.rules.book import RuleBook
from postgw.storage import clocks, consignments, office_days, province
from postgw.storage.database import Database
from postgw.storage.office_days import OnDuty, Share

SPANS = {"today": 1, "week": 7}
#: A walk of the clock over more would keep the page waiting.
CLOCKED_MOST = 2000
_MET, _MISSED = frozenset({"met"}), frozenset({"late", "overdue"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One worker: what is in hand now, what was done since the morning, and when anything was last heard."""

    office: str
    login: str
    name: str
    in_hand: Mapping[str, int] = field(default_factory=dict)  #: state → how many
    oldest_at: datetime | None = None  #: since when the longest of it is in hand
    delivered: int = 0
    failed: int = 0
    last_at: datetime | None = None
    duty: OnDuty | None = None

    @property
    def carried(self) -> int:
        """Return how many items are in hand."""
        return sum(self.in_hand.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How an office delivered to citizens in some days."""

    office: str
    delivered: int = 0
    at_first: int = 0
    failed: int = 0
    attempts: int = 0  #: visits that it took: those that delivered, and those that failed before
    met: int = 0
    missed: int = 0

    @property
    def first_rate(self) -> int | None:
        """Return how many of a hundred deliveries came at the first attempt."""
        return round(100 * self.at_first / self.delivered) if self.delivered else None

    @property
    def met_rate(self) -> int | None:
        """Return how many of a hundred deliveries with a known limit came within it."""
        known = self.met + self.missed
        return round(100 * self.met / known) if known else None

    @property
    def attempts_each(self) -> float | None:
        """Return how many visits a delivery took."""
        return round(self.attempts / self.delivered, 2) if self.delivered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the lead sees."""

    kind: str  #: office, desk, or all
    workers: tuple[Worker, ...]
    performance: tuple[Performance, ...]
    clocked_most: int = CLOCKED_MOST

    @property
    def is_partial(self) -> bool:
        """Say whether only the newest deliveries stand behind that rate."""
        return sum(each.delivered for each in self.performance) > self.clocked_most


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDay:
    """The act of looking at a post office's day."""

    database: Database
    book: RuleBook

    async def picture(self, *, actor: Actor, span: str, at: datetime) -> Picture:
        """Return the day of the office that looks, or of all."""
        actor.must("scans")
        session, unit = self.database.reading, actor.unit
        known = await province.unit(session, unit) if unit else None
        morning = datetime.combine(legal_day(at), time(), VIETNAM)
        since = morning - timedelta(days=SPANS[span] - 1)
        done = await office_days.delivered(session, unit, since=since, before=at)
        failed = await office_days.failed(session, unit, since=since, before=at)
        met = await self._met(unit, since, at)
        return Picture(
            kind=known.kind if known else "all", workers=await self._workers(unit, morning, at),
            performance=_performance(done, failed, met),
        )  # fmt: skip

    async def _workers(self, unit: str, morning: datetime, at: datetime) -> tuple[Worker, ...]:
        session = self.database.reading
        held = await office_days.in_hand(session, unit)
        done = await office_days.delivered(session, unit, since=morning, before=at)
        failed = await office_days.failed(session, unit, since=morning, before=at)
        duties = await office_days.on_duty(session, unit, since=morning, at=at)
        names = await office_days.names_of(session, {share.worker for share in (*held, *done, *failed)})
        return _workers(held, [share for share in (*done, *failed) if share.worker], duties, names)

    async def _met(self, unit: str, since: datetime, at: datetime) -> Counter[tuple[str, str]]:
        """Return how many deliveries of each office came within their limit and how many did not."""
        session = self.database.reading
        numbered = await office_days.delivered_numbers(session, unit, since=since, before=at, limit=CLOCKED_MOST)
        found = await consignments.several(session, [number for number, _ in numbered])
        grounds = await clocks.gather(session, self.book, list(found.values()), at=at)

        def judged() -> Counter[tuple[str, str]]:
            counted: Counter[tuple[str, str]] = Counter()
            for number, office in numbered:
                verdict = grounds.clock(found[number]).verdict
                if verdict in _MET | _MISSED:
                    counted[office, "met" if verdict in _MET else "missed"] += 1
            return counted

        return await asyncio.to_thread(judged)


def _workers(
    held: Iterable[Share], done: Iterable[Share], duties: Sequence[OnDuty], names: Mapping[str, str]
) -> tuple[Worker, ...]:
    """Put together what each worker has and did; who has most in hand first."""
    shares: dict[tuple[str, str], list[Share]] = defaultdict(list)
    for share in (*held, *done):
        shares[share.office, share.worker].append(share)
    newest = {(duty.unit, duty.worker): duty for duty in reversed(duties)}
    workers = [
        _worker(key, shares.get(key, []), newest.get(key), names)
        for key in shares.keys() | newest.keys()
    ]  # fmt: skip
    return tuple(sorted(workers, key=lambda one: (-one.carried, one.name, one.login)))


def _worker(
    key: tuple[str, str], shares: Sequence[Share], duty: OnDuty | None, names: Mapping[str, str]
) -> Worker:  # fmt: skip
    office, login = key
    held = [share for share in shares if share.what in office_days.IN_HAND]
    moments = [share.last_at for share in shares if share.last_at] + ([duty.seen_at] if duty else [])
    return Worker(
        office=office, login=login, name=(duty.worker_name if duty else "") or names.get(login, login),
        in_hand={share.what: share.count for share in held},
        oldest_at=min((share.first_at for share in held if share.first_at), default=None),
        delivered=sum(share.count for share in shares if share.what == "delivered"),
        failed=sum(share.count for share in shares if share.what == "failed"),
        last_at=max(moments, default=None), duty=duty,
    )  # fmt: skip


def _performance(
    done: Iterable[Share], failed: Iterable[Share], met: Mapping[tuple[str, str], int]
) -> tuple[Performance, ...]:
    delivered, wrong = defaultdict[str, list[Share]](list), Counter[str]()
    for share in done:
        delivered[share.office].append(share)
    for share in failed:
        wrong[share.office] += share.count
    return tuple(
        Performance(
            office=office, delivered=sum(each.count for each in delivered[office]),
            at_first=sum(each.at_first for each in delivered[office]), failed=wrong[office],
            attempts=sum(each.count + each.attempts for each in delivered[office]),
            met=met.get((office, "met"), 0), missed=met.get((office, "missed"), 0),
        )
        for office in sorted(delivered.keys() | wrong.keys())
    )  # fmt: skip
