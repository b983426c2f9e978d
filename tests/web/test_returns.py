"""What follows a failed delivery, through the real door: invitations, the return, the sender's changes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest

from postgw.domain.actor import GATEWAY
from postgw.domain.address import Party
from postgw.domain.errors import Conflict

from .conftest import DESK, OFFICE, OTHER_DESK, PERSON, Gate

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nx").decode()
REFUSED = {"refuser_name": "Nguyễn Thị Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "signature_png": PNG}
BY_WORKER = {"worker_name": "Trần Diễn Tập", "statement": "Địa chỉ không có thật", "signature_png": PNG}
RECALL = {"reason": "wrong_content", "fault": "agency", "cost_dong": 26000}


def on(month: int, day: int, year: int = 2026) -> datetime:
    """Return the morning of a day in Vietnam."""
    return datetime(year, month, day, 2, 0, tzinfo=UTC)


async def failed(gate: Gate, reason: str = "absent", **rest: Any) -> str:
    """Let the delivery of a new result fail; return its number."""
    day = gate.clock[0]
    key = (await gate.sent(dossier_no=f"H27.10.20-{day:%y%m%d}-0001"))["key"]
    made = await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})
    number = str((await made.json())["consignment_no"])
    await gate.scan(number, "arrived", office=OFFICE)
    kept = await gate.post(f"/api/v1/consignments/{number}/attempts", attempt_of(gate, number, reason, **rest))
    assert kept.status == 201, await kept.text()
    return number


def attempt_of(gate: Gate, scan_id: str, reason: str = "absent", **rest: Any) -> dict[str, Any]:
    moment = gate.clock[0].isoformat()
    told = {"scan_id": scan_id, "device": "d-1", "device_at": moment, "sent_at": moment, "reason": reason}
    return {**told, "office": OFFICE, **rest}


async def invited(gate: Gate, number: str) -> tuple[int, dict[str, Any]]:
    answer = await gate.post(f"/api/v1/consignments/{number}/invitations", {"way": "paper"})
    return answer.status, await answer.json()


async def returned(gate: Gate, number: str, reason: str, **rest: Any) -> tuple[int, dict[str, Any]]:
    answer = await gate.post(f"/api/v1/consignments/{number}/return", {"reason": reason, **rest})
    return answer.status, await answer.json()


async def test_a_failed_delivery_proposes_the_invitation_of_the_same_day(gate: Gate) -> None:
    number = await failed(gate)

    standing = await (await gate.get(f"/api/v1/consignments/{number}/invitations")).json()

    assert standing["consignment"]["custody"]["state"] == "attempted"
    assert (standing["next_invitation_on"], standing["return_from"]) == ("2026-11-23", "2026-11-27")


async def test_an_attempt_told_again_is_the_same_attempt(gate: Gate) -> None:
    number = await failed(gate)

    again = await gate.post(f"/api/v1/consignments/{number}/attempts", attempt_of(gate, number))

    assert (await again.json())["consignment"]["custody"]["attempts"] == 1


async def test_an_attempt_without_a_reason_of_the_list_is_refused(gate: Gate) -> None:
    number = str((await gate.consignment())["consignment_no"])

    answer = await gate.post(f"/api/v1/consignments/{number}/attempts", attempt_of(gate, "a", "lười"))

    assert (answer.status, (await answer.json())["code"]) == (422, "reason")


async def test_an_attempt_under_an_id_of_another_item_is_refused(gate: Gate) -> None:
    first, second = await failed(gate), str((await gate.consignment())["consignment_no"])

    answer = await gate.post(f"/api/v1/consignments/{second}/attempts", attempt_of(gate, first))

    assert (answer.status, (await answer.json())["code"]) == (409, "scan.id_taken")


async def test_tet_2026_lies_between_two_invitations(gate: Gate) -> None:
    gate.clock[0] = on(2, 12)  # Thursday; Tết is from Monday 16 to Friday 20 February
    number = await failed(gate)
    assert (await invited(gate, number))[0] == 201
    gate.clock[0] = on(2, 21)

    status, problem = await invited(gate, number)

    assert (status, problem["code"]) == (409, "invitation.too_early")
    assert "23/02/2026" in problem["detail"]


async def test_the_second_invitation_after_tet_counts(gate: Gate) -> None:
    gate.clock[0] = on(2, 12)
    number = await failed(gate)
    await invited(gate, number)
    gate.clock[0] = on(2, 23)

    status, standing = await invited(gate, number)

    assert (status, [each["invited_on"] for each in standing["invitations"]]) == (201, ["2026-02-12", "2026-02-23"])
    assert standing["return_from"] == "2026-02-25"


async def test_an_invitation_asked_for_twice_in_a_day_is_one(gate: Gate) -> None:
    number = await failed(gate)
    await invited(gate, number)

    _, standing = await invited(gate, number)

    assert [each["ordinal"] for each in standing["invitations"]] == [1]


async def test_nobody_is_invited_before_a_delivery_failed(gate: Gate) -> None:
    number = str((await gate.consignment())["consignment_no"])

    status, problem = await invited(gate, number)

    assert (status, problem["code"]) == (409, "invitation.out_of_turn")


async def test_a_return_before_two_invitations_is_refused_with_the_first_lawful_day(gate: Gate) -> None:
    number = await failed(gate)
    await invited(gate, number)

    status, problem = await returned(gate, number, "two_invitations")

    assert (status, problem["code"]) == (409, "return.too_early")
    assert "27/11/2026" in problem["detail"]


async def test_after_two_invitations_and_their_days_the_item_goes_back(gate: Gate) -> None:
    number = await failed(gate)
    for day in (23, 25):
        gate.clock[0] = on(11, day)
        await invited(gate, number)
    gate.clock[0] = on(11, 27)

    status, shown = await returned(gate, number, "two_invitations", note="Nhà khoá cửa")

    assert (status, shown["custody"]["state"], shown["custody"]["holder"]) == (200, "returning", "post")


async def test_a_return_asked_for_twice_is_one(gate: Gate) -> None:
    number = await failed(gate, "refused", evidence=REFUSED)
    await returned(gate, number, "refused")

    status, _ = await returned(gate, number, "refused")

    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()
    assert (status, [each["code"] for each in journey["happenings"]].count("returning")) == (200, 1)


async def test_a_refusal_without_its_evidence_starts_no_return(gate: Gate) -> None:
    number = await failed(gate, "refused")

    status, problem = await returned(gate, number, "refused")

    assert (status, problem["code"]) == (409, "return.no_evidence")


async def test_a_refusal_with_its_evidence_needs_no_invitation(gate: Gate) -> None:
    number = await failed(gate, "refused")

    status, shown = await returned(gate, number, "refused", evidence=REFUSED)

    assert (status, shown["custody"]["state"]) == (200, "returning")


async def test_evidence_without_a_signature_is_refused_where_it_stands(gate: Gate) -> None:
    number = await failed(gate, "refused")
    unsigned = {**REFUSED, "signature_png": base64.b64encode(b"no picture").decode()}

    answer = await gate.post(f"/api/v1/consignments/{number}/return", {"reason": "refused", "evidence": unsigned})

    problem = await answer.json()
    assert (answer.status, problem["errors"][0]["pointer"]) == (422, "/evidence/signature_png")


async def test_a_wrong_address_that_no_attempt_told_of_starts_no_return(gate: Gate) -> None:
    number = await failed(gate, "absent")

    status, problem = await returned(gate, number, "address", evidence=BY_WORKER)

    assert (status, problem["code"]) == (409, "return.no_attempt")


async def test_the_workers_record_stands_behind_a_wrong_address(gate: Gate) -> None:
    number = await failed(gate, "address_wrong", evidence=BY_WORKER)

    status, shown = await returned(gate, number, "address")

    assert (status, shown["custody"]["state"]) == (200, "returning")


async def test_the_post_may_not_return_on_the_senders_wish_without_the_sender(gate: Gate) -> None:
    number = await failed(gate)
    post = await gate.token_for("delivery", unit=OFFICE)

    answer = await gate.post(f"/api/v1/consignments/{number}/return", {"reason": "sender_asked"}, token=post)

    assert (answer.status, (await answer.json())["code"]) == (403, "return.not_sender")


async def test_a_return_that_the_desk_asks_for_leaves_the_item_at_its_office(gate: Gate) -> None:
    number = await failed(gate)
    desk = await gate.token_for("delivery", unit=DESK)

    answer = await gate.post(f"/api/v1/consignments/{number}/return", {"reason": "sender_asked"}, token=desk)

    custody = (await answer.json())["custody"]
    assert (custody["state"], custody["holder"], custody["office"]) == ("returning", "post", OFFICE)


async def test_what_the_post_does_not_hold_is_not_sent_back(gate: Gate) -> None:
    number = str((await gate.consignment())["consignment_no"])

    status, problem = await returned(gate, number, "sender_asked")

    assert (status, problem["code"]) == (409, "consignment.out_of_turn")


async def test_a_scan_of_an_early_return_is_taken_and_flagged(gate: Gate) -> None:
    number = await failed(gate)

    answer = await gate.scan(number, "returning", reason="two_invitations")

    assert (answer["verdict"], answer["state"]) == ("accepted", "returning")
    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()
    assert journey["happenings"][-1]["statements"][0]["flags"] == ["return_too_early"]


async def test_a_scan_of_a_lawful_return_is_not_flagged(gate: Gate) -> None:
    number = await failed(gate, "moved", evidence=BY_WORKER)

    await gate.scan(number, "returning", reason="moved")

    journey = await (await gate.get(f"/api/v1/consignments/{number}/journey")).json()
    assert journey["happenings"][-1]["statements"][0]["flags"] == []


async def test_the_invitation_on_paper_names_no_procedure_and_no_dossier(gate: Gate) -> None:
    number = await failed(gate)
    await invited(gate, number)

    answer = await gate.get(f"/api/v1/consignments/{number}/invitations/1/paper")

    with pypdfium2.PdfDocument(await answer.read()) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert PERSON["name"] in text
    assert "DIỄN TẬP" in text
    assert "H27" not in text
    assert "khai sinh" not in text


async def test_an_invitation_that_was_not_made_has_no_paper(gate: Gate) -> None:
    number = await failed(gate)

    answers = [(await gate.get(f"/api/v1/consignments/{number}/invitations/{n}/paper")).status for n in ("1", "x", "0")]

    assert answers == [404, 404, 404]


async def test_a_recall_ends_the_item_and_leaves_it_with_its_holder(gate: Gate) -> None:
    number = await failed(gate)

    answer = await gate.post(f"/api/v1/consignments/{number}/recall", RECALL)

    custody = (await answer.json())["custody"]
    assert (answer.status, custody["state"], custody["holder"]) == (200, "recalled", "post")


async def test_a_recall_says_what_it_costs_and_who_pays(gate: Gate) -> None:
    number = await failed(gate)
    await gate.post(f"/api/v1/consignments/{number}/recall", RECALL)

    kept = await (await gate.get(f"/api/v1/consignments/{number}/redirections")).json()

    [row] = kept["data"]
    assert (row["kind"], row["cost_dong"], row["paid_by"]) == ("recall", 26000, "agency")


async def test_a_recall_of_a_booked_item_calls_the_order_off_with_the_post(gate: Gate) -> None:
    number = str((await gate.consignment(book=True))["consignment_no"])
    await gate.house.services.booking.send_due(at=gate.clock[0])
    gate.clock[0] += timedelta(seconds=1)

    await gate.post(f"/api/v1/consignments/{number}/recall", RECALL)

    gate.clock[0] += timedelta(seconds=1)
    await gate.house.services.booking.send_due(at=gate.clock[0])
    order = await (await gate.get(f"/api/v1/consignments/{number}/order")).json()
    shown = await (await gate.get(f"/api/v1/consignments/{number}")).json()
    assert (order["state"], shown["custody"]["state"]) == ("cancelled", "recalled")


async def test_nobody_but_the_senders_side_recalls(gate: Gate) -> None:
    number = await failed(gate)
    tokens = {unit: await gate.token_for("booking", unit=unit) for unit in (OTHER_DESK, OFFICE, DESK)}

    answers = [
        (await gate.post(f"/api/v1/consignments/{number}/recall", RECALL, token=token)).status
        for token in tokens.values()
    ]

    assert answers == [404, 403, 200]


async def test_what_is_delivered_is_not_recalled(gate: Gate) -> None:
    number = await failed(gate)
    moment = gate.clock[0].isoformat()
    proof = {"receiver_name": "A", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"}
    told = {"number": number, "proof": proof, "scan_id": "p", "device": "d", "device_at": moment, "sent_at": moment}
    assert (await gate.post("/api/v1/deliveries", told)).status == 201

    answer = await gate.post(f"/api/v1/consignments/{number}/recall", RECALL)

    assert (answer.status, (await answer.json())["code"]) == (409, "redirection.too_late")


async def test_a_new_address_makes_the_next_label_and_voids_the_old(gate: Gate) -> None:
    number = await failed(gate)
    await gate.get(f"/api/v1/labels/{number}")
    moved = {"party": {**PERSON, "address": "Thôn Đông"}, "fault": "citizen", "cost_dong": 13000}

    answer = await gate.post(f"/api/v1/consignments/{number}/address", moved)

    shown = await answer.json()
    assert (answer.status, shown["version"], shown["consignee"]["address"]) == (200, 2, "Thôn Đông")
    assert (await gate.get(f"/api/v1/labels/{number}", params={"version": "1"})).status == 409


async def test_the_same_new_address_twice_changes_nothing_more(gate: Gate) -> None:
    number = await failed(gate)
    moved = {"party": {**PERSON, "address": "Thôn Đông"}, "fault": "citizen", "cost_dong": 13000}
    await gate.post(f"/api/v1/consignments/{number}/address", moved)

    answer = await gate.post(f"/api/v1/consignments/{number}/address", moved)

    kept = await (await gate.get(f"/api/v1/consignments/{number}/redirections")).json()
    assert ((await answer.json())["version"], len(kept["data"])) == (2, 1)


async def test_what_goes_to_a_desk_gets_no_new_address(gate: Gate) -> None:
    number = str((await gate.consignment("send"))["consignment_no"])
    moved = {"party": PERSON, "fault": "citizen", "cost_dong": 0}

    answer = await gate.post(f"/api/v1/consignments/{number}/address", moved)

    assert (answer.status, (await answer.json())["code"]) == (409, "address.leg")


async def test_an_address_that_another_hand_changed_since_it_was_seen_is_not_written_over(gate: Gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    house, at = gate.house.services, gate.clock[0]
    before = await house.enquiry.consignment(number, actor=GATEWAY)
    first, second = (Party(**{**PERSON, "address": address}) for address in ("Thôn Đông", "Thôn Tây"))
    asked: dict[str, Any] = {
        "fault": "citizen",
        "cost_dong": 0,
        "seen_version": before.version,
        "actor": GATEWAY,
        "at": at,
    }
    await house.redirecting.new_address(number, first, **asked)
    with pytest.raises(Conflict, match="vừa được sửa"):
        await house.redirecting.new_address(number, second, **asked)

    assert (await house.enquiry.consignment(number, actor=GATEWAY)).consignee.address == "Thôn Đông"
