"""The call to a gateway: what it is asked, what each of its answers means, and what a message takes."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from adapters.rehearsal.faults import Faults
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import Message

TEXT = "Kết quả hồ sơ, mã 4K7M-29TB-6HC, đã phát."
PLAIN = "Ket qua ho so, ma 4K7M-29TB-6HC, da phat."
MESSAGE = Message(message_id="4K7M29TB6HC.delivered.1", to="0912000003", text=TEXT)
TAKEN = (200, {"code": "100", "sms_id": "S-1"})


@pytest.mark.act("send", "request", "call")
async def test_a_text_is_posted_as_the_template_says(client_of, outsider):
    outsider.will_answer("/sms", TAKEN)
    await client_of(outsider.url).send(MESSAGE)
    [asked] = outsider.calls("/sms")
    assert (asked.method, asked.query, asked.headers["Content-Type"]) == ("POST", "", "application/json")
    assert list(json.loads(asked.body).items()) == [
        ("apikey", "dien-tap"), ("phone", "84912000003"), ("text", PLAIN), ("ref", "4K7M29TB6HC.delivered.1"),
        ("brand", "MOT CUA"),
    ]  # fmt: skip


async def test_a_gateway_may_want_a_query_a_form_or_xml_and_keys_in_its_headers(client_of, outsider):
    outsider.will_answer("/a b", TAKEN)
    query = {"method": "GET", "format": "none", "body": {}, "headers": {"Authorization": "Basic {basic}"}}
    url = f"{outsider.url}/a%20b?p={{to}}&t={{text}}&k={{secret}}"
    await client_of(outsider.url, **query, url=url, unaccented=False).send(replace(MESSAGE, text="a&b=c #đ"))
    [asked] = outsider.calls("/a b")
    assert dict(parse_qsl(asked.query)) == {"p": "84912000003", "t": "a&b=c #đ", "k": "dien-tap"}
    assert asked.headers["Authorization"].startswith("Basic ")

    outsider.will_answer("/sms", TAKEN)
    await client_of(outsider.url, format="form", body={"t": "{text}", "p": "{to}"}).send(MESSAGE)
    assert dict(parse_qsl(outsider.asked[-1].body.decode())) == {"t": PLAIN, "p": "84912000003"}
    xml = "<m><p>{to}</p><t>{text}</t></m>"
    await client_of(outsider.url, format="xml", body={}, xml=xml).send(replace(MESSAGE, text='a<b>&"c"'))
    assert outsider.asked[-1].body == b"<m><p>84912000003</p><t>a&lt;b&gt;&amp;&quot;c&quot;</t></m>"


@pytest.mark.parametrize(("form", "phone"), [("0", "0912000003"), ("84", "84912000003"), ("+84", "+84912000003")])
async def test_the_telephone_is_written_as_the_contract_wants_it(client_of, outsider, form, phone):
    outsider.will_answer("/sms", TAKEN)
    await client_of(outsider.url, phone_form=form).send(MESSAGE)
    assert json.loads(outsider.asked[-1].body)["phone"] == phone


@pytest.mark.parametrize("phone", ["", "02393000001", "+14155550100", "84239300000", "09x2000003"])
async def test_what_is_no_mobile_telephone_is_left_to_another_channel(client_of, outsider, phone):
    client = client_of(outsider.url)
    with pytest.raises(Refused) as no:
        await client.send(replace(MESSAGE, to=phone))
    assert (no.value.code, outsider.asked) == ("messages.no_address", [])


@pytest.mark.act("send", "answer")
async def test_a_yes_bears_the_receipt_and_what_was_counted(client_of, outsider):
    outsider.will_answer("/sms", TAKEN)
    receipt = await client_of(outsider.url).send(MESSAGE)
    assert receipt.receipt_no == "S-1"
    price = receipt.price
    assert (price.coding, price.characters, price.parts, price.dong, price.text) == ("gsm7", len(PLAIN), 1, 350, PLAIN)


async def test_with_its_accents_a_text_takes_more(client_of):
    price = await client_of("http://127.0.0.1:9", unaccented=False).price(replace(MESSAGE, text=TEXT * 3))
    assert (price.coding, price.parts, price.dong) == ("ucs2", 2, 700)


async def test_what_the_gateway_had_before_is_a_yes(client_of, outsider):
    outsider.will_answer("/sms", (200, {"code": 124, "sms_id": 7}))
    assert (await client_of(outsider.url).send(MESSAGE)).receipt_no == "7"


@pytest.mark.act("send", "refusal")
@pytest.mark.parametrize(("answer", "verdict", "code"), [
    ((200, {"code": "145"}), Refused, "messages.not_there"),
    ((200, {"code": "101"}), Refused, "sms.refused"),
    ((200, {"code": "999"}), Refused, "sms.refused"),
    ((400, {"code": "145"}), Refused, "messages.not_there"),
    ((400, {"code": "103"}), Unreachable, "sms.later"),
    ((400, b"x"), Refused, "sms.refused"),
    ((401, b""), Unreachable, "sms.credentials"),
    ((403, b""), Refused, "sms.credentials"),
    ((200, {"code": "103"}), Unreachable, "sms.later"),
    ((200, b""), Unreachable, "sms.unreadable"),
    ((200, b"<html>"), Unreachable, "sms.unreadable"),
    ((200, {"code": None}), Unreachable, "sms.unreadable"),
    ((200, {"code": {"x": 1}}), Unreachable, "sms.unreadable"),
    ((200, []), Unreachable, "sms.unreadable"),
    ((302, b"", {"Location": "/x"}), Unreachable, "wire.trouble"),
    ((408, b""), Unreachable, "wire.trouble"), ((425, b""), Unreachable, "wire.trouble"),
    ((429, b"", {"Retry-After": "7"}), Unreachable, "wire.trouble"),
    ((500, {"code": "100"}), Unreachable, "wire.trouble"), ((503, b""), Unreachable, "wire.trouble"),
])  # fmt: skip
async def test_each_answer_has_its_verdict(client_of, outsider, answer, verdict, code):
    outsider.will_answer("/sms", answer)
    with pytest.raises(verdict) as said:
        await client_of(outsider.url).send(MESSAGE)
    assert said.value.code == code


async def test_a_cut_line_leaves_it_open(client_of, outsider, dropped_line):
    outsider.will_answer("/sms", dropped_line)
    with pytest.raises(Unreachable):
        await client_of(outsider.url).send(MESSAGE)


async def test_an_answer_that_is_no_json_is_read_by_an_expression(client_of, outsider):
    reading = {"result": r"^(\d+)\|", "yes": ["0"], "receipt": r"\|id=(\w+)"}
    outsider.will_answer("/sms", (200, b"0|id=AB12|ok"), (200, b"5|no"))
    client = client_of(outsider.url, answer=reading)
    assert (await client.send(MESSAGE)).receipt_no == "AB12"
    with pytest.raises(Refused, match="mã 5"):
        await client.send(MESSAGE)


async def test_without_a_word_to_read_the_status_alone_says_yes(client_of, outsider):
    outsider.will_answer("/sms", (202, b""))
    assert (await client_of(outsider.url, answer={}).send(MESSAGE)).receipt_no == ""


async def test_a_gateway_that_writes_a_person_into_its_code_is_not_quoted(client_of, outsider, caplog):
    caplog.set_level("DEBUG")
    outsider.will_answer("/sms", (200, {"code": "84912000003"}))
    with pytest.raises(Refused) as no:
        await client_of(outsider.url).send(MESSAGE)
    said = " ".join([repr(no.value), str(no.value.values), *(f"{r.getMessage()} {r.__dict__}" for r in caplog.records)])
    assert "answered send with 200" in said
    assert not [one for one in ("912000003", "4K7M", "dien-tap", "khóa", "/sms") if one in said]


async def test_client_and_double_understand_each_other_on_good_and_bad_days(client_of, open_gateway):
    gateway, url = await open_gateway(nobody_at="84900000000")
    client = client_of(url)
    first = await client.send(MESSAGE)
    assert (await client.send(MESSAGE)).receipt_no == first.receipt_no == "S-1"
    with pytest.raises(Refused) as nobody:
        await client.send(replace(MESSAGE, to="0900000000", message_id="2"))
    assert nobody.value.code == "messages.not_there"
    for fault in ("lost_answer", "empty", "html"):
        gateway.bad_day.faults = Faults().changed({fault: 1.0})
        lost = replace(MESSAGE, message_id=fault)
        with pytest.raises(Unreachable):
            await client.send(lost)
        gateway.bad_day.faults = Faults()
        assert (await client.send(lost)).receipt_no == gateway.taken[fault].sms_id
        assert gateway.taken[fault].asked == 2
    for fault in ("server_error", "refuse"):
        gateway.bad_day.faults = Faults().changed({fault: 1.0})
        with pytest.raises(Unreachable):
            await client_of(url).send(replace(MESSAGE, message_id=fault))
    assert [one.text for one in gateway.taken.values()] == [PLAIN] * 4
