"""The calls: what is asked, what each answer means."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace

import pytest

from adapters.vnpost_ngsp.announcement import Announcement
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import PostedOrder

NGSP = "/apiVNPostNGSP/p1.0"
ORDER, CANCEL, TRACKING = f"{NGSP}/order/post", f"{NGSP}/order/cancel", f"{NGSP}/order/tracking"
DOCUMENT = f"{NGSP}/document/post"
ACCEPTED = (201, {"Status": 100, "Message": "Đã nhận"})
DOSSIER = Announcement(dossier_no="H42-1", procedure_code="1", procedure_title="Khai sinh")


@pytest.fixture
def post(outsider, client_of):
    return client_of(outsider.url)


async def test_a_token_is_asked_with_key_and_secret(post, outsider, order):
    outsider.will_answer(ORDER, ACCEPTED)
    await post.book(order)
    asked = outsider.calls("/token")[0]
    assert asked.method == "POST"
    assert base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")) == b"dien-tap:dien-tap"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.body == b"grant_type=client_credentials"


@pytest.mark.act("book", "call")
async def test_an_order_is_posted_as_json_under_the_token(post, outsider, order):
    outsider.will_answer(ORDER, ACCEPTED)
    await post.book(order)
    asked = outsider.calls(ORDER)[0]
    assert (asked.method, asked.query) == ("POST", "")
    assert asked.headers["Authorization"] == "Bearer t-1"
    assert asked.headers["Accept-Charset"] == "UTF-8"
    assert asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.body)["ReceiverName"] == "Nguyễn Văn Ánh"
    assert len(json.loads(asked.body)) == 17


async def test_a_lent_number_goes_along_only_where_the_account_says_so(outsider, client_of, order):
    outsider.will_answer(ORDER, ACCEPTED)
    lent = replace(order, item_no="PA000000014VN")
    await client_of(outsider.url).book(lent)
    await client_of(outsider.url, sends_item_code=True).book(lent)
    bodies = [json.loads(asked.body) for asked in outsider.calls(ORDER)]
    assert ["ItemCode" in body for body in bodies] == [False, True]


@pytest.mark.act("book", "answer")
async def test_a_new_order_is_taken(post, outsider, order):
    outsider.will_answer(ORDER, ACCEPTED)
    receipt = await post.book(order)
    assert (receipt.known_already, receipt.message) == (False, "Đã nhận")


async def test_an_order_the_post_has_already_is_taken_too(post, outsider, order):
    outsider.will_answer(ORDER, (201, {"Status": "101", "Message": ""}))
    assert (await post.book(order)).known_already


@pytest.mark.act("book", "refusal")
async def test_another_status_is_a_no(post, outsider, order):
    outsider.will_answer(ORDER, (201, {"Status": 102, "Message": "Sai mã khách hàng"}))
    with pytest.raises(Refused, match="Sai mã khách hàng"):
        await post.book(order)


BROKEN = [(201, b""), (201, b"<html>"), (201, b"null"), (201, {"Message": "x"}), (201, b"\xff\xfe")]
OPEN = [(200, {"Status": 100}), (202, b""), (204, b""), (302, b""), (500, b""), (503, b""), (429, b""), (408, b"")]
NO = [(400, b""), (403, b""), (404, b""), (405, b""), (413, b"")]


@pytest.mark.parametrize("answer", BROKEN + OPEN, ids=str)
async def test_an_answer_that_is_no_plain_yes_or_no_leaves_the_order_open(post, outsider, order, answer):
    outsider.will_answer(ORDER, answer)
    with pytest.raises(Unreachable):
        await post.book(order)
    assert len(outsider.calls(ORDER)) == 1


@pytest.mark.parametrize("answer", NO, ids=str)
async def test_a_plain_no_needs_a_person(post, outsider, order, answer):
    outsider.will_answer(ORDER, answer)
    with pytest.raises(Refused):
        await post.book(order)


async def test_a_line_dropped_during_an_order_leaves_it_open(post, outsider, order, dropped_line):
    outsider.will_answer(ORDER, dropped_line)
    with pytest.raises(Unreachable):
        await post.book(order)


async def test_no_verdict_names_a_person(post, outsider, order):
    outsider.will_answer(ORDER, (201, {"Status": 102, "Message": "Nguyễn Văn Ánh, 0912000003: sai địa chỉ Thôn Đoài"}))
    with pytest.raises(Refused) as verdict:
        await post.book(order)
    said = f"{verdict.value}{verdict.value.values}"
    assert not [word for word in ("Ánh", "0912000003", "Thôn Đoài") if word in said]


@pytest.mark.act("cancel", "request", "call", "answer")
async def test_a_cancellation_is_asked_with_both_names_encoded(post, outsider):
    outsider.will_answer(CANCEL, (201, {"Status": 110, "Message": "Đã hủy"}))
    await post.cancel(PostedOrder(order_no="H26 24&B+Đ"))
    asked = outsider.calls(CANCEL)[0]
    assert (asked.method, asked.body) == ("GET", b"")
    assert asked.query == "CustomerCode=HCC-DEMO&OrderNumber=H26%2024%26B%2B%C4%90"
    assert asked.headers["Accept"] == "application/json"


async def test_a_query_that_an_address_has_already_stays(outsider, client_of):
    outsider.will_answer("/bus", (201, {"Status": 110}))
    await client_of(outsider.url, cancel_url=outsider.url + "/bus?service=OrderCancel").cancel(
        PostedOrder(order_no="A1")
    )
    assert outsider.calls("/bus")[0].query == "service=OrderCancel&CustomerCode=HCC-DEMO&OrderNumber=A1"


@pytest.mark.act("cancel", "refusal")
@pytest.mark.parametrize("status", [100, 101, 111, 112, "0"])
async def test_only_110_cancels(post, outsider, status):
    outsider.will_answer(CANCEL, (201, {"Status": status, "Message": "Bưu tá đã nhận"}))
    with pytest.raises(Refused):
        await post.cancel(PostedOrder(order_no="A1"))


@pytest.mark.parametrize("answer", [(200, {"Status": 110}), *BROKEN, (500, b"")], ids=str)
async def test_an_unclear_answer_to_a_cancellation_leaves_it_open(post, outsider, answer):
    outsider.will_answer(CANCEL, answer)
    with pytest.raises(Unreachable):
        await post.cancel(PostedOrder(order_no="A1"))


@pytest.mark.act("feed", "request", "call")
async def test_the_feed_begins_at_24_zeros(post, outsider):
    outsider.will_answer(TRACKING, (200, {"_size": 0}))
    page = await post.feed("", 50)
    assert outsider.calls(TRACKING)[0].query == "pagesize=50&lastId=" + "0" * 24
    assert page.cursor == ""


async def test_the_feed_goes_on_behind_the_cursor(post, outsider):
    outsider.will_answer(TRACKING, (200, {"_size": 0}))
    await post.feed("5a7c1f0e0000000000000001", 50)
    assert outsider.calls(TRACKING)[0].query.endswith("lastId=5a7c1f0e0000000000000001")


@pytest.mark.parametrize(("asked", "sent"), [(5000, 1000), (0, 1), (1000, 1000)])
async def test_a_page_is_never_larger_than_the_post_allows(outsider, client_of, asked, sent):
    outsider.will_answer(TRACKING, (200, {"_size": 0}))
    await client_of(outsider.url, page_size=1000).feed("", asked)
    assert outsider.calls(TRACKING)[0].query.startswith(f"pagesize={sent}&")


@pytest.mark.act("feed", "refusal")
@pytest.mark.parametrize("answer", [(201, {}), (200, b""), (200, b"<html>"), (200, b"[]"), (502, b"")], ids=str)
async def test_a_feed_that_cannot_be_read_moves_nothing(post, outsider, answer):
    outsider.will_answer(TRACKING, answer)
    with pytest.raises(Unreachable):
        await post.feed("", 50)


async def test_a_dossier_is_announced(post, outsider):
    outsider.will_answer(DOCUMENT, (201, {"Status": 100}))
    await post.announce(DOSSIER)
    assert json.loads(outsider.calls(DOCUMENT)[0].body)["OrderNumber"] == "H42-1"


async def test_a_refused_announcement_needs_a_person(post, outsider):
    outsider.will_answer(DOCUMENT, (201, {"Status": 1}))
    with pytest.raises(Refused):
        await post.announce(DOSSIER)


async def test_a_token_serves_many_calls_even_at_once(post, outsider, order):
    outsider.will_answer(ORDER, ACCEPTED)
    await asyncio.gather(*(post.book(order) for _ in range(5)))
    assert len(outsider.calls("/token")) == 1


@pytest.mark.parametrize(("unit", "lives"), [("s", 100), ("ms", 100_000)])
async def test_a_token_near_its_end_is_renewed(outsider, client_of, order, unit, lives):
    outsider.will_answer("/token", (200, {"access_token": "t", "token_type": "Bearer", "expires_in": lives}))
    outsider.will_answer(ORDER, ACCEPTED)
    now = [0.0]
    post = client_of(outsider.url, expires_in_unit=unit, monotonic=lambda: now[0])
    for moment in (0.0, 69.0, 71.0):
        now[0] = moment
        await post.book(order)
    assert len(outsider.calls("/token")) == 2


async def test_a_token_that_is_refused_is_renewed_once(post, outsider, order):
    outsider.will_answer(ORDER, (401, b""), ACCEPTED)
    outsider.will_answer(
        "/token",
        (200, {"access_token": "old", "token_type": "Bearer", "expires_in": 3600}),
        (200, {"access_token": "new", "token_type": "Bearer", "expires_in": 3600}),
    )
    await post.book(order)
    assert [asked.headers["Authorization"] for asked in outsider.calls(ORDER)] == ["Bearer old", "Bearer new"]


async def test_a_second_401_waits_until_the_account_is_mended(post, outsider, order):
    outsider.will_answer(ORDER, (401, b""))
    with pytest.raises(Unreachable) as verdict:
        await post.book(order)
    assert verdict.value.code == "post.credentials"
    assert len(outsider.calls(ORDER)) == 2


async def test_wrong_keys_leave_it_waiting_and_no_order_goes_out(post, outsider, order):
    outsider.will_answer("/token", (401, b""))
    outsider.will_answer(ORDER, ACCEPTED)
    with pytest.raises(Unreachable):
        await post.book(order)
    assert not outsider.calls(ORDER)


@pytest.mark.parametrize("answer", [
    (201, {"access_token": "t"}), (200, b""), (200, b"[]"), (200, {}), (200, {"access_token": 5}),
    (200, {"access_token": "a\nb"}), (200, {"access_token": "t", "token_type": 5}), (503, b""),
], ids=str)  # fmt: skip
async def test_a_token_that_cannot_be_read_leaves_the_order_for_later(post, outsider, order, answer):
    outsider.will_answer("/token", answer)
    with pytest.raises(Unreachable):
        await post.book(order)
