"""Reports, quality, ratings, the wall and closings at the door: forms, scopes, units, and what is refused."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pypdfium2
import pytest

from postgw.domain.report import FIGURES
from postgw.web.pages.drawing import drawn

from .conftest import AT, DESK, OFFICE, OTHER_DESK, Gate

REPORT = "/api/v1/reports/2026-Q4"


async def taken(gate: Gate) -> str:
    """Let the post take over the result of a new dossier; return its number."""
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected", office=OFFICE)
    return str(made["consignment_no"])


async def read(gate: Gate, path: str, **rest: Any) -> Any:
    answer = await gate.get(path, **rest)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def test_a_report_says_who_where_when_and_what(gate: Gate) -> None:
    await taken(gate)
    report = await read(gate, REPORT)

    assert (report["title"], report["first_on"], report["last_on"]) == (
        "Báo cáo quý 4 năm 2026", "2026-10-01", "2026-12-31",
    )  # fmt: skip
    assert (report["before_on"], report["addressee"]) == ("2027-01-10", "Sở Khoa học và Công nghệ")
    assert set(report["figures"]) == set(FIGURES)
    assert report["breakdowns"]["desk"][0]["name"] == "Một cửa Thạch Sơn"


async def test_a_report_in_a_workbook_holds_the_same_figures(gate: Gate) -> None:
    await taken(gate)
    report, file = await read(gate, REPORT), await (await gate.get(f"{REPORT}?format=xlsx")).read()
    sheet = openpyxl.load_workbook(io.BytesIO(file))["Chỉ tiêu"]
    told = {row[1].value: row[2].value for row in sheet.iter_rows(min_row=2)}

    assert {figure.title: report["figures"][code] for code, figure in FIGURES.items()}.items() <= told.items()


async def test_a_report_as_csv_is_read_by_a_spreadsheet_program(gate: Gate) -> None:
    await taken(gate)
    answer = await gate.get(f"{REPORT}?format=csv")
    rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"), newline=""), delimiter=";"))

    assert answer.headers["Content-Disposition"].endswith('"bao-cao-2026-Q4.csv"')
    assert ["Dịch vụ và sản lượng", "Tổng số bưu gửi đã nhận", "1"] in rows


async def test_a_report_on_paper_says_that_it_is_a_draft_and_a_rehearsal(gate: Gate) -> None:
    with pypdfium2.PdfDocument(await (await gate.get(f"{REPORT}?format=pdf")).read()) as document:
        text = document[0].get_textpage().get_text_range()

    assert "DỰ THẢO" in text
    assert "DIỄN TẬP" in text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/reports/2026-H2", 422, "report.period"), ("/api/v1/reports/2027-Q2", 422, "report.future"),
        (f"{REPORT}?version=3", 404, "report.version"), (f"{REPORT}?unit=XX", 404, "unit.unknown"),
        (f"{REPORT}/lists/weather", 404, "report.figure"), ("/api/v1/quality?quarter=2026-Q4", 422, "quality.quarter"),
        ("/api/v1/quality?quarter=2020-Q1", 422, "quality.quarter"),
        ("/api/v1/quality?quarter=2025", 422, "quality.quarter"),
    ],
)  # fmt: skip
async def test_what_cannot_be_reported_is_refused_with_its_reason(
    gate: Gate, path: str, status: int, code: str
) -> None:
    answer = await gate.get(path)

    assert (answer.status, (await answer.json())["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/api/v1/reports", REPORT, "/api/v1/satisfaction", "/api/v1/satisfaction/comments"])
async def test_reports_want_their_own_scope(gate: Gate, path: str) -> None:
    token = await gate.token_for("enquiry", "admin")

    assert (await gate.get(path, token=token)).status == 403


async def test_a_desk_is_shown_nothing_of_another_on_the_wall_or_in_a_report(gate: Gate) -> None:
    await taken(gate)
    token = await gate.token_for("enquiry", "reports", unit=OTHER_DESK)
    wall = await read(gate, "/api/v1/wall", token=token)
    listed = await read(gate, f"/api/v1/wall/transit?unit={DESK}", token=token)

    assert (wall["totals"]["transit"]["count"], wall["desks"], listed["data"]) == (0, [], [])
    assert (await read(gate, REPORT, token=token))["figures"]["accepted"] == 0


async def test_only_the_dossiers_own_desk_closes_it(gate: Gate) -> None:
    key = (await gate.sent())["key"]
    told = {"at": AT.isoformat()}
    stranger = await gate.token_for("intake", unit=OTHER_DESK)
    future = {"at": (AT + timedelta(minutes=1)).isoformat()}

    assert (await gate.post(f"/api/v1/dossiers/{key}/closed", told, token=stranger)).status == 404
    assert (await gate.post(f"/api/v1/dossiers/{key}/closed", future)).status == 422
    assert (await gate.post(f"/api/v1/dossiers/{key}/closed", told)).status == 200


async def test_a_result_the_citizen_fetched_is_settled_when_the_desk_closes(gate: Gate) -> None:
    made = await gate.consignment()
    await gate.post(f"/api/v1/dossiers/{made['dossier_no']}/closed", {"at": AT.isoformat()})
    before = await read(gate, "/api/v1/dossiers/unsettled?kind=closed_undelivered")
    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/cancel", {"reason": "citizen_collects"})
    after = await read(gate, "/api/v1/dossiers/unsettled?kind=closed_undelivered")

    assert ([each["state"] for each in before["data"]], after["data"]) == (["registered"], [])


async def test_the_quality_page_may_draw_what_was_achieved(gate: Gate) -> None:
    achieved = await gate.house.services.reports.quality("", at=AT)
    page = drawn("quality_achieved.html", {"achieved": achieved}, language="en", now=AT)

    assert "Achieved in quarter 3 of 2026" in page
    assert page.count("no figures yet") == 3


async def test_the_text_of_a_delivered_result_asks_for_a_rating_in_one_message(gate: Gate) -> None:
    number = await taken(gate)
    proof = {"receiver_name": "Nguyễn Diễn Tập", "id_kind": "passport", "id_tail": "4821", "remarks": "không"}
    moment = AT.isoformat()
    told = {"number": number, "scan_id": "d", "device": "d", "device_at": moment, "sent_at": moment, "proof": proof}
    assert (await gate.post("/api/v1/deliveries", told)).status == 201
    messaging = replace(gate.house.services.messaging, public_url="https://hoso.hatinh.gov.vn", rehearsal=False)
    while await gate.house.services.notices.send_due(at=AT) + await messaging.send_due(at=AT):
        pass
    assert gate.house.rehearsal_messenger is not None
    texts = [message.text for message in gate.house.rehearsal_messenger.sent]
    [asking] = [text for text in texts if "đánh giá" in text]
    link = asking.partition("https://hoso.hatinh.gov.vn")[2]

    assert len(asking.removeprefix("[DIỄN TẬP] ")) <= 160
    assert "Đã giao kết quả" in asking
    assert (await gate.get(link, token="")).status == 200
