"""How the wires fare: each state in a word, and what the one at the counter has to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from postgw.services.enquiry import Wires
from postgw.web.pages.wires import health_of

AT = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)


def feed(read_at: datetime | None = AT, failing_since: datetime | None = None) -> dict[str, object]:
    return {"account": "hatinh", "read_at": read_at, "failing_since": failing_since, "last_error": ""}


@pytest.mark.parametrize(("row", "kind", "word"), [
    (feed(), "ok", "Thông"), (feed(AT - timedelta(minutes=11)), "warn", "Chậm"),
    (feed(None), "quiet", "Chưa nghe lần nào"), (feed(AT, AT - timedelta(hours=2)), "offline", "Mất tin"),
])  # fmt: skip
def test_a_feed_is_heard_slow_silent_or_new(row: dict[str, object], kind: str, word: str) -> None:
    health = health_of(Wires(feeds=(row,), orders={}, errands={}), at=AT)[0]

    assert (health.kind, health.word) == (kind, word)


def test_what_a_person_must_mend_comes_before_what_mends_itself() -> None:
    orders, errands = {"refused": 2, "waiting": 5}, {"parked.citizen": 3, "waiting.citizen": 1, "waiting.desk": 4}
    said = [(each.kind, each.values) for each in health_of(Wires(feeds=(), orders=orders, errands=errands), at=AT)]

    assert said == [("stuck", {"n": 2}), ("warn", {"n": 4}), ("ok", {}), ("stuck", {"n": 3})]


def test_orders_that_wait_for_an_answer_are_counted_together() -> None:
    orders = {"waiting": 1, "unknown": 2, "cancelling": 3, "accepted": 9}
    health = health_of(Wires(feeds=(), orders=orders, errands={}), at=AT)[0]

    assert (health.kind, health.values) == ("warn", {"n": 6})


def test_what_is_stuck_elsewhere_in_the_gateway_is_told_too() -> None:
    health = health_of(Wires(feeds=(), orders={}, errands={"parked.fan": 2, "waiting.post": 7}), at=AT)[-1]

    assert (health.kind, health.values) == ("stuck", {"n": 2})
