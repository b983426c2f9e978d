"""A MyVNPost to practise with: the partner API over a real socket, and the push of the older retail interface.

It shows no mercy that the real one does not show: **an order asked for twice is two parcels**, our number is not looked
at; a look-up answers in a list, the list goes by days; a cancellation may have to wait for approval. Its answers bear
its own `Date`. Items live a life of their own, or lie `still` until somebody says what happens to them.

Stands on: counter, life. Used by: doubles (`postgw rehearse my-vnpost`), tests.
Source: public clients of the partner API and receivers of the push; written from those facts, not from our client.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from postgw.domain import item_number

from . import life
from .counter import Answer, BadDay, Counter, Handler, called, fields_of, json_answer, loopback_only
from .faults import Faults
from .office import now
from .settings import CounterOptions, OfficeOptions

_VIETNAM = timezone(timedelta(hours=7))
_PAGE_MOST = 500
_STRANGE = 77
#: What happens to an item → status and its name. Other happenings this wire has no status for.
_STATUSES = {
    "collection_failed": (5, "Lấy hàng không thành công"),
    "collected": (6, "Đã lấy hàng"),
    "departed": (10, "Đang vận chuyển"),
    "arrived": (11, "Đã đến bưu cục phát"),
    "out_for_delivery": (12, "Đang giao hàng"),
    "delivered": (14, "Đã giao hàng"),
    "attempted": (15, "Giao không thành công"),
    "returning": (18, "Bắt đầu chuyển hoàn"),
    "returned": (19, "Trả hàng thành công"),
    "cancelled": (9, "Hủy thu gom"),
}
_NAMES = {1: "Đã tạo", **dict(_STATUSES.values())}
#: A cancellation is taken as long as the postman has not come.
_BEFORE_COLLECTION = {1, 2, 3, 4, 5, 8}


def _told(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class MyVnPostOptions(CounterOptions):
    """What can be set about it."""

    customer_code: str = _told("DIEN-TAP", "mã khách hàng")
    speed: float = _told(2.0, "số giây thật cho một giờ của bưu cục; 3600 là như thật")
    failed_share: float = _told(0.12, "tỷ lệ lần phát không thành công, 0 đến 1")
    still: bool = _told(False, "bưu gửi không tự đi, chỉ đổi khi có người báo")
    cancel_waits: bool = _told(False, "huỷ đơn phải chờ duyệt (mã 02)")
    hook_key: str = _told("", "khoá ký gói tin đẩy, HMAC-SHA256 dạng hex")


@dataclass(slots=True, kw_only=True)
class Parcel:
    """One order, and the parcel it became."""

    origin: str
    item_no: str
    order_no: str
    fields: dict[str, Any]
    taken_at: datetime
    plan: tuple[life.Step, ...] = ()
    lived: int = 0
    case: str = ""
    history: list[tuple[datetime, int]] = field(default_factory=list)

    @property
    def status(self) -> int:
        """Return the present state."""
        return self.history[-1][1]

    @property
    def updated(self) -> datetime:
        """Return the moment of the last change."""
        return self.history[-1][0]


class RehearsalMyVnPost:
    """The API in this process. `start` opens its counter, `stop` closes it."""

    def __init__(self, options: MyVnPostOptions | None = None, *, clock: Callable[[], datetime] = now) -> None:
        self.options = options or MyVnPostOptions()
        self.bad_day = BadDay(self.options.faults, self.options.seed)
        self.parcels: list[Parcel] = []
        self.tokens: set[str] = set()
        self._clock = clock
        self._counter = Counter(self._routes(), self.bad_day.closing)

    async def start(self) -> str:
        """Open the counter where the options say; return its address."""
        return await self._counter.start(self.options.host, self.options.port)

    async def stop(self) -> None:
        """Close the counter."""
        await self._counter.stop()

    def set_faults(self, faults: Faults) -> None:
        """Turn the switches."""
        self.bad_day.faults = faults

    def of(self, order_no: str) -> list[Parcel]:
        """Return every parcel that was made under one of the customer's numbers."""
        return [parcel for parcel in self.parcels if parcel.order_no == order_no]

    def happens(self, order_no: str, status: int) -> None:
        """Let something happen to the first parcel of a number."""
        self.of(order_no)[0].history.append((self._clock(), status))

    def approve(self, order_no: str) -> None:
        """Approve the cancellation that waits."""
        self.happens(order_no, _STATUSES["cancelled"][0])

    def push(self, order_no: str, status_id: int, **other: Any) -> bytes:
        """Return the body of a push of the retail interface: an order's state, as JSON inside a text."""
        parcel = self.of(order_no)[0]
        told = {
            "Id": parcel.origin, "ItemCode": parcel.item_no, "CustomerCode": self.options.customer_code,
            "OrderCode": order_no, "OrderStatusId": status_id, "DeliveryTimes": None, "CauseCode": None,
            "CauseName": None, "DeliveryNote": "gọi 0912000003 trước", "IsReturn": False,
            "LastUpdateTime": _written(self._clock()),
        }  # fmt: skip
        data = json.dumps({**told, **other}, ensure_ascii=False)
        sent = _written(self._clock())
        sign = hmac.digest(self.options.hook_key.encode(), data.encode(), hashlib.sha256).hex()
        return json.dumps({"Data": data, "SendDate": sent, "SignData": sign}, ensure_ascii=False).encode()

    async def send(self, url: str, body: bytes) -> int:
        """Push a body at an address; return how it was answered."""
        return await called(url, body)

    # --- the counter ---

    def _routes(self) -> list[web.RouteDef]:
        served, guard = self.bad_day.served, self._guard
        acts = (
            ("POST", "/CreateOrder", "order", self._create), ("GET", "/getOrder", "get", self._get),
            ("GET", "/GetListOrder", "list", self._list), ("GET", "/GetStatusHistoryOrder", "history", self._history),
            ("POST", "/orderCancel", "cancel", self._cancel),
            ("GET", "/orderCorrection/updateCase", "case", self._case),
        )  # fmt: skip
        return [
            web.post("/GetAccessToken", self._dated(served("token", self._token))),
            *(web.route(way, path, self._dated(served(name, act, guard=guard))) for way, path, name, act in acts),
            web.get("/rehearsal/orders", loopback_only(self._see_orders)),
            web.post("/rehearsal/happen", loopback_only(self._let_happen)),
            web.post("/rehearsal/push", loopback_only(self._let_push)),
            *self.bad_day.back_door(),
        ]

    def _dated(self, handler: Handler) -> Handler:
        async def dated(request: web.Request) -> web.StreamResponse:
            self._live()
            response = await handler(request)
            response.headers["Date"] = format_datetime(self._clock().astimezone(UTC), usegmt=True)
            return response

        return dated

    def _guard(self, request: web.Request) -> Answer | None:
        return None if request.headers.get("token", "") in self.tokens else (401, _error(401, "Unauthorized"))

    async def _token(self, request: web.Request) -> Answer:
        asked = await fields_of(request) or {}
        known = {
            "username": self.options.key,
            "password": self.options.secret,
            "customerCode": self.options.customer_code,
        }
        if asked != known:
            return 200, {"success": False, "errorMessage": "Sai tài khoản hoặc mật khẩu", "token": None}
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return 200, {"success": True, "errorMessage": None, "token": token}

    async def _create(self, request: web.Request) -> Answer:
        asked = await fields_of(request)
        wrong = _what_is_wrong(asked, self.options.customer_code)
        if wrong or asked is None or self.bad_day.dice.hits(self.bad_day.faults.refuse):
            return 400, _error(400, wrong or "Bưu cục không nhận đơn này")
        told = asked["informationOrder"]
        serial = len(self.parcels) + 1
        parcel = Parcel(
            origin=f"2611{serial:010}", item_no=item_number.from_serial("CB", serial),
            order_no=str(told.get("saleOrderCode") or ""), fields=told, taken_at=self._clock(),
            plan=() if self.options.still else self._planned(str(told.get("saleOrderCode"))),
            history=[(self._clock(), 1)],
        )  # fmt: skip
        self.parcels.append(parcel)
        return 200, _record(parcel, self.options.customer_code)

    async def _get(self, request: web.Request) -> Answer:
        code = request.query.get("code", "")
        wanted: dict[str, Callable[[Parcel], str]] = {
            "1": lambda parcel: parcel.item_no,
            "2": lambda parcel: parcel.order_no,
            "3": lambda parcel: parcel.origin,
        }
        named = wanted.get(request.query.get("type", ""))
        if named is None:
            return 400, _error(400, "type không hợp lệ")
        found = [parcel for parcel in self.parcels if named(parcel) == code]
        return 200, [{"results": [_record(parcel, self.options.customer_code) for parcel in found]}]

    async def _list(self, request: web.Request) -> Answer:
        try:
            first, last = (_day(request.query[f"lastUpdate{end}"]) for end in ("From", "To"))
            page, size = int(request.query["page"]), int(request.query["size"])
        except (KeyError, ValueError):
            return 400, _error(400, "Thiếu hoặc sai tham số")
        if size > _PAGE_MOST or (last - first).days > 30 or request.query.get("type") not in {"GUI", "NHAN"}:
            return 400, _error(400, "Tham số ngoài giới hạn")
        rows = [parcel for parcel in self.parcels if first <= parcel.updated.astimezone(_VIETNAM).date() <= last]
        rows.sort(key=lambda parcel: parcel.updated, reverse=True)
        some = rows[page * size : (page + 1) * size]
        return 200, {"results": [_record(parcel, self.options.customer_code) for parcel in some], "total": len(rows)}

    async def _history(self, request: web.Request) -> Answer:
        code = request.query.get("code", "")
        found = [parcel for parcel in self.parcels if parcel.item_no == code]
        if not found:
            return 404, _error(404, "Không tìm thấy bưu gửi")
        rows = [_happening(at, status) for at, status in found[0].history]
        return 200, {"data": [{"itemCode": code, "statusHistory": self._spoiled(rows)}]}

    async def _cancel(self, request: web.Request) -> Answer:
        ref = str((await fields_of(request) or {}).get("OriginalId", ""))
        found = next((parcel for parcel in self.parcels if parcel.origin == ref), None)
        if found is None or found.status not in _BEFORE_COLLECTION:
            return 200, [_case("01", ref, "", "Đơn không được huỷ ở trạng thái này")]
        if self.options.cancel_waits:
            found.case = found.case or str(len(self.parcels) + 7000)
            return 200, [_case("02", ref, found.case, "Chờ duyệt")]
        found.history.append((self._clock(), _STATUSES["cancelled"][0]))
        return 200, [_case("00", ref, "7001", "Thành công")]

    async def _case(self, request: web.Request) -> Answer:
        asked = json.loads(await request.text() or "[]")
        ref = str(asked[0].get("OriginalId", "")) if asked else ""
        found = next((parcel for parcel in self.parcels if parcel.origin == ref), None)
        if found is None or not found.case:
            return 400, _error(400, "Không có yêu cầu này")
        done = found.status == _STATUSES["cancelled"][0]
        return 200, [_case("00" if done else "02", ref, found.case, "Thành công" if done else "Chờ duyệt")]

    # --- what happens ---

    def _planned(self, key: str) -> tuple[life.Step, ...]:
        options = OfficeOptions(seed=self.options.seed, failed_share=self.options.failed_share)
        return tuple(step for step in life.plan(key, options) if step.word in _STATUSES)

    def _live(self) -> None:
        """Let happen what is due."""
        for parcel in self.parcels:
            for step in parcel.plan[parcel.lived :]:
                due = parcel.taken_at + timedelta(seconds=step.hours * self.options.speed)
                if due > self._clock() or parcel.status == _STATUSES["cancelled"][0]:
                    break
                parcel.history.append((due, _STATUSES[step.word][0]))
                parcel.lived += 1

    def _spoiled(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        faults, dice = self.bad_day.faults, self.bad_day.dice
        spoiled = [row for row in rows for _ in range(1 + dice.hits(faults.duplicate_events))]
        if dice.hits(faults.unknown_codes):
            spoiled.append({**rows[-1], "statusCode": _STRANGE, "statusName": "Trạng thái mới"})
        if dice.hits(faults.bad_rows):
            spoiled.append({"statusCode": 10, "createdDate": None})
        return dice.shuffled(spoiled) if dice.hits(faults.reordered_events) else spoiled

    # --- the back door ---

    async def _see_orders(self, request: web.Request) -> web.StreamResponse:
        self._live()
        return json_answer(200, {"orders": [_record(parcel, self.options.customer_code) for parcel in self.parcels]})

    async def _let_happen(self, request: web.Request) -> web.StreamResponse:
        """Let a status come over the first parcel of a number."""
        asked = await fields_of(request) or {}
        if not self.of(str(asked.get("order_no"))) or not isinstance(asked.get("status"), int):
            return json_answer(422, {"detail": "Cần order_no đã đặt và status là số."})
        self.happens(asked["order_no"], asked["status"])
        return json_answer(200, {"at": self._clock().isoformat()})

    async def _let_push(self, request: web.Request) -> web.StreamResponse:
        """Push one state of a parcel at an address."""
        asked = await fields_of(request) or {}
        if not self.of(str(asked.get("order_no"))) or not isinstance(asked.get("status"), int) or "url" not in asked:
            return json_answer(422, {"detail": "Cần url, order_no đã đặt và status là số."})
        answered = await self.send(str(asked["url"]), self.push(asked["order_no"], asked["status"]))
        return json_answer(200, {"answered": answered})


def _record(parcel: Parcel, customer_code: str) -> dict[str, Any]:
    return {
        "orderHdrID": f"H{parcel.origin}", "originalID": parcel.origin, "itemCode": parcel.item_no,
        "originalItemCode": parcel.item_no, "senderCode": customer_code, "saleOrderCode": parcel.order_no,
        "status": parcel.status, "statusName": _NAMES.get(parcel.status, ""), "senderPhone": "++++++0003",
        "receiverPhone": "++++++0004", "totalFee": 25000, "caseStatus": parcel.case and "CHO_DUYET",
        "createdDate": _written(parcel.taken_at), "updatedDate": _written(parcel.updated),
    }  # fmt: skip


def _happening(at: datetime, status: int) -> dict[str, Any]:
    day, hour = _written(at).split(" ")
    return {"createdDate": day, "createdHour": hour, "statusCode": status, "statusName": _NAMES.get(status, "")}


def _case(kind: str, ref: str, case: str, message: str) -> dict[str, Any]:
    return {"Type": kind, "OriginalId": ref, "CaseId": case, "Message": message, "Note": None}


def _error(status: int, message: str) -> dict[str, Any]:
    return {"status": status, "error": "Error", "message": message, "description": None, "path": None}


_NEEDED = ("Name", "Phone", "Address", "ProvinceCode", "DistrictCode", "CommuneCode")


def _what_is_wrong(asked: dict[str, Any] | None, customer_code: str) -> str:
    if asked is None or not isinstance(asked.get("informationOrder"), dict):
        return "Thiếu informationOrder"
    if asked.get("customerCode") != customer_code:
        return "Mã khách hàng không hợp lệ"
    told = asked["informationOrder"]
    needed = [f"{side}{name}" for side in ("sender", "receiver") for name in _NEEDED]
    missing = [name for name in (*needed, "serviceCode", "weight", "sendType") if not told.get(name)]
    return f"Thiếu {', '.join(missing)}" if missing else ""


def _written(at: datetime) -> str:
    return f"{at.astimezone(_VIETNAM):%d/%m/%Y %H:%M:%S}"


def _day(text: str) -> Any:
    return datetime.strptime(text, "%d-%m-%Y").replace(tzinfo=_VIETNAM).date()
