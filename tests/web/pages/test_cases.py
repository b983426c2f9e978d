"""Cases at the counter: from a complaint to its answer, and from a loss to its money, each act where it may be done."""

from __future__ import annotations

import re
from typing import Any

import pytest
from aiohttp import FormData

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
COMPLAINT: dict[str, Any] = {
    "what": "complaint", "own_id": "a-1", "about": "late", "statement": "Hẹn hôm qua, nay chưa thấy.",
    "complainant_name": "Nguyễn Thị Khiếu Nại", "complainant_phone": "0912000045",
}  # fmt: skip


def seen(page: str) -> str:
    return str(re.findall(r'name="seen" value="(\d+)"', page)[0])


async def began(browser: Any, photo: bytes = b"", **typed: Any) -> Any:
    form = FormData({"proof": browser.proof(), **typed})
    form.add_field("photo", photo, filename="a.jpg" if photo else "", content_type="image/jpeg")
    return await browser.ask("POST", "/desk/cases/new", headers=SAME_ORIGIN, data=form)


@pytest.fixture
async def officer(browser):
    """Give the browser of a desk's officer."""
    await browser.sign_in("enquiry", "cases", unit="TS")
    return browser


@pytest.fixture
async def number(gate) -> str:
    """Give an item that the post has, its postage paid."""
    await gate.post("/api/v1/receipt-series", {"series": "CVV26", "ledger": "postage", "unit": "480000"})
    made = await gate.consignment("send")
    taken = await gate.post("/api/v1/fees", {
        "fee_id": "c-1", "number": made["consignment_no"], "ledger": "postage", "amount_dong": 26000,
        "unit": "480000", "zone": "in_district", "grams": 80,
    })  # fmt: skip
    assert taken.status == 201, await taken.text()
    await gate.scan(made["consignment_no"], "collected", office="480000")
    return str(made["consignment_no"])


async def test_a_complaint_goes_from_its_letter_to_its_answer_and_is_closed(officer, number, said) -> None:
    empty = said((await officer.open("/desk/cases"))[1])
    taken = [await began(officer, number=number, **COMPLAINT) for _ in range(2)]
    place = taken[0].headers["Location"]
    page = (await officer.open(place))[1]

    assert "Không có vụ việc nào ở đây" in empty
    assert taken[1].headers["Location"] == place
    assert "Còn 5 ngày làm việc để trả lời." in said(page)
    assert ("Nguyễn Thị Khiếu Nại" in page, "0912000045" in page) == (False, False)
    assert "Chưa có khoản nào phải trả" not in said(page)
    assert place.rpartition("/")[2] in (await officer.open("/desk/cases?kind=complaint"))[1]

    step = await officer.send(place, what="investigated", seen=seen(page), note="Nằm ở kho từ hôm qua.")
    page = (await officer.open(place))[1]
    bad = await officer.send(place, what="answer", seen=seen(page), outcome="rejected", ground="", text="Không có lỗi.")
    good = await officer.send(place, what="answer", seen=seen(page), outcome="upheld", text="Hoàn lại cước.")
    again = await officer.send(place, what="answer", seen=seen(page), outcome="upheld", text="Hoàn lại cước.")
    page = (await officer.open(place))[1]
    closed = await officer.send(place, what="closed", seen=seen(page), note="")

    assert [each.status for each in (step, bad, good, again, closed)] == [303, 422, 303, 303, 303]
    assert "Không có lỗi." in await bad.text()
    assert "đúng hạn" in said(page)
    assert "Đã đóng" in said((await officer.open(place))[1])


async def test_of_two_officers_the_second_sees_what_the_first_wrote(gate, officer, browser, number, said) -> None:
    place = (await began(officer, number=number, **COMPLAINT)).headers["Location"]
    then = seen((await officer.open(place))[1])
    token = await gate.token_for("enquiry", "cases", unit="480000")
    await gate.post(
        f"/api/v1/{place.removeprefix('/desk/')}/steps", {"kind": "investigated", "note": "Đã tìm thấy ở kho."},
        token=token,
    )  # fmt: skip

    answer = await officer.send(place, what="answer", seen=then, outcome="upheld", text="Đang tìm.")
    words = said(await answer.text())

    assert answer.status == 409
    assert "vừa ghi bước “Xác minh” lúc 09:00" in words
    assert "Đã tìm thấy ở kho." in words
    assert "Đang tìm." in words
    assert "Đã trả lời" not in words


async def test_what_is_missing_in_a_complaint_is_said_beside_the_field_and_nothing_is_lost(officer, number) -> None:
    answer = await began(officer, number=number, **{**COMPLAINT, "complainant_name": ""})
    page = await answer.text()

    assert answer.status == 422
    assert re.search(r'id="f-complainant_name"[^>]*aria-invalid="true"', page)
    assert all(words in page for words in ("Hẹn hôm qua, nay chưa thấy.", "0912000045", 'value="a-1"'))


async def test_a_choice_left_open_is_asked_for_in_words_and_not_in_the_codes_of_a_program(
    officer, browser, number, said
) -> None:
    unchosen = said(await (await began(officer, number=number, **{**COMPLAINT, "about": ""})).text())
    place = (await began(officer, number=number, **COMPLAINT)).headers["Location"]
    page = (await officer.open(place))[1]
    unanswered = await officer.send(place, what="answer", seen=seen(page), outcome="", text="Đang tìm.")
    english = await officer.send(
        place + "?l=en", what="answer", seen=seen(page), outcome="rejected", ground="", text="Đang tìm."
    )

    assert "Chọn nội dung khiếu nại trong danh sách." in unchosen
    assert "Chọn kết quả trong danh sách." in said(await unanswered.text())
    assert "To reject it, name a ground of the list." in said(await english.text())


async def test_who_complains_by_a_link_is_no_account_on_the_page_of_the_case(gate, officer, number, said) -> None:
    place = (await began(officer, number=number, **COMPLAINT)).headers["Location"]
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE case_step SET taken_by = 'citizen.link'")

    page = said((await officer.open(place))[1])

    assert "người dân, qua đường dẫn riêng" in page
    assert "citizen.link" not in page


async def test_damage_is_recorded_before_two_and_signed(gate, browser, number, said) -> None:
    await browser.sign_in("enquiry", "cases", unit="480000")
    record: dict[str, Any] = {
        "what": "damage", "own_id": "d-1", "wrapping": "wet", "cause": "weather", "new_seal_no": "NP-42",
        "worker_name": "Trần Văn Bưu Tá", "witness_name": "Lê Thị Chứng Kiến",
        "lines-0-name": "Giấy khai sinh", "lines-0-quantity": "1", "lines-0-condition": "damaged",
    }  # fmt: skip
    photo = b"\xff\xd8\xff\xe0" + b"0" * 200

    nothing = await began(browser, number=number, **{**record, "lines-0-name": ""})
    made = await began(browser, photo, number=number, **record)
    place = made.headers["Location"]
    page = (await browser.open(place))[1]
    record_no = re.findall(r"/desk/cases/damage/([^/]+)/record.pdf", page)[0]

    assert (nothing.status, "Chờ hai bên ký" in said(page), "Trần Văn Bưu Tá" in page) == (422, True, False)
    await browser.send(place, what="sign", record_no=record_no, seen=seen(page))
    assert "Chờ hai bên ký" not in said((await browser.open(place))[1])
    papers = {f"/desk/cases/damage/{record_no}/{name}" for name in ("record.pdf", "photo.jpg")}
    assert [(await browser.ask("GET", each)).status for each in papers] == [200, 200]


async def test_a_loss_is_given_up_by_the_post_determined_by_a_lead_paid_and_found_again(
    gate, browser, number, said
) -> None:
    await browser.sign_in("enquiry", "cases", "lead", unit="480000")
    place = (await began(browser, what="loss", own_id="x", number=number, statement="Tìm ba kho.")).headers["Location"]

    async def does(what: str, **typed: str) -> Any:
        page = (await browser.open(place))[1]
        return await browser.send(place, what=what, seen=seen(page), **typed)

    too_little = await does("determine", fault="post", reason="Thất lạc", amount_dong="50.000")
    done = [
        await does("determine", fault="post", reason="Thất lạc ở khâu chia chọn", amount_dong="", payee="sender"),
        await does("reissue", paper="Giấy khai sinh", cost_dong="50.000", evidence="Biên lai 12"),
        await does("pay", way="cash"),
        await does("found", note="Trong túi rỗng"),
        await does("decide", decision="takes_back", way="cash"),
        await does("closed"),
    ]
    words = said((await browser.open(place))[1])

    assert "thấp hơn mức tối thiểu" in said(await too_little.text())
    assert [each.status for each in done] == [303] * 6
    assert all(text in words for text in ("104.000 đ", "50.000 đ", "bưu điện chịu", "hoàn lại", "Đã đóng"))
    assert (await browser.ask("GET", f"{place}/liability.pdf")).content_type == "application/pdf"


async def test_an_act_that_may_not_be_done_says_why(officer, number, said) -> None:
    place = (await began(officer, number=number, **COMPLAINT)).headers["Location"]
    page = (await officer.open(place))[1]
    words = said(page)

    assert "Xác định trách nhiệm Phụ trách đơn vị làm." in words
    assert "Trả bồi thường, hoàn cước Bưu điện làm." in words
    answer = await officer.send(place, what="determine", seen=seen(page), fault="nobody", reason="x")
    assert answer.status == 403


async def test_a_desk_gives_nothing_up_and_another_desk_sees_nothing(officer, browser, number, said) -> None:
    refused = await began(officer, what="loss", own_id="x", number=number, statement="Không thấy.")
    place = (await began(officer, number=number, **COMPLAINT)).headers["Location"]
    assert (refused.status, "Chỉ Bưu điện được ghi thất lạc" in said(await refused.text())) == (403, True)
    listed = await officer.ask("GET", "/desk/cases/list.csv")
    assert place.rpartition("/")[2] in (await listed.read()).decode("utf-8-sig")

    await browser.sign_in("enquiry", "cases", unit="KA")

    assert (await browser.ask("GET", place)).status == 404
    assert place not in (await browser.open("/desk/cases"))[1]
