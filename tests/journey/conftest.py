"""The whole house on either database, behind its real door, with a clock that the test turns."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw import logs
from postgw.bootstrap import House, inbound_routes, opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.domain.ports import Notice, PostPlace
from postgw.recurring import acts
from postgw.rules.procedures import load_procedures
from postgw.settings import parse
from postgw.storage import province
from postgw.storage.province import Unit
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

from ..rehearsal import SMOOTH_POST, rehearsing

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DESK, OFFICE = "TS", "480000"
UNITS = (
    Unit(
        code=DESK,
        kind="desk",
        name="Trung tâm Phục vụ hành chính công phường Thành Sen",
        address="Số 1 đường Diễn Tập",
        phone="0540000001",
        commune_code="18073",
        commune="Phường Thành Sen",
        province="Tỉnh Hà Tĩnh",
    ),
    Unit(code=OFFICE, kind="office", name="Bưu điện Hà Tĩnh"),
)
CITIZEN = {
    "name": "Nguyễn Thị Diễn Tập", "phone": "0540123456", "address": "Tổ dân phố 3", "commune": "Phường Thành Sen",
    "province": "Tỉnh Hà Tĩnh", "commune_code": "18073",
}  # fmt: skip
SETTINGS = rehearsing("{url}", account='cod_carries = "fee"', post=f"port = 0\n{SMOOTH_POST}")

#: With an address for the links in citizens' messages.
PUBLIC = '[web]\npublic_url = "https://hoso.example"\n'


@dataclass
class Day:
    """A day that the test lives through: its house, its door, its clock."""

    house: House
    client: TestClient[Any, Any]
    clock: list[datetime]
    tokens: dict[str, str] = field(default_factory=dict)

    def pass_time(self, **span: float) -> None:
        """Turn the clock on, for the gateway and the post office alike."""
        self.clock[0] += timedelta(**span)

    def told(self) -> tuple[Notice, ...]:
        """Return what the desk's dossier system was told."""
        assert self.house.rehearsal_desk is not None
        return self.house.rehearsal_desk.told

    def texts(self) -> list[str]:
        """Return what citizens were sent."""
        assert self.house.rehearsal_messenger is not None
        return [message.text for message in self.house.rehearsal_messenger.sent]

    async def time_knocks(self) -> None:
        """Let every recurring job run until it finds nothing more to do."""
        jobs = acts(self.house.services)
        for _ in range(20):
            if not sum([await jobs[name](self.clock[0]) for name in jobs]):
                return

    async def ask(self, who: str, method: str, path: str, body: Any = None, *, expect: int) -> Any:
        """Ask at the door as somebody, and return the answer's content."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        async with self.client.request(method, path, json=body, headers=headers) as answer:
            content = await answer.read()
            assert answer.status == expect, content.decode(errors="replace")
            return await answer.json(content_type=None) if "json" in answer.content_type else content


@pytest.fixture
async def day(database_url: str, outsiders_never_rest: None) -> AsyncIterator[Day]:
    async with opened_day(SETTINGS.format(url=database_url) + PUBLIC) as day:
        yield day


@pytest.fixture
def open_day(database_url: str, outsiders_never_rest: None) -> Callable[..., Any]:
    """Give what opens a day with more said in its settings."""

    def opened(more: str, *, settings: str = SETTINGS, **environ: str) -> Any:
        return opened_day(settings.format(url=database_url) + more, environ)

    return opened


@asynccontextmanager
async def opened_day(settings: str, environ: Mapping[str, str] | None = None) -> AsyncIterator[Day]:
    """Open a furnished house with these settings behind its door."""
    clock = [MORNING]
    async with opened_house(parse(settings), environ=environ or {}, clock=lambda: clock[0]) as house:
        await _furnish(house)
        door = Door(clock=lambda: clock[0], rehearsal=True, per_minute={"default": 0, "scans": 0, "public": 0})
        inbound = inbound_routes(house, clock=lambda: clock[0])
        app = make_app(house.services, door=door, inbound_routes=inbound, pages=pages())
        async with TestClient(TestServer(app)) as client:
            day = Day(house, client, clock)
            for name, unit in (("officer", DESK), ("postman", OFFICE), ("administrator", "")):
                day.tokens[name], _ = await house.services.accounts.issue(
                    name=name, scopes=SCOPES, unit=unit, actor=GATEWAY, at=MORNING
                )
            yield day


async def _furnish(house: House) -> None:
    async with house.database.writing() as tx:
        await province.put_units(tx, UNITS)
        await province.put_places(
            tx,
            [("18073", PostPlace(province=48, district=0))],
            valid_from=date(2025, 7, 1),
            author="test",
            reason="test",
        )
        await province.put_procedures(tx, load_procedures(), author="test", reason="test")


@pytest.fixture
def logged_ids(caplog: pytest.LogCaptureFixture) -> Iterator[list[tuple[str, str]]]:
    """Give, of each line of the log from now on, who wrote it and under which request id."""
    found: list[tuple[str, str]] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append((record.name, logs.request_id.get()))

    listener = Listener()
    logging.getLogger().addHandler(listener)
    yield found
    logging.getLogger().removeHandler(listener)
