"""Scans and feed rows kept aside: of items that we do not know yet, until the item appears; and of items whose journey
has no room for them, until a higher bound makes some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from postgw.domain.scan import Scan, Witness

from . import records
from .database import Session, moment

#: What waits for longer takes up no room: who scans foreign parcels every day is not kept out by those of last year.
TAKES_ROOM = timedelta(days=30)
#: So much of what waits is shown at once.
SHOWN = 200
_FEED = "feed:"
_COLUMNS = (
    ("number", "text"),
    ("source", "text"),
    ("source_id", "text"),
    ("sender", "text"),
    ("scan", "text"),
    ("received_at", "timestamptz"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """One statement that found no item, or an item without room for it."""

    number: str
    scan: Scan
    full: bool = False  #: its item is known, and its journey full

    @property
    def sender(self) -> str:
        """Return whose part of the tray it takes up: a feed's, or the actor's, under however many devices it scans."""
        return self.scan.source if self.scan.source.startswith(_FEED) else self.scan.actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits, as far as it is shown."""

    shown: tuple[Stray, ...]  #: newest first
    more: bool  #: there is more than is shown


def _full(most: int) -> str:
    """Return the condition that an item named by `s.number` has so many scans."""
    scans = f"SELECT 1 FROM scan t WHERE t.consignment_id = c.id LIMIT {int(most)}"
    return (
        "EXISTS (SELECT 1 FROM consignment c WHERE (c.consignment_no = s.number OR c.item_no = s.number)"
        f" AND (SELECT count(*) FROM ({scans}) AS first) = {int(most)})"
    )


async def keep(tx: Session, strays: Sequence[Stray]) -> None:
    """Keep statements aside; one that is known already is left as it is."""
    rows = [
        (
            stray.number,
            stray.scan.source,
            stray.scan.source_id,
            stray.sender,
            records.to_json(stray.scan),
            stray.scan.received_at,
        )
        for stray in sorted(strays, key=lambda stray: stray.scan.key)
    ]
    await tx.insert_many("stray", _COLUMNS, rows, tail="ON CONFLICT (source, source_id) DO NOTHING")


async def take(tx: Session, numbers: Sequence[str], *, at: datetime, limit: int | None = None) -> tuple[Stray, ...]:
    """Return the statements that waited for these numbers, the oldest `limit` or all, and mark them as matched."""
    first = "" if limit is None else f" LIMIT {int(limit)}"
    rows = await tx.rows(
        "WITH first AS MATERIALIZED (SELECT id FROM stray WHERE matched_at IS NULL"
        f" AND number {tx.among(1)} ORDER BY id{first}{tx.for_update})"
        " UPDATE stray SET matched_at = $2 WHERE id IN (SELECT id FROM first)"
        " AND matched_at IS NULL RETURNING number, scan",
        list(numbers), at,
    )  # fmt: skip
    return tuple(Stray(number=row["number"], scan=_scan(row["scan"])) for row in rows)


async def put_back(tx: Session, numbers: Sequence[str], keys: Iterable[str]) -> None:
    """Let statements that were taken for these numbers, and found no room, wait again."""
    await tx.run(
        f"UPDATE stray SET matched_at = NULL WHERE number {tx.among(1)} AND source || '#' || source_id {tx.among(2)}",
        list(numbers), sorted(keys),
    )  # fmt: skip


async def findable(session: Session, *, most: int, limit: int = 200) -> tuple[str, ...]:
    """Return numbers for which statements wait although the item has appeared and has fewer than `most` scans.

    A scan set aside in the very moment in which its item appears misses it; somebody must look again.
    """
    rows = await session.rows(
        "SELECT s.number FROM (SELECT DISTINCT s.number FROM stray s JOIN consignment c"
        " ON c.consignment_no = s.number OR c.item_no = s.number WHERE s.matched_at IS NULL) AS s"
        f" WHERE NOT {_full(most)} LIMIT {int(limit)}"
    )
    return tuple(row["number"] for row in rows)


async def known(session: Session, source: str, source_ids: Sequence[str]) -> set[str]:
    """Return which of a source's own ids are kept aside already."""
    rows = await session.rows(
        f"SELECT source_id FROM stray WHERE source = $1 AND source_id {session.among(2)}", source, list(source_ids)
    )
    return {row["source_id"] for row in rows}


async def room_of(session: Session, sender: str, *, most: int, at: datetime) -> int:
    """Return for how many statements more a sender has room, of `most` that wait since `TAKES_ROOM` ago."""
    row = await session.row(
        "SELECT count(*) AS n FROM (SELECT 1 FROM stray WHERE sender = $1 AND matched_at IS NULL AND received_at >= $2"
        f" LIMIT {int(most)}) AS first",
        sender, at - TAKES_ROOM,
    )  # fmt: skip
    assert row is not None
    return most - int(row["n"])


async def fullest(session: Session, *, at: datetime) -> int:
    """Return how much waits of the sender of whom most does, of what takes up room."""
    row = await session.row(
        "SELECT max(n) AS n FROM (SELECT count(*) AS n FROM stray WHERE matched_at IS NULL AND sender <> ''"
        " AND received_at >= $1 GROUP BY sender) AS each",
        at - TAKES_ROOM,
    )
    return int(row["n"] or 0) if row else 0


async def waiting(session: Session, *, most: int, limit: int = SHOWN) -> Waiting:
    """Return what still waits for its item, or for room in its journey of `most` scans.

    Where it is more than `limit`, the newest of each sender comes first, then the next of each: a sender without end
    hides nobody.
    """
    rows = await session.rows(
        "WITH each AS (SELECT id, row_number() OVER (PARTITION BY sender ORDER BY id DESC) AS turn FROM stray"
        f" WHERE matched_at IS NULL), first AS (SELECT id, turn FROM each WHERE turn <= {int(limit) + 1}"
        f" ORDER BY turn, id DESC LIMIT {int(limit) + 1})"
        f" SELECT s.id, s.number, s.scan, {_full(most)} AS is_full FROM first JOIN stray s ON s.id = first.id"
        " ORDER BY first.turn, s.id DESC"
    )
    shown = sorted(rows[:limit], key=lambda row: -row["id"])
    return Waiting(
        shown=tuple(Stray(number=row["number"], scan=_scan(row["scan"]), full=bool(row["is_full"])) for row in shown),
        more=len(rows) > limit,
    )


def _scan(text: str) -> Scan:
    data: dict[str, Any] = orjson.loads(text)
    for name in ("occurred_at", "received_at", "device_at"):
        data[name] = moment(data[name])
    data["witness"] = Witness(data["witness"])
    data["flags"] = tuple(data["flags"])
    return Scan(**data)
