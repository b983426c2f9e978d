"""The administrator's pages at the door: what is typed is kept once, what is wrong is said, and the log tells."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from aiohttp import FormData

from postgw.rules.procedures import load_procedures
from postgw.storage import outbox
from postgw.storage.outbox import NewErrand
from postgw.web.pages.admin.sections import SECTIONS

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
PATHS = [section.path for section in SECTIONS] + ["/desk/admin", *(f"/desk/admin/{page}" for page in (
    "checklist", "roles", "changes",
))]  # fmt: skip
RANGE = {"indicator": "RR", "first": "47312000", "last": "47312999", "account": "hatinh"}
DESK = {
    "code": "BHL", "kind": "desk", "name": "Một cửa Bắc Hồng Lĩnh", "address": "Số 9", "commune_code": "18628",
    "phone": "02390000009", "opening_hours": "7:30 đến 16:30", "email": "", "website": "", "seen": "",
}  # fmt: skip


@pytest.fixture
async def admin(browser):
    """Give the browser of an administrator who signed in."""
    await browser.sign_in("admin", "webhooks", "enquiry", "intake.read", "labels.read", "handover.read", "reports.read")
    return browser


async def once_of(browser: Any, slug: str) -> str:
    _, page = await browser.open(f"/desk/admin/{slug}")
    found = re.search(r'name="once" value="([0-9a-f]{24})', page)
    assert found
    return found[1]


async def send(browser: Any, slug: str, act: str, once: str = "", **typed: Any) -> tuple[int, str]:
    form = {"act": act, "once": once or f"{await once_of(browser, slug)}-t", "proof": browser.proof(), **typed}
    answer = await browser.ask("POST", f"/desk/admin/{slug}", headers=SAME_ORIGIN, data=form)
    return answer.status, await answer.text()


async def log(gate: Any, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (await gate.get(f"/api/v1/changes?limit=200&{query}")).json())["data"]
    return found


async def test_every_page_opens_for_the_administrator_and_for_the_auditor(browser, gate, admin) -> None:
    for path in PATHS:
        for language in ("vi", "en"):
            status, page = await admin.open(f"{path}?l={language}")
            assert (status, "<h1>" in page) == (200, True), path
    await browser.send("/signout")
    await browser.sign_in("enquiry", "evidence", "admin.read", "webhooks.read", "intake.read", "money.read")
    for path in PATHS:
        status, page = await browser.open(path)
        assert (status, 'name="act"' in page) == (200, False), path
        assert (await browser.ask("POST", path, headers=SAME_ORIGIN, data={"proof": browser.proof()})).status in {
            403, 405,
        }  # fmt: skip


async def test_nobody_else_sees_them(browser, gate) -> None:
    await browser.sign_in("enquiry", "intake", "money", unit="TS")
    for path in PATHS:
        assert (await browser.open(path))[0] == 403


async def test_every_table_goes_out_as_a_file(admin) -> None:
    for section in SECTIONS:
        answer = await admin.ask("GET", f"{section.path}/table.csv")
        rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig")), delimiter=";"))
        assert (answer.status, answer.content_type) == (200, "text/csv"), section.slug
        assert any(len(row) >= len(section.columns) for row in rows), section.slug


async def test_a_desk_is_made_changed_and_closed_each_with_its_line_in_the_log(admin, gate, said) -> None:
    assert (await send(admin, "units", "make", **DESK))[0] == 303
    _, page = await admin.open("/desk/admin/units?one=BHL")
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    changed = DESK | {"name": "Một cửa phường Bắc Hồng Lĩnh", "seen": seen[1]}
    assert (await send(admin, "units", "change", **changed))[0] == 303
    assert (await send(admin, "units", "close", key="BHL", on="2026-11-23", reason="Sáp nhập"))[0] == 303

    told = await log(gate, "kind=unit&subject=BHL")
    assert [one["act"] for one in told] == ["ended", "changed", "made"]
    assert (told[1]["before"]["name"], told[1]["after"]["name"]) == (DESK["name"], changed["name"])
    assert "Đã ngừng từ 23/11/2026" in said((await admin.open("/desk/admin/units"))[1])
    refused = await gate.post("/api/v1/dossiers", gate.dossier(receiving_desk="BHL"))
    assert (refused.status, (await refused.json())["code"]) == (422, "desk.closed")
    points = (await (await gate.get("/api/v1/service-points")).json())["data"]
    assert "BHL" not in {one["code"] for one in points}


async def test_of_two_who_change_one_desk_the_second_is_told(admin, said) -> None:
    _, page = await admin.open("/desk/admin/units?one=TS")
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    first = DESK | {"code": "TS", "name": "Bản thứ nhất", "seen": seen[1]}
    assert (await send(admin, "units", "change", **first))[0] == 303
    status, page = await send(admin, "units", "change", **first | {"name": "Bản thứ hai"})

    assert (status, "vừa được người khác sửa" in said(page)) == (409, True)
    assert "Bản thứ nhất" in (await admin.open("/desk/admin/units"))[1]


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_still_there(admin) -> None:
    status, page = await send(admin, "units", "make", **DESK | {"name": " ", "address": "Số 77 đường Lý Tự Trọng"})

    assert status == 422
    assert re.search(r'id="make-name"[^>]*aria-invalid="true"', page)
    assert "Số 77 đường Lý Tự Trọng" in page
    status, page = await send(admin, "numbers", "lend", **RANGE | {"first": "mười"})
    assert (status, bool(re.search(r'id="lend-first"[^>]*aria-invalid="true"', page))) == (422, True)


async def test_a_form_that_comes_twice_is_done_once(admin, gate) -> None:
    once = f"{await once_of(admin, 'tokens')}-f1"
    typed = {"name": "Máy quét", "unit": "", "scopes": "scans"}
    first, second = [await send(admin, "tokens", "issue", once=once, **typed) for _ in range(2)]

    token = re.search(r"pgw_[\w-]+", first[1])
    assert (first[0], second[0]) == (200, 303)
    assert token
    assert (await gate.get("/api/v1/scans/strays", token=token[0])).status == 200
    assert len(await log(gate, "kind=token&by=t0")) == 1
    assert "pgw_" not in (await admin.open("/desk/admin/tokens"))[1]


async def test_a_price_above_the_ceiling_is_named_at_its_own_field(admin, said) -> None:
    typed = {"valid_from": "2026-12-01", "reason": "Công văn 9", "send-in_district": "99000000"}
    status, page = await send(admin, "prices", "publish", **typed)

    assert (status, "vượt mức tối đa" in said(page)) == (422, True)
    assert re.search(r'id="publish-send-in_district"[^>]*aria-invalid="true"', page)
    assert (await send(admin, "prices", "publish", **typed | {"send-in_district": "20.000"}))[0] == 303
    assert "Sắp áp dụng" in said((await admin.open("/desk/admin/prices"))[1])


async def handed_in(browser: Any, slug: str, table: str, **typed: str) -> tuple[int, str]:
    form = FormData({"act": "look", "once": f"{await once_of(browser, slug)}-f2", **typed})
    form.add_field("proof", browser.proof())
    form.add_field("file", io.BytesIO(table.encode()), filename="bang.csv")
    answer = await browser.ask("POST", f"/desk/admin/{slug}", headers=SAME_ORIGIN, data=form)
    return answer.status, await answer.text()


@pytest.mark.parametrize(("slug", "good", "bad", "kind", "more"), [
    ("zones", "commune_code,area,city_class\n18628,Huyện Kỳ Anh,\n", "99999,Huyện Kỳ Anh,\n", "zone", {}),
    ("prices", "service,zone,grams_to,price_dong\nsend,in_district,100,15000\n", "send,moon,,1\n", "price_list", {}),
    ("places", "commune_code,province,district,commune\n18628,48,0,\n", "18,48,0,\n", "post_places",
     {"scheme": "vnpost"}),
])  # fmt: skip
async def test_a_table_is_looked_at_before_it_is_taken_whole(admin, gate, said, slug, good, bad, kind, more) -> None:
    typed = {"valid_from": "2026-12-01", "reason": "Công văn 9", **more}
    status, page = await handed_in(admin, slug, good + bad, **typed)
    assert (status, "1 dòng phải sửa" in said(page), await log(gate, f"kind={kind}")) == (200, True, [])

    _, page = await handed_in(admin, slug, good, **typed)
    preview = page[page.index('id="xem"') :].partition("</section>")[0]
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', preview))
    assert (await send(admin, slug, kept.pop("act"), **{k: v for k, v in kept.items() if k not in {"proof", "once"}}))[
        0
    ] == 303
    assert [one["act"] for one in await log(gate, f"kind={kind}")] == ["made"]


async def test_what_stands_still_is_tried_again_or_dropped_with_a_reason(admin, gate, said) -> None:
    async with gate.house.database.writing() as tx:
        for key in ("a", "b"):
            await outbox.put(
                tx, [NewErrand(channel="hook", target="h", key=key, subject="", payload="{}")], at=gate.clock[0]
            )
        for row in await tx.rows("SELECT id FROM outbox WHERE channel = 'hook' ORDER BY id"):
            await outbox.park(tx, row["id"], error="Bên kia trả 410")
    assert "2 việc gửi đi đang dừng" in said((await admin.open("/desk/admin"))[1])
    assert "2 việc gửi đi đang dừng" in said((await admin.open("/desk"))[1])
    keys = re.findall(r'name="key" value="(errand:\d+)"', (await admin.open("/desk/admin/letters"))[1])
    again, dropped = dict.fromkeys(keys)

    assert (await send(admin, "letters", "again", key=again))[0] == 303
    assert (await send(admin, "letters", "drop", key=dropped, reason=""))[0] == 422
    assert (await send(admin, "letters", "drop", key=dropped, reason="Bên kia đã bỏ"))[0] == 303
    states = await gate.house.database.reading.rows("SELECT state FROM outbox WHERE channel = 'hook' ORDER BY state")
    assert [row["state"] for row in states] == ["dropped", "waiting"]
    assert [one["act"] for one in await log(gate, "kind=errand")] == ["dropped", "again"]


async def test_the_log_shows_before_and_after_and_goes_out_as_a_file(admin, said) -> None:
    await send(admin, "numbers", "lend", **RANGE)
    words = said((await admin.open("/desk/admin/changes?kind=number_range"))[1])
    assert "Thêm mới · Dải số hiệu" in words
    assert "47312999" in words
    answer = await admin.ask("GET", "/desk/admin/changes/table.csv?kind=number_range")
    assert "47312999" in (await answer.read()).decode("utf-8-sig")
    assert "Không có thay đổi nào như vậy." in said((await admin.open("/desk/admin/changes?who=nobody"))[1])


async def test_low_numbers_are_told_on_the_page_today_and_in_the_figures(admin, gate, said) -> None:
    await send(admin, "numbers", "lend", **RANGE | {"last": "47312000"})
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE lent_range SET next_serial = last_serial + 1")

    assert "Tài khoản hatinh hết số" in said((await admin.open("/desk"))[1])
    assert 'postgw_numbers_left{account="hatinh"} 0.0' in await (await gate.get("/metrics")).text()


async def test_the_checklist_says_what_is_missing_and_leads_there(admin, said) -> None:
    _, page = await admin.open("/desk/admin/checklist")
    words = said(page)

    assert "Còn diễn tập, chưa nối Bưu điện thật" in words
    assert 'href="/desk/admin/zones"' in page
    assert "Chưa khai máy in nên phải mở từng tệp PDF để in: Một cửa" in words
    assert words.rindex("Còn thiếu") < words.index("Cần xem lại")


ACTS: list[tuple[str, str, dict[str, str], str]] = [
    ("signatories", "appoint", {"unit": "TS", "name": "Trần Văn Ký", "subject": "dossiers", "account": "",
                                "valid_from": "2026-11-23", "valid_to": ""}, "signatory"),
    ("windows", "set", {"desk": "TS", "office": "480000", "weekdays": "1", "times": "08:00-09:00",
                        "valid_from": "2026-11-23", "reason": "Thoả thuận"}, "pickup_windows"),
    ("agreements", "begin", {"desk": "TS", "covers": "Giấy chứng nhận", "valid_from": "2026-11-23", "valid_to": "",
                             "reason": "Thoả thuận"}, "bulk_agreement"),
    ("zones", "put", {"commune_code": "18628", "area": "Huyện Kỳ Anh", "city_class": "", "valid_from": "2026-11-23",
                      "reason": "Bảng 2025"}, "zone"),
    ("regions", "set", {"province_code": "42", "region": "2", "valid_from": "2026-11-23", "reason": "CV"}, "region"),
    ("series", "begin", {"series": "BLT26", "ledger": "fee", "unit": "480000"}, "receipt_series"),
    ("terms", "set", {"procedure_code": "1.001193", "hours": "24", "valid_from": "2026-11-24", "reason": "QĐ"},
     "remit_term"),
    ("rates", "set", {"percent": "8,25", "valid_from": "2026-11-24", "reason": "QĐ"}, "interest_rate"),
    ("procedures", "publish", {
        "code": "2.000635", "name": "Bản sao Trích lục", "sector": "Hộ tịch", "level": "commune", "agency": "UBND xã",
        "forms": "send", "excluded_reason": "Nhận tại chỗ", "fee_dong": "8.000", "fee_per": "bản",
        "papers": "Tờ khai | bản chính | 1\n? Giấy uỷ quyền | bản sao | 1", "source": "Cổng tỉnh",
        "valid_from": "2027-01-01", "valid_to": "", "reason": "QĐ 1"}, "procedure"),
    ("calendar", "declare", {"kind": "storm", "title": "Bão số 5", "first_on": "2026-11-24", "last_on": "2026-11-24",
                             "communes": "18628", "reason": "Ngập"}, "degraded_days"),
    ("webhooks", "make", {"url": "https://x.example.vn/a", "kinds": "", "desk": ""}, "webhook"),
    ("customers", "make", {"name": "Một cửa", "codes": "HCC", "desks": "TS"}, "customer"),
]  # fmt: skip


async def test_each_form_does_its_act_and_leaves_its_line(admin, gate) -> None:
    for slug, act, typed, kind in ACTS:
        status, page = await send(admin, slug, act, **typed)
        assert status in {200, 303}, re.findall(r'role="alert".*?</div>', page, re.DOTALL)
        assert [one["kind"] for one in await log(gate, f"kind={kind}")] == [kind]


WORDS = ("reason", "title", "name", "covers")


async def test_what_a_form_must_be_told_is_asked_for_and_nothing_is_written(admin, gate) -> None:
    for slug, act, typed, kind in ACTS:
        for name in set(WORDS) & set(typed):
            status, page = await send(admin, slug, act, **typed | {name: " "})
            assert (slug, name, status) == (slug, name, 422)
            assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', page), (slug, name)
        assert await log(gate, f"kind={kind}") == []


async def test_degraded_days_are_not_taken_back_without_a_reason(admin, gate, said) -> None:
    typed = next(row[2] for row in ACTS if row[0] == "calendar")
    await send(admin, "calendar", "declare", **typed)
    blank = await send(admin, "calendar", "undo", key="GD-261123-01", reason="")
    kept = (await admin.open("/desk/admin/calendar"))[1]
    await send(admin, "calendar", "undo", key="GD-261123-01", reason="Khai nhầm")

    assert blank[0] == 422
    assert "Đã gỡ" not in said(kept)
    assert "Đã gỡ" in said((await admin.open("/desk/admin/calendar"))[1])


async def test_a_new_version_of_a_procedure_loses_nothing_of_its_papers(admin, gate) -> None:
    typed = dict(next(row[2] for row in ACTS if row[0] == "procedures")) | {
        "valid_from": "2026-11-23", "papers": "Giấy cũ | bản chính | 2 | trả lại, thu lại",
    }  # fmt: skip
    assert (await send(admin, "procedures", "publish", **typed))[0] == 303
    _, page = await admin.open("/desk/admin/procedures?one=2.000635")
    assert "Giấy cũ | bản chính | 2 | trả lại, thu lại" in page

    again = typed | {"valid_from": "2026-12-01", "name": "Tên mới"}
    assert (await send(admin, "procedures", "publish", **again))[0] == 303
    versions = (await (await gate.get("/api/v1/procedures/2.000635/versions")).json())["data"]
    papers = [version["procedure"]["papers"][0] for version in versions]
    assert papers[0] == papers[1]
    assert (papers[0]["must_return"], papers[0]["must_withdraw"], papers[0]["quantity"]) == (True, True, 2)


async def test_what_ships_is_taken_in_once_and_waits_to_be_looked_through(admin, gate, said) -> None:
    async with gate.house.database.writing() as tx:
        await tx.run("DELETE FROM procedure")
    _, before = await admin.open("/desk/admin/procedures")
    for _ in range(2):
        await send(admin, "procedures", "take_shipped")
    _, page = await admin.open("/desk/admin/procedures")
    _, checklist = await admin.open("/desk/admin/checklist")
    shipped = len(load_procedures())

    assert f"Nạp {shipped} thủ tục" in said(before)
    assert "Danh mục đi kèm" not in said(page)
    assert [(each["subject"], each["after"]["count"]) for each in await log(gate, "kind=procedure")] == [
        ("shipped", shipped)
    ]
    assert f"{shipped} thủ tục đi kèm phần mềm, chưa ai của tỉnh soát" in said(checklist)


async def test_before_there_are_units_the_checklist_asks_for_them_first(admin, gate, said) -> None:
    async with gate.house.database.writing() as tx:
        await tx.run("DELETE FROM unit")
    _, page = await admin.open("/desk/admin/checklist")

    assert said(page).count("Khai bộ phận Một cửa và bưu cục trước.") == 5
