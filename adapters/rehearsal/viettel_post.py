"""The rehearsal Viettel Post: takes orders over the carrier's wire and tells what happens by its webhook.

It is as unforgiving as the real one: an error comes with HTTP 200, a text above 150 bytes is turned down, a number that
is known is turned down when the order wants it unique, a cancellation comes too late once a postman has the parcel. A
webhook that is not answered 200 within a second is called again, five times, and then forgotten.

Used by: `postgw rehearse viettel-post`, tests.
Source: the carrier's integration document. How a known number is turned down is not in it; the sentence here is ours.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import aiohttp
from aiohttp import web

from .counter import Answer, BadDay, Counter, fields_of, json_answer, loopback_only
from .settings import CounterOptions

TEXT_MOST = 150
KNOWN = "Mã đơn hàng đã tồn tại trên hệ thống"
_VIETNAM = timezone(timedelta(hours=7))
_WANTED = (
    "ORDER_NUMBER", "SENDER_FULLNAME", "SENDER_PHONE", "SENDER_ADDRESS", "RECEIVER_FULLNAME", "RECEIVER_PHONE",
    "RECEIVER_ADDRESS", "PRODUCT_NAME", "ORDER_SERVICE",
)  # fmt: skip
_TOO_LATE = frozenset({105, 107})
#: What a parcel lives through by itself, and what the carrier calls it.
_LIFE = {
    103: "Giao cho bưu cục", 105: "Bưu tá đã nhận hàng", 200: "Nhận tại bưu cục gốc", 300: "Đóng túi, rời bưu cục",
    400: "Đến bưu cục phát", 500: "Giao bưu tá đi phát", 501: "Phát thành công",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ViettelOptions(CounterOptions):
    """The rehearsal Viettel Post."""

    webhook_url: str = field(default="", metadata={"help": "địa chỉ webhook để báo hành trình; để trống thì không báo"})
    webhook_secret: str = field(
        default="dien-tap", repr=False, metadata={"help": "mật khẩu của webhook", "secret": True}
    )
    webhook_seconds: float = field(default=1.0, metadata={"help": "webhook phải trả lời trong bấy nhiêu giây"})
    webhook_tries: int = field(default=6, metadata={"help": "số lần gọi webhook: một lần và năm lần gọi lại"})
    step_seconds: float = field(
        default=0.0, metadata={"help": "bưu gửi tự đi một chặng sau bấy nhiêu giây; 0 là không tự đi"}
    )


@dataclass(slots=True, kw_only=True)
class Parcel:
    """One parcel the carrier knows."""

    own: str
    reference: str
    fields: dict[str, Any] = field(repr=False)
    status: int = 100
    asked: int = 1


class RehearsalViettelPost:
    """The carrier in this process. `start` opens its counter, `stop` closes it."""

    def __init__(
        self, options: ViettelOptions | None = None, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.options = options or ViettelOptions()
        self.bad_day = BadDay(self.options.faults, self.options.seed)
        self.parcels: dict[str, Parcel] = {}
        self.logins = 0
        self.forgotten: list[dict[str, Any]] = []  #: what was told six times and never heard
        self._clock = clock
        self._short: set[str] = set()
        self._long: set[str] = set()
        self._lives: set[asyncio.Task[None]] = set()
        self._counter = Counter(self._routes(), self.bad_day.closing)

    async def start(self, host: str | None = None, port: int | None = None) -> str:
        """Open the counter where the options say, or elsewhere; return its address."""
        host = self.options.host if host is None else host
        return await self._counter.start(host, self.options.port if port is None else port)

    async def stop(self) -> None:
        """Close the counter."""
        for life in self._lives:
            life.cancel()
        await self._counter.stop()

    def forget_tokens(self) -> None:
        """Let every token run out."""
        self._long.clear()

    def parcel(self, number: str) -> Parcel | None:
        """Return a parcel by either of its numbers."""
        return self.parcels.get(number) or next((one for one in self.parcels.values() if one.own == number), None)

    async def tell(self, number: str, status: int, **other: Any) -> int:
        """Say that something happened to a parcel; return how often that had to be said, 0 when nobody ever heard it.

        `at` is the moment; whatever else is named stands in the row as it is.
        """
        parcel = self.parcel(number)
        if parcel is not None:
            parcel.status = status
        row = {**self._row(parcel, number, status, other.pop("at", self._clock())), **other}
        if self.bad_day.dice.hits(self.bad_day.faults.bad_rows):
            await self.call({**row, "ORDER_STATUSDATE": "hôm qua"})
        if self.bad_day.dice.hits(self.bad_day.faults.unknown_codes):
            await self.call({**row, "ORDER_STATUS": 999})
        if self.bad_day.dice.hits(self.bad_day.faults.duplicate_events):
            await self.call(row)
        return await self.call(row)

    async def call(self, row: Any) -> int:
        """Call the webhook until it answers 200 in time; return which call did, 0 for none."""
        limit = aiohttp.ClientTimeout(total=self.options.webhook_seconds)
        headers = {"Authorization": self.options.webhook_secret}
        body = {"DATA": row, "TOKEN": self.options.webhook_secret}
        async with aiohttp.ClientSession(timeout=limit) as session:
            for turn in range(1, self.options.webhook_tries + 1):
                try:
                    async with session.post(self.options.webhook_url, json=body, headers=headers) as answer:
                        if answer.status == 200:
                            return turn
                except (aiohttp.ClientError, TimeoutError):
                    continue
        self.forgotten.append(row)
        return 0

    def _row(self, parcel: Parcel | None, number: str, status: int, at: datetime) -> dict[str, Any]:
        where = "Bưu cục diễn tập"
        return {
            "ORDER_NUMBER": parcel.own if parcel else number, "ORDER_REFERENCE": parcel.reference if parcel else "",
            "ORDER_STATUSDATE": f"{at.astimezone(_VIETNAM):%d/%m/%Y %H:%M:%S}", "ORDER_STATUS": status,
            "STATUS_NAME": _LIFE.get(status, ""), "LOCATION_CURRENTLY": where, "LOCALION_CURRENTLY": where,
            "NOTE": "", "MONEY_COLLECTION": parcel.fields.get("MONEY_COLLECTION", 0) if parcel else 0,
            "MONEY_TOTAL": 22_000, "PRODUCT_WEIGHT": 50, "IS_RETURNING": False, "REASON_CODE": "",
            "EMPLOYEE_NAME": "Bưu tá Diễn Tập", "EMPLOYEE_PHONE": "0540000009",
            "RECEIVER_FULLNAME": parcel.fields.get("RECEIVER_FULLNAME", "") if parcel else "",
        }  # fmt: skip

    def _routes(self) -> list[web.RouteDef]:
        served = self.bad_day.served
        return [
            web.post("/v2/user/Login", served("token", self._login)),
            web.post("/v2/user/ownerconnect", served("token", self._connect, guard=self._guard_short)),
            web.post("/v2/order/createOrderNlp", served("order", self._order, guard=self._guard)),
            web.post("/v2/order/UpdateOrder", served("cancel", self._update, guard=self._guard)),
            web.get("/rehearsal/orders", loopback_only(self._see)),
            web.post("/rehearsal/tell", loopback_only(self._told_to_tell)),
            *self.bad_day.back_door(),
        ]

    def _guard(self, request: web.Request) -> Answer | None:
        return None if request.headers.get("Token", "") in self._long else (401, _no(401, "Token invalid"))

    def _guard_short(self, request: web.Request) -> Answer | None:
        return None if request.headers.get("Token", "") in self._short else (401, _no(401, "Token invalid"))

    async def _login(self, request: web.Request) -> Answer:
        fields = await fields_of(request) or {}
        if (fields.get("USERNAME"), fields.get("PASSWORD")) != (self.options.key, self.options.secret):
            return 200, _no(201, "Sai tên đăng nhập hoặc mật khẩu")
        self.logins += 1
        return 200, _yes({"token": _drawn(self._short), "expired": 0})

    async def _connect(self, request: web.Request) -> Answer:
        return 200, _yes({"token": _drawn(self._long), "expired": 0})

    async def _order(self, request: web.Request) -> Answer:
        fields = await fields_of(request)
        if fields is None:
            return 200, _no(204, "Dữ liệu không hợp lệ")
        if wrong := _wrong_with(fields):
            return 200, _no(204, wrong)
        if self.bad_day.dice.hits(self.bad_day.faults.refuse):
            return 200, _no(204, "Bảng giá không áp dụng cho hành trình này")
        reference = str(fields["ORDER_NUMBER"])
        if fields.get("CHECK_UNIQUE") is True and reference in self.parcels:
            self.parcels[reference].asked += 1
            return 200, _no(206, KNOWN)
        parcel = Parcel(own=f"VTP{len(self.parcels) + 1:010}", reference=reference, fields=fields)
        self.parcels[reference if reference not in self.parcels else parcel.own] = parcel
        self._live(parcel)
        return 200, _yes({"ORDER_NUMBER": parcel.own, "MONEY_TOTAL": 22_000, "EXCHANGE_WEIGHT": 50})

    async def _update(self, request: web.Request) -> Answer:
        fields = await fields_of(request) or {}
        parcel = self.parcel(str(fields.get("ORDER_NUMBER") or ""))
        if parcel is None:
            return 200, _no(204, "Không tìm thấy đơn hàng")
        if fields.get("TYPE") != 4:
            return 200, _no(204, "Không hỗ trợ trong diễn tập")
        if parcel.status >= 200 or parcel.status in _TOO_LATE:
            return 200, _no(204, "Trạng thái đơn hàng không cho phép huỷ")
        parcel.status = 107
        return 200, _yes(None)

    def _live(self, parcel: Parcel) -> None:
        if self.options.step_seconds and self.options.webhook_url:
            life = asyncio.create_task(self._lived(parcel))
            self._lives.add(life)
            life.add_done_callback(self._lives.discard)

    async def _lived(self, parcel: Parcel) -> None:
        for status in _LIFE:
            await asyncio.sleep(self.options.step_seconds)
            if parcel.status == 107:
                return
            await self.tell(parcel.reference, status)

    async def _see(self, request: web.Request) -> web.StreamResponse:
        orders = [
            {"own": one.own, "reference": one.reference, "status": one.status, "asked": one.asked, "fields": one.fields}
            for one in self.parcels.values()
        ]
        return json_answer(200, {"orders": orders, "forgotten": self.forgotten})

    async def _told_to_tell(self, request: web.Request) -> web.StreamResponse:
        """Tell the happening named: `{"number": …, "status": 501}`, and whatever else the row is to bear."""
        fields = await fields_of(request) or {}
        number, status = fields.pop("number", None), fields.pop("status", None)
        if not isinstance(number, str) or not isinstance(status, int) or not self.options.webhook_url:
            return json_answer(422, {"detail": "Cần number, status và một webhook_url."})
        return json_answer(200, {"heard_at_call": await self.tell(number, status, **fields)})


def _wrong_with(fields: dict[str, Any]) -> str:
    for name in _WANTED:
        if not isinstance(fields.get(name), str) or not fields[name]:
            return f"{name} không được để trống"
    for name, value in fields.items():
        if isinstance(value, str) and len(value.encode("utf-8", "replace")) > TEXT_MOST:
            return f"{name} vượt quá {TEXT_MOST} byte"
    return ""


def _drawn(kept: set[str]) -> str:
    token = secrets.token_urlsafe(24)
    kept.add(token)
    return token


def _yes(data: Any) -> dict[str, Any]:
    return {"status": 200, "error": False, "message": "OK", "data": data}


def _no(status: int, message: str) -> dict[str, Any]:
    return {"status": status, "error": True, "message": message, "data": None}
