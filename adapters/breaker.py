"""Sparing an outsider: a rest after several faults in a row, and no more calls a second than it can bear.

While an outsider rests nobody knocks, so a dead partner costs no time-outs and a partner that is getting up again is
not overrun. When the rest is over one call goes first; the others wait for how it fares. Each vain first call makes
the next rest twice as long.

Used by: wire.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

#: So many faults in a row, and the outsider is left in peace. Design choice.
FAULTS_MOST = 5
#: The first rest and the longest one, seconds. Design choice.
REST_SECONDS, REST_MOST = 5.0, 300.0
#: So many outsiders of one wire are remembered. Design choice.
BREAKERS_MOST = 1000


class Breaker:
    """Whether an outsider may be called now."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._faults = 0
        self._rest = REST_SECONDS
        self._until = 0.0
        self._one_is_out = False

    def seconds_to_rest(self) -> float:
        """Return how long it is still left in peace; 0 when a call may go. Who is told 0 goes, or says `let_go`."""
        if self._faults < FAULTS_MOST:
            return 0.0
        left = self._until - self._monotonic()
        if left > 0 or self._one_is_out:
            return max(left, 1.0)
        self._one_is_out = True
        return 0.0

    def heard(self) -> None:
        """Note an answer."""
        self._faults, self._rest, self._one_is_out = 0, REST_SECONDS, False

    def let_go(self) -> None:
        """Note that a call ended without a word about the outsider: it was given up."""
        self._one_is_out = False

    def fell_silent(self, asked_for: float = 0.0) -> None:
        """Note a fault; `asked_for` are the seconds of quiet that the outsider begged for."""
        self._one_is_out = False
        self._faults = max(self._faults + 1, FAULTS_MOST if asked_for else 0)
        if self._faults >= FAULTS_MOST:
            self._until = self._monotonic() + (asked_for or self._rest)
            self._rest = min(self._rest * 2, REST_MOST)


class Breakers:
    """A breaker for each of many outsiders; who was not called for the longest is forgotten when they are too many."""

    def __init__(self, most: int = BREAKERS_MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Breaker] = OrderedDict()

    def of(self, outsider: str) -> Breaker:
        """Return the breaker of one outsider."""
        breaker = self._kept.setdefault(outsider, Breaker())
        self._kept.move_to_end(outsider)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return breaker


class Pace:
    """Lets calls pass one after another, so many a second; without a figure all at once."""

    def __init__(self, per_second: float = 0.0, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1 / per_second if per_second > 0 else 0.0
        self._monotonic = monotonic
        self._next = 0.0

    def seconds_to_wait(self) -> float:
        """Take the next turn; return how long it is until then."""
        now = self._monotonic()
        mine = max(now, self._next)
        self._next = mine + self._gap
        return mine - now

    async def turn(self) -> None:
        """Wait for one's turn."""
        if seconds := self.seconds_to_wait():
            await asyncio.sleep(seconds)
