"""The calls: what is asked, what each answer means."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from postgw.domain.errors import Invalid, Refused, Unreachable
from postgw.domain.ports import PostedOrder, PostPlace

CREATE, GET, LIST = "/CreateOrder", "/getOrder", "/GetListOrder"
HISTORY, CANCEL, CASE = "/GetStatusHistoryOrder", "/orderCancel", "/orderCorrection/updateCase"
DATE = {"Date": "Mon, 23 Nov 2026 01:00:00 GMT"}
TOKEN = (200, {"success": True, "errorMessage": None, "token": "t-1"}, DATE)
TAKEN = {
    "itemCode": "CB000000014VN", "originalID": "9", "orderHdrID": "H9", "saleOrderCode": "4K7M29TB6HC", "status": 1,
    "updatedDate": "23/11/2026 07:45:00",
}  # fmt: skip
OTHER = {**TAKEN, "itemCode": "CB000000028VN", "originalID": "8", "saleOrderCode": "7K7M29TB6HC"}
POSTED = PostedOrder(order_no="4K7M29TB6HC", item_no="CB000000014VN", post_ref="9")
BROKEN = [(200, b""), (200, b"<html>"), (200, b"null"), (200, b"[]"), (200, {"message": "x"}), (200, b"\xff")]
OPEN = [(201, TAKEN), (202, b""), (204, b""), (302, b""), (500, b""), (503, b""), (429, b""), (408, b"")]
NO = [(400, b""), (404, b""), (405, b""), (413, b"")]


@pytest.fixture
def post(outsider, my_post):
    outsider.will_answer("/GetAccessToken", TOKEN)
    outsider.will_answer(GET, (200, [{"results": []}], DATE))
    return my_post(outsider.url)


def told(asked):
    return json.loads(asked.body)


def query(asked):
    return {name: values[0] for name, values in parse_qs(asked.query).items()}


# --- the token ---


async def test_a_token_is_asked_with_name_password_and_customer(post, outsider, my_order):
    outsider.will_answer(CREATE, (200, TAKEN))
    await post.book(my_order)
    asked = outsider.calls("/GetAccessToken")[0]
    assert asked.method == "POST"
    assert told(asked) == {"username": "dien-tap", "password": "dien-tap", "customerCode": "DIEN-TAP"}
    assert "token" not in asked.headers


async def test_a_token_serves_many_calls_even_at_once(post, outsider, my_order):
    outsider.will_answer(CREATE, (200, TAKEN))
    await asyncio.gather(*(post.book(my_order) for _ in range(5)))
    assert len(outsider.calls("/GetAccessToken")) == 1


async def test_a_token_is_renewed_when_its_time_is_over(outsider, my_post, my_order):
    outsider.will_answer("/GetAccessToken", TOKEN)
    outsider.will_answer(CREATE, (200, TAKEN))
    now = [0.0]
    post = my_post(outsider.url, token_seconds=100.0, monotonic=lambda: now[0])
    for now[0] in (0.0, 99.0, 101.0):
        await post.book(my_order)
    assert len(outsider.calls("/GetAccessToken")) == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_is_refused_is_renewed_once(post, outsider, my_order, status):
    outsider.will_answer("/GetAccessToken", TOKEN, (200, {"success": True, "token": "t-2"}))
    outsider.will_answer(CREATE, (status, b""), (200, TAKEN))
    await post.book(my_order)
    assert [asked.headers["token"] for asked in outsider.calls(CREATE)] == ["t-1", "t-2"]


async def test_a_second_refusal_of_the_token_waits_until_the_account_is_mended(post, outsider, my_order):
    outsider.will_answer(CREATE, (401, b""))
    with pytest.raises(Unreachable) as no:
        await post.book(my_order)
    assert (no.value.code, len(outsider.calls(CREATE))) == ("post.credentials", 2)


async def test_wrong_credentials_leave_it_waiting_and_no_order_goes_out(post, outsider, my_order):
    outsider.will_answer("/GetAccessToken", (200, {"success": False, "errorMessage": "Sai mật khẩu"}))
    outsider.will_answer(CREATE, (200, TAKEN))
    with pytest.raises(Unreachable):
        await post.book(my_order)
    assert not outsider.calls(CREATE)


@pytest.mark.parametrize("answer", [
    (200, b""), (200, b"[]"), (200, {}), (200, {"success": True, "token": None}), (200, {"token": "a\nb"}), (503, b""),
], ids=str)  # fmt: skip
async def test_a_token_that_cannot_be_read_leaves_the_order_for_later(post, outsider, my_order, answer):
    outsider.will_answer("/GetAccessToken", answer)
    with pytest.raises(Unreachable):
        await post.book(my_order)


# --- booking ---


@pytest.mark.act("book", "call")
async def test_an_order_is_posted_as_json_under_the_token(post, outsider, my_order):
    outsider.will_answer(CREATE, (200, TAKEN))
    receipt = await post.book(my_order)
    asked = outsider.calls(CREATE)[0]
    assert (asked.method, asked.query, asked.headers["token"]) == ("POST", "", "t-1")
    assert asked.headers["Content-Type"] == asked.headers["Accept"] == "application/json"
    assert told(asked)["informationOrder"]["saleOrderCode"] == "4K7M29TB6HC"
    assert (receipt.item_no, receipt.post_ref, receipt.known_already) == ("CB000000014VN", "9", False)
    assert not outsider.calls(GET)


@pytest.mark.act("book", "answer")
@pytest.mark.parametrize("wrapped", [{"data": TAKEN}, [TAKEN], {"success": True, "data": [TAKEN]}], ids=range(3))
async def test_a_yes_is_read_however_it_is_wrapped(post, outsider, my_order, wrapped):
    outsider.will_answer(CREATE, (200, wrapped))
    assert (await post.book(my_order)).post_ref == "9"


@pytest.mark.parametrize("answer", [*BROKEN, *OPEN, (200, OTHER), (200, {"data": None})], ids=str)
async def test_an_answer_that_is_no_plain_yes_or_no_leaves_the_order_open(post, outsider, my_order, answer):
    outsider.will_answer(CREATE, answer)
    with pytest.raises(Unreachable):
        await post.book(my_order)
    assert len(outsider.calls(CREATE)) == 1


@pytest.mark.act("book", "refusal")
@pytest.mark.parametrize("answer", [
    *NO, (200, {"success": False, "errorMessage": "thiếu"}), (400, {"status": 400, "error": "x", "message": "thiếu"}),
], ids=str)  # fmt: skip
async def test_a_plain_no_needs_a_person(post, outsider, my_order, answer):
    outsider.will_answer(CREATE, answer)
    with pytest.raises(Refused):
        await post.book(my_order)


async def test_a_line_dropped_during_an_order_leaves_it_open(post, outsider, my_order, dropped_line):
    outsider.will_answer(CREATE, dropped_line)
    with pytest.raises(Unreachable):
        await post.book(my_order)


async def test_a_place_without_a_code_is_refused_before_anybody_is_asked(post, outsider, my_order):
    with pytest.raises(Invalid):
        await post.book(replace(my_order, consignee_place=PostPlace(province=48)))
    assert not outsider.asked


async def test_no_verdict_and_no_log_names_a_person(post, outsider, my_order, caplog):
    caplog.set_level(logging.DEBUG)
    said = {"status": 400, "error": "x", "message": "Nguyễn Văn Ánh, 0912000003: sai địa chỉ Thôn Đoài"}
    outsider.will_answer(CREATE, (400, said))
    with pytest.raises(Refused) as verdict:
        await post.book(my_order)
    shown = f"{verdict.value}{verdict.value.values}{caplog.text}{post.settings!r}"
    assert not [word for word in ("Ánh", "0912000003", "Thôn Đoài", "t-1", "secret='dien-tap'") if word in shown]


# --- looking first ---


async def test_an_order_that_a_look_up_finds_is_not_made_again(post, outsider, my_order):
    outsider.will_answer(GET, (200, [{"results": [TAKEN]}], DATE))
    receipt = await post.book(replace(my_order, asked_before=True))
    assert (receipt.known_already, receipt.item_no, receipt.post_ref) == (True, "CB000000014VN", "9")
    assert query(outsider.calls(GET)[0]) == {"type": "2", "code": "4K7M29TB6HC"}
    assert not outsider.calls(CREATE)


async def test_an_order_that_only_the_list_shows_is_not_made_again(post, outsider, my_order):
    outsider.will_answer(LIST, (200, {"results": [OTHER, TAKEN]}, DATE))
    assert (await post.book(replace(my_order, asked_before=True))).known_already
    asked = outsider.calls(LIST)[0]
    assert (asked.method, query(asked)) == ("GET", {
        "lastUpdateFrom": "22-11-2026", "lastUpdateTo": "23-11-2026", "type": "GUI", "page": "0", "size": "500",
        "isInternational": "false",
    })  # fmt: skip
    assert not outsider.calls(CREATE)


async def test_an_order_that_is_proved_absent_is_made(post, outsider, my_order):
    outsider.will_answer(LIST, (200, {"results": [OTHER]}, DATE))
    outsider.will_answer(CREATE, (200, TAKEN))
    assert not (await post.book(replace(my_order, asked_before=True))).known_already


@pytest.mark.parametrize("listed", [
    *BROKEN[:3], (500, b""), (400, b""), (403, b""), (200, {"results": [{"itemCode": "CB000000028VN"}]}),
    (200, {"results": ["x"]}), (200, {"results": []}), (200, {"status": 500, "error": "x"}),
], ids=str)  # fmt: skip
async def test_a_list_that_proves_nothing_makes_no_second_parcel(post, outsider, my_order, listed):
    outsider.will_answer(LIST, listed)
    outsider.will_answer(CREATE, (200, TAKEN))
    with pytest.raises(Unreachable):
        await post.book(replace(my_order, asked_before=True))
    assert not outsider.calls(CREATE)


async def test_an_empty_list_proves_something_once_the_province_says_so(outsider, my_post, my_order):
    outsider.will_answer("/GetAccessToken", TOKEN)
    outsider.will_answer(GET, (404, b"", DATE))
    outsider.will_answer(LIST, (200, {"results": []}, DATE))
    outsider.will_answer(CREATE, (200, TAKEN))
    await my_post(outsider.url, empty_list_proves=True).book(replace(my_order, asked_before=True))
    assert len(outsider.calls(CREATE)) == 1


async def test_an_order_that_was_asked_for_a_moment_ago_is_waited_for(post, outsider, my_order):
    outsider.will_answer(LIST, (200, {"results": [OTHER]}, DATE))
    just_now = datetime(2026, 11, 23, 0, 59, 30, tzinfo=UTC)
    with pytest.raises(Unreachable) as later:
        await post.book(replace(my_order, asked_before=True, asked_at=just_now))
    assert later.value.code == "my_vnpost.settling"
    assert 85 <= int(str(later.value.values["retry_after"])) <= 91


async def test_a_list_too_long_to_read_leaves_the_order_open(outsider, my_post, my_order):
    outsider.will_answer("/GetAccessToken", TOKEN)
    outsider.will_answer(GET, (200, [], DATE))
    outsider.will_answer(LIST, (200, {"results": [OTHER]}, DATE))
    post = my_post(outsider.url, page_size=1, lookup_pages=3)
    with pytest.raises(Unreachable) as verdict:
        await post.book(replace(my_order, asked_before=True))
    assert verdict.value.code == "my_vnpost.list_too_long"
    assert [query(asked)["page"] for asked in outsider.calls(LIST)] == ["0", "1", "2"]


async def test_two_parcels_under_one_number_are_one_as_soon_as_the_surplus_is_called_off(post, outsider, my_order):
    surplus = {**TAKEN, "originalID": "7", "itemCode": "CB000000028VN"}
    both = [[{"results": [TAKEN, one]}] for one in (surplus, {**surplus, "status": 9})]
    outsider.will_answer(GET, *((200, answer, DATE) for answer in both))
    with pytest.raises(Unreachable) as verdict:
        await post.book(replace(my_order, asked_before=True))
    assert verdict.value.code == "my_vnpost.ordered_twice"
    assert (await post.book(replace(my_order, asked_before=True))).post_ref == "9"
    assert not outsider.calls(CREATE)


async def test_a_look_that_is_refused_is_no_refusal_of_the_order(post, outsider, my_order):
    outsider.will_answer("/GetAccessToken", (200, {"success": False, "errorMessage": "Sai mật khẩu"}))
    with pytest.raises(Unreachable) as verdict:
        await post.book(replace(my_order, asked_before=True))
    assert verdict.value.code == "post.credentials"


async def test_an_order_that_was_called_off_is_not_taken_for_booked(post, outsider, my_order):
    outsider.will_answer(GET, (200, [{"results": [{**TAKEN, "status": 9}]}], DATE))
    with pytest.raises(Refused) as verdict:
        await post.book(replace(my_order, asked_before=True))
    assert verdict.value.code == "my_vnpost.called_off"


# --- calling off ---


@pytest.mark.act("cancel", "request", "call", "answer")
async def test_a_cancellation_names_the_posts_own_id(post, outsider):
    outsider.will_answer(CANCEL, (200, [{"Type": "00", "Message": "ok", "CaseId": "5"}]))
    await post.cancel(POSTED)
    asked = outsider.calls(CANCEL)[0]
    assert (asked.method, told(asked), asked.headers["token"]) == ("POST", {"OriginalId": "9"}, "t-1")


async def test_without_the_posts_id_it_is_looked_up(post, outsider):
    outsider.will_answer(GET, (200, [{"results": []}]), (200, [{"results": [TAKEN]}]))
    outsider.will_answer(CANCEL, (200, {"type": "00"}))
    await post.cancel(replace(POSTED, post_ref=""))
    assert told(outsider.calls(CANCEL)[0]) == {"OriginalId": "9"}
    assert [query(asked)["type"] for asked in outsider.calls(GET)] == ["1", "2"]


async def test_of_two_orders_the_one_of_the_receipt_is_called_off_by_the_id_it_wants(post, outsider):
    surplus = {**TAKEN, "originalID": "7", "orderHdrID": "H7"}
    outsider.will_answer(GET, (200, [{"results": [surplus, TAKEN]}]))
    outsider.will_answer(CANCEL, (200, {"type": "00"}))
    await post.cancel(replace(POSTED, post_ref="H9"))
    assert told(outsider.calls(CANCEL)[0]) == {"OriginalId": "9"}
    with pytest.raises(Refused) as no:
        await post.cancel(replace(POSTED, post_ref=""))
    assert no.value.code == "my_vnpost.ordered_twice"


async def test_what_the_post_has_called_off_already_is_called_off(post, outsider):
    outsider.will_answer(GET, (200, [{"results": [{**TAKEN, "status": 9}]}]))
    await post.cancel(POSTED)
    assert not outsider.calls(CANCEL)


@pytest.mark.act("cancel", "refusal")
@pytest.mark.parametrize("kind", ["01", "03", "99", "0"])
async def test_any_other_type_is_a_no(post, outsider, kind):
    outsider.will_answer(CANCEL, (200, [{"Type": kind, "Message": "x"}]))
    with pytest.raises(Refused) as no:
        await post.cancel(POSTED)
    assert no.value.code == "post.cancel_refused"


async def test_a_cancellation_that_waits_for_approval_is_neither_done_nor_refused(post, outsider):
    outsider.will_answer(CANCEL, (200, [{"Type": "02", "CaseId": "77"}]))
    outsider.will_answer(CASE, (200, [{"Type": "02", "CaseId": "77"}]), (200, [{"Type": "00", "CaseId": "77"}]))
    for _ in range(2):
        with pytest.raises(Unreachable) as waiting:
            await post.cancel(POSTED)
        assert (waiting.value.code, waiting.value.values["retry_after"]) == ("post.cancel_waiting", 600)
    await post.cancel(POSTED)
    asked = outsider.calls(CASE)[0]
    assert (asked.method, told(asked)) == ("GET", [{"OriginalId": "9", "CaseId": "77"}])
    assert len(outsider.calls(CANCEL)) == 1


async def test_an_approval_that_is_refused_is_a_no(post, outsider):
    outsider.will_answer(CANCEL, (200, [{"Type": "02", "CaseId": "77"}]))
    outsider.will_answer(CASE, (200, [{"Type": "01"}]))
    with pytest.raises(Unreachable):
        await post.cancel(POSTED)
    with pytest.raises(Refused):
        await post.cancel(POSTED)


async def test_a_question_about_the_approval_that_is_refused_refuses_nothing(post, outsider):
    outsider.will_answer(CANCEL, (200, [{"Type": "02", "CaseId": "77"}]))
    outsider.will_answer(CASE, (400, b""))
    for _ in range(2):
        with pytest.raises(Unreachable) as waiting:
            await post.cancel(POSTED)
        assert waiting.value.code == "post.cancel_waiting"


async def test_in_another_process_the_orders_own_state_says_that_it_waits(outsider, my_post):
    outsider.will_answer("/GetAccessToken", TOKEN)
    outsider.will_answer(GET, (200, [{"results": [{**TAKEN, "caseStatus": "CHO_DUYET"}]}]))
    with pytest.raises(Unreachable) as waiting:
        await my_post(outsider.url, cases_pending=("CHO_DUYET",)).cancel(POSTED)
    assert waiting.value.code == "post.cancel_waiting"
    assert not outsider.calls(CANCEL)


@pytest.mark.parametrize("answer", [*BROKEN, *OPEN], ids=str)
async def test_an_unclear_answer_to_a_cancellation_leaves_it_open(post, outsider, answer):
    outsider.will_answer(CANCEL, answer)
    with pytest.raises(Unreachable):
        await post.cancel(POSTED)


async def test_an_order_that_nobody_knows_needs_a_person(post, outsider):
    with pytest.raises(Refused) as no:
        await post.cancel(PostedOrder(order_no="4K7M29TB6HC"))
    assert no.value.code == "post.cancel_unknown"


async def test_while_it_is_unclear_whether_the_post_knows_an_order_nothing_is_refused(post, outsider):
    outsider.will_answer(GET, (503, b""))
    with pytest.raises(Unreachable):
        await post.cancel(PostedOrder(order_no="4K7M29TB6HC"))


# --- the feed ---

ROW = {"createdDate": "23/11/2026", "createdHour": "07:45:00", "statusCode": 1, "statusName": "Đã tạo"}


def history(*rows):
    return (200, {"data": [{"itemCode": "CB000000014VN", "statusHistory": list(rows)}]}, DATE)


@pytest.mark.act("feed", "request", "call")
async def test_a_feed_begins_so_many_days_back_and_goes_by_the_posts_days(post, outsider):
    outsider.will_answer(LIST, (200, {"results": []}, DATE))
    page = await post.feed("", 500)
    asked = query(outsider.calls(LIST)[0])
    assert (asked["lastUpdateFrom"], asked["lastUpdateTo"]) == ("24-10-2026", "23-11-2026")
    assert not page.events
    assert (await post.feed(page.cursor, 500)).cursor == page.cursor


@pytest.mark.act("feed", "answer")
async def test_a_changed_order_tells_its_history_once(post, outsider):
    outsider.will_answer(LIST, (200, {"results": [TAKEN]}, DATE))
    outsider.will_answer(HISTORY, history(ROW, {**ROW, "statusCode": 6}))
    first = await post.feed("2026-11-22~0", 500)
    again = await post.feed(first.cursor, 500)
    assert sorted(event.code for event in first.events) == ["booked", "collected"]
    assert query(outsider.calls(HISTORY)[0]) == {"type": "1", "code": "CB000000014VN"}
    assert (again.events, again.cursor, again.more) == ((), first.cursor, False)
    assert len(outsider.calls(HISTORY)) == 1


async def test_a_page_that_was_not_kept_is_told_again(post, outsider):
    outsider.will_answer(LIST, (200, {"results": [TAKEN]}, DATE))
    outsider.will_answer(HISTORY, history(ROW))
    first = await post.feed("2026-11-22~0", 500)
    assert [event.record_id for event in (await post.feed("2026-11-22~0", 500)).events] == [
        event.record_id for event in first.events
    ]


async def test_only_so_many_histories_are_read_at_a_time_and_none_is_forgotten(outsider, my_post):
    outsider.will_answer("/GetAccessToken", TOKEN)
    rows = [{**TAKEN, "itemCode": f"CB00000000{n}VN"} for n in range(5)]
    outsider.will_answer(LIST, (200, {"results": rows}, DATE))
    outsider.will_answer(HISTORY, history(ROW))
    post, cursor, told_of, calls = my_post(outsider.url, histories_a_page=2), "2026-11-22~0", set(), []
    for _ in range(3):
        page = await post.feed(cursor, 500)
        cursor = page.cursor
        calls.append((len(page.events), page.more))
        told_of |= {event.item_no for event in page.events}
    assert calls == [(2, True), (2, True), (1, False)]
    assert len(told_of) == 5


async def test_a_history_that_cannot_be_read_loses_no_other(post, outsider):
    rows = [{**TAKEN, "itemCode": f"CB00000000{n}VN"} for n in range(3)]
    outsider.will_answer(LIST, (200, {"results": ["x", *rows]}, DATE))
    outsider.will_answer(HISTORY, history(ROW), (500, b"", DATE), (500, b"", DATE), history(ROW))
    events: list[Any] = []
    rejects: list[Any] = []
    cursor = "2026-11-22~0"
    while True:
        page = await post.feed(cursor, 500)
        events, rejects, cursor = [*events, *page.events], [*rejects, *page.rejects], page.cursor
        if not page.more:
            break
    assert [event.item_no for event in events] == ["CB000000000VN", "CB000000002VN"]
    assert len(rejects) == 2


async def test_a_history_that_failed_is_asked_for_again_in_the_next_sweep(post, outsider):
    outsider.will_answer(LIST, (200, {"results": [TAKEN]}, DATE))
    outsider.will_answer(HISTORY, (404, b"", DATE), history(ROW))
    first = await post.feed("2026-11-22~0", 500)
    assert (len(first.events), len(first.rejects)) == (0, 1)
    assert len((await post.feed(first.cursor, 500)).events) == 1


async def test_without_histories_the_present_state_is_told(outsider, my_post):
    outsider.will_answer("/GetAccessToken", TOKEN)
    outsider.will_answer(LIST, (200, {"results": [{**TAKEN, "status": 14}]}, DATE))
    page = await my_post(outsider.url, history=False).feed("2026-11-22~0", 500)
    assert [event.code for event in page.events] == ["delivered"]


async def test_a_full_page_is_followed_by_the_next(outsider, my_post):
    outsider.will_answer("/GetAccessToken", TOKEN)
    outsider.will_answer(LIST, (200, {"results": [TAKEN]}, DATE), (200, {"results": []}, DATE))
    outsider.will_answer(HISTORY, history(ROW))
    post = my_post(outsider.url, page_size=1)
    first = await post.feed("2026-11-22~0", 500)
    second = await post.feed(first.cursor, 500)
    assert (first.more, second.more) == (True, False)
    assert [query(asked)["page"] for asked in outsider.calls(LIST)] == ["0", "1"]


@pytest.mark.act("feed", "refusal")
@pytest.mark.parametrize("listed", [*BROKEN[:3], (201, {"results": []}), (502, b""), (200, {"x": 1})], ids=str)
async def test_a_list_that_cannot_be_read_moves_nothing(post, outsider, listed):
    outsider.will_answer(LIST, listed)
    with pytest.raises(Unreachable):
        await post.feed("2026-11-22~0", 500)


async def test_a_cursor_of_another_adapter_begins_anew(post, outsider):
    outsider.will_answer(LIST, (200, {"results": []}, DATE))
    for strange in ("5a7c1f0e0000000000000001", "2026-11-22", "2026-11-22~x", "2026-11-22~1~2"):
        assert (await post.feed(strange, 500)).cursor == "2026-11-22~0"


async def test_days_long_past_are_listed_in_spans_until_today(post, outsider):
    outsider.will_answer(LIST, (200, {"results": []}, DATE))
    cursor, more = "2026-08-01~0", True
    while more:
        page = await post.feed(cursor, 500)
        assert page.cursor >= cursor
        cursor, more = page.cursor, page.more
    asked = [query(one) for one in outsider.calls(LIST)]
    assert asked[0]["lastUpdateTo"] == "31-08-2026"
    assert asked[-1]["lastUpdateTo"] == "23-11-2026"
    assert cursor == "2026-11-22~0"
