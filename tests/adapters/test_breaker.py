"""An outsider that falls silent is spared, and one that is slow is not overrun."""

from __future__ import annotations

import asyncio

import pytest
from yarl import URL

from adapters import breaker
from adapters.breaker import FAULTS_MOST, REST_MOST, REST_SECONDS, Breaker, Breakers, Pace
from adapters.wire import Wire
from postgw.domain.errors import Unreachable


class Hand:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def silent(hand: Hand) -> Breaker:
    it = Breaker(monotonic=hand)
    for _ in range(FAULTS_MOST):
        assert it.seconds_to_rest() == 0
        it.fell_silent()
    return it


def test_after_several_faults_in_a_row_nobody_knocks(silent: Breaker) -> None:
    assert silent.seconds_to_rest() == REST_SECONDS


def test_one_answer_in_between_and_the_faults_are_forgotten(hand: Hand) -> None:
    it = Breaker(monotonic=hand)
    for _ in range(FAULTS_MOST - 1):
        it.fell_silent()
    it.heard()
    it.fell_silent()
    assert it.seconds_to_rest() == 0


def test_after_the_rest_one_call_goes_first_and_the_others_wait_for_it(silent: Breaker, hand: Hand) -> None:
    hand.at += REST_SECONDS
    assert silent.seconds_to_rest() == 0
    assert silent.seconds_to_rest() > 0
    silent.heard()
    assert [silent.seconds_to_rest(), silent.seconds_to_rest()] == [0, 0]


def test_each_vain_first_call_makes_the_rest_longer_up_to_a_limit(silent: Breaker, hand: Hand) -> None:
    rests = []
    for _ in range(9):
        rests.append(silent.seconds_to_rest())
        hand.at += rests[-1]
        assert silent.seconds_to_rest() == 0
        silent.fell_silent()
    assert rests[:3] == [REST_SECONDS, 2 * REST_SECONDS, 4 * REST_SECONDS]
    assert rests[-1] == REST_MOST


def test_a_first_call_that_is_given_up_lets_the_next_one_go(silent: Breaker, hand: Hand) -> None:
    hand.at += REST_SECONDS
    assert silent.seconds_to_rest() == 0
    silent.let_go()
    assert silent.seconds_to_rest() == 0


def test_an_outsider_that_begs_for_quiet_gets_it_at_once(hand: Hand) -> None:
    it = Breaker(monotonic=hand)
    it.fell_silent(asked_for=90)
    assert it.seconds_to_rest() == 90


async def test_a_resting_outsider_is_not_called_and_the_verdict_says_how_long(outsider) -> None:
    outsider.will_answer("/x", (503, {}))
    wire = Wire("Bưu điện")
    for _ in range(FAULTS_MOST):
        await wire.call("GET", URL(outsider.url + "/x"), act="look")
    with pytest.raises(Unreachable) as verdict:
        await wire.call("GET", URL(outsider.url + "/x"), act="look")
    await wire.close()
    assert verdict.value.code == "wire.resting"
    assert 0 < int(str(verdict.value.values["retry_after"])) <= REST_SECONDS
    assert len(outsider.asked) == FAULTS_MOST


async def test_where_a_wire_goes_to_many_each_address_is_spared_by_itself(outsider) -> None:
    outsider.will_answer("/deaf", (429, {}))
    outsider.will_answer("/well", (204, b""))
    wire = Wire("Hệ thống nhận webhook", many=True)
    for turn in range(FAULTS_MOST):
        await wire.call("POST", URL(f"{outsider.url}/deaf?turn={turn}"), act="post")
    with pytest.raises(Unreachable):
        await wire.call("POST", URL(outsider.url + "/deaf"), act="post")
    answer = await wire.call("POST", URL(outsider.url + "/well"), act="post")
    await wire.close()
    assert answer.status == 204


def test_of_many_outsiders_only_so_many_are_remembered_and_those_called_last() -> None:
    many = Breakers(most=2)
    first, second = many.of("a"), many.of("b")
    assert many.of("a") is first
    many.of("c")
    assert (many.of("a"), many.of("b") is second) == (first, False)


async def test_a_call_that_is_cancelled_says_nothing_about_the_outsider(outsider, monkeypatch) -> None:
    monkeypatch.setattr(breaker, "FAULTS_MOST", 1)
    monkeypatch.setattr(breaker, "REST_SECONDS", 0.0)

    is_asked = asyncio.Event()

    async def hang(request):
        is_asked.set()
        await asyncio.Event().wait()

    wire = Wire("Bưu điện")
    outsider.will_answer("/x", (503, {}))
    await wire.call("GET", URL(outsider.url + "/x"), act="look")  # from here on one call at a time goes first
    outsider.will_answer("/x", hang)
    task = asyncio.create_task(wire.call("GET", URL(outsider.url + "/x"), act="look"))
    await is_asked.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    outsider.will_answer("/x", (200, {}))
    assert (await wire.call("GET", URL(outsider.url + "/x"), act="look")).status == 200
    await wire.close()


def test_calls_pass_no_faster_than_the_outsider_can_bear(hand: Hand) -> None:
    pace = Pace(4, monotonic=hand)
    assert [pace.seconds_to_wait() for _ in range(4)] == [0, 0.25, 0.5, 0.75]
    hand.at += 10
    assert [pace.seconds_to_wait(), pace.seconds_to_wait()] == [0, 0.25]


def test_without_a_figure_nobody_waits(hand: Hand) -> None:
    pace = Pace(monotonic=hand)
    assert {pace.seconds_to_wait() for _ in range(1000)} == {0}
