"""A shop and a post office without any API: a list in, orders out, states in, results out; twice, and killed."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from postgw.bootstrap import opened_house
from postgw.domain.actor import GATEWAY, SCOPES
from postgw.rules.import_columns import import_columns
from postgw.services.sittings import form_proof
from postgw.settings import parse
from postgw.web.app import make_app
from postgw.web.keys import Door
from postgw.web.pages.routes import pages
from postgw.web.pages.session import PROOF_HEADER

from .conftest import DESK, MORNING, OFFICE, Day, _furnish

FILES = """
[storage]
url = "{url}"
[[post.accounts]]
name = "buu-cuc"
adapter = "spreadsheet"
[[desk.systems]]
name = "cua-hang"
adapter = "spreadsheet"
desks = ["TS"]
[adapters.spreadsheet.desk]
folder = "{shop}"
quiet_seconds = 0.0
[adapters.spreadsheet.post]
folder = "{office}"
office = "480000"
quiet_seconds = 0.0
"""
SENT, RETURNED = "H27.31-261120-0021", "H27.31-261120-0022"
HEADINGS = [column.heading for column in import_columns()]
EXAMPLE = {column.heading: column.example for column in import_columns()}


def csv_of(*rows: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def dossier_list(*changes: dict[str, str]) -> bytes:
    return csv_of(HEADINGS, *(list((EXAMPLE | change).values()) for change in changes))


LIST = dossier_list(
    {"Mã hồ sơ": SENT, "Mã tiếp nhận nội bộ": "A-21", "Hình thức": "gửi"},
    {"Mã hồ sơ": RETURNED, "Mã tiếp nhận nội bộ": "A-22"},
    {"Mã hồ sơ": "H27.31-261120-0023", "Mã tiếp nhận nội bộ": "A-23", "Số điện thoại": "12"},
    {"Mã hồ sơ": "H27.31-261120-0024", "Mã tiếp nhận nội bộ": "A-24", "Mã thủ tục": "9.999999"},
)


class Sheets:
    """A house whose shop and post office speak in files; it can be closed and opened again on what it left."""

    def __init__(self, url: str, tmp_path: Path) -> None:
        self.url, self.shop, self.office = url, tmp_path / "shop", tmp_path / "office"
        self.shop.mkdir()
        self.office.mkdir()
        self.clock = [MORNING]
        self.tokens: dict[str, str] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Day]:
        """Open the house, in a process as good as new."""
        settings = parse(FILES.format(url=self.url, shop=self.shop, office=self.office))
        async with opened_house(settings, clock=lambda: self.clock[0]) as house:
            if not self.tokens:
                await _furnish(house)
                for name, unit in (("officer", DESK), ("postman", OFFICE), ("administrator", "")):
                    self.tokens[name], _ = await house.services.accounts.issue(
                        name=name, scopes=SCOPES, unit=unit, actor=GATEWAY, at=MORNING
                    )
            door = Door(clock=lambda: self.clock[0], per_minute={"default": 0, "scans": 0, "public": 0})
            async with TestClient(TestServer(make_app(house.services, door=door, pages=pages()))) as client:
                yield Day(house, client, self.clock, self.tokens)

    def drop(self, root: Path, name: str, content: bytes) -> None:
        (root / "vao").mkdir(exist_ok=True)
        (root / "vao" / name).write_bytes(content)

    def files(self, root: Path) -> dict[str, bytes]:
        """Return everything that people see in a folder."""
        found = (path for path in root.rglob("*") if path.is_file())
        return {str(path.relative_to(root)): path.read_bytes() for path in found if "/." not in str(path)}

    def table(self, root: Path, pattern: str) -> list[list[str]]:
        (path,) = root.glob(pattern)
        if path.suffix == ".csv":
            text = path.read_text("utf-8-sig")
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        page = openpyxl.load_workbook(path).worksheets[0]
        return [[str(cell or "") for cell in row] for row in page.iter_rows(values_only=True)]


@pytest.fixture
def sheets(database_url: str, tmp_path: Path) -> Sheets:
    return Sheets(database_url, tmp_path)


async def counts(day: Day) -> dict[str, int]:
    tables = ("dossier", "consignment", "scan", "offer", "feed_reject", "post_order", "stray", "change_request")
    found = {}
    for table in tables:
        row = await day.house.database.reading.row(f"SELECT count(*) AS n FROM {table}")
        assert row
        found[table] = int(row["n"])
    return found


async def number_of(day: Day, dossier_no: str) -> str:
    page = await day.ask("officer", "GET", f"/api/v1/consignments?dossier_no={dossier_no}", expect=200)
    (row,) = page["data"]
    return str(row["consignment_no"])


def states_of(number: str, rows: int = 5) -> bytes:
    table = [
        [number, "Đã nhận", "08:30 23/11/2026", OFFICE],
        [number, "Đang phát", "09:30 23/11/2026", OFFICE],
        [number, "Phát thành công", "10:00 23/11/2026", OFFICE],
        [number, "Đang chờ thông quan", "10:05 23/11/2026", OFFICE],
        ["4K7M29TB6HX", "Đã nhận", "08:30 23/11/2026", OFFICE],
    ]
    return csv_of(["Số phiếu gửi", "Trạng thái", "Thời điểm", "Bưu cục"], *table[:rows])


async def test_a_shop_and_an_office_without_any_api_are_served_and_twice_changes_nothing(sheets: Sheets) -> None:
    async with sheets.opened() as day:
        # a list becomes dossiers and registered consignments; what is wrong comes back
        sheets.drop(sheets.shop, "ngay 23.csv", LIST)
        await day.time_knocks()
        number = await number_of(day, RETURNED)
        assert await number_of(day, SENT) != number
        answers = {row[0]: row[2:5] for row in sheets.table(sheets.shop, "ra/tra-loi-*.csv")[1:]}
        assert answers["3"] == ["đã nhận", number, ""]
        assert (answers["5"][0], "9.999999" in answers["5"][2]) == ("không nhận", True)
        assert [row[0] for row in sheets.table(sheets.shop, "can-sua/can-sua-*.csv")[1:]] == ["H27.31-261120-0023"]

        # an order goes out in the sheet of its day, and what the office writes down moves the consignment
        await day.ask("officer", "POST", f"/api/v1/consignments/{number}/book", expect=202)
        await day.time_knocks()
        assert [row[-1] for row in sheets.table(sheets.office, "don/don-2026-11-23.xlsx")[1:]] == [number]
        day.pass_time(hours=3)
        for rows in (1, 5):  # the office's sheet grows in the course of the day
            sheets.drop(sheets.office, "trang thai.csv", states_of(number, rows))
            await day.time_knocks()
        shown = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
        assert shown["custody"]["state"] == "delivered_by_post_statement"
        assert len(sheets.table(sheets.office, "can-sua/can-sua-*.csv")) == 2

        # results out: each happening that is told, a line
        told = sheets.table(sheets.shop, "ra/ket-qua-2026-11-23.csv")
        assert [(row[1], row[3], row[6]) for row in told[1:]] == [
            (RETURNED, number, "Bưu điện đã nhận"),
            (RETURNED, number, "Bưu điện báo đã phát"),
        ]

        # everything twice
        before, seen = await counts(day), (sheets.files(sheets.shop), sheets.files(sheets.office))
        sheets.drop(sheets.shop, "ngay 23.csv", LIST)
        sheets.drop(sheets.shop, "ngay 23 (2).csv", LIST)
        sheets.drop(sheets.office, "trang thai.csv", states_of(number))
        await day.ask("officer", "POST", f"/api/v1/consignments/{number}/book", expect=202)
        await day.time_knocks()
        assert await counts(day) == before
        again = (sheets.files(sheets.shop), sheets.files(sheets.office))
        assert {name: again[0][name] for name in seen[0]} == seen[0]
        assert again[1] == seen[1]


async def test_a_growing_list_adds_only_its_new_rows_and_takes_no_correction_back(sheets: Sheets) -> None:
    async with sheets.opened() as day:
        first = {"Mã hồ sơ": RETURNED, "Mã tiếp nhận nội bộ": "A-22"}
        sheets.drop(sheets.shop, "a.csv", dossier_list(first))
        await day.time_knocks()
        dossier = await day.ask("officer", "GET", f"/api/v1/dossiers/{RETURNED}", expect=200)
        mended = {**dossier, "applicant": {**dossier["applicant"], "phone": "0540000999"}}
        mended = {
            name: mended[name]
            for name in (
                "dossier_no",
                "intake_ref",
                "receiving_desk",
                "procedure_code",
                "service_form",
                "applicant",
                "papers",
                "fee_dong",
                "due_on",
                "note",
            )
        }
        await day.ask("officer", "POST", "/api/v1/dossiers", mended, expect=200)

        sheets.drop(sheets.shop, "a.csv", dossier_list(first, {"Mã hồ sơ": SENT, "Mã tiếp nhận nội bộ": "A-21"}))
        await day.time_knocks()

        kept = await day.ask("officer", "GET", f"/api/v1/dossiers/{RETURNED}", expect=200)
        assert kept["applicant"]["phone"] == "0540000999"
        assert (await counts(day))["dossier"] == 2


Stop = Callable[[Sheets, Day], Any]


async def _before_the_page_was_kept(sheets: Sheets, day: Day) -> None:
    """Read the page and die: nobody keeps it."""
    for one in (*day.house.outsiders.desks.values(), *day.house.outsiders.posts.values()):
        await (one.speaks.offered if one.can("offered") else one.speaks.feed)("", 2)


async def _between_keeping_and_moving(sheets: Sheets, day: Day) -> None:
    """Keep every page and die before the list is moved: it lies where it lay."""
    await day.time_knocks()
    for root in (sheets.shop, sheets.office):
        for path in (root / "xong").glob("*"):
            path.rename(root / "vao" / "a.csv")


@pytest.mark.parametrize("stop", [_before_the_page_was_kept, _between_keeping_and_moving])
async def test_killed_while_reading_nothing_is_lost_or_doubled(sheets: Sheets, stop: Stop) -> None:
    async with sheets.opened() as day:
        sheets.drop(sheets.shop, "a.csv", LIST)
        await day.time_knocks()
        number = await number_of(day, RETURNED)
        more = dossier_list({"Mã hồ sơ": "H27.31-261120-0031", "Mã tiếp nhận nội bộ": "A-31"})
        for path in (sheets.shop / "xong").glob("*"):
            path.unlink()
        sheets.drop(sheets.shop, "a.csv", more)
        sheets.drop(sheets.office, "a.csv", states_of(number))
        sheets.clock[0] = MORNING.replace(hour=5)
        await stop(sheets, day)

    async with sheets.opened() as day:
        await day.time_knocks()
        shown = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
        found = await counts(day)

    assert shown["custody"]["state"] == "delivered_by_post_statement"
    assert (found["dossier"], found["consignment"], found["scan"], found["feed_reject"]) == (3, 3, 4, 2)
    for root in (sheets.shop, sheets.office):
        assert (list((root / "vao").iterdir()), len(list((root / "xong").iterdir()))) == ([], 1)


# --- the same by hand: the page and the API ---------------------------------------------------------------------------


async def _returned(sheets: Sheets, day: Day) -> str:
    """Take one dossier in and order its consignment; return the number."""
    sheets.drop(sheets.shop, "a.csv", dossier_list({"Mã hồ sơ": RETURNED, "Mã tiếp nhận nội bộ": "A-22"}))
    await day.time_knocks()
    number = await number_of(day, RETURNED)
    await day.ask("officer", "POST", f"/api/v1/consignments/{number}/book", expect=202)
    await day.time_knocks()
    day.pass_time(hours=3)
    return number


async def test_an_order_sheet_is_fetched_and_a_status_sheet_handed_in_by_programs(sheets: Sheets) -> None:
    async with sheets.opened() as day:
        number = await _returned(sheets, day)
        at = "/api/v1/post-sheets"
        assert await day.ask("postman", "GET", at, expect=200) == {"accounts": ["buu-cuc"]}
        assert await day.ask("officer", "GET", at, expect=200) == {"accounts": []}  # it names other desks' citizens
        book = openpyxl.load_workbook(
            io.BytesIO(await day.ask("postman", "GET", f"{at}/buu-cuc/orders/2026-11-23", expect=200))
        )
        await day.ask("officer", "GET", f"{at}/buu-cuc/orders/2026-11-23", expect=404)
        await day.ask("postman", "GET", f"{at}/buu-cuc/orders/2026-11-24", expect=404)
        await day.ask("postman", "GET", f"{at}/buu-cuc/orders/hom-nay", expect=404)
        assert [row[-1] for row in book.worksheets[0].iter_rows(values_only=True)][1:] == [number]

        body = {"content": base64.b64encode(states_of(number)).decode()}
        answer = await day.ask("postman", "POST", f"{at}/buu-cuc/statuses", body, expect=200)
        assert [row["code"] for row in answer["rows"]] == ["collected", "out_for_delivery", "delivered", "unknown"]
        assert [row["row"] for row in answer["bad"]] == [6]
        before = await counts(day)
        await day.ask("postman", "POST", f"{at}/buu-cuc/statuses", body, expect=200)
        sheets.drop(sheets.office, "cung bang.csv", states_of(number))
        await day.time_knocks()
        shown = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
        assert shown["custody"]["state"] == "delivered_by_post_statement"
        assert await counts(day) == before


async def test_a_postal_worker_does_the_same_on_a_page(sheets: Sheets) -> None:
    async with sheets.opened() as day:
        number = await _returned(sheets, day)
        headers = {"Sec-Fetch-Site": "same-origin"}
        await day.client.post("/signin", data={"token": day.tokens["postman"]}, headers=headers, allow_redirects=False)
        cookies = day.client.session.cookie_jar.filter_cookies(day.client.make_url("/"))
        headers[PROOF_HEADER] = form_proof(cookies["postgw"].value)
        page = await (await day.client.get("/desk/post-sheets")).text()
        assert 'value="buu-cuc"' in page
        sheet = await day.client.get("/desk/post-sheets/orders?account=buu-cuc&day=2026-11-23")
        assert (sheet.status, (await sheet.read())[:2]) == (200, b"PK")
        for day_text in ("2026-11-24", "x"):
            assert (await day.client.get(f"/desk/post-sheets/orders?account=buu-cuc&day={day_text}")).status == 422

        form = FormData({"account": "buu-cuc"})
        form.add_field("file", states_of(number), filename="tt.csv")
        answer = await (await day.client.post("/desk/post-sheets", data=form, headers=headers)).text()
        assert ("4 dòng đã đọc" in answer, "1 dòng phải sửa" in answer, "Từ lạ" in answer) == (True, True, True)
        shown = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
        assert shown["custody"]["state"] == "delivered_by_post_statement"
        empty = FormData({"account": "buu-cuc"})
        empty.add_field("file", b"", filename="")
        assert (await day.client.post("/desk/post-sheets", data=empty, headers=headers)).status == 422
        stranger = await day.client.post(
            "/desk/post-sheets", data={"account": "x"}, headers={"Origin": "https://x.example"}
        )
        assert stranger.status == 403
