"""A one-stop shop works in OpenCPS and types nothing twice: its dossiers come in by themselves and hear what became."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.rehearsal.faults import Faults
from adapters.rehearsal.opencps import OpenCpsOptions, RehearsalOpenCps
from postgw.bootstrap import inbound_routes, opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.settings import parse
from postgw.storage import province
from postgw.web.app import make_app
from postgw.web.keys import Door

from .conftest import CITIZEN, DESK, MORNING, OFFICE, UNITS, Day, _furnish
from .test_parcel import PROCEDURE, appointed, delivered, handed_over, scanned

NUMBER = "H27.15-261123-0007"
OURS = {"postgw", "adapters", "labels", "scheduler"}
RECEIPT = "/o/rest/v2/dossiers/vnpost"
SETTINGS = """
[storage]
url = "{url}"
[[post.accounts]]
name = "ha-tinh"
adapter = "rehearsal"
[adapters.rehearsal.post]
port = 0
speed = 3600.0
failed_share = 0.0
missed_collection_share = 0.0
[[desk.systems]]
name = "opencps-tinh"
adapter = "opencps"
base_url = "{opencps}"
site = "55301"
key_env = "OPENCPS_KEY"
secret_env = "OPENCPS_SECRET"
desks = ["TS"]
[adapters.opencps.desks_of]
"H27.15" = "TS"
"""
DOSSIER: dict[str, Any] = {
    "password": "k12x", "counter": 77, "dossierNo": NUMBER, "govAgencyCode": "H27.15", "serviceCode": PROCEDURE,
    "dossierTemplateNo": "KS-01", "applicantName": CITIZEN["name"], "contactTelNo": CITIZEN["phone"],
    "address": CITIZEN["address"], "wardName": CITIZEN["commune"], "cityName": CITIZEN["province"],
    "dueDate": "30/11/2026 17:00:00", "dossierStatus": "processing", "viaPostal": 2, "vnpostalStatus": 0,
    "delegateName": CITIZEN["name"], "postalAddress": "Số 5 ngõ 2", "postalWardName": CITIZEN["commune"],
    "postalCityName": CITIZEN["province"], "postalCityCode": "48", "postalTelNo": "0540111222",
}  # fmt: skip
FORM = {
    "viaPostal": "2", "postalAddress": "Số 9 ngõ 4", "postalWardName": CITIZEN["commune"],
    "postalCityName": CITIZEN["province"], "postalTelNo": "0540999888",
}  # fmt: skip


@dataclass
class Shop(Day):
    """A day in a house whose desk works in OpenCPS."""

    opencps: RehearsalOpenCps | None = None

    @property
    def theirs(self) -> RehearsalOpenCps:
        assert self.opencps is not None
        return self.opencps

    async def consignments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask("officer", "GET", "/api/v1/consignments", expect=200))["data"]
        return found

    async def offers(self, state: str = "refused", who: str = "officer") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask(who, "GET", f"/api/v1/offers?state={state}", expect=200))["data"]
        return found

    async def dossier(self) -> dict[str, Any]:
        return dict(await self.ask("officer", "GET", f"/api/v1/dossiers/{NUMBER}", expect=200))

    async def look_up(self, code: str) -> tuple[int, Any]:
        async with self.client.get(RECEIPT, params={"ma_bien_nhan": code}) as answer:
            return answer.status, await answer.json() if answer.status == 200 else None

    async def choose(self, code: str, **other: str) -> str:
        async with self.client.post(RECEIPT, data={**FORM, "ma_bien_nhan": code, **other}) as answer:
            assert answer.status == 200
            return str((await answer.json())["status"])


@pytest.fixture
async def shop(database_url: str, outsiders_never_rest: None) -> AsyncIterator[Shop]:
    clock = [MORNING]
    opencps = RehearsalOpenCps(OpenCpsOptions(key="postgw", secret="s3cret"), clock=lambda: clock[0])
    settings = parse(SETTINGS.format(url=database_url, opencps=await opencps.start()))
    environ = {"OPENCPS_KEY": "postgw", "OPENCPS_SECRET": "s3cret"}
    async with AsyncExitStack() as stack:
        stack.push_async_callback(opencps.stop)
        house = await stack.enter_async_context(opened_house(settings, environ=environ, clock=lambda: clock[0]))
        await _furnish(house)
        async with house.database.writing() as tx:
            await province.put_units(tx, [replace(UNITS[0], code="KA")])
        door = Door(clock=lambda: clock[0], rehearsal=True, per_minute={})
        inbound = inbound_routes(house, clock=lambda: clock[0])
        app = make_app(house.services, door=door, inbound_routes=inbound)
        shop = Shop(house, await stack.enter_async_context(TestClient(TestServer(app))), clock, opencps=opencps)
        for name, unit in (("officer", DESK), ("postman", OFFICE), ("administrator", ""), ("stranger", "KA")):
            shop.tokens[name], _ = await house.services.accounts.issue(
                name=name, scopes=SCOPES, unit=unit, actor=GATEWAY, at=MORNING
            )
        yield shop


async def test_a_result_chosen_for_the_post_comes_in_goes_out_and_stands_as_delivered(shop: Shop) -> None:
    desk_signs = await appointed(shop, "desk", DESK, "officer")
    post_signs = await appointed(shop, "office", OFFICE, "postman")
    number = shop.theirs.put(**DOSSIER)

    await shop.time_knocks()
    assert (await shop.dossier())["service_form"] == "return"
    assert await shop.consignments() == []  # the result is not ready

    shop.pass_time(hours=1)
    shop.theirs.put(dossierId=number, dossierStatus="releasing")
    await shop.time_knocks()
    [home] = await shop.consignments()
    assert (home["leg"], home["custody"]["state"]) == ("return", "registered")

    await handed_over(shop, home["consignment_no"], "to_post", giver=desk_signs, taker=post_signs)
    await shop.time_knocks()
    assert shop.theirs.dossiers[number]["viaPostal"] == 3
    await scanned(shop, home["consignment_no"], "departed", "arrived", "out_for_delivery")
    await delivered(shop, home["consignment_no"])
    await shop.time_knocks()

    stands = shop.theirs.dossiers[number]
    assert (stands["viaPostal"], stands["postalAddress"], stands["applicantName"]) == (4, "Số 5 ngõ 2", CITIZEN["name"])
    assert stands["dossierStatus"] == "releasing"  # closing it is the desk's own act


async def test_papers_that_are_to_be_fetched_get_their_consignment_and_stand_as_filed(shop: Shop) -> None:
    desk_signs = await appointed(shop, "desk", DESK, "officer")
    post_signs = await appointed(shop, "office", OFFICE, "postman")
    number = shop.theirs.put(
        **{**DOSSIER, "viaPostal": 1, "vnpostalStatus": 1, "dossierNo": "", "dossierStatus": "new"}
    )
    await shop.time_knocks()
    [sent] = await shop.consignments()
    assert sent["leg"] == "send"
    at = f"/api/v1/consignments/{sent['consignment_no']}"

    await shop.ask("officer", "POST", f"{at}/book", expect=202)
    while shop.theirs.dossiers[number]["vnpostalStatus"] == 1:  # the post comes within its hours
        await shop.time_knocks()
        shop.pass_time(minutes=30)
    assert shop.theirs.dossiers[number]["vnpostalStatus"] == 2
    shop.pass_time(hours=30)
    await shop.time_knocks()
    await handed_over(shop, sent["consignment_no"], "to_desk", giver=post_signs, taker=desk_signs)
    await shop.time_knocks()

    stands = shop.theirs.dossiers[number]
    assert stands["vnpostalStatus"] == 3
    assert stands["postalCodeSend"].endswith("VN")


async def test_a_collection_that_is_called_off_is_told(shop: Shop) -> None:
    number = shop.theirs.put(**{**DOSSIER, "viaPostal": 1, "vnpostalStatus": 1})
    await shop.time_knocks()
    [sent] = await shop.consignments()
    cancelled = f"/api/v1/consignments/{sent['consignment_no']}/cancel"
    await shop.ask("officer", "POST", cancelled, {"reason": "not_needed"}, expect=200)
    await shop.time_knocks()
    assert shop.theirs.dossiers[number]["vnpostalStatus"] == 4


async def test_however_often_it_is_read_a_dossier_comes_in_once(shop: Shop) -> None:
    shop.theirs.bad_day.faults = Faults(duplicate_events=0.5, reordered_events=1.0, only="list")
    for n in range(15):
        shop.theirs.put(**{**DOSSIER, "dossierNo": f"H27.15-261123-{n:04d}", "dossierStatus": "releasing"})
    for _ in range(3):
        await shop.time_knocks()
        shop.pass_time(minutes=1)
    assert len(await shop.consignments()) == 15
    assert len((await shop.ask("officer", "GET", "/api/v1/dossiers", expect=200))["data"]) == 15
    assert await shop.house.services.fetching.fetch_due(at=shop.clock[0]) == 0


async def test_who_was_stopped_between_two_steps_does_the_rest_and_nothing_twice(shop: Shop) -> None:
    shop.theirs.put(**{**DOSSIER, "dossierStatus": "releasing"})
    services = shop.house.services
    await services.fetching.fetch_due(at=shop.clock[0])
    [offer] = await services.fetching.waiting()
    await services.intake.take(offer.dossier, actor=GATEWAY, at=shop.clock[0])  # and then the process dies

    await shop.time_knocks()
    [home] = await shop.consignments()
    async with shop.house.database.writing() as tx:  # registered, and it dies before the offer is done
        await tx.run("UPDATE offer SET state = 'waiting'")
    await shop.time_knocks()

    assert [one["consignment_no"] for one in await shop.consignments()] == [home["consignment_no"]]
    assert await shop.offers() == await shop.offers("waiting") == []


async def test_a_refused_dossier_stands_in_a_list_with_its_reason_and_can_be_tried_again(shop: Shop) -> None:
    shop.theirs.put(**{**DOSSIER, "postalTelNo": "không có", "dossierStatus": "releasing"})
    shop.theirs.put(**{**DOSSIER, "dossierNo": "H27.15-261123-0008"})
    await shop.time_knocks()
    [refused] = await shop.offers()
    assert (refused["dossier_no"], refused["system"], refused["legs"]) == (NUMBER, "opencps-tinh", ["return"])
    assert "Số điện thoại" in refused["reason"]
    assert not [word for word in (CITIZEN["name"], "không có", "Số 5") if word in str(refused)]
    assert len((await shop.ask("officer", "GET", "/api/v1/dossiers", expect=200))["data"]) == 1

    again = f"/api/v1/offers/{refused['offer_id']}/again"
    assert await shop.offers(who="stranger") == []
    await shop.ask("stranger", "POST", again, expect=404)
    for unknown in ("0", "x", "9" * 30):
        await shop.ask("officer", "POST", f"/api/v1/offers/{unknown}/again", expect=404)
    assert (await shop.ask("officer", "POST", again, expect=200))["state"] == "waiting"
    assert len(await shop.offers("waiting")) == 1
    await shop.ask("officer", "POST", again, expect=404)
    await shop.time_knocks()
    assert [one["offer_id"] for one in await shop.offers()] == [refused["offer_id"]]

    shop.pass_time(hours=1)
    shop.theirs.put(dossierId=4501, postalTelNo="0540111222")
    await shop.time_knocks()
    assert [one["dossier_no"] for one in await shop.consignments()] == [NUMBER]
    assert await shop.offers() == []  # the state that was refused is of no use any more
    await shop.ask("officer", "POST", again, expect=404)


async def test_a_refused_state_is_not_taken_while_a_newer_one_waits(shop: Shop) -> None:
    number = shop.theirs.put(**{**DOSSIER, "postalTelNo": "không có"})
    await shop.time_knocks()
    [refused] = await shop.offers()
    shop.pass_time(hours=1)
    shop.theirs.put(dossierId=number, postalTelNo="0540111222")
    await shop.house.services.fetching.fetch_due(at=shop.clock[0])
    problem = await shop.ask("officer", "POST", f"/api/v1/offers/{refused['offer_id']}/again", expect=409)
    assert problem["code"] == "offer.superseded"


async def test_a_leg_that_rests_on_a_choice_not_yet_accepted_waits_in_sight(shop: Shop) -> None:
    number = shop.theirs.put(**{**DOSSIER, "viaPostal": 1, "vnpostalStatus": 1})
    await shop.time_knocks()
    [sent] = await shop.consignments()
    await shop.ask("officer", "POST", f"/api/v1/consignments/{sent['consignment_no']}/book", expect=202)
    await shop.time_knocks()
    shop.pass_time(hours=1)
    shop.theirs.put(dossierId=number, viaPostal=2, dossierStatus="releasing")
    await shop.time_knocks()

    [waits] = await shop.offers()
    assert "đề nghị sửa" in waits["reason"]
    [change] = (await shop.ask("officer", "GET", "/api/v1/change-requests", expect=200))["data"]
    decision = f"/api/v1/change-requests/{change['change_request_no']}/decision"
    await shop.ask("officer", "POST", decision, {"accept": True}, expect=200)
    await shop.ask("officer", "POST", f"/api/v1/offers/{waits['offer_id']}/again", expect=200)
    await shop.time_knocks()
    assert {one["leg"] for one in await shop.consignments()} == {"send", "return"}
    assert await shop.offers() == []


async def test_an_agency_that_no_desk_is_named_for_is_kept_aside_with_the_reason(shop: Shop) -> None:
    shop.theirs.put(**{**DOSSIER, "govAgencyCode": "H27.99"})
    await shop.time_knocks()
    [reject] = await shop.house.database.reading.rows("SELECT account, reason, raw_row FROM feed_reject")
    assert (reject["account"], "H27.99" in reject["reason"]) == ("desk:opencps-tinh", True)
    assert CITIZEN["name"] not in reject["raw_row"]


async def test_bad_days_of_opencps_lose_nothing(shop: Shop) -> None:
    shop.theirs.bad_day.faults = Faults(server_error=0.2, html=0.1, empty=0.1, lost_answer=0.1)
    numbers = [
        shop.theirs.put(**{**DOSSIER, "dossierNo": f"H27.15-261123-{n:04d}", "vnpostalStatus": 1}) for n in range(5)
    ]
    for _ in range(40):
        await shop.time_knocks()
        shop.pass_time(minutes=20)
        if len(found := await shop.consignments()) == 5:
            break
    assert {one["leg"] for one in found} == {"send"}
    for one in found:
        cancelled = f"/api/v1/consignments/{one['consignment_no']}/cancel"
        await shop.ask("officer", "POST", cancelled, {"reason": "not_needed"}, expect=200)
    for _ in range(60):
        await shop.time_knocks()
        shop.pass_time(hours=1)
    assert [shop.theirs.dossiers[number]["vnpostalStatus"] for number in numbers] == [4] * 5


# --- receipts ---------------------------------------------------------------------------------------------------------


async def with_receipt(shop: Shop, **other: Any) -> tuple[int, str]:
    """Put a dossier in whose papers are to be fetched; return its number and the code on its receipt."""
    number = shop.theirs.put(**{**DOSSIER, "viaPostal": 1, "vnpostalStatus": 1, "postalAddress": "", **other})
    await shop.time_knocks()
    return number, f"D-k12x-{number}-77"


async def test_the_post_looks_up_a_receipt_and_every_part_of_its_code_counts(shop: Shop) -> None:
    number, code = await with_receipt(shop)
    status, shown = await shop.look_up(code)
    assert (status, shown["dossierNo"], shown["dossierId"], shown["viaPostal"]) == (200, NUMBER, number, "1")
    for wrong in (f"D-k12y-{number}-77", f"D-k12x-{number + 1}-77", f"D-k12x-{number}-78", f"-k12x-{number}-77", ""):
        assert await shop.look_up(wrong) == (204, None)
        assert await shop.choose(wrong) == "failed"
    await shop.time_knocks()
    assert (await shop.dossier())["service_form"] == "send"


async def test_a_choice_with_a_receipt_reaches_the_dossier_and_opencps(shop: Shop) -> None:
    number, code = await with_receipt(shop)
    assert await shop.choose(code) == "succeed"
    await shop.time_knocks()

    kept = await shop.dossier()
    assert (kept["service_form"], kept["return_to"]["address"]) == ("both", "Số 9 ngõ 4")
    assert kept["return_to"]["name"] == CITIZEN["name"]
    stands = shop.theirs.dossiers[number]
    assert (stands["viaPostal"], stands["postalAddress"], stands["postalTelNo"]) == (2, "Số 9 ngõ 4", "0540999888")
    [status, shown] = await shop.look_up(code)
    assert (status, shown["viaPostal"], shown["postalAddress"]) == (200, "2", "Số 9 ngõ 4")
    feed = (await shop.ask("officer", "GET", "/api/v1/events", expect=200))["data"]
    [told] = [event["notice"] for event in feed if "post_chosen" in event["notice"]["type"]]
    assert not [word for word in ("Số 9", "0540999888", CITIZEN["name"]) if word in str(told)]

    shop.pass_time(hours=1)
    assert await shop.choose(code) == "succeed"  # the same once more
    await shop.time_knocks()
    feed = (await shop.ask("officer", "GET", "/api/v1/events", expect=200))["data"]
    assert len([event for event in feed if "post_chosen" in event["notice"]["type"]]) == 1


async def test_a_choice_that_opencps_has_not_heard_yet_is_not_undone_by_what_it_says(shop: Shop) -> None:
    number, code = await with_receipt(shop)
    shop.theirs.bad_day.faults = Faults(server_error=1.0, only="save")
    assert await shop.choose(code) == "succeed"
    for status in ("receiving", "waiting"):
        await shop.time_knocks()
        shop.pass_time(hours=1)
        shop.theirs.put(dossierId=number, dossierStatus=status, contactTelNo=f"05401234{len(status):02d}")
    await shop.time_knocks()
    kept = await shop.dossier()
    assert (kept["service_form"], kept["return_to"]["address"]) == ("both", "Số 9 ngõ 4")
    assert kept["applicant"]["phone"] == "0540123407"

    shop.theirs.bad_day.faults = Faults()
    shop.pass_time(hours=12)
    await shop.time_knocks()
    assert shop.theirs.dossiers[number]["viaPostal"] == 2
    shop.pass_time(hours=1)
    await shop.time_knocks()
    shop.theirs.put(dossierId=number, viaPostal=1)  # and then the citizen takes it back at the desk
    await shop.time_knocks()
    assert (await shop.dossier())["service_form"] == "send"


async def test_an_address_that_cannot_be_taken_is_a_failure_and_changes_nothing(shop: Shop) -> None:
    _, code = await with_receipt(shop)
    assert await shop.choose(code, postalTelNo="x") == "failed"
    assert await shop.choose(code, postalAddress="", postalWardName="") == "failed"
    await shop.time_knocks()
    assert (await shop.dossier())["service_form"] == "send"
    assert await shop.offers() == []


async def test_a_choice_after_the_post_was_asked_waits_for_an_officer(shop: Shop) -> None:
    number, code = await with_receipt(shop)
    [sent] = await shop.consignments()
    await shop.ask("officer", "POST", f"/api/v1/consignments/{sent['consignment_no']}/book", expect=202)
    await shop.time_knocks()
    assert await shop.choose(code) == "succeed"
    await shop.time_knocks()
    [change] = (await shop.ask("officer", "GET", "/api/v1/change-requests", expect=200))["data"]
    assert shop.theirs.dossiers[number]["viaPostal"] == 1

    decision = f"/api/v1/change-requests/{change['change_request_no']}/decision"
    await shop.ask("officer", "POST", decision, {"accept": True}, expect=200)
    await shop.time_knocks()
    stands = shop.theirs.dossiers[number]
    assert (stands["viaPostal"], stands["postalAddress"]) == (2, "Số 9 ngõ 4")


async def test_a_new_receipt_makes_the_old_one_void(shop: Shop) -> None:
    number, old = await with_receipt(shop)
    shop.pass_time(hours=1)
    shop.theirs.put(dossierId=number, password="n3w")
    await shop.time_knocks()
    assert [(await shop.look_up(code))[0] for code in (old, f"D-n3w-{number}-77")] == [204, 200]


async def test_codes_are_not_guessed_for_long_and_a_right_one_is_not_heard_after_that(shop: Shop) -> None:
    number, code = await with_receipt(shop)
    door = Door(clock=lambda: shop.clock[0], rehearsal=True, per_minute={"guesses": 5})
    inbound = inbound_routes(shop.house, clock=lambda: shop.clock[0])
    async with TestClient(TestServer(make_app(shop.house.services, door=door, inbound_routes=inbound))) as client:
        statuses = []
        for n in range(4):
            async with client.get(RECEIPT, params={"ma_bien_nhan": f"D-{n}-{number}-77"}) as answer:
                statuses.append(answer.status)
        for _ in range(2):
            async with client.post(RECEIPT, data={**FORM, "ma_bien_nhan": "D-1-1-1"}) as answer:
                statuses.append(answer.status)
        async with client.get(RECEIPT, params={"ma_bien_nhan": code}) as answer:
            statuses.append(answer.status)
        shop.pass_time(minutes=1)
        async with client.get(RECEIPT, params={"ma_bien_nhan": code}) as answer:
            statuses.append(answer.status)

    assert statuses == [204, 204, 204, 204, 200, 429, 429, 200]


async def test_no_line_of_the_log_holds_a_code_or_a_person(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    number, code = await with_receipt(shop)
    await shop.look_up(code)
    await shop.look_up(f"D-k12x-{number}-78")
    await shop.choose(code)
    await shop.time_knocks()
    ours = [record for record in caplog.records if record.name.partition(".")[0] in OURS]
    lines = " ".join(f"{record.getMessage()} {record.__dict__}" for record in ours)
    assert "answered" in lines
    assert not [word for word in ("k12x", CITIZEN["name"], CITIZEN["phone"], "Số 9 ngõ", "s3cret") if word in lines]
