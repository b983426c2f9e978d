"""What is inside an envelope, through the real door: checked, sealed, owed, withdrawn, signed for."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pypdfium2

from .conftest import DESK, OFFICE, OTHER_DESK, PERSON, Gate

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nx").decode()
PDF = base64.b64encode(b"%PDF-1.7 uy quyen").decode()
FORM, IDENTITY = "Tờ khai cấp bản sao Trích lục hộ tịch", "Giấy tờ tùy thân của người yêu cầu"
WHOLE = [{"name": FORM, "kind": "original"}, {"name": IDENTITY, "kind": "certified"}]
OLD = {"name": "Thẻ cũ", "kind": "original", "must_withdraw": True}
OWED = {"name": "Giấy khai sinh", "kind": "original", "must_return": True}
SEAL = {"seal_no": "NP-1", "packed_by": "Trần Diễn Tập", "witness": "Lê Diễn Tập"}


async def made(gate: Gate, leg: str = "send", **dossier: Any) -> str:
    key = (await gate.sent(**dossier))["key"]
    answer = await gate.post("/api/v1/consignments", {"dossier": key, "leg": leg})
    return str((await answer.json())["consignment_no"])


async def asked(gate: Gate, path: str, body: Any, **rest: Any) -> tuple[int, dict[str, Any]]:
    answer = await gate.post(f"/api/v1{path}", body, **rest)
    return answer.status, await answer.json()


async def listed(gate: Gate, path: str, **rest: Any) -> list[dict[str, Any]]:
    answer = await gate.get(f"/api/v1{path}", **rest)
    assert answer.status == 200, await answer.text()
    return list((await answer.json())["data"])


def check(check_id: str = "c1", **rest: Any) -> dict[str, Any]:
    return {"check_id": check_id, "citizen": PERSON["name"], "present": WHOLE, "office": OFFICE, **rest}


def delivery(gate: Gate, number: str, **rest: Any) -> dict[str, Any]:
    moment = gate.clock[0].isoformat()
    proof = {"receiver_name": "A", "id_kind": "citizen_id", "id_tail": "4821", "remarks": "none"}
    told = {"number": number, "proof": proof, "scan_id": "p", "device": "d", "device_at": moment, "sent_at": moment}
    return {**told, "office": OFFICE, **rest}


async def handed(gate: Gate, number: str, direction: str) -> dict[str, Any]:
    """Let both hands sign for one item; return the manifest."""
    who: dict[str, str] = {}
    for kind, unit in (("desk", DESK), ("office", OFFICE)):
        person = {"unit_kind": kind, "unit": unit, "name": f"Người ký {unit}", "valid_from": "2026-01-01"}
        who[kind] = (await asked(gate, "/signatories", person))[1]["signatory_no"]
    body = {"desk": DESK, "office": OFFICE, "direction": direction, "numbers": [number]}
    _, manifest = await asked(gate, "/manifests", body)
    at = f"/manifests/{manifest['manifest_no']}"
    await gate.post(f"/api/v1{at}/tick", {"number": number})
    await gate.post(f"/api/v1{at}/close")
    sides = ("desk", "office") if direction == "to_post" else ("office", "desk")
    for side, kind in zip(("giver", "taker"), sides, strict=True):
        signature = {"side": side, "signatory_no": who[kind], "way": "paper", "signed_at": gate.clock[0].isoformat()}
        status, manifest = await asked(gate, f"{at}/sign", signature)
        assert status == 200, manifest
    return manifest


async def owing(gate: Gate) -> tuple[str, dict[str, Any]]:
    """Let the agency owe an original; return the dossier's key and the duty."""
    key = (await gate.sent(papers=[OWED, *WHOLE]))["key"]
    _, sent = await asked(gate, "/consignments", {"dossier": key, "leg": "send"})
    await handed(gate, sent["consignment_no"], "to_desk")
    [duty] = await listed(gate, f"/paper-duties?desk={DESK}&state=open")
    return key, duty


# --- the check --------------------------------------------------------------------------------------------------------


async def test_a_check_told_twice_is_one_check(gate: Gate) -> None:
    number = await made(gate)

    answers = [await asked(gate, f"/consignments/{number}/paper-checks", check()) for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0][1]["complete"]
    assert len(await listed(gate, f"/consignments/{number}/paper-checks")) == 1


async def test_a_paper_outside_the_list_is_not_demanded(gate: Gate) -> None:
    number = await made(gate)

    status, problem = await asked(
        gate, f"/consignments/{number}/paper-checks", check(missing=["Sổ hộ khẩu"], guided=True)
    )

    assert (status, problem["code"], problem["errors"][0]["pointer"]) == (422, "procedure.beyond_list", "/missing/0")
    assert await listed(gate, f"/consignments/{number}/paper-checks") == []


async def test_what_is_missing_is_told_with_who_guided_and_when(gate: Gate) -> None:
    number = await made(gate)

    status, kept = await asked(
        gate, f"/consignments/{number}/paper-checks", check(present=WHOLE[:1], missing=[IDENTITY], guided=True)
    )

    assert (status, kept["complete"], kept["missing"], kept["guided_by"]) == (201, False, [IDENTITY], "all")
    assert kept["guided_at"] == "2026-11-23T02:00:00Z"


async def test_the_last_check_is_the_paper_list_of_the_note(gate: Gate) -> None:
    number = await made(gate, papers=[{"name": "Giấy không ai đưa", "kind": "copy"}])
    await asked(gate, f"/consignments/{number}/paper-checks", check(present=[*WHOLE, {"name": "Sổ X", "kind": "copy"}]))

    note = await note_words(gate, number)

    assert FORM in note
    assert "Sổ X" in note
    assert "Giấy không ai đưa" not in note


async def test_a_post_office_checks_at_the_door_and_another_desk_does_not(gate: Gate) -> None:
    number = await made(gate)
    post, other = await gate.token_for("handover", unit=OFFICE), await gate.token_for("handover", unit=OTHER_DESK)
    path = f"/consignments/{number}/paper-checks"

    statuses = [(await asked(gate, path, check(f"c-{n}"), token=t))[0] for n, t in enumerate((post, other))]

    assert statuses == [201, 404]
    assert len(await listed(gate, path, token=post)) == 1
    assert (await gate.get(f"/api/v1{path}", token=other)).status == 404


async def test_a_result_is_not_checked_against_the_list(gate: Gate) -> None:
    number = await made(gate, "return")

    status, problem = await asked(gate, f"/consignments/{number}/paper-checks", check())

    assert (status, problem["code"]) == (409, "check.leg")


async def test_what_has_arrived_is_not_checked_any_more(gate: Gate) -> None:
    number = await made(gate)
    await handed(gate, number, "to_desk")

    status, problem = await asked(gate, f"/consignments/{number}/paper-checks", check())

    assert (status, problem["code"]) == (409, "check.ended")


# --- packing ----------------------------------------------------------------------------------------------------------


async def test_a_seal_on_another_live_item_is_refused_with_who_and_when(gate: Gate) -> None:
    first, second = await made(gate), await made(gate)
    await asked(gate, f"/consignments/{first}/packings", SEAL)

    status, problem = await asked(gate, f"/consignments/{second}/packings", {**SEAL, "seal_no": "np-1"})

    assert (status, problem["code"]) == (409, "seal.taken")
    assert all(word in problem["detail"] for word in (first, "all", "09:00 23/11/2026"))


async def test_packed_again_the_older_packing_stays(gate: Gate) -> None:
    number = await made(gate)
    path = f"/consignments/{number}/packings"
    for _ in range(2):
        assert (await asked(gate, path, SEAL))[0] == 201
    again = {**SEAL, "seal_no": "NP-2"}
    assert (await asked(gate, path, again))[0] == 422

    await asked(gate, path, {**again, "reason": "Rách bao bì", "inventory": "Đủ hai giấy tờ, không ướt"})

    packings = await listed(gate, path)
    assert [(each["ordinal"], each["seal_no"], each["witness_of"]) for each in packings] == [
        (1, "NP-1", "citizen"), (2, "NP-2", "citizen"),
    ]  # fmt: skip


async def test_an_agency_seals_only_under_an_agreement_in_force(gate: Gate) -> None:
    number = await made(gate, "return")
    by_agency = {"seal_no": "CQ-1", "sealed_by": "agency", "packed_by": "Lê Cán Bộ"}
    path = f"/consignments/{number}/packings"
    assert (await asked(gate, path, by_agency))[1]["code"] == "agreement.none"
    agreement = {"desk": DESK, "covers": "200 bằng tốt nghiệp", "valid_from": "2026-11-23", "reason": "Thoả thuận 1"}
    begun = [await asked(gate, "/bulk-agreements", agreement) for _ in range(2)]
    number_of = begun[0][1]["agreement_no"]

    status, packed = await asked(gate, path, {**by_agency, "agreement_no": number_of})

    assert begun[0] == begun[1]
    assert (status, packed["sealed_by"], packed["agreement_no"]) == (201, "agency", number_of)
    await asked(gate, f"/bulk-agreements/{number_of}/end", {"on": "2026-11-23", "reason": "Đã giao xong"})
    other = await made(gate, "return")
    late = await asked(
        gate, f"/consignments/{other}/packings", {**by_agency, "seal_no": "CQ-2", "agreement_no": number_of}
    )
    assert (late[0], late[1]["code"]) == (409, "agreement.none")
    assert [each["in_force"] for each in await listed(gate, "/bulk-agreements")] == [False]


async def test_an_agreement_is_not_ended_in_the_past(gate: Gate) -> None:
    agreement = {"desk": DESK, "covers": "x", "valid_from": "2026-11-01", "reason": "r"}
    number = (await asked(gate, "/bulk-agreements", agreement))[1]["agreement_no"]

    status, problem = await asked(gate, f"/bulk-agreements/{number}/end", {"on": "2026-11-22", "reason": "r"})

    assert (status, problem["code"]) == (422, "agreement.past")


async def test_a_manifest_shows_the_seal_and_warns_of_what_is_wanting(gate: Gate) -> None:
    key, _ = await owing(gate)
    _, back = await asked(gate, "/consignments", {"dossier": key, "leg": "return"})
    body = {"desk": DESK, "office": OFFICE, "direction": "to_post", "numbers": [back["consignment_no"]]}
    _, manifest = await asked(gate, "/manifests", body)
    await asked(gate, f"/consignments/{back['consignment_no']}/packings", SEAL)

    sealed = await (await gate.get(f"/api/v1/manifests/{manifest['manifest_no']}")).json()

    assert manifest["lines"][0]["warnings"] == ["unsealed", "originals_owed"]
    assert (sealed["lines"][0]["seal_no"], sealed["lines"][0]["warnings"]) == ("NP-1", ["originals_owed"])


# --- what is owed -----------------------------------------------------------------------------------------------------


async def test_an_original_is_owed_from_the_signed_handover_on(gate: Gate) -> None:
    _, duty = await owing(gate)
    gate.clock[0] += timedelta(days=4)

    [shown] = await listed(gate, f"/paper-duties?desk={DESK}&state=open")

    assert (shown["name"], shown["kind"], shown["stage"]) == ("Giấy khai sinh", "owed", "at_agency")
    assert (duty["age_days"], shown["age_days"]) == (0, 4)


async def test_a_result_without_the_original_leaves_the_debt_open(gate: Gate) -> None:
    key, _ = await owing(gate)
    _, back = await asked(gate, "/consignments", {"dossier": key, "leg": "return"})
    draft = await note_words(gate, back["consignment_no"])
    await handed(gate, back["consignment_no"], "to_post")
    await gate.post("/api/v1/deliveries", delivery(gate, back["consignment_no"]))

    [duty] = await listed(gate, f"/paper-duties?dossier={key}")

    assert "chờ xác nhận" in draft
    assert "Bản chính" not in await note_words(gate, back["consignment_no"])
    assert (duty["stage"], duty["open"]) == ("at_agency", True)


async def test_a_result_that_comes_home_brings_the_debt_back(gate: Gate) -> None:
    key, duty = await owing(gate)
    _, back = await asked(gate, "/consignments", {"dossier": key, "leg": "return"})
    number = back["consignment_no"]
    decision = {"decision": "goes", "consignment_no": number}
    path = f"/paper-duties/{duty['duty_no']}/decision"
    assert (await asked(gate, path, decision))[1]["stage"] == "confirmed"
    await handed(gate, number, "to_post")
    gate.clock[0] += timedelta(hours=1)
    assert (await asked(gate, path, {"decision": "stays", "reason": "r"}))[1]["code"] == "duty.gone"
    await gate.scan(number, "returning", reason="sender_asked")
    gate.clock[0] += timedelta(hours=1)
    await handed(gate, number, "to_desk")

    [shown] = await listed(gate, f"/paper-duties?dossier={key}&state=open")

    assert (shown["stage"], shown["carried_by"]) == ("at_agency", number)


async def test_an_original_stays_only_with_a_reason(gate: Gate) -> None:
    _, duty = await owing(gate)
    path = f"/paper-duties/{duty['duty_no']}/decision"

    bare = await asked(gate, path, {"decision": "stays"})
    told = await asked(gate, path, {"decision": "stays", "reason": "Toà án đang giữ để giám định"})

    assert (bare[0], bare[1]["errors"][0]["pointer"]) == (422, "/reason")
    assert (told[0], told[1]["stage"], told[1]["open"]) == (200, "stays", True)


async def test_an_original_does_not_go_with_a_strangers_result(gate: Gate) -> None:
    _, duty = await owing(gate)
    other = await made(gate, "return")

    status, problem = await asked(
        gate, f"/paper-duties/{duty['duty_no']}/decision", {"decision": "goes", "consignment_no": other}
    )

    assert (status, problem["errors"][0]["pointer"]) == (404, "/consignment_no")


async def test_a_desk_sees_its_own_duties(gate: Gate) -> None:
    await owing(gate)
    mine, other = await gate.token_for("handover", unit=DESK), await gate.token_for("handover", unit=OTHER_DESK)

    assert len(await listed(gate, "/paper-duties", token=mine)) == 1
    assert await listed(gate, "/paper-duties", token=other) == []
    assert (await gate.get(f"/api/v1/paper-duties?desk={DESK}", token=other)).status == 404


async def test_an_original_is_not_said_to_go_with_what_has_left(gate: Gate) -> None:
    key, duty = await owing(gate)
    _, back = await asked(gate, "/consignments", {"dossier": key, "leg": "return"})
    await gate.scan(back["consignment_no"], "collected", office=OFFICE)

    decision = {"decision": "goes", "consignment_no": back["consignment_no"]}
    status, problem = await asked(gate, f"/paper-duties/{duty['duty_no']}/decision", decision)

    assert (status, problem["code"]) == (409, "consignment.left")


# --- withdrawing ------------------------------------------------------------------------------------------------------


async def test_a_lost_paper_is_told_to_the_desk_with_the_citizens_word(gate: Gate) -> None:
    number = await made(gate, "return", papers=[OLD])
    lost = {"name": "thẻ cũ", "outcome": "lost", "note": "Mất ngày 01/11, đã báo công an"}

    bare = await asked(gate, "/deliveries", delivery(gate, number, withdrawn=[{**lost, "note": ""}]))
    told = await asked(gate, "/deliveries", delivery(gate, number, withdrawn=[lost]))

    assert (bare[0], bare[1]["errors"][0]["pointer"], told[0]) == (422, "/withdrawn/0/note", 201)
    [duty] = await listed(gate, f"/paper-duties?desk={DESK}&state=closed")
    assert (duty["stage"], duty["outcome_note"]) == ("reported_lost", lost["note"])
    kinds = [event["notice"]["type"] for event in await listed(gate, "/events")]
    assert "vn.postgw.papers.lost.v1" in kinds
    assert await listed(gate, "/consignments?leg=withdrawal") == []


async def test_nothing_is_kept_of_a_delivery_that_left_an_old_paper_out(gate: Gate) -> None:
    number = await made(gate, "return", papers=[OLD])

    status, problem = await asked(gate, "/deliveries", delivery(gate, number))

    shown = await (await gate.get(f"/api/v1/consignments/{number}")).json()
    assert (status, problem["code"], shown["custody"]["state"]) == (409, "delivery.withdrawals", "registered")


async def test_collected_papers_join_the_withdrawal_that_lives_already(gate: Gate) -> None:
    number = await made(gate, "return", papers=[OLD, {**OLD, "name": "Sổ cũ"}])
    key = (await (await gate.get(f"/api/v1/consignments/{number}")).json())["dossier_no"]
    _, known = await asked(gate, "/consignments", {"dossier": key, "leg": "withdrawal"})
    both = [{"name": name, "outcome": "collected"} for name in ("Thẻ cũ", "Sổ cũ")]

    await asked(gate, "/deliveries", delivery(gate, number, withdrawn=both))

    duties = await listed(gate, f"/paper-duties?dossier={key}")
    assert {duty["carried_by"] for duty in duties} == {known["consignment_no"]}
    [home] = await listed(gate, "/consignments?leg=withdrawal")
    assert home["custody"]["state"] == "collected"


async def test_a_paper_that_went_in_with_the_dossier_is_not_asked_for_again(gate: Gate) -> None:
    key = (await gate.sent(papers=[*WHOLE, OLD]))["key"]
    _, sent = await asked(gate, "/consignments", {"dossier": key, "leg": "send"})
    handed_in = check(present=[*WHOLE, {"name": OLD["name"], "kind": "original"}])
    await asked(gate, f"/consignments/{sent['consignment_no']}/paper-checks", handed_in)
    _, back = await asked(gate, "/consignments", {"dossier": key, "leg": "return"})

    status, _ = await asked(gate, "/deliveries", delivery(gate, back["consignment_no"]))

    assert status == 201


# --- the note ---------------------------------------------------------------------------------------------------------


async def note_words(gate: Gate, number: str) -> str:
    with pypdfium2.PdfDocument(await (await gate.get(f"/api/v1/consignments/{number}/note")).read()) as document:
        return str(document[0].get_textpage().get_text_bounded()).replace("\r\n", " ")


async def signed(gate: Gate, number: str, side: str, name: str) -> tuple[int, dict[str, Any]]:
    body = {"side": side, "name": name, "signature_png": PNG}
    return await asked(gate, f"/consignments/{number}/note/signatures", body)


async def test_a_signed_note_stays_byte_for_byte_whatever_changes(gate: Gate) -> None:
    number = await made(gate)
    await signed(gate, number, "consignor", PERSON["name"])
    gate.clock[0] += timedelta(minutes=3)
    status, standing = await signed(gate, number, "post", "Trần Diễn Tập")
    kept = await (await gate.get(f"/api/v1/consignments/{number}/note")).read()
    await asked(gate, f"/consignments/{number}/packings", SEAL)
    await gate.scan(number, "collected", office=OFFICE)

    after = await (await gate.get(f"/api/v1/consignments/{number}/note")).read()

    assert (status, standing["frozen_at"]) == (201, "2026-11-23T02:03:00Z")
    assert after == kept
    words = await note_words(gate, number)
    assert all(text in words for text in ("Ký lúc 09:00 23/11/2026", "Ký lúc 09:03 23/11/2026", "Chấp nhận: 09:03"))


async def test_each_side_signs_once_and_nobody_signs_both(gate: Gate) -> None:
    number = await made(gate)
    for _ in range(2):
        assert (await signed(gate, number, "consignor", "Nguyễn A"))[0] == 201

    other, both = await signed(gate, number, "consignor", "Lê B"), await signed(gate, number, "post", "Nguyễn A")

    assert (other[0], other[1]["code"]) == (409, "note.signed")
    assert (both[0], both[1]["code"]) == (403, "note.both_sides")


async def test_words_that_change_between_two_signatures_are_signed_anew(gate: Gate) -> None:
    number = await made(gate)
    await signed(gate, number, "consignor", "Nguyễn A")
    await asked(gate, f"/consignments/{number}/paper-checks", check())

    _, standing = await signed(gate, number, "post", "Trần B")
    _, whole = await signed(gate, number, "consignor", "Nguyễn A")

    assert (standing["frozen_at"], [each["side"] for each in standing["signatures"]]) == (None, ["post"])
    assert whole["frozen_at"]
    late = await asked(gate, f"/consignments/{number}/paper-checks", check("c2"))
    assert (late[0], late[1]["code"]) == (409, "note.frozen")


async def test_the_notes_of_an_agency_are_signed_by_the_manifest(gate: Gate) -> None:
    number = await made(gate, "return")
    assert (await signed(gate, number, "post", "Trần B"))[1]["code"] == "note.by_manifest"

    manifest = await handed(gate, number, "to_post")

    standing = await (await gate.get(f"/api/v1/consignments/{number}/note/signatures")).json()
    assert {each["way"] for each in standing["signatures"]} == {manifest["manifest_no"]}
    assert standing["frozen_at"]
    assert f"Người ký {DESK}" in await note_words(gate, number)


async def test_the_note_bears_the_postage_that_was_taken(gate: Gate) -> None:
    number = await made(gate)
    await asked(gate, "/receipt-series", {"series": "CHT26", "ledger": "postage", "unit": OFFICE})
    postage = {"fee_id": "1", "number": number, "ledger": "postage", "amount_dong": 15_000, "unit": OFFICE,
               "zone": "in_district", "grams": 90, "price_dong": 15_000}  # fmt: skip
    before = await note_words(gate, number)
    status, _ = await asked(gate, "/fees", postage)

    words = await note_words(gate, number)

    assert status == 201
    assert "chưa gồm cước" in before
    assert "Cước, đã thu (phiếu thu CHT26-000001)" in words
    assert "15.000 ₫" in words
    assert "chưa gồm cước" not in words


# --- the original register --------------------------------------------------------------------------------------------


async def test_the_register_is_signed_only_by_written_authorisation(gate: Gate) -> None:
    number = await made(gate, "return")
    signing = {"authorisation_no": "UQ-1", "register_name": "Sổ gốc bằng", "entry": "Q3/41", "worker": "Trần B"}
    path = f"/consignments/{number}/register-signings"
    refused = await asked(gate, path, signing)
    given = {"reference": "UQ 12", "worker": "Trần B", "seen_by": "Lê C", "document": PDF}
    _, kept = await asked(gate, f"/consignments/{number}/register-authorisations", given)
    signing["authorisation_no"] = kept["authorisation_no"]

    answers = [await asked(gate, path, signing) for _ in range(2)]
    stranger = await asked(gate, path, {**signing, "worker": "Người khác"})

    assert (refused[0], refused[1]["code"]) == (409, "register.no_authorisation")
    assert answers[0] == answers[1]
    assert answers[0][0] == 201
    assert (stranger[0], stranger[1]["code"]) == (409, "register.no_authorisation")
    assert len(await listed(gate, path)) == 1


async def test_an_authorisation_gives_its_document_back_and_no_other_kind_is_taken(gate: Gate) -> None:
    number = await made(gate, "return")
    path = f"/consignments/{number}/register-authorisations"
    given = {"reference": "UQ 12", "worker": "Trần B", "seen_by": "Lê C", "document": PDF}
    _, kept = await asked(gate, path, given)

    answer = await gate.get(f"/api/v1{path}/{kept['authorisation_no']}")
    bad = await asked(gate, path, {**given, "document": base64.b64encode(b"MZ\x90").decode()})

    assert (await answer.read(), answer.content_type) == (b"%PDF-1.7 uy quyen", "application/pdf")
    assert (bad[0], bad[1]["code"]) == (422, "document.media")
    assert [each["reference"] for each in await listed(gate, path)] == ["UQ 12"]
