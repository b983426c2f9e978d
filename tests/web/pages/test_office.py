"""The lead's pages at the door: the day, the tray, two sides beside each other, settling, and who may what."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from postgw.domain.conflict import KINDS, WAYS, Side, of_act, of_clock
from postgw.web.pages.office import words

OFFICE = "480000"
TRAY = "/desk/office/conflicts"
LEAD = ("lead", "scans", "delivery", "enquiry", "handover")
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


async def delivered(gate: Any, number: str, device: str, receiver: str = "Người Diễn Tập") -> None:
    moment = gate.clock[0].isoformat()
    told = {
        "number": number, "scan_id": f"{device}-1", "device": device, "device_at": moment, "sent_at": moment,
        "office": OFFICE, "proof": {"receiver_name": receiver, "id_kind": "citizen_id", "id_tail": "4821",
                                    "remarks": "Phong bì rách", "signature_png": PICTURE},
    }  # fmt: skip
    answer = await gate.post("/api/v1/deliveries", told)
    assert answer.status in {201, 409}, await answer.text()


async def twice(gate: Any) -> str:
    """Let two devices deliver one item; return the number of the conflict."""
    number = (await gate.consignment())["consignment_no"]
    await gate.scan(number, "collected", office=OFFICE)
    await delivered(gate, number, "may-a", "Nguyễn Thị Hoa")
    gate.clock[0] += timedelta(minutes=5)
    await delivered(gate, number, "may-b", "Trần Văn Cầu")
    return str((await (await gate.get("/api/v1/conflicts")).json())["data"][0]["conflict_no"])


async def refused(gate: Any) -> str:
    """Let a device tell an act that could not be taken; return the number of the conflict."""
    body = {"number": "4K7M29TB6HC", "code": "arrived", "proof": {"receiver_name": "Lê Thị Kín", "signature_png": "x"}}
    async with gate.house.database.writing() as tx:
        await tx.run(
            "INSERT INTO device_act (device_no, counter, digest, act_id, shift_no, kind, device_at, received_at,"
            " verdict, content) VALUES ('TB-1', 7, 'x', 'a', 'CA-1', 'deliver', $1, $1, 'refused', $2)",
            gate.clock[0], json.dumps({"body": body}),
        )  # fmt: skip
    side = Side(
        word="deliver", source="device:TB-1", actor="hoang.td", office=OFFICE, at=gate.clock[0],
        detail={"digest": "x", "sentence": "Sai số, quét lại. Chữ số kiểm tra không khớp.", "values": {},
                "number": "4K7M29TB6HC"},
    )  # fmt: skip
    found = of_act("refused", device_no="TB-1", counter=7, digest="x", unit=OFFICE, side=side)
    await gate.house.services.conflicts.note(found, at=gate.clock[0])
    return await last(gate, "refused")


async def last(gate: Any, kind: str) -> str:
    rows = (await (await gate.get(f"/api/v1/conflicts?kind={kind}")).json())["data"]
    return str(rows[-1]["conflict_no"])


# --- the day


async def test_the_day_says_who_has_what_and_every_number_opens_its_list(gate, browser, said) -> None:
    number = (await gate.consignment())["consignment_no"]
    await gate.scan(number, "out_for_delivery", office=OFFICE)
    await twice(gate)
    await browser.sign_in(*LEAD, unit=OFFICE)

    status, page = await browser.open("/desk/office")

    assert status == 200
    assert "1 đang đi phát" in said(page)
    assert f'href="{TRAY}"' in page
    assert "Mâu thuẫn chờ xử lý" in said(page)
    assert "100%" in said(page)
    for href in set(re.findall(r'href="(/desk/[^"#]+)"', page)):
        assert (await browser.ask("GET", href.replace("&amp;", "&"))).status == 200, href


async def test_a_day_without_anything_says_so(browser, said) -> None:
    await browser.sign_in(*LEAD, unit=OFFICE)
    _, page = await browser.open("/desk/office")

    assert "Không có gì chờ người xem" in said(page)
    assert "Chưa ai mở ca và chưa ai giữ bưu gửi nào." in said(page)
    assert "Không chuyến nào trễ." in said(page)


async def test_a_trip_whose_hours_are_over_is_late_until_both_sides_signed(gate, browser, said) -> None:
    number = (await gate.consignment())["consignment_no"]
    await gate.post(f"/api/v1/consignments/{number}/book", {})
    made = await gate.post("/api/v1/manifests", {
        "desk": "TS", "office": OFFICE, "direction": "to_post", "numbers": [number]
    })  # fmt: skip
    manifest = (await made.json())["manifest_no"]
    await browser.sign_in(*LEAD, unit=OFFICE)
    _, today = await browser.open("/desk/office")
    gate.clock[0] += timedelta(hours=20)
    await browser.sign_in(*LEAD, unit=OFFICE)
    _, tomorrow = await browser.open("/desk/office")

    assert manifest not in today
    assert manifest in tomorrow
    assert "Biên bản còn mở, đã đếm 0 trên 1." in said(tomorrow)


async def test_a_desk_is_told_that_the_page_is_the_post_offices(browser, said) -> None:
    await browser.sign_in("scans", "enquiry", unit="TS")
    status, page = await browser.open("/desk/office")

    assert status == 200
    assert "Trang này của bưu cục." in said(page)


async def test_a_menu_offers_a_desk_nothing_of_the_post_office(browser) -> None:
    pages = {}
    for unit in ("TS", OFFICE):
        await browser.sign_in(*LEAD, unit=unit)
        _, page = await browser.open("/desk")
        pages[unit] = page.split("<nav")[1].split("</nav>")[0]

    for place in ("/desk/office", "/desk/office/routes", "/station"):
        assert f'href="{place}"' in pages[OFFICE]
        assert f'href="{place}"' not in pages["TS"]


@pytest.mark.parametrize("path", ["/desk/office", TRAY, f"{TRAY}/MT-261123-0001"])
async def test_without_the_right_to_scans_nobody_looks(browser, path: str) -> None:
    await browser.sign_in("enquiry", unit=OFFICE)

    assert (await browser.open(path))[0] == 403


@pytest.mark.parametrize("name", ["workers", "performance", "conflicts"])
async def test_each_list_goes_out_as_a_file_without_a_citizen_in_it(gate, browser, name: str) -> None:
    await twice(gate)
    await browser.sign_in(*LEAD, unit=OFFICE)

    answer = await browser.ask("GET", f"/desk/office/{name}.csv")
    book = await browser.ask("GET", f"/desk/office/{name}.xlsx")
    text = (await answer.read()).decode("utf-8-sig")

    assert (answer.status, book.status, OFFICE in text or "Bưu điện Hà Tĩnh" in text) == (200, 200, True)
    assert "Hoa" not in text
    assert "Cầu" not in text


# --- the tray


async def test_the_tray_shows_each_conflict_once_and_is_sieved_by_kind(gate, browser, said) -> None:
    number, other = await twice(gate), await refused(gate)
    await browser.sign_in(*LEAD, unit=OFFICE)

    _, page = await browser.open(TRAY)
    _, sieved = await browser.open(f"{TRAY}?kind=refused")

    assert page.count(f'<small class="code">{number}</small>') == 1
    assert "Phát hai lần" in said(page)
    assert other in sieved
    assert number not in sieved


async def test_an_empty_tray_and_a_wrong_number_say_so(browser, said) -> None:
    await browser.sign_in(*LEAD, unit=OFFICE)
    _, page = await browser.open(f"{TRAY}?kind=nonsense&cursor=x")
    _, settled = await browser.open(f"{TRAY}?state=settled")
    status, _ = await browser.open(f"{TRAY}/MT-000000-0000")

    assert "Không có mâu thuẫn nào chờ." in said(page)
    assert "Chưa xử lý việc nào." in said(settled)
    assert status == 404


async def test_another_office_sees_nothing_of_it(gate, browser) -> None:
    number = await twice(gate)
    await browser.sign_in(*LEAD, unit="TS")
    _, page = await browser.open(TRAY)

    assert number not in page
    assert (await browser.open(f"{TRAY}/{number}"))[0] == 404


# --- one conflict


async def test_both_sides_stand_beside_each_other_and_names_are_covered_until_asked_for(gate, browser, said) -> None:
    number = await twice(gate)
    await browser.sign_in(*LEAD, unit=OFFICE)

    _, covered = await browser.open(f"{TRAY}/{number}")
    await browser.send("/desk/names", act="show", next=f"{TRAY}/{number}")
    _, shown = await browser.open(f"{TRAY}/{number}")

    assert "may-a" in covered
    assert "may-b" in covered
    assert "N••• T••• H•••" in said(covered)
    for secret in ("Hoa", "Cầu", "4821", "rách", "data:image"):
        assert secret not in covered
        assert secret in shown


async def test_a_lead_settles_it_and_the_page_says_who_how_and_why(gate, browser, said) -> None:
    number = await twice(gate)
    await browser.sign_in(*LEAD, unit=OFFICE)

    answer = await browser.send(f"{TRAY}/{number}", way="first", reason="Đã gọi chị Hoa")
    _, tray = await browser.open(answer.headers["Location"])
    _, page = await browser.open(f"{TRAY}/{number}")
    again = await browser.send(f"{TRAY}/{number}", way="first", reason="Đã gọi chị Hoa")

    assert answer.status == 303
    assert f"Đã xử lý {number}." in said(tray)
    assert "Giữ lần phát trước" in said(page)
    assert "Đã gọi chị Hoa" in said(page)
    assert "được giữ" in said(page)
    assert again.status == 303
    assert 'name="way"' not in page


async def test_the_second_lead_is_told_who_was_first_and_sees_what_was_decided(gate, browser, said) -> None:
    number = await twice(gate)
    await gate.post(f"/api/v1/conflicts/{number}/settle", {"way": "second", "reason": "Đã gặp bưu tá"})
    await browser.sign_in(*LEAD, unit=OFFICE)

    answer = await browser.send(f"{TRAY}/{number}", way="first", reason="Đã gọi người nhận")
    page = await answer.text()

    assert answer.status == 409
    assert "đã xử lý việc này lúc" in said(page)
    assert "Giữ lần phát sau" in said(page)


@pytest.mark.parametrize(("way", "reason"), [("first", ""), ("first", "x"), ("nonsense", "Đã xem kỹ"), ("", "Đã xem")])
async def test_a_word_without_a_way_or_a_reason_comes_back_as_it_was_typed(gate, browser, way, reason) -> None:
    number = await twice(gate)
    await browser.sign_in(*LEAD, unit=OFFICE)

    answer = await browser.send(f"{TRAY}/{number}", way=way, reason=reason)
    page = await answer.text()

    assert answer.status == 422
    assert f'value="{reason}"' in page
    assert 'role="alert"' in page


async def test_whoever_only_looks_sees_no_buttons_and_cannot_settle(gate, browser, said) -> None:
    number = await twice(gate)
    await browser.sign_in("scans", "delivery", "enquiry", unit=OFFICE)
    _, page = await browser.open(f"{TRAY}/{number}")

    answer = await browser.send(f"{TRAY}/{number}", way="first", reason="Đã gọi người nhận")

    assert "Chờ phụ trách bưu cục xử lý" in said(page)
    assert 'name="way"' not in page
    assert answer.status == 403
    assert len((await (await gate.get("/api/v1/conflicts")).json())["data"]) == 1


async def test_what_an_act_says_of_a_citizen_is_covered_and_gone_once_it_is_settled(gate, browser, said) -> None:
    number = await refused(gate)
    await browser.sign_in(*LEAD, unit=OFFICE)

    _, covered = await browser.open(f"{TRAY}/{number}")
    await browser.send("/desk/names", act="show", next=f"{TRAY}/{number}")
    _, shown = await browser.open(f"{TRAY}/{number}")
    await browser.send(f"{TRAY}/{number}", way="aside", reason="Quét nhầm tờ rơi")
    _, settled = await browser.open(f"{TRAY}/{number}")

    assert "4K7M-29TB-6HC" in said(covered).replace(" ", "")
    assert "Đến bưu cục" in said(covered)
    assert "Chữ số kiểm tra không khớp" in said(covered)
    assert "Lê Thị Kín" not in covered
    assert "Lê Thị Kín" in shown
    assert "Lê Thị Kín" not in settled
    assert "Đã xử lý xong nên nội dung đã bỏ." in said(settled)


async def test_a_clock_that_is_off_shows_both_times(gate, browser, said) -> None:
    at = gate.clock[0]
    found = of_clock(
        device_no="TB-1", unit=OFFICE, worker="hoang.td", device_at=at + timedelta(hours=3), received_at=at, day="d"
    )
    await gate.house.services.conflicts.note(found, at=at)
    await browser.sign_in(*LEAD, unit=OFFICE)
    _, page = await browser.open(f"{TRAY}/{await last(gate, 'device_clock')}")

    assert "Nhanh 3 giờ" in said(page)
    assert "12:00" in page
    assert "09:00" in page


async def test_the_pages_read_in_english(gate, browser, said) -> None:
    number = await twice(gate)
    await browser.sign_in(*LEAD, unit=OFFICE)
    _, day = await browser.open("/desk/office?l=en")
    _, page = await browser.open(f"{TRAY}/{number}?l=en")

    assert "Who has what" in said(day)
    assert "Delivered twice" in said(page)


def test_titles_are_the_same_for_people_and_for_machines() -> None:
    assert dict(words.KINDS) == dict(KINDS)
    assert {kind: dict(ways) for kind, ways in words.WAYS.items()} == {kind: dict(ways) for kind, ways in WAYS.items()}
    assert set(words.STAKES) == set(words.SIDES) == set(words.LOOKS) == set(KINDS)
