"""What signed devices leave for the lead: acts that were not done, lost devices, clocks, shifts; each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from .test_station_acts import OFFICE, PROOF, Device, Key, result, rows

TRAY, DEVICES = "/desk/office/conflicts", "/desk/office/devices"
LEAD = ("lead", "scans", "delivery", "enquiry", "handover")


@pytest.fixture
async def device(gate, browser) -> Device:
    """Give a device with a shift on it."""
    made = Device(gate, browser)
    assert await made.begin() == 201
    return made


async def open_now(gate: Any, kind: str = "") -> list[dict[str, Any]]:
    answer = await gate.get(f"/api/v1/conflicts?kind={kind}")
    return list((await answer.json())["data"])


async def fee_refused(gate: Any, device: Device) -> tuple[str, str]:
    """Let a fee be taken for which no series of receipts has begun; return the number of item and conflict."""
    number = str((await gate.consignment(leg="send"))["consignment_no"])
    answer = await device.do("fee", number=number, ledger="fee", amount_dong=25000)
    assert answer["verdict"] == "refused", answer
    [one] = await open_now(gate)
    return number, one["conflict_no"]


async def test_an_act_that_could_not_be_taken_is_done_after_all_by_the_leads_word(gate, browser, device, said) -> None:
    _, conflict = await fee_refused(gate, device)
    await gate.post("/api/v1/receipt-series", {"series": "PHT26", "ledger": "fee", "unit": OFFICE})
    await browser.sign_in(*LEAD, unit=OFFICE)
    _, page = await browser.open(f"{TRAY}/{conflict}")

    answer = await browser.send(f"{TRAY}/{conflict}", way="again", reason="Đã mở quyển biên lai")
    again = await browser.send(f"{TRAY}/{conflict}", way="again", reason="Đã mở quyển biên lai")

    [receipt] = await rows(gate, "SELECT * FROM receipt")
    [act] = await rows(gate, "SELECT content FROM device_act")
    assert "Thu tiền" in said(page)
    assert (answer.status, again.status) == (303, 409)
    assert (receipt["amount_dong"], act["content"]) == (25000, "")
    assert await open_now(gate) == []


async def test_an_act_that_is_refused_again_says_why_and_stays_open(gate, browser, device, said) -> None:
    _, conflict = await fee_refused(gate, device)
    await browser.sign_in(*LEAD, unit=OFFICE)

    answer = await browser.send(f"{TRAY}/{conflict}", way="again", reason="Thử lại xem")

    assert 400 <= answer.status < 500
    assert 'role="alert"' in await answer.text()
    assert len(await open_now(gate)) == 1
    assert (await rows(gate, "SELECT content FROM device_act"))[0]["content"]


async def test_an_act_told_twice_is_refused_once_in_the_tray(gate, device) -> None:
    await fee_refused(gate, device)
    payload = device.act("scan", number="no number", code="arrived")

    for _ in range(3):
        await device.send(payload)

    assert [one["kind"] for one in await open_now(gate)] == ["refused", "refused"]


# --- a lost device


async def lost(gate: Any, browser: Any, device: Device) -> str:
    """Let a device take an item out and be declared lost; return the number of the item."""
    number = await result(gate, "collected")
    gate.clock[0] += timedelta(minutes=1)
    [answer] = await device.send(device.act("scan", number=number, code="out_for_delivery"), waiting=1)
    assert answer["verdict"] == "accepted"
    gate.clock[0] += timedelta(minutes=5)
    await browser.sign_in(*LEAD, unit=OFFICE)
    answer = await browser.send(f"{DEVICES}/{device.shift['device_no']}", reason="Rơi trên đường đi phát", sure="yes")
    assert answer.status == 303
    return number


async def test_a_device_is_declared_lost_in_two_presses_the_first_of_which_says_what_follows(
    gate, browser, device, said
) -> None:
    await browser.sign_in(*LEAD, unit=OFFICE)
    path = f"{DEVICES}/{device.shift['device_no']}"

    short = await browser.send(path, reason="x")
    first = await browser.send(path, reason="Rơi trên đường")
    before = await rows(gate, "SELECT revoked_at FROM device")
    second = await browser.send(path, reason="Rơi trên đường", sure="yes")
    _, page = await browser.open(second.headers["Location"])

    asked = said(await first.text())
    assert (short.status, first.status, second.status) == (422, 200, 303)
    assert "Bấm lần nữa để báo mất máy này." in asked
    assert "Máy không đọc được tuyến" in asked
    assert before[0]["revoked_at"] is None
    assert "Nhân viên không còn mang bưu gửi nào." in said(page)
    assert "chưa nộp, còn được nộp một lần" in said(page)
    assert "Rơi trên đường" in said(page)


async def test_what_a_lost_devices_worker_had_in_hand_is_expected_and_its_queue_waits_for_the_lead(
    gate, browser, device, said
) -> None:
    number = await lost(gate, browser, device)
    waiting = [one["kind"] for one in await open_now(gate)]

    [held] = await device.send(device.act("attempt", number=number, reason="absent"))
    [one] = await open_now(gate, "revoked_device")
    state = (await rows(gate, "SELECT state FROM consignment"))[0]["state"]
    answer = await browser.send(f"{TRAY}/{one['conflict_no']}", way="take", reason="Máy tìm thấy, việc có thật")

    assert (waiting, held["verdict"], state) == (["not_heard"], "held", "out_for_delivery")
    assert answer.status == 303
    assert (await rows(gate, "SELECT state FROM consignment"))[0]["state"] == "attempted"
    assert await open_now(gate) == []  # the attempt is a word of the item: nothing is expected any more


async def test_what_a_lost_device_hands_in_may_be_set_aside_and_moves_nothing(gate, browser, device) -> None:
    number = await lost(gate, browser, device)
    await device.send(device.act("scan", number=number, code="arrived"))
    [one] = await open_now(gate, "revoked_device")

    answer = await browser.send(f"{TRAY}/{one['conflict_no']}", way="aside", reason="Không phải nhân viên quét")

    assert answer.status == 303
    assert (await rows(gate, "SELECT state FROM consignment"))[0]["state"] == "out_for_delivery"


async def test_whoever_only_looks_cannot_declare_a_device_lost(gate, browser, device) -> None:
    await browser.sign_in("scans", "enquiry", unit=OFFICE)
    _, page = await browser.open(f"{DEVICES}?revoke={device.shift['device_no']}")
    answer = await browser.send(f"{DEVICES}/{device.shift['device_no']}", reason="Rơi mất", sure="yes")

    assert "Báo mất" not in page
    assert answer.status == 403


async def test_another_offices_device_is_not_there(gate, browser, device) -> None:
    await browser.sign_in(*LEAD, unit="TS")
    _, page = await browser.open(DEVICES)
    answer = await browser.send(f"{DEVICES}/{device.shift['device_no']}", reason="Rơi mất", sure="yes")

    assert device.shift["device_no"] not in page
    assert answer.status == 404


async def test_the_devices_go_out_as_a_file(browser, device) -> None:
    await browser.sign_in(*LEAD, unit=OFFICE)
    answer = await browser.ask("GET", f"{DEVICES}.csv")

    assert device.shift["device_no"] in (await answer.read()).decode("utf-8-sig")


# --- clocks, shifts, strangers


async def test_a_clock_that_is_a_day_off_is_one_conflict_a_day_with_both_times(gate, browser, device, said) -> None:
    number = await result(gate)
    tomorrow = gate.clock[0] + timedelta(days=1)
    for code in ("collected", "arrived"):
        await device.send(device.act("scan", at=tomorrow, number=number, code=code), sent_at=tomorrow)
    await browser.sign_in(*LEAD, unit=OFFICE)
    _, listed = await browser.open(DEVICES)

    [one] = await open_now(gate)
    assert one["kind"] == "device_clock"
    assert one["sides"][0]["detail"]["seconds"] == 86400
    assert "nhanh 1 ngày" in said(listed)


async def test_acts_after_the_end_of_a_shift_are_taken_and_are_one_conflict(gate, device) -> None:
    number = await result(gate)
    await device.send(device.act("shift_end"))
    gate.clock[0] += timedelta(hours=2)
    answers = [
        (await device.send(device.act("scan", number=number, code=code)))[0] for code in ("collected", "arrived")
    ]

    assert [answer["verdict"] for answer in answers] == ["accepted", "accepted"]
    assert [one["kind"] for one in await open_now(gate)] == ["after_shift"]


async def test_signatures_that_do_not_fit_are_one_conflict_a_day_however_many_there_are(gate, device) -> None:
    stranger = replace(device, worker=Key())
    for _ in range(3):
        [answer] = await stranger.send(stranger.act("scan", number="4K7M29TB6HC", code="arrived"))
        assert answer["code"] == "act.unverified"

    [one] = await open_now(gate)
    assert (one["kind"], one["device_no"]) == ("unverified", device.shift["device_no"])


async def test_two_devices_that_deliver_one_item_are_in_the_tray_at_once(gate, browser, device) -> None:
    other, number = Device(gate, browser), await result(gate, "collected")
    assert await other.begin() == 201
    for each in (device, other):
        gate.clock[0] += timedelta(minutes=1)
        [answer] = await each.send(each.act("deliver", number=number, proof=PROOF))
        assert answer["verdict"] == "accepted"

    [one] = await open_now(gate)
    assert one["kind"] == "delivered_twice"
    assert [side["source"] for side in one["sides"]] == [
        f"device:{each.shift['device_no']}" for each in (device, other)
    ]
