"""After a failed delivery, through the real door: the recipient's choice, the papers, and the lawful end."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from postgw.rules.book import rule_book
from postgw.web.routes import API

from .conftest import DESK, OFFICE, OTHER_DESK, PERSON, Gate

UNSIGNED = base64.b64encode(b"\x89PNG\r\n\x1a\nx").decode()
TOMORROW = {"way": "deliver", "on": "2026-11-24", "window": "morning"}


def signature() -> str:
    """Return a stroke, as a device's canvas gives it."""
    picture = Image.new("RGBA", (400, 160))
    ImageDraw.Draw(picture).line([(20, 140), (120, 20), (200, 130), (380, 30)], fill="black", width=6)
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return base64.b64encode(kept.getvalue()).decode()


async def failed(gate: Gate, reason: str = "absent", **rest: Any) -> str:
    """Let the delivery of a new result fail; return its number."""
    number = str((await gate.consignment())["consignment_no"])
    await gate.scan(number, "arrived", office=OFFICE)
    await fail_again(gate, number, reason, **rest)
    return number


async def fail_again(gate: Gate, number: str, reason: str = "absent", **rest: Any) -> None:
    moment = gate.clock[0].isoformat()
    told = {
        "scan_id": f"{number}-{moment}", "device": "d-1", "device_at": moment, "sent_at": moment, "reason": reason,
        "office": OFFICE, **rest,
    }  # fmt: skip
    kept = await gate.post(f"/api/v1/consignments/{number}/attempts", told)
    assert kept.status == 201, await kept.text()


async def asked(gate: Gate, method: str, path: str, json: Any = None, **rest: Any) -> tuple[int, dict[str, Any]]:
    answer = await gate.ask(method, f"/api/v1{path}", json=json, **rest)
    return answer.status, await answer.json()


async def chosen(gate: Gate, number: str, choice: dict[str, Any], **rest: Any) -> tuple[int, dict[str, Any]]:
    return await asked(gate, "POST", f"/consignments/{number}/choice", choice, **rest)


async def test_who_pays_is_told_before_the_choice(gate: Gate) -> None:
    number = await failed(gate)

    status, offer = await asked(gate, "GET", f"/consignments/{number}/choice")

    assert (status, offer["is_open"], offer["paid_by"], offer["cost_dong"]) == (200, True, "citizen", 0)
    assert offer["days"] == ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30"]
    assert [place["code"] for place in offer["places"]] == [OTHER_DESK, DESK]
    assert offer["kept_until"] == "2026-11-26"


async def test_the_post_pays_when_the_storm_was_at_fault(gate: Gate) -> None:
    number = await failed(gate, "weather")

    assert (await asked(gate, "GET", f"/consignments/{number}/choice"))[1]["paid_by"] == "post"


async def test_the_same_choice_twice_is_one_and_another_is_its_next_version(gate: Gate) -> None:
    number = await failed(gate)
    await chosen(gate, number, TOMORROW)
    _, twice = await chosen(gate, number, {**TOMORROW, "place": DESK})
    _, other = await chosen(gate, number, {"way": "office"})

    assert [each["ordinal"] for each in twice["made"]] == [1]
    assert [(each["ordinal"], each["way"]) for each in other["made"]] == [(1, "deliver"), (2, "office")]


async def test_after_the_cut_off_the_choice_stands_and_may_still_be_sent_again(gate: Gate) -> None:
    number = await failed(gate)
    await chosen(gate, number, TOMORROW)
    gate.clock[0] = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 17:00 of the day before

    again, other = await chosen(gate, number, TOMORROW), await chosen(gate, number, {"way": "office"})

    assert (again[0], len(again[1]["made"])) == (201, 1)
    assert (other[0], other[1]["code"]) == (409, "choice.cut_off")
    assert "24/11/2026" in other[1]["detail"]


@pytest.mark.parametrize(
    ("choice", "pointer"),
    [
        ({"way": "deliver", "on": "2026-11-28", "window": "morning"}, "/on"),  # a Saturday
        ({"way": "deliver", "on": "2026-11-23", "window": "morning"}, "/on"),  # today
        ({"way": "deliver", "on": "2026-11-24"}, "/window"),
        ({"way": "service_point", "place": OFFICE}, "/place"),
        ({"way": "pigeon"}, "/way"),
    ],
)
async def test_what_was_not_offered_is_not_chosen(gate: Gate, choice: dict[str, Any], pointer: str) -> None:
    number = await failed(gate)

    status, problem = await chosen(gate, number, choice)

    assert (status, problem["errors"][0]["pointer"]) == (422, pointer)


async def test_a_choice_moves_nothing_and_the_clock_of_the_carriage_stays_as_it_was(gate: Gate) -> None:
    number = await failed(gate)
    before = [await (await gate.get(f"/api/v1/consignments/{number}{part}")).json() for part in ("", "/clock")]

    await chosen(gate, number, {"way": "office"})

    after = [await (await gate.get(f"/api/v1/consignments/{number}{part}")).json() for part in ("", "/clock")]
    assert after == before


async def test_nothing_is_chosen_before_a_delivery_failed_or_after_the_end(gate: Gate) -> None:
    fresh = str((await gate.consignment())["consignment_no"])
    home = await failed(gate)
    await gate.scan(home, "returned", office=OFFICE)

    answers = [await chosen(gate, number, TOMORROW) for number in (fresh, home)]

    assert [(status, problem["code"]) for status, problem in answers] == [(409, "choice.out_of_turn")] * 2


async def test_a_further_failed_delivery_spends_the_choice(gate: Gate) -> None:
    number = await failed(gate)
    await chosen(gate, number, TOMORROW)
    gate.clock[0] += timedelta(days=1)
    await fail_again(gate, number)

    _, offer = await asked(gate, "GET", f"/consignments/{number}/choice")

    assert (offer["current"], len(offer["made"])) == (None, 1)


async def test_the_office_hears_of_a_choice_and_finds_it_in_its_list(gate: Gate) -> None:
    number, other = await failed(gate), await failed(gate)
    await chosen(gate, number, TOMORROW)
    await chosen(gate, other, {"way": "office"})
    post = await gate.token_for("delivery", unit=OFFICE)

    _, whole = await asked(gate, "GET", "/choices", token=post)
    _, of_day = await asked(gate, "GET", "/choices?on=2026-11-24", token=post)
    _, first = await asked(gate, "GET", "/choices?limit=1", token=post)
    _, second = await asked(gate, "GET", f"/choices?cursor={first['next_cursor']}", token=post)
    events = (await (await gate.get("/api/v1/events")).json())["data"]

    def numbers(page: dict[str, Any]) -> list[str]:
        return [row["consignment"]["consignment_no"] for row in page["data"]]

    assert (numbers(whole), numbers(of_day)) == ([number, other], [number])
    assert numbers(first) + numbers(second) == [number, other]
    told = [event["notice"]["data"] for event in events if event["notice"]["type"] == "vn.postgw.consignment.choice.v1"]
    assert [(each["consignment_no"], each["office"], each["way"]) for each in told] == [
        (number, OFFICE, "deliver"), (other, OFFICE, "office"),
    ]  # fmt: skip


async def test_a_choice_of_another_office_is_not_shown_to_a_stranger(gate: Gate) -> None:
    number = await failed(gate)
    stranger = await gate.token_for("delivery", unit=OTHER_DESK)

    assert (await chosen(gate, number, TOMORROW, token=stranger))[0] == 404
    assert (await asked(gate, "GET", "/choices", token=stranger))[1]["data"] == []


async def test_who_named_a_day_is_not_sent_home_before_it(gate: Gate) -> None:
    number = await failed(gate)
    for day in (23, 25):
        gate.clock[0] = datetime(2026, 11, day, 2, 0, tzinfo=UTC)
        await gate.post(f"/api/v1/consignments/{number}/invitations", {"way": "paper"})
    await chosen(gate, number, {**TOMORROW, "on": "2026-11-27"})
    gate.clock[0] = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)

    early = await asked(gate, "POST", f"/consignments/{number}/return", {"reason": "two_invitations"})
    gate.clock[0] += timedelta(days=1)
    late = await asked(gate, "POST", f"/consignments/{number}/return", {"reason": "two_invitations"})

    assert (early[0], early[1]["code"]) == (409, "return.promised")
    assert "27/11/2026" in early[1]["detail"]
    assert late[0] == 200


# papers


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


async def test_a_refusal_is_shown_by_name_masked_paper_and_signature(gate: Gate) -> None:
    refused = {
        "refuser_name": "Lê Thị Diễn Tập", "organisation": "Công ty Diễn Tập", "id_kind": "citizen_id",
        "id_tail": "4821", "worker_name": "", "signature_png": signature(),
    }  # fmt: skip
    number = await failed(gate, "refused", evidence=refused)

    drawn = await gate.get(f"/api/v1/consignments/{number}/non-delivery-record")

    text = text_of(await drawn.read())
    wanted = (
        "Lê Thị Diễn Tập",
        "Công ty Diễn Tập",
        "••• 4821",
        "Người nhận từ chối nhận",
        "đóng dấu",
        "09:00 23/11/2026",
    )
    assert [each for each in wanted if each not in text] == []
    assert "H27" not in text


async def test_a_record_that_nobody_signed_does_not_exist(gate: Gate) -> None:
    number = await failed(gate)

    status, problem = await asked(gate, "GET", f"/consignments/{number}/non-delivery-record")

    assert (status, problem["code"]) == (404, "refusal.unknown")


async def test_the_return_note_tells_from_where_why_and_how_often_they_tried(gate: Gate) -> None:
    number = await failed(gate)
    early = await gate.get(f"/api/v1/consignments/{number}/return-note")
    for day in (23, 25):
        gate.clock[0] = datetime(2026, 11, day, 2, 0, tzinfo=UTC)
        await gate.post(f"/api/v1/consignments/{number}/invitations", {"way": "paper"})
    gate.clock[0] = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    await gate.post(f"/api/v1/consignments/{number}/return", {"reason": "two_invitations"})

    drawn = await gate.get(f"/api/v1/consignments/{number}/return-note")

    text = text_of(await drawn.read())
    wanted = (
        "Một cửa Thạch Sơn", PERSON["name"], "Đã mời hai lần", "Không gặp người nhận", "Mời lần 1", "Mời lần 2",
        "25/11/2026", "Bưu điện Hà Tĩnh",
    )  # fmt: skip
    assert early.status == 409
    assert [each for each in wanted if each not in text] == []


# to the end

SILENT = {"ground": "sender_silent"}


async def returning(gate: Gate) -> str:
    """Let a result be refused at the door and be on its way home."""
    worker = {"worker_name": "Trần Diễn Tập", "statement": "Đã chuyển đi", "signature_png": UNSIGNED}
    number = await failed(gate, "moved", evidence=worker)
    await gate.post(f"/api/v1/consignments/{number}/return", {"reason": "moved"})
    return number


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 2, 0, tzinfo=UTC)


async def test_what_may_still_be_delivered_is_not_declared_undeliverable(gate: Gate) -> None:
    fresh, missed = str((await gate.consignment())["consignment_no"]), await failed(gate)

    answers = [await asked(gate, "POST", f"/consignments/{no}/undeliverable", SILENT) for no in (fresh, missed)]

    assert [(status, problem["code"]) for status, problem in answers] == [
        (409, "undeliverable.out_of_turn"), (409, "undeliverable.too_early"),
    ]  # fmt: skip


async def test_after_the_invitations_it_may_be_declared_without_a_way_home(gate: Gate) -> None:
    number = await failed(gate)
    for day in (23, 25):
        gate.clock[0] = on(2026, 11, day)
        await gate.post(f"/api/v1/consignments/{number}/invitations", {"way": "paper"})
    gate.clock[0] = on(2026, 11, 27)

    status, record = await asked(gate, "POST", f"/consignments/{number}/undeliverable", {"ground": "no_address"})

    assert (status, record["consignment"]["custody"]["state"]) == (201, "unclaimed")


async def test_a_sender_that_refuses_is_believed_by_its_signature_only(gate: Gate) -> None:
    number = await returning(gate)
    signed = {"refuser_name": "A", "id_kind": "other", "id_tail": "12", "signature_png": UNSIGNED}
    address = f"/consignments/{number}/undeliverable"

    bare = await asked(gate, "POST", address, {"ground": "sender_refused"})
    shown = await asked(gate, "POST", address, {"ground": "sender_refused", "evidence": signed})

    assert (bare[0], bare[1]["code"]) == (409, "undeliverable.no_evidence")
    assert (shown[0], shown[1]["consignment"]["custody"]["state"]) == (201, "unclaimed")


async def test_declared_twice_it_is_one_record_from_the_first_day(gate: Gate) -> None:
    number = await returning(gate)
    await asked(gate, "POST", f"/consignments/{number}/undeliverable", SILENT)
    gate.clock[0] += timedelta(days=3)

    _, again = await asked(gate, "POST", f"/consignments/{number}/undeliverable", SILENT)

    assert (again["declared_on"], again["publicised_until"]) == ("2026-11-23", "2027-02-23")


async def test_the_public_list_names_a_number_an_office_and_days_and_nobody(gate: Gate) -> None:
    number = await returning(gate)
    await asked(gate, "POST", f"/consignments/{number}/undeliverable", SILENT)

    answer = await gate.get("/api/v1/undeliverable", token="")

    assert (await answer.json())["data"] == [{
        "number": number, "office": "Bưu điện Hà Tĩnh", "publicised_from": "2026-11-23",
        "publicised_until": "2027-02-23",
    }]  # fmt: skip


async def test_who_comes_after_all_takes_it_off_the_list(gate: Gate) -> None:
    number = await returning(gate)
    await asked(gate, "POST", f"/consignments/{number}/undeliverable", SILENT)
    moment = gate.clock[0].isoformat()
    proof = {"receiver_name": "A", "id_kind": "electronic_id", "id_tail": "4821", "remarks": "none"}
    told = {"number": number, "proof": proof, "scan_id": "p", "device": "d", "device_at": moment, "sent_at": moment}
    assert (await gate.post("/api/v1/deliveries", told)).status == 201

    assert (await (await gate.get("/api/v1/undeliverable")).json())["data"] == []
    status, problem = await asked(gate, "POST", f"/consignments/{number}/undeliverable/archive", {"how": "filed"})
    assert (status, problem["code"]) == (409, "undeliverable.over")


async def test_each_step_is_refused_before_its_day_and_names_it(gate: Gate) -> None:
    number = await returning(gate)
    address = f"/consignments/{number}/undeliverable"
    letter = {"agency": "Sở Tư pháp", "reference": "12/CV"}
    await asked(gate, "POST", address, SILENT)

    unasked = await asked(gate, "POST", f"{address}/archive", {"how": "filed"})
    gate.clock[0] = on(2027, 5, 23)  # six months are over with this day
    early = await asked(gate, "POST", f"{address}/request", letter)
    gate.clock[0] = on(2027, 5, 24)
    requested = await asked(gate, "POST", f"{address}/request", letter)
    gate.clock[0] = on(2027, 6, 23)  # the thirtieth day
    silent = await asked(gate, "POST", f"{address}/archive", {"how": "destroyed"})
    gate.clock[0] = on(2027, 6, 24)
    ended = await asked(gate, "POST", f"{address}/archive", {"how": "destroyed"})
    again = await asked(gate, "POST", f"{address}/archive", {"how": "destroyed"})

    assert (unasked[0], unasked[1]["code"]) == (409, "undeliverable.not_asked")
    assert (early[0], early[1]["code"], "24/05/2027" in early[1]["detail"]) == (409, "undeliverable.too_early", True)
    assert (requested[0], requested[1]["archive_from"], requested[1]["step"]) == (200, "2027-06-24", "archive")
    assert (silent[0], "24/06/2027" in silent[1]["detail"]) == (409, True)
    assert (ended[0], ended[1]["custody"]["state"], ended[1]["custody"]["ended"]) == (200, "archived", True)
    assert again[0] == 200
    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()
    assert [each["code"] for each in journey["happenings"]].count("archived") == 1
    assert journey["happenings"][-1]["statements"][0]["reason"] == "destroyed_silent"


async def requested(gate: Gate) -> str:
    number = await returning(gate)
    await asked(gate, "POST", f"/consignments/{number}/undeliverable", SILENT)
    gate.clock[0] = on(2027, 5, 24)
    letter = {"agency": "Sở Tư pháp", "reference": "12/CV"}
    await asked(gate, "POST", f"/consignments/{number}/undeliverable/request", letter)
    return number


async def test_a_refusal_of_the_issuing_agency_ends_the_wait(gate: Gate) -> None:
    number = await requested(gate)
    address = f"/consignments/{number}/undeliverable"
    await asked(gate, "POST", f"{address}/answer", {"answer": "refused", "reference": "45/STP"})

    status, ended = await asked(gate, "POST", f"{address}/archive", {"how": "filed"})

    assert (status, ended["custody"]["state"]) == (200, "archived")


async def test_what_the_issuing_agency_takes_back_is_given_back_and_not_archived(gate: Gate) -> None:
    number = await requested(gate)
    address = f"/consignments/{number}/undeliverable"
    _, record = await asked(gate, "POST", f"{address}/answer", {"answer": "takes_back", "reference": "45/STP"})

    status, _ = await asked(gate, "POST", f"{address}/archive", {"how": "filed"})
    await gate.scan(number, "returned", office=OFFICE)

    shown = await (await gate.get(f"/api/v1/consignments/{number}")).json()
    assert (record["step"], status, shown["custody"]["state"]) == ("give_back", 409, "returned")


async def test_nobody_answers_before_being_asked(gate: Gate) -> None:
    number = await returning(gate)
    await asked(gate, "POST", f"/consignments/{number}/undeliverable", SILENT)

    status, problem = await asked(
        gate, "POST", f"/consignments/{number}/undeliverable/answer", {"answer": "refused", "reference": "1"}
    )

    assert (status, problem["code"]) == (409, "undeliverable.not_asked")


async def test_a_scan_of_an_end_without_its_ground_is_taken_and_flagged(gate: Gate) -> None:
    number = await returning(gate)
    await asked(gate, "POST", f"/consignments/{number}/undeliverable", SILENT)

    answer = await gate.scan(number, "archived")

    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()
    assert answer["state"] == "archived"
    assert journey["happenings"][-1]["statements"][0]["flags"] == ["archived_too_early"]


async def test_the_clock_says_once_what_is_due_and_archives_nothing(gate: Gate) -> None:
    number = await returning(gate)
    await asked(gate, "POST", f"/consignments/{number}/undeliverable", SILENT)
    ending = gate.house.services.ending

    told = [await ending.tell_due(at=moment) for moment in (gate.clock[0], on(2027, 5, 24), on(2027, 5, 25))]

    events = (await (await gate.get("/api/v1/events")).json())["data"]
    due = [event["notice"]["data"] for event in events if event["notice"]["type"] == "vn.postgw.undeliverable.due.v1"]
    assert (told, [(each["step"], each["from"]) for each in due]) == ([0, 1, 0], [("request", "2027-05-24")])
    shown = await (await gate.get(f"/api/v1/consignments/{number}")).json()
    assert shown["custody"]["state"] == "unclaimed"


async def test_the_list_of_what_is_due_shows_each_step_with_its_day(gate: Gate) -> None:
    number = await returning(gate)
    await asked(gate, "POST", f"/consignments/{number}/undeliverable", SILENT)

    _, page = await asked(gate, "GET", "/undeliverable/due")

    [row] = page["data"]
    assert (row["consignment"]["consignment_no"], row["step"], row["step_from"]) == (number, "request", "2027-05-24")


# standing still


async def test_what_nobody_spoke_of_for_too_long_is_named_with_what_takes_it_on(gate: Gate) -> None:
    number, fresh = await failed(gate), await failed(gate)
    gate.clock[0] += timedelta(days=4, minutes=1)
    await gate.scan(fresh, "held", office=OFFICE)

    _, page = await asked(gate, "GET", "/stuck")
    _, foreign = await asked(gate, "GET", "/stuck", token=await gate.token_for("enquiry", unit=OTHER_DESK))

    [row] = page["data"]
    assert (row["consignment"]["consignment_no"], row["days"]) == (number, 4)
    assert "inviteRecipient" in row["next"]
    assert foreign["data"] == []


def test_what_takes_a_stuck_item_on_is_a_call_of_the_api() -> None:
    rule = rule_book().standstill_rule(on(2026, 11, 23).date())
    named = {name for row in rule.states.values() for name in row.next}
    table = rule_book().scan_table(on(2026, 11, 23).date())

    assert named - {route.operation.name for route in API} == set()
    assert {f"{how}_{why}" for how in ("filed", "destroyed") for why in ("silent", "refused")} == set(
        rule_book().undeliverable_rule(on(2026, 11, 23).date()).ends
    )
    assert set(rule.states) == {state for state, row in table.states.items() if not row.ends}
