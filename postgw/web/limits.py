"""How often one caller may knock: a quota a minute, each kind of route for itself.

Scans have a quota of their own, so that whatever else a station does never keeps it from scanning. The count lives in
the memory of one process: with several processes the true quota is that many times larger.

Used by: serve. Source: IETF draft "RateLimit header fields for HTTP".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .errors import TooOften

WINDOW_SECONDS = 60
_CALLERS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to one caller in this minute."""

    kind: str
    quota: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """Return what the caller is told of it."""
        return {
            "RateLimit-Policy": f'"{self.kind}";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.kind}";r={self.left};t={self.seconds}',
        }


class Limiter:
    """Counts the calls of each caller in the present minute."""

    def __init__(self, per_minute: Mapping[str, int]) -> None:
        self._quotas = per_minute
        self._minute = 0
        self._calls: dict[tuple[str, str], int] = {}

    def admit(self, kind: str, caller: str, now: float) -> Allowance | None:
        """Count one call; return what is left, or None where no limit is set. Raises TooOften above the quota."""
        quota = self._quotas.get(kind, 0)
        if not quota:
            return None
        seconds = self._turned(now)
        calls = self._calls.get((kind, caller), 0) + 1
        self._calls[kind, caller] = calls
        if calls > quota:
            raise _too_often(quota, seconds)
        return Allowance(kind, quota, quota - calls, seconds)

    def must_have_left(self, kind: str, caller: str, now: float) -> None:
        """Raise TooOften when a caller's quota is used up already; count nothing."""
        seconds, quota = self._turned(now), self._quotas.get(kind, 0)
        if quota and self._calls.get((kind, caller), 0) >= quota:
            raise _too_often(quota, seconds)

    def _turned(self, now: float) -> int:
        """Begin a new minute when it has come; return how many seconds of it are left."""
        minute, second = divmod(int(now), WINDOW_SECONDS)
        if minute != self._minute or len(self._calls) > _CALLERS_KEPT:
            self._minute, self._calls = minute, {}
        return WINDOW_SECONDS - second


def _too_often(quota: int, seconds: int) -> TooOften:
    return TooOften(
        "Gọi quá {quota} lần một phút. Đợi {seconds} giây rồi gọi lại.", quota=quota, seconds=seconds,
        code="calls.too_often", retry_after=seconds,
    )  # fmt: skip
