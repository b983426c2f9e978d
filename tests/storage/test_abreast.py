"""Many calls to one outsider at once: how many, in which order, and what becomes of them when something goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from postgw.storage.abreast import abreast


class Outside:
    """An outsider whose calls end when the test says so."""

    def __init__(self, works: Sequence[str]) -> None:
        self.left = list(works)
        self.asked: list[int] = []
        self.out: dict[str, asyncio.Future[None]] = {}
        self.ended: list[str] = []

    async def take_up(self, room: int) -> list[str]:
        self.asked.append(room)
        given, self.left = self.left[:room], self.left[room:]
        return given

    async def call(self, work: str) -> None:
        self.out[work] = asyncio.get_running_loop().create_future()
        try:
            await self.out[work]
        finally:
            del self.out[work]
        self.ended.append(work)

    async def settle(self) -> None:
        """Let everything go on that can."""
        for _ in range(10):
            await asyncio.sleep(0)

    async def end(self, *works: str) -> None:
        for work in works:
            self.out[work].set_result(None)
        await self.settle()


async def test_no_more_than_so_many_are_out_and_each_that_ends_makes_room_for_one() -> None:
    outside = Outside("abcdef")
    running = asyncio.ensure_future(abreast(outside.take_up, outside.call, most=3, seconds=60))
    await outside.settle()
    seen = [sorted(outside.out)]
    await outside.end("b")  # a, the slowest, keeps nobody waiting
    seen.append(sorted(outside.out))
    await outside.end("c", "d")
    seen.append(sorted(outside.out))
    await outside.end("a", "e", "f")

    await running
    assert seen == [["a", "b", "c"], ["a", "c", "d"], ["a", "e", "f"]]


async def test_when_its_time_is_up_a_stream_takes_nothing_more_up_and_ends_what_is_out() -> None:
    outside = Outside("abcd")
    running = asyncio.ensure_future(abreast(outside.take_up, outside.call, most=2, seconds=0))
    await outside.settle()
    await outside.end("a", "b")

    await running
    assert (outside.ended, outside.left) == (["a", "b"], ["c", "d"])


async def test_a_fault_is_told_after_the_others_have_ended_and_nothing_more_is_taken_up() -> None:
    outside = Outside("abc")
    running = asyncio.ensure_future(abreast(outside.take_up, outside.call, most=2, seconds=60))
    await outside.settle()
    outside.out["a"].set_exception(ZeroDivisionError())
    await outside.settle()
    still_out = sorted(outside.out)
    await outside.end("b")

    with pytest.raises(ZeroDivisionError):
        await running
    assert (still_out, outside.ended, outside.left) == (["b"], ["b"], ["c"])


async def test_where_nothing_more_can_be_taken_up_what_is_out_is_not_cut_off() -> None:
    outside = Outside("ab")

    async def take_up(room: int) -> list[str]:
        if outside.asked:
            raise ConnectionError("the database is away")
        return await outside.take_up(room)

    running = asyncio.ensure_future(abreast(take_up, outside.call, most=2, seconds=60))
    await outside.settle()
    await outside.end("a")
    still_out = sorted(outside.out)
    await outside.end("b")

    with pytest.raises(ConnectionError):
        await running
    assert (still_out, outside.ended) == (["b"], ["a", "b"])


async def test_who_is_cut_off_leaves_no_call_behind() -> None:
    outside = Outside("ab")
    running = asyncio.ensure_future(abreast(outside.take_up, outside.call, most=2, seconds=60))
    await outside.settle()
    running.cancel()
    await asyncio.wait([running])

    assert (running.cancelled(), outside.out, outside.ended) == (True, {}, [])
