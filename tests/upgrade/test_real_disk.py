"""The same on a disk that is really full: a small one, with a file in it that takes up the room. In the full run alone,
because it wants to mount one (root).
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from postgw.storage.migrate import migrate

from .conftest import Gateway, OpenGateway
from .server import server_of

_LEFT = 400 << 10


@pytest.fixture
def disk() -> Iterator[Path]:
    """Give a disk of 96 MB."""
    folder = Path(tempfile.mkdtemp(prefix="postgw-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(folder)], check=True)
    folder.chmod(0o777)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
async def url(
    request: pytest.FixtureRequest, disk: Path, sqlite_url: str, durable_postgres_server: str
) -> AsyncIterator[str]:
    """Give the URL of a database whose rows lie on that disk."""
    if request.param == "sqlite":
        shutil.copyfile(sqlite_url.removeprefix("sqlite://"), disk / "postgw.sqlite3")
        yield f"sqlite://{disk}/postgw.sqlite3"
        return
    server, name = await server_of(durable_postgres_server), f"postgw_disk_{secrets.token_hex(4)}"
    (disk / "rows").mkdir()
    os.chown(disk / "rows", server.data.stat().st_uid, server.data.stat().st_gid)
    await server.tell(
        f"CREATE TABLESPACE \"{name}\" LOCATION '{disk}/rows'", f'CREATE DATABASE "{name}" TABLESPACE "{name}"'
    )
    await migrate(server.database(name))
    yield server.database(name)
    await server.tell(f'DROP DATABASE "{name}" WITH (FORCE)', f'DROP TABLESPACE "{name}"')


def _take_up(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        file.write(b"\0" * max(0, shutil.disk_usage(disk).free - _LEFT))
    return ballast


async def _until_refused(gateway: Gateway) -> tuple[str, str]:
    """Send scans until one is refused; return its id and the item."""
    for n in range(20_000):
        scan_id, number = f"day-{n}", gateway.numbers[n % len(gateway.numbers)]
        if (await gateway.send(scan_id, number))[0] != 200:
            return scan_id, number
    raise AssertionError("the disk does not fill up")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_a_disk_that_is_really_full_refuses_scans_and_mends_by_itself(
    url: str, disk: Path, open_gateway: OpenGateway
) -> None:
    gateway = await open_gateway(url)
    ballast = _take_up(disk)
    refused, number = await _until_refused(gateway)
    before = await gateway.kept()
    for _ in range(20):
        await gateway.send(refused, number)
    async with gateway.client.get(f"/api/v1/track/{number}") as answer:
        assert answer.status == 200
    assert await gateway.kept() == before
    ballast.unlink()

    assert (await gateway.send(refused, number))[0] == 200
    assert [(await gateway.scan())[0] for _ in range(20)] == [200] * 20
    assert set(gateway.refused) == {(503, "database.full")}
    assert sorted(await gateway.kept()) == sorted(set(gateway.acknowledged))
