"""The station's pages: a scan without a script, answered in a colour, a word and a sentence."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from postgw.web.pages.station import last_scans

NOBODYS = "4K7M29TB6HC"


@pytest.fixture
async def station(browser):
    """Give the browser of a post office."""
    await browser.sign_in("scans", "enquiry", unit="480000")
    return browser


async def scanned(station, number: str, code: str = "arrived", **more: str):
    answer = await station.send("/station/box", number=number, code=code, **more)
    assert answer.status == 200
    return await answer.text()


def answer_of(page: str, said):
    return said(page.split('class="shout"')[1].split("</form>")[0].split("<form")[0]).partition("> ")[2]


async def test_the_scan_box_has_the_hand_at_once_and_offers_every_act_that_is_asked(station) -> None:
    _, page = await station.open("/station/box")

    assert 'name="number"' in page
    assert "autofocus" in page
    assert 'href="/station/box?code=out_for_delivery"' in page
    assert "code=booked" not in page
    assert "code=delivered" not in page


async def test_a_scan_is_kept_for_the_office_and_answered_in_green(gate, station, said) -> None:
    number = (await gate.consignment())["consignment_no"]
    page = await scanned(station, number)
    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()

    assert 'class="shout" data-s="ok"' in page
    assert answer_of(page, said).startswith("Đã ghi")
    assert "480000" in str(journey)


@pytest.mark.parametrize(("number", "kind", "word"), [
    ("4K7M29TB6HB", "late", "Sai số"), (NOBODYS, "stuck", "Chưa có trong sổ"),
    ("H27.10.20-261120-0001", "late", "Đây là mã hồ sơ"), ("", "late", "Sai số"),
])  # fmt: skip
async def test_what_cannot_be_scanned_says_why(station, said, number: str, kind: str, word: str) -> None:
    page = await scanned(station, number)

    assert f'class="shout" data-s="{kind}"' in page
    assert answer_of(page, said).startswith(word)


async def test_a_page_that_is_sent_twice_makes_one_scan(gate, station) -> None:
    number = (await gate.consignment())["consignment_no"]
    scan_id = "0123456789abcdef" * 2
    await scanned(station, number, scan_id=scan_id)
    page = await scanned(station, number, scan_id=scan_id)

    assert 'class="shout" data-s="warn"' in page
    assert "Đã quét rồi" in page


async def test_a_nervous_hand_makes_one_scan(gate, station) -> None:
    number = (await gate.consignment())["consignment_no"]
    await scanned(station, number)
    page = await scanned(station, number)
    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()

    assert "Đã quét rồi" in page
    assert str(journey).count("'arrived'") == 1


async def test_the_same_act_an_hour_later_is_another_scan(gate, station) -> None:
    number = (await gate.consignment())["consignment_no"]
    await scanned(station, number)
    gate.clock[0] += timedelta(hours=1)

    assert 'class="shout" data-s="ok"' in await scanned(station, number)


async def test_an_act_that_wants_a_reason_asks_for_it(gate, station, said) -> None:
    number = (await gate.consignment())["consignment_no"]
    without = await scanned(station, number, code="attempted")
    given = await scanned(station, number, code="attempted", reason="absent")

    assert answer_of(without, said).startswith("Thiếu lý do")
    assert '<option value="absent" selected>' in given
    assert 'class="shout" data-s="ok"' in given


async def test_the_last_ten_scans_stand_below_the_newest_first(gate, station) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(11)]
    for number in numbers:
        page = await scanned(station, number)
    shown = page.split('class="last"')[1]

    assert shown.count("<li ") == 10
    assert f"{numbers[-1][:4]}-" in shown.split("</li>")[0]


async def test_a_slip_is_taken_back(gate, station, said) -> None:
    number = (await gate.consignment())["consignment_no"]
    page = await scanned(station, number)
    scan_id = page.split("/station/undo")[1].split('name="scan_id" value="')[1].split('"')[0]
    undone = await (await station.send("/station/undo", scan_id=scan_id)).text()
    shown = await (await gate.get(f"/api/v1/consignments/{number}")).json()

    assert answer_of(undone, said).startswith("Đã rút lại")
    assert shown["custody"]["state"] == "registered"


async def test_what_waits_for_its_item_is_listed(station) -> None:
    await scanned(station, NOBODYS)
    _, page = await station.open("/station/strays")

    assert "4K7M-29TB-6HC" in page
    assert "1 lần quét đang chờ" in page
    assert "Chỉ hiện" not in page


async def test_who_scans_unknown_items_without_end_hides_nobodys_and_the_page_says_that_it_shows_a_part(
    gate, station
) -> None:
    await scanned(station, NOBODYS)
    moment = gate.clock[0].isoformat()
    told = [
        {"scan_id": f"f-{n}", "number": "RR473124829VN", "code": "arrived", "device_at": moment} for n in range(250)
    ]
    assert (await gate.post("/api/v1/scans", {"device": "d", "sent_at": moment, "scans": told})).status == 200

    _, page = await station.open("/station/strays")
    _, english = await station.open("/station/strays?l=en")
    listed = await (await gate.get("/api/v1/scans/strays")).json()

    assert "Hơn 200 lần quét đang chờ" in page
    assert "Chỉ hiện 200 lần quét, chia đều cho các nơi gửi" in page
    assert "More than 200 scans waiting" in english
    assert "4K7M-29TB-6HC" in page
    assert page.count('<li data-s="stuck">') == len(listed["data"]) == 200
    assert [each["number"] for each in listed["data"]].count(NOBODYS) == 1
    assert listed["more"] is True


@pytest.mark.parametrize("cookie", [
    "", "?", "W10", "e30=", base64.b64encode(b'[["x"]]').decode(), base64.b64encode(b'[[1,2,3,4,5]]').decode(),
    base64.b64encode(b'[["0123456789abcdef","<b>","arrived","accepted",-1]]').decode(), "A" * 5000,
])  # fmt: skip
def test_a_strange_cookie_is_no_scans(cookie: str) -> None:
    assert last_scans.unpacked(cookie) == ()


async def test_a_hostile_cookie_is_text_and_never_markup(station) -> None:
    row = b'[["0123456789abcdef","<script>","arrived","accepted",1795401000]]'
    cookie = f"{last_scans.COOKIE}={base64.urlsafe_b64encode(row).decode()}"
    held = station.gate.client.session.cookie_jar.filter_cookies(station.gate.client.make_url("/"))["postgw"].value
    _, page = await station.open("/station/box", Cookie=f"{cookie}; postgw={held}")

    assert "<script" not in page
