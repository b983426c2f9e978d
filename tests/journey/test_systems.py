"""Several systems of desks side by side: each hears of its own desks, and one that is down holds no other up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .conftest import DESK, SETTINGS, Day
from .test_parcel import dossier

OTHERS = SETTINGS.replace(
    '[[desk.systems]]\nname = "mot-cua"\nadapter = "rehearsal"\n',
    f"""
[[desk.systems]]
name = "cua-ta"
adapter = "rehearsal"
desks = ["{DESK}"]
[[desk.systems]]
name = "cua-khac"
adapter = "rehearsal"
desks = ["H00.99"]
[[desk.systems]]
name = "toan-tinh"
adapter = "rehearsal"
""",
)


async def collected(day: Day) -> str:
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}
    number: str = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]
    moment = day.clock[0].isoformat()
    scan = {"scan_id": "s-1", "number": number, "code": "collected", "device_at": moment}
    await day.ask("postman", "POST", "/api/v1/scans", {"device": "d", "sent_at": moment, "scans": [scan]}, expect=200)
    return number


def told(day: Day, system: str) -> list[str]:
    return [notice.kind for notice in day.house.outsiders.desks[system].speaks.told]


async def test_each_system_hears_of_its_own_desks(open_day: Callable[..., Any]) -> None:
    async with open_day("", settings=OTHERS) as day:
        await collected(day)
        await day.time_knocks()

        assert told(day, "cua-ta") == told(day, "toan-tinh") == ["consignment.collected"]
        assert told(day, "cua-khac") == []


async def test_a_system_that_is_down_holds_no_other_up_and_is_told_later(open_day: Callable[..., Any]) -> None:
    async with open_day("", settings=OTHERS) as day:
        day.house.outsiders.desks["cua-ta"].speaks.unreachable = 1
        await collected(day)
        await day.time_knocks()
        assert (told(day, "cua-ta"), told(day, "toan-tinh")) == ([], ["consignment.collected"])
        wires = (await day.ask("officer", "GET", "/api/v1/wires", expect=200))["data"]
        silent = {wire["wire"]: wire["waiting"] for wire in wires if wire["failing_since"]}
        assert silent == {"desk:cua-ta": 1}

        day.pass_time(minutes=5)
        await day.time_knocks()
        assert told(day, "cua-ta") == ["consignment.collected"]
        wires = (await day.ask("officer", "GET", "/api/v1/wires", expect=200))["data"]
        assert not [wire for wire in wires if wire["failing_since"] or wire["waiting"]]
