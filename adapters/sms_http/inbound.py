"""What a gateway says became of a message: it calls us, with a secret, at `/hooks/sms/<channel>`.

Some gateways put the receipt into the query of a GET, others post a form or JSON; all are read alike. Whoever is
understood gets 200 with the word it waits for, also for a receipt that nobody knows or has heard of before: a gateway
that is told anything else calls again for hours. A word that is in no list changes nothing.

Stands on: mapping, settings. Used by: bootstrap, which hands in the acts and mounts the routes.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from ..card import Acts
from ..foreign_json import read_json
from .mapping import receipts_from_wire
from .settings import SmsSettings

PATH = "/hooks/sms/{channel}"
_BODY_MOST = 64 * 1024


def routes(acts: Acts, channels: Mapping[str, Any]) -> tuple[web.RouteDef, ...]:
    """Return the address at which gateways call; none where no channel has a secret for it."""
    listening = {name: settings for name, settings in channels.items() if settings.hook_secret}
    if not listening:
        return ()
    hook = _Hook(acts, listening)
    return (web.post(PATH, hook.hear), web.get(PATH, hook.hear, allow_head=False))


class _Hook:
    """Answers the calls of gateways."""

    def __init__(self, acts: Acts, channels: Mapping[str, SmsSettings]) -> None:
        self._acts, self._channels = acts, channels

    async def hear(self, request: web.Request) -> web.Response:
        """Keep what a gateway says became of messages."""
        channel = request.match_info["channel"]
        settings = self._channels.get(channel)
        if settings is None or not _is_let_in(request, settings):
            return web.Response(status=401, text="401")
        try:
            heard = list(receipts_from_wire(await _said(request), settings))
        except ValueError:
            return web.Response(status=400, text="400")
        for one in heard:
            if one.arrived is not None:
                await self._acts.messages.heard(
                    channel, one.receipt_no, arrived=one.arrived,
                    reason="" if one.arrived else f"sms.{one.word[:40]}", at=self._acts.clock(),
                )  # fmt: skip
        return web.Response(text=settings.receipts.answer)


def _is_let_in(request: web.Request, settings: SmsSettings) -> bool:
    reading = settings.receipts
    given = request.headers.get(reading.secret_header, "") if reading.secret_header else ""
    if not given and reading.secret_query:
        given = request.query.get(reading.secret_query, "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), settings.hook_secret.encode())


async def _said(request: web.Request) -> Any:
    """Return what a call says: JSON, a form, or the query. Raises ValueError when it says nothing that can be read."""
    if request.method == "GET":
        return dict(request.query)
    raw = await request.read()
    if len(raw) > _BODY_MOST:
        raise ValueError("too long")
    if "form" in request.content_type:
        return {
            **request.query,
            **dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100)),
        }
    return read_json(raw) if raw.strip() else dict(request.query)
