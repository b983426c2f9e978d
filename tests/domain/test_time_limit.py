"""The transit clock: dated examples of each zone around three Tết, when it starts and stops, what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.custody import journey_of
from postgw.domain.scan import Scan, Witness
from postgw.domain.time_limit import (
    Course,
    Zone,
    agency_start,
    clock_of,
    course_of,
    must_bring_slip,
    span_between,
    unknown_zone,
)
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

TODAY = date(2026, 11, 23)
LIMITS = rule_book().transit_limits_on(TODAY)
CALENDAR = calendar_of(rule_book().holidays_on(TODAY))
CLOSES = rule_book().agency_closes_on(TODAY)
TABLE = rule_book().scan_table(TODAY)
BEFORE_TET = {2025: date(2025, 1, 24), 2026: date(2026, 2, 13), 2027: date(2027, 2, 3)}
THANH_SEN = Zone(commune_code="18073", area="Thành phố Hà Tĩnh", province="42")
KY_ANH = Zone(commune_code="18754", area="Thị xã Kỳ Anh", province="42")
HA_NOI = Zone(commune_code="00004", area="Ba Đình", province="01", city_class="first")
VINH = Zone(commune_code="16681", area="Vinh", province="40", city_class="first")


def clock(course: Course, *, span="same_province", with_slip=False, calendar=CALENDAR, today=TODAY):
    return clock_of(
        course, span=span, limits=LIMITS, with_slip=with_slip, calendar=calendar, closes=CLOSES, today=today
    )


def scan(code: str, at: datetime, n: int, **more) -> Scan:
    return Scan(
        source="device:1", source_id=f"s-{n}", witness=Witness.SCANNED, code=code, occurred_at=at, received_at=at,
        **more,
    )  # fmt: skip


def course(leg: str, *steps: tuple[str, datetime]) -> Course:
    told = [scan(code, at, n, proved=code == "delivered") for n, (code, at) in enumerate(steps)]
    custody, happenings = journey_of(leg, told, TABLE)
    return course_of(leg, happenings, ended=custody.ended)


def hour(day: int, hour: int = 2) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(("year", "span", "with_slip", "due"), [
    (2025, "same_district", False, date(2025, 2, 3)), (2025, "same_district", True, date(2025, 2, 4)),
    (2025, "same_province", False, date(2025, 2, 4)), (2025, "same_province", True, date(2025, 2, 6)),
    (2025, "between_cities", False, date(2025, 2, 5)), (2025, "between_cities", True, date(2025, 2, 10)),
    (2025, "other_provinces", False, date(2025, 2, 6)), (2025, "other_provinces", True, date(2025, 2, 12)),
    (2026, "same_district", False, date(2026, 2, 23)), (2026, "same_district", True, date(2026, 2, 24)),
    (2026, "same_province", False, date(2026, 2, 24)), (2026, "same_province", True, date(2026, 2, 26)),
    (2026, "between_cities", False, date(2026, 2, 25)), (2026, "between_cities", True, date(2026, 3, 2)),
    (2026, "other_provinces", False, date(2026, 2, 26)), (2026, "other_provinces", True, date(2026, 3, 4)),
    (2027, "same_district", False, date(2027, 2, 11)), (2027, "same_district", True, date(2027, 2, 12)),
    (2027, "same_province", False, date(2027, 2, 12)), (2027, "same_province", True, date(2027, 2, 16)),
    (2027, "between_cities", False, date(2027, 2, 15)), (2027, "between_cities", True, date(2027, 2, 18)),
    (2027, "other_provinces", False, date(2027, 2, 16)), (2027, "other_provinces", True, date(2027, 2, 22)),
])  # fmt: skip
def test_what_is_posted_on_the_eve_of_tet_is_due_after_it(year, span, with_slip, due):
    assert clock(Course(started_on=BEFORE_TET[year]), span=span, with_slip=with_slip).due == due


@pytest.mark.parametrize(("one", "other", "span"), [
    (THANH_SEN, THANH_SEN, "same_district"), (THANH_SEN, KY_ANH, "same_province"), (HA_NOI, VINH, "between_cities"),
    (HA_NOI, KY_ANH, "other_provinces"), (KY_ANH, HA_NOI, "other_provinces"),
])  # fmt: skip
def test_two_zones_name_their_span(one, other, span):
    assert span_between(one, other) == span


@pytest.mark.parametrize(
    ("leg", "form", "brings"),
    [("send", "send", True), ("send", "both", False), ("return", "send", False), ("transfer", "send", False)],
)
def test_the_slip_travels_back_only_where_no_result_comes_by_post(leg, form, brings):
    assert must_bring_slip(leg, form) is brings


@pytest.mark.parametrize("at", [datetime(2026, 11, 19, 17, 1, tzinfo=UTC), datetime(2026, 11, 20, 16, 59, tzinfo=UTC)])
def test_the_day_of_the_slip_counts_from_at_any_hour(at):
    assert course("return", ("collected", at)).started_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("at", "starts"),
    [
        (datetime(2026, 11, 20, 8, 0, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 8, 0, 1, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 21, 2, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 8, 22, 2, 0, tzinfo=UTC), date(2026, 8, 22)),
        (datetime(2026, 2, 13, 8, 30, tzinfo=UTC), date(2026, 2, 23)),
    ],
)
def test_fifteen_hours_moves_the_agencys_start(at, starts):
    assert agency_start(at, CALENDAR, closes=CLOSES) == starts


def test_fifteen_hours_moves_no_transit_day():
    early, late = (course("send", ("collected", hour(20, at))) for at in (2, 9))

    assert clock(early).due == clock(late).due == date(2026, 11, 24)


def test_the_clock_of_a_return_stops_at_the_first_attempt():
    told = course(
        "return", ("collected", hour(16)), ("out_for_delivery", hour(17)), ("attempted", hour(18)),
        ("out_for_delivery", hour(20)), ("delivered", hour(20, 4)),
    )  # fmt: skip

    assert told.stopped_on == date(2026, 11, 18)


def test_the_clock_of_a_return_stops_at_the_notice_to_collect():
    told = course("return", ("collected", hour(16)), ("arrived", hour(17)), ("held", hour(17, 3)))

    assert told.stopped_on == date(2026, 11, 17)


def test_the_clock_of_a_send_goes_on_after_an_attempt():
    told = course("send", ("collected", hour(16)), ("out_for_delivery", hour(17)), ("attempted", hour(18)))

    assert told.stopped_on is None


def test_a_send_that_arrived_tells_when_the_agency_begins():
    told = course("send", ("collected", hour(19)), ("out_for_delivery", hour(20)), ("delivered", hour(20, 9)))

    assert clock(told).agency_starts_on == date(2026, 11, 23)
    assert str(clock(told).words[-1]).startswith("Giao sau 15:00")


@pytest.mark.parametrize(
    ("stopped", "verdict", "days"),
    [
        (date(2026, 11, 17), "met", 0),
        (date(2026, 11, 20), "late", 2),
        (date(2026, 11, 21), "late", 2),
        (date(2026, 11, 23), "late", 3),
    ],
)
def test_what_is_over_was_in_time_or_late(stopped, verdict, days):
    judged = clock(Course(started_on=date(2026, 11, 16), stopped_on=stopped))

    assert (judged.verdict, judged.days) == (verdict, days)


def test_a_saturday_after_a_friday_is_one_day_late():
    judged = clock(Course(started_on=date(2026, 11, 18), stopped_on=date(2026, 11, 21)))

    assert (judged.due, judged.days) == (date(2026, 11, 20), 1)


@pytest.mark.parametrize(
    ("today", "verdict", "days"),
    [
        (date(2026, 11, 16), "running", 2),
        (date(2026, 11, 18), "running", 0),
        (date(2026, 11, 19), "overdue", 1),
        (date(2026, 11, 23), "overdue", 3),
    ],
)
def test_what_runs_has_days_left_or_is_overdue(today, verdict, days):
    judged = clock(Course(started_on=date(2026, 11, 16)), today=today)

    assert (judged.verdict, judged.days) == (verdict, days)


def test_what_ended_before_its_stop_is_neither_in_time_nor_late():
    assert clock(Course(started_on=date(2026, 11, 16), ended=True)).verdict == "ended"


def test_a_collection_that_came_out_of_turn_starts_no_clock():
    cancelled = course("return", ("cancelled", hour(20)), ("collected", hour(23)))

    assert cancelled.started_on is None


def test_what_the_post_has_not_taken_over_has_no_due_date():
    assert (clock(Course()).verdict, clock(Course()).due) == ("not_started", None)


def test_the_reckoning_speaks_of_every_kind_of_day():
    calendar = CALENDAR.with_degraded([(date(2025, 2, 3), "Bão số 1")])
    words = clock(Course(started_on=date(2025, 1, 24), stopped_on=date(2025, 2, 5)), calendar=calendar).words

    assert [str(each) for each in words] == [
        "Xong ngày 05/02/2025, đúng hạn.",
        "Nhận ngày 24/01/2025, khác huyện cũ trong tỉnh, J+2: hạn 05/02/2025.", "Không tính 4 ngày cuối tuần.",
        "Không tính 5 ngày nghỉ lễ: Tết Ất Tỵ.", "Không tính 1 ngày gián đoạn: Bão số 1.",
    ]  # fmt: skip


def test_a_due_date_after_holidays_not_yet_announced_says_so():
    words = [str(each) for each in clock(Course(started_on=BEFORE_TET[2027])).words]

    assert "Lịch nghỉ của đoạn này chưa công bố, hạn có thể đổi." in words


@pytest.mark.parametrize(("commune", "says"), [("18754", "xã mã 18754 chưa có trong bảng"), ("", "chưa có mã xã")])
def test_an_unknown_zone_is_said_and_nothing_is_guessed(commune, says):
    unknown = unknown_zone(commune)

    assert (unknown.verdict, unknown.due) == ("unknown", None)
    assert says in str(unknown.words[0])


STARTS = st.dates(date(2024, 1, 2), date(2027, 12, 1))
SPAN = st.sampled_from(sorted(LIMITS.limits))
STORMS = st.frozensets(st.tuples(STARTS, st.just("Bão")), max_size=8)


@given(STARTS, SPAN, st.booleans(), st.frozensets(STARTS, max_size=15))
def test_another_holiday_never_makes_any_clock_due_earlier(start, span, with_slip, more):
    longer = WorkingCalendar(holidays=CALENDAR.holidays | more, working_days=CALENDAR.working_days)
    due = clock(Course(started_on=start), span=span, with_slip=with_slip).due
    later = clock(Course(started_on=start), span=span, with_slip=with_slip, calendar=longer).due

    assert due is not None
    assert later is not None
    assert later >= due


@given(STARTS, SPAN, st.booleans(), STORMS, st.integers(0, 20))
def test_a_storm_never_makes_anybody_later(start, span, with_slip, storms, on_the_way):
    told = Course(started_on=start, stopped_on=start + timedelta(days=on_the_way))
    plain = clock(told, span=span, with_slip=with_slip)
    helped = clock(told, span=span, with_slip=with_slip, calendar=CALENDAR.with_degraded(storms))

    assert helped.days <= plain.days


@given(STARTS, SPAN, st.booleans())
def test_the_slip_never_shortens_a_limit(start, span, with_slip):
    told = Course(started_on=start)

    assert clock(told, span=span, with_slip=True).due >= clock(told, span=span, with_slip=with_slip).due
