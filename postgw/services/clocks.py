"""Clocks: when must the post be done with an item, and what of a unit's is late or about to be?

Due dates are never stored. Each is reckoned anew from the scans, the holidays as they are known today, the zones and
the degraded days, so that a storm declared or undone moves clocks, texts and lists together. The limits are those in
force on the day of acceptance.

The reckoning itself is in `storage.clocks`, which the watch shares.

Source: Circular 17/2017/TT-BTTTT Art. 7.2; Labour Code 45/2019/QH14 Art. 112.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import made
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Invalid, Unknown
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.recognise import recognise
from postgw.domain.time_limit import Clock, Course
from postgw.domain.working_calendar import DegradedEntry, DegradedSpan, PublicHoliday, SwappedDay
from postgw.rules import places
from postgw.rules.book import RuleBook
from postgw.storage import calendar as kept
from postgw.storage import changes, clocks, consignments, province, reach
from postgw.storage.database import Database, Session

#: How many items a page of the late list looks at.
_LOOKED_AT = 200
_LONGEST_SPAN = timedelta(days=31)
_TITLE_MOST, _REASON_MOST = 100, 300  #: letters


@dataclass(frozen=True, slots=True, kw_only=True)
class LateItem:
    """A consignment whose time is over or nearly so."""

    consignment: Consignment
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCalendar:
    """One year's holidays, the Saturdays worked in exchange, and the degraded days that hold."""

    year: int
    version: str
    holidays: tuple[PublicHoliday, ...]
    swapped: tuple[SwappedDay, ...]
    degraded: tuple[DegradedSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DegradedDraft:
    """Degraded days as somebody declares them."""

    kind: str
    title: str
    first_on: date
    last_on: date
    communes: tuple[str, ...] = ()  #: empty: the whole country
    reason: str

    def checked(self) -> DegradedDraft:
        """Return this draft, its words tidied. Raises Invalid when one is wanting, or days or communes cannot be."""
        title = checked_text(self.title, what="tên ngày gián đoạn", field="/title", most=_TITLE_MOST)
        reason = checked_text(self.reason, what="lý do", field="/reason", most=_REASON_MOST)
        if self.last_on < self.first_on:
            raise Invalid("Ngày cuối phải từ ngày đầu trở đi.", code="degraded.days", field="/last_on")
        if self.last_on - self.first_on > _LONGEST_SPAN:
            raise Invalid(
                "Mỗi lần khai nhiều nhất {most} ngày. Chia ra rồi khai.", most=_LONGEST_SPAN.days,
                code="degraded.too_long", field="/last_on",
            )  # fmt: skip
        for n, commune in enumerate(self.communes):
            try:
                places.commune(commune)
            except Unknown as error:
                raise Invalid(
                    "Không có {what} mã {number}.", what="xã, phường", number=commune, code=error.code,
                    field=f"/communes/{n}",
                ) from None  # fmt: skip
        return replace(self, title=title, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The act of reckoning time."""

    database: Database
    book: RuleBook

    async def clock(self, number: str, *, actor: Actor, at: datetime) -> Clock:
        """Return how one consignment stands against its time limit. Raises Unknown when the actor is shown none."""
        actor.must("enquiry")
        session, read = self.database.reading, recognise(number)
        found = await consignments.find(session, read.number or number)
        if found is None or not await reach.is_seen(session, found, actor):
            raise Unknown("Chưa có bưu gửi mang số {number}.", number=number[:40], code="consignment.unknown")
        return (await clocks.gather(session, self.book, [found], at=at)).clock(found)

    async def forecast(self, near: str, far: str, *, leg: str, service_form: str, at: datetime) -> Clock:
        """Return the time limit between two communes if the post takes an item over today; nothing is kept.

        `near` is where it begins. Where a table does not know a commune the clock is `unknown` and says so.
        """
        on = legal_day(at)
        ground = await clocks.ground(self.database.reading, self.book, today=on, communes=[near, far])
        return ground.clock(Course(started_on=on), leg, service_form, (near, far))

    async def late(
        self, *, actor: Actor, at: datetime, desk: str = "", cursor: str = "", limit: int = _LOOKED_AT
    ) -> Page[LateItem]:
        """Return what of a unit's is late, or due today or on the next working day; a page may be short or empty."""
        actor.must("enquiry")
        session, after = self.database.reading, int(cursor) if cursor.isdecimal() else 0
        wanted = await _wanted(session, actor.unit or desk)
        rows = await consignments.on_the_way(session, wanted, after=after, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        found = [consignment for _, consignment in rows[:limit]]
        grounds = await clocks.gather(session, self.book, found, at=at)
        items = [LateItem(consignment=each, clock=grounds.clock(each)) for each in found]
        horizon = grounds.calendar.next_working(grounds.today)
        return Page(items=tuple(item for item in items if _presses(item.clock, horizon)), next_cursor=more)

    async def declare_degraded(self, draft: DegradedDraft, *, actor: Actor, at: datetime) -> DegradedEntry:
        """Declare days on which the post could not be expected to work. Raises Invalid."""
        actor.must("admin")
        draft = draft.checked()
        prefix = f"GD-{legal_day(at):%y%m%d}-"
        async with self.database.writing() as tx:
            await tx.queue_for("calendar_entry")
            span = DegradedSpan(
                entry_no=f"{prefix}{await kept.next_serial(tx, prefix):02}", kind=draft.kind, title=draft.title,
                first_on=draft.first_on, last_on=draft.last_on, communes=frozenset(draft.communes),
            )  # fmt: skip
            entry = DegradedEntry(span=span, reason=draft.reason, declared_at=at, declared_by=actor.name)
            await kept.declare(tx, entry)
            await changes.note(tx, made("degraded_days", span.entry_no, _told(entry), actor=actor, at=at))
        return entry

    async def undo_degraded(self, entry_no: str, *, reason: str, actor: Actor, at: datetime) -> DegradedEntry:
        """Take degraded days back; asked again, the first word stands. Raises Unknown, and Invalid without a reason."""
        actor.must("admin")
        reason = checked_text(reason, what="lý do", field="/reason", most=_REASON_MOST)
        async with self.database.writing() as tx:
            known = await kept.entry(tx, entry_no)
            if known is None:
                raise Unknown("Không có ngày gián đoạn số {number}.", number=entry_no[:40], code="degraded.unknown")
            if known.undone_at is not None:
                return known
            await kept.undo(tx, entry_no, reason=reason, actor=actor.name, at=at)
            change = made("degraded_days", entry_no, {"undone_reason": reason}, actor=actor, at=at, act="ended")
            await changes.note(tx, change)
        return replace(known, undone_at=at, undone_by=actor.name, undone_reason=reason)

    async def degraded_days(self, *, actor: Actor, cursor: str = "", limit: int = 50) -> Page[DegradedEntry]:
        """Return what was declared, newest first, taken back or not."""
        actor.must("enquiry")
        before = int(cursor) if cursor.isdecimal() else 0
        rows = await kept.entries(self.database.reading, before=before, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(entry for _, entry in rows[:limit]), next_cursor=more)

    async def calendar(self, year: int, *, at: datetime) -> YearCalendar:
        """Return one year. Raises Unknown when its holidays are not in the book."""
        table = self.book.holidays_on(legal_day(at))
        if year not in table.years:
            raise Unknown(
                "Chưa có lịch nghỉ năm {year}; có từ {first} đến {last}.", year=year, first=min(table.years),
                last=max(table.years), code="calendar.unknown",
            )  # fmt: skip
        spans = await kept.degraded(self.database.reading, since=date(year, 1, 1))
        return YearCalendar(
            year=year, version=table.version, holidays=tuple(day for day in table.holidays if day.on.year == year),
            swapped=tuple(day for day in table.swapped if day.off.year == year),
            degraded=tuple(span for span in spans if span.first_on.year <= year),
        )  # fmt: skip


def _told(entry: DegradedEntry) -> dict[str, object]:
    span = entry.span
    return {
        "title": span.title, "first_on": span.first_on, "last_on": span.last_on, "communes": sorted(span.communes),
        "reason": entry.reason,
    }  # fmt: skip


def _presses(clock: Clock, horizon: date) -> bool:
    return clock.verdict == "overdue" or (clock.verdict == "running" and clock.due is not None and clock.due <= horizon)


async def _wanted(session: Session, unit: str) -> consignments.Wanted:
    known = await province.unit(session, unit) if unit else None
    is_office = known is not None and known.kind == "office"
    return consignments.Wanted(office=unit) if is_office else consignments.Wanted(desk=unit)
