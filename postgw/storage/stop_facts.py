"""What a postman must know at a door, for many doors at once: whether to go today, what to hand over, take and collect.

Gathered in two fixed handfuls of statements: first what decides whether an item is for today, then, for what is, its
papers, its money and its proxy.

Stands on: clocks, choices, invitations, dossiers, paper_duties, paper_checks, results, receipts, prepayments, province.
Used by: snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from postgw.domain.choice import KeptChoice, current
from postgw.domain.folding import fold
from postgw.domain.invitation import next_invitation_on
from postgw.domain.legal_day import legal_day
from postgw.domain.paper import Paper
from postgw.domain.paper_duty import PaperDuty
from postgw.domain.procedure import ChecklistLine, Procedure
from postgw.domain.proxy import KeptProxy
from postgw.domain.return_request import Agreed
from postgw.domain.stop import Plan, Standing, carrier_of, plan_for, tried_on
from postgw.domain.tariff_zone import zone_within
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import RuleBook

from . import calendar as province_calendar
from . import (
    choices,
    clocks,
    dossiers,
    invitations,
    paper_checks,
    paper_duties,
    prepayments,
    province,
    proxies,
    receipts,
    return_requests,
)
from . import results as kept_results
from .clocks import Grounds
from .database import Session
from .dossiers import KeptDossier
from .snapshots import Carried

_NOBODY: tuple[KeptChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """What decides whether items are for today."""

    book: RuleBook
    on: date
    grounds: Grounds
    choices: Mapping[int, Sequence[KeptChoice]]
    invited: Mapping[int, Sequence[date]]
    calendars: dict[str, WorkingCalendar] = field(default_factory=dict)

    def choice(self, item: Carried) -> KeptChoice | None:
        """Return what the recipient wants, where it counts today."""
        told = self.grounds.told.get(item.found.consignment_no, ())
        made = self.choices.get(item.row, _NOBODY)
        return current(made, item.found.custody.attempts, self.on, tried_on=tried_on(told, "attempted"))

    def carrier(self, item: Carried) -> str:
        """Return who took it out last."""
        return carrier_of(self.grounds.told.get(item.found.consignment_no, ()))

    def due_on(self, item: Carried) -> date | None:
        """Return by when the law wants the post to be done; nothing once its clock has stopped."""
        clock = self.grounds.clock(item.found)
        return clock.due if clock.verdict in {"running", "overdue"} else None

    def plan(self, item: Carried) -> Plan:
        """Return where a result is to be handed out."""
        custody, told = item.found.custody, self.grounds.told.get(item.found.consignment_no, ())
        standing = Standing(
            state=custody.state, attempts=custody.attempts, tried_on=tried_on(told, "attempted"),
            invited=tuple(self.invited.get(item.row, ())), choice=self.choice(item),
        )  # fmt: skip
        calendar = self._calendar(item.found.consignee.commune_code)
        return plan_for(standing, on=self.on, calendar=calendar, rule=self.book.invitation_rule(self.on))

    def calls(self, item: Carried) -> tuple[date, date]:
        """Return from which day another invitation counts, and which one follows an invitation made today."""
        rule, calendar = self.book.invitation_rule(self.on), self._calendar(item.found.consignee.commune_code)
        first = next_invitation_on(self.invited.get(item.row, ()), calendar, rule) or self.on
        return max(first, self.on), calendar.after(self.on, rule.working_days_apart)

    def collected_in_vain(self, item: Carried) -> tuple[int, date | None]:
        """Return how often somebody came for it in vain, and on which day last."""
        told = self.grounds.told.get(item.found.consignment_no, ())
        return sum(scan.code == "collection_failed" for scan in told), tried_on(told, "collection_failed")

    def _calendar(self, commune: str) -> WorkingCalendar:
        if commune not in self.calendars:
            ground = self.grounds.ground
            self.calendars[commune] = ground.calendar.with_degraded(
                day for span in ground.spans if span.concerns([commune]) for day in span.days()
            )
        return self.calendars[commune]


async def standings(session: Session, book: RuleBook, items: Sequence[Carried], *, at: datetime) -> Standings:
    """Return how far the deliveries of these items have come."""
    rows = [item.row for item in items]
    return Standings(
        book=book, on=legal_day(at), grounds=await clocks.gather(session, book, [item.found for item in items], at=at),
        choices=await choices.of_several(session, rows), invited=await invitations.days_of(session, rows),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StopFacts:
    """Papers and money of items that are for today."""

    kept: Mapping[int, KeptDossier]
    procedures: Mapping[str, Procedure]
    duties: Mapping[int, Sequence[PaperDuty]]
    handed_in: Mapping[int, set[str]]
    results: Mapping[str, tuple[Paper, ...]]
    taken: Mapping[tuple[str, int, str], int]
    prepaid: Mapping[int, str]
    proxies: Mapping[int, KeptProxy]  #: by dossier: who was named to receive instead
    agreed: Mapping[int, Agreed]  #: by dossier: the postage of a way home that a citizen was told and a desk confirmed
    zones: Mapping[str, str]  #: of postage, by consignment; empty where the province has not said

    def listed(self, item: Carried) -> tuple[ChecklistLine, ...]:
        """Return what a citizen hands over: the published list of the day, or as the dossier says without one."""
        dossier = self.kept[item.found.dossier_id].dossier
        procedure = self.procedures.get(dossier.procedure_code)
        if procedure and procedure.papers:
            return procedure.papers
        return tuple(
            ChecklistLine(
                name=paper.name, kind=paper.kind, quantity=paper.quantity, must_return=paper.must_return,
                must_withdraw=paper.must_withdraw,
            )
            for paper in dossier.papers
        )  # fmt: skip

    def procedure(self, item: Carried) -> str:
        """Return the name of the procedure, as the consignment note bears it."""
        known = self.procedures.get(self.kept[item.found.dossier_id].dossier.procedure_code)
        return known.name if known else ""

    def inside(self, item: Carried) -> tuple[Paper, ...]:
        """Return what a recipient is handed: the result, and the originals that go home with it."""
        number = item.found.consignment_no
        home = [each for each in self._duties(item, "owed") if each.decision == "goes" and each.carried_by == number]
        return (*self.results.get(number, ()), *paper_duties.papers_of(home))

    def to_withdraw(self, item: Carried) -> tuple[str, ...]:
        """Return the old papers that the recipient is to give up and nobody has settled yet."""
        duties = self._duties(item, "withdraw")
        settled = {fold(each.name) for each in duties if each.outcome}
        gone = settled | self.handed_in.get(item.found.dossier_id, set())
        papers = self.kept[item.found.dossier_id].dossier.papers
        names = [each.name for each in duties] + [paper.name for paper in papers if paper.must_withdraw]
        return tuple(name for name in dict.fromkeys(names) if fold(name) not in gone)

    def given_up(self, item: Carried) -> tuple[Paper, ...]:
        """Return what a withdrawal carries home."""
        number = item.found.consignment_no
        return paper_duties.papers_of([
            each for each in self._duties(item, "withdraw") if each.carried_by in {number, ""}
        ])  # fmt: skip

    def fee_left(self, item: Carried) -> int:
        """Return the fee that is still to be taken here: at the door of a `send`, or as the order of a `return` says.

        What was paid elsewhere is not asked again.
        """
        found = item.found
        if found.dossier_id in self.prepaid or found.leg not in {"send", "return"}:
            return 0
        if found.leg == "return":
            return max(0, found.collect_dong - self._taken("fee", found.dossier_id, found.consignment_no))
        return max(0, self.kept[found.dossier_id].dossier.fee_dong - self._taken("fee", found.dossier_id))

    def postage_taken(self, item: Carried) -> int:
        """Return the postage that the citizen has paid for it."""
        return self._taken("postage", item.found.dossier_id, item.found.consignment_no)

    def agreed_left(self, item: Carried) -> Agreed | None:
        """Return the postage that was agreed for a result and is still to be taken; nothing where there is none."""
        told = self.agreed.get(item.found.dossier_id) if item.found.leg == "return" else None
        return told if told and told.due_dong and not self.postage_taken(item) else None

    def _taken(self, ledger: str, dossier_id: int, number: str = "") -> int:
        return sum(
            dong for (book, dossier, item), dong in self.taken.items()
            if (book, dossier) == (ledger, dossier_id) and number in {"", item}
        )  # fmt: skip

    def _duties(self, item: Carried, kind: str) -> list[PaperDuty]:
        return [each for each in self.duties.get(item.found.dossier_id, ()) if each.kind == kind]


async def gather(session: Session, items: Sequence[Carried], *, on: date) -> StopFacts:
    """Return papers and money of these items."""
    ids = sorted({item.found.dossier_id for item in items})
    numbers = [item.found.consignment_no for item in items]
    kept = await dossiers.several(session, ids)
    codes = sorted({each.dossier.procedure_code for each in kept.values()})
    return StopFacts(
        kept=kept, procedures=await province.procedures_of(session, codes, on=on),
        duties=await paper_duties.of_dossiers(session, ids),
        handed_in=await paper_checks.handed_in(session, ids),
        results=await kept_results.papers_of(session, numbers),
        taken=await receipts.taken_for(session, ids), prepaid=await prepayments.references(session, ids),
        proxies=await proxies.current_of_several(session, ids),
        agreed={key: each.quote for key, each in (await return_requests.agreed(session, ids)).items() if each.quote},
        zones=await _zones(session, items, on),
    )  # fmt: skip


async def _zones(session: Session, items: Sequence[Carried], on: date) -> dict[str, str]:
    """Return the zone of postage between the two ends of each item, where both lie in one the province has named."""
    ends = {
        item.found.consignment_no: (item.found.consignor.commune_code, item.found.consignee.commune_code)
        for item in items
    }
    known = await province_calendar.zones(session, sorted({code for pair in ends.values() for code in pair if code}))
    found = {}
    for number, pair in ends.items():
        near, far = (next((zone for begun, zone in known.get(code, ()) if begun <= on), None) for code in pair)
        found[number] = zone_within(near, far) if near and far and near.province == far.province else ""
    return found
