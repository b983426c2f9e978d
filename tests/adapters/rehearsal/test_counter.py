"""The rehearsal post office as a stranger's client meets it: raw HTTP, no code of ours on the calling side."""

from __future__ import annotations

import asyncio
import base64
import json

import aiohttp
import pytest

from adapters.rehearsal.faults import Faults
from postgw.domain import item_number

NGSP = "/apiVNPostNGSP/p1.0"
BODY = {
    "CustomerCode": "HCC-DEMO", "OrderNumber": "000.00.16.H26-240105-0007", "CODAmount": 25000.0,
    "SenderProvince": 10, "SenderDistrict": 1000, "SenderAddress": "Số 1 Phố Huế", "SenderName": "Bộ phận Một cửa",
    "SenderEmail": None, "SenderTel": "02438000001", "SenderDesc": "Giấy khai sinh (bản chính)", "Description": None,
    "ReceiverName": "Nguyễn Văn Ánh", "ReceiverAddress": "Thôn Đoài, xã Đông Anh", "ReceiverTel": "0912000003",
    "ReceiverProvince": 10, "ReceiverDistrict": 1250, "ReceiverEmail": None,
}  # fmt: skip


class Stranger:
    """An old one-stop system: a token before each call, no client library."""

    def __init__(self, session, url):
        self.session, self.url = session, url

    async def token(self, pair="dien-tap:dien-tap"):
        basic = base64.b64encode(pair.encode()).decode()
        return await self.said(
            "POST", "/token", {"Authorization": f"Basic {basic}", "ContentType": "application/x-www-form-urlencoded"},
            data="grant_type=client_credentials",
        )  # fmt: skip

    async def said(self, method, path, headers, **more):
        async with self.session.request(method, self.url + path, headers=headers, **more) as answer:
            return answer.status, await answer.json(content_type=None)

    async def call(self, method, path, **more):
        _, token = await self.token()
        headers = {"Authorization": f"{token['token_type']} {token['access_token']}", "Accept-Charset": "UTF-8"}
        return await self.said(method, path, headers, **more)

    async def post(self, body=BODY, **changed):
        data = body if isinstance(body, bytes) else json.dumps({**body, **changed}).encode()
        return await self.call("POST", f"{NGSP}/order/post", data=data)

    async def cancel(self, order_no=BODY["OrderNumber"]):
        return await self.call("GET", f"{NGSP}/order/cancel?CustomerCode=HCC-DEMO&OrderNumber={order_no}")

    async def feed(self, last_id="0" * 24, pagesize=1000):
        return await self.call("GET", f"{NGSP}/order/tracking?pagesize={pagesize}&lastId={last_id}")


@pytest.fixture
async def opened(open_office):
    return await open_office()


@pytest.fixture
def office(opened):
    return opened[0]


@pytest.fixture
async def stranger(opened):
    async with aiohttp.ClientSession() as session:
        yield Stranger(session, opened[1])


async def test_a_token_is_given_with_200(stranger):
    status, token = await stranger.token()
    assert (status, token["token_type"], token["expires_in"]) == (200, "Bearer", 3600)


async def test_wrong_keys_get_401(stranger):
    assert (await stranger.token("dien-tap:wrong"))[0] == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer x.y.z", "Basic ZA==", "Bearer ff.é"])
async def test_without_a_token_of_ours_nothing_is_taken(stranger, office, header):
    status, _ = await stranger.said("POST", f"{NGSP}/order/post", {"Authorization": header}, json=BODY)
    assert (status, office.parcels()) == (401, 0)


async def test_a_token_runs_out(stranger, clock):
    _, token = await stranger.token()
    clock.hours_pass(2)
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert (await stranger.said("GET", f"{NGSP}/order/tracking", headers))[0] == 401


async def test_a_new_order_gets_201_and_100(stranger, office):
    status, said = await stranger.post()
    assert (status, said["Status"], office.parcels()) == (201, 100, 1)


async def test_the_same_order_gets_101_and_makes_no_second_parcel(stranger, office):
    await stranger.post()
    status, said = await stranger.post()
    assert (status, said["Status"], office.parcels(), office.orders()[0].asked) == (201, 101, 1, 2)


async def test_many_equal_orders_at_once_make_one_parcel(stranger, office):
    said = await asyncio.gather(*(stranger.post() for _ in range(20)))
    assert sorted(one["Status"] for _, one in said) == [100] + [101] * 19
    assert office.parcels() == 1


async def test_the_same_number_of_another_customer_is_another_order(stranger, office):
    await stranger.post()
    await stranger.post(CustomerCode="HCC-2")
    assert office.parcels() == 2


async def test_an_order_as_the_old_client_writes_it_is_taken(stranger, office):
    body = json.dumps(BODY, ensure_ascii=True).replace("(", "\\u0028").replace("25000.0", "25000.00")
    status, said = await stranger.post(body.encode())
    assert (status, said["Status"]) == (201, 100)
    assert office.orders()[0].fields["SenderDesc"] == "Giấy khai sinh (bản chính)"


async def test_two_level_addresses_without_a_district_are_taken(stranger):
    _, said = await stranger.post(SenderDistrict=0, ReceiverDistrict=None)
    assert said["Status"] == 100


async def test_an_order_without_a_needed_key_is_refused_in_words(stranger, office):
    status, said = await stranger.post(ReceiverName=None)
    assert (status, said["Status"], office.parcels()) == (201, 102, 0)
    assert "ReceiverName" in said["Message"]


async def test_a_text_that_lost_its_letters_is_taken_and_noted(stranger, office):
    _, said = await stranger.post(ReceiverName="Nguy?n V?n ?nh")
    assert (said["Status"], office.orders()[0].lost_letters) == (100, True)
    assert "UTF-8" in said["Message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object_gets_400(stranger, body):
    assert (await stranger.post(body))[0] == 400


async def test_an_order_is_cancelled_before_the_post_has_come(stranger, office):
    await stranger.post()
    assert (await stranger.cancel())[1]["Status"] == 110
    assert office.parcels() == 0


async def test_cancelling_twice_is_cancelled(stranger):
    await stranger.post()
    await stranger.cancel()
    status, said = await stranger.cancel()
    assert (status, said["Status"]) == (201, 110)


async def test_after_collection_an_order_is_not_cancelled(stranger, clock):
    await stranger.post()
    clock.hours_pass(30)
    status, said = await stranger.cancel()
    assert (status, said["Status"]) == (201, 112)
    assert said["Message"]


async def test_an_unknown_order_is_not_cancelled(stranger):
    assert (await stranger.cancel("nothing"))[1]["Status"] == 111


async def test_a_cancelled_number_is_not_taken_again(stranger, office):
    await stranger.post()
    await stranger.cancel()
    assert (await stranger.post())[1]["Status"] == 103
    assert office.parcels() == 0


async def test_a_cancelled_order_has_no_further_life(stranger, clock):
    await stranger.post()
    await stranger.cancel()
    clock.hours_pass(500)
    _, page = await stranger.feed()
    assert [row["StatusCode"] for row in page["_embedded"]["rh:doc"]] == [11]


async def test_a_dossier_notice_gets_201(stranger):
    body = {"CustomerCode": "HCC-DEMO", "OrderNumber": "H1", "Procedure": {"Code": "1"}}
    first = await stranger.call("POST", f"{NGSP}/document/post", json=body)
    again = await stranger.call("POST", f"{NGSP}/document/post", json=body)
    assert [(status, said["Status"]) for status, said in (first, again)] == [(201, 100), (201, 101)]


async def test_a_feed_without_rows_has_no_embedded_part(stranger):
    assert await stranger.feed() == (200, {"_size": 0, "_total_pages": 0, "_returned": 0})


async def test_past_the_newest_row_there_is_no_embedded_part(stranger, clock):
    await stranger.post()
    clock.hours_pass(500)
    _, page = await stranger.feed()
    status, beyond = await stranger.feed(page["_embedded"]["rh:doc"][-1]["_id"]["$oid"])
    assert status == 200
    assert "_embedded" not in beyond


async def test_rows_bear_the_item_number_and_all_nine_keys(stranger, clock):
    await stranger.post()
    clock.hours_pass(5)
    row = (await stranger.feed())[1]["_embedded"]["rh:doc"][0]
    assert list(row) == [
        "_id", "CustomerCode", "OrderNumber", "EventTime", "POSID", "ItemCode", "StatusCode", "StatusMessage", "Notes",
    ]  # fmt: skip
    assert item_number.is_valid(row["ItemCode"])
    assert (row["ItemCode"][:2], row["ItemCode"][-2:], isinstance(row["EventTime"], int)) == ("PA", "VN", True)


async def test_record_ids_rise_strictly_whoever_is_concerned(stranger, clock):
    for number in range(15):
        await stranger.post(OrderNumber=f"H26-{number}")
        clock.hours_pass(1)
    clock.hours_pass(300)
    rows = (await stranger.feed())[1]["_embedded"]["rh:doc"]
    ids = [row["_id"]["$oid"] for row in rows]
    assert ids == sorted(set(ids))
    assert {len(one) for one in ids} == {24}
    assert [row["EventTime"] for row in rows] == sorted(row["EventTime"] for row in rows)


async def test_pages_read_by_cursor_tell_every_row_once(stranger, clock):
    for number in range(10):
        await stranger.post(OrderNumber=f"H26-{number}")
    clock.hours_pass(300)
    whole = (await stranger.feed())[1]["_embedded"]["rh:doc"]
    read, last = [], "0" * 24
    while rows := (await stranger.feed(last, pagesize=7))[1].get("_embedded", {}).get("rh:doc"):
        assert len(rows) <= 7
        read += rows
        last = rows[-1]["_id"]["$oid"]
    assert read == whole


async def test_a_page_has_a_thousand_rows_at_most(stranger, office, clock):
    for number in range(200):
        office.ledger.take({**BODY, "OrderNumber": f"H26-{number}"}, clock())
    clock.hours_pass(500)
    _, page = await stranger.feed(pagesize=100_000)
    assert page["_returned"] == len(page["_embedded"]["rh:doc"]) == 1000
    assert page["_size"] > 1000


async def test_switches_are_turned_from_this_machine_while_it_runs(stranger, office):
    status, now = await stranger.said("POST", "/rehearsal/faults", {}, json={"lost_answer": 0.3})
    assert (status, now["lost_answer"], office.faults.lost_answer) == (200, 0.3, 0.3)
    await stranger.said("POST", "/rehearsal/faults", {}, json={"reset": True})
    assert office.faults == Faults()


@pytest.mark.parametrize("wrong", [{"nonsense": 1}, {"lost_answer": 2}, {"silent": "often"}])
async def test_a_switch_there_is_none_of_is_named(stranger, wrong):
    status, said = await stranger.said("POST", "/rehearsal/faults", {}, json=wrong)
    assert status == 422
    assert next(iter(wrong)) in said["detail"]


async def test_the_back_door_shows_orders_and_moves_the_clock(stranger):
    await stranger.post()
    await stranger.said("POST", "/rehearsal/clock", {}, json={"hours": 500})
    _, seen = await stranger.said("GET", "/rehearsal/orders", {})
    assert seen["parcels"] == 1
    assert seen["orders"][0]["told"][:2] == ["booked", "collected"]


@pytest.mark.parametrize("header", ["Basic ***", "Basic", "Bearer ZA==", "Basic ZA=="])
async def test_keys_in_the_wrong_form_get_401(stranger, header):
    assert (await stranger.said("POST", "/token", {"Authorization": header}))[0] == 401


async def test_a_token_is_given_for_client_credentials_alone(stranger):
    headers = {"Authorization": "Basic " + base64.b64encode(b"dien-tap:dien-tap").decode()}
    assert (await stranger.said("POST", "/token", headers, data="grant_type=password"))[0] == 400


@pytest.mark.parametrize("value", ["many", True, [], "1.2.3"])
async def test_a_number_that_is_none_is_refused_in_words(stranger, office, value):
    _, said = await stranger.post(CODAmount=value)
    assert (said["Status"], office.parcels()) == (102, 0)
    assert "CODAmount" in said["Message"]


async def test_numbers_written_as_text_are_taken(stranger):
    _, said = await stranger.post(CODAmount="25000.0", SenderProvince="10")
    assert said["Status"] == 100


async def test_a_lent_number_becomes_the_item_number(stranger, office):
    await stranger.post(ItemCode="RR473124829VN")
    assert office.orders()[0].item_no == "RR473124829VN"


@pytest.mark.parametrize("body", [b"[]", b'{"OrderNumber": "H1"}'])
async def test_a_notice_without_what_is_needed_is_not_taken(stranger, office, body):
    status, said = await stranger.call("POST", f"{NGSP}/document/post", data=body)
    assert (status, said.get("Status")) in ((400, None), (201, 102))
    assert not office.ledger.announced


async def test_the_order_of_the_names_in_a_cancellation_does_not_matter(stranger):
    await stranger.post()
    query = f"OrderNumber={BODY['OrderNumber']}&CustomerCode=HCC-DEMO"
    assert (await stranger.call("GET", f"{NGSP}/order/cancel?{query}"))[1]["Status"] == 110


async def test_the_feed_takes_any_nonsense_for_its_beginning(stranger, clock):
    await stranger.post()
    clock.hours_pass(300)
    first = await stranger.feed()
    assert await stranger.call("GET", f"{NGSP}/order/tracking?lastId=x&pagesize=-5") == first


@pytest.mark.parametrize("body", [{"hours": -1}, {"hours": "2"}, {}, []])
async def test_the_clock_goes_forward_alone(stranger, office, clock, body):
    assert (await stranger.said("POST", "/rehearsal/clock", {}, json=body))[0] == 422
    assert office.at() == clock()


async def test_switches_come_as_an_object(stranger):
    assert (await stranger.said("POST", "/rehearsal/faults", {}, json=[]))[0] == 400
