"""The desk's pages: what waits, the lists behind the numbers, one consignment with every witness."""

from __future__ import annotations

import pytest

from postgw.domain.ports import MessageReceipt
from postgw.domain.post_account import PostAccount
from postgw.storage import consignments, messages

HOSTILE = '<img src=x onerror="alert(1)"> Ánh'


@pytest.fixture
async def waiting(gate, browser):
    """Give a consignment in transit, and the desk's officer signed in."""
    made = await gate.consignment()
    await gate.scan(made["consignment_no"], "collected")
    await gate.scan(made["consignment_no"], "departed")
    await browser.sign_in("enquiry", "labels", "handover", unit="TS")
    return made


async def test_a_desk_with_nothing_before_it_says_what_will_come(browser) -> None:
    await browser.sign_in("enquiry", unit="TS")
    status, page = await browser.open("/desk")

    assert status == 200
    assert "Không còn việc nào chờ." in page
    assert "Hồ sơ chọn gửi qua bưu điện hiện ở đây" in page


async def test_names_are_masked_in_lists(gate, browser, waiting) -> None:
    _, page = await browser.open("/desk/consignments")

    assert "N••• T••• D••• T•••" in page
    assert "Nguyễn Thị" not in page


async def test_a_name_is_shown_only_when_it_is_asked_for(gate, browser, waiting) -> None:
    _, masked = await browser.open(f"/desk/consignments/{waiting['consignment_no']}")
    await browser.send("/desk/names", act="show", next="/desk")
    _, named = await browser.open(f"/desk/consignments/{waiting['consignment_no']}")

    assert "Nguyễn Thị Diễn Tập" not in masked
    assert "0912000003" not in masked
    assert "Nguyễn Thị Diễn Tập" in named


async def test_a_journey_tells_source_and_time_of_each_happening(gate, browser, waiting, said) -> None:
    _, page = await browser.open(f"/desk/consignments/{waiting['consignment_no']}")

    assert "23/11 09:00 Rời bưu cục Máy quét · all 09:00, ngay" in said(page)
    assert "Ai đang giữ Bưu điện" in said(page)


async def test_what_another_carrier_has_is_shown_as_outside_the_public_service(gate, browser, waiting, said) -> None:
    other = PostAccount(name="vtp", cod_carries="none", public_post=False)
    async with gate.house.database.writing() as tx:
        await consignments.travels_with(tx, waiting["consignment_no"], other)
    _, page = await browser.open(f"/desk/consignments/{waiting['consignment_no']}")
    _, listed = await browser.open("/desk/consignments")

    assert "Bên chuyển vtp Bưu gửi ngoài dịch vụ bưu chính công ích" in said(page)
    assert "Không tính hạn: bưu gửi không đi bằng dịch vụ bưu chính công ích." in said(page)
    assert "Bưu điện đang giữ." not in page
    assert "note.pdf" not in page
    assert "ngoài dịch vụ công ích" in listed


async def test_both_witnesses_of_one_happening_stand_together(gate, browser, waiting, said) -> None:
    number = waiting["consignment_no"]
    await gate.post(f"/api/v1/consignments/{number}/book")
    moment = gate.clock[0].isoformat()
    scan = {"scan_id": "second", "number": number, "code": "departed", "device_at": moment}
    await gate.post("/api/v1/scans", {"device": "d-2", "sent_at": moment, "scans": [scan]})
    _, page = await browser.open(f"/desk/consignments/{number}")

    assert said(page).count("Rời bưu cục") == 1
    assert 'class="second"' in page


async def test_a_hostile_name_is_text_and_never_markup(gate, browser) -> None:
    key = (await gate.sent(applicant={**gate.dossier()["applicant"], "name": HOSTILE}))["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "return"})).json()
    await browser.sign_in("enquiry")
    await browser.send("/desk/names", act="show", next="/desk")
    _, page = await browser.open(f"/desk/consignments/{made['consignment_no']}")

    assert "<img" not in page
    assert "&lt;img src=x" in page


async def test_another_units_consignment_is_not_there(gate, browser, waiting) -> None:
    await browser.sign_in("enquiry", unit="KA")
    status, page = await browser.open(f"/desk/consignments/{waiting['consignment_no']}")

    assert status == 404
    assert "Chưa có bưu gửi mang số" in page


async def test_label_and_note_come_as_pdf_under_the_rights_of_the_officer(gate, browser, waiting) -> None:
    for paper in ("label", "note"):
        answer = await browser.ask("GET", f"/desk/consignments/{waiting['consignment_no']}/{paper}.pdf")

        assert answer.content_type == "application/pdf"
        assert (await answer.read()).startswith(b"%PDF")


async def test_without_the_right_to_print_the_reason_stands_in_place_of_the_button(gate, browser, waiting) -> None:
    await browser.sign_in("enquiry", unit="TS")
    _, page = await browser.open(f"/desk/consignments/{waiting['consignment_no']}")
    refused = await browser.ask("GET", f"/desk/consignments/{waiting['consignment_no']}/label.pdf")

    assert "chưa được giao việc in nhãn" in page
    assert (refused.status, refused.content_type) == (403, "text/html")


async def test_a_manifest_is_printed(gate, browser) -> None:
    made = await gate.consignment()
    opened = await gate.post("/api/v1/manifests", {
        "desk": "TS", "office": "480000", "direction": "to_post", "numbers": [made["consignment_no"]],
    })  # fmt: skip
    number = (await opened.json())["manifest_no"]
    await browser.sign_in("enquiry", "labels", "handover", unit="TS")
    paper = await browser.ask("GET", f"/desk/manifests/{number}/manifest.pdf")

    assert (await paper.read()).startswith(b"%PDF")


async def test_what_became_of_the_citizens_messages_stands_on_the_consignment(gate, browser, said) -> None:
    made = await gate.consignment()
    number, at = made["consignment_no"], gate.clock[0]
    async with gate.house.database.writing() as tx:
        for notice, receipt_no in (("n1", "r1"), ("n2", "r2"), ("n3", "")):
            receipt = MessageReceipt(receipt_no=receipt_no)
            await messages.sent(tx, notice, "sms_http", receipt, consignment_no=number, at=at)
    await gate.house.services.messaging.heard("sms_http", "r1", arrived=True, at=at)
    await gate.house.services.messaging.heard("sms_http", "r2", arrived=False, reason="máy tắt", at=at)
    await browser.sign_in("enquiry")
    _, page = await browser.open(f"/desk/consignments/{number}")

    assert [page.count(word) for word in ("Đã đến<", "Không đến<", "Đã gửi, kênh chưa báo lại<")] == [1, 1, 1]
    assert "máy tắt" in said(page)


async def test_the_head_of_a_page_keeps_what_tells_desks_apart_and_bears_the_whole_name_as_title(browser, gate) -> None:
    name = "Trung tâm Phục vụ hành chính công phường Thành Sen"
    async with gate.house.database.writing() as tx:
        await tx.run("UPDATE unit SET name = $1 WHERE code = 'TS'", name)
    await browser.sign_in("enquiry", unit="TS")
    _, page = await browser.open("/desk")

    brand = page.split('<a class="brand"')[1].split("</a>")[0]
    assert f'title="{name}"' in brand
    assert "<span>Phường Thành Sen</span>" in brand


async def test_a_failed_delivery_is_not_said_to_be_a_delivery(browser, gate, said) -> None:
    number = (await gate.consignment())["consignment_no"]
    for code, rest in (("collected", {}), ("attempted", {"reason": "absent"})):
        await gate.scan(number, code, **rest)
    await browser.sign_in("enquiry")

    assert "phát chưa được 1 lần" in said((await browser.open(f"/desk/consignments/{number}"))[1])
    assert "phát chưa được 1 lần" in said((await browser.open("/desk/consignments"))[1])
