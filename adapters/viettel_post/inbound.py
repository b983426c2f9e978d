"""What Viettel Post tells us: one happening a call, answered within a second.

The carrier wants 200 within a second, else it calls again, five times. Whoever shows the secret gets a 200 for
whatever can be kept: a repeat, a parcel we do not know, an event that comes late or after the end, a row nobody can
read. The one thing that is never answered 200 is an event that is not yet kept. Where memory is busy for longer than
`ANSWER_WITHIN` allows, the answer is 503 and the writing goes on: the carrier calls again and meets a record that it
told before. An event that was acknowledged is never gone.

Stands on: mapping, settings. Used by: bootstrap, which hands in the acts and mounts the routes.
Source: the carrier's integration document (webhook).
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from aiohttp import web

from postgw.domain.ports import FeedEvent, FeedReject, PostWords

from ..card import Acts
from ..foreign_json import read_json
from .codes import Vocabulary
from .mapping import clean, event_from_wire
from .settings import ViettelSettings

PATH = "/hooks/viettel-post/{account}"
ANSWER_WITHIN = 0.6
_RAW_MOST = 4000

_LOG = logging.getLogger(__name__)


def routes(acts: Acts, in_use: Mapping[str, Any]) -> tuple[web.RouteDef, ...]:
    """Return the address at which the carrier calls, none where no account is in use."""
    if not in_use:
        return ()
    return (web.post(PATH, _Door(acts.words, acts.clock, in_use).told),)


class _Door:
    """Takes the calls of every account."""

    def __init__(
        self, words: PostWords, clock: Callable[[], datetime], accounts: Mapping[str, ViettelSettings]
    ) -> None:
        self._words, self._clock, self._accounts = words, clock, accounts
        self._vocabularies = {name: settings.vocabulary() for name, settings in accounts.items()}
        self._writing: set[asyncio.Task[None]] = set()

    async def told(self, request: web.Request) -> web.Response:
        """Keep what one call tells."""
        account = request.match_info["account"]
        settings = self._accounts.get(account)
        raw = await request.read()
        body = _body(raw)
        if settings is None or not _is_let_in(request, body, settings.webhook_secret):
            return _answer(401, "Unauthorized")
        read = _read(body, raw, self._vocabularies[account])
        kept = await self._keep(account, read)
        return _answer(200, "OK") if kept else _answer(503, "Busy")

    async def _keep(self, account: str, read: FeedEvent | FeedReject) -> bool:
        """Write it down; false when that is not done in time, though it goes on."""
        events, rejects = ((read,), ()) if isinstance(read, FeedEvent) else ((), (read,))
        writing = asyncio.create_task(self._write(account, events, rejects))
        self._writing.add(writing)
        writing.add_done_callback(self._written)
        done, _ = await asyncio.wait({writing}, timeout=ANSWER_WITHIN)
        if done:
            writing.result()
        return bool(done)

    async def _write(self, account: str, events: tuple[FeedEvent, ...], rejects: tuple[FeedReject, ...]) -> None:
        await self._words.hear(account, events, rejects, at=self._clock())

    def _written(self, writing: asyncio.Task[None]) -> None:
        self._writing.discard(writing)
        if not writing.cancelled() and (fault := writing.exception()):
            _LOG.error("an event of the carrier could not be kept: %s", type(fault).__name__)


def _body(raw: bytes) -> Any:
    try:
        return read_json(raw)
    except ValueError:
        return None


def _is_let_in(request: web.Request, body: Any, secret: str) -> bool:
    """Say whether the secret is shown, in the header or in the body, and nowhere another one."""
    header = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    token = clean(body.get("TOKEN")) if isinstance(body, Mapping) else ""
    shown = [text for text in (header, token) if text]
    wanted = secret.encode()
    return bool(shown) and all(hmac.compare_digest(text.encode("utf-8", "replace"), wanted) for text in shown)


def _read(body: Any, raw: bytes, vocabulary: Vocabulary) -> FeedEvent | FeedReject:
    row = body.get("DATA") if isinstance(body, Mapping) else None
    try:
        if not isinstance(row, Mapping):
            raise ValueError("không có DATA")
        return event_from_wire(row, vocabulary)
    except ValueError as wrong:
        # The token is left out of what is kept; the digest is that of the row, so that a repeat is the same reject.
        text = json.dumps(row, sort_keys=True) if isinstance(row, Mapping) else raw.decode("utf-8", "replace")
        return FeedReject(
            record_id=sha256(text.encode()).hexdigest()[:40], reason=str(wrong), raw=_kept(row, body, text)
        )


def _kept(row: Any, body: Any, text: str) -> str:
    if isinstance(row, Mapping):
        return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace").decode()[:_RAW_MOST]
    if isinstance(body, Mapping):
        return json.dumps({name: body[name] for name in body if name != "TOKEN"})[:_RAW_MOST]
    return text.replace("\0", "")[:_RAW_MOST]


def _answer(status: int, message: str) -> web.Response:
    body = {"status": status, "error": status != 200, "message": message}
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")
