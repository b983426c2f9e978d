"""`postgw serve` and two `postgw work` on one database fire one timetable: each slot once, and nothing is left undone.

A trigger in the database writes down who was given which slot. One process is killed while it waits for the post in
the middle of a job; the test then makes its leases old, as if their time had passed, and another takes the job over.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.address import Party
from postgw.domain.dossier import Dossier

from ..furnishing import CITIZEN_TOLD, DESK, PROCEDURE
from ..servers import free_port
from .conftest import SETTINGS, Town, opened_town

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.crash]
ORDERS = 12
#: Jobs have half a minute to end their round, answers five seconds after that.
_ENDS_WITHIN = 120
_WRITE_DOWN = (
    "CREATE TABLE given (job text, slot timestamptz, holder text, at timestamptz DEFAULT clock_timestamp())",
    "CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO given (job, slot, holder) VALUES (new.job, new.last_slot, new.holder); RETURN new; END $$",
    "CREATE TRIGGER given AFTER UPDATE OF last_slot ON job FOR EACH ROW"
    " WHEN (new.last_slot IS DISTINCT FROM old.last_slot) EXECUTE FUNCTION write_down()",
)


async def until(what: str, holds: Callable[[], Awaitable[Any]]) -> Any:
    """Return what becomes true."""
    try:
        async with asyncio.timeout(120):
            while not (found := await holds()):
                await asyncio.sleep(0.05)
            return found
    except TimeoutError:
        pytest.fail(f"waited in vain: {what}")


@asynccontextmanager
async def process(folder: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command of the house; it does not outlive the block."""
    environment = {**os.environ, "POSTGW_SETTINGS": str(folder / "settings.toml")}
    with (folder / "stderr").open("ab") as errors:
        one = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "postgw", *arguments, stdout=asyncio.subprocess.PIPE, stderr=errors, env=environment
        )
    try:
        yield one
    finally:
        if one.returncode is None:
            one.kill()
        await one.wait()


async def _post_office(ends: AsyncExitStack, folder: Path) -> str:
    office = await ends.enter_async_context(
        process(folder, "rehearse", "post-office", "--port", "0", "--speed", "3600", "--data", str(folder / "office"))
    )
    assert office.stdout is not None
    said = (await asyncio.wait_for(office.stdout.readline(), 120)).decode().strip()
    return said.rpartition(" ")[2]


async def _spoilt(office: str, **faults: Any) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{office}/rehearsal/faults", json={"reset": True, **faults}) as said,
    ):
        assert said.status == 200


async def _parcels(office: str) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{office}/rehearsal/orders") as said:
        return list((await said.json())["orders"])


async def _booked(town: Town) -> None:
    services, at, citizen = town.houses[0].services, datetime.now(UTC), Party(**CITIZEN_TOLD)
    for n in range(ORDERS):
        sent = Dossier(
            intake_ref=f"MC-{n}", receiving_desk=DESK, procedure_code=PROCEDURE, service_form="both", applicant=citizen
        )
        await services.intake.take(sent, actor=GATEWAY, at=at)
        made = await services.intake.register(f"{DESK}/MC-{n}", leg="send", actor=GATEWAY, at=at)
        await services.booking.book(made.consignment_no, actor=GATEWAY, at=at)


async def test_of_three_processes_one_runs_each_slot_and_the_job_of_a_dead_one_is_taken_over(
    postgres_url: str, tmp_path: Path
) -> None:
    async with AsyncExitStack() as ends:
        office = await _post_office(ends, tmp_path)
        text = SETTINGS.format(url=postgres_url, port=0).replace("port = 0", f'url = "{office}"')
        (tmp_path / "settings.toml").write_text(text + f"[web]\nport = {free_port()}\n", "utf-8")
        town = await ends.enter_async_context(opened_town(postgres_url, 1))
        async with town.houses[0].database.writing() as tx:
            for statement in _WRITE_DOWN:
                await tx.run(statement)
        await _booked(town)
        await _spoilt(office, silent=1.0)
        kinds = ("serve", "work", "work")
        three = {one.pid: one for one in [await ends.enter_async_context(process(tmp_path, kind)) for kind in kinds]}

        async def asking() -> Any:
            """Return who waits for the post, with an order in its hands."""
            if await town.value("SELECT count(*) FROM post_order WHERE state = 'unknown'"):
                return await town.value("SELECT holder FROM job WHERE job = 'send_orders'")
            return None

        holder = await until("somebody asks the post", asking)
        dead = int(holder.split("/")[1])
        three[dead].kill()
        await three[dead].wait()
        await _spoilt(office)
        async with town.houses[0].database.writing() as tx:
            await tx.run("UPDATE job SET lease_until = lease_until - interval '10 minutes' WHERE holder = $1", holder)
            await tx.run("UPDATE outbox SET lease_until = NULL")

        async def done() -> bool:
            accepted = await town.value("SELECT count(*) FROM post_order WHERE state = 'accepted'")
            due = await town.value("SELECT count(*) FROM outbox WHERE state = 'waiting' AND channel IN ('post', 'fan')")
            return bool(accepted == ORDERS and not due)

        await until("every order is with the post, and everything was told", done)
        given = await town.rows("SELECT job, slot, holder FROM given ORDER BY slot")
        for pid, one in three.items():
            if pid != dead:
                one.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(one.wait(), _ENDS_WITHIN) == 0, (tmp_path / "stderr").read_text()[-3000:]
        parcels = await _parcels(office)

    assert [pair for pair, times in Counter((row["job"], row["slot"]) for row in given).items() if times > 1] == []
    assert Counter(parcel["order_no"] for parcel in parcels).most_common(1)[0][1] == 1
    assert len(parcels) == ORDERS
    of_dead = [n for n, row in enumerate(given) if row["holder"] == holder and row["job"] == "send_orders"]
    later = [row for row in given[of_dead[-1] + 1 :] if row["job"] == "send_orders"]
    assert later
    assert holder not in {row["holder"] for row in later}
