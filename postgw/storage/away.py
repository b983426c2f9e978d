"""When the database goes away in the midst of a question: every way its driver says so becomes one error.

A server that restarts cuts lines, refuses new ones and, while it recovers, answers that it cannot be spoken to yet. To
whoever asked all of it is the same: nothing is known, ask again. Only a line that was cut is so called; what the
database says about the question itself goes through unchanged.

Used by: database.
Source: PostgreSQL, appendix A, classes 08 (connection exception) and 57P (operator intervention).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg import exceptions

_CUT = (
    exceptions.PostgresConnectionError,
    exceptions.AdminShutdownError,
    exceptions.CrashShutdownError,
    exceptions.CannotConnectNowError,
)


class DatabaseAway(ConnectionError):
    """The database cannot be spoken to at present; what was asked was done, or was not."""


@contextmanager
def seen_when_away() -> Iterator[None]:
    """Raise DatabaseAway in place of whatever the driver says of a line that is cut."""
    try:
        yield
    except _CUT as error:
        raise DatabaseAway(type(error).__name__) from error
    except exceptions.InterfaceError as error:
        if "closed" not in str(error):
            raise
        raise DatabaseAway(type(error).__name__) from error
