"""A one-stop system that speaks the post's wire speaks to us instead: what it sends, it sends as such systems do."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw.bootstrap import inbound_routes
from postgw.domain.actor import GATEWAY
from postgw.domain.desk_order import DeskCard
from postgw.web.app import make_app
from postgw.web.keys import Door

from .conftest import DESK, MORNING, OFFICE, Day

BASE = "/ngsp/apiVNPostNGSP/p1.0"
CODE = "HCC-DEMO"
RETURN_NO = "H27.12.34-261123-0007"
NO_CURSOR = "0" * 24
DESK_END = {"Name": "Bộ phận Một cửa", "Address": "Số 1 đường Diễn Tập", "Tel": "0540000001"}
CITIZEN_END = {"Name": "Nguyễn Văn Ánh", "Address": "Tổ 3, phường Thành Sen, tỉnh Hà Tĩnh", "Tel": "0912000003"}


def order(order_no: str, sender: dict[str, str], receiver: dict[str, str], **other: Any) -> dict[str, Any]:
    """Return the seventeen keys as the post's own library writes them: all of them, missing ones as null."""
    fields = {
        "CustomerCode": CODE, "OrderNumber": order_no, "CODAmount": None, "SenderProvince": 48, "SenderDistrict": 0,
        "SenderAddress": sender["Address"], "SenderName": sender["Name"], "SenderEmail": None,
        "SenderTel": sender["Tel"], "SenderDesc": "Giấy khai sinh (bản chính)", "Description": None,
        "ReceiverName": receiver["Name"], "ReceiverAddress": receiver["Address"], "ReceiverTel": receiver["Tel"],
        "ReceiverProvince": 48, "ReceiverDistrict": None, "ReceiverEmail": None,
    }  # fmt: skip
    return {**fields, **other}


@dataclass
class System:
    """A one-stop system: fetches a token before every call and believes the status code alone."""

    day: Day
    key: str
    secret: str

    async def token(self, *, expect: int = 200, **how: Any) -> str:
        pair = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        asked = {"data": "grant_type=client_credentials", **how}
        async with self.day.client.post("/ngsp/token", headers={"Authorization": f"Basic {pair}"}, **asked) as answer:
            assert answer.status == expect
            body = json.loads(await answer.read())
        return f"{body['token_type']} {body['access_token']}" if expect == 200 else ""

    async def call(self, method: str, path: str, body: Any = None, *, expect: int, **headers: str) -> Any:
        named = {"Authorization": await self.token(), **{k.replace("_", "-"): v for k, v in headers.items()}}
        raw = json.dumps(body).encode() if isinstance(body, dict) else body
        if raw is not None:
            named["Content-Type"] = "application/json"
        async with self.day.client.request(method, path, data=raw, headers=named) as answer:
            assert answer.status == expect, await answer.text()
            return json.loads(await answer.read())

    async def order(self, *of: Any, **other: Any) -> int:
        said = await self.call("POST", f"{BASE}/order/post", order(*of, **other), expect=201)
        return int(said["Status"])

    async def cancel(self, order_no: str, code: str = CODE) -> int:
        path = f"{BASE}/order/cancel?CustomerCode={code}&OrderNumber={order_no}"
        return int((await self.call("GET", path, expect=201))["Status"])

    async def feed(self, after: str = NO_CURSOR, most: int = 1000) -> list[dict[str, Any]]:
        page = await self.call("GET", f"{BASE}/order/tracking?pagesize={most}&lastId={after}", expect=200)
        rows: list[dict[str, Any]] = page["_embedded"]["rh:doc"] if "_embedded" in page else []
        assert page["_returned"] == len(rows)
        return rows


@pytest.fixture
async def system(day: Day) -> System:
    card = DeskCard(desk=DESK, names=("Bộ phận Một cửa",))
    _, key, secret = await day.house.services.customers.begin_customer(
        name="Hệ thống một cửa", codes=[CODE], desks=[card], key="", secret="", actor=GATEWAY, at=MORNING
    )
    return System(day, key, secret)


async def the_only(day: Day) -> dict[str, Any]:
    """Return the only consignment there is."""
    found = await day.ask("administrator", "GET", "/api/v1/consignments", expect=200)
    assert len(found["data"]) == 1
    only: dict[str, Any] = found["data"][0]
    return only


async def complete(day: Day, key: str, **other: Any) -> Any:
    filling = {
        "procedure_code": "1.001193", "consent_at": "2026-11-23T07:30:00+07:00",
        "papers": [{"name": "Giấy khai sinh", "kind": "original"}],
    }  # fmt: skip
    return await day.ask("officer", "POST", f"/api/v1/dossiers/{key}/completion", filling | other, expect=200)


async def handed_over(day: Day, number: str) -> None:
    """Let both hands sign for an item on its way to the post."""
    people = {}
    for kind, unit in (("desk", DESK), ("office", OFFICE)):
        said = {"unit_kind": kind, "unit": unit, "name": f"Người ký {unit}", "valid_from": "2026-01-01"}
        signer = await day.ask("administrator", "POST", "/api/v1/signatories", said, expect=201)
        people[kind] = signer["signatory_no"]
    listed = {"desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": [number]}
    manifest = (await day.ask("officer", "POST", "/api/v1/manifests", listed, expect=201))["manifest_no"]
    at = f"/api/v1/manifests/{manifest}"
    await day.ask("officer", "POST", f"{at}/tick", {"number": number, "outcome": "ticked"}, expect=200)
    await day.ask("officer", "POST", f"{at}/close", expect=200)
    for side, kind in (("giver", "desk"), ("taker", "office")):
        said = {"side": side, "signatory_no": people[kind], "way": "paper", "signed_at": day.clock[0].isoformat()}
        await day.ask("officer", "POST", f"{at}/sign", said, expect=200)


async def test_a_result_ordered_over_the_wire_is_one_parcel_and_its_whole_way_is_told(day: Day, system: System):
    assert [await system.order(RETURN_NO, DESK_END, CITIZEN_END, CODAmount=8000.0) for _ in range(2)] == [100, 101]

    made = await the_only(day)
    assert (made["leg"], made["desk"], made["dossier_no"]) == ("return", DESK, RETURN_NO)
    await day.time_knocks()
    booked = await day.ask("officer", "GET", f"/api/v1/consignments/{made['consignment_no']}", expect=200)
    assert booked["custody"]["state"] == "booked"

    await complete(day, RETURN_NO)
    sticker = {"item_no": "RR473124829VN"}
    await day.ask("postman", "POST", f"/api/v1/consignments/{made['consignment_no']}/bind", sticker, expect=200)
    await handed_over(day, made["consignment_no"])
    day.pass_time(hours=3)
    now = day.clock[0].isoformat()
    proof = {"receiver_name": CITIZEN_END["Name"], "id_kind": "citizen_id", "id_tail": "789", "remarks": "none"}
    delivery = {
        "number": made["consignment_no"], "proof": proof, "scan_id": "p-1", "device": "may-07", "device_at": now,
        "sent_at": now,
    }  # fmt: skip
    await day.ask("postman", "POST", "/api/v1/deliveries", delivery, expect=201)
    told = await system.feed()

    assert [row["StatusCode"] for row in told] == [0, 1, 4]
    assert {(row["CustomerCode"], row["OrderNumber"]) for row in told} == {(CODE, RETURN_NO)}
    assert {row["ItemCode"] for row in told} == {"RR473124829VN"}
    assert told[-1]["EventTime"] == day.clock[0].timestamp() * 1000


async def test_the_feed_is_read_on_from_any_row_and_ends_without_a_list(day: Day, system: System):
    await system.order(RETURN_NO, DESK_END, CITIZEN_END)
    await day.time_knocks()
    await complete(day, RETURN_NO)
    await handed_over(day, (await the_only(day))["consignment_no"])
    whole = await system.feed()

    ones, cursor = [], NO_CURSOR
    while page := await system.feed(cursor, most=1):
        ones += page
        cursor = page[-1]["_id"]["$oid"]
    ids = [row["_id"]["$oid"] for row in whole]

    assert ones == whole
    assert ids == sorted(set(ids))
    assert {len(record_id) for record_id in ids} == {24}


async def test_a_collection_tried_again_under_a_new_number_is_the_same_parcel(day: Day, system: System):
    first, second = f"{RETURN_NO}__0.4711", f"{RETURN_NO}__8.15E-4"

    assert await system.order(first, CITIZEN_END, DESK_END) == 100
    assert await system.order(second, CITIZEN_END, DESK_END) == 101
    made = await the_only(day)
    assert (made["leg"], made["to_desk"]) == ("send", DESK)

    await day.time_knocks()
    assert {row["OrderNumber"] for row in await system.feed()} == {first, second}
    assert await system.cancel(second) == 110
    assert await system.cancel(first) == 110
    await day.time_knocks()
    cancelled = await day.ask("officer", "GET", f"/api/v1/consignments/{made['consignment_no']}", expect=200)
    assert cancelled["custody"]["state"] == "cancelled"
    assert await system.order(f"{RETURN_NO}__0.9", CITIZEN_END, DESK_END) == 100


async def test_both_ways_of_one_dossier_are_two_orders_of_the_same_dossier(day: Day, system: System):
    assert await system.order(f"{RETURN_NO}__0.1", CITIZEN_END, DESK_END) == 100
    assert await system.order(RETURN_NO, DESK_END, CITIZEN_END) == 100

    kept = await day.ask("officer", "GET", f"/api/v1/dossiers/{RETURN_NO}", expect=200)
    legs = await day.ask("officer", "GET", "/api/v1/consignments", expect=200)
    assert kept["service_form"] == "both"
    assert {each["leg"] for each in legs["data"]} == {"send", "return"}


async def test_an_order_between_strangers_waits_for_an_officer_who_says_which_way(day: Day, system: System):
    stranger = {"Name": "Công ty Diễn Tập", "Address": "Số 9", "Tel": "0540000999"}
    assert await system.order(RETURN_NO, stranger, CITIZEN_END) == 100

    waiting = (await day.ask("officer", "GET", "/api/v1/desk-orders", expect=200))["data"]
    assert [(each["order_no"], each["state"]) for each in waiting] == [(RETURN_NO, "undecided")]
    decision = f"/api/v1/desk-orders/{waiting[0]['desk_order_id']}/decision"
    made = await day.ask("officer", "POST", decision, {"leg": "return", "desk": DESK}, expect=200)
    again = await day.ask("officer", "POST", decision, {"leg": "return", "desk": DESK}, expect=200)
    await day.ask("officer", "POST", decision, {"leg": "send", "desk": DESK}, expect=409)

    assert made["consignment_no"] == again["consignment_no"]
    assert await system.order(RETURN_NO, stranger, CITIZEN_END) == 101


async def test_a_manifest_is_not_closed_before_the_dossier_is_filled_in(day: Day, system: System):
    await system.order(RETURN_NO, DESK_END, CITIZEN_END)
    number = (await the_only(day))["consignment_no"]
    listed = {"desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": [number]}
    manifest = (await day.ask("officer", "POST", "/api/v1/manifests", listed, expect=201))["manifest_no"]

    refused = await day.ask("officer", "POST", f"/api/v1/manifests/{manifest}/close", expect=409)
    wanting = (await day.ask("officer", "GET", refused["link"], expect=200))["data"]
    assert [each["dossier_key"] for each in wanting] == [RETURN_NO]

    await complete(day, RETURN_NO)
    await complete(day, RETURN_NO)
    await day.ask("officer", "POST", f"/api/v1/manifests/{manifest}/close", expect=200)
    assert (await day.ask("officer", "GET", refused["link"], expect=200))["data"] == []


async def test_what_a_customer_announced_stands_beside_the_order_that_wants_filling_in(day: Day, system: System):
    notice = {
        "CustomerCode": CODE, "OrderNumber": RETURN_NO, "Procedure": {"Code": "1.001193", "Title": "Đăng ký khai sinh"},
        "IsSendDocument": False, "DocumentSender": None, "IsReceiveResult": True, "ResultReceiver": None, "State": 1,
    }  # fmt: skip
    said = [await system.call("POST", f"{BASE}/document/post", notice, expect=201) for _ in range(2)]
    await system.order(RETURN_NO, DESK_END, CITIZEN_END)
    wanting = await day.ask("officer", "GET", "/api/v1/desk-orders?state=incomplete", expect=200)

    assert [each["Status"] for each in said] == [100, 101]
    assert wanting["data"][0]["announced_procedure"] == "1.001193"


async def test_nobody_is_let_in_without_a_key_and_an_ended_customer_is_let_in_no_more(day: Day, system: System):
    await system.token()
    await system.token(data=None, params={"grant_type": "client_credentials"})
    await system.token(data=b"")
    await system.token(data="grant_type=password", expect=400)
    await System(day, system.key, "sai").token(expect=401)
    async with day.client.get(f"{BASE}/order/tracking", headers={"Authorization": "Bearer sai.1.2"}) as answer:
        assert answer.status == 401
    token = await system.token()
    [customer] = (await day.ask("administrator", "GET", "/api/v1/customers", expect=200))["data"]
    async with day.client.delete(
        f"/api/v1/customers/{customer['customer_no']}",
        headers={"Authorization": f"Bearer {day.tokens['administrator']}"},
    ) as answer:
        assert answer.status == 204

    async with day.client.get(f"{BASE}/order/tracking", headers={"Authorization": token}) as answer:
        assert answer.status == 401


async def test_a_token_is_over_after_its_hour(day: Day, system: System):
    token = await system.token()
    day.pass_time(hours=1, seconds=1)

    async with day.client.get(f"{BASE}/order/tracking", headers={"Authorization": token}) as answer:
        assert answer.status == 401


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"OrderNumber": None}, "OrderNumber"), ({"SenderName": None}, "SenderName"),
        ({"ReceiverTel": ""}, "ReceiverTel"), ({"CODAmount": -1}, "CODAmount"), ({"CODAmount": "nhiều"}, "CODAmount"),
        ({"SenderName": 5}, "SenderName"), ({"CustomerCode": "HCC-KHAC"}, "CustomerCode"),
        ({"SenderDesc": "a\0b"}, "SenderDesc"),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_said_in_the_only_place_such_a_system_reads(
    day: Day, system: System, wrong: dict[str, Any], word: str
):
    said = await system.call("POST", f"{BASE}/order/post", order(RETURN_NO, DESK_END, CITIZEN_END, **wrong), expect=201)

    assert said["Status"] not in (100, 101)
    assert word in said["Message"]
    assert (await day.ask("administrator", "GET", "/api/v1/consignments", expect=200))["data"] == []


async def test_a_body_that_is_no_json_is_refused_and_lost_letters_are_pointed_out(day: Day, system: System):
    for raw in (b"{", b"[]", b"\xff\xfe"):
        await system.call("POST", f"{BASE}/order/post", raw, expect=400)
    riddled = {**CITIZEN_END, "Name": "Nguy?n V?n ?nh"}

    assert await system.order(RETURN_NO, DESK_END, riddled) == 100
    [wanting] = (await day.ask("officer", "GET", "/api/v1/desk-orders?state=incomplete", expect=200))["data"]
    assert wanting["doubts"] == ["lost_letters"]


async def test_a_cancellation_pasted_together_unescaped_is_understood_and_an_unknown_one_refused(
    day: Day, system: System
):
    odd = "H27-24&B"
    await system.order(odd, DESK_END, CITIZEN_END)

    assert await system.cancel("KHONG-CO") not in (110,)
    assert await system.cancel(odd) == 110
    assert await system.order(odd, DESK_END, CITIZEN_END) not in (100, 101)


async def test_what_the_post_has_taken_is_not_called_off(day: Day, system: System):
    await system.order(RETURN_NO, DESK_END, CITIZEN_END)
    await complete(day, RETURN_NO)
    await handed_over(day, (await the_only(day))["consignment_no"])

    assert await system.cancel(RETURN_NO) != 110


async def test_a_provincial_bus_brings_the_same_orders_in_its_own_envelope(day: Day, system: System):
    fields = order(RETURN_NO, DESK_END, CITIZEN_END)
    taken = await system.call("POST", "/ngsp/bus", fields, expect=201, service_code="vnpost_post_order")
    off = {"maKhachHang": CODE, "soDonHang": RETURN_NO}
    called_off = await system.call("POST", "/ngsp/bus", off, expect=201, service_code="vnpost_cancel_order")

    assert (taken["Status"], called_off["Status"]) == (100, 110)
    await system.call("POST", "/ngsp/bus", fields, expect=404, service_code="vnpost_khac")


async def test_of_many_equal_orders_at_once_one_is_taken_and_the_others_are_known(day: Day, system: System):
    said = await asyncio.gather(*(system.order(RETURN_NO, DESK_END, CITIZEN_END) for _ in range(12)))

    assert sorted(said) == [100] + [101] * 11
    await the_only(day)


async def test_keys_are_not_guessed_for_long(day: Day, system: System):
    door = Door(clock=lambda: day.clock[0], rehearsal=True, per_minute={"default": 0, "scans": 0, "public": 5})
    inbound = inbound_routes(day.house, clock=lambda: day.clock[0])
    async with TestClient(TestServer(make_app(day.house.services, door=door, inbound_routes=inbound))) as client:
        guesses = [base64.b64encode(f"{system.key}:{n}".encode()).decode() for n in range(8)]
        answers = []
        for guess in guesses:
            async with client.post("/ngsp/token", headers={"Authorization": f"Basic {guess}"}) as answer:
                answers.append(answer.status)

    assert answers == [401] * 5 + [429] * 3
