"""Apologies and reports at the desk: one new day, issued once; a figure and the list that adds up to it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest


@pytest.fixture
async def dossier_no(gate) -> str:
    """Give a dossier whose result is due tomorrow."""
    return str((await gate.sent(service_form="return", due_on="2026-11-24"))["dossier_no"])


async def test_a_draft_is_issued_by_a_lead_with_its_reason_and_one_new_day(gate, browser, dossier_no, said) -> None:
    await browser.sign_in("enquiry", "cases", unit="TS")
    assert "Không có gì ở đây." in said((await browser.open("/desk/apologies"))[1])
    drafted = [await browser.send("/desk/apologies", dossier=dossier_no) for _ in range(2)]
    place = drafted[0].headers["Location"]
    page = (await browser.open(place))[1]

    assert drafted[1].headers["Location"] == place
    assert dossier_no in (await browser.open("/desk/apologies"))[1]
    assert "Phát hành đến hết thứ Hai 23/11 là đúng hạn" in said(page)
    assert "Phụ trách đơn vị làm." in said(page)
    assert "Nguyễn Thị Diễn Tập" not in page
    assert (await browser.send(place, what="issue", reason="x", new_due_on="27/11/2026")).status == 403

    await browser.sign_in("enquiry", "cases", "lead", unit="TS")
    reason = "Chờ Sở Tư pháp trả lời."
    sunday = await browser.send(place, what="issue", reason=reason, new_due_on="29/11/2026")
    issued = [await browser.send(place, what="issue", reason=reason, new_due_on="27/11/2026") for _ in range(2)]
    withdrawn = await browser.send(place, what="withdraw", reason="Đã có kết quả")

    assert (sunday.status, [each.status for each in issued], withdrawn.status) == (422, [303, 303], 409)
    words = await sunday.text()
    assert "là ngày nghỉ" in words
    assert reason in words
    assert 'value="29/11/2026"' in words
    assert "Hẹn mới thứ Sáu 27/11" in said((await browser.open(place))[1])
    assert dossier_no in (await browser.open("/desk/apologies?state=issued"))[1]
    listed = await browser.ask("GET", "/desk/apologies/list.csv?state=issued")
    assert reason in (await listed.read()).decode("utf-8-sig")
    assert (await browser.ask("GET", f"{place}/letter.pdf")).content_type == "application/pdf"


async def test_a_draft_that_is_late_says_so_and_may_be_withdrawn(gate, browser, dossier_no, said) -> None:
    await gate.post("/api/v1/apologies", {"dossier": dossier_no})
    gate.clock[0] += timedelta(days=1)
    await browser.sign_in("enquiry", "cases", "lead", unit="TS")
    page = (await browser.open("/desk/apologies"))[1]
    place = re.findall(r'href="(/desk/apologies/[^/"?]+)"', page)[0]

    assert "Đã đến hạn thứ Ba 24/11" in said(page)
    assert "Đã quá ngày xin lỗi đúng hạn" in said((await browser.open(place))[1])
    await browser.send(place, what="withdraw", reason="Kết quả đã có.")
    assert "Đã rút. Vẫn chậm thì lập phiếu mới." in said((await browser.open(place))[1])

    await browser.sign_in("enquiry", "cases", "lead", unit="KA")
    assert (await browser.ask("GET", place)).status == 404


async def test_a_figure_opens_the_list_that_it_counts_and_a_running_period_is_not_issued(gate, browser, said) -> None:
    number = (await gate.consignment("return"))["consignment_no"]
    await gate.scan(number, "collected", office="480000")
    await browser.sign_in("enquiry", "reports", "lead", unit="TS")

    assert "2026-Q4" in (await browser.open("/desk/reports"))[1]
    report = said((await browser.open("/desk/reports/2026-Q4"))[1])
    page = (await browser.open("/desk/reports/2026-Q4/figures/accepted"))[1]
    assert "Tổng số bưu gửi đã nhận 1" in report
    assert "Chưa được: kỳ chưa hết." in report
    assert f"/desk/consignments/{number}" in page
    assert (await browser.send("/desk/reports/2026-Q4", unit="", seen="", reason="")).status == 409
    kinds = ("csv", "xlsx", "pdf")
    assert [(await browser.ask("GET", f"/desk/reports/2026-Q4/report.{kind}")).status for kind in kinds] == [200] * 3
    listed = await browser.ask("GET", "/desk/reports/2026-Q4/figures/accepted/list.csv")
    assert number in (await listed.read()).decode("utf-8-sig")
    assert (await browser.open("/desk/reports/2026-Q9"))[0] == 422
    assert (await browser.open("/desk/reports/2026-Q4/figures/x"))[0] == 404
    assert "Chưa có ý kiến nào hiện được." in said((await browser.open("/desk/reports/comments"))[1])


async def test_a_report_is_issued_once_and_a_correction_wants_its_reason(gate, browser, said) -> None:
    number = (await gate.consignment("return"))["consignment_no"]
    await gate.scan(number, "collected", office="480000")
    gate.clock[0] += timedelta(days=45)
    await browser.sign_in("enquiry", "reports", "lead", unit="TS")
    place = "/desk/reports/2026-Q4"

    first = [await browser.send(place, unit="", seen="", reason="") for _ in range(2)]
    assert [each.status for each in first] == [303, 303]
    assert "Bản 1, phát hành" in said((await browser.open(place))[1])
    assert "Đã phát hành" in said((await browser.open("/desk/reports"))[1])

    token = await gate.token_for("enquiry", "reports", "lead", unit="TS")
    await gate.scan(number, "lost", office="480000", device_at="2026-12-01T08:00:00+07:00")
    gate.clock[0] += timedelta(hours=1)
    without = await browser.send(place, unit="", seen="1", reason="")
    made = await gate.post("/api/v1/reports/2026-Q4/issue", {"reason": "Ghi mất muộn", "unit": ""}, token=token)
    second = await browser.send(place, unit="", seen="1", reason="Cũng vậy")

    assert (without.status, made.status, second.status) == (409, 200, 409)
    assert "Ghi lý do để phát hành bản đính chính" in said(await without.text())
    assert "vừa phát hành bản 2" in said(await second.text())
