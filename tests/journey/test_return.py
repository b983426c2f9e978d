"""A result that nobody fetches: two invitations, two working days apart, and home to the agency, on both databases."""

from __future__ import annotations

from datetime import timedelta

from .conftest import CITIZEN, DESK, OFFICE, Day
from .test_parcel import PROCEDURE


async def waiting(day: Day) -> str:
    """Let the first delivery of a result fail; return its number."""
    dossier = {
        "dossier_no": "H27.15-261123-0009", "receiving_desk": DESK, "procedure_code": PROCEDURE,
        "service_form": "return", "applicant": CITIZEN,
    }  # fmt: skip
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier, expect=201)
    wanted = {"dossier": "H27.15-261123-0009", "leg": "return"}
    number = str((await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"])
    now = day.clock[0].isoformat()
    failed = {"scan_id": "a", "device": "d", "device_at": now, "sent_at": now, "reason": "absent", "office": OFFICE}
    await day.ask("postman", "POST", f"/api/v1/consignments/{number}/attempts", failed, expect=201)
    return number


async def test_a_result_that_nobody_fetches_goes_home(day: Day) -> None:
    number = await waiting(day)
    address = f"/api/v1/consignments/{number}"
    for expect in (201, 409, 201):  # Monday, Tuesday, Wednesday
        await day.ask("postman", "POST", f"{address}/invitations", {"way": "paper"}, expect=expect)
        day.clock[0] += timedelta(days=1)
    why = {"reason": "two_invitations"}
    early = await day.ask("postman", "POST", f"{address}/return", why, expect=409)  # Thursday
    day.clock[0] += timedelta(days=1)

    await day.ask("postman", "POST", f"{address}/return", why, expect=200)

    now = day.clock[0].isoformat()
    scan = {"scan_id": "r", "number": number, "code": "returned", "device_at": now, "office": OFFICE}
    await day.ask("postman", "POST", "/api/v1/scans", {"device": "d", "sent_at": now, "scans": [scan]}, expect=200)
    custody = (await day.ask("officer", "GET", address, expect=200))["custody"]
    assert "27/11/2026" in early["detail"]
    assert (custody["state"], custody["holder"], custody["ended"]) == ("returned", "desk", True)


async def test_a_refusal_and_a_recall_are_kept_on_both_databases(day: Day) -> None:
    number = await waiting(day)
    address = f"/api/v1/consignments/{number}"
    moved = {"party": {**CITIZEN, "address": "Tổ dân phố 4"}, "fault": "citizen", "cost_dong": 13000}
    await day.ask("officer", "POST", f"{address}/address", moved, expect=200)
    refused = {
        "refuser_name": "Nguyễn Diễn Tập", "id_kind": "passport", "id_tail": "4821",
        "signature_png": "iVBORw0KGgp4",
    }  # fmt: skip
    back = {"reason": "refused", "evidence": refused}
    await day.ask("postman", "POST", f"{address}/return", back, expect=200)
    recall = {"reason": "result_changed", "fault": "agency", "cost_dong": 0}
    await day.ask("officer", "POST", f"{address}/recall", recall, expect=200)

    kept = (await day.ask("officer", "GET", f"{address}/redirections", expect=200))["data"]

    assert [(row["kind"], row["paid_by"], row["cost_dong"]) for row in kept] == [
        ("address", "citizen", 13000), ("recall", "agency", 0),
    ]  # fmt: skip
    assert (kept[0]["old"]["address"], kept[0]["new"]["address"]) == ("Tổ dân phố 3", "Tổ dân phố 4")
