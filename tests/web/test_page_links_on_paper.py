"""Papers that a citizen takes home lead to their page, by what a telephone reads off them; labels never do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from aiohttp.test_utils import TestClient, TestServer

from postgw.bootstrap import opened_house
from postgw.settings import parse
from postgw.web.app import make_app
from postgw.web.pages.routes import pages

from .conftest import Gate, furnished, settings_for

PUBLIC = "https://hoso.example"


@pytest.fixture
async def public(sqlite_url: str, clock: Any, door: Any) -> AsyncIterator[Gate]:
    """Give the door of a house whose pages citizens reach."""
    settings = parse(settings_for(sqlite_url) + f'\n[web]\npublic_url = "{PUBLIC}"\n')
    async with opened_house(settings, clock=lambda: clock[0]) as house:
        token = await furnished(house)
        async with TestClient(TestServer(make_app(house.services, door=door(), pages=pages()))) as client:
            yield Gate(house=house, client=client, token=token, clock=clock)


def read_off(document: bytes) -> list[str]:
    """Return what a telephone reads on the pages of a document."""
    with pypdfium2.PdfDocument(document) as opened:
        pictures = [page.render(scale=300 / 72, grayscale=True).to_pil() for page in opened]
    return [found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)]


async def link_on(gate: Gate, path: str) -> str:
    """Return the path of the page to which a paper leads; empty when to none."""
    answer = await gate.get(path)
    assert answer.status == 200, await answer.text()
    links = [text.removeprefix(PUBLIC) for text in read_off(await answer.read()) if text.startswith("http")]
    return links[0] if links else ""


async def appointed(gate: Gate) -> str:
    """Make a dossier with an appointment; return its key."""
    key = (await gate.sent())["key"]
    promise = {"due_on": "2026-12-07", "slip_no": "GH-01"}
    made = await gate.post(f"/api/v1/dossiers/{key}/appointment", promise)
    assert made.status == 201, await made.text()
    return str(key)


async def test_the_appointment_slip_opens_the_page_and_printed_again_it_opens_it_too(public: Gate) -> None:
    key = await appointed(public)
    first = await link_on(public, f"/api/v1/dossiers/{key}/appointment/paper")
    again = await link_on(public, f"/api/v1/dossiers/{key}/appointment/paper")
    public.clock[0] += timedelta(days=170)
    later = await link_on(public, f"/api/v1/dossiers/{key}/appointment/paper")

    assert first.startswith("/m/")
    assert again == first
    assert [(await public.get(link, token="")).status for link in (first, later)] == [200, 200]
    public.clock[0] += timedelta(days=11)
    assert [(await public.get(link, token="")).status for link in (first, later)] == [404, 200]


async def test_the_note_of_what_is_sent_in_opens_the_page_and_the_post_s_contract_for_a_result_does_not(
    public: Gate,
) -> None:
    sent, result = [(await public.consignment(leg))["consignment_no"] for leg in ("send", "return")]
    link = await link_on(public, f"/api/v1/consignments/{sent}/note")

    assert (await public.get(link, token="")).status == 200
    assert await link_on(public, f"/api/v1/consignments/{result}/note") == ""


@pytest.mark.parametrize("leg", ["send", "return"])
async def test_no_label_leads_to_anybodys_page(public: Gate, leg: str) -> None:
    number = (await public.consignment(leg))["consignment_no"]

    assert await link_on(public, f"/api/v1/labels/{number}") == ""


async def test_where_citizens_reach_no_page_no_paper_leads_there(gate: Gate) -> None:
    key = await appointed(gate)
    number = (await gate.consignment("send"))["consignment_no"]

    assert await link_on(gate, f"/api/v1/dossiers/{key}/appointment/paper") == ""
    assert await link_on(gate, f"/api/v1/consignments/{number}/note") == ""
