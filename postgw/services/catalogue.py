"""The catalogue: which procedures go by post and which do not, with their paper lists; the quality owed; whom to ask.

Everything here is public and dated. A version is published with its author and its reason and never changes; where the
agency's portal and the National database disagree, the portal's list holds and an officer sees the difference.

Source: Decision 45/2016/QĐ-TTg art. 1.2, 6.2, 12.2, 13.1-2, 13.7, 18.1; Circular 17/2017/TT-BTTTT art. 6, 7, 8, 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import changed, made
from postgw.domain.dated import must_not_reach_back
from postgw.domain.errors import Conflict, Invalid, Unknown
from postgw.domain.folding import fold
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.procedure import Procedure, is_in_force, procedure_code
from postgw.domain.publication import ListDifference, Publication, checked_publication, differences
from postgw.domain.quality import QualityTargets
from postgw.domain.time_limit import TransitLimits
from postgw.domain.unit import Unit
from postgw.rules.book import RuleBook
from postgw.rules.procedures import load_procedures
from postgw.storage import changes, province, publications
from postgw.storage.database import Database

_SHIPPED = "Danh mục đi kèm phần mềm, tỉnh chưa soát"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What somebody looks for among the procedures; empty lets everything through."""

    words: str = ""
    sector: str = ""
    level: str = ""

    def lets(self, procedure: Procedure) -> bool:
        """Say whether a procedure is looked for: each word stands in its name or code, with accents or without."""
        read = _folded(f"{procedure.code} {procedure.name}")
        return (
            all(word in read for word in fold(self.words).split())
            and self.sector in ("", procedure.sector)
            and self.level in ("", procedure.level)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A procedure in force of which the two lists differ."""

    procedure: Procedure
    differences: tuple[ListDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The acts of publishing, and of reading what is published."""

    database: Database
    book: RuleBook

    async def publish(self, draft: Procedure, *, reason: str, actor: Actor, at: datetime) -> Publication:
        """Begin a version of a procedure; the same version again is the same answer.

        Raises Invalid when it is not whole or would begin in the past, Conflict when its day has another version.
        """
        actor.must("admin")
        procedure = checked_publication(draft)
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        async with self.database.writing() as tx:
            await tx.queue_for(f"procedure:{procedure.code}")
            known = await publications.history(tx, procedure.code)
            if same_day := next((one for one in known if one.procedure.valid_from == procedure.valid_from), None):
                return _same(same_day, procedure)
            must_not_reach_back(procedure.valid_from, today=legal_day(at), is_first=not known)
            published = Publication(procedure=procedure, author=actor.name, reason=reason, published_at=at)
            await publications.add(tx, published)
            before = _told(known[0].procedure) if known else {}
            change = changed(
                "procedure", procedure.code, before, {**_told(procedure), "reason": reason}, actor=actor, at=at,
                act="changed" if known else "made",
            )  # fmt: skip
            await changes.note(tx, change)
        return published

    async def shipped_missing(self, *, actor: Actor) -> tuple[Procedure, ...]:
        """Return the procedures that ship with this release and of which the province has no version."""
        actor.must("admin")
        known = await publications.codes(self.database.reading)
        return tuple(each for each in load_procedures() if each.code not in known)

    async def take_shipped(self, *, actor: Actor, at: datetime) -> int:
        """Keep the shipped procedures that are not here yet, for somebody of the province to look through.

        They count as published by nobody until a version of the province's own begins. Asked again, nothing is left.
        """
        actor.must("admin")
        async with self.database.writing() as tx:
            await tx.queue_for("procedures")
            known = await publications.codes(tx)
            new = [each for each in load_procedures() if each.code not in known]
            if new:
                await province.put_procedures(tx, new, author=actor.name, reason=_SHIPPED)
                told = {"count": len(new), "codes": [each.code for each in new]}
                await changes.note(tx, made("procedure", "shipped", told, actor=actor, at=at))
        return len(new)

    async def procedures(self, sieve: Sieve, *, on: date) -> tuple[Procedure, ...]:
        """Return the procedures in force on a day that somebody looks for, by sector and name."""
        found = [each for each in await province.procedures(self.database.reading, on=on) if sieve.lets(each)]
        return tuple(sorted(found, key=lambda each: (_folded(each.sector), _folded(each.name), each.code)))

    async def procedure(self, code: str, *, on: date) -> Procedure:
        """Return a procedure as it stands on a day. Raises Unknown when it is not in force."""
        found = await publications.on_day(self.database.reading, _code(code), on=on)
        if found is None or not is_in_force(found.procedure, on):
            raise Unknown(
                "Thủ tục {number} không có trong danh mục của tỉnh ngày {on}.", number=code[:40], on=f"{on:%d/%m/%Y}",
                code="procedure.unknown",
            )  # fmt: skip
        return found.procedure

    async def history(self, code: str) -> tuple[Publication, ...]:
        """Return every version of a procedure, newest first. Raises Unknown when there is none."""
        found = await publications.history(self.database.reading, _code(code))
        if not found:
            raise Unknown("Không có thủ tục mang mã {number}.", number=code[:40], code="procedure.unknown")
        return found

    async def disagreements(self, *, on: date, actor: Actor) -> tuple[Disagreement, ...]:
        """Return the procedures in force of which the portal and the National database do not say the same."""
        actor.must("enquiry")
        found = [
            Disagreement(procedure=each, differences=differences(each))
            for each in await province.procedures(self.database.reading, on=on)
        ]
        return tuple(each for each in found if each.differences)

    def quality(self, *, on: date) -> tuple[QualityTargets, TransitLimits]:
        """Return the quality that the post owes on a day."""
        return self.book.quality_on(on), self.book.transit_limits_on(on)

    async def service_points(
        self, *, kind: str = "", commune: str = "", cursor: str = "", limit: int = 50, on: date
    ) -> Page[Unit]:
        """Return the desks and post offices that work on a day, with how to reach them."""
        after = int(cursor) if cursor.isdecimal() else 0
        rows = await province.page_of_units(
            self.database.reading, kind=kind, commune_code=commune, open_on=on, after=after, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(unit for _, unit in rows[:limit]), next_cursor=more)

    async def contacts(self, words: str = "", *, on: date) -> tuple[Unit, ...]:
        """Return the desks and post offices at work on a day, by commune, desks first.

        Each of the words is a part of their name or commune.
        """
        wanted = fold(words).split()
        known = await province.units(self.database.reading)
        found = [unit for unit in known if not unit.is_closed(on) and _is_named(unit, wanted)]
        return tuple(sorted(found, key=lambda unit: (not unit.commune, fold(unit.commune), unit.kind, fold(unit.name))))


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    """Return a published text as search sees it; a province has some two thousand names, and they stay."""
    return fold(text)


def _is_named(unit: Unit, words: Sequence[str]) -> bool:
    read = fold(f"{unit.name} {unit.commune}")
    return all(word in read for word in words)


def _code(code: str) -> str:
    try:
        return procedure_code(code)
    except Invalid as wrong:
        raise Unknown("Không có thủ tục mang mã {number}.", number=code[:40], code=wrong.code) from None


def _same(known: Publication, asked: Procedure) -> Publication:
    if known.procedure != asked:
        raise Conflict(
            "Thủ tục {number} đã công bố một bản bắt đầu ngày {on} với nội dung khác. Bản đã công bố không sửa; chọn "
            "ngày bắt đầu khác.",
            number=asked.code, on=f"{asked.valid_from:%d/%m/%Y}", code="publication.taken", field="/valid_from",
            link=f"/api/v1/procedures/{asked.code}",
        )  # fmt: skip
    return known


def _told(procedure: Procedure) -> dict[str, object]:
    """Return what a list of changes tells of a procedure; its papers by their names."""
    told = {name: getattr(procedure, name) for name in ("name", "sector", "level", "agency", "forms", "fee_dong")}
    return {**told, "valid_from": procedure.valid_from, "papers": [line.name for line in procedure.papers]}
