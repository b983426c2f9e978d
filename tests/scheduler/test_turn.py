"""One job in one slot: who runs it, how long the lease is held, and what happens when it is lost."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

from scheduler.timetable import Recurring
from scheduler.turn import Act, Turn, Turns

JOB = Recurring(job="count", act="count", cron={"second": "*"}, lease_seconds=30, rounds=5)
BRIEF = Recurring(job="count", act="count", cron={"second": "*"}, lease_seconds=0.06, rounds=5)


class Work:
    """An act with so much to do, one thing a round."""

    def __init__(self, due: int) -> None:
        self.due = due
        self.asked: list[datetime] = []

    async def __call__(self, at: datetime) -> int:
        self.asked.append(at)
        done = min(self.due, 1)
        self.due -= done
        return done


class Endless:
    """An act that works until it is let go or stopped."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.stopped = False

    async def __call__(self, at: datetime) -> int:
        self.begun.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.stopped = True
            raise
        return 0


async def _taken(turns: Turns, line: Recurring, act: Act, slot: datetime) -> Turn:
    turn = await turns.take(line, act, slot)
    assert turn is not None
    return turn


async def test_a_turn_drains_what_is_due(keeper, clock):
    turn = await _taken(Turns(keeper.of("a"), clock), JOB, Work(3), clock())

    assert (turn.outcome, turn.count) == ("done", 3)


async def test_a_turn_without_end_is_bounded(keeper, clock):
    work = Work(1000)

    await Turns(keeper.of("a"), clock).take(JOB, work, clock())

    assert len(work.asked) == JOB.rounds


async def test_each_round_reads_the_clock_anew(keeper, clock):
    moments = []

    async def act(at):
        moments.append(at)
        clock.seconds_pass(1)
        return 2 - len(moments)

    await Turns(keeper.of("a"), clock).take(JOB, act, clock())

    assert moments[1] - moments[0] == timedelta(seconds=1)


async def test_a_slot_that_was_run_is_not_run_again(keeper, clock):
    slot = clock()
    await Turns(keeper.of("a"), clock).take(JOB, Work(1), slot)
    clock.seconds_pass(1)

    assert await Turns(keeper.of("b"), clock).take(JOB, Work(1), slot) is None


async def test_a_slot_older_than_the_last_is_not_run(keeper, clock):
    await Turns(keeper.of("a"), clock).take(JOB, Work(1), clock())

    assert await Turns(keeper.of("b"), clock).take(JOB, Work(1), clock() - timedelta(seconds=1)) is None


async def test_a_job_somebody_holds_is_left_to_them(keeper, clock):
    await keeper.of("b").take("count", slot=clock() - timedelta(seconds=9), at=clock(), seconds=30)

    assert await Turns(keeper.of("a"), clock).take(JOB, Work(1), clock()) is None


async def test_a_lease_that_ran_out_is_taken_over(keeper, clock):
    await keeper.of("dead").take("count", slot=clock(), at=clock(), seconds=30)
    clock.seconds_pass(31)

    turn = await _taken(Turns(keeper.of("a"), clock), JOB, Work(1), clock())

    assert turn.outcome == "done"


async def test_a_job_is_given_back_when_it_is_done(keeper, clock):
    await Turns(keeper.of("a"), clock).take(JOB, Work(1), clock())

    assert keeper.rows["count"][:2] == ("", None)


async def test_the_lease_is_renewed_while_the_act_works(keeper, clock):
    work, line = Endless(), Recurring(job="count", act="count", cron={"second": "*"}, lease_seconds=3)
    turn = asyncio.ensure_future(_taken(Turns(keeper.of("a"), clock), line, work, clock()))
    await keeper.renewed.wait()
    work.may_end.set()

    assert (await turn).outcome == "done"
    assert keeper.renewals >= 1


async def test_an_act_whose_lease_was_taken_over_is_stopped(keeper, clock, caplog):
    """Long before the lease would have run out by itself."""
    work, line = Endless(), Recurring(job="count", act="count", cron={"second": "*"}, lease_seconds=4)
    turn = asyncio.ensure_future(_taken(Turns(keeper.of("a"), clock), line, work, clock()))
    await work.begun.wait()
    keeper.steal("count")

    assert (await turn).outcome == "lost"
    assert work.stopped
    assert keeper.rows["count"][0] == "somebody else"
    assert "job count was stopped: its lease is lost" in caplog.text


async def test_an_act_is_stopped_before_a_lease_that_cannot_be_renewed_runs_out(keeper, clock):
    loop, work = asyncio.get_running_loop(), Endless()
    line = Recurring(job="count", act="count", cron={"second": "*"}, lease_seconds=3)
    began = loop.time()
    turn = asyncio.ensure_future(_taken(Turns(keeper.of("a"), clock), line, work, clock()))
    await work.begun.wait()
    keeper.broken = ConnectionError("no database")

    assert (await turn).outcome == "lost"
    assert loop.time() - began < line.lease_seconds  # a third of it is spared


async def test_an_act_is_stopped_before_its_lease_runs_out_when_the_keeper_says_nothing(keeper, clock):
    work, held = Endless(), keeper.of("a")
    held.renew = lambda *_, **__: asyncio.Event().wait()

    turn = await _taken(Turns(held, clock), BRIEF, work, clock())

    assert (turn.outcome, work.stopped) == ("lost", True)


async def test_an_act_whose_lease_was_renewed_once_and_then_no_more_is_stopped(keeper, clock):
    work, line = Endless(), Recurring(job="count", act="count", cron={"second": "*"}, lease_seconds=3)
    turn = asyncio.ensure_future(_taken(Turns(keeper.of("a"), clock), line, work, clock()))
    await keeper.renewed.wait()
    keeper.broken = ConnectionError("no database")

    assert ((await turn).outcome, work.stopped) == ("lost", True)


async def test_a_keeper_out_of_reach_for_a_moment_is_asked_again_while_the_lease_lasts(keeper, clock):
    work, held, asked = Endless(), keeper.of("a"), []
    line, renew = Recurring(job="count", act="count", cron={"second": "*"}, lease_seconds=3), held.renew

    async def once_in_vain(*words, **more):
        asked.append(words)
        if len(asked) == 1:
            raise ConnectionError("no database")
        return await renew(*words, **more)

    held.renew = once_in_vain
    turn = asyncio.ensure_future(_taken(Turns(held, clock), line, work, clock()))
    await asyncio.wait({turn, asyncio.ensure_future(keeper.renewed.wait())}, return_when=asyncio.FIRST_COMPLETED)
    work.may_end.set()

    assert ((await turn).outcome, keeper.renewals) == ("done", 1)


async def test_a_process_that_stood_still_past_its_lease_does_not_ask_for_more_of_it(keeper, clock):
    work = Endless()

    async def act(at: datetime) -> int:
        time.sleep(2 * BRIEF.lease_seconds)  # the machine was asleep, and with it the whole process
        return await work(at)

    turn = await _taken(Turns(keeper.of("a"), clock), BRIEF, act, clock())

    assert (turn.outcome, work.stopped, keeper.renewals) == ("lost", True, 0)


async def test_an_act_that_raises_is_told_by_name_and_gives_the_job_back(keeper, clock, caplog):
    async def act(at):
        raise ZeroDivisionError("no such thing")

    turn = await _taken(Turns(keeper.of("a"), clock), JOB, act, clock())

    assert (turn.outcome, turn.error) == ("failed", "ZeroDivisionError")
    assert "job count failed" in caplog.text
    assert keeper.rows["count"][0] == ""


async def test_a_turn_ends_after_its_round_when_the_process_stops(keeper, clock):
    turns = Turns(keeper.of("a"), clock)
    turns.stopping.set()

    assert (await _taken(turns, JOB, Work(5), clock())).count == 1


async def test_a_turn_that_is_cut_off_stops_its_act_and_gives_the_job_back(keeper, clock):
    work = Endless()
    turn = asyncio.ensure_future(Turns(keeper.of("a"), clock).take(JOB, work, clock()))
    await work.begun.wait()
    turn.cancel()
    await asyncio.wait({turn})

    assert work.stopped
    assert keeper.rows["count"][0] == ""
