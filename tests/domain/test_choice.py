"""The recipient's choice: the days that are offered, the hour that closes, who pays, and when it is spent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.choice import (
    Choice,
    KeptChoice,
    carriage,
    checked_choice,
    coming_days,
    current,
    cut_off,
    days_offered,
    must_be_changeable,
    standing_of,
    trimmed,
)
from postgw.domain.custody import Custody
from postgw.domain.errors import Conflict, Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.states import LEGS, STATES
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

BOOK = rule_book()
DAY = date(2026, 11, 25)
RULE = BOOK.choice_rule(DAY)
CALENDAR = calendar_of(BOOK.holidays_on(DAY))
MOMENTS = st.datetimes(datetime(2026, 1, 5), datetime(2027, 3, 1)).map(lambda at: at.replace(tzinfo=UTC))
KEPT = KeptChoice(
    ordinal=1, choice=Choice(way="deliver", on=DAY, window="morning"), attempts=1, office="480000", paid_by="citizen",
    cost_dong=0, by="citizen.link", at=datetime(2026, 11, 23, 2, tzinfo=UTC),
)  # fmt: skip


@given(MOMENTS)
def test_only_working_days_ahead_whose_hour_has_not_struck_are_offered(at: datetime) -> None:
    days = days_offered(at, CALENDAR, RULE)

    assert len(days) == RULE.days_offered
    assert list(days) == sorted(set(days))
    assert all(CALENDAR.is_working(day) and day > legal_day(at) and at < cut_off(day, CALENDAR, RULE) for day in days)


def test_a_monday_after_tet_is_closed_on_the_last_working_day_before_it() -> None:
    closes = cut_off(date(2026, 2, 23), CALENDAR, RULE)  # Tết 2026: Monday 16 to Friday 20 February

    assert closes.isoformat() == "2026-02-13T17:00:00+07:00"


def test_a_choice_is_spent_by_a_failed_delivery_on_its_day_and_by_its_day() -> None:
    assert current([KEPT], 1, DAY) == KEPT
    assert current([KEPT], 2, DAY) is None
    assert current([KEPT], 1, DAY + timedelta(days=1)) is None


def test_a_failed_delivery_before_its_day_does_not_spend_a_choice() -> None:
    day_before = DAY - timedelta(days=1)

    assert current([KEPT], 2, DAY, tried_on=day_before) == KEPT
    assert current([KEPT], 2, DAY, tried_on=DAY) is None
    assert current([KEPT], 0, DAY) == KEPT  # the failed delivery was corrected away


def test_who_said_that_they_will_fetch_it_need_not_say_so_again() -> None:
    office = replace(KEPT, choice=Choice(way="office"))

    assert current([office], 5, DAY + timedelta(days=30), tried_on=DAY) == office


@given(MOMENTS, st.booleans(), st.none() | st.integers(-10, 20))
def test_a_first_delivery_is_offered_on_no_day_on_which_the_item_cannot_be_there(
    at: datetime, is_there: bool, ahead: int | None
) -> None:
    due = None if ahead is None else CALENDAR.next_working(legal_day(at) + timedelta(days=ahead))

    days = coming_days(at, is_there=is_there, due=due, calendar=CALENDAR, rule=RULE)

    assert set(days) <= {day for n in range(1, 60) if CALENDAR.is_working(day := legal_day(at) + timedelta(days=n))}
    assert list(days) == sorted(set(days))
    assert all(at < cut_off(day, CALENDAR, RULE) for day in days)
    if is_there:
        assert days == days_offered(at, CALENDAR, RULE)
    elif due is None or due < legal_day(at):
        assert days == ()
    else:
        assert len(days) == RULE.days_offered
        assert days[0] >= due


@given(st.sampled_from(LEGS), st.sampled_from(STATES), st.integers(0, 3), st.sampled_from(["", "45010"]))
def test_something_may_be_chosen_of_a_return_that_is_with_the_post_and_not_in_the_postmans_hand(
    leg: str, state: str, attempts: int, office: str
) -> None:
    ended = BOOK.scan_table(DAY).states[state].ends

    standing = standing_of(leg, Custody(state=state, attempts=attempts, ended=ended), office=office)

    assert bool(standing.phase) != bool(standing.why)
    if standing.phase:
        assert (leg, ended) == ("return", False)
        assert state not in {"registered", "booked", "out_for_delivery", "returning"}
    if standing.phase == "before":
        assert (attempts, bool(office)) == (0, True)


def test_of_several_versions_the_newest_counts() -> None:
    office = replace(KEPT, ordinal=2, choice=Choice(way="office"))

    assert current([KEPT, office], 1, DAY) == office


@pytest.mark.parametrize(("hour", "late"), [(9, False), (10, True)])
def test_until_its_hour_a_delivery_may_be_changed(hour: int, late: bool) -> None:
    at = datetime(2026, 11, 24, hour, 0, tzinfo=UTC)
    if late:
        with pytest.raises(Conflict, match="25/11/2026"):
            must_be_changeable(KEPT, at, CALENDAR, RULE)
    else:
        must_be_changeable(KEPT, at, CALENDAR, RULE)


def test_to_fetch_it_oneself_may_be_changed_at_any_time() -> None:
    must_be_changeable(replace(KEPT, choice=Choice(way="office")), datetime(2030, 1, 1, tzinfo=UTC), CALENDAR, RULE)


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(way="deliver", on=DAY, window="night"), "/window"),
        (Choice(way="deliver", on=date(2026, 11, 29), window="morning"), "/on"),
        (Choice(way="deliver", window="morning"), "/on"),
        (Choice(way="service_point", place="XX"), "/place"),
        (Choice(way="drone"), "/way"),
    ],
)
def test_a_part_that_was_not_offered_is_named(choice: Choice, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_choice(choice, [DAY], ["TS"])

    assert refused.value.field == field


@given(st.builds(Choice, way=st.sampled_from(["deliver", "office", "service_point"]), on=st.none() | st.just(DAY),
                 window=st.sampled_from(["", "morning"]), place=st.sampled_from(["", "TS"])))  # fmt: skip
def test_trimming_twice_is_trimming_once(choice: Choice) -> None:
    assert trimmed(trimmed(choice)) == trimmed(choice)


def test_the_further_carriage_is_paid_by_whoever_was_at_fault() -> None:
    dear = replace(RULE, redelivery_dong=13000)

    assert carriage("deliver", 1, "absent", dear) == ("citizen", 0)
    assert carriage("deliver", 2, "absent", dear) == ("citizen", 13000)
    assert carriage("deliver", 2, "address_wrong", dear) == ("agency", 13000)
    assert carriage("office", 9, "absent", dear) == ("citizen", 0)


def test_every_reason_of_a_failed_delivery_has_its_party_at_fault() -> None:
    assert set(RULE.faults) == set(BOOK.reasons_on(DAY)["attempt"])
    assert set(RULE.faults.values()) <= {"citizen", "agency", "post"}
