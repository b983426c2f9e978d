"""Asked for once, whole, and nothing beyond the list; sent back within its days; a coming of the post found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.errors import Conflict, Invalid
from postgw.domain.paper import Paper
from postgw.domain.pickup_window import PickupWindow, must_be_windows, next_coming
from postgw.domain.procedure import must_be_listed
from postgw.domain.rejection import limit_of
from postgw.domain.result import checked_result_papers
from postgw.domain.supplement import Supplement, SupplementDraft, checked_supplement, must_be_first, waiting
from postgw.rules.book import rule_book
from postgw.rules.procedures import load_procedures
from postgw.rules.public_holidays import calendar_of

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
PAPER = Paper(name="Giấy khai sinh", kind="certified")
DRAFT = SupplementDraft(papers=(PAPER,), reason="Bản sao chưa chứng thực")
FIRST = Supplement(
    supplement_no="BS-261125-0001", ordinal=1, desk="TS", state="asked", heard_from_desk=False, escalated=False,
    counts_late=False, papers=(PAPER,), reason="x", digest="d", asked_at=AT, entered_by="officer",
)  # fmt: skip
CALENDAR = calendar_of(rule_book().holidays_on(date(2026, 1, 1)))


def test_a_second_request_made_here_is_refused_and_names_the_first() -> None:
    with pytest.raises(Conflict, match="BS-261125-0001"):
        must_be_first((FIRST,), most=1, heard_from_desk=False, key="TS/1")
    must_be_first((FIRST,), most=1, heard_from_desk=True, key="TS/1")
    must_be_first((), most=1, heard_from_desk=False, key="TS/1")


def test_a_request_names_papers_and_a_reason_at_a_moment_that_has_come() -> None:
    for wrong, field in (
        (replace(DRAFT, papers=()), "/papers"), (replace(DRAFT, reason=" "), "/reason"),
        (replace(DRAFT, asked_at=AT.replace(hour=4)), "/asked_at"),
        (replace(DRAFT, papers=(replace(PAPER, kind="x"),)), "/papers/0/kind"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            checked_supplement(wrong, at=AT)
        assert caught.value.field == field


def test_the_same_request_has_the_same_digest_however_it_was_heard() -> None:
    assert DRAFT.digest() == replace(DRAFT, heard_from_desk=True, asked_at=AT).digest()
    assert DRAFT.digest() != replace(DRAFT, reason="khác").digest()


def test_only_what_is_asked_and_not_completed_waits() -> None:
    assert waiting((FIRST,)) is FIRST
    assert waiting((replace(FIRST, state="completed"),)) is None


def test_a_paper_beyond_the_published_list_may_not_be_asked_for() -> None:
    procedure = next(each for each in load_procedures() if len(each.papers) > 1)
    listed = [line.name for line in procedure.papers]

    must_be_listed(procedure, [listed[0].upper()], field="/papers")
    with pytest.raises(Invalid) as caught:
        must_be_listed(procedure, [listed[0], "Giấy xác nhận không có trong luật"], field="/papers")
    assert caught.value.field == "/papers/1"


@pytest.mark.parametrize(
    ("received", "limit"),
    [
        (date(2026, 11, 23), date(2026, 11, 26)),
        (date(2026, 11, 26), date(2026, 12, 1)),  # over a weekend
        (date(2026, 2, 13), date(2026, 2, 25)),  # over Tết
    ],
)
def test_what_is_not_eligible_goes_back_within_three_working_days(received: date, limit: date) -> None:
    assert limit_of("not_eligible", received, CALENDAR, rule_book().filing_rule(received).examination_days) == limit


def test_a_result_has_papers() -> None:
    with pytest.raises(Invalid):
        checked_result_papers(())


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 10), timezones=st.just(UTC)), st.integers(1, 5))
def test_the_next_coming_is_on_its_weekday_on_a_working_day_and_not_over(at: datetime, weekday: int) -> None:
    window = PickupWindow(weekday=weekday, from_time=time(8), to_time=time(9))

    coming = next_coming([window], CALENDAR, at)

    assert coming is not None
    assert CALENDAR.is_working(coming.on)
    assert coming.on.isoweekday() == weekday
    ends = datetime(coming.on.year, coming.on.month, coming.on.day, 2, tzinfo=UTC)  # 09:00 here
    assert at < ends


def test_today_only_finds_nothing_tomorrow_and_no_window_nothing_ever() -> None:
    tomorrow = PickupWindow(weekday=4, from_time=time(8), to_time=time(9))

    assert next_coming([tomorrow], CALENDAR, AT, today_only=True) is None
    assert next_coming([], CALENDAR, AT) is None
    assert next_coming([tomorrow], CALENDAR, AT) is not None


def test_a_window_ends_after_it_begins_on_a_day_of_the_week() -> None:
    good = PickupWindow(weekday=1, from_time=time(8), to_time=time(9))
    must_be_windows([good])
    for wrong in (replace(good, weekday=8), replace(good, to_time=time(8))):
        with pytest.raises(Invalid):
            must_be_windows([wrong])
