"""Together: callers who come while a turn is under way share the next one.

A durable commit costs the same for one scan and for a hundred. So whoever comes first goes at once, alone; whoever
comes meanwhile waits for the end of that turn and then goes with all the others who wait. Nobody waits for company: at
a quiet door each call is a turn of its own, and the busier the door, the more share one commit. Each caller is answered
only when the turn has ended, so what was acknowledged is kept.

When a turn of several fails, each of them goes again alone: whose fault it was hears of it, the others are served.
But where the database leaves a turn without an answer, everybody hears it, those too who came meanwhile: one after the
other they would wait for minutes. A turn is always one that somebody waits for, whoever began it.

Used by: services with a hot door (tracking, conflicts, accounts). Source: DeWitt et al., "Implementation techniques for
main memory database systems" (1984), group commit.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from postgw import hurry
from postgw.domain.errors import Troubled

Work = TypeVar("Work")
Answer = TypeVar("Answer")


class Together(Generic[Work, Answer]):
    """Turns of one act. `most` bounds the size of a turn, `turns` how many are under way at once."""

    def __init__(
        self,
        turn: Callable[[Sequence[Work]], Awaitable[Sequence[Answer]]],
        *,
        most: int,
        turns: int = 1,
        size: Callable[[Work], int] = lambda _: 1,
    ) -> None:
        self._turn, self._most, self._turns, self._size = turn, most, turns, size
        self._waiting: deque[tuple[Work, asyncio.Future[Answer]]] = deque()
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself holds tasks but loosely

    async def take(self, work: Work) -> Answer:
        """Do one piece of work in the next turn, and return its answer. Raises what the act raised for it."""
        mine: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, mine))
        if self._running < self._turns:
            self._running += 1
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await mine

    async def _run(self) -> None:
        """Go while anybody waits. It has ended the moment it finds nobody: who comes next begins another."""
        try:
            with hurry.at_the_door():
                while self._waiting:
                    await self._go(self._next())
        finally:
            self._running -= 1

    def _next(self) -> list[tuple[Work, asyncio.Future[Answer]]]:
        """Return those who go now: the first, and as many after it as there is room for."""
        going = [self._waiting.popleft()]
        room = self._most - self._size(going[0][0])
        while self._waiting and (room := room - self._size(self._waiting[0][0])) >= 0:
            going.append(self._waiting.popleft())
        return going

    async def _go(self, going: Sequence[tuple[Work, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._turn([work for work, _ in going])
        except asyncio.CancelledError:
            for _, mine in going:
                mine.cancel()
            raise
        except Exception as error:
            await self._failed(going, error)
        else:
            for (_, mine), answer in zip(going, answers, strict=True):
                if not mine.done():  # whoever hung up waits no more; the work is done all the same
                    mine.set_result(answer)

    async def _failed(self, going: Sequence[tuple[Work, asyncio.Future[Answer]]], error: Exception) -> None:
        """Let each go again alone; one who was alone, or everybody where nobody answers, hears what went wrong."""
        if isinstance(error, Troubled) and error.code == "database.slow":
            going = [*going, *self._waiting]
            self._waiting.clear()
        elif len(going) > 1:
            for each in going:
                await self._go([each])
            return
        for _, mine in going:
            if not mine.done():
                mine.set_exception(error)
