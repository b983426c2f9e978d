"""The day's money at the counter: taken once, handed on once, counted by the other hand, and even to the đồng."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

FEE = "/desk/money/collect"


async def series(gate: Any, unit: str = "TS") -> None:
    for name, ledger in (("PTS26", "fee"), ("CTS26", "postage")):
        made = await gate.post("/api/v1/receipt-series", {"series": name, "ledger": ledger, "unit": unit})
        assert made.status == 201, await made.text()


async def hand(gate: Any, account: str, name: str = "Lê Thị Diễn Tập") -> str:
    """Appoint somebody to take fee money for the desk; return the number of the appointment."""
    made = await gate.post("/api/v1/signatories", {
        "unit_kind": "desk", "unit": "TS", "name": name, "subject": "fees", "account": account,
        "valid_from": "2026-11-01",
    })  # fmt: skip
    assert made.status == 201, await made.text()
    return str((await made.json())["signatory_no"])


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


@pytest.fixture
async def officer(gate, browser):
    """Give the browser of an officer at a desk that writes receipts."""
    await series(gate)
    await browser.sign_in("enquiry", "money", "handover", unit="TS")
    return browser


async def taken(officer: Any, number: str, amount: str = "25.000", **typed: str) -> Any:
    _, page = await officer.open(f"{FEE}?number={number}")
    sent = {"fee_id": hidden(page, "fee_id"), "number": number, "ledger": "fee", "amount_dong": amount, **typed}
    return await officer.send(FEE, **sent)


async def test_an_empty_day_is_even_and_says_what_to_do(officer, said) -> None:
    status, page = await officer.open("/desk/money")

    assert status == 200
    assert all(words in said(page) for words in ("Khớp", "Chưa thu khoản nào", "Bấm T để thu khoản đầu tiên"))


async def test_what_is_owed_is_told_before_a_sum_is_typed(gate, officer, said) -> None:
    made = await gate.consignment()

    by_item = said((await officer.open(f"{FEE}?number={made['consignment_no'].lower()}"))[1])
    by_dossier = said((await officer.open(f"{FEE}?number={made['dossier_no']}"))[1])

    assert "Còn phải thu 25.000 đ phí, lệ phí." in by_item
    assert "Hồ sơ ghi 25.000 đ, đã thu 0 đ." in by_dossier


async def test_a_form_that_is_sent_twice_takes_the_money_once(gate, officer, said) -> None:
    number = (await gate.consignment())["consignment_no"]
    _, page = await officer.open(f"{FEE}?number={number}")
    sent = {"fee_id": hidden(page, "fee_id"), "number": number, "ledger": "fee", "amount_dong": "8.000"}

    answers = [await officer.send(FEE, **sent) for _ in range(2)]

    assert [(each.status, each.headers["Location"]) for each in answers] == [
        (303, "/desk/money/receipts/PTS26-000001")
    ] * 2
    assert "8.000 đ" in said((await officer.open("/desk/money"))[1])
    assert "PTS26-000002" not in (await officer.open("/desk/money"))[1]


async def test_too_much_is_refused_beside_the_field_and_what_was_typed_stays(gate, officer, said) -> None:
    number = (await gate.consignment())["consignment_no"]

    answer = await taken(officer, number, "26.000")
    page = await answer.text()

    assert answer.status == 409
    assert "phải thu 25000 đồng" in said(page)
    assert 'value="26.000"' in page
    assert 'aria-invalid="true"' in page
    assert (await taken(officer, number, "nhiều")).status == 422


async def test_postage_goes_into_its_own_ledger(gate, officer, said) -> None:
    number = (await gate.consignment("send"))["consignment_no"]

    answer = await taken(officer, number, "20.000", ledger="postage", zone="in_district", grams="80", payer="citizen")

    assert answer.headers["Location"] == "/desk/money/receipts/CTS26-000001", await answer.text()
    words = said((await officer.open("/desk/money"))[1])
    assert "Cước bưu chính Thu trong ngày 20.000 đ" in words
    assert "Cuối ngày còn giữ 0 đ" in words


async def test_fees_are_handed_on_by_one_hand_and_counted_by_another(gate, officer, browser, said) -> None:
    number = (await gate.consignment())["consignment_no"]
    await taken(officer, number)
    assert "Còn 24 giờ" in said((await officer.open("/desk/money"))[1]) or "Còn 1 ngày" in said(
        (await officer.open("/desk/money"))[1]
    )
    form = {"unit": "TS", "desk": "TS", "receipt_nos": "PTS26-000001", "destination": "agency", "manifest_no": ""}
    gone = [await officer.send("/desk/money/remit", **form) for _ in range(2)]
    place = gone[0].headers["Location"]
    assert [each.headers["Location"] for each in gone] == ["/desk/money/remittances/NP-TS-261123-01"] * 2

    own = said((await officer.open(place))[1])
    assert "Người nộp không tự đếm" in own
    await browser.sign_in("enquiry", "money", "handover", unit="TS")
    signatory = await hand(gate, "")
    assert signatory in (await browser.open(place))[1]
    counted = [await browser.send(place, received_dong="24.000", signatory_no=signatory) for _ in range(2)]

    assert [each.status for each in counted] == [303, 303]
    words = said((await browser.open("/desk/money"))[1])
    assert "Thiếu 1.000 đ" in words
    assert "Chênh lệch khi bên nhận đếm" in words
    assert "Đầu ngày còn giữ 0 đ Thu trong ngày + 25.000 đ Đã nộp − 25.000 đ Cuối ngày còn giữ 0 đ" in words


async def test_whoever_handed_on_cannot_count_even_by_a_form_of_his_own(gate, officer) -> None:
    await taken(officer, (await gate.consignment())["consignment_no"])
    form = {"unit": "TS", "desk": "TS", "receipt_nos": "PTS26-000001", "destination": "agency", "manifest_no": ""}
    place = (await officer.send("/desk/money/remit", **form)).headers["Location"]

    answer = await officer.send(place, received_dong="25.000", signatory_no=await hand(gate, ""))

    assert answer.status == 403
    assert "Chờ đếm" in await answer.text()


async def test_nothing_ticked_hands_nothing_on(gate, officer, said) -> None:
    await taken(officer, (await gate.consignment())["consignment_no"])

    answer = await officer.send("/desk/money/remit", unit="TS", desk="TS", destination="agency")

    assert (answer.status, "Chọn ít nhất một biên lai." in said(await answer.text())) == (422, True)


async def test_a_receipt_is_cancelled_by_a_lead_with_the_reason(gate, officer, browser, said) -> None:
    await taken(officer, (await gate.consignment())["consignment_no"])
    place = "/desk/money/receipts/PTS26-000001"
    assert (await officer.send(place, reason="Ghi nhầm")).status == 403

    await browser.sign_in("enquiry", "money", "lead", unit="TS")
    without = await browser.send(place, reason="")
    done = [await browser.send(place, reason="Ghi nhầm số tiền") for _ in range(2)]

    assert (without.status, [each.status for each in done]) == (422, [303, 303])
    words = said((await browser.open("/desk/money"))[1])
    assert "Đã huỷ" in words
    assert "Khớp" in words
    assert "Cuối ngày còn giữ 0 đ" in words


async def test_a_fee_that_lies_longer_than_a_day_is_told_as_late(gate, officer, said) -> None:
    await taken(officer, (await gate.consignment())["consignment_no"])
    gate.clock[0] += timedelta(hours=27)
    await officer.sign_in("enquiry", "money", unit="TS")

    words = said((await officer.open("/desk/money"))[1])

    assert "Trễ 3 giờ" in words
    assert "PTS26-000001" in (await officer.open("/desk/money?on=2026-11-23"))[1]
    assert "Chưa thu khoản nào" in words


async def test_the_drawer_is_held_against_the_ledger(gate, officer, said) -> None:
    await taken(officer, (await gate.consignment())["consignment_no"])

    for typed, words in (("25.000", "Két khớp sổ: 25.000 đ"), ("23000", "Két thiếu 2.000 đ"), ("x", "Ghi số tiền")):
        assert words in said((await officer.open(f"/desk/money?counted={typed}"))[1])


async def test_the_day_goes_into_a_table(gate, officer) -> None:
    await taken(officer, (await gate.consignment())["consignment_no"])

    answer = await officer.ask("GET", "/desk/money/day.csv?on=2026-11-23")
    text = (await answer.read()).decode("utf-8-sig")

    assert "PTS26-000001" in text
    assert "25000" in text
    assert (await officer.ask("GET", "/desk/money/day.xlsx")).status == 200
    assert (await officer.ask("GET", "/desk/money/receipts/PTS26-000001/receipt.pdf")).content_type == "application/pdf"


async def test_another_unit_sees_nothing_of_this_till(gate, officer, browser) -> None:
    await taken(officer, (await gate.consignment())["consignment_no"])
    await browser.sign_in("enquiry", "money", unit="KA")

    assert "PTS26-000001" not in (await browser.open("/desk/money"))[1]
    assert "PTS26-000001" not in (await browser.open("/desk/money?unit=TS"))[1]
    assert (await browser.ask("GET", "/desk/money/receipts/PTS26-000001")).status == 404
    assert (await browser.ask("GET", "/desk/money/remit?unit=TS&desk=TS")).status == 403


async def test_an_auditor_chooses_the_unit_and_may_act_on_nothing(gate, officer, browser) -> None:
    await taken(officer, (await gate.consignment())["consignment_no"])
    token = await gate.token_for("enquiry", "money.read")
    assert (await browser.send("/signin", token=token)).status == 303

    page = (await browser.open("/desk/money?unit=TS"))[1]

    assert "PTS26-000001" in page
    assert "/desk/money/collect" not in page
    assert (await browser.send(FEE, number="x", ledger="fee", amount_dong="1")).status == 403


async def test_a_desk_without_a_series_is_told_why_it_takes_nothing(gate, browser, said) -> None:
    await browser.sign_in("enquiry", "money", unit="TS")

    words = said((await browser.open("/desk/money"))[1])

    assert "chưa có ký hiệu biên lai" in words
