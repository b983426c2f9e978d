"""Scans and feed rows of items that we do not know yet, kept aside until the item appears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from postgw.domain.scan import Scan, Witness

from . import records
from .database import Session, moment

_COLUMNS = (
    ("number", "text"),
    ("source", "text"),
    ("source_id", "text"),
    ("scan", "text"),
    ("received_at", "timestamptz"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """One statement that found no item."""

    number: str
    scan: Scan


async def keep(tx: Session, strays: Sequence[Stray]) -> None:
    """Keep statements aside; one that is known already is left as it is."""
    rows = [
        (stray.number, stray.scan.source, stray.scan.source_id, records.to_json(stray.scan), stray.scan.received_at)
        for stray in sorted(strays, key=lambda stray: stray.scan.key)
    ]
    await tx.insert_many("stray", _COLUMNS, rows, tail="ON CONFLICT (source, source_id) DO NOTHING")


async def take(tx: Session, numbers: Sequence[str], *, at: datetime) -> tuple[Stray, ...]:
    """Return the statements that waited for these numbers, and mark them as matched."""
    rows = await tx.rows(
        "UPDATE stray SET matched_at = $2 WHERE id IN"
        f" (SELECT id FROM stray WHERE matched_at IS NULL AND number {tx.among(1)} ORDER BY id{tx.for_update})"
        " AND matched_at IS NULL RETURNING number, scan",
        list(numbers), at,
    )  # fmt: skip
    return tuple(Stray(number=row["number"], scan=_scan(row["scan"])) for row in rows)


async def findable(session: Session, *, limit: int = 200) -> tuple[str, ...]:
    """Return numbers for which statements wait although the item has appeared.

    A scan set aside in the very moment in which its item appears misses it; somebody must look again.
    """
    rows = await session.rows(
        "SELECT DISTINCT s.number FROM stray s JOIN consignment c"
        " ON c.consignment_no = s.number OR c.item_no = s.number"
        f" WHERE s.matched_at IS NULL LIMIT {int(limit)}"
    )
    return tuple(row["number"] for row in rows)


async def known(session: Session, source: str, source_ids: Sequence[str]) -> set[str]:
    """Return which of a source's own ids are kept aside already."""
    rows = await session.rows(
        f"SELECT source_id FROM stray WHERE source = $1 AND source_id {session.among(2)}", source, list(source_ids)
    )
    return {row["source_id"] for row in rows}


async def waiting(session: Session, *, limit: int = 200) -> tuple[Stray, ...]:
    """Return what still waits for its item, newest first."""
    rows = await session.rows(
        f"SELECT number, scan FROM stray WHERE matched_at IS NULL ORDER BY id DESC LIMIT {int(limit)}"
    )
    return tuple(Stray(number=row["number"], scan=_scan(row["scan"])) for row in rows)


def _scan(text: str) -> Scan:
    data: dict[str, Any] = orjson.loads(text)
    for name in ("occurred_at", "received_at", "device_at"):
        data[name] = moment(data[name])
    data["witness"] = Witness(data["witness"])
    data["flags"] = tuple(data["flags"])
    return Scan(**data)
