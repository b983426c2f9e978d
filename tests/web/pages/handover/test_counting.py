"""Handing over on the desk: opened, counted by scan and by row, explained, signed by two."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta

from .conftest import MAY, caught

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 200


async def test_a_trip_is_opened_from_the_days_page_and_stands_on_it(counter, browser, said) -> None:
    booked = await browser.send(
        "/desk/handover/pickups", desk="TS", office="480000", on="2026-11-23", from_time="10:30", to_time="11:30"
    )
    answer = await browser.send("/desk/handover/manifests", desk="TS", office="480000", direction="to_post")
    _, page = await browser.open("/desk/handover")

    assert (booked.status, answer.status) == (303, 303)
    assert answer.headers["Location"] == "/desk/handover/BB-TS-261123-01"
    assert "10:30–11:30, hôm nay" in said(page)
    assert "BB-TS-261123-01 Giao cho bưu điện Một cửa Thạch Sơn → Bưu điện Hà Tĩnh" in said(page)


async def test_a_pickup_that_ends_before_it_begins_is_said_beside_its_field(counter, browser) -> None:
    answer = await browser.send(
        "/desk/handover/pickups", desk="TS", office="480000", on="2026-11-23", from_time="11:30", to_time="10:30"
    )
    page = await answer.text()

    assert answer.status == 422
    assert 'id="book-to_time-wrong"' in page
    assert 'value="11:30"' in page


async def test_each_scan_is_answered_in_a_word_and_counted_once(counter, gate) -> None:
    inside, stranger = await counter.items(2), (await counter.items(1))[0]
    number = await counter.opened(inside)

    answers = [await counter.scan(number, text) for text in (
        inside[0].lower(), inside[0], stranger, "4K7M29TB6HC", "4K7M29TB6HB", "", "BB-TS-261123-77"
    )]  # fmt: skip

    assert answers == [
        (303, "Đã đếm"), (303, "Đã đếm rồi"), (409, "Không có trong biên bản"), (404, "Chưa có trong sổ"),
        (422, "Sai số"), (422, "Ô quét còn trống"), (409, "Biên bản khác"),
    ]  # fmt: skip
    assert await counter.outcomes(number) == {inside[0]: "ticked", inside[1]: "expected"}


async def test_the_posts_own_number_and_the_dossiers_number_count_the_item_too(counter, gate) -> None:
    first, second = await counter.items(2)
    number = await counter.opened([first, second])
    await gate.post(f"/api/v1/consignments/{first}/bind", {"item_no": "RR473124829VN", "office": "480000"})
    dossier = (await (await gate.get(f"/api/v1/consignments/{second}")).json())["dossier_no"]

    words = [(await counter.scan(number, text))[1] for text in ("RR 473 124 829 VN", dossier)]

    assert words == ["Đã đếm", "Đã đếm"]
    assert set((await counter.outcomes(number)).values()) == {"ticked"}


async def test_a_bag_counts_what_is_inside_and_the_records_own_code_the_rest(counter, gate) -> None:
    items = await counter.items(4)
    number = await counter.opened(items)
    bag = (await (await gate.post("/api/v1/bags", {"desk": "TS", "numbers": items[:2]})).json())["bag_no"]

    of_bag = await counter.scan(number, bag)
    half = await counter.outcomes(number)
    of_all = await counter.scan(number, number)

    assert (of_bag, of_all) == ((303, "Đã đếm cả túi"), (303, "Đã đếm cả danh sách"))
    assert [half[each] for each in items] == ["ticked", "ticked", "expected", "expected"]
    assert set((await counter.outcomes(number)).values()) == {"ticked"}


async def test_what_is_missing_wants_a_reason_and_what_was_typed_stays(counter, browser) -> None:
    first, second = await counter.items(2)
    number = await counter.opened([first, second])
    bare = await browser.send(f"/desk/handover/{number}/rows", line=second, act="missing", reason="")
    told = await browser.send(f"/desk/handover/{number}/rows", line=second, act="missing", reason="Để chuyến sau")
    _, page = await browser.open(f"/desk/handover/{number}")

    assert (bare.status, told.status) == (422, 303)
    assert f'value="{second}" checked' in await bare.text()
    assert "Để chuyến sau" in page
    assert (await counter.outcomes(number))[second] == "missing"


async def test_what_was_missing_and_is_found_after_all_counts_as_there(counter, browser) -> None:
    (only,) = await counter.items(1)
    number = await counter.opened([only])
    await browser.send(f"/desk/handover/{number}/rows", line=only, act="missing", reason="Chưa thấy")

    assert await counter.scan(number, only) == (303, "Đã đếm")
    assert await counter.outcomes(number) == {only: "ticked"}


async def test_an_item_beyond_the_list_wants_a_reason_and_stays_beyond_it(counter, browser) -> None:
    first, stranger = await counter.items(2)
    number = await counter.opened([first])
    path = f"/desk/handover/{number}/add"

    bare = await browser.send(path, number=stranger, reason="", act="beyond")
    added = await browser.send(path, number=stranger, reason="Nộp thêm tại quầy", act="beyond")
    again = await counter.scan(number, stranger)

    assert (bare.status, added.status, again) == (422, 303, (303, "Đã đếm rồi"))
    assert await counter.outcomes(number) == {first: "expected", stranger: "extra"}


async def test_an_extra_item_without_a_reason_keeps_both_sides_from_signing(counter, gate, browser) -> None:
    first, stranger = await counter.items(2)
    number = await counter.opened([first])
    await gate.post(f"/api/v1/manifests/{number}/tick", {"number": stranger, "outcome": "ticked"})
    await counter.scan(number, first)
    await counter.close(number)

    unexplained = await counter.sign_paper(number, "giver", counter.desk_signs, "2026-11-23T08:30")
    told = await browser.send(f"/desk/handover/{number}/explain", number=stranger, reason="Nộp thêm")
    explained = await counter.sign_paper(number, "giver", counter.desk_signs, "2026-11-23T08:30")

    assert (unexplained.status, told.status, explained.status) == (422, 303, 303)


async def test_rows_are_counted_again_and_taken_off_without_a_script(counter, browser) -> None:
    first, second = await counter.items(2)
    number = await counter.opened([first, second])
    path = f"/desk/handover/{number}/rows"
    await browser.send(path, line=first, act="ticked")
    await browser.send(path, line=first, act="back")
    await browser.send(path, line=second, act="strike")

    assert await counter.outcomes(number) == {first: "expected"}


async def test_whoever_closes_a_list_that_a_colleague_has_changed_is_told_who_and_when(counter, browser) -> None:
    (only,) = await counter.items(1)
    number = await counter.opened([only])
    seen = await counter.seen(f"/desk/handover/{number}")
    await counter.scan(number, only)
    answer = await browser.send(f"/desk/handover/{number}/close", seen=seen)

    assert answer.status == 409
    assert re.search(r"t\d+ vừa sửa biên bản này lúc 09:00 23/11/2026", await answer.text())
    assert (await counter.standing(number))["state"] == "open"


async def test_two_sign_on_paper_and_the_later_moment_counts(counter, browser, said) -> None:
    items = await counter.items(1)
    number = await counter.opened(items)
    await counter.scan(number, items[0])
    await counter.close(number)
    await counter.sign_paper(number, "giver", counter.desk_signs, "2026-11-23T08:30")
    await counter.sign_paper(number, "taker", counter.office_signs, "2026-11-23T08:41")
    _, page = await browser.open(f"/desk/handover/{number}")

    assert "Đã ký đủ hai bên 08:41" in said(page)
    assert (await counter.standing(number))["state"] == "signed"


async def test_one_person_is_turned_away_from_the_second_side(counter, gate) -> None:
    items = await counter.items(1)
    number = await counter.opened(items)
    await counter.scan(number, items[0])
    await counter.close(number)
    made = await gate.post("/api/v1/signatories", {
        "unit_kind": "office", "unit": "480000", "name": "Người ký TS", "valid_from": "2026-11-01",
    })  # fmt: skip
    namesake = (await made.json())["signatory_no"]
    await counter.sign_paper(number, "giver", counter.desk_signs, "2026-11-23T08:30")
    answer = await counter.sign_paper(number, "taker", namesake, "2026-11-23T08:41")

    assert answer.status == 403
    assert "Một người không ký cả hai bên." in await answer.text()


async def test_a_signature_is_drawn_on_screen_by_its_own_account_and_shown_again(counter, gate, browser) -> None:
    items = await counter.items(1)
    number = await counter.opened(items)
    await counter.scan(number, items[0])
    await counter.close(number)
    _, page = await browser.open(f"/desk/handover/{number}")
    account = caught(r'<b[^>]*><a href="/me">(t\d+)', page)
    made = await gate.post("/api/v1/signatories", {
        "unit_kind": "desk", "unit": "TS", "name": "Cán bộ", "valid_from": "2026-11-01", "account": account,
    })  # fmt: skip
    mine = (await made.json())["signatory_no"]
    drawn = "data:image/png;base64," + base64.b64encode(PNG).decode()
    path, form = f"/desk/handover/{number}/sign", {"way": "screen", "side": "giver", "signatory_no": mine}
    form["seen"] = await counter.seen(f"/desk/handover/{number}")

    no_picture = await browser.send(path, **form, picture="data:image/png;base64,!!!")
    too_large = await browser.send(
        path, **form, picture="data:image/png;base64," + base64.b64encode(PNG + b"0" * 60_000).decode()
    )
    answer = await browser.send(path, **form, picture=drawn)
    shown = await browser.ask("GET", f"/desk/handover/{number}/signatures/giver")

    assert (no_picture.status, too_large.status, answer.status) == (422, 422, 303)
    assert (shown.content_type, await shown.read()) == ("image/png", PNG)


async def test_a_list_that_changes_after_one_has_signed_is_signed_anew(counter, browser) -> None:
    first, second = await counter.items(2)
    number = await counter.opened([first, second])
    await counter.scan(number, number)
    await counter.close(number)
    await counter.sign_paper(number, "giver", counter.desk_signs, "2026-11-23T08:30")
    await counter.scan(number, first)
    unchanged = (await counter.standing(number))["signatures"]
    await browser.send(f"/desk/handover/{number}/rows", line=second, act="missing", reason="Không thấy")

    assert [each["side"] for each in unchanged] == ["giver"]
    assert (await counter.standing(number))["signatures"] == []


async def test_a_foreign_unit_sees_nothing_of_a_trip(counter, browser) -> None:
    number = await counter.opened(await counter.items(1))
    await browser.sign_in(*MAY, unit="KA")

    assert (await browser.open(f"/desk/handover/{number}"))[0] == 404
    assert (await browser.send(f"/desk/handover/{number}/scan", q=number)).status == 404


async def test_names_are_masked_on_the_list_and_in_its_file(counter, browser) -> None:
    number = await counter.opened(await counter.items(1))
    _, page = await browser.open(f"/desk/handover/{number}")
    file = await browser.ask("GET", f"/desk/handover/{number}/lines.csv")
    text = (await file.read()).decode("utf-8-sig")
    await browser.send("/desk/names", act="show", next=f"/desk/handover/{number}")
    _, uncovered = await browser.open(f"/desk/handover/{number}")

    assert "Diễn Tập" not in page + text
    assert "Chưa đếm" in text
    assert "Nguyễn Thị Diễn Tập" in uncovered


async def test_the_register_of_a_day_is_a_file(counter, browser) -> None:
    number = await counter.opened(await counter.items(1))
    await counter.signed(number)
    file = await browser.ask("GET", "/desk/handover/day.csv?day=2026-11-23")
    empty = await browser.ask("GET", "/desk/handover/day.csv?day=2026-11-22")

    assert number in (await file.read()).decode("utf-8-sig")
    assert number not in (await empty.read()).decode("utf-8-sig")
    assert (await browser.ask("GET", "/desk/handover/day.xlsx")).status == 200


async def test_only_the_administrator_appoints_and_the_officer_sees(counter, browser, said) -> None:
    form = {"unit": "TS", "name": "Lê Văn Mới", "subject": "dossiers", "valid_from": "2026-11-23"}
    turned_away = await browser.send("/desk/handover/signatories", **form)
    _, page = await browser.open("/desk/handover/signatories")
    await browser.sign_in("enquiry", "admin", "handover")
    appointed = await browser.send("/desk/handover/signatories", **form)
    _, after = await browser.open("/desk/handover/signatories?unit=TS")

    assert (turned_away.status, appointed.status) == (403, 303)
    assert "Người ký TS" in said(page)
    assert "Lê Văn Mới" in said(after)


async def test_what_should_have_gone_out_stands_before_what_has_time(counter, browser, gate) -> None:
    papers = [{"name": "Giấy khai sinh", "kind": "original", "must_return": True}]
    keys = [
        (await gate.sent(papers=papers, **({"due_on": due} if due else {})))["key"]
        for due in ("2026-12-20", "", "2026-11-24")
    ]
    for key in keys:
        made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "send"})).json()
        await counter.signed(await counter.opened([made["consignment_no"]], "to_desk"))
    gate.clock[0] += timedelta(days=4)
    await browser.sign_in(*MAY, unit="TS")
    _, page = await browser.open("/desk/papers")

    assert [page.index(keys[n]) for n in (2, 0, 1)] == sorted(page.index(key) for key in keys)
    assert "Quá 3 ngày" in page


async def _week(browser, gate, *, valid_from: str, weekdays: tuple[int, ...]) -> list[str]:
    """Agree on hours of every week; return the days of the week's plan."""
    await gate.post("/api/v1/pickup-windows", {
        "desk": "TS", "office": "480000", "valid_from": valid_from, "reason": "Thoả thuận",
        "windows": [{"weekday": weekday, "from_time": "15:30", "to_time": "16:30"} for weekday in weekdays],
    })  # fmt: skip
    await browser.sign_in(*MAY, unit="TS")
    _, page = await browser.open("/desk/handover/week")
    return re.findall(r"<dt>.*?</dd>", page.split('class="pairs week"')[1].split("</dl>")[0], re.DOTALL)


async def test_a_day_without_a_trip_says_the_hours_agreed_for_every_week(browser, gate) -> None:
    days = await _week(browser, gate, valid_from="2026-11-24", weekdays=(1, 4))

    assert [n for n, each in enumerate(days) if "giờ mỗi tuần 15:30–16:30" in each] == [3]
    assert [n for n, each in enumerate(days) if "không hẹn" in each] == [0, 1, 2, 4, 5, 6]


async def test_the_weekly_hours_are_not_told_for_a_public_holiday(browser, gate) -> None:
    gate.clock[0] = datetime(2026, 12, 30, 2, tzinfo=UTC)
    days = await _week(browser, gate, valid_from="2026-12-30", weekdays=(4, 5))

    assert [n for n, each in enumerate(days) if "giờ mỗi tuần" in each] == [1]
    assert "không hẹn (Tết Dương lịch)" in days[2]
