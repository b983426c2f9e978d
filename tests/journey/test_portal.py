"""The whole house against a national portal on a socket: a result's way and its end, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.rehearsal.faults import Faults
from adapters.rehearsal.national_portal import PortalOptions, RehearsalPortal
from postgw.bootstrap import opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.settings import parse
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

from .conftest import DESK, MORNING, OFFICE, PUBLIC, SETTINGS, UNITS, Day, _furnish
from .test_report import delivered, every, posted, scan

SITE, NUMBER = "000.00.00.H27", "H27.15-261123-0001"
SYSTEM = """
[[desk.systems]]
name = "cong-dvcqg"
adapter = "national_portal"
base_url = "{url}"
site = "000.00.00.H27"
key_env = "PORTAL_KEY"
secret_env = "PORTAL_SECRET"
[adapters.national_portal]
auth_endpoint = "/mapi/login"
integration_endpoint = "/mapi/g"
per_second = 0.0
"""
ENVIRON = {"PORTAL_KEY": "dien-tap", "PORTAL_SECRET": "dien-tap"}
FINISHED = {
    "MaHoSo": NUMBER, "MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh", "ChuHoSo": "Nguyễn Thị Diễn Tập",
    "TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261122160000", "HinhThuc": "0", "GhiChu": "Giữ nguyên",
}  # fmt: skip
OPEN, UNDELIVERED = (f"/api/v1/dossiers/unsettled?kind={kind}" for kind in ("delivered_open", "closed_undelivered"))

Opening = Callable[[], AbstractAsyncContextManager[Day]]

pytestmark = pytest.mark.usefixtures("outsiders_never_rest")


@pytest.fixture
async def portal() -> AsyncIterator[RehearsalPortal]:
    it = RehearsalPortal(PortalOptions(port=0, site=SITE))
    it.options = PortalOptions(port=int((await it.start()).rsplit(":", 1)[1]), site=SITE)
    yield it
    await it.stop()


def address(portal: RehearsalPortal) -> str:
    return f"http://127.0.0.1:{portal.options.port}"


@pytest.fixture
def opening(portal: RehearsalPortal, database_url: str) -> Opening:
    """Return how to open the house; a second opening is a restart on the same database."""
    clock = [MORNING]
    settings = parse(SETTINGS.format(url=database_url) + SYSTEM.format(url=address(portal)) + PUBLIC)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Day]:
        async with opened_house(settings, environ=ENVIRON, clock=lambda: clock[0]) as house:
            if not await house.database.reading.row("SELECT 1 AS one FROM unit WHERE code = $1", UNITS[0].code):
                await _furnish(house)
            door = Door(clock=lambda: clock[0], rehearsal=True, per_minute={"default": 0, "scans": 0, "public": 0})
            app = make_app(house.services, door=door, pages=pages())
            async with TestClient(TestServer(app)) as client:
                day = Day(house, client, clock)
                for name, unit in (("officer", DESK), ("postman", OFFICE), ("administrator", "")):
                    day.tokens[name], _ = await house.services.accounts.issue(
                        name=name, scopes=SCOPES, unit=unit, actor=GATEWAY, at=clock[0]
                    )
                yield day

    return opened


async def agency(portal: RehearsalPortal, is_update: bool = False, **said: str) -> int:
    """Say something to the portal as the agency's own system does."""
    async with aiohttp.ClientSession() as session:
        login = {"username": "dien-tap", "password": "dien-tap"}
        async with session.post(f"{address(portal)}/mapi/login", json=login) as answer:
            opened = (await answer.json())["session"]
        row = {"MaHoSo": NUMBER, **said} if is_update else {**FINISHED, **said}
        body = {"session": opened, "madonvi": SITE, "service": "DongBoHoSoMC", "isUpdating": str(is_update),
                "data": [row]}  # fmt: skip
        async with session.post(f"{address(portal)}/mapi/g", json=body) as answer:
            return int((await answer.json())["error_code"])


async def open_errands(day: Day) -> list[tuple[str, str]]:
    rows = await day.house.database.reading.rows(
        "SELECT state, last_error FROM outbox WHERE target = 'cong-dvcqg' AND state <> 'sent' ORDER BY id"
    )
    return [(row["state"], row["last_error"]) for row in rows]


async def seen(day: Day, path: str) -> str:
    """Return a page of the desk as its officer sees it."""
    token, ours = {"token": day.tokens["officer"]}, {"Sec-Fetch-Site": "same-origin"}
    async with day.client.post("/signin", data=token, headers=ours, allow_redirects=False) as answer:
        assert answer.status == 303
    async with day.client.get(path, headers={"Accept": "text/html"}) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_a_delivered_result_ends_the_dossier_on_the_portal_and_leaves_the_moment_of_9(
    opening: Opening, portal: RehearsalPortal
) -> None:
    await agency(portal)
    async with opening() as day:
        number = await posted(day, 1)
        for code in ("collected", "out_for_delivery"):
            await scan(day, number, code)
            await day.time_knocks()
            day.pass_time(hours=2)
        await delivered(day, number)
        await day.time_knocks()
        day.pass_time(hours=5)
        await day.time_knocks()
        lists = [await every(day, each) for each in (OPEN, UNDELIVERED)]
        closing = await day.house.database.reading.row("SELECT told_by FROM desk_closing")
        left = await day.house.database.reading.rows("SELECT id FROM desk_standing")

    kept = portal.dossiers[NUMBER]
    assert (kept["TrangThaiHoSo"], kept["NgayTra"], kept["HinhThuc"]) == ("10", "20261123120000", "1")
    assert (kept["NgayKetThucXuLy"], kept["GhiChu"]) == ("20261122160000", "Giữ nguyên")
    assert portal.finished_written[NUMBER] == 1
    assert [(one["TrangThai"], one["ThoiDiemXuLy"]) for one in portal.steps[NUMBER]] == [
        ("9", "20261123080000"), ("9", "20261123100000"),
    ]  # fmt: skip
    assert lists == [[], []]
    assert closing == {"told_by": "cong-dvcqg"}
    assert left == []


async def test_a_dossier_that_the_agency_closed_early_stands_in_the_list_until_its_delivery(
    opening: Opening, portal: RehearsalPortal
) -> None:
    await agency(portal)
    async with opening() as day:
        number = await posted(day, 1)
        await scan(day, number, "collected")
        await day.time_knocks()
        await agency(portal, is_update=True, TrangThaiHoSo="10", NgayTra="20261123090000")
        day.pass_time(hours=5)
        await day.time_knocks()
        [early] = await every(day, UNDELIVERED)
        await delivered(day, number)
        await day.time_knocks()
        after = await every(day, UNDELIVERED)

    assert (early["dossier"], early["consignment_no"]) == (NUMBER, number)
    assert early["closed_at"].startswith("2026-11-23T02:00:00")
    assert after == []
    assert portal.dossiers[NUMBER]["NgayTra"] == "20261123090000"
    assert portal.asked["DongBoHoSoMC"] == 2  # both are the agency's


async def test_an_agency_that_is_still_at_work_is_told_to_a_person_and_told_again_when_it_is_done(
    opening: Opening, portal: RehearsalPortal
) -> None:
    await agency(portal, TrangThaiHoSo="4", NgayKetThucXuLy="")
    async with opening() as day:
        number = await posted(day, 1)
        await scan(day, number, "collected")
        await delivered(day, number)
        await day.time_knocks()
        refused = await open_errands(day)
        [listed] = await every(day, OPEN)
        await agency(portal, is_update=True, TrangThaiHoSo="9", NgayKetThucXuLy="20261123083000")
        for errand in await day.house.services.notices.outbox(state="parked", actor=GATEWAY):
            await day.house.services.notices.replay(errand.errand_no, actor=GATEWAY, at=day.clock[0])
        await day.time_knocks()
        after = await every(day, OPEN)

    assert {state for state, _ in refused} == {"parked"}
    assert all("chưa phải đã xử lý xong" in error for _, error in refused)
    assert (listed["consignment_no"], listed["errand"], listed["system"]) == (number, "parked", "")
    assert after == []
    assert portal.dossiers[NUMBER]["TrangThaiHoSo"] == "10"
    assert portal.dossiers[NUMBER]["NgayKetThucXuLy"] == "20261123083000"


async def test_what_the_portal_lost_after_taking_our_word_stands_in_the_list(
    opening: Opening, portal: RehearsalPortal
) -> None:
    await agency(portal)
    async with opening() as day:
        number = await posted(day, 1)
        await scan(day, number, "collected")
        await delivered(day, number)
        await day.house.services.notices.send_due(at=day.clock[0])
        assert portal.dossiers[NUMBER]["TrangThaiHoSo"] == "10"
        await agency(portal, is_update=True, TrangThaiHoSo="9")
        day.pass_time(hours=5)
        await day.time_knocks()
        [listed] = await every(day, OPEN)
        page = await seen(day, "/desk/settling")
        await agency(portal, is_update=True, TrangThaiHoSo="10", NgayTra="20261123080000")
        day.pass_time(hours=5)
        await day.time_knocks()
        after = await every(day, OPEN)

    assert (listed["consignment_no"], listed["system"], listed["standing"]) == (number, "cong-dvcqg", "9")
    assert "cong-dvcqg còn ghi trạng thái 9" in page
    assert after == []


async def test_what_is_told_while_the_portal_is_down_is_told_later_and_a_restart_in_between_tells_it_once(
    opening: Opening, portal: RehearsalPortal
) -> None:
    await agency(portal)
    async with opening() as day:
        number = await posted(day, 1)
        portal.bad_day.faults = Faults(server_error=1.0)
        await scan(day, number, "collected")
        await delivered(day, number)
        await day.time_knocks()
        waiting = await open_errands(day)
        [listed] = await every(day, OPEN)
        # The portal does it, and the line is cut before it says so.
        portal.bad_day.faults = Faults(lost_answer=1.0, only="DongBoHoSoMC,CapNhatTienDoHoSoMC")
        day.pass_time(hours=2)
        await day.time_knocks()
        assert len(await open_errands(day)) >= 1
    async with opening() as day:
        portal.bad_day.faults = Faults()
        day.pass_time(hours=6)
        await day.time_knocks()
        left, after = await open_errands(day), await every(day, OPEN)

    assert {state for state, _ in waiting} == {"waiting"}
    assert (listed["consignment_no"], listed["errand"]) == (number, "waiting")
    assert (left, after) == ([], [])
    assert portal.dossiers[NUMBER]["TrangThaiHoSo"] == "10"
    assert portal.asked["DongBoHoSoMC"] == 2  # the agency's and ours
    assert len(portal.steps.get(NUMBER, [])) <= 1


async def test_a_list_goes_on_from_the_words_that_wait_to_what_the_portal_calls_open(
    opening: Opening, portal: RehearsalPortal
) -> None:
    async with opening() as day:
        numbers = []
        for serial in range(1, 6):
            await agency(portal, MaHoSo=f"H27.15-261123-{serial:04}")
            numbers.append(await posted(day, serial))
            await scan(day, numbers[-1], "collected")
        for number in numbers[:3]:
            await delivered(day, number)
        await day.time_knocks()
        for kept in portal.dossiers.values():
            kept["TrangThaiHoSo"] = "9"
        async with day.house.database.writing() as tx:
            await tx.run("DELETE FROM desk_closing")
        day.pass_time(hours=5)
        await day.time_knocks()
        portal.bad_day.faults = Faults(server_error=1.0)
        for number in numbers[3:]:
            await delivered(day, number)
        await day.time_knocks()
        listed = await every(day, OPEN)

    assert {one["consignment_no"] for one in listed[:2]} == set(numbers[3:])
    assert [one["consignment_no"] for one in listed[2:]] == numbers[:3]
    assert [one["standing"] for one in listed] == ["", "", "9", "9", "9"]


async def test_a_portal_that_refuses_or_is_silent_is_left_in_peace_and_asked_again(
    opening: Opening, portal: RehearsalPortal
) -> None:
    async with opening() as day:
        for serial in range(1, 9):
            await agency(portal, MaHoSo=f"H27.15-261123-{serial:04}")
            await posted(day, serial)
        settling = day.house.services.settling
        portal.bad_day.faults = Faults(server_error=1.0)
        silent = await settling.ask_standings(at=day.clock[0])
        portal.bad_day.faults = Faults()
        portal.options = PortalOptions(port=portal.options.port, site="000.00.00.H28")
        refused = await settling.ask_standings(at=day.clock[0])
        portal.options = PortalOptions(port=portal.options.port, site=SITE)
        answered = [await settling.ask_standings(at=day.clock[0]) for _ in range(2)]

    assert (silent, refused, answered) == (0, 5, [3, 0])


async def test_two_processes_that_ask_at_once_keep_one_closing(opening: Opening, portal: RehearsalPortal) -> None:
    await agency(portal)
    async with opening() as day, opening() as other:
        number = await posted(day, 1)
        await scan(day, number, "collected")
        await agency(portal, is_update=True, TrangThaiHoSo="10", NgayTra="20261123080000")
        settling = (day.house.services.settling, other.house.services.settling)
        await asyncio.gather(*(one.ask_standings(at=day.clock[0]) for one in settling))
        rows = await day.house.database.reading.rows("SELECT dossier_id FROM desk_closing")

    assert len(rows) == 1
