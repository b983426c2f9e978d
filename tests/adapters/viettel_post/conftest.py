"""Clients of Viettel Post, its double, and a house that only remembers what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from adapters.rehearsal.viettel_post import RehearsalViettelPost, ViettelOptions
from adapters.viettel_post import inbound
from adapters.viettel_post.client import ViettelPostOffice
from adapters.viettel_post.settings import ViettelSettings
from postgw.domain.ports import FeedEvent, FeedReject

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GIVEN = {"key": "dien-tap", "secret": "dien-tap", "webhook_secret": "mot-bi-mat", "service": "VCN"}


class Remembering:
    """A house that keeps each record once, and may be slow or broken."""

    def __init__(self) -> None:
        self.events: dict[str, FeedEvent] = {}
        self.rejects: dict[str, FeedReject] = {}
        self.accounts: set[str] = set()
        self.wait: Callable[[], Any] | None = None

    async def hear(
        self, account: str, events: Sequence[FeedEvent], rejects: Sequence[FeedReject] = (), *, at: datetime
    ) -> None:
        if self.wait is not None:
            await self.wait()
        self.accounts.add(account)
        self.events.update({event.record_id: event for event in events})
        self.rejects.update({reject.record_id: reject for reject in rejects})


@pytest.fixture
def settings_of() -> Callable[..., ViettelSettings]:
    return lambda **other: ViettelSettings(**{**GIVEN, **other})


@pytest.fixture
async def carrier_of() -> AsyncIterator[Callable[..., ViettelPostOffice]]:
    built: list[ViettelPostOffice] = []

    def build(url: str, **other: Any) -> ViettelPostOffice:
        monotonic = other.pop("monotonic", None)
        known = ViettelSettings(**{**GIVEN, "base_url": url, "total_seconds": 5.0, **other})
        built.append(ViettelPostOffice(known, **({"monotonic": monotonic} if monotonic else {})))
        return built[-1]

    yield build
    for client in built:
        await client.close()


@pytest.fixture
async def double_of() -> AsyncIterator[Callable[..., Any]]:
    opened: list[RehearsalViettelPost] = []

    async def open_one(**options: Any) -> tuple[RehearsalViettelPost, str]:
        it = RehearsalViettelPost(
            ViettelOptions(**{"webhook_secret": GIVEN["webhook_secret"], "webhook_seconds": 60.0, **options}),
            clock=lambda: MORNING,
        )
        opened.append(it)
        return it, await it.start()

    yield open_one
    for it in opened:
        await it.stop()


@pytest.fixture
def house() -> Remembering:
    return Remembering()


@pytest.fixture
async def door(house: Remembering, settings_of: Any) -> AsyncIterator[TestClient[Any, Any]]:
    """The address at which the carrier calls, with one account in use."""
    acts: Any = SimpleNamespace(words=house, clock=lambda: MORNING)
    app = Application()
    app.add_routes(inbound.routes(acts, {"vtp": settings_of()}))
    async with TestClient(TestServer(app)) as client:
        yield client
