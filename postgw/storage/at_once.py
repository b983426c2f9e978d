"""What follows from new scans, written at once: the scans, where the items stand now, the words for the change feed
and the errands that tell them.

On PostgreSQL that is one statement, for a question to it costs more than what it asks. `write` is for items that are
locked. The scans come first: when one of them turns out to be known under its id, told of another item or by somebody
at this very moment, nothing else of the statement is done, and the caller folds again with what was new. SQLite has no
round trips to spare, and is asked step by step.

`write_unless_moved` is for items that were only looked at: it locks them itself, sees that each row is still the one
that was looked at, and writes everything or nothing.

Stands on: outbox. Used by: scans.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import Any

from postgw.domain.ports import Notice

from . import outbox
from .database import Session, unseen_list
from .outbox import TOLD_COLUMNS

SCAN_COLUMNS = (
    ("consignment_id", "bigint"), ("source", "text"), ("source_id", "text"), ("witness", "smallint"), ("code", "text"),
    ("occurred_at", "timestamptz"), ("received_at", "timestamptz"), ("device_at", "timestamptz"), ("office", "text"),
    ("actor", "text"), ("detail", "text"),
)  # fmt: skip
CUSTODY_COLUMNS = (
    ("id", "bigint"), ("state", "text"), ("holder", "text"), ("office", "text"), ("since_at", "timestamptz"),
    ("attempts", "smallint"), ("heard_at", "timestamptz"), ("proved", "boolean"), ("live", "boolean"),
)  # fmt: skip
#: Of an item that was looked at: the transaction that last wrote its row then.
_SEEN_COLUMNS = (*CUSTODY_COLUMNS, ("written_by", "text"))
_Rows = Sequence[Sequence[Any]]
#: A notice, and the id of the request that caused it.
Told = Sequence[tuple[Notice, str]]
_KNOWN = "ON CONFLICT (source, source_id) DO NOTHING RETURNING source, source_id"


async def write(tx: Session, scans: _Rows, custody: _Rows, told: Told, *, at: datetime) -> set[tuple[str, str]]:
    """Write scans and what follows from them; return source and id of those that were new.

    When they are fewer than `scans`, nothing but they was written.
    """
    if not (scans or custody or told):
        return set()
    return await (_step_by_step if tx.sqlite else _in_one_statement)(tx, scans, custody, told, at)


async def _step_by_step(tx: Session, scans: _Rows, custody: _Rows, told: Told, at: datetime) -> set[tuple[str, str]]:
    new = await tx.insert_many("scan", SCAN_COLUMNS, scans, tail=_KNOWN)
    if len(new) == len(scans):
        await tx.update_many("consignment", CUSTODY_COLUMNS, custody)
        await outbox.announce(tx, [notice for notice, _ in told], at=at, requests=[request for _, request in told])
    return {(row["source"], row["source_id"]) for row in new}


async def _in_one_statement(
    tx: Session, scans: _Rows, custody: _Rows, told: Told, at: datetime
) -> set[tuple[str, str]]:
    values: list[Any] = [*_columns(scans), len(scans)] if scans else []
    values += _values(custody, told, at)
    rows = await tx.plain_rows(_statement(bool(scans), bool(custody), bool(told)), *values)
    return {(row[0], row[1]) for row in rows}


async def write_unless_moved(session: Session, scans: _Rows, custody: _Rows, told: Told, *, at: datetime) -> bool:
    """Write scans and what follows from them, unless an item was written to since it was looked at; say whether.

    The rows of custody, one for each item, end with the transaction that had last written the item's row then.
    Raises IntegrityError, having written nothing, when a scan's id is taken by now. One statement is its own
    transaction, so what was written is kept. PostgreSQL only.
    """
    values = [*_columns(custody), len(custody), *_columns(scans), *_values([], told, at)]
    return bool(await session.plain_rows(_guarded(bool(told)), *values))


def _values(custody: _Rows, told: Told, at: datetime) -> list[Any]:
    values: list[Any] = _columns(custody) if custody else []
    if told:
        values += [*_columns(outbox.told_rows(told)), outbox.FEED, at]
    return values


def _columns(rows: _Rows) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


@lru_cache(maxsize=8)
def _statement(scans: bool, custody: bool, told: bool) -> str:
    place = count(1)
    steps = [
        *(_scan_steps(place) if scans else ["whole AS (SELECT true AS yes)"]),
        *([_moved(f"({_given(CUSTODY_COLUMNS, place)})")] if custody else []),
        *(_telling_steps(place) if told else []),
    ]
    return f"WITH {', '.join(steps)} SELECT " + (
        "source, source_id FROM new" if scans else "'', '' FROM whole WHERE false"
    )


@lru_cache(maxsize=2)
def _guarded(told: bool) -> str:
    place = count(1)
    steps = [
        *_seen_steps(place),
        _insert_of_scans(_arrays(SCAN_COLUMNS, place), ", whole WHERE whole.yes RETURNING 1"),
        _moved("seen"),
        *(_telling_steps(place) if told else []),
    ]
    return f"WITH {', '.join(steps)} SELECT 1 FROM new LIMIT 1"


def _names(columns: Sequence[tuple[str, str]]) -> str:
    return ", ".join(name for name, _ in columns)


def _arrays(columns: Sequence[tuple[str, str]], place: count[int]) -> str:
    return ", ".join(unseen_list(next(place), kind) for _, kind in columns)


def _given(columns: Sequence[tuple[str, str]], place: count[int]) -> str:
    return f"SELECT * FROM unnest({_arrays(columns, place)}) AS n({_names(columns)})"


def _seen_steps(place: count[int]) -> list[str]:
    """Lock the items in the one order. A row that had to be waited for is compared as it is by then."""
    return [
        f"seen AS ({_given(_SEEN_COLUMNS, place)})",
        "held AS MATERIALIZED (SELECT c.id FROM seen n JOIN consignment c ON c.id = n.id"
        " WHERE c.xmin = n.written_by::xid ORDER BY c.id FOR NO KEY UPDATE OF c)",
        f"whole AS MATERIALIZED (SELECT count(*) = ${next(place)}::int AS yes FROM held)",
    ]


def _insert_of_scans(rows: str, tail: str) -> str:
    return f"new AS (INSERT INTO scan ({_names(SCAN_COLUMNS)}) SELECT n.* FROM unnest({rows}) AS n{tail})"


def _scan_steps(place: count[int]) -> list[str]:
    return [
        _insert_of_scans(_arrays(SCAN_COLUMNS, place), f" {_KNOWN}"),
        f"whole AS MATERIALIZED (SELECT count(*) = ${next(place)}::int AS yes FROM new)",
    ]


def _moved(source: str) -> str:
    sets = ", ".join(f"{name} = n.{name}" for name, _ in CUSTODY_COLUMNS[1:])
    return f"moved AS (UPDATE consignment SET {sets} FROM {source} n, whole WHERE consignment.id = n.id AND whole.yes)"


def _telling_steps(place: count[int]) -> list[str]:
    """Say from which number on events may still come before any of them is numbered: rows wait for `said`."""
    word, feed, at = _given(TOLD_COLUMNS, place), next(place), next(place)
    return [
        f"word AS ({word})",
        f"said AS MATERIALIZED ({outbox.say_from(f'${feed}')}, whole WHERE whole.yes)",
        "told AS (INSERT INTO event (notice_id, kind, desk, notice, created_at)"
        f" SELECT w.notice_id, w.kind, w.desk, w.notice, ${at}::timestamptz FROM said, word w"
        " ON CONFLICT (notice_id) DO NOTHING RETURNING notice_id)",
        "owed AS (INSERT INTO outbox (channel, target, key, subject, payload, due_at, created_at, request_id)"
        f" SELECT 'fan', '', '{outbox.FAN}' || w.notice_id, w.subject, w.payload, ${at}, ${at}, w.request_id"
        " FROM word w JOIN told USING (notice_id) ORDER BY w.notice_id ON CONFLICT (key) DO NOTHING)",
    ]
