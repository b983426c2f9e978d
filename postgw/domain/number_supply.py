"""How long the item numbers that the post lent us will last.

A desk whose numbers run out prints no label, so the next range is asked for in time: when little of what was lent is
left, or when at the present pace it is used up within days.

Used by: services.supply.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LowWater:
    """When an administrator is warned."""

    percent: int = 10
    days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What one account of the post has left.

    >>> one = Supply(account="hatinh", lent=1000, left=80, a_day=5.0, low=LowWater())
    >>> one.percent, one.days, one.state
    (8, 16, 'low')
    >>> Supply(account="hatinh", lent=1000, left=0, a_day=0.0, low=LowWater()).state
    'none'
    >>> Supply(account="hatinh", lent=1000, left=900, a_day=100.0, low=LowWater()).state
    'low'
    """

    account: str
    lent: int
    left: int
    a_day: float  #: how many are used on a day, by the last two weeks
    low: LowWater

    @property
    def percent(self) -> int:
        """Return how much of what was lent is left."""
        return self.left * 100 // self.lent if self.lent else 0

    @property
    def days(self) -> int | None:
        """Return for how many days they last at the present pace; nothing when none is used."""
        return int(self.left / self.a_day) if self.a_day else None

    @property
    def state(self) -> str:
        """Return `ok`, `low` or `none`."""
        if not self.left:
            return "none"
        is_low = self.percent < self.low.percent or (self.days is not None and self.days < self.low.days)
        return "low" if is_low else "ok"
