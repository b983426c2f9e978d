"""How the house stands, for those who watch it; and the API's own description.

Used by: routes. These answer without a token, without a quota, and know nothing of any dossier.
"""

from __future__ import annotations

import asyncio
import re
from importlib import resources

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from postgw.domain.actor import GATEWAY
from postgw.web import keys
from postgw.web.answers import answered, tagged_bytes, to_json

_CODE = re.compile(r"[a-z0-9_.]{1,80}")


async def alive(request: web.Request) -> web.Response:
    """Answer that the process lives."""
    return answered({"alive": True})


async def ready(request: web.Request) -> web.Response:
    """Answer whether calls should be sent here; rehearsal is told, and is no fault."""
    services = request.app[keys.SERVICES]
    wrong = await services.ready()
    standing = {"ready": not wrong, "rehearsal": services.rehearsal, "wrong": wrong}
    return answered(standing, status=503 if wrong else 200)


async def metrics(request: web.Request) -> web.Response:
    """Answer with the figures for Prometheus."""
    services, figures = request.app[keys.SERVICES], request.app[keys.METRICS]
    wrong = await services.ready()
    figures.standing(wrong=len(wrong), rehearsal=services.rehearsal)
    if not wrong:
        figures.wires(await services.wires.watch(actor=GATEWAY, at=request[keys.AT]), at=request[keys.AT])
        figures.supply(await services.supply.standing(actor=GATEWAY, at=request[keys.AT]))
        figures.path.jobs(await services.timekeeping.standing(actor=GATEWAY, at=request[keys.AT]))
        figures.path.standing(await services.figures.standing(actor=GATEWAY, at=request[keys.AT]), at=request[keys.AT])
    figures.backup(await services.checklist.newest_backup(), at=request[keys.AT])
    return web.Response(body=figures.page(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def description(request: web.Request) -> web.Response:
    """Answer with the OpenAPI description."""
    described = await asyncio.to_thread(request.app[keys.DESCRIBED])
    return tagged_bytes(
        request, described.spec, described.etag, media="application/json", Cache_Control="public, max-age=300"
    )


async def readable(request: web.Request) -> web.Response:
    """Answer with the description as a page to read."""
    described = await asyncio.to_thread(request.app[keys.DESCRIBED])
    return web.Response(text=described.page, content_type="text/html")


async def style(request: web.Request) -> web.Response:
    """Answer with the style of that page."""
    sheet = (resources.files("postgw.web") / "docs/docs.css").read_text("utf-8")
    return web.Response(text=sheet, content_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


async def problem(request: web.Request) -> web.Response:
    """Answer with what the code of a problem document stands for, in general."""
    code = request.match_info["code"]
    if not _CODE.fullmatch(code):
        raise web.HTTPNotFound
    body = to_json({
        "code": code,
        "detail": "Mã lỗi ổn định, cho máy đọc. Câu giải thích nằm trong `detail`, chỗ sai nằm trong `errors` của "
        "chính câu trả lời lỗi. Cách đọc lỗi: /api/docs#problems.",
    })  # fmt: skip
    return web.Response(body=body, content_type="application/json")
