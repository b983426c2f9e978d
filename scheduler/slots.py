"""When a job's next slot is, reckoned without running anything: for whoever looks at the timetable.

Stands on: timetable. Used by: bootstrap.
"""

from __future__ import annotations

from datetime import UTC, datetime

from apscheduler.triggers.cron import CronTrigger

from .timetable import Recurring


def next_slot(line: Recurring, after: datetime) -> datetime | None:
    """Return the first slot of a job after a moment."""
    trigger = CronTrigger(timezone=line.zone, **line.cron)
    struck: datetime | None = trigger.get_next_fire_time(after, after)
    return struck.astimezone(UTC) if struck else None
