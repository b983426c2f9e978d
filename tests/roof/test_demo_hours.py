"""The demo's history happens while desks and post offices are open."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from postgw.demo import hours
from postgw.domain.legal_day import VIETNAM


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(("begins", "by", "ends"), [
    ("2026-11-23T09:00", 1, "2026-11-23T10:00"), ("2026-11-23T11:00", 1, "2026-11-23T14:00"),
    ("2026-11-23T10:30", 1, "2026-11-23T11:30"), ("2026-11-23T02:00", 1, "2026-11-23T08:30"),
    ("2026-11-23T22:00", 1, "2026-11-24T08:30"), ("2026-11-27T16:00", 1, "2026-11-30T08:00"),
    ("2026-11-23T09:00", 15, "2026-11-25T10:00"), ("2026-09-01T16:00", 1, "2026-09-03T08:30"),
])  # fmt: skip
def test_working_time_goes_by_while_the_desk_is_open(begins: str, by: int, ends: str) -> None:
    assert hours.later(at(begins), timedelta(hours=by), hours.DESK) == at(ends)


@pytest.mark.parametrize("now", ["2026-11-23T03:00", "2026-11-23T08:00", "2026-11-27T15:00", "2026-11-29T12:00"])
def test_a_history_lies_in_working_hours_in_order_and_ends_before_now(now: str) -> None:
    moments = hours.spread(5, until=at(now), gap=timedelta(hours=3), so_many=100, hours=hours.DESK)

    assert moments == sorted(moments)
    assert len(set(moments)) == 100
    assert all(moment.weekday() < 5 for moment in moments)
    assert all(time(7, 30) <= moment.time() <= time(11, 30) or time(13, 30) <= moment.time() <= time(16, 30)
               for moment in moments)  # fmt: skip
    assert hours.later(moments[-1], timedelta(hours=3), hours.DESK) <= at(now)
    assert moments[-1] > at(now) - timedelta(days=4)


@pytest.mark.parametrize(
    ("days", "morning"), [(1, "2026-11-20T08:30"), (3, "2026-11-20T08:30"), (4, "2026-11-19T08:30")]
)
def test_a_morning_is_that_of_a_working_day(days: int, morning: str) -> None:
    assert hours.a_morning(at("2026-11-23T15:00"), days) == at(morning)
