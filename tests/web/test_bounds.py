"""How much, how long and how deep a caller may go before the door says that it is enough."""

from __future__ import annotations

import asyncio
import io
import zlib
from typing import Any

import pytest
from aiohttp import ClientConnectionError, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from postgw.domain.errors import Forbidden
from postgw.web import pace, running
from postgw.web.app import make_app
from postgw.web.keys import Door

JSON = {"Content-Type": "application/json"}
DEEP = 800  # deeper than Python's own calls go when each level takes two, less deep than the reader of JSON refuses


async def spoken(gate: Any, text: str, *, then: bytes = b"") -> bytes:
    """Say something to the door byte by byte, and listen until it hangs up."""
    reader, writer = await asyncio.open_connection(gate.client.host, gate.client.port)
    writer.write(text.replace("\n", "\r\n").encode() + then)
    try:
        return await asyncio.wait_for(reader.read(), 60)
    finally:
        writer.close()


def knock(gate: Any, path: str, *lines: str) -> str:
    return "\n".join([f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {gate.token}", *lines, "", ""])


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Let a body have a third of a second before it must have earned more."""
    monkeypatch.setattr(pace, "GRACE", 0.3)


@pytest.mark.parametrize("length", ["Content-Length: 5000", "Transfer-Encoding: chunked"])
async def test_a_body_that_stops_coming_is_ended_with_a_word(gate, impatient, caplog, length: str) -> None:
    answer = await spoken(
        gate, knock(gate, "/api/v1/dossiers", "Content-Type: application/json", length), then=b"1\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"body.slow"' in answer
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_form_that_stops_coming_is_ended_with_a_page(gate, impatient) -> None:
    lines = "Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 500"
    answer = await spoken(gate, knock(gate, "/signin", *lines), then=b"token=")

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert "Nội dung gửi lên quá chậm".encode() in answer


async def test_a_body_that_comes_slowly_but_comes_is_taken(gate, impatient, monkeypatch) -> None:
    """Its first piece earns it a hundred times the grace, of which it takes the double."""
    monkeypatch.setattr(pace, "BYTES_A_SECOND", 2048 / 30)

    async def pieces():
        yield b" " * 2048
        await asyncio.sleep(0.6)
        yield b"{}"

    answer = await gate.ask("POST", "/api/v1/dossiers", data=pieces(), headers=JSON)

    assert (answer.status, (await answer.json())["code"]) == (422, "body.faulty")


async def test_headers_that_never_end_and_a_connection_that_asks_nothing_are_hung_up_on(gate, monkeypatch) -> None:
    monkeypatch.setattr(running, "IDLE_SECONDS", 0.3)
    async with running.listening(make_app(gate.house.services, door=Door()), host="127.0.0.1", port=0) as url:
        port = int(url.rpartition(":")[2])
        for said in (b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A:"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            assert await asyncio.wait_for(reader.read(), 60) == b""
            writer.close()


def test_a_connection_without_a_question_is_kept_longer_than_a_proxy_keeps_it_and_no_longer_than_that_needs() -> None:
    assert 60 < running.IDLE_SECONDS <= 120


@pytest.mark.parametrize("body", [
    b"[" * DEEP + rb'"\u0000"' + b"]" * DEEP, b'{"a":' * DEEP + rb'"\u0000"' + b"}" * DEEP, b"[" * 100_000,
    b'{"fee_dong":' + b"9" * 100_000 + b"}", b'{"fee_dong":1e999999}', b'{"fee_dong":-0.0e-99999}',
], ids=["arrays", "objects", "open", "digits", "power", "small"])  # fmt: skip
async def test_json_too_deep_or_with_numbers_too_long_is_the_callers_mistake(gate, body: bytes) -> None:
    answer = await gate.ask("POST", "/api/v1/dossiers", data=body, headers=JSON)

    assert answer.status in {400, 422}


async def test_a_form_with_more_fields_than_any_form_of_ours_is_refused(gate) -> None:
    form = {f"f{n}": "x" for n in range(100)}
    answer = await gate.client.post("/signin", data=form, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status == 400


@pytest.mark.parametrize(
    "lines", [["X-Long: " + "x" * 20_000], [f"X-{n}: x" for n in range(500)]], ids=["long", "many"]
)
async def test_headers_beyond_all_measure_are_refused_and_do_not_fill_our_log(gate, caplog, lines: list[str]) -> None:
    caplog.set_level("INFO")
    async with running.listening(make_app(gate.house.services, door=Door()), host="127.0.0.1", port=0) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(knock(gate, "/signin", *lines, "Content-Length: 0").replace("\n", "\r\n").encode())
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()

    assert answer.split()[1] == b"400"
    told = [record for record in caplog.records if record.name == "postgw.web.unread"]
    assert [(record.levelname, record.exc_info) for record in told] == [("INFO", None)]
    assert "xxx" not in caplog.text


async def test_a_small_body_that_unpacks_to_a_large_one_is_refused(gate) -> None:
    packed = zlib.compress(b" " * 40_000_000)
    answer = await gate.ask(
        "POST",
        "/api/v1/dossiers",
        data=packed,
        headers={**JSON, "Content-Encoding": "deflate"},
        skip_auto_headers=["x"],
    )

    assert answer.status == 413


async def endless():
    for _ in range(3000):
        yield b"a=" + b"x" * 4094


@pytest.mark.parametrize("path", ["/signin", "/r/4K7M29TB6HC-aaaaaaaaaa"])
async def test_a_form_without_end_is_cut_off_at_its_own_limit(gate, path: str) -> None:
    taken = 0

    async def counted():
        nonlocal taken
        async for piece in endless():
            taken += len(piece)
            yield piece

    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    try:
        answer = await gate.client.post(path, data=counted(), headers=headers)
        assert answer.status in {404, 413}
    except ClientConnectionError:
        pass  # hung up on in mid-sentence

    assert taken < 6_000_000


async def test_what_outsiders_say_to_us_is_short_whoever_they_are(gate) -> None:
    async def heard(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    app = make_app(gate.house.services, door=Door(), inbound_routes=[web.post("/ngsp/heard", heard)])
    async with TestClient(TestServer(app)) as client:
        short, long = [
            await client.post("/ngsp/heard", data=io.BytesIO(b"x" * size)) for size in (1 << 20, (1 << 20) + 1)
        ]

    assert (short.status, long.status) == (200, 413)


async def test_methods_that_nobody_knows_add_no_figure(gate) -> None:
    for method in ("PROPFIND", "LOCK", "SEARCH"):
        await gate.ask(method, "/healthz")
    page = await (await gate.get("/metrics", token="")).text()

    assert "PROPFIND" not in page
    assert 'postgw_requests_total{method="other"' in page


@pytest.mark.parametrize("header", ["Authorization: Bearer pgw_", "Cookie: postgw=", "Cookie: l=", "X-Request-ID: ",
                                    "If-None-Match: ", "Idempotency-Key: ", "Accept-Language: ",
                                    "Origin: http://"])  # fmt: skip
@pytest.mark.parametrize("asked", ["POST /api/v1/dossiers", "GET /api/v1/dossiers", "GET /desk", "POST /desk/names",
                                   "GET /", "POST /signout", "GET /api/openapi.json"])  # fmt: skip
async def test_a_header_that_is_no_text_is_no_fault_of_ours(gate, asked: str, header: str) -> None:
    text = f"{asked} HTTP/1.1\nHost: x\nContent-Type: application/json\nConnection: close\n"
    ours = "" if header.startswith("Origin") else "Sec-Fetch-Site: same-origin\n"
    known = "" if header.startswith("Auth") else f"Authorization: Bearer {gate.token}\n"
    answer = await spoken(gate, text + ours + known + header, then=b"\xff\xfe\r\nContent-Length: 2\r\n\r\n{}")

    assert int(answer.split()[1]) < 500, answer[:300]


async def test_a_proof_that_is_no_text_proves_nothing(gate) -> None:
    cookie = await gate.house.services.sittings.enter_with_token(gate.token, at=gate.clock[0])
    text = f"POST /desk/names HTTP/1.1\nHost: x\nSec-Fetch-Site: same-origin\nCookie: postgw={cookie}\n"
    answer = await spoken(
        gate, text + "Connection: close\nX-Form-Proof: ", then=b"\xff\r\nContent-Length: 0\r\n\r\n"
    )  # fmt: skip

    assert answer.split()[1] == b"403"


async def test_a_secret_link_or_an_orders_token_that_is_no_text_opens_nothing(gate) -> None:
    number = (await gate.consignment())["consignment_no"]
    await gate.client.get(f"/r/r.{number}.AAAAAAAAAAAAAAAA")  # draws the house's secret
    for path in (f"/c/c.{number}.%ff%fe", f"/r/r.{number}.%ff", "/m/%ff", f"/c/c.{number}.%ed%b3%bf"):
        answer = await gate.client.get(URL(path, encoded=True))
        assert answer.status == 404, path
    with pytest.raises(Forbidden):
        await gate.house.services.customers.customer("kh-1.9999999999.\udcff", at=gate.clock[0])
