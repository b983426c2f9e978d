"""A secret link: what a message carries so that its reader, and nobody else, may answer for one consignment.

It is a purpose, the consignment number and a sign that only this house can make: `c.4K7M29TB6HC.7MQ2…`. Nothing is
stored for it, so there is no list of open links to steal. Numbers may be walked; the sign may not: it is 80 bits long
and compared in constant time. Whether a link still holds is told by the state of the consignment it speaks of, and
what it may be used for once is kept by the act it opens.

It never stands on a label: the envelope passes through strange hands.

Stands on: consignment_number. Used by: services.notices (which puts it into a text), services that a link opens.
Source: Circular 01/2018/TT-VPCP art. 16.2.d (without proof only code and progress); RFC 2104 (HMAC).

>>> token = link_of(b"secret", "choose", "4K7M29TB6HC")
>>> token.startswith("c.4K7M29TB6HC."), read_link(b"secret", "choose", token), read_link(b"other", "choose", token)
(True, '4K7M29TB6HC', '')
>>> read_link(b"secret", "rate", token)
''
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode

from . import consignment_number

#: What a link may be used for, and the letter that stands for it.
PURPOSES = {"choose": "c", "rate": "r"}
_SIGN_BYTES = 10


def link_of(secret: bytes, purpose: str, consignment_no: str) -> str:
    """Return the token of a link."""
    return f"{PURPOSES[purpose]}.{consignment_no}.{_sign(secret, purpose, consignment_no)}"


def read_link(secret: bytes, purpose: str, token: str) -> str:
    """Return the consignment number of a token made for this purpose; empty when it is not one of ours."""
    letter, _, rest = token.strip().partition(".")
    number, _, sign = rest.partition(".")
    if letter != PURPOSES[purpose] or not consignment_number.is_valid(number):
        return ""
    expected = _sign(secret, purpose, number)
    return number if hmac.compare_digest(sign.encode(), expected.encode()) else ""


def _sign(secret: bytes, purpose: str, consignment_no: str) -> str:
    digest = hmac.digest(secret, f"{purpose}:{consignment_no}".encode(), hashlib.sha256)
    return b32encode(digest[:_SIGN_BYTES]).decode()
