"""Liability, compensation, re-issue costs and what comes back when a lost item is found, through the real door."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest

from .conftest import DESK, OFFICE, Gate
from .test_cases import COMPLAINT, LOST, carried, complained, on, told

LIABLE = {"reason": "Thất lạc ở khâu chia chọn", "fault": "post", "method": "transfer"}


async def paid_postage(gate: Gate, number: str, amount: int = 26_000, **rest: Any) -> None:
    """Take the postage of an item."""
    begun = {"series": "CHT26", "ledger": "postage", "unit": OFFICE}
    assert (await gate.post("/api/v1/receipt-series", begun)).status == 201
    fee = {
        "fee_id": f"f-{number}", "number": number, "ledger": "postage", "amount_dong": amount, "zone": "in_district",
        "grams": 80, "unit": OFFICE, **rest,
    }  # fmt: skip
    taken = await gate.post("/api/v1/fees", fee)
    assert taken.status == 201, await taken.text()


async def lost(gate: Gate, **postage: Any) -> tuple[str, str]:
    """Let an item whose postage was paid be lost; return its number and its case."""
    number = await carried(gate)
    await paid_postage(gate, number, **postage)
    return number, (await told(gate, "losses", {**LOST, "number": number}, expect=201))["case_no"]


async def ledger(gate: Gate) -> dict[str, int]:
    shown = await (await gate.get(f"/api/v1/money/day?unit={OFFICE}")).json()
    return {line["account"]: line["closing_dong"] for line in shown["accounts"] if line["ledger"] == "postage"}


async def test_a_loss_costs_at_least_four_times_the_postage_within_thirty_days(gate: Gate) -> None:
    _, case_no = await lost(gate)

    made = await told(gate, f"{case_no}/liability", LIABLE, expect=201)

    assert (made["minimum_dong"], made["amount_dong"], made["refund_dong"]) == (104_000, 104_000, 26_000)
    assert (made["pay_by"], made["rules_version"], made["payee"]) == ("2026-12-23", "2017-08-15", "sender")


async def test_who_paid_half_for_being_of_a_group_is_compensated_by_the_whole_price(gate: Gate) -> None:
    _, case_no = await lost(gate, amount=13_000, reduction="poor_household", evidence="Sổ hộ nghèo")

    made = await told(gate, f"{case_no}/liability", LIABLE, expect=201)

    assert (made["price_dong"], made["amount_dong"], made["refund_dong"]) == (26_000, 104_000, 13_000)


async def test_less_than_the_minimum_is_refused_with_the_minimum_and_more_may_be_agreed(gate: Gate) -> None:
    _, case_no = await lost(gate)

    problem = await told(gate, f"{case_no}/liability", {**LIABLE, "amount_dong": 103_999}, expect=422)
    made = await told(gate, f"{case_no}/liability", {**LIABLE, "amount_dong": 500_000}, expect=201)

    assert (problem["code"], "104000" in problem["detail"]) == ("compensation.below_minimum", True)
    assert made["amount_dong"] == 500_000


async def test_a_liability_is_set_down_once(gate: Gate) -> None:
    _, case_no = await lost(gate)
    first = await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    gate.clock[0] += timedelta(days=2)

    again = await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    other = await told(gate, f"{case_no}/liability", {**LIABLE, "reason": "Khác"}, expect=409)

    assert (again, other["code"]) == (first, "liability.made")


async def test_who_is_not_at_fault_pays_nothing_and_says_on_which_ground(gate: Gate) -> None:
    _, case_no = await lost(gate)
    storm = {"reason": "Lũ cuốn trôi xe thư", "fault": "nobody"}

    problem = await told(gate, f"{case_no}/liability", storm, expect=422)
    made = await told(gate, f"{case_no}/liability", {**storm, "ground": "force_majeure"}, expect=201)

    assert problem["code"] == "liability.ground"
    assert (made["amount_dong"], made["is_settled"]) == (0, True)


async def test_without_a_proof_of_acceptance_nobody_is_liable(gate: Gate) -> None:
    number = str((await gate.consignment())["consignment_no"])
    case_no = (await complained(gate, number, about="loss"))["case_no"]

    problem = await told(gate, f"{case_no}/liability", LIABLE, expect=409)

    assert problem["code"] == "liability.not_accepted"


async def test_without_a_receipt_the_price_is_named_with_its_evidence(gate: Gate) -> None:
    number = await carried(gate)
    case_no = (await told(gate, "losses", {**LOST, "number": number}, expect=201))["case_no"]
    priced = {**LIABLE, "price_dong": 30_000}

    problems = [await told(gate, f"{case_no}/liability", body, expect=422) for body in (LIABLE, priced)]
    made = await told(gate, f"{case_no}/liability", {**priced, "evidence": "Phiếu gửi số 12"}, expect=201)

    assert [each["code"] for each in problems] == ["liability.price", "liability.evidence"]
    assert made["amount_dong"] == 120_000


async def test_lateness_with_proof_gives_the_postage_back(gate: Gate) -> None:
    number = await carried(gate)
    await paid_postage(gate, number)
    case_no = (await complained(gate, number, about="late"))["case_no"]

    problem = await told(gate, f"{case_no}/liability", LIABLE, expect=422)
    made = await told(gate, f"{case_no}/liability", {**LIABLE, "evidence": "Hành trình bưu gửi"}, expect=201)

    assert problem["code"] == "liability.evidence"
    assert (made["amount_dong"], made["refund_dong"]) == (26_000, 26_000)


async def test_money_moves_once_into_the_ledger_of_postage(gate: Gate) -> None:
    _, case_no = await lost(gate)
    await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    pay = {"unit": OFFICE, "way": "transfer"}

    first, *again = await asyncio.gather(*(told(gate, f"{case_no}/payment", pay, expect=201) for _ in range(4)))

    accounts = await ledger(gate)
    assert (first["amount_dong"], again) == (104_000, [first] * 3)
    assert (accounts["compensation"], accounts["agency"], sum(accounts.values())) == (-104_000, 104_000, 0)
    shown = await (await gate.get(f"/api/v1/cases/{case_no}")).json()
    assert (shown["owed_dong"], shown["paid_dong"]) == (0, 104_000)
    assert "Đã nhận 104.000 đồng (một trăm linh bốn nghìn đồng)" in shown["acknowledgement"]


async def test_nothing_is_paid_before_it_is_determined_and_no_case_closes_while_it_is_owed(gate: Gate) -> None:
    _, case_no = await lost(gate)
    early = await told(gate, f"{case_no}/payment", {"unit": OFFICE}, expect=409)
    await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    await told(gate, f"{case_no}/answer", {"outcome": "upheld", "text": "Bưu điện có lỗi"})

    owed = await told(gate, f"{case_no}/steps", {"kind": "closed"}, expect=409)
    await told(gate, f"{case_no}/payment", {"unit": OFFICE}, expect=201)
    closed = await told(gate, f"{case_no}/steps", {"kind": "closed"})

    assert (early["code"], owed["code"], closed["state"]) == ("case.nothing_owed", "case.owed", "closed")


async def test_late_money_bears_interest_at_the_rate_of_the_province(gate: Gate) -> None:
    _, case_no = await lost(gate)
    await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    gate.clock[0] = on(12, 23) + timedelta(days=73)
    [unset] = (await (await gate.get("/api/v1/cases/compensation-due")).json())["data"]
    rate = {"basis_points": 1000, "valid_from": "2026-01-01", "reason": "Quyết định của tỉnh"}
    await told(gate, "interest-rates", rate, expect=201)

    [due] = (await (await gate.get("/api/v1/cases/compensation-due")).json())["data"]
    payment = await told(gate, f"{case_no}/payment", {"unit": OFFICE}, expect=201)

    assert (unset["days_late"], unset["interest_dong"]) == (73, None)
    assert (due["interest_dong"], payment["interest_dong"], payment["amount_dong"]) == (2080, 2080, 106_080)
    assert (await (await gate.get("/api/v1/cases/compensation-due")).json())["data"] == []


async def test_the_rate_of_a_day_is_set_once(gate: Gate) -> None:
    rate = {"basis_points": 1000, "valid_from": "2026-01-01", "reason": "Quyết định của tỉnh"}
    await told(gate, "interest-rates", rate, expect=201)

    problem = await told(gate, "interest-rates", {**rate, "basis_points": 900}, expect=409)

    listed = (await (await gate.get("/api/v1/cases/interest-rates")).json())["data"]
    assert (problem["code"], [each["basis_points"] for each in listed]) == ("interest.taken", [1000])


async def test_a_found_item_taken_back_returns_the_compensation(gate: Gate) -> None:
    _, case_no = await lost(gate)
    await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    await told(gate, f"{case_no}/payment", {"unit": OFFICE}, expect=201)
    gate.clock[0] += timedelta(hours=1)
    await told(gate, f"{case_no}/found", {"office": OFFICE, "note": "Trong túi rỗng"})
    back = {"decision": "takes_back", "unit": OFFICE}

    shown = await told(gate, f"{case_no}/owner-decision", back)
    again = await told(gate, f"{case_no}/owner-decision", back)

    assert (shown["paid_dong"], [each["direction"] for each in shown["payments"]]) == (0, ["out", "back"])
    assert (again["payments"], (await ledger(gate))["compensation"]) == (shown["payments"], 0)
    assert (await told(gate, f"{case_no}/steps", {"kind": "closed"}))["state"] == "closed"


async def test_a_found_item_that_is_refused_leaves_the_compensation_paid(gate: Gate) -> None:
    _, case_no = await lost(gate)
    await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    await told(gate, f"{case_no}/payment", {"unit": OFFICE}, expect=201)
    gate.clock[0] += timedelta(hours=1)
    await told(gate, f"{case_no}/found", {"office": OFFICE, "note": "Trong túi rỗng"})

    shown = await told(gate, f"{case_no}/owner-decision", {"decision": "refuses"})

    assert (shown["paid_dong"], (await ledger(gate))["compensation"]) == (104_000, -104_000)


async def test_a_found_item_taken_back_before_the_payment_leaves_nothing_owed(gate: Gate) -> None:
    _, case_no = await lost(gate)
    await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    gate.clock[0] += timedelta(hours=1)
    await told(gate, f"{case_no}/found", {"office": OFFICE, "note": "Trong túi rỗng"})

    shown = await told(gate, f"{case_no}/owner-decision", {"decision": "takes_back"})

    assert (shown["owed_dong"], shown["payments"]) == (0, [])
    assert (await (await gate.get("/api/v1/cases/compensation-due")).json())["data"] == []


async def test_the_post_at_fault_bears_every_re_issue(gate: Gate) -> None:
    _, case_no = await lost(gate)
    line = {"paper": "Giấy khai sinh bản chính", "cost_dong": 50_000, "evidence": "Biên lai 0012"}
    before = await told(gate, f"{case_no}/reissues", line)
    await told(gate, f"{case_no}/reissues", line)
    await told(gate, f"{case_no}/liability", LIABLE, expect=201)

    shown = await told(gate, f"{case_no}/reissues", {**line, "paper": "Sổ đỏ", "cost_dong": 100_000})

    assert before["reissue_borne_by"] == "undetermined"
    assert (shown["reissue_dong"], shown["reissue_borne_by"]) == (150_000, "post")


@pytest.mark.parametrize(("about", "status"), [("loss", 422), ("damage", 201)])
async def test_the_recipient_is_paid_for_what_remains_and_for_a_loss_only_by_agreement(
    gate: Gate, about: str, status: int
) -> None:
    number = await carried(gate)
    await paid_postage(gate, number)
    case_no = (await complained(gate, number, about=about))["case_no"]

    await told(gate, f"{case_no}/liability", {**LIABLE, "payee": "receiver"}, expect=status)
    agreed = {**LIABLE, "payee": "receiver", "agreement": "Một cửa đồng ý, văn bản 12"}
    if status == 422:
        await told(gate, f"{case_no}/liability", agreed, expect=201)


async def test_the_liability_record_has_every_field_the_circular_asks_for(gate: Gate) -> None:
    number, case_no = await lost(gate)
    made = await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    await told(gate, f"{case_no}/payment", {"unit": OFFICE}, expect=201)

    paper = await (await gate.get(f"/api/v1/cases/{case_no}/liability/paper")).read()

    with pypdfium2.PdfDocument(paper) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", " ")
    for said in (
        made["record_no"], number[:4], COMPLAINT["complainant_name"], "Một cửa Thạch Sơn", "Bưu điện Hà Tĩnh",
        "09:00 23/11/2026", LIABLE["reason"], "104.000 đồng", "chuyển khoản", "23/12/2026", "Đã nhận 104.000 đồng",
    ):  # fmt: skip
        assert str(said) in text


async def test_a_desk_sees_what_is_owed_and_pays_nothing(gate: Gate) -> None:
    _, case_no = await lost(gate)
    await told(gate, f"{case_no}/liability", LIABLE, expect=201)
    desk = await gate.token_for("cases", unit=DESK)

    due = await (await gate.get("/api/v1/cases/compensation-due", token=desk)).json()
    problem = await told(gate, f"{case_no}/payment", {"unit": OFFICE}, expect=403, token=desk)

    assert ([each["liability"]["case_no"] for each in due["data"]], problem["code"]) == ([case_no], "unit.foreign")
