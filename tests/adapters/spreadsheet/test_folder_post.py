"""The folder of a post office: an order stands in the sheet once, and a status sheet says each thing once."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from adapters.spreadsheet.cells import shown
from adapters.spreadsheet.folder_post import FolderPost
from adapters.spreadsheet.folders import POST
from adapters.spreadsheet.order_lines import ORDER_HEADINGS, order_from_line, order_line
from adapters.spreadsheet.settings import FolderPostSettings
from adapters.spreadsheet.status_words import UNKNOWN, code_of, codes, columns, reason_of, shipped_words
from adapters.spreadsheet.statuses import event_of
from postgw.domain.address import Party
from postgw.domain.errors import Invalid, Unreachable
from postgw.domain.ports import FeedPage, PostedOrder, PostOrder, PostPlace
from postgw.rules.book import rule_book

HEADINGS = ["Số phiếu gửi", "Trạng thái", "Thời điểm", "Bưu cục", "Ghi chú"]
OURS, ITEM = "4K7M29TB6HC", "RR473124829VN"
FIRST_ASKED = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


class Office:
    """A post office's folder, the clerk who drops status sheets, and the house that asks."""

    def __init__(self, root: Path, lists: Any, **settings: Any) -> None:
        self.root, self.lists, self.seconds, self.cursor = root, lists, 0.0, ""
        self.settings = FolderPostSettings(folder=str(root), **settings)
        self.begin_anew()

    def begin_anew(self) -> None:
        self.post = FolderPost(self.settings, monotonic=lambda: self.seconds)

    def drop(self, name: str, *rows: list[Any], headings: list[str] | None = None) -> bytes:
        content: bytes = self.lists.csv(headings or HEADINGS, *rows)
        (self.root / "vao").mkdir(exist_ok=True)
        (self.root / "vao" / name).write_bytes(content)
        return content

    async def look(self, limit: int = 100) -> FeedPage:
        await self.post.feed(self.cursor, limit)
        self.seconds += 10
        return await self.post.feed(self.cursor, limit)

    async def take(self, limit: int = 100) -> list[FeedPage]:
        pages = [await self.look(limit)]
        while pages[-1].more:
            self.cursor = pages[-1].cursor
            pages.append(await self.post.feed(self.cursor, limit))
        return pages

    def files(self, room: str) -> list[str]:
        folder = self.root / room
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def table(self, room: str, name: str) -> list[list[str]]:
        page = load_workbook(io.BytesIO((self.root / room / name).read_bytes())).active
        assert page is not None
        return [[str(cell or "") for cell in row] for row in page.iter_rows(values_only=True)]


@pytest.fixture
def office(tmp_path: Path, lists: Any) -> Office:
    return Office(tmp_path, lists)


@pytest.fixture
def office_of(tmp_path: Path, lists: Any) -> Callable[..., Office]:
    return lambda **settings: Office(tmp_path, lists, **settings)


def events(pages: list[FeedPage]) -> list[Any]:
    return [event for page in pages for event in page.events]


# --- orders out -------------------------------------------------------------------------------------------------------


async def test_an_order_is_a_line_of_the_sheet_of_its_day(office: Office, order: PostOrder):
    receipt = await office.post.book(replace(order, asked_at=FIRST_ASKED))

    table = office.table("don", "don-2026-11-25.xlsx")
    assert (receipt.known_already, receipt.post_ref) == (False, "don-2026-11-25")
    assert tuple(table[0]) == ORDER_HEADINGS
    assert table[1] == [
        "08:00 25/11/2026", "", "Bộ phận Một cửa", "02393000001", "Số 1 phố Huế, tỉnh Hà Tĩnh", "Nguyễn Văn Ánh",
        "0912000003", "Thôn Đoài, xã Kỳ Lạc, tỉnh Hà Tĩnh", "Giấy khai sinh (bản chính)", "25000", "", "", OURS,
    ]  # fmt: skip


async def test_asked_again_on_another_day_the_order_is_known_and_stands_there_once(office: Office, order: PostOrder):
    asked = replace(order, asked_at=FIRST_ASKED)
    await office.post.book(asked)
    office.begin_anew()
    receipt = await office.post.book(replace(asked, asked_before=True))

    assert receipt.known_already
    assert (office.files("don"), len(office.table("don", "don-2026-11-25.xlsx"))) == (["don-2026-11-25.xlsx"], 2)


async def test_orders_of_a_day_stand_one_beneath_the_other(office: Office, order: PostOrder):
    for number in ("4K7M29TB6HC", "4K7M29TB6HD"):
        await office.post.book(replace(order, order_no=number, asked_at=FIRST_ASKED))

    assert [row[-1] for row in office.table("don", "don-2026-11-25.xlsx")[1:]] == ["4K7M29TB6HC", "4K7M29TB6HD"]
    content = await office.post.orders_sheet(date(2026, 11, 25))
    assert content == (office.root / "don" / "don-2026-11-25.xlsx").read_bytes()
    assert await office.post.orders_sheet(date(2026, 11, 26)) is None


async def test_no_cell_of_an_order_is_a_formula(office: Office, order: PostOrder):
    await office.post.book(replace(order, note="=1+1", asked_at=FIRST_ASKED))

    page = load_workbook(office.root / "don" / "don-2026-11-25.xlsx").active
    assert page is not None
    assert "f" not in {cell.data_type for row in page.iter_rows() for cell in row}


async def test_a_cancellation_stands_in_the_sheet_of_the_order_s_day_once(office: Office):
    posted = PostedOrder(order_no=OURS, item_no=ITEM, post_ref="don-2026-11-25")
    for _ in range(2):
        await office.post.cancel(posted)

    assert office.table("huy", "huy-2026-11-25.xlsx")[1:] == [["don-2026-11-25", ITEM, OURS]]


async def test_a_cancellation_of_an_order_without_a_day_is_written_all_the_same(office: Office):
    await office.post.cancel(PostedOrder(order_no=OURS, post_ref="../x"))

    assert office.files("huy") == ["huy-khong-ro-ngay.xlsx"]


async def test_a_folder_that_is_not_mounted_is_out_of_reach_for_every_act(
    office_of: Callable[..., Office], order: PostOrder
):
    office = office_of(customer_code="khong-co")
    posted = PostedOrder(order_no=OURS)
    for ask in (office.post.book(order), office.post.cancel(posted), office.post.feed("", 10)):
        with pytest.raises(Unreachable):
            await ask


# --- states in --------------------------------------------------------------------------------------------------------


async def test_a_status_sheet_is_read_in_our_words(office: Office):
    office.drop("tt.csv", [OURS, "Đã nhận", "08:30 25/11/2026", "480000", "đủ"])

    event = events(await office.take())[0]

    assert (event.order_no, event.code, event.office, event.note) == (OURS, "collected", "480000", "đủ")
    assert event.occurred_at.astimezone(UTC) == datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
    assert (office.files("vao"), len(office.files("xong"))) == ([], 1)


@pytest.mark.parametrize(("headings", "row", "order_no", "item_no"), [
    (["Mã đơn hàng", "Tình trạng", "Giờ"], ["4k7m-29tb-6hc", "Đang phát", "14h05 25/11/2026"], OURS, ""),
    (["Mã vận đơn", "TRẠNG THÁI", "Thời gian"], [ITEM, "Đang phát", "2026-11-25 14:05"], ITEM, ""),
    (["STT", "Số hiệu", "Số phiếu gửi", "trang thai", "Ngày", "Giờ"],
     [1, ITEM, OURS, "Đang phát", "25/11/2026", "14:05"], OURS, ITEM),
    (["Số phiếu gửi", "Trạng thái", "Thời điểm"], [ITEM, "out_for_delivery", "25-11-2026 14:05:00"], ITEM, ""),
])  # fmt: skip
async def test_headings_and_numbers_are_taken_as_clerks_write_them(office: Office, headings, row, order_no, item_no):
    office.drop("tt.csv", row, headings=headings)

    event = events(await office.take())[0]

    assert (event.order_no, event.item_no, event.code) == (order_no, item_no, "out_for_delivery")
    assert event.occurred_at.astimezone(UTC) == datetime(2026, 11, 25, 7, 5, tzinfo=UTC)


async def test_dates_of_a_workbook_are_dates(office: Office, lists: Any):
    (office.root / "vao").mkdir()
    file = lists.xlsx(["Bảng kê ngày 25"], HEADINGS, [OURS, "Đã phát", datetime(2026, 11, 25, 14, 5), "480000", ""])
    (office.root / "vao" / "tt.xlsx").write_bytes(file)

    event = events(await office.take())[0]

    assert (event.code, event.occurred_at.astimezone(UTC)) == ("delivered", datetime(2026, 11, 25, 7, 5, tzinfo=UTC))


@pytest.mark.parametrize("row", [
    ["", "Đã nhận", "08:30 25/11/2026", "", ""], ["4K7M29TB6HX", "Đã nhận", "08:30 25/11/2026", "", ""],
    [OURS, "", "08:30 25/11/2026", "", ""], [OURS, "Đã nhận", "", "", ""], [OURS, "Đã nhận", "25/11/2026", "", ""],
    [OURS, "Đã nhận", "08:30", "", ""], [OURS, "Đã nhận", "08:30 31/02/2026", "", ""],
    ["H27.31-261120-0008", "Đã nhận", "08:30 25/11/2026", "", ""],
])  # fmt: skip
async def test_a_bad_row_never_loses_the_others_and_comes_back(office: Office, row: list[Any]):
    office.drop("tt.csv", row, [OURS, "Đã phát", "14:00 25/11/2026", "", ""])

    pages = await office.take()

    assert [event.code for event in events(pages)] == ["delivered"]
    assert len(pages[0].rejects) == 1
    assert [name.startswith("can-sua-tt-") for name in office.files("can-sua")] == [True]


async def test_an_unknown_word_stays_unknown_and_is_kept_as_it_was_written(office: Office):
    office.drop("tt.csv", [OURS, "Đang chờ thông quan", "08:30 25/11/2026", "", ""])

    event = events(await office.take())[0]

    assert (event.code, event.raw_code) == (UNKNOWN, "Đang chờ thông quan")


async def test_a_word_of_the_office_s_own_goes_before_ours(office_of: Callable[..., Office]):
    office = office_of(words={"Đã nhận": "arrived"})
    office.drop("tt.csv", [OURS, "đã NHẬN", "08:30 25/11/2026", "", ""])

    assert events(await office.take())[0].code == "arrived"


async def test_a_reason_is_ours_where_we_know_it_and_else_a_note(office: Office):
    headings = ["Số phiếu gửi", "Trạng thái", "Thời điểm", "Lý do"]
    office.drop(
        "tt.csv", [OURS, "Phát không thành công", "08:30 25/11/2026", "đi vắng"],
        [OURS, "Phát không thành công", "09:30 25/11/2026", "nhà khoá cổng"], headings=headings,
    )  # fmt: skip

    first, second = events(await office.take())

    assert (first.reason, first.note, second.reason, second.note) == ("absent", "", "", "nhà khoá cổng")


async def test_rows_come_in_the_order_of_their_moments_and_a_repeat_once(office: Office):
    later = [OURS, "Đã phát", "14:00 25/11/2026", "", ""]
    office.drop("tt.csv", later, [OURS, "Đã nhận", "08:00 25/11/2026", "", ""], later)

    assert [event.code for event in events(await office.take())] == ["collected", "delivered"]


async def test_a_sheet_that_grows_from_day_to_day_bears_the_same_records(office: Office):
    first_row = [OURS, "Đã nhận", "08:00 25/11/2026", "480000", ""]
    office.drop("tt.csv", first_row)
    first = events(await office.take())
    office.drop("tt.csv", [*first_row[:4], "có ghi chú thêm"], [OURS, "Đã phát", "14:00 26/11/2026", "", ""])
    second = events(await office.take())

    assert first[0].record_id == second[0].record_id
    assert len({event.record_id for event in second}) == 2


async def test_killed_before_the_page_was_kept_it_is_read_again_and_after_it_never(office: Office):
    office.drop("tt.csv", [OURS, "Đã nhận", "08:00 25/11/2026", "", ""])
    first = await office.look()
    office.begin_anew()
    again = await office.look()
    office.cursor = again.cursor
    office.begin_anew()
    after = await office.look()

    assert [event.record_id for event in first.events] == [event.record_id for event in again.events]
    assert (after.events, office.files("vao"), len(office.files("xong"))) == ((), [], 1)


async def test_a_long_sheet_goes_on_page_by_page(office: Office):
    rows = [[OURS, "Đã nhận", f"08:{n:02d} 25/11/2026", "", ""] for n in range(7)]
    office.drop("tt.csv", *rows)

    pages = await office.take(3)

    assert [len(page.events) for page in pages] == [3, 3, 1, 0]


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"Xin chao", b"\xd0\xcf\x11\xe0", b"a;b\n1;2\n"])
async def test_a_file_that_is_no_status_sheet_is_said_to_be_none(office: Office, content: bytes):
    (office.root / "vao").mkdir()
    (office.root / "vao" / "la.csv").write_bytes(content)

    pages = await office.take()

    assert (len(pages[0].rejects), office.files("vao"), len(office.files("can-sua"))) == (1, [], 2)


async def test_an_empty_folder_keeps_the_cursor(office: Office):
    page = await office.post.feed("abc:het", 10)

    assert (page.events, page.cursor, page.more) == ((), "abc:het", False)


async def test_a_sheet_handed_in_on_the_page_is_read_the_same_way(office: Office, lists: Any):
    file = lists.csv(HEADINGS, [OURS, "Đã nhận", "08:00 25/11/2026", "", ""], ["", "Đã nhận", "x", "", ""])

    read = await office.post.read_statuses(file)

    assert ([event.code for event in read.events], len(read.rejects)) == (["collected"], 1)
    assert sorted(read.rows.values()) == [2, 3]
    assert "Lỗi" in read.to_mend.decode("utf-8-sig")
    with pytest.raises(Invalid):
        await office.post.read_statuses(b"Xin chao")


async def test_nothing_that_names_a_person_stands_in_logs_rejects_or_settings(
    office: Office, order: PostOrder, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    await office.post.book(replace(order, asked_at=FIRST_ASKED))
    office.drop("tt.csv", ["", "Đã phát cho ông Nguyễn Văn Bí", "08:00 25/11/2026", "", "ông Bí"])

    pages = await office.take()

    said = f"{pages[0].rejects!r}{caplog.text}{office.settings!r}"
    assert not [name for name in ("Bí", "Ánh", "0912000003") if name in said]


# --- words ------------------------------------------------------------------------------------------------------------


def test_every_word_of_the_table_is_one_of_the_house_s():
    table = rule_book().scan_table(date(2026, 11, 25)).codes

    assert set(shipped_words().values()) <= set(table)


@given(st.text(max_size=60))
def test_the_table_of_words_is_total(word: str):
    assert code_of(word, {}) in codes() | {UNKNOWN}


_CELL = st.one_of(
    st.none(), st.text(max_size=30), st.integers(), st.floats(allow_nan=True), st.datetimes(), st.dates(), st.times(),
    st.timedeltas(), st.sampled_from([OURS, ITEM, "08:30 25/11/2026", "24:61 99/99/9999", "Đã phát"]),
)  # fmt: skip


@given(st.fixed_dictionaries({column.field: _CELL for column in columns()}))
def test_whatever_stands_in_a_row_it_states_something_or_says_why_not(cells):
    try:
        event = event_of(cells, {})
    except Invalid:
        return
    assert event.order_no
    assert event.occurred_at.tzinfo
    assert event.code in codes() | {UNKNOWN}


@pytest.mark.parametrize("code", ["attempted", "returning", "collection_failed", "delivered", "unknown"])
@pytest.mark.parametrize("text", ["", "đi vắng", "Người nhận từ chối nhận", "x"])
def test_a_reason_is_one_of_the_list_or_none(code: str, text: str):
    lists = {"attempted": "attempt", "returning": "return", "collection_failed": "collection"}
    known = rule_book().reasons_on(date(2026, 11, 25)).get(lists.get(code, ""), {})

    assert reason_of(text, code) in {*known, ""}


_TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40).map(lambda text: shown(shown(text)))


@given(
    names=st.tuples(_TEXT, _TEXT, _TEXT, _TEXT), texts=st.tuples(_TEXT, _TEXT), dong=st.integers(0, 10**9),
    item=st.sampled_from(["", ITEM]),
)  # fmt: skip
def test_an_order_there_and_back_loses_nothing(names, texts, dong, item):
    order = PostOrder(
        order_no=OURS, consignor=Party(name=names[0], phone="0912000003", address=names[1]),
        consignee=Party(name=names[2], phone="0912000004", address=names[3]), consignor_place=PostPlace(),
        consignee_place=PostPlace(), contents=texts[0], note=texts[1], collect_dong=dong, item_no=item,
    )  # fmt: skip

    assert order_from_line((*order_line(order, customer_code="X"), order.order_no)) == order


@pytest.mark.parametrize(("table", "code"), [
    ({"folder": "x"}, "folder.path"), ({"folder": "/srv/x", "words": {"a": "b"}}, "codes.word"),
    ({"folder": "/srv/x", "customer_code": "a/b"}, "folder.part"), ({}, "settings.missing"),
])  # fmt: skip
def test_a_wrong_setting_is_named(table, code):
    with pytest.raises(Invalid) as verdict:
        POST.read(table, {})
    assert verdict.value.code == code
