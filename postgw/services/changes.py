"""Changes: who changed what of the house's own settings, for the administrator and the auditor to read."""

from __future__ import annotations

from dataclasses import dataclass

from postgw.domain.actor import Actor
from postgw.domain.change import Change
from postgw.domain.page import Page
from postgw.storage import changes
from postgw.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The act of reading what was changed."""

    database: Database

    async def listed(
        self, *, kind: str = "", subject: str = "", who: str = "", cursor: str = "", actor: Actor, limit: int = 50
    ) -> Page[Change]:
        """Return changes, newest first."""
        actor.must("admin")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await changes.changes(
            self.database.reading, kind=kind, subject=subject, who=who, before=before, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(change for _, change in rows[:limit]), next_cursor=more)
