"""Translation alone: no socket."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.my_vnpost import codes, sweep
from adapters.my_vnpost.listing import spans
from adapters.my_vnpost.mapping import (
    case_of,
    numbers_of,
    order_from_wire,
    order_to_wire,
    receipt_of,
    records,
    said_no,
    without_persons,
)
from adapters.my_vnpost.moments import moment
from adapters.my_vnpost.reading import event_of_history, event_of_record, event_of_retail, history_rows
from adapters.my_vnpost.settings import MyVnPostSettings
from postgw.domain import ports
from postgw.domain.address import Party
from postgw.domain.errors import Invalid
from postgw.domain.ports import FeedEvent, FeedReject, PostOrder, PostPlace

SETTINGS = MyVnPostSettings(
    customer_code="DIEN-TAP", key="k", secret="s", base_url="https://post.example", service_code="HCC01"
)
RECORD = {
    "itemCode": "CB000000014VN", "originalID": "26110000000001", "saleOrderCode": "4K7M29TB6HC", "status": 14,
    "statusName": "Đã giao hàng", "updatedDate": "23/11/2026 08:30:00", "receiverName": "Nguyễn Văn Ánh",
}  # fmt: skip
ROW = {"createdDate": "23/11/2026", "createdHour": "08:30:00", "statusCode": 14, "statusName": "Đã giao hàng"}
RETAIL = {
    "Id": "1", "ItemCode": "CB000000014VN", "CustomerCode": "DIEN-TAP", "OrderCode": "4K7M29TB6HC",
    "OrderStatusId": 100, "LastUpdateTime": "23/11/2026 08:30:00", "ReceiverFullname": "Nguyễn Văn Ánh",
    "DeliveryNote": "đã đưa cho chị Lan", "IsReturn": False,
}  # fmt: skip
AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.mark.act("book", "request")
def test_an_order_is_written_as_the_post_expects_it(my_order):
    wire = order_to_wire(my_order, SETTINGS)
    assert {key: wire[key] for key in wire if key != "informationOrder"} == {
        "orderCreationStatus": 1, "type": "GUI", "customerCode": "DIEN-TAP", "contractCode": None,
    }  # fmt: skip
    assert wire["informationOrder"] == {
        "senderName": "Bộ phận Một cửa", "senderPhone": "02393000001", "senderEmail": None,
        "senderAddress": "Số 1 phố Huế, tỉnh Hà Tĩnh", "senderProvinceCode": "48", "senderDistrictCode": "VNPOST",
        "senderCommuneCode": "48001", "receiverName": "Nguyễn Văn Ánh", "receiverPhone": "0912000003",
        "receiverEmail": None, "receiverAddress": "Thôn Đoài, xã Kỳ Lạc, tỉnh Hà Tĩnh", "receiverProvinceCode": "48",
        "receiverDistrictCode": "VNPOST", "receiverCommuneCode": "48117", "serviceCode": "HCC01",
        "addonService": [{"code": "GTG021", "propValue": "PROP0018:25000"}], "additionRequest": [],
        "orgCodeCollect": None, "orgCodeAccept": None, "saleOrderCode": "4K7M29TB6HC",
        "contentNote": "Giấy khai sinh (bản chính)", "weight": "100", "width": None, "length": None, "height": None,
        "vehicle": "BO", "sendType": "1", "isBroken": "0", "deliveryTime": None, "deliveryRequire": "1",
        "deliveryInstruction": None,
    }  # fmt: skip


def test_without_money_to_collect_there_is_no_service_for_it(my_order):
    assert order_to_wire(replace(my_order, collect_dong=0), SETTINGS)["informationOrder"]["addonService"] == []


def test_a_place_without_the_posts_commune_is_never_guessed(my_order):
    with pytest.raises(Invalid) as no:
        order_to_wire(replace(my_order, consignee_place=PostPlace(province=48)), SETTINGS)
    assert no.value.field == "/consignee/commune_code"


words = st.text(min_size=1, max_size=40).filter(lambda text: text.strip() == text)
parties = st.builds(Party, name=words, phone=words, email=st.one_of(st.just(""), words), address=words)
places = st.builds(PostPlace, province=st.integers(1, 99), district=st.integers(0, 9999), commune=words)
orders = st.builds(
    PostOrder, order_no=words, consignor=parties, consignee=parties, consignor_place=places, consignee_place=places,
    contents=words, note=st.one_of(st.just(""), words), collect_dong=st.integers(0, 10**12),
)  # fmt: skip


@given(orders)
def test_an_order_survives_the_way_to_the_wire_and_back(order):
    assert order_from_wire(json.loads(json.dumps(order_to_wire(order, SETTINGS))), SETTINGS) == order


def test_the_id_that_a_cancellation_wants_is_kept_before_the_other():
    receipt = receipt_of({"itemCode": "CB000000014VN", "orderHdrID": "H1", "originalID": "9"})
    assert receipt is not None
    assert (receipt.item_no, receipt.post_ref) == ("CB000000014VN", "9")
    assert receipt_of({"itemCode": None, "message": "x"}) is None


def test_an_item_number_the_house_cannot_keep_is_left_out():
    receipt = receipt_of({"itemCode": "một số rất dài của bưu điện", "orderHdrID": "H1"})
    assert receipt is not None
    assert receipt.item_no == ""


@pytest.mark.parametrize("wrapped", [
    RECORD, [RECORD], {"data": RECORD}, {"data": [RECORD]}, {"results": [RECORD]}, [{"results": [RECORD]}],
    {"results": [{"results": [RECORD]}]},
], ids=range(7))  # fmt: skip
def test_rows_are_found_however_an_answer_wraps_them(wrapped):
    assert records(wrapped) == [RECORD]


@pytest.mark.parametrize("empty", [[], {"results": []}, {"results": None}, [{"results": []}], {"data": []}], ids=str)
def test_every_form_of_an_empty_list_is_empty(empty):
    assert records(empty) == []


@pytest.mark.parametrize("other", [None, "x", 5, {}, {"status": 500, "error": "x"}], ids=str)
def test_what_is_no_list_is_not_taken_for_an_empty_one(other):
    assert records(other) is None


def test_a_record_without_a_key_for_our_number_cannot_deny_it():
    assert numbers_of({"itemCode": "A"}, ("saleOrderCode",)) is None
    assert numbers_of({"saleOrderCode": None}, ("saleOrderCode",)) == set()


@pytest.mark.parametrize(("answer", "no"), [
    ({"success": False, "errorMessage": "sai"}, "sai"), ({"status": 400, "error": "x", "message": "thiếu"}, "thiếu"),
    ({"status": 500, "error": "x", "message": "y"}, None), (RECORD, None), ([], None), ({"success": True}, None),
], ids=str)  # fmt: skip
def test_a_plain_no_is_told_from_trouble(answer, no):
    assert said_no(answer) == no


def test_a_case_is_read_bare_or_in_a_list_with_either_way_of_writing():
    assert case_of([{"Type": "02", "CaseId": 7}]) == ("02", "7")
    assert case_of({"type": "00", "caseId": "8"}) == ("00", "8")
    assert case_of([]) is case_of([{}, {}]) is case_of("x") is None


def test_the_posts_words_are_kept_without_the_persons_in_them(my_order):
    said = "Nguyễn Văn Ánh (0912000003, thôn đoài) CCCD 042 099 000111 phiếu 4K7M29TB6HC sai địa chỉ"
    assert without_persons(said, my_order) == "… (…, …) CCCD … phiếu 4K7M29TB6HC sai địa chỉ"


# --- moments ---


@pytest.mark.parametrize("said", [
    "23/11/2026 08:30:00", "23/11/2026 08:30", "23-11-2026 08:30:00", "2026-11-23 08:30:00", "08:30:00 23/11/2026",
    "2026-11-23T08:30:00", "2026-11-23T01:30:00Z", "2026-11-23T08:30:00+07:00", " 23/11/2026   08:30:00 ",
    1795397400000, "1795397400000 ",
], ids=str)  # fmt: skip
def test_a_moment_is_read_however_it_is_written_and_is_vietnams_without_a_zone(said):
    assert moment(said) == AT


@pytest.mark.parametrize("said", [None, "", "hôm qua", "23/11/2026", "31/02/2026 08:30", 5, True, "2026-11-23", {}])
def test_what_names_no_moment_is_none(said):
    with pytest.raises(ValueError, match="thời điểm"):
        moment(said)


# --- what happened ---


def test_a_row_of_a_history_is_read_in_our_words():
    event = event_of_history(ROW, RECORD, SETTINGS)
    assert isinstance(event, FeedEvent)
    assert (event.code, event.occurred_at, event.order_no, event.item_no, event.raw_code, event.note) == (
        "delivered", AT, "4K7M29TB6HC", "CB000000014VN", "14", "Đã giao hàng",
    )  # fmt: skip
    assert "Ánh" not in repr(event)


def test_the_hour_of_a_row_stands_under_either_name():
    other = {**ROW, "createHour": ROW["createdHour"], "createdHour": None}
    assert event_of_history(other, RECORD, SETTINGS) == event_of_history(ROW, RECORD, SETTINGS)


def test_the_same_status_of_an_item_at_the_same_moment_is_one_record_whoever_tells_it():
    read = [event_of_history(ROW, RECORD, SETTINGS), event_of_record(RECORD, SETTINGS)]
    assert len({one.record_id for one in read}) == 1


def test_without_our_number_the_item_names_the_parcel():
    event = event_of_history(ROW, {**RECORD, "saleOrderCode": None}, SETTINGS)
    assert isinstance(event, FeedEvent)
    assert event.order_no == "CB000000014VN"


@pytest.mark.parametrize("row", [
    None, "x", {}, {**ROW, "createdDate": None}, {**ROW, "createdDate": "hôm qua"}, {"statusCode": 14},
], ids=str)  # fmt: skip
def test_a_row_that_cannot_be_read_is_kept_with_its_reason_once(row):
    first, second = event_of_history(row, RECORD, SETTINGS), event_of_history(row, RECORD, SETTINGS)
    assert isinstance(first, FeedReject)
    assert first == second
    assert first.reason


@pytest.mark.parametrize("code", [77, None, "abc", "", 100, 91, 90, True])
def test_an_unknown_code_is_kept_and_moves_nothing(code):
    event = event_of_history({**ROW, "statusCode": code}, RECORD, SETTINGS)
    assert isinstance(event, FeedEvent)
    assert event.code == "unknown"


@pytest.mark.parametrize("answer", [
    {"data": [{"itemCode": "A", "statusHistory": [ROW]}]}, {"data": {"statusHistory": [ROW]}},
    {"statusHistory": [ROW]}, [{"statusHistory": [ROW]}], {"data": [{"statusHistory ": [ROW]}]},
], ids=range(5))  # fmt: skip
def test_a_history_is_found_however_an_answer_wraps_it(answer):
    assert history_rows(answer) == [ROW]


def test_what_is_no_history_is_not_taken_for_an_empty_one():
    assert history_rows({"data": []}) == []
    others: list[Any] = [{}, None, "x", {"data": None}, {"data": [{}]}]
    assert [history_rows(answer) for answer in others] == [None] * 5


# --- the retail push ---


@pytest.mark.parametrize(
    ("code", "word"), [(100, "delivered"), (91, "attempted"), ("70", "collected"), (120, "unknown"), (14, "unknown")]
)
def test_the_retail_push_has_its_own_table(code, word):
    event = event_of_retail({**RETAIL, "OrderStatusId": code}, SETTINGS)
    assert isinstance(event, FeedEvent)
    assert (event.code, event.raw_code) == (word, str(code))


def test_delivered_on_the_way_back_is_not_delivered():
    event = event_of_retail({**RETAIL, "IsReturn": True}, SETTINGS)
    assert isinstance(event, FeedEvent)
    assert event.code == "unknown"


def test_a_push_about_money_does_not_make_a_second_attempt_of_the_first():
    attempt = {**RETAIL, "OrderStatusId": 91, "DeliveryTimes": 1}
    again = {**attempt, "LastUpdateTime": "23/11/2026 10:00:00"}
    second = {**again, "DeliveryTimes": 2}
    ids = [event_of_retail(row, SETTINGS).record_id for row in (attempt, again, second)]
    assert ids[0] == ids[1] != ids[2]


def test_of_a_push_nothing_is_kept_that_names_a_person():
    event = event_of_retail(RETAIL, SETTINGS)
    assert "Ánh" not in repr(event)
    assert "Lan" not in repr(event)


def test_a_cause_that_the_settings_name_is_a_reason():
    settings = replace(SETTINGS, reasons={"01": "absent"})
    event = event_of_retail({**RETAIL, "OrderStatusId": 91, "CauseCode": "01"}, settings)
    assert isinstance(event, FeedEvent)
    assert event.reason == "absent"


def test_text_that_no_database_takes_is_cleaned():
    event = event_of_retail({**RETAIL, "CauseName": "a\0b\ud800", "OrderCode": "x" * 41}, SETTINGS)
    assert isinstance(event, FeedReject)
    kept = event_of_retail({**RETAIL, "CauseName": "a\0b\ud800"}, SETTINGS)
    assert isinstance(kept, FeedEvent)
    assert kept.note == "ab?"


# --- codes ---


def test_every_code_of_both_interfaces_is_given_a_word_or_said_to_move_nothing():
    published = {*range(25), 28, 29, -8}
    assert {*codes.shipped("partner"), *codes.silent("partner")} == published
    assert not codes.shipped("partner").keys() & codes.silent("partner").keys()
    assert {*codes.shipped("retail"), *codes.silent("retail")} == {10, 20, 60, 61, 62, 70, 91, 100, 110, 120, 161, 170}


def test_the_house_knows_every_word():
    rules = Path(ports.__file__).parents[1] / "rules"
    known = tomllib.loads(next(rules.glob("scan_codes.*.toml")).read_text("utf-8"))["codes"]
    used = {*codes.shipped("partner").values(), *codes.shipped("retail").values()}
    assert used <= codes.WORDS <= set(known)


def test_91_is_not_delivered_and_half_a_delivery_is_none():
    assert codes.shipped("retail")[91] == "attempted"
    assert [code for code, word in codes.shipped("partner").items() if word == "delivered"] == [14]
    assert [code for code, word in codes.shipped("retail").items() if word == "delivered"] == [100]


# --- the list's days ---


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1)), st.integers(0, 200))
def test_the_days_of_a_look_are_listed_without_a_gap_and_never_too_many_at_once(since, days):
    since = since.replace(tzinfo=UTC)
    now = since.fromordinal(since.toordinal() + days).replace(tzinfo=UTC, hour=20)
    listed = list(spans(since, now, SETTINGS))
    assert all((span.last - span.first).days < SETTINGS.list_days_most for span in listed)
    ends = [(one.last, after.first) for one, after in zip(listed, listed[1:], strict=False)]
    assert all((after - before).days == 1 for before, after in ends)
    assert listed[0].first < since.date() or listed[0].first.toordinal() <= since.toordinal()


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 9), st.integers(0, 9), st.integers(0, 499))
def test_a_cursor_says_again_what_it_was_told(first, kept, page, done):
    place = sweep.Sweep(first=first, kept=kept, last=first, page=page, done=done)
    assert sweep.read(str(place)) == place
    at_rest = sweep.Sweep(first=first, kept=kept)
    assert sweep.read(str(at_rest)) == at_rest
