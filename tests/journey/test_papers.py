"""What is inside the envelope, from the citizen's door to the last paper owed, on both databases."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2

from .conftest import CITIZEN, DESK, OFFICE, Day
from .test_parcel import appointed, handed_over, scanned

#: Thay đổi, cải chính hộ tịch: an original that goes back with the result.
PROCEDURE = "1.004859"
DOSSIER_NO = "H27.15-261123-0031"
FORM = "Tờ khai thay đổi, cải chính, bổ sung thông tin hộ tịch"
GROUND = "Giấy tờ làm căn cứ thay đổi, cải chính"
ORIGINAL = "Giấy khai sinh hoặc giấy tờ hộ tịch cần thay đổi"
LICENCE = "Giấy phép cũ"
PNG = "iVBORw0KGgp4"


def words_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return " ".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", " ")


async def made(day: Day, leg: str) -> str:
    wanted = {"dossier": DOSSIER_NO, "leg": leg}
    return str((await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201))["consignment_no"])


async def duties(day: Day, state: str = "open") -> dict[str, str]:
    page = await day.ask("officer", "GET", f"/api/v1/paper-duties?desk={DESK}&state={state}", expect=200)
    return {duty["name"]: duty["stage"] for duty in page["data"]}


async def sealed(day: Day, number: str, seal: str, witness: str) -> None:
    body = {"seal_no": seal, "packed_by": "Trần Bưu Tá", "witness": witness}
    await day.ask("postman", "POST", f"/api/v1/consignments/{number}/packings", body, expect=201)


async def delivery_of(day: Day, number: str, scan_id: str, **rest: Any) -> dict[str, Any]:
    now = day.clock[0].isoformat()
    proof = {"receiver_name": CITIZEN["name"], "id_kind": "citizen_id", "id_tail": "123", "remarks": "none"}
    return {
        "number": number, "proof": proof, "scan_id": scan_id, "device": "d1", "device_at": now, "sent_at": now,
        "office": OFFICE, **rest,
    }  # fmt: skip


async def test_every_paper_comes_to_whoever_it_is_owed(day: Day) -> None:
    desk_signs = await appointed(day, "desk", DESK, "officer")
    post_signs = await appointed(day, "office", OFFICE, "postman")
    dossier: dict[str, Any] = {
        "dossier_no": DOSSIER_NO, "receiving_desk": DESK, "procedure_code": PROCEDURE, "service_form": "both",
        "applicant": CITIZEN,
        "papers": [
            {"name": FORM, "kind": "original"}, {"name": ORIGINAL, "kind": "original", "must_return": True},
            {"name": LICENCE, "kind": "original", "must_withdraw": True},
        ],
    }  # fmt: skip
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier, expect=201)
    send = await made(day, "send")
    at = f"/api/v1/consignments/{send}"

    # at the citizen's door: counted against the list, sealed before the citizen's eyes, signed by both
    check = {"check_id": "c1", "citizen": CITIZEN["name"], "office": OFFICE, "present": [
        {"name": FORM, "kind": "original"}, {"name": ORIGINAL, "kind": "original"},
        {"name": GROUND, "kind": "certified"}, {"name": "Căn cước bản sao", "kind": "copy"},
    ]}  # fmt: skip
    first = await day.ask("postman", "POST", f"{at}/paper-checks", check, expect=201)
    assert await day.ask("postman", "POST", f"{at}/paper-checks", check, expect=201) == first
    assert (first["complete"], first["beyond"]) == (True, ["Căn cước bản sao"])
    await sealed(day, send, "NP-0001", CITIZEN["name"])
    for side, name in (("consignor", CITIZEN["name"]), ("post", "Trần Bưu Tá")):
        signature = {"side": side, "name": name, "signature_png": PNG}
        standing = await day.ask("postman", "POST", f"{at}/note/signatures", signature, expect=201)
    assert standing["frozen_at"]
    kept = await day.ask("officer", "GET", f"{at}/note", expect=200)
    moved = {**dossier, "applicant": {**CITIZEN, "address": "Tổ dân phố 9"}}
    await day.ask("officer", "POST", "/api/v1/dossiers", moved, expect=200)
    assert await day.ask("officer", "GET", f"{at}/note", expect=200) == kept
    assert all(text in words_of(kept) for text in ("Căn cước bản sao", "Trần Bưu Tá", "NP-0001"))

    # filed: from now on the agency owes the original back
    assert await duties(day) == {}
    await scanned(day, send, "collected", "arrived")
    await handed_over(day, send, "to_desk", giver=post_signs, taker=desk_signs)
    assert await duties(day) == {ORIGINAL: "at_agency"}

    # the result: the officer confirms the original, both sign, and their note names it
    back = await made(day, "return")
    [duty] = (await day.ask("officer", "GET", f"/api/v1/paper-duties?dossier={DOSSIER_NO}", expect=200))["data"]
    decision = {"decision": "goes", "consignment_no": back}
    path = f"/api/v1/paper-duties/{duty['duty_no']}/decision"
    await day.ask("officer", "POST", path, decision, expect=200)
    await sealed(day, back, "NP-0002", "Lê Cán Bộ")
    manifest = await handed_over(day, back, "to_post", giver=desk_signs, taker=post_signs)
    [line] = manifest["lines"]
    assert (line["seal_no"], line["warnings"]) == ("NP-0002", [])
    note = words_of(await day.ask("officer", "GET", f"/api/v1/consignments/{back}/note", expect=200))
    assert all(text in note for text in ("Kết quả", "Bản chính trả lại", LICENCE, f"Người ký {OFFICE}"))
    assert await duties(day) == {ORIGINAL: "on_the_way", LICENCE: "to_collect"}

    # delivered only with the old licence asked for; it goes home by itself, once
    day.pass_time(hours=3)
    plain = await delivery_of(day, back, "d1")
    refused = await day.ask("postman", "POST", "/api/v1/deliveries", plain, expect=409)
    assert (refused["code"], LICENCE in refused["detail"]) == ("delivery.withdrawals", True)
    whole = {**plain, "withdrawn": [{"name": LICENCE, "outcome": "collected"}]}
    for _ in range(2):
        done = await day.ask("postman", "POST", "/api/v1/deliveries", whole, expect=201)
    assert done["custody"]["state"] == "delivered"
    assert await duties(day) == {LICENCE: "on_the_way"}
    [home] = (await day.ask("officer", "GET", "/api/v1/consignments?leg=withdrawal", expect=200))["data"]
    assert (home["custody"]["state"], home["custody"]["office"]) == ("collected", OFFICE)
    listed = words_of(
        await day.ask("officer", "GET", f"/api/v1/consignments/{home['consignment_no']}/note", expect=200)
    )
    assert LICENCE in listed

    # at the desk: nothing is owed any more
    await handed_over(day, home["consignment_no"], "to_desk", giver=post_signs, taker=desk_signs)
    assert await duties(day) == {}
    assert await duties(day, "closed") == {ORIGINAL: "given_back", LICENCE: "handed_in"}
