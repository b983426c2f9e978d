"""Reconciliation, and what waits for a word: a file taken once; a line settled by one hand, taken back by another."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import FormData

from postgw.domain.address import Party
from postgw.domain.desk_order import DeskOrder
from postgw.domain.dossier import Dossier
from postgw.domain.ports import OfferedDossier
from postgw.rules.procedures import load_procedures
from postgw.storage import offers, province

PLACE = "/desk/money/reconciliation"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
STRANGER = Party(name="Công ty Diễn Tập", phone="0540000999", address="Số 9")
CITIZEN = Party(name="Nguyễn Thị Bí Mật", phone="0912000777", address="Thôn Đoài, xã Kỳ Lạc, tỉnh Hà Tĩnh")


def bank(*rows: tuple[str, str, int]) -> bytes:
    lines = [f"23/11/2026 08:00;{reference};{text};{amount}" for reference, text, amount in rows]
    return "\n".join(["Ngày giao dịch;Số bút toán;Nội dung;Ghi có", *lines]).encode()


def hidden(page: str) -> dict[str, str]:
    form = page[page.index('enctype="multipart/form-data"') :]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found}


async def send(browser: Any, file: bytes | None, **typed: str) -> Any:
    form = FormData({"proof": browser.proof(), **typed})
    if file is not None:
        form.add_field("file", file, filename="sao-ke.csv", content_type="text/csv")
    return await browser.ask("POST", PLACE, headers=SAME_ORIGIN, data=form)


FILE = {"source": "bank", "account": "3500-dien-tap"}


async def test_a_statement_is_looked_at_taken_once_and_settled_by_two_hands(gate, browser, said) -> None:
    await browser.sign_in("enquiry", "money", "lead", unit="TS")
    assert "Chưa có gì" in said((await browser.open(f"{PLACE}?source=bank"))[1])
    statement = bank(("FT1", "LAI TIEN GUI CUA NGUYEN VAN A", 37), ("FT2", "PHI KHONG RO", 8000))

    looked = await (await send(browser, statement, **FILE, act="look")).text()
    assert "2 dòng, 8.037 đ" in said(looked)
    assert "FT1" not in (await browser.open(f"{PLACE}?source=bank"))[1]
    taken = [await send(browser, None, **hidden(looked)) for _ in range(2)]
    page = (await browser.open(taken[0].headers["Location"]))[1]

    assert [each.status for each in taken] == [303, 303]
    assert "Thừa 8.037 đ" in said(page)
    assert "2 dòng cần người xem." in said(page)
    assert page.count("Không phải của ta") >= 2
    assert "NGUYEN VAN A" not in page
    subject = re.findall(r"subject=(line%3A\d+)", page)[0].replace("%3A", ":")
    form = {"subject": subject, "act": "settle"}
    assert (await browser.send(f"{PLACE}/settle?source=bank", **form, reason="")).status == 422
    assert (await browser.send(f"{PLACE}/settle?source=bank", **form, reason="Tiền lãi")).status == 303
    own = await browser.send(f"{PLACE}/settle?source=bank", subject=subject, act="undo", reason="Nhầm")
    assert (own.status, "không tự bỏ" in said(await own.text())) == (409, True)
    assert "1 dòng cần người xem." in said((await browser.open(f"{PLACE}?source=bank"))[1])

    await browser.sign_in("enquiry", "money", "lead", unit="TS")
    other = await browser.send(f"{PLACE}/settle?source=bank", subject=subject, act="undo", reason="Nhầm dòng")
    assert other.status == 303
    table = await browser.ask("GET", f"{PLACE}/table.csv?source=bank")
    text = (await table.read()).decode("utf-8-sig")
    assert ("FT1" in text, "NGUYEN VAN A" in text) == (True, False)


async def test_what_is_owed_and_not_taken_says_how_much(gate, browser, said) -> None:
    number = (await gate.consignment("send"))["consignment_no"]
    await browser.sign_in("enquiry", "money", unit="TS")
    _, page = await browser.open(f"{PLACE}?source=post")

    head, row = page.split('<table class="grid rows">')[1].split("</thead>")
    assert head.index("Phải thu") < head.index("Đã thu") < head.index("Đã nhận")
    assert number in row.replace("-", "")
    assert [said(each) for each in re.findall(r'<td class="num">(.*?)</td>', row)] == ["25.000 đ", "0 đ", "0 đ"]


async def test_a_file_that_cannot_be_read_is_kept_in_no_part(browser, said) -> None:
    await browser.sign_in("enquiry", "money", unit="TS")
    wrong = bank(("FT1", "PHI", 8000)) + "\n23/11/2026 08:00;FT2;PHI;nhiều".encode()

    looked = await send(browser, wrong, **FILE, act="take")
    nothing = await send(browser, None, **FILE, act="look")
    nameless = await send(browser, bank(("FT1", "PHI", 1)), source="bank", account="", act="look")

    assert "1 dòng sai, chưa nhận dòng nào." in said(await looked.text())
    assert [each.status for each in (nothing, nameless)] == [422, 422]
    assert "Chưa có gì" in said((await browser.open(f"{PLACE}?source=bank"))[1])


@pytest.fixture
async def order(gate) -> None:
    """Let a system order between two ends of which neither is a desk of it."""
    services, at = gate.house.services, gate.clock[0]
    async with gate.house.database.writing() as tx:
        await province.link_secret(tx)
    system = {"name": "Hệ thống tỉnh", "codes": ["HCC"], "desks": [{"desk": "TS"}]}
    made = await gate.post("/api/v1/customers", system)
    assert made.status == 201, await made.text()
    keys = await made.json()
    ticket = await services.customers.admit(keys["key"], keys["secret"], at=at)
    customer = await services.customers.customer(ticket.token, at=at)
    asked = DeskOrder(customer_code="HCC", order_no="H27.10.20-261120-7777", consignor=STRANGER, consignee=CITIZEN)
    await services.ordering.order(customer, asked, at=at)


async def test_what_an_order_left_unsaid_is_filled_in_on_a_page(gate, browser, order, said) -> None:
    await browser.sign_in("enquiry", "intake", unit="TS")
    page = (await browser.open("/desk/orders"))[1]
    number = re.findall(r'name="number" value="(\d+)"', page)[0]
    await browser.send("/desk/orders", what="order", number=number, leg="return")
    waiting = (await browser.open("/desk/orders"))[1]
    path = html.unescape(re.findall(r'href="(/desk/orders/completion/[^"]+)"', waiting)[0]).split("?")[0]
    procedure = next(each for each in load_procedures() if "return" in each.forms and each.papers)
    form = {"act": "complete", "consent_on": "2026-11-23", "consent_time": "08:30", "procedure": procedure.code}
    paper = {"papers": "1", "papers_0_on": "1", "papers_0_name": "Quyết định", "papers_0_kind": "original"}

    _, listed = await browser.open(f"{path}?procedure={procedure.code}")
    unsaid = await browser.send(path, **{**form, "procedure": ""})
    unticked = {f"papers_{n}_{part}": value for n, each in enumerate(procedure.papers)
                for part, value in {"listed": "1", "name": each.name}.items()}  # fmt: skip
    empty = await browser.send(path, **form, **unticked, papers=str(len(procedure.papers)))
    early = await browser.send(path, **{**form, **paper, "consent_on": "2027-01-01"})
    done = [await browser.send(path, **form, **paper) for _ in range(2)]
    other = await browser.send(path, **form, **{**paper, "papers_0_name": "Giấy khác"})
    kept = await (await gate.get(f"/api/v1/dossiers/{path.split('/completion/')[1]}")).json()

    assert procedure.papers[0].name in html.unescape(listed)
    assert (unsaid.status, "Chọn một thủ tục." in said(await unsaid.text())) == (422, True)
    assert (empty.status, early.status, 'value="2027-01-01"' in await early.text()) == (422, 422, True)
    assert ([each.status for each in done], other.status) == ([303, 303], 409)
    required = [each.name for each in procedure.papers if each.required]
    assert kept["procedure_code"] == procedure.code
    assert [each["name"] for each in kept["papers"]] == [*required, "Quyết định"]
    assert "Không có hồ sơ nào thiếu." in said((await browser.open("/desk/orders"))[1])


async def test_an_order_that_does_not_say_its_way_is_decided_once(gate, browser, order, said) -> None:
    await browser.sign_in("enquiry", "intake", unit="TS")
    page = (await browser.open("/desk/orders"))[1]
    number = re.findall(r'name="number" value="(\d+)"', page)[0]
    form = {"what": "order", "number": number}

    assert "H27.10.20-261120-7777" in page
    assert "Nguyễn Thị Bí Mật" not in page
    unsaid = await browser.send("/desk/orders", **form, leg="")
    assert (unsaid.status, "Chọn chiều gửi." in said(await unsaid.text())) == (422, True)
    done = [await browser.send("/desk/orders", **form, leg="return") for _ in range(2)]
    other = await browser.send("/desk/orders", **form, leg="send")
    assert ([each.status for each in done], other.status) == ([303, 303], 409)
    page = said((await browser.open("/desk/orders"))[1])
    assert "Không có đơn nào chờ." in page
    assert "Hồ sơ còn thiếu thông tin" in page
    assert "H27.10.20-261120-7777" in page


async def test_a_change_after_the_booking_is_accepted_or_declined(gate, browser, said) -> None:
    sent = gate.dossier()
    key = (await (await gate.post("/api/v1/dossiers", sent)).json())["dossier"]["key"]
    made = await (await gate.post("/api/v1/consignments", {"dossier": key, "leg": "send"})).json()
    await gate.post(f"/api/v1/consignments/{made['consignment_no']}/book")
    moved = {**sent, "applicant": {**sent["applicant"], "address": "Thôn Đông"}}
    await gate.post("/api/v1/dossiers", moved)
    await browser.sign_in("enquiry", "intake", unit="TS")
    page = (await browser.open("/desk/orders"))[1]
    number = re.findall(r'name="what" value="change"><input type="hidden" name="number" value="(\w+)"', page)[0]

    done = await browser.send("/desk/orders", what="change", number=number, act="accept")
    again = await browser.send("/desk/orders", what="change", number=number, act="decline")

    assert (done.status, again.status) == (303, 404)
    assert "Không có đề nghị sửa" in said(await again.text())
    assert "Không có đề nghị nào chờ." in said((await browser.open("/desk/orders"))[1])


async def test_a_refused_dossier_says_why_and_is_tried_again(gate, browser, said) -> None:
    dossier = Dossier(
        intake_ref="A-77", receiving_desk="TS", procedure_code="9.999999", service_form="both", applicant=CITIZEN
    )
    offered = OfferedDossier(record_id="77:a", dossier=dossier, legs=frozenset(), receipt_code="")
    async with gate.house.database.writing() as tx:
        await offers.keep(tx, "opencps", [offered], at=gate.clock[0])
    [waiting] = await gate.house.services.fetching.waiting()
    await gate.house.services.fetching.refused(waiting, "Thủ tục 9.999999 chưa có trong danh mục.", at=gate.clock[0])
    gate.clock[0] += timedelta(minutes=10)
    await browser.sign_in("enquiry", "intake", unit="TS")

    page = (await browser.open("/desk/offers"))[1]
    assert "chưa có trong danh mục" in said(page)
    assert ("Nguyễn Thị Bí Mật" in page, "10 phút trước" in said(page)) == (False, True)
    assert "A-77" in (await (await browser.ask("GET", "/desk/offers/list.csv")).read()).decode("utf-8-sig")
    number = re.findall(r'name="number" value="(\d+)"', page)[0]
    done = [await browser.send("/desk/offers", number=number) for _ in range(2)]
    assert [each.status for each in done] == [303, 404]
    assert "A-77" in (await browser.open("/desk/offers?state=waiting"))[1]

    await browser.sign_in("enquiry", "intake", unit="KA")
    assert "A-77" not in (await browser.open("/desk/offers?state=waiting"))[1]
