"""Who is signed in: one row from signing in to signing out. The cookie's text is not here, only its hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Somebody at a screen: an account, or the holder of a token."""

    sitting_no: int
    account_no: str
    token_no: str
    is_whole: bool  #: false while the second factor is still to come
    browser: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    names_until: datetime | None = None  #: until when names are uncovered on this screen


async def begin(
    tx: Session, digest: str, *, account_no: str = "", token_no: str = "", is_whole: bool, browser: str,
    at: datetime, ends_at: datetime,
) -> None:  # fmt: skip
    """Let somebody sit down."""
    await tx.run(
        "INSERT INTO sitting (digest, account_no, token_no, is_whole, browser, begun_at, seen_at, ends_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
        digest, account_no or None, token_no or None, is_whole, browser, at, ends_at,
    )  # fmt: skip


async def find(session: Session, digest: str) -> Sitting | None:
    """Return the sitting whose cookie hashes to this, ended or not."""
    row = await session.row("SELECT * FROM sitting WHERE digest = $1", digest)
    return _sitting(row) if row else None


async def of_account(session: Session, account_no: str, *, at: datetime) -> tuple[Sitting, ...]:
    """Return where an account is signed in now, newest first."""
    rows = await session.rows(
        "SELECT * FROM sitting WHERE account_no = $1 AND ended_at IS NULL AND ends_at > $2 ORDER BY id DESC",
        account_no, at,
    )  # fmt: skip
    return tuple(_sitting(row) for row in rows)


async def live(session: Session, *, at: datetime, limit: int = 200) -> tuple[Sitting, ...]:
    """Return everybody who is signed in now, newest first."""
    rows = await session.rows(
        f"SELECT * FROM sitting WHERE ended_at IS NULL AND ends_at > $1 ORDER BY id DESC LIMIT {int(limit)}", at
    )
    return tuple(_sitting(row) for row in rows)


async def see(tx: Session, sitting_no: int, at: datetime) -> None:
    """Note that somebody is still there."""
    await tx.run("UPDATE sitting SET seen_at = $2 WHERE id = $1 AND seen_at < $2", sitting_no, at)


async def make_whole(tx: Session, sitting_no: int) -> None:
    """Note that the second factor came."""
    await tx.run("UPDATE sitting SET is_whole = $2 WHERE id = $1", sitting_no, True)


async def uncover_names(tx: Session, sitting_no: int, until: datetime | None) -> None:
    """Uncover names on this screen until a moment; nothing covers them again."""
    await tx.run("UPDATE sitting SET names_until = $2 WHERE id = $1", sitting_no, until)


async def end(tx: Session, sitting_no: int, at: datetime) -> bool:
    """Let somebody stand up; return false when it was over already."""
    row = await tx.row(
        "UPDATE sitting SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id", sitting_no, at
    )
    return row is not None


async def end_all(tx: Session, at: datetime, *, account_no: str = "", but: int = 0) -> int:
    """End every sitting of an account, or of everybody, but for one; return how many that were."""
    rows = await tx.rows(
        "UPDATE sitting SET ended_at = $1 WHERE ended_at IS NULL AND ($2 = '' OR account_no = $2) AND id <> $3"
        " RETURNING id",
        at, account_no, but,
    )  # fmt: skip
    return len(rows)


async def forget(tx: Session, *, before: datetime) -> None:
    """Drop what ended long ago."""
    await tx.run("DELETE FROM sitting WHERE ends_at < $1", before)
    await tx.run("DELETE FROM sign_in_trip WHERE begun_at < $1", before)


def _sitting(row: dict[str, Any]) -> Sitting:
    when = {name: moment(row[name]) for name in ("begun_at", "seen_at", "ends_at", "ended_at", "names_until")}
    return Sitting(
        sitting_no=row["id"], account_no=row["account_no"] or "", token_no=row["token_no"] or "",
        is_whole=bool(row["is_whole"]), browser=row["browser"], **when,  # type: ignore[arg-type]
    )  # fmt: skip


async def begin_trip(tx: Session, digest: str, *, verifier: str, nonce: str, next_page: str, at: datetime) -> None:
    """Keep what somebody who is sent to another house's sign-in must bring back."""
    await tx.run(
        "INSERT INTO sign_in_trip (digest, verifier, nonce, next_page, begun_at) VALUES ($1, $2, $3, $4, $5)",
        digest, verifier, nonce, next_page, at,
    )  # fmt: skip


async def end_trip(tx: Session, digest: str, *, after: datetime) -> tuple[str, str, str] | None:
    """Return verifier, nonce and next page of a trip begun after a moment; it can be ended once."""
    row = await tx.row(
        "DELETE FROM sign_in_trip WHERE digest = $1 RETURNING verifier, nonce, next_page, begun_at", digest
    )
    begun_at = moment(row["begun_at"]) if row else None
    if row is None or begun_at is None or begun_at <= after:
        return None
    return row["verifier"], row["nonce"], row["next_page"]
