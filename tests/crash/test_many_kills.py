"""Killed again and again at moments that nobody chose: every acknowledged act is there once, and all of it adds up.

`POSTGW_KILLS=300` runs it as long as a release deserves (a third of it on SQLite); `POSTGW_KILLS_SEED` chooses the
moments again that a failure names, `POSTGW_KILLS_SECONDS` for how long there is time to kill.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from postgw.domain.actor import GATEWAY
from postgw.storage import told

from ..furnishing import OFFICE, until
from ..servers import free_port
from .conftest import Yard, opened_yard
from .kept import must_be_kept_once
from .lives import Keeper, Nursery, nursery
from .load import Act, Load, scan_keys
from .process import clock_ahead
from .reckoning import faults_of

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(900)]

_SECONDS = float(os.environ.get("POSTGW_KILLS_SECONDS", "inf"))
_KILLS = int(os.environ.get("POSTGW_KILLS", "0"))
_SEED = int(os.environ.get("POSTGW_KILLS_SEED") or random.randrange(10**6))
#: An hour of the gateways is a minute and a half: what the dead had leased is free within seconds.
_PACE = 40.0
_ASKED_AGAIN_MOST = 800


@dataclass
class Siege:
    """A yard whose processes are killed and born again while a load goes on."""

    yard: Yard
    nursery: Nursery
    load: Load
    keepers: list[Keeper]
    dice: random.Random
    clock_words: tuple[str, ...]
    strikes: Counter[str] = field(default_factory=Counter)
    cut: Callable[[], Awaitable[None]] | None = None  #: of the database's power

    async def strike(self, times: int) -> None:
        """Kill somebody so many times, each at a moment that the dice choose, while the load goes on."""
        ends = time.monotonic() + _SECONDS
        while self.strikes.total() < times and time.monotonic() < ends:
            await self._some_work()
            await asyncio.sleep(self.dice.uniform(0, 0.15))
            if self.cut and self.dice.random() < 0.15:
                await self.cut()
                self.strikes["database"] += 1
            elif (victim := self.dice.choice(self.keepers)).kill():
                self.strikes[victim.words[0]] += 1

    async def _some_work(self) -> None:
        enough = len(self.load.acts) + self.dice.randint(1, 9)

        async def is_done() -> bool:
            return len(self.load.acts) >= enough

        await until(f"{enough} acts acknowledged, met {dict(self.load.troubles)}", is_done, seconds=60)

    async def endured(self, times: int) -> None:
        """Let the load and the kills go on side by side, and then the load end what it has begun."""
        keeping = [asyncio.create_task(keeper.keep()) for keeper in self.keepers]
        try:
            async with asyncio.TaskGroup() as group:
                for worker in self.load.workers():
                    group.create_task(worker)
                try:
                    await self.strike(times)
                finally:
                    self.load.over.set()
        finally:
            for keeper, task in zip(self.keepers, keeping, strict=True):
                await keeper.give_up(task)

    async def calmed(self) -> None:
        """Let one gateway, an hour later, do what is left of the load; then end it."""
        settings = self.yard.folder / "settings.toml"
        settings.write_text(settings.read_text("utf-8").replace("enabled = false", "enabled = true"), "utf-8")
        words = ("serve", "--port", str(self.load.ports[0]), "--ahead", "3600", *self.clock_words)
        until_now = self.load.clock()
        gateway = await self.nursery.bear(*words)
        assert await gateway.there()

        async def is_calm() -> bool:
            return await self._left_of(until_now) == 0

        await until("nothing of the load is owed any more", is_calm, seconds=60)
        await _same_answers(self)
        gateway.signal(signal.SIGTERM)
        assert await gateway.ended == 0
        while await self.yard.house.services.evidence.link_due(at=self.load.clock()):
            pass  # what the post's feed told until the very end

    async def _left_of(self, moment: datetime) -> int:
        """Count what was owed before a moment and is due by now, and orders that are neither yes nor no."""
        owed = "SELECT count(*) AS n FROM outbox WHERE state = 'waiting' AND created_at <= $1 AND due_at <= $2"
        half = "SELECT count(*) AS n FROM post_order WHERE state IN ('waiting', 'unknown', 'cancelling')"
        in_an_hour = self.load.clock() + timedelta(hours=1)
        return await self.yard.count(owed, moment, in_an_hour) + await self.yard.count(half)


_MORE = """
[scheduler]
enabled = {alone}
[adapters.rehearsal.desk]
file = "{heard}"
"""


@asynccontextmanager
async def _siege(url: str, folder: Path, *, seed: int, alone: bool) -> AsyncIterator[Siege]:
    """Lay siege to a house: two doors and a timetable, or one door that does everything."""
    async with AsyncExitStack() as ends:
        yard = await ends.enter_async_context(opened_yard(url, folder, speed=5))
        with (folder / "settings.toml").open("a", encoding="utf-8") as file:
            file.write(_MORE.format(alone=str(alone).lower(), heard=folder / "heard.jsonl"))
        began = time.time()
        words = ("--began", str(began), "--pace", str(_PACE))
        await yard.house.services.money.begin_series(
            "PHT26", ledger="fee", unit=OFFICE, actor=GATEWAY, at=datetime.now(UTC)
        )
        ports = (yard.port,) if alone else (yard.port, free_port())
        clock = clock_ahead(0, began=began, pace=_PACE)
        cradle = await ends.enter_async_context(nursery(folder))
        keepers = [Keeper(cradle, ("serve", "--port", str(port), *words)) for port in ports]
        keepers += [] if alone else [Keeper(cradle, ("work", *words))]
        load = Load(yard.session, ports, yard.token, clock, seed)
        yield Siege(yard, cradle, load, keepers, random.Random(seed), words)


# --- what is proved afterwards ----------------------------------------------------------------------------------------


async def _one_parcel_each(siege: Siege) -> None:
    """Lay the post's own book beside ours: one parcel for each consignment that was booked, and no other."""
    parcels = {parcel["order_no"]: parcel for parcel in await siege.yard.parcels()}
    wanted = {act.path.split("/")[-2] for act in siege.load.acts if act.kind == "book" and act.went_well}
    wanted |= {_answered_order(act) for act in siege.load.acts if act.kind == "consignment"} - {""}
    rows = await siege.yard.database.reading.rows("SELECT consignment_no, state FROM post_order")
    ours = {row["consignment_no"]: row["state"] for row in rows}
    assert wanted <= set(ours)
    assert set(parcels) <= set(ours), "a parcel that nobody asked for"
    assert set(ours.values()) <= {"accepted", "cancelled"}, Counter(ours.values())
    assert {number for number, state in ours.items() if state == "accepted"} == {
        number for number, parcel in parcels.items() if not parcel["cancelled"]
    }


def _answered_order(act: Act) -> str:
    return act.answer["consignment_no"] if act.status == 201 and act.answer["order"] else ""


async def _same_answers(siege: Siege) -> None:
    """Ask again for what was acknowledged: the same answer, byte for byte, and every scan is known."""
    again = siege.dice.sample(siege.load.acts, min(_ASKED_AGAIN_MOST, len(siege.load.acts)))
    gate = asyncio.Semaphore(16)

    async def ask(act: Act) -> None:
        async with gate:
            status, content = await siege.load.once("POST", siege.load.ports[0], act.path, act.body, act.key)
        if act.kind == "scans":
            assert set(scan_keys(replace(act, content=content)).values()) == {"known"}
        else:
            assert (status, content) == (act.status, act.content), act

    await asyncio.gather(*(ask(act) for act in again))


_TO_DESKS = "o.channel = 'desk'"


async def _everybody_heard(siege: Siege) -> None:
    """See that the desk's own system heard each word that counts as said to it, and none that was not owed."""
    lines = await asyncio.to_thread((siege.yard.folder / "heard.jsonl").read_text, "utf-8")
    heard = {json.loads(line)["notice_id"] for line in lines.splitlines()}
    rows = await siege.yard.database.reading.rows(f"SELECT * FROM {told.errands(_TO_DESKS)} o")
    owed = {row["notice_id"]: row["state"] for row in rows}
    assert {notice for notice, state in owed.items() if state == "sent"} <= heard <= set(owed)


async def _must_be_whole(siege: Siege) -> None:
    house, at = siege.yard.house, siege.load.clock() + timedelta(hours=2)
    assert await faults_of(house.database, house.services.evidence, at=at) == []
    await must_be_kept_once(house.database, siege.load)
    await _one_parcel_each(siege)
    await _everybody_heard(siege)
    parked = await siege.yard.database.reading.rows("SELECT DISTINCT channel FROM outbox WHERE state = 'parked'")
    assert {row["channel"] for row in parked} <= {"cancel"}
    assert await _verified(siege.yard)
    assert not [trouble for trouble in siege.load.troubles if trouble.startswith("500")], (
        "a cut line is no fault of ours"
    )
    assert [status for keeper in siege.keepers for status in keeper.broke_off] == [], "somebody ended unasked"


async def _verified(yard: Yard) -> bool:
    """Have `postgw verify` look, as a province would."""
    environment = {**os.environ, "POSTGW_SETTINGS": str(yard.folder / "settings.toml")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "postgw", "verify", "--json", stdout=asyncio.subprocess.PIPE, env=environment
    )
    said, _ = await process.communicate()
    report = json.loads(said)
    scans = await yard.count("SELECT count(*) AS n FROM scan")
    return process.returncode == 0 and report["holds"] and (report["linked"], report["not_linked"]) == (scans, 0)


def _told_of(siege: Siege, began: float) -> str:
    """Return in one line what was lived through."""
    kinds = Counter(act.kind for act in siege.load.acts)
    again = sum(act.tries > 1 for act in siege.load.acts)
    return (
        f"seed {siege.load.seed}: {siege.strikes.total()} kills {dict(siege.strikes)}, {len(siege.load.acts)} acts"
        f" acknowledged {dict(kinds)}, {again} of them asked for more than once, met {dict(siege.load.troubles)},"
        f" {time.monotonic() - began:.0f} s"
    )


async def _survived(siege: Siege, kills: int) -> None:
    began = time.monotonic()
    try:
        await siege.endured(kills)
        await siege.calmed()
        await _must_be_whole(siege)
    finally:
        sys.stdout.write(f"\n{_told_of(siege, began)}\n")


async def test_one_gateway_on_sqlite_that_is_killed_again_and_again_loses_and_doubles_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with _siege(sqlite_url, tmp_path, seed=_SEED, alone=True) as siege:
        await _survived(siege, _KILLS // 3 or 8)


@pytest.mark.postgres
async def test_gateways_and_a_database_that_are_killed_again_and_again_lose_and_double_nothing(
    durable_postgres_url: str, tmp_path: Path, power_cut: Callable[[], Awaitable[None]]
) -> None:
    async with _siege(durable_postgres_url, tmp_path, seed=_SEED, alone=False) as siege:
        siege.cut = power_cut
        await _survived(siege, _KILLS or 12)
