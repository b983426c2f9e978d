"""Stalling: which consignments nobody has said anything of for too long, and what takes each on. Read only.

Every dossier ends, but only if somebody sees those that stand still. How long a state may be silent is a rule with a
date; what may be done next is named by the calls of the API.

Source: Circular 17/2017/TT-BTTTT art. 7.2 (transit), 15 (continuous status).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.rules.book import RuleBook
from postgw.storage import consignments, province, standstill
from postgw.storage.database import Database

_LIST_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A consignment of which nothing was heard for too long."""

    consignment: Consignment
    silent_since: datetime
    days: int  #: after so many days its state counts as silent
    next: tuple[str, ...]  #: the calls of the API that take it on


@dataclass(frozen=True, slots=True, kw_only=True)
class Stalling:
    """The act of looking for what stands still."""

    database: Database
    book: RuleBook

    async def stuck(
        self, *, actor: Actor, desk: str = "", cursor: str = "", limit: int = 50, at: datetime
    ) -> Page[Stuck]:
        """Return what stands still, the oldest first."""
        actor.must("enquiry")
        limit = min(limit, _LIST_MOST)
        rule = self.book.standstill_rule(legal_day(at)).states
        before = {state: at - timedelta(days=row.days) for state, row in rule.items()}
        rows = await standstill.silent(
            self.database.reading, await self._wanted(actor.unit or desk), before,
            after=int(cursor) if cursor.isdecimal() else 0, limit=limit + 1,
        )  # fmt: skip
        items = []
        for _, each, since in rows[:limit]:
            row = rule[each.custody.state]
            items.append(Stuck(consignment=each, silent_since=since, days=row.days, next=row.next))
        return Page(items=tuple(items), next_cursor=str(rows[limit - 1][0]) if len(rows) > limit else "")

    async def _wanted(self, unit: str) -> consignments.Wanted:
        known = await province.unit(self.database.reading, unit) if unit else None
        if known and known.kind == "office":
            return consignments.Wanted(office=unit)
        return consignments.Wanted(desk=unit)
