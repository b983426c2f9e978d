"""Consignments and their paper through the door."""

from __future__ import annotations

import logging
from datetime import timedelta

import pypdfium2
import pytest

from postgw.web.schemas.consignments import ConsignmentMade, ConsignmentOut, ConsignmentPage, JourneyOut, PublicTrackOut


async def test_a_consignment_is_made_under_its_own_address(gate) -> None:
    key = (await gate.sent())["key"]
    answer = await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})
    made = ConsignmentMade.model_validate_json(await answer.read())
    shown = await gate.get(answer.headers["Location"])

    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/v1/consignments/{made.consignment_no}"
    assert shown.headers["ETag"] == answer.headers["ETag"]
    ConsignmentOut.model_validate_json(await shown.read())


async def test_a_second_live_one_is_refused_with_the_way_to_the_first(gate) -> None:
    key = (await gate.sent())["key"]
    first = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    second = await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})

    assert second.status == 409
    assert (await second.json())["link"] == f"/api/v1/consignments/{first['consignment_no']}"


async def test_it_can_be_booked_at_once_and_again_is_the_same_order(gate) -> None:
    made = await gate.consignment(book=True)
    gate.clock[0] += timedelta(minutes=1)
    again = await gate.post(f"/api/v1/consignments/{made['consignment_no']}/book")
    order = await gate.get(f"/api/v1/consignments/{made['consignment_no']}/order")

    assert made["order"]["state"] == "waiting"
    assert (again.status, await again.json()) == (202, made["order"])
    assert await order.json() == made["order"]
    owed = await gate.house.database.reading.rows("SELECT key FROM outbox WHERE channel = 'post'")
    assert len(owed) == 1


async def test_it_travels_with_the_account_that_is_named_or_the_desks_own(gate) -> None:
    own = await gate.consignment()
    named = await gate.consignment(account=own["account"])

    assert own["account"]
    assert own["public_service"] is True
    assert (named["account"], named["public_service"]) == (own["account"], True)


async def test_an_account_that_does_not_serve_the_desk_is_refused_with_a_sentence(gate) -> None:
    key = (await gate.sent())["key"]
    answer = await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return", "account": "khong-co"})
    problem = await answer.json()

    assert (answer.status, problem["errors"][0]["pointer"]) == (422, "/account")
    assert "khong-co" in problem["detail"]


async def test_without_a_booking_there_is_no_order(gate) -> None:
    made = await gate.consignment()

    assert (await gate.get(f"/api/v1/consignments/{made['consignment_no']}/order")).status == 404


async def test_it_is_cancelled_with_a_reason_of_the_list(gate) -> None:
    made = await gate.consignment(book=True)
    path = f"/api/v1/consignments/{made['consignment_no']}"
    free_text = await gate.post(f"{path}/cancel", {"reason": "vì thế"})
    cancelled = await gate.post(f"{path}/cancel", {"reason": "citizen_collects"})

    assert (free_text.status, (await free_text.json())["errors"][0]["pointer"]) == (422, "/reason")
    assert cancelled.status == 200
    assert (await (await gate.get(path)).json())["custody"]["state"] == "cancelled"


async def test_who_saw_an_older_version_changes_nothing(gate) -> None:
    made = await gate.consignment()
    path = f"/api/v1/consignments/{made['consignment_no']}"
    etag = (await gate.get(path)).headers["ETag"]
    first = await gate.post(f"{path}/void-label", {"reason": "damaged"}, headers={"If-Match": etag})
    second = await gate.post(f"{path}/void-label", {"reason": "damaged"}, headers={"If-Match": etag})

    assert (first.status, second.status) == (200, 412)
    assert (await first.json())["version"] == 2


async def test_either_number_finds_it_once_they_are_bound(gate) -> None:
    made = await gate.consignment()
    bound = await gate.post(f"/api/v1/consignments/{made['consignment_no']}/bind", {"item_no": "RR473124829VN"})
    other = await gate.consignment()
    taken = await gate.post(f"/api/v1/consignments/{other['consignment_no']}/bind", {"item_no": "RR473124829VN"})
    item = await gate.get("/api/v1/items/RR473124829VN")

    assert (await bound.json())["item_no"] == "RR473124829VN"
    assert taken.status == 409
    assert (await item.json())["consignment_no"] == made["consignment_no"]


async def test_what_the_caller_has_already_is_not_sent_again(gate) -> None:
    made = await gate.consignment()
    path = f"/api/v1/consignments/{made['consignment_no']}"
    etag = (await gate.get(path)).headers["ETag"]
    again = await gate.get(path, headers={"If-None-Match": etag})

    assert (again.status, await again.read()) == (304, b"")


async def test_a_list_can_be_narrowed_and_names_nobody(gate) -> None:
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected")
    found = await gate.get("/api/v1/consignments?state=collected&leg=return&desk=TS")
    none = await gate.get("/api/v1/consignments?state=delivered")

    ConsignmentPage.model_validate_json(await found.read())
    assert [each["consignment_no"] for each in (await found.json())["data"]] == [made["consignment_no"]]
    assert (await none.json())["data"] == []
    assert "Diễn Tập" not in await found.text()


async def test_the_journey_shows_who_said_what(gate) -> None:
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected", office="480000")
    answer = await gate.get(f"/api/v1/consignments/{made['consignment_no']}/journey")

    JourneyOut.model_validate_json(await answer.read())
    assert [each["code"] for each in (await answer.json())["happenings"]] == ["collected"]


@pytest.mark.parametrize(
    ("asked", "media", "begins"),
    [
        ("", "application/pdf", b"%PDF"), ("format=png", "image/png", b"\x89PNG"),
        ("format=zpl&dpi=300", "application/zpl", b"^XA"),
        ("stock=a4-4&first_place=3", "application/pdf", b"%PDF"),
    ],
)  # fmt: skip
async def test_a_label_is_drawn_in_each_form(gate, asked: str, media: str, begins: bytes) -> None:
    made = await gate.consignment()
    answer = await gate.get(f"/api/v1/labels/{made['consignment_no']}?{asked}")

    assert answer.status == 200, await answer.text()
    assert answer.content_type == media
    assert begins in (await answer.read())[:200]


async def test_a_label_that_a_printer_has_is_not_drawn_again(gate) -> None:
    made = await gate.consignment()
    path = f"/api/v1/labels/{made['consignment_no']}"
    first = await gate.get(path)
    again = await gate.get(path, headers={"If-None-Match": first.headers["ETag"]})
    reprint = await gate.get(path)

    assert again.status == 304
    assert await reprint.read() == await first.read()


async def test_a_label_version_that_is_void_is_not_printed(gate) -> None:
    made = await gate.consignment()
    path = f"/api/v1/labels/{made['consignment_no']}?version=1"
    before = await gate.get(path)
    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/void-label", {"reason": "damaged"})
    after = await gate.get(path)

    assert (before.status, after.status) == (200, 409)


@pytest.mark.parametrize(("leg", "asked"), [("send", "Thu khi nhận gửi: 8.000"), ("return", "Thu khi phát: 8.000")])
async def test_a_label_says_when_the_fee_is_taken(gate, leg: str, asked: str) -> None:
    key = (await gate.sent(service_form=leg, fee_dong=8000))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": leg})).json()
    drawn = await gate.get(f"/api/v1/labels/{made['consignment_no']}?format=pdf")

    with pypdfium2.PdfDocument(await drawn.read()) as label:
        text = label[0].get_textpage().get_text_bounded()
    assert made["collect_dong"] == 8000
    assert asked in text


async def test_many_labels_come_in_one_file(gate) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(3)]
    answer = await gate.post("/api/v1/labels", {"numbers": numbers})
    body = await answer.read()

    assert (answer.content_type, body[:4], body.rstrip()[-5:]) == ("application/pdf", b"%PDF", b"%%EOF")


async def test_one_unknown_number_among_many_stops_the_file_before_it_begins(gate) -> None:
    made = await gate.consignment()
    answer = await gate.post("/api/v1/labels", {"numbers": [made["consignment_no"], "4K7M29TB6HC"]})

    assert answer.status == 404
    assert answer.content_type == "application/problem+json"


async def test_the_note_is_a_pdf(gate) -> None:
    made = await gate.consignment()
    answer = await gate.get(f"/api/v1/consignments/{made['consignment_no']}/note")

    assert (await answer.read())[:4] == b"%PDF"


async def test_a_stranger_with_the_number_sees_progress_and_nobody(gate) -> None:
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected")
    answer = await gate.get(f"/api/v1/track/{made['consignment_no']}", token="")
    text = await answer.text()

    shown = PublicTrackOut.model_validate_json(text)
    assert shown == PublicTrackOut(
        number=made["consignment_no"], leg="return", stage="with_post", stages_done=2, stopped=False
    )
    again = await gate.get(
        f"/api/v1/track/{made['consignment_no']}", token="", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status, again.headers["ETag"]) == (304, answer.headers["ETag"])


async def test_who_has_the_answer_is_told_of_a_change_within_ten_seconds_and_who_has_none_at_once(gate) -> None:
    made = await gate.consignment()
    path = f"/api/v1/track/{made['consignment_no']}"
    first = await gate.get(path, token="")
    has_it = {"If-None-Match": first.headers["ETag"]}
    await gate.scan(made["consignment_no"], "collected")

    at_once = [(await gate.get(path, token="", headers=has_it)).status for _ in range(2)]
    gate.clock[0] += timedelta(seconds=10)
    late = await gate.get(path, token="", headers=has_it)
    anew = await gate.get(path, token="")

    assert (first.status, at_once, late.status) == (200, [304, 304], 200)
    assert late.headers["ETag"] == anew.headers["ETag"] != first.headers["ETag"]


async def test_what_happens_within_a_stage_does_not_show_even_in_the_tag(gate) -> None:
    made = await gate.consignment()
    told = []
    for code in ("collected", "departed", "out_for_delivery", "attempted"):
        await gate.scan(made["consignment_no"], code, **({"reason": "absent"} if code == "attempted" else {}))
        answer = await gate.get(f"/api/v1/track/{made['consignment_no']}", token="")
        told.append((await answer.read(), answer.headers["ETag"]))

    assert told[0] == told[1] != told[2] == told[3]


@pytest.mark.parametrize("number", ["4K7M29TB6HC", "RR473124829VN", "xin-chào", "x" * 300, "0912000003", "%ED%A0%80"])
async def test_a_number_nobody_knows_always_gets_the_same_answer(gate, number: str) -> None:
    answer = await gate.get(f"/api/v1/track/{number}", token="")

    assert (answer.status, (await answer.json())["code"]) == (404, "track.unknown")


async def test_a_dossier_its_consignment_and_its_label_cost_few_questions_to_the_database(gate, caplog) -> None:
    await gate.consignment()  # what is read once for good
    caplog.set_level(logging.DEBUG, logger="tortoise.db_client")

    def asked() -> int:
        statements = [each.getMessage() for each in caplog.records if each.name == "tortoise.db_client"]
        count = sum("FROM token" not in statement for statement in statements)  # asked once a second
        caplog.clear()
        return count

    key, costs = (await gate.sent())["key"], [asked()]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    costs.append(asked())
    label = await gate.get(f"/api/v1/labels/{made['consignment_no']}")
    costs.append(asked())

    assert (await label.read())[:4] == b"%PDF"
    # desks, procedure, dossier, words; dossier, desks, consignment, lent number; look, version
    assert costs == ([4, 4, 2] if gate.house.database.sqlite else [3, 4, 2])
