"""Publishing procedures, and reading what is published, through the door."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
import pytest

from postgw.web.schemas.catalogue import (
    DisagreementList,
    ProcedureList,
    ProcedureStandingOut,
    QualityOut,
    ServicePointOut,
    ServicePointPage,
    VersionList,
    VersionOut,
)

PROCEDURES = "/api/v1/procedures"
TODAY, TOMORROW, YESTERDAY = "2026-11-23", "2026-11-24", "2026-11-22"
FORM = {"name": "Tờ khai", "kind": "original"}
BIRTH = {"name": "Giấy khai sinh", "kind": "copy", "quantity": 2}
PORTAL = {"origin": "portal", "source": "Cổng của tỉnh", "papers": [FORM, BIRTH]}
NATIONAL = {"origin": "national", "source": "CSDL quốc gia", "papers": [FORM, {"name": "Sổ hộ khẩu", "kind": "copy"}]}
ALL = ["send", "return", "both"]


def draft(**more: Any) -> dict[str, Any]:
    return {
        "code": "9.000001", "name": "Đăng ký việc thử", "sector": "Thử", "level": "commune", "agency": "UBND cấp xã",
        "forms": ALL, "lists": [PORTAL], "valid_from": TODAY, "reason": "QĐ 1/QĐ-UBND", **more,
    }  # fmt: skip


async def published(gate: Any, **more: Any) -> dict[str, Any]:
    answer = await gate.post(PROCEDURES, draft(**more))
    assert answer.status == 201, await answer.text()
    shown: dict[str, Any] = await answer.json()
    VersionOut.model_validate(shown)
    return shown


async def problem(gate: Any, path: str, body: Any) -> tuple[int, str, str]:
    answer = await gate.post(path, body)
    told = await answer.json()
    return answer.status, told["code"], told["errors"][0]["pointer"] if told["errors"] else ""


async def listed(gate: Any, query: str = "") -> list[dict[str, Any]]:
    answer = await gate.get(f"{PROCEDURES}{query}", token="")
    assert answer.status == 200, await answer.text()
    shown = await answer.json()
    ProcedureList.model_validate(shown)
    found: list[dict[str, Any]] = shown["data"]
    return found


async def test_a_procedure_is_published_with_author_reason_and_moment(gate):
    shown = await published(gate)

    assert (shown["author"], shown["reason"]) == ("all", "QĐ 1/QĐ-UBND")
    assert shown["published_at"] == "2026-11-23T02:00:00Z"
    assert [line["name"] for line in shown["procedure"]["papers"]] == ["Tờ khai", "Giấy khai sinh"]


async def test_the_same_version_again_is_the_same_answer_and_no_second_row(gate):
    first = await published(gate)
    again = await published(gate, reason="gửi lại")

    assert again == first
    assert len((await (await gate.get(f"{PROCEDURES}/9.000001/versions")).json())["data"]) == 1


async def test_a_version_in_use_is_never_changed(gate):
    await published(gate)

    assert await problem(gate, PROCEDURES, draft(fee_dong=5000)) == (409, "publication.taken", "/valid_from")


async def test_a_version_begins_in_the_past_only_where_nothing_was_published(gate):
    await published(gate, valid_from=YESTERDAY)
    told = await problem(gate, PROCEDURES, draft(valid_from="2026-11-21", fee_dong=1))

    assert told == (422, "dated.past", "/valid_from")


async def test_a_version_of_tomorrow_changes_nothing_today(gate):
    await published(gate)
    await published(gate, valid_from=TOMORROW, name="Tên mới")

    one = f"{PROCEDURES}/9.000001"
    names = [
        (await (await gate.get(f"{one}{on}", token="")).json())["procedure"]["name"] for on in ("", "?on=2026-11-24")
    ]
    assert names == ["Đăng ký việc thử", "Tên mới"]


async def test_a_dossier_keeps_the_version_it_started_under(gate):
    await published(gate)
    number = await consignment_of(gate, "9.000001")
    await published(gate, valid_from=TOMORROW, name="Tên mới")
    gate.clock[0] = gate.clock[0].replace(day=25)
    later = await consignment_of(gate, "9.000001")

    assert ["Tên mới" in await words_of_note(gate, each) for each in (number, later)] == [False, True]


async def consignment_of(gate: Any, procedure_code: str) -> str:
    key = (await gate.sent(procedure_code=procedure_code))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    return str(made["consignment_no"])


async def words_of_note(gate: Any, number: str) -> str:
    answer = await gate.get(f"/api/v1/consignments/{number}/note")
    assert answer.status == 200, await answer.text()
    return " ".join(str(pdfium.PdfDocument(await answer.read())[0].get_textpage().get_text_bounded()).split())


async def test_the_history_of_a_procedure_is_public_but_not_who_wrote_it(gate):
    await published(gate)
    await published(gate, valid_from=TOMORROW, name="Tên mới", reason="QĐ 2/QĐ-UBND")
    shown = await (await gate.get(f"{PROCEDURES}/9.000001", token="")).json()
    ProcedureStandingOut.model_validate(shown)

    assert [(row["valid_from"], row["reason"]) for row in shown["versions"]] == [
        (TOMORROW, "QĐ 2/QĐ-UBND"), (TODAY, "QĐ 1/QĐ-UBND"),
    ]  # fmt: skip


async def test_a_procedure_that_ended_is_no_longer_listed_nor_taken_in(gate):
    await published(gate, valid_from=YESTERDAY, valid_to=TODAY)

    assert await listed(gate, "?q=viec+thu") == []
    assert (await gate.get(f"{PROCEDURES}/9.000001", token="")).status == 404
    assert (await gate.get(f"{PROCEDURES}/9.000001?on={YESTERDAY}", token="")).status == 200
    taken = await gate.post("/api/v1/dossiers", gate.dossier(procedure_code="9.000001"))
    assert (taken.status, (await taken.json())["code"]) == (422, "procedure.unknown")


async def test_what_is_excluded_is_refused_at_the_desk_with_the_reason(gate):
    await published(gate, forms=[], lists=[], excluded_reason="Người làm thủ tục phải có mặt.")
    taken = await gate.post("/api/v1/dossiers", gate.dossier(procedure_code="9.000001"))

    assert taken.status == 422
    assert "Người làm thủ tục phải có mặt." in (await taken.json())["detail"]


async def test_the_portal_wins_and_an_officer_sees_where_the_lists_differ(gate):
    await published(gate, lists=[NATIONAL, PORTAL])
    [one] = await listed(gate, "?q=viec+thu")
    assert one["source"] == "Cổng của tỉnh"

    reader = await gate.token_for("enquiry")
    shown = await (await gate.get(f"{PROCEDURES}/differences", token=reader)).json()
    DisagreementList.model_validate(shown)
    [found] = shown["data"]
    assert found["code"] == "9.000001"
    assert [(each["name"], each["what"]) for each in found["differences"]] == [
        ("Giấy khai sinh", ["missing"]), ("Sổ hộ khẩu", ["missing"]),
    ]  # fmt: skip


async def test_a_difference_that_was_mended_is_no_longer_shown(gate):
    await published(gate, lists=[NATIONAL, PORTAL])
    await published(gate, lists=[{**NATIONAL, "papers": PORTAL["papers"]}, PORTAL], valid_from=TOMORROW)
    gate.clock[0] = gate.clock[0].replace(day=24)

    assert (await (await gate.get(f"{PROCEDURES}/differences")).json())["data"] == []


async def test_versions_are_shown_whole_to_staff_with_both_lists(gate):
    await published(gate, lists=[NATIONAL, PORTAL])
    shown = await (await gate.get(f"{PROCEDURES}/9.000001/versions")).json()
    VersionList.model_validate(shown)

    assert [one["origin"] for one in shown["data"][0]["lists"]] == ["national", "portal"]


@pytest.mark.parametrize(
    "query", ["?q=DANG+KY+viec", "?q=việc+thử", "?sector=Thử", "?q=9.000001", "?q=viec&level=commune"]
)
async def test_a_procedure_is_found_without_accents_by_sector_and_level(gate, query):
    await published(gate)

    assert "9.000001" in [each["code"] for each in await listed(gate, query)]


@pytest.mark.parametrize("query", ["?q=viec+khac+han", "?sector=Hộ+tịch", "?q=viec+thu&level=province"])
async def test_what_is_not_looked_for_is_not_found(gate, query):
    await published(gate)

    assert "9.000001" not in [each["code"] for each in await listed(gate, query)]


async def test_only_an_administrator_publishes(gate):
    token = await gate.token_for("enquiry", "intake")

    for path, body in ((PROCEDURES, draft()), ("/api/v1/service-points", POINT)):
        assert (await gate.post(path, body, token=token)).status == 403


@pytest.mark.parametrize("code", ["9.999999", "x", "9.000001.H27.."])
async def test_an_unknown_procedure_is_not_found(gate, code):
    for path in (f"{PROCEDURES}/{code}", f"{PROCEDURES}/{code}/versions"):
        assert (await gate.get(path)).status == 404


async def test_the_quality_owed_is_public(gate):
    shown = await (await gate.get("/api/v1/quality-targets", token="")).json()
    QualityOut.model_validate(shown)

    assert shown["safety_percent"] == 100
    assert [(row["span"], row["plain_days"], row["with_slip_days"]) for row in shown["transit"]] == [
        ("same_district", 1, 2), ("same_province", 2, 4), ("between_cities", 3, 6), ("other_provinces", 4, 8),
    ]  # fmt: skip


POINT = {
    "code": "CX", "kind": "desk", "name": "Trung tâm Cẩm Xuyên", "commune_code": "18754", "phone": "0239 3855 555",
    "email": "cx@hatinh.invalid", "website": "https://cx.invalid", "opening_hours": "7:30 đến 16:30",
}  # fmt: skip


async def test_a_service_point_is_published_with_how_to_reach_it(gate):
    made = await gate.post("/api/v1/service-points", POINT)
    shown = await made.json()
    ServicePointOut.model_validate(shown)
    assert (shown["phone"], bool(shown["commune"]), bool(shown["province"])) == ("02393855555", True, True)

    answer = await (await gate.get("/api/v1/service-points?commune=18754", token="")).json()
    ServicePointPage.model_validate(answer)
    assert answer["data"] == [shown]


async def test_a_known_service_point_gets_its_new_data_and_keeps_its_kind(gate):
    await gate.post("/api/v1/service-points", POINT)
    await gate.post("/api/v1/service-points", {**POINT, "phone": "02393855556"})

    [shown] = (await (await gate.get("/api/v1/service-points?commune=18754", token="")).json())["data"]
    assert shown["phone"] == "02393855556"
    assert await problem(gate, "/api/v1/service-points", {**POINT, "kind": "office"}) == (409, "unit.taken", "/code")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"commune_code": "99999"}, "/commune_code"), ({"phone": "gọi"}, "/phone"), ({"email": "x"}, "/email"),
        ({"website": "javascript:1"}, "/website"), ({"name": " "}, "/name"),
    ],
)  # fmt: skip
async def test_a_service_point_that_nobody_could_reach_is_refused(gate, wrong, field):
    status, _, pointer = await problem(gate, "/api/v1/service-points", {**POINT, **wrong})

    assert (status, pointer) == (422, field)


async def test_service_points_come_page_by_page(gate):
    first = await (await gate.get("/api/v1/service-points?limit=2", token="")).json()
    second = await (await gate.get(f"/api/v1/service-points?limit=2&cursor={first['next_cursor']}", token="")).json()

    assert [len(first["data"]), len(second["data"]), second["next_cursor"]] == [2, 1, ""]
