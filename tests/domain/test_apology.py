"""The apology: by when it is in time, which days may be promised, and that there is no second one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.apology import Apology, ApologyRule, checked_new_day, last_day, must_be_first
from postgw.domain.errors import Conflict, Invalid
from postgw.rules.book import rule_book
from postgw.rules.public_holidays import calendar_of

RULE = rule_book().apology_rule_on(date(2026, 11, 23))
CALENDAR = calendar_of(rule_book().holidays_on(date(2026, 11, 23)))
DAYS = st.dates(date(2024, 1, 10), date(2027, 11, 30))
FIRST = Apology(
    apology_no="XL-261123-001", dossier_no="H27.15-261120-0007", desk="TS", returning_desk="TS", state="issued",
    due_on=date(2026, 11, 24), new_due_on=date(2026, 11, 27), drafted_at=datetime(2026, 11, 23, 1, tzinfo=UTC),
    drafted_by="gateway", issued_at=datetime(2026, 11, 22, 18, tzinfo=UTC),
)  # fmt: skip


def test_a_dossier_is_put_off_once_and_one_working_day_before():
    assert (RULE.most, RULE.working_days_before) == (1, 1)


@pytest.mark.parametrize(
    ("due", "last"),
    [
        (date(2026, 11, 24), date(2026, 11, 23)),
        (date(2026, 11, 23), date(2026, 11, 20)),
        (date(2026, 2, 23), date(2026, 2, 13)),  # Tết Bính Ngọ lies between
        (date(2025, 2, 3), date(2025, 1, 24)),  # Tết Ất Tỵ
        (date(2027, 2, 11), date(2027, 2, 3)),  # Tết Đinh Mùi
        (date(2026, 8, 24), date(2026, 8, 22)),  # a Saturday worked in exchange
    ],
)
def test_the_last_day_for_an_apology_is_the_working_day_before(due, last):
    assert last_day(due, CALENDAR, RULE) == last


@given(DAYS)
def test_the_last_day_is_worked_and_nothing_is_worked_between_it_and_the_due_date(due):
    last = last_day(due, CALENDAR, RULE)

    assert CALENDAR.is_working(last)
    assert CALENDAR.next_working(last) >= due > last


@given(DAYS, DAYS, DAYS)
def test_a_new_day_is_worked_and_after_today_and_the_old_one(new, due, today):
    if new > max(due, today) and CALENDAR.is_working(new):
        assert checked_new_day(new, due_on=due, today=today, calendar=CALENDAR) == new
    else:
        with pytest.raises(Invalid) as refused:
            checked_new_day(new, due_on=due, today=today, calendar=CALENDAR)
        assert refused.value.field == "/new_due_on"


def test_a_day_off_is_refused_with_the_next_day_that_is_none():
    with pytest.raises(Invalid, match=r"Ngày 28/11/2026 là ngày nghỉ.* 30/11/2026"):
        checked_new_day(date(2026, 11, 28), due_on=FIRST.due_on, today=date(2026, 11, 23), calendar=CALENDAR)


def test_a_second_reschedule_names_the_first_its_number_and_its_day():
    with pytest.raises(Conflict) as refused:
        must_be_first((FIRST,), RULE)

    assert "đã hẹn lại một lần ở phiếu XL-261123-001 ngày 23/11/2026, hẹn trả 27/11/2026" in str(refused.value)


def test_how_often_a_dossier_may_be_put_off_is_the_rules_word():
    must_be_first((), RULE)
    must_be_first((FIRST,), ApologyRule(version="x", most=2, working_days_before=1))
