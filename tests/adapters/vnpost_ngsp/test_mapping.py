"""Translation alone: no socket."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.vnpost_ngsp import codes
from adapters.vnpost_ngsp.announcement import (
    AnnouncedParty,
    Announcement,
    announcement_from_wire,
    announcement_to_wire,
)
from adapters.vnpost_ngsp.mapping import (
    FeedReading,
    event_from_wire,
    event_to_wire,
    order_from_wire,
    order_to_wire,
    page_from_wire,
    receipt_from_wire,
    whole,
    without_persons,
)
from postgw.domain import ports
from postgw.domain.address import Party
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import FeedEvent, PostOrder, PostPlace

SEVENTEEN = [
    "CustomerCode", "OrderNumber", "CODAmount", "SenderProvince", "SenderDistrict", "SenderAddress", "SenderName",
    "SenderEmail", "SenderTel", "SenderDesc", "Description", "ReceiverName", "ReceiverAddress", "ReceiverTel",
    "ReceiverProvince", "ReceiverDistrict", "ReceiverEmail",
]  # fmt: skip
READING = FeedReading(words={1: "collected", 4: "delivered"})
ROW = {
    "_id": {"$oid": "5a7c1f0e0000000000000001"}, "CustomerCode": "HCC-DEMO", "OrderNumber": "4K7M29TB6HC",
    "EventTime": 1704445200000, "POSID": "100000", "ItemCode": "PA000000001VN", "StatusCode": 1,
    "StatusMessage": "Đã nhận", "Notes": None,
}  # fmt: skip


def _page(*rows, cursor="", limit=10):
    answer = {"_size": len(rows), "_embedded": {"rh:doc": list(rows)}}
    return page_from_wire(answer, cursor=cursor, limit=limit, reading=READING, outsider="Bưu điện")


def _oid(number: int) -> dict[str, str]:
    return {"$oid": f"{number:024x}"}


@pytest.mark.act("book", "request")
def test_an_order_is_written_with_its_seventeen_keys_in_order(order):
    assert list(order_to_wire(order, "HCC-DEMO")) == SEVENTEEN


def test_an_order_is_written_as_the_post_expects_it(order):
    assert order_to_wire(order, "HCC-DEMO") == {
        "CustomerCode": "HCC-DEMO", "OrderNumber": "4K7M29TB6HC", "CODAmount": 25000.0,
        "SenderProvince": 48, "SenderDistrict": 0, "SenderAddress": "Số 1 phố Huế, tỉnh Hà Tĩnh",
        "SenderName": "Bộ phận Một cửa", "SenderEmail": None, "SenderTel": "02393000001",
        "SenderDesc": "Giấy khai sinh (bản chính)", "Description": None,
        "ReceiverName": "Nguyễn Văn Ánh", "ReceiverAddress": "Thôn Đoài, xã Kỳ Lạc, tỉnh Hà Tĩnh",
        "ReceiverTel": "0912000003", "ReceiverProvince": 48, "ReceiverDistrict": 4810, "ReceiverEmail": None,
    }  # fmt: skip


def test_no_money_to_collect_is_null(order):
    assert order_to_wire(replace(order, collect_dong=0), "X")["CODAmount"] is None


words = st.text(min_size=1, max_size=40).filter(lambda text: text.strip() == text)
parties = st.builds(Party, name=words, phone=words, email=st.one_of(st.just(""), words), address=words)
places = st.builds(PostPlace, province=st.integers(1, 99), district=st.integers(0, 9999))
orders = st.builds(
    PostOrder, order_no=words, consignor=parties, consignee=parties, consignor_place=places, consignee_place=places,
    contents=st.one_of(st.just(""), words), note=st.one_of(st.just(""), words),
    collect_dong=st.integers(0, 10**12),
)  # fmt: skip


@given(orders)
def test_an_order_survives_the_way_to_the_wire_and_back(order):
    travelled = json.loads(json.dumps(order_to_wire(order, "HCC-DEMO")))
    assert order_from_wire(travelled) == order


@given(orders)
def test_an_order_read_from_the_wire_is_written_the_same_again(order):
    wire = order_to_wire(order, "HCC-DEMO")
    assert order_to_wire(order_from_wire(wire), "HCC-DEMO") == wire


moments = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))


@given(st.integers(0, 16**24 - 1), words, moments, words, words)
def test_a_happening_survives_the_way_to_the_feed_and_back(number, order_no, moment, office, note):
    event = FeedEvent(
        record_id=f"{number:024x}", order_no=order_no, code="delivered", occurred_at=moment, office=office, note=note,
        raw_code="4",
    )  # fmt: skip
    back = event_from_wire(json.loads(json.dumps(event_to_wire(event, "HCC", 4))), READING)
    assert abs((back.occurred_at - moment).total_seconds()) < 0.001
    assert replace(back, raw={}, occurred_at=moment) == event


@given(st.integers(-(10**15), 10**15))
def test_a_number_is_read_however_it_is_written(number):
    assert {whole(number), whole(str(number)), whole(f"{number}.0"), whole(float(number))} == {number}


def test_a_dossier_notice_survives_the_way_to_the_wire_and_back():
    someone = AnnouncedParty(
        party=Party(name="Trần Thị Bình", phone="0912000004", address="Thôn 2", province="tỉnh Hà Tĩnh"),
        place=PostPlace(province=48),
    )
    dossier = Announcement(
        dossier_no="H42.1-261123-0007", procedure_code="1.001", procedure_title="Khai sinh", return_to=someone
    )
    wire = announcement_to_wire(dossier, "HCC-DEMO")
    assert list(wire) == [
        "CustomerCode", "OrderNumber", "Procedure", "IsSendDocument", "DocumentSender", "IsReceiveResult",
        "ResultReceiver", "State",
    ]  # fmt: skip
    assert announcement_from_wire(wire) == dossier


@pytest.mark.parametrize(("answer", "known"), [
    ({"Status": 100, "Message": "ok"}, False), ({"Status": "100"}, False), ({"Status": 100.0}, False),
    ({"Status": 101, "Message": None}, True), ({"Status": "101", "Message": "x"}, True),
])  # fmt: skip
def test_100_and_101_are_yes_as_a_number_or_as_text(order, answer, known):
    assert receipt_from_wire(answer, order, "Bưu điện").known_already is known


@pytest.mark.parametrize("status", [0, 99, 102, 110, 200, 500, "505", -1])
def test_any_other_status_is_a_no_with_the_posts_own_words(order, status):
    with pytest.raises(Refused, match="Sai mã tỉnh"):
        receipt_from_wire({"Status": status, "Message": "Sai mã tỉnh"}, order, "Bưu điện")


@pytest.mark.parametrize("answer", [None, [], "ok", {}, {"Status": None}, {"Status": "x"}, {"Status": True}])
def test_an_answer_without_a_status_leaves_open_what_was_done(order, answer):
    with pytest.raises(Unreachable):
        receipt_from_wire(answer, order, "Bưu điện")


def test_the_posts_words_are_kept_without_the_persons_in_them(order):
    said = "Nguyễn Văn Ánh (0912000003, thôn đoài) CCCD 042 099 000111 phiếu 4K7M29TB6HC sai địa chỉ"
    assert without_persons(said, order) == "… (…, …) CCCD … phiếu 4K7M29TB6HC sai địa chỉ"


@pytest.mark.act("feed", "answer")
def test_a_row_is_read_in_our_words():
    event = event_from_wire(ROW, READING)
    assert event.code == "collected"
    assert event.occurred_at == datetime(2024, 1, 5, 9, 0, tzinfo=UTC)
    assert (event.order_no, event.item_no, event.office) == ("4K7M29TB6HC", "PA000000001VN", "100000")


def test_free_text_is_not_kept_in_the_raw_row():
    event = event_from_wire({**ROW, "Notes": "Người nhận: Nguyễn Văn Ánh"}, READING)
    assert "Ánh" not in str(event.raw)
    assert event.note == "Đã nhận – Người nhận: Nguyễn Văn Ánh"


def test_a_note_that_the_table_knows_is_a_reason():
    reading = FeedReading(words={6: "attempted"}, reasons=codes.shipped_reasons())
    row = {**ROW, "StatusCode": 6, "Notes": "Không gặp người nhận"}
    assert event_from_wire(row, reading).reason == "absent"


@pytest.mark.parametrize("spelled", [{"$numberLong": "1704445200000"}, {"$date": 1704445200000}, "1704445200000"])
def test_a_moment_is_read_however_a_document_database_spells_it(spelled):
    assert (
        event_from_wire({**ROW, "EventTime": spelled}, READING).occurred_at == event_from_wire(ROW, READING).occurred_at
    )


def test_moments_in_seconds_are_read_where_the_account_says_so():
    reading = FeedReading(words={}, event_time_unit="s")
    assert event_from_wire({**ROW, "EventTime": 1704445200}, reading).occurred_at.year == 2024


@pytest.mark.parametrize("code", [77, None, "abc", "", -1, 100, 91])
def test_an_unknown_code_is_kept_as_unknown(code):
    assert event_from_wire({**ROW, "StatusCode": code}, READING).code == "unknown"


@pytest.mark.parametrize("answer", [
    {}, {"_size": 0}, {"_embedded": None}, {"_embedded": {}}, {"_embedded": {"rh:doc": None}},
    {"_embedded": {"rh:doc": []}}, {"_embedded": []},
])  # fmt: skip
def test_every_form_of_an_empty_page_is_the_end_and_moves_nothing(answer):
    page = page_from_wire(answer, cursor="5a", limit=10, reading=READING, outsider="Bưu điện")
    assert (page.events, page.cursor, page.more) == ((), "5a", False)


@pytest.mark.parametrize("answer", [None, [], "x", 1, {"_embedded": "x"}, {"_embedded": {"rh:doc": "x"}}])
def test_what_is_no_feed_page_is_unreachable(answer):
    with pytest.raises(Unreachable):
        page_from_wire(answer, cursor="", limit=10, reading=READING, outsider="Bưu điện")


BAD_ROWS: list[Any] = [
    None, [], "row", {}, {**ROW, "_id": None}, {**ROW, "_id": {"$oid": "xyz"}}, {**ROW, "OrderNumber": None},
    {**ROW, "OrderNumber": " "}, {**ROW, "EventTime": None}, {**ROW, "EventTime": "hôm qua"},
    {**ROW, "EventTime": 10**30}, {**ROW, "EventTime": True},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_ROWS)
def test_a_row_that_cannot_be_read_never_loses_the_others(bad):
    page = _page({**ROW, "_id": _oid(1)}, bad, {**ROW, "_id": _oid(3)})
    assert [event.record_id for event in page.events] == [_oid(1)["$oid"], _oid(3)["$oid"]]
    assert len(page.rejects) == 1
    assert page.rejects[0].reason


def test_a_bad_row_at_the_end_is_passed_by_the_cursor_when_it_names_its_id():
    page = _page({**ROW, "_id": _oid(1)}, {**ROW, "_id": _oid(9), "OrderNumber": None})
    assert page.cursor == _oid(9)["$oid"]


def test_rows_out_of_order_come_oldest_first_and_the_cursor_is_the_newest():
    page = _page({**ROW, "_id": _oid(7)}, {**ROW, "_id": _oid(2)}, {**ROW, "_id": _oid(5)})
    assert [int(event.record_id, 16) for event in page.events] == [2, 5, 7]
    assert int(page.cursor, 16) == 7


def test_a_repeated_page_moves_no_cursor_back_and_asks_for_no_more():
    asked = _oid(8)["$oid"]
    page = _page({**ROW, "_id": _oid(7)}, {**ROW, "_id": _oid(8)}, cursor=asked, limit=2)
    assert (page.cursor, page.more) == (asked, False)


def test_a_row_told_twice_on_one_page_is_one_event():
    assert len(_page(ROW, ROW).events) == 1


def test_a_full_page_says_that_there_may_be_more():
    assert _page({**ROW, "_id": _oid(1)}, {**ROW, "_id": _oid(2)}, limit=2).more


ids = st.lists(st.integers(1, 60), max_size=30)


@given(ids, st.integers(1, 60), st.lists(st.sampled_from(BAD_ROWS), max_size=5), st.randoms())
def test_whatever_a_page_holds_the_cursor_never_goes_back_and_no_good_row_is_lost(numbers, asked, bad, chance):
    rows = [{**ROW, "_id": _oid(number)} for number in numbers] + bad
    chance.shuffle(rows)
    page = _page(*rows, cursor=_oid(asked)["$oid"])
    assert page.cursor >= _oid(asked)["$oid"]
    assert [int(event.record_id, 16) for event in page.events] == sorted({*numbers})


def test_every_word_of_the_shipped_table_is_one_of_ours():
    shipped = {**codes.shipped("ours"), **codes.shipped("known")}
    assert set(shipped.values()) == codes.WORDS


def test_the_house_knows_every_word_and_reason_of_the_shipped_table():
    rules = Path(ports.__file__).parents[1] / "rules"
    known = tomllib.loads(next(rules.glob("scan_codes.*.toml")).read_text("utf-8"))["codes"]
    reasons = tomllib.loads(next(rules.glob("reasons.*.toml")).read_text("utf-8"))
    assert set(known) >= codes.WORDS | {codes.UNKNOWN}
    assert {word for part in ("attempt", "collection", "return") for word in reasons[part]} >= {
        *codes.shipped_reasons().values()
    }


def test_only_delivered_is_claimed_to_be_known():
    assert codes.shipped("known") == {4: "delivered"}
