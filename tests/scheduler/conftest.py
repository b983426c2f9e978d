"""Leases kept in memory, answering as the job rows of the database do, and a clock that a test sets."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def seconds_pass(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Keeper:
    """The leases of all processes; `of(holder)` is what one process is handed."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, datetime | None, datetime]] = {}
        self.renewals = 0
        self.renewed = asyncio.Event()
        self.broken: Exception | None = None

    def of(self, holder: str) -> Held:
        return Held(self, holder)

    def steal(self, job: str) -> None:
        self.rows[job] = ("somebody else", *self.rows[job][1:])


class Held:
    def __init__(self, keeper: Keeper, holder: str) -> None:
        self.keeper, self.holder = keeper, holder

    async def take(self, job: str, *, slot: datetime, at: datetime, seconds: float) -> bool:
        self._must_work()
        _, until, last_slot = self.keeper.rows.get(job, ("", None, datetime.min.replace(tzinfo=UTC)))
        free = last_slot < slot and (until is None or until < at)
        if free:
            self.keeper.rows[job] = (self.holder, at + timedelta(seconds=seconds), slot)
        return free

    async def renew(self, job: str, *, seconds: float, at: datetime) -> bool:
        self._must_work()
        holder, _, slot = self.keeper.rows[job]
        if held := holder == self.holder:
            self.keeper.rows[job] = (holder, at + timedelta(seconds=seconds), slot)
            self.keeper.renewals += 1
            self.keeper.renewed.set()
        return held

    async def release(self, job: str, *, at: datetime, failed: bool = False) -> None:
        holder, _, slot = self.keeper.rows[job]
        if holder == self.holder:
            self.keeper.rows[job] = ("", None, slot)

    def _must_work(self) -> None:
        if self.keeper.broken:
            raise self.keeper.broken


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keeper() -> Keeper:
    return Keeper()
