"""Complaints, damage, loss and found items, through the real door."""

from __future__ import annotations

import base64
import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from postgw.domain.time_limit import Zone
from postgw.storage import calendar

from .conftest import DESK, OFFICE, OTHER_DESK, Gate

_SERIAL = itertools.count(1)
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0picture").decode()
PROOF = {"receiver_name": "A", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"}
COMPLAINT = {
    "about": "late", "statement": "Hẹn ngày 20/11, nay chưa nhận được.", "claim": "Hoàn cước",
    "complainant_name": "Nguyễn Thị Diễn Tập", "complainant_phone": "0912000003",
}  # fmt: skip
DAMAGE = {
    "record_id": "bb-1", "office": OFFICE, "wrapping": "torn", "cause": "transport",
    "lines": [
        {"name": "Giấy khai sinh", "condition": "whole"},
        {"name": "Sổ hộ khẩu", "condition": "missing", "note": "không thấy"},
    ],
    "old_seal_no": "NP-1", "new_seal_no": "NP-2", "worker_name": "Trần Diễn Tập", "witness_name": "Lê Diễn Tập",
}  # fmt: skip


def on(month: int, day: int, year: int = 2026) -> datetime:
    """Return the morning of a day in Vietnam."""
    return datetime(year, month, day, 2, 0, tzinfo=UTC)


async def carried(gate: Gate, *codes: str) -> str:
    """Let the post take an item over, and scan it on; return its number."""
    kept = await gate.sent(dossier_no=f"H27.10.20-{gate.clock[0]:%y%m%d}-{next(_SERIAL):04d}")
    made = await gate.post("/api/v1/consignments", {"dossier": kept["key"], "leg": "return"})
    number = str((await made.json())["consignment_no"])
    for code in ("collected", *codes):
        await gate.scan(number, code, office=OFFICE)
        gate.clock[0] += timedelta(minutes=1)
    return number


async def delivered(gate: Gate, remarks: str = "none") -> str:
    number = await carried(gate)
    moment = gate.clock[0].isoformat()
    told = {
        "number": number, "proof": {**PROOF, "remarks": remarks}, "scan_id": f"p-{number}", "device": "d",
        "device_at": moment, "sent_at": moment,
    }  # fmt: skip
    assert (await gate.post("/api/v1/deliveries", told)).status == 201
    return number


async def zoned(gate: Gate) -> None:
    zone = Zone(commune_code="18628", area="Kỳ Anh", province="42")
    async with gate.house.database.writing() as tx:
        await calendar.put_zones(tx, [zone], valid_from=date(2017, 8, 15), author="t", reason="t")


async def complained(gate: Gate, number: str, case_id: str = "don-1", **rest: Any) -> dict[str, Any]:
    answer = await gate.post("/api/v1/cases", {**COMPLAINT, "number": number, "case_id": case_id, **rest})
    assert answer.status == 201, await answer.text()
    shown: dict[str, Any] = await answer.json()
    return shown


async def told(gate: Gate, path: str, body: Any = None, *, expect: int = 200, **rest: Any) -> dict[str, Any]:
    answer = await gate.post(f"/api/v1/cases/{path}", body, **rest)
    assert answer.status == expect, await answer.text()
    shown: dict[str, Any] = await answer.json()
    return shown


# --- complaints -------------------------------------------------------------------------------------------------------


async def test_a_complaint_is_answered_within_five_working_days_and_says_how_that_was_reckoned(gate: Gate) -> None:
    shown = await complained(gate, await carried(gate))

    assert (shown["clock"]["due_on"], shown["clock"]["verdict"], shown["state"]) == ("2026-11-30", "running", "open")
    assert shown["reckoning"] == [
        "Nhận ngày 23/11/2026; trong tỉnh được trả lời trong 5 ngày làm việc, chậm nhất 30/11/2026.",
        "Không tính 2 ngày cuối tuần.",
    ]  # fmt: skip


async def test_between_provinces_it_is_seven_and_a_holiday_does_not_count(gate: Gate) -> None:
    gate.clock[0] = on(12, 28)
    number = str((await gate.sent(return_to={
        "name": "B", "phone": "0912000004", "address": "Số 1", "province": "thành phố Hà Nội",
    }))["key"])  # fmt: skip
    made = await gate.post("/api/v1/consignments", {"dossier": number, "leg": "return"})

    shown = await complained(gate, (await made.json())["consignment_no"])

    assert shown["clock"]["due_on"] == "2027-01-07"
    assert any("liên tỉnh được trả lời trong 7 ngày làm việc" in words for words in shown["reckoning"])
    assert any("ngày nghỉ lễ" in words for words in shown["reckoning"])


async def test_a_complaint_told_again_is_the_same_case(gate: Gate) -> None:
    number = await carried(gate)
    first = await complained(gate, number)

    again = await complained(gate, number)

    assert (again["case_no"], len(again["steps"])) == (first["case_no"], 1)


async def test_a_complaint_after_six_months_is_taken_with_a_flag_and_its_article(gate: Gate) -> None:
    await zoned(gate)
    gate.clock[0] = on(3, 2)  # accepted on a Monday, J+1: due on the 3rd, so until 3 September, a Thursday
    number = await carried(gate)
    gate.clock[0] = on(9, 4)

    shown = await complained(gate, number)

    assert (shown["is_time_barred"], shown["state"]) == (True, "open")
    assert (
        shown["time_bars"][0]["words"]
        == "Hết thời hiệu ngày 03/09/2026 (6 tháng từ 03/03/2026, Luật Bưu chính Điều 38.2.a)."
    )


async def test_a_complaint_on_the_last_day_is_in_time(gate: Gate) -> None:
    await zoned(gate)
    gate.clock[0] = on(3, 2)
    number = await carried(gate)
    gate.clock[0] = on(9, 3)

    assert (await complained(gate, number))["is_time_barred"] is False


async def test_a_letter_that_came_in_time_is_in_time_though_it_is_typed_in_later(gate: Gate) -> None:
    await zoned(gate)
    gate.clock[0] = on(3, 2)
    number = await carried(gate)
    gate.clock[0] = on(9, 4)

    assert (await complained(gate, number, received_on="2026-09-03"))["is_time_barred"] is False


async def test_damage_is_complained_of_within_a_month_of_the_delivery(gate: Gate) -> None:
    gate.clock[0] = on(10, 23)
    number = await delivered(gate, "bì rách")
    gate.clock[0] = on(11, 24)

    shown = await complained(gate, number, about="damage")

    assert shown["is_time_barred"] is True
    assert (shown["time_bars"][0]["ends_on"], shown["time_bars"][0]["source"]) == (
        "2026-11-23",
        "Luật Bưu chính Điều 38.2.b",
    )
    assert shown["time_bars"][1]["passed"] is False  # the six months of the Circular still run


@pytest.mark.parametrize(("remarks", "silent"), [("none", True), ("Không có ý kiến", True), ("Bì thư rách", False)])
async def test_silence_on_receipt_is_flagged_and_the_remark_is_shown(gate: Gate, remarks: str, silent: bool) -> None:
    shown = await complained(gate, await delivered(gate, remarks), about="damage")

    assert (shown["receiver_silent"], shown["receiver_remarks"]) == (silent, remarks)


async def test_an_answer_needs_its_ground_when_a_claim_is_turned_down(gate: Gate) -> None:
    case_no = (await complained(gate, await carried(gate)))["case_no"]

    problem = await told(gate, f"{case_no}/answer", {"outcome": "rejected", "text": "Không"}, expect=422)
    shown = await told(gate, f"{case_no}/answer", {"outcome": "rejected", "ground": "force_majeure", "text": "Bão"})

    assert problem["code"] == "case.ground"
    assert (shown["state"], shown["outcome"], shown["clock"]["verdict"]) == ("answered", "rejected", "met")


async def test_an_answer_given_twice_is_one_and_another_needs_the_case_reopened(gate: Gate) -> None:
    case_no = (await complained(gate, await carried(gate)))["case_no"]
    answer = {"outcome": "upheld", "text": "Đúng là chậm"}
    await told(gate, f"{case_no}/answer", answer)

    again = await told(gate, f"{case_no}/answer", answer)
    other = await told(gate, f"{case_no}/answer", {**answer, "outcome": "partly"}, expect=409)
    reopened = await told(gate, f"{case_no}/steps", {"kind": "reopened", "note": "Có chứng từ mới"})

    assert [step["kind"] for step in again["steps"]] == ["received", "answered"]
    assert other["code"] == "case.out_of_turn"
    assert reopened["state"] == "open"


async def test_a_reopened_case_has_new_days(gate: Gate) -> None:
    case_no = (await complained(gate, await carried(gate)))["case_no"]
    await told(gate, f"{case_no}/answer", {"outcome": "upheld", "text": "x"})
    gate.clock[0] = on(12, 7)

    shown = await told(gate, f"{case_no}/steps", {"kind": "reopened", "note": "Người dân không đồng ý"})

    assert (shown["clock"]["due_on"], shown["clock"]["verdict"]) == ("2026-12-14", "running")


async def test_an_answered_case_is_closed_and_an_open_one_is_not(gate: Gate) -> None:
    case_no = (await complained(gate, await carried(gate)))["case_no"]
    early = await told(gate, f"{case_no}/steps", {"kind": "closed"}, expect=409)
    await told(gate, f"{case_no}/answer", {"outcome": "upheld", "text": "x"})

    shown = await told(gate, f"{case_no}/steps", {"kind": "closed"})

    assert (early["code"], shown["state"], shown["closed_at"] is not None) == ("case.out_of_turn", "closed", True)


async def test_the_desk_and_the_citizen_hear_of_an_answer(gate: Gate) -> None:
    number = await carried(gate)
    case_no = (await complained(gate, number))["case_no"]
    await told(gate, f"{case_no}/answer", {"outcome": "upheld", "text": "Đúng là chậm"})

    for _ in range(4):
        await gate.house.services.notices.send_due(at=gate.clock[0] + timedelta(minutes=1))
        await gate.house.services.messaging.send_due(at=gate.clock[0] + timedelta(minutes=1))

    assert gate.house.rehearsal_desk is not None
    assert gate.house.rehearsal_messenger is not None
    assert {"case.opened", "case.answered"} <= {notice.kind for notice in gate.house.rehearsal_desk.told}
    assert [text.text for text in gate.house.rehearsal_messenger.sent if case_no in text.text]


async def test_the_list_has_what_is_overdue_first_and_names_nobody(gate: Gate) -> None:
    old = (await complained(gate, await carried(gate)))["case_no"]
    gate.clock[0] = on(12, 7)
    new = (await complained(gate, await carried(gate), "don-2"))["case_no"]

    listed = await (await gate.get("/api/v1/cases")).text()
    overdue = await (await gate.get("/api/v1/cases", params={"overdue": "true"})).json()

    assert listed.index(old) < listed.index(new)
    assert COMPLAINT["complainant_name"] not in listed
    assert [(each["case_no"], each["clock"]["words"]) for each in overdue["data"]] == [
        (old, ["Quá hạn trả lời 5 ngày làm việc."])
    ]


async def test_the_list_goes_on_page_by_page_through_every_state(gate: Gate) -> None:
    made = [(await complained(gate, await carried(gate), f"don-{n}"))["case_no"] for n in range(3)]
    await told(gate, f"{made[0]}/answer", {"outcome": "upheld", "text": "x"})
    seen, cursor = [], ""
    for _ in range(4):
        page = await (await gate.get("/api/v1/cases", params={"limit": "1", "cursor": cursor})).json()
        seen += [each["case_no"] for each in page["data"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert seen == [made[1], made[2], made[0]]


async def test_a_case_is_not_shown_to_a_stranger(gate: Gate) -> None:
    case_no = (await complained(gate, await carried(gate)))["case_no"]
    tokens = {unit: await gate.token_for("cases", unit=unit) for unit in (OTHER_DESK, DESK, OFFICE)}

    answers = [(await gate.get(f"/api/v1/cases/{case_no}", token=token)).status for token in tokens.values()]

    assert answers == [404, 200, 200]


async def test_an_office_on_the_way_sees_the_case_and_the_complainant_masked(gate: Gate) -> None:
    number = await carried(gate, "departed")
    await gate.scan(number, "arrived", office=OTHER_DESK)
    gate.clock[0] += timedelta(minutes=1)
    await gate.scan(number, "arrived", office=OFFICE)
    case_no = (await complained(gate, number))["case_no"]
    seen = {}
    for unit in (DESK, OTHER_DESK):
        token = await gate.token_for("cases", unit=unit)
        case = await (await gate.get(f"/api/v1/cases/{case_no}", token=token)).json()
        seen[unit] = case["steps"][0]["words"]

    assert seen[DESK]["complainant_name"] == COMPLAINT["complainant_name"]
    assert seen[OTHER_DESK]["complainant_name"] == "N••• T••• D••• T•••"
    assert seen[OTHER_DESK]["complainant_phone"] == "••• ••• 003"


# --- damage -----------------------------------------------------------------------------------------------------------


async def test_a_damage_record_opens_a_case_and_moves_no_item(gate: Gate) -> None:
    number = await carried(gate, "arrived")

    kept = await told(gate, "damage-records", {**DAMAGE, "number": number}, expect=201)

    case = await (await gate.get(f"/api/v1/cases/{kept['case_no']}")).json()
    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()
    assert (case["kind"], case["consignment_state"], kept["new_seal_no"]) == ("damage", "at_office", "NP-2")
    assert journey["happenings"][-1]["code"] == "damaged"


async def test_a_second_damage_record_joins_the_open_case(gate: Gate) -> None:
    number = await carried(gate)
    first = await told(gate, "damage-records", {**DAMAGE, "number": number}, expect=201)

    again = await told(gate, "damage-records", {**DAMAGE, "number": number}, expect=201)
    second = await told(gate, "damage-records", {**DAMAGE, "number": number, "record_id": "bb-2"}, expect=201)
    other = await told(gate, "damage-records", {**DAMAGE, "number": number, "cause": "weather"}, expect=409)

    assert (again["record_no"], second["case_no"]) == (first["record_no"], first["case_no"])
    assert (second["record_no"] != first["record_no"], other["code"]) == (True, "damage.told")


async def test_a_signed_record_stays_as_it_was_signed_first(gate: Gate) -> None:
    kept = await told(gate, "damage-records", {**DAMAGE, "number": await carried(gate)}, expect=201)
    signed = await told(gate, f"damage-records/{kept['record_no']}/sign")
    gate.clock[0] += timedelta(hours=1)

    again = await told(gate, f"damage-records/{kept['record_no']}/sign")

    assert (kept["signed_at"], signed["signed_at"] is not None, again) == (None, True, signed)


async def test_a_photo_is_kept_beside_the_record_and_another_file_is_refused(gate: Gate) -> None:
    number = await carried(gate)
    wrong = {**DAMAGE, "number": number, "photo_jpeg": base64.b64encode(b"GIF89a").decode()}
    refused = await told(gate, "damage-records", wrong, expect=422)
    kept = await told(gate, "damage-records", {**DAMAGE, "number": number, "photo_jpeg": JPEG}, expect=201)

    photo = await gate.get(f"/api/v1/cases/damage-records/{kept['record_no']}/photo")

    assert (refused["code"], kept["has_photo"], await photo.read()) == (
        "damage.photo", True, base64.b64decode(JPEG),
    )  # fmt: skip


async def test_the_damage_record_is_drawn(gate: Gate) -> None:
    kept = await told(gate, "damage-records", {**DAMAGE, "number": await carried(gate)}, expect=201)

    paper = await gate.get(f"/api/v1/cases/damage-records/{kept['record_no']}/paper")

    assert (await paper.read()).startswith(b"%PDF")


# --- loss -------------------------------------------------------------------------------------------------------------

LOST = {"statement": "Đã tìm ở kho và ba bưu cục trên tuyến, không thấy."}


async def test_an_item_is_given_up_by_a_scan_and_a_case_opens(gate: Gate) -> None:
    number = await carried(gate, "departed")

    case = await told(gate, "losses", {**LOST, "number": number}, expect=201)

    shown = await (await gate.get(f"/api/v1/consignments/{number}")).json()
    assert (shown["custody"]["state"], shown["custody"]["holder"]) == ("lost", "nobody")
    assert (case["kind"], case["consignment_state"]) == ("loss", "lost")


async def test_giving_up_twice_is_one_loss_and_one_scan(gate: Gate) -> None:
    number = await carried(gate)
    first = await told(gate, "losses", {**LOST, "number": number}, expect=201)

    again = await told(gate, "losses", {**LOST, "number": number}, expect=201)

    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()
    assert again["case_no"] == first["case_no"]
    assert [each["code"] for each in journey["happenings"]].count("lost") == 1


async def test_a_loss_that_a_device_scanned_gets_its_case_without_another_scan(gate: Gate) -> None:
    number = await carried(gate, "lost")

    case = await told(gate, "losses", {**LOST, "number": number}, expect=201)

    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()
    assert (case["kind"], [each["code"] for each in journey["happenings"]].count("lost")) == ("loss", 1)


async def test_only_the_post_gives_up_and_only_what_it_holds(gate: Gate) -> None:
    held, waiting = await carried(gate), str((await gate.consignment())["consignment_no"])
    desk = await gate.token_for("cases", unit=DESK)

    by_desk = await told(gate, "losses", {**LOST, "number": held}, expect=403, token=desk)
    not_held = await told(gate, "losses", {**LOST, "number": waiting}, expect=409)

    assert (by_desk["code"], not_held["code"]) == ("loss.not_post", "loss.not_held")


async def test_what_was_found_is_seen_again_and_waits_for_its_owner(gate: Gate) -> None:
    number = await carried(gate)
    case_no = (await told(gate, "losses", {**LOST, "number": number}, expect=201))["case_no"]
    gate.clock[0] += timedelta(days=1)
    body = {"office": OFFICE, "note": "Trong túi rỗng"}

    shown = await told(gate, f"{case_no}/found", body)
    again = await told(gate, f"{case_no}/found", body)

    assert (shown["consignment_state"], shown["waits_for_owner"], shown["state"]) == ("at_office", True, "open")
    assert len(again["steps"]) == len(shown["steps"])
    early = await told(gate, f"{case_no}/answer", {"outcome": "upheld", "text": "x"}, expect=409)
    assert early["code"] == "case.owner"


async def test_a_found_item_that_is_lost_again_is_another_case(gate: Gate) -> None:
    number = await carried(gate)
    first = (await told(gate, "losses", {**LOST, "number": number}, expect=201))["case_no"]
    gate.clock[0] += timedelta(hours=1)
    await told(gate, f"{first}/found", {"office": OFFICE, "note": "Trong túi rỗng"})
    gate.clock[0] += timedelta(hours=1)

    second = await told(gate, "losses", {**LOST, "number": number}, expect=201)

    assert (second["case_no"] != first, second["consignment_state"]) == (True, "lost")
