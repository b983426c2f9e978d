"""How citizens want to be told: by which channel first, or not at all.

Used by: services.message_wishes, services.messaging (which honours them).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .database import Session, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the citizen of a dossier wants; nothing said: by the order of the settings."""

    channel: str = ""  #: which is tried first
    stopped: bool = False
    wished_at: datetime | None = None
    wished_by: str = ""


async def of(session: Session, dossier_id: int) -> Wish:
    """Return what the citizen of a dossier wants."""
    row = await session.row("SELECT * FROM message_wish WHERE dossier_id = $1", dossier_id)
    if row is None:
        return Wish()
    return Wish(
        channel=row["channel"], stopped=bool(row["stopped"]), wished_at=moment(row["wished_at"]),
        wished_by=row["wished_by"],
    )  # fmt: skip


async def keep(tx: Session, dossier_id: int, *, channel: str, stopped: bool, by: str, at: datetime) -> None:
    """Keep what the citizen of a dossier wants, in place of what they wanted before."""
    await tx.run(
        "INSERT INTO message_wish (dossier_id, channel, stopped, wished_at, wished_by) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (dossier_id) DO UPDATE SET channel = $2, stopped = $3, wished_at = $4, wished_by = $5",
        dossier_id, channel, stopped, at, by,
    )  # fmt: skip
