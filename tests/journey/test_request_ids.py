"""One id from the scan to the notice: whoever asks why somebody was told finds the scan that caused it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from .conftest import DESK, Day
from .test_parcel import dossier

SCAN_ID = "quay-480000-0001"


async def booked(day: Day) -> str:
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send", "book": True}
    number: str = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]
    await day.time_knocks()
    return number


async def scanned(day: Day, number: str, request_id: str = SCAN_ID) -> None:
    moment = day.clock[0].isoformat()
    scan = {"scan_id": "s-1", "number": number, "code": "collected", "device_at": moment}
    headers = {"Authorization": f"Bearer {day.tokens['postman']}", "X-Request-ID": request_id}
    body = {"device": "d", "sent_at": moment, "scans": [scan]}
    async with day.client.post("/api/v1/scans", json=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


def lines(caplog: pytest.LogCaptureFixture, logger: str) -> list[Any]:
    return [record for record in caplog.records if record.name == logger]


async def test_the_notice_is_logged_under_the_id_of_the_scan_that_caused_it(
    day: Day, caplog: pytest.LogCaptureFixture, logged_ids: list[tuple[str, str]]
) -> None:
    number = await booked(day)
    caplog.set_level(logging.INFO)
    logged_ids.clear()
    await scanned(day, number)
    await day.time_knocks()

    answered = [act for name, act in logged_ids if name == "postgw.web.access"]
    heard = [(line.channel, line.subject) for line in lines(caplog, "postgw.storage.outbox")]
    ids = {act for name, act in logged_ids if name == "postgw.storage.outbox"}
    assert ("desk", number) in heard
    assert ("citizen", number) in heard
    assert (answered, ids) == ([SCAN_ID], {SCAN_ID})
    sent = (await day.ask("administrator", "GET", "/api/v1/outbox?state=sent", expect=200))["data"]
    assert {each["channel"] for each in sent if each["request_id"] == SCAN_ID} == {"desk", "citizen"}


async def test_what_is_refused_and_tried_again_keeps_its_id(day: Day) -> None:
    number = await booked(day)
    assert day.house.rehearsal_desk is not None
    day.house.rehearsal_desk.unreachable = 1
    await scanned(day, number)
    await day.time_knocks()

    rows = await day.house.database.reading.rows("SELECT channel, state FROM outbox WHERE request_id = $1", SCAN_ID)
    assert [(row["channel"], row["state"]) for row in rows] == [("desk", "waiting")]


async def test_the_order_to_the_post_bears_the_id_of_the_officers_request(
    day: Day, caplog: pytest.LogCaptureFixture, logged_ids: list[tuple[str, str]]
) -> None:
    caplog.set_level(logging.INFO)
    await booked(day)

    asked, answered, told = [
        {act for name, act in logged_ids if name == logger}
        for logger in ("adapters.wire", "postgw.web.access", "postgw.storage.outbox")
    ]  # fmt: skip
    assert [line.channel for line in lines(caplog, "postgw.storage.outbox")] == ["post"]
    assert told <= asked & answered
    assert told - {""}
