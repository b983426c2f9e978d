"""The second factor: six digits that change every half minute, reckoned from a secret that the phone and we share.

A code serves once: the step in which it was used is kept, and no step at or before it counts again. One step of
tolerance on either side forgives a phone whose clock is off.

Used by: sittings, people.
Source: RFC 6238 (TOTP), RFC 4226 section 5 (HOTP, dynamic truncation); Google's key URI for authenticator apps.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from urllib.parse import quote

STEP_SECONDS = 30
_DIGITS = 6
_TOLERATED_STEPS = 1


def step_of(at: datetime) -> int:
    """Return the number of the half minute."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """Return the digits of one half minute.

    >>> code_at(b"12345678901234567890", 59 // 30), code_at(b"12345678901234567890", 1111111109 // 30)
    ('287082', '081804')
    """
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    begin = mac[-1] & 0x0F
    number = int.from_bytes(mac[begin : begin + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def step_used(secret: bytes, typed: str, at: datetime, *, after: int) -> int | None:
    """Return the half minute whose code was typed, later than the one used last; None when it is none of these."""
    digits = "".join(typed.split())
    now = step_of(at)
    for step in range(now - _TOLERATED_STEPS, now + _TOLERATED_STEPS + 1):
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), digits.encode("utf-8", "replace")):
            return step
    return None


def as_text(secret: bytes) -> str:
    """Return a secret as people type it into an app.

    >>> as_text(b"12345678901234567890")
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    """
    return base64.b32encode(secret).decode().rstrip("=")


def key_uri(secret: bytes, *, login: str, issuer: str) -> str:
    """Return what an authenticator app reads from a QR code."""
    about = f"secret={as_text(secret)}&issuer={quote(issuer)}&digits=6&period=30"
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{about}"
