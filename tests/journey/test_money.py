"""The money of one dossier: postage and fee are taken at the door, the fee is handed on, and one note is missing."""

from __future__ import annotations

import asyncio
import base64
from datetime import datetime, timedelta

from .conftest import DESK, OFFICE, Day
from .test_evidence import PACK
from .test_parcel import DOSSIER_NO, PROCEDURE, appointed, dossier, handed_over


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


async def test_a_fee_travels_with_its_dossier_and_is_handed_on_with_the_manifest_within_a_day(day: Day) -> None:
    desk_signs = await appointed(day, "desk", DESK, "officer")
    post_signs = await appointed(day, "office", OFFICE, "postman")
    begun = {"series": "PHT26", "ledger": "fee", "unit": OFFICE}
    await day.ask("administrator", "POST", "/api/v1/receipt-series", begun, expect=201)
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}
    number = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]

    # at the door the postman takes the fee and gives the receipt; at the desk both hands sign the manifest
    fee = {"fee_id": "m7-1", "number": number, "ledger": "fee", "amount_dong": 8000}
    receipt = await day.ask("postman", "POST", "/api/v1/fees", fee, expect=201)
    now = day.clock[0].isoformat()
    scan = {"scan_id": "s0", "number": number, "code": "collected", "device_at": now, "office": OFFICE}
    batch = {"device": "station-1", "sent_at": now, "scans": [scan]}
    await day.ask("postman", "POST", "/api/v1/scans", batch, expect=200)
    manifest = await handed_over(day, number, "to_desk", giver=post_signs, taker=desk_signs)

    # the money goes with the manifest, within 24 hours of the receipt, and the other hand counts it
    [due] = (await day.ask("postman", "GET", "/api/v1/remittances/due", expect=200))["data"]
    handing = {"desk": DESK, "manifest_no": manifest["manifest_no"]}
    sent = await day.ask("postman", "POST", "/api/v1/remittances", handing, expect=201)
    person = {"unit_kind": "desk", "unit": DESK, "name": "Người nhận phí", "account": "officer", "subject": "fees",
              "valid_from": "2026-01-01"}  # fmt: skip
    signatory = (await day.ask("administrator", "POST", "/api/v1/signatories", person, expect=201))["signatory_no"]
    counted = {"received_dong": 8000, "signatory_no": signatory}
    at = f"/api/v1/remittances/{sent['remittance_no']}/confirm"
    done = await day.ask("officer", "POST", at, counted, expect=200)

    taken_at = datetime.fromisoformat(receipt["collected_at"])
    assert datetime.fromisoformat(receipt["remit_by"]) - taken_at == timedelta(hours=24)
    assert (due["amount_dong"], due["is_late"], due["due_at"]) == (8000, False, receipt["remit_by"])
    assert (sent["manifest_no"], sent["receipt_nos"]) == (manifest["manifest_no"], [receipt["receipt_no"]])
    assert (sent["is_late"], done["difference_dong"]) == (False, 0)
    assert (await day.ask("postman", "GET", "/api/v1/remittances/due", expect=200))["data"] == []
    assert {name: dong for name, dong in (await closing(day, "postman", OFFICE)).items() if dong} == {
        "fee.citizen": -8000, "fee.agency": 8000,
    }  # fmt: skip

    # the evidence of the dossier has the receipt, its remittance and the manifest
    pack = PACK.replace(DOSSIER_NO, f"{DESK}/MC-2026-0007")
    content = (await day.ask("administrator", "GET", pack, expect=200))["content"]
    assert [row["remittance_no"] for row in content["money"]["receipts"]] == [sent["remittance_no"]]
    assert [row["manifest_no"] for row in content["handovers"]] == [manifest["manifest_no"]]

    # and what the bank says afterwards stands beside it
    text = f"Ngày;Nội dung;Ghi có\n23/11/2026;NOP PHI {sent['remittance_no']};8000\n"
    file = {"source": "bank", "account": "3500", "content": base64.b64encode(text.encode()).decode()}
    await day.ask("administrator", "POST", "/api/v1/reconciliations/files", file, expect=201)
    await day.ask("administrator", "POST", "/api/v1/reconciliations/files", file, expect=201)
    period = "source=bank&since=2026-11-23&until=2026-11-23"
    sums = await day.ask("officer", "GET", f"/api/v1/reconciliations/totals?{period}", expect=200)
    columns = {sums[name] for name in ("due_dong", "collected_dong", "received_dong")}
    assert (columns, sums["lines"]["matched"], sums["is_explained"]) == ({8000}, 1, True)
