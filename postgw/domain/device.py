"""A device: the phone or counter PC with which a postal worker scans; and a shift: one worker on it for a day.

A device has a key of its own that never leaves it; so has each shift, locked by the worker's short PIN. Whatever is
done is signed by both, at the moment it is done. So a queue needs no signed-in screen to be sent: the signatures vouch,
days later too. Nobody knows how many acts still lie on a device that was lost; what it was to do shows as not heard of.

Stands on: actor, errors. Used by: services.devices.
Source: NIST FIPS 186-5 (ECDSA on P-256); OWASP on mobile storage (keys that cannot be taken out).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from .actor import Actor
from .errors import Forbidden, Invalid

#: A shift that nobody ends is over after this. Design choice: the longest working day and a night's ride home.
SHIFT_AT_MOST = timedelta(hours=16)
#: So long a sending may be on its way (a device gives one up after 20 seconds, a weak line may still bring it); what
#: exceeds it is the clock's fault. Design choice.
TRAVEL_AT_MOST = timedelta(seconds=30)
NAME_MOST = 60
_KEY = re.compile(r"[A-Za-z0-9_-]{87}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One device, and what is known of its queue."""

    device_no: str
    name: str
    unit: str
    public_key: str
    enrolled_at: datetime
    enrolled_by: str
    seen_at: datetime
    last_counter: int = 0  #: the highest act that was answered
    waiting: int = 0  #: how many acts it said were still with it when it was last heard of
    skew_seconds: int = 0  #: how far its clock was ahead of ours then
    revoked_at: datetime | None = None
    revoked_by: str = ""
    revoke_reason: str = ""
    handed_in_at: datetime | None = None  #: after its revocation: when its queue was handed in, the one time

    @property
    def is_revoked(self) -> bool:
        """Say whether it was declared lost."""
        return self.revoked_at is not None

    def steady_skew(self, measured: timedelta) -> int:
        """Return by how many seconds the clock runs ahead, from what one sending shows of it.

        Each sending travels for another while and so shows the clock a little more behind than it is. What is known
        holds as long as the travel explains the rest: else of two acts in one second, sent in two parts, the second
        could come to stand before the first.

        >>> moment = datetime(2026, 11, 23)
        >>> device = Device(device_no="TB-0001", name="", unit="", public_key="", enrolled_at=moment, enrolled_by="",
        ...                 seen_at=moment, skew_seconds=0)
        >>> device.steady_skew(timedelta(seconds=-0.2)), device.steady_skew(timedelta(seconds=0.2))
        (0, 1)
        >>> device.steady_skew(timedelta(days=1)), device.steady_skew(timedelta(seconds=-90))
        (86400, -90)
        """
        seconds = measured.total_seconds()
        if seconds <= self.skew_seconds <= seconds + TRAVEL_AT_MOST.total_seconds():
            return self.skew_seconds
        return ceil(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One worker on one device, from the full sign-in on."""

    shift_no: str
    device_no: str
    worker: str
    worker_name: str
    unit: str
    scopes: frozenset[str]  #: what the worker might do when it began
    public_key: str
    begun_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    snapshot_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Return the worker as the one who acts."""
        return Actor(name=self.worker, scopes=self.scopes, unit=self.unit)

    def covers(self, moment: datetime) -> bool:
        """Say whether an act of this moment belongs into the shift; a device's clock may be a little off."""
        ends = min(self.ends_at, self.ended_at or self.ends_at)
        return self.begun_at - _LEEWAY <= moment <= ends + _LEEWAY

    def must_be_on(self, at: datetime) -> None:
        """Raise Forbidden when the shift is over."""
        if self.ended_at is not None or at >= self.ends_at:
            raise Forbidden("Ca quét đã hết. Đăng nhập để mở ca mới.", code="shift.over")


_LEEWAY = timedelta(minutes=5)


def checked_key(key: str, *, field: str) -> str:
    """Return a public key: an uncompressed point of P-256 in base64url. Raises Invalid when it has another shape.

    >>> checked_key("B" * 87, field="/device_key")[:3]
    'BBB'
    >>> checked_key("B", field="/device_key")
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Khoá của máy không đúng dạng. Tải lại trang rồi mở ca lại.
    """
    if not _KEY.fullmatch(key):
        raise not_a_key(field)
    return key


def not_a_key(field: str) -> Invalid:
    """Return the mistake of a device that brought no key."""
    return Invalid("Khoá của máy không đúng dạng. Tải lại trang rồi mở ca lại.", code="device.key", field=field)
