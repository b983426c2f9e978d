"""Streams: many screens hear of a change, and one question to the database finds it.

For each circle of readers one task looks again and again while anybody listens, however many screens are open; each
screen waits for its word. A screen that went away is noticed when the next word is said. Their number is bounded, and
all end when the door closes.

Used by: keys, app, pages.live.
Source: WHATWG HTML, server-sent events.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from postgw.domain.errors import TooMuch

_FAULTS = logging.getLogger("postgw.web.faults")
#: How many screens one process serves, and how long it is between two looks. Design choice.
MOST = 400
EVERY = 5.0

#: What a look finds: something that differs when a screen is out of date.
Look = Callable[[], Awaitable[tuple[datetime, Hashable]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What is said to a screen: the figures were looked at, and whether they changed."""

    at: datetime
    changed: bool


@dataclass(slots=True, kw_only=True)
class _Circle:
    """The screens of those who see the same, and the task that looks for them."""

    listeners: set[asyncio.Queue[Word | None]] = field(default_factory=set)
    task: asyncio.Task[None] | None = None


class Streams:
    """Every open stream of this process."""

    def __init__(self, *, most: int = MOST, every: float = EVERY) -> None:
        self._circles: dict[str, _Circle] = {}
        self._most, self.every = most, every
        self._closed = False

    @property
    def open(self) -> int:
        """Return how many screens listen."""
        return sum(len(circle.listeners) for circle in self._circles.values())

    def close(self) -> None:
        """Say to every screen that the door closes."""
        self._closed = True
        for circle in self._circles.values():
            if circle.task:
                circle.task.cancel()
            for listener in circle.listeners:
                _say(listener, None)

    @asynccontextmanager
    async def listening(self, circle: str, look: Look) -> AsyncIterator[asyncio.Queue[Word | None]]:
        """Listen for the length of the block; nothing is said when the door closes. Raises TooMuch when full."""
        if self._closed or self.open >= self._most:
            raise TooMuch("Đang có quá nhiều màn hình mở. Trang vẫn dùng được, số liệu tải lại bằng tay.",
                          code="streams.full")  # fmt: skip
        here = self._circles.setdefault(circle, _Circle())
        listener: asyncio.Queue[Word | None] = asyncio.Queue(maxsize=4)
        here.listeners.add(listener)
        if here.task is None:
            here.task = asyncio.create_task(self._look_again(here, look))
        try:
            yield listener
        finally:
            here.listeners.discard(listener)
            if not here.listeners:
                self._circles.pop(circle, None)
                here.task.cancel()

    async def _look_again(self, circle: _Circle, look: Look) -> None:
        seen: Hashable = None
        while True:
            try:
                at, found = await look()
            except Exception:  # the screens say how old their figures are; the next look may be better
                _FAULTS.exception("a look for open screens failed")
            else:
                for listener in circle.listeners:
                    _say(listener, Word(at=at, changed=seen is not None and found != seen))
                seen = found
            await asyncio.sleep(self.every)


def _say(listener: asyncio.Queue[Word | None], word: Word | None) -> None:
    """Say a word; to a screen that does not keep up, only that something changed, or that it is over."""
    if listener.full():
        waiting = [listener.get_nowait() for _ in range(listener.qsize())]
        if word is not None and any(each is not None and each.changed for each in waiting):
            word = Word(at=word.at, changed=True)
    listener.put_nowait(word)
