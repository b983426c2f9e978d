"""Filling a template and reading it back; a value never leaves the place it was put into."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sms_http import template
from adapters.sms_http.mapping import phone_from_wire, phone_to_wire, read_place, receipts_from_wire, word_at
from postgw.domain.errors import Invalid

VALUE = st.text(st.characters(codec="utf-8"), max_size=40)
XML_VALUE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)


def values(**given: str) -> dict[str, str]:
    return {**dict.fromkeys(template.BLANKS, ""), **given}


@given(VALUE, VALUE)
def test_json_says_what_was_put_in(text, to):
    body = {"a": ["{text}", {"b": "x{to}x"}], "n": 5, "t": True}
    read = json.loads(template.json_body(body, values(text=text, to=to)))
    assert read == {"a": [text, {"b": f"x{to}x"}], "n": 5, "t": True}


@given(VALUE, VALUE)
def test_a_form_says_what_was_put_in(text, to):
    made = template.form_body({"t": "{text}", "p": "{to}"}, values(text=text, to=to)).decode()
    assert parse_qs(made, keep_blank_values=True) == {"t": [text], "p": [to]}


@given(VALUE, VALUE)
def test_an_address_says_what_was_put_in_and_leads_nowhere_else(text, to):
    made = urlsplit(template.address("https://cong.example/v1/{to}/send?t={text}&x=1", values(text=text, to=to)))
    assert (made.netloc, made.fragment, made.path.count("/")) == ("cong.example", "", 3)
    assert parse_qs(made.query, keep_blank_values=True) == {"t": [text], "x": ["1"]}


@given(XML_VALUE, XML_VALUE)
def test_xml_says_what_was_put_in(text, to):
    made = template.xml_body('<m to="{to}"><t>{text}</t></m>', values(text=text, to=to))
    read = ElementTree.fromstring(made)
    assert (read.get("to"), read.findtext("t")) == (to, text)


@given(st.from_regex(r"\A0[35789][0-9]{8}\Z"), st.sampled_from(["0", "84", "+84"]))
def test_a_telephone_comes_back_as_it_was(phone, form):
    assert phone_from_wire(phone_to_wire(phone, form)) == phone


@pytest.mark.parametrize(("place", "body", "word"), [
    ("/a/b", b'{"a": {"b": "x"}}', "x"), ("/a/1", b'{"a": [1, 2]}', "2"), ("/a~1b", b'{"a/b": 1.5}', "1.5"),
    ("/a", b'{"a": null}', ""), ("/a", b'{"a": []}', ""), ("/a/0", b'{"a": "x"}', ""), ("/a", b"not json", ""),
    ("/a", b'{"a": "  x "}', "x"), ("", b"x", ""), ("code=(.)", b"code=7;", "7"), ("code=(.)", b"", ""),
    ("/a", b"[" * 20000, ""),
])  # fmt: skip
def test_a_place_of_an_answer_is_read(place, body, word):
    assert read_place(place, body) == word


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_answer_can_be_looked_into(value):
    assert isinstance(word_at("/a/0", value), str)


def test_a_receipt_is_read_singly_and_in_rows(settings_of):
    settings = settings_of("http://127.0.0.1:1")
    [one] = receipts_from_wire({"sms_id": 7, "status": "5"}, settings)
    assert (one.receipt_no, one.arrived) == ("7", True)
    [other] = receipts_from_wire({"sms_id": "8", "status": "1"}, settings)
    assert other.arrived is None
    reading = {"rows": "/all", "receipt": "/id", "state": "/s", "arrived": ["OK"], "failed": ["NO"]}
    rows = [{"id": "1", "s": "OK"}, "rác", {"id": "2", "s": "NO"}, {"id": "3"}]
    heard = list(receipts_from_wire({"all": rows}, settings_of("http://127.0.0.1:1", receipts=reading)))
    assert [(each.receipt_no, each.arrived) for each in heard] == [("1", True), ("2", False)]


@pytest.mark.parametrize("wire", [{}, [], "x", None, {"sms_id": "1"}, {"sms_id": {}, "status": "5"}])
def test_what_names_no_message_is_no_receipt(settings_of, wire):
    with pytest.raises(ValueError, match="no"):
        list(receipts_from_wire(wire, settings_of("http://127.0.0.1:1")))


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"url": "http://cong.example/sms"}, "sms.https"), ({"url": "https://{sender}.example/"}, "sms.url"),
    ({"url": "cong.example"}, "sms.https"), ({"body": {"p": "{to}"}}, "sms.blank"),
    ({"body": {"t": "{text}"}}, "sms.blank"),
    ({"headers": {"X": "{text}"}}, "sms.header"), ({"headers": {"X": "a\nb"}}, "sms.header"),
    ({"format": "xml"}, "sms.format"), ({"format": "none"}, "sms.format"), ({"xml": "<a>{to}{text}</a>"}, "sms.format"),
    ({"answer": {"result": "/x"}}, "sms.answer"), ({"answer": {"receipt": "("}}, "sms.answer"),
    ({"answer": {"receipt": "abc"}}, "sms.answer"), ({"receipts": {"state": "status"}}, "sms.receipts"),
    ({"dong_per_part": -1}, "sms.price"), ({"answer": {"yess": ["1"]}}, "settings.unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), WRONG, ids=[f"{code}-{n}" for n, (_, code) in enumerate(WRONG)])
def test_a_wrong_setting_is_named(settings_of, change, code):
    with pytest.raises(Invalid) as wrong:
        settings_of("https://cong.example", **change)
    assert wrong.value.code == code


def test_no_secret_is_shown(settings_of):
    assert "dien-tap" not in repr(settings_of("https://cong.example"))
    assert "khóa" not in repr(settings_of("https://cong.example"))
