"""A post office's day is counted from what lives and what was delivered, by office and worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from postgw.domain.actor import Actor
from postgw.domain.scan import CORRECTION, Witness
from postgw.rules.book import rule_book
from postgw.services.office_day import OfficeDay

NUMBERS = ("4K7M29TB6HC", "4K7M29TB6HD", "4K7M29TB6HF", "4K7M29TB6HG")
LEAD = Actor(name="nghia.vt", scopes=frozenset({"scans"}), unit="KA")


@pytest.fixture
def acts(database) -> OfficeDay:
    """Give the act under test."""
    return OfficeDay(database=database, book=rule_book())


async def a_day(house: Any) -> None:
    """Let binh take three out, deliver one at once, fail one twice (one taken back), and another office deliver one."""
    await house.posted(*NUMBERS)
    out, tried, done, other = NUMBERS
    by = {"source": "device:TB-1", "actor": "binh"}
    proof = {"witness": Witness.SIGNED, "proved": True}
    for n, number in enumerate((out, tried, done)):
        await house.keep((number, house.scan(f"o{n}", "out_for_delivery", 1, **by)))
    await house.keep(
        (done, house.scan("d", "delivered", 10, **by, **proof)),
        (tried, house.scan("a", "attempted", 12, reason="absent", **by)),
        (tried, house.scan("a2", "attempted", 13, reason="absent", **by)),
        (tried, house.scan("u", CORRECTION, 14, cancels="device:TB-1#a2", **by)),
        (other, house.scan("x", "delivered", 10, source="device:TB-9", actor="lan", office="TH", **proof)),
    )  # fmt: skip


async def shift(house: Any, worker: str = "binh", device: str = "TB-1", waiting: int = 3) -> None:
    async with house.database.writing() as tx:
        await tx.run(
            "INSERT INTO device (device_no, name, unit, public_key, enrolled_at, enrolled_by, seen_at, waiting)"
            " VALUES ($1, 'Máy 1', 'KA', $1, $2, 'x', $2, $3)", device, house.at + timedelta(minutes=20), waiting,
        )  # fmt: skip
        await tx.run(
            "INSERT INTO shift (shift_no, device_no, worker, worker_name, unit, scopes, public_key, secret_digest,"
            " begun_at, ends_at) VALUES ($1, $2, $3, 'Trần Bình', 'KA', '[]', 'k', $1, $4, $5)",
            f"CA-{worker}", device, worker, house.at, house.at + timedelta(hours=16),
        )  # fmt: skip


async def picture(house: Any, acts: OfficeDay, unit: str = "KA", span: str = "today", hours: int = 1) -> Any:
    return await acts.picture(
        actor=Actor(name="l", scopes=LEAD.scopes, unit=unit), span=span, at=house.at + timedelta(hours=hours)
    )


async def test_each_worker_stands_with_what_is_in_hand_what_was_done_and_what_is_still_on_the_device(house, acts):
    await a_day(house)
    await shift(house)

    [worker] = (await picture(house, acts)).workers

    assert (worker.login, worker.name) == ("binh", "Trần Bình")
    assert worker.in_hand == {"out_for_delivery": 1, "attempted": 1}
    assert (worker.delivered, worker.failed, worker.oldest_at) == (1, 1, house.at + timedelta(minutes=1))
    assert worker.duty is not None
    assert (worker.duty.waiting, worker.duty.is_on, worker.last_at) == (3, True, house.at + timedelta(minutes=20))


async def test_a_worker_without_a_shift_is_known_by_his_scans(house, acts):
    await a_day(house)

    [worker] = (await picture(house, acts)).workers

    assert (worker.name, worker.duty, worker.carried) == ("binh", None, 2)


async def test_performance_is_told_for_each_office_and_only_for_the_days_asked(house, acts):
    await a_day(house)

    [own] = (await picture(house, acts)).performance
    everywhere = await picture(house, acts, unit="")
    tomorrow, week = await picture(house, acts, hours=24), await picture(house, acts, hours=24, span="week")

    assert (own.delivered, own.first_rate, own.failed, own.attempts_each) == (1, 100, 1, 1.0)
    assert [each.office for each in everywhere.performance] == ["KA", "TH"]
    assert (len(tomorrow.performance), [each.delivered for each in week.performance]) == (0, [1])


async def test_an_office_where_nothing_happened_is_empty(house, acts):
    seen = await picture(house, acts, unit="XX")

    assert (seen.workers, seen.performance) == ((), ())


async def test_who_signed_a_list_is_not_taken_for_who_carries_it(house, acts):
    await house.posted(*NUMBERS[:2])
    signed = {"source": "manifest:BB-1", "witness": Witness.SIGNED, "actor": "officer", "manifest_no": "BB-1"}
    said = {"source": "feed:vnp", "witness": Witness.STATED, "actor": "post"}
    await house.keep(
        (NUMBERS[0], house.scan("1", "collected", 1, **signed)), (NUMBERS[1], house.scan("2", "collected", 1, **said))
    )

    [worker] = (await picture(house, acts)).workers

    assert (worker.login, worker.name, worker.in_hand) == ("", "", {"collected": 1})
