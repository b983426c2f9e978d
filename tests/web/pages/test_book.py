"""Booking a pile: what is listed and why not, one press however often, who was quicker, the papers on their stock."""

from __future__ import annotations

import asyncio
import re
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from labels.paper import DOCUMENT_STOCKS, LABEL_STOCKS
from postgw.domain.time_limit import Zone
from postgw.recurring import acts
from postgw.storage import calendar

ALL = ("enquiry", "intake", "labels", "booking", "handover")
KEY = "0123456789abcdef01234567"


@pytest.fixture
async def officer(browser):
    """Give the browser of an officer of the desk."""
    await browser.sign_in(*ALL, unit="TS")
    return browser


async def result(gate: Any, **rest: Any) -> dict[str, str]:
    """Let a dossier have its result ready to go home; return its code and its consignment."""
    dossier_no = (await gate.sent(service_form="return", **rest))["key"]
    told = await gate.post(
        f"/api/v1/dossiers/{dossier_no}/result-ready", {"papers": [{"name": "Giấy khai sinh", "kind": "original"}]}
    )
    assert told.status in {200, 201}, await told.text()
    return {"dossier_no": dossier_no, "number": (await told.json())["consignment_no"]}


async def press(browser: Any, *picked: str, key: str = KEY, leg: str = "return", **rest: str) -> Any:
    form = [("proof", browser.proof()), ("key", key), ("leg", leg), *(("pick", each) for each in picked)]
    form += [("print", "labels"), ("print", "notes"), ("print", "manifest"), *rest.items()]
    return await browser.ask("POST", "/desk/book", headers={"Sec-Fetch-Site": "same-origin"}, data=form)


async def coming(gate: Any) -> None:
    """Let the post have said when it comes."""
    booked = {"desk": "TS", "office": "480000", "on": "2026-11-23", "from_time": "14:00", "to_time": "15:00"}
    assert (await gate.post("/api/v1/pickups", booked)).status == 201


async def lists(gate: Any) -> list[tuple[str, int]]:
    """Return the manifests with how many lines each has."""
    rows = await gate.house.database.reading.rows(
        "SELECT m.manifest_no, count(l.id) AS n FROM manifest m JOIN manifest_line l ON l.manifest_id = m.id"
        " GROUP BY m.manifest_no"
    )
    return [(row["manifest_no"], row["n"]) for row in rows]


def scanned(page: Any, dpi: int) -> list[str]:
    """Return what an independent reader finds on a page as a printer of that resolution would burn it."""
    picture = page.render(scale=dpi / 72, grayscale=True)
    grey = memoryview(bytes(picture.buffer)).cast("B", shape=[picture.height, picture.stride])
    return [symbol.text for symbol in zxingcpp.read_barcodes(grey)]


async def orders(gate: Any) -> int:
    row = await gate.house.database.reading.row("SELECT count(*) AS n FROM post_order")
    return int(row["n"])


def hidden(page: str, name: str) -> str:
    """Return what a page's form sends along unseen."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def rows_of(page: str) -> list[str]:
    return re.findall(r"<tr class=.*?</tr>", page, re.S)


async def test_late_is_first_and_what_cannot_be_booked_is_last_with_its_reason(officer, gate, said) -> None:
    later = await result(gate, due_on="2026-11-30")
    late = await result(gate, due_on="2026-11-20")
    lost = {"name": "Đinh Nho Diễn", "phone": "0912000009", "address": "gần chợ", "commune": "Kỳ Tây cũ",
            "province": "tỉnh Hà Tĩnh"}  # fmt: skip
    unclear = await result(gate, due_on="2026-11-19", return_to=lost)

    _, page = await officer.open("/desk/book")
    first, second, third = (said(row) for row in rows_of(page))

    assert late["dossier_no"] in first
    assert "Trễ 3 ngày" in first
    assert later["dossier_no"] in second
    assert "30/11" in second
    assert unclear["dossier_no"] in third
    assert "Thiếu xã" in third
    assert "Chưa rõ xã nên chưa tính được cước. Chọn xã" in third
    assert "disabled" in rows_of(page)[2]


async def test_a_row_says_its_postage_the_fee_and_what_is_taken_back(officer, gate, said) -> None:
    async with gate.house.database.writing() as tx:
        await calendar.put_zones(
            tx, [Zone(commune_code="18628", area="Kỳ Anh", province="42")], valid_from=date(2020, 1, 1), author="test",
            reason="test",
        )  # fmt: skip
    old = {"name": "Giấy phép lái xe cũ", "kind": "original", "must_withdraw": True}
    await result(gate, due_on="2026-11-23", papers=[old], fee_dong=135000)

    _, page = await officer.open("/desk/book")
    row, whole = said(rows_of(page)[0]), said(page)

    assert "Hôm nay" in row
    assert "Trong vùng · đến 100 g" in row
    assert "Thu lại: Giấy phép lái xe cũ" in row
    assert "Thu lệ phí 135.000 đ" in row
    assert re.search(r"Người nhận trả 2\d\.\d00 đ Lệ phí bưu tá thu hộ 135\.000 đ", whole)


async def test_names_are_covered_until_somebody_asks(officer, gate) -> None:
    await result(gate)
    _, covered = await officer.open("/desk/book")
    await officer.send("/desk/names", act="show", next="/desk/book")
    _, shown = await officer.open("/desk/book")

    assert ("Nguyễn Thị Diễn Tập" in covered, "Nguyễn Thị Diễn Tập" in shown) == (False, True)
    row = await gate.house.database.reading.row("SELECT count(*) AS n FROM access_log")
    assert row["n"] == 1


async def test_pressed_twice_at_once_books_each_once_on_one_list(officer, gate) -> None:
    await coming(gate)
    one, two = await result(gate), await result(gate)
    pair = (one["dossier_no"], two["dossier_no"])
    answers = await asyncio.gather(press(officer, *pair), press(officer, *pair))
    third = await press(officer, *pair)

    assert {(each.status, each.headers["Location"]) for each in (*answers, third)} == {(303, "/desk/book/1")}
    assert await orders(gate) == 2
    assert [n for _, n in await lists(gate)] == [2]


async def test_the_list_of_the_next_trip_grows_with_the_next_pile(officer, gate) -> None:
    one, two = await result(gate), await result(gate)
    await coming(gate)
    await press(officer, one["dossier_no"])
    await press(officer, two["dossier_no"], key=KEY[::-1])

    [(manifest_no, lines)] = await lists(gate)
    assert lines == 2
    assert manifest_no in (await officer.open("/desk/book/2"))[1]


async def test_what_the_post_has_taken_is_told_honestly(officer, gate, said) -> None:
    one, two = await result(gate), await result(gate)
    await press(officer, one["dossier_no"], two["dossier_no"])
    before = await (await officer.ask("GET", "/desk/book/1/progress.json")).json()
    await acts(gate.house.services)["send_orders"](gate.clock[0])
    after = await (await officer.ask("GET", "/desk/book/1/progress.json")).json()
    _, page = await officer.open("/desk/book/1")

    assert (before["booked"], before["answered"], before["waits"], before["settled"]) == (2, 0, 2, False)
    assert (after["booked"], after["answered"], after["waits"], after["settled"]) == (2, 2, 0, True)
    assert "2 đã ghi Bưu điện đã nhận 2" in said(page)


async def test_what_cannot_be_booked_stays_with_its_reason_and_the_rest_is_done(officer, gate, said) -> None:
    good = await result(gate)
    far = {"name": "Đinh Nho Diễn", "phone": "0912000009", "address": "Số 1", "commune": "phường Ba Đình",
           "province": "thành phố Hà Nội", "commune_code": "00004"}  # fmt: skip
    bad = await result(gate, return_to=far)
    await press(officer, good["dossier_no"], bad["dossier_no"])
    _, page = await officer.open("/desk/book/1")
    _, left = await officer.open("/desk/book")

    assert "Đã ghi" in said(page)
    assert "Chưa ghi được" in said(page)
    assert await orders(gate) == 1
    assert (bad["dossier_no"] in left, f'value="{good["dossier_no"]}"' in left) == (True, False)


async def test_the_second_of_two_officers_is_told_who_and_when(officer, gate, said) -> None:
    one = await result(gate)
    await press(officer, one["dossier_no"])
    gate.clock[0] += timedelta(minutes=4)
    await officer.sign_in(*ALL, unit="TS")
    await press(officer, one["dossier_no"], key=KEY[::-1])
    _, page = await officer.open("/desk/book/2")

    assert "Đã có người ghi" in said(page)
    assert re.search(r"t\d+ đã ghi hồ sơ này lúc 09:00", said(page))
    assert "0 đã ghi" in said(page)
    assert await orders(gate) == 1


async def test_nothing_chosen_is_said_and_keeps_the_page(officer, gate, said) -> None:
    await result(gate)
    answer = await press(officer)

    assert answer.status == 422
    assert "Chọn ít nhất một dòng để ghi." in said(await answer.text())


async def test_a_dossier_to_be_fetched_gets_its_consignment_when_it_is_booked(officer, gate, said) -> None:
    key = (await gate.sent(service_form="send"))["key"]
    _, page = await officer.open("/desk/book?leg=send")
    await press(officer, key, leg="send")

    assert key in said(page)
    found = (await (await gate.get(f"/api/v1/consignments?dossier_no={key}")).json())["data"]
    assert [each["leg"] for each in found] == ["send"]
    assert await orders(gate) == 1


async def test_a_pile_that_was_left_half_way_is_gone_on_with(officer, gate) -> None:
    one, two = await result(gate), await result(gate)
    pair = (one["dossier_no"], two["dossier_no"])
    await press(officer, *pair)
    async with gate.house.database.writing() as tx:  # as a process that died after the first row leaves it
        await tx.run("UPDATE booking_batch SET done_at = NULL, manifest_no = ''")
        await tx.run("UPDATE booking_batch_line SET outcome = '' WHERE dossier_key = $1", two["dossier_no"])
    gate.clock[0] += timedelta(minutes=5)
    _, page = await officer.open("/desk/book/1")
    await press(officer, pair[0])
    done = await (await officer.ask("GET", "/desk/book/1/progress.json")).json()

    assert "Làm tiếp" in page
    assert (done["booked"], done["known"], done["tried"]) == (2, 0, 2)
    assert await orders(gate) == 2


async def test_the_labels_of_a_pile_come_out_on_their_stock_and_read_back(officer, gate) -> None:
    made = [await result(gate) for _ in range(3)]
    await press(officer, *(each["dossier_no"] for each in made))
    for stock, paper in LABEL_STOCKS.items():
        body = await (await officer.ask("GET", f"/desk/book/1/labels.pdf?stock={stock}&place=1")).read()
        with pypdfium2.PdfDocument(body) as opened:
            boxes = {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in opened}
            read = [text for page in opened for text in scanned(page, paper.dpi)]
        assert boxes == {(round(paper.width), round(paper.height))}, stock
        assert sorted(read) == sorted([each["number"] for each in made] * 2), stock


async def test_sheets_begin_at_the_first_free_place(officer, gate) -> None:
    made = [await result(gate) for _ in range(2)]
    await press(officer, *(each["dossier_no"] for each in made))
    body = await (await officer.ask("GET", "/desk/book/1/labels.pdf?stock=a4-8&place=8")).read()

    with pypdfium2.PdfDocument(body) as opened:
        assert len(opened) == 2


async def test_slips_come_twice_each_and_the_list_twice(officer, gate) -> None:
    await coming(gate)
    made = [await result(gate) for _ in range(2)]
    await press(officer, *(each["dossier_no"] for each in made))
    sizes = {}
    for kind, stock in (("notes", "a5"), ("manifest", "a4")):
        body = await (await officer.ask("GET", f"/desk/book/1/{kind}.pdf")).read()
        with pypdfium2.PdfDocument(body) as opened:
            firsts = [page.get_textpage().get_text_range() for page in opened]
            sizes[kind] = {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in opened}
        assert sum("Trang 1/" in text for text in firsts) == (4 if kind == "notes" else 2)
        assert sizes[kind] == {(DOCUMENT_STOCKS[stock].width, DOCUMENT_STOCKS[stock].height)}


async def test_a_torn_label_is_voided_and_its_next_version_keeps_the_number(officer, gate, said) -> None:
    one = await result(gate)
    await press(officer, one["dossier_no"])
    path = f"/desk/book/row/{one['number']}"
    seen = hidden((await officer.open(path))[1], "seen")
    answer = await officer.send(path, act="void", seen=seen, void_reason="damaged")
    _, page = await officer.open(answer.headers["Location"])

    assert "Đã bỏ nhãn cũ" in said(page)
    assert "Mở nhãn bản 2" in said(page)
    stale = await officer.send(path, act="void", seen=seen, void_reason="damaged")
    assert stale.status == 409
    assert "vừa thay đổi" in said(await stale.text())
    assert "Mở nhãn bản 2" in said(await stale.text())


async def test_a_booking_is_called_off_and_its_result_waits_again(officer, gate, said) -> None:
    one = await result(gate)
    await press(officer, one["dossier_no"])
    path = f"/desk/book/row/{one['number']}"
    seen = hidden((await officer.open(path))[1], "seen")
    without = await officer.send(path, act="cancel", seen=seen, cancel_reason="")
    answer = await officer.send(path, act="cancel", seen=seen, cancel_reason="wrong_data")
    _, page = await officer.open(answer.headers["Location"])
    _, left = await officer.open("/desk/book")

    assert without.status == 422
    assert "Đã huỷ bưu gửi." in said(page)
    assert one["dossier_no"] in left
    await press(officer, one["dossier_no"], key=KEY[::-1])
    found = (await (await gate.get(f"/api/v1/consignments?dossier_no={one['dossier_no']}")).json())["data"]
    assert sorted(each["issue"] for each in found) == [1, 2]


async def test_choosing_the_commune_lets_a_row_be_booked(officer, gate, said) -> None:
    lost = {"name": "Đinh Nho Diễn", "phone": "0912000009", "address": "gần chợ", "commune": "Kỳ Tây cũ",
            "province": "tỉnh Hà Tĩnh"}  # fmt: skip
    one = await result(gate, return_to=lost)
    path = f"/desk/book/place/{one['dossier_no']}"
    _, page = await officer.open(path)
    version = hidden(page, "version")
    none = await officer.send(path, version=version, commune="", other="")
    kept = await officer.send(path, version=version, commune="", other="18628")
    await press(officer, one["dossier_no"])

    assert "Kỳ Tây cũ" in said(page)
    assert "Đinh Nho Diễn" not in page
    assert (none.status, kept.status) == (422, 303)
    assert await orders(gate) == 1


async def test_somebody_who_only_looks_is_offered_no_act(browser, gate, said) -> None:
    await result(gate)
    await browser.sign_in("enquiry", "booking.read", "labels.read", unit="TS")
    status, page = await browser.open("/desk/book")

    assert status == 200
    assert "chưa được giao việc ghi bưu gửi" in said(page)
    assert (await press(browser, "H27.10.20-261120-0001")).status == 403


async def test_an_empty_list_says_what_will_come(officer, said) -> None:
    _, page = await officer.open("/desk/book")

    assert "Không có kết quả nào chờ ghi." in said(page)


async def test_the_list_goes_out_as_a_file_with_names_covered(officer, gate) -> None:
    one = await result(gate, due_on="2026-11-20")
    text = (await (await officer.ask("GET", "/desk/book/list.csv")).read()).decode("utf-8-sig")

    assert one["dossier_no"] in text
    assert "Nguyễn Thị Diễn Tập" not in text
