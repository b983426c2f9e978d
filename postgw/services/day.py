"""The day: what waits for a unit, in the order in which it gets late, and what it has done since the morning.

One look is five small statements, however many kinds of work there are: the work, the calls due to recipients, the
comings of the post, what happened, and how the unit is called. A kind of work bears the moment by which somebody is
late (a promised day, the post at the door, hours within which fee money is handed on); the page orders by it. Each
number is a list of the same rows, for both are made of one condition (`storage.days`).

Stands on: storage.days. Used by: the desk's pages.
Source: Decision 45/2016/QĐ-TTg art. 6 to 9 and 15; Decree 61/2018/NĐ-CP art. 18.2 (dossiers after 15:00 count for the
next day), 19.9 (apology before the promised day); Circular 17/2017/TT-BTTTT art. 5.2.h, 7.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from postgw.domain.actor import Actor
from postgw.domain.apology import last_day
from postgw.domain.errors import Unknown
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.page import Page
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import days, province
from postgw.storage.database import Database
from postgw.storage.day_sources import DONE
from postgw.storage.days import Counted, Kind, Trip, Whose
from postgw.storage.days import Line as Line

Lane = Literal["late", "morning", "today", "soon"]
LANES: tuple[Lane, ...] = ("late", "morning", "today", "soon")
#: A desk's day: the morning ends at noon, the counter closes at five. Design choice, as Hà Tĩnh's desks keep it.
NOON, CLOSING = time(12), time(17)
_TRIPS_MOST = 12
#: Kinds that name no day: somebody decides them before the counter closes.
_BY_CLOSING = frozenset({
    "order_refused", "stuck", "offer", "change", "return_request", "order_undecided", "order_incomplete", "unnumbered",
    "fee_to_count", "to_deliver",
})  # fmt: skip
_SAY_PROCEDURES = ("result_late", "result_today", "result", "apology")
#: Kinds that wait for others, or for nothing in particular.
_NO_HURRY = frozenset({"result", "to_book", "proof_owed", "paper"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One line of the day: so many of one kind of work, and by when."""

    name: str
    count: int
    lane: Lane
    due: datetime | None = None  #: the moment at which somebody is late; where only a day is known, its closing hour
    due_on: date | None = None  #: the day, where it is a day that is promised
    since: datetime | None = None  #: since when the oldest stands
    first: str = ""  #: the number of what is due first
    note: str = ""
    dong: int = 0
    times: int = 0  #: how often a recipient was invited already
    trip: Trip | None = None

    @property
    def order(self) -> tuple[int, datetime, int]:
        """Return where in the day it stands: by its lane, then by what is late first, then by how many."""
        return (LANES.index(self.lane), self.due or _NEVER, -self.count)


_NEVER = datetime.max.replace(tzinfo=VIETNAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a unit has before it, and behind it."""

    kind: Kind
    at: datetime
    jobs: tuple[Job, ...]
    trips: tuple[Trip, ...]
    procedures: Mapping[str, str]  #: names of those that lines speak of, by code
    done: Mapping[str, tuple[int, ...]]  #: today until now, and a week ago until the same hour

    @property
    def numbers(self) -> tuple[tuple[str, int, str], ...]:
        """Return what has to differ before a screen that shows this day is out of date; last week is no part of it."""
        told = [(job.name, job.count, f"{job.lane}{job.first}{job.due}{job.dong}") for job in self.jobs]
        told += [(trip.pickup_no + trip.manifest_no, trip.lines, f"{trip.state}{trip.counted}") for trip in self.trips]
        return (*told, *((name, counts[0], "") for name, counts in self.done.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The act of looking at the day."""

    database: Database
    book: RuleBook

    async def today(self, *, actor: Actor, at: datetime, last_week: bool = True) -> Day:
        """Return what waits for the actor's unit, as far as the actor may look.

        Who looks every few seconds for a change leaves out what was done a week ago: it is as dear as today's.
        """
        actor.must("enquiry")
        session, whose = self.database.reading, await self._whose(actor, at)
        counted = await days.counted(session, whose)
        invited = await days.invitations(session, whose) if "attempted" in counted else []
        trips = await days.trips(session, whose, limit=_TRIPS_MOST)
        spans = (_span(at), *((_span(at - timedelta(days=7)),) if last_week else ()))
        done = await days.done(session, whose, spans)
        jobs = self._jobs(counted, invited, trips, at)
        return Day(
            kind=whose.kind, at=at, jobs=tuple(sorted(jobs, key=lambda job: job.order)), trips=tuple(trips),
            procedures=await self._procedures(counted, at),
            done={name: tuple(counts) for name, counts in done.items()},
        )  # fmt: skip

    async def _procedures(self, counted: Mapping[str, Counted], at: datetime) -> dict[str, str]:
        codes = {counted[name].note for name in _SAY_PROCEDURES if name in counted} - {""}
        return await province.procedure_names(self.database.reading, sorted(codes), on=legal_day(at)) if codes else {}

    async def listed(self, name: str, *, actor: Actor, at: datetime, cursor: str = "", limit: int = 50) -> Page[Line]:
        """Return the rows behind a number, what is due first on top. Raises Unknown when there is no such number.

        A cursor that no page gave is read as the beginning.
        """
        actor.must("enquiry")
        session, whose = self.database.reading, await self._whose(actor, at)
        skip = int(cursor) if cursor.isdecimal() and len(cursor) < 10 else 0
        if name in DONE:
            rows = await days.happened(session, name, whose, _span(at), skip=skip, limit=limit + 1)
        elif name in days.wanted(whose):
            rows = await days.listed(session, name, whose, skip=skip, limit=limit + 1)
        else:
            raise Unknown("Không có danh sách này.", code="day.list")
        return Page(items=tuple(rows[:limit]), next_cursor=str(skip + limit) if len(rows) > limit else "")

    async def _whose(self, actor: Actor, at: datetime) -> Whose:
        unit = await province.unit(self.database.reading, actor.unit) if actor.unit else None
        kind: Kind = "all" if not actor.unit else "office" if unit and unit.kind == "office" else "desk"
        rule = self.book.standstill_rule(legal_day(at)).states
        return Whose(
            unit=actor.unit, kind=kind, today=legal_day(at), scopes=actor.scopes,
            silent_before={state: at - timedelta(days=row.days) for state, row in rule.items()},
        )  # fmt: skip

    def _jobs(
        self,
        counted: Mapping[str, Counted],
        invited: Sequence[tuple[int, date | None, int]],
        trips: Sequence[Trip],
        at: datetime,
    ) -> Iterator[Job]:
        calendar = calendar_of(self.book.holidays_on(legal_day(at)))
        for name, each in counted.items():
            if name == "attempted":
                yield from self._calls(each, invited, calendar, at)
            elif name == "to_sign":
                yield from _to_sign(each, trips, at)
            else:
                yield self._job(name, each, trips, calendar, at)

    def _job(self, name: str, each: Counted, trips: Sequence[Trip], calendar: WorkingCalendar, at: datetime) -> Job:
        job = Job(
            name=name, count=each.count, lane="soon", first=each.first, note=each.note, dong=each.dong,
            since=each.due_at,
        )  # fmt: skip
        if name in _BY_CLOSING:
            return replace(job, lane="today", due=None if name == "stuck" else _at(legal_day(at), CLOSING))
        if name in _NO_HURRY and each.due_on is None:
            return job
        if name in {"to_hand_over", "arrived"}:
            return _placed(job, self._by_trip(name, trips, at), at)
        if name == "apology" and each.due_on:
            last = last_day(each.due_on, calendar, self.book.apology_rule_on(legal_day(at)))
            return _placed(replace(job, due_on=each.due_on), _at(last, CLOSING), at)
        if each.due_on:
            return _placed(replace(job, due_on=each.due_on), _at(each.due_on, CLOSING), at)
        return _placed(job, each.due_at, at)

    def _by_trip(self, name: str, trips: Sequence[Trip], at: datetime) -> datetime | None:
        """Return when the post is next at the door; of what it brought, until when it counts on this day."""
        today = legal_day(at)
        if name == "arrived":
            return _at(today, self.book.agency_closes_on(today))
        coming = [_at(today, time.fromisoformat(trip.from_time)) for trip in trips if trip.state != "signed"]
        return min((moment for moment in coming if moment >= at), default=None)

    def _calls(
        self, each: Counted, invited: Sequence[tuple[int, date | None, int]], calendar: WorkingCalendar, at: datetime
    ) -> Iterator[Job]:
        """Yield what was tried in vain by how often its recipient was invited, each with the next lawful day."""
        today = legal_day(at)
        rule = self.book.invitation_rule(today)
        for times in sorted({row[0] for row in invited}):
            rows = [(last, n) for so_often, last, n in invited if so_often == times]
            lasts = [last for last, _ in rows if last]
            wait = rule.working_days_apart if times < rule.invitations else rule.working_days_before_return
            day = calendar.after(min(lasts), wait) if lasts else today
            yield _placed(
                Job(
                    name="attempted", count=sum(n for _, n in rows), lane="soon", first=each.first, times=times,
                    due_on=day, since=each.due_at,
                ),
                _at(max(day, today), CLOSING), at,
            )  # fmt: skip


def _to_sign(each: Counted, trips: Sequence[Trip], at: datetime) -> Iterator[Job]:
    """Yield a line for each list that today's comings of the post are to sign, and one for those left over."""
    left = each.count
    for trip in trips:
        if trip.direction == "to_post" and trip.state in {"open", "closed"} and trip.lines:
            left -= trip.lines
            due = _at(legal_day(at), time.fromisoformat(trip.to_time))
            job = Job(name="to_sign", count=trip.lines, lane="soon", first=trip.manifest_no, trip=trip)
            yield _placed(job, due, at)
    if left > 0:
        yield _placed(Job(name="to_sign", count=left, lane="soon", first=each.first, since=each.due_at),
                      _at(legal_day(at), CLOSING), at)  # fmt: skip


def _placed(job: Job, due: datetime | None, at: datetime) -> Job:
    """Return a line in the lane in which its moment lies."""
    if due is None:
        return job
    today = legal_day(at)
    if due < at and (job.due_on is None or legal_day(due) < today):
        lane: Lane = "late"
    elif legal_day(due) > today:
        lane = "soon"
    else:
        lane = "morning" if due <= _at(today, NOON) else "today"
    return replace(job, lane=lane, due=due)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=VIETNAM)


def _span(at: datetime) -> tuple[datetime, datetime]:
    """Return a day from its beginning until now."""
    return _at(legal_day(at), time()), at + timedelta(microseconds=1)
