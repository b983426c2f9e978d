"""Warnings before a due date: once, never after the stop, and honest when a storm moves the day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.lateness import News, Warned, is_late, news_of, reckoning_facts
from postgw.domain.time_limit import SPANS, Clock, Course, clock_of
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

TODAY = date(2026, 11, 23)
LIMITS = rule_book().transit_limits_on(TODAY)
CLOSES = rule_book().agency_closes_on(TODAY)
CALENDAR = calendar_of(rule_book().holidays_on(TODAY))
DAYS = st.dates(date(2024, 1, 2), date(2027, 11, 30))
STORMS = st.frozensets(st.tuples(DAYS, st.just("Bão")), max_size=8)


def clock(course: Course, today: date, *, calendar: WorkingCalendar = CALENDAR, span="same_district") -> Clock:
    return clock_of(course, span=span, limits=LIMITS, with_slip=False, calendar=calendar, closes=CLOSES, today=today)


def told(kept: list[Warned], news: News) -> list[Warned]:
    """Return what is kept after something was told, as storage keeps it."""
    if news.kind == "due_soon":
        return [*kept, Warned(due_on=news.due_on)]
    return [Warned(due_on=w.due_on, moved_to=None if w.due_on == news.due_on else news.due_on) for w in kept]


def lived(course: Course, days: list[tuple[date, WorkingCalendar]], span="same_district") -> list[tuple[date, News]]:
    """Return everything that is told on each of several days, each with the calendar known on it."""
    kept: list[Warned] = []
    heard: list[tuple[date, News]] = []
    for today, calendar in days:
        stopped = course.stopped_on if course.stopped_on and course.stopped_on <= today else None
        now = clock(Course(started_on=course.started_on, stopped_on=stopped), today, calendar=calendar, span=span)
        for news in news_of(now, horizon=CALENDAR.next_working(today), given=kept):
            kept = told(kept, news)
            heard.append((today, news))
    return heard


def weeks(first: date, calendar: WorkingCalendar = CALENDAR, n: int = 25) -> list[tuple[date, WorkingCalendar]]:
    return [(first + timedelta(days=day), calendar) for day in range(n)]


@given(DAYS, st.sampled_from(SPANS), STORMS)
def test_each_due_date_is_warned_of_once_on_the_working_day_before_or_the_day(start, span, storms):
    calendar = CALENDAR.with_degraded(storms)
    heard = lived(Course(started_on=start), weeks(start, calendar, 60), span)
    due = clock(Course(started_on=start), start, calendar=calendar, span=span).due

    assert due is not None
    assert [(news.kind, news.due_on) for _, news in heard] == [("due_soon", due)]
    assert CALENDAR.between(heard[0][0], due) <= 1
    assert heard[0][0] <= due


@given(DAYS, st.sampled_from(SPANS), STORMS, st.integers(0, 12))
def test_nothing_is_told_after_the_stop(start, span, storms, on_the_way):
    stopped = start + timedelta(days=on_the_way)
    days = [(stopped + timedelta(days=n), CALENDAR.with_degraded(storms)) for n in range(20)]

    assert lived(Course(started_on=start, stopped_on=stopped), days, span) == []


@given(DAYS, st.sampled_from(SPANS), st.lists(STORMS, min_size=1, max_size=4))
def test_whoever_was_warned_knows_the_day_however_often_storms_come_and_go(start, span, weathers):
    days = [
        (today, CALENDAR.with_degraded(weathers[n % len(weathers)])) for n, (today, _) in enumerate(weeks(start, n=40))
    ]
    known: date | None = None
    kept: list[Warned] = []
    for today, calendar in days:
        now = clock(Course(started_on=start), today, calendar=calendar, span=span)
        for news in news_of(now, horizon=CALENDAR.next_working(today), given=kept):
            assert (news.was_due_on, news.kind) in {(known, "due_moved"), (None, "due_soon")}
            kept, known = told(kept, news), news.due_on
        assert known in (None, now.due)
    soon = [each.due_on for each in kept]
    assert len(soon) == len(set(soon))


def test_a_storm_that_moves_the_day_withdraws_the_warning_and_its_end_brings_it_back():
    course, storm = Course(started_on=TODAY), CALENDAR.with_degraded([(date(2026, 11, 24), "Bão số 5")])
    heard = lived(course, [(TODAY, CALENDAR), (TODAY, storm), (date(2026, 11, 24), CALENDAR)])

    assert [(news.kind, news.due_on.day, news.was_due_on and news.was_due_on.day) for _, news in heard] == [
        ("due_soon", 24, None), ("due_moved", 25, 24), ("due_moved", 24, 25),
    ]  # fmt: skip


def test_a_day_that_moves_again_before_it_is_near_is_told_again():
    given_before = [Warned(due_on=date(2026, 11, 24), moved_to=date(2026, 11, 30))]
    now = clock(Course(started_on=date(2026, 11, 26)), date(2026, 11, 24))

    assert news_of(now, horizon=date(2026, 11, 25), given=given_before) == (
        News(kind="due_moved", due_on=date(2026, 11, 27), was_due_on=date(2026, 11, 30)),
    )


def test_a_clock_that_cannot_be_reckoned_warns_of_nothing():
    assert news_of(Clock(verdict="unknown"), horizon=TODAY, given=()) == ()


def test_the_facts_of_a_case_are_the_reckoning_and_its_words():
    facts = reckoning_facts(
        clock(Course(started_on=date(2026, 11, 19)), TODAY, span="same_province"), limits_version="2017-08-15"
    )

    assert facts == {
        "is_late": False, "verdict": "running", "started_on": "2026-11-19", "due_on": "2026-11-23", "stopped_on": None,
        "days_late": 0, "working_days": 2, "span": "same_province", "with_slip": False, "limits_version": "2017-08-15",
        "words": [
            "Hôm nay là hạn.", "Nhận ngày 19/11/2026, khác huyện cũ trong tỉnh, J+2: hạn 23/11/2026.",
            "Không tính 2 ngày cuối tuần.",
        ],
    }  # fmt: skip


def test_late_is_what_ran_out_whether_or_not_it_ended():
    started, after = date(2026, 11, 18), date(2026, 11, 20)
    verdicts = [clock(Course(started_on=started), after), clock(Course(started_on=started, stopped_on=after), after)]

    assert [(each.verdict, is_late(each)) for each in verdicts] == [("overdue", True), ("late", True)]
    assert not is_late(clock(Course(started_on=started, ended=True), after))


def test_what_is_over_already_is_not_warned_of_any_more():
    now = clock(Course(started_on=date(2026, 11, 18)), TODAY)

    assert now.verdict == "overdue"
    assert news_of(now, horizon=date(2026, 11, 24), given=()) == ()


def test_a_day_that_moved_and_is_near_is_told_as_moved_and_warned_of():
    tuesday, wednesday = date(2026, 11, 24), date(2026, 11, 25)
    now = clock(Course(started_on=TODAY), tuesday, calendar=CALENDAR.with_degraded([(tuesday, "Bão số 5")]))

    assert news_of(now, horizon=wednesday, given=[Warned(due_on=tuesday)]) == (
        News(kind="due_moved", due_on=wednesday, was_due_on=tuesday), News(kind="due_soon", due_on=wednesday),
    )  # fmt: skip
