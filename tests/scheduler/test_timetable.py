from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger

from scheduler.timetable import TIMETABLE

#: SQLite waits so long for its lock; a lease must be renewable after that.
BUSY_SECONDS = 20


@pytest.mark.parametrize("line", TIMETABLE, ids=lambda line: line.job)
def test_a_line_can_be_struck_and_its_lease_outlives_a_busy_database(line):
    at = datetime(2026, 11, 23, tzinfo=UTC)

    assert CronTrigger(timezone=line.zone, **line.cron).get_next_fire_time(None, at) > at - timedelta(seconds=1)
    assert line.lease_seconds * 2 / 3 > BUSY_SECONDS
    assert len(line.job) <= 40


def test_no_job_stands_twice():
    assert len({line.job for line in TIMETABLE}) == len(TIMETABLE)


def test_replays_are_forgotten_in_the_quiet_hour_of_ha_tinh():
    (line,) = [line for line in TIMETABLE if line.job == "forget_replays"]

    slot = CronTrigger(timezone=line.zone, **line.cron).get_next_fire_time(None, datetime(2026, 11, 23, tzinfo=UTC))

    assert slot.astimezone(UTC) == datetime(2026, 11, 23, 20, 10, tzinfo=UTC)
