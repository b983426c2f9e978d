"""A stop: one door, counter or desk at which a postman has something to do today, and why today.

A result goes to the door as soon as it lies at the office. After a failed delivery it goes again on the day the
recipient chose, in the half of it they chose; without a choice, when the next invitation counts and not on the same
day. What the recipient wants to fetch, or was invited to often enough, waits at the counter.

Stands on: choice, invitation, working_calendar. Used by: services.snapshots.
Source: Circular 17/2017/TT-BTTTT art. 5.2.h; Law on Post 2010 art. 11.3.

>>> from datetime import date
>>> rule = InvitationRule(invitations=2, working_days_apart=2, working_days_before_return=2, grounds={})
>>> monday, calendar = date(2026, 11, 23), WorkingCalendar()
>>> missed = Standing(state="attempted", attempts=1, tried_on=monday, invited=(monday,))
>>> plan_for(missed, on=monday, calendar=calendar, rule=rule)
Plan(where='later', window='', next_on=datetime.date(2026, 11, 25))
>>> plan_for(missed, on=date(2026, 11, 25), calendar=calendar, rule=rule).where
'door'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .choice import KeptChoice
from .invitation import InvitationRule, counting, next_invitation_on
from .legal_day import legal_day
from .scan import Scan
from .witnesses import uncancelled
from .working_calendar import WorkingCalendar

Where = Literal["door", "counter", "later", "away"]

#: With the post and not on the road between two offices.
AT_OFFICE = (
    "collected", "at_office", "out_for_delivery", "attempted", "held", "unclaimed", "returning",
)  # fmt: skip
#: What a count of the shelves must find: not what a postman carries.
ON_THE_SHELF = frozenset({"at_office", "attempted", "held", "unclaimed", "returning"})
#: Under way to an office that has not seen it yet.
ON_THE_WAY = ("collected", "in_transit", "at_office")
#: Of a `return`: what may be handed to its recipient.
TO_HAND_OUT = frozenset({"at_office", "out_for_delivery", "attempted", "held", "unclaimed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the delivery of a result has come."""

    state: str
    attempts: int = 0
    tried_on: date | None = None  #: legal day of the last failed delivery
    invited: tuple[date, ...] = ()
    choice: KeptChoice | None = None  #: the one that counts today


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where a result is to be handed out. `away`: at a service point, to which it is still to be brought."""

    where: Where
    window: str = ""
    next_on: date | None = None  #: of a further delivery: from which day


def plan_for(standing: Standing, *, on: date, calendar: WorkingCalendar, rule: InvitationRule) -> Plan:
    """Return where a result is to be handed out, seen on a day."""
    wish = standing.choice.choice if standing.choice else None
    today = wish is not None and wish.way == "deliver" and wish.on == on
    window = wish.window if wish and today else ""
    if standing.state == "out_for_delivery":
        return Plan(where="door", window=window)
    if wish and wish.way != "deliver":
        return Plan(where="counter" if wish.way == "office" else "away")
    if wish and wish.on:
        return Plan(where="door" if today else "later", window=window, next_on=wish.on)
    if standing.state in {"held", "unclaimed"}:
        return Plan(where="counter")
    if not standing.attempts:
        return Plan(where="door")
    return _again(standing, on, calendar, rule)


def _again(standing: Standing, on: date, calendar: WorkingCalendar, rule: InvitationRule) -> Plan:
    if len(counting(standing.invited, calendar, rule)) >= rule.invitations:
        return Plan(where="counter")
    days = [next_invitation_on(standing.invited, calendar, rule)]
    if standing.tried_on:
        days.append(calendar.after(standing.tried_on, 1))
    first = max((day for day in days if day), default=on)
    return Plan(where="door" if first <= on else "later", next_on=first)


def tried_on(told: Iterable[Scan], code: str) -> date | None:
    """Return the legal day of the last failed delivery or collection that stands."""
    return max((legal_day(scan.occurred_at) for scan in uncancelled(told) if scan.code == code), default=None)


def carrier_of(told: Iterable[Scan]) -> str:
    """Return who took an item out for delivery last."""
    out = [scan for scan in uncancelled(told) if scan.code == "out_for_delivery"]
    return out[-1].actor if out else ""
