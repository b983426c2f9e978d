"""A device at the door: a shift begins, its signed acts are done by the services, each once, and each is answered."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from postgw.domain.actor import GATEWAY

OFFICE = "480000"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nx").decode()
PROOF = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"}
FORM, IDENTITY = "Tờ khai cấp bản sao Trích lục hộ tịch", "Giấy tờ tùy thân của người yêu cầu"
PRESENT = [{"name": FORM, "kind": "original"}, {"name": IDENTITY, "kind": "certified"}]


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Key:
    """A key as a browser makes it."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> str:
        return base64url(self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def signed(self, text: str) -> str:
        r, s = decode_dss_signature(self.private.sign(text.encode(), ec.ECDSA(SHA256())))
        return base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@dataclass
class Device:
    """A device with a shift on it, and a queue that only rises."""

    gate: Any
    browser: Any
    key: Key = field(default_factory=Key)
    worker: Key = field(default_factory=Key)
    shift: dict[str, Any] = field(default_factory=dict)
    counter: int = 0

    async def begin(self, unit: str = OFFICE, *scopes: str) -> int:
        await self.browser.sign_in(
            *(scopes or ("scans", "delivery", "handover", "money", "labels", "enquiry")), unit=unit
        )
        answer = await self.browser.ask(
            "POST", "/station/shifts",
            json={"device_key": self.key.public, "worker_key": self.worker.public, "device_name": "Máy tuyến 3"},
            headers={"Sec-Fetch-Site": "same-origin", "X-Form-Proof": self.browser.proof()},
        )  # fmt: skip
        self.shift = await answer.json()
        return int(answer.status)

    def act(self, kind: str, at: datetime | None = None, **body: Any) -> str:
        self.counter += 1
        return json.dumps({
            "device": self.shift["device_no"], "counter": self.counter, "act_id": f"act-{self.counter:06d}",
            "shift": self.shift["shift_no"], "kind": kind, "at": (at or self.gate.clock[0]).isoformat(), "body": body,
        })  # fmt: skip

    def sealed(self, payload: str) -> dict[str, str]:
        return {
            "payload": payload, "device_signature": self.key.signed(payload),
            "worker_signature": self.worker.signed(payload),
        }  # fmt: skip

    async def send(self, *payloads: str, sent_at: datetime | None = None, waiting: int = 0) -> list[dict[str, Any]]:
        answer = await self.gate.post("/station/acts", {
            "device": self.shift["device_no"], "sent_at": (sent_at or self.gate.clock[0]).isoformat(),
            "waiting": waiting, "acts": [self.sealed(payload) for payload in payloads],
        }, token="")  # fmt: skip
        assert answer.status == 200, await answer.text()
        return list((await answer.json())["answers"])

    async def do(self, kind: str, **body: Any) -> dict[str, Any]:
        """Do one act, tell it again, and hold both answers to be one."""
        payload = self.act(kind, **body)
        (first,), (again,) = await self.send(payload), await self.send(payload)
        assert first == again
        return first


@pytest.fixture
async def device(gate, browser) -> Device:
    made = Device(gate, browser)
    assert await made.begin() == 201
    return made


async def rows(gate: Any, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await gate.house.database.reading.rows(sql)
    return found


async def result(gate: Any, *codes: str, **dossier: Any) -> str:
    """Make the consignment of a result, and scan it so far."""
    key = (await gate.sent(**dossier))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    for code in codes:
        await gate.scan(made["consignment_no"], code, office=OFFICE)
    return str(made["consignment_no"])


async def from_citizen(gate: Any) -> str:
    return str((await gate.consignment(leg="send"))["consignment_no"])


# --- the shift --------------------------------------------------------------------------------------------------------


async def test_the_same_device_keeps_its_number_from_shift_to_shift(gate, browser, device) -> None:
    first = device.shift
    await device.begin()

    assert (device.shift["device_no"], device.shift["shift_no"] != first["shift_no"]) == (first["device_no"], True)
    assert len(await rows(gate, "SELECT * FROM device")) == 1


@pytest.mark.parametrize(("unit", "scopes", "status"), [("TS", ("scans",), 422), (OFFICE, ("enquiry",), 403)])
async def test_who_works_at_no_post_office_or_may_not_scan_begins_no_shift(gate, browser, unit, scopes, status) -> None:
    assert await began(Device(gate, browser), unit, scopes) == status


async def began(device: Device, unit: str, scopes: tuple[str, ...]) -> int:
    await device.browser.sign_in(*scopes, unit=unit)
    answer = await device.browser.ask(
        "POST", "/station/shifts",
        json={"device_key": device.key.public, "worker_key": device.worker.public, "device_name": "Máy"},
        headers={"Sec-Fetch-Site": "same-origin", "X-Form-Proof": device.browser.proof()},
    )  # fmt: skip
    return int(answer.status)


@pytest.mark.parametrize("key", ["", "B" * 87, "x" * 200])
async def test_what_is_no_key_is_refused_in_a_sentence(gate, browser, key: str) -> None:
    await browser.sign_in("scans", unit=OFFICE)
    answer = await browser.ask(
        "POST", "/station/shifts", json={"device_key": key, "worker_key": Key().public, "device_name": "Máy"},
        headers={"Sec-Fetch-Site": "same-origin", "X-Form-Proof": browser.proof()},
    )  # fmt: skip

    assert answer.status == 422


async def test_a_device_reads_by_the_secret_of_its_shift_until_it_is_over(gate, device) -> None:
    async def read() -> int:
        answer = await gate.client.get(
            "/station/snapshot", headers={"Authorization": f"Shift {device.shift['secret']}"}
        )
        return int(answer.status)

    before = await read()
    gate.clock[0] += timedelta(hours=16)

    assert (before, await read()) == (200, 403)
    assert (await gate.client.get("/station/snapshot", headers={"Authorization": "Shift x"})).status == 403


# --- the acts ---------------------------------------------------------------------------------------------------------


async def test_scans_of_a_row_are_taken_and_known_the_second_time(gate, device) -> None:
    numbers = [await result(gate, "collected") for _ in range(3)]
    payloads = [device.act("scan", number=number, code="arrived") for number in numbers]
    first, again = await device.send(*payloads), await device.send(*payloads)

    assert [each["verdict"] for each in first] == ["accepted"] * 3
    assert again == first
    assert [each["state"] for each in first] == ["at_office"] * 3
    assert len(await rows(gate, "SELECT * FROM scan WHERE source LIKE 'device:TB%'")) == 3


async def test_a_scan_is_taken_back_by_a_correction_with_its_reason(gate, device) -> None:
    number = await result(gate, "collected")
    await device.do("scan", number=number, code="arrived")
    undone = await device.do("undo", number=number, act_id="act-000001", reason="wrong_item")

    assert (undone["verdict"], undone["state"]) == ("accepted", "collected")


async def test_a_delivery_at_the_door_is_kept_with_its_proof(gate, device) -> None:
    number = await result(gate, "collected", "out_for_delivery")
    told = await device.do("deliver", number=number, proof={**PROOF, "signature_png": PNG})

    assert (told["verdict"], told["state"]) == ("accepted", "delivered")
    assert len(await rows(gate, "SELECT * FROM proof")) == 1


async def test_a_failed_delivery_is_kept_and_the_recipient_invited(gate, device) -> None:
    number = await result(gate, "collected", "out_for_delivery")
    failed = await device.do("attempt", number=number, reason="absent", note="Cửa đóng")
    invited = await device.do("invite", number=number, way="paper")

    assert (failed["verdict"], failed["state"], invited["verdict"]) == ("accepted", "attempted", "accepted")
    assert len(await rows(gate, "SELECT * FROM invitation")) == 1


async def test_a_dossier_is_collected_at_the_door_checked_sealed_and_signed(gate, device) -> None:
    number = await from_citizen(gate)
    told = [
        await device.do("paper_check", number=number, citizen="Nguyễn Thị Diễn Tập", present=PRESENT),
        await device.do("pack", number=number, seal_no="NP-1", packed_by="Trần Diễn Tập", witness="Lê Diễn Tập"),
        await device.do("sign_note", number=number, side="consignor", name="Nguyễn Thị Diễn Tập", signature_png=PNG),
        await device.do("sign_note", number=number, side="post", name="Trần Diễn Tập", signature_png=PNG),
        await device.do("scan", number=number, code="collected"),
    ]

    assert [each["verdict"] for each in told] == ["accepted"] * 5, told
    tables = ("paper_check", "packing", "note_signature")
    assert [len(await rows(gate, f"SELECT id FROM {name}")) for name in tables] == [1, 1, 2]


async def test_a_fee_is_taken_once_and_its_receipt_number_comes_back(gate, device) -> None:
    series = {"series": "PHT26", "ledger": "fee", "unit": OFFICE}
    assert (await gate.post("/api/v1/receipt-series", series)).status == 201
    number = await from_citizen(gate)
    told = await device.do("fee", number=number, ledger="fee", amount_dong=25_000)

    assert (told["verdict"], told["sentence"]) == ("accepted", "Biên lai PHT26-000001.")
    assert len(await rows(gate, "SELECT * FROM receipt")) == 1


async def test_our_label_and_the_posts_sticker_are_bound(gate, device) -> None:
    number = await result(gate, "collected")
    told = [await device.do("bind", number=number, item_no=each) for each in ("RR473124829VN", "RR473124829VN")]
    taken = await device.do("bind", number=await result(gate), item_no="RR473124829VN")

    assert ([each["verdict"] for each in told], taken["verdict"]) == (["accepted"] * 2, "refused")
    assert "đã gắn với bưu gửi" in taken["sentence"]


async def test_a_bag_keeps_the_number_that_was_drawn_without_a_signal(gate, device) -> None:
    numbers = [await result(gate, "collected") for _ in range(2)]
    sealed = await device.do("bag", bag_no="T4K7M29B9", numbers=numbers)
    gone = await device.do("scan", number="T4K7M29B9", code="departed")

    assert (sealed["verdict"], gone["verdict"], gone["state"]) == ("accepted", "accepted", "in_transit")


async def test_lines_of_a_list_are_ticked(gate, device) -> None:
    number = await result(gate)
    opened = {"desk": "TS", "office": OFFICE, "direction": "to_post", "numbers": [number]}
    manifest = (await (await gate.post("/api/v1/manifests", opened)).json())["manifest_no"]
    told = await device.do("tick", manifest_no=manifest, numbers=[number], outcome="damaged", reason="Rách góc")
    kept = await (await gate.get(f"/api/v1/manifests/{manifest}")).json()

    assert (told["verdict"], kept["lines"][0]["outcome"]) == ("accepted", "damaged")


async def test_an_act_that_the_house_refuses_is_kept_for_the_lead_with_its_reason(gate, device) -> None:
    number = await result(gate, "collected", "out_for_delivery")
    told = await device.do("deliver", number=number, proof={**PROOF, "receiver_kind": "proxy"})
    [kept] = await rows(gate, "SELECT * FROM device_act")

    assert (told["verdict"], bool(told["sentence"])) == ("refused", True)
    assert json.loads(kept["content"])["body"]["number"] == number


@pytest.mark.parametrize("body", [{}, {"number": 7}, {"number": "4K7M29TB6HC", "code": "arrived", "strange": 1}])
async def test_a_body_that_says_too_little_or_too_much_is_refused_and_keeps_no_other_waiting(
    gate, device, body
) -> None:
    number = await result(gate, "collected")
    bad, good = await device.send(device.act("scan", **body), device.act("scan", number=number, code="arrived"))

    assert (bad["verdict"], good["verdict"]) == ("refused", "accepted")


async def test_a_fault_of_ours_leaves_its_act_in_the_queue_and_keeps_no_other_waiting(gate, device) -> None:
    number = await result(gate, "collected")
    pack = device.act("pack", number=number, seal_no="NP-1", packed_by="Trần Diễn Tập", witness="Lê Diễn Tập")
    scan = device.act("scan", number=number, code="arrived")
    async with gate.house.database.writing() as tx:
        await tx.run("ALTER TABLE packing RENAME TO packing_away")
    faulty = await device.send(pack, scan)
    async with gate.house.database.writing() as tx:
        await tx.run("ALTER TABLE packing_away RENAME TO packing")
    mended = await device.send(pack, scan)

    assert (faulty[0], faulty[1]["verdict"]) == (None, "accepted")
    assert [each["verdict"] for each in mended] == ["accepted", "accepted"]


async def test_what_happened_without_a_signal_stands_at_its_own_moment(gate, device) -> None:
    number, done_at = await result(gate, "collected"), gate.clock[0]
    payloads = [
        device.act("scan", done_at + timedelta(minutes=1), number=number, code="arrived"),
        device.act("shift_end", done_at + timedelta(minutes=2)),
    ]
    gate.clock[0] += timedelta(hours=5)
    await device.send(*payloads)
    [scan] = await rows(gate, "SELECT * FROM scan WHERE source LIKE 'device:TB%'")
    [shift] = await rows(gate, "SELECT * FROM shift")

    assert str(scan["occurred_at"])[:16] == "2026-11-23 02:01"
    assert str(shift["ended_at"])[:16] == "2026-11-23 02:02"


async def test_a_lost_device_hands_in_once_and_nothing_of_it_is_done(gate, device) -> None:
    number = await result(gate, "collected")
    services, at = gate.house.services, gate.clock[0]
    await services.devices.revoke(device.shift["device_no"], reason="Mất ở chợ", actor=GATEWAY, at=at)
    held = await device.send(device.act("scan", number=number, code="arrived"), waiting=1)
    last = await device.send(device.act("scan", number=number, code="departed"))
    shut = await device.send(device.act("scan", number=number, code="departed"))
    read = await gate.client.get("/station/snapshot", headers={"Authorization": f"Shift {device.shift['secret']}"})

    assert [each[0]["verdict"] for each in (held, last, shut)] == ["held", "held", "refused"]
    assert read.status == 403
    assert await rows(gate, "SELECT * FROM scan WHERE source LIKE 'device:TB%'") == []
