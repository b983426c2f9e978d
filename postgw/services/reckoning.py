"""Reckoning: every stored result is laid beside what it follows from, and what does not follow is named.

For who put a backup back, and for who wants to know before anybody asks: custody against the scans, ledgers against
receipts and remittances, signed lists against their signatures, filings against the lists, errands against what became
true. It reads while everybody works and changes nothing.

Source: Circular 17/2017/TT-BTTTT art. 14 (records whole and accurate); Decision 45/2016/QĐ-TTg art. 11 (fee money
accounted for).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from postgw.domain.actor import Actor
from postgw.domain.reckoning import Contradiction
from postgw.rules.book import RuleBook
from postgw.storage import reckoning
from postgw.storage.database import Database

_PAGE = 500
_SHOWN = 200


@dataclass(slots=True, kw_only=True)
class Reckoning:
    """What was laid side by side, and what did not agree."""

    consignments: int = 0
    count: int = 0  #: how many contradictions
    by_kind: Counter[str] = field(default_factory=Counter)
    contradictions: list[Contradiction] = field(default_factory=list)  #: the first of them

    @property
    def agrees(self) -> bool:
        """Say whether everything follows."""
        return not self.count

    def note(self, kind: str, where: str) -> None:
        """Count a contradiction; the first are shown."""
        self.count += 1
        self.by_kind[kind] += 1
        if len(self.contradictions) < _SHOWN:
            self.contradictions.append(Contradiction(kind=kind, where=where))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoner:
    """The act of reckoning the house anew."""

    database: Database
    book: RuleBook

    async def reckon(self, *, actor: Actor) -> Reckoning:
        """Lay every result beside what it follows from."""
        actor.must("evidence")
        report = Reckoning()
        await self._custodies(report)
        for kind in reckoning.FOUND_BY_STATEMENT:
            for where in await reckoning.unfounded(self.database.reading, kind):
                report.note(kind, where)
        return report

    async def _custodies(self, report: Reckoning) -> None:
        after, table_of = 0, self.book.scan_table_of
        while page := await reckoning.custodies(self.database.reading, after=after, limit=_PAGE, table_of=table_of):
            for one in page:
                if not one.agrees and not await self._agrees_when_held(one.consignment_id):
                    report.note("custody", one.consignment_no)
            report.consignments += len(page)
            after = page[-1].consignment_id

    async def _agrees_when_held(self, consignment_id: int) -> bool:
        """Look again while nobody writes: a scan that came between two questions is no contradiction."""
        async with self.database.writing() as tx:
            held = await reckoning.custody_held(tx, consignment_id, table_of=self.book.scan_table_of)
        return held.agrees
