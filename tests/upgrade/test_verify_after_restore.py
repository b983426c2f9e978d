"""What was backed up and put back is a house of which every chain holds and every result follows from what was said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw.bootstrap import opened_house
from postgw.recurring import acts
from postgw.settings import parse
from postgw.storage.backup import back_up
from postgw.storage.database import opened
from postgw.storage.restore import restore
from postgw.verify_command import verify
from postgw.web.app import make_app
from postgw.web.keys import Door

from .conftest import SETTINGS, Gateway, furnished


async def _lived(url: str) -> None:
    """Let a house take scans, link them and seal their chains."""
    async with opened_house(parse(SETTINGS.format(url=url))) as house:
        token, numbers = await furnished(house, items=6)
        door = Door(clock=lambda: datetime.now(UTC), per_minute={}, rehearsal=True)
        async with TestClient(TestServer(make_app(house.services, door=door))) as client:
            gateway = Gateway(house, client, token, numbers)
            for _ in range(20):
                assert (await gateway.scan())[0] == 200
        for days in range(4):  # what is linked is sealed in a night after it
            for job in ("link_scans", "seal_chains"):
                await acts(house.services)[job](datetime.now(UTC) + timedelta(days=days))


async def _verified(url: str) -> tuple[int, list[str]]:
    said: list[str] = []
    async with opened_house(parse(SETTINGS.format(url=url))) as house:
        return await verify(house, kept_digest="", as_json=False, say=said.append), said


@pytest.mark.slow
async def test_what_was_put_back_holds(database_url: str, tmp_path: Path) -> None:
    await _lived(database_url)
    folder, card = await back_up(database_url, tmp_path / "kept", at=datetime.now(UTC))
    assert (await _verified(database_url))[0] == 0
    async with opened(database_url) as database, database.writing() as tx:
        await tx.run("UPDATE consignment SET state = 'delivered'")  # by a hand at the database
    assert (await _verified(database_url))[0] == 1

    await restore(database_url, folder, replace=True, at=datetime.now(UTC))

    result, said = await _verified(database_url)
    assert result == 0, said
    assert said[0].startswith("5 bưu gửi, 20 sự kiện đã nối, ")  # the sixth was told of nothing
    assert not said[0].endswith(" 0 niêm phong.")
    assert card.last_rows["scan"] >= 20
