"""Filing, asking again, sending back, promising and choosing, through the real door."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2

from postgw.rules.procedures import load_procedures

from .conftest import DESK, OFFICE, OTHER_DESK, PROCEDURE, Gate

LISTED = next(each for each in load_procedures() if each.code == PROCEDURE).papers[0].name
SAME_DAY = next(each.code for each in load_procedures() if each.same_day and "both" in each.forms)
ASKED = {"papers": [{"name": LISTED, "kind": "copy"}], "reason": "Bản nộp bị mờ."}
WHY = {"code": "not_eligible", "reasons": "Thửa đất đang có tranh chấp.", "fault": "agency"}
RESULT = {"papers": [{"name": "Quyết định", "kind": "original"}]}


async def asked(gate: Gate, method: str, path: str, body: Any = None, *, expect: int = 201) -> dict[str, Any]:
    answer = await gate.ask(method, path, json=body)
    assert answer.status == expect, await answer.text()
    return dict(await answer.json())


async def signers(gate: Gate) -> tuple[str, str]:
    made = [
        await asked(gate, "POST", "/api/v1/signatories", {
            "unit_kind": kind, "unit": unit, "name": f"Người ký {unit}", "valid_from": "2026-01-01",
        })
        for kind, unit in (("office", OFFICE), ("desk", DESK))
    ]  # fmt: skip
    return made[0]["signatory_no"], made[1]["signatory_no"]


async def filed(gate: Gate, **rest: Any) -> str:
    """Let a dossier be filed; return its address."""
    key = (await gate.sent(**rest))["key"]
    await arrived(gate, key)
    return f"/api/v1/dossiers/{key}"


async def arrived(gate: Gate, key: str) -> dict[str, Any]:
    """Let papers of a dossier come by post and be signed for."""
    made = await asked(gate, "POST", "/api/v1/consignments", {"dossier": key, "leg": "send"})
    await signed(gate, made["consignment_no"], "to_desk")
    return made


async def signed(gate: Gate, number: str, direction: str) -> None:
    office, desk = await signers(gate)
    body = {"desk": DESK, "office": OFFICE, "direction": direction, "numbers": [number]}
    at = f"/api/v1/manifests/{(await asked(gate, 'POST', '/api/v1/manifests', body))['manifest_no']}"
    await asked(gate, "POST", f"{at}/tick", {"number": at.rsplit("/", 1)[1]}, expect=200)
    await asked(gate, "POST", f"{at}/close", expect=200)
    hands = (office, desk) if direction == "to_desk" else (desk, office)
    for side, signatory in zip(("giver", "taker"), hands, strict=True):
        hand = {"side": side, "signatory_no": signatory, "way": "paper", "signed_at": gate.clock[0].isoformat()}
        await asked(gate, "POST", f"{at}/sign", hand, expect=200)


async def test_what_is_signed_after_three_begins_on_the_next_working_day(gate: Gate) -> None:
    gate.clock[0] = datetime(2026, 11, 27, 8, 1, tzinfo=UTC)  # a Friday, 15:01

    at = await filed(gate)

    shown = await asked(gate, "GET", f"{at}/filing", expect=200)
    assert shown["in_force"]["agency_starts_on"] == "2026-11-30"
    assert shown["in_force"]["source"].startswith("BB-")


async def test_a_dossier_that_was_never_signed_for_is_not_filed(gate: Gate) -> None:
    at = f"/api/v1/dossiers/{(await gate.sent())['key']}"

    assert (await asked(gate, "GET", f"{at}/filing", expect=200))["state"] == "none"
    for path, body in (("supplements", ASKED), ("rejection", WHY)):
        assert (await asked(gate, "POST", f"{at}/{path}", body, expect=409))["code"] == "filing.none"


async def test_a_second_posting_of_a_filed_dossier_moves_nothing(gate: Gate) -> None:
    at = await filed(gate)
    before = await asked(gate, "GET", f"{at}/filing", expect=200)
    gate.clock[0] += timedelta(days=1)

    await arrived(gate, at.removeprefix("/api/v1/dossiers/"))

    assert await asked(gate, "GET", f"{at}/filing", expect=200) == before


async def test_a_paper_beyond_the_list_is_not_asked_for(gate: Gate) -> None:
    at = await filed(gate)
    beyond = {**ASKED, "papers": [{"name": "Giấy xác nhận tình trạng", "kind": "copy"}]}

    refused = await asked(gate, "POST", f"{at}/supplements", beyond, expect=422)

    assert (refused["code"], refused["errors"][0]["pointer"]) == ("procedure.beyond_list", "/papers/0")


async def test_the_desks_statement_completes_the_supplement_and_moves_the_filing(gate: Gate) -> None:
    at = await filed(gate)
    first = (await asked(gate, "GET", f"{at}/filing", expect=200))["in_force"]
    request = await asked(gate, "POST", f"{at}/supplements", ASKED)
    gate.clock[0] += timedelta(days=1)
    early = await asked(gate, "POST", f"{at}/supplements/completion", {"completed_at": "2026-11-22T09:00:00+07:00"},
                        expect=422)  # fmt: skip

    done = await asked(gate, "POST", f"{at}/supplements/completion", {}, expect=200)
    again = await asked(gate, "POST", f"{at}/supplements/completion", {}, expect=200)

    assert early["code"] == "supplement.moment"
    assert done == again
    assert (done["supplement"]["state"], done["filing"]["source"]) == ("completed", request["supplement_no"])
    assert done["filing"]["corrects"] == first["notice_id"]
    assert (await asked(gate, "GET", at, expect=200))["due_on"] is None  # the due date stays the desk's


async def test_what_no_manifest_filed_is_not_mended_by_one(gate: Gate) -> None:
    at = await filed(gate)
    await asked(gate, "POST", f"{at}/supplements", ASKED)
    gate.clock[0] += timedelta(hours=1)
    await asked(gate, "POST", f"{at}/supplements/completion", {}, expect=200)
    office, desk = await signers(gate)
    now = gate.clock[0].isoformat()
    draft = {
        "record_no": "DC-1", "filed_at": "2026-11-23T08:00:00+07:00", "reason": "Ghi nhầm", "desk_signatory": desk,
        "desk_signed_at": now, "office_signatory": office, "office_signed_at": now,
    }  # fmt: skip

    refused = await asked(gate, "POST", f"{at}/filing/corrections", draft, expect=409)

    assert refused["code"] == "correction.no_manifest"


async def test_a_result_does_not_go_home_with_papers_that_were_sent_back(gate: Gate) -> None:
    at = await filed(gate)
    home = (await asked(gate, "POST", f"{at}/rejection", WHY))["consignment_no"]
    gate.clock[0] += timedelta(days=1)
    await arrived(gate, at.removeprefix("/api/v1/dossiers/"))

    refused = await asked(gate, "POST", f"{at}/result-ready", RESULT, expect=409)

    assert (refused["code"], home in refused["link"]) == ("consignment.live", True)


async def test_a_supplement_may_travel_for_a_dossier_whose_citizen_only_receives(gate: Gate) -> None:
    key = (await gate.sent(service_form="return"))["key"]
    closed = await asked(gate, "POST", "/api/v1/consignments", {"dossier": key, "leg": "send"}, expect=422)
    await asked(gate, "POST", f"/api/v1/dossiers/{key}/supplements", ASKED)
    gate.clock[0] += timedelta(minutes=5)

    made = await arrived(gate, key)

    assert closed["code"] == "leg.not_chosen"
    assert made["collect_dong"] == 0
    shown = await asked(gate, "GET", f"/api/v1/dossiers/{key}/filing", expect=200)
    assert [row["ground"] for row in shown["history"]] == ["supplement"]
    requests = (await asked(gate, "GET", f"/api/v1/dossiers/{key}/supplements", expect=200))["data"]
    assert [(row["state"], row["consignment_no"]) for row in requests] == [("completed", made["consignment_no"])]


async def test_the_slip_of_a_supplement_lists_what_was_asked_for(gate: Gate) -> None:
    at = await filed(gate)
    await asked(gate, "POST", f"{at}/supplements", ASKED)
    gate.clock[0] += timedelta(minutes=5)
    key = at.removeprefix("/api/v1/dossiers/")
    made = await asked(gate, "POST", "/api/v1/consignments", {"dossier": key, "leg": "send"})

    text = words(await pdf(gate, f"/api/v1/consignments/{made['consignment_no']}/note"))

    assert "Gửi phần bổ sung hồ sơ" in text
    assert LISTED[:30] in text


async def test_a_rejection_after_three_working_days_is_kept_and_shown_as_late(gate: Gate) -> None:
    at = await filed(gate)
    gate.clock[0] += timedelta(days=4)  # from Monday to Friday

    made = await asked(gate, "POST", f"{at}/rejection", WHY)

    assert (made["limit_on"], made["is_late"], made["paid_by"]) == ("2026-11-26", True, "agency")
    note = words(await pdf(gate, f"/api/v1/consignments/{made['consignment_no']}/note"))
    assert "Trả lại hồ sơ" in note
    form = words(await pdf(gate, f"{at}/rejection/paper"))
    assert "quá hạn" in form
    assert "Mẫu số 03" in form


async def test_a_rejection_wants_a_reason_of_the_list(gate: Gate) -> None:
    at = await filed(gate)

    refused = await asked(gate, "POST", f"{at}/rejection", {**WHY, "code": "no_wish"}, expect=422)

    assert (refused["code"], refused["errors"][0]["pointer"]) == ("reason", "/code")


async def test_a_rejection_lets_what_was_asked_lapse_and_a_new_filing_stands_again(gate: Gate) -> None:
    at = await filed(gate)
    await asked(gate, "POST", f"{at}/supplements", ASKED)
    await asked(gate, "POST", f"{at}/rejection", {**WHY, "code": "incomplete"})
    assert (await asked(gate, "GET", f"{at}/supplements", expect=200))["data"][0]["state"] == "lapsed"
    gate.clock[0] += timedelta(days=1)

    await arrived(gate, at.removeprefix("/api/v1/dossiers/"))

    shown = await asked(gate, "GET", f"{at}/filing", expect=200)
    assert (shown["state"], [row["ground"] for row in shown["history"]]) == ("stands", ["manifest", "manifest"])


async def test_the_form_may_change_until_collection_and_keeps_its_history(gate: Gate) -> None:
    key = (await gate.sent(consent_at="2026-11-22T09:00:00+07:00"))["key"]
    at = f"/api/v1/dossiers/{key}/service-form"

    changed = await asked(gate, "POST", at, {"service_form": "send"}, expect=200)
    same = await asked(gate, "POST", at, {"service_form": "send"}, expect=200)

    assert changed == same == await asked(gate, "GET", at, expect=200)
    assert [(row["old_form"], row["new_form"]) for row in changed["changes"]] == [("both", "send")]
    made = await asked(gate, "POST", "/api/v1/consignments", {"dossier": key, "leg": "send"})
    live = await asked(gate, "POST", at, {"service_form": "return"}, expect=409)
    await gate.scan(made["consignment_no"], "collected", office=OFFICE)
    late = await asked(gate, "POST", at, {"service_form": "both"}, expect=409)
    assert (live["code"], late["code"]) == ("form.consignment", "form.collected")
    assert "trước khi Bưu điện thu gom" in late["detail"]


async def test_a_form_that_the_procedure_leaves_out_is_refused_with_its_reason(gate: Gate) -> None:
    partly = next(each for each in load_procedures() if each.forms == ("return",))
    key = (await gate.sent(procedure_code=partly.code, service_form="return", papers=[]))["key"]

    refused = await asked(gate, "POST", f"/api/v1/dossiers/{key}/service-form", {"service_form": "both"}, expect=422)

    assert refused["code"] == "procedure.excluded"
    assert partly.excluded_reason in refused["detail"]


async def test_the_post_may_not_refuse_without_a_lawful_ground(gate: Gate) -> None:
    number = (await gate.consignment())["consignment_no"]

    bare = await asked(gate, "POST", f"/api/v1/consignments/{number}/cancel", {"reason": "post_refused"}, expect=422)
    lawful = await gate.post(f"/api/v1/consignments/{number}/cancel", {"reason": "papers_missing"})

    assert bare["code"] == "reason.unlawful"
    assert "papers_missing" in bare["detail"]
    assert lawful.status in {200, 202}


async def test_an_excluded_procedure_is_taken_when_another_company_brought_it(gate: Gate) -> None:
    excluded = next(each.code for each in load_procedures() if not each.forms)
    brought = {"procedure_code": excluded, "service_form": "send", "papers": []}
    refused = await asked(gate, "POST", "/api/v1/dossiers", gate.dossier(**brought), expect=422)

    kept = await gate.sent(**brought, arrived_by="Viettel Post", arrived_no="VT1")

    send = {"dossier": kept["key"], "leg": "send"}
    assert refused["code"] == "procedure.excluded"
    assert (await asked(gate, "POST", "/api/v1/consignments", send, expect=422))["code"] == "leg.other_carrier"


async def test_a_same_day_procedure_asks_for_the_post_at_once(gate: Gate) -> None:
    windows = {
        "desk": DESK, "office": OFFICE, "valid_from": "2026-11-23", "reason": "Thoả thuận",
        "windows": [{"weekday": 1, "from_time": "15:00", "to_time": "16:00"}],
    }  # fmt: skip
    first = await asked(gate, "POST", "/api/v1/pickup-windows", windows)
    assert await asked(gate, "POST", "/api/v1/pickup-windows", windows) == first
    assert len((await asked(gate, "GET", "/api/v1/pickup-windows", expect=200))["data"]) == 1

    await filed(gate, procedure_code=SAME_DAY, papers=[])

    tasks = (await asked(gate, "GET", "/api/v1/pickup-tasks", expect=200))["data"]
    assert [(row["kind"], row["pickup_no"]) for row in tasks] == [("same_day", "TG-TS-261123-1500")]
    events = await asked(gate, "GET", "/api/v1/events?after=0", expect=200)
    assert "same_day.pickup" in str(events)


async def test_a_result_books_the_next_window_and_without_one_waits_until_somebody_books(gate: Gate) -> None:
    first, second = [f"/api/v1/dossiers/{(await gate.sent(service_form='return'))['key']}" for _ in range(2)]
    unbooked = await asked(gate, "POST", f"{first}/result-ready", RESULT)
    listed = await asked(gate, "GET", "/api/v1/results?state=to_book", expect=200)
    coming = {"desk": DESK, "office": OFFICE, "on": "2026-11-25", "from_time": "08:00", "to_time": "09:00"}
    booked = await asked(gate, "POST", "/api/v1/pickups", coming)
    windows = {
        "desk": DESK, "office": OFFICE, "valid_from": "2026-11-23", "reason": "Thoả thuận",
        "windows": [{"weekday": 2, "from_time": "08:00", "to_time": "09:00"}],
    }  # fmt: skip
    await asked(gate, "POST", "/api/v1/pickup-windows", windows)

    by_window = await asked(gate, "POST", f"{second}/result-ready", RESULT)

    assert (unbooked["pickup_no"], len(listed["data"])) == ("", 1)
    assert (await asked(gate, "GET", f"{first}/result", expect=200))["pickup_no"] == booked["pickup_no"]
    assert by_window["pickup_no"] == "TG-TS-261124-0800"


async def test_waiting_results_are_listed_oldest_first_page_by_page_with_their_age(gate: Gate) -> None:
    for day in (20, 18, 19):
        key = (await gate.sent(service_form="return"))["key"]
        ready = {**RESULT, "ready_at": f"2026-11-{day}T09:00:00+07:00"}
        await asked(gate, "POST", f"/api/v1/dossiers/{key}/result-ready", ready)

    first = await asked(gate, "GET", "/api/v1/results?limit=2", expect=200)
    last = await asked(gate, "GET", f"/api/v1/results?limit=2&cursor={first['next_cursor']}", expect=200)

    assert [row["age_days"] for row in [*first["data"], *last["data"]]] == [3, 2, 1]
    assert last["next_cursor"] == ""


async def test_a_result_that_the_citizen_fetches_makes_no_consignment(gate: Gate) -> None:
    at = await filed(gate, service_form="send")

    result = await asked(gate, "POST", f"{at}/result-ready", RESULT)

    assert (result["way"], result["consignment_no"]) == ("counter", "")
    assert len((await asked(gate, "GET", "/api/v1/results?state=counter", expect=200))["data"]) == 1


async def test_another_desk_sees_and_does_nothing_of_it(gate: Gate) -> None:
    at = await filed(gate)
    await asked(gate, "POST", f"{at}/appointment", {"due_on": "2026-12-07", "slip_no": "GH-1"})
    await asked(gate, "POST", f"{at}/result-ready", RESULT)
    stranger = await gate.token_for("enquiry", "intake", "labels", "handover", unit=OTHER_DESK)

    for path in ("filing", "appointment/paper", "supplements", "rejection", "result", "service-form"):
        assert (await gate.get(f"{at}/{path}", token=stranger)).status == 404
    for path, body in (("supplements", ASKED), ("rejection", WHY), ("result-ready", RESULT)):
        assert (await gate.post(f"{at}/{path}", body, token=stranger)).status == 404
    for path in ("results", "supplements", "filings/without-due", "pickup-tasks"):
        assert (await (await gate.get(f"/api/v1/{path}", token=stranger)).json())["data"] == []


async def test_the_forms_bear_the_title_of_their_day(gate: Gate) -> None:
    at = await filed(gate)
    assert (await gate.get(f"{at}/appointment/paper")).status == 404
    promise = {"due_on": "2026-12-07", "slip_no": "GH-1", "sets": 2, "statutory_time": "10 ngày làm việc"}
    await asked(gate, "POST", f"{at}/appointment", promise)
    await asked(gate, "POST", f"{at}/supplements", ASKED)

    one, two = words(await pdf(gate, f"{at}/appointment/paper")), words(await pdf(gate, f"{at}/supplements/1/paper"))

    for said in ("Mẫu số 01", "Thông tư 03/2025/TT-VPCP", "02 bộ", "10 ngày làm việc", "07/12/2026"):
        assert said in one
    assert "Mẫu số 02" in two
    for wrong in ("2", "x", "0"):
        assert (await gate.get(f"{at}/supplements/{wrong}/paper")).status == 404


async def pdf(gate: Gate, path: str) -> bytes:
    answer = await gate.get(path)
    assert answer.status == 200, await answer.text()
    return await answer.read()


def words(document: bytes) -> str:
    with pypdfium2.PdfDocument(document) as opened:
        text = " ".join(page.get_textpage().get_text_bounded() for page in opened)
    return " ".join(unicodedata.normalize("NFC", text).split())
