"""The folder of a shop: lists are read whole, nothing is lost or doubled by a stop, and results come out once."""

from __future__ import annotations

import asyncio
import csv
import io
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.registry import table_of
from adapters.spreadsheet import CARD
from adapters.spreadsheet.folder import harmless_name
from adapters.spreadsheet.folder_desk import FolderDesk
from adapters.spreadsheet.folders import DESK
from adapters.spreadsheet.settings import FolderDeskSettings, SpreadsheetSettings
from postgw.domain.errors import Invalid, Unreachable
from postgw.domain.ports import DossierPage, Notice, OfferAnswer

FIRST, SECOND = "H27.31-261120-0008", "H27.31-261120-0009"


class Shop:
    """A shop's folder, the clerk who drops lists into it, and the house that asks."""

    def __init__(self, root: Path, lists: Any, **settings: Any) -> None:
        self.root, self.lists, self.seconds, self.cursor = root, lists, 0.0, ""
        self.settings = FolderDeskSettings(folder=str(root), receiving_desk="TS", **settings)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Be another process: what was only in memory is gone."""
        self.desk = FolderDesk(self.settings, monotonic=lambda: self.seconds)

    def drop(self, name: str, *rows: list[Any]) -> bytes:
        content = self.lists.csv(self.lists.headings, *rows)
        return self.drop_bytes(name, content)

    def drop_bytes(self, name: str, content: bytes) -> bytes:
        (self.root / "vao").mkdir(exist_ok=True)
        (self.root / "vao" / name).write_bytes(content)
        return content

    async def look(self, limit: int = 200) -> DossierPage:
        """Ask under the cursor that the house has kept; nothing is kept yet."""
        await self.desk.offered(self.cursor, limit)
        self.seconds += 10
        return await self.desk.offered(self.cursor, limit)

    async def take(self, limit: int = 200) -> list[DossierPage]:
        """Ask page by page until nothing more is said to be there, keeping each cursor."""
        pages = [await self.look(limit)]
        while pages[-1].more:
            self.cursor = pages[-1].cursor
            pages.append(await self.desk.offered(self.cursor, limit))
        return pages

    def files(self, room: str) -> list[str]:
        folder = self.root / room
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def table(self, room: str, name: str) -> list[list[str]]:
        text = (self.root / room / name).read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.fixture
def shop(tmp_path: Path, lists: Any) -> Shop:
    return Shop(tmp_path, lists)


@pytest.fixture
def shop_of(tmp_path: Path, lists: Any) -> Callable[..., Shop]:
    return lambda **settings: Shop(tmp_path, lists, **settings)


@pytest.fixture
def notice(notice: Notice) -> Notice:
    return replace(notice, desk="TS")


def offered(pages: list[DossierPage]) -> list[str]:
    return [one.dossier.dossier_no for page in pages for one in page.offered]


# --- lists in ---------------------------------------------------------------------------------------------------------


async def test_a_list_is_offered_row_by_row_and_leaves_when_the_house_has_kept_it(shop: Shop, lists: Any):
    shop.drop("danh sach.csv", lists.row(), lists.row(**{"Mã hồ sơ": SECOND}))

    pages = await shop.take()

    assert offered(pages) == [FIRST, SECOND]
    assert {one.dossier.receiving_desk for one in pages[0].offered} == {"TS"}
    assert shop.files("vao") == []
    assert [name.startswith("danh sach-") and name.endswith(".csv") for name in shop.files("xong")] == [True]


async def test_a_file_that_still_grows_is_left_alone(shop: Shop, lists: Any):
    whole = shop.lists.csv(lists.headings, lists.row())
    shop.drop_bytes("a.csv", whole[:100])
    await shop.desk.offered("", 10)
    for end in (300, len(whole)):
        shop.seconds += 10
        shop.drop_bytes("a.csv", whole[:end])
        assert (await shop.desk.offered("", 10)).offered == ()
    shop.seconds += 4
    assert (await shop.desk.offered("", 10)).offered == ()
    shop.seconds += 2

    assert offered([await shop.desk.offered("", 10)]) == [FIRST]


async def test_killed_before_the_page_is_kept_the_list_is_read_again_with_the_same_records(shop: Shop, lists: Any):
    shop.drop("a.csv", lists.row())
    first = await shop.look()
    shop.begin_anew()

    again = await shop.look()

    assert [one.record_id for one in again.offered] == [one.record_id for one in first.offered]
    assert shop.files("vao") == ["a.csv"]


async def test_killed_after_the_page_was_kept_the_list_is_put_away_and_not_read_again(shop: Shop, lists: Any):
    shop.drop("a.csv", lists.row())
    shop.cursor = (await shop.look()).cursor
    shop.begin_anew()

    page = await shop.look()

    assert page.offered == ()
    assert (shop.files("vao"), len(shop.files("xong"))) == ([], 1)


async def test_a_long_list_goes_on_where_the_house_stopped_also_in_another_process(shop: Shop, lists: Any):
    numbers = [f"H27.31-261120-{n:04d}" for n in range(11, 18)]
    shop.drop("a.csv", *(lists.row(**{"Mã hồ sơ": number}) for number in numbers))
    first = await shop.look(3)
    shop.cursor = first.cursor
    shop.begin_anew()

    rest = await shop.take(3)

    assert offered([first, *rest]) == numbers


async def test_the_same_list_dropped_twice_and_under_another_name_is_nothing_new(shop: Shop, lists: Any):
    content = shop.drop("a.csv", lists.row())
    first = await shop.take()
    shop.drop_bytes("a.csv", content)
    shop.drop_bytes("b.csv", content)
    second = await shop.take()
    shop.drop("c.csv", lists.row(), lists.row(**{"Mã hồ sơ": SECOND}))
    third = await shop.take()

    assert (offered(first), offered(second), offered(third)) == ([FIRST], [], [FIRST, SECOND])
    assert first[0].offered[0].record_id == third[0].offered[0].record_id
    assert shop.files("vao") == []


async def test_a_bad_row_never_loses_the_others_and_comes_back_to_be_mended(shop: Shop, lists: Any):
    shop.drop("a.csv", lists.row(), lists.row(**{"Mã hồ sơ": SECOND, "Số điện thoại": "12"}))

    pages = await shop.take()

    reject = pages[0].rejects[0]
    assert offered(pages) == [FIRST]
    assert ("Số điện thoại" in reject.reason, reject.raw.endswith("dòng 3")) == (True, True)
    mend = shop.table("can-sua", shop.files("can-sua")[0])
    assert (mend[0][-1], len(mend), SECOND in mend[1]) == ("Lỗi", 2, True)
    assert "1 dòng phải sửa" in (shop.root / "ra" / shop.files("ra")[0]).read_text("utf-8-sig")


async def test_the_mended_list_can_be_dropped_as_it_is(shop: Shop, lists: Any):
    shop.drop("a.csv", lists.row(**{"Số điện thoại": "12"}))
    await shop.take()
    mend = (shop.root / "can-sua" / shop.files("can-sua")[0]).read_bytes()
    shop.drop_bytes("a sua.csv", mend.replace(b";12;", b";0912000003;"))

    assert offered(await shop.take()) == [FIRST]


@pytest.mark.parametrize(("name", "content"), [
    ("cu.xls", b"\xd0\xcf\x11\xe0 old"), ("cong van.pdf", b"%PDF-1.7"), ("trong.csv", b"Xin chao"),
    ("hong.xlsx", b"PK\x03\x04 broken"),
])  # fmt: skip
async def test_a_file_that_is_no_list_is_said_to_be_none_and_holds_nothing_up(shop: Shop, lists: Any, name, content):
    shop.drop_bytes(name, content)
    shop.drop("z.csv", lists.row())

    pages = await shop.take()

    assert offered(pages) == [FIRST]
    assert len([reject for page in pages for reject in page.rejects]) == 1
    assert (shop.files("vao"), len(shop.files("can-sua"))) == ([], 2)


async def test_a_file_beyond_the_limit_is_named_and_never_read(shop_of: Callable[..., Shop], lists: Any):
    shop = shop_of(limits=SpreadsheetSettings(bytes_most=50_000))
    shop.drop_bytes("lon.csv", b"x" * 60_000)

    pages = await shop.take()

    assert "nhiều nhất" in pages[0].rejects[0].reason
    assert (shop.files("vao"), len(shop.files("can-sua"))) == ([], 2)


async def test_no_link_is_followed_out_of_the_folder_and_no_half_of_a_download_is_read(
    shop: Shop, lists: Any, tmp_path
):
    outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    outside.write_bytes(lists.csv(lists.headings, lists.row()))
    (shop.root / "vao").mkdir()
    (shop.root / "vao" / "link.csv").symlink_to(outside)
    (shop.root / "vao" / "dir.csv").mkdir()
    os.mkfifo(shop.root / "vao" / "pipe.csv")
    for name in (".an.csv", "~$a.xlsx", "a.csv.part", "b.crdownload"):
        shop.drop_bytes(name, outside.read_bytes())
    shop.drop_bytes("trong.csv", b"")

    assert offered(await shop.take()) == []
    assert outside.exists()


async def test_a_room_that_is_a_link_is_out_of_reach(shop: Shop, lists: Any, tmp_path):
    shop.drop("a.csv", lists.row())
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    (shop.root / "xong").symlink_to(elsewhere)

    with pytest.raises(Unreachable):
        await shop.take()
    assert (shop.files("vao"), list(elsewhere.iterdir())) == (["a.csv"], [])


async def test_a_folder_that_is_not_mounted_is_out_of_reach(shop_of: Callable[..., Shop]):
    shop = shop_of(site="khong-co")
    for ask in (shop.desk.offered("", 10), shop.desk.answer([OfferAnswer(record_id="x")])):
        with pytest.raises(Unreachable) as verdict:
            await ask
        assert verdict.value.code == "folder.closed"


async def test_a_list_that_was_written_over_between_look_and_move_stays(shop: Shop, lists: Any):
    shop.drop("a.csv", lists.row())
    shop.cursor = (await shop.look()).cursor
    shop.drop("a.csv", lists.row(**{"Mã hồ sơ": SECOND}))

    await shop.desk.offered(shop.cursor, 10)
    assert shop.files("vao") == ["a.csv"]
    assert offered(await shop.take()) == [SECOND]


@pytest.mark.parametrize(("form", "legs"), [("gửi", {"send"}), ("cả hai", {"send"}), ("nhận", {"return"})])
async def test_a_row_asks_for_the_leg_that_can_travel_now(shop: Shop, lists: Any, form, legs):
    shop.drop("a.csv", lists.row(**{"Hình thức": form}))

    assert (await shop.look()).offered[0].legs == legs


async def test_a_shop_may_want_no_consignments_for_results_yet(shop_of: Callable[..., Shop], lists: Any):
    shop = shop_of(legs=("send",))
    shop.drop("a.csv", lists.row(**{"Hình thức": "nhận"}))

    assert (await shop.look()).offered[0].legs == set()


async def test_an_empty_folder_says_nothing_and_keeps_the_cursor(shop: Shop):
    page = await shop.desk.offered("abc:het", 10)

    assert (page.offered, page.cursor, page.more) == ((), "abc:het", False)


# --- answers out ------------------------------------------------------------------------------------------------------


async def test_the_answers_stand_beside_the_list_row_by_row_once(shop: Shop, lists: Any):
    shop.drop("a.csv", lists.row(), lists.row(**{"Mã hồ sơ": SECOND}))
    first, second = (await shop.take())[0].offered
    answers = [
        OfferAnswer(record_id=first.record_id, dossier_no=FIRST, consignment_nos=("4K7M29TB6HC",)),
        OfferAnswer(record_id=second.record_id, refusal="Thủ tục chưa có trong danh mục."),
    ]
    for _ in range(2):
        shop.begin_anew()
        await shop.desk.answer(answers)

    name = next(name for name in shop.files("ra") if name.startswith("tra-loi-a-"))
    assert [line[:5] for line in shop.table("ra", name)] == [
        ["Dòng", "Mã hồ sơ", "Kết quả", "Số phiếu gửi", "Lý do"],
        ["2", FIRST, "đã nhận", "4K7M29TB6HC", ""],
        ["3", "", "không nhận", "", "Thủ tục chưa có trong danh mục."],
    ]


async def test_an_answer_that_changes_is_written_anew_in_its_line(shop: Shop, lists: Any):
    shop.drop("a.csv", lists.row())
    record_id = (await shop.take())[0].offered[0].record_id
    await shop.desk.answer([OfferAnswer(record_id=record_id, refusal="Chưa được.")])
    await shop.desk.answer([OfferAnswer(record_id=record_id, dossier_no=FIRST)])

    name = next(name for name in shop.files("ra") if name.startswith("tra-loi-a-"))
    assert [line[2] for line in shop.table("ra", name)] == ["Kết quả", "đã nhận"]


async def test_an_answer_to_a_list_nobody_remembers_is_written_all_the_same(shop: Shop):
    await shop.desk.answer([OfferAnswer(record_id="x", dossier_no=FIRST)])

    assert shop.table("ra", "tra-loi-danh-sach-cu.csv")[1][:3] == ["", FIRST, "đã nhận"]


# --- results out ------------------------------------------------------------------------------------------------------


async def test_a_happening_stands_in_the_sheet_of_its_day_once(shop: Shop, notice: Notice):
    late = replace(notice, notice_id="n2", at=datetime(2026, 11, 23, 18, 0, tzinfo=UTC), kind="consignment.held")
    for one in (notice, notice, late, notice):
        await shop.desk.tell(one, None)

    said = ["09:00 23/11/2026", notice.dossier_no, "", "4K7M29TB6HC", "", "", "Đã phát, có chứng từ", "", "ntc_01"]
    assert shop.table("ra", "ket-qua-2026-11-23.csv")[1:] == [said]
    assert len(shop.table("ra", "ket-qua-2026-11-24.csv")) == 2


async def test_what_a_clerk_did_to_the_sheet_stays(shop: Shop, notice: Notice):
    await shop.desk.tell(notice, None)
    path = next((shop.root / "ra").glob("ket-qua-*.csv"))
    headings, line = shop.table("ra", path.name)
    path.write_bytes(shop.lists.csv([*headings, "Đã gọi dân"], [*line, "rồi"], delimiter=","))
    await shop.desk.tell(replace(notice, notice_id="n2"), None)

    table = shop.table("ra", path.name)
    assert [row[-1] for row in table] == ["Đã gọi dân", "rồi", ""]
    assert [row[-2] for row in table[1:]] == ["ntc_01", "n2"]


async def test_a_sheet_that_can_no_longer_be_read_is_left_alone(shop: Shop, notice: Notice):
    await shop.desk.tell(notice, None)
    path = next((shop.root / "ra").glob("ket-qua-*.csv"))
    path.write_bytes("Đã lưu sai bảng mã".encode("utf-16"))
    before = path.read_bytes()

    await shop.desk.tell(replace(notice, notice_id="n2"), None)

    assert path.read_bytes() == before
    assert shop.table("ra", f"{path.stem}-2.csv")[1][-1] == "n2"


async def test_no_cell_is_run_by_a_spreadsheet(shop: Shop, notice: Notice):
    await shop.desk.tell(replace(notice, office='=HYPERLINK("http://x")', dossier_no="@SUM(1)", item_no="-1+1"), None)

    line = shop.table("ra", shop.files("ra")[0])[1]
    assert (line[1], line[4], line[7]) == ("'@SUM(1)", "'-1+1", '\'=HYPERLINK("http://x")')


async def test_each_desk_of_a_shop_has_its_own_sheet(shop_of: Callable[..., Shop], notice: Notice):
    shop = shop_of(desks=("TS", "../KA"))
    await shop.desk.tell(replace(notice, desk="../KA"), None)

    assert shop.files("ra") == ["ket-qua-2026-11-23-_KA.csv"]


async def test_what_happens_at_another_desk_is_not_told_here(shop: Shop, notice: Notice):
    await shop.desk.tell(replace(notice, desk="KA"), None)

    assert shop.files("ra") == []


async def test_two_processes_that_tell_at_once_lose_no_line(shop: Shop, notice: Notice):
    other = FolderDesk(shop.settings)
    await asyncio.gather(*(
        desk.tell(replace(notice, notice_id=f"n{n}"), None) for n in range(20) for desk in (shop.desk, other)
    ))  # fmt: skip

    assert len(shop.table("ra", shop.files("ra")[0])) == 21


async def test_nothing_that_names_a_person_stands_in_logs_errors_or_the_house_s_lists(
    shop: Shop, lists: Any, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    shop.drop("a.csv", lists.row(**{"Họ tên người nộp": "Nguyễn Văn Bí", "Số điện thoại": "09x12"}))

    pages = await shop.take()

    said = f"{pages!r}{caplog.text}{shop.settings!r}"
    assert ("Văn Bí" in said, "09x12" in said) == (False, False)


# --- names and settings -----------------------------------------------------------------------------------------------


@given(st.text(max_size=80))
def test_a_name_that_we_write_is_never_a_path_and_bears_writing(name: str):
    harmless = harmless_name(name)

    assert harmless
    assert not set(harmless) & set('/\\\0<>:"|?*')
    assert harmless not in {".", ".."}
    assert not harmless.startswith(".")
    assert len(harmless.encode()) <= 240


@pytest.mark.parametrize(("table", "code"), [
    ({"folder": "vao", "receiving_desk": "TS"}, "folder.path"), ({"folder": "", "receiving_desk": "TS"}, "folder.path"),
    ({"folder": "/srv/x"}, "folder.desk"), ({"folder": "/srv/x", "legs": ["x"], "desks": ["A"]}, "folder.legs"),
    ({"folder": "/srv/x", "receiving_desk": "TS", "site": "../y"}, "folder.part"),
    ({"receiving_desk": "TS"}, "settings.missing"), ({"folder": "/srv/x", "thu_muc": "y"}, "settings.unknown"),
])  # fmt: skip
def test_a_wrong_setting_is_named(table, code):
    with pytest.raises(Invalid) as verdict:
        DESK.read(table, {})
    assert verdict.value.code == code


def test_the_block_says_whose_list_it_is_and_which_part_of_the_folder():
    settings = DESK.read({"folder": "/srv/mot-cua"}, {}, desks=("TS",), site="thach-ha")

    assert (settings.desk, str(settings.root)) == ("TS", "/srv/mot-cua/thach-ha")


def test_each_kind_has_its_own_part_of_the_table():
    adapters = {"spreadsheet": {"sheets": {"rows_most": 5}, "desk": {"folder": "/srv/x"}}}

    assert (table_of(CARD, adapters), table_of(DESK, adapters)) == ({"rows_most": 5}, {"folder": "/srv/x"})
    with pytest.raises(Invalid, match="desk, post, sheets"):
        table_of(CARD, {"spreadsheet": {"rows_most": 5}})
