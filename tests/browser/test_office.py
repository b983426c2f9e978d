"""The lead's pages in a real browser: settled and shut out by keyboard, no barrier, nothing wider than its window."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from postgw.domain.actor import SCOPES, Actor
from postgw.domain.conflict import Side, of_act, of_clock, of_shift

from .barriers import violations

pytestmark = pytest.mark.browser

OFFICE, TRAY = "480000", "/desk/office/conflicts"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
LEAD = ("lead", "scans", "delivery", "enquiry", "handover", "reports", "cases", "money")


async def worked(gate: Any) -> dict[str, str]:
    """Let a day go by in which everything that a lead may have to settle happens; return conflicts by their kind."""
    twice, ended = gate.numbers[2], gate.numbers[1]
    binh = await _begun(gate, "tran.van.binh", "Điện thoại tuyến 3")
    lan = await _begun(gate, "nguyen.thi.ngoc.lan", "Máy tính quầy giao dịch số 2")
    gate.clock[0] += timedelta(minutes=20)
    await _delivered(gate, twice, binh, "Nguyễn Thị Thuỳ Dương")
    gate.clock[0] += timedelta(minutes=12)
    await _delivered(gate, twice, lan, "Trần Văn Cầu")
    await gate.scan(ended, "returned", office=OFFICE)
    gate.clock[0] += timedelta(minutes=9)
    await _delivered(gate, ended, binh, "Lê Thị Hoa")
    await gate.scan(gate.numbers[3], "attempted", office=OFFICE, reason="absent")
    await gate.house.services.conflicts.note(*_told(gate, binh), at=gate.clock[0])
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE device SET waiting = 3, skew_seconds = 10800 WHERE device_no = $1", binh)
    gate.clock[0] += timedelta(minutes=70)
    rows = (await (await gate.get("/api/v1/conflicts")).json())["data"]
    return {row["kind"]: row["conflict_no"] for row in rows}


async def _begun(gate: Any, worker: str, name: str) -> str:
    keys = [_key() for _ in range(2)]
    actor = Actor(name=worker, scopes=frozenset(SCOPES), unit=OFFICE)
    begun = await gate.house.services.devices.begin_shift(
        device_key=keys[0], device_name=name, worker_key=keys[1], actor=actor, at=gate.clock[0]
    )
    return str(begun.device.device_no)


def _key() -> str:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


async def _delivered(gate: Any, number: str, device: str, receiver: str) -> None:
    moment = gate.clock[0].isoformat()
    proof = {
        "receiver_name": receiver, "id_kind": "citizen_id", "id_tail": "4821", "remarks": "Phong bì rách góc",
        "signature_png": PNG,
    }  # fmt: skip
    told = {"number": number, "scan_id": f"{device}-{number}", "device": device, "device_at": moment,
            "sent_at": moment, "office": OFFICE, "proof": proof}  # fmt: skip
    assert (await gate.post("/api/v1/deliveries", told)).status in {201, 409}


def _told(gate: Any, device: str) -> Iterator[Any]:
    at = gate.clock[0]
    side = Side(
        word="fee", source=f"device:{device}", actor="tran.van.binh", office=OFFICE, at=at, device_at=at,
        detail={"digest": "x", "sentence": "Sai số, quét lại. Chữ số kiểm tra không khớp.", "values": {},
                "number": gate.numbers[0]},
    )  # fmt: skip
    yield of_act("refused", device_no=device, counter=7, digest="x", unit=OFFICE, side=side)
    yield of_act("revoked_device", device_no=device, counter=8, digest="y", unit=OFFICE, side=side)
    worker = {"device_no": device, "unit": OFFICE, "worker": "tran.van.binh"}
    yield of_clock(**worker, device_at=at + timedelta(hours=3), received_at=at, day="2026-11-23")
    yield of_shift(**worker, shift_no="CA-261123-0001", ended_at=at, act_at=at + timedelta(minutes=40))


async def kept_text(gate: Any) -> None:
    """Keep the text of the act that was refused."""
    content = {"body": {"number": gate.numbers[0], "ledger": "fee", "amount_dong": 25000, "payer": "Lê Thị Kín"}}
    async with gate.house.database.writing() as tx:
        await tx.run(
            "INSERT INTO device_act (device_no, counter, digest, act_id, shift_no, kind, device_at, received_at,"
            " verdict, content) VALUES ('TB-0001', 7, 'x', 'a', 'CA-1', 'fee', $1, $1, 'refused', $2)",
            gate.clock[0], json.dumps(content),
        )  # fmt: skip


async def test_a_lead_settles_what_contradicts_itself_without_a_mouse(look, gate) -> None:
    kinds = await worked(gate)
    window = await look()
    await window.sign_in(*LEAD)
    page = window.page
    await window.open("/desk/office")
    await page.keyboard.press("1")
    await page.wait_for_url(f"**{TRAY}")
    await page.keyboard.press("1")
    await page.wait_for_url("**?kind=delivered_twice")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/{kinds['delivered_twice']}")

    await page.keyboard.press("1")  # a way without a reason: the field asks for it, and nothing is sent
    assert await page.evaluate("document.querySelector('#reason').validity.valueMissing")
    await page.keyboard.press("Escape")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("l")
    await page.keyboard.type("Da goi nguoi nhan, nhan tu anh Binh luc 09:20")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("1")
    await page.wait_for_url("**?done=*")

    assert kinds["delivered_twice"] in await page.inner_text("[role=status]")
    assert kinds["delivered_twice"] not in await page.inner_text("tbody")
    settled = await (await gate.get(f"/api/v1/conflicts/{kinds['delivered_twice']}")).json()
    assert (settled["settled_as"], window.wrong) == ("first", [])


async def test_a_lost_device_is_shut_out_in_two_presses_without_a_mouse(look, gate) -> None:
    await worked(gate)
    window = await look()
    await window.sign_in(*LEAD)
    page = window.page
    await window.open("/desk/office/devices?revoke=TB-0001")
    await window.stands_in("#reason")
    await page.keyboard.type("Roi tren duong di phat")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[role=alert]")
    assert "Bấm lần nữa" in await page.inner_text("[role=alert]")
    await window.stands_in("button.main")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**?done=TB-0001*")

    assert "Đã báo mất" in await page.inner_text("#TB-0001")
    assert window.wrong == []


@pytest.mark.parametrize("width", [1366, 390, 320])
async def test_the_pages_have_no_barrier_and_stay_in_their_window(look, gate, width) -> None:
    window = await look(width=width, height=900)
    await window.sign_in(*LEAD)
    found = await barriers(window, ["/desk/office", TRAY, "/desk/office/devices"], ["vi"])
    kinds = await worked(gate)
    await kept_text(gate)
    paths = ["/desk/office", TRAY, "/desk/office/devices?revoke=TB-0001", f"{TRAY}/{kinds['delivered_twice']}"]
    found += await barriers(window, paths, ["vi", "en"])
    if width != 390:
        found += await barriers(window, [f"{TRAY}/{number}" for number in kinds.values()], ["vi"])
    settle = {"way": "first", "reason": "Đã gọi người nhận, nhận lúc 08:15"}
    await gate.post(f"/api/v1/conflicts/{kinds['delivered_twice']}/settle", settle)
    found += await barriers(window, [f"{TRAY}?state=settled", f"{TRAY}/{kinds['delivered_twice']}"], ["en"])

    assert (found, window.wrong) == ([], [])


async def barriers(window: Any, paths: list[str], languages: list[str]) -> list[str]:
    """Return what keeps somebody out of these pages, or stands out of their window."""
    found = []
    for path in paths:
        for language in languages:
            await window.open(f"{path}{'&' if '?' in path else '?'}l={language}")
            seen = await violations(window.page)
            found += [f"{path} {language} {one['id']}: {node['html'][:140]}" for one in seen for node in one["nodes"]]
            over = await window.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            found += [f"{path} {language} wider by {over}"] * (over > 0)
    return found
