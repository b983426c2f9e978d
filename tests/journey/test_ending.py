"""From a failed delivery to an end, on both databases: by the recipient's choice, or by the law's steps."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from postgw.domain.secret_link import link_of
from postgw.storage import province

from .conftest import CITIZEN, OFFICE, Day
from .test_parcel import PROCEDURE
from .test_return import waiting

SIGNED = {"refuser_name": "Nguyễn Diễn Tập", "id_kind": "other", "id_tail": "12", "signature_png": "iVBORw0KGgp4"}


async def page(day: Day, path: str, **typed: str) -> tuple[int, str]:
    """Open a page, or send its form, as somebody with a telephone and no account."""
    method = "POST" if typed else "GET"
    async with day.client.request(method, path, data=typed or None, headers={"Accept": "text/html"}) as answer:
        return answer.status, " ".join(re.sub(r"<[^>]+>", " ", await answer.text()).split())


async def scanned(day: Day, number: str, code: str, **rest: Any) -> dict[str, Any]:
    now = day.clock[0].isoformat()
    scan = {"scan_id": f"{code}-{now}", "number": number, "code": code, "device_at": now, "office": OFFICE, **rest}
    batch = {"device": "d", "sent_at": now, "scans": [scan]}
    answer: dict[str, Any] = (await day.ask("postman", "POST", "/api/v1/scans", batch, expect=200))["answers"][0]
    return answer


def delivery(day: Day, number: str, **proof: Any) -> dict[str, Any]:
    now = day.clock[0].isoformat()
    shown = {"receiver_name": "Nguyễn Thị Diễn Tập", "id_kind": "electronic_id", "id_tail": "4821", "remarks": "none"}
    return {
        "number": number, "proof": {**shown, **proof}, "scan_id": f"p-{now}", "device": "d", "device_at": now,
        "sent_at": now, "office": OFFICE,
    }  # fmt: skip


async def test_who_was_missed_chooses_by_the_link_and_collects_with_proof(day: Day) -> None:
    number = await waiting(day)
    await day.time_knocks()
    [own] = [
        found[1] for text in day.texts() if (found := re.search(r"Chọn cách nhận: https://hoso\.example(/m/\S+)", text))
    ]
    async with day.house.database.writing() as tx:
        link = "/c/" + link_of(await province.link_secret(tx), "choose", number)  # as messages bore it before

    assert (await page(day, own))[0] == 200
    before = await page(day, link)
    await page(day, link, way="office")
    after = await page(day, link)
    listed = await day.ask("postman", "GET", f"/api/v1/choices?office={OFFICE}", expect=200)
    await scanned(day, number, "held")
    day.pass_time(hours=3)
    await day.ask("postman", "POST", "/api/v1/deliveries", delivery(day, number), expect=201)
    await day.time_knocks()

    assert "Phát lại: không mất tiền." in before[1]
    assert "Bạn đã chọn: đến nhận tại bưu cục đang giữ." in after[1]
    assert [row["choice"]["way"] for row in listed["data"]] == ["office"]
    shown = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
    assert (shown["custody"]["state"], shown["custody"]["holder"]) == ("delivered", "recipient")
    kinds = [notice.kind for notice in day.told()]
    assert [kind for kind in kinds if kind in {"consignment.choice", "consignment.delivered"}] == [
        "consignment.choice", "consignment.delivered",
    ]  # fmt: skip
    assert next(notice for notice in day.told() if notice.kind == "consignment.delivered").data["closes"] is True
    assert (await day.ask("postman", "GET", "/api/v1/choices", expect=200))["data"] == []


async def test_what_nobody_takes_is_returned_refused_publicised_and_archived_on_its_day(day: Day) -> None:
    number = await waiting(day)
    address = f"/api/v1/consignments/{number}"
    for expect in (201, 409, 201):  # Monday, Tuesday, Wednesday
        await day.ask("postman", "POST", f"{address}/invitations", {"way": "paper"}, expect=expect)
        day.pass_time(days=1)
    failed = {
        "scan_id": "b", "device": "d", "device_at": day.clock[0].isoformat(), "sent_at": day.clock[0].isoformat(),
        "reason": "absent", "office": OFFICE,
    }  # fmt: skip
    await day.ask("postman", "POST", f"{address}/attempts", failed, expect=201)
    day.pass_time(days=1)
    await day.ask("postman", "POST", f"{address}/return", {"reason": "two_invitations"}, expect=200)
    note = await day.ask("postman", "GET", f"{address}/return-note", expect=200)
    refused = {"ground": "sender_refused", "evidence": SIGNED}
    declared = await day.ask("postman", "POST", f"{address}/undeliverable", refused, expect=201)
    record = await day.ask("postman", "GET", f"{address}/non-delivery-record?reason=sender_refused", expect=200)
    public = await day.ask("", "GET", "/api/v1/undeliverable", expect=200)
    shown = await page(day, "/undeliverable")

    letter = {"agency": "Sở Tư pháp tỉnh Hà Tĩnh", "reference": "12/CV-BĐHT"}
    early = await day.ask("postman", "POST", f"{address}/undeliverable/request", letter, expect=409)
    day.clock[0] = datetime(2027, 5, 24, 1, 0, tzinfo=UTC)
    await day.time_knocks()
    await day.ask("postman", "POST", f"{address}/undeliverable/request", letter, expect=200)
    day.pass_time(days=30)
    still = await day.ask("postman", "POST", f"{address}/undeliverable/archive", {"how": "filed"}, expect=409)
    day.pass_time(days=1)
    ended = await day.ask("postman", "POST", f"{address}/undeliverable/archive", {"how": "filed"}, expect=200)
    await day.time_knocks()

    assert note[:5] == record[:5] == b"%PDF-"
    assert (declared["publicised_until"], declared["no_recipient_on"]) == ("2027-02-27", "2027-05-24")
    assert [row["number"] for row in public["data"]] == [number]
    assert "27/02/2027" in shown[1]
    assert "24/05/2027" in early["detail"]
    assert "24/06/2027" in still["detail"]
    assert (ended["custody"]["state"], ended["custody"]["ended"]) == ("archived", True)
    assert (await day.ask("", "GET", "/api/v1/undeliverable", expect=200))["data"] == []
    told = [(notice.kind, notice.data.get("step", "")) for notice in day.told()]
    assert [each for each in told if each[0] in {"consignment.returning", "undeliverable.due"}] == [
        ("consignment.returning", ""), ("undeliverable.due", "request"),
    ]  # fmt: skip


async def test_only_a_proof_or_a_signed_record_makes_it_delivered(day: Day) -> None:
    number = await waiting(day)
    address = f"/api/v1/consignments/{number}"

    by_device = await scanned(day, number, "delivered")
    bare = delivery(day, number)
    for wrong in (
        {"id_tail": ""}, {"id_kind": "smile"}, {"remarks": ""}, {"receiver_name": ""}, {"receiver_kind": "proxy"},
        {"receiver_kind": "proxy", "authorisation_seen": True}, {"receiver_kind": "organisation"},
    ):  # fmt: skip
        spoiled = {**bare, "proof": {**bare["proof"], **wrong}}
        await day.ask("postman", "POST", "/api/v1/deliveries", spoiled, expect=422)
    no_proof = {name: value for name, value in bare.items() if name != "proof"}
    await day.ask("postman", "POST", "/api/v1/deliveries", no_proof, expect=422)
    for method, path, body in (
        ("POST", f"{address}/choice", {"way": "office"}),
        ("POST", f"{address}/invitations", {"way": "paper"}),
        ("POST", f"{address}/bind", {"item_no": "RR473124829VN"}),
    ):
        headers = {"Authorization": f"Bearer {day.tokens['postman']}"}
        async with day.client.request(method, path, json=body, headers=headers) as answer:
            assert answer.status < 500
    shown = await day.ask("officer", "GET", address, expect=200)

    assert (by_device["verdict"], by_device["code"]) == ("refused", "scan.needs_proof")
    assert shown["custody"]["state"] == "attempted"
    represented = {
        "receiver_kind": "organisation", "authorisation_seen": True, "relation": "Văn thư, Công ty Diễn Tập",
    }  # fmt: skip
    await day.ask("postman", "POST", "/api/v1/deliveries", delivery(day, number, **represented), expect=201)
    assert (await day.ask("officer", "GET", address, expect=200))["custody"]["proved"] is True


async def test_the_posts_own_word_makes_a_delivery_by_statement_and_never_more(day: Day) -> None:
    dossier = {
        "dossier_no": "H27.15-261123-0011", "receiving_desk": "TS", "procedure_code": PROCEDURE,
        "service_form": "return", "applicant": CITIZEN,
    }  # fmt: skip
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier, expect=201)
    wanted = {"dossier": "H27.15-261123-0011", "leg": "return", "book": True}
    number = (await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"]
    for _ in range(40):
        await day.time_knocks()
        day.clock[0] += timedelta(hours=6)
        shown = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
        if shown["custody"]["ended"]:
            break

    owed = await day.ask("postman", "GET", "/api/v1/deliveries/owed", expect=200)
    assert (shown["custody"]["state"], shown["custody"]["proved"]) == ("delivered_by_post_statement", False)
    assert shown["custody"]["holder"] == "recipient"
    assert isinstance(owed["data"], list)


async def test_the_same_choice_sent_many_times_at_once_is_one(day: Day) -> None:
    number = await waiting(day)
    choice = {"way": "deliver", "on": "2026-11-25", "window": "morning"}

    async def choose() -> None:
        await day.ask("postman", "POST", f"/api/v1/consignments/{number}/choice", choice, expect=201)

    await asyncio.gather(*(choose() for _ in range(6)))

    offer = await day.ask("postman", "GET", f"/api/v1/consignments/{number}/choice", expect=200)
    assert [each["ordinal"] for each in offer["made"]] == [1]
