"""The secret page: what the holder of a dossier's link is shown, and what it promised him.

Everything of the dossier that concerns its citizen is put together in a bounded number of questions: its way in both
directions with the agency's part between, what is promised and on what ground, how old the last word is, what to have
ready, who can be called. Whenever what is promised is not what was promised last, it is kept: the only thing that a
look writes.

Source: Circular 01/2018/TT-VPCP art. 16.2.d (details only to whom proves himself); Circular 17/2017/TT-BTTTT art. 7.2,
12, 15.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from postgw.domain.address import Party
from postgw.domain.apology import Apology
from postgw.domain.choice import KeptChoice, current
from postgw.domain.closing import Closing
from postgw.domain.consignment import Consignment
from postgw.domain.custody import Custody, Happening, journey_of
from postgw.domain.delivery_route import route_for
from postgw.domain.filing import FilingStanding
from postgw.domain.freshness import Freshness, freshness
from postgw.domain.invitation import return_from
from postgw.domain.legal_day import legal_day
from postgw.domain.paper import Paper
from postgw.domain.prepayment import Prepayment
from postgw.domain.promise import Promise, Standing, promised
from postgw.domain.rejection import Rejection
from postgw.domain.result import Result
from postgw.domain.stop import tried_on
from postgw.domain.supplement import Supplement, waiting
from postgw.domain.time_limit import Clock, Course
from postgw.domain.unit import Unit
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import RuleBook
from postgw.storage import (
    apologies,
    choices,
    clocks,
    closings,
    consignments,
    delivery_routes,
    filings,
    invitations,
    overviews,
    packings,
    paper_checks,
    paper_duties,
    prepayments,
    promises,
    province,
    results,
    secret_pages,
    supplements,
)
from postgw.storage.database import Database, Session, one_look
from postgw.storage.dossiers import KeptDossier
from postgw.storage.overviews import Taken as Taken

#: Who holds the item is also where it will be delivered, or fetched.
_AT_ITS_OFFICE = frozenset({"out_for_delivery", "attempted", "held", "unclaimed"})
_WAITING = frozenset({"attempted", "held", "unclaimed"})
_ARRIVED = frozenset({"delivered", "delivered_by_post_statement"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One consignment with what happened to it."""

    consignment: Consignment
    custody: Custody
    happenings: tuple[Happening, ...]
    clock: Clock

    @property
    def goal(self) -> str:
        """Return the desk at which it ends; empty where it ends at the citizen's."""
        return "" if self.consignment.leg == "return" else self.consignment.to_desk or self.consignment.desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is to be expected of the consignment that is under way."""

    office: str = ""  #: the post office that delivers it, or collects it
    promise: Promise
    fresh: Freshness | None = None
    choice: KeptChoice | None = None
    days_given: int = 0  #: working days that the law gives once the post has it; nought where nobody can say


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page is drawn from."""

    kept: KeptDossier
    open_until: date  #: the last day of the link
    ways: tuple[Way, ...]  #: the oldest first
    filing: FilingStanding
    result: Result | None = None
    supplements: tuple[Supplement, ...] = ()
    apologies: tuple[Apology, ...] = ()
    rejection: Rejection | None = None
    closing: Closing | None = None
    to_hand_in: tuple[Paper, ...] = ()  #: old papers that the postman asks for
    receipts: tuple[Taken, ...] = ()
    prepayment: Prepayment | None = None
    sealed: frozenset[str] = frozenset()  #: the consignments of which a seal is kept
    units: Mapping[str, Unit] = field(default_factory=dict)
    outlook: Outlook | None = None  #: none while nothing travels

    @property
    def way(self) -> Way | None:
        """Return the consignment that matters to the citizen now: what travels to or from them, else what came last."""
        return _matters(self.ways)

    @property
    def due_on(self) -> date | None:
        """Return the day for which the agency promises the result: the one that it put it off to, where it did."""
        named, last = self.kept.dossier.due_on, self.apologies[-1] if self.apologies else None
        return last.new_due_on or named if last and last.due_on == named else named

    @property
    def asked(self) -> Supplement | None:
        """Return what the agency still wants of the citizen."""
        return waiting(self.supplements)

    @property
    def is_with_agency(self) -> bool:
        """Tell whether nothing travels and the agency has the dossier, or it was never sent by post."""
        way = self.way
        return way is None or (way.consignment.leg in {"send", "transfer"} and way.custody.state in _ARRIVED)

    def name(self, code: str) -> str:
        """Return what a unit is called; its code where it is not known."""
        return self.units[code].name if code in self.units else code


def _matters(ways: Sequence[Way]) -> Way | None:
    known = [each for each in ways if each.consignment.leg != "withdrawal"] or list(ways)
    known = [each for each in known if each.custody.state != "cancelled"] or known[-1:]
    under_way = [each for each in known if not each.custody.ended]
    return (under_way or known)[-1] if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPage:
    """The act of looking by a secret link."""

    database: Database
    book: RuleBook

    def look(self) -> AbstractContextManager[None]:
        """Return what makes one look of all that is asked for a page, by whichever act."""
        return one_look()

    async def shown(self, token: str, *, at: datetime) -> Shown | None:
        """Return what a link shows; nothing when it is none of ours, too old, or shut. What it promises is kept."""
        session = self.database.reading
        key, kept = await secret_pages.key_of(session, token), await secret_pages.opened(session, token, at=at)
        if key is None or kept is None:
            return None
        found = await self._gathered(session, kept, key.last_day, at)
        if found.outlook and found.way:
            await self._keep(found.way.consignment.consignment_no, found.outlook.promise, at)
        return found

    async def _keep(self, consignment_no: str, promise: Promise, at: datetime) -> None:
        last = await promises.last(self.database.reading, consignment_no)
        if last is None or last.promise != promise:
            async with self.database.writing() as tx:
                await promises.keep(tx, consignment_no, promise, after=last, at=at)

    async def _gathered(self, session: Session, kept: KeptDossier, last_day: date, at: datetime) -> Shown:
        id_ = kept.dossier_id
        carried = tuple(await consignments.of_dossier(session, id_))
        grounds = await clocks.gather(session, self.book, carried, at=at)
        ways = tuple(self._way(each, grounds) for each in carried)
        way = _matters(ways)
        outlook = await self._outlook(session, way, grounds, at) if way and not way.custody.ended else None
        return Shown(
            kept=kept, open_until=last_day, ways=ways, outlook=outlook, filing=await filings.standing(session, kept),
            result=await results.of(session, id_), supplements=await supplements.of(session, id_),
            apologies=await apologies.of_dossier(session, id_, state="issued"),
            rejection=await supplements.rejection(session, id_),
            closing=await closings.find(session, id_, kept.dossier.key),
            to_hand_in=await _to_hand_in(session, kept), receipts=await overviews.receipts(session, id_),
            prepayment=await prepayments.find(session, id_),
            sealed=frozenset(await packings.seals(session, [each.consignment_no for each in carried])),
            units=await province.units_of(session, _codes(kept, ways, outlook)),
        )  # fmt: skip

    def _way(self, each: Consignment, grounds: clocks.Grounds) -> Way:
        told = grounds.told.get(each.consignment_no, ())
        custody, happenings = journey_of(each.leg, told, self.book.scan_table_of(each.rules_version))
        return Way(consignment=each, custody=custody, happenings=happenings, clock=grounds.clock(each))

    async def _outlook(self, session: Session, way: Way, grounds: clocks.Grounds, at: datetime) -> Outlook:
        on, found, custody = legal_day(at), way.consignment, way.custody
        calendar = await invitations.calendar_for(session, self.book, found, on)
        made = await choices.of(session, found.consignment_no) if found.leg == "return" else ()
        told = grounds.told.get(found.consignment_no, ())
        choice = current(made, custody.attempts, on, tried_on=tried_on(told, "attempted"))
        office = await _office(session, way)
        kept_until = await self._kept_until(session, way, calendar, choice, on)
        standing = Standing(
            state=custody.state, office=way.goal or office, since=custody.since, clock=way.clock, choice=choice,
            kept_until=kept_until,
        )  # fmt: skip
        return Outlook(
            office=office, choice=choice, promise=promised(standing, self.book.delivery_hours(on), at=at),
            fresh=freshness(
                custody.state, custody.heard_at, at, rule=self.book.freshness_rule(on), calendar=calendar
            ),
            days_given=_days_given(way, grounds),
        )  # fmt: skip

    async def _kept_until(
        self, session: Session, way: Way, calendar: WorkingCalendar, choice: KeptChoice | None, on: date
    ) -> date | None:
        """Return the last day before what waits for its recipient may lawfully go back, at the earliest."""
        if way.consignment.leg != "return" or way.custody.state not in _WAITING or not way.consignment.public_service:
            return None
        called = [made.invited_on for made in await invitations.of(session, way.consignment.consignment_no)]
        lawful = return_from(called, on, calendar, self.book.invitation_rule(on))
        promised_on = choice.choice.on if choice and choice.choice.on else on
        return max(lawful - timedelta(days=1), on, promised_on)


async def _office(session: Session, way: Way) -> str:
    """Return the post office that delivers to the citizen or collects from them: whoever has it, or serves them."""
    found, custody = way.consignment, way.custody
    if not found.public_service:
        return custody.office
    if found.leg == "return" and custody.state in _AT_ITS_OFFICE:
        return custody.office
    citizen: Party = found.consignor if found.leg == "send" else found.consignee
    routes = await delivery_routes.serving(session, [citizen.commune_code]) if citizen.commune_code else ()
    route = route_for(citizen.commune_code, citizen.address, routes)
    return route.office if route else custody.office if custody.state == "at_office" else ""


def _days_given(way: Way, grounds: clocks.Grounds) -> int:
    if way.clock.verdict != "not_started":
        return 0
    found = way.consignment
    communes = found.consignor.commune_code, found.consignee.commune_code
    clock = grounds.ground.clock(Course(started_on=grounds.today), found.leg, grounds.forms[found.dossier_id], communes)
    return clock.reckoning.working_days if clock.reckoning else 0


async def _to_hand_in(session: Session, kept: KeptDossier) -> tuple[Paper, ...]:
    """Return the old papers that are still asked for at the door; before the handover those that will be."""
    duties = [each for each in await paper_duties.of_dossier(session, kept.dossier_id) if each.kind == "withdraw"]
    if duties:
        return paper_duties.papers_of([each for each in duties if each.stage == "to_collect"])
    return await paper_checks.to_withdraw(session, kept.dossier_id, kept.dossier)


def _codes(kept: KeptDossier, ways: Sequence[Way], outlook: Outlook | None) -> list[str]:
    """Return every unit that the page names."""
    dossier = kept.dossier
    named = {dossier.receiving_desk, dossier.returning_desk}
    for way in ways:
        named |= {way.consignment.desk, way.consignment.to_desk, way.custody.office}
        named |= {happening.lead.office for happening in way.happenings}
        named |= {scan.office for happening in way.happenings for scan in happening.statements}
    if outlook:
        named.add(outlook.office)
        named.add(outlook.choice.choice.place if outlook.choice else "")
    return sorted(named - {""})
