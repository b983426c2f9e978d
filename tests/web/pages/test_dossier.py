"""One dossier on one page: its way, clocks, papers and money, what may be done, and who acted meanwhile."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest

from postgw.domain.post_account import PostAccount
from postgw.domain.time_limit import Zone
from postgw.storage import calendar, consignments

OFFICER = ("enquiry", "intake", "labels", "booking", "handover", "money", "cases")
FAULTS = {"fault": "citizen", "cost_dong": "30.000"}


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found if name not in {"proof", "next"}}


async def acted(browser: Any, path: str, **typed: str) -> Any:
    """Open the form of an act and send it."""
    status, page = await browser.open(path)
    assert status == 200, page
    return await browser.send(path.partition("?")[0], **{**hidden(page), **typed})


@pytest.fixture
async def made(gate):
    """Give a consignment that the post has taken, with the key of its dossier."""
    made = await gate.consignment()
    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/book")
    await gate.scan(made["consignment_no"], "collected")
    row = await gate.house.database.reading.row("SELECT dossier_no FROM dossier")
    return {**made, "key": row["dossier_no"], "page": f"/desk/dossiers/{row['dossier_no']}"}


@pytest.fixture
async def officer(browser):
    """Give the browser of an officer of the desk."""
    await browser.sign_in(*OFFICER, unit="TS")
    return browser


async def version_of(gate: Any, number: str) -> int:
    row = await gate.house.database.reading.row("SELECT version FROM consignment WHERE consignment_no = $1", number)
    return int(row["version"])


async def test_the_page_says_who_holds_it_what_happened_and_how_fresh_that_is(gate, officer, made, said) -> None:
    gate.clock[0] += timedelta(minutes=40)
    status, page = await officer.open(made["page"])
    words = said(page)

    assert status == 200
    assert "Ai đang giữ Bưu điện Từ 09:00, 40 phút trước" in words
    assert "Tin còn mới tin cuối 09:00; ở chặng này im quá 3 ngày mới là lâu" in words
    assert "23/11 09:00 Nhận bưu gửi" in words
    assert "Máy quét · all 09:00, ngay" in words
    assert "Toàn trình trả kết quả" in words
    assert "sự kiện nữa" in words


async def test_a_scan_that_waited_without_a_network_says_so_and_by_how_much_it_was_late(
    gate, officer, made, said
) -> None:
    at = gate.clock[0]
    gate.clock[0] += timedelta(minutes=41)
    scan = {"scan_id": "late", "number": made["consignment_no"], "code": "departed", "device_at": at.isoformat()}
    await gate.post("/api/v1/scans", {"device": "d-2", "sent_at": gate.clock[0].isoformat(), "scans": [scan]})
    _, page = await officer.open(made["page"])

    assert "23/11 09:00 Rời bưu cục Máy quét · all 09:41, sau 41 phút mất mạng" in said(page)


async def test_silence_beyond_what_the_state_allows_is_pointed_out(gate, officer, made, said) -> None:
    gate.clock[0] += timedelta(days=4)
    await officer.sign_in(*OFFICER, unit="TS")
    _, page = await officer.open(made["page"])

    assert "Im lâu quá" in said(page)
    assert "quá 3 ngày là phải hỏi" in said(page)


async def test_both_witnesses_stand_on_one_line_and_the_first_leads(gate, officer, made, said) -> None:
    moment = gate.clock[0].isoformat()
    scan = {"scan_id": "second", "number": made["consignment_no"], "code": "collected", "device_at": moment}
    await gate.post("/api/v1/scans", {"device": "d-2", "sent_at": moment, "scans": [scan]})
    _, page = await officer.open(made["page"])

    assert said(page).count("Nhận bưu gửi") == 1
    assert 'class="second"' in page


async def test_the_dossier_and_its_consignment_are_one_page_opened_on_the_envelope(officer, made, said) -> None:
    _, whole = await officer.open(made["page"])
    _, one = await officer.open(f"/desk/consignments/{made['consignment_no']}")

    assert f'href="/desk/consignments/{made["consignment_no"]}"' in whole
    assert f'href="{made["page"]}"' in one
    assert "Người gửi" in said(one)


async def test_a_dossier_is_found_without_dots_and_dashes_and_by_its_reference(gate, officer, made) -> None:
    key = (await gate.sent(dossier_no="", service_form="send"))["key"]

    assert (await officer.open(made["page"].replace(".", "").replace("-", "")))[0] == 200
    assert (await officer.open(f"/desk/dossiers/{key}"))[0] == 200
    assert "/" in key


async def test_a_dossier_without_a_consignment_says_what_begins_its_way(gate, officer, said) -> None:
    key = (await gate.sent())["key"]
    _, page = await officer.open(f"/desk/dossiers/{key}")

    assert "Chưa có bưu gửi nào." in said(page)
    assert f'href="/desk/dossiers/{key}/acts/register?leg=return"' in page


async def test_names_stay_masked_until_asked_for_and_the_look_is_written_down(gate, officer, made) -> None:
    _, masked = await officer.open(made["page"])
    await officer.send("/desk/names", act="show", next=made["page"])
    _, named = await officer.open(made["page"])
    row = await gate.house.database.reading.row("SELECT subject FROM access_log WHERE kind = 'names'")

    assert ("Nguyễn Thị Diễn Tập" in masked, "0912000003" in masked, "Thôn Đoài" in masked) == (False, False, False)
    assert ("Nguyễn Thị Diễn Tập" in named, "0912000003" in named) == (True, True)
    assert row["subject"] == made["key"]


async def test_another_desks_dossier_is_not_there(browser, made) -> None:
    await browser.sign_in(*OFFICER, unit="KA")

    assert (await browser.open(made["page"]))[0] == 404
    assert (await browser.open(f"{made['page']}/acts/recall"))[0] == 404


async def test_a_post_office_sees_the_envelope_it_had_and_nothing_of_the_desks_money(gate, browser, made, said) -> None:
    await gate.scan(made["consignment_no"], "arrived", office="480000")
    await browser.sign_in("enquiry", "scans", "delivery", "money", unit="480000")
    for path in (f"/desk/consignments/{made['consignment_no']}", made["page"]):
        status, page = await browser.open(path)

        assert status == 200
        assert "Bưu điện Hà Tĩnh" in said(page)
        assert "hai sổ, hai biên lai" not in page


async def test_a_post_office_corrects_its_scan_and_draws_every_paper_it_is_shown(gate, browser, made, said) -> None:
    await gate.scan(made["consignment_no"], "arrived", office="480000")
    opened = {"desk": "KA", "office": "480000", "direction": "to_post", "numbers": []}
    await gate.post("/api/v1/manifests", opened)
    await browser.sign_in("enquiry", "scans", "delivery", "labels", unit="480000")
    _, page = await browser.open(f"/desk/consignments/{made['consignment_no']}")
    path = html.unescape(re.findall(r'href="([^"]+/acts/correct[^"]*)"', page)[0])
    _, form = await browser.open(path)
    wrong = re.findall(r'name="scan" value="([^"]+)"', form)[0]
    done = await acted(browser, path, scan=wrong, reason="wrong_item")
    _, after = await browser.open(done.headers["Location"])

    assert done.status == 303
    assert "Đã đính chính" in said(after)
    for href in re.findall(r'href="([^"]+\.pdf)"', after):
        assert (await browser.ask("GET", href)).status == 200, href


async def test_what_may_not_be_done_stays_with_its_reason_and_what_to_use_instead(officer, made, said) -> None:
    _, page = await officer.open(made["page"])
    status, form = await officer.open(f"{made['page']}/acts/cancel?number={made['consignment_no']}")

    assert "Huỷ bưu gửi Không được: bưu điện đã nhận lúc 09:00. Hãy gọi lại. Gọi lại bưu gửi" in said(page)
    assert "Đóng hồ sơ Chưa được: chưa có chứng từ phát." in said(page)
    assert "Không thuộc việc của tài khoản này: Chuyển hoàn, Đính chính lần quét, Xuất chứng cứ." in said(page)
    assert status == 200
    assert "Không làm được bây giờ" in form
    assert f"acts/recall?number={made['consignment_no']}" in form


async def test_a_change_of_address_shows_its_price_before_anything_is_written(gate, officer, made, said) -> None:
    zones = [Zone(commune_code="18628", area="Kỳ Anh", province="42")]
    async with gate.house.database.writing() as tx:
        await calendar.put_zones(tx, zones, valid_from=date(2025, 7, 1), author="test", reason="test")
    path = f"{made['page']}/acts/address?number={made['consignment_no']}"
    looked = await acted(officer, path, press="price", address="Thôn Hạ", grams="100", fault="citizen")
    seen = hidden(await looked.text())

    assert await version_of(gate, made["consignment_no"]) == 1
    assert looked.status == 200
    assert "26.000 đ theo biểu cước hôm nay" in said(await looked.text())
    assert 'name="cost_dong" value="26000"' in await looked.text()
    done = await officer.send(path.partition("?")[0], **seen, press="do", address="Thôn Hạ", **FAULTS)
    _, page = await officer.open(done.headers["Location"])

    assert done.status == 303
    assert "Đã đổi địa chỉ." in said(page)
    assert "Cước đổi địa chỉ người dân chịu 30.000 đ" in said(page)
    assert await version_of(gate, made["consignment_no"]) == 2


async def test_what_was_left_empty_in_a_new_address_stays_as_it_was(gate, officer, made) -> None:
    path = f"{made['page']}/acts/address?number={made['consignment_no']}"
    await acted(officer, path, press="do", address="Thôn Hạ", **FAULTS)
    found = await consignments.find(gate.house.database.reading, made["consignment_no"])

    assert found
    assert (found.consignee.name, found.consignee.phone) == ("Nguyễn Thị Diễn Tập", "0912000003")
    assert found.consignee.address == "Thôn Hạ"


async def test_a_commune_nobody_knows_is_said_beside_its_field_and_nothing_typed_is_lost(officer, made, said) -> None:
    path = f"{made['page']}/acts/address?number={made['consignment_no']}"
    answer = await acted(officer, path, press="do", address="Thôn Hạ", commune="xã Không Có", **FAULTS)
    page = await answer.text()

    assert answer.status == 422
    assert "Chưa có xã, phường tên xã Không Có." in said(page)
    assert 'value="Thôn Hạ"' in page
    assert 'id="commune" name="commune" value="xã Không Có" maxlength="150" autocomplete="off" aria-invalid' in page


async def test_the_second_officer_is_told_who_acted_and_nothing_more_is_written(gate, officer, made, said) -> None:
    path = f"{made['page']}/acts/address?number={made['consignment_no']}"
    _, seen = await officer.open(path)
    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/recall", {
        "reason": "changed_mind", "fault": "agency", "cost_dong": 0,
    })  # fmt: skip
    answer = await officer.send(path.partition("?")[0], **hidden(seen), press="do", address="Thôn Hạ", **FAULTS)
    words = said(await answer.text())

    assert answer.status == 409
    assert "all vừa làm việc khác lúc 09:00:" in words
    assert "Chưa ghi gì thêm." in words
    assert await version_of(gate, made["consignment_no"]) == 1


async def test_a_form_that_comes_twice_acts_once(gate, officer, made) -> None:
    path = f"{made['page']}/acts/recall?number={made['consignment_no']}"
    _, seen = await officer.open(path)
    answers = [
        await officer.send(path.partition("?")[0], **hidden(seen), press="do", reason="changed_mind", **FAULTS)
        for _ in range(2)
    ]
    row = await gate.house.database.reading.row("SELECT count(*) AS n FROM redirection")

    assert [answer.status for answer in answers] == [303, 303]
    assert row["n"] == 1


async def test_an_envelope_is_called_off_before_the_post_comes(gate, officer, said) -> None:
    made = await gate.consignment()
    row = await gate.house.database.reading.row("SELECT dossier_no FROM dossier")
    page = f"/desk/dossiers/{row['dossier_no']}"
    bare = await acted(officer, f"{page}/acts/cancel?number={made['consignment_no']}", reason="")
    done = await acted(officer, f"{page}/acts/cancel?number={made['consignment_no']}", reason="not_needed")
    _, shown = await officer.open(page)

    assert (bare.status, done.status) == (422, 303)
    assert "Đã huỷ" in said(shown)
    assert "Gửi lại · Trả kết quả" in said(shown)


async def test_a_dossier_is_sent_again_and_each_issue_keeps_its_own_lines(gate, officer, said) -> None:
    made = await gate.consignment()
    row = await gate.house.database.reading.row("SELECT dossier_no FROM dossier")
    page, number = f"/desk/dossiers/{row['dossier_no']}", made["consignment_no"]
    for _ in range(2):
        await acted(officer, f"{page}/acts/cancel?number={number}", reason="wrong_data")
        await acted(officer, f"{page}/acts/register?leg=return")
        rows = await gate.house.database.reading.rows("SELECT consignment_no FROM consignment ORDER BY id")
        number = rows[-1]["consignment_no"]
    _, shown = await officer.open(page)

    assert [f"R{n} ·" in said(shown) for n in (1, 2, 3)] == [True, True, True]
    assert "gửi lại lần 3" in said(shown)


async def test_a_label_is_voided_and_printed_anew(gate, officer) -> None:
    made = await gate.consignment()
    row = await gate.house.database.reading.row("SELECT dossier_no FROM dossier")
    path = f"/desk/dossiers/{row['dossier_no']}/acts/void?number={made['consignment_no']}"

    assert (await acted(officer, path, reason="damaged")).status == 303
    assert await version_of(gate, made["consignment_no"]) == 2


async def test_a_result_is_told_and_the_dossier_closed_when_it_arrived(gate, officer, said) -> None:
    key = (await gate.sent())["key"]
    empty = await acted(officer, f"/desk/dossiers/{key}/acts/result")
    told = await acted(officer, f"/desk/dossiers/{key}/acts/result", paper_0="Giấy khai sinh", kind_0="original")
    early = await officer.open(f"/desk/dossiers/{key}/acts/close")
    row = await gate.house.database.reading.row("SELECT consignment_no FROM consignment")
    await acted(officer, f"/desk/dossiers/{key}/acts/cancel?number={row['consignment_no']}", reason="citizen_collects")
    closed = await acted(officer, f"/desk/dossiers/{key}/acts/close")
    _, page = await officer.open(f"/desk/dossiers/{key}")

    assert (empty.status, told.status, closed.status) == (422, 303, 303)
    assert "Chưa được: chưa có chứng từ phát." in said(early[1])
    assert "Đã đóng lúc 09:00." in said(page)


async def test_a_number_is_given_once_and_the_form_is_chosen_anew(gate, officer, said) -> None:
    key = (await gate.sent(dossier_no="", service_form="send"))["key"]
    numbered = await acted(officer, f"/desk/dossiers/{key}/acts/number", dossier_no="H27.10.20-261120-0999")
    page = "/desk/dossiers/H27.10.20-261120-0999"
    bare = await acted(officer, f"{page}/acts/form", service_form="both")
    chosen = await acted(officer, f"{page}/acts/form", service_form="both", consent="yes")
    _, shown = await officer.open(page)

    assert (numbered.status, bare.status, chosen.status) == (303, 422, 303)
    assert numbered.headers["Location"].startswith(page)
    assert "Gửi và nhận qua bưu điện" in said(shown)


async def test_a_change_that_waits_is_decided_with_names_masked(gate, officer, said) -> None:
    asked = gate.dossier()
    assert (await gate.post("/api/v1/dossiers", asked)).status == 201
    made = await (await gate.post("/api/v1/consignments", {"dossier": asked["dossier_no"], "leg": "return"})).json()
    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/book")
    changed = {**asked, "applicant": {**asked["applicant"], "name": "Trần Thị Khác"}}
    await gate.post("/api/v1/dossiers", changed)
    path = f"/desk/dossiers/{asked['dossier_no']}/acts/decide"
    _, form = await officer.open(path)
    number = re.search(r'value="(\d+):accept"', form)
    assert number
    done = await officer.send(path, **hidden(form), press=f"{number[1]}:accept")
    row = await gate.house.database.reading.row("SELECT state FROM change_request")

    assert "T••• T••• K•••" in form
    assert "Trần Thị Khác" not in form
    assert (done.status, row["state"]) == (303, "accepted")


async def test_a_wrong_scan_is_corrected_by_another_and_both_stay(gate, browser, made, said) -> None:
    await browser.sign_in(*OFFICER, "scans", unit="TS")
    gate.clock[0] += timedelta(minutes=1)
    await gate.scan(made["consignment_no"], "departed")
    path = f"{made['page']}/acts/correct?number={made['consignment_no']}"
    _, form = await browser.open(path)
    wrong = re.findall(r'name="scan" value="([^"]+)"', form)[0]
    bare = await browser.send(path.partition("?")[0], **hidden(form), scan=wrong)
    done = await acted(browser, path, scan=wrong, reason="wrong_act", note="Quét nhầm túi")
    _, page = await browser.open(made["page"])
    rows = await gate.house.database.reading.rows("SELECT code FROM scan")

    assert (bare.status, done.status) == (422, 303)
    assert "Đã đính chính 09:01: Chọn nhầm việc" in said(page)
    assert "<s>Rời bưu cục</s>" in page
    assert "Bưu điện đã nhận" in said(page)
    assert len(rows) == 3


async def test_another_carriers_parcel_has_no_clock_and_no_note(gate, officer, made, said) -> None:
    other = PostAccount(name="vtp", cod_carries="none", public_post=False)
    async with gate.house.database.writing() as tx:
        await consignments.travels_with(tx, made["consignment_no"], other)
    _, page = await officer.open(made["page"])

    assert "Bưu gửi ngoài dịch vụ bưu chính công ích" in said(page)
    assert "note.pdf" not in page


async def test_every_paper_that_is_listed_can_be_drawn(gate, officer) -> None:
    made = await gate.consignment()
    opened = {"desk": "TS", "office": "480000", "direction": "to_post", "numbers": [made["consignment_no"]]}
    await gate.post("/api/v1/manifests", opened)
    _, page = await officer.open(f"/desk/consignments/{made['consignment_no']}")
    papers = re.findall(r'<ul class="papers">(.*?)</ul>', page, re.DOTALL)[0]
    hrefs = [html.unescape(href) for href in re.findall(r'href="([^"]+)"', papers)]

    assert len(hrefs) == 3
    for href in hrefs:
        answer = await officer.ask("GET", href)
        assert (answer.status, answer.content_type) == (200, "application/pdf"), href


async def test_evidence_wants_a_ground_and_the_giving_is_written_down(gate, browser, made, said) -> None:
    await browser.sign_in(*OFFICER, "evidence", unit="TS")
    path = f"{made['page']}/evidence"
    bare = await browser.send(path, kind="pdf")
    sheet = await browser.send(path, kind="pdf", purpose="complaint")
    file = await browser.send(path, kind="json", purpose="inspection")
    rows = await gate.house.database.reading.rows("SELECT purpose FROM access_log WHERE kind = 'evidence'")

    assert bare.status == 403
    assert "Hồ sơ chứng cứ chỉ cung cấp" in said(await bare.text())
    assert (await sheet.read()).startswith(b"%PDF")
    assert (await file.json(content_type=None))["content"]["dossier"]["key"] == made["key"]
    assert [row["purpose"] for row in rows] == ["complaint", "inspection"]


async def test_a_written_request_is_recorded_and_then_is_the_ground(gate, browser, made) -> None:
    await browser.sign_in(*OFFICER, "evidence", unit="TS")
    path = f"{made['page']}/evidence"
    told = {
        "body": "Công an tỉnh", "document_no": "12/CV", "document_on": "2026-11-20", "asked_by": "Diễn Tập",
        "ground": "Luật Bưu chính",
    }  # fmt: skip
    bare = await browser.send(path, act="request", **{**told, "document_on": ""})
    done = await browser.send(path, act="request", **told)
    _, page = await browser.open(done.headers["Location"])
    number = done.headers["Location"].partition("recorded=")[2]
    sheet = await browser.send(path, kind="pdf", request_no=number)

    assert (bare.status, done.status) == (422, 303)
    assert number in page
    assert (await sheet.read()).startswith(b"%PDF")


async def test_the_page_asks_a_bounded_number_of_questions(gate, officer, made) -> None:
    session = gate.house.database.reading
    asked: list[str] = []
    rows, plain_rows = type(session).rows, type(session).plain_rows

    async def questions() -> int:
        asked.clear()
        await officer.open(made["page"])
        return len(asked)

    async def counted(self: Any, sql: str, *values: Any) -> Any:
        asked.append(sql)
        return await rows(self, sql, *values)

    async def counted_plain(self: Any, sql: str, *values: Any) -> Any:
        asked.append(sql)
        return await plain_rows(self, sql, *values)

    type(session).rows, type(session).plain_rows = counted, counted_plain
    try:
        few = await questions()
        for code in ("departed", "arrived", "out_for_delivery", "attempted"):
            await gate.scan(made["consignment_no"], code, **({"reason": "absent"} if code == "attempted" else {}))
        many = await questions()
    finally:
        type(session).rows, type(session).plain_rows = rows, plain_rows

    assert many == few
    assert few <= 40
