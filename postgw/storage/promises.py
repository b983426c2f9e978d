"""What the citizen's page promised of each consignment, each time that it changed.

A promise is added after the last one that its writer saw: of two views at one moment that both find it changed, one
finds the place taken and keeps nothing. No row is locked for it, so that looking stays fast.

Used by: services.secret_page, services.evidence, overviews.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from postgw.domain.promise import KeptPromise, Promise

from . import records
from .database import Session, moment

_OWN = "(SELECT id FROM consignment WHERE consignment_no = $1)"


async def last(session: Session, consignment_no: str) -> KeptPromise | None:
    """Return what was promised of a consignment last."""
    row = await session.row(
        f"SELECT * FROM promise WHERE consignment_id = {_OWN} ORDER BY ordinal DESC LIMIT 1", consignment_no
    )
    return _kept(row) if row else None


async def keep(tx: Session, consignment_no: str, promise: Promise, *, after: KeptPromise | None, at: datetime) -> None:
    """Keep a promise as the next one after `after`; nothing when somebody kept one there meanwhile."""
    await tx.run(
        "INSERT INTO promise (consignment_id, ordinal, state, office, due_at, lawful_until, ground, shown_at)"
        f" VALUES ({_OWN}, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (consignment_id, ordinal) DO NOTHING",
        consignment_no, after.ordinal + 1 if after else 1, promise.state, promise.office, promise.due_at,
        promise.lawful_until, promise.ground, at,
    )  # fmt: skip


async def of(session: Session, consignment_no: str) -> tuple[KeptPromise, ...]:
    """Return what was promised of a consignment, the first one first."""
    rows = await session.rows(f"SELECT * FROM promise WHERE consignment_id = {_OWN} ORDER BY ordinal", consignment_no)
    return tuple(_kept(row) for row in rows)


async def of_several(session: Session, ids: Sequence[int]) -> Mapping[int, list[KeptPromise]]:
    """Return what was promised of consignments, by their rows, the first one first."""
    found: dict[int, list[KeptPromise]] = defaultdict(list)
    for row in await session.rows(
        f"SELECT * FROM promise WHERE consignment_id {session.among(1, 'bigint')} ORDER BY ordinal", list(ids)
    ):
        found[row["consignment_id"]].append(_kept(row))
    return found


def _kept(row: Mapping[str, Any]) -> KeptPromise:
    shown_at = moment(row["shown_at"])
    assert shown_at is not None
    promise = Promise(
        state=row["state"], office=row["office"], due_at=moment(row["due_at"]),
        lawful_until=records.day(row["lawful_until"]) if row["lawful_until"] else None, ground=row["ground"],
    )  # fmt: skip
    return KeptPromise(ordinal=row["ordinal"], promise=promise, shown_at=shown_at)
