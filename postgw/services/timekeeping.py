"""Timekeeping: how the recurring jobs fare, across all processes.

A job whose slot has passed and that nobody ran is overdue: no process is up that does the recurring work, or it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from postgw.domain.actor import Actor
from postgw.storage import jobs
from postgw.storage.database import Database

#: A busy database may make a slot late by so much before anybody is told.
_GRACE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One line of the timetable, as the services see it."""

    job: str
    lease: timedelta
    next_slot: Callable[[datetime], datetime | None]  #: the first slot after a moment


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStanding:
    """How one job fares."""

    job: str
    holder: str = ""
    last_slot: datetime | None = None
    last_done_at: datetime | None = None
    next_slot: datetime | None = None
    is_overdue: bool = False
    late: timedelta | None = None  #: for how long the slot after the last one has waited; None: it never ran
    failures: int = 0  #: turns in a row that failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Timekeeping:
    """The act of looking at the clock of the house."""

    database: Database
    planned: Sequence[Planned]

    async def standing(self, *, actor: Actor, at: datetime) -> tuple[JobStanding, ...]:
        """Return how each job of the timetable fares, overdue ones first."""
        actor.must("admin")
        kept = {card.job: card for card in await jobs.cards(self.database.reading)}
        found = [_standing(line, kept.get(line.job), at) for line in self.planned]
        return tuple(sorted(found, key=lambda one: not one.is_overdue))


def _standing(line: Planned, card: jobs.JobCard | None, at: datetime) -> JobStanding:
    if card is None:
        return JobStanding(job=line.job, next_slot=line.next_slot(at))
    held = card.lease_until is not None and card.lease_until > at
    missed = line.next_slot(card.last_slot) if card.last_slot else None
    return JobStanding(
        job=line.job, holder=card.holder if held else "", last_slot=card.last_slot, last_done_at=card.last_done_at,
        next_slot=line.next_slot(at), failures=card.failures,
        late=max(timedelta(0), at - missed) if missed and not held else timedelta(0),
        is_overdue=not held and missed is not None and missed + line.lease + _GRACE < at,
    )  # fmt: skip
