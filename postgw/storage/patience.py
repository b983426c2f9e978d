"""How long the database may leave unanswered whoever waits at the door.

A server that is away says so at once. One that hangs says nothing: packets are dropped on the way, its disk stands
still, or a hand at a console holds a lock for minutes. Without a bound a request would wait as long, and a gateway
whose connections all wait is away too, though nobody says so.

The bound is ours and not the server's, because one pool serves requests, which are to be answered in time, and jobs,
which may take an hour; a bound of the server's would have to be told to it for each, a question more every time. The
driver's own (`command_timeout`) does not tell them apart either. So whatever is asked for somebody who waits (`hurry`)
is written down here, which costs next to nothing, and one look a second cuts off what is overdue. The driver then asks
the server to drop the statement, so that it does not stand in a queue for a lock that nobody wants any more.

Used by: database, together. Source: asyncpg 0.32, "Connection" (a cancelled call cancels its statement).
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType

from postgw import hurry

#: As shipped: what a SQLite file kept by another process is waited for, and a third of what a proxy in front gives us.
SECONDS = 20.0
_NOTHING: AbstractContextManager[None] = nullcontext()


class Slow(Exception):
    """The database did not answer in time."""


class Patience:
    """The patience of one process with its database; 0 seconds: without end."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._every = min(1.0, seconds / 4)
        self._waiting: set[_Question] = set()
        self._next_look: asyncio.TimerHandle | None = None

    def asked(self) -> AbstractContextManager[None]:
        """Bound what is asked within the block, where somebody waits for it. Raises Slow when it took too long."""
        most = hurry.most_seconds.get()
        return _NOTHING if most is None or not self._seconds else _Question(self, min(most, self._seconds))

    def await_answer(self, question: _Question) -> None:
        """Look on until the question is answered."""
        self._waiting.add(question)
        if self._next_look is None:
            self._next_look = asyncio.get_running_loop().call_later(self._every, self._look)

    def was_answered(self, question: _Question) -> None:
        """Look no longer."""
        self._waiting.discard(question)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        for question in [each for each in self._waiting if each.until <= loop.time()]:
            question.cut_off()
            self._waiting.discard(question)
        self._next_look = loop.call_later(self._every, self._look) if self._waiting else None


class _Question:
    """What is asked now, by whom, and until when an answer is waited for."""

    __slots__ = ("_is_cut_off", "_patience", "_seconds", "_task", "until")

    def __init__(self, patience: Patience, seconds: float) -> None:
        self._patience, self._seconds, self._is_cut_off = patience, seconds, False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task, self.until = task, task.get_loop().time() + self._seconds
        self._patience.await_answer(self)

    def cut_off(self) -> None:
        """Wake whoever waits."""
        self._is_cut_off = True
        self._task.cancel()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._patience.was_answered(self)
        # When the whole task is to end at this moment, it ends, and is not told that it was slow.
        if self._is_cut_off and self._task.uncancel() == 0 and kind is not None:
            raise Slow from error
