"""One call to the partner API, with its token, and what each status of HTTP means.

The token goes in a header of its own and is kept; one that is refused was never acted upon, so a new one is tried
once. How long a token lives is not published.

Stands on: wire, settings, mapping. Used by: client.
Source: public clients of the API: 401 and 403 both mean the token; an error is `{status, error, message, ..}`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from yarl import URL

from postgw.domain.errors import Refused, Unreachable

from ..wire import Answer, Wire
from .mapping import said_no, text
from .moments import TheirClock
from .settings import MyVnPostSettings

OUTSIDER = "MyVNPost"
TOKEN_REFUSED = (401, 403)


class Door:
    """The calls to one account."""

    def __init__(self, settings: MyVnPostSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self.clock = TheirClock(monotonic=monotonic)
        self._wire = Wire(
            OUTSIDER, total_seconds=settings.total_seconds, ca_file=settings.ca_file,
            per_second=settings.calls_per_second,
        )  # fmt: skip
        self._monotonic = monotonic
        self._token = ""
        self._token_until = 0.0
        self._token_turn = asyncio.Lock()

    async def ask(self, method: str, act: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Answer:
        """Make one call under a token and return the answer, whatever its status."""
        url = self.settings.address(act)
        if query:
            url = URL(f"{url}?{urlencode(query)}", encoded=True)
        token = await self.token()
        answer = await self._call(method, url, act, body, token)
        if answer.status in TOKEN_REFUSED:
            token = await self.token(instead_of=token)
            answer = await self._call(method, url, act, body, token)
        return answer

    async def token(self, instead_of: str = "") -> str:
        """Return a token, the kept one while it may be used."""
        async with self._token_turn:
            if self._token in ("", instead_of) or self._monotonic() >= self._token_until:
                self._token = await self._fetched()
                self._token_until = self._monotonic() + self.settings.token_seconds
            return self._token

    async def close(self) -> None:
        """Give back the connections."""
        await self._wire.close()

    async def _call(self, method: str, url: URL, act: str, body: Any, token: str) -> Answer:
        headers = {"Accept": "application/json", **({"token": token} if token else {})}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode()
        answer = await self._wire.call(method, url, act=act, headers=headers, body=content)
        self.clock.heard(answer.headers)
        return answer

    async def _fetched(self) -> str:
        asked = {
            "username": self.settings.key,
            "password": self.settings.secret,
            "customerCode": self.settings.customer_code,
        }
        told = made(await self._call("POST", self.settings.address("token"), "token", asked, ""))
        token = text(told.get("token")) if isinstance(told, Mapping) else ""
        if said_no(told) is not None:
            raise no_credentials(200)
        if not token or not token.isascii() or not token.isprintable():
            raise Unreachable(
                "{outsider} cấp mã truy cập không đọc được. Hệ thống sẽ tự thử lại.",
                outsider=OUTSIDER, code="post.token_shape",
            )  # fmt: skip
        return token


def made(answer: Answer) -> Any:
    """Return the JSON of an answer that is a yes by its status.

    Raises Refused at a plain no (4xx), Unreachable at anything that leaves open what was done.
    """
    if answer.status == 200:
        return answer.json()
    if answer.is_passing_trouble() or answer.status < 400:
        raise answer.unreachable()
    if answer.status in TOKEN_REFUSED:
        raise no_credentials(answer.status)
    raise Refused(
        "{outsider} không nhận yêu cầu (mã HTTP {status}). Kiểm tra địa chỉ và tài khoản trong cấu hình.",
        outsider=OUTSIDER, status=answer.status, code="post.http_refused",
    )  # fmt: skip


def no_credentials(status: int) -> Unreachable:
    """Return the verdict when user name and password open nothing: no word about what was asked, so it waits."""
    return Unreachable(
        "{outsider} không nhận tài khoản (mã HTTP {status}). Kiểm tra tên đăng nhập, mật khẩu và mã khách hàng.",
        outsider=OUTSIDER, status=status, code="post.credentials",
    )  # fmt: skip


def unreadable(act: str) -> Unreachable:
    """Return the verdict for an answer that is not what this call answers."""
    return Unreachable(
        "{outsider} trả lời không đúng dạng ({act}). Hệ thống sẽ tự hỏi lại.",
        outsider=OUTSIDER, act=act, code="my_vnpost.shape",
    )  # fmt: skip
