"""The legal day: the date in Vietnam of a moment.

Stands on: nothing. Used by: whatever asks which rules were in force.

>>> from datetime import UTC, datetime
>>> legal_day(datetime(2026, 11, 22, 18, 0, tzinfo=UTC))
datetime.date(2026, 11, 23)
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def legal_day(at: datetime) -> date:
    """Return the date in Vietnam."""
    return at.astimezone(VIETNAM).date()


def shown(at: datetime) -> str:
    """Return a moment as an officer reads it.

    >>> from datetime import UTC
    >>> shown(datetime(2026, 11, 23, 2, 42, tzinfo=UTC))
    '09:42 23/11/2026'
    """
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
