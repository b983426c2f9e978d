"""The citizen's own page at the door: what it answers in each state, how old it says it is, what it never shows."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.scan import Scan, Witness
from postgw.domain.states import STATES
from postgw.domain.time_limit import Zone
from postgw.rules.book import rule_book
from postgw.services.filing import Promise
from postgw.storage import calendar, dossiers, province, scans, secret_pages
from postgw.storage.database import Session
from postgw.storage.province import Unit
from postgw.web.pages.secret_answer import HEADS
from postgw.web.pages.secret_line import TITLES

from .conftest import words_of

OFFICE, HUB, DESK = "480000", "480900", "TS"
NO_NAMES = ("Nguyễn", "Diễn Tập", "0912000003", "Thôn Đoài", "khai sinh")
PROOF = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "không"}
RESULT = {"papers": [{"name": "Trích lục", "kind": "original"}]}


@dataclass
class Citizen:
    """Somebody with the link to the page of one dossier."""

    gate: Any
    browser: Any
    key: str
    number: str = ""

    async def path(self, days: int = 30) -> str:
        """Return the address that a message bears."""
        async with self.gate.house.database.writing() as tx:
            kept = await dossiers.find(tx, self.key)
            assert kept
            return await secret_pages.link_of(tx, kept, days=days, at=self.gate.clock[0])

    async def reads(self, language: str = "vi") -> str:
        """Open the page and return what it says."""
        status, page = await self.browser.open(f"{await self.path()}?l={language}")
        assert status == 200, page
        return words_of(page)

    async def answer(self) -> str:
        """Return the one sentence that answers."""
        _, page = await self.browser.open(await self.path())
        found = re.search(r"<h1>(.*?)</h1>", page, re.S)
        assert found
        return words_of(found[1])

    async def promises(self) -> list[str]:
        """Return the grounds of what was promised, in order."""
        return [row["ground"] for row in await self.rows()]

    async def rows(self) -> list[dict[str, Any]]:
        """Return what was promised."""
        return list(await self.gate.house.database.reading.rows("SELECT * FROM promise ORDER BY id"))


Made = Callable[..., Awaitable[Citizen]]


def moved_to(gate: Any, day: int, hour: int, minute: int = 0) -> None:
    """Set the clock to an hour of Vietnam."""
    gate.clock[0] = datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


@pytest.fixture
async def made(gate: Any, browser: Any) -> Made:
    """Give what makes a dossier with a consignment, in a province with zones, routes and a hub."""
    hub = Unit(code=HUB, kind="office", name="Trung tâm khai thác", phone="02393000112", opening_hours="7:00 đến 17:30")
    route = Route(office=OFFICE, route_no="1", name="Kỳ Lạc", places=(RoutePlace(commune_code="18628"),))
    async with gate.house.database.writing() as tx:
        await province.put_units(tx, [hub])
        zone = Zone(commune_code="18628", area="Huyện Kỳ Anh", province="42")
        await calendar.put_zones(tx, [zone], valid_from=date(2017, 8, 15), author="test", reason="test")
        await province.begin(tx, rehearsal=True, at=gate.clock[0])
    await gate.house.services.delivery_routes.make(route, actor=GATEWAY, at=gate.clock[0])

    async def citizen(leg: str = "return", *codes: str, **rest: Any) -> Citizen:
        key = (await gate.sent(**rest))["key"]
        number = ""
        if leg:
            answer = await gate.post("/api/v1/consignments", {"dossier": key, "leg": leg})
            assert answer.status == 201, await answer.text()
            number = str((await answer.json())["consignment_no"])
        for code in codes:
            await gate.scan(number, code, office=OFFICE, reason={"attempted": "absent"}.get(code, ""))
        return Citizen(gate, browser, key, number)

    return citizen


@pytest.mark.parametrize("codes", [
    ((), "Kết quả đang chờ giao cho bưu điện."),
    (("collected",), "Bưu điện đã nhận kết quả từ Một cửa Thạch Sơn, dự kiến phát trước 17:00 thứ Ba 24/11."),
    (("collected", "departed"), "Đang trên đường đến Bưu điện Hà Tĩnh, dự kiến phát trước 17:00 thứ Ba 24/11."),
    (("collected", "arrived"), "Đã đến Bưu điện Hà Tĩnh, nơi phát cho bạn, dự kiến phát trước 17:00 thứ Ba 24/11."),
    (("collected", "out_for_delivery"), "Bưu tá đang mang kết quả đến cho bạn, dự kiến phát trước 17:00 hôm nay."),
    (("collected", "held"), "Bưu điện Hà Tĩnh đang giữ kết quả, chờ bạn đến nhận ít nhất đến hết thứ Năm 26/11."),
    (("held", "unclaimed"), "Kết quả chưa có người nhận, Bưu điện Hà Tĩnh vẫn giữ ít nhất đến hết thứ Năm 26/11."),
    (("collected", "lost"), "Kết quả được ghi nhận là thất lạc."),
    (("collected", "returned"), "Kết quả đã quay về Một cửa Thạch Sơn."),
], ids=lambda each: "-".join(each[0]) or "registered")  # fmt: skip
async def test_a_result_on_its_way_home_is_answered_in_one_sentence(made: Made, codes) -> None:
    citizen = await made("return", *codes[0])

    assert await citizen.answer() == codes[1]


@pytest.mark.parametrize("codes", [
    ((), "Hồ sơ chưa gửi, đang chờ báo bưu điện."),
    (("collected",), "Bưu điện đã nhận hồ sơ của bạn, sẽ mang đến Một cửa Thạch Sơn, dự kiến đến trước 17:00 thứ Ba"
                     " 24/11."),
    (("collected", "arrived"), "Đang ở Bưu điện Hà Tĩnh, trên đường đến Một cửa Thạch Sơn, dự kiến đến trước 17:00"
                               " thứ Ba 24/11."),
    (("collected", "attempted"), "Chưa giao được cho Một cửa Thạch Sơn, Bưu điện Hà Tĩnh vẫn giữ."),
    (("collected", "returned"), "Hồ sơ đã quay về bạn."),
], ids=lambda each: "-".join(each[0]) or "registered")  # fmt: skip
async def test_a_dossier_on_its_way_in_is_answered_in_one_sentence(made: Made, codes) -> None:
    citizen = await made("send", *codes[0])

    assert await citizen.answer() == codes[1]


@pytest.mark.parametrize("leg", sorted(HEADS))
def test_every_state_of_every_leg_has_its_sentence_and_every_word_its_title(leg: str) -> None:
    assert set(HEADS[leg]) == set(STATES)
    assert set(TITLES[leg]) == set(TITLES["return"])


async def test_a_missed_delivery_says_why_and_whom_to_call(made: Made) -> None:
    citizen = await made("return", "collected")
    await citizen.gate.scan(citizen.number, "attempted", office=OFFICE, reason="absent")

    page = await citizen.reads()

    assert "Bưu tá đã đến mà chưa trao được kết quả, Bưu điện Hà Tĩnh đang giữ ít nhất đến hết thứ Năm 26/11." in page
    assert "Lý do ghi lại: " in page
    assert "Chọn cách nhận, hoặc gọi Bưu điện Hà Tĩnh." in page
    assert await citizen.promises() == ["waiting"]


async def test_what_must_be_chosen_after_a_missed_delivery_is_offered_in_the_answer_itself(made: Made) -> None:
    citizen = await made("return", "collected")
    path = await citizen.path()
    asked = f'<a class="btn main" href="{path}/choose">'
    _, before = await citizen.browser.open(path)
    await citizen.gate.scan(citizen.number, "attempted", office=OFFICE, reason="absent")
    _, missed = await citizen.browser.open(path)
    await citizen.gate.scan(citizen.number, "returning", office=OFFICE, reason="two_invitations")
    going_back = await citizen.reads()

    assert (asked in before, asked in missed) == (False, True)
    assert "Nhờ người khác nhận" not in going_back


async def test_a_post_office_that_the_province_does_not_know_is_called_one(made: Made) -> None:
    citizen = await made("return", "collected")
    await citizen.gate.scan(citizen.number, "attempted", office="999999", reason="absent")

    assert "kết quả, bưu cục 999999 đang giữ" in await citizen.reads()


async def test_a_chosen_day_is_what_the_page_promises(made: Made) -> None:
    citizen = await made("return", "collected")
    await citizen.gate.scan(citizen.number, "attempted", office=OFFICE, reason="absent")
    wish = {"way": "deliver", "on": "2026-11-25", "window": "morning"}
    assert (await citizen.gate.post(f"/api/v1/consignments/{citizen.number}/choice", wish)).status == 201

    assert "hẹn phát lại trước 12:00 thứ Tư 25/11." in await citizen.answer()
    moved_to(citizen.gate, 25, 12, 1)
    assert "Giờ hẹn đã qua mà chưa có tin mới. Gọi Bưu điện Hà Tĩnh để hỏi." in await citizen.reads()
    assert await citizen.promises() == ["choice", "passed"]


async def test_what_is_delivered_with_proof_is_told_with_its_hour_and_asks_nothing_more(gate, made: Made) -> None:
    citizen = await made("return", "collected")
    now = gate.clock[0].isoformat()
    told = {"number": citizen.number, "scan_id": "1", "device": "d", "device_at": now, "sent_at": now, "office": OFFICE,
            "proof": PROOF}  # fmt: skip
    assert (await gate.post("/api/v1/deliveries", told)).status == 201

    page = await citizen.reads()

    assert "Đã trao kết quả lúc 09:00 hôm nay." in page
    assert "có chứng từ phát" in page
    assert "Lần phát đầu hôm nay, đúng hạn." in page
    assert [words for words in ("Bạn cần có sẵn", "4821", *NO_NAMES) if words in page] == []
    assert await citizen.promises() == []


async def test_over_the_limit_the_page_promises_no_day_and_says_so(gate, made: Made) -> None:
    citizen = await made("return", "collected", "departed")
    await citizen.reads()
    moved_to(gate, 24, 17, 1)
    evening = await citizen.reads()
    moved_to(gate, 26, 9)
    late = await citizen.reads()

    assert "Giờ dự kiến đã qua mà chưa có tin mới. Luật cho đến hết hôm nay." in evening
    assert "Hạn theo luật là hết thứ Ba 24/11, nay đã qua." in late
    assert "Đang trễ 2 ngày làm việc." in late
    assert "dự kiến" not in late.lower()
    assert await citizen.promises() == ["limit", "passed", "overdue"]


async def test_where_no_zone_is_known_nothing_is_promised_and_the_reason_is_told(gate, made: Made) -> None:
    citizen = await made("return", "collected", applicant={**_person(), "commune_code": ""})

    page = await citizen.reads()

    assert "Chưa tính được ngày đến vì địa chỉ chưa có trong bảng khu vực của bưu điện." in page
    assert await citizen.promises() == ["unknown"]


async def test_news_goes_amber_and_then_red_by_the_clock_alone(gate, made: Made) -> None:
    citizen = await made("return", "collected", "departed")
    said = []
    for day, hour in ((23, 12), (23, 14), (24, 8), (24, 10)):
        moved_to(gate, day, hour)
        _, page = await citizen.browser.open(await citizen.path())
        said.append(re.search(r'class="age" data-s="(\w+)".*?<b>(.*?)</b>', page, re.S).groups())  # type: ignore[union-attr]

    assert said == [
        ("ok", "Tin còn mới."), ("warn", "Chậm tin."), ("warn", "Chậm tin."), ("late", "Lâu chưa có tin."),
    ]  # fmt: skip
    assert "Bưu điện báo lần cuối lúc 09:00 hôm qua, 1 ngày trước. Ở chặng này thường 4 giờ có một tin" in words_of(
        page
    )


async def test_the_legal_limit_is_one_tap_away_with_how_it_is_reckoned(gate, made: Made) -> None:
    moved_to(gate, 27, 9)  # a Friday
    citizen = await made("return", "collected")

    _, page = await citizen.browser.open(await citizen.path())
    law = words_of(re.search(r"<details>(.*?)</details>", page, re.S)[1])  # type: ignore[index]

    assert law == (
        "Luật cho bao lâu? Hết thứ Hai 30/11. Bưu điện nhận kết quả hôm nay; đi trong một huyện cũ được 1 ngày làm"
        " việc kể từ ngày nhận (Thông tư 17/2017, Điều 7). Không tính 2 ngày cuối tuần. Trễ mà lỗi của bưu điện thì"
        " bạn được hoàn cước (Nghị định 47/2011, Điều 25)."
    )


async def test_before_the_post_has_it_the_law_is_told_by_its_days(made: Made) -> None:
    page = await (await made("return")).reads()

    assert "Chưa tính được ngày đến vì bưu điện chưa nhận. Từ lúc bưu điện nhận, luật cho 1 ngày làm việc." in page


async def test_two_who_tell_of_one_happening_stand_on_one_line(gate, made: Made) -> None:
    citizen = await made("return", "collected", "departed")
    await _stated(gate, citizen.number, "departed", gate.clock[0] + timedelta(minutes=4))

    page = await citizen.reads()

    assert page.count("Rời Bưu điện Hà Tĩnh, đang trên xe thư") == 1
    assert "09:00 hôm nay · bưu điện quét mã, bưu điện báo" in page


async def test_the_line_has_both_legs_and_the_agencys_part_with_what_is_ahead_on_top(gate, made: Made) -> None:
    citizen = await made("send", "collected")
    gate.clock[0] += timedelta(hours=2)
    await _signed(gate, citizen.number, "to_desk")
    promise = Promise(due_on=date(2026, 11, 27), slip_no="GH-1")
    await gate.house.services.filing.appoint(citizen.key, promise, actor=GATEWAY, at=gate.clock[0])
    waiting = await citizen.reads()
    moved_to(gate, 25, 9)
    ready = await gate.post(f"/api/v1/dossiers/{citizen.key}/result-ready", RESULT)
    number = (await ready.json())["consignment_no"]
    await _signed(gate, number, "to_post")
    gate.clock[0] += timedelta(hours=1)
    await gate.scan(number, "departed", office=HUB)

    page = await citizen.reads()

    assert "Cơ quan đang giải quyết, hẹn trả kết quả thứ Sáu 27/11. Xong thì bưu điện mang kết quả" in waiting
    assert "Tính là đã nộp lúc 11:00 hôm nay." in waiting
    told = (
        "Sắp tới: Trao tận tay bạn", "Sắp tới: Đến Bưu điện Hà Tĩnh", "Rời Trung tâm khai thác, đang trên xe thư",
        "Bưu điện nhận kết quả từ Một cửa Thạch Sơn", "Cơ quan giải quyết xong", "sớm hơn hẹn 2 ngày",
        "Hồ sơ đến Một cửa Thạch Sơn", "được tính là đã nộp", "Bạn trao hồ sơ cho bưu điện",
    )  # fmt: skip
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert page.count("hai bên ký") == 2


async def test_a_supplement_asked_for_is_the_answer_and_its_papers_are_listed(gate, made: Made) -> None:
    citizen = await made("send", "collected")
    await _signed(gate, citizen.number, "to_desk")
    listed = (
        await gate.house.services.catalogue.procedure(gate.dossier()["procedure_code"], on=date(2026, 11, 23))
    ).papers
    asked = {"papers": [{"name": listed[0].name, "kind": "copy"}], "reason": "Bản của ông Nguyễn Văn A bị mờ."}
    assert (await gate.post(f"/api/v1/dossiers/{citizen.key}/supplements", asked)).status == 201

    page = await citizen.reads()

    assert await citizen.answer() == "Cơ quan cần bạn bổ sung giấy tờ."
    assert f"{listed[0].name}, bản sao" in page
    assert "Nguyễn Văn A" not in page


@pytest.mark.parametrize(("form", "leg", "says"), [
    ("both", "", "Hồ sơ chưa gửi, đang chờ Một cửa Thạch Sơn làm thủ tục với bưu điện."),
    ("return", "", "Cơ quan đang giải quyết, chưa ghi ngày hẹn trả."),
])  # fmt: skip
async def test_a_dossier_that_does_not_travel_says_who_has_it(made: Made, form, leg, says) -> None:
    citizen = await made(leg, service_form=form)

    assert await citizen.answer() == says
    assert await citizen.promises() == []


async def test_a_due_day_of_the_agency_that_went_by_is_told_without_blame(gate, made: Made) -> None:
    citizen = await made("", service_form="return", due_on="2026-11-25")
    before = await citizen.answer()
    moved_to(gate, 26, 9)

    assert before == "Cơ quan đang giải quyết, hẹn trả kết quả thứ Tư 25/11."
    assert await citizen.answer() == "Hẹn trả kết quả hôm qua đã qua, cơ quan chưa báo xong."


async def test_a_result_that_will_be_fetched_says_where(gate, made: Made) -> None:
    citizen = await made("send", "collected", service_form="send")
    await _signed(gate, citizen.number, "to_desk")
    assert (await gate.post(f"/api/v1/dossiers/{citizen.key}/result-ready", RESULT)).status == 201

    assert await citizen.answer() == "Đã có kết quả, mời bạn đến Một cửa Thạch Sơn nhận."


async def test_a_day_that_was_put_off_is_told_with_the_apology_and_the_day_before(gate, made: Made) -> None:
    citizen = await made("", service_form="return", due_on="2026-11-25")
    lateness, now = gate.house.services.lateness, gate.clock[0]
    draft = await lateness.draft(citizen.key, actor=GATEWAY, at=now)
    await lateness.issue(
        draft.apology.apology_no, reason="Chờ xác minh nơi ở của bà Nguyễn Thị B.", new_due_on=date(2026, 11, 30),
        actor=GATEWAY, at=now,
    )  # fmt: skip

    page = await citizen.reads()

    assert "Cơ quan xin lỗi vì trả kết quả chậm, hẹn lại thứ Hai 30/11. Ngày hẹn cũ là thứ Tư 25/11." in page
    assert "Cơ quan xin lỗi vì trả kết quả chậm 09:00 hôm nay · hẹn lại thứ Hai 30/11 · cơ quan báo" in page
    assert "Nguyễn Thị B" not in page


async def test_a_look_asks_a_bounded_number_of_questions_and_writes_once(gate, made: Made) -> None:
    citizen = await made("return", "collected")
    path = await citizen.path()
    asked: list[str] = []
    rows, plain_rows = Session.rows, Session.plain_rows

    async def questions() -> int:
        asked.clear()
        await citizen.browser.open(path)
        return len(asked)

    async def counted(self: Any, sql: str, *values: Any) -> Any:
        asked.append(sql)
        return await rows(self, sql, *values)

    async def counted_plain(self: Any, sql: str, *values: Any) -> Any:
        asked.append(sql)
        return await plain_rows(self, sql, *values)

    await questions()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Session, "rows", counted)
        patched.setattr(Session, "plain_rows", counted_plain)
        few = await questions()
        for code in ("departed", "arrived", "departed", "arrived"):
            gate.clock[0] += timedelta(minutes=10)
            await gate.scan(citizen.number, code, office=OFFICE)
        await questions()
        many = await questions()

    assert many == few
    assert few <= 45


async def test_a_rejected_dossier_goes_home_by_its_own_name(gate, made: Made) -> None:
    citizen = await made("send", "collected")
    await _signed(gate, citizen.number, "to_desk")
    why = {"code": "not_eligible", "reasons": "Thửa đất đang có tranh chấp.", "fault": "agency"}
    answer = await gate.post(f"/api/v1/dossiers/{citizen.key}/rejection", why)
    number = (await answer.json())["consignment_no"]
    await gate.scan(number, "collected", office=OFFICE)

    page = await citizen.reads()

    assert "Bưu điện đã nhận hồ sơ trả lại từ Một cửa Thạch Sơn" in page
    assert "Cơ quan trả lại hồ sơ" in page
    assert "tranh chấp" not in page


async def test_money_papers_and_identity_are_told_before_the_door(gate, made: Made) -> None:
    papers = [{"name": "Giấy xác nhận cũ", "kind": "original", "must_withdraw": True}]
    citizen = await made("return", "collected", service_form="return", papers=papers)

    due = await citizen.reads()
    for ledger in ("fee", "postage"):
        series, begin = f"{ledger[:3].upper()}26", gate.house.services.money.begin_series
        await begin(series, ledger=ledger, unit=OFFICE, actor=GATEWAY, at=gate.clock[0])
    fee = {"fee_id": "1", "number": citizen.number, "ledger": "fee", "amount_dong": 25_000, "unit": OFFICE}
    postage = {"fee_id": "2", "number": citizen.number, "ledger": "postage", "amount_dong": 26_000, "unit": OFFICE,
               "zone": "in_district", "grams": 80}  # fmt: skip
    for each in (fee, postage):
        answer = await gate.post("/api/v1/fees", each)
        assert answer.status == 201, await answer.text()
    paid = await citizen.reads()

    assert "Căn cước của bạn" in due
    assert "Giấy xác nhận cũ, bản chính Bưu tá thu lại giúp cơ quan." in due
    assert "25.000 đ phí, lệ phí Trả khi nhận và lấy biên lai. Cước chưa ghi biên lai" in due
    assert "Không phải trả thêm tiền Phí, lệ phí 25.000 đ đã trả, biên lai" in paid
    assert "Cước 26.000 đ đã trả, biên lai" in paid


async def test_office_and_desk_can_be_called_by_a_tap(gate, made: Made) -> None:
    citizen = await made("return", "collected", "departed")

    _, page = await citizen.browser.open(await citizen.path())

    assert re.findall(r'href="(tel:\d+)">([^<]+)', page) == [
        ("tel:02390000003", "0239 000 0003"), ("tel:02390000001", "0239 000 0001"),
    ]  # fmt: skip


async def test_another_carriers_parcel_has_no_limit_no_promise_and_no_postman(made: Made, gate) -> None:
    citizen = await made("return", "collected", "departed")
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE consignment SET public_service = FALSE WHERE consignment_no = $1", citizen.number)

    page = await citizen.reads()

    assert "Chưa tính được ngày đến: hạn theo hợp đồng với bên chuyển phát." in page
    assert "Luật bưu chính công ích không đặt hạn" in page
    assert "Người phát xem và chỉ ghi mấy số cuối." in page
    assert "bưu tá" not in page.lower()


@pytest.mark.parametrize("codes", [("collected", "departed"), ("collected", "attempted"), ("collected", "lost"), ()])
async def test_nobody_and_no_house_is_named_and_no_address_or_title_holds_a_number(made: Made, codes) -> None:
    citizen = await made("return", *codes)
    path = await citizen.path()

    answer = await citizen.browser.ask("GET", path)
    page = await answer.text()

    assert [each for each in NO_NAMES if each in page] == []
    title = re.search(r"<title>(.*?)</title>", page)
    assert title
    assert title[1] == "Hồ sơ của bạn đang ở đâu"
    assert "<script" not in page
    assert re.findall(r'(?:src|href|action)="(?!/|tel:|#)[^"]+', page) == []
    assert {name: answer.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")} == {
        "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
    }  # fmt: skip


async def test_a_link_serves_to_the_end_of_its_day_and_says_until_when(gate, made: Made) -> None:
    citizen = await made("return", "collected")
    path = await citizen.path(days=3)
    _, page = await citizen.browser.open(path)
    moved_to(gate, 27, 9)
    status, dead = await citizen.browser.open(path)

    assert "dùng được đến hết 26/11/2026. Đừng gửi đường dẫn cho người lạ." in words_of(page)
    assert (status, "Đường dẫn này không còn mở được." in words_of(dead)) == (404, True)
    assert "H27" not in dead


async def test_looking_twice_keeps_one_promise_and_a_change_the_next(gate, made: Made) -> None:
    citizen = await made("return", "collected")
    for _ in range(2):
        await citizen.reads()
    moved_to(gate, 23, 10)
    await gate.scan(citizen.number, "departed", office=OFFICE)
    await citizen.reads()

    rows = await citizen.rows()

    assert [(row["ordinal"], row["state"], row["office"], row["ground"]) for row in rows] == [
        (1, "collected", OFFICE, "limit"), (2, "in_transit", OFFICE, "limit"),
    ]  # fmt: skip
    assert str(rows[0]["lawful_until"]) == "2026-11-24"


async def test_staff_read_what_was_promised_and_when(gate, browser, made: Made) -> None:
    citizen = await made("return", "collected")
    await citizen.reads()
    moved_to(gate, 23, 10)
    await gate.scan(citizen.number, "held", office=OFFICE)
    await citizen.reads()
    await browser.sign_in("enquiry", unit=DESK)

    _, page = await browser.open(f"/desk/dossiers/{citizen.key}")

    told = words_of(page)[words_of(page).index("Trang người dân đã hẹn") :]
    assert told.index("giữ đến hết thứ Năm 26/11") < told.index("trước 17:00 thứ Ba 24/11")
    assert "Đã phát" not in told[: told.index("trước 17:00")]
    assert "Bưu điện đã nhận · theo hạn toàn trình · Bưu điện Hà Tĩnh" in told


async def test_the_evidence_of_a_dossier_holds_what_was_promised(gate, made: Made) -> None:
    citizen = await made("return", "collected")
    await citizen.reads()

    pack = await gate.get(f"/api/v1/dossiers/{citizen.key}/evidence?purpose=complaint")

    assert pack.status == 200, await pack.text()
    [promise] = (await pack.json(content_type=None))["content"]["promises"]
    assert (promise["ground"], promise["lawful_until"], promise["due_at"][:16]) == (
        "limit", "2026-11-24", "2026-11-24T10:00",
    )  # fmt: skip


async def test_the_page_is_english_by_the_switch(made: Made) -> None:
    page = await (await made("return", "collected", "departed")).reads("en")

    assert "On its way to Bưu điện Hà Tĩnh, expected before 17:00 Tuesday 24/11." in page
    assert "News is fresh. The post last told us 09:00 today" in page
    assert "The postal worker will call ••• ••• 003 before coming to your home in xã Kỳ Lạc." in page


async def test_the_page_weighs_little(gate, made: Made) -> None:
    citizen = await made("return", "collected", "departed")
    _, page = await citizen.browser.open(await citizen.path())
    parts = [
        await (await citizen.browser.ask("GET", path)).read() for path in set(re.findall(r'"(/static/[^"]+)', page))
    ]

    assert len(page.encode()) + sum(map(len, parts)) < 50_000


def _person() -> dict[str, str]:
    return {
        "name": "Nguyễn Thị Diễn Tập", "phone": "0912000003", "address": "Thôn Đoài", "commune": "xã Kỳ Lạc",
        "province": "tỉnh Hà Tĩnh",
    }  # fmt: skip


async def _stated(gate: Any, number: str, code: str, moment: datetime) -> None:
    """Let the post's feed tell of something."""
    told = Scan(
        source="feed:dien-tap", source_id=f"{code}-{number}", witness=Witness.STATED, code=code, occurred_at=moment,
        received_at=moment, office=OFFICE,
    )  # fmt: skip
    async with gate.house.database.writing() as tx:
        locked = (await scans.lock(tx, [number]))[number]
        await scans.keep(tx, [(locked, told)], table_of=rule_book().scan_table_of, at=moment)


async def _signed(gate: Any, number: str, direction: str) -> None:
    """Let an item pass between post and desk against both signatures."""
    signs = {}
    for kind, unit in (("office", OFFICE), ("desk", DESK)):
        body = {"unit_kind": kind, "unit": unit, "name": f"Người ký {unit}", "valid_from": "2026-01-01"}
        signs[kind] = (await (await gate.post("/api/v1/signatories", body)).json())["signatory_no"]
    opened = {"desk": DESK, "office": OFFICE, "direction": direction, "numbers": [number]}
    manifest = (await (await gate.post("/api/v1/manifests", opened)).json())["manifest_no"]
    at = f"/api/v1/manifests/{manifest}"
    await gate.post(f"{at}/tick", {"number": manifest})
    await gate.post(f"{at}/close")
    hands = ("office", "desk") if direction == "to_desk" else ("desk", "office")
    for side, kind in zip(("giver", "taker"), hands, strict=True):
        hand = {"side": side, "signatory_no": signs[kind], "way": "paper", "signed_at": gate.clock[0].isoformat()}
        answer = await gate.post(f"{at}/sign", hand)
        assert answer.status == 200, await answer.text()
