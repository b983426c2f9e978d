"""The rehearsal subscriber: a system that hears our webhooks, checks who speaks, and keeps what it is told.

A notice whose signature is wrong, or whose moment is more than five minutes off, is answered 401 and not kept; one that
is heard again is counted and kept once, by its id. It answers 410 when it was told to be gone.

Stands on: counter. Used by: `postgw rehearse subscriber`, tests.
Source: Standard Webhooks 1.0.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections import Counter as Tally
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .counter import Answer, BadDay, Counter, json_answer, loopback_only
from .settings import CounterOptions, _told

_APART_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberOptions(CounterOptions):
    """The rehearsal subscriber."""

    secret: str = _told("", "khoá whsec_… mà cổng đã cấp; để trống thì không kiểm chữ ký", secret=True)
    gone: bool = _told(False, "trả lời 410: không còn nghe nữa")


class RehearsalSubscriber:
    """A subscriber in this process. `start` opens its counter, `stop` closes it."""

    def __init__(self, options: SubscriberOptions | None = None) -> None:
        self.options = options or SubscriberOptions()
        self.secret = self.options.secret
        self.bad_day = BadDay(self.options.faults, self.options.seed)
        self.heard: dict[str, dict[str, Any]] = {}  #: by the id of the notice, in the order of hearing
        self.times: Tally[str] = Tally()  #: how often each was told
        self.calls = 0  #: whatever came of them
        self.turned_away = 0
        routes = [
            web.post("/hook", self._counted),
            web.get("/rehearsal/notices", loopback_only(self._see)),
            *self.bad_day.back_door(),
        ]
        self._hear = self.bad_day.served("notice", self._heard)
        self._counter = Counter(routes, self.bad_day.closing)

    async def start(self, host: str | None = None, port: int | None = None) -> str:
        """Open the counter where the options say, or elsewhere; return its address."""
        host = self.options.host if host is None else host
        return await self._counter.start(host, self.options.port if port is None else port)

    async def stop(self) -> None:
        """Close the counter."""
        await self._counter.stop()

    async def _counted(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        return await self._hear(request)

    async def _heard(self, request: web.Request) -> Answer:
        body = await request.read()
        if self.options.gone:
            return 410, {"message": "gone"}
        if not self._is_genuine(request, body):
            self.turned_away += 1
            return 401, {"message": "signature"}
        notice_id = request.headers["webhook-id"]
        self.times[notice_id] += 1
        self.heard.setdefault(notice_id, json.loads(body))
        return 200, {}

    def _is_genuine(self, request: web.Request, body: bytes) -> bool:
        if not self.secret:
            return "webhook-id" in request.headers
        notice_id, moment = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        signed = f"{notice_id}.{moment}.".encode() + body
        wanted = base64.b64encode(hmac.digest(_key(self.secret), signed, hashlib.sha256))
        given = [one.removeprefix("v1,") for one in request.headers.get("webhook-signature", "").split()]
        is_new = moment.isdecimal() and abs(int(moment) - time.time()) < _APART_SECONDS
        return is_new and any(hmac.compare_digest(wanted, one.encode()) for one in given)

    async def _see(self, request: web.Request) -> web.StreamResponse:
        notices = [{"times": self.times[notice_id], **notice} for notice_id, notice in self.heard.items()]
        return json_answer(200, {"notices": notices, "turned_away": self.turned_away})


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return b""
