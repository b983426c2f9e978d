"""How long to wait before an outsider that did not answer is asked again, and when to stop asking.

The pauses grow from seconds to hours, so that a short silence costs little and a dead partner is not battered; in all
an errand is tried for a little more than three days, over a weekend.

Used by: booking, notices. Source: the retry schedule of Standard Webhooks 1.0, shortened at the start.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from .errors import Unreachable

PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)


def next_try(attempts: int, at: datetime, *, asked_for: int = 0) -> datetime:
    """Return when to ask again after `attempts` tries in vain; `asked_for` are the seconds the outsider begged for.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 23, tzinfo=UTC)
    >>> next_try(1, now) - now, next_try(99, now) - now
    (datetime.timedelta(seconds=5), datetime.timedelta(days=1))
    """
    pause = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
    return at + max(pause, timedelta(seconds=asked_for))


def seconds_of_quiet(silence: Unreachable) -> int:
    """Return for how long an outsider begged not to be asked, 0 when it did not.

    >>> seconds_of_quiet(Unreachable("Bận.", retry_after=30)), seconds_of_quiet(Unreachable("Bận."))
    (30, 0)
    """
    asked_for = silence.values.get("retry_after")
    return asked_for if isinstance(asked_for, int) else 0


def is_hopeless(attempts: int) -> bool:
    """Say whether an errand was tried often enough: a person must look now.

    >>> is_hopeless(3), is_hopeless(12)
    (False, True)
    """
    return attempts > len(PAUSES)
