"""What goes wrong ends at a page for people and at a problem document for machines."""

from __future__ import annotations

import pytest

from postgw.services.enquiry import Enquiry


async def test_a_wrong_address_is_a_page_for_a_browser(browser) -> None:
    status, page = await browser.open("/khong-co")

    assert status == 404
    assert "Không có gì ở địa chỉ này." in page


@pytest.mark.parametrize(("path", "accept"), [("/khong-co", "*/*"), ("/api/v1/khong-co", "text/html")])
async def test_a_wrong_address_is_a_problem_document_for_a_machine(browser, path: str, accept: str) -> None:
    answer = await browser.ask("GET", path, headers={"Accept": accept})

    assert (answer.status, answer.content_type) == (404, "application/problem+json")


async def test_a_fault_of_ours_is_a_page_with_the_id_of_the_request(browser, monkeypatch, caplog) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(Enquiry, "track", broken)
    answer = await browser.ask("GET", "/t/4K7M29TB6HC")
    page = await answer.text()

    assert (answer.status, answer.content_type) == (500, "text/html")
    assert answer.headers["X-Request-ID"] in page
    assert "a secret of the house" not in page
    assert "a fault of ours" in caplog.text


@pytest.mark.parametrize("path", ["/", "/signin", "/t/4K7M29TB6HC", "/khong-co", "/desk", "/station"])
async def test_every_page_bears_the_strict_policy_and_nothing_inline(browser, path: str) -> None:
    await browser.sign_in()
    answer = await browser.ask("GET", path)
    page, policy = await answer.text(), answer.headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    assert [
        mark
        for mark in ("<script>", "<style", " style=", " onclick", "javascript:", "http://", "https://")
        if mark in page
    ] == []


async def test_a_zero_byte_in_an_address_is_an_unknown_address(browser) -> None:
    await browser.sign_in()

    assert (await browser.open("/desk/consignments/%00"))[0] == 404


@pytest.mark.parametrize("query", ["state=%00", "cursor=x", "cursor=99999999999999999999", "state=nothing", "leg=%27"])
async def test_a_strange_query_is_an_empty_list_and_no_fault(browser, query: str) -> None:
    await browser.sign_in()

    assert (await browser.open(f"/desk/consignments?{query}"))[0] == 200
