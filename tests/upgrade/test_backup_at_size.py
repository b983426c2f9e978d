"""A full database is backed up while scans run, put back elsewhere, verified, worked on, and gives no number twice."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from postgw.bootstrap import House, opened_house
from postgw.domain.actor import GATEWAY
from postgw.domain.legal_day import legal_day
from postgw.domain.manifest import Manifest
from postgw.settings import parse
from postgw.storage import labels, manifests, receipts
from postgw.storage.backup import Card, back_up
from postgw.storage.database import Database
from postgw.storage.receipts import Series
from postgw.storage.restore import restore

from ..furnishing import DESK, OFFICE, until
from .conftest import SETTINGS, Gateway, OpenGateway

pytestmark = pytest.mark.slow

_FULL = os.environ.get("POSTGW_FULL_DATABASE") == "1"
SCANS = 200_000 if _FULL else 2000
_ONE_ROW = (
    "INSERT INTO scan (consignment_id, source, source_id, witness, code, occurred_at, received_at)"
    " SELECT (SELECT min(id) FROM consignment) + n % 8, 'filled', {text}, 1, 'arrived', {now}, {now}"
    " FROM {numbers}"
)
_BY = {
    True: ("CAST(n AS text)", "'2026-11-01 02:00:00.000000+00:00'",
           "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) SELECT n FROM c)"),
    False: ("n::text", "'2026-11-01 02:00:00+00:00'", "generate_series(1, {count}) n"),
}  # fmt: skip


async def _filled(house: House) -> None:
    """Give the house many scans, linked and sealed, and numbers to give."""
    text, now, numbers = _BY[house.database.sqlite]
    async with house.database.writing() as tx:
        await tx.run(_ONE_ROW.format(text=text, now=now, numbers=numbers.format(count=SCANS)))
        await labels.lend(tx, "RR", 10_000_000, 10_009_999, "ha-tinh", actor="a", at=datetime.now(UTC))
    for later in (timedelta(0), timedelta(days=1)):  # linked today, sealed by the night
        await house.services.evidence.seal_due(at=datetime.now(UTC) + later)


async def _given(database: Database, count: int) -> list[str]:
    """Give item numbers, receipts and manifests, as a day's work does; return their numbers."""
    at, found = datetime.now(UTC), []
    prefix = f"BB-{DESK}-{legal_day(at):%y%m%d}-"
    for _ in range(count):
        async with database.writing() as tx:
            found.append(str(await labels.take(tx, "ha-tinh")))
            found.append(await receipts.next_number(tx, unit=OFFICE, ledger="fee"))
            number = f"{prefix}{await manifests.next_serial(tx, prefix):02d}"
            manifest = Manifest(manifest_no=number, desk=DESK, office=OFFICE, direction="to_post")
            assert await manifests.add(tx, manifest, pickup_no="", actor="a", at=at)
            found.append(number)
    return found


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of another place of the same kind, where there is nothing yet."""
    if database_url.startswith("sqlite"):
        yield f"sqlite://{tmp_path}/elsewhere/postgw.sqlite3"
        return
    name, url = f"postgw_elsewhere_{secrets.token_hex(4)}", urlsplit(database_url)

    def tell(statement: str) -> None:
        async def ask() -> None:
            connection = await asyncpg.connect(urlunsplit(url._replace(path="/postgres")))
            await connection.execute(statement)
            await connection.close()

        asyncio.run(ask())

    tell(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield urlunsplit(url._replace(path=f"/{name}"))
    tell(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def gateway(elsewhere: str, database_url: str, open_gateway: OpenGateway) -> Gateway:
    """Give a gateway with many scans."""
    gateway = await open_gateway(database_url)
    async with gateway.house.database.writing() as tx:
        series = Series(series="TT26P", ledger="fee", unit=OFFICE)
        await receipts.begin_series(tx, series, actor="a", at=datetime.now(UTC))
    await _filled(gateway.house)
    return gateway


async def _backed_up_among_scans(gateway: Gateway, into: Path) -> tuple[list[str], Path, Card, int]:
    """Back up until a scan was acknowledged meanwhile: a copy of a small file may be made between two scans.

    Return what was acknowledged before the last backup began, its folder and card, and how many scans came during it.
    """
    for time in range(50):
        sure = list(gateway.acknowledged)
        folder, card = await back_up(gateway.house.settings.storage.url, into / f"kept-{time}", at=datetime.now(UTC))
        if meanwhile := len(gateway.acknowledged) - len(sure):
            break
    return sure, folder, card, meanwhile


@pytest.mark.timeout(900)
async def test_a_backup_taken_while_scans_run_is_a_house_to_work_in(
    gateway: Gateway, elsewhere: str, tmp_path: Path
) -> None:
    before = await _given(gateway.house.database, 3)
    async with asyncio.TaskGroup() as devices:
        for name in ("a", "b"):
            devices.create_task(gateway.send_without_end(name))
        await until("scans pass", lambda: len(gateway.acknowledged) >= 10)
        sure, folder, card, meanwhile = await _backed_up_among_scans(gateway, tmp_path)
        gateway.end()
    after = await _given(gateway.house.database, 20)

    done = await restore(elsewhere, folder, replace=False, at=datetime.now(UTC))
    async with opened_house(parse(SETTINGS.format(url=elsewhere))) as house:
        report = await house.services.evidence.verify(kept_digest="", actor=GATEWAY)
        rows = await house.database.reading.rows("SELECT source_id FROM scan WHERE source = 'device:may-quet'")
        again = await _given(house.database, 20)

    assert report.holds
    assert report.linked > 0
    assert report.seals > 0
    assert set(sure) <= {row["source_id"] for row in rows} <= set(gateway.acknowledged)
    assert card.last_rows["scan"] >= SCANS + len(sure)
    assert meanwhile > 0, "nobody scanned while the backup was taken"
    assert not set(again) & set(before + after)
    assert done.serial_gap >= 50
