"""The change feed and the webhooks say the same, each event with its place, and neither names anybody."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook

from postgw.storage.database import moment

from .conftest import CITIZEN, DESK, Day
from .test_parcel import dossier

PRIVATE = "[adapters.webhooks.hooks]\nallow_private = true\n"


@dataclass
class Subscriber:
    """Listens at a real socket, refuses what it is told to, keeps what is signed."""

    url: str = ""
    deaf: int = 0  #: so many next notices find nobody
    heard: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        if self.deaf:
            self.deaf -= 1
            return web.Response(status=503)
        self.heard.append((await request.read(), dict(request.headers)))
        return web.Response()


@pytest.fixture
async def subscriber() -> AsyncIterator[Subscriber]:
    it = Subscriber()
    app = web.Application()
    app.router.add_post("/hook", it.hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    it.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield it
    await runner.cleanup()


async def lived(day: Day) -> list[dict[str, Any]]:
    """Let a parcel begin its way, everybody be told, and return the feed."""
    await day.ask("officer", "POST", "/api/v1/dossiers", dossier(), expect=201)
    wanted = {"dossier": f"{DESK}/MC-2026-0007", "leg": "send"}
    made = await day.ask("officer", "POST", "/api/v1/consignments", wanted, expect=201)
    for at, word in enumerate(("collected", "arrived", "out_for_delivery")):
        scan = {
            "scan_id": f"s-{at}", "number": made["consignment_no"], "code": word,
            "device_at": day.clock[0].isoformat(),
        }  # fmt: skip
        batch = {"device": "d-1", "sent_at": day.clock[0].isoformat(), "scans": [scan]}
        await day.ask("postman", "POST", "/api/v1/scans", batch, expect=200)
        day.pass_time(minutes=20)
    for _ in range(3):
        await day.time_knocks()
        day.pass_time(minutes=20)
    return [one["notice"] for one in (await day.ask("administrator", "GET", "/api/v1/events", expect=200))["data"]]


async def test_a_webhook_says_the_same_as_the_feed_signed_and_with_its_place_in_it(
    open_day: Callable[..., Any], subscriber: Subscriber
) -> None:
    async with open_day(PRIVATE) as day:
        wanted = {"url": subscriber.url}
        hook = await day.ask("administrator", "POST", "/api/v1/webhooks", wanted, expect=201)
        subscriber.deaf = 2
        feed = await lived(day)

    verified = [Webhook(hook["secret"]).verify(body, headers) for body, headers in subscriber.heard]
    assert sorted(verified, key=lambda one: str(one["sequence"])) == feed
    assert len(feed) >= 2
    places = [int(one["sequence"]) for one in feed]
    assert places == sorted(set(places))


async def test_neither_names_anybody(open_day: Callable[..., Any], subscriber: Subscriber) -> None:
    async with open_day(PRIVATE) as day:
        await day.ask("administrator", "POST", "/api/v1/webhooks", {"url": subscriber.url}, expect=201)
        feed = await lived(day)

    said = json.dumps(feed, ensure_ascii=False) + "".join(body.decode() for body, _ in subscriber.heard)
    assert subscriber.heard
    assert not [text for text in CITIZEN.values() if text in said]


async def test_that_a_post_had_nothing_to_tell_is_written_down_without_a_transaction(day: Day) -> None:
    feeds, database = day.house.services.feeds, day.house.database
    await feeds.read_all(at=day.clock[0])
    begun, later = database.pool().begun, day.clock[0] + timedelta(minutes=5)

    assert await feeds.read_all(at=later) == 0

    rows = await database.reading.rows("SELECT read_at FROM feed")
    assert [moment(row["read_at"]) for row in rows] == [later]
    assert database.pool().begun - begun == (1 if database.sqlite else 0)
