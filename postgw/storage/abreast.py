"""Abreast: many calls to one outsider are out at once, as many as it can bear, and each that ends makes room for one.

Work is taken up as room comes free, not wave by wave: the slowest call of a wave would keep the others waiting. After a
while nothing more is taken up, and what is out comes to its end: whoever asks has a lease that runs out.

Used by: services.settling.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Work = TypeVar("Work")


async def abreast(
    take_up: Callable[[int], Awaitable[Sequence[Work]]],
    do: Callable[[Work], Awaitable[None]],
    *,
    most: int,
    seconds: float,
) -> None:
    """Do what `take_up` gives for so much room, at most so much at once.

    Ends when nothing more is given, or the time is up, and all is done. Raises what `do` raised first, after the others
    have ended.
    """
    loop, out = asyncio.get_running_loop(), _Out(do)
    until, given = loop.time() + seconds, True
    try:
        while given or out.tasks:
            if given and len(out.tasks) < most:
                works = await take_up(most - len(out.tasks))
                out.start(works)
                given = bool(works) and loop.time() < until
            given = await out.one_ended() and given
    except Exception:
        while out.tasks:
            await out.one_ended()
        raise
    finally:
        await out.cut_off()
    if out.fault:
        raise out.fault


class _Out(Generic[Work]):
    """The calls that are out."""

    def __init__(self, do: Callable[[Work], Awaitable[None]]) -> None:
        self._do = do
        self.tasks: set[asyncio.Task[None]] = set()
        self.fault: BaseException | None = None

    def start(self, works: Sequence[Work]) -> None:
        """Let calls go."""
        self.tasks |= {asyncio.ensure_future(self._do(work)) for work in works}

    async def one_ended(self) -> bool:
        """Wait until a call has ended; return whether all is well so far."""
        if self.tasks:
            ended, self.tasks = await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                self.fault = self.fault or task.exception()
        return self.fault is None

    async def cut_off(self) -> None:
        """End what is still out: whoever asked for it is gone."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
