"""Four digits typed under a number: one answer whatever they are, and the link goes to the telephone on file."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw.bootstrap import opened_house
from postgw.domain.legal_day import legal_day
from postgw.recurring import acts
from postgw.settings import parse
from postgw.web.app import make_app
from postgw.web.pages.routes import pages

from ..conftest import PERSON, Gate, furnished, settings_for

RIGHT, WRONG = "0003", "1111"
ELSEWHERE = {**PERSON, "name": "Trần Văn Nhận", "phone": "0987 654 218"}
NOBODYS = "4K7M29TB6HC"


@pytest.fixture
async def gate(sqlite_url: str, clock: list[Any], door: Any) -> AsyncIterator[Gate]:
    """Give a door whose messages bear links."""
    settings = settings_for(sqlite_url) + '\n[web]\npublic_url = "https://hoso.example"\n'
    async with opened_house(parse(settings), clock=lambda: clock[0]) as house:
        token = await furnished(house)
        async with TestClient(TestServer(make_app(house.services, door=door(), pages=pages()))) as client:
            yield Gate(house=house, client=client, token=token, clock=clock)


async def typed(browser: Any, number: str, digits: str) -> tuple[Any, ...]:
    """Type digits; return all that comes back, save what belongs to the call."""
    sent = await browser.ask("POST", f"/t/{number}/link", data={"digits": digits})
    page = await browser.ask("GET", sent.headers["Location"], headers={"Accept-Encoding": "identity"})
    heads = [
        (name, text) for each in (sent, page) for name, text in each.headers.items() if name not in OF_THE_CALL
    ]  # fmt: skip
    text = await page.text()
    return sent.status, page.status, heads, text.replace(number, "#")


OF_THE_CALL = {"X-Request-ID", "Date"}


def without(number: str, told: tuple[Any, ...]) -> str:
    """Return what came back without the number that was in the question, and without its length."""
    return re.sub(r"'Content-Length', '\d+'", "", str(told)).replace(number, "#")


async def knock(gate: Any) -> list[Any]:
    """Let the jobs run; return the messages that left since the beginning."""
    jobs = acts(gate.house.services)
    for name in ("send_links", "send_messages"):
        while await jobs[name](gate.clock[0]):
            pass
    return [each for each in gate.house.rehearsal_messenger.sent if each.kind == "page.link"]


async def test_the_right_digits_send_the_link_to_the_telephone_on_file(gate, browser) -> None:
    made = await gate.consignment()
    for number in (made["dossier_no"], made["consignment_no"]):
        await typed(browser, number, RIGHT)
        [message] = (await knock(gate))[-1:]

        assert message.to == PERSON["phone"]
        link = re.search(r"https://hoso\.example(/m/[A-Z2-7]{29})", message.text)
        assert link
        assert (await browser.open(link[1]))[0] == 200
    assert len(await knock(gate)) == 2


async def test_the_link_goes_to_the_telephone_whose_digits_were_typed_and_it_stands_in_no_errand(gate, browser) -> None:
    dossier = await gate.sent(return_to=ELSEWHERE)
    await typed(browser, dossier["dossier_no"], "9218")
    assert await knock(gate) == []
    await typed(browser, dossier["dossier_no"], "4218")
    [message] = await knock(gate)

    assert message.to.replace(" ", "") == ELSEWHERE["phone"].replace(" ", "")
    errands = await gate.house.database.reading.rows("SELECT payload FROM outbox WHERE channel = 'citizen'")
    assert not [each for each in errands if "218" in each["payload"] and "987" in each["payload"]]


async def test_right_wrong_exhausted_unknown_and_no_number_get_the_same_answer(gate, browser) -> None:
    dossier, other = [(await gate.consignment())["dossier_no"] for _ in range(2)]
    told = [await typed(browser, dossier, WRONG), await typed(browser, dossier, RIGHT)]
    await knock(gate)
    for _ in range(8):
        told.append(await typed(browser, dossier, WRONG))
        await knock(gate)
    told.append(await typed(browser, dossier, RIGHT))
    assert len({str(each) for each in told}) == 1

    for number, digits in ((other, RIGHT), (NOBODYS, RIGHT), ("H27.15-261120-9999", WRONG), ("Nguyen", WRONG)):
        assert without(number, await typed(browser, number, digits)) == without(dossier, told[0])


async def test_whatever_was_typed_the_door_runs_the_same_statements(gate, browser, caplog) -> None:
    dossier = (await gate.consignment())["dossier_no"]
    exhausted = (await gate.consignment())["dossier_no"]
    for _ in range(7):
        await typed(browser, exhausted, WRONG)
    caplog.set_level(logging.DEBUG, logger="tortoise.db_client")
    said = []
    for number, digits in ((dossier, RIGHT), (dossier, WRONG), (exhausted, RIGHT), (NOBODYS, RIGHT), ("x", WRONG)):
        caplog.clear()
        await typed(browser, number, digits)
        said.append([each.getMessage().split(": ")[0] for each in caplog.records if each.name == "tortoise.db_client"])

    assert said[0]
    assert [each for each in said if each != said[0]] == []
    assert sum("INSERT INTO link_request" in each for each in said[0]) == 1
    assert not [each for each in said[0] if "SELECT" in each.upper() or "dossier" in each.replace("link_request", "")]


async def test_wrong_digits_send_nothing_and_the_right_ones_nothing_once_the_day_has_had_its_tries(
    gate, browser
) -> None:
    dossier = (await gate.consignment())["dossier_no"]
    most = gate.house.services.link_sending.book.page_rule(legal_day(gate.clock[0])).digit_tries_a_day
    for _ in range(most):
        await typed(browser, dossier, WRONG)
        assert await knock(gate) == []
    await typed(browser, dossier, RIGHT)

    assert await knock(gate) == []
    gate.clock[0] = gate.clock[0].replace(day=24)
    await typed(browser, dossier, RIGHT)
    assert len(await knock(gate)) == 1


async def test_above_the_links_of_a_day_a_dossier_is_sent_no_more_under_whichever_number(gate, browser) -> None:
    made = await gate.consignment()
    most = gate.house.services.link_sending.book.page_rule(legal_day(gate.clock[0])).links_a_day
    for turn in range(most + 3):
        await typed(browser, made["dossier_no"] if turn % 2 else made["consignment_no"], RIGHT)
        await knock(gate)

    assert len(await knock(gate)) == most


async def test_the_digits_are_gone_once_they_were_looked_at(gate, browser) -> None:
    dossier = (await gate.consignment())["dossier_no"]
    await typed(browser, dossier, RIGHT)
    await knock(gate)

    assert await gate.house.database.reading.rows("SELECT digits FROM link_request") == [{"digits": ""}]


async def test_what_is_no_number_is_not_written_down_as_it_was_typed(gate, browser) -> None:
    await typed(browser, "Nguyen-Van-Duc-0912000003", RIGHT)
    [row] = await gate.house.database.reading.rows("SELECT number FROM link_request")

    assert row["number"].startswith("?")
    assert "Nguyen" not in row["number"]


@pytest.mark.parametrize("digits", ["", "12", "12345", "abcd", "123456789"])
async def test_digits_that_are_not_four_are_asked_for_again_at_the_field(gate, browser, digits: str) -> None:
    answer = await browser.ask("POST", f"/t/{NOBODYS}/link", data={"digits": digits})
    page = await answer.text()

    assert answer.status == 422
    assert 'aria-invalid="true"' in page
    assert "Gõ đúng 4 chữ số cuối của số điện thoại." in page


async def test_where_links_can_be_sent_one_is_offered(browser, gate) -> None:
    made = (await gate.consignment())["consignment_no"]

    assert f'action="/t/{made}/link"' in (await browser.open(f"/t/{made}"))[1]
