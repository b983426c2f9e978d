"""The money of one dossier: postage and fee are taken at the door, the fee is handed on, and one note is missing."""

from __future__ import annotations

import asyncio

from .conftest import DESK, OFFICE, Day
from .test_parcel import PROCEDURE, dossier


async def closing(day: Day, who: str, unit: str) -> dict[str, int]:
    shown = await day.ask(who, "GET", f"/api/v1/money/day?unit={unit}", expect=200)
    return {f"{line['ledger']}.{line['account']}": line["closing_dong"] for line in shown["accounts"]}


async def test_a_fee_comes_to_the_agency_and_what_is_missing_stays_in_sight(day: Day) -> None:
    for series, ledger in (("PHT26", "fee"), ("CHT26", "postage")):
        begun = {"series": series, "ledger": ledger, "unit": OFFICE}
        await day.ask("administrator", "POST", "/api/v1/receipt-series", begun, expect=201)
    term = {"procedure_code": PROCEDURE, "hours": 48, "valid_from": "2026-01-01", "reason": "Hai ngày một lần"}
    await day.ask("administrator", "POST", "/api/v1/remittance-terms", term, expect=201)
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}
    number = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]

    # at the citizen's door: the same taking told twice, each kind of money with its own receipt
    fee = {"fee_id": "m7-1", "number": number, "ledger": "fee", "amount_dong": 8000}
    first, *again = await asyncio.gather(
        *(day.ask("postman", "POST", "/api/v1/fees", fee, expect=201) for _ in range(5))
    )
    postage = {"fee_id": "m7-2", "number": number, "ledger": "postage", "amount_dong": 15_000,
               "zone": "inter_district", "grams": 300, "price_dong": 30_000, "reduction": "poor_household",
               "evidence": "Sổ hộ nghèo"}  # fmt: skip
    other = await day.ask("postman", "POST", "/api/v1/fees", postage, expect=201)
    paper = await day.ask("postman", "GET", f"/api/v1/receipts/{first['receipt_no']}/paper", expect=200)

    assert again == [first] * 4
    assert (first["receipt_no"], other["receipt_no"]) == ("PHT26-000001", "CHT26-000001")
    assert paper.startswith(b"%PDF")

    # two days and an hour later it is late; it is handed on, and counted by who is appointed for fees
    day.pass_time(hours=49)
    [due] = (await day.ask("officer", "GET", "/api/v1/remittances/due", expect=200))["data"]
    sent = await day.ask("postman", "POST", "/api/v1/remittances", {"desk": DESK}, expect=201)
    person = {"unit_kind": "desk", "unit": DESK, "name": "Người nhận phí", "account": "officer", "subject": "fees",
              "valid_from": "2026-01-01"}  # fmt: skip
    signatory = (await day.ask("administrator", "POST", "/api/v1/signatories", person, expect=201))["signatory_no"]
    at = f"/api/v1/remittances/{sent['remittance_no']}/confirm"
    counted = {"received_dong": 7000, "signatory_no": signatory}
    await day.ask("postman", "POST", at, counted, expect=403)
    done = await day.ask("officer", "POST", at, counted, expect=200)
    same = await day.ask("officer", "POST", at, counted, expect=200)

    assert (due["is_late"], sent["is_late"], done["difference_dong"]) == (True, True, 1000)
    assert same == done
    assert {name: dong for name, dong in (await closing(day, "postman", OFFICE)).items() if dong} == {
        "fee.citizen": -8000, "fee.agency": 7000, "fee.difference": 1000,
        "postage.citizen": -15_000, "postage.cash": 15_000,
    }  # fmt: skip
