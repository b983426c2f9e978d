"""A hostile device, or a stranger who knows its number: what is not rightly signed does nothing and changes nothing."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY

from .test_station_acts import Device, Key, result, rows

SCANS = "SELECT * FROM scan WHERE source LIKE 'device:TB%'"


@pytest.fixture
async def device(gate: Any, browser: Any) -> Device:
    """Give a device with a shift."""
    made = Device(gate, browser)
    assert await made.begin() == 201
    return made


async def sent(gate: Any, device_no: str, *sealed: dict[str, str], **more: Any) -> tuple[int, Any]:
    """Hand something in at the door as it is; return the status and what is answered."""
    told = {"device": device_no, "sent_at": gate.clock[0].isoformat(), "waiting": 0, "acts": sealed, **more}
    answer = await gate.post("/station/acts", told, token="")
    return answer.status, await answer.json()


async def nothing_was_done(gate: Any) -> bool:
    return await rows(gate, SCANS) == [] and await rows(gate, "SELECT * FROM device_act") == []


def spoilt(act: dict[str, str]) -> list[dict[str, str]]:
    """Return what a hostile hand makes of an act."""
    payload, signature = act["payload"], act["device_signature"]
    return [
        {**act, "payload": payload.replace('"arrived"', '"departed"')},
        {**act, "payload": payload.replace("02:00:00", "01:00:00")},
        {**act, "payload": payload + " "},
        {**act, "device_signature": act["worker_signature"]},
        {**act, "worker_signature": signature},
        {**act, "worker_signature": ""},
        {**act, "device_signature": "A" * 86},
        {**act, "device_signature": Key().signed(payload)},
        {**act, "device_signature": signature[:-2]},
    ]


async def test_what_a_signed_act_caused_bears_the_id_under_which_it_was_handed_in(gate, device) -> None:
    number = await result(gate, "collected")
    act = device.sealed(device.act("scan", number=number, code="out_for_delivery"))
    told = {"device": device.shift["device_no"], "sent_at": gate.clock[0].isoformat(), "waiting": 0, "acts": [act]}
    answer = await gate.post("/station/acts", told, token="", headers={"X-Request-ID": "may-tuyen-3-0001"})
    owed = "SELECT channel, subject FROM outbox WHERE request_id = 'may-tuyen-3-0001'"
    caused = await rows(gate, owed)
    await gate.house.services.notices.send_due(at=gate.clock[0])
    caused += await rows(gate, owed)

    assert (answer.status, answer.headers["X-Request-ID"]) == (200, "may-tuyen-3-0001")
    assert {row["channel"] for row in caused} == {"fan", "citizen"}
    assert {row["subject"] for row in caused} == {number}


async def test_a_text_or_a_signature_that_was_tampered_with_does_nothing(gate, device) -> None:
    act = device.sealed(device.act("scan", number=await result(gate, "collected"), code="arrived"))
    bad = spoilt(act)
    status, told = await sent(gate, "TB-0001", *bad)

    assert (status, {each["code"] for each in told["answers"]}) == (200, {"act.unverified"})
    assert all(each["payload"] != act["payload"] or each != act for each in bad)
    assert await nothing_was_done(gate)
    assert (await sent(gate, "TB-0001", act))[1]["answers"][0]["verdict"] == "accepted"


async def test_a_counter_counts_once_with_its_first_text_whether_apart_or_in_one_sending(gate, device) -> None:
    one, two = [await result(gate, "collected") for _ in range(2)]
    first = device.act("scan", number=one, code="arrived")
    device.counter -= 1
    other = device.act("scan", number=two, code="arrived").replace("act-000001", "act-other1")
    together = await device.send(first, other)
    apart = await device.send(other)

    assert [each["verdict"] for each in together] == ["accepted", "refused"]
    assert (together[1]["code"], apart[0]["code"]) == ("act.counter_taken", "act.counter_taken")
    assert len(await rows(gate, SCANS)) == 1
    assert [row["verdict"] for row in await rows(gate, "SELECT * FROM device_act")] == ["accepted"]


async def test_the_same_sending_many_times_at_once_does_each_act_once(gate, device) -> None:
    number = await result(gate, "collected")
    payloads = [
        device.act("pack", number=number, seal_no="NP-1", packed_by="Trần Diễn Tập", witness="Lê Diễn Tập"),
        device.act("stop", number=number),
        device.act("scan", number=number, code="arrived"),
    ]
    told = await asyncio.gather(*(device.send(*payloads) for _ in range(6)))

    assert all(each == told[0] for each in told)
    assert [each["verdict"] for each in told[0]] == ["accepted"] * 3
    assert [len(await rows(gate, sql)) for sql in ("SELECT * FROM packing", SCANS)] == [1, 1]


async def test_an_act_of_another_devices_shift_does_nothing(gate, browser, device) -> None:
    number = await result(gate, "collected")
    other = Device(gate, browser)
    await other.begin()
    foreign = device.act("scan", number=number, code="arrived").replace(
        device.shift["shift_no"], other.shift["shift_no"]
    )
    borrowed = {**device.sealed(foreign), "worker_signature": other.worker.signed(foreign)}
    own = other.sealed(other.act("scan", number=number, code="arrived"))

    told = [(await sent(gate, "TB-0001", act))[1]["answers"][0] for act in (borrowed, own)]
    assert [each["code"] for each in told] == ["act.unverified"] * 2
    assert await nothing_was_done(gate)


async def test_a_device_that_was_never_enrolled_is_told_so_and_nothing_is_done(gate, device) -> None:
    payload = device.act("scan", number=await result(gate, "collected"), code="arrived").replace("TB-0001", "TB-0099")
    status, told = await sent(gate, "TB-0099", device.sealed(payload))

    assert (status, told["code"]) == (404, "device.unknown")
    assert await nothing_was_done(gate)


async def test_who_knows_only_the_number_of_a_device_changes_nothing_about_it(gate, device) -> None:
    before = await rows(gate, "SELECT * FROM device")
    gate.clock[0] += timedelta(minutes=9)
    forged = {"payload": device.act("shift_end"), "device_signature": "A" * 86, "worker_signature": "A" * 86}
    told = [await sent(gate, "TB-0001", waiting=999), await sent(gate, "TB-0001", forged, waiting=999)]

    assert [status for status, _ in told] == [200, 200]
    assert await rows(gate, "SELECT * FROM device") == before
    assert (await rows(gate, "SELECT * FROM shift"))[0]["ended_at"] is None


async def test_nobody_else_shuts_the_door_of_a_lost_device_before_it_has_handed_in(gate, device) -> None:
    number = await result(gate, "collected")
    await gate.house.services.devices.revoke("TB-0001", reason="Mất ở chợ", actor=GATEWAY, at=gate.clock[0])
    act = device.act("scan", number=number, code="arrived")
    await sent(gate, "TB-0001")
    await sent(gate, "TB-0001", {**device.sealed(act), "worker_signature": "A" * 86})
    [told] = await device.send(act)

    assert told["verdict"] == "held"
    assert [row["verdict"] for row in await rows(gate, "SELECT * FROM device_act")] == ["held"]


UNREADABLE = (
    "[]", "null", "70", "{ ", '{"device": 1}', "[" * 100_000, '{"counter": ' + "9" * 6000 + "}", '{"a": "\\u0000"}',
    '{"device": "TB-0001", "counter": 1e400}',
)  # fmt: skip


async def test_what_cannot_be_read_is_refused_and_keeps_no_other_waiting(gate, device) -> None:
    number = await result(gate, "collected")
    *bad, good = await device.send(*UNREADABLE, device.act("scan", number=number, code="arrived"))

    assert {(each["verdict"], each["code"]) for each in bad} == {("refused", "act.unreadable")}
    assert good["verdict"] == "accepted"


async def test_half_a_character_is_kept_as_the_sign_for_such_and_poisons_no_act_beside_it(gate, device) -> None:
    numbers = [await result(gate, "collected") for _ in range(2)]
    payloads = [device.act("scan", number=number, code="arrived", note="Ảnh mờ \ud83d") for number in numbers]
    assert "\\ud83d" in payloads[0]
    told = await device.send(*payloads)

    assert [each["verdict"] for each in told] == ["accepted"] * 2
    assert all("Ảnh mờ \ufffd" in row["detail"] for row in await rows(gate, SCANS))


async def test_one_scan_that_cannot_be_kept_leaves_those_of_its_row_alone(gate, device) -> None:
    numbers = [await result(gate, "collected") for _ in range(3)]
    async with gate.house.database.writing() as tx:
        await tx.run(
            "CREATE TRIGGER broken BEFORE INSERT ON scan WHEN NEW.detail LIKE '%hỏng%'"
            " BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    payloads = [
        device.act("scan", number=number, code="arrived", note="hỏng" if n == 1 else "")
        for n, number in enumerate(numbers)
    ]
    told = await device.send(*payloads)
    async with gate.house.database.writing() as tx:
        await tx.run("DROP TRIGGER broken")
    again = await device.send(*payloads)

    assert [each and each["verdict"] for each in told] == ["accepted", None, "accepted"]
    assert [each["verdict"] for each in again] == ["accepted"] * 3
    assert len(await rows(gate, SCANS)) == 3


async def test_acts_of_one_moment_keep_their_order_however_long_each_sending_travelled(gate, device) -> None:
    number, at = await result(gate, "collected"), gate.clock[0] + timedelta(minutes=1)
    acts = [
        device.act("scan", at + timedelta(milliseconds=n), number=number, code=code)
        for n, code in enumerate(("departed", "arrived", "departed", "arrived"))
    ]
    for n, act in enumerate(acts):
        gate.clock[0] = at + timedelta(seconds=30 * (n + 1))
        await device.send(act, sent_at=gate.clock[0] - timedelta(milliseconds=900 - 250 * n))
    kept = await rows(gate, SCANS + " ORDER BY occurred_at")

    assert [json.loads(act)["body"]["code"] for act in acts] == [row["code"] for row in kept]


async def test_what_is_odd_about_the_moment_of_an_act_comes_back_with_its_answer(gate, device) -> None:
    late = device.act("stop", gate.clock[0] + timedelta(hours=17), desk="TS")
    gate.clock[0] += timedelta(hours=18)
    [told] = await device.send(late)
    [again] = await device.send(late)

    assert (told["flags"], told == again) == (["after_shift"], True)
