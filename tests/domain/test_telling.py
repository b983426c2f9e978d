"""Nobody is woken, and in the morning nobody reads what is true no more, or what they know."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain.custody import Custody
from postgw.domain.legal_day import VIETNAM
from postgw.domain.ports import Notice
from postgw.domain.telling import OVERTAKEN, TOLD, QuietHours, matter_of, unsent_because

NIGHT = QuietHours(version="x", quiet_from=time(21), quiet_until=time(7))
EVENING = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 22:30 in Vietnam
MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 07:00 in Vietnam
moments = st.datetimes(datetime(2025, 7, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
rules = st.builds(QuietHours, version=st.just("x"), quiet_from=st.times(), quiet_until=st.times())


@given(rules, moments)
def test_what_is_put_off_goes_out_at_the_first_moment_that_is_not_quiet(rule: QuietHours, at: datetime) -> None:
    sent = rule.sent_from(at)

    assert not rule.is_quiet(sent)
    assert timedelta() <= sent - at < timedelta(days=1)
    assert rule.sent_from(sent) == sent
    assert (sent == at) is not rule.is_quiet(at)
    if sent != at:
        assert sent.astimezone(VIETNAM).time() == rule.quiet_until
        assert rule.is_quiet(sent - timedelta(microseconds=1))


@given(st.times(), moments)
def test_from_and_until_the_same_hour_there_are_no_quiet_hours(hour: time, at: datetime) -> None:
    assert QuietHours(version="x", quiet_from=hour, quiet_until=hour).sent_from(at) == at


@given(moments)
def test_the_night_is_as_long_as_it_is_written(at: datetime) -> None:
    here = at.astimezone(VIETNAM)

    assert NIGHT.is_quiet(at) is (here.hour >= 21 or here.hour < 7)


def notice(kind: str, *, hours: float = 0, serial: str = "", **data: Any) -> Notice:
    return Notice(
        notice_id=f"{kind}{serial}{hours}", kind=kind, at=EVENING + timedelta(hours=hours), desk="TS", data=data,
        consignment_no="4K7M29TB6HC", dossier_no="",
    )  # fmt: skip


def why(told: Notice, state: str = "", *, before: Any = (), after: Any = (), at: datetime = MORNING) -> str:
    custody = Custody(state=state) if state else None
    return unsent_because(told, custody, before=before, after=after, hours=NIGHT, at=at)


COLLECTED, TODAY, HELD, DELIVERED = (
    notice(f"consignment.{state}") for state in ("collected", "out_for_delivery", "held", "delivered")
)  # fmt: skip


@pytest.mark.parametrize(("told", "state", "reason"), [
    (HELD, "held", ""), (HELD, "delivered", OVERTAKEN), (HELD, "returning", OVERTAKEN),
    (TODAY, "out_for_delivery", ""), (TODAY, "attempted", OVERTAKEN), (TODAY, "delivered", OVERTAKEN),
    (COLLECTED, "in_transit", ""), (COLLECTED, "cancelled", OVERTAKEN), (COLLECTED, "lost", OVERTAKEN),
    (DELIVERED, "delivered", ""), (DELIVERED, "delivered_by_post_statement", ""), (DELIVERED, "held", OVERTAKEN),
])  # fmt: skip
def test_in_the_morning_only_what_is_still_true_is_sent(told: Notice, state: str, reason: str) -> None:
    assert why(told, state) == reason


def test_the_day_of_delivery_is_told_on_that_day_or_not_at_all() -> None:
    assert why(TODAY, "out_for_delivery", at=MORNING + timedelta(hours=13)) == ""
    assert why(TODAY, "out_for_delivery", at=MORNING + timedelta(days=1)) == OVERTAKEN


def test_of_two_truths_of_one_night_the_newer_goes_out() -> None:
    assert why(COLLECTED, "attempted", after=[notice("consignment.attempted", hours=1)]) == OVERTAKEN
    assert why(COLLECTED, "in_transit", after=[notice("consignment.held", hours=1)]) == ""
    assert why(COLLECTED, "in_transit", after=[notice("result.ready", hours=1)]) == OVERTAKEN
    assert why(COLLECTED, "delivered", after=[notice("dossier.filed", hours=1)]) == OVERTAKEN
    assert why(notice("case.answered"), "delivered", after=[DELIVERED]) == ""


def test_a_second_witness_or_a_correction_tells_nobody_twice() -> None:
    again = notice("consignment.delivered", serial="again", hours=1)

    assert why(again, "delivered", before=[DELIVERED]) == TOLD
    assert why(DELIVERED, "delivered", after=[again]) == OVERTAKEN
    assert why(notice("consignment.delivered_by_post_statement"), "delivered", before=[DELIVERED]) == TOLD


def test_what_comes_after_something_else_was_told_is_news() -> None:
    assert why(notice("consignment.held", hours=9, attempts=1), "held", before=[HELD, TODAY]) == ""
    assert why(DELIVERED, "delivered", before=[DELIVERED, TODAY]) == ""


def test_each_attempt_and_each_day_of_delivery_is_a_matter_of_its_own() -> None:
    attempts = [matter_of(notice("consignment.attempted", attempts=n)) for n in (1, 2)]
    days = [matter_of(notice("consignment.out_for_delivery", hours=n)) for n in (0, 24)]

    assert attempts[0] != attempts[1]
    assert days[0] != days[1]


def test_a_due_date_is_told_once_and_another_one_again() -> None:
    filed = notice("dossier.filed", due_on="2026-12-07", ground="handover")
    same, other = (notice("dossier.appointed", due_on=day) for day in ("2026-12-07", "2026-12-09"))

    assert why(same, before=[filed, DELIVERED]) == TOLD
    assert why(other, before=[filed]) == ""


def test_two_cases_and_two_requests_are_two_matters() -> None:
    for kind in ("case.answered", "supplement.asked"):
        assert matter_of(notice(kind, serial="1")) != matter_of(notice(kind, serial="2"))
