"""One dossier, both ways through the house: intake, label, booking, handover, tracking, delivery, notices."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pypdfium2
import zxingcpp

from postgw.rules.procedures import load_procedures

from .conftest import CITIZEN, DESK, OFFICE, Day

PROCEDURE = next(each.code for each in load_procedures() if "both" in each.forms)
DOSSIER_NO = "H27.15-261123-0007"


def dossier(**rest: Any) -> dict[str, Any]:
    return {
        "intake_ref": "MC-2026-0007", "receiving_desk": DESK, "procedure_code": PROCEDURE, "service_form": "both",
        "applicant": CITIZEN, "papers": [{"name": "Giấy khai sinh", "kind": "original", "must_return": True}],
        "fee_dong": 8000, **rest,
    }  # fmt: skip


def codes_on(pdf: bytes) -> set[str]:
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0]
    picture = page.render(scale=203 / 72, grayscale=True).to_pil()
    return {found.text for found in zxingcpp.read_barcodes(picture)}


async def appointed(day: Day, kind: str, unit: str, account: str) -> str:
    body = {"unit_kind": kind, "unit": unit, "name": f"Người ký {unit}", "account": account, "valid_from": "2026-01-01"}
    return str((await day.ask("administrator", "POST", "/api/v1/signatories", body, expect=201))["signatory_no"])


async def handed_over(day: Day, number: str, direction: str, *, giver: str, taker: str) -> dict[str, Any]:
    """Live through one handover: the list, the count, both signatures."""
    who = {"to_post": ("officer", "postman"), "to_desk": ("postman", "officer")}[direction]
    body = {"desk": DESK, "office": OFFICE, "direction": direction, "numbers": [number]}
    manifest_no = (await day.ask(who[0], "POST", "/api/v1/manifests", body, expect=201))["manifest_no"]
    at = f"/api/v1/manifests/{manifest_no}"
    await day.ask(who[1], "POST", f"{at}/tick", {"number": manifest_no}, expect=200)
    await day.ask(who[0], "POST", f"{at}/close", expect=200)
    await day.ask(who[0], "POST", f"{at}/sign", {"side": "giver", "signatory_no": giver}, expect=200)
    day.pass_time(minutes=2)
    return dict(await day.ask(who[1], "POST", f"{at}/sign", {"side": "taker", "signatory_no": taker}, expect=200))


async def test_one_dossier_travels_both_ways_and_everybody_owed_a_word_gets_it(day: Day) -> None:
    desk_signs = await appointed(day, "desk", DESK, "officer")
    post_signs = await appointed(day, "office", OFFICE, "postman")

    # intake: sent twice, one dossier; one consignment a leg
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=200)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}
    sent = await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201)
    number = sent["consignment_no"]
    problem = await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=409)
    assert number in problem["link"]

    # label: what the scanner reads at 203 dpi is what we know it by
    assert number in codes_on(await day.ask("officer", "GET", f"/api/v1/labels/{number}", expect=200))

    # booking: over the post's own wire; the feed brings the item number and the collection
    await day.ask("officer", "POST", f"/api/v1/consignments/{number}/book", expect=202)
    await day.time_knocks()
    booked = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
    assert (booked["custody"]["state"], booked["custody"]["holder"]) == ("booked", "sender")
    day.pass_time(hours=30)
    await day.time_knocks()
    travelling = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
    assert travelling["item_no"].endswith("VN")
    assert travelling["custody"]["holder"] in {"post", "desk"}

    # handover at the desk: two hands sign, the later moment is the filing time
    manifest = await handed_over(day, number, "to_desk", giver=post_signs, taker=desk_signs)
    filed = await day.ask("officer", "GET", f"/api/v1/consignments/{number}", expect=200)
    assert filed["custody"]["state"] == "delivered"
    assert filed["custody"]["holder"] == "desk"
    await day.time_knocks()
    told = {notice.kind: notice for notice in day.told()}
    assert told["dossier.filed"].data["filed_at"].startswith(manifest["signed_at"][:16])

    # the desk gives it a number, once
    key = f"{DESK}/MC-2026-0007"
    await day.ask("officer", "POST", f"/api/v1/dossiers/{key}/number", {"dossier_no": DOSSIER_NO}, expect=200)

    # the way home: the result leaves against signatures, is scanned on its way, and handed over with proof
    home = await day.ask(
        "officer", "POST", "/api/v1/consignments", {"dossier": DOSSIER_NO, "leg": "return"}, expect=201
    )
    back = home["consignment_no"]
    await handed_over(day, back, "to_post", giver=desk_signs, taker=post_signs)
    await scanned(day, back, "departed", "arrived", "out_for_delivery")
    await delivered(day, back)
    public = await day.ask("", "GET", f"/api/v1/track/{DOSSIER_NO}", expect=200)
    assert public["stage"] == "finished"
    assert CITIZEN["name"] not in str(public)
    assert CITIZEN["phone"] not in str(public)

    # notices: the desk by its wire, the citizen by message, everybody else by the feed
    await day.time_knocks()
    kinds = [
        event["notice"]["type"] for event in (await day.ask("officer", "GET", "/api/v1/events", expect=200))["data"]
    ]
    assert kinds.count("vn.postgw.consignment.delivered.v1") == 2
    texts = day.texts()
    assert any("Đã giao kết quả" in text for text in texts)
    assert all("DIỄN TẬP" in text for text in texts)


async def scanned(day: Day, number: str, *codes: str) -> None:
    """Scan an item at the station, one code after another, and send the batch twice: the second changes nothing."""
    scans = []
    for n, code in enumerate(codes):
        moment = day.clock[0] + timedelta(hours=n)
        scans.append({"scan_id": f"s{n}", "number": number, "code": code, "device_at": moment.isoformat()})
    day.pass_time(hours=len(codes))
    batch = {"device": "station-1", "sent_at": day.clock[0].isoformat(), "scans": scans}
    first = await day.ask("postman", "POST", "/api/v1/scans", batch, expect=200)
    again = await day.ask("postman", "POST", "/api/v1/scans", batch, expect=200)
    assert [answer["verdict"] for answer in first["answers"]] == ["accepted"] * len(codes)
    assert [answer["verdict"] for answer in again["answers"]] == ["known"] * len(codes)


async def delivered(day: Day, number: str) -> None:
    now = day.clock[0].isoformat()
    refused = {
        "device": "d1",
        "sent_at": now,
        "scans": [{"scan_id": "x", "number": number, "code": "delivered", "device_at": now}],
    }
    answer = await day.ask("postman", "POST", "/api/v1/scans", refused, expect=200)
    assert answer["answers"][0]["code"] == "scan.needs_proof"
    proof = {"receiver_name": CITIZEN["name"], "id_kind": "citizen_id", "id_tail": "123", "remarks": "không"}
    body = {"number": number, "proof": proof, "scan_id": "d1", "device": "d1", "device_at": now, "sent_at": now}
    done = await day.ask("postman", "POST", "/api/v1/deliveries", body, expect=201)
    assert done["custody"]["state"] == "delivered"
