"""The pages of stock-takes, at the door."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from postgw.domain.actor import Actor
from postgw.services.stock_taking import Round
from postgw.web.pages.drawing import grouped

WORKER = Actor(name="hoang.td", scopes=frozenset({"scans"}), unit="480000")


@pytest.fixture
async def taken(gate):
    """Take stock of a post office that holds two items; one is not found, and a stranger is."""
    here, missing = [(await gate.consignment())["consignment_no"] for _ in range(2)]
    for number in (here, missing):
        await gate.scan(number, "arrived", office="480000")
    gate.clock[0] += timedelta(minutes=5)
    told = Round(source_id="a1", found=(here, "RR473124829VN"), expected=(here, missing), taken_at=gate.clock[0])
    take = await gate.house.services.stock_taking.take(told, actor=WORKER, at=gate.clock[0])
    return take, missing


async def test_the_lead_sees_what_is_missing_until_it_is_seen_again(gate, browser, taken, said) -> None:
    take, missing = taken
    await browser.sign_in("scans", "enquiry", unit="480000")
    _, before = await browser.open("/desk/office/stock-takes")
    _, one = await browser.open(f"/desk/office/stock-takes/{take.stock_take_no}")
    gate.clock[0] += timedelta(minutes=5)
    await gate.scan(missing, "arrived", office="480000")
    _, after = await browser.open("/desk/office/stock-takes")

    assert "Còn thiếu 1" in said(before)
    assert "Chưa thấy" in said(one)
    assert "Không có trong sổ" in said(one)
    assert "Đã thấy lại đủ 1" in said(after)


@pytest.mark.parametrize("page", ["", "/{number}"])
async def test_both_pages_go_out_as_tables(browser, taken, page) -> None:
    take, missing = taken
    await browser.sign_in("scans", "enquiry", unit="480000")
    answer = await browser.ask("GET", f"/desk/office/stock-takes{page}.csv".format(number=take.stock_take_no))
    rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig")), delimiter=";"))
    workbook = await browser.ask("GET", f"/desk/office/stock-takes{page}.xlsx".format(number=take.stock_take_no))

    assert [row[0] for row in rows[2:]] == ([grouped(missing), "RR 473 124 829 VN"] if page else [take.stock_take_no])
    assert (await workbook.read())[:2] == b"PK"


async def test_another_office_and_a_desk_without_the_right_see_none_of_it(browser, taken) -> None:
    take, _ = taken
    await browser.sign_in("scans", "enquiry", unit="KA")
    elsewhere = (await browser.open(f"/desk/office/stock-takes/{take.stock_take_no}"))[0]
    await browser.sign_in("enquiry", unit="TS")
    desk = (await browser.open("/desk/office/stock-takes"))[0]

    assert (elsewhere, desk) == (404, 403)
