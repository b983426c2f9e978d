"""Figures of what stands where right now, for whoever watches a gateway by a machine.

Asked every few seconds by each watcher of each process, so every statement here reaches an index and is bounded by
what is under way, never by what ever was.

Used by: services.figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from . import outbox
from .database import Session, moment

#: Of messages the newest are looked at; they have no index by their moment, and their numbers rise with it.
_NEWEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """How many things of one kind are in one state, and since when the oldest of them is."""

    kind: str
    state: str
    count: int
    oldest_at: datetime | None = None


async def errands(session: Session) -> tuple[Heap, ...]:
    """Return what is still owed to outsiders, by channel; the oldest is by when it was caused, not by its next try."""
    rows = await session.rows(
        "SELECT channel AS kind, state, count(*) AS n, min(created_at) AS oldest"
        f" FROM {outbox.OWED} AS owed GROUP BY channel, state"
    )
    return tuple(
        Heap(kind=row["kind"], state=row["state"], count=row["n"], oldest_at=moment(row["oldest"])) for row in rows
    )


async def messages(session: Session, *, since: datetime) -> tuple[Heap, ...]:
    """Return what became of the messages to citizens of the last while, by channel."""
    rows = await session.rows(
        "SELECT channel AS kind, state, count(*) AS n FROM"
        f" (SELECT channel, state, sent_at FROM message ORDER BY id DESC LIMIT {_NEWEST}) m"
        " WHERE sent_at >= $1 GROUP BY channel, state",
        since,
    )
    return tuple(Heap(kind=row["kind"], state=row["state"], count=row["n"]) for row in rows)


async def feeds(session: Session) -> dict[str, datetime]:
    """Return when the feed of each account was last read."""
    rows = await session.rows("SELECT account, read_at FROM feed WHERE read_at IS NOT NULL")
    return {row["account"]: at for row in rows if (at := moment(row["read_at"]))}


async def on_devices(session: Session) -> tuple[Heap, ...]:
    """Return how many acts devices said they still hold, by unit, and when the quietest of those was last heard."""
    rows = await session.rows(
        "SELECT unit AS kind, sum(waiting) AS n, min(seen_at) AS oldest FROM device"
        " WHERE waiting > 0 AND revoked_at IS NULL GROUP BY unit"
    )
    return tuple(
        Heap(kind=row["kind"], state="waiting", count=int(row["n"]), oldest_at=moment(row["oldest"])) for row in rows
    )


async def consignments(session: Session, states: Sequence[str]) -> dict[str, int]:
    """Return how many consignments that live are in each of these states."""
    rows = await session.rows(
        f"SELECT state, count(*) AS n FROM consignment WHERE live AND state {session.among(1)} GROUP BY state",
        list(states),
    )
    return {row["state"]: row["n"] for row in rows}
