"""The whole house with MyVNPost as its post: one order is one parcel, and what the post says is heard once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.rehearsal.faults import Faults
from adapters.rehearsal.my_vnpost import MyVnPostOptions, RehearsalMyVnPost
from postgw.bootstrap import inbound_routes, opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.domain.ports import PostPlace
from postgw.rules.procedures import load_procedures
from postgw.settings import parse
from postgw.storage import province
from postgw.web.app import make_app
from postgw.web.keys import Door

from .conftest import CITIZEN, DESK, MORNING, UNITS, Day
from .test_parcel import PROCEDURE

HOOK_SECRET = "bi-mat-cua-ha-tinh"
HOOK = f"/hooks/my-vnpost/ha-tinh/{HOOK_SECRET}"
SETTINGS = """
[storage]
url = "{database}"
[[post.accounts]]
name = "ha-tinh"
adapter = "my_vnpost"
customer_code = "DIEN-TAP"
base_url = "{post}"
key_env = "MY_VNPOST_KEY"
secret_env = "MY_VNPOST_SECRET"
cod_carries = "fee"
[[desk.systems]]
name = "mot-cua"
adapter = "rehearsal"
[messages]
channels = []
[adapters.my_vnpost]
service_code = "HCC01"
calls_per_second = 0
hook_secret_env = "MY_VNPOST_HOOK"
"""


@dataclass
class AtPost:
    """A day whose post is MyVNPost."""

    day: Day
    double: RehearsalMyVnPost

    async def registered(self, ref: str) -> str:
        told = {
            "intake_ref": ref, "receiving_desk": DESK, "procedure_code": PROCEDURE, "service_form": "both",
            "applicant": CITIZEN, "papers": [{"name": "Giấy khai sinh", "kind": "original"}], "fee_dong": 8000,
        }  # fmt: skip
        await self.day.ask("officer", "POST", "/api/v1/dossiers", told, expect=201)
        wanted = {"dossier": f"{DESK}/{ref}", "leg": "send"}
        made = await self.day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201)
        return str(made["consignment_no"])

    async def booked(self, ref: str) -> str:
        number = await self.registered(ref)
        await self.day.ask("officer", "POST", f"/api/v1/consignments/{number}/book", expect=202)
        await self.day.time_knocks()
        return number

    async def shown(self, number: str, part: str = "") -> Any:
        return await self.day.ask("officer", "GET", f"/api/v1/consignments/{number}{part}", expect=200)

    async def state(self, number: str) -> str:
        return str((await self.shown(number))["custody"]["state"])

    async def order_state(self, number: str) -> str:
        return str((await self.shown(number, "/order"))["state"])

    async def statements(self, number: str) -> list[dict[str, Any]]:
        journey = await self.shown(number, "/journey")
        return [one | {"word": told["code"]} for told in journey["happenings"] for one in told["statements"]]

    async def pushed(self, body: bytes, address: str = HOOK) -> int:
        async with self.day.client.post(address, data=body) as answer:
            return answer.status


@pytest.fixture
async def post(database_url: str, outsiders_never_rest: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AtPost]:
    clock = [MORNING]
    double = RehearsalMyVnPost(MyVnPostOptions(still=True), clock=lambda: clock[0])
    for name, value in {"KEY": "dien-tap", "SECRET": "dien-tap", "HOOK": HOOK_SECRET}.items():
        monkeypatch.setenv(f"MY_VNPOST_{name}", value)
    settings = parse(SETTINGS.format(database=database_url, post=await double.start()))
    async with opened_house(settings, clock=lambda: clock[0]) as house:
        async with house.database.writing() as tx:
            await province.put_units(tx, UNITS)
            await province.put_places(
                tx, [("18073", PostPlace(province=48, commune="48117"))], valid_from=date(2025, 7, 1), author="test",
                reason="test", scheme="my_vnpost",
            )  # fmt: skip
            await province.put_procedures(tx, load_procedures(), author="test", reason="test")
        door = Door(clock=lambda: clock[0], rehearsal=True, per_minute={"default": 0, "scans": 0, "public": 0})
        inbound = inbound_routes(house, clock=lambda: clock[0])
        async with TestClient(TestServer(make_app(house.services, door=door, inbound_routes=inbound))) as client:
            day = Day(house, client, clock)
            day.tokens["officer"], _ = await house.services.accounts.issue(
                name="officer", scopes=SCOPES, unit=DESK, actor=GATEWAY, at=MORNING
            )
            yield AtPost(day, double)
    await double.stop()


async def test_an_order_is_booked_with_the_posts_codes_and_its_number_is_bound(post: AtPost) -> None:
    number = await post.booked("MC-1")
    parcel = post.double.of(number)[0]
    assert await post.state(number) == "booked"
    assert (await post.shown(number))["item_no"] == parcel.item_no
    assert (parcel.fields["senderCommuneCode"], parcel.fields["senderDistrictCode"]) == ("48117", "VNPOST")
    assert parcel.fields["addonService"] == [{"code": "GTG021", "propValue": "PROP0018:8000"}]


async def test_after_a_lost_answer_there_is_exactly_one_parcel(post: AtPost) -> None:
    post.double.set_faults(Faults(lost_answer=1.0, only="order"))
    number = await post.booked("MC-1")
    assert await post.order_state(number) == "unknown"
    post.double.set_faults(Faults())
    post.day.pass_time(minutes=5)
    await post.day.time_knocks()
    assert (await post.order_state(number), await post.state(number)) == ("accepted", "booked")
    assert len(post.double.parcels) == 1


async def test_a_call_that_came_to_nothing_is_made_again_once_that_is_proved(post: AtPost) -> None:
    await post.booked("MC-0")
    post.double.set_faults(Faults(server_error=1.0, only="order"))
    number = await post.booked("MC-1")
    post.double.set_faults(Faults())
    post.day.pass_time(seconds=10)
    await post.day.time_knocks()
    assert not post.double.of(number)
    post.day.pass_time(minutes=5)
    await post.day.time_knocks()
    assert await post.state(number) == "booked"
    assert len(post.double.of(number)) == 1


async def test_the_feed_moves_the_consignment_and_a_restored_cursor_changes_nothing(post: AtPost) -> None:
    number = await post.booked("MC-1")
    for status in (6, 10, 11, 12):
        post.day.pass_time(hours=7)
        post.double.happens(number, status)
    await post.day.time_knocks()
    await post.day.time_knocks()
    assert await post.state(number) == "out_for_delivery"
    journey = await post.shown(number, "/journey")
    async with post.day.house.database.writing() as tx:
        await tx.run("UPDATE feed SET cursor = ''")
    await post.day.time_knocks()
    assert await post.shown(number, "/journey") == journey


async def test_a_push_that_comes_twice_is_one_statement_and_91_is_no_delivery(post: AtPost) -> None:
    number = await post.booked("MC-1")
    post.day.pass_time(hours=20)
    taken, failed = post.double.push(number, 70), post.double.push(number, 91, DeliveryTimes=1)
    assert [await post.pushed(body) for body in (taken, failed, failed)] == [200, 200, 200]
    assert await post.state(number) == "attempted"
    assert [one["word"] for one in await post.statements(number)].count("attempted") == 1
    assert await post.pushed(post.double.push(number, 100)) == 200
    assert await post.state(number) == "delivered_by_post_statement"


async def test_a_code_that_nobody_knows_is_kept_and_shown_and_moves_nothing(post: AtPost) -> None:
    number = await post.booked("MC-1")
    post.day.pass_time(hours=1)
    post.double.happens(number, 21)
    assert await post.pushed(post.double.push(number, 777)) == 200
    await post.day.time_knocks()
    assert await post.state(number) == "booked"
    assert [one["word"] for one in await post.statements(number)].count("unknown") == 2
    kept = await post.day.house.database.reading.rows("SELECT detail FROM scan WHERE code = 'unknown'")
    assert {json.loads(row["detail"])["raw_code"] for row in kept} == {"21", "777"}


async def test_a_stranger_moves_nothing(post: AtPost) -> None:
    number = await post.booked("MC-1")
    body = post.double.push(number, 100)
    assert [await post.pushed(body, address) for address in (HOOK[:-1], HOOK.rpartition("/")[0])] == [401, 401]
    assert await post.state(number) == "booked"


async def test_a_push_of_a_parcel_that_appears_later_finds_it(post: AtPost) -> None:
    number = await post.registered("MC-1")
    other = await post.booked("MC-2")
    late = post.double.push(other, 70, OrderCode=number, ItemCode=None)
    assert await post.pushed(late) == 200
    assert await post.state(number) == "collected"
    assert await post.pushed(post.double.push(other, 70, OrderCode="KHONG-CO", ItemCode=None)) == 200


async def test_what_is_called_off_is_called_off_at_the_post_too(post: AtPost) -> None:
    number = await post.booked("MC-1")
    reason = {"reason": "not_needed"}
    await post.day.ask("officer", "POST", f"/api/v1/consignments/{number}/cancel", reason, expect=200)
    await post.day.time_knocks()
    assert await post.state(number) == "cancelled"
    assert post.double.of(number)[0].status == 9


async def test_a_cancellation_that_waits_for_approval_ends_with_the_approval(post: AtPost) -> None:
    post.double.options = replace(post.double.options, cancel_waits=True)
    number = await post.booked("MC-1")
    await post.day.ask("officer", "POST", f"/api/v1/consignments/{number}/cancel", {"reason": "not_needed"}, expect=200)
    await post.day.time_knocks()
    assert (await post.order_state(number), await post.state(number)) == ("cancelling", "booked")
    post.double.approve(number)
    post.day.pass_time(minutes=11)
    await post.day.time_knocks()
    assert (await post.order_state(number), await post.state(number)) == ("cancelled", "cancelled")
