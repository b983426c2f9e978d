"""How a password is kept: as its argon2id hash, so slow that nobody tries a million of them.

A check takes about a tenth of a second of one core and happens in a thread of its own, so that the door stays open.

Used by: people.
Source: RFC 9106 section 4 (the second recommended choice: 64 MiB, three passes).
"""

from __future__ import annotations

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


@cache
def _nobodys() -> str:
    return _HASHER.hash("there is no such account")


async def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def is_right(password: str, kept: str) -> bool:
    """Say whether this is the password; where none is kept it takes as long and is not."""
    return await asyncio.to_thread(_is_right, password, kept or _nobodys()) and bool(kept)


def _is_right(password: str, kept: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
