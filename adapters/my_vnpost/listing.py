"""The post's list of orders, which goes by days and pages.

Stands on: door, mapping, moments. Used by: client (who looks first), following (who reads what changed).
Source: the list's parameters as public clients write them: days, 31 at most, and 500 rows a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from .door import Door, made, unreadable
from .mapping import records
from .moments import vietnamese_day
from .settings import MyVnPostSettings


@dataclass(frozen=True, slots=True)
class Span:
    """Days of the list, both ends included."""

    first: date
    last: date


def spans(since: datetime, now: datetime, settings: MyVnPostSettings) -> Iterator[Span]:
    """Yield the spans of days from one moment to now, with the days of overlap, none longer than the post allows."""
    first, today = vietnamese_day(since) - timedelta(days=settings.feed_overlap_days), vietnamese_day(now)
    while first <= today:
        last = min(today, first + timedelta(days=settings.list_days_most - 1))
        yield Span(first, last)
        first = last + timedelta(days=1)


async def listed(door: Door, span: Span, page: int, size: int) -> list[Any]:
    """Return one page of the list. Raises Unreachable when the answer is no list."""
    settings = door.settings
    query = {
        "lastUpdateFrom": span.first.strftime(settings.list_date_format),
        "lastUpdateTo": span.last.strftime(settings.list_date_format),
        "type": settings.list_type,
        "page": str(page),
        "size": str(size),
        "isInternational": "false",
    }
    rows = records(made(await door.ask("GET", "list", query=query)))
    if rows is None:
        raise unreadable("GetListOrder")
    return rows
