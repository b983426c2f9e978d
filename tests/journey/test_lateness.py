"""Late, twice over: a post that does not come in time, and an agency that knows beforehand and says so."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import zxingcpp

from postgw.domain.time_limit import Zone
from postgw.recurring import acts
from postgw.rules.procedures import load_procedures
from postgw.storage import calendar

from .conftest import CITIZEN, DESK, OFFICE, Day

PROCEDURE = next(each.code for each in load_procedures() if "both" in each.forms)
FIRST, SECOND = "H27.15-261120-0007", "H27.15-261120-0008"
STORM = {
    "kind": "storm", "title": "Bão số 5", "first_on": "2026-11-24", "last_on": "2026-11-25", "communes": ["18073"],
    "reason": "Đường ngập",
}  # fmt: skip


def dossier(number: str, due_on: str) -> dict[str, Any]:
    return {
        "dossier_no": number, "receiving_desk": DESK, "procedure_code": PROCEDURE, "service_form": "return",
        "applicant": CITIZEN, "due_on": due_on,
    }  # fmt: skip


async def zoned(day: Day) -> None:
    zone = Zone(commune_code="18073", area="Thành phố Hà Tĩnh", province="42")
    async with day.house.database.writing() as tx:
        await calendar.put_zones(tx, [zone], valid_from=date(2017, 8, 15), author="test", reason="test")


async def carried(day: Day, number: str) -> str:
    """Let the post take the result of a dossier over."""
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(number, "2026-12-10"), expect=201)
    body = {"dossier": number, "leg": "return"}
    made = await day.ask("officer", "POST", "/api/v1/consignments", body, expect=201)
    moment = day.clock[0].isoformat()
    scan = {
        "scan_id": f"s-{number}", "number": made["consignment_no"], "code": "collected", "device_at": moment,
        "office": OFFICE,
    }  # fmt: skip
    await day.ask("postman", "POST", "/api/v1/scans", {"device": "d", "sent_at": moment, "scans": [scan]}, expect=200)
    return str(made["consignment_no"])


async def watched(day: Day) -> None:
    jobs = acts(day.house.services)
    for name in ("watch_clocks", "watch_cases", "watch_dossiers"):
        while await jobs[name](day.clock[0]):
            pass


async def test_a_late_post_is_warned_of_and_becomes_one_case_that_a_storm_speaks_for(day: Day) -> None:
    await zoned(day)
    number = await carried(day, FIRST)
    watch = day.house.services.watch

    # the working day before: one warning, however many watch at once
    await asyncio.gather(*(watch.look_at_clocks(at=day.clock[0]) for _ in range(3)))
    await watched(day)
    given = (await day.ask("postman", "GET", "/api/v1/warnings", expect=200))["data"]
    assert [(each["number"], each["due_on"]) for each in given] == [(number, "2026-11-24")]
    await day.time_knocks()
    assert [n.desk for n in day.told() if n.kind == "consignment.due_soon"] == [DESK]

    # the day after: one case, however many watch at once
    day.clock[0] = datetime(2026, 11, 25, 2, tzinfo=UTC)
    await asyncio.gather(*(watch.look_at_clocks(at=day.clock[0]) for _ in range(3)))
    await watched(day)
    cases = await day.house.database.reading.rows("SELECT id, once, content FROM case_file")
    assert [row["once"] for row in cases] == [f"late:{number}"]

    # a storm entered later: the case stays, and says that the clock moved
    await day.ask("administrator", "POST", "/api/v1/degraded-days", STORM, expect=201)
    await asyncio.gather(*(watch.look_at_cases(at=day.clock[0]) for _ in range(3)))
    await watched(day)
    steps = await day.house.database.reading.rows("SELECT seq, kind, content FROM case_step ORDER BY id")
    assert [(step["seq"], step["kind"]) for step in steps] == [(1, "clock_moved")]
    assert '"is_late":false' in steps[0]["content"]
    assert '"due_on":"2026-11-26"' in steps[0]["content"]
    after = await day.house.database.reading.row("SELECT content FROM case_file")
    assert after == {"content": cases[0]["content"]}


async def test_an_agency_that_will_be_late_says_sorry_once_and_everybody_hears(day: Day) -> None:
    await zoned(day)
    pickup = {"desk": DESK, "office": OFFICE, "on": "2026-11-24", "from_time": "14:00", "to_time": "15:00"}
    await day.ask("officer", "POST", "/api/v1/pickups", pickup, expect=201)
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(SECOND, "2026-11-24"), expect=201)

    # the working day before: drafted, once
    watch = day.house.services.watch
    await asyncio.gather(*(watch.look_at_dossiers(at=day.clock[0]) for _ in range(3)))
    await watched(day)
    [draft] = (await day.ask("officer", "GET", "/api/v1/apologies/by-state?state=draft", expect=200))["data"]
    number = draft["apology_no"]

    # issued twice by two officers at once: one apology
    body = {"reason": "Chờ Sở Tư pháp trả lời xác minh.", "new_due_on": "2026-11-27"}
    address = f"/api/v1/apologies/{number}"
    answers = await asyncio.gather(
        *(day.ask("officer", "POST", f"{address}/issue", body, expect=200) for _ in range(2))
    )
    assert [(each["state"], each["in_time"]) for each in answers] == [("issued", True)] * 2

    # the letter, the citizen, the desk's own system, the coming of the post, the public
    pdf = await day.ask("officer", "GET", f"{address}/paper", expect=200)
    picture = pypdfium2.PdfDocument(io.BytesIO(pdf))[0].render(scale=203 / 72, grayscale=True).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [SECOND]
    await day.time_knocks()
    assert [text for text in day.texts() if SECOND in text and "27/11/2026" in text] == day.texts()
    [told] = [notice for notice in day.told() if notice.kind == "dossier.rescheduled"]
    assert (told.data["due_on"], told.data["new_due_on"]) == ("2026-11-24", "2026-11-27")
    planned = (await day.ask("officer", "GET", f"/api/v1/pickups?desk={DESK}&since=2026-11-23", expect=200))["data"]
    assert [(each["on"], each["state"]) for each in planned] == [("2026-11-24", "moved"), ("2026-11-27", "booked")]
    public = await day.ask("", "GET", "/api/v1/apologies", expect=200)
    assert [each["apology_no"] for each in public["data"]] == [number]
    assert CITIZEN["name"] not in str(public)

    # a second one is refused, naming the first
    problem = await day.ask("officer", "POST", "/api/v1/apologies", {"dossier": SECOND}, expect=409)
    assert number in problem["detail"]
    assert "23/11/2026" in problem["detail"]
    figures = "/api/v1/apologies/figures?since=2026-11-23&until=2026-11-23"
    assert (await day.ask("officer", "GET", figures, expect=200))["data"] == [
        {"desk": DESK, "in_time": 1, "late": 0}
    ]  # fmt: skip
