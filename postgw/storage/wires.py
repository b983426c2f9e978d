"""How each outsider fares, as those who call it found it: kept for people, and for the other processes.

A wire's name is its kind and its name in the settings: `post:vnpost`, `desk:mot-cua`, `message:zalo_zns`.

Used by: services.wires, and every service that calls an outsider.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import outbox
from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class WireHealth:
    """One outsider: when it last answered, since when it does not, and what it met last."""

    name: str
    heard_at: datetime | None
    failing_since: datetime | None
    last_error: str


#: As exactly it is kept when an outsider last answered. Design choice.
_FRESH = timedelta(seconds=5)


async def heard(tx: Session, names: Sequence[str], *, at: datetime) -> None:
    """Note that outsiders answered, a no included.

    That one answered within the last seconds is known: its row, which each of many calls at once would wait for, is
    then left alone.
    """
    wanted = set(names)
    if not wanted:
        return
    known = await tx.rows(
        f"SELECT name FROM wire WHERE name {tx.among_keys(1)} AND heard_at >= $2 AND failing_since IS NULL",
        sorted(wanted), at - _FRESH,
    )  # fmt: skip
    for name in sorted(wanted - {row["name"] for row in known}):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits for one wire and what stands still there until a person has looked."""

    waiting: int = 0
    oldest_at: datetime | None = None  #: of what waits
    refused: int = 0
    unread: int = 0  #: rows that could not be read, of the last days


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that stands still: an errand, an order, a dossier that was offered, or a row nobody could read."""

    kind: str  #: errand, order, offer, reject
    number: str  #: under which it can be tried again
    about: str  #: consignment number, dossier code or record
    reason: str
    since: datetime


#: The wire of an errand, by the channel it goes over.
WIRE_OF_CHANNEL = {
    "post": "post",
    "cancel": "post",
    "desk": "desk",
    "citizen": "message",
    "hook": "hook",
    "fan": "inner",
}


async def backlogs(session: Session, *, unread_since: datetime) -> dict[str, Backlog]:
    """Return what waits and what stands still, by wire; a message that waits for the morning is no backlog."""
    found: dict[str, Backlog] = {}
    errands = await session.rows(
        f"SELECT channel, target, state, count(*) AS n, min(created_at) AS oldest FROM {outbox.OWED} AS owed"
        " WHERE NOT (state = 'waiting' AND channel = 'citizen' AND last_error = $1) GROUP BY channel, target, state",
        outbox.QUIET,
    )
    for row in errands:
        name = _wire_of(row["channel"], row["target"])
        known = found.get(name, Backlog())
        if row["state"] == "waiting":
            oldest = min(filter(None, (known.oldest_at, moment(row["oldest"]))), default=None)
            found[name] = replace(known, waiting=known.waiting + row["n"], oldest_at=oldest)
        else:
            found[name] = replace(known, refused=known.refused + row["n"])
    for name, state, n in await _offers(session):
        known = found.get(name, Backlog())
        if state == "waiting":
            found[name] = replace(known, waiting=known.waiting + n)
        else:
            found[name] = replace(known, refused=known.refused + n)
    unread = await session.rows(
        "SELECT account, count(*) AS n FROM feed_reject WHERE received_at >= $1 GROUP BY account", unread_since
    )
    for row in unread:
        name = _wire_of_feed(row["account"])
        found[name] = replace(found.get(name, Backlog()), unread=row["n"])
    return found


async def _offers(session: Session) -> list[tuple[str, str, int]]:
    rows = await session.rows(
        "SELECT system, state, count(*) AS n FROM offer WHERE state IN ('waiting', 'refused') GROUP BY system, state"
    )
    return [(f"desk:{row['system'].removeprefix('receipt:')}", row["state"], row["n"]) for row in rows]


async def read_at(session: Session) -> dict[str, tuple[datetime | None, datetime | None, str]]:
    """Return by wire when it was last read, since when it cannot be, and why, of those that are read."""
    rows = await session.rows("SELECT account, read_at, failing_since, last_error FROM feed")
    return {
        _wire_of_feed(row["account"]): (moment(row["read_at"]), moment(row["failing_since"]), row["last_error"])
        for row in rows
    }


async def troubles(session: Session, name: str, *, unread_since: datetime, limit: int) -> tuple[Trouble, ...]:
    """Return what stands still on one wire, newest first."""
    kind, _, target = name.partition(":")
    channels = [channel for channel, of in WIRE_OF_CHANNEL.items() if of == kind]
    errands = await session.rows(
        "SELECT id, channel, subject, last_error, created_at FROM outbox WHERE state = 'parked' AND target = $1"
        f" AND channel {session.among(2)} ORDER BY id DESC LIMIT {int(limit)}",
        target, channels,
    )  # fmt: skip
    found = [
        _trouble(
            "order" if row["channel"] == "post" else "errand", row["id"], row["subject"], row["last_error"],
            row["created_at"],
        )
        for row in errands
    ]  # fmt: skip
    if kind == "desk":
        offers = await session.rows(
            "SELECT id, record_id, reason, offered_at FROM offer WHERE state = 'refused'"
            f" AND (system = $1 OR system = $2) ORDER BY id DESC LIMIT {int(limit)}",
            target, f"receipt:{target}",
        )  # fmt: skip
        found += [_trouble("offer", row["id"], row["record_id"], row["reason"], row["offered_at"]) for row in offers]
    rejects = await session.rows(
        "SELECT id, record_id, reason, received_at FROM feed_reject WHERE account = $1 AND received_at >= $2"
        f" ORDER BY id DESC LIMIT {int(limit)}",
        target if kind == "post" else name, unread_since,
    )  # fmt: skip
    found += [_trouble("reject", row["id"], row["record_id"], row["reason"], row["received_at"]) for row in rejects]
    return tuple(found[:limit])


def _trouble(kind: str, number: int, about: str, reason: str, since: object) -> Trouble:
    at = moment(since)
    assert at is not None
    return Trouble(kind=kind, number=str(number), about=about, reason=reason, since=at)


def _wire_of(channel: str, target: str) -> str:
    return f"{WIRE_OF_CHANNEL.get(channel, 'inner')}:{target}"


def _wire_of_feed(account: str) -> str:
    return account if account.startswith("desk:") else f"post:{account}"
