"""Loss: an item that nobody finds is given up by an authorised act, and found again when somebody sees it.

Custody follows from scans alone: the act writes the scan `lost`, the finding writes `found_here`, unless a device has
said so already. Only the post gives up what the post holds.

Source: Decision 45/2016/QĐ-TTg art. 14; Decree 47/2011/NĐ-CP art. 27; Circular 17/2017/TT-BTTTT art. 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postgw.domain.actor import Actor
from postgw.domain.address import checked_text
from postgw.domain.case import CaseFile
from postgw.domain.consignment import Consignment
from postgw.domain.errors import Conflict, Forbidden, Invalid
from postgw.domain.legal_day import legal_day
from postgw.domain.scan import Scan, Witness
from postgw.rules.book import RuleBook
from postgw.rules.public_holidays import calendar_of
from postgw.storage import cases, consignments, province, reach, scans
from postgw.storage.database import Database, Session
from postgw.storage.transit import is_in_one_province, transit


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """The acts of giving an item up and of finding it."""

    database: Database
    book: RuleBook

    async def declare(self, number: str, *, statement: str, actor: Actor, at: datetime) -> str:
        """Give an item up as lost and return the number of its case; asked for again, it is the same case.

        Raises Forbidden unless the post asks, Conflict when the post does not hold the item.
        """
        actor.must("cases")
        statement = checked_text(statement, what="việc tìm kiếm và lý do", field="/statement", most=2000)
        async with self.database.writing() as tx:
            await _must_be_post(tx, actor)
            found = await reach.seen(tx, number, actor, lock=True, field="/number")
            found.must_be_public(what="việc ghi thất lạc của Bưu điện")
            await tx.queue_for("case")
            was_lost = found.custody.state == "lost"
            if was_lost and (known := await _of_this_loss(tx, found.consignment_no)):
                return known
            if not was_lost:
                self._must_be_losable(found)
            case_no = await self._opened(tx, found, statement, actor, at)
            if not was_lost:
                await self._say(tx, found.consignment_no, "lost", f"lost:{case_no}", "", actor, at)
            await cases.announce(tx, "lost", case_no, found, at=at)
        return case_no

    def _must_be_losable(self, found: Consignment) -> None:
        rule = self.book.scan_table_of(found.rules_version).rule("lost")
        if found.custody.holder != "post" or found.custody.state not in rule.after:
            raise Conflict(
                "Bưu gửi {number} đang ở trạng thái {state}, không do Bưu điện giữ. Chỉ ghi thất lạc bưu gửi Bưu điện"
                " đang giữ; bưu gửi đã báo phát thì lập khiếu nại về mất bưu gửi.",
                number=found.consignment_no, state=found.custody.state, code="loss.not_held", field="/number",
                link=f"/api/v1/consignments/{found.consignment_no}/journey",
            )  # fmt: skip

    async def _opened(self, tx: Session, found: Consignment, statement: str, actor: Actor, at: datetime) -> str:
        today, near = legal_day(at), is_in_one_province(found)
        moved = await transit(tx, self.book, found, at=at)
        days = self.book.case_rule(today).working_days(same_province=near)
        facts = {"about": "loss", "received_on": today.isoformat(), "same_province": near, "working_days": days}
        return await cases.open_case(
            tx, None, kind="loss", consignment_no=found.consignment_no,
            office=actor.unit or found.custody.office or moved.last_office,
            due_on=calendar_of(self.book.holidays_on(today)).after(today, days), facts=facts,
            words={"statement": statement}, at=at, actor=actor.name,
        )  # fmt: skip

    async def found(self, case_no: str, *, office: str, note: str, actor: Actor, at: datetime) -> str:
        """Note that a lost item was found, and tell its owner; asked for again, it is the same finding.

        Raises Conflict when the case is not about a lost item.
        """
        actor.must("cases")
        note = checked_text(note, what="nơi và cách tìm lại được", field="/note", most=1000)
        async with self.database.writing() as tx:
            await _must_be_post(tx, actor)
            case = await cases.seen(tx, case_no, actor)
            await consignments.find(tx, case.consignment_no, lock=True)  # an item is locked before its cases
            case = await cases.seen(tx, case_no, actor, lock=True)
            if case.about != "loss":
                raise Conflict("Vụ việc {number} không phải về bưu gửi bị mất.", number=case_no, code="case.not_loss")
            office = office or actor.unit
            if not office:
                raise Invalid("Ghi bưu cục tìm lại được bưu gửi.", code="loss.office", field="/office")
            await province.must_be_unit(tx, office, "office", field="/office")
            steps = await cases.steps(tx, case_no)
            if steps and steps[-1].kind == "found":
                return case_no
            await cases.add_step(
                tx, case_no, "found", {"office": office}, words={"note": note}, at=at, actor=actor.name
            )
            await self._seen_again(tx, case, len(steps), office, actor, at)
        return case_no

    async def _seen_again(
        self, tx: Session, case: CaseFile, ordinal: int, office: str, actor: Actor, at: datetime
    ) -> None:
        found = await consignments.find(tx, case.consignment_no)
        assert found is not None
        if found.custody.state == "lost":
            key = f"found:{case.case_no}:{ordinal}"
            await self._say(tx, found.consignment_no, "found_here", key, office, actor, at)
        await cases.announce(tx, "found", case.case_no, found, at=at)

    async def _say(
        self, tx: Session, number: str, code: str, key: str, office: str, actor: Actor, at: datetime
    ) -> None:
        scan = Scan(
            source="gateway", source_id=key, witness=Witness.SCANNED, code=code, occurred_at=at, received_at=at,
            office=office, actor=actor.name,
        )  # fmt: skip
        locked = (await scans.lock(tx, [number]))[number]
        await scans.keep(tx, [(locked, scan)], table_of=self.book.scan_table_of, at=at)


async def _of_this_loss(tx: Session, consignment_no: str) -> str:
    """Return the case that was opened when the item was lost this time; empty when it was found since."""
    case_no = await cases.unfinished(tx, consignment_no, "loss", ("open", "answered", "closed"))
    return "" if any(step.kind == "found" for step in await cases.steps(tx, case_no)) else case_no


async def _must_be_post(tx: Session, actor: Actor) -> None:
    unit = await province.unit(tx, actor.unit) if actor.unit else None
    if actor.unit and (unit is None or unit.kind != "office"):
        raise Forbidden("Chỉ Bưu điện được ghi thất lạc hoặc tìm lại được bưu gửi.", code="loss.not_post")
