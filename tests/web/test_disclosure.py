"""Nobody is told of a person without a written request, what was seen is written down, no unit sees another's."""

from __future__ import annotations

import base64
import csv
import io
import re
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY, SCOPES
from postgw.services.sittings import form_proof
from postgw.web.routes import API
from postgw.web.serve import PUBLIC

from .conftest import DESK, OFFICE, OTHER_DESK, Gate

ASKED = {
    "body": "Thanh tra tỉnh Hà Tĩnh", "document_no": "145/TTr-NV2", "document_on": "2026-11-20",
    "asked_by": "Chánh Thanh tra", "ground": "Luật Thanh tra",
}  # fmt: skip
SECRET = {"name": "Trịnh Thị Mộng Điệp", "phone": "0987612345", "address": "Ngõ Hoa Lài số 417", "commune": "xã Kỳ Lạc",
          "province": "tỉnh Hà Tĩnh", "commune_code": "18628"}  # fmt: skip


async def accesses(gate: Gate, query: str = "") -> list[dict[str, Any]]:
    return list((await (await gate.get(f"/api/v1/accesses?{query}")).json())["data"])


async def test_evidence_is_given_on_a_recorded_request_and_that_is_written_down(gate: Gate) -> None:
    key = (await gate.sent())["key"]
    first = await gate.post(f"/api/v1/dossiers/{key}/disclosure-requests", ASKED)
    again = await gate.post(f"/api/v1/dossiers/{key}/disclosure-requests", ASKED)
    number = (await first.json())["request_no"]

    pack = await gate.get(f"/api/v1/dossiers/{key}/evidence?request={number}")
    listed = (await (await gate.get("/api/v1/disclosure-requests")).json())["data"]

    assert (first.status, again.status, pack.status) == (201, 201, 200)
    assert await first.json() == await again.json() == listed[0]
    [seen] = await accesses(gate)
    assert (seen["kind"], seen["subject"], seen["request_no"], seen["purpose"]) == ("evidence", key, number, "")
    assert seen["digest"] == (await pack.json())["content_sha256"]
    assert (seen["seen_by"], seen["seen_at"]) == ("all", "2026-11-23T02:00:00Z")


@pytest.mark.parametrize("ending", ["evidence", "evidence.pdf"])
@pytest.mark.parametrize("query", ["", "request=YC-261123-0009", "purpose="])
async def test_without_a_ground_nothing_is_given_nor_written_down(gate: Gate, ending: str, query: str) -> None:
    key = (await gate.sent())["key"]

    answer = await gate.get(f"/api/v1/dossiers/{key}/{ending}?{query}")

    assert answer.status == 403
    assert (await answer.json())["code"] in {"disclosure.ground", "disclosure.unknown"}
    assert await accesses(gate) == []


async def test_a_request_for_one_dossier_opens_no_other(gate: Gate) -> None:
    key, other = (await gate.sent())["key"], (await gate.sent())["key"]
    number = (await (await gate.post(f"/api/v1/dossiers/{key}/disclosure-requests", ASKED)).json())["request_no"]

    assert (await gate.get(f"/api/v1/dossiers/{other}/evidence?request={number}")).status == 403


async def test_a_party_of_the_dossier_uses_its_own_records_and_says_what_for(gate: Gate) -> None:
    key = (await gate.sent())["key"]
    desk = await gate.token_for("evidence", unit=DESK)

    given = await gate.get(f"/api/v1/dossiers/{key}/evidence?purpose=complaint", token=desk)

    assert given.status == 200
    [seen] = await accesses(gate)
    assert (seen["purpose"], seen["unit"], seen["request_no"]) == ("complaint", DESK, "")


async def test_a_document_is_not_recorded_with_other_words_nor_from_tomorrow(gate: Gate) -> None:
    key = (await gate.sent())["key"]
    at = f"/api/v1/dossiers/{key}/disclosure-requests"
    await gate.post(at, ASKED)

    other = await gate.post(at, {**ASKED, "ground": "khác"})
    tomorrow = await gate.post(at, {**ASKED, "document_on": "2026-11-24"})
    unknown = await gate.post("/api/v1/dossiers/H27.10.20-261120-9999/disclosure-requests", ASKED)

    assert (other.status, tomorrow.status, unknown.status) == (409, 422, 404)


async def test_uncovering_names_on_the_desk_is_written_down_and_looking_without_them_is_not(gate: Gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    token = await gate.token_for("enquiry", unit=DESK)
    await gate.client.post("/signin", data={"token": token}, headers={"Sec-Fetch-Site": "same-origin"})

    covered = await gate.client.get(f"/desk/consignments/{number}")
    before = await accesses(gate)
    cookie = gate.client.session.cookie_jar.filter_cookies(gate.client.make_url("/"))["postgw"].value
    asked = {"proof": form_proof(cookie), "act": "show", "next": f"/desk/consignments/{number}"}
    named = await gate.client.post("/desk/names", data=asked, headers={"Sec-Fetch-Site": "same-origin"})

    assert (covered.status, named.status, before) == (200, 200, [])
    [seen] = await accesses(gate, f"subject={number}")
    assert (seen["kind"], seen["unit"], seen["seen_by"][0]) == ("names", DESK, "t")
    assert await accesses(gate, "subject=other") == []


async def test_only_an_administrator_reads_who_saw_what(gate: Gate) -> None:
    token = await gate.token_for("evidence", "enquiry", "money", "handover")

    for path in ("/api/v1/accesses", "/api/v1/retention"):
        assert (await gate.get(path, token=token)).status == 403


async def everything(gate: Gate, unit: str) -> str:
    """Return the token of somebody who may do every act, within a unit."""
    text, _ = await gate.house.services.accounts.issue(
        name=f"hand of {unit}", scopes=SCOPES, unit=unit, actor=GATEWAY, at=gate.clock[0]
    )
    return str(text)


async def signed(gate: Gate, number: str) -> str:
    """Hand an item to the post, signed by both sides; return the manifest's number."""
    signers = {}
    for kind, unit in (("desk", DESK), ("office", OFFICE)):
        body = {"unit_kind": kind, "unit": unit, "name": f"Người ký {unit}", "account": f"hand of {unit}",
                "valid_from": "2026-01-01"}  # fmt: skip
        signers[kind] = (await (await gate.post("/api/v1/signatories", body)).json())["signatory_no"]
    opened = {"desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": [number]}
    manifest_no = str((await (await gate.post("/api/v1/manifests", opened)).json())["manifest_no"])
    at = f"/api/v1/manifests/{manifest_no}"
    await gate.post(f"{at}/tick", {"number": number, "note": "=1+1"})
    await gate.post(f"{at}/close")
    for side, kind in (("giver", "desk"), ("taker", "office")):
        token = await everything(gate, {"desk": DESK, "office": OFFICE}[kind])
        answer = await gate.post(f"{at}/sign", {"side": side, "signatory_no": signers[kind]}, token=token)
        assert answer.status == 200, await answer.text()
    return manifest_no


@pytest.mark.parametrize(
    ("due_on", "standing"), [("2026-11-24", "before"), ("2026-11-23", "on"), ("2026-11-20", "after"), (None, "")]
)
async def test_the_rows_of_form_06_say_who_gave_who_received_when_and_how_it_stood(
    gate: Gate, due_on: str | None, standing: str
) -> None:
    key = (await gate.sent(**({"due_on": due_on} if due_on else {})))["key"]
    wanted = {"dossier": key, "leg": "return"}
    number = (await (await gate.post("/api/v1/consignments", wanted)).json())["consignment_no"]
    manifest_no = await signed(gate, number)

    [row] = (await (await gate.get(f"/api/v1/dossiers/{key}/handovers")).json())["data"]
    table = (await (await gate.get(f"/api/v1/dossiers/{key}/handovers.csv")).read()).decode("utf-8-sig")

    assert (row["giver_unit"], row["giver"]) == ("Một cửa Thạch Sơn", f"Người ký {DESK}")
    assert (row["taker_unit"], row["taker"]) == ("Bưu điện Hà Tĩnh", f"Người ký {OFFICE}")
    assert (row["given_at"], row["taken_at"]) == ("2026-11-23T02:00:00Z", "2026-11-23T02:00:00Z")
    assert (row["standing"], row["manifest_no"], row["leg"]) == (standing, manifest_no, "return")
    headings, cells = csv.reader(io.StringIO(table, newline=""), delimiter=";")
    assert dict(zip(headings, cells, strict=True))["Giờ, ngày giao"] == "09:00 23/11/2026"
    assert dict(zip(headings, cells, strict=True))["Ghi chú"] == "'=1+1"


async def test_a_dossier_of_another_unit_has_no_rows_to_show(gate: Gate) -> None:
    key = (await gate.sent())["key"]
    stranger = await gate.token_for("handover", unit=OTHER_DESK)

    assert (await gate.get(f"/api/v1/dossiers/{key}/handovers", token=stranger)).status == 404


async def furnished(gate: Gate) -> dict[str, str]:
    """Let a person of one desk leave traces everywhere; return what stands in the addresses that lead to them."""
    kept = await gate.sent(applicant=SECRET, return_to=SECRET)
    key = kept["key"]
    wanted = {"dossier": key, "leg": "return"}
    number = (await (await gate.post("/api/v1/consignments", wanted)).json())["consignment_no"]
    await gate.get(f"/api/v1/labels/{number}")
    await gate.post("/api/v1/receipt-series", {"series": "CHT26", "ledger": "postage", "unit": OFFICE})
    fee = {"fee_id": "1", "number": number, "ledger": "postage", "amount_dong": 30_000, "zone": "inter_district",
           "grams": 300, "price_dong": 30_000, "unit": OFFICE}  # fmt: skip
    receipt = (await (await gate.post("/api/v1/fees", fee)).json())["receipt_no"]
    manifest_no = await signed(gate, number)
    await gate.scan(number, "out_for_delivery", note=f"Gọi {SECRET['phone']}")
    text = f"Ngày;Nội dung;Ghi có\n23/11/2026;{SECRET['name']} {SECRET['phone']};8000\n"
    content = base64.b64encode(text.encode()).decode()
    token = await gate.token_for("money", unit=DESK)
    file = {"source": "bank", "account": "3500", "content": content}
    assert (await gate.post("/api/v1/reconciliations/files", file, token=token)).status == 201
    ask = {**ASKED, "ground": f"Đơn của {SECRET['name']}"}
    await gate.post(f"/api/v1/dossiers/{key}/disclosure-requests", ask)
    return {"key": key, "number": number, "receipt_no": receipt, "manifest_no": manifest_no, "year": "2026",
            "item_no": "RR473124829VN", "ordinal": "1"}  # fmt: skip


def asked_of(path: str, known: dict[str, str]) -> str:
    address = re.sub(r"\{(\w+)(?::[^}]*)?\}", lambda part: known.get(part[1], "x"), path)
    wanted = {"/evidence": "purpose=complaint", "/reconciliations": "source=bank"}
    return address + next((f"?{query}" for part, query in wanted.items() if part in address), "")


async def leaks(gate: Gate, known: dict[str, str], token: str) -> dict[str, int]:
    """Return the addresses whose answer names the person, with their status."""
    found = {}
    for route in API:
        if route.method == "GET" and "/events" not in route.path:
            answer = await gate.get(asked_of(route.path, known), token="" if route.scope == PUBLIC else token)
            assert answer.status < 500, route.path
            text = (await answer.read()).decode("utf-8", "replace")
            if any(SECRET[part] in text for part in ("name", "phone", "address")):
                found[route.path] = answer.status
    return found


async def test_no_address_shows_another_units_person(gate: Gate) -> None:
    known = await furnished(gate)
    stranger, owner = await everything(gate, OTHER_DESK), await everything(gate, DESK)

    shown = await leaks(gate, known, owner)

    assert await leaks(gate, known, stranger) == {}
    assert {"/api/v1/consignments/{number}", "/api/v1/reconciliations/table.csv", "/api/v1/reconciliations"} <= set(
        shown
    )
    assert any(path.endswith("/evidence") for path in shown)
