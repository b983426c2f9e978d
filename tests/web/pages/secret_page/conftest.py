"""Somebody with the link to the page of one dossier, in a province with zones, routes and a hub."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.time_limit import Zone
from postgw.storage import calendar, dossiers, province, secret_pages
from postgw.storage.province import Unit

from ..conftest import words_of

OFFICE, HUB, DESK = "480000", "480900", "TS"


@dataclass
class Citizen:
    """Somebody with the link to the page of one dossier."""

    gate: Any
    browser: Any
    key: str
    number: str = ""

    async def path(self, days: int = 30) -> str:
        """Return the address that a message bears."""
        async with self.gate.house.database.writing() as tx:
            kept = await dossiers.find(tx, self.key)
            assert kept
            return await secret_pages.link_of(tx, kept, days=days, at=self.gate.clock[0])

    async def reads(self, language: str = "vi") -> str:
        """Open the page and return what it says."""
        status, page = await self.browser.open(f"{await self.path()}?l={language}")
        assert status == 200, page
        return words_of(page)

    async def answer(self) -> str:
        """Return the one sentence that answers."""
        _, page = await self.browser.open(await self.path())
        found = re.search(r"<h1>(.*?)</h1>", page, re.S)
        assert found
        return words_of(found[1])

    async def promises(self) -> list[str]:
        """Return the grounds of what was promised, in order."""
        return [row["ground"] for row in await self.rows()]

    async def rows(self) -> list[dict[str, Any]]:
        """Return what was promised."""
        return list(await self.gate.house.database.reading.rows("SELECT * FROM promise ORDER BY id"))


Made = Callable[..., Awaitable[Citizen]]


def moved_to(gate: Any, day: int, hour: int, minute: int = 0) -> None:
    """Set the clock to an hour of Vietnam."""
    gate.clock[0] = datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


@pytest.fixture
async def made(gate: Any, browser: Any) -> Made:
    """Give what makes a dossier with a consignment, in a province with zones, routes and a hub."""
    hub = Unit(code=HUB, kind="office", name="Trung tâm khai thác", phone="02393000112", opening_hours="7:00 đến 17:30")
    route = Route(office=OFFICE, route_no="1", name="Kỳ Lạc", places=(RoutePlace(commune_code="18628"),))
    async with gate.house.database.writing() as tx:
        await province.put_units(tx, [hub])
        zone = Zone(commune_code="18628", area="Huyện Kỳ Anh", province="42")
        await calendar.put_zones(tx, [zone], valid_from=date(2017, 8, 15), author="test", reason="test")
        await province.begin(tx, rehearsal=True, at=gate.clock[0])
    await gate.house.services.delivery_routes.make(route, actor=GATEWAY, at=gate.clock[0])

    async def citizen(leg: str = "return", *codes: str, **rest: Any) -> Citizen:
        key = (await gate.sent(**rest))["key"]
        number = ""
        if leg:
            answer = await gate.post("/api/v1/consignments", {"dossier": key, "leg": leg})
            assert answer.status == 201, await answer.text()
            number = str((await answer.json())["consignment_no"])
        for code in codes:
            await gate.scan(number, code, office=OFFICE, reason={"attempted": "absent"}.get(code, ""))
        return Citizen(gate, browser, key, number)

    return citizen
