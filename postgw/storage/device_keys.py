"""Whether a text was signed with the key whose public half we keep: ECDSA on P-256 with SHA-256, as browsers sign.

Used by: services.devices, services.device_queue.
Source: NIST FIPS 186-5; W3C Web Cryptography API (raw points, signatures as r and s side by side).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

_ALGORITHM = ec.ECDSA(SHA256())
_HALF = 32


@lru_cache(maxsize=4096)
def _public(key: str) -> ec.EllipticCurvePublicKey | None:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
    except ValueError:
        return None


def is_point(key: str) -> bool:
    """Say whether a text is a public key."""
    return _public(key) is not None


def is_signed(key: str, text: str, signature: str) -> bool:
    """Say whether a signature belongs to a text and a key."""
    public = _public(key)
    try:
        raw = _bytes(signature)
    except ValueError:
        return False
    if public is None or len(raw) != 2 * _HALF:
        return False
    r, s = int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big")
    try:
        public.verify(encode_dss_signature(r, s), text.encode(), _ALGORITHM)
    except InvalidSignature:
        return False
    return True


async def are_signed(asked: Sequence[tuple[str, str, str]]) -> list[bool]:
    """Say it of many (key, text, signature) at once, aside of the loop."""
    return await asyncio.to_thread(lambda: [is_signed(*each) for each in asked])


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None
