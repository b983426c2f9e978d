"""Two carriers in one house: the public post by default, another one for chosen consignments, on both databases.

What the other carrier brings is followed like any parcel, and stands in no clock list, no report line and no price
check, while a parcel of the public service beside it does.
"""

from __future__ import annotations

import base64
import io
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.rehearsal.faults import Faults
from adapters.rehearsal.viettel_post import KNOWN, RehearsalViettelPost, ViettelOptions
from postgw.bootstrap import inbound_routes, opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.settings import parse
from postgw.storage import scans
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages

from ..furnishing import until
from .conftest import CITIZEN, DESK, MORNING, OFFICE, PUBLIC, SETTINGS, Day, _furnish
from .test_parcel import PROCEDURE
from .test_report import QUARTER, delivered, every, scan, zoned

SECOND = """
[[post.accounts]]
name = "vtp"
adapter = "viettel_post"
base_url = "{carrier}"
key_env = "VTP_KEY"
secret_env = "VTP_SECRET"
[adapters.viettel_post]
service = "VCN"
webhook_secret_env = "VTP_HOOK"
known_already = ["{known}"]
"""
ENVIRON = {"VTP_KEY": "dien-tap", "VTP_SECRET": "dien-tap", "VTP_HOOK": "mot-bi-mat"}
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
RESULT = {"papers": [{"name": "Quyết định", "kind": "original"}]}
HOOK = "/hooks/viettel-post/vtp"


@dataclass
class Two:
    """A day with two carriers."""

    day: Day
    carrier: RehearsalViettelPost
    serial: int = 0

    async def dossier(self, **other: Any) -> str:
        self.serial += 1
        told = {
            "dossier_no": f"H27.15-261123-{self.serial:04}", "receiving_desk": DESK, "procedure_code": PROCEDURE,
            "service_form": "return", "applicant": CITIZEN, "fee_dong": 8000, **other,
        }  # fmt: skip
        await self.day.ask("officer", "POST", "/api/v1/dossiers", told, expect=201)
        return str(told["dossier_no"])

    async def made(self, account: str = "", *, book: bool = False, **other: Any) -> dict[str, Any]:
        wanted = {"dossier": await self.dossier(**other), "leg": "return", "account": account, "book": book}
        made: dict[str, Any] = await self.day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201)
        return made

    async def booked(self, account: str = "vtp", **other: Any) -> str:
        number = str((await self.made(account, book=True, **other))["consignment_no"])
        await self.day.time_knocks()
        return number

    async def stands(self, number: str) -> dict[str, Any]:
        shown: dict[str, Any] = await self.day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
        return shown

    async def state(self, number: str) -> str:
        return str((await self.stands(number))["custody"]["state"])

    async def told(self, number: str, *statuses: int, **other: Any) -> None:
        """Let the carrier tell of happenings an hour apart."""
        for status in statuses:
            self.day.pass_time(hours=1)
            assert await self.carrier.tell(number, status, at=self.day.clock[0], **other)


@pytest.fixture
async def two_of(database_url: str, outsiders_never_rest: None) -> AsyncIterator[Callable[..., Any]]:
    clock = [MORNING]
    options = ViettelOptions(
        webhook_secret=ENVIRON["VTP_HOOK"], webhook_seconds=600.0
    )  # the test's own limit is shorter
    carrier = RehearsalViettelPost(options, clock=lambda: clock[0])
    url = await carrier.start()
    opened: list[Any] = []

    async def open_two(settings: str = SETTINGS) -> Two:
        text = settings.format(url=database_url) + SECOND.format(carrier=url, known=KNOWN) + PUBLIC
        house = opened_house(parse(text), environ=ENVIRON, clock=lambda: clock[0])
        opened.append(house)
        inside = await house.__aenter__()
        await _furnish(inside)
        door = Door(clock=lambda: clock[0], rehearsal=True, per_minute={"default": 0, "scans": 0, "public": 0})
        inbound = inbound_routes(inside, clock=lambda: clock[0])
        client = TestClient(
            TestServer(make_app(inside.services, door=door, inbound_routes=inbound, pages=pages()))
        )  # fmt: skip
        opened.append(client)
        await client.__aenter__()
        carrier.options = replace(carrier.options, webhook_url=str(client.make_url(HOOK)))
        day = Day(inside, client, clock)
        for name, unit in (("officer", DESK), ("postman", OFFICE), ("administrator", "")):
            day.tokens[name], _ = await inside.services.accounts.issue(
                name=name, scopes=SCOPES, unit=unit, actor=GATEWAY, at=MORNING
            )
        return Two(day, carrier)

    yield open_two
    for each in reversed(opened):
        await each.__aexit__(None, None, None)
    await carrier.stop()


@pytest.fixture
async def two(two_of: Callable[..., Any]) -> Two:
    it: Two = await two_of()
    return it


async def test_the_officer_chooses_the_carrier_and_the_desks_own_post_is_the_default(two: Two) -> None:
    public, other = await two.made(), await two.made("vtp")
    assert (public["account"], public["public_service"], public["collect_dong"]) == ("ha-tinh", True, 8000)
    assert (other["account"], other["public_service"], other["collect_dong"]) == ("vtp", False, 0)

    wanted = {"dossier": await two.dossier(), "leg": "return", "account": "khac"}
    refused = await two.day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=422)
    assert refused["errors"][0]["pointer"] == "/account"
    assert "khac" in refused["errors"][0]["detail"]


async def test_an_account_that_does_not_serve_the_desk_is_named(two_of: Callable[..., Any]) -> None:
    elsewhere = SETTINGS.replace('cod_carries = "fee"', 'cod_carries = "fee"\ndesks = ["KHAC"]')
    two = await two_of(elsewhere)
    wanted = {"dossier": await two.dossier(), "leg": "return", "account": "ha-tinh"}
    refused = await two.day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=422)
    assert (refused["errors"][0]["code"], refused["errors"][0]["pointer"]) == ("account.unknown", "/account")


async def test_whatever_a_desk_of_the_other_carrier_sends_is_of_its_nature(two_of: Callable[..., Any]) -> None:
    two = await two_of(SETTINGS.replace('cod_carries = "fee"', 'cod_carries = "fee"\ndesks = ["KHAC"]'))
    number = await two.dossier()
    ready = await two.day.ask("officer", "POST", f"/api/v1/dossiers/{number}/result-ready", RESULT, expect=201)
    assert ready["pickup_no"] == ""
    home = await two.stands(ready["consignment_no"])
    assert (home["account"], home["public_service"], home["collect_dong"]) == ("vtp", False, 0)


async def test_what_is_withdrawn_at_its_delivery_goes_home_with_the_same_carrier(two: Two) -> None:
    papers = [{"name": "Giấy phép cũ", "kind": "original", "must_withdraw": True}]
    number = (await two.made("vtp", papers=papers))["consignment_no"]
    await scan(two.day, number, "collected")
    now = two.day.clock[0].isoformat()
    proof = {"receiver_name": CITIZEN["name"], "id_kind": "citizen_id", "id_tail": "4821", "remarks": "không"}
    told = {"number": number, "scan_id": "d", "device": "d", "device_at": now, "sent_at": now, "office": OFFICE,
            "proof": proof, "withdrawn": [{"name": "Giấy phép cũ", "outcome": "collected"}]}  # fmt: skip
    await two.day.ask("postman", "POST", "/api/v1/deliveries", told, expect=201)
    page = await two.day.ask("administrator", "GET", "/api/v1/consignments?leg=withdrawal", expect=200)
    assert [(each["account"], each["public_service"]) for each in page["data"]] == [("vtp", False)]


async def test_it_is_booked_followed_and_closed_by_what_the_carrier_tells(two: Two) -> None:
    number = await two.booked()
    assert await two.state(number) == "booked"
    assert list(two.carrier.parcels) == [number]
    assert (await two.stands(number))["item_no"] == ""
    order = await two.day.ask("officer", "GET", f"/api/v1/consignments/{number}/order", expect=200)
    assert order["post_ref"] == two.carrier.parcels[number].own

    seen = []
    for status in (103, 105, 200, 300, 400, 500, 506, 500, 501):
        await two.told(number, status, REASON_CODE=36)
        seen.append(await two.state(number))
    assert seen == [
        "booked", "collected", "at_office", "in_transit", "at_office", "out_for_delivery", "attempted",
        "out_for_delivery", "delivered_by_post_statement",
    ]  # fmt: skip
    journey = await two.day.ask("officer", "GET", f"/api/v1/consignments/{number}/journey", expect=200)
    attempt = next(each for each in journey["happenings"] if each["code"] == "attempted")
    assert attempt["statements"][0]["reason"] == "absent"


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_in_whatever_order_and_however_often_it_tells_the_end_is_the_same(two: Two, seed: int) -> None:
    number = await two.booked()
    rows = [(status, MORNING + timedelta(hours=n)) for n, status in enumerate((105, 200, 300, 400, 500, 501), 1)] * 2
    random.Random(seed).shuffle(rows)
    two.day.pass_time(hours=9)
    for status, at in rows:
        assert await two.carrier.tell(number, status, at=at)
    standing = await two.stands(number)
    journey = await two.day.ask("officer", "GET", f"/api/v1/consignments/{number}/journey", expect=200)

    assert (standing["custody"]["state"], standing["custody"]["ended"]) == ("delivered_by_post_statement", True)
    told = [each["code"] for each in journey["happenings"] if each["statements"][0]["source"] == "feed:vtp"]
    assert told == ["collected", "arrived", "departed", "arrived", "out_for_delivery", "delivered"]


async def test_delivered_on_the_way_back_means_that_the_sender_has_it(two: Two) -> None:
    number = await two.booked()
    await two.told(number, 105, 500, 505, REASON_CODE="30")
    await two.told(number, 515, 502)
    await two.told(number, 500, 501, IS_RETURNING=True)
    standing = (await two.stands(number))["custody"]
    assert (standing["state"], standing["holder"], standing["attempts"]) == ("returned", "desk", 1)


async def test_surplus_late_unknown_and_unreadable_news_is_acknowledged_and_moves_nothing(two: Two) -> None:
    number = await two.booked()
    await two.told(number, 105, 501)
    await two.told(number, 500, 999)
    await two.told("KHONGPHAICUATA", 501)
    two.carrier.bad_day.faults = Faults(bad_rows=1.0, duplicate_events=1.0)
    await two.told(number, 300)

    assert await two.state(number) == "delivered_by_post_statement"
    assert not two.carrier.forgotten
    rejects = await two.day.house.database.reading.rows("SELECT account, record_id FROM feed_reject")
    strays = await two.day.house.database.reading.rows("SELECT number FROM stray")
    assert ([each["account"] for each in rejects], [each["number"] for each in strays]) == (["vtp"], ["KHONGPHAICUATA"])


async def test_while_the_database_is_busy_the_carrier_hears_so_meanwhile_and_nothing_is_lost(two: Two) -> None:
    number = await two.booked()
    async with two.day.house.database.writing() as tx:
        await scans.lock(tx, [number])
        two.carrier.options = replace(two.carrier.options, webhook_tries=1)
        assert await two.carrier.tell(number, 105) == 0

    async def is_collected() -> bool:
        return await two.state(number) == "collected"

    await until("the event is kept", is_collected)
    two.carrier.options = replace(two.carrier.options, webhook_tries=6)
    assert await two.carrier.tell(number, 105)


async def test_a_lost_answer_makes_no_second_parcel(two: Two) -> None:
    two.carrier.bad_day.faults = Faults(lost_answer=1.0, only="order")
    number = await two.booked()
    assert await two.state(number) == "registered"
    two.carrier.bad_day.faults = Faults()
    two.day.pass_time(hours=2)
    await two.day.time_knocks()
    assert await two.state(number) == "booked"
    assert (len(two.carrier.parcels), two.carrier.parcels[number].asked) == (1, 2)


async def test_it_is_called_off_under_the_carriers_own_number(two: Two) -> None:
    number = await two.booked()
    await two.day.ask(
        "officer", "POST", f"/api/v1/consignments/{number}/cancel", {"reason": "not_needed"}, expect=200
    )  # fmt: skip
    await two.day.time_knocks()
    assert (await two.state(number), two.carrier.parcels[number].status) == ("cancelled", 107)


async def test_an_address_too_long_is_refused_with_its_limit(two: Two) -> None:
    number = await two.booked(applicant={**CITIZEN, "address": "Thôn Đoài, ngõ thứ ba bên trái chợ " * 5})
    order = await two.day.ask("officer", "GET", f"/api/v1/consignments/{number}/order", expect=200)
    assert order["state"] == "refused"
    assert "RECEIVER_ADDRESS" in order["message"]
    assert "150 byte" in order["message"]
    assert not two.carrier.parcels


async def test_it_stands_in_no_clock_report_or_rating_while_a_public_one_beside_it_does(two: Two) -> None:
    await zoned(two.day)
    public = (await two.made())["consignment_no"]
    other = await two.booked()
    await scan(two.day, public, "collected")
    await two.told(other, 105)
    two.day.pass_time(days=9)
    await two.day.time_knocks()

    late = [each["number"] for each in await every(two.day, "/api/v1/late")]
    cases = [each["consignment_no"] for each in await every(two.day, "/api/v1/cases?kind=late")]
    wall = await two.day.house.services.wall.picture(actor=GATEWAY, at=two.day.clock[0])
    assert (late, cases, [each.consignment_no for each in wall.late]) == ([public], [public], [public])
    clocks = [
        await two.day.ask("officer", "GET", f"/api/v1/consignments/{n}/clock", expect=200) for n in (public, other)
    ]
    assert [(each["verdict"], bool(each["due_on"])) for each in clocks] == [("overdue", True), ("no_limit", False)]

    await two.told(other, 503)
    report = await two.day.ask("administrator", "GET", f"/api/v1/reports/{QUARTER}", expect=200)
    counted = {code: n for code, n in report["figures"].items() if n}
    assert counted == {"accepted": 1, "form_return": 1, "leg_return": 1, "overdue": 1, "safe": 1}


async def test_no_ceiling_is_held_against_it_and_no_postage_of_the_public_service_is_taken(two: Two) -> None:
    series = {"series": "CHT26", "ledger": "postage", "unit": OFFICE}
    await two.day.ask("administrator", "POST", "/api/v1/receipt-series", series, expect=201)
    public, other = (await two.made())["consignment_no"], (await two.made("vtp"))["consignment_no"]
    dear = {"ledger": "postage", "amount_dong": 900_000, "price_dong": 900_000, "zone": "inter_district", "grams": 300}
    above = await two.day.ask("postman", "POST", "/api/v1/fees", {"fee_id": "1", "number": public, **dear}, expect=422)
    foreign = await two.day.ask("postman", "POST", "/api/v1/fees", {"fee_id": "2", "number": other, **dear}, expect=409)
    assert above["errors"][0]["code"] != foreign["code"] == "consignment.not_public"


async def test_the_public_post_is_not_expected_to_have_collected_on_it(two: Two) -> None:
    public, other = (await two.made())["consignment_no"], (await two.made("vtp"))["consignment_no"]
    period = "source=post&since=2026-11-23&until=2026-11-23"
    sides = await every(two.day, f"/api/v1/reconciliations?{period}")
    assert {each["number"]: each["due_dong"] for each in sides if each["due_dong"]} == {public: 8000}
    assert other not in {each["number"] for each in sides if each["due_dong"]}


async def test_no_paper_of_the_public_post_is_drawn_for_it_and_its_label_names_the_carrier(two: Two) -> None:
    number = (await two.made("vtp"))["consignment_no"]
    day = two.day
    at = f"/api/v1/consignments/{number}"
    await scan(day, number, "collected")
    for who, method, path, body in (
        ("officer", "GET", f"{at}/note", None),
        ("postman", "POST", f"{at}/note/signatures", {"side": "post", "name": "Bưu tá", "signature_png": PNG}),
        ("postman", "GET", f"{at}/return-note", None),
        ("postman", "GET", f"{at}/non-delivery-record", None),
        ("postman", "POST", f"{at}/invitations", {"way": "phone"}),
        ("officer", "POST", "/api/v1/cases", {
            "case_id": "k1", "number": number, "about": "loss", "statement": "Chưa nhận được", "claim": "Tìm lại",
            "complainant_name": CITIZEN["name"],
        }),
    ):  # fmt: skip
        problem = await day.ask(who, method, path, body, expect=409)
        assert problem["code"] == "consignment.not_public", path
    label = await day.ask("officer", "GET", f"/api/v1/labels/{number}", expect=200)
    text = pypdfium2.PdfDocument(io.BytesIO(label))[0].get_textpage().get_text_range()
    assert "Viettel Post" in text
    assert "Bưu điện Việt Nam" not in text


async def test_the_public_post_is_never_handed_it(two: Two) -> None:
    number = (await two.made("vtp"))["consignment_no"]
    listed = {"desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": [number]}
    refused = await two.day.ask("officer", "POST", "/api/v1/manifests", listed, expect=409)
    assert refused["code"] == "consignment.not_public"


async def test_a_stranger_does_not_learn_who_carries_it_and_no_message_calls_it_the_posts(two: Two) -> None:
    number = await two.booked()
    await two.told(number, 105, 500, 506)
    await two.day.time_knocks()
    public = await two.day.ask("", "GET", f"/api/v1/track/{number}", expect=200)
    page = (await two.day.ask("", "GET", f"/t/{number}", expect=200)).decode()
    assert "public_service" not in public
    assert not [word for word in ("Bưu điện giữ", "bưu tá", "bưu cục") if word in page]
    texts = [text for text in two.day.texts() if number[:4] in text]
    assert texts
    assert not [text for text in texts if "bưu điện" in text.lower() or "bưu tá" in text.lower()]
    assert not [text for text in texts if "cách nhận" in text or "/c/" in text]


async def test_nobody_is_asked_to_rate_it_as_public_service_or_to_choose_a_post_office(two: Two) -> None:
    public, other = [(await two.made(account))["consignment_no"] for account in ("", "vtp")]
    for number in (public, other):
        await scan(two.day, number, "collected")
        await delivered(two.day, number)
    await two.day.time_knocks()
    asked = [text for text in two.day.texts() if "đánh giá" in text]
    assert [public[:4] in text for text in asked] == [True]

    missed = await two.booked()
    await two.told(missed, 105, 500, 506)
    offer = await two.day.ask("administrator", "GET", f"/api/v1/consignments/{missed}/choice", expect=200)
    assert offer["is_open"] is False
