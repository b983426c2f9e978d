"""One trace from the scan to the notice, as a collector sees it; and nothing in it names a person or a paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from scheduler.timetable import TIMETABLE

from .conftest import CITIZEN, Day
from .test_request_ids import SCAN_ID, booked, scanned

SECRET = "/m/AAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


async def lived(day: Day) -> str:
    number = await booked(day)
    await scanned(day, number)
    await day.ask("", "GET", f"/t/{number}", expect=200)
    await day.ask("", "GET", SECRET, expect=404)
    notices = next(line for line in TIMETABLE if line.job == "send_notices")
    await day.house.runner.knock(notices.job, day.clock[0])
    await day.time_knocks()
    return number


async def test_the_scan_and_what_it_caused_are_one_trace(open_day: Callable[..., Any], collector: Any) -> None:
    async with open_day(f'[telemetry]\nendpoint = "{collector.url}"\n') as day:
        await lived(day)

    spans = collector.spans()
    by_id = {span["spanId"]: span for span in spans}
    scan = next(span for span in spans if span["name"] == "POST /api/v1/scans")
    trace = [span for span in spans if span["traceId"] == scan["traceId"]]
    names = {span["name"] for span in trace}
    assert {"POST /api/v1/scans", "tracking.take", "transaction", "errand desk", "errand citizen"} <= names
    told = next(span for span in trace if span["name"] == "errand desk")
    assert by_id[told["parentSpanId"]] is scan
    assert {"key": "postgw.outcome", "value": {"stringValue": "sent"}} in told["attributes"]


async def test_steps_of_the_path_jobs_and_outsiders_are_all_there(open_day: Callable[..., Any], collector: Any) -> None:
    async with open_day(f'[telemetry]\nendpoint = "{collector.url}"\n') as day:
        await lived(day)

    names = {span["name"] for span in collector.spans()}
    assert {"intake.take", "intake.register", "booking.book", "tracking.take", "errand post", "job send_notices"} <= {
        *names
    }
    assert any(name.startswith("Bưu điện: ") for name in names)


async def test_no_span_names_a_person_a_number_or_a_secret(open_day: Callable[..., Any], collector: Any) -> None:
    async with open_day(f'[telemetry]\nendpoint = "{collector.url}"\n') as day:
        number = await lived(day)

    told = json.dumps(collector.bodies, ensure_ascii=False)
    forbidden = (number, "MC-2026-0007", SECRET[3:], SCAN_ID, CITIZEN["name"], CITIZEN["phone"], CITIZEN["address"])
    assert [text for text in forbidden if text in told] == []
    assert "/t/{number}" in told
