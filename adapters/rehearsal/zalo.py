"""The rehearsal Zalo: tokens that rotate, notifications by template, and the event that one was received.

As hard as the real one: a refresh token serves once, an access token ends, an unknown telephone is -118, an unknown
template -109, and an event is signed over its exact bytes. Nothing is dropped for an equal `tracking_id`.

Stands on: counter. Used by: `postgw rehearse zalo`, tests.
Source: the interface as public clients speak it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .counter import Answer, BadDay, Counter, Errands, called, fields_of, json_answer, loopback_only
from .settings import CounterOptions, _told, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloOptions(CounterOptions):
    """The rehearsal Zalo. `key` is the application's id, `secret` its secret."""

    oa_secret: str = _told("dien-tap-oa", "mật khẩu ký sự kiện gọi về", secret=True)
    refresh_token: str = _told("refresh-0", "refresh token đầu tiên", secret=True)
    token_seconds: int = _told(90_000, "access token sống bao nhiêu giây")
    templates: str = _told("", "các mã mẫu đã duyệt (cách nhau dấu phẩy); để trống là mọi mã")
    nobody_at: str = _told("", "các số máy không có tài khoản Zalo, dạng 84… (cách nhau dấu phẩy)")
    report_seconds: float = _told(1.0, "sau bấy nhiêu giây thì báo tin đã đến, khi có địa chỉ nhận sự kiện")
    hook_url: str = _told("", "địa chỉ nhận sự kiện, ví dụ http://127.0.0.1:8045/hooks/zalo/zalo_zns")


class RehearsalZalo:
    """Zalo in this process. `start` opens its counter, `stop` closes it."""

    def __init__(self, options: ZaloOptions | None = None, *, now: Callable[[], float] = time.time) -> None:
        self.options = options or ZaloOptions()
        self.bad_day = BadDay(self.options.faults, self.options.seed)
        self.hook_url = self.options.hook_url
        self.taken: list[dict[str, Any]] = []
        self._errands = Errands()
        self.refreshed = 0
        self._refresh_token = self.options.refresh_token
        self._access: dict[str, float] = {}
        self._now = now
        self._counter = Counter(
            [
                web.post("/v4/oa/access_token", self.bad_day.served("token", self._token)),
                web.post("/message/template", self.bad_day.served("send", self._send)),
                web.get("/rehearsal/notifications", loopback_only(self._see)),
                *self.bad_day.back_door(),
            ],
            self.bad_day.closing,
        )

    async def start(self) -> str:
        """Open the counter; return its address."""
        return await self._counter.start(self.options.host, self.options.port)

    async def stop(self) -> None:
        """Close the counter; what was to be reported is not."""
        self._errands.drop()
        await self._counter.stop()

    def forget_tokens(self) -> None:
        """Let every access token end."""
        self._access.clear()

    async def report(self, msg_id: str, *, event_name: str = "user_received_message") -> int:
        """Call the hook with an event; return how it was answered."""
        message = {"delivery_time": str(round(self._now() * 1000)), "msg_id": msg_id}
        event = {
            "event_name": event_name, "app_id": self.options.key, "sender": {"id": "oa"}, "recipient": {"id": "person"},
            "message": message, "timestamp": str(round(self._now() * 1000)),
        }  # fmt: skip
        raw = json.dumps(event).encode()
        signed = self.options.key.encode() + raw + event["timestamp"].encode() + self.options.oa_secret.encode()  # type: ignore[attr-defined]
        headers = {"X-ZEvent-Signature": f"mac={hashlib.sha256(signed).hexdigest()}"}
        return await called(self.hook_url, raw, headers)

    async def _token(self, request: web.Request) -> Answer:
        form = await request.post()
        secret = request.headers.get("secret_key", "")
        if form.get("app_id") != self.options.key or not hmac.compare_digest(secret, self.options.secret):
            return 200, {"error_name": "Invalid secret key", "error": -14004}
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self._refresh_token:
            return 200, {"error_name": "Invalid refresh token", "error": -14014}
        self.refreshed += 1
        self._refresh_token = f"refresh-{self.refreshed}-{secrets.token_hex(8)}"
        access = f"access-{self.refreshed}-{secrets.token_hex(8)}"
        self._access[access] = self._now() + self.options.token_seconds
        seconds = str(self.options.token_seconds)
        return 200, {"access_token": access, "refresh_token": self._refresh_token, "expires_in": seconds}

    async def _send(self, request: web.Request) -> Answer:
        fields = await fields_of(request)
        if self._access.get(request.headers.get("access_token", ""), 0.0) <= self._now():
            return 200, {"error": -124, "message": "Access token invalid"}
        if fields is None or not isinstance(fields.get("template_data"), dict):
            return 200, {"error": -112, "message": "Template data invalid"}
        if self.bad_day.dice.hits(self.bad_day.faults.refuse):
            return 200, {"error": -144, "message": "OA daily quota exceeded"}
        return 200, self._take(fields)

    def _take(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields.get("phone") in listed(self.options.nobody_at):
            return {"error": -118, "message": "Zalo account not existed"}
        if self.options.templates and fields.get("template_id") not in listed(self.options.templates):
            return {"error": -109, "message": "Template ID invalid"}
        self.taken.append(fields)
        data: dict[str, Any] = {
            "msg_id": f"zalo-{len(self.taken)}", "sent_time": str(round(self._now() * 1000)),
            "quota": {"dailyQuota": "500", "remainingQuota": str(500 - len(self.taken))},
        }  # fmt: skip
        if self.options.hook_url:
            self._errands.after(self.options.report_seconds, lambda: self.report(data["msg_id"]))
        return {"error": 0, "message": "Success", "data": data}

    async def _see(self, request: web.Request) -> web.StreamResponse:
        return json_answer(200, {"notifications": self.taken})
