"""Token cards: who holds a token, asked of the database at most once a second for each.

Every call bears a token, and a busy caller bears the same one hundreds of times a second: asking each time is a third
of what a scan asks of the database. A good card is therefore remembered for a second. Whoever revokes a token has this
process forget at once; another process serves it for a second at most. What is unknown or revoked is asked each time.

Calls that come at one moment are one question.

Stands on: accounts, together. Used by: accounts, printing (services).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from . import accounts
from .accounts import Token
from .database import Database
from .together import Together

#: So long a revoked token may still serve at a process that did not revoke it. Design choice.
REMEMBERED_SECONDS = 1.0
_ASKED_TOGETHER = 100
_MOST_REMEMBERED = 10_000


class TokenCards:
    """The cards of tokens by their hash."""

    def __init__(self, database: Database, *, seconds: float = REMEMBERED_SECONDS) -> None:
        self._database, self._seconds = database, seconds
        self._shared: Together[str, Token | None] = Together(self._asked, most=_ASKED_TOGETHER)
        self._known: dict[str, tuple[Token, float]] = {}
        self._forgotten = 0

    async def of(self, digest: str) -> Token | None:
        """Return the card of the token with this hash, revoked or not; nothing when there is none."""
        card, until = self._known.get(digest, (None, 0.0))
        if card is not None and time.monotonic() < until:
            return card
        before = self._forgotten
        card = await self._shared.take(digest)
        if card is not None and card.revoked_at is None and before == self._forgotten:
            self._remember(digest, card)
        return card

    def forget(self) -> None:
        """Ask anew from now on; to be called when a revocation is kept."""
        self._forgotten += 1
        self._known.clear()

    def _remember(self, digest: str, card: Token) -> None:
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[digest] = (card, time.monotonic() + self._seconds)

    async def _asked(self, digests: Sequence[str]) -> list[Token | None]:
        found = await accounts.tokens_by_digest(self._database.reading, digests)
        return [found.get(digest) for digest in digests]
