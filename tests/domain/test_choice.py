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
    current,
    cut_off,
    days_offered,
    must_be_changeable,
    trimmed,
)
from postgw.domain.errors import Conflict, Invalid
from postgw.domain.legal_day import legal_day
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


def test_a_choice_is_spent_by_a_further_failed_delivery_and_by_its_day() -> None:
    assert current([KEPT], 1, DAY) == KEPT
    assert current([KEPT], 2, DAY) is None
    assert current([KEPT], 1, DAY + timedelta(days=1)) is None


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
