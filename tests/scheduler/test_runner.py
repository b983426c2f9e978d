"""The runner against real wall-clock slots, with leases in memory."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from postgw.domain.errors import Troubled
from scheduler.runner import Runner
from scheduler.timetable import Recurring
from scheduler.turn import Turn


def _now() -> datetime:
    return datetime.now(UTC)


def _every_second(job: str) -> Recurring:
    return Recurring(job=job, act=job, cron={"second": "*"}, lease_seconds=5)


async def _nothing_due(at: datetime) -> int:
    return 0


class Told:
    """Keeps the turns that runners tell of, and waits for the nth."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.more = asyncio.Event()

    def __call__(self, turn) -> None:
        self.turns.append(turn)
        self.more.set()

    async def until(self, enough) -> None:
        async with asyncio.timeout(60):
            while not enough(self.turns):
                self.more.clear()
                await self.more.wait()


async def test_of_three_runners_one_runs_a_slot(keeper):
    told = Told()
    runners = [
        Runner([_every_second("tick")], {"tick": _nothing_due}, keeper.of(name), _now, told=told) for name in "abc"
    ]
    for runner in runners:
        await runner.start()
    await told.until(lambda turns: len(turns) >= 3)
    for runner in runners:
        await runner.stop()

    slots = [turn.slot for turn in told.turns]
    assert slots == sorted(set(slots))
    assert all(slot.microsecond == 0 and slot.tzinfo is UTC for slot in slots)


async def test_a_slow_job_stops_no_other(keeper):
    told, hold = Told(), asyncio.Event()

    async def slow(at: datetime) -> int:
        await hold.wait()
        return 0

    acts = {"slow": slow, "quick": _nothing_due}
    runner = Runner([_every_second("slow"), _every_second("quick")], acts, keeper.of("a"), _now, told=told)
    await runner.start()
    await told.until(lambda turns: len(turns) >= 2)
    running = {card.job: card.running for card in runner.cards()}
    hold.set()
    await runner.stop()

    assert running["slow"]
    assert [turn.job for turn in told.turns[:2]] == ["quick", "quick"]


async def test_a_job_that_raises_is_run_again_and_the_others_go_on(keeper, caplog):
    told = Told()

    async def bad(at: datetime) -> int:
        raise ZeroDivisionError

    runner = Runner(
        [_every_second("bad"), _every_second("good")],
        {"bad": bad, "good": _nothing_due},
        keeper.of("a"),
        _now,
        told=told,
    )
    await runner.start()
    await told.until(lambda turns: [turn.job for turn in turns].count("bad") >= 2)
    await runner.stop()

    assert {turn.job for turn in told.turns if turn.outcome == "done"} == {"good"}
    assert runner.cards()[0].failures >= 2
    assert "job bad failed" in caplog.text


async def test_stopping_waits_for_the_running_job(keeper, clock):
    begun, ended = asyncio.Event(), []

    async def act(at: datetime) -> int:
        begun.set()
        await asyncio.sleep(0.2)
        ended.append(at)
        return 1

    runner = Runner([_every_second("tick")], {"tick": act}, keeper.of("a"), _now)
    await runner.start()
    await begun.wait()
    await runner.stop()

    assert len(ended) == 1
    assert keeper.rows["tick"][0] == ""


async def test_stopping_cuts_off_what_takes_too_long_and_says_so(keeper, caplog):
    begun = asyncio.Event()

    async def act(at: datetime) -> int:
        begun.set()
        await asyncio.Event().wait()
        return 1

    runner = Runner([_every_second("tick")], {"tick": act}, keeper.of("a"), _now, drain_seconds=0.05)
    await runner.start()
    await begun.wait()
    await runner.stop()

    assert "job tick was cut off" in caplog.text
    assert keeper.rows["tick"][0] == ""


async def test_a_keeper_that_cannot_be_asked_is_logged_and_asked_again(keeper, clock, caplog):
    runner = Runner([_every_second("tick")], {"tick": _nothing_due}, keeper.of("a"), clock)
    keeper.broken = ConnectionError("no database")
    first = await runner.knock("tick", clock())
    keeper.broken = None

    assert first is None
    assert "job tick: its lease" in caplog.text
    assert await runner.knock("tick", clock())


async def test_a_database_in_trouble_is_one_line_in_the_log_and_no_stack(keeper, clock, caplog):
    runner = Runner([_every_second("tick")], {"tick": _nothing_due}, keeper.of("a"), clock)
    keeper.broken = Troubled("Cơ sở dữ liệu chưa trả lời.", code="database.away")
    assert await runner.knock("tick", clock()) is None

    [record] = caplog.records
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert "database.away" in record.getMessage()


async def test_cards_say_when_a_job_is_next_due(keeper):
    runner = Runner([_every_second("tick")], {"tick": _nothing_due}, keeper.of("a"), _now)
    before = _now()
    await runner.start()
    card, after = runner.cards()[0], _now()
    await runner.stop()

    assert card.next_slot is not None
    assert before < card.next_slot <= after + timedelta(seconds=1)
    assert (card.last, card.failures) == (None, 0)


async def test_a_runner_that_never_started_stops_quietly(keeper):
    await Runner([], {}, keeper.of("a"), _now).stop()


async def test_an_act_that_nobody_handed_in_is_named_at_once(keeper):
    with pytest.raises(ValueError, match="tick"):
        Runner([_every_second("tick")], {}, keeper.of("a"), _now)
