"""An outsider at the wire: a real socket that answers what a test tells it, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from adapters.rehearsal.post_office import RehearsalPostOffice
from adapters.rehearsal.settings import OfficeOptions
from adapters.vnpost_ngsp.client import NgspPostOffice
from adapters.vnpost_ngsp.settings import NgspSettings
from postgw.domain.address import Party
from postgw.domain.ports import Notice, PostOrder, PostPlace

NGSP = "/apiVNPostNGSP/p1.0"
TOKEN = (200, {"access_token": "t-1", "token_type": "Bearer", "expires_in": 3600})


@dataclass(kw_only=True)
class Asked:
    """One call as the outsider saw it."""

    method: str
    path: str
    query: str
    headers: Any
    body: bytes


@dataclass
class Outsider:
    """Answers each path from a list; the last answer stays."""

    url: str = ""
    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def will_answer(self, path: str, *answers: Any) -> None:
        self.answers[path] = list(answers)

    def calls(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(
            Asked(
                method=request.method, path=request.path, query=request.rel_url.raw_query_string,
                headers=request.headers, body=await request.read(),
            )
        )  # fmt: skip
        answers = self.answers[request.path]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            return await answer(request)  # type: ignore[no-any-return]
        status, body, *headers = answer
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return web.Response(status=status, body=content, headers=headers[0] if headers else None)


async def cut_off(request: web.Request) -> web.StreamResponse:
    """Drop the line instead of answering."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.fixture
def dropped_line() -> Any:
    return cut_off


@pytest.fixture
async def outsider() -> AsyncIterator[Outsider]:
    it = Outsider(answers={"/token": [TOKEN]})
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", it.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    it.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield it
    await runner.cleanup()


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def hours_pass(self, hours: float) -> None:
        """Let hours pass; the rehearsal office of these tests lives at the real speed."""
        self.at += timedelta(hours=hours)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def open_office(clock: Clock) -> AsyncIterator[Callable[..., Any]]:
    """Open rehearsal post offices over real sockets; they close with the test."""
    opened: list[RehearsalPostOffice] = []

    async def open_one(**options: Any) -> tuple[RehearsalPostOffice, str]:
        it = RehearsalPostOffice(OfficeOptions(**{"port": 0, "speed": 3600.0, **options}), clock=clock)
        opened.append(it)
        return it, await it.start()

    yield open_one
    for it in opened:
        await it.stop()


@pytest.fixture
async def client_of() -> AsyncIterator[Callable[..., NgspPostOffice]]:
    """Build clients of the government wire; they close with the test."""
    built: list[NgspPostOffice] = []

    def build(url: str, **settings: Any) -> NgspPostOffice:
        monotonic = settings.pop("monotonic", None)
        given = {"customer_code": "HCC-DEMO", "key": "dien-tap", "secret": "dien-tap", "base_url": url}
        known = NgspSettings(**{**given, "total_seconds": 5.0, **settings})
        built.append(NgspPostOffice(known, **({"monotonic": monotonic} if monotonic else {})))
        return built[-1]

    yield build
    for client in built:
        await client.close()


@pytest.fixture
def order() -> PostOrder:
    return PostOrder(
        order_no="4K7M29TB6HC",
        consignor=Party(name="Bộ phận Một cửa", phone="02393000001", address="Số 1 phố Huế", province="tỉnh Hà Tĩnh"),
        consignee=Party(
            name="Nguyễn Văn Ánh", phone="0912000003", address="Thôn Đoài", commune="xã Kỳ Lạc", province="tỉnh Hà Tĩnh"
        ),
        consignor_place=PostPlace(province=48),
        consignee_place=PostPlace(province=48, district=4810),
        contents="Giấy khai sinh (bản chính)",
        collect_dong=25000,
    )


@pytest.fixture
def notice() -> Notice:
    return Notice(
        notice_id="ntc_01",
        kind="consignment.delivered",
        at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
        desk="TS-HT",
        consignment_no="4K7M29TB6HC",
        dossier_no="000.00.16.H26-240105-0007",
        state="delivered",
    )
