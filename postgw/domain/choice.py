"""The recipient's choice of how an item comes: to the door on a day and in half of it, or to be fetched from a counter.

An item is validly delivered at its address, at the office that holds it, or as its user asked. So whoever was missed
may say how it is to come: again, on a working day and in half of it; at the post office; at a service point, the
commune centre. Before the first delivery too they may name another day or half, or fetch it at the office that will
deliver; not once the postman has it in hand, and no day on which it cannot be there yet. A choice is a wish that the
office acts upon. It never moves the item: only scans do.

Each choice is a version; the newest one that is not spent counts. A delivery that was asked for is spent when one has
failed on its day, or when its day has passed; a delivery that failed before, by a postman who had not heard of the
wish, does not undo it, nor does it undo the wish to fetch. Until its cut-off it may be changed. Who pays for the
further carriage is known before the choice: whoever was at fault for the one that failed.

Stands on: custody, errors, legal_day, working_calendar. Used by: services.choosing, storage.choices, rules.book.
Source: Law on Post 2010 art. 11.3; Circular 17/2017/TT-BTTTT art. 5.2.h; Decision 45/2016/QĐ-TTg art. 12.4.

>>> from datetime import UTC
>>> rule = ChoiceRule(days_offered=2, cut_off_hour=17, free_redeliveries=1, redelivery_dong=0, faults={})
>>> friday_evening = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
>>> [f"{day:%a %d}" for day in days_offered(friday_evening, WorkingCalendar(), rule)]
['Tue 01', 'Wed 02']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Literal

from .custody import Custody
from .errors import Conflict, Invalid
from .legal_day import VIETNAM, legal_day
from .working_calendar import WorkingCalendar

WAYS = {"deliver": "phát lại", "office": "nhận tại bưu cục", "service_point": "nhận tại Trung tâm"}
WINDOWS = {"morning": "buổi sáng", "afternoon": "buổi chiều"}
#: Where an item waits for its recipient after a failed delivery, or for being fetched.
CHOOSABLE = frozenset({"attempted", "at_office", "held", "unclaimed"})
#: With the post on its way to the first delivery.
COMING = frozenset({"collected", "in_transit", "at_office"})
#: again: after a failed delivery, or while it waits at a counter. before: the first delivery is still to come.
Phase = Literal["again", "before", ""]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRule:
    """One version of the rule."""

    days_offered: int
    cut_off_hour: int
    free_redeliveries: int
    redelivery_dong: int
    faults: Mapping[str, str]  #: reason of a failed delivery → the party at fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a recipient wishes."""

    way: str
    on: date | None = None  #: of another delivery
    window: str = ""  #: of another delivery: morning, afternoon
    place: str = ""  #: the unit at which it will be fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChoice:
    """One version of a choice as it was made."""

    ordinal: int
    choice: Choice
    attempts: int  #: failed deliveries before it
    office: str  #: that held the item then
    paid_by: str
    cost_dong: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether something may be chosen now, and why not. `why` is a key: the page has the sentence."""

    phase: Phase = ""
    why: str = ""  #: where nothing may be chosen: over, not_yet, out, moving, returning, no_office, waiting


def standing_of(leg: str, custody: Custody, *, office: str) -> Standing:
    """Return whether the recipient of an item may choose; `office` is the one that will deliver, empty: not known.

    >>> standing_of("return", Custody(state="in_transit"), office="45010").phase
    'before'
    >>> standing_of("return", Custody(state="out_for_delivery"), office="45010").why
    'out'
    """
    state, missed = custody.state, custody.attempts > 0 or custody.state == "held"
    if custody.ended:
        return Standing(why="over")
    if state == "returning" or leg != "return":
        return Standing(why="returning" if state == "returning" else "not_yet")
    if missed and state in CHOOSABLE:
        return Standing(phase="again")
    if not missed and state in COMING:
        return Standing(phase="before") if office else Standing(why="no_office")
    return Standing(why={"registered": "not_yet", "booked": "not_yet", "out_for_delivery": "out",
                         "in_transit": "moving", "collected": "moving"}.get(state, "waiting"))  # fmt: skip


def current(made: Sequence[KeptChoice], attempts: int, on: date, *, tried_on: date | None = None) -> KeptChoice | None:
    """Return the choice that counts on a day: the newest, unless it is spent.

    `tried_on` is the legal day of the last failed delivery; where it is not known, any further one spends a delivery.
    """
    last = made[-1] if made else None
    if last is None or last.choice.on is None:
        return last
    failed_since = attempts > last.attempts and (tried_on is None or tried_on >= last.choice.on)
    return None if failed_since or last.choice.on < on else last


def cut_off(on: date, calendar: WorkingCalendar, rule: ChoiceRule) -> datetime:
    """Return until when a delivery on a day may be asked for or taken back: an hour of the working day before."""
    before = on - _DAY
    while not calendar.is_working(before):
        before -= _DAY
    return datetime.combine(before, time(rule.cut_off_hour), VIETNAM)


def days_offered(at: datetime, calendar: WorkingCalendar, rule: ChoiceRule) -> tuple[date, ...]:
    """Return the working days for which another delivery may still be asked."""
    today = legal_day(at)
    coming = (calendar.after(today, n) for n in range(1, rule.days_offered + 3))
    return tuple(islice((day for day in coming if at < cut_off(day, calendar, rule)), rule.days_offered))


def coming_days(
    at: datetime, *, is_there: bool, due: date | None, calendar: WorkingCalendar, rule: ChoiceRule
) -> tuple[date, ...]:
    """Return the working days for which the first delivery may be asked: none on which the item cannot be there yet.

    At the office that delivers it is there. Elsewhere it is there, by the transit time of the law, on its last day;
    where that is not known, or has passed, nobody can promise a day.
    """
    if is_there:
        return days_offered(at, calendar, rule)
    today = legal_day(at)
    if due is None or due < today:
        return ()
    coming = (calendar.after(max(due - _DAY, today), n) for n in range(1, rule.days_offered + 3))
    return tuple(islice((day for day in coming if at < cut_off(day, calendar, rule)), rule.days_offered))


def carriage(way: str, attempts: int, reason: str, rule: ChoiceRule) -> tuple[str, int]:
    """Return who pays for what is chosen, and how many đồng.

    >>> rule = ChoiceRule(
    ...     days_offered=5, cut_off_hour=17, free_redeliveries=1, redelivery_dong=13000, faults={"weather": "post"})
    >>> carriage("deliver", 1, "absent", rule), carriage("deliver", 2, "weather", rule), carriage("office", 2, "", rule)
    (('citizen', 0), ('post', 13000), ('citizen', 0))
    """
    payer = rule.faults.get(reason, "citizen")
    further = way == "deliver" and attempts > rule.free_redeliveries
    return payer, rule.redelivery_dong if further else 0


def trimmed(choice: Choice) -> Choice:
    """Return the choice with just the parts that its way has.

    >>> trimmed(Choice(way="office", window="morning", place="TS"))
    Choice(way='office', on=None, window='', place='')
    """
    if choice.way == "deliver":
        return Choice(way="deliver", on=choice.on, window=choice.window)
    return Choice(way=choice.way, place=choice.place if choice.way == "service_point" else "")


def checked_choice(choice: Choice, offered: Sequence[date], places: Sequence[str]) -> Choice:
    """Return the choice, trimmed. Raises Invalid at a part that is not among the offered.

    `places` are the service points; the office is wherever the item is held.
    """
    choice = trimmed(choice)
    if choice.way not in WAYS:
        raise Invalid("Chọn một cách nhận trong danh sách.", code="choice.way", field="/way")
    if choice.way == "service_point" and choice.place not in places:
        raise Invalid("Chọn một Trung tâm trong danh sách.", code="choice.place", field="/place")
    if choice.way == "deliver" and choice.on not in offered:
        raise Invalid("Chọn một ngày làm việc trong danh sách.", code="choice.day", field="/on")
    if choice.way == "deliver" and choice.window not in WINDOWS:
        raise Invalid("Chọn buổi sáng hoặc buổi chiều.", code="choice.window", field="/window")
    return choice


def must_be_changeable(kept: KeptChoice | None, at: datetime, calendar: WorkingCalendar, rule: ChoiceRule) -> None:
    """Raise Conflict when the postman is already counted upon for the choice that stands."""
    if kept and kept.choice.on and at >= cut_off(kept.choice.on, calendar, rule):
        raise Conflict(
            "Đã quá {hour} giờ của ngày làm việc trước ngày hẹn nên không đổi được nữa. Bưu tá đến ngày {day}.",
            hour=rule.cut_off_hour, day=f"{kept.choice.on:%d/%m/%Y}", code="choice.cut_off",
        )  # fmt: skip
