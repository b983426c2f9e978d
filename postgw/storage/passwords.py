"""How a password is kept: as its argon2id hash, so slow that nobody tries a million of them.

A check takes about a tenth of a second of one core and 64 MiB. It happens in one of two threads of its own: the door
stays open, and a storm of guesses neither eats the memory nor holds up other work.

Used by: people.
Source: RFC 9106 section 4 (the second recommended choice: 64 MiB, three passes).
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


@cache
def _nobodys() -> str:
    return _HASHER.hash("there is no such account")


async def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def is_right(password: str, kept: str) -> bool:
    """Say whether this is the password; where none is kept it takes as long and is not."""
    right = await asyncio.get_running_loop().run_in_executor(_THREADS, _is_right, password, kept)
    return right and bool(kept)


def _is_right(password: str, kept: str) -> bool:
    try:
        return _HASHER.verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
