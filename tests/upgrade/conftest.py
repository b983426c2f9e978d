"""A gateway that goes on taking scans, and a later release that brings a database forward meanwhile."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw.bootstrap import House, opened_house
from postgw.settings import parse
from postgw.storage import migrations
from postgw.web.pages.routes import pages

from ..furnishing import OFFICE, consignments, door_of, furnish, token_for

#: A disk is filled up for good in the full run alone: it is mounted for that.
collect_ignore = [] if os.environ.get("POSTGW_FULL_DATABASE") == "1" else ["test_real_disk.py"]

SETTINGS = """
[storage]
url = "{url}"
[scheduler]
enabled = false
[[post.accounts]]
name = "ha-tinh"
adapter = "rehearsal"
"""

#: What the next release might bring: columns with defaults on the tables of the hot path, a table that hangs on them,
#: indexes on tables that are full, and a backfill.
LATER = {
    "later": """
        ops.AddField("ScanRow", "device_battery", fields.SmallIntField(default=0, db_default=0)),
        ops.AddField("ConsignmentRow", "insured_dong", fields.BigIntField(default=0, db_default=0)),
        ops.AddField("OutboxRow", "wave", fields.CharField(default="", db_default="", max_length=8)),
        ops.AddField("JobRow", "note", fields.CharField(null=True, max_length=40)),
        ops.CreateModel("ParcelPhotoRow", fields=[
            ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
            ("consignment", fields.ForeignKeyField("models.ConsignmentRow", source_field="consignment_id",
             db_constraint=True, to_field="id", on_delete=OnDelete.RESTRICT)),
        ], options={"table": "parcel_photo", "app": "models", "pk_attr": "id"}, bases=["Model"]),
    """,
    "later_index": """
        ops.AddIndex("ScanRow", Index(fields=["received_at", "id"])),
        ops.AddIndex("ConsignmentRow", Index(fields=["insured_dong"])),
        ops.RunSQL("CREATE INDEX scan_by_code ON scan (code, id)", "DROP INDEX scan_by_code"),
    """,
    "later_filled": """
        ops.RunSQL("UPDATE consignment SET insured_dong = 1000", ""),
    """,
}
_STEP = """
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [("models", "{before}")]
    operations = [{operations}]
"""


def write_release(package: Path, steps: dict[str, str]) -> list[str]:
    """Write a package with our steps and more of them; return the names of those."""
    for name in [each for each in sys.modules if each.partition(".")[0] == package.name]:
        del sys.modules[name]  # another test's, whose folder is gone
    own = Path(inspect.getfile(migrations)).parent
    shutil.copytree(own, package, ignore=shutil.ignore_patterns("__pycache__"))
    last, added = max(path.stem for path in package.glob("[0-9]*.py")), []
    for serial, (name, operations) in enumerate(steps.items(), int(last[:4]) + 1):
        text = _STEP.format(before=last, operations=operations)
        last = f"{serial:04}_{name}"
        (package / f"{last}.py").write_text(text, "utf-8")
        added.append(last)
    return added


@pytest.fixture
def later_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the name of a package with our steps and those of the next release."""
    write_release(tmp_path / "steps_of_later", LATER)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    return "steps_of_later"


@dataclass
class Gateway:
    """A gateway, and devices that send it one scan after the other."""

    house: House
    client: TestClient[Any, Any]
    token: str
    numbers: list[str]
    acknowledged: list[str] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)  #: status and code of what was not taken at once
    longest: float = 0.0
    _serials: itertools.count[int] = field(default_factory=itertools.count)
    _ending: bool = False

    async def scan(self, device: str = "may-quet") -> tuple[int, dict[str, Any]]:
        """Send one new scan once; return status and answer."""
        serial = next(self._serials)
        return await self.send(f"{device}-{serial}", self._number(serial))

    def _number(self, serial: int) -> str:
        """Return whose turn it is; the first bears the rows of the filling, more than any item is ever told of."""
        return self.numbers[1 + serial % (len(self.numbers) - 1)]

    async def send(self, scan_id: str, number: str) -> tuple[int, dict[str, Any]]:
        """Send a scan once, and write down whether it was taken."""
        now, begun = datetime.now(UTC).isoformat(), monotonic()
        one = {"scan_id": scan_id, "number": number, "code": "arrived", "office": OFFICE, "device_at": now}
        body = {"device": "may-quet", "sent_at": now, "scans": [one]}
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.client.post("/api/v1/scans", json=body, headers=headers) as answer:
            told = await answer.json()
        self.longest = max(self.longest, monotonic() - begun)
        if answer.status == 200:
            self.acknowledged.append(scan_id)
        else:
            self.refused.append((answer.status, told.get("code", "")))
            assert answer.headers.get("Retry-After") or answer.status == 500
        return answer.status, told

    async def send_without_end(self, device: str) -> None:
        """Send scan after scan, each again until it is taken, as a station does."""
        while not self._ending:
            serial = next(self._serials)
            while (await self.send(f"{device}-{serial}", self._number(serial)))[0] != 200:
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.02)  # no hand scans faster, and no item is scanned thousands of times

    def end(self) -> None:
        """Let the devices end after the scan they are at."""
        self._ending = True

    async def kept(self) -> list[str]:
        """Return the devices' ids of all scans that are kept."""
        rows = await self.house.database.reading.rows("SELECT source_id FROM scan WHERE source = 'device:may-quet'")
        return [row["source_id"] for row in rows]


async def furnished(house: House, *, items: int) -> tuple[str, list[str]]:
    """Furnish a house and give it consignments; return a token for everything and the numbers."""
    at = datetime.now(UTC)
    await furnish(house)
    numbers = await consignments(house, items, at=at)
    return await token_for(house, "all", at=at), numbers


OpenGateway = Callable[..., Awaitable[Gateway]]


@pytest.fixture
async def open_gateway() -> AsyncIterator[OpenGateway]:
    """Give what opens a gateway of this release on a database."""
    async with AsyncExitStack() as ends:

        async def opened(url: str, *, patience: int = 20) -> Gateway:
            settings = parse(SETTINGS.format(url=url))
            settings = replace(settings, storage=replace(settings.storage, patience_seconds=patience))
            house = await ends.enter_async_context(opened_house(settings))
            token, numbers = await furnished(house, items=40)
            app = door_of(house, lambda: datetime.now(UTC), pages=pages())
            client = await ends.enter_async_context(TestClient(TestServer(app)))
            return Gateway(house, client, token, numbers)

        yield opened
