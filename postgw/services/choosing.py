"""Choosing: before the first delivery, after a failed one, or while an item waits, recipients say how they want it.

They say so by the secret link of their message, on their own page, or by telephone to the office. Who pays is told
before they choose. The same choice twice is one choice; another one is its next version, until the cut-off. The office
hears of it and finds it in its list. Nothing moves by a choice: only scans move an item, and the clock of the carriage
runs on until the first delivery or the call to collect.

Source: Law on Post 2010 art. 11.3; Circular 17/2017/TT-BTTTT art. 5.2.h, 7.2.c; Decision 45/2016/QĐ-TTg art. 10, 12.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.choice import (
    Choice,
    KeptChoice,
    Standing,
    carriage,
    checked_choice,
    coming_days,
    current,
    cut_off,
    days_offered,
    must_be_changeable,
    standing_of,
    trimmed,
)
from postgw.domain.consignment import Consignment
from postgw.domain.delivery_route import route_for
from postgw.domain.errors import Conflict
from postgw.domain.invitation import return_from
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.ports import Notice
from postgw.domain.scan import Scan
from postgw.domain.secret_link import read_link
from postgw.domain.stop import tried_on
from postgw.domain.witnesses import uncancelled
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import RuleBook
from postgw.storage import (
    choices,
    clocks,
    consignments,
    delivery_routes,
    invitations,
    outbox,
    province,
    reach,
    scan_rows,
    secret_pages,
)
from postgw.storage.database import Database, Session
from postgw.storage.province import Unit

#: How a choice made through a link is signed: the citizen's name stands in no row of it.
BY_LINK = "citizen.link"
_LIST_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a recipient may choose now, with what it costs, and what was chosen so far."""

    consignment: Consignment
    held_at: Unit | None
    deliverer: Unit | None  #: the office that has it for delivery, or will have it
    is_there: bool  #: it lies at that office
    due_on: date | None  #: by when the law wants its first delivery, while that clock runs
    kept_until: date  #: the last day before a return is lawful, at the earliest
    standing: Standing  #: whether something may be chosen now, and why not
    days: tuple[date, ...]
    places: tuple[Unit, ...]
    paid_by: str  #: of another delivery
    cost_dong: int
    current: KeptChoice | None
    changeable_until: datetime | None  #: of a delivery that was chosen
    made: tuple[KeptChoice, ...]
    cut_off_hour: int  #: of the working day before a delivery

    @property
    def is_open(self) -> bool:
        """Say whether something may be chosen now."""
        return bool(self.standing.phase)

    @property
    def is_before(self) -> bool:
        """Say whether the first delivery is still to come."""
        return self.standing.phase == "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One choice that an office is to act upon."""

    consignment: Consignment
    kept: KeptChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """The acts of a recipient who is to have an item, or was missed."""

    database: Database
    book: RuleBook

    async def offer_by_link(self, token: str, *, at: datetime) -> Offer | None:
        """Return what the holder of a link may choose; nothing when the link is none of ours."""
        session = self.database.reading
        number = await self._read(session, token)
        consignment = await consignments.find(session, number) if number else None
        return await self._offer(session, consignment, at) if consignment else None

    async def choose_by_link(self, token: str, choice: Choice, *, at: datetime) -> Offer | None:
        """Keep the choice of the holder of a link; the same one again is one. Nothing when the link is none of ours.

        Raises Invalid at a part that was not offered, Conflict when nothing may be chosen any more.
        """
        number = await self._read(self.database.reading, token)
        if not number:
            return None
        async with self.database.writing() as tx:
            consignment = await consignments.find(tx, number, lock=True)
            return await self._chosen(tx, consignment, choice, by=BY_LINK, at=at) if consignment else None

    async def offer_by_page(self, token: str, *, at: datetime) -> Offer | None:
        """Return what the holder of a page may choose for the result of that dossier.

        Nothing when the page is not open, or nothing of the dossier is on its way to the citizen.
        """
        found = await self._of_page(self.database.reading, token, at)
        return await self._offer(self.database.reading, found, at) if found else None

    async def choose_by_page(self, token: str, choice: Choice, *, at: datetime) -> Offer | None:
        """Keep the choice of the holder of a page, as `choose_by_link` does; nothing where nothing is to choose."""
        async with self.database.writing() as tx:
            found = await self._of_page(tx, token, at)
            locked = await consignments.find(tx, found.consignment_no, lock=True) if found else None
            return await self._chosen(tx, locked, choice, by=BY_LINK, at=at) if locked else None

    async def _of_page(self, session: Session, token: str, at: datetime) -> Consignment | None:
        """Return what comes to the citizen: the live return, else papers that come back, else the last return."""
        kept = await secret_pages.opened(session, token, at=at)
        carried = await consignments.of_dossier(session, kept.dossier_id) if kept else ()
        home = [each for each in carried if each.leg == "return" and each.custody.state != "cancelled"]
        back = [each for each in carried if each.leg == "send" and each.custody.state == "returning"]
        wanted = [*home[-1:], *back, *(each for each in home if not each.custody.ended)]
        return wanted[-1] if wanted else None

    async def _read(self, session: Session, token: str) -> str:
        secret = await province.known_link_secret(session)
        return read_link(secret, "choose", token) if secret else ""

    async def offer(self, number: str, *, actor: Actor, at: datetime) -> Offer:
        """Return what the recipient of an item may choose, for somebody on the telephone with them."""
        actor.must("delivery")
        session = self.database.reading
        return await self._offer(session, await reach.seen(session, number, actor), at)

    async def choose(self, number: str, choice: Choice, *, actor: Actor, at: datetime) -> Offer:
        """Keep what a recipient said on the telephone or at a counter; the same choice again is one.

        Raises Invalid at a part that was not offered, Conflict when nothing may be chosen any more.
        """
        actor.must("delivery")
        async with self.database.writing() as tx:
            consignment = await reach.seen(tx, number, actor, lock=True)
            return await self._chosen(tx, consignment, choice, by=actor.name, at=at)

    async def to_do(
        self, *, actor: Actor, office: str = "", on: date | None = None, cursor: str = "", limit: int = 50, at: datetime
    ) -> Page[ToDo]:
        """Return the choices that an office is to act upon; `on` narrows it to the deliveries of a day."""
        actor.must("delivery")
        limit = min(limit, _LIST_MOST)
        rows = await choices.to_do(
            self.database.reading, office=actor.unit or office, on=on, today=legal_day(at),
            after=int(cursor) if cursor.isdecimal() else 0, limit=limit + 1,
        )  # fmt: skip
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        items = tuple(ToDo(consignment=consignment, kept=kept) for _, consignment, kept in rows[:limit])
        return Page(items=items, next_cursor=more)

    async def _chosen(self, tx: Session, consignment: Consignment, choice: Choice, *, by: str, at: datetime) -> Offer:
        offer = await self._offer(tx, consignment, at)
        _must_be_open(offer)
        if offer.current and offer.current.choice == trimmed(choice):
            return offer
        choice = checked_choice(choice, offer.days, [unit.code for unit in offer.places])
        on = legal_day(at)
        calendar = await invitations.calendar_for(tx, self.book, consignment, on)
        must_be_changeable(offer.current, at, calendar, self.book.choice_rule(on))
        payer, cost = (offer.paid_by, offer.cost_dong) if choice.way == "deliver" else (offer.paid_by, 0)
        kept = KeptChoice(
            ordinal=len(offer.made) + 1, choice=choice, attempts=consignment.custody.attempts,
            office=offer.deliverer.code if offer.is_before and offer.deliverer else consignment.custody.office,
            paid_by=payer, cost_dong=cost, by=by, at=at,
        )  # fmt: skip
        await choices.add(tx, consignment.consignment_no, kept)
        await outbox.announce(tx, [_notice(consignment, kept)], at=at)
        return await self._offer(tx, consignment, at)

    async def _offer(self, session: Session, consignment: Consignment, at: datetime) -> Offer:
        on, custody = legal_day(at), consignment.custody
        rule = self.book.choice_rule(on)
        calendar = await invitations.calendar_for(session, self.book, consignment, on)
        made, failed = await choices.of(session, consignment.consignment_no), await _failed(session, consignment)
        kept = current(made, custody.attempts, on, tried_on=tried_on(failed, "attempted"))
        payer, cost = carriage("deliver", custody.attempts, failed[-1].reason if failed else "", rule)
        day = kept.choice.on if kept else None
        deliverer = await _deliverer(session, consignment)
        standing = standing_of(consignment.leg, custody, office=deliverer.code if deliverer else "")
        standing = standing if consignment.public_service else Standing(why="elsewhere")
        is_there = deliverer is not None and (custody.state, custody.office) == ("at_office", deliverer.code)
        clock = (await clocks.gather(session, self.book, [consignment], at=at)).clock(consignment)
        due = clock.due if clock.verdict in {"running", "overdue"} else None
        is_before = standing.phase == "before"
        return Offer(
            consignment=consignment, deliverer=deliverer, is_there=is_there, due_on=due, standing=standing,
            held_at=await province.unit(session, custody.office) if custody.office else None,
            kept_until=await self._kept_until(session, consignment, calendar, on, day),
            days=coming_days(at, is_there=is_there, due=due, calendar=calendar, rule=rule)
            if is_before else days_offered(at, calendar, rule),
            places=() if is_before else await _service_points(session, consignment), paid_by=payer, cost_dong=cost,
            current=kept, changeable_until=cut_off(day, calendar, rule) if day else None, made=made,
            cut_off_hour=rule.cut_off_hour,
        )  # fmt: skip

    async def _kept_until(
        self, session: Session, consignment: Consignment, calendar: WorkingCalendar, on: date, promised: date | None
    ) -> date:
        called = [made.invited_on for made in await invitations.of(session, consignment.consignment_no)]
        lawful = return_from(called, on, calendar, self.book.invitation_rule(on))
        return max(lawful - timedelta(days=1), on, promised or on)


def _must_be_open(offer: Offer) -> None:
    if not offer.is_open:
        raise Conflict(
            "Bưu gửi {number} đang ở trạng thái {state} nên chưa chọn hoặc không chọn lại được cách nhận.",
            number=offer.consignment.consignment_no, state=offer.consignment.custody.state, code="choice.out_of_turn",
        )  # fmt: skip


async def _failed(session: Session, consignment: Consignment) -> list[Scan]:
    told = uncancelled(await scan_rows.history(session, consignment.consignment_no))
    return [scan for scan in told if scan.code == "attempted"]


async def _deliverer(session: Session, consignment: Consignment) -> Unit | None:
    """Return the office on whose rounds the recipient lives; nothing where no round has the address."""
    end = consignment.consignee
    route = route_for(end.commune_code, end.address, await delivery_routes.serving(session, [end.commune_code]))
    return await province.unit(session, route.office) if route else None


async def _service_points(session: Session, consignment: Consignment) -> tuple[Unit, ...]:
    """Return the commune centres at which it may be fetched: where it came from, and where the recipient lives."""
    commune = consignment.consignee.commune_code
    desks: Sequence[Unit] = await province.units(session, kind="desk")
    return tuple(unit for unit in desks if unit.code == consignment.desk or (commune and unit.commune_code == commune))


def _notice(consignment: Consignment, kept: KeptChoice) -> Notice:
    choice = kept.choice
    on = choice.on.isoformat() if choice.on else ""
    told = {"way": choice.way, "on": on, "window": choice.window, "place": choice.place}
    return Notice(
        notice_id=f"{consignment.consignment_no}.choice.{kept.ordinal}", kind="consignment.choice", at=kept.at,
        desk=consignment.desk, consignment_no=consignment.consignment_no, dossier_no=consignment.dossier_no,
        item_no=consignment.item_no, leg=consignment.leg, state=consignment.custody.state, office=kept.office,
        data={name: value for name, value in told.items() if value},
    )  # fmt: skip
