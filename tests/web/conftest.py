"""The whole house on a fresh SQLite file, with a desk, a post office, and somebody at the door."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from postgw.bootstrap import House, opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.domain.ports import PostPlace
from postgw.recurring import acts
from postgw.rules.procedures import load_procedures
from postgw.settings import parse
from postgw.storage import province
from postgw.storage.province import Unit
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

from ..servers import away_from_the_loop

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DESK, OTHER_DESK, OFFICE = "TS", "KA", "480000"
_UNITS = (
    Unit(code=DESK, kind="desk", name="Một cửa Thạch Sơn", address="Số 1", phone="02390000001", commune_code="18628",
         commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh"),
    Unit(code=OTHER_DESK, kind="desk", name="Một cửa Kỳ Anh", address="Số 2", phone="02390000002",
         commune_code="18628", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh"),
    Unit(code=OFFICE, kind="office", name="Bưu điện Hà Tĩnh", address="Số 3", phone="02390000003"),
)  # fmt: skip
PERSON = {
    "name": "Nguyễn Thị Diễn Tập", "phone": "0912000003", "address": "Thôn Đoài", "commune": "xã Kỳ Lạc",
    "province": "tỉnh Hà Tĩnh", "commune_code": "18628",
}  # fmt: skip
EVERYTHING = "pgw_test_of_everything"  #: the token that may do everything
PROCEDURE = next(each.code for each in load_procedures() if "both" in each.forms)


@dataclass
class Gate:
    """Somebody at the door of a house: asks, with a token, and reads the answer."""

    house: House
    client: TestClient
    token: str
    clock: list[datetime]
    _serial: itertools.count[int] = field(default_factory=itertools.count)

    async def ask(self, method: str, path: str, *, token: str | None = None, **rest: Any) -> ClientResponse:
        """Ask once; `token` is the all-seeing one unless another, or the empty one, is named."""
        held = self.token if token is None else token
        headers = {**({"Authorization": f"Bearer {held}"} if held else {}), **rest.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **rest)

    async def get(self, path: str, **rest: Any) -> ClientResponse:
        """Ask by GET."""
        return await self.ask("GET", path, **rest)

    async def post(self, path: str, json: Any = None, **rest: Any) -> ClientResponse:
        """Ask by POST."""
        return await self.ask("POST", path, json=json, **rest)

    async def token_for(self, *scopes: str, unit: str = "") -> str:
        """Return the text of a new token."""
        made = await self.post("/api/v1/tokens", {"name": f"t{next(self._serial)}", "scopes": scopes, "unit": unit})
        assert made.status == 201, await made.text()
        return str((await made.json())["token"])

    def dossier(self, **rest: Any) -> dict[str, Any]:
        """Return a dossier that nobody has sent yet."""
        serial = next(self._serial) + 1
        return {
            "dossier_no": f"H27.10.20-261120-{serial:04d}", "intake_ref": f"MC-{serial}", "receiving_desk": DESK,
            "procedure_code": PROCEDURE, "service_form": "both", "applicant": PERSON,
            "papers": [{"name": "Giấy khai sinh", "kind": "original"}], "fee_dong": 25000, **rest,
        }  # fmt: skip

    async def sent(self, **rest: Any) -> dict[str, Any]:
        """Send a dossier in; return it as it is kept."""
        taken = await self.post("/api/v1/dossiers", self.dossier(**rest))
        assert taken.status == 201, await taken.text()
        kept: dict[str, Any] = (await taken.json())["dossier"]
        return kept

    async def consignment(self, leg: str = "return", **rest: Any) -> dict[str, Any]:
        """Make a consignment for a new dossier; return it."""
        key = (await self.sent())["key"]
        made = await self.post("/api/v1/consignments", {"dossier": key, "leg": leg, **rest})
        assert made.status == 201, await made.text()
        shown: dict[str, Any] = await made.json()
        return shown

    async def scan(self, number: str, code: str, **rest: Any) -> dict[str, Any]:
        """Scan one item; return the answer."""
        moment = self.clock[0].isoformat()
        scan = {"scan_id": f"s-{next(self._serial)}", "number": number, "code": code, "device_at": moment, **rest}
        taken = await self.post("/api/v1/scans", {"device": "d-1", "sent_at": moment, "scans": [scan]})
        assert taken.status == 200, await taken.text()
        answer: dict[str, Any] = (await taken.json())["answers"][0]
        return answer

    async def watched(self) -> None:
        """Let each watch of due dates walk to its end."""
        jobs = acts(self.house.services)
        for name in ("watch_clocks", "watch_cases", "watch_dossiers"):
            while await jobs[name](self.clock[0]):
                pass


async def furnished(house: House) -> str:
    """Put units, places and procedures into a house; return a token that may do everything."""
    async with house.database.writing() as tx:
        await province.put_units(tx, _UNITS)
        await province.put_procedures(tx, load_procedures(), author="test", reason="test")
        await province.put_places(
            tx, [("18628", PostPlace(province=48))], valid_from=date(2025, 7, 1), author="test", reason="test"
        )
    await house.services.accounts.keep_token(EVERYTHING, name="all", scopes=SCOPES, unit="", actor=GATEWAY, at=AT)
    return EVERYTHING


def settings_for(url: str) -> str:
    """Return the settings of a rehearsal on one database."""
    return "\n".join([
        "[storage]", f'url = "{url}"', "[[desk.systems]]", 'name = "mot-cua"', 'adapter = "rehearsal"',
        "[messages]", 'channels = ["rehearsal"]',
        "[[post.accounts]]", 'name = "dien-tap"', 'adapter = "rehearsal"', 'cod_carries = "fee"',
        "[adapters.rehearsal.post]", "port = 0",
    ])  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _who_signs_in_waits_for_nothing(quick_passwords: None) -> None:
    pass


@pytest.fixture
def clock() -> list[datetime]:
    """Give the moment that the door reads; a test may set another."""
    return [AT]


@pytest.fixture
def door(clock: list[datetime]) -> Callable[..., Door]:
    """Give a door with this clock and without quotas, save those a test names."""

    def made(**per_minute: int) -> Door:
        return Door(clock=lambda: clock[0], per_minute=per_minute, rehearsal=True)

    return made


@pytest.fixture(scope="session")
def furnished_template(once: Callable[..., Path], sqlite_template: Path) -> Path:
    """Give the file of a furnished house to copy."""

    async def furnish(url: str) -> None:
        async with opened_house(parse(settings_for(url)), clock=lambda: AT) as house:
            await furnished(house)

    def make(path: Path) -> None:
        shutil.copyfile(sqlite_template, path)
        away_from_the_loop(furnish(f"sqlite://{path}"))

    return once("furnished.sqlite3", make)


@pytest.fixture
async def gate(
    furnished_template: Path, sqlite_url: str, clock: list[datetime], door: Callable[..., Door]
) -> AsyncIterator[Gate]:
    """Give the door of a furnished house."""
    shutil.copyfile(furnished_template, sqlite_url.removeprefix("sqlite://"))
    async with (
        opened_house(parse(settings_for(sqlite_url)), clock=lambda: clock[0]) as house,
        TestClient(TestServer(make_app(house.services, door=door(), pages=pages()))) as client,
    ):
        yield Gate(house=house, client=client, token=EVERYTHING, clock=clock)
