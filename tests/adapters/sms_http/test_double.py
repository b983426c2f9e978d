"""The gateway's double says by itself what became of a text, where it is told whom to tell."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.rehearsal.sms_gateway import RehearsalSmsGateway, SmsGatewayOptions

TEXT = {"apikey": "dien-tap", "phone": "84912000003", "text": "Ho so", "ref": "m-1", "brand": "MOT CUA"}


async def sent(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{url}/sms", json=TEXT) as answer:
        assert (await answer.json())["code"] == "100"


async def test_a_text_that_was_taken_is_reported_once() -> None:
    heard: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        assert request.headers["X-Hook-Secret"] == "bi-mat"
        heard.put_nowait(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hooks/sms/sms_http", hook)
    async with TestServer(app) as server:
        url = str(server.make_url("/hooks/sms/sms_http"))
        gateway = RehearsalSmsGateway(SmsGatewayOptions(hook_url=url, hook_secret="bi-mat", report_seconds=0.01))
        await sent(await gateway.start())
        assert await asyncio.wait_for(heard.get(), 60) == {"sms_id": "S-1", "status": "5"}
        await gateway.stop()
    assert heard.empty()


async def test_a_hook_where_nobody_listens_is_noted_and_hurts_nothing(caplog) -> None:
    options = SmsGatewayOptions(hook_url="http://127.0.0.1:9/hooks/sms/x", report_seconds=0.0)
    gateway = RehearsalSmsGateway(options)
    url = await gateway.start()
    await sent(url)
    while not caplog.records:
        await asyncio.sleep(0.01)
    await gateway.stop()
    assert "nobody took a call" in caplog.text
