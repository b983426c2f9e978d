"""Apologies for late results through the real door: drafted, issued once, public, moving nothing of the dossier."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pypdfium2
import pytest

from postgw.domain.time_limit import Zone
from postgw.storage import calendar
from postgw.web.schemas.lateness import ApologyDetailOut, ApologyPage, FiguresList, PublicApologyPage

from .conftest import DESK, OFFICE, OTHER_DESK, PERSON, Gate

STORM = {
    "kind": "storm", "title": "Bão số 5", "first_on": "2026-11-24", "last_on": "2026-11-25", "communes": ["18628"],
    "reason": "Đường ngập",
}  # fmt: skip
ISSUE = {"reason": "Chờ Sở Tư pháp trả lời xác minh.", "new_due_on": "2026-11-27"}


def on(gate: Gate, day: int, month: int = 11, hour: int = 2) -> None:
    gate.clock[0] = datetime(2026, month, day, hour, tzinfo=UTC)


async def told(gate: Gate, *kinds: str, unit: str = "") -> list[dict[str, Any]]:
    """Return what the change feed says of some kinds."""
    token = await gate.token_for("enquiry", unit=unit)
    events = (await (await gate.get("/api/v1/events?limit=200", token=token)).json())["data"]
    notices = [event["notice"] for event in events]
    return [each for each in notices if each["type"].split(".", 2)[2].removesuffix(".v1") in kinds]


async def filed(gate: Gate, due_on: str = "2026-11-24", **rest: Any) -> str:
    """Take in a dossier whose result is to come by post; return its number."""
    return str((await gate.sent(service_form="return", due_on=due_on, **rest))["dossier_no"])


async def drafts(gate: Gate, state: str = "draft", **rest: Any) -> list[str]:
    answer = await gate.get(f"/api/v1/apologies/by-state?state={state}", **rest)
    page = ApologyPage.model_validate_json(await answer.read())
    return [each.apology_no for each in page.data]


async def drafted(gate: Gate, **rest: Any) -> tuple[str, str]:
    """Let the watch draft an apology for a new dossier; return the numbers of both."""
    dossier = await filed(gate, **rest)
    await gate.watched()
    return dossier, (await drafts(gate))[0]


async def issued(gate: Gate, number: str, status: int = 200, **other: Any) -> dict[str, Any]:
    answer = await gate.post(f"/api/v1/apologies/{number}/issue", {**ISSUE, **other})
    assert answer.status == status, await answer.text()
    shown: dict[str, Any] = await answer.json()
    return shown


async def test_the_draft_is_there_one_working_day_before_the_result_is_due(gate: Gate) -> None:
    await filed(gate, "2026-11-25")
    await gate.watched()
    assert await drafts(gate) == []

    on(gate, 24)
    await gate.watched()
    await gate.watched()

    [number] = await drafts(gate)
    detail = ApologyDetailOut.model_validate_json(await (await gate.get(f"/api/v1/apologies/{number}")).read())
    assert (detail.state, detail.reason, detail.new_due_on, str(detail.in_time_until)) == (
        "draft", "", None, "2026-11-24",
    )  # fmt: skip
    letter = detail.letter
    assert (letter.addressee, letter.phone, str(letter.received_on)) == (PERSON["name"], PERSON["phone"], "2026-11-20")
    assert letter.sector
    assert [each["data"]["apology_no"] for each in await told(gate, "apology.drafted", unit=DESK)] == [number]


async def test_a_weekend_lies_between_the_draft_and_a_monday(gate: Gate) -> None:
    on(gate, 19)
    await filed(gate, "2026-11-23", dossier_no="H27.10.20-261119-0001")
    await gate.watched()
    assert await drafts(gate) == []

    on(gate, 20)
    await gate.watched()

    assert len(await drafts(gate)) == 1


async def test_a_dossier_whose_result_is_made_ready_for_the_post_needs_no_apology(gate: Gate) -> None:
    dossier = await filed(gate)
    made = await (await gate.post("/api/v1/consignments", {"dossier": dossier, "leg": "return"})).json()
    await gate.watched()
    assert await drafts(gate) == []
    refused = await gate.post("/api/v1/apologies", {"dossier": dossier})
    assert (refused.status, (await refused.json())["code"]) == (409, "apology.result_ready")

    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/cancel", {"reason": "not_needed"})
    await gate.watched()
    assert len(await drafts(gate)) == 1


async def test_a_dossier_that_is_still_to_be_filed_needs_no_apology(gate: Gate) -> None:
    await gate.sent(service_form="both", due_on="2026-11-24")
    await gate.watched()

    assert await drafts(gate) == []


async def test_a_draft_goes_when_the_result_comes_or_the_agency_changes_its_day(gate: Gate) -> None:
    dossier, number = await drafted(gate)
    await gate.post("/api/v1/consignments", {"dossier": dossier, "leg": "return"})
    sent = gate.dossier(service_form="return", due_on="2026-11-24")
    await gate.post("/api/v1/dossiers", sent)
    await gate.watched()
    [other] = await drafts(gate)
    await gate.post("/api/v1/dossiers", {**sent, "due_on": "2026-12-10"})
    await gate.watched()

    assert await drafts(gate) == []
    assert await drafts(gate, "withdrawn") == [other, number]


async def test_an_apology_is_issued_in_time_and_everybody_hears_the_new_day(gate: Gate) -> None:
    dossier, number = await drafted(gate)
    shown = await issued(gate, number)
    again = await issued(gate, number)
    services = gate.house.services
    while await services.notices.send_due(at=gate.clock[0]) + await services.messaging.send_due(at=gate.clock[0]):
        pass

    assert (shown["state"], shown["in_time"], shown["due_on"], shown["new_due_on"]) == (
        "issued", True, "2026-11-24", "2026-11-27",
    )  # fmt: skip
    assert again == shown
    [notice] = await told(gate, "dossier.rescheduled", unit=DESK)
    assert (notice["data"]["due_on"], notice["data"]["new_due_on"]) == ("2026-11-24", "2026-11-27")
    desk, messenger = gate.house.rehearsal_desk, gate.house.rehearsal_messenger
    assert desk
    assert messenger
    assert [each.dossier_no for each in desk.told if each.kind == "dossier.rescheduled"] == [dossier]
    [message] = messenger.sent
    assert (message.to, message.text) == (
        PERSON["phone"],
        f"[DIỄN TẬP] Hồ sơ {dossier}: cơ quan xin lỗi vì trả kết quả chậm. Hẹn lại: 27/11/2026, thay cho 24/11/2026.",
    )
    assert len(message.text) <= 160


async def test_an_apology_on_the_due_date_or_after_is_taken_and_stands_as_late(gate: Gate) -> None:
    _, number = await drafted(gate)
    on(gate, 24)

    assert (await issued(gate, number))["in_time"] is False


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"new_due_on": "2026-11-24"}, "apology.new_day", "/new_due_on"),
        ({"new_due_on": "2026-11-28"}, "apology.day_off", "/new_due_on"),
        ({"reason": "Ch? S? T? pháp"}, "text.lost_letters", "/reason"),
    ],
)
async def test_a_new_day_that_is_none_is_refused_with_its_place(gate: Gate, wrong, code, pointer) -> None:
    _, number = await drafted(gate)
    problem = await issued(gate, number, 422, **wrong)

    assert (problem["errors"][0]["code"], problem["errors"][0]["pointer"]) == (code, pointer)


async def test_a_second_reschedule_is_refused_with_the_number_and_day_of_the_first(gate: Gate) -> None:
    sent = gate.dossier(service_form="return", due_on="2026-11-24")
    await gate.post("/api/v1/dossiers", sent)
    await gate.watched()
    [number] = await drafts(gate)
    await issued(gate, number)
    await gate.post("/api/v1/dossiers", {**sent, "due_on": "2026-11-27"})
    on(gate, 26)
    await gate.watched()
    answer = await gate.post("/api/v1/apologies", {"dossier": sent["dossier_no"]})
    problem = await answer.json()

    assert (answer.status, problem["code"]) == (409, "apology.second")
    assert f"phiếu {number} ngày 23/11/2026, hẹn trả 27/11/2026" in problem["detail"]
    assert problem["link"] == f"/api/v1/apologies/{number}"
    assert await drafts(gate) == []
    other = await gate.post(f"/api/v1/apologies/{number}/issue", {**ISSUE, "new_due_on": "2026-12-01"})
    assert other.status == 409


async def test_an_officer_who_knows_earlier_drafts_by_hand_and_twice_is_one(gate: Gate) -> None:
    dossier = await filed(gate, "2026-12-10")
    first, second = [await gate.post("/api/v1/apologies", {"dossier": dossier}) for _ in range(2)]

    assert (first.status, second.status) == (201, 201)
    assert (await first.json())["apology_no"] == (await second.json())["apology_no"]


async def test_a_dossier_without_a_due_date_has_nothing_to_put_off(gate: Gate) -> None:
    dossier = (await gate.sent(service_form="return"))["dossier_no"]
    answer = await gate.post("/api/v1/apologies", {"dossier": dossier})

    assert (answer.status, (await answer.json())["code"]) == (409, "apology.no_due_date")


async def test_a_withdrawn_draft_keeps_its_first_reason_and_is_not_drafted_again(gate: Gate) -> None:
    _, number = await drafted(gate)
    address = f"/api/v1/apologies/{number}/withdraw"
    await gate.post(address, {"reason": "Kết quả đã ký."})
    again = await (await gate.post(address, {"reason": "Khác."})).json()
    await gate.watched()

    assert (again["state"], again["withdrawn_reason"]) == ("withdrawn", "Kết quả đã ký.")
    assert await drafts(gate) == []
    assert (await gate.post(f"/api/v1/apologies/{number}/issue", ISSUE)).status == 409


async def test_an_issued_apology_cannot_be_withdrawn(gate: Gate) -> None:
    _, number = await drafted(gate)
    await issued(gate, number)

    assert (await gate.post(f"/api/v1/apologies/{number}/withdraw", {"reason": "Nhầm"})).status == 409


async def test_an_apology_is_another_desks_business(gate: Gate) -> None:
    _, number = await drafted(gate)
    other = await gate.token_for("cases", "lead", "enquiry", unit=OTHER_DESK)
    reader = await gate.token_for("enquiry", unit=DESK)

    assert await drafts(gate, token=other) == []
    assert (await gate.get(f"/api/v1/apologies/{number}", token=other)).status == 404
    assert (await gate.post(f"/api/v1/apologies/{number}/issue", ISSUE, token=other)).status == 404
    assert (await gate.post(f"/api/v1/apologies/{number}/issue", ISSUE, token=reader)).status == 403


async def test_the_returning_desk_reads_the_apology_and_does_not_sign_it(gate: Gate) -> None:
    _, number = await drafted(gate, returning_desk=OTHER_DESK)
    other = await gate.token_for("cases", "lead", "enquiry", unit=OTHER_DESK)

    assert await drafts(gate, token=other) == [number]
    assert (await gate.post(f"/api/v1/apologies/{number}/issue", ISSUE, token=other)).status == 403


async def pickups(gate: Gate) -> list[tuple[str, str]]:
    answer = await gate.get(f"/api/v1/pickups?desk={DESK}&since=2026-11-20")
    return [(each["pickup_no"], each["state"]) for each in (await answer.json())["data"]]


async def planned(gate: Gate) -> str:
    body = {"desk": DESK, "office": OFFICE, "on": "2026-11-24", "from_time": "14:00", "to_time": "15:00"}
    return str((await (await gate.post("/api/v1/pickups", body)).json())["pickup_no"])


async def test_the_coming_of_the_post_moves_along_with_the_new_day(gate: Gate) -> None:
    await planned(gate)
    _, number = await drafted(gate)
    shown = await issued(gate, number)

    assert (shown["old_pickup_no"], shown["pickup_no"]) == ("TG-TS-261124-1400", "TG-TS-261127-1400")
    assert await pickups(gate) == [("TG-TS-261124-1400", "moved"), ("TG-TS-261127-1400", "booked")]


async def test_a_coming_that_serves_others_too_stays_and_another_is_planned(gate: Gate) -> None:
    await planned(gate)
    await filed(gate)
    _, number = await drafted(gate)
    await issued(gate, number)

    assert await pickups(gate) == [("TG-TS-261124-1400", "booked"), ("TG-TS-261127-1400", "booked")]


async def test_a_list_that_holds_others_keeps_its_coming(gate: Gate) -> None:
    pickup_no = await planned(gate)
    other = (await gate.consignment())["consignment_no"]
    await gate.post("/api/v1/manifests", {
        "desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": [other], "pickup_no": pickup_no,
    })  # fmt: skip
    _, number = await drafted(gate)
    await issued(gate, number)

    assert (await pickups(gate))[0] == (pickup_no, "booked")


async def test_anybody_reads_the_apologies_and_nobodys_name(gate: Gate) -> None:
    dossier, number = await drafted(gate)
    await issued(gate, number)
    await drafted(gate, due_on="2026-11-23")
    answer = await gate.get("/api/v1/apologies", token="")
    [row] = PublicApologyPage.model_validate_json(await answer.read()).data

    assert (row.apology_no, row.desk, row.dossier_no, str(row.due_on), str(row.new_due_on), row.reason) == (
        number, DESK, dossier, "2026-11-24", "2026-11-27", ISSUE["reason"],
    )  # fmt: skip
    assert PERSON["name"] not in await answer.text()
    assert PERSON["phone"] not in await answer.text()


async def test_the_public_list_goes_on_from_its_cursor(gate: Gate) -> None:
    numbers = []
    for _ in range(3):
        _, number = await drafted(gate)
        await issued(gate, number)
        numbers.append(number)
    first = await (await gate.get("/api/v1/apologies?limit=2", token="")).json()
    second = await (await gate.get(f"/api/v1/apologies?limit=2&cursor={first['next_cursor']}", token="")).json()

    assert [each["apology_no"] for each in first["data"] + second["data"]] == numbers[::-1]
    assert second["next_cursor"] == ""


async def test_apologies_are_counted_by_desk_in_time_and_late(gate: Gate) -> None:
    _, number = await drafted(gate)
    await issued(gate, number)
    _, number = await drafted(gate)
    on(gate, 24)
    await issued(gate, number)
    answer = await gate.get("/api/v1/apologies/figures?since=2026-11-01&until=2026-11-24")
    before = await gate.get("/api/v1/apologies/figures?since=2026-11-01&until=2026-11-22")

    [row] = FiguresList.model_validate_json(await answer.read()).data
    assert (row.desk, row.in_time, row.late) == (DESK, 1, 1)
    assert (await before.json())["data"] == []


async def test_the_letter_stays_as_it_was_issued(gate: Gate) -> None:
    sent = gate.dossier(service_form="return", due_on="2026-11-24")
    await gate.post("/api/v1/dossiers", sent)
    await gate.watched()
    [number] = await drafts(gate)
    await issued(gate, number)
    moved = {**sent, "applicant": {**PERSON, "address": "Thôn Tây"}}
    await gate.post("/api/v1/dossiers", moved)
    shown = await (await gate.get(f"/api/v1/apologies/{number}")).json()

    assert "Thôn Đoài" in shown["letter"]["address"]


@pytest.mark.parametrize(
    ("at", "title"),
    [
        (datetime(2025, 9, 12, 2, tzinfo=UTC), "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"),
        (datetime(2025, 9, 15, 2, tzinfo=UTC), "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT"),
    ],
)
async def test_the_letter_bears_the_title_of_the_circular_in_force_on_its_day(gate: Gate, at, title) -> None:
    gate.clock[0] = at
    due = (at + timedelta(days=1)).date().isoformat() if at.day == 15 else "2025-09-15"
    _, number = await drafted(gate, due_on=due, dossier_no="H27.10.20-250908-0001")
    await issued(gate, number, new_due_on="2025-09-18")
    gate.clock[0] = datetime(2026, 11, 23, tzinfo=UTC)
    answer = await gate.get(f"/api/v1/apologies/{number}/paper")
    text = " ".join(pypdfium2.PdfDocument(await answer.read())[0].get_textpage().get_text_bounded().split())

    assert answer.headers["Content-Type"] == "application/pdf"
    assert title in text
    assert ISSUE["reason"] in text


async def test_no_act_of_the_post_moves_the_due_date_of_a_dossier(gate: Gate) -> None:
    dossier = await filed(gate, "2026-12-01")
    made = await gate.post("/api/v1/consignments", {"dossier": dossier, "leg": "return"})
    number = (await made.json())["consignment_no"]
    zone = Zone(commune_code="18628", area="Huyện Kỳ Anh", province="42")
    async with gate.house.database.writing() as tx:
        await calendar.put_zones(tx, [zone], valid_from=date(2017, 8, 15), author="test", reason="test")
    for code in ("collected", "departed", "arrived"):
        await gate.scan(number, code, office=OFFICE)
    await gate.post("/api/v1/degraded-days", STORM)
    attempt = {
        "scan_id": "a-1", "device": "d-1", "device_at": gate.clock[0].isoformat(),
        "sent_at": gate.clock[0].isoformat(), "reason": "absent", "office": OFFICE,
    }  # fmt: skip
    await gate.post(f"/api/v1/consignments/{number}/attempts", attempt)
    on(gate, 30)
    await gate.watched()
    kept = await (await gate.get(f"/api/v1/dossiers/{dossier}")).json()
    row = await gate.house.database.reading.row("SELECT due_on FROM dossier WHERE dossier_no = $1", dossier)

    assert kept["due_on"] == "2026-12-01"
    assert row == {"due_on": "2026-12-01"}


async def test_an_issued_apology_leaves_the_due_date_of_the_dossier_to_its_desk(gate: Gate) -> None:
    dossier, number = await drafted(gate)
    await issued(gate, number)

    assert (await (await gate.get(f"/api/v1/dossiers/{dossier}")).json())["due_on"] == "2026-11-24"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_first_and_the_last_day_of_all_are_no_days_of_ours(gate, day) -> None:
    asked = await gate.get(f"/api/v1/apologies/figures?since={day}&until={day}")

    assert asked.status == 422
