"""What a citizen is promised: by when the next thing happens to their item, and on what that stands.

The page says one time, and each time rests on a ground:

- `choice`: the recipient asked for a delivery on a day and in half of it, and the office acts upon it;
- `round`: the postman took it out today, so it comes before the round ends;
- `limit`: the law's last day of the carriage, reckoned from the day on which the post took it over;
- `waiting`: it lies ready to be fetched, or to be brought again, at least until a day;
- `passed`: the hour that was hoped for went by today, while the law's day is not over yet;
- `overdue`: the law's last day is over, and nobody knows a better one;
- `not_started`, `unknown`, `no_limit`, `back`: nothing can be reckoned, and the page says why.

A time that lies behind is never promised, nor one that cannot be reckoned. The same standing promises the same until
its hour has passed, so what was promised is kept only when it changes.

Stands on: choice, time_limit, legal_day. Used by: rules.book, services.secret_page, storage.promises.
Source: Circular 17/2017/TT-BTTTT art. 7.2 (transit time), 5.2.h; Law on Post 2010 art. 11.3. The hours of the day by
which a delivery is awaited are a design choice (`rules/promise.*.toml`).

>>> from .working_calendar import Reckoning
>>> hours = DeliveryHours(version="x", morning_ends=time(12), day_ends=time(17))
>>> monday, wednesday = date(2026, 11, 23), date(2026, 11, 25)
>>> clock = Clock(verdict="running", reckoning=Reckoning(start=monday, working_days=2, due=wednesday))
>>> way = Standing(state="in_transit", clock=clock)
>>> promise = promised(way, hours, at=datetime(2026, 11, 23, 9, 42, tzinfo=VIETNAM))
>>> promise.ground, f"{promise.due_at:%H:%M %d/%m}"
('limit', '17:00 25/11')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from .choice import KeptChoice
from .legal_day import VIETNAM, legal_day
from .time_limit import Clock

GROUNDS = (
    "choice", "round", "limit", "waiting", "passed", "overdue", "not_started", "unknown", "no_limit", "back",
)  # fmt: skip
#: The item lies somewhere until a person acts.
_WAITING = frozenset({"attempted", "held", "unclaimed"})
#: It goes, or went, where it came from: no time limit of the law is its own any more.
_BACK = frozenset({"returning", "returned", "recalled", "cancelled", "archived", "lost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryHours:
    """Until which hours of a day a delivery is awaited."""

    version: str
    morning_ends: time
    day_ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a consignment that is under way stands, as far as a promise depends on it."""

    state: str
    office: str = ""  #: that will deliver it, or holds it
    since: datetime | None = None  #: of the state
    clock: Clock
    choice: KeptChoice | None = None  #: the recipient's, that counts now
    kept_until: date | None = None  #: of what waits: the last day before it may lawfully go back


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """By when the next thing happens; `due_at` is nothing where that cannot be said."""

    state: str
    office: str = ""
    due_at: datetime | None = None
    lawful_until: date | None = None
    ground: str  #: one of GROUNDS


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPromise:
    """A promise as it was shown."""

    ordinal: int
    promise: Promise
    shown_at: datetime


def promised(standing: Standing, hours: DeliveryHours, *, at: datetime) -> Promise:
    """Return what is promised of a consignment at a moment."""
    ground, due_at, lawful_until = _reckoned(standing, hours, at)
    return Promise(
        state=standing.state, office=standing.office, due_at=due_at, lawful_until=lawful_until, ground=ground
    )


def _reckoned(standing: Standing, hours: DeliveryHours, at: datetime) -> tuple[str, datetime | None, date | None]:
    if standing.state in _BACK:
        return "back", None, None
    if standing.choice:
        chosen = _chosen(standing.choice, hours)
        if chosen is None:
            return _to_be_fetched(standing, hours, at)
        return ("choice", chosen, None) if at < chosen else ("passed", None, standing.kept_until)
    if standing.state in _WAITING:
        return "waiting", None, standing.kept_until
    return _under_way(standing, hours, at)


def _to_be_fetched(standing: Standing, hours: DeliveryHours, at: datetime) -> tuple[str, datetime | None, date | None]:
    """Return what is promised of what will be fetched: by when it is there, then until when it lies there."""
    if standing.state in _WAITING or standing.state == "at_office":
        return "waiting", None, standing.kept_until
    return _under_way(standing, hours, at)


def _under_way(standing: Standing, hours: DeliveryHours, at: datetime) -> tuple[str, datetime | None, date | None]:
    clock, tonight = standing.clock, datetime.combine(legal_day(at), hours.day_ends, VIETNAM)
    lawful = clock.due if clock.verdict in {"running", "overdue"} else None
    if _on_its_round(standing, at) and at < tonight:
        return "round", tonight, lawful
    if lawful is None:
        ground = clock.verdict if clock.verdict in {"not_started", "unknown", "no_limit"} else "unknown"
        return ground, None, None
    if clock.verdict == "overdue":
        return "overdue", None, lawful
    last = datetime.combine(lawful, hours.day_ends, VIETNAM)
    return ("limit", last, lawful) if at < last else ("passed", None, lawful)


def _on_its_round(standing: Standing, at: datetime) -> bool:
    since = standing.since
    return standing.state == "out_for_delivery" and since is not None and legal_day(since) == legal_day(at)


def _chosen(kept: KeptChoice, hours: DeliveryHours) -> datetime | None:
    """Return when a chosen delivery is over, nothing where it will be fetched."""
    choice = kept.choice
    if choice.way != "deliver" or choice.on is None:
        return None
    ends = hours.morning_ends if choice.window == "morning" else hours.day_ends
    return datetime.combine(choice.on, ends, VIETNAM)
