"""Fees and postage, receipts, remittances, the tariff and the day's accounts through the door."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from postgw.web.schemas.money import (
    DayOut,
    DueList,
    ReceiptOut,
    ReceiptPage,
    RemittanceOut,
    RemittancePage,
    SeriesList,
    TermList,
)
from postgw.web.schemas.pricing import QuoteOut, TariffOut

from .conftest import DESK, OFFICE, OTHER_DESK, PROCEDURE


@pytest.fixture
async def till(gate):
    """A door behind which the post office has a series of receipts for each ledger."""
    for series, ledger in (("PHT26", "fee"), ("CHT26", "postage")):
        begun = await gate.post("/api/v1/receipt-series", {"series": series, "ledger": ledger, "unit": OFFICE})
        assert begun.status == 201, await begun.text()
    return gate


async def taken(gate, fee_id: str = "f-1", *, number: str = "", status: int = 201, **rest: Any) -> Any:
    number = number or (await gate.consignment())["consignment_no"]
    told = {"fee_id": fee_id, "number": number, "ledger": "fee", "amount_dong": 8000, "unit": OFFICE, **rest}
    answer = await gate.post("/api/v1/fees", told)
    assert answer.status == status, await answer.text()
    if status == 201:
        ReceiptOut.model_validate_json(await answer.read())
    return await answer.json()


async def remitted(gate, *, status: int = 201, **rest):
    answer = await gate.post("/api/v1/remittances", {"desk": DESK, "unit": OFFICE, **rest})
    assert answer.status == status, await answer.text()
    if status == 201:
        RemittanceOut.model_validate_json(await answer.read())
    return await answer.json()


async def receiver(gate, *, unit: str = DESK, subject: str = "fees") -> str:
    answer = await gate.post(
        "/api/v1/signatories",
        {"unit_kind": "desk", "unit": unit, "name": "Trần Diễn Tập", "valid_from": "2026-11-01", "subject": subject},
    )
    return str((await answer.json())["signatory_no"])


async def counted(gate, remittance_no: str, dong: int, *, token: str, signatory_no: str, status: int = 200):
    answer = await gate.post(
        f"/api/v1/remittances/{remittance_no}/confirm",
        {"received_dong": dong, "signatory_no": signatory_no}, token=token,
    )  # fmt: skip
    assert answer.status == status, await answer.text()
    return await answer.json()


async def accounts(gate, **query: str) -> dict[tuple[str, str], int]:
    answer = await gate.get("/api/v1/money/day", params=query)
    day = DayOut.model_validate_json(await answer.read())
    for ledger in ("fee", "postage"):
        assert sum(line.closing_dong for line in day.accounts if line.ledger == ledger) == 0
    return {(line.ledger, line.account): line.closing_dong for line in day.accounts if line.closing_dong}


async def test_a_fee_is_taken_under_the_next_number_of_its_series(till) -> None:
    first, second = await taken(till, "f-1"), await taken(till, "f-2")

    assert [first["receipt_no"], second["receipt_no"]] == ["PHT26-000001", "PHT26-000002"]
    assert first["desk"] == DESK
    assert await accounts(till) == {("fee", "citizen"): -16000, ("fee", "cash"): 16000}


async def test_the_same_taking_told_twice_is_one_receipt(till) -> None:
    number = (await till.consignment())["consignment_no"]
    first, again = await taken(till, number=number), await taken(till, number=number)

    assert again == first
    assert await accounts(till) == {("fee", "citizen"): -8000, ("fee", "cash"): 8000}


async def test_the_same_taking_told_at_one_moment_by_many_is_one_receipt(till) -> None:
    number = (await till.consignment())["consignment_no"]
    told = await asyncio.gather(*(taken(till, number=number) for _ in range(5)))

    assert {each["receipt_no"] for each in told} == {"PHT26-000001"}


async def test_the_same_id_for_another_amount_is_refused(till) -> None:
    number = (await till.consignment())["consignment_no"]
    await taken(till, number=number)

    assert (await taken(till, number=number, amount_dong=9000, status=409))["code"] == "fee.told"


async def test_no_more_is_taken_than_the_dossier_owes(till) -> None:
    number = (await till.consignment())["consignment_no"]
    await taken(till, "f-1", number=number, amount_dong=20_000)
    problem = await taken(till, "f-2", number=number, amount_dong=5_001, status=409)

    assert problem["code"] == "fee.too_much"
    assert "phải thu 25000 đồng, đã thu 20000 đồng" in problem["detail"]


async def test_a_unit_without_a_series_takes_nothing(gate) -> None:
    assert (await taken(gate, status=409))["code"] == "series.missing"


async def test_a_desk_does_not_take_money_for_another(till) -> None:
    number = (await till.consignment())["consignment_no"]
    token = await till.token_for("money", unit=OTHER_DESK)
    told = {"fee_id": "f", "number": number, "ledger": "fee", "amount_dong": 1}
    answers = [await till.post("/api/v1/fees", {**told, "unit": unit}, token=token) for unit in (DESK, "")]

    assert [answer.status for answer in answers] == [403, 404]


async def test_whoever_lacks_the_scope_sees_no_money(till) -> None:
    token = await till.token_for("scans", "delivery", unit=OFFICE)

    assert (await till.get("/api/v1/fees", token=token)).status == 403


WEIGHED: dict[str, Any] = {"ledger": "postage", "zone": "in_district", "grams": 80}


async def test_postage_stands_in_its_own_ledger_and_series(till) -> None:
    number = (await till.consignment())["consignment_no"]
    receipt = await taken(till, number=number, amount_dong=26_000, **WEIGHED)

    assert receipt["receipt_no"] == "CHT26-000001"
    assert receipt["remit_by"] is None
    assert receipt["grounds"]["tariff"] == "2018-01-01"
    assert await accounts(till) == {("postage", "citizen"): -26_000, ("postage", "cash"): 26_000}


@pytest.mark.parametrize(
    ("rest", "status", "code"),
    [
        ({"amount_dong": 26_001, **WEIGHED}, 409, "fee.too_much"),
        ({"amount_dong": 1, "price_dong": 26_001, **WEIGHED}, 422, "tariff.above_ceiling"),
        ({"amount_dong": 13_001, "reduction": "poor_household", "evidence": "Sổ hộ nghèo", **WEIGHED}, 409,
         "fee.too_much"),
        ({"amount_dong": 13_000, "reduction": "poor_household", **WEIGHED}, 422, "postage.evidence"),
        ({"amount_dong": 1, "reduction": "heroic_mother", "evidence": "Quyết định", **WEIGHED}, 409, "fee.too_much"),
        ({"amount_dong": 1, "reduction": "rich", "evidence": "không", **WEIGHED}, 422, "tariff.reduction"),
        ({"amount_dong": 13_001, "shares": {"citizen": 50, "post": 50}, **WEIGHED}, 409, "fee.too_much"),
        ({"amount_dong": 1, "shares": {"citizen": 50}, **WEIGHED}, 422, "tariff.shares"),
        ({"amount_dong": 1, "fault": "citizen", **WEIGHED}, 422, "postage.first"),
        ({"amount_dong": 1, "payer": "agency", **WEIGHED}, 422, "postage.payer"),
        ({"amount_dong": 1, "ledger": "postage", "grams": 80}, 422, "tariff.zone"),
        ({"amount_dong": 1, "ledger": "postage", "zone": "in_district"}, 422, "tariff.grams"),
        ({"amount_dong": 1, "zone": "in_district"}, 422, "fee.postage"),
        ({"amount_dong": 1, "payer": "budget"}, 422, "fee.payer"),
    ],
)  # fmt: skip
async def test_money_without_ground_is_refused(till, rest: dict[str, Any], status: int, code: str) -> None:
    assert (await taken(till, status=status, **rest))["code"] == code
    assert await accounts(till) == {}


async def test_the_budget_pays_its_share(till) -> None:
    number = (await till.consignment())["consignment_no"]
    shares = {"shares": {"citizen": 50, "budget": 50}, "amount_dong": 13_000, **WEIGHED}
    await taken(till, "f-1", number=number, **shares)
    await taken(till, "f-2", number=number, payer="budget", **shares)

    assert await accounts(till) == {
        ("postage", "citizen"): -13_000, ("postage", "budget"): -13_000, ("postage", "cash"): 26_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({}, "postage.fault"),
        ({"fault": "agency"}, "postage.payer"),
        ({"fault": "post", "payer": "citizen"}, "postage.payer"),
        ({"fault": "agency", "payer": "agency"}, ""),
        ({"fault": "citizen", "payer": "citizen"}, ""),
    ],
)
async def test_repeated_carriage_is_paid_by_whose_fault_it_is(till, told: dict[str, str], code: str) -> None:
    first = await till.consignment()
    await till.post(f"/api/v1/consignments/{first['consignment_no']}/cancel", {"reason": "not_needed"})
    again = await till.post("/api/v1/consignments", {"dossier": first["dossier_no"], "leg": "return"})
    number = (await again.json())["consignment_no"]
    answer = await taken(till, number=number, amount_dong=26_000, status=422 if code else 201, **WEIGHED, **told)

    assert answer.get("code", "") == code


async def test_a_cancelled_receipt_leaves_no_money_and_its_number_stays_used(till) -> None:
    wrong = await taken(till, "f-1")
    path = f"/api/v1/receipts/{wrong['receipt_no']}/cancel"
    first = await till.post(path, {"reason": "Ghi nhầm"})
    till.clock[0] += timedelta(minutes=1)
    again = await till.post(path, {"reason": "Ghi nhầm"})
    right = await taken(till, "f-2", number=wrong["consignment_no"])

    assert (first.status, await again.json()) == (200, await first.json())
    assert right["receipt_no"] == "PHT26-000002"
    assert await accounts(till) == {("fee", "citizen"): -8000, ("fee", "cash"): 8000}


async def test_what_was_handed_on_is_not_cancelled(till) -> None:
    receipt = await taken(till)
    await remitted(till)
    answer = await till.post(f"/api/v1/receipts/{receipt['receipt_no']}/cancel", {"reason": "Ghi nhầm"})

    assert (answer.status, (await answer.json())["code"]) == (409, "receipt.remitted")


async def test_fee_money_is_due_a_day_after_the_earliest_receipt(till) -> None:
    first = await taken(till, "f-1")
    till.clock[0] += timedelta(hours=5)
    await taken(till, "f-2")
    [due] = DueList.model_validate_json(await (await till.get("/api/v1/remittances/due")).read()).data

    assert (due.amount_dong, due.receipts_count, due.is_late) == (16_000, 2, False)
    assert first["remit_by"] == "2026-11-24T02:00:00Z"
    assert due.due_at.isoformat() == "2026-11-24T02:00:00+00:00"


async def test_a_term_of_the_procedure_moves_the_deadline(till) -> None:
    term = {"procedure_code": PROCEDURE, "hours": 168, "valid_from": "2026-11-01", "reason": "Nộp hằng tuần"}
    first, again = [await till.post("/api/v1/remittance-terms", term) for _ in range(2)]
    listed = TermList.model_validate_json(await (await till.get("/api/v1/remittance-terms")).read())
    receipt = await taken(till)

    assert (first.status, again.status) == (201, 409)
    assert [each.hours for each in listed.data] == [168]
    assert receipt["remit_by"] == "2026-11-30T02:00:00Z"


async def test_fee_money_handed_on_late_says_so(till) -> None:
    await taken(till)
    till.clock[0] += timedelta(hours=25)

    assert (await remitted(till))["is_late"] is True


async def test_a_remittance_that_agrees_ends_at_the_agency(till) -> None:
    await taken(till, "f-1")
    await taken(till, "f-2")
    remittance = await remitted(till)
    under_way = await accounts(till)
    token = await till.token_for("money", unit=DESK)
    done = await counted(till, remittance["remittance_no"], 16_000, token=token, signatory_no=await receiver(till))

    assert under_way == {("fee", "citizen"): -16_000, ("fee", "under_way"): 16_000}
    assert done["difference_dong"] == 0
    assert await accounts(till) == {("fee", "citizen"): -16_000, ("fee", "agency"): 16_000}
    assert DueList.model_validate_json(await (await till.get("/api/v1/remittances/due")).read()).data == []


@pytest.mark.parametrize(("received", "difference"), [(15_000, 1000), (16_500, -500), (0, 16_000)])
async def test_a_remittance_that_differs_is_kept_as_it_differs(till, received: int, difference: int) -> None:
    await taken(till, "f-1")
    await taken(till, "f-2")
    number = (await remitted(till, destination="treasury"))["remittance_no"]
    token, person = await till.token_for("money", unit=DESK), await receiver(till)
    first = await counted(till, number, received, token=token, signatory_no=person)
    again = await counted(till, number, received, token=token, signatory_no=person)
    other = await counted(till, number, 16_000, token=token, signatory_no=person, status=409)
    held = await accounts(till)

    assert (first["difference_dong"], again) == (difference, first)
    assert other["code"] == "remit.counted"
    assert (held.get(("fee", "treasury"), 0), held["fee", "difference"]) == (received, difference)


async def test_nobody_counts_what_he_handed_on(till) -> None:
    await taken(till)
    number = (await remitted(till))["remittance_no"]

    problem = await counted(till, number, 8000, token=till.token, signatory_no=await receiver(till), status=403)
    assert problem["code"] == "remit.own"


@pytest.mark.parametrize("appointment", [{"subject": "dossiers"}, {"unit": OTHER_DESK}])
async def test_only_who_is_appointed_for_fees_at_that_desk_counts(till, appointment: dict[str, str]) -> None:
    await taken(till)
    number = (await remitted(till))["remittance_no"]
    token, person = await till.token_for("money", unit=DESK), await receiver(till, **appointment)

    problem = await counted(till, number, 8000, token=token, signatory_no=person, status=403)
    assert problem["code"] == "remit.not_appointed"


async def test_the_same_receipts_handed_on_twice_are_one_remittance(till) -> None:
    number = (await taken(till))["receipt_no"]
    first, again = [await remitted(till, receipt_nos=[number]) for _ in range(2)]

    assert again == first
    assert await accounts(till) == {("fee", "citizen"): -8000, ("fee", "under_way"): 8000}


async def test_postage_and_what_does_not_wait_is_not_handed_on(till) -> None:
    postage = await taken(till, amount_dong=26_000, **WEIGHED)
    problem = await remitted(till, receipt_nos=[postage["receipt_no"]], status=409)

    assert problem["code"] == "remit.receipt"
    assert (await remitted(till, status=409))["code"] == "remit.nothing"


async def test_a_remittance_names_the_manifest_it_went_with(till) -> None:
    await taken(till)
    opened = await till.post("/api/v1/manifests", {"desk": DESK, "office": OFFICE, "direction": "to_desk"})
    number = (await opened.json())["manifest_no"]

    assert (await remitted(till, manifest_no="BB-TS-200101-01", status=422))["code"] == "manifest.unknown"
    assert (await remitted(till, manifest_no=number))["manifest_no"] == number


async def test_each_sees_the_money_of_its_own_unit(till) -> None:
    await taken(till)
    await remitted(till)
    seen = {}
    for unit in (OFFICE, DESK, OTHER_DESK):
        token = await till.token_for("money", unit=unit)
        fees = ReceiptPage.model_validate_json(await (await till.get("/api/v1/fees?ledger=fee", token=token)).read())
        sent = RemittancePage.model_validate_json(await (await till.get("/api/v1/remittances", token=token)).read())
        seen[unit] = (len(fees.data), len(sent.data))

    assert seen == {OFFICE: (1, 1), DESK: (1, 1), OTHER_DESK: (0, 0)}


async def test_what_is_open_in_the_evening_opens_the_next_day(till) -> None:
    await taken(till)
    tomorrow = await accounts(till, on="2026-11-24", unit=OFFICE)
    yesterday = await accounts(till, on="2026-11-22", unit=OFFICE)

    assert tomorrow == {("fee", "citizen"): -8000, ("fee", "cash"): 8000}
    assert yesterday == {}


async def test_a_receipt_is_drawn(till) -> None:
    made = [await taken(till, "f-1"), await taken(till, "f-2", amount_dong=26_000, **WEIGHED)]
    papers = [await till.get(f"/api/v1/receipts/{each['receipt_no']}/paper") for each in made]

    assert [(await paper.read())[:4] for paper in papers] == [b"%PDF", b"%PDF"]
    assert (await till.get("/api/v1/receipts/PHT26-999999/paper")).status == 404


async def test_a_series_belongs_to_one_unit_and_ledger(till) -> None:
    again = await till.post("/api/v1/receipt-series", {"series": "PHT26", "ledger": "fee", "unit": OFFICE})
    other = await till.post("/api/v1/receipt-series", {"series": "PHT26", "ledger": "postage", "unit": OFFICE})
    listed = SeriesList.model_validate_json(await (await till.get("/api/v1/receipt-series")).read())

    assert (again.status, other.status) == (201, 409)
    assert [each.series for each in listed.data] == ["CHT26", "PHT26"]


async def test_anybody_reads_the_tariff(gate) -> None:
    answer = await gate.get("/api/v1/tariff", token="")
    tariff = TariffOut.model_validate_json(await answer.read())

    assert (len(tariff.ceilings), len(tariff.reductions), tariff.bands_grams) == (10, 10, [100, 250, 500])


async def test_a_quote_adds_both_ways_and_splits_them(gate) -> None:
    answer = await gate.get(
        "/api/v1/tariff/quote?service=both&zone=same_region&grams=80&return_grams=600&budget_share=50", token=""
    )
    quote = QuoteOut.model_validate_json(await answer.read())

    assert quote.due_dong == 30_500 + 38_100
    assert quote.shares == {"citizen": 34_300, "budget": 34_300}


@pytest.mark.parametrize(
    ("query", "code"),
    [("price_dong=60000", "tariff.above_ceiling"), ("reduction=none", "tariff.reduction"),
     ("post_share=60&budget_share=60", "tariff.share")],
)  # fmt: skip
async def test_a_quote_without_ground_is_refused(gate, query: str, code: str) -> None:
    answer = await gate.get(f"/api/v1/tariff/quote?service=both&zone=in_district&grams=80&{query}", token="")

    assert (answer.status, (await answer.json())["code"]) == (422, code)
