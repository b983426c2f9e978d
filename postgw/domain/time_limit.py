"""The transit clock of one consignment: when the post must be done, and how it stands.

The clock starts on J, the legal day on which the post took the item over, whatever the hour, and runs for n working
days. n follows from the zones at both ends and from whether the appointment slip must also reach the citizen. A
`return` stops at the first attempt or at the notice to collect; every other leg stops at delivery. The dossier's own
due date belongs to the agency and is never touched here; the hour after which the agency begins a day later (15:00
when this was written, dated data of the rule book) moves only the day on which the agency begins.

Zones stand on the districts of before July 2025, which no longer exist: they are a dated table, not something that can
be read off an address. Where a zone is missing the clock says so and reckons nothing.

Stands on: working_calendar, custody. Used by: rules.book, services.clocks.
Source: Circular 17/2017/TT-BTTTT Art. 3, 5.1.i, 7.2; Decree 61/2018/NĐ-CP Art. 18.2 (15:00).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Literal

from .custody import Happening
from .legal_day import VIETNAM, legal_day
from .working_calendar import Added, Reckoning, WorkingCalendar

Span = Literal["same_district", "same_province", "between_cities", "other_provinces"]
SPANS = ("same_district", "same_province", "between_cities", "other_provinces")
#: not_started: the post has not taken it over. unknown: no due date can be reckoned. ended: over without its stop.
#: no_limit: it is no item of the public postal service, and no time limit of that service is its own.
Verdict = Literal["not_started", "unknown", "running", "overdue", "met", "late", "ended", "no_limit"]

_DELIVERED = frozenset({"delivered", "delivered_by_post_statement"})
_STOPS = {"return": _DELIVERED | {"attempted", "held"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Where a commune lies in the post's geography: the area is a former district."""

    commune_code: str
    area: str
    province: str
    city_class: str = ""  #: `first` for special-class and class I cities


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitLimit:
    """Working days between two zones."""

    plain: int
    with_slip: int  #: when the appointment slip must also reach the citizen


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitLimits:
    """One version of the table."""

    version: str
    limits: Mapping[str, TransitLimit]

    def days(self, span: Span, *, with_slip: bool) -> int:
        """Return the n of J + n."""
        limit = self.limits[span]
        return limit.with_slip if with_slip else limit.plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A sentence kept as template and values, so that a door can say it in either language."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the clock needs of a consignment's journey."""

    started_on: date | None = None
    stopped_on: date | None = None
    filed_at: datetime | None = None  #: of a `send`: when the agency's side took it over
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a consignment stands against its time limit; `days` are working days left, or days late."""

    verdict: Verdict
    span: Span | None = None
    with_slip: bool = False
    reckoning: Reckoning | None = None
    stopped_on: date | None = None
    days: int = 0
    agency_starts_on: date | None = None  #: of a `send` that arrived
    words: tuple[Words, ...] = ()  #: how it stands, then how that was reckoned

    @property
    def due(self) -> date | None:
        """Return the due date, where one can be reckoned."""
        return self.reckoning.due if self.reckoning else None


_LIMIT_WORDS: Mapping[str, Words] = {
    "same_district": Words(sentence="Nhận ngày {start}, trong một huyện cũ, J+{n}: hạn {due}."),
    "same_province": Words(sentence="Nhận ngày {start}, khác huyện cũ trong tỉnh, J+{n}: hạn {due}."),
    "between_cities": Words(sentence="Nhận ngày {start}, liên tỉnh giữa hai đô thị loại I, J+{n}: hạn {due}."),
    "other_provinces": Words(sentence="Nhận ngày {start}, liên tỉnh, J+{n}: hạn {due}."),
}
_ADDED_WORDS: Mapping[str, Words] = {
    "weekend": Words(sentence="Không tính {days} ngày cuối tuần."),
    "holiday": Words(sentence="Không tính {days} ngày nghỉ lễ: {title}."),
    "degraded": Words(sentence="Không tính {days} ngày gián đoạn: {title}."),
}
_WITH_SLIP = Words(sentence="Hạn gồm cả việc đưa giấy hẹn về cho người nộp.")
_NOT_FIRM = Words(sentence="Lịch nghỉ của đoạn này chưa công bố, hạn có thể đổi.")
_NOT_STARTED = Words(sentence="Bưu điện chưa nhận bưu gửi nên chưa tính hạn.")
_ENDED = Words(sentence="Bưu gửi kết thúc trước khi phát, không tính đúng hay trễ hạn.")
_NOT_PUBLIC = Words(
    sentence="Không tính hạn: bưu gửi không đi bằng dịch vụ bưu chính công ích. Hạn phát theo hợp đồng với bên chuyển."
)
_NO_COMMUNE = Words(sentence="Chưa tính được hạn: địa chỉ gửi hoặc nhận chưa có mã xã. Bổ sung mã xã cho hồ sơ.")
_NO_ZONE = Words(
    sentence="Chưa tính được hạn: xã mã {commune} chưa có trong bảng khu vực bưu chính. Báo quản trị khai."
)
_AGENCY_WORDS = {
    True: Words(sentence="Cơ quan bắt đầu xử lý ngày {day}."),
    False: Words(sentence="Giao sau {closes} hoặc ngày nghỉ, cơ quan bắt đầu xử lý ngày {day}."),
}
_VERDICT_WORDS: Mapping[str, Words] = {
    "running": Words(sentence="Còn {days} ngày làm việc."),
    "today": Words(sentence="Hôm nay là hạn."),
    "overdue": Words(sentence="Đang trễ {days} ngày làm việc."),
    "met": Words(sentence="Xong ngày {stopped}, đúng hạn."),
    "late": Words(sentence="Xong ngày {stopped}, trễ {days} ngày làm việc."),
}


def span_between(one: Zone, other: Zone) -> Span:
    """Return which row of the limits holds between two zones.

    >>> thanh_sen = Zone(commune_code="18073", area="Thành phố Hà Tĩnh", province="42")
    >>> span_between(thanh_sen, Zone(commune_code="18754", area="Thị xã Kỳ Anh", province="42"))
    'same_province'
    """
    if one.province == other.province:
        return "same_district" if one.area == other.area else "same_province"
    return "between_cities" if one.city_class == other.city_class == "first" else "other_provinces"


#: The clock of what travels with another carrier than the provider of the public service.
NO_LIMIT = Clock(verdict="no_limit", words=(_NOT_PUBLIC,))


def must_bring_slip(leg: str, service_form: str) -> bool:
    """Tell whether the appointment slip must also reach the citizen: only where no result comes back by post."""
    return leg == "send" and service_form == "send"


def agency_start(at: datetime, calendar: WorkingCalendar, *, closes: time) -> date:
    """Return the day on which the agency begins with what was handed over: after `closes` it is the next working day.

    >>> from datetime import UTC
    >>> agency_start(datetime(2026, 11, 20, 8, 0, tzinfo=UTC), WorkingCalendar(), closes=time(15))
    datetime.date(2026, 11, 20)
    >>> agency_start(datetime(2026, 11, 20, 8, 1, tzinfo=UTC), WorkingCalendar(), closes=time(15))
    datetime.date(2026, 11, 23)
    """
    day = legal_day(at)
    in_time = at.astimezone(VIETNAM).time() <= closes
    return day if in_time and calendar.is_working(day) else calendar.next_working(day)


def course_of(leg: str, happenings: Iterable[Happening], *, ended: bool) -> Course:
    """Return when the clock of a journey started and stopped; what came out of turn moves no clock."""
    started: date | None = None
    for happening in happenings:
        if not happening.moved:
            continue
        day = legal_day(happening.lead.occurred_at)
        if started is None and happening.lead.code == "collected":
            started = day
        elif started is not None and happening.state in _STOPS.get(leg, _DELIVERED):
            filed_at = happening.lead.occurred_at if leg == "send" else None
            return Course(started_on=started, stopped_on=day, filed_at=filed_at, ended=ended)
    return Course(started_on=started, ended=ended)


def unknown_zone(commune_code: str) -> Clock:
    """Return the clock of a consignment of which one end lies in no known zone."""
    words = replace(_NO_ZONE, values={"commune": commune_code}) if commune_code else _NO_COMMUNE
    return Clock(verdict="unknown", words=(words,))


def clock_of(
    course: Course,
    *,
    span: Span,
    limits: TransitLimits,
    with_slip: bool,
    calendar: WorkingCalendar,
    closes: time,
    today: date,
) -> Clock:
    """Return how a consignment stands today.

    >>> limits = TransitLimits(version="x", limits={"same_province": TransitLimit(plain=2, with_slip=4)})
    >>> friday, today = date(2026, 11, 20), date(2026, 11, 23)
    >>> clock = clock_of(
    ...     Course(started_on=friday), span="same_province", limits=limits, with_slip=False,
    ...     calendar=WorkingCalendar(), closes=time(15), today=today)
    >>> print(*clock.words)
    Còn 1 ngày làm việc. Nhận ngày 20/11/2026, khác huyện cũ trong tỉnh, J+2: hạn 24/11/2026. Không tính 2 ngày cuối tuần.
    """  # noqa: E501
    if course.started_on is None:
        return Clock(verdict="not_started", words=(_ENDED if course.ended else _NOT_STARTED,))
    reckoning = calendar.reckoned(course.started_on, limits.days(span, with_slip=with_slip))
    verdict, days = _judged(course, reckoning.due, calendar, today)
    agency_starts_on = None
    if course.filed_at:
        agency_starts_on = agency_start(course.filed_at, calendar.without_degraded(), closes=closes)
    words = (
        _verdict_words(verdict, days, course, reckoning.due, today),
        *_reckoned_words(span, reckoning, with_slip),
        *_agency_words(course, agency_starts_on, closes),
    )
    return Clock(
        verdict=verdict, span=span, with_slip=with_slip, reckoning=reckoning, stopped_on=course.stopped_on, days=days,
        agency_starts_on=agency_starts_on, words=words,
    )  # fmt: skip


def _judged(course: Course, due: date, calendar: WorkingCalendar, today: date) -> tuple[Verdict, int]:
    if course.stopped_on is not None:
        return ("late", _days_late(due, course.stopped_on, calendar)) if course.stopped_on > due else ("met", 0)
    if course.ended:
        return "ended", 0
    return ("overdue", _days_late(due, today, calendar)) if today > due else ("running", calendar.between(today, due))


def _days_late(due: date, day: date, calendar: WorkingCalendar) -> int:
    """Return the working days after the due date; a Saturday after it is late by one, as the Monday is."""
    return max(1, calendar.between(due, day))


def _reckoned_words(span: Span, reckoning: Reckoning, with_slip: bool) -> tuple[Words, ...]:
    values = {"start": _dated(reckoning.start), "n": reckoning.working_days, "due": _dated(reckoning.due)}
    return (
        replace(_LIMIT_WORDS[span], values=values),
        *((_WITH_SLIP,) if with_slip else ()),
        *(_added_words(added) for added in reckoning.added),
        *(() if reckoning.is_firm else (_NOT_FIRM,)),
    )


def _added_words(added: Added) -> Words:
    values: dict[str, object] = {"days": added.days, **({"title": added.title} if added.title else {})}
    return replace(_ADDED_WORDS[added.kind], values=values)


def _verdict_words(verdict: Verdict, days: int, course: Course, due: date, today: date) -> Words:
    if verdict == "ended":
        return _ENDED
    if verdict == "running" and due == today:
        return _VERDICT_WORDS["today"]
    stopped = {"stopped": _dated(course.stopped_on)} if course.stopped_on else {}
    values = {**stopped, **({} if verdict == "met" else {"days": days})}
    return replace(_VERDICT_WORDS[verdict], values=values)


def _agency_words(course: Course, starts_on: date | None, closes: time) -> tuple[Words, ...]:
    if starts_on is None:
        return ()
    if starts_on == course.stopped_on:
        return (replace(_AGENCY_WORDS[True], values={"day": _dated(starts_on)}),)
    return (replace(_AGENCY_WORDS[False], values={"closes": f"{closes:%H:%M}", "day": _dated(starts_on)}),)


def _dated(day: date) -> str:
    return f"{day:%d/%m/%Y}"
