"""Evidence: what was said about each item is chained, sealed each night, checked, and handed out on request.

Scans are linked a moment after they were kept, and sealed at the end of the day; until then a verification says that
they are not. A dossier's pack holds all that is kept of it, for whoever must answer a complaint. When the term of
keeping is over, what names a person goes, and the chain holds on.

Source: Circular 17/2017/TT-BTTTT art. 14 (electronic records at least five years, accurate, produced on request).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from labels.evidence_sheet import EvidenceSheet, evidence_sheet_pdf
from labels.evidence_words import evidence_sheet
from postgw.domain import evidence_pack
from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Unknown
from postgw.domain.evidence import Broken, Seal, broken_links, seal_digest, stamp
from postgw.domain.evidence_pack import Carried, Kept, content_of
from postgw.domain.legal_day import legal_day
from postgw.rules.book import RuleBook
from postgw.storage import consignments, dossiers, evidence, invitations, orders, province
from postgw.storage.database import Database
from postgw.storage.dossiers import KeptDossier
from postgw.storage.evidence import STRAGGLERS, STRAGGLERS_OF_A_NIGHT, Chain
from postgw.storage.orders import Booked

_PAGE = 500
_ERASED_AT_ONCE = 200
_BROKEN_SHOWN = 200


@dataclass(slots=True, kw_only=True)
class Report:
    """What a verification found."""

    items: int = 0
    linked: int = 0
    not_linked: int = 0
    erased: int = 0  #: links whose personal part is gone, as it may be after its term
    seals: int = 0
    not_sealed: int = 0  #: links that no seal covers yet
    broken_count: int = 0
    broken: list[Broken] = field(default_factory=list)  #: the first of them
    last_seal: Seal | None = None
    kept_digest: str = ""  #: of the digest that the auditor kept: `found` or `unknown`

    @property
    def holds(self) -> bool:
        """Say whether nothing speaks against the evidence."""
        return not self.broken_count and self.kept_digest != "unknown"

    def note(self, broken: Broken) -> None:
        """Count what is broken; the first are shown."""
        self.broken_count += 1
        if len(self.broken) < _BROKEN_SHOWN:
            self.broken.append(broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The evidence of one dossier: a file for programs, a sheet for people, the digest that ties them."""

    dossier_key: str
    digest: str
    document: dict[str, Any]
    sheet: EvidenceSheet

    @property
    def pdf(self) -> bytes:
        """Return the sheet for people."""
        return evidence_sheet_pdf(self.sheet)

    @property
    def json(self) -> bytes:
        """Return the file for programs."""
        return json.dumps(self.document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The act of keeping what was said beyond doubt."""

    database: Database
    book: RuleBook
    rehearsal: bool

    async def link_due(self, *, at: datetime) -> int:
        """Link scans that no chain holds yet; return how many."""
        async with self.database.writing() as tx:
            return await evidence.link(tx, since=STRAGGLERS, at=at)

    async def seal_due(self, *, at: datetime) -> int:
        """Seal the next night whose hour has come; return whether there was one."""
        while True:
            async with self.database.writing() as tx:
                if not await evidence.link(tx, since=STRAGGLERS_OF_A_NIGHT, at=at):
                    return 1 if await evidence.seal(tx, at=at) else 0

    async def erase_due(self, *, at: datetime) -> int:
        """Erase the personal parts whose term of keeping is over; return of how many consignments."""
        years = self.book.retention_years_on(legal_day(at))
        async with self.database.writing() as tx:
            due = await evidence.erasable(tx, before=_years_before(at, years), limit=_ERASED_AT_ONCE)
            await evidence.erase(tx, due, at=at)
        return len(due)

    async def verify(self, *, kept_digest: str = "", actor: Actor) -> Report:
        """Check every chain and every seal; `kept_digest` is a seal that an auditor kept, to be found again."""
        actor.must("evidence")
        report = Report()
        await self._verify_seals(report, kept_digest.strip().lower())
        after = 0
        while chains := await evidence.chains(self.database.reading, after=after, limit=_PAGE):
            for chain in chains:
                _verify_chain(report, chain)
            after = chains[-1].consignment_id
        return report

    async def _verify_seals(self, report: Report, kept_digest: str) -> None:
        session, digest, through = self.database.reading, "", 0
        for seal in await evidence.seals(session):
            heads = await evidence.heads_between(session, through, seal.through_link)
            if seal_digest(digest, seal.sealed_on, heads) != seal.digest:
                report.note(Broken(fault="seal", where=seal.sealed_on.isoformat()))
            if kept_digest == seal.digest:
                report.kept_digest = "found"
            digest, through, report.last_seal = seal.digest, seal.through_link, seal
            report.seals += 1
        report.not_sealed = await evidence.unsealed(session, through)
        if kept_digest and not report.kept_digest:
            report.kept_digest = "unknown"

    async def export(self, key: str, *, actor: Actor, at: datetime) -> Pack:
        """Return the evidence pack of a dossier. Raises Unknown when this actor is shown no such dossier."""
        actor.must("evidence")
        kept = await dossiers.find(self.database.reading, key)
        if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
            raise Unknown(
                "Chưa có hồ sơ mang mã {key}. Kiểm tra lại 4 số cuối của mã.", key=key[:100], code="dossier.unknown"
            )
        while await self.link_due(at=at):
            pass
        carried = await consignments.of_dossier(self.database.reading, kept.dossier_id)
        content = content_of(await self._gathered(kept, carried))
        seal = await evidence.seal_over(self.database.reading, [each.consignment_no for each in carried])
        return self._pack(content, seal, actor=actor, at=at)

    async def _gathered(self, kept: KeptDossier, carried: tuple[Consignment, ...]) -> Kept:
        session, numbers = self.database.reading, [consignment.consignment_no for consignment in carried]
        chains = {chain.consignment_no: chain for chain in await evidence.chains_named(session, numbers)}
        return Kept(
            dossier=kept.dossier,
            carried=[await self._carried(consignment, chains[consignment.consignment_no]) for consignment in carried],
            manifests=await evidence.signed_manifests(session, numbers),
            told=await evidence.told(session, numbers),
            paid=await evidence.paid(session, kept.dossier_id),
            unit_names={unit.code: unit.name for unit in await province.units(session)},
            rehearsal=self.rehearsal,
        )

    async def _carried(self, consignment: Consignment, chain: Chain) -> Carried:
        order = await orders.find(self.database.reading, consignment.consignment_no)
        return Carried(
            consignment=consignment, links=chain.links, statements=chain.statements,
            order=_asked(order) if order else None,
            invitations=await invitations.of(self.database.reading, consignment.consignment_no),
        )  # fmt: skip

    def _pack(self, content: dict[str, Any], seal: Seal | None, *, actor: Actor, at: datetime) -> Pack:
        digest = evidence_pack.digest_of(content)
        sealed = {"sealed_on": seal.sealed_on.isoformat(), "digest": seal.digest} if seal else None
        issue = {"issued_at": stamp(at), "issued_by": actor.name, "seal": sealed}
        table, reasons = self.book.scan_table(legal_day(at)), self.book.reasons_on(legal_day(at))
        sheet = evidence_sheet(
            content, digest=digest, issued_at=at, issued_by=actor.name,
            titles={word: rule.title for rules in (table.states, table.codes) for word, rule in rules.items()},
            reasons={code: row.title for rows in reasons.values() for code, row in rows.items()},
            seal=(seal.sealed_on, seal.digest) if seal else None,
        )  # fmt: skip
        return Pack(
            dossier_key=content["dossier"]["key"], digest=digest, sheet=sheet,
            document={"content": content, "content_sha256": digest, "issue": issue},
        )  # fmt: skip


def _asked(order: Booked) -> dict[str, Any]:
    return {
        "account": order.account, "state": order.state, "asked_at": stamp(order.asked_at),
        "answered_at": stamp(order.answered_at) if order.answered_at else None,
    }  # fmt: skip


def _verify_chain(report: Report, chain: Chain) -> None:
    report.items += bool(chain.statements or chain.links)
    report.linked += len(chain.links)
    report.erased += sum(not link.salt for link in chain.links)
    report.not_linked += len(set(chain.statements) - {link.scan_id for link in chain.links})
    for broken in broken_links(chain.links, chain.statements):
        report.note(broken)


def _years_before(at: datetime, years: int) -> datetime:
    """Return the moment some years ago; of a leap day, the day before it."""
    leap = (at.month, at.day) == (2, 29)
    return at.replace(year=at.year - years, day=28 if leap else at.day)
