"""What is told of a clock before its due date, and what is written down after it.

Of each due date one warning is given, on the working day before it or on the day itself, and none once the post is
done. A storm declared or undone moves due dates that somebody was told of: whoever was warned hears of the new day, and
the warning stands again when the old day comes back. After the due date the reckoning is kept as the facts of a case;
a later reckoning is another step beside it and never replaces it.

Stands on: time_limit. Used by: rules.book, services.watch.
Source: Circular 17/2017/TT-BTTTT Art. 7.2; Decree 47/2011/NĐ-CP Art. 25.2 (late with proof: the postage is given back);
the warning beforehand is a design choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from .time_limit import Clock

_LATE = frozenset({"overdue", "late"})
_UNDER_WAY = frozenset({"running", "overdue"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRule:
    """One version of what follows when the post is late."""

    version: str
    remedy: str  #: what the case is about, in our word
    answer_working_days: Mapping[str, int]  #: by span


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """That a due date was warned of; `moved_to` is the day we told instead, while the warning is withdrawn."""

    due_on: date
    moved_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningGiven:
    """One warning, as it is listed."""

    warning_no: int
    consignment_no: str
    desk: str
    office: str
    due_on: date
    given_at: datetime
    moved_to: date | None
    moved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is to be told of a due date: that it is near, or that it is another day than was told."""

    kind: Literal["due_soon", "due_moved"]
    due_on: date
    was_due_on: date | None = None


def news_of(clock: Clock, *, horizon: date, given: Sequence[Warned]) -> tuple[News, ...]:
    """Return what is to be told of a clock; `horizon` is the next working day.

    >>> from .working_calendar import Reckoning
    >>> friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    >>> clock = Clock(verdict="running", reckoning=Reckoning(start=friday, working_days=1, due=monday))
    >>> [each.kind for each in news_of(clock, horizon=monday, given=())]
    ['due_soon']
    >>> news_of(clock, horizon=monday, given=[Warned(due_on=monday)])
    ()
    """
    due = clock.due
    if due is None or clock.verdict not in _UNDER_WAY:
        return ()
    told = _told(given)
    moved = (News(kind="due_moved", due_on=due, was_due_on=told),) if told not in (None, due) else ()
    is_near = clock.verdict == "running" and due <= horizon
    if is_near and due not in {each.due_on for each in given}:
        return (*moved, News(kind="due_soon", due_on=due))
    return moved


def _told(given: Sequence[Warned]) -> date | None:
    """Return the due date that was told last, if any was."""
    standing = next((each.due_on for each in given if each.moved_to is None), None)
    return standing or next((each.moved_to for each in given), None)


def is_late(clock: Clock) -> bool:
    """Tell whether a clock ran out, whether or not the post is done meanwhile."""
    return clock.verdict in _LATE


def reckoning_facts(clock: Clock, *, limits_version: str) -> dict[str, Any]:
    """Return a reckoning as a case keeps it: dates, figures and words, nobody's name."""
    reckoning = clock.reckoning
    return {
        "is_late": is_late(clock),
        "verdict": clock.verdict,
        "started_on": reckoning.start.isoformat() if reckoning else None,
        "due_on": reckoning.due.isoformat() if reckoning else None,
        "stopped_on": clock.stopped_on.isoformat() if clock.stopped_on else None,
        "days_late": clock.days if is_late(clock) else 0,
        "working_days": reckoning.working_days if reckoning else None,
        "span": clock.span,
        "with_slip": clock.with_slip,
        "limits_version": limits_version,
        "words": [str(each) for each in clock.words],
    }
