"""Retention: when the term of keeping is over, what names a person goes, step by step and in every table.

Each step is one transaction over some dossiers, so a process that dies leaves nothing half erased; asked again it goes
on where it stopped. The evidence holds on, the look-up still answers, and the figures of reports do not change.

Source: Circular 17/2017/TT-BTTTT art. 14 (electronic records at least five years).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from postgw.domain.actor import Actor
from postgw.domain.legal_day import VIETNAM, legal_day
from postgw.domain.retention import first_kept
from postgw.rules.book import RuleBook
from postgw.storage import retention
from postgw.storage.database import Database

_DOSSIERS_AT_ONCE = 100
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is due and what is done."""

    years: int
    paper_years: int
    whole_from: date  #: records of this day and later are whole
    due: int
    erased: int
    last_erased_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The act of letting go."""

    database: Database
    book: RuleBook

    async def erase_due(self, *, at: datetime) -> int:
        """Erase what names a person in some of what is due; return how much that was, 0 when nothing is left."""
        before = self._before(at)
        async with self.database.writing() as tx:
            due = await retention.due(tx, before=before, limit=_DOSSIERS_AT_ONCE)
            if due:
                await retention.erase(tx, due, at=at)
        return len(due) + await self._erase_aged(before)

    async def _erase_aged(self, before: datetime) -> int:
        done = 0
        for table in retention.aged_tables():
            async with self.database.writing() as tx:
                done += await retention.erase_aged(tx, table, before=before, limit=_ROWS_AT_ONCE)
        return done

    async def standing(self, *, actor: Actor, at: datetime) -> Standing:
        """Return how many dossiers are due, and how many are done."""
        actor.must("admin")
        kept = await retention.standing(self.database.reading, before=self._before(at))
        today = legal_day(at)
        years = self.book.retention_years_on(today)
        return Standing(
            years=years, paper_years=self.book.paper_years_on(today), whole_from=first_kept(today, years),
            due=kept.due, erased=kept.erased, last_erased_at=kept.last_erased_at,
        )  # fmt: skip

    def _before(self, at: datetime) -> datetime:
        today = legal_day(at)
        whole_from = first_kept(today, self.book.retention_years_on(today))
        return datetime.combine(whole_from, time(), VIETNAM).astimezone(UTC)
