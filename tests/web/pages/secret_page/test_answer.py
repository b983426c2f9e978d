"""The citizen's own page at the door: what it answers in each state, how old it says it is, what it never shows."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.scan import Scan, Witness
from postgw.domain.states import STATES
from postgw.rules.book import rule_book
from postgw.services.filing import Promise
from postgw.storage import scans
from postgw.storage.database import Session
from postgw.web.pages.secret_answer import HEADS
from postgw.web.pages.secret_line import TITLES

from ..conftest import words_of
from .conftest import DESK, HUB, OFFICE, Made, moved_to

NO_NAMES = ("Nguyễn", "Diễn Tập", "0912000003", "Thôn Đoài", "khai sinh")


PROOF = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "không"}


RESULT = {"papers": [{"name": "Trích lục", "kind": "original"}]}


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


async def test_a_result_that_will_be_fetched_says_where(gate, made: Made) -> None:
    citizen = await made("send", "collected", service_form="send")
    await _signed(gate, citizen.number, "to_desk")
    assert (await gate.post(f"/api/v1/dossiers/{citizen.key}/result-ready", RESULT)).status == 201

    assert await citizen.answer() == "Đã có kết quả, mời bạn đến Một cửa Thạch Sơn nhận."


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
