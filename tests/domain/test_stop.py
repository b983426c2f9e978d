"""Where a result is to be handed out on a day: the door, the counter, later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.choice import Choice, KeptChoice
from postgw.domain.stop import Standing, plan_for
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

MONDAY = date(2026, 11, 23)
RULE = rule_book().invitation_rule(MONDAY)
CALENDAR = calendar_of(rule_book().holidays_on(MONDAY))
DAYS = st.integers(0, 20).map(lambda n: MONDAY + timedelta(days=n))


def plan(on: date, **standing: Any) -> tuple[str, str, date | None]:
    told = plan_for(replace(Standing(state="at_office"), **standing), on=on, calendar=CALENDAR, rule=RULE)
    return told.where, told.window, told.next_on


def wish(way: str, on: date | None = None, window: str = "") -> KeptChoice:
    return KeptChoice(
        ordinal=1, choice=Choice(way=way, on=on, window=window), attempts=1, office="KA", paid_by="citizen",
        cost_dong=0, by="x", at=datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip


def test_what_has_arrived_goes_to_the_door() -> None:
    assert plan(MONDAY) == ("door", "", None)


@given(DAYS)
def test_what_is_out_stays_a_stop_of_the_day_whatever_was_wished(on: date) -> None:
    for choice in (None, wish("office"), wish("deliver", on + timedelta(days=1))):
        assert plan(on, state="out_for_delivery", attempts=1, choice=choice)[0] == "door"


@given(DAYS, DAYS)
def test_a_second_attempt_is_never_on_the_day_of_the_first_nor_on_a_day_off(tried: date, on: date) -> None:
    where, _, first = plan(on, state="attempted", attempts=1, tried_on=tried)

    assert first is not None
    assert first > tried
    assert CALENDAR.is_working(first)
    assert where == ("door" if on >= first else "later")


def test_after_an_invitation_the_next_attempt_waits_for_the_next_one_that_counts() -> None:
    missed = {"state": "attempted", "attempts": 1, "tried_on": MONDAY, "invited": (MONDAY,)}

    assert plan(date(2026, 11, 24), **missed) == ("later", "", date(2026, 11, 25))
    assert plan(date(2026, 11, 25), **missed) == ("door", "", date(2026, 11, 25))


def test_whoever_was_invited_often_enough_is_waited_for_at_the_counter() -> None:
    invited = (MONDAY, date(2026, 11, 25))

    assert plan(date(2026, 12, 1), state="attempted", attempts=2, tried_on=invited[1], invited=invited)[0] == "counter"


@pytest.mark.parametrize(("way", "where"), [("office", "counter"), ("service_point", "away")])
def test_what_the_recipient_fetches_is_no_door(way: str, where: str) -> None:
    assert plan(MONDAY, state="attempted", attempts=1, choice=wish(way))[0] == where


def test_a_delivery_that_was_asked_for_waits_for_its_day_and_has_its_half_of_it() -> None:
    asked = {
        "state": "held",
        "attempts": 1,
        "tried_on": MONDAY,
        "choice": wish("deliver", date(2026, 11, 25), "morning"),
    }

    assert plan(date(2026, 11, 24), **asked) == ("later", "", date(2026, 11, 25))
    assert plan(date(2026, 11, 25), **asked) == ("door", "morning", date(2026, 11, 25))


@pytest.mark.parametrize("state", ["held", "unclaimed"])
def test_what_is_kept_for_its_recipient_waits_at_the_counter(state: str) -> None:
    assert plan(MONDAY, state=state)[0] == "counter"
