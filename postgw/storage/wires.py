"""How each outsider fares, as those who call it found it: kept for people, and for the other processes.

A wire's name is its kind and its name in the settings: `post:vnpost`, `desk:mot-cua`, `message:zalo_zns`.

Used by: booking, tracking, notices, offers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class WireHealth:
    """One outsider: when it last answered, since when it does not, and what it met last."""

    name: str
    heard_at: datetime | None
    failing_since: datetime | None
    last_error: str


async def heard(tx: Session, names: Sequence[str], *, at: datetime) -> None:
    """Note that outsiders answered, a no included."""
    for name in sorted(set(names)):
        await tx.run(
            "INSERT INTO wire (name, heard_at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE"
            " SET heard_at = $2, failing_since = NULL, last_error = ''",
            name, at,
        )  # fmt: skip


async def fell_silent(tx: Session, name: str, *, error: str, at: datetime) -> None:
    """Note that an outsider gave no usable answer; the first moment of a silence stands until it answers."""
    await tx.run(
        "INSERT INTO wire (name, failing_since, last_error) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE"
        " SET failing_since = COALESCE(wire.failing_since, $2), last_error = $3",
        name, at, error[:300],
    )  # fmt: skip


async def health(session: Session) -> tuple[WireHealth, ...]:
    """Return how every outsider that was ever called fares."""
    rows = await session.rows("SELECT name, heard_at, failing_since, last_error FROM wire ORDER BY name")
    return tuple(
        WireHealth(
            name=row["name"], heard_at=moment(row["heard_at"]), failing_since=moment(row["failing_since"]),
            last_error=row["last_error"],
        )
        for row in rows
    )  # fmt: skip
