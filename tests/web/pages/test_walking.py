"""Numbers run in sequence: whoever walks them learns code and progress, and nothing else of anybody.

The whole of every answer is compared, head and body: with the code and the words of the stage taken out, the pages of
ten thousand neighbours must be one page.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from postgw.domain import consignment_number, item_number, misspelt
from postgw.domain.states import STATES
from postgw.rules.book import rule_book
from postgw.web.app import make_app
from postgw.web.pages import missing, progress, public_progress
from postgw.web.pages.routes import pages

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WALKED, FIRST = 10_000, 61_200_000
EVERY = 3  #: every third number of a row is somebody's
ANSWERS = {
    words.format(what=what, where=where)
    for words in (*public_progress._ANSWERS.values(), public_progress._STOPPED, public_progress._NOTHING_YET)
    for what in progress.WHAT.values()
    for where in progress.WHERE.values()
}
#: What belongs to the connection and the moment, not to the answer.
OF_THE_CALL = {"X-Request-ID", "Date", "Content-Length"}


def numbers() -> list[str]:
    """Return ten thousand neighbours: items, dossiers, consignments; some are known, most are not."""
    items = [item_number.from_serial("RR", FIRST + step) for step in range(4000)]
    dossiers = [f"H27.15-261119-{step:04d}" for step in range(4000)]
    return items + dossiers + [near(step) for step in range(WALKED - 8000)]


def near(step: int) -> str:
    """Return one of the consignment numbers that follow each other, its check character right."""
    body = f"4K7M2{step:04d}H"
    return body + consignment_number.check_character(body)


async def filled(gate: Any) -> None:
    """Put thousands of dossiers of different people into the house, each in another state."""
    version = rule_book().scan_table(AT.date()).version
    states, legs = itertools.cycle(STATES), itertools.cycle(["return", "send", "return", "transfer", "withdrawal"])
    dossiers, consignments = [], []
    for row in range(4000 // EVERY):
        phone, name = f"09{row:08d}", f"Người Thứ {row}"
        person = {"name": name, "phone": phone, "address": f"Thôn {row}", "commune": f"xã Số {row}"}
        number = f"H27.15-261119-{row * EVERY:04d}"
        dossiers.append((
            number, number.replace(".", "").replace("-", ""), f"MC-{row}", f"DESK{row % 97}", json.dumps({
                "applicant": person, "return_to": person}), version, AT - timedelta(minutes=row),
        ))  # fmt: skip
        consignments.append((
            near(row * EVERY) if row * EVERY < 2000 else near(5000 + row),
            item_number.from_serial("RR", FIRST + row * EVERY), next(legs), f"DESK{row % 97}", json.dumps({
                "consignor": person, "consignee": person}), version, next(states), f"OFFICE{row % 89}",
            AT - timedelta(minutes=row),
        ))  # fmt: skip
    async with gate.house.database.writing() as tx:
        await tx.run(
            "INSERT INTO dossier (dossier_no, number_key, intake_ref, receiving_desk, returning_desk, procedure_code,"
            " service_form, content, digest, rules_version, created_at, created_by, updated_at)"
            " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),"
            " json_extract(value, '$[3]'), json_extract(value, '$[3]'), '1.001193', 'both',"
            " json_extract(value, '$[4]'),"
            " '', json_extract(value, '$[5]'), json_extract(value, '$[6]'), 'walk', json_extract(value, '$[6]')"
            " FROM json_each($1)",
            [list(map(str, row)) for row in dossiers],
        )  # fmt: skip
        await tx.run(
            "INSERT INTO consignment (consignment_no, item_no, dossier_id, leg, issue, desk, parties, rules_version,"
            " created_at, created_by, state, holder, office, since_at, heard_at, attempts)"
            " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), (SELECT min(id) FROM dossier) + key,"
            " json_extract(value, '$[2]'), 1, json_extract(value, '$[3]'), json_extract(value, '$[4]'),"
            " json_extract(value, '$[5]'), json_extract(value, '$[8]'), 'walk', json_extract(value, '$[6]'), 'post',"
            " json_extract(value, '$[7]'), json_extract(value, '$[8]'), json_extract(value, '$[8]'), key % 4"
            " FROM json_each($1)",
            [list(map(str, row)) for row in consignments],
        )  # fmt: skip


def skeleton(page: str, number: str) -> tuple[str, str]:
    """Return a page without code and stage, and the sentence that it had."""
    grouped = re.sub(r"</?i>", "", re.sub(r'<span class="code[^"]*">(?:<i>[^<]*</i>)+</span>', "#", page))
    page = grouped.replace(f'<span class="code">{number}</span>', "#").replace(number, "#")
    kind = re.compile(r'<p class="ids"><span>(?:Hồ sơ|Bưu gửi) #</span></p>')
    said = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert said
    bar = re.compile(r'<ol class="bar4".*?</ol>', re.DOTALL)
    looks = re.compile(r'<div class="note".*?</div></div>', re.DOTALL)
    for part in (kind, bar, looks):
        page = part.sub("", page)
    return page.replace(said[0], ""), said[1]


async def answers(gate: Any, wanted: list[str]) -> AsyncIterator[tuple[str, int, dict[str, str], str]]:
    """Ask for pages over one bare connection, a hundred at a time, and yield each number with what came back."""
    url = gate.client.make_url("/")
    reader, writer = await asyncio.open_connection(url.host, url.port)
    for batch in (wanted[start : start + 100] for start in range(0, len(wanted), 100)):
        writer.writelines(f"GET /t/{each} HTTP/1.1\r\nHost: {url.host}\r\n\r\n".encode() for each in batch)
        for number in batch:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            heads = dict(line.split(": ", 1) for line in lines)
            body = await reader.readexactly(int(heads["Content-Length"]))
            yield number, int(first.split()[1]), heads, body.decode()
    writer.close()


async def test_ten_thousand_neighbours_give_a_stranger_code_and_progress_and_nothing_else(gate) -> None:
    await filled(gate)
    found: set[str] = set()
    unknown: set[str] = set()
    heads: set[tuple[Any, ...]] = set()
    sentences: set[tuple[int, str]] = set()
    async for number, status, told, page in answers(gate, numbers()):
        rest, sentence = skeleton(page, number)
        (found if status == 200 else unknown).add(rest)
        heads.add((status, *sorted(pair for pair in told.items() if pair[0] not in OF_THE_CALL)))
        sentences.add((status, sentence))

    assert (len(found), len(unknown), len(heads)) == (1, 1, 2)
    assert {status for status, _ in sentences} == {200, 404}
    assert {sentence for status, sentence in sentences if status == 200} <= ANSWERS
    assert {sentence for status, sentence in sentences if status == 404} == {"Chưa tìm thấy mã này."}


async def test_the_api_tells_a_walker_no_more_than_the_page(gate) -> None:
    await filled(gate)
    told, unknown = set(), set()
    for number in numbers()[::5]:
        answer = await gate.get(f"/api/v1/track/{number}", token="")
        shown = await answer.json()
        if answer.status == 200:
            assert shown.pop("number") == number
            told.add(json.dumps(shown))
        else:
            shown.pop("instance")
            unknown.add(json.dumps(shown))

    assert len(told) <= 4 * 5 + 5 + 1  # legs by stages, those that stopped, and one that waits
    assert {tuple(json.loads(each)) for each in told} == {("leg", "stage", "stages_done", "stopped")}
    assert len(unknown) == 1


async def test_what_is_said_of_a_number_that_is_not_there_does_not_depend_on_its_neighbours(gate, browser) -> None:
    wanted = [item_number.from_serial("RR", FIRST + 1), "H27.15-261119-0001", near(1), near(1)[:-1] + "X"]
    lonely = [without_id(await (await browser.ask("GET", f"/t/{each}")).text()) for each in wanted]
    await filled(gate)
    crowded = [without_id(await (await browser.ask("GET", f"/t/{each}")).text()) for each in wanted]

    assert lonely == crowded


def without_id(page: str) -> str:
    return re.sub(r"[0-9a-f]{24}", "", page)


@pytest.fixture
async def limited(gate, door) -> Any:
    """Give the same house behind a door with the points of every day, and a proxy that says who asks."""
    app = make_app(
        gate.house.services,
        door=replace(door(pages=1200, lookups=240), proxies=frozenset({"127.0.0.1"})),
        pages=pages(),
    )
    async with TestClient(TestServer(app)) as client:

        async def look(path: str, address: str = "203.0.113.7", method: str = "GET", **rest: Any) -> Any:
            headers = {"X-Forwarded-For": address, "Accept": "text/html"}
            return await client.request(method, path, headers=headers, allow_redirects=False, **rest)

        yield look


async def test_a_walker_is_stopped_and_told_kindly_for_how_long(limited, said) -> None:
    statuses = []
    for step in range(150):
        statuses.append((last := await limited(f"/t/{near(step)}")).status)
    page = said(await last.text())

    assert statuses.index(429) == 100
    assert int(last.headers["Retry-After"]) > 0
    assert "Có thể không phải bạn: nhiều người thường dùng chung một đường mạng." in page
    assert (await limited(f"/t/{near(7000)}", "198.51.100.9")).status == 404


async def test_a_walker_at_the_api_is_stopped_by_the_same_points(limited) -> None:
    statuses = [(await limited(f"/t/{near(step)}")).status for step in range(100)]

    assert set(statuses) == {404}
    assert (await limited(f"/api/v1/track/{near(500)}")).status == 429


async def test_behind_a_shared_line_the_others_keep_reading_what_they_wait_for(gate, limited) -> None:
    made = (await gate.consignment())["consignment_no"]
    assert (await limited(f"/t/{made}")).status == 200
    while (await limited(f"/t/{near(0)}")).status != 429:
        pass

    assert [(await limited(f"/t/{made}")).status for _ in range(3)] == [200] * 3
    assert (await limited("/")).status == (await limited("/contacts")).status == 200


async def test_a_whole_office_may_look_numbers_up_in_the_morning(gate, limited) -> None:
    made = [(await gate.consignment())["consignment_no"] for _ in range(40)]

    assert {(await limited(f"/t/{number}")).status for number in made for _ in range(5)} == {200}


async def test_points_fill_up_again(gate, limited, clock) -> None:
    while (last := await limited(f"/t/{near(0)}")).status != 429:
        pass
    clock[0] += timedelta(seconds=int(last.headers["Retry-After"]))

    assert (await limited(f"/t/{near(0)}")).status == 404


async def test_in_ipv6_a_customer_is_one_line_however_many_addresses_they_have(limited) -> None:
    statuses = [(await limited(f"/t/{near(step)}", f"2001:db8:1:2::{step:x}")).status for step in range(101)]

    assert (statuses[99], statuses[100]) == (404, 429)
    assert (await limited(f"/t/{near(1)}", "2001:db8:1:3::1")).status == 404


def test_each_kind_of_slip_has_its_sentence() -> None:
    source = inspect.getsource(misspelt)

    assert set(re.findall(r'code="([a-z.]+)"', source)) == set(missing.SLIPS)
