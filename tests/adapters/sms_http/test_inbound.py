"""What a gateway calls us with, and who is let in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.card import Acts
from adapters.sms_http.inbound import routes
from postgw.domain.ports import Message

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
SECRET = {"X-Hook-Secret": "dien-tap"}


@dataclass
class Kept:
    """The house's act, as far as a gateway sees it."""

    heard_of: list[tuple[Any, ...]] = field(default_factory=list)

    async def heard(self, channel: str, receipt_no: str, *, arrived: bool, reason: str = "", at: datetime) -> None:
        self.heard_of.append((channel, receipt_no, arrived, reason, at))


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def listen(kept: Kept) -> AsyncIterator[Callable[..., Any]]:
    opened: list[TestClient[Any, Any]] = []

    async def open_one(settings: Any) -> TestClient[Any, Any]:
        app = web.Application()
        acts = cast(Acts, type("A", (), {"messages": kept, "clock": staticmethod(lambda: AT)}))
        app.add_routes(routes(acts, {"sms_http": settings}))
        opened.append(TestClient(TestServer(app)))
        await opened[-1].start_server()
        return opened[-1]

    yield open_one
    for client in opened:
        await client.close()


async def test_a_receipt_is_taken_from_json_a_form_or_the_query(listen, settings_of, kept):
    client = await listen(settings_of("http://127.0.0.1:1"))
    for sent in (
        client.post("/hooks/sms/sms_http", json={"sms_id": "S-1", "status": "5"}, headers=SECRET),
        client.post("/hooks/sms/sms_http", data={"sms_id": "S-1", "status": "5"}, headers=SECRET),
        client.get("/hooks/sms/sms_http?sms_id=S-1&status=5", headers=SECRET),
        client.post("/hooks/sms/sms_http?sms_id=S-1&status=5", headers=SECRET),
    ):
        answer = await sent
        assert (answer.status, await answer.text()) == (200, "OK")
    assert kept.heard_of == [("sms_http", "S-1", True, "", AT)] * 4


async def test_a_no_is_kept_with_its_word_and_what_is_under_way_is_not(listen, settings_of, kept):
    client = await listen(settings_of("http://127.0.0.1:1"))
    for status in ("4", "1"):
        body = {"sms_id": "S-1", "status": status}
        assert (await client.post("/hooks/sms/sms_http", json=body, headers=SECRET)).status == 200
    assert kept.heard_of == [("sms_http", "S-1", False, "sms.4", AT)]


async def test_the_secret_may_stand_in_the_address_where_the_settings_say_so(listen, settings_of, kept):
    reading = {"receipt": "/id", "state": "/s", "arrived": ["1"], "secret_query": "token"}
    client = await listen(settings_of("http://127.0.0.1:1", receipts=reading))
    assert (await client.get("/hooks/sms/sms_http?id=9&s=1&token=dien-tap")).status == 200
    assert len(kept.heard_of) == 1


@pytest.mark.parametrize(("path", "headers"), [
    ("/hooks/sms/sms_http", {}), ("/hooks/sms/sms_http", {"X-Hook-Secret": "sai"}),
    ("/hooks/sms/sms_http?token=dien-tap", {}), ("/hooks/sms/other", SECRET),
])  # fmt: skip
async def test_a_stranger_is_not_let_in(listen, settings_of, kept, path, headers):
    client = await listen(settings_of("http://127.0.0.1:1"))
    answer = await client.post(path, json={"sms_id": "S-1", "status": "5"}, headers=headers)
    assert (answer.status, kept.heard_of) == (401, [])


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"\xff", b"[" * 50000, b"{" + b'"a":1,' * 20000, b"{}"])
async def test_what_cannot_be_read_is_refused_and_changes_nothing(listen, settings_of, kept, body):
    client = await listen(settings_of("http://127.0.0.1:1"))
    answer = await client.post("/hooks/sms/sms_http", data=body, headers={**SECRET, "Content-Type": "application/json"})
    assert (answer.status, kept.heard_of) == (400, [])


def test_without_a_secret_there_is_no_address(settings_of):
    assert routes(cast(Acts, None), {"sms_http": replace(settings_of("http://127.0.0.1:1"), hook_secret="")}) == ()


async def test_the_double_reports_to_our_hook(listen, settings_of, kept, open_gateway, client_of):
    gateway, url = await open_gateway()
    client = await listen(settings_of(url))
    gateway.hook_url = str(client.make_url("/hooks/sms/sms_http"))
    receipt = await client_of(url).send(Message(message_id="m", to="0912000003", text="x"))
    assert (await gateway.report("m"), await gateway.report("m", "4")) == (200, 200)
    assert {(one[1], one[2]) for one in kept.heard_of} == {(receipt.receipt_no, True), (receipt.receipt_no, False)}
