"""Zalo's tokens, kept so that no process loses the next refresh token and no two burn the same one.

A refresh token serves once. Whoever wants a new access token takes the file's lock, reads the file again (another may
have been there first), asks Zalo, and writes what came before anybody uses it: to a new file beside, forced to the
disk, then put in the old one's place. The file and its lock are for the owner alone.

The first refresh token comes from a person, through the environment. The file remembers of it only a digest: when the
variable bears another one, the person has begun anew, and it goes before what the file holds. What cannot be mended
here: an answer of Zalo's that is lost on the way. The old token is then spent and the new one unknown; Zalo refuses the
next try, and a person must give a new beginning.

Several machines must share the file, or one of them alone sends by Zalo.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from postgw.domain.errors import Refused, Unreachable

#: A token is not used in the last minutes of its life.
_SPARE_SECONDS = 300.0
_LOCK_PAUSE, _LOCK_MOST = 0.1, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the file holds."""

    refresh_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    until: float = 0.0  #: until when the access token lives, seconds of the epoch
    seed: str = ""  #: digest of the refresh token that a person gave


#: Asks Zalo for new tokens: refresh token in; access token, the next refresh token and seconds of life out.
Refresh = Callable[[str], Awaitable[tuple[str, str, float]]]


class TokenFile:
    """The tokens of one application."""

    def __init__(self, path: str, first: str, refresh: Refresh, *, now: Callable[[], float]) -> None:
        self._path = Path(path)
        self._first = first
        self._refresh = refresh
        self._now = now
        self._turn = asyncio.Lock()
        self._known: Tokens | None = None

    async def access_token(self, *, instead_of: str = "") -> str:
        """Return a token that is good; `instead_of` is one that Zalo no longer takes."""
        async with self._turn:
            if self._known is None or not self._is_good(self._known, instead_of):
                async with self._locked():
                    self._known = await self._renewed(instead_of)
            return self._known.access_token

    async def _renewed(self, instead_of: str) -> Tokens:
        kept = self._read()
        if self._is_good(kept, instead_of):
            return kept
        if not kept.refresh_token:
            raise Refused(
                "Chưa có refresh token của Zalo. Cấp quyền cho ứng dụng rồi đặt biến môi trường của refresh_token.",
                code="zalo.tokens",
            )
        access, following, seconds = await self._refresh(kept.refresh_token)
        made = Tokens(refresh_token=following, access_token=access, until=self._now() + seconds, seed=kept.seed)
        self._write(made)
        return made

    def _is_good(self, tokens: Tokens, instead_of: str) -> bool:
        return tokens.access_token not in ("", instead_of) and self._now() < tokens.until - _SPARE_SECONDS

    def _read(self) -> Tokens:
        """Return what the file holds; a new beginning by a person goes before it."""
        begun = Tokens(refresh_token=self._first, seed=_digest(self._first) if self._first else "")
        try:
            kept = Tokens(**json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return begun
        except (OSError, ValueError, TypeError) as fault:
            if self._first:
                return begun
            raise Refused("Không đọc được tệp mã của Zalo.", code="zalo.tokens") from fault
        return begun if self._first and kept.seed != begun.seed else kept

    def _write(self, tokens: Tokens) -> None:
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(tokens), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        """Hold the file against every other process."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            raise Refused(
                "Không ghi được tệp mã của Zalo. Sửa token_file trong cấu hình.", code="zalo.tokens"
            ) from fault
        try:
            await _take(handle)
            yield
        finally:
            os.close(handle)


async def _take(handle: int) -> None:
    end = time.monotonic() + _LOCK_MOST
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise Unreachable(
                    "Tiến trình khác đang lấy mã của Zalo. Hệ thống sẽ tự thử lại.", code="zalo.lock"
                ) from None
            await asyncio.sleep(_LOCK_PAUSE)
        else:
            return


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
