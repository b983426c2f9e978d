"""What a citizen may do from their own page, each with one line that says what it costs or until when it can be done.

Each service that has an act for citizens answers for itself whether it is possible now; here stands one asker for each,
and the page draws what they return, in this order. A proxy who was named is asked for here too, for it adds to what
must be had ready.

Stands on: visit, secret_ready. Used by: secret_page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from postgw.services.secret_page import Shown

from .secret_ready import Ready
from .visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that may be done: where, what, and what to know before."""

    href: str
    title: str
    below: str = ""


Asker = Callable[[Visit, Shown, str], Awaitable[tuple[Act, ...]]]
#: One for each service with acts; the last word of each is the token of the page.
ASKERS: tuple[Asker, ...] = ()


async def acts_of(visit: Visit, it: Shown, token: str) -> tuple[Act, ...]:
    """Return what may be done now."""
    return tuple([act for ask in ASKERS for act in await ask(visit, it, token)])


async def letters_of(visit: Visit, it: Shown, token: str) -> tuple[Ready, ...]:
    """Return the letter that a proxy brings, where one is named."""
    return ()
