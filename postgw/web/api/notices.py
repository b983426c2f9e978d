"""The change feed, webhook subscriptions, and the outbox of what is still owed to outsiders.

Used by: routes.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from postgw.domain.errors import Unknown
from postgw.web.answers import answered
from postgw.web.operation import Answer, NoQuery, operation
from postgw.web.schemas.notices import (
    ErrandList,
    EventList,
    EventQuery,
    HookIn,
    HookList,
    HookMade,
    OutboxQuery,
    errand_out,
    event_out,
    hook_out,
)
from postgw.web.serve import Call

_PAUSE_SECONDS = 0.5
_NOTHING = Answer(status=204, text="Xong.")


@operation(
    "listEvents", "Dòng sự kiện", Answer(status=200, text="Sự kiện theo thứ tự.", model=EventList), query=EventQuery,
    text="Hỏi lại với `after` bằng `next_after`. `wait` giữ câu hỏi tối đa 30 giây khi chưa có gì mới.",
)  # fmt: skip
async def events(call: Call[None, EventQuery]) -> web.Response:
    """Answer with what happened after a number, waiting a while when nothing has."""
    asked = call.query
    loop = asyncio.get_running_loop()
    end = loop.time() + asked.wait
    found = await _after(call)
    while not found and loop.time() < end:
        await asyncio.sleep(min(_PAUSE_SECONDS, max(0.0, end - loop.time())))
        found = await _after(call)
    return answered({
        "data": [event_out(event) for event in found],
        "next_after": found[-1].event_no if found else asked.after,
    })  # fmt: skip


async def _after(call: Call[None, EventQuery]) -> Any:
    return await call.services.notices.events(after=call.query.after, limit=call.query.limit, actor=call.actor)


@operation(
    "subscribe", "Đăng ký webhook", Answer(status=201, text="Đăng ký; `secret` chỉ hiện lần này.", model=HookMade),
    body=HookIn, creates=True, problems=(409,), example={
        "url": "https://motcua.example.vn/postgw", "kinds": ["consignment.delivered"], "desk": "H15.50.05.13",
    },
)  # fmt: skip
async def subscribe(call: Call[HookIn, NoQuery]) -> web.Response:
    """Subscribe an address to notices."""
    hook = await call.services.notices.subscribe(**call.body.__dict__, actor=call.actor, at=call.at)
    return answered(
        {**hook_out(hook), "secret": hook.secrets[0]}, status=201, Location=f"/api/v1/webhooks/{hook.hook_no}"
    )


@operation("listWebhooks", "Các đăng ký", Answer(status=200, text="Các đăng ký.", model=HookList))
async def hooks(call: Call[None, NoQuery]) -> web.Response:
    """Answer with all subscriptions, without their secrets."""
    return answered({"data": [hook_out(hook) for hook in await call.services.notices.hooks(actor=call.actor)]})


@operation("unsubscribe", "Bỏ đăng ký", _NOTHING, problems=(404,))
async def unsubscribe(call: Call[None, NoQuery]) -> web.Response:
    """End a subscription."""
    await call.services.notices.unsubscribe(call.path("hook_no"), actor=call.actor, at=call.at)
    return web.Response(status=204)


@operation(
    "listOutbox", "Tin chưa đi, bị dừng hoặc đã đi", Answer(status=200, text="Các tin.", model=ErrandList),
    query=OutboxQuery,
)  # fmt: skip
async def outbox(call: Call[None, OutboxQuery]) -> web.Response:
    """Answer with the errands of one state."""
    found = await call.services.notices.outbox(state=call.query.state, limit=call.query.limit, actor=call.actor)
    return answered({"data": [errand_out(errand) for errand in found]})


@operation(
    "replayErrand", "Gửi lại một tin", Answer(status=202, text="Đã xếp hàng lại."), creates=True, problems=(404, 409)
)
async def replay(call: Call[None, NoQuery]) -> web.Response:
    """Queue one errand anew."""
    text = call.path("errand_no")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Unknown("Không có tin số {number}.", number=text, code="errand.unknown")
    await call.services.notices.replay(int(text), actor=call.actor, at=call.at)
    return web.Response(status=202)
