"""Whether somebody stands at the door and waits for what is being done now, and how long that one can wait at most.

Whoever waits hears in time that it did not work, and comes again. A recurring job, a migration, a backup or a report
keeps nobody waiting and takes the time that it takes: what says nothing here is in no hurry.

Used by: web, which says it of every request; storage.patience, which asks; services whose act may be long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf

#: The longest that whoever waits can wait for one answer, in seconds; `inf` as long as the house has patience, None:
#: nobody waits.
most_seconds: ContextVar[float | None] = ContextVar("most_seconds", default=None)


@contextmanager
def at_the_door(seconds: float = inf) -> Iterator[None]:
    """Let somebody wait for the length of the block, and no longer than this for each answer."""
    token = most_seconds.set(seconds)
    try:
        yield
    finally:
        most_seconds.reset(token)


@contextmanager
def time_enough() -> Iterator[None]:
    """Let an act take the time that it takes: whoever asked for it knows that it is long."""
    token = most_seconds.set(None)
    try:
        yield
    finally:
        most_seconds.reset(token)
