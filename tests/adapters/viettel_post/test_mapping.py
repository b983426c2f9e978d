"""Orders and happenings, there and back; codes; the limit of bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.viettel_post import codes
from adapters.viettel_post.codes import vocabulary
from adapters.viettel_post.mapping import (
    TEXTS,
    event_from_wire,
    event_to_wire,
    order_from_wire,
    order_to_wire,
    whole,
)
from adapters.viettel_post.settings import ViettelSettings
from postgw.domain.address import Party
from postgw.domain.errors import Invalid
from postgw.domain.ports import FeedEvent, PostOrder, PostPlace
from postgw.rules.book import rule_book

SETTINGS = ViettelSettings(key="k", secret="s", webhook_secret="w", service="VCN", product_name="")
SHIPPED = vocabulary({}, {})
ROW = {
    "ORDER_NUMBER": "VTP0000000001", "ORDER_REFERENCE": "4K7M29TB6HC", "ORDER_STATUSDATE": "23/11/2026 08:05:09",
    "ORDER_STATUS": 300, "STATUS_NAME": "Rời bưu cục", "LOCATION_CURRENTLY": "Bưu cục Thạch Hà", "NOTE": "",
    "IS_RETURNING": False, "EMPLOYEE_NAME": "Trần Văn Tập", "EMPLOYEE_PHONE": "0912000009",
    "RECEIVER_FULLNAME": "Nguyễn Văn Ánh", "MONEY_TOTAL": 22000,
}  # fmt: skip

letters = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
short = st.text(letters, min_size=1, max_size=37)  # four bytes each at most
parties = st.builds(Party, name=short, phone=st.from_regex(r"0[0-9]{9}", fullmatch=True), address=short)
orders = st.builds(
    PostOrder, order_no=st.from_regex(r"[A-Z0-9]{11}", fullmatch=True), consignor=parties, consignee=parties,
    consignor_place=st.just(PostPlace()), consignee_place=st.just(PostPlace()), contents=short, note=short,
    collect_dong=st.integers(0, 10**8),
)  # fmt: skip


def told(**other):
    return event_from_wire({**ROW, **other}, SHIPPED)


@pytest.mark.act("book", "request")
def test_an_order_has_exactly_these_keys(order):
    wire = order_to_wire(order, SETTINGS)
    assert list(wire) == [
        "ORDER_NUMBER", "SENDER_FULLNAME", "SENDER_PHONE", "SENDER_ADDRESS", "RECEIVER_FULLNAME", "RECEIVER_PHONE",
        "RECEIVER_ADDRESS", "PRODUCT_NAME", "PRODUCT_QUANTITY", "PRODUCT_PRICE", "PRODUCT_WEIGHT", "PRODUCT_TYPE",
        "ORDER_PAYMENT", "ORDER_SERVICE", "ORDER_SERVICE_ADD", "ORDER_NOTE", "MONEY_COLLECTION", "CHECK_UNIQUE",
    ]  # fmt: skip
    assert (wire["ORDER_NUMBER"], wire["CHECK_UNIQUE"]) == ("4K7M29TB6HC", True)
    assert (wire["PRODUCT_TYPE"], wire["PRODUCT_WEIGHT"], wire["ORDER_SERVICE"]) == ("TH", 50, "VCN")
    assert wire["RECEIVER_ADDRESS"] == "Thôn Đoài, xã Kỳ Lạc, tỉnh Hà Tĩnh"


@pytest.mark.parametrize(
    ("dong", "receiver_pays", "payment"), [(0, False, 1), (25000, True, 2), (25000, False, 3), (0, True, 4)]
)
def test_who_pays_for_what_at_the_door(order, dong, receiver_pays, payment):
    settings = replace(SETTINGS, receiver_pays_postage=receiver_pays)
    wire = order_to_wire(replace(order, collect_dong=dong), settings)
    assert (wire["ORDER_PAYMENT"], wire["MONEY_COLLECTION"]) == (payment, dong)


def test_the_carrier_hears_of_the_papers_only_where_a_province_wants_that(order):
    plain = ViettelSettings(key="k", secret="s", webhook_secret="w", service="VCN")
    many = replace(order, contents="ộ" * 99)
    assert order_to_wire(many, plain)["PRODUCT_NAME"] == "Hồ sơ thủ tục hành chính"
    assert order_to_wire(order, SETTINGS)["PRODUCT_NAME"] == "Giấy khai sinh (bản chính)"
    with pytest.raises(Invalid, match="PRODUCT_NAME"):
        order_to_wire(many, SETTINGS)


@pytest.mark.parametrize(("letter", "fits"), [("a", 150), ("đ", 75), ("ộ", 50)])
def test_150_bytes_fit_and_151_are_refused_and_nothing_is_ever_cut(order, letter, fits):
    name = letter * fits
    wire = order_to_wire(replace(order, consignee=replace(order.consignee, name=name)), SETTINGS)
    assert wire["RECEIVER_FULLNAME"] == name
    with pytest.raises(Invalid) as verdict:
        order_to_wire(replace(order, consignee=replace(order.consignee, name=name + "a")), SETTINGS)
    assert (verdict.value.values["most"], verdict.value.values["length"]) == (150, 151)
    assert verdict.value.values["name"] == "RECEIVER_FULLNAME"
    assert name not in str(verdict.value)


def test_every_text_of_an_order_has_the_limit(order):
    texts = {name for name, value in order_to_wire(order, SETTINGS).items() if isinstance(value, str)}
    assert texts - {"PRODUCT_TYPE", "ORDER_SERVICE", "ORDER_SERVICE_ADD"} == set(TEXTS)


@given(orders)
def test_an_order_there_and_back_loses_nothing(order):
    assert order_from_wire(order_to_wire(order, SETTINGS)) == replace(
        order,
        consignor=replace(order.consignor, address=order.consignor.one_line()),
        consignee=replace(order.consignee, address=order.consignee.one_line()),
    )


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)


@given(
    st.sampled_from(sorted(codes.shipped("known"))), moments, st.booleans(),
    st.from_regex(r"[A-Z0-9]{11}", fullmatch=True),
)  # fmt: skip
def test_a_happening_there_and_back_loses_nothing(code, at, is_returning, number):
    event = FeedEvent(record_id="", order_no=number, code="", occurred_at=at, note="Đang đi")
    back = event_from_wire(event_to_wire(event, "VTP1", code, is_returning=is_returning), SHIPPED)
    assert (back.order_no, back.occurred_at, back.note) == (number, at, "Đang đi")
    assert back.code == SHIPPED.word(code, is_returning=is_returning)


def test_a_moment_is_vietnams():
    assert told().occurred_at == datetime(2026, 11, 23, 1, 5, 9, tzinfo=UTC)


def test_our_number_is_the_reference_and_the_carriers_stands_in_when_there_is_none():
    assert told().order_no == "4K7M29TB6HC"
    assert told(ORDER_REFERENCE=None).order_no == "VTP0000000001"


def test_a_record_is_the_same_for_the_same_event_and_another_for_another():
    assert told().record_id == told(NOTE="Nói khác").record_id
    others = [told(ORDER_STATUS=400), told(ORDER_STATUSDATE="23/11/2026 08:05:10"), told(IS_RETURNING=True)]
    assert len({told().record_id, *(one.record_id for one in others)}) == 4
    assert all(len(one.record_id) <= 64 for one in others)


def test_the_carriers_number_is_no_item_number():
    assert told().item_no == ""


def test_no_person_stands_in_what_is_kept():
    event = told(NOTE="Gọi 0912 000 009 không nghe máy")
    assert not [word for word in ("Tập", "Ánh", "0912", "000 009") if word in f"{event}"]
    assert "Bưu cục Thạch Hà" in event.note


@pytest.mark.parametrize(
    ("code", "is_returning", "word"),
    [
        (101, False, "cancelled"), (105, False, "collected"), (200, False, "arrived"), (500, False, "out_for_delivery"),
        (501, False, "delivered"), (501, True, "returned"), (502, False, "returning"), (503, False, "lost"),
        (504, False, "returned"), (504, True, "returned"), (505, False, "attempted"), (505, True, "returning"),
        (500, True, "returning"), (507, False, "held"), (515, False, "returning"), (202, False, "unknown"),
        (508, False, "unknown"), (999, False, "unknown"), (91, True, "unknown"),
    ],
)  # fmt: skip
def test_a_status_says_another_thing_on_the_way_back(code, is_returning, word):
    assert told(ORDER_STATUS=code, IS_RETURNING=is_returning).code == word


@pytest.mark.parametrize("flag", [True, "true", "True", 1, "1"], ids=repr)
def test_a_parcel_on_its_way_back_is_known_however_that_is_spelt(flag):
    assert told(ORDER_STATUS="501", IS_RETURNING=flag).code == "returned"


@pytest.mark.parametrize(
    ("status", "reason_code", "reason"),
    [
        (505, "30", "refused"), (505, 32, "address_wrong"), (506, 35, "rescheduled"), (506, "36", "absent"),
        (505, 43, ""), (505, "99", ""), (505, None, ""), (502, 43, "sender_asked"), (515, 30, "refused"),
        (501, 30, ""), (101, None, "post_refused"), (107, None, ""),
    ],
)  # fmt: skip
def test_their_reasons_are_ours_or_none(status, reason_code, reason):
    assert told(ORDER_STATUS=status, REASON_CODE=reason_code).reason == reason


def test_every_word_and_reason_that_ships_is_one_of_the_house():
    book = rule_book()
    on = datetime(2026, 11, 25, tzinfo=UTC).date()
    words = {*codes.shipped("known").values(), *codes.shipped("returning").values()}
    assert words <= codes.WORDS <= set(book.scan_table(on).codes)
    assert set(codes.shipped_reasons("attempted").values()) <= set(book.reason_list("attempt", on))
    assert set(codes.shipped_reasons("returning").values()) <= set(book.reason_list("return", on))
    assert not set(codes.shipped("without_word")) & set(codes.shipped("known"))
    assert codes.ends() <= set(codes.shipped("known"))


def test_a_province_may_say_what_a_code_means():
    own = vocabulary({"508": "arrived", 503: "cancelled"}, {"99": "absent"})
    assert (own.word(508, is_returning=False), own.word(503, is_returning=False)) == ("arrived", "cancelled")
    assert (own.word(501, is_returning=False), own.reason("attempted", "99", 505)) == ("delivered", "absent")


@pytest.mark.parametrize("table", [{"x": "arrived"}, {"508": "dang_di"}])
def test_a_table_that_is_none_is_refused(table):
    with pytest.raises(Invalid):
        vocabulary(table, {})


@given(st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.booleans(), st.lists(st.integers(), max_size=2)))
def test_any_status_is_read_or_said_to_be_unreadable(status):
    try:
        event = told(ORDER_STATUS=status)
    except ValueError:
        return
    assert event.code in codes.WORDS | {"unknown"}
    assert len(event.record_id) <= 100
    assert whole(status) is None or event.raw_code
