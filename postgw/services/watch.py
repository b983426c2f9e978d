"""The watch: it looks at due dates by itself, so that nobody hears of a delay from the one who waits.

Of the post's clocks it warns on the working day before and opens a case after; when a storm declared later moves a
clock, the warning and the case say so. Of the agency's due dates it drafts the apology one working day ahead. It looks
at a page at a time, first without a lock; what has to be written is reckoned once more under the lock.

Source: Circular 17/2017/TT-BTTTT Art. 7.2; Decree 47/2011/NĐ-CP Art. 25.2; Decree 61/2018/NĐ-CP Art. 19.9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from postgw.domain.actor import GATEWAY, Actor
from postgw.domain.consignment import Consignment
from postgw.domain.lateness import News, Warned, WarningGiven, is_late, news_of, reckoning_facts
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.ports import Notice
from postgw.domain.time_limit import Clock
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import apologies, cases, clocks, consignments, lateness, outbox, scans
from postgw.storage.clocks import Grounds
from postgw.storage.database import Database, Session

_PAGE = 200
#: What the post was done with is looked at for so long: a gateway that stood still over a weekend misses no late one.
_LOOKED_BACK = timedelta(days=4)
#: A dossier that fell due longer ago was seen when it did.
_DOSSIERS_BACK = timedelta(days=60)
_RESULT_IS_THERE = "Kết quả đã có."
_DUE_CHANGED = "Cơ quan đã đổi ngày hẹn trả trong hệ thống Một cửa."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """One consignment of which something is to be told or a case to be opened, or neither."""

    consignment: Consignment
    clock: Clock
    office: str
    news: tuple[News, ...]
    wants_case: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The acts of looking ahead."""

    database: Database
    book: RuleBook

    async def look_at_clocks(self, *, at: datetime) -> int:
        """Look at the next page of what the post has in hand; return how many there were."""
        reading = self.database.reading
        after = await lateness.walked(reading, "clocks")
        rows = await lateness.under_watch(reading, after=after, limit=_PAGE, since=at - _LOOKED_BACK)
        found = [consignment for _, consignment in rows]
        wanted = [each.consignment.consignment_no for each in await self._matters(reading, found, at)]
        async with self.database.writing() as tx:
            if wanted:
                await self._act(tx, wanted, at)
            await lateness.walk_on(tx, "clocks", rows[-1][0] if rows else 0)
        return len(rows)

    async def _matters(self, session: Session, found: Sequence[Consignment], at: datetime) -> list[_Matter]:
        """Return those of which something is to be told or a case to be opened."""
        grounds = await clocks.gather(session, self.book, found, at=at)
        numbers = [each.consignment_no for each in found]
        given, opened = await lateness.warned(session, numbers), await lateness.with_case(session, numbers)
        looked = [_matter(each, grounds, given.get(each.consignment_no, ()), opened) for each in found]
        return [each for each in looked if each.news or each.wants_case]

    async def _act(self, tx: Session, numbers: Sequence[str], at: datetime) -> None:
        await scans.lock(tx, numbers)
        found = await consignments.several(tx, numbers)
        matters = await self._matters(tx, list(found.values()), at)
        for each in matters:
            for news in each.news:
                await lateness.tell(tx, each.consignment, news, office=each.office, at=at)
            if each.wants_case:
                await self._open_case(tx, each, at)
        notices = [notice for each in matters for news in each.news for notice in _notices(each, news, at)]
        await outbox.announce(tx, notices, at=at)

    async def _open_case(self, tx: Session, matter: _Matter, at: datetime) -> None:
        today = legal_day(at)
        rule, number = self.book.late_rule_on(today), matter.consignment.consignment_no
        assert matter.clock.span is not None
        answer_by = calendar_of(self.book.holidays_on(today)).after(today, rule.answer_working_days[matter.clock.span])
        await cases.open_once(
            tx, lateness.late_key(number), kind="late", consignment_no=number, due_on=answer_by,
            facts={**self._facts(matter.clock), "remedy": rule.remedy}, at=at,
        )  # fmt: skip

    def _facts(self, clock: Clock) -> dict[str, Any]:
        started = clock.reckoning.start if clock.reckoning else None
        version = self.book.transit_limits_on(started).version if started else ""
        return reckoning_facts(clock, limits_version=version)

    async def look_at_cases(self, *, at: datetime) -> int:
        """Reckon the next page of late cases anew and put what moved beside them; return how many were looked at."""
        reading = self.database.reading
        after = await lateness.walked(reading, "late_cases")
        found = await lateness.late_cases(reading, after=after, limit=_PAGE)
        moved = await self._moved(reading, found, at)
        async with self.database.writing() as tx:
            if moved:
                await lateness.lock_cases(tx, list(moved))
                locked = await lateness.late_cases(tx, after=0, limit=_PAGE, only=list(moved))
                fresh = await self._moved(tx, locked, at)
                for each in locked:
                    if each.id in fresh:
                        await lateness.clock_moved(tx, each.case_no, fresh[each.id], at=at)
            await lateness.walk_on(tx, "late_cases", found[-1].id if found else 0)
        return len(found)

    async def _moved(
        self, session: Session, found: Sequence[lateness.LateCase], at: datetime
    ) -> dict[int, dict[str, Any]]:
        """Return the new facts of the cases whose due date or lateness is no longer what was written down last."""
        grounds = await clocks.gather(session, self.book, [each.consignment for each in found], at=at)
        fresh = {each.id: self._facts(grounds.clock(each.consignment)) for each in found}
        return {each.id: fresh[each.id] for each in found if _essence(fresh[each.id]) != _essence(each.facts)}

    async def look_at_dossiers(self, *, at: datetime) -> int:
        """Draft the apologies that will be wanted and withdraw those that are not any more; return how many."""
        today = legal_day(at)
        horizon = calendar_of(self.book.holidays_on(today)).next_working(today)
        if not any(await self._apologies(self.database.reading, today, horizon)):
            return 0
        async with self.database.writing() as tx:
            await tx.queue_for("apology")
            due, groundless = await self._apologies(tx, today, horizon)
            for number, ready in groundless:
                reason = _RESULT_IS_THERE if ready else _DUE_CHANGED
                await apologies.withdraw(tx, number, reason=reason, actor=GATEWAY.name, at=at)
            notices = [await self._drafted(tx, each, at) for each in due]
            await outbox.announce(tx, [notice for notice in notices if notice], at=at)
        return len(due) + len(groundless)

    async def _apologies(
        self, session: Session, today: date, horizon: date
    ) -> tuple[tuple[apologies.FallingDue, ...], tuple[tuple[str, bool], ...]]:
        """Return the dossiers that want an apology, and the drafts that nobody needs any more."""
        due = await apologies.falling_due(session, since=today - _DOSSIERS_BACK, until=horizon, limit=_PAGE)
        return due, await apologies.groundless(session, limit=_PAGE)

    async def _drafted(self, tx: Session, due: apologies.FallingDue, at: datetime) -> Notice | None:
        number = await apologies.draft(
            tx, due.dossier_id, desk=due.receiving_desk, due_on=due.due_on, actor=GATEWAY.name, at=at
        )
        if number is None:
            return None
        return Notice(
            notice_id=f"{number}.drafted", kind="apology.drafted", at=at, desk=due.receiving_desk, consignment_no="",
            dossier_no=due.dossier_no, data={"apology_no": number, "due_on": due.due_on.isoformat()},
        )  # fmt: skip

    async def warnings(self, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[WarningGiven]:
        """Return the warnings of a unit, newest first, with the day told since where it moved."""
        actor.must("enquiry")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await lateness.warnings(self.database.reading, unit=actor.unit, before=before, limit=limit + 1)
        more = str(rows[limit - 1].warning_no) if len(rows) > limit else ""
        return Page(items=tuple(rows[:limit]), next_cursor=more)


def _matter(found: Consignment, grounds: Grounds, given: Sequence[Warned], opened: frozenset[str]) -> _Matter:
    clock = grounds.clock(found)
    horizon = grounds.calendar.next_working(grounds.today)
    return _Matter(
        consignment=found, clock=clock, office=grounds.last_office(found),
        news=news_of(clock, horizon=horizon, given=given),
        wants_case=is_late(clock) and found.consignment_no not in opened,
    )  # fmt: skip


def _essence(facts: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what of a reckoning counts: that a day more has gone by is nothing new, that it ended is."""
    return facts["due_on"], facts["is_late"], facts["stopped_on"]


def _notices(matter: _Matter, news: News, at: datetime) -> list[Notice]:
    """Return a notice to the desk and one to the post office that has it, if one does."""
    one, was = matter.consignment, {"was_due_on": news.was_due_on.isoformat()} if news.was_due_on else {}
    data = {"due_on": news.due_on.isoformat(), **was, "words": [str(each) for each in matter.clock.words]}
    return [
        Notice(
            notice_id=_notice_id(one.consignment_no, news, unit, at), kind=f"consignment.{news.kind}", at=at, desk=unit,
            consignment_no=one.consignment_no, dossier_no=one.dossier_no, item_no=one.item_no, leg=one.leg,
            state=one.custody.state, office=matter.office, data=data,
        )
        for unit in (one.desk, matter.office)
        if unit
    ]  # fmt: skip


def _notice_id(number: str, news: News, unit: str, at: datetime) -> str:
    """Name a warning by its due date, given once; a move by its moment, for a day may come back."""
    told = f"{news.due_on:%y%m%d}" + ("" if news.kind == "due_soon" else f"-{at:%y%m%d%H%M%S}")
    return f"{number}.{news.kind}.{told}.{unit}"
