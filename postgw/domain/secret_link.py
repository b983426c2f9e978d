"""A secret link: what a message carries so that its reader, and nobody else, may answer for one consignment.

It is a purpose, the consignment number and a sign that only this house can make: `c.4K7M29TB6HC.7MQ2…`. Nothing is
stored for it, so there is no list of open links to steal. Numbers may be walked; the sign may not: it is 80 bits long
and compared in constant time. Whether a link still holds is told by the state of the consignment it speaks of, and
what it may be used for once is kept by the act it opens.

The page of a dossier has a link of its own, shorter and with a last day: `D4AAAE5P…` says which row, until when, and in
which epoch it was made. Who shuts the links of a dossier counts its epoch up; every earlier one is dead then.

It never stands on a label: the envelope passes through strange hands.

Stands on: consignment_number. Used by: services.notices (which puts it into a text), services that a link opens.
Source: Circular 01/2018/TT-VPCP art. 16.2.d (without proof only code and progress); RFC 2104 (HMAC).

>>> token = link_of(b"secret", "choose", "4K7M29TB6HC")
>>> token.startswith("c.4K7M29TB6HC."), read_link(b"secret", "choose", token), read_link(b"other", "choose", token)
(True, '4K7M29TB6HC', '')
>>> read_link(b"secret", "rate", token)
''
>>> page = page_link(b"secret", PageKey(dossier_id=70_412, last_day=date(2026, 12, 23), epoch=0))
>>> len(page), read_page_link(b"secret", page.lower()), read_page_link(b"other", page)
(29, PageKey(dossier_id=70412, last_day=datetime.date(2026, 12, 23), epoch=0), None)
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32decode, b32encode
from binascii import Error
from dataclasses import dataclass
from datetime import date, timedelta

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
    return number if hmac.compare_digest(sign.encode("utf-8", "replace"), expected.encode()) else ""


def _sign(secret: bytes, purpose: str, consignment_no: str) -> str:
    digest = hmac.digest(secret, f"{purpose}:{consignment_no}".encode(), hashlib.sha256)
    return b32encode(digest[:_SIGN_BYTES]).decode()


#: From which day the last day of a page's link is counted; two bytes reach to the year 2204.
_DAY_ZERO = date(2025, 1, 1)
_KEY_BYTES, _LINK_SIGNS = 8, 29


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKey:
    """What the link of a page says: which dossier, its last day (Vietnam), and the epoch in which it was made."""

    dossier_id: int
    last_day: date
    epoch: int


def page_link(secret: bytes, key: PageKey) -> str:
    """Return the token of a dossier's page; the same key, the same token."""
    days = (key.last_day - _DAY_ZERO).days
    told = key.dossier_id.to_bytes(5, "big") + days.to_bytes(2, "big") + key.epoch.to_bytes(1, "big")
    return b32encode(told + _page_sign(secret, told)).decode().rstrip("=")


def read_page_link(secret: bytes, token: str) -> PageKey | None:
    """Return what a token says; nothing when it is not one of ours. Whether its day has passed, the reader looks."""
    if not token.isascii() or len(token) != _LINK_SIGNS:
        return None
    try:
        whole = b32decode(token.upper() + "===")
    except Error:
        return None
    if b32encode(whole).decode().rstrip("=") != token.upper():
        return None  # a bit of the last sign says nothing: one link has one spelling
    told, sign = whole[:_KEY_BYTES], whole[_KEY_BYTES:]
    if not secret or not hmac.compare_digest(sign, _page_sign(secret, told)):
        return None
    return PageKey(
        dossier_id=int.from_bytes(told[:5], "big"),
        last_day=_DAY_ZERO + timedelta(days=int.from_bytes(told[5:7], "big")), epoch=told[7],
    )  # fmt: skip


def _page_sign(secret: bytes, told: bytes) -> bytes:
    return hmac.digest(secret, b"page:" + told, hashlib.sha256)[:_SIGN_BYTES]
