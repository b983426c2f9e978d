"""Handing over on the desk: opened, counted by scan and by row, explained, signed by two, corrected, accepted."""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 200
MAY = ("enquiry", "handover", "labels", "intake")


def caught(pattern: str, page: str) -> str:
    """Return what a page says where the pattern fits; nothing where it fits nowhere."""
    found = re.search(pattern, page)
    return found[1] if found else ""


@dataclass
class Counter:
    """A desk and a post office at one counter, each with somebody appointed to sign on paper."""

    gate: Any
    browser: Any
    desk_signs: str = ""
    office_signs: str = ""

    async def furnish(self) -> None:
        for unit_kind, unit in (("desk", "TS"), ("office", "480000")):
            made = await (await self.gate.post("/api/v1/signatories", {
                "unit_kind": unit_kind, "unit": unit, "name": f"Người ký {unit}", "valid_from": "2026-11-01",
            })).json()  # fmt: skip
            setattr(self, f"{unit_kind}_signs", made["signatory_no"])
        await self.browser.sign_in(*MAY, unit="TS")

    async def items(self, n: int, leg: str = "return") -> list[str]:
        return [(await self.gate.consignment(leg))["consignment_no"] for _ in range(n)]

    async def opened(self, numbers: list[str], direction: str = "to_post") -> str:
        made = await self.gate.post(
            "/api/v1/manifests", {"desk": "TS", "office": "480000", "direction": direction, "numbers": numbers}
        )
        number: str = (await made.json())["manifest_no"]
        return number

    async def standing(self, number: str) -> dict[str, Any]:
        found: dict[str, Any] = await (await self.gate.get(f"/api/v1/manifests/{number}")).json()
        return found

    async def outcomes(self, number: str) -> dict[str, str]:
        return {line["consignment_no"]: line["outcome"] for line in (await self.standing(number))["lines"]}

    async def scan(self, number: str, text: str) -> tuple[int, str]:
        """Scan into the field; return the status of the answer and its word."""
        answer = await self.browser.send(f"/desk/handover/{number}/scan", q=text)
        status = answer.status
        page = await answer.text()
        if status == 303:
            _, page = await self.browser.open(answer.headers["Location"])
        return status, caught(r'<p class="word">([^<]+)', page)

    async def seen(self, path: str) -> str:
        _, page = await self.browser.open(path)
        return caught(r'name="seen" value="(\w+)"', page)

    async def close(self, number: str) -> int:
        seen = await self.seen(f"/desk/handover/{number}")
        return int((await self.browser.send(f"/desk/handover/{number}/close", seen=seen)).status)

    async def sign_paper(self, number: str, side: str, signatory: str, at: str) -> Any:
        seen = await self.seen(f"/desk/handover/{number}")
        return await self.browser.send(
            f"/desk/handover/{number}/sign", way="paper", side=side, signatory_no=signatory, signed_at=at, seen=seen
        )

    async def signed(self, number: str) -> None:
        for line, outcome in (await self.outcomes(number)).items():
            if outcome == "expected":
                await self.scan(number, line)
        await self.close(number)
        to_post = (await self.standing(number))["direction"] == "to_post"
        sides = (self.desk_signs, self.office_signs) if to_post else (self.office_signs, self.desk_signs)
        for side, signatory in zip(("giver", "taker"), sides, strict=True):
            assert (await self.sign_paper(number, side, signatory, "2026-11-23T08:30")).status == 303


@pytest.fixture
async def counter(gate, browser) -> Counter:
    made = Counter(gate, browser)
    await made.furnish()
    return made


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


async def test_what_arrives_is_checked_then_filed_then_taken_with_a_receipt(counter, browser, said) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    here = f"/desk/handover/{number}/{item}"
    await check(counter, here, missing=0)
    await counter.signed(number)
    seen = await counter.seen(here)
    form = {"due_on": "2026-12-07", "slip_no": "GH-0975", "seen": seen}
    answer = await browser.send(f"{here}/appoint", **form)
    twice = await browser.send(f"{here}/appoint", **form)
    _, page = await browser.open(here)
    paper = await browser.ask("GET", f"{here}/form-01.pdf")

    assert (answer.status, twice.status) == (303, 303)
    assert "Đã tiếp nhận, hẹn trả thứ Hai 07/12" in said(page)
    assert "Giờ nộp hồ sơ 08:30" in said(page)
    assert (await paper.read()).startswith(b"%PDF")


async def check(counter: Counter, here: str, *, missing: int) -> Any:
    """Check the papers of one dossier, the first few of them missing."""
    _, page = await counter.browser.open(here)
    n = len(re.findall(r'<select class="field" id="found_', page))
    found = {f"found_{each}": "missing" if each < missing else "original" for each in range(n)}
    assert n
    return await counter.browser.send(f"{here}/check", **found, guided="1", seen=await counter.seen(here))


async def test_what_is_missing_is_asked_for_once_and_comes(counter, browser, said) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    here = f"/desk/handover/{number}/{item}"
    assert (await check(counter, here, missing=1)).status == 303
    await counter.signed(number)
    seen = await counter.seen(here)
    none = await browser.send(f"{here}/supplement", reason="Thiếu chữ ký", seen=seen)
    asked = await browser.send(f"{here}/supplement", paper="0", reason="Thiếu chữ ký", seen=seen)
    _, waiting = await browser.open(here)
    paper = await browser.ask("GET", f"{here}/form-02.pdf")
    done = await browser.send(f"{here}/complete")
    _, page = await browser.open(here)

    assert (none.status, asked.status, done.status) == (422, 303, 303)
    assert "Đã yêu cầu bổ sung, đang chờ" in said(waiting)
    assert (await paper.read()).startswith(b"%PDF")
    assert "sau bổ sung" in said(page)


async def test_a_dossier_goes_back_with_its_reason(counter, browser, gate, said) -> None:
    gate.clock[0] += timedelta(days=3)
    await browser.sign_in(*MAY, unit="TS")
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    await counter.signed(number)
    here = f"/desk/handover/{number}/{item}"
    form = {"reasons": "Nộp tại Sở Tư pháp.", "seen": await counter.seen(here)}
    bare = await browser.send(f"{here}/reject", **form)
    back = await browser.send(f"{here}/reject", **form, code="not_competent", fault="citizen")
    _, page = await browser.open(here)
    paper = await browser.ask("GET", f"{here}/form-03.pdf")

    assert (bare.status, back.status) == (422, 303)
    assert "Nộp tại Sở Tư pháp." in await bare.text()
    assert "Đã trả lại hồ sơ" in said(page)
    assert (await paper.read()).startswith(b"%PDF")


async def test_the_colleague_who_comes_second_changes_nothing_and_is_told(counter, browser) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    await counter.signed(number)
    here = f"/desk/handover/{number}/{item}"
    seen = await counter.seen(here)
    await browser.send(f"{here}/appoint", due_on="2026-12-07", slip_no="GH-1", seen=seen)
    await browser.sign_in(*MAY, unit="TS")
    answer = await browser.send(
        f"{here}/reject", reasons="x", code="not_competent", fault="citizen", seen=seen
    )  # fmt: skip

    assert answer.status == 409
    assert "vừa làm hồ sơ này lúc 09:00 23/11/2026" in await answer.text()


async def test_two_officers_at_once_ask_for_the_same_dossier_one_time(counter, browser, gate) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    await counter.signed(number)
    here = f"/desk/handover/{number}/{item}"
    seen = await counter.seen(here)
    answers = await asyncio.gather(*(
        browser.send(f"{here}/supplement", paper="0", reason=f"Lý do {n}", seen=seen) for n in (1, 2)
    ))  # fmt: skip

    assert sorted(each.status for each in answers) == [303, 409]


async def test_a_dossier_that_came_without_a_number_gets_it_once(counter, browser, gate) -> None:
    key = (await gate.sent(dossier_no="", intake_ref="MC-999"))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "send"})).json()
    number = await counter.opened([made["consignment_no"]], "to_desk")
    here = f"/desk/handover/{number}/{made['consignment_no']}"
    first = await browser.send(f"{here}/number", dossier_no="H27.10.20-261123-0777")
    again = await browser.send(f"{here}/number", dossier_no="H27.10.20-261123-0778")

    assert (first.status, again.status) == (303, 409)


async def test_a_wrong_signing_time_is_mended_by_a_record_of_both(counter, browser, gate, said) -> None:
    (item,) = await counter.items(1, "send")
    number = await counter.opened([item], "to_desk")
    await counter.signed(number)
    gate.clock[0] += timedelta(hours=2)
    await browser.sign_in(*MAY, unit="TS")
    here = f"/desk/handover/{number}/correct"
    _, page = await browser.open(here)
    key = caught(r'name="dossier" value="([^"]+)"', page)
    form = {
        "dossier": key, "record_no": "DC-1", "filed_at": "2026-11-23T08:10", "reason": "Ghi nhầm giờ",
        "desk_signatory": counter.desk_signs, "office_signatory": counter.office_signs,
        "desk_signed_at": "2026-11-23T10:00", "office_signed_at": "2026-11-23T10:05",
    }  # fmt: skip
    one_hand = await browser.send(here, **{**form, "office_signatory": counter.desk_signs})
    mended = await browser.send(here, **form)
    _, after = await browser.open(f"/desk/handover/{number}/{item}")

    assert (one_hand.status, mended.status) == (403, 303)
    assert "Giờ nộp hồ sơ 08:10" in said(after)
    assert "đã đính chính" in said(after)


async def test_an_original_is_owed_until_the_officer_says_with_which_result_it_goes(
    counter, browser, gate, said
) -> None:
    papers = [{"name": "Giấy khai sinh", "kind": "original", "must_return": True}]
    key = (await gate.sent(papers=papers))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "send"})).json()
    await counter.signed(await counter.opened([made["consignment_no"]], "to_desk"))
    result = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    _, page = await browser.open("/desk/papers")
    duty = caught(r'name="duty" value="(\d+)"', page)
    no_reason = await browser.send("/desk/papers", duty=duty, decision="stays", reason="")
    goes = await browser.send("/desk/papers", duty=duty, decision="goes", consignment_no=result["consignment_no"])
    _, after = await browser.open("/desk/papers")
    file = await browser.ask("GET", "/desk/papers.csv")

    assert (no_reason.status, goes.status) == (422, 303)
    assert "Cơ quan đang giữ, chưa ghi trả hay giữ" in said(page)
    assert "Sẽ trả cùng kết quả" in said(after)
    assert "Giấy khai sinh" in (await file.read()).decode("utf-8-sig")


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
