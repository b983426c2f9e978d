"""Signing as Standard Webhooks 1.0 asks: HMAC-SHA256 over id, moment and the exact bytes of the body.

Several secrets make several signatures in one header, so that a subscriber can change its secret without a gap.

Source: Standard Webhooks 1.0.

>>> sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_1", 1674087231, b'{"a":1}')
'v1,ufv45WIonjonlsB4RtxC24Ig4CisWfbJI1o6/4Uarps='
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from postgw.domain.errors import Refused

_PREFIX = "whsec_"


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature. Raises Refused when the secret is not `whsec_` and base64."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def headers(secrets: Sequence[str], webhook_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a signed notice."""
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(secret, webhook_id, timestamp, body) for secret in secrets),
    }


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise Refused("Khóa ký của nơi nhận sai dạng: cần whsec_ và base64. Tạo khóa mới.", code="webhook.secret")
    return key
