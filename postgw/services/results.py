"""Results: when one is ready, the citizen and the post hear of it and the way home begins.

The consignment is registered once, if the citizen chose to have the result brought. A coming of the post is asked for:
one that is booked already is joined, else the next window of the desk is booked; where there is none, the task waits
in a list until somebody books by hand. What is ready and not fetched stands in a list, the oldest first.

Source: Decision 45/2016/QĐ-TTg art. 8.4, 9.1, 16.3; Decree 61/2018/NĐ-CP art. 20.4.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.change import changed
from postgw.domain.consignment import Consignment
from postgw.domain.dossier import LEGS_OF_FORM
from postgw.domain.errors import Conflict, Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.page import Page
from postgw.domain.paper import Paper
from postgw.domain.pickup_window import PickupWindow, UsualDay, WindowSet, must_be_windows, usual_day
from postgw.domain.post_account import PostAccount
from postgw.domain.result import PickupTask, Result, checked_result_papers
from postgw.domain.working_calendar import WorkingCalendar
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import changes, consignments, dossiers, filings, homeward, outbox, province, results
from postgw.storage.database import Database, Session
from postgw.storage.dossier_notices import told_of
from postgw.storage.dossiers import KeptDossier
from postgw.storage.manifests import Pickup


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The acts around a result that is ready."""

    database: Database
    book: RuleBook
    account_of: Callable[[str], PostAccount | None]  #: by desk: with whom a result travels
    pick: Callable[[int], int] = secrets.randbelow

    async def ready(
        self, key: str, *, papers: Sequence[Paper], ready_at: datetime | None, actor: Actor, at: datetime
    ) -> Result:
        """Take down that a result is ready; told again, it is the same result.

        Told after the result was delivered it is written down, and nobody comes or hears of it again.

        Raises Conflict when the dossier was sent back, or has no number to go home under.
        """
        actor.must("intake")
        listed = checked_result_papers(tuple(papers))
        if ready_at and ready_at > at:
            raise Invalid("Giờ có kết quả chưa đến.", code="result.future", field="/ready_at")
        async with self.database.writing() as tx:
            kept = await dossiers.shown(tx, key, actor, lock=True)
            if known := await results.of(tx, kept.dossier_id):
                return known
            await self._must_be_due(tx, kept)
            home = await self._way_home(tx, kept, actor, at)
            made = Result(
                key=kept.dossier.key, dossier_no=kept.dossier.dossier_no, desk=kept.dossier.returning_desk,
                ready_at=ready_at or at, papers=listed, consignment_no=home.consignment_no if home else "",
                entered_by=actor.name,
            )  # fmt: skip
            await results.add(tx, kept.dossier_id, made, at=at)
            if home is None or not home.brought_result:
                is_the_posts = home is not None and home.public_service
                pickup = await self._pickup(tx, kept, actor, at) if is_the_posts else None
                await self._tell(tx, kept, made, home, pickup, at)
            found = await results.of(tx, kept.dossier_id)
        assert found is not None
        return found

    async def _must_be_due(self, tx: Session, kept: KeptDossier) -> None:
        standing = await filings.standing(tx, kept)
        if standing.filings:
            standing.must_stand()
        if not kept.dossier.dossier_no:
            raise Conflict(
                "Hồ sơ chưa có mã. Gắn mã hồ sơ rồi báo có kết quả.", code="dossier_no.missing",
                link=f"/api/v1/dossiers/{kept.dossier.key}",
            )  # fmt: skip

    async def _way_home(self, tx: Session, kept: KeptDossier, actor: Actor, at: datetime) -> Consignment | None:
        """Return the consignment that brings the result home, or has; a new one if none does; none if it is fetched."""
        dossier, desk = kept.dossier, kept.dossier.returning_desk
        if "return" not in LEGS_OF_FORM[dossier.service_form]:
            return None
        newest = await consignments.of_leg(tx, kept.dossier_id, "return")
        known = await consignments.find(tx, newest) if newest else None
        if known and not known.without_result and (known.brought_result or not known.custody.ended):
            return known
        draft = await homeward.draft(tx, kept, desk=desk, rules_version=self.book.scan_table(legal_day(at)).version)
        account = self.account_of(desk)
        return await homeward.register(
            tx, replace(draft, collect_dong=await homeward.fee_with_result(tx, kept, account)), key=dossier.key,
            pick=self.pick, account=account, table_of=self.book.scan_table_of, actor=actor.name, at=at,
        )  # fmt: skip

    async def _pickup(self, tx: Session, kept: KeptDossier, actor: Actor, at: datetime) -> Pickup | None:
        return await results.ask_pickup(
            tx, kept.dossier_id, kind="result", desk=kept.dossier.returning_desk, calendar=self._calendar(at),
            actor=actor.name, at=at,
        )  # fmt: skip

    def _calendar(self, at: datetime) -> WorkingCalendar:
        return calendar_of(self.book.holidays_on(legal_day(at)))

    async def _tell(
        self,
        tx: Session,
        kept: KeptDossier,
        made: Result,
        home: Consignment | None,
        pickup: Pickup | None,
        at: datetime,
    ) -> None:
        data: dict[str, Any] = {"ready_at": made.ready_at, "way": made.way}
        if pickup:
            data |= {"pickup_no": pickup.pickup_no, "pickup_on": pickup.on, "office": pickup.office}
        told = await told_of(tx, kept, "result.ready", data, at, tail="once", consignment=home)
        await outbox.announce(tx, [replace(told, desk=made.desk)], at=at)

    async def result(self, key: str, *, actor: Actor) -> Result | None:
        """Return the result of a dossier; nothing while it is not ready."""
        actor.must("enquiry")
        session = self.database.reading
        return await results.of(session, (await dossiers.shown(session, key, actor)).dossier_id)

    async def listed(
        self, state: str, *, actor: Actor, at: datetime, desk: str = "", cursor: str = "", limit: int = 50
    ) -> Page[Result]:
        """Return results that wait for the post, for a pickup to be booked, were fetched, or lie at the counter."""
        actor.must("enquiry")
        if state not in results.LISTS:
            raise Invalid("Chọn danh sách: {lists}.", lists=", ".join(results.LISTS), code="result.list", field="state")
        after = int(cursor) if cursor.isdecimal() else 0
        rows = await results.listed(self.database.reading, state, desk=actor.unit or desk, after=after, limit=limit + 1)
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        calendar, today = self._calendar(at), legal_day(at)
        aged = [replace(each, age_days=calendar.between(legal_day(each.ready_at), today)) for _, each in rows[:limit]]
        return Page(items=tuple(aged), next_cursor=more)

    async def tasks(
        self, *, actor: Actor, desk: str = "", to_book: bool = False, cursor: str = "", limit: int = 50
    ) -> Page[PickupTask]:
        """Return comings of the post that somebody needs, the longest asked for first."""
        actor.must("enquiry")
        after = int(cursor) if cursor.isdecimal() else 0
        rows = await results.tasks(
            self.database.reading, desk=actor.unit or desk, to_book=to_book, after=after, limit=limit + 1
        )
        more = str(rows[limit - 1][0]) if len(rows) > limit else ""
        return Page(items=tuple(task for _, task in rows[:limit]), next_cursor=more)

    async def set_windows(
        self, *, desk: str, office: str, valid_from: date, windows: Sequence[PickupWindow], reason: str, actor: Actor,
        at: datetime,
    ) -> WindowSet:  # fmt: skip
        """Say when the post comes to a desk from a day on; the same again is the same word."""
        actor.must("admin")
        reason = checked_text(reason, what="lý do", field="/reason", most=300)
        must_be_windows(windows)
        if valid_from < legal_day(at):
            raise Invalid("Khung giờ có hiệu lực từ hôm nay trở đi.", code="windows.past", field="/valid_from")
        made = WindowSet(
            desk=desk, office=office, valid_from=valid_from, windows=tuple(windows), reason=reason, author=actor.name,
            entered_at=at,
        )  # fmt: skip
        async with self.database.writing() as tx:
            await province.must_be_unit(tx, desk, "desk", field="/desk")
            await province.must_be_unit(tx, office, "office", field="/office")
            await tx.queue_for(f"pickup_window:{desk}")
            known = await results.windows(tx, desk, on=valid_from)
            if known and (known.office, known.valid_from, known.windows) == (office, valid_from, made.windows):
                return known
            await results.put_windows(tx, made)
            change = changed("pickup_windows", desk, _told(known) if known else {}, _told(made), actor=actor, at=at,
                             unit=desk, act="changed" if known else "made")  # fmt: skip
            await changes.note(tx, change)
        return made

    async def usual_hours(self, days: Sequence[date], *, actor: Actor, at: datetime) -> dict[date, UsualDay]:
        """Return when the post comes to the actor's desk by its windows, for each day; never on a day off.

        Who speaks for no unit has no windows.
        """
        agreed = await self.windows(actor=actor) if actor.unit else ()
        return {day: usual_day(agreed, self._calendar(at), day) for day in days}

    async def windows(self, *, actor: Actor, desk: str = "") -> tuple[WindowSet, ...]:
        """Return all that was ever said of the windows of a desk, newest first."""
        actor.must("enquiry")
        return await results.window_sets(self.database.reading, desk=actor.unit or desk)


def _told(made: WindowSet) -> dict[str, object]:
    windows = [f"{one.weekday}: {one.from_time:%H:%M}-{one.to_time:%H:%M}" for one in made.windows]
    return {"office": made.office, "valid_from": made.valid_from, "windows": windows, "reason": made.reason}
