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
from functools import cache, lru_cache
from itertools import count
from typing import Any

import orjson

from postgw.domain.ports import Notice

from . import outbox
from .database import Session
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
    values = [*_bound(SCAN_COLUMNS, scans), *_bound(CUSTODY_COLUMNS, custody), *_told_bound(told, at)]
    rows = await tx.plain_rows(_statement(bool(scans), bool(custody), bool(told)), *values)
    return {(row[0], row[1]) for row in rows}


async def write_unless_moved(session: Session, scans: _Rows, custody: _Rows, told: Told, *, at: datetime) -> bool:
    """Write scans and what follows from them, unless an item was written to since it was looked at; say whether.

    The rows of custody, one for each item, end with the transaction that had last written the item's row then.
    Raises IntegrityError, having written nothing, when a scan's id is taken by now. One statement is its own
    transaction, so what was written is kept. PostgreSQL only.
    """
    values = [*_bound(_SEEN_COLUMNS, custody), *_bound(SCAN_COLUMNS, scans), *_told_bound(told, at)]
    return bool(await session.plain_rows(_guarded(bool(told)), *values))


def _told_bound(told: Told, at: datetime) -> list[Any]:
    return [*_bound(TOLD_COLUMNS, outbox.told_rows(told)), outbox.FEED, at] if told else []


def _bound(columns: Sequence[tuple[str, str]], rows: _Rows) -> list[Any]:
    """Return rows as `_given` reads them, as one text: the driver takes longer for a list, which it looks through."""
    names = _names(columns)
    text = orjson.dumps([dict(zip(names, row, strict=True)) for row in rows]).decode()
    return [text, len(rows)] if rows else []


@lru_cache(maxsize=8)
def _statement(scans: bool, custody: bool, told: bool) -> str:
    place = count(1)
    steps = [
        *(_scan_steps(place) if scans else ["whole AS (SELECT true AS yes)"]),
        *([_moved(f"({_given(CUSTODY_COLUMNS, place)[0]})")] if custody else []),
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
        _insert_of_scans(_given(SCAN_COLUMNS, place)[0], ", whole WHERE whole.yes RETURNING 1"),
        _moved("seen"),
        *(_telling_steps(place) if told else []),
    ]
    return f"WITH {', '.join(steps)} SELECT 1 FROM new LIMIT 1"


@cache
def _names(columns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(name for name, _ in columns)


def _given(columns: Sequence[tuple[str, str]], place: count[int]) -> tuple[str, str]:
    """Return a table of the rows that were bound, and how many they are.

    The planner sees neither, and thinks of ten rows each time: so one plan serves every turn, and it goes by the index.
    """
    typed = ", ".join(f"{name} {kind}" for name, kind in columns)
    rows, many = f"${next(place)}::json", f"${next(place)}::int"
    return f"SELECT * FROM json_to_recordset({rows}) AS n({typed}) LIMIT (SELECT {many})", many


def _seen_steps(place: count[int]) -> list[str]:
    """Lock the items in the one order. A row that had to be waited for is compared as it is by then."""
    seen, many = _given(_SEEN_COLUMNS, place)
    return [
        f"seen AS ({seen})",
        "held AS MATERIALIZED (SELECT c.id FROM seen n JOIN consignment c ON c.id = n.id"
        " WHERE c.xmin = n.written_by::xid ORDER BY c.id FOR NO KEY UPDATE OF c)",
        f"whole AS MATERIALIZED (SELECT count(*) = {many} AS yes FROM held)",
    ]


def _insert_of_scans(rows: str, tail: str) -> str:
    return f"new AS (INSERT INTO scan ({', '.join(_names(SCAN_COLUMNS))}) SELECT n.* FROM ({rows}) AS n{tail})"


def _scan_steps(place: count[int]) -> list[str]:
    rows, many = _given(SCAN_COLUMNS, place)
    return [
        _insert_of_scans(rows, f" {_KNOWN}"),
        f"whole AS MATERIALIZED (SELECT count(*) = {many} AS yes FROM new)",
    ]


def _moved(source: str) -> str:
    sets = ", ".join(f"{name} = n.{name}" for name, _ in CUSTODY_COLUMNS[1:])
    return f"moved AS (UPDATE consignment SET {sets} FROM {source} n, whole WHERE consignment.id = n.id AND whole.yes)"


def _telling_steps(place: count[int]) -> list[str]:
    """Say from which number on events may still come before any of them is numbered: rows wait for `said`."""
    (word, _), feed, at = _given(TOLD_COLUMNS, place), next(place), next(place)
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
