"""Whom citizens named to receive in their place: every version kept, the newest that is not taken back counts.

Used by: services.proxies, services.overview, stop_facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from postgw.domain.proxy import KeptProxy, Proxy, current_of

from . import records
from .database import Session, moment


async def of(session: Session, dossier_id: int) -> tuple[KeptProxy, ...]:
    """Return every version for a dossier, the first one first."""
    rows = await session.rows("SELECT * FROM proxy WHERE dossier_id = $1 ORDER BY ordinal", dossier_id)
    return tuple(_kept(row) for row in rows)


async def current(session: Session, dossier_id: int) -> KeptProxy | None:
    """Return the proxy of a dossier that counts."""
    return (await current_of_several(session, [dossier_id])).get(dossier_id)


async def current_of_several(session: Session, ids: Sequence[int]) -> dict[int, KeptProxy]:
    """Return the proxies that count, of several dossiers."""
    rows = await session.rows(
        f"SELECT p.* FROM proxy p WHERE p.dossier_id {session.among(1, 'bigint')} AND p.ordinal ="
        " (SELECT max(o.ordinal) FROM proxy o WHERE o.dossier_id = p.dossier_id)",
        list(ids),
    )
    kept = {row["dossier_id"]: current_of([_kept(row)]) for row in rows}
    return {dossier_id: each for dossier_id, each in kept.items() if each}


async def add(tx: Session, dossier_id: int, proxy: Proxy, *, by: str, at: datetime) -> int:
    """Keep the next version; return its number. Its dossier is locked by the caller."""
    row = await tx.row(
        "INSERT INTO proxy (dossier_id, ordinal, content, named_at, named_by)"
        " SELECT $1, COALESCE(max(ordinal), 0) + 1, $2, $3, $4 FROM proxy WHERE dossier_id = $1 RETURNING ordinal",
        dossier_id, records.to_json(asdict(proxy)), at, by,
    )  # fmt: skip
    assert row is not None
    return int(row["ordinal"])


async def withdraw(tx: Session, dossier_id: int, ordinal: int, *, by: str, at: datetime) -> None:
    """Keep that a version was taken back; the first time stands."""
    await tx.run(
        "UPDATE proxy SET withdrawn_at = $3, withdrawn_by = $4"
        " WHERE dossier_id = $1 AND ordinal = $2 AND withdrawn_at IS NULL",
        dossier_id, ordinal, at, by,
    )  # fmt: skip


def _kept(row: dict[str, Any]) -> KeptProxy:
    named_at = moment(row["named_at"])
    assert named_at is not None  # the column may not be empty
    told = {"name": "", "relation": "", **records.from_json(row["content"])}  # empty once it was erased
    return KeptProxy(
        ordinal=row["ordinal"], proxy=Proxy(**told), named_at=named_at, named_by=row["named_by"],
        withdrawn_at=moment(row["withdrawn_at"]), withdrawn_by=row["withdrawn_by"],
    )  # fmt: skip
