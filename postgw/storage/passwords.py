"""How a password is kept: as its argon2id hash, so slow that nobody tries a million of them.

A check takes about a tenth of a second of one core and 64 MiB. It happens in one of two threads of its own: the door
stays open, and a storm of guesses neither eats the memory nor holds up other work. Vietnamese keyboards write `ế` as
one sign or as three; both are the same password.

Used by: people, sittings.
Source: RFC 9106 section 4 (the second recommended choice: 64 MiB, three passes); NIST SP 800-63B section 3.1.1.2
(normalising before hashing).
"""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Written out, so that another release of the library does not change them unseen.
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, salt_len=16)
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


@cache
def _nobodys() -> str:
    return _HASHER.hash("there is no such account")


async def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, _one_form(password))


async def is_right(password: str, kept: str) -> bool:
    """Say whether this is the password; where none is kept it takes as long and is not."""
    right = await asyncio.get_running_loop().run_in_executor(_THREADS, _is_right, _one_form(password), kept)
    return right and bool(kept)


def _is_right(password: str, kept: str) -> bool:
    try:
        return _HASHER.verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False


def _one_form(password: str) -> str:
    """Return a password in the one form in which it is kept.

    >>> _one_form("nước") == _one_form("nu\u031bo\u031b\u0301c")
    True
    """
    return unicodedata.normalize("NFKC", password)
