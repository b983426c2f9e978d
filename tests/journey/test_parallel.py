"""The same wish from many hands at one moment is granted once, and everybody is told the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from adapters.rehearsal.faults import Faults

from .conftest import DESK, Day
from .test_parcel import dossier

pytestmark = pytest.mark.slow


async def at_once(day: Day, times: int, path: str, body: Any, *, key: str = "") -> list[tuple[int, bytes]]:
    """Post the same body so many times at once; return each answer's status and bytes."""
    headers = {"Authorization": f"Bearer {day.tokens['officer']}", **({"Idempotency-Key": key} if key else {})}

    async def post() -> tuple[int, bytes]:
        async with day.client.post(path, json=body, headers=headers) as answer:
            return answer.status, await answer.read()

    return await asyncio.gather(*(post() for _ in range(times)))


async def rows_of(day: Day, table: str) -> int:
    row = await day.house.database.reading.row(f"SELECT count(*) AS n FROM {table}")
    assert row is not None
    return int(row["n"])


async def test_of_two_hundred_consignments_of_one_dossier_and_leg_one_is_made(day: Day) -> None:
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}

    answers = await at_once(day, 200, "/api/v1/consignments", wanted)

    assert Counter(status for status, _ in answers) == {201: 1, 409: 199}
    made = (await day.ask("officer", "GET", "/api/v1/consignments", expect=200))["data"]
    assert len(made) == 1
    link = f'"link":"/api/v1/consignments/{made[0]["consignment_no"]}"'.encode()
    assert all(link in body for status, body in answers if status == 409)


async def test_fifty_equal_dossiers_are_one(day: Day) -> None:
    answers = await at_once(day, 50, "/api/v1/dossiers", dossier())

    assert Counter(status for status, _ in answers) == {201: 1, 200: 49}
    assert await rows_of(day, "dossier") == 1


async def test_fifty_posts_under_one_key_are_one_act_with_one_answer(day: Day) -> None:
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}

    answers = await at_once(day, 50, "/api/v1/consignments", wanted, key="mot-lan-bam-nut")

    statuses = Counter(status for status, _ in answers)
    assert set(statuses) <= {201, 409}  # whoever asks while the first is at work is told to ask again
    made = {body for status, body in answers if status == 201}
    assert len(made) == 1
    running = [body for status, body in answers if status == 409]
    assert all(b'"code":"idempotency.running"' in body and b'"retryable":true' in body for body in running)
    assert await at_once(day, 50, "/api/v1/consignments", wanted, key="mot-lan-bam-nut") == [(201, made.pop())] * 50
    assert await rows_of(day, "consignment") == 1
    assert await rows_of(day, "replay") == 1


async def test_a_cancellation_that_overtakes_its_booking_leaves_nothing_stuck(day: Day) -> None:
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send", "book": True}
    number = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]
    at = f"/api/v1/consignments/{number}"
    assert day.house.rehearsal_office is not None
    day.house.rehearsal_office.set_faults(Faults(server_error=1.0, only="order"))
    await day.time_knocks()

    await day.ask("officer", "POST", f"{at}/cancel", {"reason": "not_needed"}, expect=200)
    day.house.rehearsal_office.set_faults(Faults())
    for _ in range(3):
        day.pass_time(hours=1)
        await day.time_knocks()

    assert (await day.ask("officer", "GET", f"{at}/order", expect=200))["state"] == "accepted"
    parked = (await day.ask("administrator", "GET", "/api/v1/outbox?state=parked", expect=200))["data"]
    assert [errand["channel"] for errand in parked] == ["cancel"]
    await day.ask("administrator", "POST", f"/api/v1/outbox/{parked[0]['errand_no']}/replay", expect=202)
    await day.time_knocks()
    assert (await day.ask("officer", "GET", f"{at}/order", expect=200))["state"] == "cancelled"
    assert day.house.rehearsal_office.parcels() == 0
