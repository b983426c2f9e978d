"""The figures of the path: what stands where, how old it is, and that what is over is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from postgw.storage import jobs

from .conftest import DESK, OFFICE


async def collected(gate: Any) -> None:
    told = gate.dossier()
    made = await gate.post("/api/v1/dossiers", told)
    assert made.status == 201, await made.text()
    wanted = {"dossier": told["dossier_no"], "leg": "return"}
    number = (await (await gate.post("/api/v1/consignments", wanted)).json())["consignment_no"]
    moment = gate.clock[0].isoformat()
    scan = {"scan_id": "s-1", "number": number, "code": "collected", "device_at": moment}
    assert (await gate.post("/api/v1/scans", {"device": "d", "sent_at": moment, "scans": [scan]})).status == 200


async def page(gate: Any) -> list[str]:
    told: str = await (await gate.get("/metrics", token="")).text()
    return told.splitlines()


async def test_what_waits_is_counted_by_channel_with_the_age_of_the_oldest(gate: Any) -> None:
    await collected(gate)
    gate.clock[0] += timedelta(seconds=90)
    figures = await page(gate)
    await gate.house.services.notices.send_due(at=gate.clock[0])
    later = await page(gate)

    assert 'postgw_errands{channel="fan",state="waiting"} 1.0' in figures
    assert 'postgw_errand_oldest_seconds{channel="fan"} 90.0' in figures
    assert 'postgw_consignments{state="collected"} 1.0' in figures
    assert [line for line in later if line.startswith("postgw_errand") and '"fan"' in line] == []


async def test_messages_are_counted_by_channel_and_by_what_became_of_them(gate: Any) -> None:
    await collected(gate)
    for _ in range(3):
        await gate.house.services.notices.send_due(at=gate.clock[0])
        await gate.house.services.messaging.send_due(at=gate.clock[0])
    figures = await page(gate)
    gate.clock[0] += timedelta(minutes=11)
    later = await page(gate)

    assert [line for line in figures if line.startswith('postgw_messages{channel="rehearsal"')]
    assert [line for line in later if line.startswith("postgw_messages{")] == []


async def test_a_job_tells_its_last_slot_how_late_it_is_and_how_often_it_failed(gate: Any) -> None:
    at, slot = gate.clock[0], gate.clock[0]
    for _ in range(2):
        async with gate.house.database.writing() as tx:
            assert await jobs.take(tx, "watch_clocks", holder="a", slot=slot, at=at, until=at + timedelta(minutes=1))
            await jobs.release(tx, "watch_clocks", holder="a", at=at, failed=True)
        slot += timedelta(hours=1)
    gate.clock[0] += timedelta(hours=3)
    figures = await page(gate)
    async with gate.house.database.writing() as tx:
        await jobs.take(tx, "watch_clocks", holder="a", slot=slot, at=gate.clock[0], until=at + timedelta(minutes=1))
        await jobs.release(tx, "watch_clocks", holder="a", at=gate.clock[0])
    mended = await page(gate)

    assert 'postgw_job_failures{recurring_job="watch_clocks"} 2.0' in figures
    late = [
        float(line.split()[1])
        for line in figures
        if line.startswith('postgw_job_late_seconds{recurring_job="watch_clocks"')
    ]
    assert late == [2700.0 + 3600.0]
    assert 'postgw_job_failures{recurring_job="watch_clocks"} 0.0' in mended


async def test_what_devices_still_hold_is_counted_by_office(gate: Any) -> None:
    async with gate.house.database.writing() as tx:
        for number, unit, waiting in (("TB-1", OFFICE, 7), ("TB-2", OFFICE, 5), ("TB-3", DESK, 0)):
            await tx.run(
                "INSERT INTO device (device_no, name, unit, public_key, enrolled_at, enrolled_by, seen_at, waiting)"
                " VALUES ($1, 'x', $2, $1, $3, 'x', $3, $4)",
                number, unit, gate.clock[0], waiting,
            )  # fmt: skip
    gate.clock[0] += timedelta(minutes=5)
    figures = await page(gate)

    assert f'postgw_device_acts_waiting{{unit="{OFFICE}"}} 12.0' in figures
    assert f'postgw_device_quiet_seconds{{unit="{OFFICE}"}} 300.0' in figures
    assert not [line for line in figures if f'unit="{DESK}"' in line]


async def test_the_wait_for_the_database_is_told(gate: Any) -> None:
    await collected(gate)
    figures = dict(line.split(" ") for line in await page(gate) if line.startswith("postgw_database_"))

    assert float(figures["postgw_database_transactions_total"]) > 1
    assert float(figures["postgw_database_wait_seconds_total"]) > 0
    assert float(figures['postgw_database_connections{state="most"}']) > 1


async def test_how_full_the_fullest_tray_is_is_told_and_counted_once_a_minute(gate: Any) -> None:
    async def told() -> list[str]:
        return [line for line in await page(gate) if line.startswith("postgw_stray_tray_filled_ratio")]

    for _ in range(50):
        await gate.scan("RR473124829VN", "collected")
    first = await told()
    await gate.scan("RR473124829VN", "collected")
    at_once = await told()
    gate.clock[0] += timedelta(minutes=1)

    assert first == at_once == ["postgw_stray_tray_filled_ratio 0.01"]
    assert await told() == ["postgw_stray_tray_filled_ratio 0.0102"]
