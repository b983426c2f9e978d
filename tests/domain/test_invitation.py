from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.invitation import counting, may_invite, may_return, next_invitation_on, return_from
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

BOOK = rule_book()
RULE = BOOK.invitation_rule(date(2026, 11, 23))
CALENDAR = calendar_of(BOOK.holidays_on(date(2026, 11, 23)))
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
CALLS = st.lists(DAYS, max_size=6)


def day(text: str) -> date:
    """Return a day written as day/month/year."""
    d, m, y = map(int, text.split("/"))
    return date(y, m, d)


@pytest.mark.parametrize(("first", "second", "back"), [
    ("23/11/2026", "25/11/2026", "27/11/2026"),  # an ordinary week
    ("26/11/2026", "30/11/2026", "02/12/2026"),  # a weekend between
    ("28/11/2026", "01/12/2026", "03/12/2026"),  # called on a Saturday: Monday is the first day that counts
    ("12/02/2026", "23/02/2026", "25/02/2026"),  # Tết 2026 between two invitations
    ("13/02/2026", "24/02/2026", "26/02/2026"),  # the last day before Tết 2026
    ("24/01/2025", "04/02/2025", "06/02/2025"),  # Tết 2025
])  # fmt: skip
def test_the_second_invitation_and_the_return_by_date(first: str, second: str, back: str) -> None:
    called = [day(first)]

    assert next_invitation_on(called, CALENDAR, RULE) == day(second)
    assert return_from([*called, day(second)], day(second), CALENDAR, RULE) == day(back)


@pytest.mark.parametrize(("on", "lawful"), [("25/11/2026", False), ("26/11/2026", False), ("27/11/2026", True)])
def test_the_last_invitation_has_its_days_before_the_return(on: str, lawful: bool) -> None:
    called = [day("23/11/2026"), day("25/11/2026")]

    assert may_return("two_invitations", ["absent"], called, day(on), CALENDAR, RULE).allowed is lawful


def test_a_storm_day_between_moves_the_second_invitation() -> None:
    stormy = CALENDAR.with_degraded([(day("24/11/2026"), "Bão")])

    assert next_invitation_on([day("23/11/2026")], stormy, RULE) == day("26/11/2026")


def test_an_invitation_that_a_storm_declared_later_made_too_early_no_longer_counts() -> None:
    called = [day("23/11/2026"), day("25/11/2026")]
    stormy = CALENDAR.with_degraded([(day("24/11/2026"), "Bão")])

    assert counting(called, stormy, RULE) == [day("23/11/2026")]


def test_a_third_invitation_does_not_put_the_return_off() -> None:
    called = [day("23/11/2026"), day("25/11/2026"), day("27/11/2026")]

    assert return_from(called, day("27/11/2026"), CALENDAR, RULE) == day("27/11/2026")


@pytest.mark.parametrize(("reason", "attempts", "evidenced", "code"), [
    ("refused", ["refused"], True, ""),
    ("refused", [], True, ""),  # refused at the counter, no attempt at a door
    ("refused", ["refused"], False, "return.no_evidence"),
    ("address", ["address_wrong"], True, ""),
    ("address", ["address_incomplete"], True, ""),
    ("address", ["absent"], True, "return.no_attempt"),
    ("moved", ["moved"], True, ""),
    ("not_found", ["not_found"], False, "return.no_evidence"),
    ("sender_asked", [], False, ""),
    ("two_invitations", ["absent"], True, "return.too_early"),
    ("a reason nobody knows", [], True, "return.too_early"),
])  # fmt: skip
def test_what_each_ground_of_a_return_wants(reason: str, attempts: list[str], evidenced: bool, code: str) -> None:
    verdict = may_return(reason, attempts, [], day("23/11/2026"), CALENDAR, RULE, evidenced=evidenced)

    assert (verdict.allowed, verdict.code) == (not code, code)


def test_every_reason_of_a_return_has_its_ground() -> None:
    assert set(RULE.grounds) == set(BOOK.reasons_on(date(2026, 11, 23))["return"])


def test_every_attempt_that_a_ground_wants_is_in_the_closed_list() -> None:
    wanted = {reason for ground in RULE.grounds.values() for reason in ground.attempts}

    assert wanted <= set(BOOK.reasons_on(date(2026, 11, 23))["attempt"])


@given(CALLS, DAYS)
def test_a_refused_return_is_lawful_on_the_day_it_names_if_the_recipient_is_called_in_time(
    called: list[date], on: date
) -> None:
    verdict = may_return("two_invitations", [], called, on, CALENDAR, RULE)
    if verdict.allowed:
        return
    assert verdict.earliest is not None
    later = list(called)
    while len(counting(later, CALENDAR, RULE)) < RULE.invitations:
        later.append(max(on, next_invitation_on(later, CALENDAR, RULE) or on))

    assert verdict.earliest > on
    assert may_return("two_invitations", [], later, verdict.earliest, CALENDAR, RULE).allowed


@given(CALLS, DAYS)
def test_no_return_for_want_of_a_recipient_without_two_calls_two_working_days_apart(
    called: list[date], on: date
) -> None:
    if may_return("two_invitations", [], called, on, CALENDAR, RULE).allowed:
        first, second = counting(called, CALENDAR, RULE)[:2]

        assert CALENDAR.between(first, second) >= RULE.working_days_apart


@given(CALLS, DAYS)
def test_an_invitation_refused_today_is_lawful_on_the_day_named_and_not_a_day_before(
    called: list[date], on: date
) -> None:
    verdict = may_invite(called, on, CALENDAR, RULE)
    if verdict.allowed:
        return
    assert verdict.earliest is not None

    assert may_invite(called, verdict.earliest, CALENDAR, RULE).allowed
    assert not may_invite(called, verdict.earliest - timedelta(days=1), CALENDAR, RULE).allowed


def test_a_province_that_counts_no_days_after_the_last_call_returns_on_the_day_of_the_call() -> None:
    rule = type(RULE)(invitations=2, working_days_apart=2, working_days_before_return=0, grounds={})
    called = [day("23/11/2026"), day("25/11/2026")]

    assert return_from(called, day("25/11/2026"), WorkingCalendar(), rule) == day("25/11/2026")
