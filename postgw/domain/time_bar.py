"""Until when a complaint may be made, and by when it is answered.

A term in months ends on the same day of its last month, or on that month's last day where there is no such day; where
that is no working day, on the next one. A complaint that comes later is taken all the same: it bears the flag and says
which article the term stands in, for a person decides, never a program.

Stands on: time_limit (for its words), working_calendar. Used by: rules.book, services.cases.
Source: Law on Post 2010 art. 38.2; Circular 17/2017/TT-BTTTT art. 8; Civil Code 91/2015/QH13 art. 147, 148.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .time_limit import Words
from .working_calendar import WorkingCalendar

#: transit_end: the last day of the published transit time; delivery: the day of delivery.
Since = Literal["transit_end", "delivery"]
SINCE = ("transit_end", "delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBar:
    """One term for complaining about certain matters."""

    abouts: frozenset[str]
    months: int
    since: Since
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """A term as it stands on the day a complaint is received."""

    source: str
    months: int
    began_on: date | None = None  #: none: it has not begun
    ends_on: date | None = None
    passed: bool = False

    @property
    def words(self) -> Words:
        """Return the term in words."""
        values: dict[str, object] = {"months": self.months, "source": self.source}
        if self.began_on is None or self.ends_on is None:
            return Words(sentence=_WORDS["not_begun"].sentence, values=values)
        values |= {"began": _dated(self.began_on), "ends": _dated(self.ends_on)}
        return Words(sentence=_WORDS["passed" if self.passed else "open"].sentence, values=values)


_WORDS = {
    "open": Words(sentence="Còn thời hiệu đến {ends} ({months} tháng từ {began}, {source})."),
    "passed": Words(sentence="Hết thời hiệu ngày {ends} ({months} tháng từ {began}, {source})."),
    "not_begun": Words(sentence="Thời hiệu {months} tháng theo {source} chưa bắt đầu."),
}


def months_after(day: date, months: int) -> date:
    """Return the day on which a term in months ends, before weekends are looked at.

    >>> months_after(date(2026, 8, 31), 6), months_after(date(2027, 8, 31), 6), months_after(date(2026, 1, 31), 1)
    (datetime.date(2027, 2, 28), datetime.date(2028, 2, 29), datetime.date(2026, 2, 28))
    """
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def term_end(last: date, calendar: WorkingCalendar) -> date:
    """Return the day on which a term really ends: a free last day moves it to the next working day.

    >>> term_end(date(2026, 11, 21), WorkingCalendar())  # a Saturday
    datetime.date(2026, 11, 23)
    """
    return calendar.next_working(last - timedelta(days=1))


def bars_of(
    about: str,
    received_on: date,
    *,
    bars: Sequence[TimeBar],
    began: Mapping[str, date | None],
    calendar: WorkingCalendar,
) -> tuple[Barred, ...]:
    """Return the terms that count for a matter, as they stand on a day; the one that ends first stands first."""
    found = [_barred(bar, received_on, began[bar.since], calendar) for bar in bars if about in bar.abouts]
    return tuple(sorted(found, key=lambda barred: barred.ends_on or date.max))


def _barred(bar: TimeBar, received_on: date, began: date | None, calendar: WorkingCalendar) -> Barred:
    if began is None:
        return Barred(source=bar.source, months=bar.months)
    ends = term_end(months_after(began, bar.months), calendar)
    return Barred(source=bar.source, months=bar.months, began_on=began, ends_on=ends, passed=received_on > ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """How a case stands against the day by which it is answered; `days` are working days left, or days late."""

    verdict: Literal["running", "overdue", "met", "late"]
    due_on: date
    days: int
    words: tuple[Words, ...]


_SPAN_WORDS = {
    True: Words(sentence="Nhận ngày {start}; trong tỉnh được trả lời trong {n} ngày làm việc, chậm nhất {due}."),
    False: Words(sentence="Nhận ngày {start}; liên tỉnh được trả lời trong {n} ngày làm việc, chậm nhất {due}."),
}
_ADDED = {
    "weekend": Words(sentence="Không tính {days} ngày cuối tuần."),
    "holiday": Words(sentence="Không tính {days} ngày nghỉ lễ: {title}."),
}
_VERDICTS = {
    "running": Words(sentence="Còn {days} ngày làm việc để trả lời."),
    "today": Words(sentence="Hôm nay là hạn trả lời."),
    "overdue": Words(sentence="Quá hạn trả lời {days} ngày làm việc."),
    "met": Words(sentence="Trả lời ngày {on}, đúng hạn."),
    "late": Words(sentence="Trả lời ngày {on}, quá hạn {days} ngày làm việc."),
}


def answering(due_on: date, *, answered_on: date | None, today: date, calendar: WorkingCalendar) -> Answering:
    """Return how a case stands against its due date.

    >>> friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    >>> print(*answering(monday, answered_on=None, today=friday, calendar=WorkingCalendar()).words)
    Còn 1 ngày làm việc để trả lời.
    >>> print(*answering(friday, answered_on=None, today=monday, calendar=WorkingCalendar()).words)
    Quá hạn trả lời 1 ngày làm việc.
    """
    day = answered_on or today
    late = max(1, calendar.between(due_on, day)) if day > due_on else 0
    left = calendar.between(day, due_on)
    if answered_on is not None:
        name: Literal["running", "overdue", "met", "late"] = "late" if late else "met"
    else:
        name = "overdue" if late else "running"
    said = "today" if name == "running" and due_on == today else name
    values: dict[str, object] = {"days": late or left} if said in {"running", "overdue", "late"} else {}
    if answered_on is not None:
        values["on"] = _dated(answered_on)
    days = late or (left if name == "running" else 0)
    return Answering(
        verdict=name, due_on=due_on, days=days, words=(Words(sentence=_VERDICTS[said].sentence, values=values),)
    )


def reckoned_words(start: date, working_days: int, calendar: WorkingCalendar, *, same_province: bool) -> list[Words]:
    """Return how a due date was reckoned, in words.

    >>> print(*reckoned_words(date(2026, 11, 20), 5, WorkingCalendar(), same_province=True))
    Nhận ngày 20/11/2026; trong tỉnh được trả lời trong 5 ngày làm việc, chậm nhất 27/11/2026. Không tính 2 ngày cuối tuần.
    """  # noqa: E501
    reckoning = calendar.reckoned(start, working_days)
    values = {"start": _dated(start), "n": working_days, "due": _dated(reckoning.due)}
    words = [Words(sentence=_SPAN_WORDS[same_province].sentence, values=values)]
    for added in reckoning.added:
        told: dict[str, object] = {"days": added.days, **({"title": added.title} if added.title else {})}
        words.append(Words(sentence=_ADDED[added.kind].sentence, values=told))
    return words


def _dated(day: date) -> str:
    return f"{day:%d/%m/%Y}"
