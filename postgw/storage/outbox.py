"""What must still be told or asked, kept in the same transaction as what caused it.

An errand is claimed under a lease, done outside any transaction, and then marked: done, put off with a growing pause,
or parked where a person sees it. Whoever dies while holding one loses it when the lease runs out, and whoever was
only slow cannot undo what the next holder did with it. A milestone is first one errand of the channel `fan`; when it
is due it becomes one errand for each that wants to hear, and is gone.

Errands that are done leave a line that says who was told and when (`told`): what they said stands in the change feed,
or with the order. The feed keeps of a notice what its own columns do not say.

Each errand bears the id of the request or turn that caused it, and is done under that id: the line in the log of who
was told, the call that goes out and its step in the trace are found by the id of the scan, whichever process does it.

Stands on: told. Used by: scans, booking, notices.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from postgw import logs, telemetry
from postgw.domain.ports import Notice

from . import records, told
from .database import Session, moment
from .jobs import CLOCKS_DIFFER

logger = logging.getLogger(__name__)

#: How long a claimed errand is ours. Longer than any call an adapter may make.
LEASE = timedelta(minutes=3)
#: The advisory locks of the change feed begin with these bits; the last event number before the transaction follows.
FEED = 4_519_024
#: Why a message waits that is to go out in the morning; nothing is wrong with it.
QUIET = "Giờ nghỉ, nhắn vào buổi sáng."
_SAID_FROM = (
    "SELECT min((l.classid::bigint << 32 | l.objid::bigint) & ((1::bigint << 40) - 1)) AS n FROM pg_locks l"
    " JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND l.locktype = 'advisory'"
    " AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) >> 40 = $1"
)
#: How the key of an errand begins that tells a notice to whoever wants to hear.
FAN = "fan:"
EVENT_COLUMNS = (
    ("notice_id", "text"),
    ("kind", "text"),
    ("desk", "text"),
    ("notice", "text"),
    ("created_at", "timestamptz"),
)
#: What is told at once, for the feed and the errand both.
TOLD_COLUMNS = (
    ("notice_id", "text"), ("kind", "text"), ("desk", "text"), ("notice", "text"), ("subject", "text"),
    ("payload", "text"), ("request_id", "text"),
)  # fmt: skip
ERRAND_COLUMNS = (
    ("channel", "text"), ("target", "text"), ("key", "text"), ("subject", "text"), ("payload", "text"),
    ("due_at", "timestamptz"), ("created_at", "timestamptz"), ("request_id", "text"),
)  # fmt: skip
#: Nothing older is waiting to be told to the same listener about the same subject. Its numbers are in order of events.
_OLDEST = (
    " AND (subject = '' OR NOT EXISTS (SELECT 1 FROM outbox older WHERE older.subject = o.subject AND older.id < o.id"
    " AND older.state = 'waiting' AND older.channel = o.channel AND older.target = o.target))"
)
_STATES = frozenset({"waiting", "parked", "sent", "dropped"})
#: What is still owed, as a table: each half by the index of its state, whatever was ever sent.
OWED = "(SELECT * FROM outbox WHERE state = 'waiting' UNION ALL SELECT * FROM outbox WHERE state = 'parked')"
#: What became of the errand that is being done.
_outcome: ContextVar[str] = ContextVar("outcome", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One thing to tell or ask."""

    errand_no: int
    channel: str  #: fan, post, cancel, desk, hook, citizen
    target: str  #: the account, desk or hook
    key: str
    subject: str  #: the consignment it is about
    payload: str
    state: str
    attempts: int
    due_at: datetime
    last_error: str
    created_at: datetime
    request_id: str = ""  #: of the request, or the turn of a job, that caused it


@dataclass(frozen=True, slots=True, kw_only=True)
class NewErrand:
    """An errand to be kept; the same `key` is kept once."""

    channel: str
    target: str = ""
    key: str
    subject: str
    payload: str = ""
    request_id: str = field(default_factory=logs.request_id.get)


def say_from(feed: str) -> str:
    """Return the question that says, to whoever reads the feed, from which number on this transaction's events come.

    `feed` is the place of FEED among the values. It stands before any of the events is numbered. PostgreSQL only.
    """
    return f"SELECT pg_advisory_xact_lock_shared(({feed}::bigint << 40) + last_value - 1) FROM event_id_seq"


def told_rows(said: Sequence[tuple[Notice, str]]) -> list[tuple[Any, ...]]:
    """Return what the feed and the errand say of each notice, with the request that caused it, in one order."""
    return [
        (n.notice_id, n.kind, n.desk, told.beside_columns(n), n.consignment_no, records.to_json(n), request)
        for n, request in sorted(said, key=lambda each: each[0].notice_id)
    ]


def _fanned(notices: Sequence[Notice], requests: Sequence[str] = ()) -> list[NewErrand]:
    """Return the errands that tell notices to whoever wants to hear. `requests` caused them; if none, this one did."""
    named = requests or [logs.request_id.get()] * len(notices)
    return [
        NewErrand(
            channel="fan", key=f"{FAN}{notice.notice_id}", subject=notice.consignment_no,
            payload=records.to_json(notice), request_id=request,
        )
        for notice, request in zip(notices, named, strict=True)
    ]  # fmt: skip


async def announce(tx: Session, notices: Sequence[Notice], *, at: datetime, requests: Sequence[str] = ()) -> None:
    """Add notices to the change feed and owe them to whoever wants to hear."""
    if not notices:
        return
    if not tx.sqlite:
        await tx.run(say_from("$1"), FEED)
    rows = await tx.insert_many(
        "event", EVENT_COLUMNS, [(n.notice_id, n.kind, n.desk, told.beside_columns(n), at) for n in notices],
        tail="ON CONFLICT (notice_id) DO NOTHING RETURNING notice_id",
    )  # fmt: skip
    new = {row["notice_id"] for row in rows}
    await put(tx, [errand for errand in _fanned(notices, requests) if errand.key.removeprefix(FAN) in new], at=at)


async def put(tx: Session, errands: Sequence[NewErrand], *, at: datetime, in_order: bool = False) -> None:
    """Keep errands, due at once, in the one order in which they are kept everywhere. One that is known stays as it is.

    `in_order` keeps them in the order given, which then must be the same whoever puts them.
    """
    rows = [
        (e.channel, e.target, e.key, e.subject, e.payload, at, at, e.request_id)
        for e in (errands if in_order else sorted(errands, key=lambda e: e.key))
    ]
    await tx.insert_many("outbox", ERRAND_COLUMNS, rows, tail="ON CONFLICT (key) DO NOTHING")


async def count_owed(session: Session, subject: str, beginning: str) -> int:
    """Return how many errands about a subject have a key that begins so, said or still owed."""
    row = await session.row(
        "SELECT count(*) AS n FROM outbox WHERE subject = $1 AND substr(key, 1, $2) = $3", subject, len(beginning),
        beginning,
    )  # fmt: skip
    assert row is not None
    return int(row["n"])


async def claim(
    tx: Session, channels: Sequence[str], *, at: datetime, limit: int, target: str | None = None, in_order: bool = False
) -> list[Errand]:
    """Take errands that are due, for as long as the lease lasts: any, or those to one target.

    `in_order` leaves out what has an older errand about the same subject before it that was not heard yet.
    """
    to, values = ("", []) if target is None else (" AND target = $4", [target])
    rows = await tx.rows(
        f"SELECT id FROM outbox o WHERE state = 'waiting' AND channel {tx.among(1)} AND due_at <= $2"
        f" AND (lease_until IS NULL OR lease_until < $2 OR lease_until > $3){to}{_OLDEST if in_order else ''}"
        f" ORDER BY due_at, id LIMIT {int(limit)}{tx.skip_locked}",
        list(channels), at, at + LEASE + CLOCKS_DIFFER, *values,
    )  # fmt: skip
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    claimed = await tx.rows(
        f"UPDATE outbox SET lease_until = $2, attempts = attempts + 1 WHERE id {tx.among(1, 'bigint')} RETURNING *",
        ids, at + LEASE,
    )  # fmt: skip
    return sorted((from_row(row) for row in claimed), key=lambda errand: errand.errand_no)


def from_row(row: dict[str, Any]) -> Errand:
    """Return a stored errand."""
    return Errand(
        errand_no=row["id"], channel=row["channel"], target=row["target"], key=row["key"], subject=row["subject"],
        payload=row["payload"], state=row["state"], attempts=row["attempts"],
        due_at=moment(row["due_at"]), last_error=row["last_error"], created_at=moment(row["created_at"]),  # type: ignore[arg-type]
        request_id=row["request_id"],
    )  # fmt: skip


@contextmanager
def under_way(errand: Errand) -> Iterator[None]:
    """Do an errand under the id of the request that caused it, as a step of its trace, and log what became of it."""
    request, outcome = logs.request_id.set(errand.request_id or logs.request_id.get()), _outcome.set("failed")
    try:
        with telemetry.carried_on(f"errand {errand.channel}", {"postgw.target": errand.target}):
            yield
            telemetry.note({"postgw.outcome": _outcome.get()})
    finally:
        about = {"channel": errand.channel, "target": errand.target, "subject": errand.subject}
        logger.info(
            "errand %s", _outcome.get(), extra={**about, "errand": errand.errand_no, "attempt": errand.attempts}
        )
        _outcome.reset(outcome)
        logs.request_id.reset(request)


async def is_owed(tx: Session, errand_no: int) -> bool:
    """Say whether an errand is still to be done, and keep it so for this transaction; not if another did it meanwhile.

    Whoever puts another errand in its place asks first: the key of one that is over keeps nobody from putting it again.
    """
    sql = f"SELECT 1 AS one FROM outbox WHERE id = $1 AND state = 'waiting'{tx.for_update}"
    return await tx.row(sql, errand_no) is not None


async def done(tx: Session, errand_nos: Sequence[int], *, at: datetime) -> None:
    """Let errands be over; a line stays that says who was told, or asked."""
    _outcome.set("sent")
    await told.finish(tx, errand_nos, at=at)


async def passed_on(tx: Session, errand_nos: Sequence[int]) -> None:
    """Drop errands that have become one for each that wants to hear; the feed keeps each from being told anew.

    What nobody wants to hear is `done` instead, so that of everything in the feed something says what became of it.
    """
    await tx.run(f"DELETE FROM outbox WHERE id {tx.among(1, 'bigint')}", list(errand_nos))


async def put_off(tx: Session, errand_no: int, *, until: datetime, error: str, tried: bool = True) -> None:
    """Try an errand again later; one that nobody tried is not counted."""
    _outcome.set("put off")
    await tx.run(
        "UPDATE outbox SET due_at = $2, lease_until = NULL, last_error = $3, attempts = attempts - $4"
        " WHERE id = $1 AND state = 'waiting'",
        errand_no, until, error[:300], 0 if tried else 1,
    )  # fmt: skip


async def redirect(tx: Session, errand_no: int, *, target: str, key: str, at: datetime) -> None:
    """Let an errand that nobody tried yet go to another target, at once."""
    await tx.run(
        "UPDATE outbox SET target = $2, key = $3, due_at = $4, lease_until = NULL, attempts = 0"
        " WHERE id = $1 AND state = 'waiting'",
        errand_no, target, key, at,
    )  # fmt: skip


async def park(tx: Session, errand_no: int, *, error: str) -> None:
    """Put an errand where a person sees it; nobody tries it again by itself."""
    _outcome.set("parked")
    await tx.run(
        "UPDATE outbox SET state = 'parked', lease_until = NULL, last_error = $2 WHERE id = $1 AND state = 'waiting'",
        errand_no, error[:300],
    )  # fmt: skip


async def replaced(tx: Session, channel: str, subject: str, *, at: datetime) -> None:
    """Mark the parked errands of a subject as over: a new one does what they could not."""
    await tx.run(
        "UPDATE outbox SET state = 'sent', done_at = $3 WHERE channel = $1 AND subject = $2 AND state = 'parked'",
        channel, subject, at,
    )  # fmt: skip


async def replay(tx: Session, errand_no: int, *, at: datetime) -> Errand | None:
    """Make a parked errand due again."""
    row = await tx.row(
        "UPDATE outbox SET state = 'waiting', due_at = $2, attempts = 0 WHERE id = $1 AND state = 'parked' RETURNING *",
        errand_no, at,
    )  # fmt: skip
    return from_row(row) if row else None


async def drop(tx: Session, errand_no: int, *, at: datetime) -> Errand | None:
    """Give a parked errand up for good."""
    row = await tx.row(
        "UPDATE outbox SET state = 'dropped', done_at = $2 WHERE id = $1 AND state = 'parked' RETURNING *",
        errand_no,
        at,
    )
    return from_row(row) if row else None


async def replay_all(tx: Session, channels: Sequence[str], target: str, *, at: datetime) -> int:
    """Make everything that is parked for one outsider due again; return how many errands."""
    rows = await tx.rows(
        "UPDATE outbox SET state = 'waiting', due_at = $3, attempts = 0"
        f" WHERE state = 'parked' AND target = $1 AND channel {tx.among(2)} RETURNING id",
        target, list(channels), at,
    )  # fmt: skip
    return len(rows)


async def listed(session: Session, *, state: str, limit: int) -> tuple[Errand, ...]:
    """Return errands in a state, newest first."""
    if state not in _STATES:
        return ()
    # Named in the statement, so that what is parked is found by its own index and not among all that was ever sent.
    rows = await session.rows(f"SELECT * FROM outbox WHERE state = '{state}' ORDER BY id DESC LIMIT {int(limit)}")
    if state == "sent":
        rows = sorted([*rows, *await told.newest(session, limit=limit)], key=lambda row: -row["id"])[:limit]
    return tuple(from_row(row) for row in rows)


async def events(session: Session, *, after: int, limit: int, desk: str) -> list[tuple[int, Notice]]:
    """Return what became true since `after`, in order, for one desk or for all.

    Nothing is returned past a number that an open transaction may still bring: who reads on from the last one misses
    none.
    """
    where, values = (" AND desk = $3", [desk]) if desk else ("", [])
    rows = await session.rows(
        "SELECT id, notice_id, kind, desk, notice FROM event"
        f" WHERE id > $1 AND id <= $2{where} ORDER BY id LIMIT {int(limit)}",
        after, await _settled(session), *values,
    )  # fmt: skip
    return [(row["id"], told.fed(row["id"], row["notice_id"], row["kind"], row["desk"], row["notice"])) for row in rows]


async def numbered(session: Session, notices: Sequence[Notice]) -> list[Notice]:
    """Return notices with their places in the change feed."""
    rows = await session.rows(
        f"SELECT notice_id, id FROM event WHERE notice_id {session.among(1)}", [notice.notice_id for notice in notices]
    )
    places = {row["notice_id"]: row["id"] for row in rows}
    return [replace(notice, event_no=places.get(notice.notice_id, 0)) for notice in notices]


async def _settled(session: Session) -> int:
    """Return the newest event number below which no open transaction can still bring one.

    On PostgreSQL numbers are given before the commit, so a smaller one may become visible after a larger. Whoever
    announces therefore holds a shared lock that bears the newest number from before. The order of the two questions
    matters: an event up to `newest` was numbered before we ask for the locks, so its transaction is among them or
    over.
    """
    newest = await session.row("SELECT COALESCE(max(id), 0) AS n FROM event")
    assert newest is not None
    if session.sqlite:
        return int(newest["n"])
    held = await session.row(_SAID_FROM, FEED)
    return int(newest["n"]) if held is None or held["n"] is None else min(int(newest["n"]), int(held["n"]))
