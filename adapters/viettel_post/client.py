"""The calls to Viettel Post.

What is unforgiving here: an error comes with HTTP 200, so only the envelope says yes. `error` false, `status` 200 and a
number of the carrier's own, all three, are a yes to an order; an envelope that says neither yes nor no leaves open what
was done and is asked again under the same number.

Two tokens: the name and the password buy a short one, the short one buys a long one, which is kept. A token that is
refused was never acted upon, so a new one may be tried once.

Stands on: wire, mapping, settings. Used by: services, as `PostOffice`.
Source: the carrier's integration document (Login, ownerconnect, createOrderNlp, UpdateOrder).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from postgw.domain.errors import Refused, Unreachable
from postgw.domain.ports import PostedOrder, PostOrder, PostReceipt

from ..wire import Answer, Wire
from .mapping import Answered, call_off_to_wire, order_to_wire, receipt_from_wire
from .settings import ViettelSettings

OUTSIDER = "Viettel Post"
_DAY = 86_400.0


class ViettelPostOffice:
    """Viettel Post as a `PostOffice`, one account."""

    def __init__(self, settings: ViettelSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._wire = Wire(OUTSIDER, total_seconds=settings.total_seconds, ca_file=settings.ca_file)
        self._monotonic = monotonic
        self._token = ""
        self._token_until = 0.0
        self._token_turn = asyncio.Lock()

    async def book(self, order: PostOrder) -> PostReceipt:
        """Ask the carrier for one consignment. Safe to ask again under the same order number."""
        answer = await self._asked("order", order_to_wire(order, self.settings), act="book")
        return receipt_from_wire(answer, order, self.settings, OUTSIDER)

    async def cancel(self, posted: PostedOrder) -> None:
        """Call an order off; the carrier lets nobody who comes later than its own postman. Raises Refused."""
        wire = call_off_to_wire(posted.post_ref or posted.order_no)
        answer = await self._asked("update", wire, act="cancel")
        if answer.is_yes() or answer.means(self.settings.cancelled_already):
            return
        if not answer.is_error:
            raise Unreachable(
                "{outsider} trả lời không rõ đã huỷ phiếu {order_no} hay chưa. Hệ thống sẽ tự hỏi lại.",
                outsider=OUTSIDER, order_no=posted.order_no, code="post.unclear",
            )  # fmt: skip
        # The carrier's own words stay out: without the order at hand nobody can tell which of them name a person.
        raise Refused(
            "{outsider} không huỷ phiếu {order_no} (mã {status}). Có thể bưu tá đã nhận hàng.",
            outsider=OUTSIDER, order_no=posted.order_no, status=answer.status, code="post.cancel_refused",
        )  # fmt: skip

    async def close(self) -> None:
        """Give back the connections."""
        await self._wire.close()

    async def _asked(self, name: str, wire: Mapping[str, Any], *, act: str) -> Answered:
        token = await self._fresh_token()
        answer = await self._call(name, wire, token, act=act)
        if self._is_token_refused(answer):
            token = await self._fresh_token(instead_of=token)
            answer = await self._call(name, wire, token, act=act)
        return _envelope(answer)

    def _is_token_refused(self, answer: Answer) -> bool:
        if answer.status != 200:
            return answer.status == 401
        try:
            return Answered(answer.json(), OUTSIDER).means(self.settings.token_refused)
        except Unreachable:
            return False

    async def _call(self, name: str, wire: Mapping[str, Any], token: str, *, act: str) -> Answer:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Token"] = token
        body = json.dumps(wire, ensure_ascii=False).encode()
        return await self._wire.call("POST", self.settings.address(name), act=act, headers=headers, body=body)

    async def _fresh_token(self, instead_of: str = "") -> str:
        async with self._token_turn:
            if self._token in ("", instead_of) or self._monotonic() >= self._token_until:
                self._token = await self._bought_token()
                self._token_until = self._monotonic() + self.settings.token_days * _DAY
            return self._token

    async def _bought_token(self) -> str:
        pair = {"USERNAME": self.settings.key, "PASSWORD": self.settings.secret}
        short = _token_of(_envelope(await self._call("login", pair, "", act="token")))
        return _token_of(_envelope(await self._call("connect", pair, short, act="token")))


def _envelope(answer: Answer) -> Answered:
    """Return the envelope of an answer.

    Raises Unreachable when it says neither yes nor no or does not let us in, Refused when the call was turned down.
    """
    if answer.is_passing_trouble() or answer.status < 200 or 300 <= answer.status < 400:
        raise answer.unreachable()
    if answer.status == 401:
        raise Unreachable(
            "{outsider} không nhận tài khoản (mã HTTP {status}). Soát lại tên và mật khẩu của tài khoản.",
            outsider=OUTSIDER, status=answer.status, code="post.login_refused",
        )  # fmt: skip
    if answer.status >= 400:
        raise Refused(
            "{outsider} không nhận lệnh gọi (mã HTTP {status}). Soát lại cấu hình tài khoản.",
            outsider=OUTSIDER, status=answer.status, code="post.call_refused",
        )  # fmt: skip
    if answer.status != 200:
        raise answer.unreachable()
    read = Answered(answer.json(), OUTSIDER)
    if read.is_passing_trouble():
        raise Unreachable(
            "{outsider} đang trục trặc (mã {status}). Hệ thống sẽ tự thử lại.",
            outsider=OUTSIDER, status=read.status, code="wire.trouble",
        )  # fmt: skip
    return read


def _token_of(answer: Answered) -> str:
    """Return a token. Raises Unreachable when name and password are turned down, or when none can be read."""
    if answer.is_error:
        raise Unreachable(
            "{outsider} không cho đăng nhập (mã {status}). Soát lại tên và mật khẩu của tài khoản.",
            outsider=OUTSIDER, status=answer.status, code="post.login_refused",
        )  # fmt: skip
    token = answer.data.get("token") if isinstance(answer.data, Mapping) else None
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise Unreachable(
            "{outsider} cấp mã truy cập không đọc được. Hệ thống sẽ tự thử lại.",
            outsider=OUTSIDER, code="post.token_shape",
        )  # fmt: skip
    return token
