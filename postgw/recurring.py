"""The recurring work of a house: what each line of the timetable asks of the services, and who holds its lease.

Stands on: services, scheduler, taking_in, storage.jobs. Used by: bootstrap, household.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from postgw.services.timekeeping import Planned
from postgw.storage import jobs
from postgw.storage.database import Database
from postgw.taking_in import take_offers
from scheduler.slots import next_slot
from scheduler.timetable import TIMETABLE

if TYPE_CHECKING:
    from postgw.services.bundle import Services


def planned() -> tuple[Planned, ...]:
    """Return when each line of the timetable is due, and how long its lease lasts."""
    return tuple(
        Planned(job=line.job, lease=timedelta(seconds=line.lease_seconds), next_slot=partial(next_slot, line))
        for line in TIMETABLE
    )


def acts(services: Services) -> dict[str, Callable[[datetime], Awaitable[int]]]:
    """Return what each line of the timetable asks."""
    return {
        "fetch_dossiers": lambda at: services.fetching.fetch_due(at=at),
        "take_offers": lambda at: take_offers(services, at=at),
        "answer_offers": lambda at: services.fetching.answer_due(at=at),
        "send_orders": lambda at: services.booking.send_due(at=at),
        "read_feeds": lambda at: services.feeds.read_all(at=at),
        "match_strays": lambda at: services.strays.match(at=at),
        "find_conflicts": lambda at: services.conflicts.look_on(at=at),
        "send_notices": lambda at: services.notices.send_due(at=at),
        "ask_standings": lambda at: services.settling.ask_standings(at=at),
        "send_links": lambda at: services.link_sending.send_due(at=at),
        "send_messages": lambda at: services.messaging.send_due(at=at),
        "close_manifests": lambda at: services.handover.close_due(at=at),
        "watch_clocks": lambda at: services.watch.look_at_clocks(at=at),
        "watch_cases": lambda at: services.watch.look_at_cases(at=at),
        "watch_dossiers": lambda at: services.watch.look_at_dossiers(at=at),
        "link_scans": lambda at: services.evidence.link_due(at=at),
        "seal_chains": lambda at: services.evidence.seal_due(at=at),
        "tell_undeliverable": lambda at: services.ending.tell_due(at=at),
        "erase_personal": lambda at: services.retention.erase_due(at=at),
        "forget_sittings": lambda at: services.sittings.forget(at=at),
        "forget_replays": lambda at: services.accounts.forget_replays(at=at),
    }


class DatabaseLeases:
    """The leases of recurring jobs, kept in the database under this process's name."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder = f"{socket.gethostname()[:40]}/{os.getpid()}/{secrets.token_hex(4)}"

    async def take(self, job: str, *, slot: datetime, at: datetime, seconds: float) -> bool:
        """Take a job for one slot."""
        until = at + timedelta(seconds=seconds)
        async with self._database.writing() as tx:
            return await jobs.take(tx, job, holder=self._holder, slot=slot, at=at, until=until)

    async def renew(self, job: str, *, seconds: float, at: datetime) -> bool:
        """Hold on to a job."""
        async with self._database.writing() as tx:
            return await jobs.renew(tx, job, holder=self._holder, until=at + timedelta(seconds=seconds))

    async def release(self, job: str, *, at: datetime, failed: bool = False) -> None:
        """Give a job back, and say whether it failed."""
        async with self._database.writing() as tx:
            await jobs.release(tx, job, holder=self._holder, at=at, failed=failed)
