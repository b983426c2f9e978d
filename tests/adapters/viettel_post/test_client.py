"""The calls: what is asked, what each answer means."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from postgw.domain.errors import Invalid, Refused, Unreachable
from postgw.domain.ports import PostedOrder

LOGIN, CONNECT = "/v2/user/Login", "/v2/user/ownerconnect"
ORDER, UPDATE = "/v2/order/createOrderNlp", "/v2/order/UpdateOrder"


def yes(data: object = None) -> tuple[int, dict[str, object]]:
    return 200, {"status": 200, "error": False, "message": "OK", "data": data}


def no(status: int = 204, message: str = "Bảng giá không áp dụng") -> tuple[int, dict[str, object]]:
    return 200, {"status": status, "error": True, "message": message, "data": None}


TAKEN = yes({"ORDER_NUMBER": "VTP0000000001", "MONEY_TOTAL": 22000})


@pytest.fixture
def carrier(outsider, carrier_of):
    outsider.will_answer(LOGIN, yes({"token": "ngan"}))
    outsider.will_answer(CONNECT, yes({"token": "dai"}))
    return carrier_of(outsider.url)


async def test_name_and_password_buy_a_short_token_and_that_a_long_one(carrier, outsider, order):
    outsider.will_answer(ORDER, TAKEN)
    await carrier.book(order)
    login, connect = outsider.calls(LOGIN)[0], outsider.calls(CONNECT)[0]
    assert json.loads(login.body) == json.loads(connect.body) == {"USERNAME": "dien-tap", "PASSWORD": "dien-tap"}
    assert "Token" not in login.headers
    assert connect.headers["Token"] == "ngan"


@pytest.mark.act("book", "call")
async def test_an_order_is_posted_as_json_under_the_long_token(carrier, outsider, order):
    outsider.will_answer(ORDER, TAKEN)
    await carrier.book(order)
    asked = outsider.calls(ORDER)[0]
    assert (asked.method, asked.query, asked.headers["Token"]) == ("POST", "", "dai")
    assert asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.body)["RECEIVER_FULLNAME"] == "Nguyễn Văn Ánh"


@pytest.mark.act("book", "answer")
async def test_an_order_is_taken_and_the_carriers_own_number_is_its_reference_not_an_item_number(
    carrier, outsider, order
):
    outsider.will_answer(ORDER, TAKEN)
    receipt = await carrier.book(order)
    assert (receipt.known_already, receipt.post_ref, receipt.item_no) == (False, "VTP0000000001", "")


async def test_one_login_serves_many_orders_even_at_once(carrier, outsider, order):
    outsider.will_answer(ORDER, TAKEN)
    await asyncio.gather(*(carrier.book(order) for _ in range(5)))
    assert (len(outsider.calls(LOGIN)), len(outsider.calls(ORDER))) == (1, 5)


@pytest.mark.parametrize("refusal", [(401, b""), no(401, "Token invalid")], ids=str)
async def test_a_token_that_is_refused_is_renewed_once(carrier, outsider, order, refusal):
    outsider.will_answer(ORDER, refusal, TAKEN)
    assert (await carrier.book(order)).post_ref
    assert (len(outsider.calls(LOGIN)), len(outsider.calls(ORDER))) == (2, 2)


async def test_a_new_token_that_is_refused_too_waits_until_the_account_is_mended(carrier, outsider, order):
    outsider.will_answer(ORDER, (401, b""))
    with pytest.raises(Unreachable):
        await carrier.book(order)
    assert len(outsider.calls(ORDER)) == 2


async def test_a_long_token_is_renewed_in_its_time(outsider, carrier_of, order):
    clock = [0.0]
    outsider.will_answer(LOGIN, yes({"token": "ngan"}))
    outsider.will_answer(CONNECT, yes({"token": "dai"}))
    outsider.will_answer(ORDER, TAKEN)
    carrier = carrier_of(outsider.url, monotonic=lambda: clock[0], token_days=300.0)
    for days, logins in ((0, 1), (299, 1), (301, 2)):
        clock[0] = days * 86_400.0
        await carrier.book(order)
        assert len(outsider.calls(LOGIN)) == logins


async def test_a_login_that_is_turned_down_waits_until_the_account_is_mended(outsider, carrier, order):
    outsider.will_answer(LOGIN, no(201, "Sai mật khẩu"))
    with pytest.raises(Unreachable) as verdict:
        await carrier.book(order)
    assert verdict.value.code == "post.login_refused"


@pytest.mark.parametrize("token", [None, "", 7, "dài", "a\nb"])
async def test_a_token_nobody_can_read_leaves_the_order_open(outsider, carrier, order, token):
    outsider.will_answer(CONNECT, yes({"token": token}))
    with pytest.raises(Unreachable):
        await carrier.book(order)
    assert not outsider.calls(ORDER)


UNREADABLE: list[Any] = [
    (200, b""),
    (200, b"<html>"),
    (200, b"null"),
    (200, {"status": 200}),
    (200, {"error": "false"}),
]
OPEN: list[Any] = [
    (201, b""), (202, b""), (204, b""), (302, b""), (500, b""), (503, b""), (429, b""), (408, b""), (425, b""),
    no(500), no(503), no(429), (200, {"error": True, "message": "x"}),
]  # fmt: skip
UNCLEAR: list[Any] = [
    yes(None),
    yes({}),
    yes([]),
    (200, {"status": 202, "error": False, "data": {"ORDER_NUMBER": "V1"}}),
]
NO: list[Any] = [(400, b""), (403, b""), (404, b""), (413, b""), no(204), no(201)]


@pytest.mark.parametrize("answer", UNREADABLE + OPEN + UNCLEAR, ids=str)
async def test_an_answer_that_is_no_plain_yes_or_no_leaves_the_order_open(carrier, outsider, order, answer):
    outsider.will_answer(ORDER, answer)
    with pytest.raises(Unreachable):
        await carrier.book(order)
    assert len(outsider.calls(ORDER)) == 1


@pytest.mark.act("book", "refusal")
@pytest.mark.parametrize("answer", NO, ids=str)
async def test_a_plain_no_needs_a_person(carrier, outsider, order, answer):
    outsider.will_answer(ORDER, answer)
    with pytest.raises(Refused):
        await carrier.book(order)


async def test_a_line_dropped_during_an_order_leaves_it_open(carrier, outsider, order, dropped_line):
    outsider.will_answer(ORDER, dropped_line)
    with pytest.raises(Unreachable):
        await carrier.book(order)


async def test_a_number_the_carrier_knows_is_a_yes_only_as_the_settings_word_it(outsider, carrier_of, carrier, order):
    outsider.will_answer(ORDER, no(206, "Mã đơn hàng ĐÃ TỒN TẠI"))
    with pytest.raises(Refused):
        await carrier.book(order)
    for marks in (("da ton tai",), ("206",), ("khác", "đã tồn tại")):
        assert (await carrier_of(outsider.url, known_already=marks).book(order)).known_already
    for marks in (("20",), ("",), ("trùng",)):
        with pytest.raises(Refused):
            await carrier_of(outsider.url, known_already=marks).book(order)


async def test_a_no_behind_a_lost_answer_says_that_the_parcel_may_be_there(carrier, outsider, order):
    outsider.will_answer(ORDER, no(206, "Trùng mã"))
    with pytest.raises(Refused, match="có thể phiếu đã được nhận"):
        await carrier.book(replace(order, asked_before=True))


async def test_no_verdict_names_a_person(carrier, outsider, order):
    outsider.will_answer(ORDER, no(204, "Nguyễn Văn Ánh, 0912000003 / 0987 654 321: sai địa chỉ Thôn Đoài"))
    with pytest.raises(Refused) as verdict:
        await carrier.book(order)
    said = f"{verdict.value}{verdict.value.values}"
    assert not [word for word in ("Ánh", "0912000003", "654", "Thôn Đoài") if word in said]


async def test_nothing_personal_and_no_secret_is_logged(carrier, outsider, order, caplog):
    caplog.set_level("DEBUG")
    outsider.will_answer(ORDER, TAKEN)
    await carrier.book(order)
    logged = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert not [word for word in ("Ánh", "0912000003", "Thôn Đoài", "mot-bi-mat", "PASSWORD", "dai'") if word in logged]


async def test_a_text_above_150_bytes_is_refused_before_any_call_with_its_name_and_the_limit(carrier, outsider, order):
    long = replace(order, consignee=replace(order.consignee, address="ộ" * 60))
    with pytest.raises(Invalid, match=r"RECEIVER_ADDRESS.*150 byte") as verdict:
        await carrier.book(long)
    assert verdict.value.field == "/consignee/address"
    assert not outsider.asked


@pytest.mark.act("cancel", "request", "call", "answer")
async def test_a_cancellation_is_type_4_under_the_carriers_own_number(carrier, outsider):
    outsider.will_answer(UPDATE, yes())
    await carrier.cancel(PostedOrder(order_no="4K7M29TB6HC", post_ref="VTP0000000001"))
    asked = outsider.calls(UPDATE)[0]
    assert (asked.method, asked.headers["Token"]) == ("POST", "dai")
    assert json.loads(asked.body) == {"TYPE": 4, "ORDER_NUMBER": "VTP0000000001", "NOTE": ""}


async def test_a_cancellation_without_the_carriers_number_names_ours(carrier, outsider):
    outsider.will_answer(UPDATE, yes())
    await carrier.cancel(PostedOrder(order_no="4K7M29TB6HC"))
    assert json.loads(outsider.calls(UPDATE)[0].body)["ORDER_NUMBER"] == "4K7M29TB6HC"


@pytest.mark.act("cancel", "refusal")
@pytest.mark.parametrize("answer", NO, ids=str)
async def test_a_cancellation_that_comes_too_late_is_refused(carrier, outsider, answer):
    outsider.will_answer(UPDATE, answer)
    with pytest.raises(Refused):
        await carrier.cancel(PostedOrder(order_no="A1"))


async def test_what_is_called_off_already_is_called_off(outsider, carrier, carrier_of):
    outsider.will_answer(UPDATE, no(207, "Đơn hàng đã huỷ"))
    await carrier_of(outsider.url, cancelled_already=("207",)).cancel(PostedOrder(order_no="A1"))


@pytest.mark.parametrize("answer", [*UNREADABLE, *OPEN, (200, {"status": 1, "error": False})], ids=str)
async def test_an_unclear_answer_to_a_cancellation_leaves_it_open(carrier, outsider, answer):
    outsider.will_answer(UPDATE, answer)
    with pytest.raises(Unreachable):
        await carrier.cancel(PostedOrder(order_no="A1"))
