"""When something goes wrong: a loss that is paid for and found, a late item whose postage comes back, a second carriage
that the party at fault pays. On both databases.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from postgw.storage import cases

from .conftest import DESK, OFFICE, Day
from .test_parcel import dossier


async def posted(day: Day, *, paid: bool = True) -> str:
    """Let the post take a dossier over, with its postage; return the number of the item."""
    begun = {"series": "CHT26", "ledger": "postage", "unit": OFFICE}
    await day.ask("administrator", "POST", "/api/v1/receipt-series", begun, expect=201)
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}
    number = str((await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"])
    if paid:
        await day.ask("postman", "POST", "/api/v1/fees", postage(number), expect=201)
    await scanned(day, number, "collected")
    return number


def postage(number: str, **rest: Any) -> dict[str, Any]:
    return {
        "fee_id": f"m-{number}", "number": number, "ledger": "postage", "amount_dong": 26_000, "zone": "in_district",
        "grams": 80, **rest,
    }  # fmt: skip


async def scanned(day: Day, number: str, code: str) -> None:
    now = day.clock[0].isoformat()
    scan = {"scan_id": f"{code}-{now}", "number": number, "code": code, "device_at": now, "office": OFFICE}
    await day.ask("postman", "POST", "/api/v1/scans", {"device": "d", "sent_at": now, "scans": [scan]}, expect=200)
    day.pass_time(minutes=1)


async def closing(day: Day) -> dict[str, int]:
    shown = await day.ask("postman", "GET", f"/api/v1/money/day?unit={OFFICE}", expect=200)
    held = {line["account"]: line["closing_dong"] for line in shown["accounts"] if line["ledger"] == "postage"}
    return {account: amount for account, amount in held.items() if amount}


async def test_a_lost_dossier_is_paid_for_found_and_taken_back(day: Day) -> None:
    number = await posted(day)

    # given up by the post, once, however often it is told; desk and citizen hear of it
    told = {"number": number, "statement": "Tìm ở ba bưu cục không thấy."}
    await day.ask("officer", "POST", "/api/v1/cases/losses", told, expect=403)
    case = await day.ask("postman", "POST", "/api/v1/cases/losses", told, expect=201)
    again = await day.ask("postman", "POST", "/api/v1/cases/losses", told, expect=201)
    at = f"/api/v1/cases/{case['case_no']}"
    await day.time_knocks()
    assert again["case_no"] == case["case_no"]
    assert any("chưa tìm thấy" in text for text in day.texts())

    # liability with the least that the law sets, a re-issue at the post's cost, the money once
    liable = {"reason": "Thất lạc khi chia chọn", "fault": "post"}
    short = {**liable, "amount_dong": 100_000}
    problem = await day.ask("postman", "POST", f"{at}/liability", short, expect=422)
    made = await day.ask("postman", "POST", f"{at}/liability", liable, expect=201)
    line = {"paper": "Giấy khai sinh", "cost_dong": 50_000, "evidence": "Biên lai 12"}
    await day.ask("officer", "POST", f"{at}/reissues", line, expect=200)
    paid = await day.ask("postman", "POST", f"{at}/payment", {"way": "cash"}, expect=201)
    assert await day.ask("postman", "POST", f"{at}/payment", {"way": "cash"}, expect=201) == paid
    assert (problem["code"], made["amount_dong"], paid["amount_dong"]) == (
        "compensation.below_minimum", 104_000, 104_000,
    )  # fmt: skip
    assert await closing(day) == {"citizen": 78_000, "cash": 26_000, "compensation": -104_000}
    paper = await day.ask("postman", "GET", f"{at}/liability/paper", expect=200)
    assert paper.startswith(b"%PDF")

    # found: custody follows from the scan, the owner is told, takes it back and gives the money back
    day.pass_time(days=2)
    await day.ask("postman", "POST", f"{at}/found", {"note": "Trong túi rỗng"}, expect=200)
    await day.time_knocks()
    custody = (await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200))["custody"]
    assert (custody["state"], custody["holder"], custody["office"]) == ("at_office", "post", OFFICE)
    assert any("tìm lại được" in text for text in day.texts())
    await day.ask("postman", "POST", f"{at}/owner-decision", {"decision": "takes_back"}, expect=200)
    ended = await day.ask("postman", "POST", f"{at}/steps", {"kind": "closed"}, expect=200)
    assert (ended["state"], ended["reissue_dong"], ended["reissue_borne_by"]) == ("closed", 50_000, "post")
    assert await closing(day) == {"citizen": -26_000, "cash": 26_000}
    await day.time_knocks()
    assert {notice.kind for notice in day.told()} >= {
        "case.lost", "consignment.lost", "case.liability", "case.paid", "case.found", "case.owner_decided",
    }  # fmt: skip


async def test_a_late_case_that_the_gateway_opened_is_settled_with_the_postage(day: Day) -> None:
    number = await posted(day)
    async with day.house.database.writing() as tx:
        case_no = await cases.open_once(
            tx, f"late:{number}", kind="late", consignment_no=number, due_on=date(2026, 11, 30),
            facts={"due_on": "2026-11-24", "days_late": 2}, at=day.clock[0],
        )  # fmt: skip
    at = f"/api/v1/cases/{case_no}"
    told = {"reason": "Phát chậm 2 ngày làm việc", "fault": "post", "evidence": "Hành trình của bưu gửi"}

    made = await day.ask("postman", "POST", f"{at}/liability", told, expect=201)
    await day.ask("postman", "POST", f"{at}/answer", {"outcome": "upheld", "text": "Hoàn cước"}, expect=200)
    await day.ask("postman", "POST", f"{at}/payment", {}, expect=201)
    ended = await day.ask("officer", "POST", f"{at}/steps", {"kind": "closed"}, expect=200)

    assert (made["amount_dong"], made["refund_dong"], ended["state"]) == (26_000, 26_000, "closed")
    assert await closing(day) == {"cash": 26_000, "compensation": -26_000}


async def test_a_complaint_lives_from_its_letter_to_its_closing(day: Day) -> None:
    number = await posted(day)
    letter = {
        "case_id": "don-1", "number": number, "about": "staff", "statement": "Bưu tá không gọi trước.",
        "complainant_name": "Nguyễn Thị Diễn Tập",
    }  # fmt: skip
    case = await day.ask("officer", "POST", "/api/v1/cases", letter, expect=201)
    at = f"/api/v1/cases/{case['case_no']}"
    await day.ask("postman", "POST", f"{at}/steps", {"kind": "investigated", "note": "Bưu tá xác nhận."}, expect=200)
    day.clock[0] += timedelta(days=10)
    [late] = (await day.ask("officer", "GET", "/api/v1/cases?overdue=true", expect=200))["data"]
    await day.ask("postman", "POST", f"{at}/answer", {"outcome": "upheld", "text": "Đã nhắc nhở."}, expect=200)
    await day.time_knocks()

    ended = await day.ask("officer", "POST", f"{at}/steps", {"kind": "closed"}, expect=200)

    assert (late["case_no"], late["clock"]["verdict"], late["clock"]["days"]) == (case["case_no"], "overdue", 3)
    assert [step["kind"] for step in ended["steps"]] == ["received", "investigated", "answered", "closed"]
    assert ended["clock"]["words"] == ["Trả lời ngày 03/12/2026, quá hạn 3 ngày làm việc."]
    assert any(case["case_no"] in text for text in day.texts())


async def test_an_item_carried_again_is_paid_by_the_party_at_fault_alone(day: Day) -> None:
    first = await posted(day)
    why = {"reason": "wrong_content", "fault": "agency", "cost_dong": 26_000}
    await day.ask("officer", "POST", f"/api/v1/consignments/{first}/recall", why, expect=200)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}
    again = await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201)
    number = again["consignment_no"]

    nobody = await day.ask("postman", "POST", "/api/v1/fees", postage(number), expect=422)
    citizen = postage(number, fault="agency", payer="citizen")
    wrong = await day.ask("postman", "POST", "/api/v1/fees", citizen, expect=422)
    taken = await day.ask(
        "postman", "POST", "/api/v1/fees", postage(number, fault="agency", payer="agency"), expect=201
    )

    assert again["issue"] == 2
    assert (nobody["code"], wrong["code"]) == ("postage.fault", "postage.payer")
    assert (taken["payer"], taken["grounds"]["fault"]) == ("agency", "agency")
    assert await closing(day) == {"citizen": -26_000, "agency": -26_000, "cash": 52_000}


async def test_the_citizen_pays_no_second_carriage_that_the_post_is_at_fault_for(day: Day) -> None:
    first = await posted(day)
    why = {"reason": "wrong_content", "fault": "post", "cost_dong": 26_000}
    await day.ask("officer", "POST", f"/api/v1/consignments/{first}/recall", why, expect=200)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}
    number = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]

    for payer in ("citizen", "agency", "budget"):
        problem = await day.ask(
            "postman", "POST", "/api/v1/fees", postage(number, fault="post", payer=payer), expect=422
        )
        assert problem["code"] == "postage.payer"

    assert await closing(day) == {"citizen": -26_000, "cash": 26_000}
