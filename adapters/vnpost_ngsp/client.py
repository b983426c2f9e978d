"""The calls to VNPost on the government wire.

What is unforgiving here: only 201 with Status 100 or 101 means that the post has an order. Whatever else is not a plain
no leaves open what the post did, so it is `Unreachable` and is asked again under the same number; the post answers a
number it knows with 101 and makes no second parcel. Nothing is called sent because a call "did not fail".

Stands on: wire, mapping, settings. Used by: services, as `PostOffice`.
Source: success codes as observed of the post's own client: token and feed 200, order, cancellation and notice 201.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable, Container, Mapping
from typing import Any

from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import FeedPage, PostedOrder, PostOrder, PostReceipt

from ..wire import Answer, Wire
from . import codes, envelope
from .announcement import Announcement, announcement_to_wire
from .envelope import Call
from .mapping import (
    FIRST_CURSOR,
    FeedReading,
    order_to_wire,
    page_from_wire,
    receipt_from_wire,
    status_from_wire,
    whole,
)
from .settings import PAGE_MOST, NgspSettings

OUTSIDER = "Bưu điện"

#: A token is not used in the last seconds of its life: it would run out on the way.
_TOKEN_SPARE_SECONDS = 30.0
#: A token is answered with 200, whatever carries the rest.
_TOKEN_MADE = frozenset({200})
#: What a call is called in the log.
_NAMES = {"order": "book", "document": "announce"}


class NgspPostOffice:
    """VNPost as a `PostOffice`, one account."""

    def __init__(self, settings: NgspSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._wire = Wire(OUTSIDER, total_seconds=settings.total_seconds, ca_file=settings.ca_file)
        self._reading = FeedReading(
            words=settings.words(), reasons=settings.reasons, event_time_unit=settings.event_time_unit
        )
        self._way = settings.way
        self._monotonic = monotonic
        self._token = ""
        self._token_until = 0.0
        self._token_turn = asyncio.Lock()

    async def book(self, order: PostOrder) -> PostReceipt:
        """Ask the post to carry one consignment. Safe to ask again under the same order number."""
        wire = order_to_wire(order, self.settings.customer_code)
        if self._way.item_code or (self.settings.sends_item_code and order.item_no):
            wire["ItemCode"] = order.item_no or None
        return receipt_from_wire(await self._post("order", {**wire, **self._way.extra}), order, OUTSIDER)

    async def cancel(self, posted: PostedOrder) -> None:
        """Call an order off before the post has come for it. Raises Refused at any status but 110."""
        self._must_carry("cancel", order_no=posted.order_no)
        call = envelope.cancelled(
            self._way, self.settings.address("cancel_url"), self.settings.customer_code, posted.order_no,
            self.settings.services, own_url=self.settings.has_own_address("cancel"),
        )  # fmt: skip
        status, _ = status_from_wire(_made(await self._with_token(call, "cancel"), self._way.made), OUTSIDER)
        if status != codes.CANCELLED:
            # The post's own words stay out: without the order at hand nobody can tell which of them name a person.
            raise Refused(
                "{outsider} không hủy phiếu {order_no} (mã {status}). Có thể bưu tá đã nhận hàng.",
                outsider=OUTSIDER, order_no=posted.order_no, status=status, code="post.cancel_refused",
            )  # fmt: skip

    async def feed(self, cursor: str, limit: int) -> FeedPage:
        """Return what the post has said since `cursor` (empty: from the beginning), oldest first.

        Nothing ever, where the settings say that this account is without a feed.
        """
        if not self.settings.can("tracking"):
            return FeedPage(events=(), cursor=cursor)
        limit = max(1, min(limit, self.settings.page_size, PAGE_MOST))
        query = {"pagesize": str(limit), "lastId": cursor or FIRST_CURSOR}
        call = envelope.asked(
            self._way, "tracking", self.settings.address("tracking_url"), query, self.settings.services,
            own_url=self.settings.has_own_address("tracking"),
        )  # fmt: skip
        told = _made(await self._with_token(call, "feed"), self._way.read)
        return page_from_wire(told, cursor=cursor, limit=limit, reading=self._reading, outsider=OUTSIDER)

    async def announce(self, announcement: Announcement) -> None:
        """Tell the post of a dossier with its legs. Raises Refused at any status but 100 and 101."""
        self._must_carry("document", order_no=announcement.dossier_no)
        wire = announcement_to_wire(announcement, self.settings.customer_code)
        status, _ = status_from_wire(await self._post("document", wire), OUTSIDER)
        if status not in (codes.ACCEPTED, codes.KNOWN_ALREADY):
            raise Refused(
                "{outsider} không nhận thông báo hồ sơ {dossier_no} (mã {status}).",
                outsider=OUTSIDER, dossier_no=announcement.dossier_no, status=status, code="post.announce_refused",
            )  # fmt: skip

    async def close(self) -> None:
        """Give back the connections."""
        await self._wire.close()

    def _must_carry(self, act: str, *, order_no: str) -> None:
        if not self.settings.can(act):
            raise Refused(
                "Trục {envelope} không có dịch vụ này ({act}) cho phiếu {order_no}. Gọi thẳng Bưu điện.",
                envelope=self.settings.envelope, act=act, order_no=order_no, code="post.not_carried",
            )  # fmt: skip

    async def _post(self, act: str, wire: Mapping[str, Any]) -> Any:
        call = envelope.posted(
            self._way, act, self.settings.address(f"{act}_url"), wire, self.settings.services,
            own_url=self.settings.has_own_address(act),
        )  # fmt: skip
        return _made(await self._with_token(call, _NAMES[act]), self._way.made)

    async def _with_token(self, call: Call, act: str) -> Answer:
        """Make one call with a token; a token that is refused was never acted upon, so a new one may be tried once."""
        body = None if call.body is None else json.dumps(call.body, ensure_ascii=False).encode()
        if self._way.token == "none":
            headers = {**call.headers, self._way.static_header: self.settings.secret}
            return await self._wire.call(call.method, call.url, act=act, headers=headers, body=body)
        token = await self._fresh_token()
        answer = await self._wire.call(call.method, call.url, act=act, headers=_bearing(call.headers, token), body=body)
        if answer.status == 401:
            token = await self._fresh_token(instead_of=token)
            answer = await self._wire.call(
                call.method, call.url, act=act, headers=_bearing(call.headers, token), body=body
            )
        return answer

    async def _fresh_token(self, instead_of: str = "") -> str:
        async with self._token_turn:
            if self._token in ("", instead_of) or self._monotonic() >= self._token_until:
                self._token, seconds = await self._fetch_token()
                self._token_until = self._monotonic() + seconds - _TOKEN_SPARE_SECONDS
            return self._token

    async def _fetch_token(self) -> tuple[str, float]:
        url, body = self.settings.address("token_url"), b"grant_type=client_credentials"
        if self._way.token == "basic-query":
            url, body = url.update_query(grant_type="client_credentials"), b""
        elif self._way.token == "basic":
            body = b""
        headers = {
            "Authorization": self._key_shown(),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        answer = await self._wire.call("POST", url, act="token", headers=headers, body=body)
        return self._token_from_wire(_made(answer, _TOKEN_MADE))

    def _key_shown(self) -> str:
        if self._way.token == "bearer":
            return f"Bearer {self.settings.secret}"
        return "Basic " + base64.b64encode(f"{self.settings.key}:{self.settings.secret}".encode()).decode()

    def _token_from_wire(self, wire: Any) -> tuple[str, float]:
        token = wire.get("access_token") if isinstance(wire, Mapping) else None
        kind = (wire.get("token_type") or "Bearer") if isinstance(wire, Mapping) else ""
        if not isinstance(token, str) or not token or not isinstance(kind, str) or not f"{kind}{token}".isprintable():
            raise Unreachable(
                "{outsider} cấp mã truy cập không đọc được. Hệ thống sẽ tự thử lại.",
                outsider=OUTSIDER, code="post.token_shape",
            )  # fmt: skip
        lives = whole(wire.get("expires_in")) or 0
        return f"{kind} {token}", lives / 1000 if self.settings.expires_in_unit == "ms" else float(lives)


def _bearing(headers: Mapping[str, str], token: str) -> dict[str, str]:
    return {"Authorization": token, "Accept-Charset": "UTF-8", **headers}


def _made(answer: Answer, success: Container[int]) -> Any:
    """Return the JSON of an answer with a status that means success.

    Raises Refused at a plain no (4xx), Unreachable at 401 (who we are is doubted, that is no word about what was asked)
    and at anything that leaves open what was done.
    """
    if answer.status in success:
        return answer.json()
    if answer.is_passing_trouble() or answer.status < 400:
        raise answer.unreachable()
    if answer.status in (401, 403):
        verdict = Unreachable if answer.status == 401 else Refused
        raise verdict(
            "{outsider} không nhận khóa của tài khoản (mã HTTP {status}). Kiểm tra khóa và mật khẩu.",
            outsider=answer.outsider, status=answer.status, code="post.credentials",
        )  # fmt: skip
    raise Refused(
        "{outsider} không nhận yêu cầu (mã HTTP {status}). Kiểm tra địa chỉ và tài khoản trong cấu hình.",
        outsider=answer.outsider, status=answer.status, code="post.http_refused",
    )  # fmt: skip
