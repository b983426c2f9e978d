"""The page of a post office's routes: what a lead types, what is refused beside its field, who may only look."""

from __future__ import annotations

import re
from typing import Any

import pytest

from postgw.domain.actor import GATEWAY

OFFICE, AT = "480000", "/desk/office/routes"
LEAD = ("enquiry", "scans", "lead")
ROUTE = {"route_no": "3", "name": "Thạch Lạc", "worker": "", "commune-0": "xã Thạch Lạc", "words-0": ""}


@pytest.fixture
async def lead(browser: Any) -> Any:
    """Give the browser of a postal lead."""
    await browser.sign_in(*LEAD, unit=OFFICE)
    return browser


async def walker(gate: Any) -> None:
    """Let the office have a postal worker."""
    await gate.house.services.people.make(
        login="hoang.td", name="Trần Đình Hoàng", unit=OFFICE, roles=("postal_worker",), password="tan-tay-nguoi-dan",
        must_change=False, actor=GATEWAY, at=gate.clock[0],
    )  # fmt: skip


async def test_a_lead_adds_a_route_puts_somebody_on_it_and_a_worker_reads_it(lead, gate, said) -> None:
    await walker(gate)
    made = await lead.send(f"{AT}/new", **ROUTE)
    walked = await lead.send(f"{AT}/3", act="walk", version="1", worker="hoang.td")
    _, page = await lead.open(walked.headers["Location"])
    await lead.sign_in("enquiry", "scans", unit=OFFICE)
    status, read = await lead.open(AT)

    assert (made.status, walked.status, status) == (303, 303, 200)
    assert "Đã xếp người cho tuyến 3." in said(page)
    assert "Trần Đình Hoàng" in said(read)
    assert "cả xã, phường, trừ nơi tuyến khác đã ghi" in said(read)
    assert "<select" not in read
    assert (await lead.send(f"{AT}/3", act="walk", version="2", worker="")).status == 403


async def test_a_commune_of_before_is_known_and_one_that_nobody_knows_is_refused_beside_its_field(lead, said) -> None:
    strange = await lead.send(f"{AT}/new", **ROUTE | {"commune-1": "xã Không Đâu", "words-1": "Thôn 1"})
    page = await strange.text()
    kept = await lead.send(f"{AT}/new", **ROUTE | {"commune-0": "xã Kỳ Tây"})
    _, listed = await lead.open(AT)

    assert (strange.status, kept.status) == (422, 303)
    field = re.search(r'<input[^>]*id="commune-1"[^>]*>', page)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'value="Thôn 1"' in page
    assert "Không có xã, phường nào tên “xã Không Đâu”." in said(page)
    assert "Xã Kỳ Văn" in said(listed)


async def test_of_two_leads_the_second_reads_who_changed_what_and_loses_nothing_typed(lead, said) -> None:
    await lead.send(f"{AT}/new", **ROUTE)
    first = await lead.send(f"{AT}/3", **ROUTE | {"name": "Bãi Ngang", "version": "1"})
    second = await lead.send(f"{AT}/3", **ROUTE | {"name": "Ven biển", "version": "1"})
    page = await second.text()
    again = await lead.send(f"{AT}/3", **ROUTE | {"name": "Ven biển", "version": "2"})

    assert (first.status, second.status, again.status) == (303, 409, 303)
    assert re.search(r"t\d+ vừa sửa tuyến này lúc 09:00", said(page))
    assert "Nay là: Bãi Ngang." in said(page)
    assert 'value="Ven biển"' in page
    assert 'name="version" value="2"' in page


async def test_a_place_that_is_taken_names_the_route_that_has_it(lead, said) -> None:
    await lead.send(f"{AT}/new", **ROUTE)
    refused = await lead.send(f"{AT}/new", **ROUTE | {"route_no": "4"})
    shared = await lead.send(f"{AT}/new", **ROUTE | {"route_no": "4", "words-0": "thôn Đông, thôn Đoài"})

    assert (refused.status, shared.status) == (409, 303)
    assert "Cả xã Thạch Lạc đang thuộc tuyến 3 Thạch Lạc của Bưu điện Hà Tĩnh." in said(await refused.text())


async def test_a_route_is_closed_and_opened_and_one_more_line_is_given_without_losing_any(lead, said) -> None:
    await lead.send(f"{AT}/new", **ROUTE)
    row = await lead.send(f"{AT}/3", **ROUTE | {"act": "row", "version": "1", "name": "Chưa ghi"})
    closed = await lead.send(f"{AT}/3", act="close", version="1")
    _, page = await lead.open(AT)
    opened = await lead.send(f"{AT}/3", act="reopen", version="2")

    assert (row.status, closed.status, opened.status) == (200, 303, 303)
    assert 'value="Chưa ghi"' in await row.text()
    assert "1 tuyến đã đóng" in said(page)
    assert "Bưu cục này chưa có tuyến nào." in said(page)


async def test_the_routes_go_out_as_a_file_line_by_line(lead) -> None:
    await lead.send(f"{AT}/new", **ROUTE | {"words-0": "thôn Đông, thôn Đoài", "commune-1": "xã Thạch Khê"})
    answer = await lead.ask("GET", f"{AT}/list.csv")
    rows = [row.split(";") for row in (await answer.read()).decode("utf-8-sig").splitlines()]

    assert [row[-2:] for row in rows[-2:]] == [
        ["Xã Thạch Lạc", "thôn Đông, thôn Đoài"], ["Xã Thạch Khê", "cả xã, phường"],
    ]  # fmt: skip
    assert (await lead.ask("GET", f"{AT}/list.xlsx")).status == 200


async def test_an_administrator_chooses_the_office_and_a_desk_has_no_part_in_it(browser, said) -> None:
    await browser.sign_in("enquiry", "admin")
    _, first = await browser.open(AT)
    made = await browser.send(f"{AT}/new", office=OFFICE, **ROUTE)
    _, listed = await browser.open(made.headers["Location"])
    await browser.sign_in("enquiry", "lead", unit="TS")
    desk = await browser.send(f"{AT}/new", office=OFFICE, **ROUTE | {"route_no": "9"})

    assert "Chọn bưu cục để xem các tuyến." in said(first)
    assert "Thạch Lạc" in said(listed)
    assert desk.status == 403
