"""What people type, wedges scan and links bring: any text at all. Each reader has a value or a sentence for it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postgw.domain import (
    bag_number,
    consignment_number,
    dossier_number,
    item_number,
    manifest_number,
    misspelt,
    one_time_code,
    privacy,
    recognise,
    secret_link,
    totp,
)
from postgw.domain.address import Party, checked_party, checked_text, compact_phone, lost_letters
from postgw.domain.device_act import read_act
from postgw.domain.errors import PostgwError
from postgw.domain.folding import bare, capitals, fold, unaccented
from postgw.domain.report_period import read_period
from postgw.domain.signed_picture import checked_picture
from postgw.domain.sms_length import sms_length

from ..fuzz import JSON, TEXTS, shaped, tried

SECRET, AT = b"a secret of this house", datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
#: Right ones, to be spoilt in one or two places: what a wedge, a thumb or a torn label makes of them.
RIGHT = (
    "4K7M29TB6HC", "4K7M-29TB-6HC", "RR473124829VN", "RR 473 124 829 VN", "H27.15-261123-0007",
    "000.00.16.H42-261120-0007", "BG-TS-261123-01", "GN-TS-261123-01", "H27.10.20-261120-0001", "https://mot-cua.example/t/4K7M29TB6HC",
    "https://mot-cua.example/?so=4K7M29TB6HC", "c.4K7M29TB6HC.AAAAAAAAAAAAAAAA", "2026-Q4", "2026-H1", "0912 000 003",
    "+84 912.000.003", "]C1RR473124829VN", "(00)123456789012345675", "123 456", "A" * 29,
)  # fmt: skip
SIGNS = st.sampled_from("0OIl1٣²\u0130ıẞ\u202e\0\ud800 .-_/\\%\"'\n\t]~") | st.characters(codec=None)
READERS: Mapping[str, Callable[[str], Any]] = {
    "scan": recognise.recognise, "item named": recognise.item_named, "misspelt": misspelt.mended,
    "likeness": misspelt.likeness, "item": item_number.validate, "domestic item": item_number.validate_domestic,
    "item is": item_number.is_valid, "item spaced": item_number.spaced, "consignment": consignment_number.validate,
    "consignment is": consignment_number.is_valid, "consignment shown": consignment_number.shown,
    "dossier": dossier_number.parse, "dossier key": dossier_number.lookup_key, "may be key": dossier_number.may_be_key,
    "bag": bag_number.validate, "manifest": manifest_number.validate,
    "manifest readings": lambda text: list(manifest_number.readings(text)),
    "link": lambda text: secret_link.read_link(SECRET, "rate", text),
    "page link": lambda text: secret_link.read_page_link(SECRET, text),
    "page link without a secret": lambda text: secret_link.read_page_link(b"", text), "code": one_time_code.tidy,
    "totp": lambda text: totp.step_used(SECRET, text, AT, after=0), "phone": compact_phone, "period": read_period,
    "lost letters": lost_letters, "fold": fold, "bare": bare, "capitals": capitals, "unaccented": unaccented,
    "sms": sms_length, "mask name": privacy.mask_name, "mask phone": privacy.mask_phone,
    "text": lambda text: checked_text(text, what="tên", field="/name", most=150),
    "party": lambda text: checked_party(Party(name=text, phone=text, address=text), field="/applicant"),
    "act": read_act,
}  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """Give a right text with a sign or two changed, lost, doubled or put in."""
    signs = list(draw(st.sampled_from(RIGHT)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(signs)))
        signs[at : at + draw(st.integers(0, 2))] = draw(st.lists(SIGNS, max_size=2))
    return "".join(signs)


@pytest.mark.parametrize("reader", READERS)
def test_any_text_is_read_or_refused_in_a_sentence(reader: str) -> None:
    @tried(40)
    @given(spoilt() | TEXTS)
    def read(text: str) -> None:
        refusal = None
        try:
            READERS[reader](text)
        except PostgwError as no:
            refusal = no
        assert refusal is None or str(refusal).endswith("."), refusal

    read()


ACT = {
    "device": "TB-0001", "counter": 7, "act_id": "a1b2c3d4", "shift": "CA-1", "kind": "scan", "route": "T-1",
    "at": "2026-11-23T08:15:12+07:00", "body": {"number": "4K7M29TB6HC"},
}  # fmt: skip


def test_any_act_of_a_device_is_read_or_refused() -> None:
    @tried(80)
    @given(shaped(ACT) | JSON, st.booleans())
    def read(told: Any, in_ascii: bool) -> None:
        payload = json.dumps(told, ensure_ascii=in_ascii)
        try:
            act = read_act(payload)
        except PostgwError:
            return
        assert act.device_at.tzinfo is not None
        json.dumps(act.body, ensure_ascii=False).encode()

    read()


def test_any_bytes_are_a_signed_picture_or_are_refused() -> None:
    beginnings = st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-", b"GIF89a", b"<svg"])

    @tried(60)
    @given(beginnings, st.binary(max_size=60), st.sampled_from(["screen", "paper", "x"]))
    def read(beginning: bytes, rest: bytes, way: str) -> None:
        try:
            picture = checked_picture(beginning + rest, way=way)
        except PostgwError:
            return
        assert picture is None or picture.media in {"image/png", "image/jpeg", "application/pdf"}

    read()


def test_a_link_of_ours_has_one_spelling_to_the_last_bit() -> None:
    page = secret_link.page_link(SECRET, secret_link.PageKey(dossier_id=70_412, last_day=AT.date(), epoch=3))
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

    opened = [sign for sign in signs if secret_link.read_page_link(SECRET, page[:-1] + sign)]

    assert opened == [page[-1]]


def test_a_link_of_ours_with_one_sign_changed_opens_nothing() -> None:
    key = secret_link.PageKey(dossier_id=70_412, last_day=AT.date(), epoch=3)
    rate, page = secret_link.link_of(SECRET, "rate", "4K7M29TB6HC"), secret_link.page_link(SECRET, key)

    @tried(100)
    @given(st.data(), st.sampled_from([rate, page]), SIGNS)
    def changed(data: st.DataObject, link: str, sign: str) -> None:
        at = data.draw(st.integers(0, len(link) - 1))
        other = link[:at] + sign + link[at + 1 :]
        if other.upper() != link.upper():
            assert secret_link.read_link(SECRET, "rate", other) == ""
            assert secret_link.read_page_link(SECRET, other) is None

    changed()
    assert base64.b32decode(page + "===")
