"""What a citizen is promised: no time that lies behind, none that stands on nothing, the same until it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.choice import Choice, KeptChoice
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.promise import GROUNDS, DeliveryHours, Standing, promised
from postgw.domain.states import STATES
from postgw.domain.time_limit import Clock
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import rule_book

HOURS = DeliveryHours(version="x", morning_ends=time(12), day_ends=time(17))
CALENDAR = WorkingCalendar()
MONDAY = date(2026, 11, 23)
DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 24))
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 24)).map(lambda at: at.replace(tzinfo=UTC))


def at(hour: int, minute: int = 0, *, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), VIETNAM)


def running(due: date = date(2026, 11, 25), start: date = MONDAY) -> Clock:
    reckoning = replace(CALENDAR.reckoned(start, 2), due=due)
    return Clock(verdict="running", reckoning=reckoning)


def overdue(due: date = date(2026, 11, 20)) -> Clock:
    return replace(running(due), verdict="overdue")


def wish(way: str = "deliver", on: date | None = date(2026, 11, 26), window: str = "morning") -> KeptChoice:
    return KeptChoice(
        ordinal=1, choice=Choice(way=way, on=on if way == "deliver" else None, window=window), attempts=1,
        office="480000", paid_by="citizen", cost_dong=0, by="citizen.link", at=at(9),
    )  # fmt: skip


@st.composite
def standings(draw: st.DrawFn) -> tuple[Standing, datetime]:
    """Give a way in any state with a clock that fits the moment, and that moment."""
    now, due = draw(MOMENTS), draw(DAYS)
    late = legal_day(now) > due
    clocks = [overdue(due) if late else running(due), Clock(verdict="unknown"), Clock(verdict="not_started"),
              Clock(verdict="no_limit"), replace(running(due), verdict="met", stopped_on=due)]  # fmt: skip
    chosen = wish(draw(st.sampled_from(["deliver", "office", "service_point"])), draw(DAYS))
    return Standing(
        state=draw(st.sampled_from(STATES)), office="KA", since=draw(st.none() | MOMENTS),
        clock=draw(st.sampled_from(clocks)), choice=draw(st.sampled_from([None, chosen])),
        kept_until=draw(st.none() | DAYS),
    ), now  # fmt: skip


@given(standings())
def test_no_time_is_promised_that_lies_behind(drawn) -> None:
    standing, now = drawn
    promise = promised(standing, HOURS, at=now)

    assert promise.due_at is None or promise.due_at > now
    assert promise.ground in GROUNDS


@given(standings())
def test_a_time_stands_on_a_choice_a_round_or_the_law_and_never_goes_beyond_the_law(drawn) -> None:
    standing, now = drawn
    promise = promised(standing, HOURS, at=now)

    assert (promise.due_at is not None) == (promise.ground in {"choice", "round", "limit"})
    if promise.ground == "limit":
        assert promise.due_at
        assert promise.lawful_until == legal_day(promise.due_at)
    if promise.ground == "round":
        assert promise.due_at
        assert legal_day(promise.due_at) == legal_day(now)


@given(standings(), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_what_was_promised_stays_the_same_until_its_time_has_passed(drawn, later: timedelta) -> None:
    standing, now = drawn
    promise = promised(standing, HOURS, at=now)
    if promise.due_at and promise.ground != "round" and now + later < promise.due_at:
        is_same_round = standing.state == "out_for_delivery" and standing.since and not standing.choice
        if not is_same_round:
            assert promised(standing, HOURS, at=now + later) == promise


@given(standings())
def test_what_is_over_or_goes_back_is_promised_nothing(drawn) -> None:
    standing, now = drawn
    for state in ("returning", "returned", "lost", "cancelled", "recalled", "archived"):
        promise = promised(replace(standing, state=state), HOURS, at=now)
        assert (promise.ground, promise.due_at, promise.lawful_until) == ("back", None, None)


@pytest.mark.parametrize(("moment", "ground", "due"), [
    (at(9, 42), "limit", "2026-11-25T17:00"), (at(16, 59, day=date(2026, 11, 25)), "limit", "2026-11-25T17:00"),
    (at(17, day=date(2026, 11, 25)), "passed", None),
])  # fmt: skip
def test_on_the_way_the_laws_last_day_is_promised_until_its_evening(moment, ground, due) -> None:
    promise = promised(Standing(state="in_transit", clock=running()), HOURS, at=moment)

    assert (promise.ground, promise.due_at and f"{promise.due_at:%Y-%m-%dT%H:%M}") == (ground, due)
    assert promise.lawful_until == date(2026, 11, 25)


def test_over_the_limit_nothing_is_promised_and_the_day_that_was_is_told() -> None:
    promise = promised(Standing(state="at_office", clock=overdue()), HOURS, at=at(9))

    assert (promise.ground, promise.due_at, promise.lawful_until) == ("overdue", None, date(2026, 11, 20))


@pytest.mark.parametrize("clock", [overdue(), running(), Clock(verdict="unknown")])
def test_what_the_postman_took_out_today_comes_before_the_round_ends_whatever_the_limit(clock: Clock) -> None:
    out = Standing(state="out_for_delivery", since=at(8), clock=clock)

    assert promised(out, HOURS, at=at(9)).due_at == at(17)
    assert promised(out, HOURS, at=at(9)).ground == "round"
    assert promised(out, HOURS, at=at(9, day=date(2026, 11, 24))).ground != "round"


@pytest.mark.parametrize(("window", "hour"), [("morning", 12), ("afternoon", 17)])
def test_a_chosen_delivery_is_promised_by_the_end_of_its_half_day(window: str, hour: int) -> None:
    met = replace(running(), verdict="met", stopped_on=MONDAY)
    promise = promised(Standing(state="attempted", clock=met, choice=wish(window=window)), HOURS, at=at(9))

    assert (promise.ground, promise.due_at) == ("choice", at(hour, day=date(2026, 11, 26)))


@pytest.mark.parametrize("state", ["attempted", "held", "unclaimed"])
def test_what_waits_for_its_recipient_is_kept_until_a_day_and_promised_for_none(state: str) -> None:
    waits = Standing(state=state, clock=running(), kept_until=date(2026, 11, 27))
    promise = promised(waits, HOURS, at=at(9))

    assert (promise.ground, promise.due_at, promise.lawful_until) == ("waiting", None, date(2026, 11, 27))


@pytest.mark.parametrize("verdict", ["not_started", "unknown", "no_limit"])
def test_where_nothing_can_be_reckoned_the_ground_says_so(verdict) -> None:
    promise = promised(Standing(state="booked", clock=Clock(verdict=verdict)), HOURS, at=at(9))

    assert (promise.ground, promise.due_at) == (verdict, None)


def test_the_book_lets_a_delivery_be_awaited_until_five() -> None:
    assert rule_book().delivery_hours(MONDAY).day_ends == time(17)


def test_what_will_be_fetched_is_promised_there_by_the_law_and_then_kept() -> None:
    on_the_way = Standing(state="in_transit", clock=running(), choice=wish("office"))
    there = replace(on_the_way, state="at_office", kept_until=date(2026, 11, 27))

    assert promised(on_the_way, HOURS, at=at(9)).ground == "limit"
    assert promised(there, HOURS, at=at(9)) == replace(
        promised(there, HOURS, at=at(10)), ground="waiting", due_at=None, lawful_until=date(2026, 11, 27)
    )
