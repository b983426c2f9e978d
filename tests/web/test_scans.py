"""Scans and deliveries through the door."""

from __future__ import annotations

import asyncio

from postgw.web.schemas.scans import OwedOut, ScanAnswersOut

from .conftest import OFFICE

PROOF = {"receiver_name": "Nguyễn Diễn Tập", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"}


def batch(gate, *scans: dict) -> dict:
    moment = gate.clock[0].isoformat()
    return {
        "device": "d-1", "sent_at": moment,
        "scans": [{"scan_id": f"b-{n}", "device_at": moment, **scan} for n, scan in enumerate(scans)],
    }  # fmt: skip


async def test_each_scan_of_a_batch_gets_its_own_answer(gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    answer = await gate.post("/api/v1/scans", batch(
        gate, {"number": number, "code": "collected"}, {"number": "RR473124829VN", "code": "collected"},
        {"number": "hỏng", "code": "collected"}, {"number": number, "code": 5}, {"number": number, "code": "fly"},
    ))  # fmt: skip
    answers = (await answer.json())["answers"]

    ScanAnswersOut.model_validate_json(await answer.read())
    assert [each["verdict"] for each in answers] == ["accepted", "kept_aside", "refused", "refused", "refused"]
    assert [each["scan_id"] for each in answers] == ["b-0", "b-1", "b-2", "b-3", "b-4"]
    assert answers[0]["state"] == "collected"
    assert all(each["sentence"] and each["code"] for each in answers[2:])


async def test_a_batch_sent_again_changes_nothing(gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    sent = batch(gate, {"number": number, "code": "collected"})
    await gate.post("/api/v1/scans", sent)
    again = await gate.post("/api/v1/scans", sent)

    assert (await again.json())["answers"][0]["verdict"] == "known"


async def test_what_nobody_knows_yet_waits_in_a_list(gate) -> None:
    await gate.scan("RR473124829VN", "collected")
    strays = await (await gate.get("/api/v1/scans/strays")).json()

    assert [(each["number"], each["code"]) for each in strays["data"]] == [("RR473124829VN", "collected")]
    assert strays["more"] is False


async def test_the_answers_are_told_in_english_where_that_is_asked_for(gate) -> None:
    sent = batch(gate, {"number": "RR473124829VN", "code": "collected"})
    answer = await gate.post("/api/v1/scans", sent, headers={"Accept-Language": "en"})

    assert (await answer.json())["answers"][0]["sentence"].startswith("No consignment has this number yet")


async def test_scans_are_counted_by_verdict(gate) -> None:
    await gate.scan("RR473124829VN", "collected")

    assert 'postgw_scans_total{verdict="kept_aside"} 1.0' in await (await gate.get("/metrics")).text()


async def delivered(gate, number: str, **rest):
    moment = gate.clock[0].isoformat()
    return await gate.post("/api/v1/deliveries", {
        "number": number, "proof": PROOF, "scan_id": "p-1", "device": "d-1", "device_at": moment, "sent_at": moment,
        "office": OFFICE, **rest,
    })  # fmt: skip


async def on_its_way(gate):
    number = (await gate.consignment())["consignment_no"]
    for code in ("collected", "at_office", "out_for_delivery"):
        await gate.scan(number, code)
    return number


async def test_a_delivery_with_its_proof_ends_the_consignment(gate) -> None:
    number = await on_its_way(gate)
    answer = await delivered(gate, number)

    assert answer.status == 201, await answer.text()
    assert (await answer.json())["custody"]["state"] == "delivered"


async def test_a_delivery_told_twice_is_one(gate) -> None:
    number = await on_its_way(gate)
    await delivered(gate, number)

    assert (await delivered(gate, number)).status == 201


async def test_a_delivery_without_an_identity_seen_is_none(gate) -> None:
    number = await on_its_way(gate)
    answer = await delivered(gate, number, proof={**PROOF, "id_tail": "?!"})

    assert (answer.status, (await answer.json())["errors"][0]["pointer"]) == (422, "/proof/id_tail")


async def test_what_is_owed_is_a_list_that_names_nobody(gate) -> None:
    answer = await gate.get("/api/v1/deliveries/owed")

    assert OwedOut.model_validate_json(await answer.read()).data == []


async def test_devices_that_send_at_one_moment_are_each_answered_for_their_own(gate) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(6)]
    answers = await asyncio.gather(*(gate.scan(number, "collected") for number in numbers))

    assert [answer["consignment_no"] for answer in answers] == numbers
    assert {(answer["verdict"], answer["state"]) for answer in answers} == {("accepted", "collected")}


async def test_what_devices_tell_at_one_moment_is_told_on_under_the_id_of_each(gate) -> None:
    numbers = [(await gate.consignment())["consignment_no"] for _ in range(6)]
    moment = gate.clock[0].isoformat()

    async def scanned(number: str) -> None:
        scan = {"scan_id": number, "number": number, "code": "collected", "device_at": moment}
        told = {"device": "d-1", "sent_at": moment, "scans": [scan]}
        answer = await gate.post("/api/v1/scans", told, headers={"X-Request-ID": f"quay-{number}"})
        assert answer.status == 200

    await asyncio.gather(*map(scanned, numbers))

    owed = await gate.house.database.reading.rows("SELECT subject, request_id FROM outbox WHERE channel = 'fan'")
    assert {(row["subject"], row["request_id"]) for row in owed} == {(number, f"quay-{number}") for number in numbers}


async def test_one_scan_sent_many_times_at_one_moment_is_kept_once_and_known_ever_after(gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    moment = gate.clock[0].isoformat()
    scan = {"scan_id": "same", "number": number, "code": "collected", "device_at": moment}
    asked = [gate.post("/api/v1/scans", {"device": "d-9", "sent_at": moment, "scans": [scan]}) for _ in range(8)]
    told = [(await taken.json())["answers"][0] for taken in await asyncio.gather(*asked)]

    assert sorted(answer["verdict"] for answer in told) == ["accepted", *["known"] * 7]
    assert {answer["state"] for answer in told} == {"collected"}
