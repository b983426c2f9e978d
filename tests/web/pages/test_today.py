"""The day's page, its lists, its stream, and the search box, at the door."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from postgw.web.keys import STREAMS
from postgw.web.pages import day_words
from postgw.web.pages.routes import PAGES
from postgw.web.pages.visit import scope_wanted
from postgw.web.streams import Streams

PERSON = "Nguyễn Thị Diễn Tập"


@pytest.fixture
async def ready(gate, browser):
    """Give a result that was due yesterday and is not booked, and the desk's officer signed in."""
    key = (await gate.sent(due_on="2026-11-20"))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    await browser.sign_in("enquiry", "booking", "labels", "handover", unit="TS")
    return made


async def test_what_is_late_stands_on_top_with_its_number_its_list_and_its_act(browser, ready, said) -> None:
    _, page = await browser.open("/desk")

    assert "Đã trễ làm ngay Trễ 2 ngày hạn thứ Sáu 20/11 1 Có kết quả, quá hạn trả, chưa ghi bưu gửi" in said(page)
    assert '<a class="n" href="/desk/day/result_late" aria-label="1 kết quả, mở danh sách">1</a>' in page
    assert '<a class="btn main" href="/desk/book" data-key="1" aria-keyshortcuts="1"' in page


async def test_who_may_not_book_is_led_to_the_list(browser, ready) -> None:
    await browser.sign_in("enquiry", unit="TS")
    _, page = await browser.open("/desk")

    assert 'href="/desk/book"' not in page
    assert page.count('href="/desk/day/result_late"') == 2


async def test_the_list_behind_a_number_names_item_dossier_and_day(browser, ready, said) -> None:
    _, page = await browser.open("/desk/day/result_late")

    assert f'href="/desk/consignments/{ready["consignment_no"]}"' in page
    assert f'href="/desk/dossiers/{ready["dossier_no"]}"' in page
    assert "thứ Sáu 20/11" in said(page)
    assert "Quay lại hôm nay" in page


async def test_dossiers_without_a_number_are_listed_with_what_they_ask_for(browser, gate, said) -> None:
    taken = await gate.post("/api/v1/dossiers", gate.dossier(dossier_no="", intake_ref="DKKD-1", service_form="send"))
    key = (await taken.json())["dossier"]["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "send"})).json()
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE consignment SET state = 'delivered' WHERE consignment_no = $1", made["consignment_no"])
    await browser.sign_in("enquiry", "intake", unit="TS")
    _, page = await browser.open("/desk/day/unnumbered")

    assert key in said(page)
    assert '<th scope="col">Thủ tục</th>' in page
    assert '<th scope="col">Hồ sơ</th>' not in page


@pytest.mark.parametrize("path", ["/desk/day/fee_to_receive", "/desk/day/nothing", "/desk/day/nothing.csv"])
async def test_a_list_that_is_not_ones_own_or_not_there_is_not_found(browser, ready, path: str) -> None:
    assert (await browser.open(path))[0] == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_list_is_written_as_a_file(browser, ready, kind: str) -> None:
    for path in (f"/desk/day/result_late.{kind}", f"/desk/consignments.{kind}", f"/desk/wall.{kind}"):
        answer = await browser.ask("GET", path)
        body = await answer.read()

        assert answer.status == 200
        assert f".{kind}" in answer.headers["Content-Disposition"]
        assert PERSON.encode() not in body
        assert body.startswith(b"PK" if kind == "xlsx" else b"\xef\xbb\xbf")


async def test_a_file_holds_what_was_narrowed_and_masks_names(browser, gate, ready) -> None:
    other = await gate.consignment()
    await gate.scan(other["consignment_no"], "collected")
    text = await (await browser.ask("GET", "/desk/consignments.csv?state=collected")).text()

    assert other["consignment_no"] in text
    assert ready["consignment_no"] not in text
    assert "N••• T••• D••• T•••" in text


async def test_names_in_a_list_and_its_file_are_uncovered_together_and_that_is_written_down(
    browser, gate, ready
) -> None:
    await browser.send("/desk/names", act="show", next="/desk/consignments")
    _, page = await browser.open("/desk/consignments")
    text = await (await browser.ask("GET", "/desk/consignments.csv")).text()
    seen = await gate.house.database.reading.rows("SELECT * FROM access_log")

    assert PERSON in page
    assert PERSON in text
    assert any("list:/desk/consignments" in str(row) for row in seen)


@pytest.mark.parametrize(("asked", "there"), [
    ("state=registered", True), ("state=lost", False), ("leg=return", True), ("leg=send", False),
    ("on=2026-11-23", True), ("on=2026-11-22", False), ("on=khong", True), ("dossier_no={dossier_no}", True),
    ("dossier_no=H27.31-261120-9999", False), ("bag_no=T-1", False),
    ("state=registered&leg=return&on=2026-11-23", True),
])  # fmt: skip
async def test_a_list_is_narrowed(browser, ready, asked: str, there: bool) -> None:
    _, page = await browser.open(f"/desk/consignments?{asked.format(**ready)}")

    assert (f'href="/desk/consignments/{ready["consignment_no"]}"' in page) is there


async def test_a_long_list_goes_on_and_back_and_keeps_its_sieve(gate, browser) -> None:
    for _ in range(51):
        await gate.consignment()
    await browser.sign_in("enquiry")
    _, first = await browser.open("/desk/consignments?state=registered&leg=return")
    following = first.split('<a class="btn" href="?')[1].split('"')[0].replace("&amp;", "&")
    _, second = await browser.open(f"/desk/consignments?{following}")

    assert "state=registered" in following
    assert [page.count("<tr>") - 1 for page in (first, second)] == [50, 1]
    assert "Về đầu danh sách" in second
    assert "Về đầu danh sách" not in first


async def test_a_post_office_sees_its_own_work(gate, browser, said) -> None:
    made = await gate.consignment()
    for code in ("collected", "arrived"):
        await gate.scan(made["consignment_no"], code, office="480000")
    await browser.sign_in("enquiry", "scans", unit="480000")
    _, page = await browser.open("/desk")

    assert "1 Ở bưu cục và trên đường phát" in said(page)
    assert 'href="/station" data-key="1"' in page
    assert "Kết quả nhận từ Một cửa" in page


async def test_the_part_that_changes_is_the_part_of_the_page(browser, ready) -> None:
    _, whole = await browser.open("/desk")
    _, part = await browser.open("/desk/live/part")

    begin = whole.index('<div class="cols today" id="day"')
    assert whole[begin:].startswith(part.strip()[:2000])
    assert "<html" not in part


async def heard(content, *names: str) -> list[dict[str, str]]:
    """Read a stream until each of these events was heard; return what they said."""
    said = []
    for name in names:
        while (line := (await asyncio.wait_for(content.readline(), 60)).decode().strip()) != f"event: {name}":
            assert not line.startswith("event: over") or name == "over"
        said.append(json.loads((await content.readline()).decode().removeprefix("data: ")))
    return said


@pytest.fixture
def hasty(gate) -> Streams:
    """Let streams look again at once."""
    streams: Streams = gate.client.app[STREAMS]
    streams.every = 0.05
    return streams


async def test_a_stream_says_when_something_changed_and_carries_nothing_of_it(gate, browser, ready, hasty) -> None:
    answer = await browser.ask("GET", "/desk/live")
    await heard(answer.content, "same")
    await gate.consignment()
    said = await heard(answer.content, "changed", "same")

    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert [set(each) for each in said] == [{"at", "clock"}] * 2
    assert said[0]["clock"] == "09:00:00"
    answer.close()


async def test_many_screens_of_one_unit_cost_one_look(gate, browser, ready, hasty, monkeypatch) -> None:
    looks = []
    today = type(gate.house.services.day).today

    async def counted(self, **asked):
        looks.append(asked["actor"].unit)
        return await today(self, **asked)

    monkeypatch.setattr(type(gate.house.services.day), "today", counted)
    hasty.every = 60
    answers = [await browser.ask("GET", "/desk/live") for _ in range(5)]
    await heard(answers[0].content, "same")

    assert (hasty.open, looks) == (5, ["TS"])
    for answer in answers:
        answer.close()


async def test_a_stream_ends_with_its_sitting_and_does_not_keep_it_alive(gate, browser, ready, hasty) -> None:
    answer = await browser.ask("GET", "/desk/live")
    await heard(answer.content, "same")
    gate.clock[0] += timedelta(hours=13)
    await heard(answer.content, "over")

    assert await asyncio.wait_for(answer.content.read(), 60) == b"\n"
    assert (await browser.ask("GET", "/desk/live")).status == 403
    assert (await browser.ask("GET", "/desk/live/part")).status == 403


async def test_looking_at_a_screen_by_itself_is_no_sign_of_somebody_there(gate, browser, ready, hasty) -> None:
    idle = gate.house.services.sittings.terms.idle
    for _ in range(3):
        gate.clock[0] += idle / 2
        last = (await browser.ask("GET", "/desk/live/part")).status

    assert last == 403


async def test_a_full_house_says_so_and_the_page_works_all_the_same(gate, browser, ready, hasty) -> None:
    hasty._most = 0
    refused = await browser.ask("GET", "/desk/live")

    assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
    assert (await browser.open("/desk"))[0] == 200


async def test_open_streams_end_promptly_when_the_door_closes(gate, browser, ready, hasty) -> None:
    answer = await browser.ask("GET", "/desk/live")
    await heard(answer.content, "same")
    begun = asyncio.get_running_loop().time()
    await gate.client.server.close()

    assert asyncio.get_running_loop().time() - begun < 3
    assert hasty.open == 0
    answer.close()


async def test_a_stream_without_a_sitting_is_refused(browser) -> None:
    assert (await browser.ask("GET", "/desk/live")).status == 403


async def test_a_name_is_found_masked_and_stands_in_no_address(browser, ready, said) -> None:
    answer = await browser.send("/desk/find", q="dien tap nguyem")
    page = await answer.text()

    assert (answer.status, "Location" in answer.headers) == (200, False)
    assert "Tìm thấy 1 hồ sơ" in page
    assert "N••• T••• D••• T•••" in page
    assert PERSON not in page
    assert f'href="/desk/dossiers/{ready["dossier_no"]}"' in page


async def test_names_that_were_found_are_uncovered_by_an_act_that_is_written_down(gate, browser, ready) -> None:
    page = await (await browser.send("/desk/find", q="dien tap", show="1")).text()
    seen = await gate.house.database.reading.rows("SELECT * FROM access_log")

    assert PERSON in page
    assert any("list:/desk/find" in str(row) for row in seen)


async def test_another_unit_finds_nobody(browser, ready) -> None:
    await browser.sign_in("enquiry", unit="KA")
    answer = await browser.send("/desk/find", q="Nguyễn Thị Diễn Tập")

    assert answer.status == 404
    assert "Không có hồ sơ nào khớp." in await answer.text()


async def test_the_search_box_goes_to_what_a_number_names(gate, browser, ready) -> None:
    opened = await gate.post("/api/v1/manifests", {
        "desk": "TS", "office": "480000", "direction": "to_post", "numbers": [ready["consignment_no"]],
    })  # fmt: skip
    manifest = (await opened.json())["manifest_no"]
    shown = ready["consignment_no"]
    where = {
        shown.lower(): f"/desk/consignments/{shown}",
        f"{shown[:4]}-{shown[4:8]}-{shown[8:]}": f"/desk/consignments/{shown}",
        ready["dossier_no"].lower(): f"/desk/dossiers/{ready['dossier_no']}",
        ready["dossier_no"].replace(".", " "): f"/desk/dossiers/{ready['dossier_no']}",
        manifest: f"/desk/handover/{manifest}",
        "": "/desk/consignments",
    }  # fmt: skip
    found = {typed: (await browser.send("/desk/find", q=typed)).headers.get("Location") for typed in where}

    assert found == where


async def test_a_wrong_letter_in_a_number_is_answered_with_the_right_one(browser, ready) -> None:
    number = ready["consignment_no"]
    wrong = number[:3] + ("0" if number[3] != "0" else "1") + number[4:]
    answer = await browser.send("/desk/find", q=wrong)

    assert f'href="/desk/consignments/{number}"' in await answer.text()
    assert (await browser.send("/desk/find", q="4K7M29TB6HB")).status == 404


async def test_what_is_typed_is_text_and_never_markup(browser, ready) -> None:
    page = await (await browser.send("/desk/find", q='"><img src=x>')).text()

    assert "<img" not in page


@pytest.mark.parametrize("name", [name for name, work in day_words.WORKS.items() if work.href])
def test_each_act_of_the_day_leads_to_a_page_that_wants_no_other_right(name: str) -> None:
    work = day_words.WORKS[name]
    page = next(route for route in PAGES if (route.method, route.path) == ("GET", work.href))

    own = None if work.href == "/station" else "enquiry"  # the station asks for itself who is there
    assert scope_wanted(page.handler) in {work.scope or "enquiry", own}


async def test_a_change_that_waits_is_decided_on_the_page_to_which_the_day_leads(gate, browser) -> None:
    sent = gate.dossier()
    await gate.post("/api/v1/dossiers", sent)
    await gate.post("/api/v1/consignments", {"dossier": sent["dossier_no"], "leg": "return", "book": True})
    waits = await gate.post("/api/v1/dossiers", {**sent, "note": "đổi"})
    await browser.sign_in("enquiry", "intake", unit="TS")
    _, day = await browser.open("/desk")
    _, page = await browser.open(day_words.WORKS["change"].href)

    assert waits.status == 202
    assert day_words.WORKS["change"].title in day
    assert f'href="{day_words.WORKS["change"].href}"' in day
    assert sent["dossier_no"] in page
