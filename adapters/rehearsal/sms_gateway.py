"""The rehearsal gateway of short messages: takes texts at `/sms`, and calls a hook with what became of them.

Its own way of being asked: JSON with `apikey`, `phone`, `text`, `ref`, `brand`; the answer is
`{"code": "100", "sms_id": "S-1"}`. 124 means that it had the `ref` before: it sends nothing twice. 145 means that
nobody is at the number, 103 that the account is empty. It keeps no word of a text it refused.

Stands on: counter. Used by: `postgw rehearse sms-gateway`, tests.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .counter import Answer, BadDay, Counter, Errands, called, fields_of, json_answer, loopback_only
from .settings import CounterOptions, _told, listed

TAKEN, WRONG_KEY, EMPTY_ACCOUNT, WRONG_NUMBER, KNOWN, NOBODY = "100", "101", "103", "108", "124", "145"
ARRIVED, FAILED = "5", "4"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsGatewayOptions(CounterOptions):
    """The rehearsal gateway of short messages."""

    nobody_at: str = _told("", "các số máy không có ai (cách nhau dấu phẩy)")
    report_seconds: float = _told(1.0, "sau bấy nhiêu giây thì báo tin đã đến, khi có địa chỉ nhận biên nhận")
    hook_url: str = _told("", "địa chỉ nhận biên nhận, ví dụ http://127.0.0.1:8045/hooks/sms/sms_http")
    hook_secret: str = _told("dien-tap", "mật khẩu gửi kèm biên nhận", secret=True)


@dataclass(slots=True)
class Taken:
    """A text that the gateway took."""

    sms_id: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    ref: str = ""
    brand: str = ""
    asked: int = 1


class RehearsalSmsGateway:
    """A gateway in this process. `start` opens its counter, `stop` closes it."""

    def __init__(self, options: SmsGatewayOptions | None = None) -> None:
        self.options = options or SmsGatewayOptions()
        self.bad_day = BadDay(self.options.faults, self.options.seed)
        self.hook_url = self.options.hook_url
        self.taken: dict[str, Taken] = {}
        self._errands = Errands()
        self._counter = Counter(
            [
                web.post("/sms", self.bad_day.served("sms", self._sms)),
                web.get("/rehearsal/texts", loopback_only(self._see)),
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

    async def report(self, ref: str, state: str = ARRIVED) -> int:
        """Call the hook with what became of a text; return how the hook answered."""
        receipt = {"sms_id": self.taken[ref].sms_id, "status": state}
        headers = {"X-Hook-Secret": self.options.hook_secret}
        return await called(self.hook_url, json.dumps(receipt).encode(), headers)

    async def _sms(self, request: web.Request) -> Answer:
        fields = await fields_of(request)
        if fields is None:
            return 400, {"code": WRONG_NUMBER}
        if not hmac.compare_digest(str(fields.get("apikey", "")).encode(), self.options.secret.encode()):
            return 200, {"code": WRONG_KEY}
        if self.bad_day.dice.hits(self.bad_day.faults.refuse):
            return 200, {"code": EMPTY_ACCOUNT}
        return 200, self._take(fields)

    def _take(self, fields: dict[str, Any]) -> dict[str, str]:
        phone, ref = str(fields.get("phone", "")), str(fields.get("ref", ""))
        if ref in self.taken:
            self.taken[ref].asked += 1
            return {"code": KNOWN, "sms_id": self.taken[ref].sms_id}
        if not (phone.isascii() and phone.isdecimal()):
            return {"code": WRONG_NUMBER}
        if phone in listed(self.options.nobody_at):
            return {"code": NOBODY}
        self.taken[ref] = Taken(
            sms_id=f"S-{len(self.taken) + 1}", phone=phone, text=str(fields.get("text", "")), ref=ref,
            brand=str(fields.get("brand", "")),
        )  # fmt: skip
        if self.options.hook_url:
            self._errands.after(self.options.report_seconds, lambda: self.report(ref))
        return {"code": TAKEN, "sms_id": self.taken[ref].sms_id}

    async def _see(self, request: web.Request) -> web.StreamResponse:
        return json_answer(200, {"texts": [
            {"sms_id": one.sms_id, "phone": one.phone, "text": one.text, "ref": one.ref, "asked": one.asked}
            for one in self.taken.values()
        ]})  # fmt: skip


def template() -> dict[str, Any]:
    """Return the settings with which a gateway speaks to this one, but for its address and its secrets."""
    return json.loads(json.dumps(_TEMPLATE))  # type: ignore[no-any-return]


_TEMPLATE: dict[str, Any] = {
    "body": {"apikey": "{secret}", "phone": "{to}", "text": "{text}", "ref": "{id}", "brand": "{sender}"},
    "sender": "MOT CUA",
    "answer": {
        "result": "/code", "yes": [TAKEN], "known": [KNOWN], "not_there": [NOBODY, WRONG_NUMBER],
        "later": [EMPTY_ACCOUNT], "receipt": "/sms_id",
    },
    "receipts": {"receipt": "/sms_id", "state": "/status", "arrived": [ARRIVED], "failed": [FAILED]},
}  # fmt: skip
