"""Evidence: what was said about each item is chained, sealed each night, checked, and handed out on request.

Scans are linked a moment after they were kept, and sealed at the end of the day; until then a verification says that
they are not. A dossier's pack holds all that is kept of it; it is given on a recorded written request, or for a party's
own use that it names, and each time that is written down.

Source: Circular 17/2017/TT-BTTTT art. 14 (electronic records at least five years, accurate, produced on request); Law
on post 2010 art. 29.10 (use of the post is told only on a competent body's written request); form 06 of the circulars
on the one-stop shop.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from postgw.domain import evidence_pack
from postgw.domain.actor import Actor
from postgw.domain.consignment import Consignment
from postgw.domain.disclosure import PURPOSES, Access
from postgw.domain.errors import Forbidden, Unknown
from postgw.domain.evidence import Broken, Seal, broken_links, seal_digest, stamp
from postgw.domain.evidence_pack import Carried, Kept, content_of
from postgw.domain.handover_row import HandoverRow, handover_rows, table_of
from postgw.domain.legal_day import legal_day
from postgw.domain.sheet_ports import Statements
from postgw.rules.book import RuleBook
from postgw.storage import (
    apologies,
    cases,
    clocks,
    consignments,
    disclosures,
    dossiers,
    evidence,
    filings,
    invitations,
    orders,
    promises,
    province,
)
from postgw.storage.clocks import Grounds
from postgw.storage.database import Database
from postgw.storage.dossiers import KeptDossier
from postgw.storage.evidence import STRAGGLERS, STRAGGLERS_OF_A_NIGHT, Chain
from postgw.storage.orders import Booked

if TYPE_CHECKING:
    from labels.evidence_sheet import EvidenceSheet

_PAGE = 500
_CASES_MOST = 100
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
        from labels.evidence_sheet import evidence_sheet_pdf

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
    sheets: Statements
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

    async def export(self, key: str, *, request_no: str = "", purpose: str = "", actor: Actor, at: datetime) -> Pack:
        """Return the evidence pack of a dossier, and write down to whom it was given.

        Raises Forbidden without a recorded request or a purpose, Unknown when this actor is shown no such dossier.
        """
        actor.must("evidence")
        kept = await self._kept(key, actor)
        await self._must_have_ground(kept, request_no, purpose)
        while await self.link_due(at=at):
            pass
        carried = await consignments.of_dossier(self.database.reading, kept.dossier_id)
        content = content_of(await self._gathered(kept, carried, at))
        seal = await evidence.seal_over(self.database.reading, [each.consignment_no for each in carried])
        pack = self._pack(content, seal, actor=actor, at=at)
        access = Access(
            kind="evidence", subject=kept.dossier.key[:40], purpose="" if request_no else purpose,
            request_no=request_no, digest=pack.digest, unit=actor.unit, seen_at=at, seen_by=actor.name,
        )  # fmt: skip
        async with self.database.writing() as tx:
            await disclosures.note(tx, access)
        return pack

    async def _kept(self, key: str, actor: Actor) -> KeptDossier:
        kept = await dossiers.find(self.database.reading, key)
        if kept is None or not actor.may_see(kept.dossier.receiving_desk, kept.dossier.returning_desk):
            raise Unknown(
                "Chưa có hồ sơ mang mã {key}. Kiểm tra lại 4 số cuối của mã.", key=key[:100], code="dossier.unknown"
            )
        return kept

    async def _must_have_ground(self, kept: KeptDossier, request_no: str, purpose: str) -> None:
        """Raise Forbidden unless a written request for this dossier is recorded, or a party names its own purpose."""
        if request_no:
            if await disclosures.find(self.database.reading, request_no, kept.dossier_id) is None:
                raise Forbidden("Không có yêu cầu {number} nào cho hồ sơ này.", number=request_no[:40],
                                code="disclosure.unknown", field="/request")  # fmt: skip
        elif purpose not in PURPOSES:
            raise Forbidden(
                "Hồ sơ chứng cứ chỉ cung cấp theo văn bản yêu cầu đã ghi (request), hoặc ghi rõ mục đích tự dùng"
                " (purpose: complaint, inspection).",
                code="disclosure.ground", field="/request",
            )  # fmt: skip

    async def handovers(self, key: str, *, actor: Actor) -> tuple[HandoverRow, ...]:
        """Return the rows of form 06 of a dossier. Raises Unknown when this actor is shown no such dossier."""
        actor.must("handover")
        kept, session = await self._kept(key, actor), self.database.reading
        legs = {each.consignment_no: each.leg for each in await consignments.of_dossier(session, kept.dossier_id)}
        names = {unit.code: unit.name for unit in await province.units(session)}
        signed = await evidence.signed_manifests(session, list(legs))
        return tuple(handover_rows(signed, legs, due_on=kept.dossier.due_on, unit_names=names))

    async def handover_table(self, key: str, *, actor: Actor) -> bytes:
        """Return the rows of form 06 as a table for a spreadsheet, nothing of it a formula."""
        return await self.sheets.csv(table_of(await self.handovers(key, actor=actor)))

    async def _gathered(self, kept: KeptDossier, carried: tuple[Consignment, ...], at: datetime) -> Kept:
        session, numbers = self.database.reading, [consignment.consignment_no for consignment in carried]
        chains = {chain.consignment_no: chain for chain in await evidence.chains_named(session, numbers)}
        grounds = await clocks.gather(session, self.book, carried, at=at)
        return Kept(
            dossier=kept.dossier,
            carried=[await self._carried(each, chains[each.consignment_no], grounds) for each in carried],
            filings=await filings.of(session, kept.dossier_id),
            apologies=await apologies.of_dossier(session, kept.dossier_id, state="issued"),
            manifests=await evidence.signed_manifests(session, numbers),
            told=await evidence.told(session, numbers),
            paid=await evidence.paid(session, kept.dossier_id),
            unit_names={unit.code: unit.name for unit in await province.units(session)},
            rehearsal=self.rehearsal,
            electronic_years=self.book.retention_years_on(legal_day(kept.created_at)),
            paper_years=self.book.paper_years_on(legal_day(kept.created_at)),
            accepted_on=legal_day(kept.created_at),
        )

    async def _carried(self, consignment: Consignment, chain: Chain, grounds: Grounds) -> Carried:
        order = await orders.find(self.database.reading, consignment.consignment_no)
        wanted = cases.Wanted(consignment_no=consignment.consignment_no)
        found = await cases.listed(self.database.reading, wanted, limit=_CASES_MOST)
        return Carried(
            consignment=consignment, links=chain.links, statements=chain.statements,
            order=_asked(order) if order else None, clock=grounds.clock(consignment),
            cases=sorted((case for _, case in found), key=lambda case: case.opened_at),
            invitations=await invitations.of(self.database.reading, consignment.consignment_no),
            promises=await promises.of(self.database.reading, consignment.consignment_no),
        )  # fmt: skip

    def _pack(self, content: dict[str, Any], seal: Seal | None, *, actor: Actor, at: datetime) -> Pack:
        from labels.evidence_words import evidence_sheet

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
    report.erased += sum(link.is_erased for link in chain.links)
    report.not_linked += len(set(chain.statements) - {link.scan_id for link in chain.links})
    for broken in broken_links(chain.links, chain.statements):
        report.note(broken)
