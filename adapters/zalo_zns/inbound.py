"""What Zalo calls us with: that a notification reached the telephone.

Zalo signs each event over its exact bytes (`X-ZEvent-Signature: mac=<sha256>`), wants 200 within two seconds, and calls
again for hours when it does not get it. So every signed event is answered with 200, also one that is none of ours.

Stands on: mapping. Used by: bootstrap, which hands in the acts and mounts the routes.
Source: Zalo's webhook documents as several public receivers read them (docs/adapters/zalo_zns.md).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..card import Acts
from ..foreign_json import read_json
from .mapping import received_from_wire, sign_of
from .settings import ZaloSettings

PATH = "/hooks/zalo/{channel}"
_BODY_MOST = 64 * 1024


def routes(acts: Acts, channels: Mapping[str, Any]) -> tuple[web.RouteDef, ...]:
    """Return the address at which Zalo calls; none where no channel has the account's secret."""
    listening = {name: settings for name, settings in channels.items() if settings.oa_secret}
    return (web.post(PATH, _Hook(acts, listening).hear),) if listening else ()


class _Hook:
    """Answers Zalo's calls."""

    def __init__(self, acts: Acts, channels: Mapping[str, ZaloSettings]) -> None:
        self._acts, self._channels = acts, channels

    async def hear(self, request: web.Request) -> web.Response:
        """Keep that a message arrived."""
        channel = request.match_info["channel"]
        settings = self._channels.get(channel)
        raw = await request.read()
        event = _read(raw) if settings is not None and len(raw) <= _BODY_MOST else None
        if settings is None or event is None or not _is_signed(request, raw, event, settings):
            return web.Response(status=401, text="401")
        if receipt_no := received_from_wire(event):
            await self._acts.messages.heard(channel, receipt_no, arrived=True, at=self._acts.clock())
        return web.Response(text="OK")


def _read(raw: bytes) -> Mapping[str, Any] | None:
    try:
        event = read_json(raw)
    except ValueError:
        return None
    return event if isinstance(event, Mapping) else None


def _is_signed(request: web.Request, raw: bytes, event: Mapping[str, Any], settings: ZaloSettings) -> bool:
    given = request.headers.get("X-ZEvent-Signature", "").removeprefix("mac=").strip().lower()
    stamp = event.get("timestamp")
    timestamp = str(stamp) if isinstance(stamp, str | int) and not isinstance(stamp, bool) else ""
    expected = sign_of(settings.app_id, raw, timestamp, settings.oa_secret)
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
