"""How old the last word about an item is, judged by how often its stage usually tells something.

The reader is told the whole age ("9 hours ago"). It is judged by the hours in which the post moves: nights, Sundays,
public holidays and degraded days bring no news, so their silence says nothing. On Saturdays the post delivers, though
the law does not count them. Slow, then silent, follow from the moment of the look alone: no job has to notice.

Where the item waits for a person (held, unclaimed), or nobody has it yet, silence is usual and nothing is judged.

Stands on: working_calendar. Used by: rules.book, services.secret_page.
Source: Circular 17/2017/TT-BTTTT art. 12, 15 (the status is continuous and true); every figure is a design choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from .legal_day import VIETNAM, legal_day
from .working_calendar import WorkingCalendar

Word = Literal["fresh", "slow", "silent"]
_DAY, _SUNDAY = timedelta(days=1), 6
#: Whoever was silent for longer than this is silent, however many holidays lay between.
_LONGEST = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualHours:
    """Within how many hours a stage usually tells something, and after how many its silence is long."""

    usual: int
    long: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessRule:
    """One version of the rule."""

    version: str
    moves_from: time
    moves_until: time
    states: Mapping[str, UsualHours]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old the last word is; `usual_hours` is what its stage usually takes."""

    word: Word
    heard_at: datetime
    usual_hours: int  #: in which the post moves
    usual_days: int = 0  #: the same in whole days of the post, nought below one


def freshness(
    state: str, heard_at: datetime | None, at: datetime, *, rule: FreshnessRule, calendar: WorkingCalendar
) -> Freshness | None:
    """Return how fresh the last word of an item is; nothing where no word came, or none is to be expected.

    >>> rule = FreshnessRule(version="x", moves_from=time(6), moves_until=time(20),
    ...     states={"in_transit": UsualHours(usual=4, long=14)})
    >>> evening = datetime(2026, 11, 23, 19, 0, tzinfo=VIETNAM)
    >>> [freshness("in_transit", evening, evening + timedelta(hours=hours), rule=rule, calendar=WorkingCalendar()).word
    ...     for hours in (13, 15, 40)]
    ['fresh', 'slow', 'silent']
    """
    hours = rule.states.get(state)
    if hours is None or heard_at is None:
        return None
    silent = moving_time(heard_at, at, rule=rule, calendar=calendar)
    word: Word = "fresh"
    if silent > timedelta(hours=hours.usual):
        word = "silent" if silent > timedelta(hours=hours.long) else "slow"
    day = rule.moves_until.hour - rule.moves_from.hour
    return Freshness(word=word, heard_at=heard_at, usual_hours=hours.usual, usual_days=hours.usual // day)


def moving_time(since: datetime, until: datetime, *, rule: FreshnessRule, calendar: WorkingCalendar) -> timedelta:
    """Return for how long between two moments the post was moving."""
    if until - since > _LONGEST:
        return until - since
    total, day, last = timedelta(), legal_day(since), legal_day(until)
    while day <= last:
        if moves_on(day, calendar):
            begun = max(since, datetime.combine(day, rule.moves_from, VIETNAM))
            ended = min(until, datetime.combine(day, rule.moves_until, VIETNAM))
            total += max(ended - begun, timedelta())
        day += _DAY
    return total


def moves_on(day: date, calendar: WorkingCalendar) -> bool:
    """Tell whether the post moves on a day.

    >>> [moves_on(date(2026, 11, day), WorkingCalendar()) for day in (20, 21, 22)]
    [True, True, False]
    """
    if day.weekday() == _SUNDAY or day in calendar.holidays:
        return False
    return all(day != stormy for stormy, _ in calendar.degraded)
