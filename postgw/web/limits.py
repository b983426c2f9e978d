"""How often one caller may knock: a quota a minute, each kind of route for itself; and what a look-up costs.

Scans have a quota of their own, so that whatever else a station does never keeps it from scanning. The count lives in
the memory of one process: with several processes the true quota is that many times larger.

Looking numbers up is measured otherwise, for behind one address may sit one walker of numbers or a whole commune, and
a mobile carrier hides thousands of telephones behind one. So each address has points that fill up again by themselves:

* a number that is there costs little, and the same one again within the hour nothing, even when the points are gone:
  whoever waits for a parcel may look as often as they like;
* a number that is not there costs more, four digits typed to have a link sent cost most: that is what guessing is;
* a secret link costs nothing: its sign cannot be guessed, so it needs no measure, and nobody who has one is shut out.

A number as such has no measure of its own for being looked at, or a stranger could shut its owner out; how often a day
four digits are looked at for one number is a rule of `citizen_page`, and whoever is over it is not told so.

In IPv6 a customer has a whole network of /64, so addresses are counted by it.

Used by: serve. Source: IETF draft "RateLimit header fields for HTTP".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from math import ceil

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


#: What a look-up costs: of a number that is there, of one that is not, of four digits. Design choice: with 240 points
#: a minute one address reads 120 new numbers a minute for as long as it likes, or is wrong forty times.
FOUND, MISSING, DIGITS = 2, 6, 12
#: How many minutes' worth of points an address may have saved up: a morning's rush at a shared line.
_SAVED_MINUTES = 2.5
#: Nobody is told to come back sooner: a second or two would be gone by the time it is read.
_LEAST_WAIT = 10
_REMEMBERED_SECONDS = 3600
_REMEMBERED = 50_000


class LookUps:
    """The points of each address for looking numbers up, and which numbers it saw of late."""

    def __init__(self, per_minute: int) -> None:
        self._per_second = per_minute / 60
        self._most = per_minute * _SAVED_MINUTES
        self._left: dict[str, tuple[float, float]] = {}
        self._seen: dict[tuple[str, str], float] = {}

    def pay(self, caller: str, points: int, now: float) -> None:
        """Take points from an address. Raises TooOften when it has too few."""
        if not self._most:
            return
        left = self._filled(caller, now)
        if left < points:
            seconds = max(ceil((points - left) / self._per_second), _LEAST_WAIT)
            raise TooOften(
                "Nhiều lần tra cứu từ cùng một đường mạng. Đợi {seconds} giây rồi thử lại.", seconds=seconds,
                code="calls.too_often", retry_after=seconds,
            )  # fmt: skip
        self._keep(caller, left - points, now)

    def give_back(self, caller: str, points: int, now: float) -> None:
        """Give points back that were taken before it was known what they pay for."""
        if self._most:
            self._keep(caller, min(self._filled(caller, now) + points, self._most), now)

    def remember(self, caller: str, number: str, now: float) -> None:
        """Take note that an address saw a number that is there."""
        if len(self._seen) >= _REMEMBERED:
            self._seen.pop(next(iter(self._seen)))
        self._seen.pop((caller, number), None)
        self._seen[caller, number] = now

    def knows(self, caller: str, number: str, now: float) -> bool:
        """Say whether an address saw this number within the hour."""
        return now - self._seen.get((caller, number), -_REMEMBERED_SECONDS) < _REMEMBERED_SECONDS

    def _filled(self, caller: str, now: float) -> float:
        left, at = self._left.get(caller, (self._most, now))
        return min(left + max(now - at, 0) * self._per_second, self._most)

    def _keep(self, caller: str, left: float, now: float) -> None:
        if caller not in self._left and len(self._left) >= _CALLERS_KEPT:
            self._left.pop(next(iter(self._left)))
        self._left.pop(caller, None)  # the newest stands last, so that the oldest goes first
        self._left[caller] = (left, now)


@lru_cache(maxsize=8192)
def network_of(address: str) -> str:
    """Return by what an address is counted: itself, or in IPv6 the network of its customer.

    >>> network_of("203.0.113.7"), network_of("2001:db8:1:2:3:4:5:6"), network_of("::ffff:203.0.113.7")
    ('203.0.113.7', '2001:db8:1:2::/64', '203.0.113.7')
    """
    try:
        read = IPv6Address(address.partition("%")[0])
    except AddressValueError:
        return address
    if read.ipv4_mapped:
        return str(read.ipv4_mapped)
    return f"{IPv6Address(int(read) >> 64 << 64)}/64"


def _too_often(quota: int, seconds: int) -> TooOften:
    return TooOften(
        "Gọi quá {quota} lần một phút. Đợi {seconds} giây rồi gọi lại.", quota=quota, seconds=seconds,
        code="calls.too_often", retry_after=seconds,
    )  # fmt: skip
