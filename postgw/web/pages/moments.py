"""Moments as people read them: the clock of Vietnam, the day by its name, and how long ago.

A page says when it heard something and how long ago that was, never a bare time stamp: "lúc 09:33, 11 phút trước".

Used by: drawing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.web.language import Language, said, sentence

_WEEKDAYS = (
    sentence("thứ Hai"), sentence("thứ Ba"), sentence("thứ Tư"), sentence("thứ Năm"), sentence("thứ Sáu"),
    sentence("thứ Bảy"), sentence("Chủ nhật"),
)  # fmt: skip
_NOW = sentence("vừa xong")
#: (up to this long, how many seconds make one, what it is called)
_SPANS = (
    (timedelta(hours=1), 60, sentence("{n} phút")),
    (timedelta(days=1), 3600, sentence("{n} giờ")),
    (timedelta.max, 86400, sentence("{n} ngày")),
)
_AGO = sentence("{span} trước")


def clock(at: datetime) -> str:
    """Return hours and minutes in Vietnam.

    >>> from datetime import UTC
    >>> clock(datetime(2026, 11, 23, 2, 33, tzinfo=UTC))
    '09:33'
    """
    return f"{at.astimezone(VIETNAM):%H:%M}"


def clock_seconds(at: datetime) -> str:
    """Return hours, minutes and seconds in Vietnam."""
    return f"{at.astimezone(VIETNAM):%H:%M:%S}"


def dated(on: date) -> str:
    """Return a day as papers write it.

    >>> dated(date(2026, 11, 3))
    '03/11/2026'
    """
    return f"{on:%d/%m/%Y}"


def day_before(on: date) -> date:
    """Return the last day before something is over."""
    return on - timedelta(days=1)


def full_day(at: datetime) -> str:
    """Return the legal day of a moment with its year, as papers write it.

    >>> from datetime import UTC
    >>> full_day(datetime(2026, 11, 22, 18, 0, tzinfo=UTC))
    '23/11/2026'
    """
    return f"{legal_day(at):%d/%m/%Y}"


def day(on: date, language: Language) -> str:
    """Return a day by its name and date.

    >>> day(date(2026, 11, 23), "vi")
    'thứ Hai 23/11'
    """
    return f"{said(_WEEKDAYS[on.weekday()], {}, language)} {on:%d/%m}"


def when(at: datetime, *, now: datetime, language: Language) -> str:
    """Return a moment: the clock, and the day when it was not today.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 23, 2, 44, tzinfo=UTC)
    >>> when(datetime(2026, 11, 23, 2, 33, tzinfo=UTC), now=now, language="vi")
    '09:33'
    >>> when(datetime(2026, 11, 21, 2, 33, tzinfo=UTC), now=now, language="vi")
    '09:33 thứ Bảy 21/11'
    """
    on, today = legal_day(at), legal_day(now)
    if on == today:
        return clock(at)
    year = "" if on.year == today.year else f"/{on.year}"
    return f"{clock(at)} {day(on, language)}{year}"


def day_clock(at: datetime, *, now: datetime) -> str:
    """Return a moment as a column of them shows it: the date first, with its year when that is another.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 23, 2, 44, tzinfo=UTC)
    >>> day_clock(datetime(2026, 11, 21, 2, 33, tzinfo=UTC), now=now)
    '21/11 09:33'
    >>> day_clock(datetime(2025, 1, 2, tzinfo=UTC), now=now)
    '02/01/2025 07:00'
    """
    on = legal_day(at)
    year = "" if on.year == legal_day(now).year else f"/{on.year}"
    return f"{on:%d/%m}{year} {clock(at)}"


def span(length: timedelta, language: Language) -> str:
    """Return a length of time in its largest whole unit; nothing below a minute.

    >>> span(timedelta(minutes=26), "vi"), span(timedelta(hours=25), "vi"), span(timedelta(seconds=9), "vi")
    ('26 phút', '1 ngày', '')
    """
    seconds = int(length.total_seconds())
    if seconds < 60:
        return ""
    _, unit, words = next(row for row in _SPANS if length < row[0])
    return said(words, {"n": seconds // unit}, language)


def ago(at: datetime, *, now: datetime, language: Language) -> str:
    """Return how long ago a moment was.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 23, 2, 44, tzinfo=UTC)
    >>> ago(datetime(2026, 11, 23, 2, 33, tzinfo=UTC), now=now, language="vi"), ago(now, now=now, language="vi")
    ('11 phút trước', 'vừa xong')
    """
    length = span(now - at, language)
    return said(_AGO, {"span": length}, language) if length else said(_NOW, {}, language)
