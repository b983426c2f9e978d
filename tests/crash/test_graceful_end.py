"""Asked to end under load: what was taken is finished and answered, nothing else was begun, nothing stays leased."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime

import pytest

from postgw.domain.actor import GATEWAY

from ..furnishing import OFFICE, until
from .conftest import Life, Yard
from .kept import must_be_kept_once
from .load import Load
from .reckoning import faults_of

pytestmark = [pytest.mark.crash, pytest.mark.slow]

#: Jobs have half a minute to end their round, answers five seconds after that.
_ENDS_WITHIN = 120.0
_LOAD_SEED = 8


async def _ended(life: Life) -> int | None:
    life.process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(life.process.communicate(), _ENDS_WITHIN)
    return life.process.returncode


async def test_a_gateway_that_is_asked_to_end_answers_what_it_took_and_leaves_nothing_leased(yard: Yard) -> None:
    await yard.house.services.money.begin_series(
        "PHT26", ledger="fee", unit=OFFICE, actor=GATEWAY, at=datetime.now(UTC)
    )
    await yard.spoil(slow_seconds=0.1, only="order")
    gateway, jobs = await asyncio.gather(yard.started("-m", "postgw", "serve"), yard.started("-m", "postgw", "work"))
    load = Load(yard.session, (yard.port,), yard.token, lambda: datetime.now(UTC), _LOAD_SEED, persists=False)
    async with asyncio.TaskGroup() as crew:
        for worker in load.workers():
            crew.create_task(worker)

        async def is_busy() -> bool:
            booked = "SELECT count(*) AS n FROM told WHERE channel = 'post'"
            return len(load.acts) > 120 and await yard.count(booked) > 0

        await until("a busy gateway", is_busy, seconds=60)
        ends = await asyncio.gather(_ended(gateway), _ended(jobs))
        assert set(ends) == {0}

    await must_be_kept_once(yard.database, load)
    claimed = "SELECT count(*) AS n FROM replay WHERE status = 0"
    assert await yard.count(claimed) == 0, "a request was begun and not ended"
    leased = "SELECT (SELECT count(*) FROM outbox WHERE lease_until IS NOT NULL)"
    assert await yard.count(f"{leased} + (SELECT count(*) FROM job WHERE lease_until IS NOT NULL) AS n") == 0
    found = await faults_of(yard.database, yard.house.services.evidence, at=datetime.now(UTC))
    assert [fault for fault in found if "in no chain" not in fault] == []  # linked by the next one who works
