"""Tokens, of which only the hash is kept; answers kept for requests that come twice; subscribers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import records
from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token's card, without the token."""

    token_no: str
    name: str
    scopes: tuple[str, ...]
    unit: str
    issued_at: datetime
    revoked_at: datetime | None = None

    def is_revoked(self, at: datetime) -> bool:
        """Say whether it is no longer good."""
        return self.revoked_at is not None and self.revoked_at <= at


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """An answer given before, to be given again byte for byte."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A request under an idempotency key that somebody else began."""

    body_digest: str
    heard_at: datetime  #: when it was last said to be at work
    replay: Replay | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A subscriber. `secrets` are newest first and leave this house only at creation."""

    hook_no: str
    url: str
    kinds: tuple[str, ...]
    desk: str
    state: str
    secrets: tuple[str, ...] = ()


async def add_token(tx: Session, token: Token, digest: str, *, actor: str) -> None:
    """Keep a new token's card and hash."""
    await tx.run(
        "INSERT INTO token (token_no, digest, name, scopes, unit, issued_at, issued_by) VALUES ($1, $2, $3, $4,"
        " $5, $6, $7)",
        token.token_no, digest, token.name, " ".join(token.scopes), token.unit, token.issued_at, actor,
    )  # fmt: skip


async def token_by_digest(session: Session, digest: str) -> Token | None:
    """Return the card of the token with this hash, revoked or not."""
    row = await session.row("SELECT * FROM token WHERE digest = $1", digest)
    return _token(row) if row else None


async def tokens_by_digest(session: Session, digests: Sequence[str]) -> dict[str, Token]:
    """Return the cards of the tokens with these hashes, revoked or not, by hash."""
    rows = await session.rows(f"SELECT * FROM token WHERE digest {session.among_keys(1)}", list(digests))
    return {row["digest"]: _token(row) for row in rows}


async def token(session: Session, token_no: str) -> Token | None:
    """Return the card of a token by its number, revoked or not."""
    row = await session.row("SELECT * FROM token WHERE token_no = $1", token_no)
    return _token(row) if row else None


async def tokens(session: Session) -> tuple[Token, ...]:
    """Return every card."""
    return tuple(_token(row) for row in await session.rows("SELECT * FROM token ORDER BY id"))


async def revoke_token(tx: Session, token_no: str, *, actor: str, at: datetime) -> bool:
    """Revoke a token; return false when there is none of this number."""
    row = await tx.row(
        "UPDATE token SET revoked_at = COALESCE(revoked_at, $2), revoked_by = COALESCE(revoked_by, $3)"
        " WHERE token_no = $1 RETURNING id",
        token_no, at, actor,
    )  # fmt: skip
    return row is not None


def _token(row: dict[str, Any]) -> Token:
    return Token(
        token_no=row["token_no"], name=row["name"], scopes=tuple(row["scopes"].split()), unit=row["unit"],
        issued_at=moment(row["issued_at"]), revoked_at=moment(row["revoked_at"]),  # type: ignore[arg-type]
    )  # fmt: skip


async def claim(tx: Session, key: str, body_digest: str, *, at: datetime, stale_before: datetime) -> bool:
    """Claim an idempotency key; return false when it is claimed already.

    A claim that never came to an answer (its process died) is free again once it was last held before `stale_before`.
    """
    claimed = await tx.row(
        "INSERT INTO replay (key, body_digest, begun_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET"
        " body_digest = excluded.body_digest, begun_at = excluded.begun_at"
        " WHERE replay.status = 0 AND replay.begun_at < $4 RETURNING id",
        key, body_digest, at, stale_before,
    )  # fmt: skip
    return claimed is not None


async def begun(session: Session, key: str) -> Begun | None:
    """Return what stands under a key; nothing when it was abandoned meanwhile."""
    row = await session.row("SELECT * FROM replay WHERE key = $1", key)
    if row is None:
        return None
    answered = (
        Replay(status=row["status"], headers=records.from_json(row["headers"]), body=row["body"] or b"")
        if row["status"]
        else None
    )
    heard_at = moment(row["begun_at"])
    assert heard_at is not None
    return Begun(body_digest=row["body_digest"], heard_at=heard_at, replay=answered)


async def hold(tx: Session, key: str, *, at: datetime) -> None:
    """Move the moment of a claim, so that nobody takes it for one whose process died."""
    await tx.run("UPDATE replay SET begun_at = $2 WHERE key = $1 AND status = 0 AND begun_at < $2", key, at)


async def finish(tx: Session, key: str, replay: Replay, *, at: datetime) -> None:
    """Keep the answer under its key, unless another is kept there: who was slow has lost it meanwhile."""
    await tx.run(
        "UPDATE replay SET status = $2, headers = $3, body = $4, done_at = $5 WHERE key = $1 AND status = 0",
        key, replay.status, records.to_json(replay.headers), replay.body, at,
    )  # fmt: skip


async def abandon(tx: Session, key: str) -> None:
    """Free a key whose request came to nothing."""
    await tx.run("DELETE FROM replay WHERE key = $1 AND status = 0", key)


async def forget_replays(tx: Session, *, before: datetime) -> None:
    """Drop answers older than a moment."""
    await tx.run("DELETE FROM replay WHERE begun_at < $1", before)


async def add_hook(tx: Session, hook: Hook, *, actor: str, at: datetime) -> None:
    """Keep a new subscriber."""
    await tx.run(
        "INSERT INTO hook (hook_no, url, kinds, desk, secrets, created_at, created_by) VALUES ($1, $2, $3, $4,"
        " $5, $6, $7)",
        hook.hook_no, hook.url, records.to_json(hook.kinds), hook.desk, records.to_json(hook.secrets), at, actor,
    )  # fmt: skip


async def hooks(session: Session, *, state: str = "") -> tuple[Hook, ...]:
    """Return every subscriber, or those in one state."""
    where, values = (" WHERE state = $1", [state]) if state else ("", [])
    rows = await session.rows(f"SELECT * FROM hook{where} ORDER BY id", *values)
    return tuple(
        Hook(
            hook_no=row["hook_no"], url=row["url"], kinds=tuple(records.from_json(row["kinds"])), desk=row["desk"],
            state=row["state"], secrets=tuple(records.from_json(row["secrets"])),
        )
        for row in rows
    )  # fmt: skip


async def set_hook_state(tx: Session, hook_no: str, state: str) -> bool:
    """Switch a subscriber on or off; return false when there is none of this number."""
    row = await tx.row("UPDATE hook SET state = $2 WHERE hook_no = $1 RETURNING id", hook_no, state)
    return row is not None
