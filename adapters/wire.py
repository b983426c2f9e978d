"""One HTTP call to an outsider, with one time limit, and each way it can fail turned into a verdict.

A call that got no usable answer is `Unreachable`: nobody knows what the outsider did, and the outbox asks again later
under the same number. What an answer *means* is the adapter's to say: each wire has its own success codes. Nothing is
repeated here, and redirects are not followed: an order must not land where nobody meant it to. An outsider that gave
no usable answer several times in a row is left in peace for a while: `Unreachable`, code `wire.resting`. Where a wire
goes to many outsiders, each address is spared by itself.

What is logged: who was called, for which act, the status, how long. Never an address with its query, a header or a
body.

Each call bears the id of the request that caused it as `X-Request-ID`, and its `traceparent` where it is traced: one
number finds the same act in both houses' logs.

Used by: every client in `adapters/`.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from postgw import telemetry
from postgw.domain.errors import Refused, Unreachable
from postgw.domain.value import value

from .breaker import Breaker, Breakers, Pace
from .certificates import tls_trouble, trust
from .foreign_json import read_json

log = logging.getLogger(__name__)

#: The longest answer we read. A feed page of 1 000 rows is about half a megabyte.
ANSWER_MOST = 16 * 1024 * 1024
_SECONDS = re.compile(r"\s*[0-9]{1,40}\s*")
_TRY_AGAIN = frozenset({408, 425, 429})


@value
class Answer:
    """What came back, before anybody says what it means."""

    outsider: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def retry_after(self) -> int:
        """Return the seconds of quiet the outsider asks for, 0 for none."""
        return _seconds_of_quiet(self.headers.get("Retry-After", ""))

    def json(self) -> Any:
        """Return the body as JSON. Raises Unreachable when it is none: what was done is unknown."""
        try:
            return read_json(self.body)
        except ValueError as broken:
            raise Unreachable(
                "{outsider} trả lời không đọc được (mã HTTP {status}, không phải JSON). Hệ thống sẽ tự hỏi lại.",
                outsider=self.outsider, status=self.status, code="wire.unreadable",
            ) from broken  # fmt: skip

    def is_passing_trouble(self) -> bool:
        """Say whether the status tells of a trouble that may be over next time."""
        return self.status >= 500 or self.status in _TRY_AGAIN

    def unreachable(self) -> Unreachable:
        """Return the verdict for an answer that is neither yes nor no."""
        return Unreachable(
            "{outsider} đang trục trặc (mã HTTP {status}). Hệ thống sẽ tự thử lại.",
            outsider=self.outsider, status=self.status, retry_after=self.retry_after, code="wire.trouble",
        )  # fmt: skip


class Wire:
    """The calls to one outsider. Opens its connections at the first call; `close` gives them back."""

    def __init__(
        self,
        outsider: str,
        *,
        total_seconds: float = 30.0,
        ca_file: str = "",
        resolver: AbstractResolver | None = None,
        connections: int = 20,
        per_second: float = 0.0,
        many: bool = False,
    ) -> None:
        """Make the wire to one outsider; `many` if each address called is an outsider of its own."""
        self.outsider = outsider
        self._total_seconds = total_seconds
        self._tls = trust(ca_file) if ca_file else True  # the library has read the system's authorities already
        self._resolver = resolver
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._breakers = Breakers() if many else None
        self._breaker = Breaker()
        self._pace = Pace(per_second)

    async def call(
        self, method: str, url: URL, *, act: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Make one call and return the answer, whatever its status. Raises Unreachable when none came."""
        breaker = self._breaker if self._breakers is None else self._breakers.of(str(url.with_query(None)))
        self._must_not_rest(breaker)
        await self._pace.turn()
        began = time.monotonic()
        with telemetry.span(f"{self.outsider}: {act}", kind="client"), _spared(breaker), self._verdicts():
            borne = {**telemetry.passed_on(), **(headers or {})}
            async with self._open().request(method, url, headers=borne, data=body, allow_redirects=False) as response:
                content = await self._read(response)
            telemetry.note({"http.request.method": method, "http.response.status_code": response.status})
        self._note(act, response.status, began)
        answer = Answer(outsider=self.outsider, status=response.status, headers=response.headers, body=content)
        if answer.is_passing_trouble():
            breaker.fell_silent(answer.retry_after)
        else:
            breaker.heard()
        return answer

    async def close(self) -> None:
        """Give back the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=self._tls, resolver=self._resolver, limit=self._connections)
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=self._total_seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
            )
        return self._session

    def _must_not_rest(self, breaker: Breaker) -> None:
        if seconds := breaker.seconds_to_rest():
            raise Unreachable(
                "{outsider} nhiều lần không trả lời nên được để yên ít phút. Hệ thống sẽ tự gọi lại.",
                outsider=self.outsider, retry_after=math.ceil(seconds), code="wire.resting",
            )  # fmt: skip

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for piece in response.content.iter_chunked(65536):
            content += piece
            if len(content) > ANSWER_MOST:
                raise self._silent("{outsider} trả lời quá dài. Hệ thống sẽ tự hỏi lại.", "wire.too_long")
        return bytes(content)

    @contextmanager
    def _verdicts(self) -> Iterator[None]:
        try:
            yield
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as wrong:
            raise Refused(
                "Địa chỉ của {outsider} viết sai. Sửa trong cấu hình.", outsider=self.outsider, code="wire.address"
            ) from wrong
        except aiohttp.ClientSSLError as fault:
            raise self._told(tls_trouble(self.outsider, fault)) from fault
        except TimeoutError as fault:
            raise self._silent("{outsider} không trả lời kịp. Hệ thống sẽ tự thử lại.", "wire.silent") from fault
        except (aiohttp.ClientError, OSError) as fault:
            raise self._silent(
                "Đường truyền tới {outsider} bị đứt hoặc không nối được. Hệ thống sẽ tự thử lại.", "wire.broken"
            ) from fault

    def _silent(self, sentence: str, code: str) -> Unreachable:
        return self._told(Unreachable(sentence, outsider=self.outsider, code=code))

    def _told(self, silence: Unreachable) -> Unreachable:
        extra = {"outsider": self.outsider, "fault": silence.code}
        log.warning("%s gave no answer: %s", self.outsider, silence.code, extra=extra)
        return silence

    def _note(self, act: str, status: int, began: float) -> None:
        took_ms = round((time.monotonic() - began) * 1000)
        log.info(
            "%s answered %s with %s in %s ms", self.outsider, act, status, took_ms,
            extra={"outsider": self.outsider, "act": act, "status": status, "took_ms": took_ms},
        )  # fmt: skip


@contextmanager
def _spared(breaker: Breaker) -> Iterator[None]:
    try:
        yield
    except Unreachable:
        breaker.fell_silent()
        raise
    except BaseException:
        breaker.let_go()
        raise


def _seconds_of_quiet(text: str) -> int:
    if _SECONDS.fullmatch(text):
        return min(int(text), 24 * 3600)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0
    if until.tzinfo is None:
        return 0
    # The wire moment: only here is it known how far the date the outsider named still lies ahead.
    return min(max(0, round((until - datetime.now(UTC)).total_seconds())), 24 * 3600)
