"""Our client and the rehearsal portal over a real socket, on good days and bad ones."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import aiohttp
import pytest

from adapters.rehearsal.faults import Faults
from adapters.rehearsal.national_portal import PortalOptions
from adapters.rehearsal.settings import command_line, options_from
from postgw.domain.errors import Refused, Unreachable

SITE, NUMBER = "000.00.00.H42", "000.00.16.H42-261120-0007"

pytestmark = pytest.mark.usefixtures("outsiders_never_rest")


def way(delivered, *states):
    return [replace(delivered, kind=f"consignment.{state}", state=state, data={}) for state in states]


async def add(url, record):
    """Bring a dossier to the portal as an agency's system does; return the error code."""
    async with aiohttp.ClientSession() as session:
        login = {"username": "dien-tap", "password": "dien-tap"}
        async with session.post(f"{url}/mapi/login", json=login) as answer:
            opened = (await answer.json())["session"]
        body = {"session": opened, "madonvi": SITE, "service": "DongBoHoSoMC", "isUpdating": "False", "data": [record]}
        async with session.post(f"{url}/mapi/g", json=body) as answer:
            return (await answer.json())["error_code"]


@pytest.mark.parametrize("form", ["body", "path"])
@pytest.mark.parametrize("text_codes", [False, True])
async def test_a_result_goes_its_way_and_the_dossier_ends_at_10(
    open_portal, portal_at, record, dossier, delivered, form, text_codes
):
    double, url = await open_portal(text_codes=text_codes)
    await add(url, record)
    portal = portal_at(url, envelope=form)
    for notice in (*way(delivered, "collected", "out_for_delivery", "attempted", "held"), delivered):
        await portal.tell(notice, dossier)
    kept = double.dossiers[NUMBER]
    assert (kept["TrangThaiHoSo"], kept["NgayTra"], kept["HinhThuc"]) == ("10", "20261123094200", "1")
    assert kept["NgayKetThucXuLy"] == "20261122160000"
    assert double.finished_written[NUMBER] == 1
    assert [(step["TrangThai"], step["ThoiDiemXuLy"]) for step in double.steps[NUMBER]] == [("9", "20261123094200")] * 4
    standing = await portal.standing(dossier)
    assert (standing.status, standing.closed_at) == ("10", delivered.at)


async def test_an_agency_adds_a_dossier_once(open_portal, record):
    _, url = await open_portal()
    assert [await add(url, record), await add(url, record)] == [0, 3]


async def test_what_is_told_twice_stands_there_once(open_portal, portal_at, record, dossier, delivered):
    double, url = await open_portal()
    await add(url, record)
    portal = portal_at(url)
    for notice in 2 * [*way(delivered, "collected"), delivered, *way(delivered, "collected")]:
        await portal.tell(notice, dossier)
    assert len(double.steps[NUMBER]) == 1
    assert double.asked["DongBoHoSoMC"] == 2


@pytest.mark.parametrize("trouble", ["lost_answer", "html", "empty"])
@pytest.mark.parametrize("service", ["CapNhatTienDoHoSoMC", "DongBoHoSoMC"])
async def test_after_a_spoiled_answer_it_stands_there_once(
    open_portal, portal_at, record, dossier, delivered, trouble, service
):
    double, url = await open_portal()
    await add(url, record)
    portal = portal_at(url)
    told = delivered if service == "DongBoHoSoMC" else way(delivered, "collected")[0]
    double.bad_day.faults = Faults(only=service).changed({trouble: 1.0})
    with pytest.raises(Unreachable):
        await portal.tell(told, dossier)
    double.bad_day.faults = Faults()
    done = double.asked[service]
    await portal.tell(told, dossier)
    assert double.asked[service] == done


@pytest.mark.parametrize("trouble", [{"server_error": 1.0}, {"silent": 1.0}])
async def test_on_a_day_of_silence_nothing_is_done(open_portal, portal_at, record, dossier, delivered, trouble):
    double, url = await open_portal()
    await add(url, record)
    double.bad_day.faults = Faults(**trouble)
    with pytest.raises(Unreachable):
        await portal_at(url, total_seconds=0.3).tell(delivered, dossier)
    assert double.dossiers[NUMBER]["TrangThaiHoSo"] == "9"


async def test_a_refusal_needs_a_person(open_portal, portal_at, record, dossier, delivered):
    double, url = await open_portal()
    await add(url, record)
    double.bad_day.faults = Faults(refuse=1.0)
    with pytest.raises(Refused, match="99"):
        await portal_at(url).tell(delivered, dossier)


async def test_sessions_that_run_out_are_never_noticed(open_portal, portal_at, record, dossier, clock):
    double, url = await open_portal(session_seconds=60)
    await add(url, record)
    portal = portal_at(url)
    for _ in range(3):
        standings = await asyncio.gather(*(portal.standing(dossier) for _ in range(8)))
        assert {standing.status for standing in standings} == {"9"}
        clock.hours_pass(1)
    assert double.asked["login"] == 4


async def test_a_wrong_password_and_another_agency_are_refused(open_portal, portal_at, record, dossier):
    _, url = await open_portal()
    await add(url, record)
    for wrong, verdict in (({"secret": "khac"}, Unreachable), ({"site": "000.00.00.H43"}, Refused)):
        with pytest.raises(verdict):
            await portal_at(url, **wrong).standing(dossier)


async def test_the_portal_takes_10_only_behind_9_and_with_its_moment(open_portal, record):
    double, url = await open_portal()
    await add(url, {**record, "TrangThaiHoSo": "4"})
    ended = {"MaHoSo": NUMBER, "TrangThaiHoSo": "10", "NgayTra": "20261123094200"}
    assert double._keep(ended, True) == 5
    assert double._keep({"MaHoSo": NUMBER, "TrangThaiHoSo": "9"}, True) == 0
    assert double._keep({**ended, "NgayTra": ""}, True) == 5
    assert double._keep(ended, True) == 0


async def test_its_book_and_switches_open_to_this_machine(open_portal, record):
    _, url = await open_portal()
    await add(url, record)
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/rehearsal/dossiers") as answer:
            shown = await answer.json()
        async with session.post(f"{url}/rehearsal/faults", json={"slow_seconds": 0.01}) as answer:
            switched = await answer.json()
        async with session.post(f"{url}/mapi/g", json={"service": "Khac"}) as answer:
            stranger = await answer.json()
    assert [one["MaHoSo"] for one in shown["dossiers"]] == [NUMBER]
    assert switched["slow_seconds"] == 0.01
    assert stranger == {"error_code": 400}


def test_every_option_stands_on_the_command_line():
    flags = [flag for flag, _ in command_line(PortalOptions)]
    assert {"--site", "--auth-endpoint", "--session-seconds", "--key", "--lost-answer"} <= set(flags)
    options = options_from({"site": "X", "port": 8047, "silent": 0.5}, PortalOptions)
    assert (options.site, options.port, options.faults.silent) == ("X", 8047, 0.5)
