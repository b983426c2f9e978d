"""Accounts: who is calling, and answers kept for requests that come twice.

A token is shown once, at its making; the house keeps only its hash. It bears scopes and the unit it acts for, and can
be revoked at any moment.

Source: RFC 6750 (bearer tokens); the IETF draft on the Idempotency-Key header.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from postgw.domain.actor import RIGHTS, Actor
from postgw.domain.address import NAME_MOST, checked_text
from postgw.domain.change import changed, made
from postgw.domain.errors import Conflict, Forbidden, Invalid, Unknown
from postgw.domain.role import Role
from postgw.storage import accounts, changes, province
from postgw.storage.accounts import Replay, Token
from postgw.storage.database import Database
from postgw.storage.token_cards import TokenCards

_PREFIX = "pgw_"
#: An answer can be asked for again this long.
_REPLAYED_FOR = timedelta(days=3)
#: Whoever is at work says so again after the first span; a claim of which nothing was heard for the second is of a
#: process that died, and free again. The second is longer than the clocks of two machines may differ unnoticed.
HELD_FOR = timedelta(seconds=5)
_STALE_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The act of knowing who calls."""

    database: Database
    cards: TokenCards
    roles: Mapping[str, Role] = field(default_factory=dict)

    async def authenticate(self, text: str, *, at: datetime) -> Actor:
        """Return who holds a token. Raises Forbidden when it is unknown or revoked."""
        card = await self.cards.of(_digest(text))
        if card is None or card.is_revoked(at):
            raise Forbidden("Mã truy cập không đúng hoặc đã thu hồi.", code="token.invalid")
        return Actor(name=card.name, scopes=frozenset(card.scopes), unit=card.unit, token_no=card.token_no)

    async def issue(
        self, *, name: str, scopes: tuple[str, ...] = (), role: str = "", unit: str, actor: Actor, at: datetime
    ) -> tuple[str, Token]:
        """Make a token with these scopes, or with those of a role as it is today.

        Its text is in this answer and nowhere else ever after.
        """
        actor.must("admin")
        scopes = self._scopes_of(role, scopes) if role else scopes
        if unknown := sorted(set(scopes) - set(RIGHTS)):
            raise Invalid("Không có quyền {scope}.", scope=unknown[0], code="token.scope", field="/scopes")
        if not scopes:
            raise Invalid("Chọn ít nhất một quyền.", code="token.scope", field="/scopes")
        name = checked_text(name, what="tên tài khoản", field="/name", most=min(NAME_MOST, 120))
        if unit and await province.unit(self.database.reading, unit) is None:
            raise Invalid("Không có đơn vị mang mã {number}.", number=unit, code="unit.unknown", field="/unit")
        text = _PREFIX + secrets.token_urlsafe(32)
        return text, await self.keep_token(text, name=name, scopes=scopes, unit=unit, actor=actor, at=at)

    def _scopes_of(self, role: str, scopes: tuple[str, ...]) -> tuple[str, ...]:
        if scopes:
            raise Invalid("Chọn vai trò hoặc từng quyền, không cả hai.", code="token.role", field="/role")
        if role not in self.roles:
            raise Invalid("Không có vai trò {role}.", role=role, code="token.role", field="/role")
        return tuple(right for right in RIGHTS if right in self.roles[role].scopes)

    async def keep_token(
        self, text: str, *, name: str, scopes: tuple[str, ...], unit: str, actor: Actor, at: datetime
    ) -> Token:
        """Keep the card and hash of a token whose text was made elsewhere (the demo's own)."""
        card = Token(token_no=f"tk-{secrets.token_hex(6)}", name=name, scopes=scopes, unit=unit, issued_at=at)
        async with self.database.writing() as tx:
            known = await accounts.token_by_digest(tx, _digest(text))
            if known:
                return known
            await accounts.add_token(tx, card, _digest(text), actor=actor.name)
            told = {"name": name, "scopes": scopes, "unit": unit}
            await changes.note(tx, made("token", card.token_no, told, actor=actor, at=at, unit=unit))
        return card

    async def revoke(self, token_no: str, *, actor: Actor, at: datetime) -> None:
        """Revoke a token."""
        actor.must("admin")
        async with self.database.writing() as tx:
            card = await accounts.token(tx, token_no)
            if card is None or not await accounts.revoke_token(tx, token_no, actor=actor.name, at=at):
                raise Unknown("Không có mã truy cập {number}.", number=token_no, code="token.unknown")
            if card.revoked_at is None:
                told = {"name": card.name, "revoked_at": None}
                now = {**told, "revoked_at": at}
                change = changed("token", token_no, told, now, actor=actor, at=at, unit=card.unit, act="ended")
                await changes.note(tx, change)
        self.cards.forget()

    async def tokens(self, *, actor: Actor) -> tuple[Token, ...]:
        """Return every token's card."""
        actor.must("admin")
        return await accounts.tokens(self.database.reading)

    async def begin(
        self, actor: Actor, method: str, path: str, key: str, body_hash: str, *, at: datetime
    ) -> Replay | None:
        """Claim an idempotency key; return the answer given before, if there is one.

        Raises Invalid when the key was used with another body, Conflict while the first request still runs.
        """
        name = _replay_key(actor, method, path, key)
        begun = None
        while begun is None:
            async with self.database.writing_once() as tx:
                if await accounts.claim(tx, name, body_hash, at=at, stale_before=at - _STALE_AFTER):
                    return None
            begun = await accounts.begun(self.database.reading, name)
        if begun.body_digest != body_hash:
            raise Invalid("Khoá Idempotency-Key này đã dùng cho nội dung khác. Đặt khoá mới.", code="idempotency.body")
        if begun.replay is None:
            raise Conflict(
                "Yêu cầu trước cùng khoá còn đang chạy. Thử lại sau {retry_after} giây.", code="idempotency.running",
                retry_after=_seconds_to_wait(at - begun.heard_at),
            )  # fmt: skip
        return begun.replay

    async def hold(self, actor: Actor, method: str, path: str, key: str, *, at: datetime) -> None:
        """Say that the request under a claimed key is still at work."""
        async with self.database.writing_once() as tx:
            await accounts.hold(tx, _replay_key(actor, method, path, key), at=at)

    async def finish(
        self,
        actor: Actor,
        method: str,
        path: str,
        key: str,
        *,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        at: datetime,
    ) -> None:
        """Keep the answer under its key."""
        replay = Replay(status=status, headers=dict(headers), body=body)
        async with self.database.writing_once() as tx:
            await accounts.finish(tx, _replay_key(actor, method, path, key), replay, at=at)

    async def abandon(self, actor: Actor, method: str, path: str, key: str) -> None:
        """Free a key whose request came to nothing."""
        async with self.database.writing_once() as tx:
            await accounts.abandon(tx, _replay_key(actor, method, path, key))

    async def forget_replays(self, *, at: datetime) -> int:
        """Drop answers that nobody can ask for any more."""
        async with self.database.writing() as tx:
            await accounts.forget_replays(tx, before=at - _REPLAYED_FOR)
        return 0


def _seconds_to_wait(silence: timedelta) -> int:
    """Return when to ask again: at once while somebody is at work; when the key is free, where nobody seems to be.

    >>> [_seconds_to_wait(timedelta(seconds=silent)) for silent in (-60, 0, 5.5, 7, 29.5)]
    [1, 1, 1, 24, 2]
    """
    if silence <= HELD_FOR + timedelta(seconds=1):
        return 1
    return max(1, ceil((_STALE_AFTER - silence).total_seconds()) + 1)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _replay_key(actor: Actor, method: str, path: str, key: str) -> str:
    return _digest("\n".join((actor.token_no or actor.name, method, path, key)))
