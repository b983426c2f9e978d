"""The lawful end of what can be neither delivered nor returned: three months, six months, thirty days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.undeliverable import (
    Undeliverable,
    archive_from,
    months_after,
    next_step,
    no_recipient_on,
    publicised_until,
)
from postgw.rules.book import rule_book

RULE = rule_book().undeliverable_rule(date(2026, 11, 23))
ENTRY = Undeliverable(ground="sender_silent", accepted_on=date(2026, 11, 2), declared_on=date(2026, 11, 23))
DAYS = st.dates(date(2016, 1, 1), date(2040, 1, 1))


def test_the_periods_are_those_of_the_law() -> None:
    assert (RULE.publicised_months, RULE.no_recipient_months, RULE.answer_days) == (3, 6, 30)


def test_six_months_from_acceptance_it_has_no_recipient() -> None:
    assert (publicised_until(ENTRY, RULE), no_recipient_on(ENTRY, RULE)) == (date(2027, 2, 23), date(2027, 5, 3))


def test_declared_late_it_is_still_publicised_for_three_months() -> None:
    late = replace(ENTRY, declared_on=date(2027, 4, 30))

    assert no_recipient_on(late, RULE) == date(2027, 7, 31)


def test_thirty_days_of_silence_are_over_on_the_thirty_first() -> None:
    asked = replace(ENTRY, requested_on=date(2027, 5, 3))

    assert archive_from(asked, RULE) == date(2027, 6, 3)


def test_a_refusal_ends_the_wait_and_a_taking_back_forbids_the_end() -> None:
    asked = replace(ENTRY, requested_on=date(2027, 5, 3), answered_on=date(2027, 5, 10))

    assert archive_from(replace(asked, answer="refused"), RULE) == date(2027, 5, 10)
    assert archive_from(replace(asked, answer="takes_back"), RULE) is None
    assert next_step(replace(asked, answer="takes_back"), RULE) == ("give_back", date(2027, 5, 10))


@given(accepted=DAYS, waited=st.integers(0, 900), asked=st.integers(0, 900))
def test_nothing_is_ever_archived_before_every_period_is_over(accepted: date, waited: int, asked: int) -> None:
    entry = Undeliverable(ground="", accepted_on=accepted, declared_on=accepted + timedelta(days=waited))
    assert archive_from(entry, RULE) is None
    requested = no_recipient_on(entry, RULE) + timedelta(days=asked)
    lawful = archive_from(replace(entry, requested_on=requested), RULE)

    assert lawful is not None
    assert requested > months_after(accepted, 6)
    assert requested > months_after(entry.declared_on, 3)
    assert lawful - requested > timedelta(days=30)


@given(day=DAYS, months=st.integers(0, 60))
def test_a_month_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = months_after(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
