"""The acts on the citizen's own page: to choose, name a proxy, complain, rate; once, in time, free, told plainly."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY, Actor
from postgw.domain.delivery_route import Route, RoutePlace
from postgw.domain.one_time_code import reckoned
from postgw.storage import delivery_routes, dossiers, province, secret_pages

OFFICE = "480000"
PERSONAL = ("Nguyễn", "0912000003", "Thôn Đoài", "khai sinh")
WISH = {"way": "deliver", "on": "2026-11-25", "window": "afternoon"}
BINH = {"name": "Trần Thị Bình", "relation": "vợ", "phone": "0912 000 004", "id_tail": "4567"}
TALE = {"form": "to-khai-so-1", "about": "late", "statement": "Hẹn thứ Hai mà thứ Tư chưa thấy.", "phone": ""}
PROOF = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "không"}


async def page_of(gate: Any, key: str) -> str:
    """Return the address of the page of a dossier."""
    async with gate.house.database.writing() as tx:
        kept = await dossiers.find(tx, key)
        assert kept
        return str(await secret_pages.link_of(tx, kept, days=30, at=gate.clock[0]))


@pytest.fixture
async def coming(gate: Any) -> tuple[str, str]:
    """Give the number and the page of a result that has come to the office that will deliver it."""
    async with gate.house.database.writing() as tx:
        route = Route(office=OFFICE, route_no="3", name="Kỳ Lạc", places=(RoutePlace(commune_code="18628"),))
        await delivery_routes.add(tx, route, actor="test", at=gate.clock[0])
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected", office=OFFICE)
    await gate.scan(made["consignment_no"], "arrived", office=OFFICE)
    return str(made["consignment_no"]), await page_of(gate, made["dossier_no"])


async def delivered(gate: Any, number: str) -> None:
    now = gate.clock[0].isoformat()
    told = {"number": number, "scan_id": f"d-{number}", "device": "d", "device_at": now, "sent_at": now,
            "office": OFFICE, "proof": PROOF}  # fmt: skip
    assert (await gate.post("/api/v1/deliveries", told)).status == 201


async def last_code(gate: Any) -> str:
    session = gate.house.database.reading
    row = await session.row("SELECT max(id) AS id FROM one_time_code")
    return reckoned(await province.known_link_secret(session), row["id"])


async def choices_of(gate: Any, number: str) -> list[Any]:
    return list((await (await gate.get(f"/api/v1/consignments/{number}/choice")).json())["made"])


# --- to choose


async def test_before_the_first_delivery_it_says_who_pays_until_when_and_which_office(
    gate, browser, said, coming
) -> None:
    status, page = await browser.open(f"{coming[1]}/choose")

    text = said(page)
    order = [text.index(words) for words in (
        "Đã đến bưu cục sẽ phát:", "Bưu điện Hà Tĩnh", "Hẹn buổi khác: không mất tiền.",
        "đến 17:00 của ngày làm việc trước đó", "Hẹn buổi khác", "Tự ra Bưu điện Hà Tĩnh nhận",
    )]  # fmt: skip
    assert (status, order[:4]) == (200, sorted(order[:4]))
    assert [each for each in PERSONAL if each in page] == []
    assert "<script" not in page


async def test_another_half_day_is_kept_once_and_the_office_and_the_desk_see_it(gate, browser, said, coming) -> None:
    number, page = coming
    for _ in range(2):
        answer = await browser.send(f"{page}/choose", headers={}, **WISH)
        assert (answer.status, answer.headers["Location"]) == (303, f"{page}/choose")

    text = said((await browser.open(f"{page}/choose"))[1])
    assert "Bạn đã chọn: bưu tá đến buổi chiều thứ Tư 25/11. Đổi được đến 17:00 thứ Ba 24/11." in text
    assert [(each["by"], each["cost_dong"]) for each in await choices_of(gate, number)] == [("citizen.link", 0)]
    to_do = await gate.house.services.choosing.to_do(
        actor=Actor(name="lead", scopes=frozenset({"delivery"}), unit=OFFICE), on=date(2026, 11, 25), at=gate.clock[0]
    )
    assert [each.consignment.consignment_no for each in to_do.items] == [number]
    await browser.sign_in()
    assert "Phát buổi chiều thứ Tư 25/11" in said((await browser.open(f"/desk/consignments/{number}"))[1])
    await browser.sign_in("enquiry", "scans", "delivery", "lead", unit=OFFICE)
    office = said((await browser.open("/desk/office"))[1])
    assert "Phát buổi chiều thứ Tư 25/11 trước lần phát đầu" in office


async def test_out_for_delivery_it_can_be_changed_no_more_today_and_says_what_to_do(
    gate, browser, said, coming
) -> None:
    number, page = coming
    await gate.scan(number, "out_for_delivery", office=OFFICE)

    _, shown = await browser.open(f"{page}/choose")
    sent = await browser.send(f"{page}/choose", headers={}, **WISH)

    assert "Hôm nay không đổi được nữa: bưu tá đang mang đi phát. Cần gấp thì gọi bưu cục." in said(shown)
    assert "<form" not in shown
    assert (sent.status, await choices_of(gate, number)) == (422, [])


async def test_no_day_is_offered_on_which_the_item_cannot_be_there_yet(gate, browser, said) -> None:
    async with gate.house.database.writing() as tx:
        route = Route(office=OFFICE, route_no="3", places=(RoutePlace(commune_code="18628"),))
        await delivery_routes.add(tx, route, actor="test", at=gate.clock[0])
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected", office="TS")
    page = await page_of(gate, made["dossier_no"])

    _, shown = await browser.open(f"{page}/choose")
    sent = await browser.send(f"{page}/choose", headers={}, **{**WISH, "on": "2026-11-24"})

    assert '<option value="2026-11-24"' not in shown
    assert "Tự ra Bưu điện Hà Tĩnh nhận" in said(shown)
    assert sent.status == 422
    assert (await browser.send(f"{page}/choose", headers={}, way="office")).status == 303


async def test_after_a_failed_delivery_the_page_offers_the_centre_too(gate, browser, said, coming) -> None:
    number, page = coming
    await gate.scan(number, "attempted", reason="absent", office=OFFICE)

    assert (await browser.send(f"{page}/choose", headers={}, way="at:TS")).status == 303
    assert "Bạn đã chọn: nhận tại Một cửa Thạch Sơn." in said((await browser.open(f"{page}/choose"))[1])


async def test_a_postman_who_had_not_heard_of_the_wish_does_not_undo_it(gate, browser, said, coming) -> None:
    number, page = coming
    await browser.send(f"{page}/choose", headers={}, **WISH)
    await gate.scan(number, "attempted", reason="absent", office=OFFICE)

    assert "Bạn đã chọn: bưu tá đến buổi chiều thứ Tư 25/11." in said((await browser.open(f"{page}/choose"))[1])


# --- a proxy


async def named(gate: Any, browser: Any, page: str, who: dict[str, str] = BINH) -> Any:
    asked = await browser.send(f"{page}/proxy", headers={}, **who)
    assert "••• ••• 003" in await asked.text()
    code = await last_code(gate)
    return await browser.send(f"{page}/proxy", headers={}, **who, what="name", code=code, sent_to="••• ••• 003")


async def test_a_proxy_is_named_with_a_code_and_everybody_who_must_know_knows(gate, browser, said, coming) -> None:
    number, page = coming
    before = said((await browser.open(f"{page}/proxy"))[1])
    answer = await named(gate, browser, page)
    after = said((await browser.open(f"{page}/proxy"))[1])
    letter = (await browser.open(f"{page}/proxy/letter"))[1]

    assert "Giấy uỷ quyền có chữ ký của bạn." in before
    assert "Thông tư 17/2017/TT-BTTTT Điều 5.2.d" in before
    assert answer.status == 303
    assert "T••• T••• B••• nhận thay bạn" in after
    assert [each for each in ("Trần Thị Bình", "0912 000 004", "0912000004", "4567") if each in after] == []
    assert "H27.10.20" in letter
    assert "Trần Thị Bình" in letter
    assert [each for each in PERSONAL if each in letter] == []
    told = await gate.house.database.reading.rows("SELECT payload FROM outbox WHERE key LIKE '%page.proxy%'")
    assert len(told) == 1
    assert "Bình" not in str(told)
    await browser.sign_in()
    assert "Người nhận thay T••• T••• B•••" in said((await browser.open(f"/desk/consignments/{number}"))[1])


async def test_the_postman_has_the_proxy_with_the_stop(gate, browser, coming) -> None:
    await named(gate, browser, coming[1])
    await gate.house.services.people.make(
        login="hoang.td", name="Trần Đình Hoàng", unit=OFFICE, roles=("postal_worker",), password="tan-tay-nguoi-dan",
        must_change=False, actor=GATEWAY, at=gate.clock[0],
    )  # fmt: skip
    worker = Actor(name="hoang.td", scopes=frozenset({"scans", "delivery"}), unit=OFFICE)
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE delivery_route SET worker = 'hoang.td'")

    told = await gate.house.services.snapshots.for_shift(
        actor=worker, name="Hoàng", since=gate.clock[0], at=gate.clock[0]
    )

    assert [stop["proxy"] for stop in told["stops"]] == [
        {"name": "Trần Thị Bình", "relation": "vợ", "phone": "0912000004", "id_tail": "4567"}
    ]


async def test_a_wrong_code_names_nobody_and_keeps_what_was_typed(gate, browser, said, coming) -> None:
    page = coming[1]
    await browser.send(f"{page}/proxy", headers={}, **BINH)
    code = "000000" if await last_code(gate) != "000000" else "000001"

    wrong = await browser.send(f"{page}/proxy", headers={}, **BINH, what="name", code=code, sent_to="••• ••• 003")

    text = await wrong.text()
    assert wrong.status == 422
    assert "Mã chưa đúng." in said(text)
    assert 'name="name" value="Trần Thị Bình"' in text
    assert await gate.house.database.reading.rows("SELECT * FROM proxy") == []


async def test_the_same_code_twice_names_once_and_a_code_for_another_thing_names_nobody(gate, browser, coming) -> None:
    page, token = coming[1], coming[1].removeprefix("/m/")
    await named(gate, browser, page)
    again = await browser.send(
        f"{page}/proxy", headers={}, **BINH, what="name", code=await last_code(gate), sent_to="x"
    )
    await gate.house.services.link_sending.send_code(token, "register", at=gate.clock[0])
    other = await browser.send(
        f"{page}/proxy", headers={}, **{**BINH, "name": "Lê Văn Cường"}, what="name", code=await last_code(gate),
        sent_to="x",
    )  # fmt: skip

    rows = await gate.house.database.reading.rows("SELECT ordinal FROM proxy")
    assert (again.status, other.status, rows) == (303, 422, [{"ordinal": 1}])


async def test_a_proxy_is_replaced_and_taken_back_until_the_delivery(gate, browser, said, coming) -> None:
    number, page = coming
    await named(gate, browser, page)
    await named(gate, browser, page, {**BINH, "name": "Lê Văn Cường", "relation": "em"})
    stale = await browser.send(f"{page}/proxy", headers={}, what="withdraw", ordinal="1")
    assert "L••• V••• C••• nhận thay bạn" in said((await browser.open(f"{page}/proxy"))[1])
    gone = await browser.send(f"{page}/proxy", headers={}, what="withdraw", ordinal="2")
    assert "Nhờ người nhận thay kết quả" in said((await browser.open(f"{page}/proxy"))[1])
    await delivered(gate, number)

    late = await browser.send(f"{page}/proxy", headers={}, **BINH)

    assert (stale.status, gone.status, late.status) == (303, 303, 200)
    assert "Không ghi được nữa: kết quả đã phát rồi." in said(await late.text())
    assert len(await gate.house.database.reading.rows("SELECT * FROM proxy")) == 2


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": ""}, "Chưa có họ tên người nhận thay."), ({"relation": ""}, "Chưa có quan hệ với người nhận."),
        ({"phone": "12"}, "Số điện thoại phải gồm 8 đến 15 chữ số."), ({"id_tail": "12a4"}, "Ghi đúng 4 chữ số cuối"),
    ],
)  # fmt: skip
async def test_a_mistake_is_said_at_its_field_and_sends_no_code(gate, browser, said, coming, typed, why) -> None:
    answer = await browser.send(f"{coming[1]}/proxy", headers={}, **{**BINH, **typed})

    text = await answer.text()
    assert (answer.status, why in said(text)) == (422, True)
    assert re.search(rf'id="f-{next(iter(typed))}"[^>]*aria-invalid="true"', text)
    assert await gate.house.database.reading.rows("SELECT * FROM one_time_code") == []


# --- to complain


async def test_a_complaint_has_its_number_and_its_day_at_once_and_is_one(gate, browser, said, coming) -> None:
    page = coming[1]
    for _ in range(2):
        assert (await browser.send(f"{page}/complaint", headers={}, **TALE)).status == 303

    text = said((await browser.open(f"{page}/complaint"))[1])
    assert "Đã nhận khiếu nại, trả lời chậm nhất thứ Hai 30/11" in text
    assert "KN-261123-001" in text
    assert "KN-261123-002" not in text
    assert "trả lời chậm nhất thứ Hai 30/11." in said((await browser.open(page))[1])
    assert "được trả lời trong 5 ngày làm việc, chậm nhất 30/11/2026" in text
    assert "Thông tư 17/2017/TT-BTTTT Điều 8" in text
    assert "Hẹn thứ Hai mà thứ Tư chưa thấy." not in text


async def test_the_answer_is_shown_and_what_the_staff_wrote_among_themselves_is_not(
    gate, browser, said, coming
) -> None:
    page = coming[1]
    await browser.send(f"{page}/complaint", headers={}, **TALE)
    case = "/api/v1/cases/KN-261123-001"
    await gate.post(f"{case}/steps", {"kind": "investigated", "note": "Bưu tá khai quên ở quầy."})
    answered = {"outcome": "upheld", "text": "Bưu điện xin lỗi, bưu gửi phát sáng mai."}
    assert (await gate.post(f"{case}/answer", answered)).status == 200

    text = said((await browser.open(f"{page}/complaint"))[1])
    offered = said((await browser.open(page))[1])

    assert "Bưu điện nhận khiếu nại là đúng." in text
    assert "Xem khiếu nại của bạn Đã có trả lời." in offered
    assert "Bưu điện xin lỗi, bưu gửi phát sáng mai." in text
    assert "Luật Bưu chính Điều 39" in text
    assert "quên ở quầy" not in text


async def test_a_day_takes_three_complaints_and_the_next_day_again(gate, browser, said, coming) -> None:
    page = coming[1]
    sent = [(await browser.send(f"{page}/complaint", headers={}, **{**TALE, "form": f"to-khai-so-{n}"})).status
            for n in range(4)]  # fmt: skip
    known = await browser.send(f"{page}/complaint", headers={}, **{**TALE, "form": "to-khai-so-0"})
    gate.clock[0] += timedelta(days=1, minutes=1)
    next_day = await browser.send(f"{page}/complaint", headers={}, **{**TALE, "form": "to-khai-so-9"})

    assert (sent, known.status, next_day.status) == ([303, 303, 303, 422], 303, 303)


async def test_what_comes_after_its_term_is_taken_with_the_article(gate, browser, said, coming) -> None:
    number, page = coming
    await delivered(gate, number)
    gate.clock[0] += timedelta(days=29)
    await gate.house.database.reading.rows("SELECT 1")
    gate.clock[0] = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
    page = await page_of(gate, (await (await gate.get(f"/api/v1/consignments/{number}")).json())["dossier_no"])

    answer = await browser.send(f"{page}/complaint", headers={}, **{**TALE, "about": "damage"})

    text = said((await browser.open(f"{page}/complaint"))[1])
    assert answer.status == 303
    assert "Luật Bưu chính Điều 38.2.b" in text
    assert "Khiếu nại vẫn được nhận và được xem xét." in text


@pytest.mark.parametrize(
    ("typed", "field"), [({"about": ""}, "about"), ({"statement": " "}, "statement"), ({"phone": "1"}, "phone")]
)
async def test_a_complaint_that_lacks_something_comes_back_filled_in(gate, browser, coming, typed, field) -> None:
    answer = await browser.send(f"{coming[1]}/complaint", headers={}, **{**TALE, **typed})

    page = await answer.text()
    assert answer.status == 422
    assert re.search(rf'(<fieldset|id="f-{field}")[^>]*aria-invalid="true"', page)
    assert 'name="form" value="to-khai-so-1"' in page
    assert await gate.house.database.reading.rows("SELECT * FROM case_file") == []


async def test_where_nothing_was_carried_there_is_nothing_to_complain_about(gate, browser, said) -> None:
    page = await page_of(gate, (await gate.sent())["key"])

    assert "Chưa có gì để khiếu nại" in said((await browser.open(f"{page}/complaint"))[1])


# --- to rate


async def test_a_delivery_is_rated_once_from_the_page_and_before_it_says_when(gate, browser, said, coming) -> None:
    number, page = coming
    early = said((await browser.open(f"{page}/rate"))[1])
    await delivered(gate, number)
    asked = (await browser.open(f"{page}/rate"))[1]
    sent = [(await browser.send(f"{page}/rate", headers={}, score=score, comment="")).status for score in "51"]

    assert "Chưa đánh giá được: kết quả chưa phát đến bạn." in early
    assert asked.count('type="radio"') == 5
    assert sent == [303, 303]
    assert await gate.house.database.reading.rows("SELECT score FROM rating") == [{"score": 5}]
    assert "Cảm ơn bạn" in said((await browser.open(f"{page}/rate"))[1])


# --- the link


@pytest.mark.parametrize("act", ["choose", "proxy", "proxy/letter", "complaint", "rate"])
async def test_a_link_that_is_none_of_ours_or_is_over_opens_no_act(gate, browser, said, coming, act) -> None:
    page = coming[1]
    wrong = page[:-2] + ("A" if page[-2] != "A" else "B") + page[-1]
    typed = {**BINH, **TALE, **WISH, "score": "5"}
    answers = [await browser.ask("GET", f"{wrong}/{act}")]
    answers += [await browser.send(f"{wrong}/{act}", headers={}, **typed)] if act != "proxy/letter" else []
    gate.clock[0] += timedelta(days=31)
    answers.append(await browser.ask("GET", f"{page}/{act}"))

    assert [answer.status for answer in answers] == [404] * len(answers)
    for answer in answers:
        shown = await answer.text()
        assert "Đường dẫn này không còn mở được." in said(shown)
        assert [each for each in (*PERSONAL, "Bưu điện Hà Tĩnh", "H27") if each in shown] == []


@pytest.mark.parametrize("act", ["choose", "proxy", "complaint", "rate"])
async def test_every_act_is_in_english_by_the_switch_and_leads_back(gate, browser, said, coming, act) -> None:
    _, page = await browser.open(f"{coming[1]}/{act}?l=en")

    assert "Back to the dossier" in said(page)
    assert [each for each in ("Về trang", "Hẹn buổi", "Họ tên", "khiếu nại", "hài lòng") if each in said(page)] == []
