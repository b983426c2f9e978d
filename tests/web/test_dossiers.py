"""Dossiers through the door: one, many, again, numbered, listed."""

from __future__ import annotations

import pytest

from postgw.web.schemas.dossiers import DossierOut, DossierPage, DossierRows, DossierTaken

from .conftest import DESK


async def test_a_new_dossier_is_created_under_its_own_address(gate) -> None:
    sent = gate.dossier()
    answer = await gate.post("/api/v1/dossiers", sent)
    shown = await answer.json()

    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/v1/dossiers/{sent['dossier_no']}"
    DossierTaken.model_validate_json(await answer.read())
    assert shown["dossier"]["applicant"]["phone"] == "0912000003"


async def test_an_equal_dossier_sent_again_is_the_same_one(gate) -> None:
    sent = gate.dossier()
    await gate.post("/api/v1/dossiers", sent)
    again = await gate.post("/api/v1/dossiers", sent)

    assert (again.status, (await again.json())["outcome"]) == (200, "same")


async def test_other_data_update_a_dossier_that_has_not_left(gate) -> None:
    sent = gate.dossier()
    await gate.post("/api/v1/dossiers", sent)
    again = await gate.post("/api/v1/dossiers", {**sent, "fee_dong": 30000})

    assert (again.status, (await again.json())["outcome"]) == (200, "updated")


async def test_other_data_after_booking_wait_for_an_officer(gate) -> None:
    sent = gate.dossier()
    await gate.post("/api/v1/dossiers", sent)
    await gate.post("/api/v1/consignments", {"dossier": sent["dossier_no"], "leg": "return", "book": True})
    asked = await gate.post("/api/v1/dossiers", {**sent, "note": "đổi"})
    waiting = (await (await gate.get("/api/v1/change-requests")).json())["data"]
    decided = await gate.post(f"/api/v1/change-requests/{waiting[0]['change_request_no']}/decision", {"accept": True})

    assert asked.status == 202
    assert waiting[0]["dossier"]["note"] == "đổi"
    assert (await decided.json())["note"] == "đổi"


async def test_a_batch_answers_row_by_row_and_keeps_the_good_ones(gate) -> None:
    good, other = gate.dossier(), gate.dossier()
    rows = [good, {**gate.dossier(), "procedure_code": "9.999999"}, {"dossier_no": 5}, other, good]
    answer = await gate.post("/api/v1/dossiers", {"dossiers": rows})
    results = (await answer.json())["results"]

    assert answer.status == 200
    assert [row["status"] for row in results] == [201, 422, 422, 201, 200]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/dossiers/1/procedure_code"
    assert results[2]["problem"]["errors"][0]["pointer"] == "/dossiers/2/dossier_no"
    DossierRows.model_validate_json(await answer.read())


async def test_a_dossier_is_found_by_its_number(gate) -> None:
    kept = await gate.sent()
    answer = await gate.get(f"/api/v1/dossiers/{kept['dossier_no']}")

    assert await answer.json() == kept
    DossierOut.model_validate_json(await answer.read())


@pytest.mark.parametrize("slash", ["/", "%2F"])
async def test_a_dossier_without_number_is_found_by_desk_and_reference(gate, slash: str) -> None:
    from yarl import URL

    kept = await gate.sent(dossier_no="", intake_ref="REF.1-a", service_form="send")
    answer = await gate.get(URL(f"/api/v1/dossiers/{DESK}{slash}REF.1-a", encoded=True))

    assert kept["key"] == f"{DESK}/REF.1-a"
    assert (await answer.json())["key"] == kept["key"]


async def test_a_desk_gives_a_dossier_its_number_once(gate) -> None:
    kept = await gate.sent(dossier_no="", intake_ref="REF-2", service_form="send")
    path = f"/api/v1/dossiers/{kept['key']}/number"
    given = await gate.post(path, {"dossier_no": "H27.10.20-261120-9001"})
    again = await gate.post("/api/v1/dossiers/H27.10.20-261120-9001/number", {"dossier_no": "H27.10.20-261120-9001"})
    other = await gate.post("/api/v1/dossiers/H27.10.20-261120-9001/number", {"dossier_no": "H27.10.20-261120-9002"})

    assert (await given.json())["dossier_no"] == "H27.10.20-261120-9001"
    assert (again.status, other.status) == (200, 409)


async def test_who_saw_an_older_version_may_not_number_it(gate) -> None:
    kept = await gate.sent(dossier_no="", intake_ref="REF-3", service_form="send")
    answer = await gate.post(
        f"/api/v1/dossiers/{kept['key']}/number", {"dossier_no": "H27.10.20-261120-9003"}, headers={"If-Match": '"old"'}
    )

    assert answer.status == 412


async def test_a_list_is_paged_without_gaps_or_repeats(gate) -> None:
    sent = [(await gate.sent())["key"] for _ in range(5)]
    seen, path = [], "/api/v1/dossiers?limit=2"
    while path:
        answer = await gate.get(path)
        DossierPage.model_validate_json(await answer.read())
        page = await answer.json()
        seen += [each["key"] for each in page["data"]]
        path = answer.links["next"]["url"].path_qs if page["next_cursor"] else ""

    assert sorted(seen) == sorted(sent)


async def test_a_list_names_nobody(gate) -> None:
    await gate.sent()

    assert "Diễn Tập" not in await (await gate.get("/api/v1/dossiers")).text()


async def test_a_foreign_desks_dossier_is_not_shown(gate) -> None:
    kept = await gate.sent()
    token = await gate.token_for("enquiry", unit="KA")

    assert (await gate.get(f"/api/v1/dossiers/{kept['key']}", token=token)).status == 404


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"dossier_no": "H27.10.20-991399-0001"}, "/dossier_no"),
        ({"procedure_code": "9.999999"}, "/procedure_code"),
        ({"applicant": {"name": "Nguy?n V?n A", "phone": "0912000003", "province": "x"}}, "/applicant/name"),
        ({"fee_dong": -1}, "/fee_dong"),
        ({"receiving_desk": "NO"}, "/receiving_desk"),
    ],
)
async def test_what_is_wrong_with_a_dossier_is_named_by_its_place(gate, wrong: dict, place: str) -> None:
    answer = await gate.post("/api/v1/dossiers", gate.dossier(**wrong))

    assert answer.status == 422
    assert (await answer.json())["errors"][0]["pointer"] == place


async def test_a_desk_does_not_hand_in_for_another_desk(gate) -> None:
    token = await gate.token_for("intake", unit="KA")
    refused = await gate.post("/api/v1/dossiers", gate.dossier(), token=token)

    assert (refused.status, (await refused.json())["code"]) == (422, "desk.foreign")
    assert await gate.house.database.reading.rows("SELECT id FROM dossier") == []


async def test_who_sends_a_dossier_again_on_what_is_old_is_told_so_and_nothing_changes(gate) -> None:
    body = gate.dossier()
    first = await gate.post("/api/v1/dossiers", body)
    seen = {"If-Match": first.headers["ETag"]}

    by_this = await gate.post("/api/v1/dossiers", {**body, "fee_dong": 1000}, headers=seen)
    by_other = await gate.post("/api/v1/dossiers", {**body, "fee_dong": 2000}, headers=seen)
    kept = await (await gate.get(f"/api/v1/dossiers/{(await first.json())['dossier']['key']}")).json()

    assert (by_this.status, (await by_this.json())["outcome"]) == (200, "updated")
    assert (by_other.status, (await by_other.json())["code"]) == (412, "etag.outdated")
    assert kept["fee_dong"] == 1000


@pytest.mark.parametrize("given", ["*", '"anything"'])
async def test_where_a_version_is_named_and_none_is_kept_no_dossier_is_made(gate, given: str) -> None:
    answer = await gate.post("/api/v1/dossiers", gate.dossier(), headers={"If-Match": given})

    assert (answer.status, (await answer.json())["code"]) == (412, "etag.outdated")
    assert (await (await gate.get("/api/v1/dossiers")).json())["data"] == []


async def test_a_version_is_named_of_one_dossier_and_not_of_many(gate) -> None:
    many = {"dossiers": [gate.dossier(), gate.dossier()]}
    answer = await gate.post("/api/v1/dossiers", many, headers={"If-Match": "*"})

    assert (answer.status, (await answer.json())["code"]) == (400, "etag.many")
    assert (await (await gate.get("/api/v1/dossiers")).json())["data"] == []
