"""When the post comes to a desk, week by week, and which coming a ready result can take.

The windows of a desk are the province's data with author and reason, from a day on; no windows are also an answer. A
result that is ready joins a coming that is booked already for today or the next working day; else the next window is
booked for it; where there is none, somebody has to arrange it.

Stands on: working_calendar, legal_day, errors. Used by: services.results, storage.results.
Source: Decision 45/2016/QĐ-TTg art. 8.4, 9.1, 16.3 (same-day procedures: at once).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .errors import Invalid
from .legal_day import VIETNAM, legal_day
from .working_calendar import WorkingCalendar

#: How far ahead a window is looked for: the longest holidays (Tết) and a week.
_AHEAD = 21
_WINDOWS_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupWindow:
    """A coming every week: Monday is 1, Sunday 7, as people here count from thứ Hai."""

    weekday: int
    from_time: time
    to_time: time


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSet:
    """All windows of a desk from a day on."""

    desk: str
    office: str
    valid_from: date
    windows: tuple[PickupWindow, ...]
    reason: str
    author: str
    entered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One coming of the post, on a day."""

    on: date
    from_time: time
    to_time: time


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualDay:
    """What the windows of a desk come to on one day."""

    windows: tuple[PickupWindow, ...] = ()
    day_off: str = ""  #: title of the public holiday or of the degraded day for which none of them holds


def usual_day(agreed: Sequence[WindowSet], calendar: WorkingCalendar, on: date) -> UsualDay:
    """Return the windows of a desk that hold on a day, by all that was ever agreed, newest first.

    >>> week = WindowSet(desk="TS", office="480000", valid_from=date(2026, 11, 23), reason="", author="",
    ...     entered_at=datetime(2026, 11, 1), windows=(PickupWindow(weekday=5, from_time=time(8), to_time=time(9)),))
    >>> new_year = WorkingCalendar(holidays=frozenset({date(2027, 1, 1)}), titles={date(2027, 1, 1): "Tết Dương lịch"})
    >>> usual_day([week], new_year, date(2027, 1, 1))
    UsualDay(windows=(), day_off='Tết Dương lịch')
    >>> [len(usual_day([week], new_year, day).windows) for day in (date(2027, 1, 8), date(2026, 11, 20))]
    [1, 0]
    """
    current = next((each for each in agreed if each.valid_from <= on), None)
    windows = tuple(each for each in current.windows if each.weekday == on.isoweekday()) if current else ()
    if windows and not calendar.is_working(on):
        return UsualDay(day_off=calendar.title(on))
    return UsualDay(windows=windows)


def must_be_windows(windows: Sequence[PickupWindow]) -> None:
    """Raise Invalid at the first window that cannot be."""
    if len(windows) > _WINDOWS_MOST:
        raise Invalid("Nhiều nhất {most} khung giờ.", most=_WINDOWS_MOST, code="windows.many", field="/windows")
    for n, window in enumerate(windows):
        if not 1 <= window.weekday <= 7:
            raise Invalid(
                "Thứ trong tuần ghi từ 1 (thứ Hai) đến 7 (Chủ nhật).", code="windows.weekday",
                field=f"/windows/{n}/weekday",
            )  # fmt: skip
        if window.from_time >= window.to_time:
            raise Invalid(
                "Giờ kết thúc phải sau giờ bắt đầu.", code="windows.times", field=f"/windows/{n}/to_time"
            )  # fmt: skip


def is_still_to_come(coming: Coming, at: datetime) -> bool:
    """Say whether whoever brings something now still meets this coming."""
    local = at.astimezone(VIETNAM)
    return coming.on > local.date() or (coming.on == local.date() and local.time() < coming.to_time)


def next_coming(
    windows: Sequence[PickupWindow], calendar: WorkingCalendar, at: datetime, *, today_only: bool = False
) -> Coming | None:
    """Return the next coming by the windows of a desk, on a working day.

    >>> from datetime import UTC
    >>> week = [PickupWindow(weekday=1, from_time=time(8), to_time=time(9))]
    >>> next_coming(week, WorkingCalendar(), datetime(2026, 11, 23, 1, 30, tzinfo=UTC)).on
    datetime.date(2026, 11, 23)
    >>> next_coming(week, WorkingCalendar(), datetime(2026, 11, 23, 2, 0, tzinfo=UTC)).on
    datetime.date(2026, 11, 30)
    """
    today = legal_day(at)
    for ahead in range(1 if today_only else _AHEAD):
        day = today + timedelta(days=ahead)
        if not calendar.is_working(day):
            continue
        comings = (
            Coming(on=day, from_time=window.from_time, to_time=window.to_time)
            for window in windows if window.weekday == day.isoweekday()
        )  # fmt: skip
        found = [coming for coming in comings if is_still_to_come(coming, at)]
        if found:
            return min(found, key=lambda coming: coming.from_time)
    return None
