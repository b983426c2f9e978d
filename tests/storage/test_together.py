"""Callers who share a turn: nobody waits for company, nobody pays for another's fault."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from postgw import hurry
from postgw.domain.errors import Troubled
from postgw.storage.together import Together


class Door:
    """An act whose turns end when the test says so."""

    def __init__(self, *, most: int = 10, turns: int = 1) -> None:
        self.turns: list[list[int]] = []
        self.open = asyncio.Event()
        self.together: Together[int, int] = Together(self._turn, most=most, turns=turns)

    async def _turn(self, numbers: Sequence[int]) -> list[int]:
        self.turns.append(list(numbers))
        await self.open.wait()
        if 13 in numbers:
            raise ValueError("thirteen")
        return [number * 2 for number in numbers]

    async def come(self, *numbers: int) -> list[asyncio.Task[int]]:
        """Let callers come, one after the other."""
        tasks = []
        for number in numbers:
            tasks.append(asyncio.create_task(self.together.take(number)))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return tasks


async def test_the_first_goes_alone_and_those_who_came_meanwhile_go_together() -> None:
    door = Door()
    tasks = await door.come(1, 2, 3, 4)
    door.open.set()

    assert await asyncio.gather(*tasks) == [2, 4, 6, 8]
    assert door.turns == [[1], [2, 3, 4]]


async def test_nobody_is_answered_before_the_turn_has_ended() -> None:
    door = Door()
    tasks = await door.come(1, 2)

    assert not any(task.done() for task in tasks)
    door.open.set()
    await asyncio.gather(*tasks)


async def test_a_turn_is_no_larger_than_it_may_be_and_one_too_large_goes_alone() -> None:
    door = Door(most=3)
    door.together._size = lambda number: number
    tasks = await door.come(1, 1, 2, 5, 1)
    door.open.set()
    await asyncio.gather(*tasks)

    assert door.turns == [[1], [1, 2], [5], [1]]


async def test_only_whose_fault_it_is_hears_of_it() -> None:
    door = Door()
    tasks = await door.come(1, 2, 13, 3)
    door.open.set()
    told = await asyncio.gather(*tasks, return_exceptions=True)

    assert (told[0], told[1], told[3]) == (2, 4, 6)
    with pytest.raises(ValueError, match="thirteen"):
        await tasks[2]


async def test_a_caller_who_hangs_up_spoils_nothing() -> None:
    door = Door()
    tasks = await door.come(1, 2, 3)
    tasks[1].cancel()
    door.open.set()
    told = await asyncio.gather(*tasks, return_exceptions=True)

    assert (told[0], told[2]) == (2, 6)
    assert door.turns[1] == [2, 3]


async def test_several_turns_may_be_under_way_where_that_is_wanted() -> None:
    door = Door(turns=2)
    tasks = await door.come(1, 2, 3)

    assert door.turns == [[1], [2]]
    door.open.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6]


async def test_whoever_comes_again_the_moment_it_is_answered_is_served():
    async def turn(works):
        return list(works)

    shared = Together(turn, most=10)

    async def come_again_and_again():
        return [await shared.take(n) for n in range(50)]

    assert await asyncio.wait_for(come_again_and_again(), 60) == list(range(50))


async def test_where_the_database_does_not_answer_everybody_hears_it_and_nobody_goes_again() -> None:
    turns: list[list[int]] = []
    is_slow = asyncio.Event()

    async def turn(numbers: Sequence[int]) -> list[int]:
        turns.append(list(numbers))
        await is_slow.wait()
        raise Troubled("Cơ sở dữ liệu không trả lời kịp.", code="database.slow")

    together: Together[int, int] = Together(turn, most=3)
    tasks = [asyncio.create_task(together.take(number)) for number in range(5)]
    await asyncio.sleep(0)
    is_slow.set()
    told = await asyncio.gather(*tasks, return_exceptions=True)

    assert [getattr(each, "code", "") for each in told] == ["database.slow"] * 5
    assert len(turns) == 1


async def test_somebody_waits_for_every_turn_whoever_began_it() -> None:
    async def turn(numbers: Sequence[int]) -> list[bool]:
        return [hurry.most_seconds.get() is not None for _ in numbers]

    assert hurry.most_seconds.get() is None
    assert await Together(turn, most=3).take(1)
